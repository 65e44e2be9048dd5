/** Browsers ask before they ask: what they may is said here, and with each answer in headers.ts. */
import cors from '@fastify/cors'
import type { FastifyInstance } from 'fastify'

export function registerCors(app: FastifyInstance): void {
  // Called by a plugin of ours it stays in a scope of its own, where it answers preflights and meets nothing else.
  app.register((scope, options, done) => cors(scope, options, done), {
    methods: ['GET', 'OPTIONS', 'POST'],
    maxAge: 86400,
    optionsSuccessStatus: 200,
    preflight: true
  })
}
