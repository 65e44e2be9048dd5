/** Writes the audio of a completion: a short, silent, valid clip in each format of the API. */
import { md5 } from '../core/hash.js'
import type { Model } from '../core/model.js'
import type { ChatRequest } from '../core/openai-types.js'

/** The audio formats of the API. */
export type AudioFormat = 'wav' | 'mp3' | 'flac' | 'opus' | 'aac' | 'pcm16'

/** Samples per second. The service sends mono sound. */
const sampleRate = 24_000

/** Creates a silent clip. MP3 and AAC consist of frames, so their length may differ by a few hundredths of a second. */
export function createSilentClip(format: AudioFormat, seconds: number): Buffer {
  return audioWriters[format](Math.max(1, Math.round(seconds * sampleRate)))
}

/** Whether the answers to a request are sound. */
export const isSpoken = ({ modalities, audio }: ChatRequest, { kind }: Model): boolean =>
  kind === 'audio' && Boolean(audio && modalities?.includes('audio'))

/** The length of a text's speech in seconds: 2.5 words a second, at least 0.5 and at most 30 seconds. */
export function speechSeconds(transcript: string): number {
  return Math.min(
    maxSpeechSeconds,
    Math.max(0.5, countWords(transcript, maxSpeechSeconds * wordsPerSecond) / wordsPerSecond)
  )
}

const maxSpeechSeconds = 30
const wordsPerSecond = 2.5

function countWords(text: string, most: number): number {
  const word = /\S+/g
  let count = 0
  while (count < most && word.test(text)) count++
  return count
}

/** Counts the tokens of speech. A recorded clip of 0.6 seconds cost 12 tokens. */
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

function encodeWav(pcm: Buffer): Buffer {
  const head = Buffer.alloc(44)
  head.write('RIFF', 0, 'latin1')
  head.writeUInt32LE(36 + pcm.length, 4)
  head.write('WAVEfmt ', 8, 'latin1')
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20) // PCM
  head.writeUInt16LE(1, 22) // mono
  head.writeUInt32LE(sampleRate, 24)
  head.writeUInt32LE(2 * sampleRate, 28)
  head.writeUInt16LE(2, 32)
  head.writeUInt16LE(16, 34)
  head.write('data', 36, 'latin1')
  head.writeUInt32LE(pcm.length, 40)
  return Buffer.concat([head, pcm])
}

/** MPEG-2 Layer III, 32 kbit/s, 24 kHz, mono. Side information of zeros means silence. */
const mp3Frame: readonly number[] = [0xff, 0xf3, 0x44, 0xc0, ...new Array<number>(92).fill(0)]

/** ADTS with AAC-LC, 24 kHz, mono: a header of 7 bytes with the frame's length of 13, and the block of silence. */
const adtsFrame: readonly number[] = [0xff, 0xf1, 0x58, 0x40, 0x01, 0xbf, 0xfc, 0x00, 0xc8, 0x00, 0x80, 0x23, 0x80]

function repeatFrame(frame: readonly number[], times: number): Buffer {
  return Buffer.alloc(frame.length * Math.max(1, Math.round(times)), Buffer.from(frame))
}

const samplesPerBlock = 4096

/** FLAC (RFC 9639): a constant subframe is one number for all samples of a block. */
function encodeFlac(samples: number, rate: number): Buffer {
  const frames: Buffer[] = []
  for (let at = 0; at < samples; at += samplesPerBlock)
    frames.push(encodeFlacFrame(frames.length, Math.min(samplesPerBlock, samples - at)))
  return Buffer.concat([Buffer.from('fLaC'), encodeStreamInfo(samples, rate), ...frames])
}

/** The STREAMINFO block, marked as the last block of metadata. Frame sizes of 0 mean unknown. */
function encodeStreamInfo(samples: number, rate: number): Buffer {
  const block = Buffer.alloc(22)
  block.writeUInt32BE(0x80000022, 0)
  block.writeUInt16BE(samplesPerBlock, 4)
  block.writeUInt16BE(samplesPerBlock, 6)
  const [mono, bits] = [0n, 15n]
  block.writeBigUInt64BE((BigInt(rate) << 44n) | (mono << 41n) | (bits << 36n) | BigInt(samples), 14)
  return Buffer.concat([block, md5(Buffer.alloc(2 * samples))])
}

