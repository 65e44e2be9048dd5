/** Validates the body of a chat request, and returns the error that the service would report first. */
import { ApiError, type ErrorReason } from '../core/api-error.js'
import type { Model, Models } from '../core/model.js'
import type { ChatRequest } from '../core/openai-types.js'
import type { SchemaCheck, SchemaError } from '../core/schema.js'
import type { ChatParameters } from './chat-parameters.js'
import { type CheckStage, checkStages, fieldRank, schemaErrorRank } from './check-order.js'
import { restoreNumberText } from './number-text.js'
import type { RuleContext } from './rule.js'
import { createRuleSelector, type RankedRule, rules } from './rules.js'
import { convertSchemaErrors, findErrorField, findErrorKeyword } from './schema-errors.js'

export interface ValidatorOptions {
  /** The compiled schema of the request. */
  check: SchemaCheck
  parameters: ChatParameters
  /** Returns the schemas of the parameters by name, normalized. Only errors of schemas need them. */
  readProperties: () => Record<string, unknown>
  models: Models
  /** Whether a model that is not in the table is valid (`answer`) or an error (`refuse`). @default 'answer' */
  unknownModels?: 'answer' | 'refuse'
  /** Counts the tokens of a prompt. Without this function, the length of the context is not checked. */
  countTokens?: RuleContext['countTokens']
}

/**
 * Returns the error of a body, or undefined when it is valid.
 *
 * @param text the JSON of the body, so that the error has numbers as they were sent
 */
export type ValidateBody = (body: unknown, text?: string) => ApiError | undefined

export function createValidator(options: ValidatorOptions): ValidateBody {
  const findError = createErrorFinder(options)
  return (body, text) => {
    const error = findError(body)
    return error && text ? restoreNumberText(error, body, text) : error
  }
}

function createErrorFinder(options: ValidatorOptions): (body: unknown) => ApiError | undefined {
  const { check, parameters, readProperties, models, unknownModels = 'answer', countTokens } = options
  const documentOrder = {
    messagesFirst: parameters.names.find(name => name !== 'model') === 'messages',
    knownFields: new Set(parameters.names)
  }
  const selectRules = createRuleSelector()
  const context: RuleContext = {
    knownParameters: parameters.allowsOthers ? undefined : documentOrder.knownFields,
    countTokens
  }
  return body => {
    const edgeError = findEdgeError(body)
    if (edgeError) return edgeError
    const request = body as ChatRequest
    const model: Model = models.get(request.model)
    const modelError = findModelError(model, unknownModels)
    if (modelError) return modelError
    const errors = check(body)
    const firstError = errors.length ? findFirstError(request, errors, check, documentOrder) : undefined
    const rankLimit = Math.min(
      firstError?.rank ?? Number.POSITIVE_INFINITY,
      hasReadableMessages(request) ? Number.POSITIVE_INFINITY : messagesRank
    )
    // The rules before the first field apply to every request. Selecting rules for a body with thousands of unknown keys costs more.
    for (const rule of rankLimit < firstFieldRank ? rules : selectRules(request)) {
      if (rule.rank >= rankLimit) break
      const params = rule.check(request, model, context)
      if (params) return new ApiError(rule.errorName, params, undefined, toErrorReason(rule))
    }
    return firstError && convertSchemaErrors(body, firstError.errors, readProperties())
  }
}

const firstFieldRank = checkStages.parameters + 1

const stageDescriptions: Record<CheckStage, string> = {
  missing: 'required parameters',
  parameters: 'known parameters',
  values: 'values that the model supports',
  schemas: 'schemas of functions and of the response format',
  prompt: 'the messages together',
  content: 'the content of messages'
}

const toErrorReason = ({ id, at, hasOwnEvidence, evidence, seen }: RankedRule): ErrorReason => ({
  kind: 'rule',
  detail: typeof at === 'string' ? stageDescriptions[at] : `checks of ${at.field}`,
  rule: id,
  ...(hasOwnEvidence ? { evidence, seen } : {})
})

// The document of a user may allow messages that the rules cannot read.
const messagesRank = fieldRank('messages', 'after')
const hasReadableMessages = ({ messages }: ChatRequest) =>
  Array.isArray(messages) && messages.every(message => typeof message === 'object' && message !== null)

/** The errors that are not in the table of rules; a test checks that `fixtures/errors/` has them. */
export const edgeErrorNames = [
  'body_not_json',
  'missing_model',
  'model_deprecated',
  'model_not_found',
  'not_a_chat_model',
  'model_not_samplable',
  'model_only_in_responses',
  'no_model_capacity',
  'server_error'
]

export function findEdgeError(body: unknown): ApiError | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return new ApiError('body_not_json')
  const model = Object.hasOwn(body, 'model') ? (body as { model?: unknown }).model : undefined
  if (model === undefined || model === null || model === '') return new ApiError('missing_model')
  return typeof model === 'string' ? undefined : new ApiError('body_not_json')
}

export function findModelError(model: Model, unknownModels: 'answer' | 'refuse'): ApiError | undefined {
  const { id, retired, isKnown, isListed, refusal } = model
  if (retired) return new ApiError('model_deprecated', { model: id })
  // A fine-tuned model belongs to one organization: the service knows it only if the table does.
  if (!isListed && unknownModels === 'refuse') return new ApiError('model_not_found', { model: id })
  return isKnown && refusal !== null ? new ApiError(refusal) : undefined
}

interface RankedErrors {
  rank: number
  errors: readonly SchemaError[]
}

/** The order in which the validator of the document checks fields, as far as it is known. */
interface DocumentOrder {
  messagesFirst: boolean
  knownFields: ReadonlySet<string>
}

/**
 * Finds the schema error that the service reports first. A validator stops at its first error, in the order of the document. So each
 * invalid field is removed and the rest is validated again, at most once for each field.
 */
function findFirstError(
  body: ChatRequest,
  errors: readonly SchemaError[],
  check: SchemaCheck,
  documentOrder: DocumentOrder
): RankedErrors | undefined {
  let first: RankedErrors | undefined
  let rest: Record<string, unknown> | undefined
  for (let fieldErrors = errors; fieldErrors.length; ) {
    const field = findErrorField(fieldErrors)
    // The service reports an error of the body itself, such as an unknown parameter, before any field.
    if (!field) return { rank: checkStages.parameters + 0.5, errors: fieldErrors }
    const rank = schemaErrorRank(field, findErrorKeyword(fieldErrors))
    const isAbsent = field !== 'messages' && (body as unknown as Record<string, unknown>)[field] === null
    if (!isAbsent && (!first || rank < first.rank)) first = { rank, errors: fieldErrors }
    if (field === 'messages' || (!rest && !isAbsent && !hasEarlierField(body, field, rank, documentOrder))) break
    // Valid messages are not validated again for each invalid field.
    rest ??= documentOrder.messagesFirst ? { ...body, messages: body.messages.slice(0, 1) } : { ...body }
    rest[field] = undefined
    fieldErrors = check(rest)
  }
  return first
}

/** Whether the body has another field that could have an error of a lower rank. */
function hasEarlierField(
  body: ChatRequest,
  field: string,
  rank: number,
  { knownFields, messagesFirst }: DocumentOrder
): boolean {
  for (const key in body) {
    if (key === field || key === 'model' || (key === 'messages' && messagesFirst)) continue
    if (!knownFields.has(key) || fieldRank(key, 'schema') < rank) return true
  }
  return false
}
