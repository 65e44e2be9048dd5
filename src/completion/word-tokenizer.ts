/** Counts and cuts text of common English words without a vocabulary. */
import type { EncodingTokenizer } from './encoding-tokenizer.js'
import { singleTokenWords } from './single-token-words.js'

/** Thrown for text that needs a vocabulary. */
export const uncommonTextError = new Error('the text needs a vocabulary')

/** Creates a tokenizer that throws `uncommonTextError` for all text but common words. */
export function createWordTokenizer(): EncodingTokenizer {
  return {
    count: text => cutWords(text).length,
    pieces: text => cutWords(text).map(token => ({ text: token, tokens: 1 })),
    decode() {
      throw uncommonTextError
    }
  }
}

/** Whether a text, with the space before it if it has one, is one token in every encoding. */
export function isSingleToken(token: string): boolean {
  if (singleTokenMarks.has(token)) return true
  const startsWithSpace = token.startsWith(' ')
  const word = startsWithSpace ? token.slice(1) : token
  if (word.includes(' ')) return false
  const { anywhere, afterSpace, atStart } = singleTokenWords
  return anywhere.includes(` ${word} `) || (startsWithSpace ? afterSpace : atStart).includes(` ${word} `)
}

/** The marks and single letters that are one token each in every encoding. */
export const singleTokenMarks: ReadonlySet<string> = new Set(['.', ',', '!', '?', 'A', ' A', 'I', ' I'])

// Words in lower case with at most one capital first, single spaces, and marks that end a word: all encodings cut these alike.
// The pattern takes a word completely or not at all, so it never backtracks.
const commonTextPattern = /^(?: ?(?:[A-Z]?[a-z]+(?![a-z])|[AI](?= ))|[.,!?](?= |$))*$/
const commonTokenPattern = / ?[A-Za-z]+|[.,!?]/g
const maxCommonChars = 20_000

function cutWords(text: string): string[] {
  const tokens =
    text.length <= maxCommonChars && commonTextPattern.test(text) ? (text.match(commonTokenPattern) ?? []) : undefined
  if (!tokens?.every(isSingleToken)) throw uncommonTextError
  return tokens
}
