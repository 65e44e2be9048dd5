/** Serves the journal: filtered lists, exports, sessions and verification. */
import type { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { ApiError } from '../../core/api-error.js'
import { ConfigError } from '../../core/config-error.js'
import { shortenName } from '../../core/short-name.js'
import { version } from '../../core/version.js'
import type { ExchangeRecord } from '../../state/exchange-record.js'
import { parseRequestFilter, toHar } from '../../state/journal-query.js'
import type { AppContext } from '../context.js'
import { collectRequests, collectSummaries } from './collect.js'
import { exportFixtures } from './export.js'
import { streamList } from './list-stream.js'
import { createAdminGuard, parseAdminBody, readSessionHeader } from './routes.js'
import { verifyRequests } from './verify-requests.js'

export function registerRequestRoutes(app: FastifyInstance, context: AppContext): void {
  const { options, broadcast, errorCatalog } = context
  const guarded = { preValidation: createAdminGuard(options.adminKey) }
  app.get('/_mock/requests', guarded, async (request, reply) => {
    const { format, ...query } = request.query as Record<string, string>
    const session = query.session === undefined ? readSessionHeader(request) : shortenName(query.session)
    const filter = { ...parseRequestFilter(query), session }
    if (format === 'summary') return sendList(reply, await collectSummaries(context, filter))
    const records = await collectRequests(context, filter)
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
      throw new ConfigError([`requests: format is ${JSON.stringify(format)}, expected har, fixtures or summary`])
    return sendList(reply, records)
  })
  app.get('/_mock/requests/:id', guarded, async (request, reply) => {
    const { id } = request.params as { id: string }
    const { format } = request.query as Record<string, string>
    const found = (await broadcast('readRequest', id)).find(each => each !== undefined)
    if (!found) throw new ApiError('not_listed', { what: `request ${id}`, list: '/_mock/requests' })
    if (format === 'fixtures') return reply.type('application/yaml').send(await exportFixtures([found], errorCatalog))
    if (format !== undefined)
      throw new ConfigError([`requests: format is ${JSON.stringify(format)}, expected fixtures`])
    return found
  })
  app.delete('/_mock/requests', guarded, async request => {
    const counts = await broadcast('clearRequests', readSessionHeader(request))
    return { removed: counts.reduce((sum, count) => sum + count, 0) }
  })
  app.get('/_mock/unmatched', guarded, async (request, reply) => {
    return sendList(reply, await collectRequests(context, { unmatched: true, session: readSessionHeader(request) }))
  })
  app.post('/_mock/verify', guarded, async (request, reply) => {
    const records = await collectRequests(context, { session: readSessionHeader(request) })
    const result = await verifyRequests(context, parseAdminBody(request), records)
    return reply.code(result.verified ? 200 : 409).send(result)
  })
}

const sendList = (reply: FastifyReply, records: readonly object[]) =>
  sendJson(
    reply,
    streamList({ requests: [] }, records, part => [...part])
  )

const sendJson = (reply: FastifyReply, body: Readable) => reply.type('application/json; charset=utf-8').send(body)
