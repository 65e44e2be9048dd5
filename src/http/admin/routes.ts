/** Standin's own operations under /_mock/: health, fixtures, the journal, and a reset. */
import { timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../../core/api-error.js'
import type { Key } from '../../core/api-key.js'
import { readFaultRate } from '../../core/fault-rate.js'
import { inlineSource } from '../../core/source-file.js'
import type { Fixture } from '../../fixtures/fixture.js'
import { readKeys } from '../../fixtures/keys.js'
import { maskKey } from '../../state/exchange.js'
import { joined } from '../../state/metrics-counters.js'
import { parseJson } from '../body.js'
import type { Rooms } from '../context.js'
import { createMetrics, type Metrics } from './metrics.js'

/** Load tools look here; a document that has such a path of its own keeps it. */
export function registerHealth(app: FastifyInstance): void {
  if (!app.hasRoute({ method: 'GET', url: '/health' })) app.get('/health', async () => ({ status: 'ok' }))
}

export function registerAdmin(app: FastifyInstance, rooms: Rooms): void {
  const { options, catalog, fixtures, compile, keys, store, stale, everywhere, faultRates } = rooms
  app.get('/_mock/health', async () => ({ status: 'ok' }))
  // What was read before goes on serving, so broken changes do not make the server unready.
  app.get('/_mock/ready', async () => ({ status: 'ready', ...(stale().length ? { problems: stale() } : {}) }))
  let metrics: Promise<Metrics> | undefined
  app.get('/_mock/metrics', async (_request, reply) => {
    metrics ??= createMetrics(async () => joined(await everywhere('counts')))
    const { contentType, write } = await metrics
    return reply.header('content-type', contentType).send(await write())
  })
  const guarded = { preValidation: createGuard(options.adminKey) }
  app.get('/_mock/fixtures', guarded, async () => ({ fixtures: fixtures.all.map(shown) }))
  app.post('/_mock/fixtures', guarded, async (request, reply) => {
    const data = adminBody(request)
    // Looked at here first, so that what is wrong is told in full and nowhere done by half.
    await compile(data, 'fixture')
    // A number of its own tells one without a name from the next, and from itself after it was removed.
    const name = `fixture ${Number(await store.take('fixtures added')) + 1}`
    const [made] = await everywhere('addFixtures', data, name, sessionOf(request))
    const { added = [], stored = [] } = made ?? {}
    return reply.code(201).send({ added, ...(stored.length ? { stored } : {}) })
  })
  app.delete('/_mock/fixtures', guarded, async request => ({
    removed: (await everywhere('clearFixtures', sessionOf(request)))[0]
  }))
  app.get('/_mock/keys', guarded, async () => ({ keys: shownKeys(keys.all) }))
  app.put('/_mock/keys', guarded, async request => {
    const given = readKeys([inlineSource('keys', adminBody(request))], new Set(Object.keys(catalog)))
    await everywhere('setKeys', given)
    return { keys: shownKeys(Object.entries(given)) }
  })
  app.delete('/_mock/keys', guarded, async () => ({ removed: (await everywhere('resetKeys'))[0] }))
  app.get('/_mock/faults', guarded, async request => {
    const session = sessionOf(request)
    return { faults: faultRates.all.filter(rate => session === undefined || rate.session === session) }
  })
  app.post('/_mock/faults', guarded, async (request, reply) => {
    const rate = readFaultRate(adminBody(request), sessionOf(request))
    await everywhere('addFaults', rate)
    return reply.code(201).send({ added: rate })
  })
  app.delete('/_mock/faults', guarded, async request => ({
    removed: (await everywhere('clearFaults', sessionOf(request)))[0]
  }))
  app.post('/_mock/reset', guarded, async request => reset(rooms, sessionOf(request)))
}

/** Forgets what was added and counted: of one session, or all of it. */
export async function reset({ store, everywhere }: Rooms, session: string | undefined) {
  await store.forget(session === undefined ? undefined : `${session}\n`)
  await everywhere('clearStored', session)
  await everywhere('clearFaults', session)
  // Keys are the whole server's.
  if (session === undefined) await everywhere('resetKeys')
  const [fixtures] = await everywhere('clearFixtures', session)
  return { fixtures, requests: sum(await everywhere('clearRequests', session)) }
}

const sum = (counts: number[]) => counts.reduce((total, count) => total + count, 0)

/** The session that a call is about; without the header it is about the whole server. */
export const sessionOf = ({ headers }: FastifyRequest): string | undefined =>
  headers['x-mock-session'] === undefined ? undefined : String(headers['x-mock-session'])

export const shown = ({ name, place, input }: Fixture) => ({ ...input, name, place })

/** What keys stand for, without the keys themselves. */
const shownKeys = (all: Iterable<[string, Key]>) => [...all].map(([key, entry]) => ({ key: maskKey(key), ...entry }))

export function createGuard(adminKey: string | undefined) {
  return (request: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void) => {
    const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? ''
    done(adminKey === undefined || same(given, adminKey) ? undefined : new Refusal('admin_key_needed'))
  }
}

function same(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}

export function adminBody(request: FastifyRequest): unknown {
  const { body } = request.exchange
  if (!body?.length)
    throw new Refusal('bad_admin_request', { problems: 'the body is empty, expected a fixture as JSON' })
  try {
    return parseJson(body)
  } catch (error) {
    throw new Refusal('bad_admin_request', { problems: `the body is not JSON: ${(error as Error).message}` })
  }
}
