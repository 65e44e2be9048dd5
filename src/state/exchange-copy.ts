/** Copies an exchange into the object of another exchange, and frees the memory of an object that is used again. */
import type { Exchange, WritableExchange } from './exchange.js'

/**
 * Whether `copyExchange` copies a field. A field of `Exchange` that is missing here is a type error; a test compares both.
 * Records have no account and no limits.
 */
export const copiedFields = {
  id: true,
  at: true,
  startedAt: true,
  session: true,
  key: true,
  waitMs: false,
  account: false,
  limits: false,
  method: true,
  url: true,
  azure: true,
  rawHeaders: true,
  body: true,
  operation: true,
  status: true,
  responseBody: true,
  model: true,
  source: true,
  fixture: true,
  fault: true,
  ignoredFault: true,
  mismatch: true,
  apiError: true,
  warning: true,
  streamed: true,
  aborted: true,
  durationMs: true,
  delayMs: true,
  firstByteMs: true,
  chunkMs: true,
  dueMs: true,
  triedFixtures: true,
  promptTokens: true,
  completionTokens: true,
  budget: true,
  closed: true
} satisfies Record<keyof Exchange, boolean>

// Load tools repeat requests, so values that equal those of the last exchange are stored once.
export function copyExchange(from: Exchange, to: WritableExchange, last: Exchange = from): void {
  to.id = from.id
  to.at = from.at
  to.startedAt = from.startedAt
  to.session = from.session === last.session ? last.session : from.session
  to.key = from.key === last.key ? last.key : from.key
  to.method = from.method
  to.url = from.url === last.url ? last.url : from.url
  to.azure = from.azure
  to.rawHeaders = from.rawHeaders
  to.body = from.body === last.body ? last.body : from.body
  to.operation = from.operation
  to.status = from.status
  to.responseBody = from.responseBody
  to.model = from.model === last.model ? last.model : from.model
  to.source = from.source
  to.fixture = from.fixture
  to.fault = from.fault
  to.ignoredFault = from.ignoredFault
  to.mismatch = from.mismatch
  to.apiError = from.apiError
  to.warning = from.warning
  to.streamed = from.streamed
  to.aborted = from.aborted
  to.durationMs = from.durationMs
  to.delayMs = from.delayMs
  to.firstByteMs = from.firstByteMs
  to.chunkMs = from.chunkMs
  to.dueMs = from.dueMs
  to.triedFixtures = from.triedFixtures
  to.promptTokens = from.promptTokens
  to.completionTokens = from.completionTokens
  to.budget = from.budget
  to.closed = from.closed
}

const noHeaders: readonly string[] = []

/** Frees the memory of a slot's exchange. The object itself is used again. */
export function emptyExchange(exchange: WritableExchange): void {
  exchange.session = ''
  exchange.key = undefined
  exchange.url = ''
  exchange.azure = undefined
  exchange.rawHeaders = noHeaders
  exchange.body = undefined
  exchange.responseBody = undefined
  exchange.model = undefined
  exchange.fixture = undefined
  exchange.fault = undefined
  exchange.ignoredFault = undefined
  exchange.mismatch = undefined
  exchange.apiError = undefined
  exchange.warning = undefined
  exchange.chunkMs = undefined
  exchange.dueMs = undefined
  exchange.triedFixtures = undefined
  exchange.budget = undefined
}
