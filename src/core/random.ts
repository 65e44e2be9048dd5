/** Seeded chance: the same seed gives the same draws, so the same request can have the same answer. */
import { sha256Of } from './hash.js'

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

export interface Chance {
  /** A float in [0, 1). */
  next(): number
  /** An integer from `low` to `high`, both included. */
  integer(low: number, high: number): number
  pick<T>(list: readonly T[]): T
  /** `length` characters of 0-9A-Za-z. */
  base62(length: number): string
  hex(length: number): string
  /** A new, independent sequence. Draws from it do not move this one. */
  fork(label: string | number): Chance
}

/** Makes a sequence from a seed: the parts are joined and hashed, so `['a', 'b']` and `['ab']` differ. */
export function createChance(...parts: (string | number | Buffer)[]): Chance {
  const digest = sha256Of(parts)
  return sequence([digest.readUInt32LE(0), digest.readUInt32LE(4), digest.readUInt32LE(8), digest.readUInt32LE(12)])
}

// sfc32: small, fast and of good quality; state is 128 bits from the hash.
function sequence(seed: [number, number, number, number]): Chance {
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
    base62: length => string(length, base62),
    hex: length => string(length, '0123456789abcdef'),
    fork: label => createChance(String(label), seed.join())
  }
}

/** The first five characters of a completion's id: base62 of the seconds since 2019-12-20, as on every recorded id. */
export function idPrefix(created: number): string {
  let rest = Math.max(0, created - 1576800000)
  let text = ''
  for (let i = 0; i < 5; i++) {
    text = base62[rest % 62] + text
    rest = Math.floor(rest / 62)
  }
  return text
}

/**
 * Ids that come once, cut from pages of random characters: drawing them one id at a time costs more than the rest of the id.
 * A page has the whole ids of one prefix next to each other, so that an id is one slice of it.
 */
export interface RandomIds {
  /** The prefix and `length` characters of 0-9A-Za-z. */
  base62(prefix: string, length: number): string
  /** The prefix and a version 4 UUID without its dashes. */
  uuid(prefix: string): string
}

export function createRandomIds(): RandomIds {
  const letters = createPages(base62)
  const digits = createPages('0123456789abcdef', (page, start) => {
    page[start + 12] = 0x34
    page[start + 16] = variants[page[start + 16]! & 3]!
  })
  return { base62: letters, uuid: prefix => digits(prefix, 32) }
}

const variants = Buffer.from('89ab')
const idsOnPage = 128

function createPages(alphabet: string, mend?: (page: Buffer, start: number) => void) {
  const characters = Uint8Array.from({ length: 256 }, (_, byte) => alphabet.charCodeAt(byte % alphabet.length))
  let page = ''
  let at = 0
  let of = ''
  let each = 0
  const write = (prefix: string, length: number) => {
    each = prefix.length + length
    const bytes = Buffer.allocUnsafe(each * idsOnPage)
    for (let i = 0; i < bytes.length; i += 4) {
      const drawn = Math.random() * 0x1_0000_0000
      for (let byte = 0; byte < 4; byte++) bytes[i + byte] = characters[(drawn >>> (8 * byte)) & 255]!
    }
    for (let start = 0; start < bytes.length; start += each) {
      bytes.write(prefix, start, 'latin1')
      mend?.(bytes, start + prefix.length)
    }
    page = bytes.toString('latin1')
    at = 0
    of = prefix
  }
  return (prefix: string, length: number): string => {
    if (at === page.length || prefix !== of || each !== prefix.length + length) write(prefix, length)
    at += each
    return page.slice(at - each, at)
  }
}
