/** Generates numbers within bounds: multiples that are exact in floating point, and short decimals. */
import type { Random } from '../core/random.js'

/** The numbers that a schema allows. */
export interface NumberRange {
  min: number
  max: number
  /** The exclusive lower bound; `below` is the exclusive upper bound. */
  above: number
  below: number
  integer: boolean
  multiples: number[]
}

/** Generates a number in the range, and in the preferred range if the two overlap. */
export function generateNumber(
  range: NumberRange,
  random: Random,
  preferred: { min: number; max: number; decimals?: number }
): number {
  const low = Math.max(range.min, range.above)
  const high = Math.min(range.max, range.below)
  const from = clamp(preferred.min, low, high)
  const to = clamp(preferred.max, low, high)
  const hasOverlap = from < to || (from === to && preferred.min === preferred.max)
  const [start, end] = hasOverlap ? [from, to] : searchRange(low, high)
  const step = commonStep(range)
  return step === undefined
    ? generateDecimal(range, random, start, end, preferred.decimals ?? 2)
    : generateMultiple(range, random, { start, end, step })
}

/** Explains why the range is empty; undefined if it is not. */
export function findNumberConflict(range: NumberRange): string | undefined {
  const { min, max, above, below } = range
  if (min > max) return `minimum ${min} is above maximum ${max}`
  if (Math.max(min, above) > Math.min(max, below) || above >= max || below <= min || above >= below)
    return `no number is ${above > min ? `above ${above}` : `at least ${min}`} and ${below < max ? `below ${below}` : `at most ${max}`}`
  const step = commonStep(range)
  if (step === undefined)
    return isInRange(range, pickMiddle(range)) ? undefined : `no number is between ${above} and ${below}`
  const { first, last } = multipleBounds(range, step)
  if (first <= last) return undefined
  return `no ${range.multiples.length > 0 ? `multiple of ${step}` : 'integer'} is within its bounds`
}

/** Lists all numbers of a range of multiples; undefined if there are `limit` or more. */
export function listNumbers(range: NumberRange, limit: number): number[] | undefined {
  const step = commonStep(range)
  if (step === undefined) return undefined
  const { first, last } = multipleBounds(range, step)
  if (!(last - first < limit)) return undefined
  return Array.from({ length: last - first + 1 }, (_, index) => multiplyExact(first + index, step))
}

/** Whether a value is a multiple of a step, apart from rounding errors. */
export function isMultiple(value: number, step: number): boolean {
  const quotient = value / step
  return (
    Number.isInteger(quotient) || Math.abs(quotient - Math.round(quotient)) < 1e-9 * Math.max(1, Math.abs(quotient))
  )
}

/** Narrows a range by the keywords of one more schema. */
export function mergeRange(range: NumberRange, schema: Record<string, unknown>) {
  const [min, max] = [numberOr(schema.minimum, -Infinity), numberOr(schema.maximum, Infinity)]
  // OpenAPI 3.0 writes exclusiveMinimum: true beside minimum.
  if (schema.exclusiveMinimum === true) range.above = Math.max(range.above, min)
  if (schema.exclusiveMaximum === true) range.below = Math.min(range.below, max)
  range.min = Math.max(range.min, min)
  range.max = Math.min(range.max, max)
  range.above = Math.max(range.above, numberOr(schema.exclusiveMinimum, -Infinity))
  range.below = Math.min(range.below, numberOr(schema.exclusiveMaximum, Infinity))
  const step = numberOr(schema.multipleOf, 0)
  if (step > 0) range.multiples.push(step)
}

/** The number of a keyword, or the fallback. */
export const numberOr = (value: unknown, fallback: number) =>
  typeof value === 'number' && !Number.isNaN(value) ? value : fallback

const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high)

