/** Standin's own operations under /_mock/: health, fixtures, the journal, and a reset. */
import { timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Fixture } from '../fixtures/fixture.js'
import { readKeys } from '../fixtures/keys.js'
import type { Key } from '../key.js'
import { Refusal } from '../refusal.js'
import { inlineSource } from '../source.js'
import { maskKey } from '../state/journal.js'
import { parseJson } from './body.js'
import type { Rooms } from './rooms.js'

export function registerAdmin(
  app: FastifyInstance,
  { options, catalog, fixtures, compile, journal, keys, store, stored, notReady }: Rooms
): void {
  app.get('/_mock/health', async () => ({ status: 'ok' }))
  app.get('/_mock/ready', async (_request, reply) => {
    const reason = notReady()
    return reply.code(reason ? 503 : 200).send(reason ? { status: 'not ready', reason } : { status: 'ready' })
  })
  const guarded = { preValidation: createGuard(options.adminKey) }
  app.get('/_mock/fixtures', guarded, async () => ({ fixtures: fixtures.all.map(shown) }))
  app.post('/_mock/fixtures', guarded, async (request, reply) => {
    const added = await compile(adminBody(request))
    fixtures.add(added.fixtures, added.stored)
    return reply
      .code(201)
      .send({ added: added.fixtures.map(shown), ...(added.stored.length ? { stored: added.stored } : {}) })
  })
  app.delete('/_mock/fixtures', guarded, async () => ({ removed: fixtures.clear() }))
  app.get('/_mock/requests', guarded, async () => ({ requests: journal.list() }))
  app.delete('/_mock/requests', guarded, async () => ({ removed: journal.clear() }))
  app.get('/_mock/keys', guarded, async () => ({ keys: shownKeys(keys.all) }))
  app.put('/_mock/keys', guarded, async request => {
    const given = readKeys([inlineSource('keys', adminBody(request))], new Set(Object.keys(catalog)))
    keys.set(given)
    return { keys: shownKeys(Object.entries(given)) }
  })
  app.delete('/_mock/keys', guarded, async () => ({ removed: keys.reset() }))
  app.post('/_mock/reset', guarded, async () => {
    await store.forget()
    stored.clear()
    keys.reset()
    return { fixtures: fixtures.clear(), requests: journal.clear() }
  })
}

const shown = ({ name, place, input }: Fixture) => ({ ...input, name, place })

/** What keys stand for, without the keys themselves. */
const shownKeys = (all: Iterable<[string, Key]>) => [...all].map(([key, entry]) => ({ key: maskKey(key), ...entry }))

function createGuard(adminKey: string | undefined) {
  return (request: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void) => {
    const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? ''
    done(adminKey === undefined || same(given, adminKey) ? undefined : new Refusal('admin_key_needed'))
  }
}

function same(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}

function adminBody(request: FastifyRequest): unknown {
  const { body } = request.exchange
  if (!body?.length)
    throw new Refusal('bad_admin_request', { problems: 'the body is empty, expected a fixture as JSON' })
  try {
    return parseJson(body)
  } catch (error) {
    throw new Refusal('bad_admin_request', { problems: `the body is not JSON: ${(error as Error).message}` })
  }
}
