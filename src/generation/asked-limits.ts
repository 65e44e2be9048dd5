/** Reads the limits that an error names, `at least 18` or `no more than 5 words`, and brings values into them. */
import type { Json } from '../core/openai-types.js'
import { countSource, readCount } from './counts.js'
import { splitEnd } from './text-changes.js'

/** The range of a number, or of the length of a text or a list. */
interface Limits {
  min?: number
  max?: number
  /** Whether `min` itself is too small. */
  isMinOpen?: boolean
  /** Whether `max` itself is too large. */
  isMaxOpen?: boolean
  /** What is counted; of a number, its unit. */
  unit?: string
}

const number = `(-?\\d[\\d,]*(?:\\.\\d+)?|${countSource.replace('|an?', '')})`
const unit = '(?:[\\s-]?(?:[a-z]+\\s)?(characters?|chars?|letters?|digits?|words?|items?|elements?|entries|values)\\b)?'
const createLimit = (lead: string, set: LimitRow['set'], tail = unit): LimitRow => ({
  pattern: new RegExp(
    `(?:${lead})\\s?(?:the\\s|of\\s|to\\s|is\\s|be\\s){0,2}(?:an?\\s)?${number}(?![\\w]|\\sof\\b)${tail}`,
    'i'
  ),
  set
})

interface LimitRow {
  pattern: RegExp
  /** @param isForbidden whether the text forbids what the words say */
  set(value: number, isForbidden: boolean): Limits
}

const above = (value: number, isForbidden: boolean): Limits =>
  isForbidden ? { max: value } : { min: value, isMinOpen: true }
const below = (value: number, isForbidden: boolean): Limits =>
  isForbidden ? { min: value } : { max: value, isMaxOpen: true }
const atLeast = (min: number): Limits => ({ min })
const atMost = (max: number): Limits => ({ max })

/** Of rows that set the same end of the range, the first counts. */
const limitRows: readonly LimitRow[] = [
  createLimit(
    '\\b(?:at least|(?:greater|more|larger|higher|longer) than or equal (?:to )?|no (?:less|fewer|lower|smaller|shorter) than|minimum(?: \\w+)?(?: of| is|:)?|min(?: \\w+)?(?:[.:=]| of| is)?)|>=|≥',
    atLeast
  ),
  createLimit(
    '\\b(?:at most|(?:less|smaller|lower|fewer|shorter) than or equal (?:to )?|no (?:more|greater|larger|higher|longer|bigger) than|up to|maximum(?: \\w+)?(?: of| is|:)?|max(?: \\w+)?(?:[.:=]| of| is)?|limit(?:ed)? (?:of|to|is))|<=|≤',
    atMost
  ),
  createLimit('\\b(?:(?:greater|more|larger|higher|longer|bigger|older) than|above|over|exceeds?|exceeding)|>', above),
  createLimit('\\b(?:(?:less|fewer|smaller|lower|shorter|younger) than|below|under)|<', below),
  createLimit(
    '\\b(?:exactly|equal to|equals?)|\\b(?:must|should) (?:be|have|contain)',
    value => ({ min: value, max: value }),
    unit.replace(/\?$/, '')
  ),
  createLimit('\\b(?:exactly|equal to|equals)', value => ({ min: value, max: value }))
]

const range = new RegExp(
  `\\b(?:between|range(?: of)?|from|within|expected)\\s[[(]?${number}\\s?(?:and|to|-|–|,)\\s?${number}${unit}`,
  'i'
)
const reversed = new RegExp(
  `(?<![\\w.])${number}${unit}\\sor\\s(more|less|fewer|longer|shorter|greater|higher|lower|older|younger|above|below)\\b`,
  'i'
)

/** How many characters of a class a text has: `at least one uppercase letter`. */
const someChars =
  /\b(?:least|contains?|have|has|with)\b[^.,]{0,30}\b(?:upper-?case|lower-?case|capital|special|numeric)\s(?:characters?|letters?|digits?|symbols?)\b/i

const read = (text: string): number => (/^-?\d/.test(text) ? Number(text.replaceAll(',', '')) : readCount(text))

/** Reads the limits of a text. */
export function readValueLimits(text: string, isForbidden: boolean): Limits | undefined {
  if (someChars.test(text)) return undefined
  const between = range.exec(text)
  if (between) {
    const [a, b] = [read(between[1]!), read(between[2]!)]
    return withUnit({ min: Math.min(a, b), max: Math.max(a, b) }, between[3])
  }
  const either = reversed.exec(text)
  if (either)
    return withUnit(
      /more|longer|greater|higher|older|above/i.test(either[3]!) ? atLeast(read(either[1]!)) : atMost(read(either[1]!)),
      either[2]
    )
  let limits: Limits | undefined
  for (const { pattern, set } of limitRows) {
    const match = pattern.exec(text)
    if (match) limits = { ...withUnit(set(read(match[1]!), isForbidden), match[2]), ...limits }
  }
  return limits
}

