/** Joins a time with its day where one property has both: `tomorrow at 9am`. */
import type { PromptReading } from '../prompt/reading.js'
import type { PromptValue } from '../prompt/value.js'
import { overlaps, type PlanOption } from './value-assign.js'
import { allowsKind } from './value-convert.js'

interface Moments {
  chosen: readonly PlanOption[]
  values: readonly PromptValue[]
  reading: PromptReading
}

/** Adds the day beside a time, or the time beside a day, to a text that no other property has a part of. */
export function extendMoment(option: PlanOption, { chosen, values, reading }: Moments): void {
  const { slot, value } = option
  const other = value.kind === 'time' ? 'day' : value.kind === 'day' ? 'time' : undefined
  if (!other || option.json !== value.text || !isMoment(option) || !allowsKind(slot, 'string')) return
  const neighbour = values.find(each => {
    if (each.kind !== other || chosen.some(taken => overlaps(taken.value, each))) return false
    const [first, second] = each.start < value.start ? [each, value] : [value, each]
    return /^,?\s(?:at\s|on\s|@\s)?$/.test(reading.text.slice(first.end, second.start))
  })
  if (!neighbour) return
  const start = Math.min(value.start, neighbour.start)
  const end = Math.max(value.end, neighbour.end)
  const text = reading.text.slice(start, end)
  option.json = text
  option.value = { ...value, text, value: text, start, end }
}

/** Whether a property wants a time that may have its day. */
const isMoment = ({ slot: { words, shapes } }: PlanOption): boolean =>
  words.concepts.some(({ name }) => name === 'time' || name === 'dateTime') &&
  shapes.every(({ text }) => text.formats.length === 0 && text.patterns.length === 0)
