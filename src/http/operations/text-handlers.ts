/** Creates the handlers of operations on texts. Each is created for its first request, so that a start needs none of their code. */
import type { Operation } from '../../contract/operations.js'
import { once } from '../../core/once.js'
import type { AppContext, Handler } from '../context.js'
import { createEmbeddingHandler } from './embeddings.js'
import { createLegacyHandler } from './legacy-completions.js'
import { createModerationHandler } from './moderations.js'

type HandlerFactory = (context: AppContext, operation: Operation) => Handler

const factories: Readonly<Record<string, HandlerFactory>> = {
  createEmbedding: (context, operation) => createEmbeddingHandler(context, operation),
  createModeration: (context, operation) => createModerationHandler(context, operation),
  createCompletion: (context, operation) => createLegacyHandler(context, operation)
}

export function createTextHandlers(context: AppContext): Record<string, (operation: Operation) => Handler> {
  return Object.fromEntries(
    Object.entries(factories).map(([id, createHandler]) => [
      id,
      operation => createLater(() => createHandler(context, operation))
    ])
  )
}

function createLater(createHandler: () => Handler): Handler {
  const find = once(createHandler)
  return (request, reply) => find()(request, reply)
}
