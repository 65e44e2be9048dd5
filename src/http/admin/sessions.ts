/** Serves sessions with their usage, rate limits and open streams. */
import type { FastifyInstance } from 'fastify'
import { shortenName } from '../../core/short-name.js'
import type { AppContext } from '../context.js'
import { collectSummaries, isAsked } from './collect.js'
import { resetState } from './reset-state.js'
import { createAdminGuard } from './routes.js'
import { sumUsage } from './session-usage.js'
import { readLimits } from './used-limits.js'

export function registerSessionRoutes(app: FastifyInstance, context: AppContext): void {
  const { options, broadcast } = context
  const guarded = { preValidation: createAdminGuard(options.adminKey) }
  app.get('/_mock/streams', guarded, async () => ({ streams: (await broadcast('listOpenStreams')).flat() }))
  app.get('/_mock/limits', guarded, () => readLimits(context, Date.now()))
  app.get('/_mock/sessions', guarded, async request => {
    if (isAsked(request, 'usage')) return { sessions: sumUsage(await collectSummaries(context, {})) }
    const counts = new Map<string, number>()
    for (const each of await broadcast('countRequestsBySession'))
      for (const [name, count] of each) counts.set(name, (counts.get(name) ?? 0) + count)
    return { sessions: [...counts].map(([name, requests]) => ({ name, requests })) }
  })
  app.delete('/_mock/sessions/:name', guarded, async request =>
    resetState(context, shortenName((request.params as { name: string }).name))
  )
}
