/** An exchange while it runs, and as it is read: plain JSON in which no secret is left. */

import type { ApiError, ErrorParams } from '../core/api-error.js'
import type { ApiKey } from '../core/api-key.js'
import type { LazyText } from '../core/json-format.js'
import type { LimitHeaders } from './limits.js'

/** One request and what became of it. Handlers set facts on it; hooks log, count and journal. */
export interface Exchange {
  /** The answer's x-request-id. */
  readonly id: string
  /** When it came in: milliseconds since 1970, and on the monotonic clock. */
  readonly at: number
  readonly startedAt: number
  readonly session: string
  readonly key?: string
  /** What the key stands for. */
  readonly account?: ApiKey
  /** How much of its limits is left. */
  readonly limits?: LimitHeaders
  readonly method: string
  readonly url: string
  /** Names and values in turns, as they came. */
  readonly rawHeaders: readonly string[]
  readonly body?: string
  readonly operation?: string
  readonly status: number
  /** What was sent: the text, or what puts it together again. */
  readonly responseBody?: string | LazyText
  readonly fixture?: string
  /** The damage that was done to the answer. */
  readonly fault?: string
  /** Why the fixture's JSON breaks the schema that the client asked for. */
  readonly mismatch?: string
  readonly apiError?: ApiError
  /** The refusal that was told in a header, and not made. */
  readonly warning?: ApiError
  readonly streamed: boolean
  /** The client left before the answer's end. */
  readonly aborted: boolean
  readonly durationMs: number
  /** How much of that a timing or a fault asked for. */
  readonly delayMs: number
  /** When the first byte of what a stream says was written; 0 when all was written at once. */
  readonly firstByteMs: number
  /** When each event of a stream with a pace was written, in milliseconds from the request. */
  readonly chunkMs?: number[]
  /** When each event of a stream with a pace is due, in milliseconds from the request. */
  readonly dueMs?: ArrayLike<number>
  /** What was tried when no fixture matched: enough to say why when somebody asks, and nothing that is held for it alone. */
  readonly triedFixtures?: readonly unknown[]
  readonly closed: boolean
}

/** An exchange while it runs. Only `http/exchange.ts` and `http/response/response-stream.ts` write to it. */
export type WritableExchange = { -readonly [key in keyof Exchange]: Exchange[key] }

/** An exchange as it is read: plain JSON, with no secret in it. */
export interface ExchangeRecord {
  id: string
  at: string
  session: string
  operation?: string
  method: string
  url: string
  headers: Record<string, string>
  request: unknown
  status: number
  answer: unknown
  streamed: boolean
  aborted: boolean
  durationMs: number
  /** When each event of a stream with a pace was written, in milliseconds from the request. */
  chunkMs?: number[]
  fixture?: string
  fault?: string
  mismatch?: string
  nearMisses?: string[]
  refusal?: { name: string; facts: Record<string, unknown> }
  warning?: { name: string; facts: Record<string, unknown> }
}

/** Why nothing of what was tried matched a request. */
export type ExplainUnmatched = (triedFixtures: readonly unknown[], request: unknown) => string[]

const secretHeaders = /^(authorization|proxy-authorization|cookie|x-api-key|api-key)$/

export function toExchangeRecord(exchange: Exchange, explainUnmatched: ExplainUnmatched): ExchangeRecord {
  const { id, operation, method, url, status, streamed, aborted, fixture, fault, mismatch, apiError, warning } =
    exchange
  const request = parseJsonOrText(exchange.body)
  return {
    id,
    at: new Date(exchange.at).toISOString(),
    session: exchange.session === exchange.key ? maskKey(exchange.session) : exchange.session,
    operation,
    method,
    url,
    headers: toMaskedHeaders(exchange.rawHeaders),
    request,
    status,
    answer: streamed ? exchange.responseBody?.toString() : parseJsonOrText(exchange.responseBody?.toString()),
    streamed,
    aborted,
    durationMs: Math.round(exchange.durationMs * 1000) / 1000,
    chunkMs: exchange.chunkMs,
    fixture,
    fault,
    mismatch,
    nearMisses: exchange.triedFixtures && explainUnmatched(exchange.triedFixtures, request),
    refusal: apiError && toErrorRecord(apiError),
    warning: warning && toErrorRecord(warning)
  }
}

const toErrorRecord = ({ errorName, params }: ApiError) => ({ name: errorName, facts: maskParams(params) })

// The service prints short keys whole; the journal does not.
const maskParams = (params: ErrorParams): ErrorParams =>
  params.masked === undefined ? params : { ...params, masked: maskKey(String(params.masked)) }

function toMaskedHeaders(rawHeaders: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {}
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase()
    const value = secretHeaders.test(name) ? maskKey(rawHeaders[i + 1]!) : rawHeaders[i + 1]!
    headers[name] = Object.hasOwn(headers, name) ? `${headers[name]}, ${value}` : value
  }
  return headers
}

function parseJsonOrText(text: string | undefined): unknown {
  if (!text) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** Keeps what tells keys apart and hides the rest: `Bearer sk-…abcd`. */
export function maskKey(value: string): string {
  const [, scheme = '', key = ''] = /^(\w+ )?(.*)$/s.exec(value) ?? []
  return `${scheme}${key.length > 11 ? `${key.slice(0, 3)}…${key.slice(-4)}` : key.length > 3 ? `${key.slice(0, 3)}…` : '…'}`
}