/** A finite part of a range: the complete range, or numbers next to its only bound. */
function searchRange(low: number, high: number): [number, number] {
  const reach = (bound: number) => Math.max(100, Math.abs(bound))
  if (Number.isFinite(low) && Number.isFinite(high)) return [low, high]
  if (Number.isFinite(low)) return [low, low + reach(low)]
  return Number.isFinite(high) ? [high - reach(high), high] : [0, 100]
}

function isInRange({ min, max, above, below }: NumberRange, value: number): boolean {
  return Number.isFinite(value) && value >= min && value <= max && value > above && value < below
}

function pickMiddle(range: NumberRange): number {
  const [low, high] = searchRange(Math.max(range.min, range.above), Math.min(range.max, range.below))
  const middle = low / 2 + high / 2
  return [middle, low, high].find(value => isInRange(range, value)) ?? middle
}

function generateDecimal(range: NumberRange, random: Random, start: number, end: number, decimals: number): number {
  const raw = start + random.next() * (end - start)
  for (let digits = decimals; digits <= 16; digits++) {
    const value = Number(raw.toFixed(digits))
    if (isInRange(range, value) && (end - start >= 10 ** -digits || value === raw)) return value
  }
  return isInRange(range, raw) ? raw : pickMiddle(range)
}

/** The step that `multipleOf` keywords and `integer` share; undefined if every number is allowed. */
function commonStep({ multiples, integer }: NumberRange): number | undefined {
  const steps = integer ? [...multiples, 1] : multiples
  if (steps.length === 0) return undefined
  const scale = 10 ** Math.min(15, Math.max(...steps.map(countDecimals)))
  const scaled = steps.map(step => Math.round(step * scale))
  const leastCommon = scaled.reduce((a, b) => (a / greatestDivisor(a, b)) * b)
  return steps.length === 1 ? steps[0]! : Number((leastCommon / scale).toPrecision(15))
}

function countDecimals(value: number): number {
  const [mantissa = '', exponent = '0'] = String(value).split('e')
  return Math.max(0, (mantissa.split('.')[1]?.length ?? 0) - Number(exponent))
}

function greatestDivisor(a: number, b: number): number {
  return b < 1 ? Math.max(a, 1) : greatestDivisor(b, a % b)
}

/** The first and last integer whose product with the step is in the range. */
function multipleBounds(range: NumberRange, step: number): { first: number; last: number } {
  let first = Math.floor(Math.max(range.min, range.above) / step) - 1
  let last = Math.ceil(Math.min(range.max, range.below) / step) + 1
  for (let i = 0; i < 3 && Number.isFinite(first) && !isInRange(range, multiplyExact(first, step)); i++) first++
  for (let i = 0; i < 3 && Number.isFinite(last) && !isInRange(range, multiplyExact(last, step)); i++) last--
  return { first, last }
}

/** Multiplies without rounding errors: 3 × 0.1 is 0.3. */
function multiplyExact(count: number, step: number): number {
  const digits = countDecimals(step)
  const product = count * step
  return (digits > 0 && digits <= 100 && Math.abs(product) < 1e15 ? Number(product.toFixed(digits)) : product) + 0
}

function generateMultiple(
  range: NumberRange,
  random: Random,
  { start, end, step }: { start: number; end: number; step: number }
): number {
  const { first, last } = multipleBounds(range, step)
  const from = clamp(Math.ceil(start / step), first, last)
  const to = clamp(Math.floor(end / step), first, last)
  const [low, high] = from <= to ? [from, to] : searchRange(first, last)
  const count = random.integer(low, high)
  // Validators divide, and 0.3 / 0.1 is no integer, so a neighbour that divides exactly is better.
  const divides = (value: number) =>
    isInRange(range, value) &&
    range.multiples.every(each => Number.isInteger(value / each)) &&
    (!range.integer || Number.isInteger(value))
  for (let distance = 0; distance < 200; distance++)
    for (const other of distance === 0 ? [count] : [count + distance, count - distance])
      for (const value of [multiplyExact(other, step), other * step])
        if (other >= first && other <= last && divides(value)) return value
  return multiplyExact(count, step)
}
