/** Registers a route for every operation of the document, with and without the path of its first server. */
import type { FastifyInstance, HTTPMethods } from 'fastify'
import type { Operation } from '../contract/operations.js'
import { ApiError } from '../core/api-error.js'
import { isFixtureOperation } from '../core/fixture-operations.js'
import { isPromise } from '../core/maybe-promise.js'
import { createAuthenticator } from './auth.js'
import { createChatHandler } from './chat/handler.js'
import type { AppContext, Handler } from './context.js'
import { setOperation } from './exchange.js'
import { createExampleHandler } from './operations/examples.js'
import { createFixtureHandler } from './operations/fixture-handler.js'
import { createModelHandlers } from './operations/models.js'
import { createStoredHandlers } from './operations/stored-completions.js'
import { createTextHandlers } from './operations/text-handlers.js'
import { groupRoutes, selectRoute } from './route-path.js'

export function registerRoutes(app: FastifyInstance, context: AppContext): void {
  const authenticate = createAuthenticator(context)
  const openOperations = new Set(context.options.openModels ? ['listModels', 'retrieveModel'] : [])
  const handlerFactories: Record<string, (operation: Operation) => Handler> = {
    createChatCompletion: operation => createChatHandler(context, operation),
    ...createTextHandlers(context),
    ...createModelHandlers(context),
    ...createStoredHandlers(context)
  }
  const createRoute = (operation: Operation): Route => {
    const createHandler = Object.hasOwn(handlerFactories, operation.id) ? handlerFactories[operation.id] : undefined
    const handle = createHandler?.(operation) ?? createExampleHandler(context, operation)
    return {
      operation,
      isOpen: !operation.requiresKey || openOperations.has(operation.id),
      handle: isFixtureOperation(operation.id) ? handle : createFixtureHandler(context, operation, handle)
    }
  }
  const groups = groupRoutes(context.contract.operations, createRoute)
  // HEAD responds as GET does, without the body, unless the document has the operation.
  const headUrls = new Set(groups.filter(({ method }) => method === 'HEAD').map(({ url }) => url))
  for (const group of groups)
    app.route({
      method: group.method as HTTPMethods,
      url: group.url,
      exposeHeadRoute: !headUrls.has(group.url),
      preValidation: (request, reply, done) => {
        const { operation, isOpen } = selectRoute(group, request.url)
        setOperation(request.exchange, operation.id)
        if (request.exchange.azure?.isComplete === false) {
          app.sendApiError(request, reply, new ApiError('azure_resource_not_found'))
          return
        }
        const authError = authenticate(request, isOpen)
        if (authError) {
          app.sendApiError(request, reply, authError)
          return
        }
        done()
      },
      handler: (request, reply) => {
        try {
          const result = selectRoute(group, request.url).handle(request, reply)
          return isPromise(result) ? result.catch(error => app.failExchange(request, reply, error)) : result
        } catch (error) {
          // Fastify ignores an exception after a response was taken over, and its client would wait.
          app.failExchange(request, reply, error)
        }
      }
    })
}

interface Route {
  operation: Operation
  /** Whether requests need no key. */
  isOpen: boolean
  handle: Handler
}
