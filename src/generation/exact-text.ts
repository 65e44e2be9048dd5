/** Writes sentences with an exact number of words or tokens. */

import { isSingleToken } from '../completion/word-tokenizer.js'
import type { Random } from '../core/random.js'
import type { AskedLength } from './asked-length.js'

/** Each word is one token in every encoding. {word} and {other} are words of the topic. Each length from 1 to 11 words is there. */
const plainSentences = [
  'Yes.',
  'It helps.',
  'It works.',
  'It takes time.',
  'Keep it simple.',
  'Look at {word} first.',
  'There is some more.',
  'Start here with {word} first.',
  'It is easy to learn.',
  'Many people like to begin here.',
  'There is more than one way.',
  'Then come back to {word} once more.',
  'In most cases it comes down to {word}.',
  'It also helps to look at {word}.',
  'You can find more on {word} in books.',
  'A good next step is to look at {word}.',
  'Many people like to start with {word} or {other}.',
  'It takes some time to see how {word} can change.',
  'If you have more time then look at {other} too.',
  'Most of the work is in {word} and not in {other}.',
  'There are some good ways to do this and all work.',
  'Over time you will see more of {word} and of {other}.'
]
const countWords = (text: string): number => text.split(' ').length
const longest = 11
const sentencesByLength: readonly (readonly string[])[] = Array.from({ length: longest + 1 }, (_, length) =>
  plainSentences.filter(sentence => countWords(sentence) === length)
)

/** Words of one token for a topic that has none. */
const plainWords = 'plan work team question answer result system process problem project design model'.split(' ')

/** How the length of a sentence is counted. */
interface Measure {
  /** The units of a sentence beside its words: a full stop is a token. */
  extra: 0 | 1
  /** The words that {word} and {other} may be. */
  words: readonly string[]
}

/** Writes text of exactly `count` tokens, in every encoding. */
export function writeTokens(count: number, keywords: readonly string[], random: Random): string {
  const single = keywords.map(word => word.toLowerCase()).filter(word => isSingleToken(` ${word}`))
  if (count === 1) return 'Yes'
  return writeExactly(count, { extra: 1, words: [...single, ...plainWords] }, random).join(' ')
}

/** Writes text of a length in words, sentences, paragraphs, lines or characters. */
export function writeLength({ unit, min, max }: AskedLength, keywords: readonly string[], random: Random): string {
  const words = keywords.length > 1 ? keywords : [...keywords, ...plainWords]
  const measure: Measure = { extra: 0, words }
  const count = min === max ? min : random.integer(Math.max(min, Math.min(max, Math.ceil(max / 2))), max)
  if (unit === 'word') return count === 1 ? capitalise(words[0]!) : writeExactly(count, measure, random).join(' ')
  if (unit === 'character') return writeCharacters(count, measure, random)
  const sentences = (number: number) =>
    Array.from({ length: number }, () => writeSentence(random.integer(6, longest), measure, random))
  if (unit === 'sentence') return sentences(count).join(' ')
  if (unit === 'line') return sentences(count).join('\n')
  return Array.from({ length: count }, () => sentences(3).join(' ')).join('\n\n')
}

function writeExactly(count: number, measure: Measure, random: Random): string[] {
  const { extra } = measure
  const sentences: string[] = []
  for (let left = count; left > 0; ) {
    const most = Math.min(longest, left - extra)
    // What is left must have room for a sentence: a word and its full stop.
    const size =
      most + extra === left
        ? most
        : Math.min(random.integer(Math.min(4, most), most), Math.max(1, left - 2 * extra - 1))
    sentences.push(writeSentence(size, measure, random))
    left -= size + extra
  }
  return sentences
}

function writeSentence(size: number, { words }: Measure, random: Random): string {
  const word = random.pick(words)
  const other = words[(words.indexOf(word) + 1) % words.length]!
  return random
    .pick(sentencesByLength[size]!)
    .replace('{word}', () => word)
    .replace('{other}', () => other)
}

/** Sentences up to the length; the last sentence is cut after a word, so that it fits. */
function writeCharacters(count: number, measure: Measure, random: Random): string {
  let text = ''
  while (text.length < count) text += `${text && ' '}${writeSentence(random.integer(5, longest), measure, random)}`
  if (text.length === count) return text
  return `${text.slice(0, count - 1).replace(/\W+$/, '')}.`.padEnd(count, '.')
}

const capitalise = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)
