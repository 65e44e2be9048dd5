/** Registers every plugin, hook and route, in the order in which they run. */
import Fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify'
import { ApiError } from '../core/api-error.js'
import { fixedLimits } from '../core/fixed-limits.js'
import { createRandomIds, type RandomIds } from '../core/random.js'
import { registerAdminRoutes } from './admin/register.js'
import { registerBodyHook } from './body.js'
import { createAdminCheck, createHostChecks, registerAdminCallerHook } from './caller-guard.js'
import type { AppContext, CallerCheck } from './context.js'
import { registerCors } from './cors.js'
import { openExchange, registerExchangeHooks } from './exchange.js'
import { registerAdminNotFoundHandler, registerNotFoundHandler } from './not-found.js'
import { createAddressRouter, type PassOn } from './request-address.js'
import { answerInvalidHttp, registerErrorHandler } from './response/send-error.js'
import { registerRoutes } from './routes.js'
import { closeSilentConnections } from './silent-connections.js'

const unusedCompilers: FastifyServerOptions['schemaController'] = {
  compilersFactory: { buildValidator: () => (() => () => true) as never, buildSerializer: () => () => JSON.stringify }
}

export function createApp(context: AppContext): FastifyInstance {
  const ids = createRandomIds()
  const hostChecks = createHostChecks(context.options)
  const app = createFastify(ids)
  // As in the service, connections stay open and no header limits the time. Fastify's option treats 0 as its default.
  app.server.keepAliveTimeout = 0
  closeSilentConnections(app, fixedLimits.silentConnection)
  const passToAdmin = createLazyApp(app, ids, '/_mock', async () => {
    const adminApp = createFastify(ids)
    registerCommonHooks(adminApp, context, ids, createAdminCheck(hostChecks.admin))
    registerAdminCallerHook(adminApp, hostChecks.admin)
    registerAdminNotFoundHandler(adminApp)
    registerAdminRoutes(adminApp, context)
    await adminApp.ready()
    return adminApp
  })
  const passToOperation = createAddressRouter(app, context)
  app.addHook('onRequest', (request, reply, done) => {
    // Nearly every request. A request that was passed on gets no call of `done`: Fastify does nothing more with it.
    if (request.raw.url?.startsWith('/v1/') || !(passToAdmin(request, reply) || passToOperation(request, reply))) done()
  })
  registerCommonHooks(app, context, ids, hostChecks.all)
  registerCors(app, hostChecks.all)
  registerRoutes(app, context)
  registerHealthRoute(app)
  registerNotFoundHandler(app, context)
  return app
}

/** Load tools poll `/health`. A document with this path keeps its own operation. */
function registerHealthRoute(app: FastifyInstance): void {
  if (!app.hasRoute({ method: 'GET', url: '/health' })) app.get('/health', async () => ({ status: 'ok' }))
}

/** The hooks of every request, in order. */
function registerCommonHooks(
  app: FastifyInstance,
  context: AppContext,
  ids: RandomIds,
  checkCaller: CallerCheck
): void {
  registerExchangeHooks(app, context, ids)
  registerErrorHandler(app, context)
  registerBodyHook(app, context, checkCaller)
}

/** Creates a function that passes requests under a path to an app. The first such request creates it, so that the start is fast. */
function createLazyApp(
  app: FastifyInstance,
  ids: RandomIds,
  path: string,
  createLoadedApp: () => Promise<FastifyInstance>
): PassOn {
  let lazyApp: Promise<FastifyInstance> | undefined
  // Before the server waits for its connections, because streams of the app would stay open.
  app.addHook('preClose', async () => {
    const loadedApp = await lazyApp?.catch(() => undefined)
    await loadedApp?.close()
  })
  return (request, reply) => {
    const { url = '' } = request.raw
    if (!url.startsWith(path) || /[^/?]/.test(url.charAt(path.length))) return false
    lazyApp ??= createLoadedApp()
    lazyApp
      .then(loadedApp => loadedApp.routing(request.raw, reply.raw))
      .catch(error => {
        openExchange(request, ids)
        app.failExchange(request, reply, error)
      })
    return true
  }
}

function createFastify(ids: RandomIds): FastifyInstance {
  const app: FastifyInstance = Fastify({
    logger: false,
    exposeHeadRoutes: true,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 1000, ignoreTrailingSlash: true },
    http: { maxHeaderSize: 32 * 1024, keepAlive: true, keepAliveInitialDelay: 60_000 },
    // The document's validators check bodies and ResponseStream writes responses, so Fastify's compilers are unused.
    schemaController: unusedCompilers,
    clientErrorHandler: answerInvalidHttp,
    // A path that is too long or cannot be decoded runs no hook. It gets the empty 404 of unknown paths.
    frameworkErrors(_error, request, reply) {
      openExchange(request, ids)
      app.sendApiError(request, reply, new ApiError('no_route'))
    }
  })
  return app
}
