/** Opens an exchange for each request and closes it once: counted, journaled and logged by hooks, never by handlers. */
import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { RandomIds } from '../core/random.js'
import { type Exchange, maskKey } from '../state/exchange.js'
import { dropIdleSessions } from './admin/session-cleanup.js'
import type { AppContext } from './context.js'

declare module 'fastify' {
  interface FastifyRequest {
    exchange: Exchange
  }
}

export function registerExchangeHooks(app: FastifyInstance, context: AppContext, ids: RandomIds): void {
  const { metricsCounters, journal, log, sessions } = context
  app.decorateRequest('exchange', null as unknown as Exchange)
  app.addHook('onRequest', (request, _reply, done) => {
    request.exchange = openExchange(request.raw, ids.uuid('req_'))
    done()
  })
  const closeExchange = ({ exchange }: FastifyRequest) => {
    if (exchange.closed) return
    exchange.closed = true
    exchange.durationMs = performance.now() - exchange.startedAt
    // Our own pages and the calls of tests to them are not what a test asks about.
    const { url, operation } = exchange
    if (operation !== undefined || !(url.startsWith('/_mock') || url === '/health')) {
      journal.add(exchange)
      metricsCounters.add(exchange)
    }
    sessions.touch(exchange.session, exchange.at)
    const idle = sessions.takeIdle(exchange.at)
    if (idle.length) dropIdleSessions(context, idle, exchange.at).catch(err => log.error({ err }, 'idle sessions stay'))
    if (log.isLevelEnabled('info')) log.info(toLogLine(exchange), 'request')
  }
  // For what Fastify sends itself. An exchange is closed when its answer is handed over: waiting for the socket to take it
  // would cost each answer a listener.
  app.addHook('onSend', (request, reply, _payload, done) => {
    request.exchange.status = reply.statusCode
    closeExchange(request)
    done()
  })
  app.decorate('closeExchange', closeExchange)
}

declare module 'fastify' {
  interface FastifyInstance {
    /** For answers that go past Fastify: closes their exchange when their socket does. */
    closeExchange(request: FastifyRequest): void
  }
}

export function openExchange({ method, url, rawHeaders }: IncomingMessage, id: string): Exchange {
  // Every fact has its place from the start, so that all exchanges have one shape.
  return {
    id,
    at: Date.now(),
    startedAt: performance.now(),
    session: '',
    key: undefined,
    account: undefined,
    limits: undefined,
    method: method ?? '',
    url: url ?? '',
    rawHeaders,
    body: undefined,
    operation: undefined,
    status: 0,
    responseBody: undefined,
    fixture: undefined,
    fault: undefined,
    mismatch: undefined,
    apiError: undefined,
    warning: undefined,
    streamed: false,
    aborted: false,
    durationMs: 0,
    delayMs: 0,
    firstByteMs: 0,
    chunkMs: undefined,
    triedFixtures: undefined,
    closed: false
  }
}

function toLogLine({
  id,
  method,
  url,
  status,
  durationMs,
  fixture,
  apiError,
  session,
  key,
  aborted,
  streamed
}: Exchange) {
  return {
    id,
    method,
    url,
    status,
    ms: Math.round(durationMs * 100) / 100,
    ...(session && session !== key ? { session } : {}),
    ...(key ? { key: maskKey(key) } : {}),
    ...(fixture ? { fixture } : {}),
    ...(apiError ? { refusal: apiError.errorName } : {}),
    ...(streamed ? { streamed } : {}),
    ...(aborted ? { aborted } : {})
  }
}
