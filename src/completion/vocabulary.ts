/** Finds the tokens of texts by byte pair encoding. */
import { ByteMerger } from './byte-merger.js'
import { unpackVocabulary } from './packed-vocabulary.js'

export interface Vocabulary {
  /** Counts the tokens of a text. */
  count(text: string): number
  /** Returns the number of UTF-8 bytes of each token. */
  tokenLengths(text: string): number[]
  /** Returns the text of tokens, or the index of the first number that is no token. */
  decode(tokens: readonly number[]): string | number
}

/** @param packed from `packVocabulary` */
export function createVocabulary(packed: Uint8Array): Vocabulary {
  const { find, bytesOf, split } = unpackVocabulary(packed)
  const merger = new ByteMerger(find)
  const encodePiece = (text: string, start: number): number => {
    const end = split.lastIndex
    merger.reserve(3 * (end - start))
    return encodeUtf8(text, start, end, merger.bytes)
  }
  return {
    count(text) {
      let total = 0
      split.lastIndex = 0
      for (let start = 0; split.test(text); start = split.lastIndex) total += merger.merge(encodePiece(text, start))
      return total
    },
    tokenLengths(text) {
      const lengths: number[] = []
      split.lastIndex = 0
      for (let start = 0; split.test(text); start = split.lastIndex) {
        merger.merge(encodePiece(text, start))
        merger.addLengths(lengths)
      }
      return lengths
    },
    decode(tokens) {
      const parts: Uint8Array[] = []
      for (const [at, token] of tokens.entries()) {
        const bytes = bytesOf(token)
        if (!bytes) return at
        parts.push(bytes)
      }
      return Buffer.concat(parts).toString()
    }
  }
}

/** Writes a part of a text as UTF-8, and half of a pair of surrogates as U+FFFD. Returns the number of bytes. */
function encodeUtf8(text: string, start: number, end: number, bytes: Uint8Array): number {
  let size = 0
  for (let index = start; index < end; index++) {
    let code = text.charCodeAt(index)
    if (code < 0x80) {
      bytes[size++] = code
      continue
    }
    if (code >= 0xd800 && code < 0xe000) {
      code = text.codePointAt(index)!
      if (code > 0xffff) index++
      else code = 0xfffd
    }
    if (code < 0x800) bytes[size++] = 0xc0 | (code >> 6)
    else {
      if (code < 0x10000) bytes[size++] = 0xe0 | (code >> 12)
      else {
        bytes[size++] = 0xf0 | (code >> 18)
        bytes[size++] = 0x80 | ((code >> 12) & 63)
      }
      bytes[size++] = 0x80 | ((code >> 6) & 63)
    }
    bytes[size++] = 0x80 | (code & 63)
  }
  return size
}
