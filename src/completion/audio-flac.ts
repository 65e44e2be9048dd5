/** Silence as FLAC (RFC 9639): one number a block says all its samples. */
import { md5 } from '../core/hash.js'
import { computeCrc } from './audio-checksum.js'

const samplesPerBlock = 4096

export function encodeFlac(samples: number, rate: number): Buffer {
  const frames: Buffer[] = []
  for (let at = 0; at < samples; at += samplesPerBlock)
    frames.push(encodeFlacFrame(frames.length, Math.min(samplesPerBlock, samples - at)))
  return Buffer.concat([Buffer.from('fLaC'), encodeStreamInfo(samples, rate), ...frames])
}

/** The block that opens every file, marked as the last one before the sound. Frame sizes of 0 mean unknown. */
function encodeStreamInfo(samples: number, rate: number): Buffer {
  const block = Buffer.alloc(22)
  block.writeUInt32BE(0x80000022, 0)
  block.writeUInt16BE(samplesPerBlock, 4)
  block.writeUInt16BE(samplesPerBlock, 6)
  const [mono, bits] = [0n, 15n]
  block.writeBigUInt64BE((BigInt(rate) << 44n) | (mono << 41n) | (bits << 36n) | BigInt(samples), 14)
  return Buffer.concat([block, md5(Buffer.alloc(2 * samples))])
}

/** A mono frame of 16-bit samples, its rate the stream's, its length after the number, and one subframe that is the constant 0. */
function encodeFlacFrame(number: number, samples: number): Buffer {
  const size = Buffer.alloc(2)
  size.writeUInt16BE(samples - 1)
  // A frame's number is coded as UTF-8 codes a character.
  const head = Buffer.concat([Buffer.from([0xff, 0xf8, 0x70, 0x08]), Buffer.from(String.fromCodePoint(number)), size])
  const body = Buffer.concat([head, Buffer.from([computeCrc(head, 8, 0x07), 0, 0, 0])])
  const end = Buffer.alloc(2)
  end.writeUInt16BE(computeCrc(body, 16, 0x8005))
  return Buffer.concat([body, end])
}
