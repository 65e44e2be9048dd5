/** Serves `/_mock/requests/stream`: the journal as server-sent events, each exchange when it has ended. */
import { PassThrough } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { ConfigError } from '../../core/config-error.js'
import { shortenName } from '../../core/short-name.js'
import { type ExchangeRecord, endOf } from '../../state/exchange-record.js'
import { toExchangeSummary } from '../../state/exchange-summary.js'
import { parseRequestFilter, type RequestFilter, streamFilterNames } from '../../state/journal-query.js'
import { feedLimits } from '../../state/request-feed.js'
import type { AppContext } from '../context.js'
import { collectRequests } from './collect.js'
import { createAdminGuard, readSessionHeader } from './routes.js'

/** How often the processes are asked for exchanges that have ended. */
const pollMs = 100
/** Proxies close a connection that is silent for longer. */
const heartbeatMs = 15_000

export function registerRequestStreamRoute(app: FastifyInstance, context: AppContext): void {
  const { options, broadcast } = context
  const openStreams = new Set<AbortController>()
  app.addHook('onClose', async () => {
    for (const stream of openStreams) stream.abort()
  })
  app.get('/_mock/requests/stream', { preValidation: createAdminGuard(options.adminKey) }, async (request, reply) => {
    const { format, ...query } = request.query as Record<string, string>
    if (format !== undefined && format !== 'summary')
      throw new ConfigError([`requests: format is ${JSON.stringify(format)}, expected summary`])
    const session = query.session === undefined ? readSessionHeader(request) : shortenName(query.session)
    const filter = { ...parseRequestFilter(query, streamFilterNames), session }
    const { 'last-event-id': lastEventId } = request.headers
    if (typeof lastEventId === 'string') filter.after ??= lastEventId
    // A proxy must not collect the events.
    reply.headers({ 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
    reply.type('text/event-stream; charset=utf-8')
    if (request.method === 'HEAD') return reply.send()
    const reader = request.exchange.id
    const leave = () => broadcast('leaveRequests', reader).catch(() => [])
    await broadcast('takeRequests', reader, filter, false).catch(async error => {
      await leave()
      throw error
    })
    return reply.send(
      startStream(reply, openStreams, leave, output =>
        writeEvents(context, reader, filter, format === 'summary' ? toExchangeSummary : asRecord, output)
      )
    )
  })
}

interface Output {
  stream: PassThrough
  /** Comes when the client has left, or when the server closes. */
  signal: AbortSignal
}

function startStream(
  reply: FastifyReply,
  openStreams: Set<AbortController>,
  leave: () => Promise<unknown>,
  write: (output: Output) => Promise<void>
): PassThrough {
  const stream = new PassThrough()
  const controller = new AbortController()
  openStreams.add(controller)
  reply.raw.once('close', () => controller.abort())
  if (reply.raw.destroyed) controller.abort()
  const end = () => {
    openStreams.delete(controller)
    stream.end()
    void leave()
  }
  // It fails when a process of the group has gone. The client then connects again, and asks for what it has missed.
  void write({ stream, signal: controller.signal }).then(end, end)
  return stream
}

/** Writes events until the signal. A client that does not read gets nothing more, and loses records. */
async function writeEvents(
  context: AppContext,
  reader: string,
  filter: RequestFilter,
  toItem: ToItem,
  { stream, signal }: Output
): Promise<void> {
  stream.write(': Standin\n\n')
  // A request that ends now is in the journal and in the feed.
  const sentIds = filter.after === undefined ? undefined : new Set<string>()
  if (sentIds) {
    const missed = await collectRequests(context, filter)
    const newest = missed.slice(-feedLimits.burst)
    for (const { id } of newest) sentIds.add(id)
    stream.write(formatEvents(newest, missed.length - newest.length, toItem))
  }
  let writtenAt = performance.now()
  while (!signal.aborted) {
    const isReady = !stream.writableNeedDrain
    const parts = await context.broadcast('takeRequests', reader, filter, isReady)
    const records = parts.flatMap(part => part.records).filter(({ id }) => !sentIds?.delete(id))
    if (parts.length > 1) records.sort((a, b) => endOf(a) - endOf(b))
    const dropped = parts.reduce((sum, part) => sum + part.dropped, 0)
    const isSilent = isReady && performance.now() - writtenAt > heartbeatMs
    const text = formatEvents(records, dropped, toItem) || (isSilent ? ': no request\n\n' : '')
    if (text) {
      stream.write(text)
      writtenAt = performance.now()
    }
    await sleep(pollMs, undefined, { signal }).catch(() => {})
  }
}

/** Returns what is sent of a record. */
type ToItem = (record: ExchangeRecord) => object
const asRecord: ToItem = record => record

function formatEvents(records: readonly ExchangeRecord[], dropped: number, toItem: ToItem): string {
  const lost = dropped > 0 ? `event: dropped\ndata: {"count":${dropped}}\n\n` : ''
  return (
    lost + records.map(each => `event: request\nid: ${each.id}\ndata: ${JSON.stringify(toItem(each))}\n\n`).join('')
  )
}
