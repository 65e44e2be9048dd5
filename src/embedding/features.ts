/** Reads the features of a text: its words, the beginnings of its words, their groups of letters, and pairs of words. Pure. */
import { hashRange, mix } from './hash-text.js'
import { isStopWord } from './stop-words.js'

/** A text may be megabytes long, so only its start is read. */
export const maxEmbeddedChars = 262_144

// A run of letters may be as long as the text. Its parts count as words.
const maxWordChars = 40

/** The weights of the features. Forms of a word share its beginning, so three beginnings weigh more than the word itself. */
const weights = { word: 1, prefix: 0.55, letters: 0.16, pair: 0.2, stopWord: 0.08 }

const kinds = Object.keys(weights) as (keyof typeof weights)[]
const prefixLengths = [4, 5, 6]
const letterCount = 3

/** Calls back for each feature with its hash and weight. A feature that occurs again adds less each time. */
export function visitFeatures(text: string, seed: number, visit: (hash: number, weight: number) => void): void {
  const counts = countFeatures(text, seed)
  for (const kind of kinds) for (const [hash, count] of counts[kind]) visit(hash, weights[kind] * (1 + Math.log(count)))
}

type FeatureCounts = Record<keyof typeof weights, Map<number, number>>

function countFeatures(text: string, seed: number): FeatureCounts {
  const counts = Object.fromEntries(kinds.map(kind => [kind, new Map()])) as FeatureCounts
  let previous = 0
  for (const word of readWords(text)) {
    const hash = hashRange(word, 0, word.length, seed)
    if (isStopWord(word)) count(counts.stopWord, hash)
    else addWord(word, hash, seed, counts)
    if (previous) count(counts.pair, mix(previous ^ (hash >>> 1)))
    previous = isStopWord(word) ? 0 : hash
  }
  return counts
}

function addWord(word: string, hash: number, seed: number, counts: FeatureCounts): void {
  count(counts.word, hash)
  for (const length of prefixLengths)
    if (word.length >= length - 1) count(counts.prefix, hashRange(word, 0, length, seed ^ prefixSeed))
  const marked = `^${word}$`
  for (let at = 0; at + letterCount <= marked.length; at++)
    count(counts.letters, hashRange(marked, at, at + letterCount, seed ^ lettersSeed))
}

// Features of different kinds have different hashes.
const prefixSeed = 0x5bd1e995
const lettersSeed = 0x1b873593

const count = (counts: Map<number, number>, hash: number): unknown => counts.set(hash, (counts.get(hash) ?? 0) + 1)

const wordPattern = /[\p{L}\p{N}]+/gu
// Writing systems without spaces between words.
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u

/** The words of a text, in lower case and without accents. Where words have no spaces, each character is a word. */
function* readWords(text: string): Generator<string> {
  const plain = text
    .slice(0, maxEmbeddedChars)
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}+/gu, '')
  for (const run of plain.match(wordPattern) ?? []) {
    if (unspaced.test(run)) yield* run
    else for (let at = 0; at < run.length; at += maxWordChars) yield run.slice(at, at + maxWordChars)
  }
}
