/** Defines what processes tell each other about requests, streams and limits when somebody looks at them. */
import type { Bucket } from '../../core/store.js'
import type { ErrorBody } from '../../fixtures/error-catalog.js'
import type { FixtureReason } from '../../fixtures/near-misses.js'
import type { ExchangeRecord, TokenUsage } from '../../state/exchange-record.js'

/** An exchange as the journal returns it, with what takes work to find out. */
export interface RequestDetail extends ExchangeRecord {
  /** When each event of a paced stream was due, in milliseconds from the request. Absent without a pace. */
  dueMs?: number[]
  /** The fixture that replied, or the nearest fixtures, with their conditions. Only for chat requests. */
  why: FixtureReason[]
  /** The tokens in the `usage` of the response. */
  usage?: TokenUsage
  /** The body of the error that `validate: warn` did not return. */
  warningBody?: ErrorBody
}

/** A stream with a pace that has not ended. */
export interface OpenStream {
  id: string
  at: string
  /** Masked. */
  session: string
  url: string
  fixture?: string
  writtenEvents: number
  events: number
}

/** The limits of a key for a model. */
export interface UsedLimit {
  /** Masked. */
  key: string
  model: string
  buckets: Bucket[]
}
