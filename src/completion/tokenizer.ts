/** Counts and cuts text as the service's models do, with the vocabularies of gpt-tokenizer. */

import type { Budget } from '../core/budget.js'
import { createCache } from '../core/cache.js'
import { fixedLimits } from '../core/fixed-limits.js'
import { createRepeatFilter } from '../core/repeat-filter.js'
import type { EncodingTokenizer, TextPiece } from './encoding-tokenizer.js'
import { type EncodingName, loadVocabulary } from './load-vocabulary.js'
import { createBoundedCounter, sliceText, tokenUnits } from './long-text.js'
import { createVocabulary, type Vocabulary } from './vocabulary.js'
import { createWordTokenizer, uncommonTextError } from './word-tokenizer.js'

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
  readonly #isRepeated = createRepeatFilter()

  constructor(private readonly name: EncodingName) {}

  get isLoaded(): boolean {
    return this.#vocabulary !== undefined
  }

  load(): Promise<void> {
    this.#loading ??= loadVocabulary(this.name).then(packed => {
      this.#vocabulary = createVocabulary(packed)
    })
    return this.#loading
  }

  // Callers pass `count` on without its object, so it is an arrow function.
  readonly count = (text: string): number => {
    const vocabulary = this.#requireVocabulary()
    if (text.length <= maxUncachedChars) return vocabulary.count(text)
    return createBoundedCounter(slice => this.#countSlice(slice, vocabulary))(text)
  }

  // The start of a long text is often the start of the next one too, as in the turns of a conversation.
  #countSlice(slice: string, vocabulary: Vocabulary): number {
    const cached = this.#counts.get(slice)
    if (cached !== undefined) return cached
    const counted = vocabulary.count(slice)
    if (this.#isRepeated(slice)) this.#counts.set(copyText(slice), counted)
    return counted
  }

  readonly pieces = (text: string, budget?: Budget): readonly TextPiece[] => {
    const vocabulary = this.#requireVocabulary()
    const pieces: TextPiece[] = []
    for (const slice of sliceText(text)) {
      const lengths = vocabulary.tokenLengths(slice)
      budget?.spendWork(1 + tokenUnits(lengths.length, slice) + lengths.length, 'the tokens of its text')
      budget?.spendBytes(bytesPerPiece * lengths.length, 'the tokens of its text')
      cutIntoPieces(pieces, slice, lengths)
    }
    return pieces
  }

  readonly decode = (tokens: readonly number[]): string | number => this.#requireVocabulary().decode(tokens)

  #requireVocabulary(): Vocabulary {
    if (!this.#vocabulary) throw new EncodingNotLoadedError(this.name)
    return this.#vocabulary
  }
}

const bytesPerPiece = 64

// To count a text below this size costs as little as to look it up.
const maxUncachedChars = 64

/** A slice keeps all of its text in memory; a copy does not. */
const copyText = (text: string): string => Buffer.from(text, 'utf16le').toString('utf16le')

/** Walks text and tokens side by side, and cuts wherever a token's last byte is a character's last byte. */
function cutIntoPieces(pieces: TextPiece[], text: string, tokenLengths: readonly number[]): void {
  let start = 0
  let at = 0
  let pendingBytes = 0
  let tokens = 0
  for (const length of tokenLengths) {
    pendingBytes += length
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
