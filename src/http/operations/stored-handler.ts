/** Creates the handlers of operations on stored completions. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { StoredCompletion } from '../../completion/stored-completion.js'
import type { Operation } from '../../contract/operations.js'
import { ApiError } from '../../core/api-error.js'
import { formatJson } from '../../core/json-format.js'
import { parametersWhere, requestParameters } from '../../core/request-parameters.js'
import type { AppContext } from '../context.js'
import { setWarning } from '../exchange.js'
import { readPreference } from '../prefer.js'
import { createHead, jsonContentType } from '../response/headers.js'
import { ResponseStream } from '../response/response-stream.js'
import { addWarning } from '../response/send-error.js'
import { readValidationMode } from '../validation-mode.js'
import { createExampleHandler } from './examples.js'
import { createSeededCompletions } from './seeded-completions.js'

/** The result may be a promise. */
type CreateBody = (request: FastifyRequest, seeded: readonly StoredCompletion[]) => unknown

/** Returns a function that creates a handler from a function that creates the body. */
export function createHandlerFactory(context: AppContext) {
  const loadSeeded = createSeededCompletions(context)
  return (createBody: CreateBody) => (operation: Operation) => {
    const exampleHandler = createExampleHandler(context, operation)
    return async (request: FastifyRequest, reply: FastifyReply) => {
      // A response that `Prefer` requests comes from the document, as for other operations.
      const { code, example } = readPreference(request, context.errorCatalog)
      if (code !== undefined || example !== undefined) return exampleHandler(request, reply)
      const seeded = await loadSeeded()
      const body = await retryWithoutQuery(request, context, () => createBody(request, seeded))
      const head = createHead(request, 'stored')
      addWarning(head, context.errorCatalog, request.exchange.warning)
      const text = formatJson(body, 0, floatKeys)
      return new ResponseStream(request, reply).send({ status: 200, head, contentType: jsonContentType, text })
    }
  }
}

/** Creates the body. If the validation mode allows it, an invalid query becomes a warning and is ignored. */
async function retryWithoutQuery(request: FastifyRequest, { options }: AppContext, createBody: () => unknown) {
  try {
    return await createBody()
  } catch (error) {
    const mode = readValidationMode(request, options.validate)
    if (mode === 'spec' || !(error instanceof ApiError) || !Object.keys(request.query as object).length) throw error
    if (mode === 'warn') setWarning(request.exchange, error)
    request.query = {}
    return createBody()
  }
}

/** The members of a stored completion that are floats. */
const floatKeys: ReadonlySet<string> = new Set([
  'logprob',
  ...parametersWhere(requestParameters.createChatCompletion, 'isFloat')
])
