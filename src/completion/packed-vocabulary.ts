/** Packs a vocabulary of tokens into one array of bytes, so that a process reads it without work and with little memory. */

/** The tokens of a vocabulary in the order of their ranks: texts, or bytes that are no text. */
type Ranks = readonly (string | readonly number[] | undefined)[]

/** Returns the rank of a token's bytes, or -1. */
export type FindRank = (bytes: Uint8Array, start: number, end: number) => number

// An entry of the table of hashes has the rank of a token plus one, and above it bits of its hash.
const rankBits = 18
const rankMask = (1 << rankBits) - 1
const headWords = 4

/**
 * The parts of the result: the sizes, where each token starts, the table of hashes, the bytes of all tokens, the source of the
 * regex. All numbers are little-endian.
 *
 * @param split cuts a text into the pieces whose bytes are merged
 */
export function packVocabulary(ranks: Ranks, split: RegExp): Uint8Array {
  const tokens = Array.from(ranks, token => Buffer.from((token ?? '') as string))
  const tableSize = 2 ** Math.ceil(Math.log2(2 * tokens.length))
  const words = new Uint32Array(headWords + tokens.length + 1 + tableSize)
  const starts = words.subarray(headWords)
  const table = words.subarray(headWords + tokens.length + 1)
  tokens.forEach((token, rank) => {
    starts[rank + 1] = starts[rank]! + token.length
    if (!token.length) return
    const hash = hashBytes(token, 0, token.length)
    let at = hash & (tableSize - 1)
    while (table[at]) at = (at + 1) & (tableSize - 1)
    table[at] = (hash & ~rankMask) | (rank + 1)
  })
  words.set([tokens.length, tableSize, starts[tokens.length]!])
  return Buffer.concat([swapIfBigEndian(Buffer.from(words.buffer)), ...tokens, Buffer.from(split.source)])
}

interface UnpackedVocabulary {
  find: FindRank
  /** Returns the bytes of a token, or undefined for a number that is no token. */
  bytesOf(rank: number): Uint8Array | undefined
  /** Cuts a text into the pieces whose bytes are merged. */
  split: RegExp
}

export function unpackVocabulary(packed: Uint8Array): UnpackedVocabulary {
  const { getUint32, byteLength } = readerOf(packed)
  const [count, tableSize, byteCount] = [getUint32(0), getUint32(4), getUint32(8)]
  const wordCount = headWords + count + 1 + tableSize
  if (4 * wordCount + byteCount > byteLength) throw new Error('the vocabulary is not complete')
  // The copy is aligned.
  const words = new Uint32Array(wordCount)
  swapIfBigEndian(Buffer.from(words.buffer).fill(packed.subarray(0, 4 * wordCount)))
  const starts = words.subarray(headWords, headWords + count + 1)
  const table = words.subarray(headWords + count + 1)
  const tokens = packed.slice(4 * wordCount, 4 * wordCount + byteCount)
  const isToken = (rank: number, bytes: Uint8Array, start: number, end: number) => {
    const from = starts[rank]!
    if (starts[rank + 1]! - from !== end - start) return false
    for (let at = start; at < end; at++) if (bytes[at] !== tokens[from + at - start]) return false
    return true
  }
  return {
    split: new RegExp(Buffer.from(packed.subarray(4 * wordCount + byteCount)).toString(), 'uy'),
    bytesOf(rank) {
      const [start, end] = [starts[rank], starts[rank + 1]]
      return start === undefined || end === undefined || start === end ? undefined : tokens.subarray(start, end)
    },
    find(bytes, start, end) {
      const hash = hashBytes(bytes, start, end)
      const hashPart = hash >>> rankBits
      for (let at = hash & (tableSize - 1); table[at] !== 0; at = (at + 1) & (tableSize - 1)) {
        const entry = table[at]!
        const rank = (entry & rankMask) - 1
        if (entry >>> rankBits === hashPart && isToken(rank, bytes, start, end)) return rank
      }
      return -1
    }
  }
}

function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193)
  hash ^= hash >>> 15
  return Math.imul(hash, 0x2c1b3c6d)
}

function readerOf({ buffer, byteOffset, byteLength }: Uint8Array) {
  const view = new DataView(buffer, byteOffset, byteLength)
  return { byteLength, getUint32: (at: number) => view.getUint32(at, true) }
}

const isLittleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1

const swapIfBigEndian = (words: Buffer): Buffer => (isLittleEndian ? words : words.swap32())
