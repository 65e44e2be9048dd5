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

/** Whether a path has its own HEAD operation. Else HEAD responds as GET does, without the body. */
const documentsHead = ({ contract }: AppContext, path: string): boolean =>
  contract.operations.some(({ method, paths }) => method.toUpperCase() === 'HEAD' && paths.includes(path))

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
        exposeHeadRoute: !documentsHead(context, path),
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
        handler: (request, reply) => {
          try {
            const result = handler(request, reply)
            return result instanceof Promise ? result.catch(error => app.failExchange(request, reply, error)) : result
          } catch (error) {
            // Fastify ignores an exception after a response was taken over, and its client would wait.
            app.failExchange(request, reply, error)
          }
        }
      })
  }
}
