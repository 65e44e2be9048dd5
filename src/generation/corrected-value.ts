/** Corrects a value as the text of an error asks for it: a table of what errors ask for. */
import type { Json } from '../core/openai-types.js'
import { fitLimits, readValueLimits } from './asked-limits.js'
import { textCorrections } from './corrected-text.js'
import type { Correction } from './text-changes.js'

/** Corrects a value as an error asks for it; undefined if the error asks for nothing that is known, or the value is right. */
export function correctValue(value: Json, message: string, find: FindValue = findNothing): Json | undefined {
  if (aboutKeys.test(message) || (typeof value === 'string' && value.length > maxTextChars)) return undefined
  let corrected = value
  for (const clause of readClauses(message)) corrected = correctFor(corrected, clause, find) ?? corrected
  return JSON.stringify(corrected) === JSON.stringify(value) ? undefined : corrected
}

const maxTextChars = 10_000

/** Errors about keys that are missing, or too many. */
const aboutKeys =
  /\b(?:field required|(?:required|missing|unknown|unrecognized|additional|extra) (?:required )?(?:property|properties|fields?|keys?|arguments?|members?|inputs?))\b/i

/** Finds a value of a kind such as `email`, `url` or `date`, in the prompt. */
type FindValue = (kind: string) => string | undefined

const findNothing: FindValue = () => undefined

/** A part of an error that asks for a correction. */
interface Clause {
  text: string
  /** Whether the text forbids what its words say. */
  isForbidden: boolean
}

