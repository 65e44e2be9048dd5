/** Converts an exchange to a record of the journal: plain JSON without keys. */

import type { ApiError } from '../core/api-error.js'
import { secretHeaders } from '../core/api-key.js'
import type { BudgetUse } from '../core/budget.js'
import { type KeyMask, mapTexts, replaceKey, replaceKeyInStream, replaceKeyInUrl } from '../core/key-mask.js'
import type { Exchange, ResponseSource } from './exchange.js'

/** One request and its response as the journal returns it: plain JSON, with the request's API key masked everywhere. */
export interface ExchangeRecord {
  /** The value of the response header `x-request-id`, as in `req_6f1c…`. Unique in a server. */
  id: string
  /** When the request arrived: ISO 8601 in UTC with milliseconds. */
  at: string
  /** The value of the request header `x-mock-session`, or else the API key, masked (`sk-…6789~1f0c3e`). Empty without both. */
  session: string
  /** The `operationId` in the OpenAPI document, such as `createChatCompletion`. Absent when no route matched. */
  operation?: string
  /** The `model` of a chat request. Absent when the request has no valid model. */
  model?: string
  /** The HTTP method in upper case. */
  method: string
  /** Path and query of the request, as the client sent them. */
  url: string
  /** The request headers by lower-case name. Keys and cookies are masked. Repeated headers are joined with `, `. */
  headers: Record<string, string>
  /** The request body: its JSON value, its text if it is not JSON, or undefined if it is empty. */
  request: unknown
  /** The HTTP status of the response; 0 when the connection closed before it. */
  status: number
  /**
   * The response body: its JSON value, or its text if it is not JSON. For a stream, the text of the events that were
   * written. Undefined when it is empty.
   */
  answer: unknown
  /** Whether the response was a stream of server-sent events. */
  streamed: boolean
  /** Whether the client disconnected before the end of the response. */
  aborted: boolean
  /** From the arrival of the request to the end of the response, in milliseconds with three decimals. */
  durationMs: number
  /** When each event of a paced stream was written, in milliseconds from the request. Absent without a pace. */
  chunkMs?: number[]
  /** The name of the fixture that matched. Absent when no fixture matched. */
  fixture?: string
  /** Where the response comes from: `generated`, `upstream`, or `example`. Absent for a reply of a fixture and for errors. */
  source?: ResponseSource
  /** The tokens of the completion, also of a stream without `include_usage`. Absent for other responses. */
  usage?: TokenUsage
  /** The faults that changed the response, such as `truncate; after=3`. Absent without faults. */
  fault?: string
  /** The fault that did not apply to the response, and why. Absent without such a fault. */
  ignoredFault?: string
  /** Why the reply breaks the request, or the schema of the response. Absent when it conforms. */
  mismatch?: string
  /** Why the nearest fixtures did not match, one line each. Only for requests that no fixture matched. */
  nearMisses?: string[]
  /** The API error of the response. Absent without an error. */
  refusal?: ErrorRecord
  /** With `validate: warn`: the API error that the service returns for this request, which was completed nevertheless. */
  warning?: ErrorRecord
  /**
   * What the response has cost: `work` in units, and `bytes` of the values that were built for it. The same request
   * costs the same, unless a response is prepared from an earlier one. Absent when the response cost nothing.
   */
  budget?: BudgetUse
}

/** When the exchange ended, in Unix milliseconds. */
export const endOf = ({ at, durationMs }: Pick<ExchangeRecord, 'at' | 'durationMs'>): number =>
  Date.parse(at) + durationMs

/** The tokens of a request and of its completion. */
export interface TokenUsage {
  /** As `prompt_tokens` of the response's usage. */
  promptTokens: number
  /** As `completion_tokens` of the response's usage. */
  completionTokens: number
}

/** An API error in the journal, with the evidence that the service sends it. docs/errors.md lists all errors and rules. */
export interface ErrorRecord {
  /** The name of the error: its key in `fixtures/errors/`. */
  name: string
  /** The values in its message. */
  facts: Record<string, unknown>
  /** The id of the rule that the body breaks, such as `temperature/unsupported_parameter`. Absent for other errors. */
  rule?: string
  /** How the rule, or else the error, is known: recorded, measured, documented, thread, inferred or standin. */
  evidence?: string
  /** The month or day of the newest evidence, such as `2026-08-29`. Absent without evidence from the service. */
  seen?: string
}

/** Returns how an API error is known, and the date of the newest evidence. */
export type FindEvidence = (apiError: ApiError) => Pick<ErrorRecord, 'evidence' | 'seen'>

/** Explains why none of the tried fixtures matched a request, one line for each near miss. */
export type ExplainUnmatched = (
  triedFixtures: NonNullable<Exchange['triedFixtures']>,
  request: MatchedRequest
) => string[]

/** A request as the client sent it. */
export interface MatchedRequest {
  /** The JSON value of the body, its text if it is not JSON, or undefined if it is empty. */
  body: unknown
  /** The id of the operation. */
  operation: string | undefined
  url: string
  headers: Record<string, string>
  key: string | undefined
}

