/** Opens the exchange of each request, records results of its steps, and counts, journals and logs it at the end. */
import type { ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ApiError } from '../core/api-error.js'
import type { ApiKey } from '../core/api-key.js'
import { Budget } from '../core/budget.js'
import { maskError, replaceKey } from '../core/key-mask.js'
import type { RandomIds } from '../core/random.js'
import type { TriedFixtures } from '../fixtures/near-misses.js'
import type { Exchange, ResponseSource, WritableExchange } from '../state/exchange.js'
import type { LimitHeaders } from '../state/limits.js'
import { maskUrl, toRequestLine } from '../state/request-line.js'
import { dropIdleSessions } from './admin/session-cleanup.js'
import type { AppContext, SharedState } from './context.js'
import { type AddressedMessage, findHeadError, isAdminRequest, isProbe } from './request-head.js'
import { isConnection } from './response/node-internals.js'

declare module 'fastify' {
  interface FastifyRequest {
    exchange: Exchange
  }
  interface FastifyInstance {
    /** Closes the exchange of a response that Fastify does not send. */
    closeExchange(request: FastifyRequest): void
    /** The responses under way to requests without a connection, from Fastify's inject. */
    injectedResponses: Set<ServerResponse>
  }
}

export function registerExchangeHooks(
  app: FastifyInstance,
  context: AppContext,
  { ids, injectedResponses }: SharedState
): void {
  const { metricsCounters, journal, requestFeed, log, sessions, keyMask, explainNearest } = context
  app.decorateRequest('exchange', null as unknown as Exchange)
  app.decorate('injectedResponses', injectedResponses)
  app.addHook('onRequest', (request, reply, done) => {
    openExchange(request, ids, metricsCounters.turns.waitAt)
    if (!isConnection(request.raw.socket)) {
      injectedResponses.add(reply.raw)
      reply.raw.once('close', () => injectedResponses.delete(reply.raw))
    }
    done(findHeadError(request.raw))
  })
  const dropIdle = (idle: readonly string[], now: number) =>
    dropIdleSessions(context, idle, now).then(
      count => log.debug({ count }, 'removed idle sessions'),
      err => log.error({ err }, 'idle sessions could not be removed')
    )
  const closeExchange = ({ exchange }: { exchange: WritableExchange }) => {
    if (exchange.closed) return
    exchange.closed = true
    exchange.durationMs = performance.now() - exchange.startedAt
    // The journal has no requests to Standin's own paths.
    const isAdmin = isAdminRequest(exchange)
    if (!isAdmin) {
      journal.add(exchange)
      if (requestFeed.hasReaders) requestFeed.add(exchange)
      metricsCounters.add(exchange)
    }
    sessions.touch(exchange.session, exchange.at)
    const idle = sessions.takeIdle(exchange.at)
    if (idle.length) void dropIdle(idle, exchange.at)
    const level = isProbe(exchange, isAdmin) ? 'debug' : 'info'
    if (log.isLevelEnabled(level)) log[level](toRequestLine(exchange, keyMask, explainNearest), 'request')
  }
  // For responses that Fastify sends. The exchange closes before the socket is flushed: waiting would cost a listener
  // for each response.
  app.addHook('onSend', (request, reply, _payload, done) => {
    setStatus(request.exchange, reply.statusCode)
    closeExchange(request)
    done()
  })
  app.decorate('closeExchange', closeExchange)
}

export function openExchange(request: FastifyRequest, ids: RandomIds, waitAt = (_now: number) => 0): void {
  const { method, rawHeaders } = request.raw
  const startedAt = performance.now()
  // All members exist from the start, so that all exchanges have the same hidden class.
  request.exchange = {
    id: ids.uuid('req_'),
    at: Date.now(),
    startedAt,
    waitMs: waitAt(startedAt),
    session: '',
    key: undefined,
    account: undefined,
    limits: undefined,
    method: method ?? '',
    url: request.originalUrl,
    azure: (request.raw as AddressedMessage).azure,
    rawHeaders,
    body: undefined,
    operation: undefined,
    model: undefined,
    status: 0,
    responseBody: undefined,
    fixture: undefined,
    source: undefined,
    fault: undefined,
    ignoredFault: undefined,
    mismatch: undefined,
    apiError: undefined,
    warning: undefined,
    streamed: false,
    aborted: false,
    durationMs: 0,
    delayMs: 0,
    firstByteMs: 0,
    chunkMs: undefined,
    dueMs: undefined,
    triedFixtures: undefined,
    promptTokens: undefined,
    completionTokens: undefined,
    budget: undefined,
    closed: false
  }
}

