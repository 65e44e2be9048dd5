/** Says what the service would say to a body: nothing, or the first refusal in its own order of checks. */

import { ApiError, type ErrorReason } from '../core/api-error.js'
import type { Model, Models } from '../core/model.js'
import type { ChatRequest } from '../core/openai-types.js'
import type { SchemaCheck, SchemaError } from '../core/schema.js'
import { type CheckStage, checkStages, fieldRank, schemaErrorRank } from './check-order.js'
import type { Rule, RuleContext } from './rule.js'
import { createRuleSelector, rules } from './rules.js'
import { convertSchemaErrors, findErrorField, findErrorKeyword } from './schema-errors.js'

export interface ValidatorOptions {
  /** The compiled schema of the request. */
  check: SchemaCheck
  /** The same schema, repaired, for the names of its parameters. */
  schema: { properties?: Record<string, unknown>; additionalProperties?: unknown }
  models: Models
  /** Whether a model that is not in the table exists. @default 'answer' */
  unknownModels?: 'answer' | 'refuse'
  countTokens?: RuleContext['countTokens']
}

/** The refusal that a body meets, if any. */
export type ValidateBody = (body: unknown) => ApiError | undefined

export function createValidator(options: ValidatorOptions): ValidateBody {
  const { check, schema, models, unknownModels = 'answer', countTokens } = options
  const properties = schema.properties ?? {}
  const documentOrder = {
    messagesFirst: Object.keys(properties).find(name => name !== 'model') === 'messages',
    knownFields: new Set(Object.keys(properties))
  }
  // A document of the user's own may say that it takes more than it lists.
  const allowsUnknown = (schema.additionalProperties ?? false) !== false
  const selectRules = createRuleSelector()
  const context: RuleContext = { knownParameters: allowsUnknown ? undefined : documentOrder.knownFields, countTokens }
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
    // What is looked at before any field asks for nothing, and a body that breaks it may have thousands of keys to go through.
    for (const rule of rankLimit < firstFieldRank ? rules : selectRules(request)) {
      if (rule.rank >= rankLimit) break
      const params = rule.check(request, model, context)
      if (params) return new ApiError(rule.errorName, params, undefined, toErrorReason(rule))
    }
    return firstError && convertSchemaErrors(body, firstError.errors, properties)
  }
}

const firstFieldRank = checkStages.parameters + 1

const stageDescriptions: Record<CheckStage, string> = {
  missing: 'what every request has',
  parameters: 'which parameters there are',
  values: 'what the model takes',
  prompt: 'the messages as a whole',
  content: 'what messages say'
}

const toErrorReason = ({ at, evidence }: Rule): ErrorReason => ({
  kind: 'rule',
  detail: typeof at === 'string' ? stageDescriptions[at] : `what goes with ${at.field}`,
  evidence
})

// A document of the user's own may allow messages that rules could not read.
const messagesRank = fieldRank('messages', 'after')
const hasReadableMessages = ({ messages }: ChatRequest) =>
  Array.isArray(messages) && messages.every(message => typeof message === 'object' && message !== null)

/** The refusals that are made before or beside the table of rules. */
export const edgeErrorNames = [
  'body_not_json',
  'missing_model',
  'model_deprecated',
  'model_not_found',
  'not_a_chat_model',
  'model_not_samplable'
]

function findEdgeError(body: unknown): ApiError | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return new ApiError('body_not_json')
  const model = Object.hasOwn(body, 'model') ? (body as { model?: unknown }).model : undefined
  if (model === undefined || model === null || model === '') return new ApiError('missing_model')
  return typeof model === 'string' ? undefined : new ApiError('body_not_json')
}

function findModelError(model: Model, unknownModels: 'answer' | 'refuse'): ApiError | undefined {
  const { id, retired, isKnown, kind } = model
  if (retired) return new ApiError('model_deprecated', { model: id })
  if (!isKnown) return unknownModels === 'refuse' ? new ApiError('model_not_found', { model: id }) : undefined
  if (kind === 'completion') return new ApiError('not_a_chat_model')
  return kind === 'embedding' || kind === 'other' ? new ApiError('model_not_samplable') : undefined
}

interface RankedErrors {
  rank: number
  errors: readonly SchemaError[]
}

/** What is known of the order in which the document's validator looks at fields. */
interface DocumentOrder {
  messagesFirst: boolean
  knownFields: ReadonlySet<string>
}

/**
 * The fault that the service would tell first. A validator stops at its first complaint, which the document's order of properties
 * decides; so the field is left out and the rest is looked at again, at most once for each field.
 */
function findFirstError(
  body: ChatRequest,
  errors: readonly SchemaError[],
  check: SchemaCheck,
  documentOrder: DocumentOrder
): RankedErrors | undefined {
  let first: RankedErrors | undefined
  let rest: Record<string, unknown> | undefined
  for (let found = errors; found.length; ) {
    const field = findErrorField(found)
    // What is wrong with the body itself, such as a parameter too many, is told before any field.
    if (!field) return { rank: checkStages.parameters + 0.5, errors: found }
    const rank = schemaErrorRank(field, findErrorKeyword(found))
    const isAbsent = field !== 'messages' && (body as unknown as Record<string, unknown>)[field] === null
    if (!isAbsent && (!first || rank < first.rank)) first = { rank, errors: found }
    if (field === 'messages' || (!rest && !isAbsent && !hasEarlierField(body, field, rank, documentOrder))) break
    // Messages that have been looked at already are not looked at once for each wrong field.
    rest ??= documentOrder.messagesFirst ? { ...body, messages: body.messages.slice(0, 1) } : { ...body }
    rest[field] = undefined
    found = check(rest)
  }
  return first
}

/** Whether the body has another field that could be at fault and be told before this one. */
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
