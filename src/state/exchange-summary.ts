/** Shortens the record of an exchange to one line of a list: who asked what, what answered, how long it took, and how many tokens it used. */

import { abbreviate } from '../core/abbreviate.js'
import { isObject } from '../core/json-pointer.js'
import { messageText } from '../core/message-text.js'
import { toChatRequest } from '../core/to-chat-request.js'
import { type ExchangeRecord, parseJsonOrText, type TokenUsage } from './exchange-record.js'

/** A request and its response without their bodies. The members are those of a record, but for the last three. */
export interface ExchangeSummary
  extends Pick<
    ExchangeRecord,
    | 'id'
    | 'at'
    | 'session'
    | 'operation'
    | 'method'
    | 'url'
    | 'status'
    | 'streamed'
    | 'aborted'
    | 'durationMs'
    | 'fixture'
    | 'fault'
  > {
  /** Whether no fixture matched a chat request. */
  unmatched?: boolean
  /** The name of the API error of the response. */
  refusal?: string
  /** The name of the API error that `validate: warn` did not return. */
  warning?: string
  /** The model of the request. */
  model?: string
  /** The start of the last user message. */
  about?: string
  /** The tokens in the `usage` of the response. Absent when it has none, such as a stream without `include_usage`. */
  usage?: TokenUsage
}

const maxAboutChars = 160

export function toExchangeSummary(record: ExchangeRecord): ExchangeSummary {
  const { id, at, session, operation, method, url, status, streamed, aborted, durationMs, fixture, fault } = record
  return {
    id,
    at,
    session,
    operation,
    method,
    url,
    status,
    streamed,
    aborted,
    durationMs,
    fixture,
    fault,
    unmatched: record.nearMisses ? true : undefined,
    refusal: record.refusal?.name,
    warning: record.warning?.name,
    ...describeRequest(record.request),
    usage: readUsage(record)
  }
}

function describeRequest(request: unknown) {
  if (!isObject(request)) return {}
  const { model, messages } = toChatRequest(request)
  const text = messageText(messages.findLast(({ role }) => role === 'user'))
  return {
    model: model ? abbreviate(model, maxAboutChars) : undefined,
    about: text ? abbreviate(text, maxAboutChars) : undefined
  }
}

/** Returns the tokens of a response: those of its body, or of the last event of a stream that has them. */
export function readUsage({ answer }: Pick<ExchangeRecord, 'answer'>): TokenUsage | undefined {
  if (isObject(answer)) return toTokenUsage(answer.usage)
  const at = typeof answer === 'string' ? answer.lastIndexOf('"usage":') : -1
  if (typeof answer !== 'string' || at < 0) return undefined
  const end = answer.indexOf('\n', at)
  const line = answer.slice(answer.lastIndexOf('\n', at) + 1, end < 0 ? undefined : end)
  const chunk = parseJsonOrText(line.replace(/^data: ?/, ''))
  return isObject(chunk) ? toTokenUsage(chunk.usage) : undefined
}

function toTokenUsage(usage: unknown): TokenUsage | undefined {
  if (!isObject(usage)) return undefined
  const { prompt_tokens: promptTokens, completion_tokens: completionTokens } = usage
  return typeof promptTokens === 'number' && typeof completionTokens === 'number'
    ? { promptTokens, completionTokens }
    : undefined
}
