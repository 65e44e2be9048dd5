/** Counts and cuts text as the service's models do, with the vocabularies of gpt-tokenizer. */

import type { Budget } from '../core/budget.js'
import { createCache } from '../core/cache.js'
import { fixedLimits } from '../core/fixed-limits.js'
import type { EncodingTokenizer, TextPiece } from './encoding-tokenizer.js'
import { createBoundedCounter, sliceText, splitLongRuns, tokenUnits } from './long-text.js'
import { createWordTokenizer, uncommonTextError } from './word-tokenizer.js'

/** The encodings of the service's models. */
export type EncodingName = 'o200k_base' | 'cl100k_base'

/** Counts text in all encodings. */
export interface Tokenizer {
  /** Loads an encoding's vocabulary. The second load of an encoding is free. */
  load(encoding: EncodingName): Promise<void>
  /** Counts the tokens of a text. Throws `EncodingNotLoadedError` before the encoding is loaded. */
  count(text: string, encoding: EncodingName): number
  /**
   * Runs pure work with one encoding. It runs at once if the encoding is loaded or all its text is common words.
   * Otherwise it runs (again) after the encoding is loaded.
   */
  withEncoding<T>(encoding: EncodingName, work: (tokenizer: EncodingTokenizer) => T): T | Promise<T>
}

/** Thrown when an encoding is used before its vocabulary is loaded. */
export class EncodingNotLoadedError extends Error {
  constructor(readonly encoding: EncodingName) {
    super(`the encoding ${encoding} is not loaded`)
  }
}

export function createTokenizer(): Tokenizer {
  const encodings = {
    o200k_base: new Encoding('o200k_base'),
    cl100k_base: new Encoding('cl100k_base')
  }
  let wordTokenizer: EncodingTokenizer | undefined
  return {
    load: name => encodings[name].load(),
    count: (text, name) => encodings[name].count(text),
    withEncoding(name, work) {
      const encoding = encodings[name]
      if (encoding.isLoaded) return work(encoding)
      try {
        wordTokenizer ??= createWordTokenizer()
        return work(wordTokenizer)
      } catch (error) {
        if (error !== uncommonTextError) throw error
        return encoding.load().then(() => work(encoding))
      }
    }
  }
}

/** One encoding: its vocabulary once it is loaded, and a cache of counts. */
class Encoding implements EncodingTokenizer {
  #vocabulary: Vocabulary | undefined
  #loading: Promise<void> | undefined
  readonly #counts = createCache<number>(fixedLimits.tokenCache)

  constructor(private readonly name: EncodingName) {}

  get isLoaded(): boolean {
    return this.#vocabulary !== undefined
  }

  load(): Promise<void> {
    this.#loading ??= loadVocabulary(this.name).then(vocabulary => {
      this.#vocabulary = vocabulary
    })
    return this.#loading
  }

  // Callers pass `count` on without its object, so it is an arrow function.
  readonly count = (text: string): number => {
    const cached = this.#counts.get(text)
    if (cached !== undefined) return cached
    const counted = createBoundedCounter(this.#requireVocabulary().count)(text)
    this.#counts.set(text, counted)
    return counted
  }

  readonly pieces = (text: string, budget?: Budget): readonly TextPiece[] => {
    const vocabulary = this.#requireVocabulary()
    const pieces: TextPiece[] = []
    for (const slice of sliceText(text)) {
      const tokens = vocabulary.encode(slice)
      budget?.spendWork(1 + tokenUnits(tokens.length, slice) + tokens.length, 'the tokens of its text')
      budget?.spendBytes(bytesPerPiece * tokens.length, 'the tokens of its text')
      cutIntoPieces(pieces, slice, tokens, vocabulary)
    }
    return pieces
  }

  #requireVocabulary(): Vocabulary {
    if (!this.#vocabulary) throw new EncodingNotLoadedError(this.name)
    return this.#vocabulary
  }
}

const bytesPerPiece = 64

interface Vocabulary {
  encode(text: string): number[]
  count(text: string): number
  /** The number of UTF-8 bytes of a token. */
  byteLength(token: number): number
}

/** Loads a vocabulary by a separate import, so that a bundler writes each to a separate file and only used files are read. */
async function loadVocabulary(name: EncodingName): Promise<Vocabulary> {
  // One import after the other: jest's loader of ES modules fails if two load the same dependency at the same time.
  const [api, ranks] =
    name === 'o200k_base'
      ? [await import('gpt-tokenizer/encoding/o200k_base'), await import('gpt-tokenizer/bpeRanks/o200k_base')]
      : [await import('gpt-tokenizer/encoding/cl100k_base'), await import('gpt-tokenizer/bpeRanks/cl100k_base')]
  const tokenBytes: readonly (string | readonly number[] | undefined)[] = ranks.default
  // Text that looks like a special token is text.
  const options = { disallowedSpecial: new Set<string>() }
  let cachedChars = 0
  // The library caches 100,000 words of any length.
  const limitWordCache = (text: string) => {
    cachedChars += text.length
    if (cachedChars < fixedLimits.wordCacheText) return
    cachedChars = 0
    api.clearMergeCache()
  }
  return {
    encode: text => {
      limitWordCache(text)
      const tokens: number[] = []
      for (const part of splitLongRuns(text)) for (const token of api.encode(part, options)) tokens.push(token)
      return tokens
    },
    count: text => {
      limitWordCache(text)
      let total = 0
      for (const part of splitLongRuns(text)) total += api.countTokens(part, options)
      return total
    },
    byteLength: token => {
      const bytes = tokenBytes[token]
      return typeof bytes === 'string' ? Buffer.byteLength(bytes) : (bytes?.length ?? 1)
    }
  }
}

/** Walks text and tokens side by side, and cuts wherever a token's last byte is a character's last byte. */
function cutIntoPieces(pieces: TextPiece[], text: string, textTokens: readonly number[], vocabulary: Vocabulary): void {
  let start = 0
  let at = 0
  let pendingBytes = 0
  let tokens = 0
  for (const token of textTokens) {
    pendingBytes += vocabulary.byteLength(token)
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
}
