/** Responds to paths and methods without a route: as the service does, or with an error that says what the server has. */
import type { FastifyInstance } from 'fastify'
import { abbreviate } from '../core/abbreviate.js'
import { ApiError } from '../core/api-error.js'
import { findNearest } from '../core/edit-distance.js'
import { once } from '../core/once.js'
import { describeError } from '../fixtures/error-catalog.js'
import type { AppContext } from './context.js'
import { explainDeadEnd } from './dead-end.js'
import { logDeadEnd } from './exchange.js'

/** Unknown paths and wrong methods get the service's empty 404. */
export function registerNotFoundHandler(app: FastifyInstance, context: AppContext): void {
  const { contract, deadEnds, errorCatalog, options } = context
  const served = once(() => [
    ...new Set(contract.operations.map(({ method, paths }) => `${method.toUpperCase()} ${paths[0]}`))
  ])
  app.setNotFoundHandler((request, reply) => {
    const { url, method } = request.raw
    if (method === 'GET' && url?.split('?')[0] === '/') return reply.redirect('/_mock/')
    const found = options.deadEnds === 'explain' ? explainDeadEnd(method ?? '', url ?? '', served()) : undefined
    if (!found) return app.sendApiError(request, reply, new ApiError('no_route'))
    if (deadEnds.add(method ?? '', found.path))
      logDeadEnd(context, request, String(describeError(errorCatalog, found.apiError).error.message))
    app.sendApiError(request, reply, found.apiError)
  })
}

/** A typing error under `/_mock/` gets the names of the endpoints. @param endpoints filled while the routes are registered */
export function registerAdminNotFoundHandler(app: FastifyInstance): void {
  const endpoints: string[] = []
  app.addHook('onRoute', ({ method, url }) => {
    for (const each of [method].flat()) if (each !== 'HEAD') endpoints.push(`${each} ${url}`)
  })
  app.setNotFoundHandler((request, reply) => {
    const endpoint = `${request.method} ${abbreviate(request.url.split('?', 1)[0]!, 100)}`
    const nearest = findNearest(endpoint, endpoints)
    app.sendApiError(
      request,
      reply,
      new ApiError('unknown_endpoint', {
        endpoint,
        nearest: nearest === undefined ? '' : ` Did you mean ${nearest}?`,
        endpoints: endpoints.join(', ')
      })
    )
  })
}
