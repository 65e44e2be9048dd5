/** Reads and validates the bodies of operations that have no rules of their own. */
import type { FastifyRequest } from 'fastify'
import type { Operation } from '../../contract/operations.js'
import { ApiError } from '../../core/api-error.js'
import { toRecord } from '../../core/json-pointer.js'
import { toChatRequest } from '../../core/to-chat-request.js'
import { parseBody } from '../body.js'
import { type ChatStep, next } from '../chat/chat-call.js'
import type { AppContext } from '../context.js'
import { readPreference, readRequestFaults, readRequestTiming } from '../prefer.js'
import { createBodyRepair, readValidationMode } from '../validation-mode.js'

interface OperationBody {
  /** Undefined without a body. */
  body: unknown
  bodyError: ApiError | undefined
}

/** Returns a function that reads a body. It throws an ApiError for a body that is not JSON. */
export function createOperationBodyReader(
  { contract }: Pick<AppContext, 'contract'>,
  operation: Operation
): (request: FastifyRequest) => OperationBody {
  const check = contract.findBodyCheck(operation.id)
  return request => {
    const body = request.exchange.body?.length || operation.isRequestRequired ? parseBody(request) : undefined
    const schemaError = body === undefined ? undefined : check?.(body)[0]
    return {
      body,
      bodyError:
        schemaError &&
        new ApiError('invalid_request', {
          p: schemaError.instancePath.slice(1).replaceAll('/', '.') || null,
          what: `${schemaError.instancePath || 'the body'} ${schemaError.message}`
        })
    }
  }
}

/** The step reads the request that the fixtures match. @param respondAlone responds without a fixture */
export function createRequestStep(context: AppContext, operation: Operation, respondAlone: ChatStep): ChatStep {
  const { errorCatalog, models, options } = context
  const readBody = createOperationBodyReader(context, operation)
  const repairBody = createBodyRepair(context, operation, toChatRequest)
  return call => {
    const { request } = call
    const { code, example } = readPreference(request, errorCatalog)
    if (code !== undefined || example !== undefined) return respondAlone(call)
    if (request.raw.headers['x-mock-validate'] !== undefined) readValidationMode(request, options.validate)
    const { body, bodyError } = readBody(request)
    // The own handler of the operation words its error.
    if (bodyError && !repairBody(request, body, bodyError)) return respondAlone(call)
    const { model } = toRecord(body)
    call.original = body
    call.chat = toChatRequest(body)
    call.model = models.get(typeof model === 'string' ? model : '')
    call.timing = readRequestTiming(request)
    call.faults = readRequestFaults(request, errorCatalog)
    return next
  }
}
