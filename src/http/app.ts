/** Registers every plugin, hook and route, in the order in which they run. */
import Fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify'
import { ApiError } from '../core/api-error.js'
import { fixedLimits } from '../core/fixed-limits.js'
import { createRandomIds } from '../core/random.js'
import { registerAdminRoutes } from './admin/register.js'
import { registerBodyHook } from './body.js'
import { createAdminCheck, createHostChecks, registerAdminCallerHook } from './caller-guard.js'
import type { AppContext, CallerCheck, SharedState } from './context.js'
import { openExchange, registerExchangeHooks } from './exchange.js'
import { registerAdminNotFoundHandler } from './not-found.js'
import { registerOperations } from './operations/register.js'
import { createAddressRouter, type PassOn } from './request-address.js'
import { answerInvalidHttp, registerErrorHandler } from './response/send-error.js'
import { registerChatRoute } from './routes.js'
import { closeSilentConnections } from './silent-connections.js'

const unusedCompilers: FastifyServerOptions['schemaController'] = {
  compilersFactory: { buildValidator: () => (() => () => true) as never, buildSerializer: () => () => JSON.stringify }
}

/**
 * Creates the app that serves chat. It passes all other requests on to apps that their first request creates, so that the start is
 * fast.
 */
export function createApp(context: AppContext): FastifyInstance {
  const shared: SharedState = { ids: createRandomIds(), injectedResponses: new Set() }
  const hostChecks = createHostChecks(context.options)
  const app = createFastify(shared)
  // As in the service, connections stay open and no header limits the time. Fastify's option treats 0 as its default.
  app.server.keepAliveTimeout = 0
  closeSilentConnections(app, fixedLimits.silentConnection)
  const passToAdmin = createLazyApp(app, shared, isAdminUrl, adminApp => {
    registerCommonHooks(adminApp, context, shared, createAdminCheck(hostChecks.admin))
    registerAdminCallerHook(adminApp, hostChecks.admin)
    registerAdminNotFoundHandler(adminApp)
    registerAdminRoutes(adminApp, context)
  })
  const passToAddress = createAddressRouter(app, context)
  const passToOperation = createLazyApp(
    app,
    shared,
    () => true,
    operationApp => {
      registerCommonHooks(operationApp, context, shared, hostChecks.all)
      registerOperations(operationApp, context, hostChecks.all)
    }
  )
  app.addHook('onRequest', (request, reply, done) => {
    // A request that was passed on gets no call of `done`: Fastify does nothing more with it.
    if (!request.is404) done()
    else passToAdmin(request, reply) || passToAddress(request, reply) || passToOperation(request, reply)
  })
  registerCommonHooks(app, context, shared, hostChecks.all)
  registerChatRoute(app, context)
  return app
}

const isAdminUrl = (url: string) => url.startsWith('/_mock') && !/[^/?]/.test(url.charAt('/_mock'.length))

/** The hooks of every request, in order. */
function registerCommonHooks(
  app: FastifyInstance,
  context: AppContext,
  shared: SharedState,
  checkCaller: CallerCheck
): void {
  registerExchangeHooks(app, context, shared)
  registerErrorHandler(app, context)
  registerBodyHook(app, context, checkCaller)
}

/** Creates a function that passes some requests to an app. The first such request creates it. */
function createLazyApp(
  app: FastifyInstance,
  shared: SharedState,
  isPassed: (url: string) => boolean,
  register: (lazyApp: FastifyInstance) => void
): PassOn {
  let loading: Promise<FastifyInstance> | undefined
  let lazyApp: FastifyInstance | undefined
  const load = async () => {
    const created = createFastify(shared)
    register(created)
    await created.ready()
    lazyApp = created
    return created
  }
  // Before the server waits for its connections, because streams of the app would stay open.
  app.addHook('preClose', async () => {
    const loaded = await loading?.catch(() => undefined)
    await loaded?.close()
  })
  return (request, reply) => {
    if (!isPassed(request.raw.url ?? '')) return false
    if (lazyApp) {
      lazyApp.routing(request.raw, reply.raw)
      return true
    }
    loading ??= load()
    loading
      .then(loaded => loaded.routing(request.raw, reply.raw))
      .catch(error => {
        openExchange(request, shared.ids)
        app.failExchange(request, reply, error)
      })
    return true
  }
}

function createFastify({ ids }: SharedState): FastifyInstance {
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
