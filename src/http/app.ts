/** Every plugin and hook, in the order in which a request meets them. */
import type { Socket } from 'node:net'
import Fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify'
import { createRandomIds, type RandomIds } from '../core/random.js'
import { registerDocsRoutes } from './admin/docs.js'
import { registerRequestRoutes } from './admin/requests.js'
import { registerAdminRoutes, registerHealthRoute } from './admin/routes.js'
import { registerBodyHook } from './body.js'
import type { AppContext } from './context.js'
import { registerCors } from './cors.js'
import { openExchange, registerExchangeHooks } from './exchange.js'
import { registerErrorHandler } from './response/send-error.js'
import { registerRoutes } from './routes.js'

const unusedCompilers: FastifyServerOptions['schemaController'] = {
  compilersFactory: { buildValidator: () => (() => () => true) as never, buildSerializer: () => () => JSON.stringify }
}

export function createApp(context: AppContext): FastifyInstance {
  const ids = createRandomIds()
  const app = createFastify(ids)
  // A connection is kept as long as its client likes, and as with the service no header says how long. Fastify takes 0 for its default.
  app.server.keepAliveTimeout = 0
  registerLazyApp(app, '/_mock/', async () => {
    const adminApp = createFastify(ids)
    registerCommonHooks(adminApp, context, ids)
    registerAdminRoutes(adminApp, context)
    registerRequestRoutes(adminApp, context)
    registerDocsRoutes(adminApp, context)
    await adminApp.ready()
    return adminApp
  })
  registerCommonHooks(app, context, ids)
  registerRoutes(app, context)
  registerHealthRoute(app)
  return app
}

/** What every request meets, in order. */
function registerCommonHooks(app: FastifyInstance, context: AppContext, ids: RandomIds): void {
  registerExchangeHooks(app, context, ids)
  registerErrorHandler(app, context)
  registerBodyHook(app, context)
  registerCors(app)
}

/** Hands requests under a path to an app that is made when the first of them comes, so that no start waits for what few ask for. */
function registerLazyApp(app: FastifyInstance, path: string, createLazyApp: () => Promise<FastifyInstance>): void {
  let lazyApp: Promise<FastifyInstance> | undefined
  app.addHook('onRequest', (request, reply, done) => {
    if (!request.raw.url?.startsWith(path)) return done()
    reply.hijack()
    lazyApp ??= createLazyApp()
    lazyApp.then(
      loadedApp => loadedApp.routing(request.raw, reply.raw),
      error => reply.raw.destroy(error)
    )
  })
  app.addHook('onClose', async () => (await lazyApp)?.close())
}

function createFastify(ids: RandomIds): FastifyInstance {
  const app: FastifyInstance = Fastify({
    logger: false,
    genReqId: () => '',
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 1000 },
    http: { maxHeaderSize: 32 * 1024, keepAlive: true, keepAliveInitialDelay: 60_000 },
    // Bodies are checked by the document's own validators and answers are written by us, so Fastify's compilers stay unloaded.
    schemaController: unusedCompilers,
    clientErrorHandler,
    // A path that can't be decoded or is too long meets no hook and no route: the router's empty 404 is for it, too.
    frameworkErrors(_error, request, reply) {
      request.exchange = openExchange(request.raw, ids.uuid('req_'))
      reply.hijack()
      reply.raw.writeHead(404, { 'x-content-type-options': 'nosniff', 'x-request-id': request.exchange.id }).end()
      request.exchange.status = 404
      app.closeExchange(request)
    }
  })
  return app
}

// What is not HTTP, or has headers past the limit, never becomes a request; it still gets an answer in the service's shape.
function clientErrorHandler(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  const [status, message] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? ['431 Request Header Fields Too Large', 'The headers of your request are too large.']
      : ['400 Bad Request', 'Your request is not valid HTTP.']
  const body = `${JSON.stringify({ error: { message, type: 'invalid_request_error', param: null, code: null } }, null, 4)}\n`
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`
  )
}
