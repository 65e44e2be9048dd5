/** Serves the journal: filtered lists, exports, sessions and verification. */
import type { FastifyInstance } from 'fastify'
import { ConfigError } from '../../core/config-error.js'
import { version } from '../../core/version.js'
import { verify } from '../../fixtures/verify.js'
import type { ExchangeRecord } from '../../state/exchange.js'
import { filterRecords, parseRequestFilter, type RequestFilter, toHar } from '../../state/journal-query.js'
import type { AppContext } from '../context.js'
import { exportFixtures } from './export.js'
import { resetState } from './reset-state.js'
import { createAdminGuard, parseAdminBody, readSessionHeader } from './routes.js'

export function registerRequestRoutes(app: FastifyInstance, context: AppContext): void {
  const { options, broadcast, errorCatalog } = context
  const guarded = { preValidation: createAdminGuard(options.adminKey) }
  app.get('/_mock/requests', guarded, async (request, reply) => {
    const { format, ...query } = request.query as Record<string, string>
    const session = query.session ?? readSessionHeader(request)
    const records = await collectRequests(context, {
      ...parseRequestFilter(query),
      ...(session === undefined ? {} : { session })
    })
    if (format === 'fixtures') return reply.type('application/yaml').send(await exportFixtures(records, errorCatalog))
    if (format === 'har') return toHar(records, version, `http://${request.headers.host ?? 'localhost'}`)
    if (format !== undefined)
      throw new ConfigError([`requests: format is ${JSON.stringify(format)}, expected har or fixtures`])
    return { requests: records }
  })
  app.delete('/_mock/requests', guarded, async request => {
    const counts = await broadcast('clearRequests', readSessionHeader(request))
    return { removed: counts.reduce((sum, count) => sum + count, 0) }
  })
  app.get('/_mock/unmatched', guarded, async request => ({
    requests: await collectRequests(context, { unmatched: true, session: readSessionHeader(request) })
  }))
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
    resetState(context, (request.params as { name: string }).name)
  )
}

/** Returns the requests of all processes, oldest first. */
export async function collectRequests({ broadcast }: AppContext, filter: RequestFilter): Promise<ExchangeRecord[]> {
  const lists = await broadcast('listRequests', filter.session)
  const all = lists.length === 1 ? lists[0]! : lists.flat().sort((a, b) => (a.at < b.at ? -1 : 1))
  return filterRecords(all, filter)
}
