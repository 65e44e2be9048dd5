/** Reads the value of each match of a recogniser. */
import { currencySymbols, findMultiplier, findUnit, readDigits, readNumberWord } from './numbers.js'
import type { PromptToken } from './tokens.js'
import type { PromptValue } from './value.js'
import { stopWords } from './word-lists.js'

/** What a recogniser found: the value, unless it is the matched text. */
export interface Recognised extends Partial<Omit<PromptValue, 'kind'>> {
  text: string
}

const trimUrl = (text: string) => {
  const url = text.replace(/[.,;:!?*]+$/, '')
  return /[)\]]$/.test(url) && !/[([]/.test(url) ? url.replace(/[)\]]+[.,;:!?]*$/, '') : url
}
export const readUrl = ([text]: RegExpExecArray): Recognised => {
  const url = trimUrl(text)
  return { text: url, value: /^www\./i.test(url) ? `https://${url}` : url }
}
/** A quote of one URL, address, file or date is read by the row of its kind. */
export const readQuote = (match: RegExpExecArray): Recognised | undefined => {
  const inner = match.slice(1).find(group => group !== undefined)
  if (
    inner === undefined ||
    inner.trim() === '' ||
    /^(?:https?:\/\/\S+|[\w.+-]+@[\w.-]+|\d{4}-\d\d-\d\d|[\w./~-]*\w\.[a-z]{2,4})$/i.test(inner)
  )
    return undefined
  return { text: inner }
}
export const readNumber = (
  { 0: match, 1: sign = '', 2: digits = '', index }: RegExpExecArray,
  text: string
): Recognised | undefined => {
  const before = text.slice(Math.max(0, index - 1), index)
  // `3-5` is a range, and `A-5` a code.
  const isRange = /[-−]/.test(match) && /[\w)]/.test(before)
  const number = readDigits((isRange ? '' : match.includes('-') || match.includes('−') ? '-' : '') + digits)
  if (number === undefined) return undefined
  const rest = text.slice(index + match.length, index + match.length + 24)
  const multiplier = findMultiplier(rest)
  const unit = findUnit(rest.slice(multiplier?.length ?? 0))
  const symbol = sign.replace(/[-−\s]/g, '')
  return {
    text: symbol === '#' ? digits : match.trim(),
    value: multiplier ? number * multiplier.factor : number,
    unit: currencySymbols[symbol] ? { class: 'money', name: symbol } : unit && { class: unit.class, name: unit.name }
  }
}

/** A number beside an `x`: it has the unit of the last number. */
export const readDimension = ({ 0: digits, index }: RegExpExecArray, text: string): Recognised | undefined => {
  // `0x10` is one number.
  if (/(?:^|\W)0x$/.test(text.slice(Math.max(0, index - 3), index)) || text.startsWith('0x', index)) return undefined
  const rest = text.slice(index + digits.length, index + digits.length + 60)
  const unit = findUnit(rest.replace(/^(?:\s?[x×]\s?\d{1,9}(?:\.\d{1,9})?){1,3}/, ''))
  return { text: digits, value: Number(digits), unit: unit && { class: unit.class, name: unit.name } }
}

const phraseEnds: ReadonlySet<string> = new Set(
  'and or in into from on at with using for to please today tomorrow now tonight right by as is are then so this next'.split(
    ' '
  )
)
const articles: ReadonlySet<string> = new Set(['the', 'a', 'an', 'some'])
const plainUnits: ReadonlySet<string> = new Set('day days week weeks month months year years room rooms'.split(' '))

/** Reads several quoted words as one text. */
export function readQuotedWords({ 0: match, 1: list = '', index }: RegExpExecArray): Recognised {
  const words = [...list.matchAll(/`([^`]+)`|"([^"]+)"/g)].map(each => each[1] ?? each[2]!)
  const start = index + match.length
  return { text: words.join(', '), start, end: start + list.length }
}

/** A phrase after its cue: `red shoes` of `search for red shoes in Rome`. */
export function readPhrase({ 0: match, 1: cue = '', 2: rest = '', index }: RegExpExecArray): Recognised | undefined {
  const words = rest.split(' ', maxPhraseWords)
  const from = articles.has(words[0]!.toLowerCase()) ? 1 : 0
  const end = words.findIndex((word, at) => at >= from && (word === '' || phraseEnds.has(word.toLowerCase())))
  const kept = words.slice(from, end < 0 ? undefined : end)
  const text = kept.join(' ')
  if (text === '' || stopWords.has(kept[0]!.toLowerCase()) || plainUnits.has(text)) return undefined
  const start = index + match.length + rest.indexOf(text)
  return { text, start, end: start + text.length, cue: cue.toLowerCase() }
}

const maxPhraseWords = 12

export function findNumberWords(text: string, tokens: readonly PromptToken[]): PromptValue[] {
  return tokens.flatMap(({ lower, start, end }, index) => {
    const value = readNumberWord(lower)
    if (value === undefined) return []
    const next = tokens[index + 1]?.lower ?? ''
    // `one` is a number only before what it counts.
    if (
      lower === 'one' &&
      (next === '' ||
        stopWords.has(next) ||
        index === 0 ||
        /^(?:the|this|that|which|each|no|any|every|small|big|large|red|other)$/.test(tokens[index - 1]!.lower))
    )
      return []
    if (/^(?:hundred|dozen)$/.test(lower) && !/^(?:a|one)$/.test(tokens[index - 1]?.lower ?? '')) return []
    const unit = findUnit(text.slice(end, end + 24))
    return [
      {
        kind: 'number',
        text: lower,
        value,
        start,
        end,
        isVague: true,
        unit: unit && { class: unit.class, name: unit.name }
      }
    ]
  })
}

/** What a number counts: the `red apples` of `3 red apples`. */
export function readCounted({ 0: match, 1: words = '', index }: RegExpExecArray): Recognised | undefined {
  const kept = words
    .split(' ')
    .filter((word, at, all) => !stopWords.has(word) && !(at > 0 && stopWords.has(all[at - 1]!)))
  const text = kept.join(' ')
  if (text === '' || !words.startsWith(text) || findUnit(` ${text}`)) return undefined
  const start = index + match.lastIndexOf(words)
  return { text, start, end: start + text.length, isVague: true }
}

/** What something is, up to a word that is no part of it: the `bicycle` of `is a bicycle with 2 wheels`. */
export function readPredicate({ 0: match, 1: words = '', index }: RegExpExecArray): Recognised | undefined {
  const all = words.split(' ')
  const end = all.findIndex(word => stopWords.has(word) || phraseEnds.has(word))
  const text = all.slice(0, end < 0 ? undefined : end).join(' ')
  const start = index + match.length
  return text === '' ? undefined : { text, start, end: start + text.length, cue: 'is' }
}
