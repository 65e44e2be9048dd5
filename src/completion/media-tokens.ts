/** Counts the tokens of pictures and sounds from the size in their first bytes. */
import type { Model } from '../core/model.js'
import type { Message } from '../core/openai-types.js'

/** The size of a picture in pixels. */
export interface ImageSize {
  width: number
  height: number
}

// The cost of one short page beside the name of its file: Standin reads no pages.
const filePageTokens = 217
// The text marks at the start and end of a sound.
const audioMarkTokens = 7

/** Counts the tokens of all pictures, sounds and files in the messages. */
export function countMediaTokens(
  messages: Message[],
  model: Model,
  count: (text: string) => number
): { image: number; audio: number; file: number } {
  const media = { image: 0, audio: 0, file: 0 }
  for (const { content } of messages)
    if (Array.isArray(content))
      for (const part of content) {
        if (part.type === 'image_url') media.image += countImageTokens(part.image_url ?? {}, model)
        else if (part.type === 'input_audio') {
          media.file += audioMarkTokens - model.promptTail
          media.audio += countAudioTokens(part.input_audio?.data ?? '', part.input_audio?.format)
        } else if (part.type === 'file') media.file += filePageTokens + count(fileName(part.file?.filename))
      }
  return media
}

/** The name of a file without its folders. A file without a name is named so by the service. */
const fileName = (path = 'file.pdf'): string => path.slice(path.lastIndexOf('/') + 1)

/** Counts the tokens of a picture, by the tiles or patches of the model's family. */
export function countImageTokens(
  image: { url?: string; detail?: string },
  { image: price }: Pick<Model, 'image'>
): number {
  if (!price) return 0
  const size = readImageSize(image.url ?? '') ?? defaultImageSize
  if (price.by === 'patches') return Math.ceil(countPatches(size, price.most) * price.factor) + (price.base ?? 0)
  return image.detail === 'low' ? price.base : price.base + price.tile * countTiles(size)
}

/** Counts 10 tokens a second. The length of WAV is in its header; other formats count as 32 kbit/s. */
export function countAudioTokens(data: string, format?: string): number {
  const bytes = Math.floor((data.length * 3) / 4)
  const head = format === 'wav' || format === undefined ? Buffer.from(data.slice(0, 60), 'base64') : Buffer.alloc(0)
  const rate = head.length >= 32 && head.toString('latin1', 0, 4) === 'RIFF' ? head.readUInt32LE(28) : 0
  return Math.max(1, Math.floor((rate ? Math.max(0, bytes - 44) / rate : bytes / 4000) * 10))
}

/** Reads the size of a PNG, GIF, JPEG or WebP in a data URL; undefined for all other URLs. */
export function readImageSize(url: string): ImageSize | undefined {
  const comma = url.startsWith('data:') ? url.indexOf(',') : -1
  if (comma < 0 || comma > 200) return undefined
  // A JPEG may carry a long profile before its size.
  const bytes = Buffer.from(url.slice(comma + 1, comma + 1 + 700_000), 'base64')
  const size = readPngSize(bytes) ?? readGifSize(bytes) ?? readWebpSize(bytes) ?? readJpegSize(bytes)
  return size && size.width > 0 && size.height > 0 ? size : undefined
}

// Standin never fetches a picture, so a picture behind a URL counts as a small photograph.
const defaultImageSize: ImageSize = { width: 768, height: 512 }

/** The picture is fitted into 2048 × 2048, its shorter side is reduced to 768, and tiles of 512 cover the result. */
function countTiles({ width, height }: ImageSize): number {
  const fit = Math.min(1, 2048 / Math.max(width, height))
  const shrink = Math.min(1, 768 / (Math.min(width, height) * fit)) * fit
  return Math.ceil(Math.round(width * shrink) / 512) * Math.ceil(Math.round(height * shrink) / 512)
}

/** Patches of 32 × 32 cover the picture, which is reduced until `maxPatches` are enough. */
function countPatches({ width, height }: ImageSize, maxPatches: number): number {
  const patchCount = Math.ceil(width / 32) * Math.ceil(height / 32)
  if (patchCount <= maxPatches) return patchCount
  const shrink = Math.sqrt((32 * 32 * maxPatches) / (width * height))
  const across = (width * shrink) / 32
  const down = (height * shrink) / 32
  const fit = Math.min(Math.floor(across) / across, Math.floor(down) / down)
  return Math.min(maxPatches, Math.ceil(across * fit) * Math.ceil(down * fit))
}

function readPngSize(bytes: Buffer): ImageSize | undefined {
  if (bytes.length < 24 || bytes.readUInt32BE(0) !== 0x89504e47) return undefined
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }
}

function readGifSize(bytes: Buffer): ImageSize | undefined {
  if (bytes.length < 10 || bytes.toString('latin1', 0, 3) !== 'GIF') return undefined
  return { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) }
}

function readWebpSize(bytes: Buffer): ImageSize | undefined {
  if (bytes.length < 30 || bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WEBP')
    return undefined
  switch (bytes.toString('latin1', 12, 16)) {
    case 'VP8 ':
      return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff }
    case 'VP8L': {
      const bits = bytes.readUInt32LE(21)
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
    }
    case 'VP8X':
      return { width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 }
  }
  return undefined
}

function readJpegSize(bytes: Buffer): ImageSize | undefined {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8) return undefined
  let at = 2
  while (at + 9 <= bytes.length) {
    if (bytes[at] !== 0xff) return undefined
    const marker = bytes[at + 1] ?? 0
    // The frame header of any coding. Three markers in its range mean something else.
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) }
    at += 2 + bytes.readUInt16BE(at + 2)
  }
  return undefined
}
