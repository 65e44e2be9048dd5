/** Digests of bytes, for rooms that may not know Node's modules. */
import { createHash } from 'node:crypto'

export const md5 = (bytes: Uint8Array): Buffer => createHash('md5').update(bytes).digest()
