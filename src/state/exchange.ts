/** Defines an exchange: one request with its response, as the server holds it. */

import type { ApiError } from '../core/api-error.js'
import type { ApiKey } from '../core/api-key.js'
import type { BudgetUse } from '../core/budget.js'
import type { LazyText } from '../core/json-format.js'
import type { LimitHeaders } from './limits.js'

/** An address of Azure OpenAI. */
export interface AzureAddress {
  /** The deployment in the path, which is the model of the request. */
  deployment: string | undefined
  /** Whether the address has the `api-version` that it needs. */
  isComplete: boolean
}

/** One request and its response, as the server holds it. Hooks log, count and journal it. */
export interface Exchange {
  /** The value of the response header `x-request-id`. */
  readonly id: string
  /** When the request arrived, in Unix milliseconds. */
  readonly at: number
  /** When the request arrived, in milliseconds of the monotonic clock (`performance.now()`). */
  readonly startedAt: number
  /** How long the request waited before it was read, as estimated, in milliseconds. */
  readonly waitMs: number
  readonly session: string
  readonly key?: string
  /** The account of the key. */
  readonly account?: ApiKey
  /** The rate limit headers of the response. */
  readonly limits?: LimitHeaders
  readonly method: string
  readonly url: string
  /** Set if the client called an address of Azure OpenAI. */
  readonly azure?: AzureAddress | undefined
  /** Names and values in turn, as Node parsed them. */
  readonly rawHeaders: readonly string[]
  readonly body?: string
  readonly operation?: string
  readonly status: number
  /** The model of a chat request. */
  readonly model?: string
  /** The body that was sent: its text, or an object that assembles the text. */
  readonly responseBody?: string | LazyText
  readonly fixture?: string
  /** Where a response without a fixture comes from. */
  readonly source?: ResponseSource
  /** The fault that changed the response. */
  readonly fault?: string
  /** The fault that did not apply, and why. */
  readonly ignoredFault?: string
  /** Why the fixture's reply breaks the request, or the schema of the response. */
  readonly mismatch?: string
  readonly apiError?: ApiError
  /** The API error that a header reported, for a request that was completed nevertheless. */
  readonly warning?: ApiError
  readonly streamed: boolean
  /** Whether the client disconnected before the end of the response. */
  readonly aborted: boolean
  readonly durationMs: number
  /** The part of `durationMs` that a pace or a fault added. */
  readonly delayMs: number
  /** When the first byte of a stream was written, in milliseconds from the request; 0 for a response in one write. */
  readonly firstByteMs: number
  /** When each event of a paced stream was written, in milliseconds from the request. */
  readonly chunkMs?: number[]
  /** When each event of a paced stream is due, in milliseconds from the request. */
  readonly dueMs?: ArrayLike<number>
  /** The fixtures that did not match. The near misses are computed from them when the journal is read. */
  readonly triedFixtures?: {
    readonly fixtures: readonly unknown[]
    /** Those whose conditions hold, with the reason why they did not reply. */
    readonly heldBack?: ReadonlyMap<unknown, unknown>
    /** The input that did not match, of an operation on texts. */
    readonly input?: string
  }
  /** The tokens of a completion, also if the response has no usage. */
  readonly promptTokens?: number
  readonly completionTokens?: number
  /** What the response has cost. */
  readonly budget?: BudgetUse
  readonly closed: boolean
}

/** Where a response comes from: Standin generated it, an upstream sent it, or it is an example of the document. */
export type ResponseSource = 'generated' | 'upstream' | 'example'

/** An exchange during its request. Only `http/exchange.ts` and `http/response/response-stream.ts` write to it. */
export type WritableExchange = { -readonly [Field in keyof Exchange]: Exchange[Field] }
