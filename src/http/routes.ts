/** Registers routes for operations, with and without the path of the document's first server. */
import type { FastifyInstance, HTTPMethods } from 'fastify'
import type { Operation } from '../contract/operations.js'
import { ApiError } from '../core/api-error.js'
import { isPromise } from '../core/maybe-promise.js'
import { createAuthenticator } from './auth.js'
import { createChatHandler } from './chat/handler.js'
import type { AppContext, Handler } from './context.js'
import { setOperation } from './exchange.js'
import { groupRoutes, type RouteGroup, selectRoute } from './route-path.js'

/** Registers chat alone, so that a start loads no code of other operations. */
export function registerChatRoute(app: FastifyInstance, context: AppContext): void {
  registerRoutes(app, context, isChatGroup, operation => createChatHandler(context, operation))
}

export const isChatGroup = ({ choices }: RouteGroup<Operation>): boolean =>
  choices.every(({ value }) => value.id === 'createChatCompletion')

/** Registers the operations of some routes. */
export function registerRoutes(
  app: FastifyInstance,
  context: AppContext,
  isSelected: (group: RouteGroup<Operation>) => boolean,
  createHandler: (operation: Operation) => Handler
): void {
  const authenticate = createAuthenticator(context)
  const openOperations = new Set(context.options.openModels ? ['listModels', 'retrieveModel'] : [])
  const routes = new Map<Operation, Route>()
  const createRoute = (operation: Operation): Route => {
    const isOpen = !operation.requiresKey || openOperations.has(operation.id)
    const route = routes.get(operation) ?? { operation, isOpen, handle: createHandler(operation) }
    routes.set(operation, route)
    return route
  }
  const groups = groupRoutes(context.contract.operations)
    .filter(isSelected)
    .map(group => ({
      ...group,
      choices: group.choices.map(({ query, value }) => ({ query, value: createRoute(value) }))
    }))
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
