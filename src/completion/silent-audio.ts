/** Sound for answers that speak: a short, silent, valid clip in any format that can be asked for. */
import { encodeFlac } from './audio-flac.js'
import { encodeOggOpus } from './audio-ogg.js'

export type AudioFormat = 'wav' | 'mp3' | 'flac' | 'opus' | 'aac' | 'pcm16'

/** The service speaks in mono at this many samples a second. */
const sampleRate = 24_000

/** A silent clip. The formats that are made of frames end with a whole one, so they may be a few hundredths of a second off. */
export function createSilentClip(format: AudioFormat, seconds: number): Buffer {
  return audioWriters[format](Math.max(1, Math.round(seconds * sampleRate)))
}

/** How long it takes to say a text, at an easy pace of two and a half words a second. */
export function speechSeconds(transcript: string): number {
  const words = transcript.match(/\S+/g)?.length ?? 0
  return Math.min(30, Math.max(0.5, words / 2.5))
}

/** What speech costs: a recorded clip of 0.6 seconds cost 12 tokens. */
export function countSpeechTokens(seconds: number): number {
  return Math.round(seconds * 20)
}

const audioWriters: Record<AudioFormat, (samples: number) => Buffer> = {
  wav: samples => encodeWav(silentPcm(samples)),
  pcm16: silentPcm,
  mp3: samples => repeatFrame(mp3Frame, samples / 576),
  aac: samples => repeatFrame(adtsFrame, samples / 1024),
  flac: samples => encodeFlac(samples, sampleRate),
  opus: samples => encodeOggOpus(samples, sampleRate)
}

function silentPcm(samples: number): Buffer {
  return Buffer.alloc(2 * samples)
}

function encodeWav(sound: Buffer): Buffer {
  const head = Buffer.alloc(44)
  head.write('RIFF', 0, 'latin1')
  head.writeUInt32LE(36 + sound.length, 4)
  head.write('WAVEfmt ', 8, 'latin1')
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20) // PCM
  head.writeUInt16LE(1, 22) // mono
  head.writeUInt32LE(sampleRate, 24)
  head.writeUInt32LE(2 * sampleRate, 28)
  head.writeUInt16LE(2, 32)
  head.writeUInt16LE(16, 34)
  head.write('data', 36, 'latin1')
  head.writeUInt32LE(sound.length, 40)
  return Buffer.concat([head, sound])
}

/** MPEG-2 Layer III, 32 kbit/s, 24 kHz, mono: side information of nothing but zeros means no sound at all. */
const mp3Frame: readonly number[] = [0xff, 0xf3, 0x44, 0xc0, ...new Array<number>(92).fill(0)]

/** ADTS with AAC-LC, 24 kHz, mono: a header of seven bytes that says 13, and the block that encoders write for silence. */
const adtsFrame: readonly number[] = [0xff, 0xf1, 0x58, 0x40, 0x01, 0xbf, 0xfc, 0x00, 0xc8, 0x00, 0x80, 0x23, 0x80]

function repeatFrame(frame: readonly number[], times: number): Buffer {
  return Buffer.alloc(frame.length * Math.max(1, Math.round(times)), Buffer.from(frame))
}
