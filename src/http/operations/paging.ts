/** Creates the page of a list that the query parameters `limit`, `order` and `after` select. */

import { describeType, formatAndList, shortenText } from '../../contract/error-phrases.js'
import { ApiError } from '../../core/api-error.js'

export type PageQuery = Record<string, string | string[] | undefined>

export interface Page<T> {
  object: 'list'
  data: T[]
  first_id: string | null
  last_id: string | null
  has_more: boolean
}

interface PageEntry<T> {
  id: string
  value?: T
}

interface PageOptions<T> {
  query: PageQuery
  /** The order of a query without `order`. */
  order: 'asc' | 'desc'
  /** Filters the values. `after` may also be the id of a value that is not included. */
  isIncluded?(value: T): boolean
}

/** @param entries in ascending order; an entry without a value is skipped, but `after` may be its id */
export function createPage<T extends { id: string }>(
  entries: readonly PageEntry<T>[],
  { query, order, isIncluded }: PageOptions<T>
): Page<T> {
  const limit = readLimit(query)
  const ordered = readOrder(query, order) === 'asc' ? entries : entries.toReversed()
  const after = readTextParam(query, 'after')
  const lastIndex = after ? ordered.findIndex(({ id }) => id === after) : -1
  if (after && lastIndex === -1) throw new ApiError('invalid_parameter', { p: 'after' })
  const remaining = ordered
    .slice(lastIndex + 1)
    .flatMap(({ value }) => (value && (isIncluded?.(value) ?? true) ? [value] : []))
  const data = remaining.slice(0, limit)
  return {
    object: 'list',
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: remaining.length > limit
  }
}

/** Reads a query parameter. A repeated parameter is an API error. */
export function readTextParam(query: PageQuery, p: string, expected = 'a string'): string | undefined {
  const value = Object.hasOwn(query, p) ? query[p] : undefined
  if (Array.isArray(value)) throw new ApiError('invalid_type', { p, want: expected, got: describeType(value) })
  return value
}

const defaultLimit = 20
const maxLimit = 100

function readLimit(query: PageQuery): number {
  const p = 'limit'
  const text = readTextParam(query, p, 'an integer')
  if (text === undefined) return defaultLimit
  if (!/^[+-]?\d+$/.test(text)) throw new ApiError('invalid_type', { p, want: 'an integer', got: describeType(text) })
  const limit = Number(text)
  if (limit < 1) throw new ApiError('integer_below_min_value', { p, limit: 1, value: text })
  if (limit > maxLimit) throw new ApiError('integer_above_max_value', { p, limit: maxLimit, value: text })
  return limit
}

function readOrder(query: PageQuery, defaultOrder: PageOptions<unknown>['order']): PageOptions<unknown>['order'] {
  const order = readTextParam(query, 'order') ?? defaultOrder
  if (order === 'asc' || order === 'desc') return order
  throw new ApiError('invalid_value', { p: 'order', value: shortenText(order), values: formatAndList(['asc', 'desc']) })
}
