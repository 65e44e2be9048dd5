/** Registers a route for every operation of the document, with and without the path of its first server. */
import type { FastifyInstance, HTTPMethods } from 'fastify'
import type { Operation } from '../contract/operations.js'
import { createAuthenticator } from './auth.js'
import { createChatHandler } from './chat/handler.js'
import type { AppContext, Handler } from './context.js'
import { setOperation } from './exchange.js'
import { createExampleHandler } from './operations/examples.js'
import { createModelHandlers } from './operations/models.js'
import { createStoredHandlers } from './operations/stored-completions.js'
import { refuseFaults } from './prefer.js'

export function registerRoutes(app: FastifyInstance, context: AppContext): void {
  const authenticate = createAuthenticator(context)
  const openOperations = new Set(context.options.openModels ? ['listModels', 'retrieveModel'] : [])
  const handlerFactories: Record<string, (operation: Operation) => Handler> = {
    createChatCompletion: operation => createChatHandler(context, operation),
    ...createModelHandlers(context),
    ...createStoredHandlers(context)
  }
  for (const operation of context.contract.operations) {
    const createHandler = Object.hasOwn(handlerFactories, operation.id) ? handlerFactories[operation.id] : undefined
    const handler = createHandler?.(operation) ?? createExampleHandler(context, operation)
    for (const path of operation.paths)
      app.route({
        method: operation.method.toUpperCase() as HTTPMethods,
        url: path.replace(/\{([^}]+)\}/g, ':$1'),
        exposeHeadRoute: false,
        preValidation: (request, reply, done) => {
          setOperation(request.exchange, operation.id)
          const authError = operation.requiresKey && !openOperations.has(operation.id) && authenticate(request)
          if (authError) {
            app.sendApiError(request, reply, authError)
            return
          }
          if (operation.id !== 'createChatCompletion') refuseFaults(request, `the responses of ${operation.id}`)
          done()
        },
        handler
      })
  }
}
