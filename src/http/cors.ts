/** Answers OPTIONS requests: CORS preflights, and those without an Origin. */
import cors, { type FastifyCorsOptions } from '@fastify/cors'
import type { FastifyInstance } from 'fastify'
import type { CallerCheck } from './context.js'

export function registerCors(app: FastifyInstance, checkHost: CallerCheck): void {
  // The outer plugin keeps @fastify/cors in its own scope: its hook does not run for other requests.
  app.register(
    (scope: FastifyInstance, options: FastifyCorsOptions, done: () => void) => {
      // OPTIONS requests get their response before the hooks that check other requests.
      scope.addHook('onRequest', (request, _reply, next) => next(checkHost(request)))
      registerPreflight(scope, options, done)
    },
    {
      methods: ['GET', 'OPTIONS', 'POST'],
      maxAge: 86400,
      optionsSuccessStatus: 200,
      preflight: true
    }
  )
}

function registerPreflight(scope: FastifyInstance, options: FastifyCorsOptions, done: () => void): void {
  scope.addHook('onRequest', (request, reply, next) => {
    if (request.headers.origin !== undefined) next()
    else reply.code(204).send()
  })
  cors(scope, options, done)
}
