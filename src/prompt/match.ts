/** Defines a recogniser, and reads the value of each match. */
import {
  currencySymbols,
  findMultiplier,
  findUnit,
  readDigits,
  readNumberWord,
  readOrdinal,
  type Unit
} from './numbers.js'
import type { PromptToken } from './tokens.js'
import type { PromptValue, PromptValueKind } from './value.js'
import { stopWords } from './word-lists.js'

/** What a recogniser found: the value, unless it is the matched text. */
export interface Recognised extends Partial<Omit<PromptValue, 'kind'>> {
  text: string
}

/** A row of the table: what matches the pattern is a value of the kind, unless `read` returns undefined. */
export interface Recogniser {
  kind: PromptValueKind
  /** A character that each match has. The pattern runs only on texts with such a character. */
  needs: RegExp
  pattern: RegExp
  read?(match: RegExpExecArray, text: string): Recognised | undefined
  /** Whether other values may share the text of the value. */
  shares?: boolean
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
  const rest = text.slice(index + match.length, index + match.length + 24)
  const isBelowZero =
    (/[-−]/.test(match) && !isRange) ||
    saysMinus.test(text.slice(Math.max(0, index - 20), index)) ||
    isSouthOrWest(rest, digits)
  const number = readDigits((isBelowZero ? '-' : '') + digits)
  if (number === undefined) return undefined
  const multiplier = findMultiplier(rest)
  const unit = findUnit(rest.slice(multiplier?.length ?? 0)) ?? findRangeUnit(text, index, match)
  const symbol = sign.replace(/[-−\s]/g, '')
  return {
    text: symbol === '#' ? digits : match.trim(),
    value: multiplier ? number * multiplier.factor : number,
    unit: currencySymbols[symbol] ? { class: 'money', name: symbol } : unit && { class: unit.class, name: unit.name }
  }
}

/** The sign of a number as a word, which is no subtraction: `it is minus 5`. */
const saysMinus =
  /(?:^|\b(?:is|of|to|at|be|was|from|by|between|and|than|around|about)\s|[,:(]\s?)(?:minus|negative)\s$/i
/** The degrees of the south and the west are below zero: `74.0060° W`. */
const isSouthOrWest = (rest: string, digits: string) =>
  /^\s?°\s?[SW]\b/.test(rest) || (/\.\d\d/.test(digits) && /^\s?[SW]\b/.test(rest))

/** The unit of a range stands after its second number: `between 50 and 80 euros`, `10 to 15 km`. */
function findRangeUnit(text: string, index: number, match: string) {
  const rest = text.slice(index + match.length, index + match.length + 40)
  const range = /^\s?(?:(and)|to|or|-|–)\s?\d[\d.,]{0,12}(?<=\d)/.exec(rest)
  if (!range || (range[1] && !/\bbetween\s\S{0,1}$/i.test(text.slice(Math.max(0, index - 12), index)))) return undefined
  return findUnit(rest.slice(range[0].length))
}

/** A number beside an `x`: it has the unit of the last number. */
export const readDimension = ({ 0: digits, index }: RegExpExecArray, text: string): Recognised | undefined => {
  // `0x10` is one number.
  if (/(?:^|\W)0x$/.test(text.slice(Math.max(0, index - 3), index)) || text.startsWith('0x', index)) return undefined
  const rest = text.slice(index + digits.length, index + digits.length + 60)
  const unit = findUnit(rest.replace(/^(?:\s?[x×]\s?\d{1,9}(?:\.\d{1,9})?){1,3}/, ''))
  return { text: digits, value: Number(digits), unit: unit && { class: unit.class, name: unit.name } }
}

/** Reads several quoted words as one text. */
export function readQuotedWords({ 0: match, 1: list = '', index }: RegExpExecArray): Recognised {
  const words = [...list.matchAll(/`([^`]+)`|"([^"]+)"/g)].map(each => each[1] ?? each[2]!)
  const start = index + match.length
  return { text: words.join(', '), start, end: start + list.length }
}

const determiners: ReadonlySet<string> = new Set('the my your his her its our their this that'.split(' '))
const ordinalUnit: Unit = { class: 'ordinal', name: 'th' }

export function findNumberWords(text: string, tokens: readonly PromptToken[]): PromptValue[] {
  return tokens.flatMap(({ text: word, lower, start, end }, index): PromptValue[] => {
    const ordinal = readOrdinal(word)
    if (ordinal !== undefined && tokens[index + 1] && determiners.has(tokens[index - 1]?.lower ?? ''))
      return [{ kind: 'number', text: lower, value: ordinal, start, end, isVague: true, unit: ordinalUnit }]
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
