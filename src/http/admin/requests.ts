/** Serves the journal: filtered lists, exports, sessions and verification. */
import type { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { ConfigError } from '../../core/config-error.js'
import { shortenName } from '../../core/short-name.js'
import { version } from '../../core/version.js'
import { verify } from '../../fixtures/verify.js'
import { type ExchangeRecord, endOf } from '../../state/exchange-record.js'
import type { JournalCursor } from '../../state/journal.js'
import { parseRequestFilter, type RequestFilter, selectPage, toHar } from '../../state/journal-query.js'
import type { AppContext } from '../context.js'
import { exportFixtures } from './export.js'
import { streamList } from './list-stream.js'
import { resetState } from './reset-state.js'
import { createAdminGuard, parseAdminBody, readSessionHeader } from './routes.js'

export function registerRequestRoutes(app: FastifyInstance, context: AppContext): void {
  const { options, broadcast, errorCatalog } = context
  const guarded = { preValidation: createAdminGuard(options.adminKey) }
  app.get('/_mock/requests', guarded, async (request, reply) => {
    const { format, ...query } = request.query as Record<string, string>
    const session = query.session === undefined ? readSessionHeader(request) : shortenName(query.session)
    const records = await collectRequests(context, { ...parseRequestFilter(query), session })
    if (format === 'fixtures') return reply.type('application/yaml').send(await exportFixtures(records, errorCatalog))
    if (format === 'har') {
      const toArchive = (part: readonly ExchangeRecord[]) =>
        toHar(part, version, `http://${request.headers.host ?? 'localhost'}`)
      return sendJson(
        reply,
        streamList(toArchive([]), records, part => toArchive(part).log.entries)
      )
    }
    if (format !== undefined)
      throw new ConfigError([`requests: format is ${JSON.stringify(format)}, expected har or fixtures`])
    return sendJson(
      reply,
      streamList({ requests: [] }, records, part => [...part])
    )
  })
  app.delete('/_mock/requests', guarded, async request => {
    const counts = await broadcast('clearRequests', readSessionHeader(request))
    return { removed: counts.reduce((sum, count) => sum + count, 0) }
  })
  app.get('/_mock/unmatched', guarded, async (request, reply) => {
    const records = await collectRequests(context, { unmatched: true, session: readSessionHeader(request) })
    return sendJson(
      reply,
      streamList({ requests: [] }, records, part => [...part])
    )
  })
  app.post('/_mock/verify', guarded, async (request, reply) => {
    const records = await collectRequests(context, { session: readSessionHeader(request) })
    const result = await verify(parseAdminBody(request), records)
    return reply.code(result.verified ? 200 : 409).send(result)
  })
  app.get('/_mock/sessions', guarded, async () => {
    const counts = new Map<string, number>()
    for (const each of await broadcast('countRequestsBySession'))
      for (const [name, count] of each) counts.set(name, (counts.get(name) ?? 0) + count)
    return { sessions: [...counts].map(([name, requests]) => ({ name, requests })) }
  })
  app.delete('/_mock/sessions/:name', guarded, async request =>
    resetState(context, shortenName((request.params as { name: string }).name))
  )
}

const sendJson = (reply: FastifyReply, body: Readable) => reply.type('application/json; charset=utf-8').send(body)

/** Returns the requests of all processes, oldest first. Other requests are served while a long journal is read. */
export async function collectRequests({ broadcast }: AppContext, filter: RequestFilter): Promise<ExchangeRecord[]> {
  const lists = new Map<number, ExchangeRecord[]>()
  let cursors: Record<number, JournalCursor> | undefined
  do {
    if (cursors) await setImmediate()
    const parts = await broadcast('listRequests', filter, cursors)
    cursors = {}
    for (const { process, records, next } of parts) {
      const list = lists.get(process) ?? []
      for (const record of records) list.push(record)
      lists.set(process, list)
      if (next) cursors[process] = next
    }
  } while (Object.keys(cursors).length)
  const all = [...lists.values()].flat()
  return selectPage(lists.size === 1 ? all : all.sort((a, b) => endOf(a) - endOf(b)), filter)
}
