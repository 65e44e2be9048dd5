/** Answers CORS preflight requests. */
import cors from '@fastify/cors'
import type { FastifyInstance } from 'fastify'
import type { CallerCheck } from './caller-guard.js'

export function registerCors(app: FastifyInstance, checkHost: CallerCheck | undefined): void {
  // The outer plugin keeps @fastify/cors in its own scope: its hook does not run for other requests.
  app.register(
    (scope, options, done) => {
      // @fastify/cors answers before the hooks that check other requests.
      if (checkHost) scope.addHook('onRequest', (request, _reply, next) => next(checkHost(request)))
      cors(scope, options, done)
    },
    {
      methods: ['GET', 'OPTIONS', 'POST'],
      maxAge: 86400,
      optionsSuccessStatus: 200,
      preflight: true
    }
  )
}
