/** Reads dates and times in their usual notations. */
import { months } from './word-lists.js'

export const twoDigits = (value: number) => String(value).padStart(2, '0')

const monthNames = months.map(name => name.toLowerCase())
const monthPattern = '(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]{0,6}'

/** A notation of dates: its pattern, and the order of its groups. */
interface DateNotation {
  pattern: RegExp
  read(groups: string[]): string | undefined
}

/** The notations of dates, each read as `YYYY-MM-DD`. */
export const dateNotations: readonly DateNotation[] = [
  { pattern: /\b(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\b(?![-/]?\d)/g, read: ([y, m, d]) => toDate(y, Number(m), d) },
  {
    pattern: new RegExp(`\\b(${monthPattern})\\.?\\s(\\d{1,2})(?:st|nd|rd|th)?,?\\s(\\d{4})\\b`, 'gi'),
    read: ([m, d, y]) => toDate(y, findMonth(m), d)
  },
  {
    pattern: new RegExp(`\\b(\\d{1,2})(?:st|nd|rd|th|\\.)?\\s(?:of\\s)?(${monthPattern})\\.?,?\\s(\\d{4})\\b`, 'gi'),
    read: ([d, m, y]) => toDate(y, findMonth(m), d)
  },
  {
    pattern: /\b(\d{1,2})-(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)-(\d{4})\b/gi,
    read: ([d, m, y]) => toDate(y, findMonth(m), d)
  },
  {
    // Of `3/4/2025` the month is first, as in the United States, unless it cannot be a month.
    pattern: /\b(\d{1,2})\/(\d{1,2})\/(\d{4})\b/g,
    read: ([a, b, y]) => toDate(y, Number(a), b) ?? toDate(y, Number(b), a)
  },
  { pattern: /\b(\d{1,2})\.(\d{1,2})\.(\d{4})\b/g, read: ([d, m, y]) => toDate(y, Number(m), d) },
  {
    pattern: /\b(\d{1,2})-(\d{1,2})-(\d{4})\b/g,
    read: ([d, m, y]) => toDate(y, Number(m), d) ?? toDate(y, Number(d), m)
  }
]

/** Dates without a year, which are texts only. */
export const partialDate = new RegExp(
  `\\b(?:${monthPattern}\\s\\d{1,2}(?:st|nd|rd|th)?|\\d{1,2}(?:st|nd|rd|th)?\\s(?:of\\s)?${monthPattern})\\b`,
  'gi'
)

/** Whether a text with a day has the name of a month. */
export const isMonthDay = (text: string) => findMonth(/[a-z]{3,9}(?!.*[a-z]{3})/i.exec(text)?.[0]) > 0

function findMonth(text = ''): number {
  const name = text.toLowerCase().replace(/\.$/, '')
  return name.length < 3
    ? 0
    : 1 + monthNames.findIndex(month => month.startsWith(name) || (name === 'sept' && month === 'september'))
}

function toDate(year = '', month = 0, day = ''): string | undefined {
  const days = Number(day)
  if (month < 1 || month > 12 || days < 1 || days > new Date(Date.UTC(Number(year), month, 0)).getUTCDate())
    return undefined
  return `${year}-${twoDigits(month)}-${twoDigits(days)}`
}

/** Times of day: `7:30`, `07:30:15`, `7 pm`, `7.30 am`. */
export const timePattern =
  /\b([01]?\d|2[0-3])(?::([0-5]\d)(?::([0-5]\d))?)?(?:\s?([ap])(?:m\b|\.m\.)|(?<=:\d\d)(?![:\d]))/gi

/** Reads a time of day as `HH:MM:SS`. */
export function readTime([hours = '', minutes = '00', seconds = '00', half]: (string | undefined)[]):
  | string
  | undefined {
  let hour = Number(hours)
  if (half && (hour < 1 || hour > 12)) return undefined
  if (half) hour = (hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0)
  return `${twoDigits(hour)}:${minutes}:${seconds}`
}
