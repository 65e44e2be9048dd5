/** Digests of bytes, for rooms that may not know Node's modules. */
import { createHash } from 'node:crypto'

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

export const md5 = (bytes: Uint8Array): Buffer => createHash('md5').update(bytes).digest()