/** A mono frame of 16-bit samples with one constant subframe of 0. */
function encodeFlacFrame(number: number, samples: number): Buffer {
  const size = Buffer.alloc(2)
  size.writeUInt16BE(samples - 1)
  // FLAC codes the frame's number as UTF-8 codes a character.
  const head = Buffer.concat([Buffer.from([0xff, 0xf8, 0x70, 0x08]), Buffer.from(String.fromCodePoint(number)), size])
  const body = Buffer.concat([head, Buffer.from([computeCrc(head, 8, 0x07), 0, 0, 0])])
  const end = Buffer.alloc(2)
  end.writeUInt16BE(computeCrc(body, 16, 0x8005))
  return Buffer.concat([body, end])
}

/** Opus always counts 48,000 samples a second. */
const opusClock = 48_000
const samplesPerPacket = 960
/** Samples that a decoder drops at the start. */
const preSkip = 312
/** One frame of 20 ms of silence: fullband CELT, mono. */
const silentPacket = Buffer.from([0xf8, 0xff, 0xfe])
const [firstPageFlag, lastPageFlag] = [2, 4]

/** Opus in Ogg (RFC 7845): two header pages, then pages of one second each. */
function encodeOggOpus(samples: number, rate: number): Buffer {
  const end = preSkip + Math.round((samples * opusClock) / rate)
  const packets = Math.ceil(end / samplesPerPacket)
  const perPage = opusClock / samplesPerPacket
  const pages = [
    encodeOggPage(0, { flags: firstPageFlag, granule: 0, packets: [encodeOpusHead(rate)] }),
    encodeOggPage(1, { flags: 0, granule: 0, packets: [encodeOpusTags()] })
  ]
  for (let written = 0; written < packets; ) {
    const count = Math.min(perPage, packets - written)
    written += count
    // A last position before the end of its packets cuts the clip there.
    const isLast = written === packets
    const granule = isLast ? end : written * samplesPerPacket
    pages.push(
      encodeOggPage(pages.length, {
        flags: isLast ? lastPageFlag : 0,
        granule,
        packets: new Array<Buffer>(count).fill(silentPacket)
      })
    )
  }
  return Buffer.concat(pages)
}

function encodeOpusHead(rate: number): Buffer {
  const head = Buffer.alloc(19)
  head.write('OpusHead', 'latin1')
  head.writeUInt8(1, 8) // version
  head.writeUInt8(1, 9) // mono
  head.writeUInt16LE(preSkip, 10)
  head.writeUInt32LE(rate, 12)
  return head
}

function encodeOpusTags(): Buffer {
  const vendor = Buffer.from('standin')
  const tags = Buffer.alloc(16 + vendor.length)
  tags.write('OpusTags', 'latin1')
  tags.writeUInt32LE(vendor.length, 8)
  vendor.copy(tags, 12)
  return tags
}

/** Every packet is shorter than 255 bytes, so each has one entry in the page's table of lengths. */
function encodeOggPage(
  sequence: number,
  { flags, granule, packets }: { flags: number; granule: number; packets: Buffer[] }
): Buffer {
  const head = Buffer.alloc(27)
  head.write('OggS', 'latin1')
  head.writeUInt8(flags, 5)
  head.writeBigUInt64LE(BigInt(granule), 6)
  head.writeUInt32LE(1, 14) // the stream's serial number
  head.writeUInt32LE(sequence, 18)
  head.writeUInt8(packets.length, 26)
  const pageBytes = Buffer.concat([head, Buffer.from(packets.map(packet => packet.length)), ...packets])
  pageBytes.writeUInt32LE(computeCrc(pageBytes, 32, 0x04c11db7), 22)
  return pageBytes
}

/** The cyclic redundancy check of FLAC and Ogg: highest bit first, start value 0. */
function computeCrc(bytes: Buffer, width: 8 | 16 | 32, polynomial: number): number {
  // The remainder is at the top of 32 bits, so that one loop serves every width.
  const shift = 32 - width
  let remainder = 0
  for (const byte of bytes) {
    remainder ^= byte << 24
    for (let bit = 0; bit < 8; bit++)
      remainder = remainder & 0x80000000 ? (remainder << 1) ^ (polynomial << shift) : remainder << 1
  }
  return remainder >>> shift
}
