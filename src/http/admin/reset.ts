/** Serves `/_mock/reset`. */
import type { FastifyInstance } from 'fastify'
import { ApiError } from '../../core/api-error.js'
import { isObject } from '../../core/json-pointer.js'
import type { AppContext } from '../context.js'
import { sessionHint } from './query-check.js'
import { resetState } from './reset-state.js'
import { createAdminGuard, parseAdminBody, readSessionHeader } from './routes.js'

export function registerResetRoute(app: FastifyInstance, context: AppContext): void {
  const guarded = { preValidation: createAdminGuard(context.options.adminKey) }
  app.post('/_mock/reset', guarded, async request => {
    const body = request.exchange.body?.length ? parseAdminBody(request) : {}
    if (!isObject(body) || Object.keys(body).length)
      throw new ApiError('bad_admin_request', { problems: `reset: expected no body; ${sessionHint}` })
    return resetState(context, readSessionHeader(request))
  })
}
