/** Refuses the query of a call that changes something: a query that is ignored could change more than its caller wants. */
import type { FastifyInstance } from 'fastify'
import { abbreviate } from '../../core/abbreviate.js'
import { ApiError } from '../../core/api-error.js'

/** How a call names what it is about. */
export const sessionHint = 'the header x-mock-session names a session, and without it the whole server is meant'

export function registerQueryCheck(app: FastifyInstance): void {
  app.addHook('preHandler', (request, _reply, done) => {
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    const [name] = Object.keys(request.query as object)
    if (isRead || request.is404 || name === undefined) return done()
    const call = `${request.method} ${request.url.split('?', 1)[0]}`
    const problems = `${call}: unknown query "${abbreviate(name, 100)}"; ${sessionHint}`
    done(new ApiError('bad_admin_request', { problems }))
  })
}