const withUnit = (limits: Limits, found: string | undefined): Limits =>
  found ? { ...limits, unit: found.toLowerCase() } : limits

/** Brings a value into limits, as near as possible; undefined if the limits are not about such a value. */
export function fitLimits(value: Json, limits: Limits): Json | undefined {
  const { unit: counted = '' } = limits
  if (typeof value === 'number') return counted ? undefined : fitNumber(value, limits)
  if (Array.isArray(value)) return /char|letter|digit|word/.test(counted) ? undefined : fitList(value, closed(limits))
  if (typeof value !== 'string') return undefined
  if (!counted && /^-?\d+(?:\.\d+)?$/.test(value)) return String(fitNumber(Number(value), limits))
  if (/word/.test(counted)) return fitWords(value, closed(limits))
  if (/digit/.test(counted) && /^[\d\s()+./-]+$/.test(value))
    return fitCharacters(value.replace(/\D/g, ''), closed(limits))
  if (/digit/.test(counted) || (/letter/.test(counted) && /[\P{L}]/u.test(value))) return undefined
  return /^(?:|char.*|letter.*|digit.*)$/.test(counted) ? fitCharacters(value, closed(limits)) : undefined
}

function fitNumber(value: number, { min = -Infinity, max = Infinity, isMinOpen, isMaxOpen }: Limits): number {
  const step = Number.isInteger(value) ? 1 : 0.01
  const isTooLow = isMinOpen ? value <= min : value < min
  const isTooHigh = isMaxOpen ? value >= max : value > max
  if (isTooLow) return isMinOpen ? round(step === 1 ? Math.floor(min) + 1 : min + step) : min
  if (isTooHigh) return isMaxOpen ? round(step === 1 ? Math.ceil(max) - 1 : max - step) : max
  return value
}

const round = (value: number): number => Number(value.toFixed(6))

/** Counts are whole numbers: more than 4 is at least 5. */
const closed = ({ min = 0, max = Infinity, isMinOpen, isMaxOpen }: Limits): Counts => ({
  min: Math.min(maxCount, isMinOpen ? min + 1 : min),
  max: Math.max(0, isMaxOpen ? max - 1 : max)
})

const maxCount = 400

interface Counts {
  min: number
  max: number
}

function fitList(list: Json[], { min, max }: Counts): Json[] {
  const fitted = list.slice(0, max)
  for (let at = 0; list.length && fitted.length < min; at++) {
    const item = list[at % list.length]!
    fitted.push(typeof item === 'string' ? `${item} ${2 + Math.floor(at / list.length)}` : item)
  }
  return fitted
}

const moreWords = 'with a few more words that say what it is about and why it is useful'.split(' ')

function fitWords(text: string, { min, max }: Counts): string {
  const words = text.split(/\s+/).filter(Boolean)
  if (words.length > max)
    return words
      .slice(0, max)
      .join(' ')
      .replace(/[,;:]$/, '')
  const missing = min - words.length
  const more = Array.from({ length: Math.max(0, missing) }, (_, at) => moreWords[at % moreWords.length]!)
  return more.length ? insertBeforeEnd(text, more.join(' ')) : text
}

const insertBeforeEnd = (text: string, more: string): string => {
  const { body, end } = splitEnd(text)
  return `${body} ${more}${end}`.trim()
}

function fitCharacters(text: string, { min, max }: Counts): string {
  if (text.length > max) return min === max ? text.slice(0, max) : cutAtWord(text, max)
  if (text.length >= min) return text
  if (/^\d+$/.test(text)) return text.padStart(min, '0')
  if (!/\s/.test(text.trim())) return text.padEnd(min, text.trim() || 'x')
  let longer = text
  for (let count = 1; longer.length < min; count++)
    longer = insertBeforeEnd(text, Array.from({ length: count }, (_, at) => moreWords[at % moreWords.length]).join(' '))
  return longer.slice(0, max)
}

function cutAtWord(text: string, max: number): string {
  if (/\s/.test(text[max]!)) return text.slice(0, max).trimEnd()
  const space = text.lastIndexOf(' ', max)
  return space > max / 2 ? text.slice(0, space).replace(/[,;:]$/, '') : text.slice(0, max)
}
