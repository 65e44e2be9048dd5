/** Sound for answers that speak: a short, silent, valid clip in any format that can be asked for. */
import { flac } from './audio-flac.js'
import { oggOpus } from './audio-ogg.js'

export type AudioFormat = 'wav' | 'mp3' | 'flac' | 'opus' | 'aac' | 'pcm16'

/** The service speaks in mono at this many samples a second. */
const rate = 24_000

/** A silent clip. The formats that are made of frames end with a whole one, so they may be a few hundredths of a second off. */
export function silentClip(format: AudioFormat, seconds: number): Buffer {
  return writers[format](Math.max(1, Math.round(seconds * rate)))
}

/** How long it takes to say a text, at an easy pace of two and a half words a second. */
export function secondsOf(transcript: string): number {
  const words = transcript.match(/\S+/g)?.length ?? 0
  return Math.min(30, Math.max(0.5, words / 2.5))
}

/** What speech costs: a recorded clip of 0.6 seconds cost 12 tokens. */
export function audioTokens(seconds: number): number {
  return Math.round(seconds * 20)
}

const writers: Record<AudioFormat, (samples: number) => Buffer> = {
  wav: samples => wav(pcm16(samples)),
  pcm16,
  mp3: samples => repeat(mp3Frame, samples / 576),
  aac: samples => repeat(adtsFrame, samples / 1024),
  flac: samples => flac(samples, rate),
  opus: samples => oggOpus(samples, rate)
}

function pcm16(samples: number): Buffer {
  return Buffer.alloc(2 * samples)
}

function wav(sound: Buffer): Buffer {
  const head = Buffer.alloc(44)
  head.write('RIFF', 0, 'latin1')
  head.writeUInt32LE(36 + sound.length, 4)
  head.write('WAVEfmt ', 8, 'latin1')
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20) // PCM
  head.writeUInt16LE(1, 22) // mono
  head.writeUInt32LE(rate, 24)
  head.writeUInt32LE(2 * rate, 28)
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

function repeat(frame: readonly number[], times: number): Buffer {
  return Buffer.alloc(frame.length * Math.max(1, Math.round(times)), Buffer.from(frame))
}
