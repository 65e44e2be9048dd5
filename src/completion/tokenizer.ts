/** The keeper of gpt-tokenizer: counts and cuts text as the service's models do, and stays quick on hostile text. */

import { type Cache, createCache } from '../core/cache.js'
import { isSingleToken } from './single-token-words.js'
import type { EncodingTokenizer, TextPiece } from './token-text.js'

export type EncodingName = 'o200k_base' | 'cl100k_base'

export interface Tokenizer {
  /** Fetches an encoding's vocabulary; the other verbs need it. Loading twice costs nothing. */
  load(encoding: EncodingName): Promise<void>
  isLoaded(encoding: EncodingName): boolean
  encode(text: string, encoding: EncodingName): number[]
  /** The texts of the tokens, joining to the text; tokens that share a character stand together. */
  pieces(text: string, encoding: EncodingName): string[]
  count(text: string, encoding: EncodingName): number
  /**
   * Does pure work with one encoding. It is done at once when the encoding is loaded, or when all the text it meets is common
   * words; otherwise it is done (again) as soon as the encoding is loaded.
   */
  withEncoding<T>(encoding: EncodingName, work: (tokenizer: EncodingTokenizer) => T): T | Promise<T>
}

interface LoadedEncoding {
  encode(text: string): number[]
  count(text: string): number
  /** How many bytes of UTF-8 a token stands for. */
  byteLength(token: number): number
}

type Vocabulary = readonly (string | readonly number[] | undefined)[]

export function createTokenizer({ cachedChars = 4_000_000 }: { cachedChars?: number } = {}): Tokenizer {
  const encodings: { [name in EncodingName]?: LoadedEncoding } = {}
  const loading: { [name in EncodingName]?: Promise<void> } = {}
  const caches: { [name in EncodingName]: Cache<number> } = {
    o200k_base: createCache(cachedChars),
    cl100k_base: createCache(cachedChars)
  }
  const requireEncoding = (name: EncodingName): LoadedEncoding => {
    const encoding = encodings[name]
    if (!encoding) throw new EncodingNotLoadedError(name)
    return encoding
  }
  const count = (text: string, name: EncodingName) => {
    const known = caches[name].get(text)
    if (known !== undefined) return known
    const counted = countOrEstimate(text, requireEncoding(name))
    caches[name].set(text, counted)
    return counted
  }
  const load = (name: EncodingName): Promise<void> => {
    loading[name] ??= loadEncoding(name).then(encoding => {
      encodings[name] = encoding
    })
    return loading[name]
  }
  const encodingTokenizers: { [name in EncodingName]: EncodingTokenizer } = {
    o200k_base: createEncodingTokenizer('o200k_base'),
    cl100k_base: createEncodingTokenizer('cl100k_base')
  }
  let wordTokenizer: EncodingTokenizer | undefined
  function createEncodingTokenizer(name: EncodingName): EncodingTokenizer {
    return { count: text => count(text, name), pieces: text => cutIntoPieces(text, requireEncoding(name)) }
  }
  return {
    load,
    isLoaded: name => encodings[name] !== undefined,
    encode: (text, name) => requireEncoding(name).encode(text),
    pieces: (text, name) => cutIntoPieces(text, requireEncoding(name)).map(piece => piece.text),
    count,
    withEncoding(name, work) {
      if (encodings[name]) return work(encodingTokenizers[name])
      try {
        wordTokenizer ??= createWordTokenizer()
        return work(wordTokenizer)
      } catch (error) {
        if (error !== uncommonTextError) throw error
        return load(name).then(() => work(encodingTokenizers[name]))
      }
    }
  }
}

/** Thrown by what needs a vocabulary that is not loaded yet. */
export class EncodingNotLoadedError extends Error {
  constructor(readonly encoding: EncodingName) {
    super(`the encoding ${encoding} is not loaded`)
  }
}

const uncommonTextError = new Error('a text has more in it than common words')
// Lower-case words with at most a capital first, single spaces, and points that end a word: here every encoding cuts alike.
// A word is taken whole or not at all, so that no text makes the test try again and again.
const commonTextPattern = /^(?: ?(?:[A-Z]?[a-z]+(?![a-z])|[AI](?= ))|[.,!?](?= |$))*$/
const maxCommonChars = 20_000
const commonTokenPattern = / ?[A-Za-z]+|[.,!?]/g

function createWordTokenizer(): EncodingTokenizer {
  const cutWords = (text: string): string[] => {
    const found =
      text.length <= maxCommonChars && commonTextPattern.test(text) ? (text.match(commonTokenPattern) ?? []) : undefined
    if (!found?.every(isSingleToken)) throw uncommonTextError
    return found
  }
  return {
    count: text => cutWords(text).length,
    pieces: text => cutWords(text).map(token => ({ text: token, tokens: 1 }))
  }
}

