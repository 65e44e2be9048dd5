/** Pages of a list as the service cuts them: `limit`, `order`, and `after`, the last id of the page before. */

import { andList, nounOf, shorten } from '../../contract/error-phrases.js'
import { Refusal } from '../../core/api-error.js'

export type Query = Record<string, string | string[] | undefined>

export interface Page<T> {
  object: 'list'
  data: T[]
  first_id: string | null
  last_id: string | null
  has_more: boolean
}

interface Place<T> {
  id: string
  value?: T
}

interface Cut<T> {
  query: Query
  /** The order when none is asked for. */
  order: 'asc' | 'desc'
  /** Whether a value is on any page. What is on none can still be the place to go on from. */
  isWanted?(value: T): boolean
}

/** @param places in ascending order; those without a value are passed over */
export function pageOf<T extends { id: string }>(
  places: readonly Place<T>[],
  { query, order, isWanted }: Cut<T>
): Page<T> {
  const limit = limitAsked(query)
  const ordered = orderAsked(query, order) === 'asc' ? places : places.toReversed()
  const after = textAsked(query, 'after')
  const last = after ? ordered.findIndex(({ id }) => id === after) : -1
  if (after && last === -1) throw new Refusal('invalid_parameter', { p: 'after' })
  const rest = ordered.slice(last + 1).flatMap(({ value }) => (value && (isWanted?.(value) ?? true) ? [value] : []))
  const data = rest.slice(0, limit)
  return {
    object: 'list',
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: rest.length > limit
  }
}

/** A parameter that may be given once. */
export function textAsked(query: Query, p: string, want = 'a string'): string | undefined {
  const given = Object.hasOwn(query, p) ? query[p] : undefined
  if (Array.isArray(given)) throw new Refusal('invalid_type', { p, want, got: nounOf(given) })
  return given
}

const usual = 20
const most = 100

function limitAsked(query: Query): number {
  const p = 'limit'
  const given = textAsked(query, p, 'an integer')
  if (given === undefined) return usual
  if (!/^[+-]?\d+$/.test(given)) throw new Refusal('invalid_type', { p, want: 'an integer', got: nounOf(given) })
  const limit = Number(given)
  if (limit < 1) throw new Refusal('integer_below_min_value', { p, limit: 1, value: given })
  if (limit > most) throw new Refusal('integer_above_max_value', { p, limit: most, value: given })
  return limit
}

function orderAsked(query: Query, usual: Cut<unknown>['order']): Cut<unknown>['order'] {
  const given = textAsked(query, 'order') ?? usual
  if (given === 'asc' || given === 'desc') return given
  throw new Refusal('invalid_value', { p: 'order', value: shorten(given), values: andList(['asc', 'desc']) })
}
