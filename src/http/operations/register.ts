/** Registers all that the server answers beside chat and its own paths. */
import type { FastifyInstance } from 'fastify'
import type { Operation } from '../../contract/operations.js'
import { isFixtureOperation } from '../../core/fixture-operations.js'
import { createChatHandler } from '../chat/handler.js'
import type { AppContext, CallerCheck, Handler } from '../context.js'
import { registerCors } from '../cors.js'
import { registerNotFoundHandler } from '../not-found.js'
import { isChatGroup, registerRoutes } from '../routes.js'
import { createExampleHandler } from './examples.js'
import { createFixtureHandler } from './fixture-handler.js'
import { createModelHandlers } from './models.js'
import { createStoredHandlers } from './stored-completions.js'
import { createTextHandlers } from './text-handlers.js'

export function registerOperations(app: FastifyInstance, context: AppContext, checkCaller: CallerCheck): void {
  registerCors(app, checkCaller)
  const handlerFactories: Record<string, (operation: Operation) => Handler> = {
    // In a route with operations that only their query tells apart.
    createChatCompletion: operation => createChatHandler(context, operation),
    ...createTextHandlers(context),
    ...createModelHandlers(context),
    ...createStoredHandlers(context)
  }
  registerRoutes(
    app,
    context,
    group => !isChatGroup(group),
    operation => {
      const createHandler = Object.hasOwn(handlerFactories, operation.id) ? handlerFactories[operation.id] : undefined
      const handle = createHandler?.(operation) ?? createExampleHandler(context, operation)
      return isFixtureOperation(operation.id) ? handle : createFixtureHandler(context, operation, handle)
    }
  )
  registerHealthRoute(app)
  registerNotFoundHandler(app, context)
}

/** Load tools poll `/health`. A document with this path keeps its own operation. */
function registerHealthRoute(app: FastifyInstance): void {
  if (!app.hasRoute({ method: 'GET', url: '/health' })) app.get('/health', async () => ({ status: 'ok' }))
}