/** Each import stands by itself, so that a bundler makes a file of each vocabulary and only what is used is read. */
async function loadEncoding(name: EncodingName): Promise<LoadedEncoding> {
  // One after the other: jest's loader of ES modules fails on two that want the same third at the same time.
  const [api, ranks] =
    name === 'o200k_base'
      ? [await import('gpt-tokenizer/encoding/o200k_base'), await import('gpt-tokenizer/bpeRanks/o200k_base')]
      : [await import('gpt-tokenizer/encoding/cl100k_base'), await import('gpt-tokenizer/bpeRanks/cl100k_base')]
  const vocabulary: Vocabulary = ranks.default
  // Text that looks like a special token is text.
  const options = { disallowedSpecial: new Set<string>() }
  return {
    encode: text => {
      const tokens: number[] = []
      for (const part of splitLongRuns(text)) for (const token of api.encode(part, options)) tokens.push(token)
      return tokens
    },
    count: text => {
      let total = 0
      for (const part of splitLongRuns(text)) total += api.countTokens(part, options)
      return total
    },
    byteLength: token => {
      const bytes = vocabulary[token]
      return typeof bytes === 'string' ? Buffer.byteLength(bytes) : (bytes?.length ?? 1)
    }
  }
}

// By bytes, so that a run of Chinese is half as long in characters as one of Latin letters.
const maxRunBytes = 2048
const longRunPattern = /[\p{L}\p{M}]{1025,}|[^\s\p{L}\p{M}\p{N}]{1025,}|\s{1025,}/u

/**
 * Merging takes quadratic time on a run of one kind, so such runs are cut; text that people and programs write has none so long.
 * What breaks a run here breaks it in both encodings too, so text without long runs is never cut.
 */
function splitLongRuns(text: string): string[] {
  if (text.length <= maxRunBytes / 2 || !longRunPattern.test(text)) return [text]
  const found: string[] = []
  let start = 0
  let runBytes = 0
  let kind: CharKind = 'space'
  for (let at = 0; at < text.length; ) {
    const point = text.codePointAt(at) ?? 0
    const pointKind = charKind(point)
    if (pointKind !== kind) {
      kind = pointKind
      runBytes = 0
    } else if (kind !== 'digit' && runBytes >= maxRunBytes) {
      found.push(text.slice(start, at))
      start = at
      runBytes = 0
    }
    runBytes += point < 0x80 ? 1 : point < 0x10000 ? 2 : 4
    at += point > 0xffff ? 2 : 1
  }
  found.push(text.slice(start))
  return found
}

type CharKind = 'space' | 'digit' | 'letter' | 'mark'

function charKind(point: number): CharKind {
  if (point < 0x80) {
    if ((point | 32) >= 97 && (point | 32) <= 122) return 'letter'
    if (point === 32 || (point >= 9 && point <= 13)) return 'space'
    return point >= 48 && point <= 57 ? 'digit' : 'mark'
  }
  const character = String.fromCodePoint(point)
  if (letterPattern.test(character)) return 'letter'
  if (/\s/.test(character)) return 'space'
  return /\p{N}/u.test(character) ? 'digit' : 'mark'
}

const letterPattern = /[\p{L}\p{M}]/u

const maxCountedBytes = 131_072
const sampleCount = 12
const sampleLength = 1024

/**
 * Encoding a megabyte takes longer than a server may stand still. Beyond what any prompt of ours weighs, samples taken
 * at even distances stand for the rest; the estimate is the same for the same text.
 */
function countOrEstimate(text: string, encoding: LoadedEncoding): number {
  if (text.length <= maxCountedBytes && Buffer.byteLength(text) <= maxCountedBytes) return encoding.count(text)
  let tokens = 0
  let chars = 0
  for (let each = 0; each < sampleCount; each++) {
    const start = Math.floor((each * (text.length - sampleLength)) / (sampleCount - 1))
    const sample = text.slice(start, start + sampleLength)
    tokens += encoding.count(sample)
    chars += sample.length
  }
  return Math.round((tokens / chars) * text.length)
}

/** Walks text and tokens side by side, and cuts wherever a token's last byte is a character's last byte. */
function cutIntoPieces(text: string, encoding: LoadedEncoding): TextPiece[] {
  const pieces: TextPiece[] = []
  let start = 0
  let at = 0
  let pendingBytes = 0
  let tokens = 0
  for (const token of encoding.encode(text)) {
    pendingBytes += encoding.byteLength(token)
    tokens++
    while (at < text.length) {
      const point = text.codePointAt(at) ?? 0
      const bytes = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4
      if (bytes > pendingBytes) break
      pendingBytes -= bytes
      at += point > 0xffff ? 2 : 1
    }
    if (pendingBytes > 0 || at === start) continue
    pieces.push({ text: text.slice(start, at), tokens })
    start = at
    tokens = 0
  }
  if (start < text.length) pieces.push({ text: text.slice(start), tokens: Math.max(1, tokens) })
  return pieces
}
