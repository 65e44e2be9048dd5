/** Creates random sequences from seeds, and unique ids. */
import { hashParts } from './hash.js'

const base62Alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** A sequence of random values. Equal seeds give equal sequences. */
export interface Random {
  /** A float in [0, 1). */
  next(): number
  /** An integer from `low` to `high`, inclusive. */
  integer(low: number, high: number): number
  pick<T>(list: readonly T[]): T
  /** `length` characters of 0-9A-Za-z. */
  base62(length: number): string
  hex(length: number): string
  /** Creates an independent sequence, without an effect on this one. */
  fork(label: string | number): Random
}

/** Creates a sequence from the parts of a seed; `'a', 'b'` and `'ab'` are different seeds. */
export function createRandom(...parts: (string | number | Buffer)[]): Random {
  const digest = hashParts(parts)
  return createSequence([
    digest.readUInt32LE(0),
    digest.readUInt32LE(4),
    digest.readUInt32LE(8),
    digest.readUInt32LE(12)
  ])
}

/** Creates a sequence from a text that is random itself, such as a new id. It costs less than to hash a seed. */
export function createRandomOf(id: string): Random {
  let a = 0x9e3779b9
  let b = 0x243f6a88
  let c = 0xb7e15162
  let d = 0xdeadbeef
  for (let index = 0; index < id.length; index++) {
    const code = id.charCodeAt(index)
    a = b ^ Math.imul(a ^ code, 0x238f13af)
    b = c ^ Math.imul(b ^ code, 0x25e94c15)
    c = d ^ Math.imul(c ^ code, 0x3a8f057b)
    d = a ^ Math.imul(d ^ code, 0x4cf5ad43)
  }
  return createSequence([a, b, c, d])
}

// The generator sfc32, with 128 bits of state.
function createSequence(seed: [number, number, number, number]): Random {
  let [a, b, c, d] = seed
  const draw = () => {
    const t = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + t) | 0
    return t >>> 0
  }
  const next = () => draw() / 4294967296
  const string = (length: number, alphabet: string) => {
    let text = ''
    for (let i = 0; i < length; i++) text += alphabet[Math.floor(next() * alphabet.length)]
    return text
  }
  return {
    next,
    integer: (low, high) => low + Math.floor(next() * (high - low + 1)),
    pick: list => list[Math.floor(next() * list.length)]!,
    base62: length => string(length, base62Alphabet),
    hex: length => string(length, '0123456789abcdef'),
    fork: label => createRandom(String(label), seed.join())
  }
}

/** Returns the first five characters of a completion's id: the seconds since 2019-12-20 in base 62, as in all recorded ids. */
export function createIdPrefix(created: number): string {
  let rest = Math.max(0, created - 1576800000)
  let text = ''
  for (let i = 0; i < 5; i++) {
    text = base62Alphabet[rest % 62] + text
    rest = Math.floor(rest / 62)
  }
  return text
}

/**
 * Creates unique ids. They are slices of pages of random characters, for drawing each id costs more. A page holds complete ids with one
 * prefix.
 */
export interface RandomIds {
  /** Returns the prefix and `length` characters of 0-9A-Za-z. */
  base62(prefix: string, length: number): string
  /** Returns the prefix and a version 4 UUID without its dashes. */
  uuid(prefix: string): string
}

export function createRandomIds(): RandomIds {
  const drawBase62 = createIdPages(base62Alphabet)
  const drawHex = createIdPages('0123456789abcdef', (page, start) => {
    page[start + 12] = 0x34
    page[start + 16] = uuidVariants[page[start + 16]! & 3]!
  })
  return { base62: drawBase62, uuid: prefix => drawHex(prefix, 32) }
}

const uuidVariants = Buffer.from('89ab')
const maxIdsPerPage = 128

function createIdPages(alphabet: string, adjust?: (page: Buffer, start: number) => void) {
  const characters = Uint8Array.from({ length: 256 }, (_, byte) => alphabet.charCodeAt(byte % alphabet.length))
  let bytes = Buffer.alloc(0)
  let page = ''
  let position = 0
  let pagePrefix = ''
  let idLength = 0
  // The first pages are small, because code that never ran is slow, and a first response waits for them.
  let idsPerPage = 1
  const fillPage = (prefix: string, length: number) => {
    idsPerPage = Math.min(maxIdsPerPage, 2 * idsPerPage)
    idLength = prefix.length + length
    if (bytes.length !== idLength * idsPerPage) bytes = Buffer.alloc(idLength * idsPerPage)
    const filled = bytes
    for (let start = 0; start < filled.length; start += idLength) {
      const end = start + idLength
      let at = start
      for (let index = 0; index < prefix.length; index++) filled[at++] = prefix.charCodeAt(index)
      for (; at < end; at += 3) {
        // Three bytes are a small integer. The next id replaces bytes behind the end.
        const drawn = (Math.random() * 0x100_0000) | 0
        filled[at] = characters[drawn & 255]!
        filled[at + 1] = characters[(drawn >> 8) & 255]!
        filled[at + 2] = characters[drawn >> 16]!
      }
      adjust?.(filled, start + prefix.length)
    }
    page = filled.toString('latin1')
    position = 0
    pagePrefix = prefix
  }
  return (prefix: string, length: number): string => {
    if (position === page.length || prefix !== pagePrefix || idLength !== prefix.length + length)
      fillPage(prefix, length)
    position += idLength
    return page.slice(position - idLength, position)
  }
}