// Steps write their results with these functions. Beside this file, only response-stream.ts writes an exchange.

export function setRequestBody(exchange: WritableExchange, body: string | undefined): void {
  exchange.body = body
}

/** @param operation the id of the operation in the document */
export function setOperation(exchange: WritableExchange, operation: string): void {
  exchange.operation = operation
}

/** @param model the name in the request */
export function setModel(exchange: WritableExchange, model: string): void {
  exchange.model = model
}

/** @param source where a response without a fixture comes from */
export function setSource(exchange: WritableExchange, source: ResponseSource): void {
  exchange.source = source
}

export function setUsage(exchange: WritableExchange, promptTokens: number, completionTokens: number): void {
  exchange.promptTokens = promptTokens
  exchange.completionTokens = completionTokens
}

/** @param session the header `x-mock-session`, or else the key */
export function setCaller(
  exchange: WritableExchange,
  key: string | undefined,
  session: string,
  account: ApiKey | undefined
): void {
  exchange.key = key
  exchange.session = session
  exchange.account = account
}

/** @param id the id of a seeded response, in place of a random id */
export function setRequestId(exchange: WritableExchange, id: string): void {
  exchange.id = id
}

export function setLimits(exchange: WritableExchange, limits: LimitHeaders | undefined): void {
  exchange.limits = limits
}

export function setFixture(exchange: WritableExchange, name: string): void {
  exchange.fixture = name
}

/** @param tried the fixtures that did not reply */
export function setTriedFixtures(exchange: WritableExchange, tried: TriedFixtures): void {
  exchange.triedFixtures = tried
}

/** Returns the budget of the response. Most responses are prepared, and need none. */
export function openBudget(exchange: WritableExchange): Budget {
  if (exchange.budget instanceof Budget) return exchange.budget
  const budget = new Budget()
  exchange.budget = budget
  return budget
}

/** Marks what the steps before the completion have spent. */
export function markBudget({ budget }: Exchange): void {
  if (budget instanceof Budget) budget.mark()
}

export function setMismatch(exchange: WritableExchange, mismatch: string | undefined): void {
  exchange.mismatch = mismatch
}

/** @param warning the API error that `x-mock-refused` reports, in a response that is sent anyway */
export function setWarning(exchange: WritableExchange, warning: ApiError): void {
  exchange.warning = warning
}

export function setApiError(exchange: WritableExchange, apiError: ApiError): void {
  exchange.apiError = apiError
}

export function setFault(exchange: WritableExchange, fault: string): void {
  exchange.fault = fault
}

/** @param ignoredFault the fault that the response does not have, and why */
export function setIgnoredFault(exchange: WritableExchange, ignoredFault: string): void {
  exchange.ignoredFault = ignoredFault
}

export function logIgnoredFault({ log, keyMask }: AppContext, exchange: Exchange): void {
  const { id, key, ignoredFault = '' } = exchange
  const masked = key === undefined ? ignoredFault : replaceKey(ignoredFault, key, keyMask(key))
  log.warn({ id, ignoredFault: masked }, 'a fault did not apply')
}

export function logUnknownModel({ log, keyMask }: AppContext, { key }: Exchange, name: string, family: string): void {
  const model = key === undefined ? name : replaceKey(name, key, keyMask(key))
  log.warn({ model, family }, 'an unknown model behaves as this family; --models adds models')
}

export function setStatus(exchange: WritableExchange, status: number): void {
  exchange.status = status
}

export function logUnexpectedError({ log, keyMask }: AppContext, { exchange }: FastifyRequest, err: unknown): void {
  const { id, key } = exchange
  log.error({ err: maskError(err, key, keyMask), url: maskUrl(exchange, keyMask), id }, 'unexpected error')
}

export function logCutUpload({ log, keyMask }: AppContext, { exchange }: FastifyRequest, err: unknown): void {
  log.debug(
    { err, url: maskUrl(exchange, keyMask), id: exchange.id },
    'the client left before its request was complete'
  )
}

/** @param what the message of the API error */
export const logDeadEnd = ({ log }: AppContext, { exchange: { id } }: FastifyRequest, what: string) =>
  log.warn({ id }, what)

export const logRecorded = (log: AppContext['log'], fixture: string, place: string) =>
  log.info({ fixture, place }, 'recorded')

export const logNotRecorded = ({ log, keyMask }: AppContext, { id, key }: Exchange, err: unknown) =>
  log.error({ err: maskError(err, key, keyMask), id }, 'an exchange could not be recorded')