const demand =
  /\b(?:must|should|shall|may|can(?:not)?|has to|have to|needs? to|expected|ensure|make sure|use|remove|avoid|allowed|permitted|forbidden|prohibited|disallowed|only|please|do not|don['’]t|too)\b|[<>]=?|[≥≤]/i
const negation =
  /\b(?:not|no|without|never|avoid|remove|cannot|forbidden|prohibited|disallowed|free of|instead of)\b|n['’]t\b/i
const contrast =
  /,?\s\(?\b(?:instead of|rather than|but (?:was|is|got|has)|got|received|found)\s[^;,.)]{0,80}|,\s(?:and\s)?not\s[^;,.)]{0,80}|\bunable to\b.*$/gi
const sentenceEnd = /[.!;](?=\s|$)\s*|\n+|,?\s\bbut (?=(?:it )?(?:must|should|has to|needs to|expected))/i
const furtherDemand =
  /,?\sand (?=(?:(?:must|should|may|can)\b|cannot\b|not\b|contains?\b|includes?\b|have\b|starts?\b|ends?\b|be\b))/i

/** The parts of an error that ask for something; of an error that only complains, all its parts. */
function readClauses(message: string): Clause[] {
  const sentences = message
    .slice(0, 600)
    .replace(/^\s*(?:(?:value|assertion) error|assertion failed|error|invalid \w+)[,:]\s*/i, '')
    .split(sentenceEnd)
    .filter(each => each && /[\p{L}\p{N}]/u.test(each))
    .slice(0, 8)
  const demands = sentences.filter(each => demand.test(each))
  // "has spaces" forbids them, and "has no digits" asks for them.
  if (!demands.length)
    return sentences.map(text => ({ text, isForbidden: complains.test(text) && !negation.test(text) }))
  return demands.flatMap(sentence =>
    sentence
      .replace(contrast, '')
      .split(furtherDemand)
      .map((text, at) => ({ text, isForbidden: isNegated(text, at > 0) }))
  )
}

/** Whether the words between commas that ask for something forbid it. */
function isNegated(text: string, isFurther: boolean): boolean {
  const parts = text.split(/,\s/)
  return negation.test(isFurther ? text : (parts.find(part => demand.test(part)) ?? text))
}

const complains =
  /\b(?:contains?|includes?|has|have|starts? with|ends? with|exceeds?|(?:less|more|greater|larger|smaller|longer|shorter|lower|higher|fewer) than|above|below)\b/i

type Row = (value: Json, clause: Clause, find: FindValue) => Json | undefined

function correctFor(value: Json, clause: Clause, find: FindValue): Json | undefined {
  const limits = readValueLimits(clause.text, clause.isForbidden)
  const fitted = limits && fitLimits(value, limits)
  // An error may ask for a length and for a form.
  if (fitted !== undefined)
    return (
      (clause.isForbidden ? undefined : (correctNumber(fitted, clause) ?? correctText(fitted, clause, find))) ?? fitted
    )
  for (const row of rows) {
    const corrected = row(value, clause, find)
    if (corrected !== undefined) return corrected
  }
  return undefined
}

/** The rows in their order: the first that has a value counts. */
const rows: readonly Row[] = [
  (_, { text }) => suggestion.exec(text)?.[2],
  (value, { text, isForbidden }) => (isForbidden ? undefined : pickOption(value, readOptions(text))),
  correctNumber,
  correctType,
  correctList,
  correctText,
  (value, { text, isForbidden }) => (isForbidden ? undefined : readExact(value, text))
]

const suggestion = /\b(?:did you mean|perhaps you meant|suggestion:|correct value is)\s(["'`])([^"'`\n]{1,200})\1/i

const optionLead =
  /\b(?:one of|any of|either|allowed(?: values| options)?(?: are| is|:)|permitted(?: values)?(?: are|:)|valid (?:values|options|choices)(?: are|:)|choose from|(?:should|must) be(?= ["'`]))\s{0,2}(?:the following)?(?:\s(?:values|options|choices))?[:\s[({]{0,4}/i

/** The options that an error lists: in quotes, or as words between commas. */
function readOptions(text: string): string[] {
  const lead = optionLead.exec(text)
  if (!lead) return []
  const rest = text.slice(lead.index + lead[0].length).slice(0, 400)
  const quoted = [...rest.matchAll(/(["'`])([^"'`\n]{1,80})\1/g)].map(match => match[2]!)
  const options = quoted.length
    ? quoted
    : rest
        .replace(/[\])}].*$/s, '')
        .split(/\s*[,|/]\s*(?:or\s|and\s)?|\s(?:or|and)\s/)
        .map(each => each.trim())
  return options.length > 1 && options.every(each => /^\S+(?: \S+){0,2}$/.test(each)) ? options : []
}

const toKey = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '')

/** The option that is the value in another form, or else the first. */
function pickOption(value: Json, options: readonly string[]): Json | undefined {
  const key = toKey(String(value))
  const found =
    options.find(option => option === String(value)) ??
    options.find(option => toKey(option) === key) ??
    options.find(option => key && (key.includes(toKey(option)) || toKey(option).includes(key))) ??
    options[0]
  return found === undefined ? undefined : typeof value === 'number' ? toNumber(found) : found
}

const toNumber = (text: string): number | undefined => {
  const digits = /-?\d[\d,]*(?:\.\d+)?/.exec(text)?.[0].replaceAll(',', '')
  return digits === undefined ? undefined : Number(digits)
}

const numberCorrections: readonly { asks: RegExp; correct(value: number, match: RegExpExecArray): number }[] = [
  {
    asks: /\b(?:multiples? of|divisible by)\s(\d{1,9}(?:\.\d{1,6})?)/i,
    correct: (value, [, factor]) => Math.max(1, Math.round(value / Number(factor))) * (Number(factor) || 1)
  },
  { asks: /\bnon-?negative\b/i, correct: value => Math.abs(value) },
  { asks: /\bpositive\b/i, correct: value => Math.abs(value) || 1 },
  { asks: /\bnegative\b/i, correct: value => -Math.abs(value) || -1 },
  { asks: /\bnon-?zero\b/i, correct: value => value || 1 },
  { asks: /\bodd\b/i, correct: value => (value % 2 ? value : value + 1) },
  { asks: /\beven\b/i, correct: value => (value % 2 ? value + 1 : value) },
  { asks: /\b(?:integer|whole number|int)\b/i, correct: value => Math.round(value) }
]
const opposites: Readonly<Record<string, string>> = {
  positive: 'negative',
  negative: 'non-negative',
  odd: 'even',
  even: 'odd'
}

function correctNumber(value: Json, { text, isForbidden }: Clause): number | undefined {
  if (typeof value !== 'number') return undefined
  const plain = isForbidden
    ? text.replace(/\b(?:positive|negative|odd|even)\b/i, word => opposites[word.toLowerCase()]!)
    : text
  for (const { asks, correct } of numberCorrections) {
    const match = asks.exec(plain)
    if (match) return correct(value, match)
  }
  return undefined
}

/** The value as the type that an error names. */
function correctType(value: Json, { text, isForbidden }: Clause): Json | undefined {
  const type =
    /\b(?:valid|expected|be an?|not an?|type)\s(?:type\s)?["'`]?(integer|int|number|float|decimal|string|str|boolean|bool|list|array)\b/i.exec(
      text
    )?.[1]
  if (!type || (isForbidden && !/\bnot an?\b/i.test(text))) return undefined
  if (/^(?:list|array)$/i.test(type)) return Array.isArray(value) ? undefined : [value]
  if (/^str/i.test(type)) return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
  if (typeof value !== 'string') return undefined
  if (/^bool/i.test(type)) return /^\s*(?:true|yes|y|on|1)\b/i.test(value)
  const parsed = toNumber(value)
  return parsed !== undefined && /^int/i.test(type) ? Math.round(parsed) : parsed
}

function correctText(value: Json, { text, isForbidden }: Clause, find: FindValue): string | undefined {
  if (typeof value !== 'string') return undefined
  for (const { asks, correct, avoid } of textCorrections) {
    const match = asks.exec(text)
    const change: Correction | undefined = isForbidden ? avoid : correct
    const corrected = match && change?.(value, match, find)
    if (typeof corrected === 'string') return corrected
  }
  return undefined
}

function correctList(list: Json, clause: Clause, find: FindValue): Json[] | undefined {
  const { text, isForbidden } = clause
  if (!Array.isArray(list)) return undefined
  if (/\b(?:unique|distinct|duplicates?|repeated)\b/i.test(text)) {
    const seen = new Set<string>()
    return list.filter(item => !seen.has(JSON.stringify(item)) && seen.add(JSON.stringify(item)))
  }
  if (/\bsorted|ascending|alphabetical|\bdescending/i.test(text) && !isForbidden) {
    const sorted = [...list].sort((a, b) => (a! < b! ? -1 : a! > b! ? 1 : 0))
    return /\bdescending\b/i.test(text) ? sorted.reverse() : sorted
  }
  // An error about the list is about each of its texts.
  const corrected = list.slice(0, maxItems).map(item => correctText(item, clause, find))
  return corrected.some(item => item !== undefined) ? list.map((item, at) => corrected[at] ?? item) : undefined
}

/** The value in the form that an error spells: `must be JASON`. */
function readForm(value: Json, text: string): string | undefined {
  const form = /\b(?:must|should) be ([\p{L}\p{N}_-]{1,60})$/u.exec(text.trim())?.[1]
  return form && typeof value === 'string' && toKey(form) === toKey(value) ? form : undefined
}

const maxItems = 50

/** The one value that an error wants: `must be "draft"`, `use 'en' instead`, `must be true`. */
function readExact(value: Json, text: string): Json | undefined {
  const match =
    /\b(?:(?:must|should|has to|needs to|expected to) (?:be|equal|read|say)|equal to|expected|use)(?: the (?:word|value|string))?[:\s]\s?(?:(["'`“])([^"'`”\n]{1,200})["'`”]|(true|false|null|-?\d+(?:\.\d+)?)(?![\w.]))/i.exec(
      text
    )
  if (!match) return readForm(value, text)
  const [, , quoted, literal] = match
  if (quoted !== undefined) return typeof value === 'number' ? toNumber(quoted) : quoted
  const parsed: Json = JSON.parse(literal!.toLowerCase())
  return typeof value === 'string' && parsed !== null ? String(literal) : parsed
}
