/** Hashes bytes, for folders that may not import modules of Node. */
import { createHash } from 'node:crypto'
import { sha256 as sha256OfBytes } from '@noble/hashes/sha2.js'

export const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex')

// Node's hash is faster for long texts only, and loading its cryptography would delay the first response.
const maxNobleBytes = 1024

/** Hashes parts with a zero byte after each, so that different lists of parts have different hashes. */
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
