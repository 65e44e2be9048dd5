/** Decompresses request bodies. */
import { promisify } from 'node:util'
import * as zlib from 'node:zlib'
import { abbreviate } from '../core/abbreviate.js'
import { ApiError } from '../core/api-error.js'

type Decompress = (data: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>

/** The encodings that the Node version has, each with its decoders: the next is tried when the data is not of the one before. */
function listDecoders(): Record<string, Decompress[]> {
  const { gunzip, inflate, inflateRaw, brotliDecompress } = zlib
  // Node has it since 22.15.
  const { zstdDecompress } = zlib as { zstdDecompress?: typeof gunzip }
  const gzip = [promisify(gunzip) as Decompress]
  return {
    gzip,
    'x-gzip': gzip,
    // Some clients send the data without the header that the standard has.
    deflate: [promisify(inflate) as Decompress, promisify(inflateRaw) as Decompress],
    br: [promisify(brotliDecompress) as Decompress],
    ...(zstdDecompress ? { zstd: [promisify(zstdDecompress) as Decompress] } : {})
  }
}

/**
 * @param limit the bytes that the data may have after decompression
 * @throws ApiError for an unknown encoding, for broken data, and for data that is too large
 */
export async function decompress(data: Buffer, encoding: string, limit: number): Promise<Buffer> {
  const decoders = listDecoders()
  const name = encoding.trim().toLowerCase()
  if (!Object.hasOwn(decoders, name))
    throw new ApiError('unsupported_content_encoding', {
      encoding: abbreviate(encoding, 100),
      supported: [...Object.keys(decoders), 'identity'].join(', ')
    })
  let problem = ''
  for (const decode of decoders[name]!) {
    try {
      return await decode(data, { maxOutputLength: limit })
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      if (code === 'ERR_BUFFER_TOO_LARGE') throw new ApiError('body_too_large', { limit })
      problem = message
    }
  }
  throw new ApiError('broken_content_encoding', { encoding: name, problem })
}
