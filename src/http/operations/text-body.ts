/** Parses and validates the body of an operation on texts, and brings it to the shape of a chat request. */
import type { Operation } from '../../contract/operations.js'
import { createTextValidator, type ValidateText } from '../../contract/validate-text.js'
import type { ApiError } from '../../core/api-error.js'
import { resolveRef, toRecord } from '../../core/json-pointer.js'
import { andThen, type MaybePromise } from '../../core/maybe-promise.js'
import type { ChatRequest } from '../../core/openai-types.js'
import { type CountedText, listInputs } from '../../core/text-inputs.js'
import { textsToChat } from '../../core/to-chat-request.js'
import { parseBody } from '../body.js'
import { type ChatCall, type ChatStep, next, sent } from '../chat/chat-call.js'
import type { AppContext } from '../context.js'
import { createBodyRepair } from '../validation-mode.js'
import type { TextCall, TextOperation } from './text-operation.js'

interface ReadBody {
  bodyError: ApiError | undefined
  inputs: CountedText[]
}

export function createTextBodySteps(
  context: AppContext,
  operation: Operation,
  text: TextOperation
): Record<'parseTexts' | 'validateTexts', ChatStep> {
  const { errorCatalog, models, tokenizer } = context
  const validate = createValidate(context, operation, text)
  const repairBody = createBodyRepair(context, operation, body => findValidPart(body, text))
  const readInputs = ({ original, model }: ChatCall): MaybePromise<CountedText[]> =>
    tokenizer.withEncoding(model.encoding, tokens => text.readInputs(toRecord(original), tokens))

  return {
    parseTexts(call) {
      const body = parseBody(call.request)
      call.original = body
      call.model = models.get(readModelName(body, text))
      const read = tokenizer.withEncoding(call.model.encoding, tokens => {
        const bodyError = validate(body, tokens, call.exchange.body)
        return { bodyError, inputs: bodyError ? [] : text.readInputs(toRecord(body), tokens) }
      })
      return andThen<ReadBody, boolean>(read, ({ bodyError, inputs }) => {
        call.bodyError = bodyError
        return setInputs(call, inputs)
      })
    },

    validateTexts(call) {
      const { request, reply, original, bodyError } = call
      if (!bodyError) return next
      if (repairBody(request, original, bodyError)) {
        call.bodyError = undefined
        return andThen<CountedText[], boolean>(readInputs(call), inputs => setInputs(call, inputs))
      }
      if (errorCatalog[bodyError.errorName]?.layer !== 'edge') return next
      reply.server.sendApiError(request, reply, bodyError, call.response)
      return sent
    }
  }
}

function createValidate(
  { contract, models, options }: AppContext,
  { id, requestSchema }: Operation,
  { rules }: TextOperation
): ValidateText {
  return createTextValidator({
    check: contract.findBodyCheck(id) ?? (() => []),
    // Only an error needs the schemas of the document, which are large.
    get properties() {
      const schema = resolveRef(contract.schemas, { $ref: requestSchema?.replace(/^[^#]*/, '') })
      return toRecord(toRecord(schema).properties)
    },
    rules,
    models,
    unknownModels: options.unknownModels
  })
}

function readModelName(body: unknown, { rules }: TextOperation): string {
  const { model } = toRecord(body)
  return typeof model === 'string' && model ? model : (rules.defaultModel ?? '')
}

function setInputs(call: ChatCall, inputs: CountedText[]): boolean {
  ;(call as TextCall).inputs = inputs
  const texts = inputs.map(({ text }) => text)
  call.chat = textsToChat(call.original, texts, call.model.id)
  return next
}

/** A body without an input has no valid part. */
function findValidPart(body: unknown, text: TextOperation): ChatRequest | undefined {
  const { input, prompt } = toRecord(body)
  const inputs = listInputs(input ?? prompt)
  if (!inputs.length) return undefined
  const texts = inputs.map(each => (typeof each === 'string' ? each : ''))
  return textsToChat(body, texts, readModelName(body, text))
}
