/** Digests of bytes, for rooms that may not know Node's modules. */
import { createHash } from 'node:crypto'
import { sha256 as sha256OfBytes } from '@noble/hashes/sha2.js'

export const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex')

// Node's own is the faster one for long texts. Short ones it costs more to set up, and the first answer would wait for all of its
// cryptography to be loaded.
const maxNobleBytes = 1024

/** The digest of parts that each end with a zero byte, so that no two lists of parts have the same bytes. */
export function hashParts(parts: readonly (string | number | Buffer)[]): Buffer {
  const bytes = Buffer.concat(
    parts.flatMap(part => [Buffer.isBuffer(part) ? part : Buffer.from(String(part)), zeroByte])
  )
  if (bytes.length > maxNobleBytes) return createHash('sha256').update(bytes).digest()
  const { buffer, byteOffset, length } = sha256OfBytes(bytes)
  return Buffer.from(buffer, byteOffset, length)
}

const zeroByte = Buffer.alloc(1)

export const md5 = (bytes: Uint8Array): Buffer => createHash('md5').update(bytes).digest()
