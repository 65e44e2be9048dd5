/** Reads a date or a time into the parts that an object has for it: a year, a month and a day, or an hour and a minute. */
import type { Json } from '../core/openai-types.js'
import { stemNoun } from '../prompt/tokens.js'
import type { PromptValue } from '../prompt/value.js'
import { splitPropertyName } from '../prompt/words.js'
import type { MergedSchema } from './merged-schema.js'
import type { SchemaMerger } from './schema-merger.js'

/** A part of a date or of a time. */
export type DatePart = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'fraction'

const partWords: ReadonlyMap<string, DatePart> = new Map(
  Object.entries({
    year: 'year',
    month: 'month',
    day: 'day',
    hour: 'hour',
    minute: 'minute',
    min: 'minute',
    second: 'second',
    sec: 'second',
    nano: 'fraction',
    nanosecond: 'fraction',
    microsecond: 'fraction',
    millisecond: 'fraction'
  } as const)
)

/** The parts by the names of the properties, if an object has nothing else than numbers for the parts of a date or time. */
export function readPartNames(merger: SchemaMerger, merged: MergedSchema): ReadonlyMap<string, DatePart> | undefined {
  const { names } = merged.object
  if (names.length < 2 || names.length > 7) return undefined
  const parts = new Map<string, DatePart>()
  for (const name of names) {
    const part = partWords.get(stemNoun(splitPropertyName(name)))
    if (!part || !merger.property(merged, name).kinds.includes('number')) return undefined
    parts.set(name, part)
  }
  const found = new Set(parts.values())
  return found.size === parts.size && (found.has('month') || found.has('minute')) ? parts : undefined
}

/** Splits a date or a time; undefined if it has not all parts. */
export function splitDate({ kind, value, text }: PromptValue, parts: ReadonlyMap<string, DatePart>): Json | undefined {
  if (kind !== 'date' && kind !== 'time' && kind !== 'dateTime') return undefined
  const iso = kind === 'dateTime' ? text : String(value)
  const date = /^(\d{4})-(\d\d)-(\d\d)/.exec(iso) ?? []
  const time = /(\d\d):(\d\d)(?::(\d\d))?/.exec(iso) ?? []
  const found: Record<DatePart, string | undefined> = {
    year: date[1],
    month: date[2],
    day: date[3],
    hour: time[1],
    minute: time[2],
    // What is not said of a time is 0.
    second: time[3] ?? '0',
    fraction: '0'
  }
  const entries = [...parts].map(([name, part]): [string, number] => [name, Number(found[part])])
  return entries.some(([, number]) => Number.isNaN(number)) ? undefined : Object.fromEntries(entries)
}
