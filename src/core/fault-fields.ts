/** The members of faults: what each may be, and how it is read from a text or from data. */
import { errorMemberNames, isFurtherMembers } from './api-error.js'
import { isObject } from './json-pointer.js'
import type { JsonObject } from './openai-types.js'

/** The members of a fault beside its kind; docs/faults.md describes which kind has which. */
export interface FaultMembers {
  /** The number or the share of tokens that are sent before the fault. @default not even the head of the response is sent */
  after?: number | `${number}%`
  /** The status or the name of an API error. */
  status?: number | string
  /** The API error of an `error` event: its status, its name or its body. @default the service's 500 */
  error?: number | string | FaultErrorBody
  /** Milliseconds: the length of a `delay`, or the gap between the pieces of a `dribble`. */
  ms?: number
  /** The gap in milliseconds between the comments of a stream while it waits. @default no comments */
  commentMs?: number
  /** The wrong content type, or the difference to the right content length in bytes. */
  value?: string
  /** What follows the last event of an `error` or a `truncate`. @default 'end' */
  then?: FaultEnding
  /** The number of requests of a session that get this fault, before the next fault of the list. @default all */
  times?: number
}

/** What follows the last event of a fault; docs/faults.md describes each ending. */
export type FaultEnding = 'end' | 'done' | 'close' | 'reset' | 'hang'

/** The body of an API error inside a stream: the members of `error`. */
export interface FaultErrorBody {
  /** The message of the error. */
  message: string
  /** The `type` of the error. @default 'server_error' */
  type?: string | null
  /** The path of the parameter. @default null */
  param?: string | null
  /** The `code` of the error. @default null */
  code?: string | null
  /** Further members of the error, after `code`. @default none */
  more?: JsonObject
}

export type FaultField = keyof FaultMembers

interface FieldRow {
  /** The value in words. */
  noun: string
  expected(kind: string): string
  /** Returns undefined for an invalid value. */
  parse(value: unknown, kind: string): unknown
}

/** The longest delay of a fault: ten minutes. */
const maxDelayMs = 600_000
const minCommentMs = 10
const maxCount = 1_000_000_000

// Readable numbers only: no signs, exponents or hexadecimal digits.
function parseNumber(value: unknown): number {
  if (typeof value === 'string') return /^\d{1,12}(\.\d{1,6})?$/.test(value) ? Number(value) : Number.NaN
  return typeof value === 'number' ? value : Number.NaN
}

const parseWithin = (value: unknown, min: number, max: number) => {
  const number = parseNumber(value)
  return number >= min && number <= max ? number : undefined
}

function parseWhole(value: unknown, min: number, max: number): number | undefined {
  const number = parseWithin(value, min, max)
  return Number.isInteger(number) ? number : undefined
}

/** An API error: its status, or its name in snake_case. */
const parseErrorReference = (value: unknown) =>
  parseWhole(value, 400, 599) ?? (typeof value === 'string' && /^[a-z][a-z0-9_]*$/.test(value) ? value : undefined)

const endings: readonly FaultEnding[] = ['end', 'done', 'close', 'reset', 'hang']
const errorBodyKeys = [...errorMemberNames, 'more']
const isTextOrNull = (value: unknown) => value === undefined || value === null || typeof value === 'string'

function parseErrorBody(value: unknown): FaultErrorBody | undefined {
  if (!isObject(value)) return undefined
  const { message, type = 'server_error', param = null, code = null, more } = value as unknown as FaultErrorBody
  const isValid =
    Object.keys(value).every(key => errorBodyKeys.includes(key)) &&
    typeof message === 'string' &&
    isTextOrNull(type) &&
    isTextOrNull(param) &&
    isTextOrNull(code) &&
    (more === undefined || isFurtherMembers(more))
  return isValid ? { message, type, param, code, ...(more && { more }) } : undefined
}

const parseContentType = (value: unknown) =>
  typeof value === 'string' && /^[\x21-\x7e][\x20-\x7e]*$/.test(value) ? value : undefined

function parseLengthDifference(value: unknown): string | undefined {
  const text = String(value)
  return /^[+-]?\d{1,9}$/.test(text) && Number(text) !== 0 ? text : undefined
}

export const faultFields: Readonly<Record<FaultField, FieldRow>> = {
  times: {
    noun: 'times',
    expected: () => `a whole number from 1 to ${maxCount}`,
    parse: value => parseWhole(value, 1, maxCount)
  },
  after: {
    noun: 'tokens',
    expected: () => `a whole number of tokens up to ${maxCount}, or a share such as 50%`,
    parse: value =>
      typeof value === 'string' && /^(100|\d{1,2}(\.\d{1,6})?)%$/.test(value) ? value : parseWhole(value, 0, maxCount)
  },
  status: {
    noun: 'status',
    expected: () => 'a status such as 429, or the name of an API error',
    parse: parseErrorReference
  },
  error: {
    noun: 'API error',
    expected: () =>
      'the status or the name of an API error, or in data { message, type, param, code, more } with texts, null for type, param and code, and an object for more',
    parse: value => parseErrorReference(value) ?? parseErrorBody(value)
  },
  ms: {
    noun: 'milliseconds',
    expected: () => `milliseconds from 0 to ${maxDelayMs}`,
    parse: value => parseWithin(value, 0, maxDelayMs)
  },
  commentMs: {
    noun: 'milliseconds',
    expected: () => `milliseconds from ${minCommentMs} to ${maxDelayMs}`,
    parse: value => parseWithin(value, minCommentMs, maxDelayMs)
  },
  value: {
    noun: 'value',
    expected: kind =>
      kind === 'content-type' ? 'a content type of ASCII characters' : 'a difference in bytes, such as 10 or -10',
    parse: (value, kind) => (kind === 'content-type' ? parseContentType(value) : parseLengthDifference(value))
  },
  then: {
    noun: 'ending',
    expected: () => `one of ${endings.join(', ')}`,
    parse: value => endings.find(ending => ending === value)
  }
}
