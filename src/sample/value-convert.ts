/** Converts a value of a prompt to the types that a property allows. */
import type { Json } from '../core/openai-types.js'
import { readDigits, readNumberWord } from '../prompt/numbers.js'
import { stemNoun } from '../prompt/tokens.js'
import type { PromptValue } from '../prompt/value.js'
import { type DatePart, splitDate } from './date-parts.js'
import type { MergedSchema } from './merged-schema.js'
import type { PropertyWords } from './property-words.js'

/** A property that may get a value. */
export interface Slot {
  words: PropertyWords
  /** The rules of the value: one for each branch that is not null. */
  shapes: readonly MergedSchema[]
  /** The parts of a date or time that the properties of the value are. */
  dateParts?: ReadonlyMap<string, DatePart>
}

/** The kinds of JSON value that a slot allows. */
export const allowsKind = ({ shapes }: Slot, kind: MergedSchema['kinds'][number]) =>
  shapes.some(shape => !shape.values && shape.kinds.includes(kind))
const allowsInteger = ({ shapes }: Slot) => shapes.some(shape => shape.kinds.includes('number') && shape.range.integer)
const formatsOf = ({ shapes }: Slot) => shapes.flatMap(shape => shape.text.formats)

/** Whether a property is a person who is known by a title. */
export const isTitled = (name: readonly string[]): boolean =>
  name.some(word => /^(?:doctor|physician|professor|dentist|surgeon|therapist|provider)$/.test(word))

/** Converts a value to the types that a slot allows; undefined if it has no such form. */
export function convertValue(slot: Slot, value: PromptValue): Json | undefined {
  if (slot.dateParts) return splitDate(value, slot.dateParts)
  const listed = slot.shapes.flatMap(shape => shape.values ?? [])
  if (listed.length > 0) return convertToListed(listed, value)
  const isAny = slot.shapes.some(shape => shape.kinds.length === 6)
  if (!isAny && allowsKind(slot, 'number')) {
    const number = convertToNumber(slot, value)
    if (number !== undefined) return number
  }
  if (!isAny && allowsKind(slot, 'boolean')) {
    const boolean = convertToBoolean(value)
    if (boolean !== undefined) return boolean
  }
  return allowsKind(slot, 'string') ? convertToText(slot, value) : undefined
}

function convertToListed(listed: readonly Json[], { text, value, kind }: PromptValue): Json | undefined {
  const key = normalise(text)
  return listed.find(each =>
    typeof each === 'string' ? normalise(each) === key : kind === 'pair' ? String(each) === text : each === value
  )
}

/** A text for comparison: words in lower case, without separators. */
export const normalise = (text: string) =>
  text
    .toLowerCase()
    .replace(/[\s_.-]+/g, ' ')
    .trim()

function convertToNumber(slot: Slot, value: PromptValue): number | undefined {
  if (value.kind === 'number') return convertUnit(slot, value)
  if (value.kind === 'date') return readDatePart(slot, String(value.value))
  if (value.kind === 'code' && allowsInteger(slot)) return undefined
  if (value.kind !== 'pair' && value.kind !== 'quoted') return undefined
  const digits =
    /[-−]?(?:\d{1,3}(?:\.\d{3})+,\d{1,2}(?!\d)|\d+,\d{1,2}(?![\d,])|(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)/.exec(
      value.text
    )?.[0]
  if (digits === undefined) return value.kind === 'pair' ? readNumberWord(value.text.toLowerCase()) : undefined
  if (value.kind === 'quoted' && digits !== value.text) return undefined
  // `12-B` and `ORD-12` are codes.
  return /^\D{0,4}[-−]?[\d.,]+(?:$|[\s%€$£°,;)]|[a-z]{1,7}\b)/i.test(value.text) ? readDigits(digits) : undefined
}

const timeFactors: ReadonlyMap<string, number> = new Map(
  Object.entries({
    s: 1,
    sec: 1,
    second: 1,
    min: 60,
    minute: 60,
    h: 3600,
    hr: 3600,
    hour: 3600,
    day: 86_400,
    week: 604_800
  })
)

/** A duration in the unit that the name of the property has: 2 hours are 120 `minutes`. */
function convertUnit({ words }: Slot, { value, unit }: PromptValue): number {
  const number = value as number
  const from = unit?.class === 'duration' ? timeFactors.get(stemNoun(unit.name)) : undefined
  const to = words.name.map(word => timeFactors.get(word)).find(factor => factor !== undefined)
  return from && to && from !== to ? (number * from) / to : number
}

function readDatePart({ words }: Slot, date: string): number | undefined {
  const part = ['year', 'month', 'day'].findIndex(name => words.name.includes(name))
  return part < 0 ? undefined : Number(date.split('-')[part])
}

function convertToBoolean({ kind, text }: PromptValue): boolean | undefined {
  if (kind !== 'pair') return undefined
  if (/^(?:true|yes|on|enabled|y)\b/i.test(text)) return true
  return /^(?:false|no|off|disabled|n|none)\b/i.test(text) ? false : undefined
}

function convertToText(slot: Slot, value: PromptValue): string | undefined {
  const [format] = formatsOf(slot)
  if (value.kind === 'date') {
    if (format === 'date-time') return `${value.value}T00:00:00Z`
    return format === 'date' || /YYYY|ISO/i.test(slot.words.about) ? String(value.value) : value.text
  }
  if (value.kind === 'time') return format === 'time' ? `${value.value}Z` : value.text
  if (value.kind === 'dateTime') {
    if (format === 'date') return value.text.slice(0, 10)
    if (format === 'time')
      return /[zZ+]|-\d\d:/.test(value.text.slice(11)) ? value.text.slice(11) : `${value.text.slice(11)}Z`
    if (format === 'date-time')
      return /(?:[zZ]|[+-]\d\d:?\d\d)$/.test(value.text.slice(11))
        ? value.text
        : `${value.text.replace(' ', 'T')}${/:\d\d:\d\d/.test(value.text) ? '' : ':00'}Z`
    return value.text
  }
  if (value.kind === 'url') {
    const url = String(value.value)
    return format === 'uri' && !url.includes('://') ? `https://${url}` : url
  }
  if (value.title && /^(?:Dr|Prof)/.test(value.title) && isTitled(slot.words.name))
    return `${value.title} ${value.text}`
  // Only a color has its `#`.
  if (value.kind === 'code' && value.text.startsWith('#') && !slot.words.concepts.some(({ name }) => name === 'color'))
    return value.text.slice(1)
  return value.text
}
