/** Numbers within bounds: multiples that survive floating point, and decimals no longer than they need to be. */
import type { Chance } from '../core/random.js'

export interface Range {
  min: number
  max: number
  /** The exclusive bounds. */
  above: number
  below: number
  integer: boolean
  multiples: number[]
}

/** A number in the range, from `wish` when the range leaves room for it. */
export function makeNumber(
  range: Range,
  chance: Chance,
  wish: { min: number; max: number; decimals?: number }
): number {
  const low = Math.max(range.min, range.above)
  const high = Math.min(range.max, range.below)
  const from = clamp(wish.min, low, high)
  const to = clamp(wish.max, low, high)
  const met = from < to || (from === to && wish.min === wish.max)
  const [start, end] = met ? [from, to] : near(low, high)
  const step = stepOf(range)
  return step === undefined
    ? decimal(range, chance, start, end, wish.decimals ?? 2)
    : multiple(range, chance, { start, end, step })
}

/** Why the range is empty. */
export function numberConflict(range: Range): string | undefined {
  const { min, max, above, below } = range
  if (min > max) return `minimum ${min} is above maximum ${max}`
  if (Math.max(min, above) > Math.min(max, below) || above >= max || below <= min || above >= below)
    return `no number is ${above > min ? `above ${above}` : `at least ${min}`} and ${below < max ? `below ${below}` : `at most ${max}`}`
  const step = stepOf(range)
  if (step === undefined)
    return within(range, between(range)) ? undefined : `no number is between ${above} and ${below}`
  const { first, last } = counts(range, step)
  if (first <= last) return undefined
  return `no ${range.multiples.length > 0 ? `multiple of ${step}` : 'integer'} is within its bounds`
}

/** Every number of a short range of multiples, to fill lists of different items. */
export function allNumbers(range: Range, limit: number): number[] | undefined {
  const step = stepOf(range)
  if (step === undefined) return undefined
  const { first, last } = counts(range, step)
  if (!(last - first < limit)) return undefined
  return Array.from({ length: last - first + 1 }, (_, index) => times(first + index, step))
}

export function isMultiple(value: number, step: number): boolean {
  const quotient = value / step
  return (
    Number.isInteger(quotient) || Math.abs(quotient - Math.round(quotient)) < 1e-9 * Math.max(1, Math.abs(quotient))
  )
}

/** Narrows a range by the keywords of one more schema. */
export function mergeRange(range: Range, schema: Record<string, unknown>) {
  const [min, max] = [number(schema.minimum, -Infinity), number(schema.maximum, Infinity)]
  // OpenAPI 3.0 writes exclusiveMinimum: true beside minimum.
  if (schema.exclusiveMinimum === true) range.above = Math.max(range.above, min)
  if (schema.exclusiveMaximum === true) range.below = Math.min(range.below, max)
  range.min = Math.max(range.min, min)
  range.max = Math.min(range.max, max)
  range.above = Math.max(range.above, number(schema.exclusiveMinimum, -Infinity))
  range.below = Math.min(range.below, number(schema.exclusiveMaximum, Infinity))
  const step = number(schema.multipleOf, 0)
  if (step > 0) range.multiples.push(step)
}

/** A keyword's number, or what stands for its absence. */
export const number = (value: unknown, otherwise: number) =>
  typeof value === 'number' && !Number.isNaN(value) ? value : otherwise

const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high)

/** Where to look when nothing is wished for: the whole range, or some numbers beside its one bound. */
function near(low: number, high: number): [number, number] {
  const reach = (bound: number) => Math.max(100, Math.abs(bound))
  if (Number.isFinite(low) && Number.isFinite(high)) return [low, high]
  if (Number.isFinite(low)) return [low, low + reach(low)]
  return Number.isFinite(high) ? [high - reach(high), high] : [0, 100]
}

function within({ min, max, above, below }: Range, value: number): boolean {
  return Number.isFinite(value) && value >= min && value <= max && value > above && value < below
}

function between(range: Range): number {
  const [low, high] = near(Math.max(range.min, range.above), Math.min(range.max, range.below))
  const middle = low / 2 + high / 2
  return [middle, low, high].find(value => within(range, value)) ?? middle
}

function decimal(range: Range, chance: Chance, start: number, end: number, decimals: number): number {
  const raw = start + chance.next() * (end - start)
  for (let digits = decimals; digits <= 16; digits++) {
    const value = Number(raw.toFixed(digits))
    if (within(range, value) && (end - start >= 10 ** -digits || value === raw)) return value
  }
  return within(range, raw) ? raw : between(range)
}

/** The one step that all multiples (and wholeness) share; undefined when any number will do. */
function stepOf({ multiples, integer }: Range): number | undefined {
  const steps = integer ? [...multiples, 1] : multiples
  if (steps.length === 0) return undefined
  const scale = 10 ** Math.min(15, Math.max(...steps.map(digitsOf)))
  const whole = steps.map(step => Math.round(step * scale))
  const shared = whole.reduce((a, b) => (a / gcd(a, b)) * b)
  return steps.length === 1 ? steps[0]! : Number((shared / scale).toPrecision(15))
}

function digitsOf(value: number): number {
  const [mantissa = '', exponent = '0'] = String(value).split('e')
  return Math.max(0, (mantissa.split('.')[1]?.length ?? 0) - Number(exponent))
}

function gcd(a: number, b: number): number {
  return b < 1 ? Math.max(a, 1) : gcd(b, a % b)
}

/** The first and last whole number whose product with the step is in the range. */
function counts(range: Range, step: number): { first: number; last: number } {
  let first = Math.floor(Math.max(range.min, range.above) / step) - 1
  let last = Math.ceil(Math.min(range.max, range.below) / step) + 1
  for (let i = 0; i < 3 && Number.isFinite(first) && !within(range, times(first, step)); i++) first++
  for (let i = 0; i < 3 && Number.isFinite(last) && !within(range, times(last, step)); i++) last--
  return { first, last }
}

/** The product as a person would write it: 3 × 0.1 is 0.3. */
function times(count: number, step: number): number {
  const digits = digitsOf(step)
  const product = count * step
  return (digits > 0 && digits <= 100 && Math.abs(product) < 1e15 ? Number(product.toFixed(digits)) : product) + 0
}

function multiple(
  range: Range,
  chance: Chance,
  { start, end, step }: { start: number; end: number; step: number }
): number {
  const { first, last } = counts(range, step)
  const from = clamp(Math.ceil(start / step), first, last)
  const to = clamp(Math.floor(end / step), first, last)
  const [low, high] = from <= to ? [from, to] : near(first, last)
  const count = chance.integer(low, high)
  // Validators divide: 0.3 / 0.1 is not whole, so a neighbour that divides well is preferred.
  const divides = (value: number) =>
    within(range, value) &&
    range.multiples.every(each => Number.isInteger(value / each)) &&
    (!range.integer || Number.isInteger(value))
  for (let distance = 0; distance < 200; distance++)
    for (const other of distance === 0 ? [count] : [count + distance, count - distance])
      for (const value of [times(other, step), other * step])
        if (other >= first && other <= last && divides(value)) return value
  return times(count, step)
}
