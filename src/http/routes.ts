/** Routes come from the document: every path and method of it, under the path of its first server and without it. */
import type { FastifyInstance, HTTPMethods } from 'fastify'
import type { Operation } from '../contract/operations.js'
import { createAuth } from './auth.js'
import { createChat } from './chat/handler.js'
import type { Handler, Rooms } from './context.js'
import { createExamples } from './operations/examples.js'
import { createModelHandlers } from './operations/models.js'
import { createStoredHandlers } from './operations/stored-completions.js'

export function registerRoutes(app: FastifyInstance, rooms: Rooms): void {
  const authenticate = createAuth(rooms)
  const open = new Set(rooms.options.openModels ? ['listModels', 'retrieveModel'] : [])
  const own: Record<string, (operation: Operation) => Handler> = {
    createChatCompletion: operation => createChat(rooms, operation),
    ...createModelHandlers(rooms),
    ...createStoredHandlers(rooms)
  }
  for (const operation of rooms.spec.operations) {
    const make = Object.hasOwn(own, operation.id) ? own[operation.id] : undefined
    const handler = make?.(operation) ?? createExamples(rooms, operation)
    for (const path of operation.paths)
      app.route({
        method: operation.method.toUpperCase() as HTTPMethods,
        url: path.replace(/\{([^}]+)\}/g, ':$1'),
        exposeHeadRoute: false,
        preValidation: (request, reply, done) => {
          request.exchange.operation = operation.id
          const refusal = operation.security && !open.has(operation.id) && authenticate(request)
          if (refusal) app.refuse(request, reply, refusal)
          else done()
        },
        handler
      })
  }
}