export const readMatchedRequest = (
  { body, operation, url, rawHeaders, key }: Exchange,
  parsed = parseJsonOrText(body)
): MatchedRequest => ({ body: parsed, operation, url, headers: readHeaders(rawHeaders), key })

/** Converts an exchange to plain JSON without keys. */
export function toExchangeRecord(
  exchange: Exchange,
  explainUnmatched: ExplainUnmatched,
  findEvidence: FindEvidence,
  keyMask: KeyMask
): ExchangeRecord {
  const { id, operation, method, streamed, fixture, fault, ignoredFault, mismatch, apiError, warning, budget } =
    exchange
  const mask = createTextMask(exchange, keyMask)
  const request = parseJsonOrText(exchange.body)
  const answer = exchange.responseBody?.toString()
  return {
    id,
    at: new Date(exchange.at).toISOString(),
    session: maskSession(exchange, keyMask),
    operation,
    model: exchange.model && mask.text(exchange.model),
    method,
    url: mask.url(exchange.url),
    headers: toMaskedHeaders(exchange, mask, keyMask),
    request: mask.body(request, exchange.body),
    status: exchange.status,
    answer: streamed ? answer && mask.stream(answer) : mask.body(parseJsonOrText(answer), answer),
    streamed,
    aborted: exchange.aborted,
    durationMs: Math.round(exchange.durationMs * 1000) / 1000,
    chunkMs: exchange.chunkMs,
    fixture: fixture && mask.text(fixture),
    source: exchange.source,
    usage: readUsage(exchange),
    fault: fault && mask.text(fault),
    ignoredFault: ignoredFault && mask.text(ignoredFault),
    mismatch: mismatch && mask.text(mismatch),
    nearMisses:
      exchange.triedFixtures &&
      explainUnmatched(exchange.triedFixtures, readMatchedRequest(exchange, request)).map(mask.text),
    refusal: apiError && toErrorRecord(apiError, findEvidence, mask),
    warning: warning && toErrorRecord(warning, findEvidence, mask),
    budget: budget && (budget.work > 0 || budget.bytes > 0) ? { work: budget.work, bytes: budget.bytes } : undefined
  }
}

const readUsage = ({ promptTokens, completionTokens }: Exchange): TokenUsage | undefined =>
  promptTokens === undefined || completionTokens === undefined ? undefined : { promptTokens, completionTokens }

export interface TextMask {
  text(text: string): string
  url(url: string): string
  stream(text: string): string
  /** @param source the text of the value */
  body(value: unknown, source: string | undefined): unknown
}

/** Masks the key of an exchange in texts. The error for a wrong key repeats it, in full or as the service masks it. */
export function createTextMask({ key, apiError }: Exchange, keyMask: KeyMask): TextMask {
  if (key === undefined) {
    const same = (text: string) => text
    return { text: same, url: same, stream: same, body: value => value }
  }
  const mask = keyMask(key)
  const { masked } = apiError?.params ?? {}
  const text = (text: string) => {
    const replaced = replaceKey(text, key, mask, masked !== undefined)
    return masked === undefined || mask === key ? replaced : replaced.replaceAll(String(masked), () => mask)
  }
  const mayContainKey = (source: string) => source.includes(key) || masked !== undefined || /\\["\\/u]/.test(source)
  return {
    text,
    url: url => replaceKeyInUrl(url, key, mask),
    stream: stream => replaceKeyInStream(text(stream), key, mask),
    body: (value, source = '') => (mayContainKey(source) ? mapTexts(value, text) : value)
  }
}

/** Returns the name of a session as people may read it. A name that is a key, or looks like a key, is masked. */
export function maskSession({ session, key }: Pick<Exchange, 'session' | 'key'>, keyMask: KeyMask): string {
  if (session === key || /^sk-/.test(session)) return session && keyMask(session)
  return key === undefined ? session : replaceKey(session, key, keyMask(key))
}

const toErrorRecord = (apiError: ApiError, findEvidence: FindEvidence, mask: TextMask): ErrorRecord => ({
  name: apiError.errorName,
  facts: mapTexts(apiError.params, mask.text),
  rule: apiError.reason?.rule,
  ...findEvidence(apiError)
})

const toMaskedHeaders = ({ rawHeaders, key }: Exchange, mask: TextMask, keyMask: KeyMask) =>
  readHeaders(rawHeaders, (value, name) =>
    secretHeaders.test(name) || value === key ? maskCredentials(value, keyMask) : mask.text(value)
  )

export function readHeaders(
  rawHeaders: readonly string[],
  show = (value: string, _name: string) => value
): Record<string, string> {
  const headers: Record<string, string> = {}
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase()
    const value = show(rawHeaders[i + 1]!, name)
    headers[name] = Object.hasOwn(headers, name) ? `${headers[name]}, ${value}` : value
  }
  return headers
}

/** Masks the value of a header after its scheme, as in `Bearer sk-…abcd~1f0c3e`. */
export function maskCredentials(value: string, keyMask: KeyMask): string {
  const [, scheme = '', key = ''] = /^(\w+ +)?(.*)$/s.exec(value) ?? []
  return scheme + keyMask(key)
}

/** Returns the JSON value of a text, or the text if it is not JSON. */
export function parseJsonOrText(text: string | undefined): unknown {
  if (!text) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
