/** What was asked, read back: lists with filters, sessions, verification, and exports. */
import type { FastifyInstance } from 'fastify'
import { Mistake } from '../../core/api-error.js'
import { version } from '../../core/version.js'
import { verify } from '../../fixtures/verify.js'
import { type ExchangeRecord, maskKey } from '../../state/exchange.js'
import { filtered, type RequestFilter, readFilter, toHar } from '../../state/journal-query.js'
import type { Rooms } from '../context.js'
import { toFixtures } from './export.js'
import { adminBody, createGuard, reset, sessionOf } from './routes.js'

export function registerRequests(app: FastifyInstance, rooms: Rooms): void {
  const { options, everywhere, catalog } = rooms
  const guarded = { preValidation: createGuard(options.adminKey) }
  app.get('/_mock/requests', guarded, async (request, reply) => {
    const { format, ...query } = request.query as Record<string, string>
    const session = query.session ?? sessionOf(request)
    const records = await requestsOf(rooms, { ...readFilter(query), ...(session === undefined ? {} : { session }) })
    if (format === 'fixtures') return reply.type('application/yaml').send(await toFixtures(records, catalog))
    if (format === 'har') return toHar(records, version, `http://${request.headers.host ?? 'localhost'}`)
    if (format !== undefined)
      throw new Mistake([`requests: format is ${JSON.stringify(format)}, expected har or fixtures`])
    return { requests: records }
  })
  app.delete('/_mock/requests', guarded, async request => {
    const counts = await everywhere('clearRequests', sessionOf(request))
    return { removed: counts.reduce((sum, count) => sum + count, 0) }
  })
  app.get('/_mock/unmatched', guarded, async request => ({
    requests: await requestsOf(rooms, { unmatched: true, session: sessionOf(request) })
  }))
  app.post('/_mock/verify', guarded, async (request, reply) => {
    const records = await requestsOf(rooms, { session: sessionOf(request) })
    const found = await verify(adminBody(request), records)
    return reply.code(found.verified ? 200 : 409).send(found)
  })
  app.get('/_mock/sessions', guarded, async () => {
    const counts = new Map<string, number>()
    for (const each of await everywhere('sessions'))
      for (const [name, count] of each) counts.set(name, (counts.get(name) ?? 0) + count)
    return { sessions: [...counts].map(([name, requests]) => ({ name: maskKey(name), requests })) }
  })
  app.delete('/_mock/sessions/:name', guarded, async request => reset(rooms, (request.params as { name: string }).name))
}

/** What every process was asked, oldest first. */
export async function requestsOf({ everywhere }: Rooms, filter: RequestFilter): Promise<ExchangeRecord[]> {
  const lists = await everywhere('requests', filter.session)
  const all = lists.length === 1 ? lists[0]! : lists.flat().sort((a, b) => (a.at < b.at ? -1 : 1))
  return filtered(all, filter)
}
