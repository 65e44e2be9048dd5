/** Parses the body of a chat request, and validates it according to the validation mode. */
import type { Operation } from '../../contract/operations.js'
import { maxNameChars } from '../../core/fixed-limits.js'
import { andThen } from '../../core/maybe-promise.js'
import type { AppContext } from '../context.js'
import { logUnknownModel, setModel } from '../exchange.js'
import { createBodyRepair, removeInvalidFields } from '../validation-mode.js'
import { type ChatBody, createBodyReader } from './body-reader.js'
import { type ChatCall, type ChatStep, next, sent } from './chat-call.js'

export function createBodySteps(
  context: AppContext,
  operation: Operation
): Record<'parseBody' | 'validateBody', ChatStep> {
  const { contract, errorCatalog, models } = context
  const readBody = createBodyReader(contract.validateChat)
  const check = contract.findBodyCheck(operation.id)
  const repairBody = createBodyRepair(context, operation, body =>
    check ? removeInvalidFields(body, check) : undefined
  )
  const isFirstOfName = createNameTracker()
  return {
    parseBody(call) {
      return andThen(readBody(call.request), read => setBody(call, read))
    },

    validateBody(call) {
      const { request, reply, original, bodyError } = call
      if (bodyError) {
        const repaired = repairBody(request, original, bodyError)
        if (repaired) {
          call.chat = repaired
          call.bodyError = undefined
        } else if (errorCatalog[bodyError.errorName]?.layer === 'edge') {
          reply.server.sendApiError(request, reply, bodyError, call.response)
          return sent
        }
      }
      call.model = models.get(call.chat.model)
      const { id, family, isKnown } = call.model
      setModel(request.exchange, id)
      if (!isKnown && isFirstOfName(id)) logUnknownModel(context, request.exchange, id, family)
      return next
    }
  }
}

const maxTrackedNames = 100

/** Returns a function that returns true for the first use of a name. Requests decide how many names there are, so it has limits. */
function createNameTracker(): (name: string) => boolean {
  const names = new Set<string>()
  return name => {
    if (names.size >= maxTrackedNames || name.length > maxNameChars || names.has(name)) return false
    names.add(name)
    return true
  }
}

function setBody(call: ChatCall, { body, chat, bodyError }: ChatBody) {
  call.original = body
  call.chat = chat
  call.bodyError = bodyError
  return next
}
