/** The one place that writes refusals: whatever was thrown becomes the service's bytes, never a stack trace. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Mistake, Refusal } from '../../core/api-error.js'
import { errorBody } from '../../fixtures/error-catalog.js'
import type { Rooms } from '../context.js'
import { factsOf, limitsOf } from './error-facts.js'
import { asHeader, headOf } from './headers.js'
import { send } from './send.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Answers with a refusal. What is thrown comes here too; the refusals that most requests meet are spared the throw. */
    refuse(request: FastifyRequest, reply: FastifyReply, refusal: Refusal): void
  }
}

export function registerFailure(app: FastifyInstance, rooms: Rooms): void {
  const { catalog, log, stale } = rooms
  app.setErrorHandler((error: FastifyError | Refusal | Mistake, request, reply) => {
    const refusal = asRefusal(error)
    if (refusal.refusal === 'server_error' && !(error instanceof Refusal))
      log.error({ err: error, url: request.url, id: request.exchange?.id }, 'unexpected error')
    return refuse(request, reply, refusal)
  })
  // Unknown paths and wrong methods get the service's empty 404.
  app.setNotFoundHandler((request, reply) => refuse(request, reply, new Refusal('no_route')))

  app.decorate('refuse', refuse)

  function refuse(request: FastifyRequest, reply: FastifyReply, refusal: Refusal) {
    request.exchange.refusal = refusal
    const { status, headers, body, contentType } = errorBody(catalog, refusal, () => factsOf(request))
    const [problem] = stale()
    const layer = (refusal.wording ?? catalog[refusal.refusal])?.layer ?? 'backend'
    if (layer === 'backend' || status === 429) request.exchange.limits = limitsOf(request, refusal, status, rooms)
    const head = headOf(request, layer, status)
    head.add(headers)
    if (problem) head.set('x-mock-stale', asHeader(problem))
    head.add(refusal.headers)
    return send(request, reply, { status, head, contentType, text: body })
  }
}

function asRefusal(error: FastifyError | Refusal | Mistake): Refusal {
  if (error instanceof Refusal) return error
  if (error instanceof Mistake) return new Refusal('bad_admin_request', { problems: error.problems.join('; ') })
  if (error.statusCode !== undefined && error.statusCode < 500) return new Refusal('body_not_json')
  return new Refusal('server_error')
}
