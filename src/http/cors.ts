/** Answers CORS preflight requests. */
import cors from '@fastify/cors'
import type { FastifyInstance } from 'fastify'

export function registerCors(app: FastifyInstance): void {
  // The outer plugin keeps @fastify/cors in its own scope: its hook does not run for other requests.
  app.register((scope, options, done) => cors(scope, options, done), {
    methods: ['GET', 'OPTIONS', 'POST'],
    maxAge: 86400,
    optionsSuccessStatus: 200,
    preflight: true
  })
}
