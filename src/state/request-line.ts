/** Shortens an exchange to a line of the log: who asked what, what answered, how long it took, and how many tokens it used. */
import { abbreviate } from '../core/abbreviate.js'
import { type KeyMask, replaceKey, replaceKeyInUrl } from '../core/key-mask.js'
import type { Exchange, ResponseSource } from './exchange.js'
import { type ExchangeRecord, endOf, maskSession } from './exchange-record.js'

/** The fields of a request in the log. docs/logs.md describes them. */
export interface RequestLine {
  id: string
  method: string
  url: string
  status: number
  ms: number
  session?: string | undefined
  key?: string | undefined
  model?: string | undefined
  fixture?: string | undefined
  source?: ResponseSource | undefined
  refusal?: string | undefined
  warning?: string | undefined
  fault?: string | undefined
  promptTokens?: number | undefined
  completionTokens?: number | undefined
  streamed?: boolean | undefined
  aborted?: boolean | undefined
  /** The nearest fixture and why it did not match, for a request that no fixture matched. */
  nearest?: string | undefined
}

/** Explains why the nearest fixture did not match. */
export type ExplainNearest = (exchange: Exchange) => string | undefined

// A client can send any text as its model.
const maxModelChars = 100

/** @param explainNearest given where a person reads the log, because the explanation costs time */
export function toRequestLine(
  exchange: Exchange,
  keyMask: KeyMask,
  explainNearest: ExplainNearest | undefined
): RequestLine {
  const { id, method, status, durationMs, session, key, model, fixture, fault, apiError, warning } = exchange
  const nearest = exchange.triedFixtures && explainNearest?.(exchange)
  const mask = (text: string) => (key ? replaceKey(text, key, keyMask(key)) : text)
  // The logger leaves out what is undefined.
  return {
    id,
    method,
    url: maskUrl(exchange, keyMask),
    status,
    ms: roundMs(durationMs),
    session: session && session !== key ? maskSession(exchange, keyMask) : undefined,
    key: key ? keyMask(key) : undefined,
    model: model ? mask(abbreviate(model, maxModelChars)) : undefined,
    fixture: fixture ? mask(fixture) : undefined,
    source: exchange.source,
    refusal: apiError?.errorName,
    warning: warning?.errorName,
    fault: fault ? mask(fault) : undefined,
    promptTokens: exchange.promptTokens,
    completionTokens: exchange.completionTokens,
    streamed: exchange.streamed || undefined,
    aborted: exchange.aborted || undefined,
    nearest: nearest ? mask(nearest) : undefined
  }
}

// The journal has three decimals, so these are rounded first.
const roundMs = (ms: number) => Math.round(Math.round(ms * 1000) / 10) / 100

export const maskUrl = ({ url, key }: Exchange, keyMask: KeyMask): string =>
  key === undefined ? url : replaceKeyInUrl(url, key, keyMask(key))

/** Returns the line of a record of the journal, and when its request ended, in Unix milliseconds. */
export function recordToLine(record: ExchangeRecord): { line: RequestLine; endedAt: number } {
  const { id, method, url, status, durationMs, session, model, fixture, source, fault, usage, nearMisses } = record
  const credentials = record.headers.authorization?.replace(/^\w+ +/, '')
  const line: RequestLine = {
    id,
    method,
    url,
    status,
    ms: roundMs(durationMs),
    session: session && session !== credentials ? session : undefined,
    key: credentials,
    model: model && abbreviate(model, maxModelChars),
    fixture,
    source,
    refusal: record.refusal?.name,
    warning: record.warning?.name,
    fault,
    promptTokens: usage?.promptTokens,
    completionTokens: usage?.completionTokens,
    streamed: record.streamed || undefined,
    aborted: record.aborted || undefined,
    nearest: nearMisses?.[0]
  }
  return { line, endedAt: endOf(record) }
}
