/** Reads the media of a request: data URLs, base64, and the formats that the first bytes show. */

/** The head of a data URL. */
export interface DataUrl {
  /** The media type, such as `image/png`. */
  type: string
  /** Whether the head says that the data is base64, and it is. */
  isBase64: boolean
  data: string
}

const maxHeadLength = 200

/** Reads a data URL. Without a comma near its start, it has neither a type nor data. */
export function readDataUrl(url: string): DataUrl | undefined {
  if (!url.startsWith('data:')) return undefined
  const comma = url.slice(0, maxHeadLength).indexOf(',')
  const head = comma < 0 ? '' : url.slice('data:'.length, comma)
  const data = comma < 0 ? '' : url.slice(comma + 1)
  return { type: head.split(';', 1)[0]!, isBase64: head.endsWith(';base64') && isBase64(data), data }
}

/** Whether a text is complete base64. Encoders may break it into lines. */
export function isBase64(text: string): boolean {
  const digits = /[\r\n]/.test(text) ? text.replace(/[\r\n]+/g, '') : text
  return digits.length > 0 && digits.length % 4 === 0 && looksLikeBase64(digits)
}

/** Whether a text has only the characters of base64. */
export function looksLikeBase64(text: string): boolean {
  const other = text.search(/[^A-Za-z0-9+/]/)
  return text !== '' && (other < 0 || (other > 0 && /^={1,2}$/.test(text.slice(other, other + 3))))
}

/** Whether base64 begins as an image of a format that the service reads. */
export function isImage(base64: string): boolean {
  const bytes = readFirstBytes(base64)
  if (bytes.startsWith('RIFF')) return bytes.slice(8, 12) === 'WEBP'
  return ['\x89PNG', '\xff\xd8\xff', 'GIF8'].some(start => bytes.startsWith(start))
}

/** Whether base64 begins as sound of a format. */
export function isSound(base64: string, format: string): boolean {
  const bytes = readFirstBytes(base64)
  if (format === 'wav') return bytes.startsWith('RIFF') && bytes.slice(8, 12) === 'WAVE'
  return bytes.startsWith('ID3') || isMpegFrame(bytes.charCodeAt(0), bytes.charCodeAt(1))
}

/** A frame begins with 11 set bits, its version and its layer. One version and one layer do not exist. */
const isMpegFrame = (first: number, second: number): boolean =>
  first === 0xff && (second & 0xe0) === 0xe0 && (second & 0x18) !== 0x08 && (second & 0x06) !== 0

const readFirstBytes = (base64: string): string => Buffer.from(base64.slice(0, 32), 'base64').toString('latin1')
