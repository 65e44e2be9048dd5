/** Serves Standin's operations under `/_mock/`: health, metrics, fixtures and keys. */

import { timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ApiError } from '../../core/api-error.js'
import { shortenName } from '../../core/short-name.js'
import { mergeDeadEnds } from '../../state/dead-ends.js'
import { mergeMetrics } from '../../state/metrics-counters.js'
import { parseJson } from '../body.js'
import type { AppContext } from '../context.js'
import { addFixtures, addKeys } from './additions.js'
import { collectSummaries, isAsked } from './collect.js'
import { describeFixtures } from './fixture-details.js'
import { readServerInfo } from './info.js'
import { toFixtureJson, toKeyJson } from './masked.js'
import { createMetrics, type MetricsWriter } from './metrics.js'

export function registerStatusRoutes(
  app: FastifyInstance,
  { options, store, reloadProblems, broadcast }: AppContext
): void {
  app.get('/_mock/health', async () => ({ status: 'ok' }))
  app.get('/_mock/ready', async () => {
    const what = await store.findProblem()
    if (what !== undefined) throw new ApiError('store_unreachable', { what })
    // A broken change leaves the last good files in use, so the server stays ready.
    return { status: 'ready', ...(reloadProblems().length ? { problems: reloadProblems() } : {}) }
  })
  let metrics: Promise<MetricsWriter> | undefined
  app.get('/_mock/metrics', { preValidation: createAdminGuard(options.adminKey) }, async (_request, reply) => {
    metrics ??= createMetrics(async () => mergeMetrics(await broadcast('readMetrics')))
    const { contentType, write } = await metrics
    return reply.header('content-type', contentType).send(await write())
  })
}

export function registerStateRoutes(app: FastifyInstance, context: AppContext): void {
  const { options, fixtures, keys, keyMask, broadcast } = context
  const guarded = { preValidation: createAdminGuard(options.adminKey) }
  app.get('/_mock/dead-ends', guarded, async () => ({ deadEnds: mergeDeadEnds(await broadcast('listDeadEnds')) }))
  app.get('/_mock/info', guarded, async () => readServerInfo(context))
  app.get('/_mock/fixtures', guarded, async request => {
    if (!isAsked(request, 'details')) return { fixtures: fixtures.all.map(each => toFixtureJson(each, keyMask)) }
    return {
      fixtures: describeFixtures(fixtures.all, fixtures.added, await collectSummaries(context, {}), keyMask)
    }
  })
  app.post('/_mock/fixtures', guarded, async (request, reply) =>
    reply.code(201).send(await addFixtures(context, parseAdminBody(request), readSessionHeader(request)))
  )
  app.delete('/_mock/fixtures', guarded, async request => ({
    removed: (await broadcast('clearFixtures', readSessionHeader(request)))[0]
  }))
  app.delete('/_mock/fixtures/:name', guarded, async request => {
    const { name } = request.params as { name: string }
    const [removed] = await broadcast('removeFixture', name, readSessionHeader(request))
    if (!removed) throw new ApiError('not_listed', { what: `added fixture ${name}`, list: '/_mock/fixtures' })
    return { removed }
  })
  app.get('/_mock/keys', guarded, async () => ({
    keys: [...keys.all].map(each => toKeyJson(each, keyMask))
  }))
  app.put('/_mock/keys', guarded, async request => {
    const newKeys = await addKeys(context, parseAdminBody(request))
    return { keys: Object.entries(newKeys).map(each => toKeyJson(each, keyMask)) }
  })
  app.delete('/_mock/keys', guarded, async () => ({ removed: (await broadcast('resetKeys'))[0] }))
}

/** Returns the session of a call. A call without the header is about the whole server. */
export const readSessionHeader = ({ headers }: FastifyRequest): string | undefined =>
  headers['x-mock-session'] === undefined ? undefined : shortenName(String(headers['x-mock-session']))

export function createAdminGuard(adminKey: string | undefined) {
  return (request: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void) => {
    const bearerKey = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? ''
    done(adminKey === undefined || isSameSecret(bearerKey, adminKey) ? undefined : new ApiError('admin_key_needed'))
  }
}

function isSameSecret(actual: string, expected: string): boolean {
  const [a, b] = [Buffer.from(actual), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}

export function parseAdminBody(request: FastifyRequest): unknown {
  const { body } = request.exchange
  if (!body?.length) throw new ApiError('bad_admin_request', { problems: 'the body is empty, expected JSON' })
  try {
    return parseJson(body)
  } catch (error) {
    throw new ApiError('bad_admin_request', { problems: `the body is not JSON: ${(error as Error).message}` })
  }
}
