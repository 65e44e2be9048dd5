/** Says what the service would say to a body: nothing, or the first refusal in its own order of checks. */

import { type Because, Refusal } from '../core/api-error.js'
import type { Model, Models } from '../core/model.js'
import type { ChatRequest } from '../core/openai-types.js'
import type { Check, Complaint } from '../core/schema.js'
import { complaintRank, type Moment, moments, rankOf } from './check-order.js'
import type { Rule, Settings } from './rule.js'
import { createApplicable, rules } from './rules.js'
import { fieldOf, keywordOf, refusalOf } from './schema-errors.js'

export interface ValidatorOptions {
  /** The compiled schema of the request. */
  check: Check
  /** The same schema, repaired, for the names of its parameters. */
  schema: { properties?: Record<string, unknown>; additionalProperties?: unknown }
  models: Models
  /** Whether a model that is not in the table exists. @default 'answer' */
  unknownModels?: 'answer' | 'refuse'
  countTokens?: Settings['countTokens']
}

/** The refusal that a body meets, if any. */
export type Validate = (body: unknown) => Refusal | undefined

export function createValidator(options: ValidatorOptions): Validate {
  const { check, schema, models, unknownModels = 'answer', countTokens } = options
  const properties = schema.properties ?? {}
  const order = {
    messagesFirst: Object.keys(properties).find(name => name !== 'model') === 'messages',
    known: new Set(Object.keys(properties))
  }
  // A document of the user's own may say that it takes more than it lists.
  const open = (schema.additionalProperties ?? false) !== false
  const applicable = createApplicable()
  const settings: Settings = { known: open ? undefined : order.known, countTokens }
  return body => {
    const atEdge = edgeRefusal(body)
    if (atEdge) return atEdge
    const request = body as ChatRequest
    const model: Model = models.of(request.model)
    const refused = modelRefusal(model, unknownModels)
    if (refused) return refused
    const complaints = check(body)
    const fault = complaints.length ? firstFault(request, complaints, check, order) : undefined
    const until = Math.min(
      fault?.rank ?? Number.POSITIVE_INFINITY,
      isConversation(request) ? Number.POSITIVE_INFINITY : afterMessages
    )
    // What is looked at before any field asks for nothing, and a body that breaks it may have thousands of keys to go through.
    for (const rule of until < beforeFields ? rules : applicable(request)) {
      if (rule.rank >= until) break
      const facts = rule.find(request, model, settings)
      if (facts) return new Refusal(rule.refusal, facts, undefined, becauseOf(rule))
    }
    return fault && refusalOf(body, fault.complaints, properties)
  }
}

const beforeFields = moments.parameters + 1

const aboutMoment: Record<Moment, string> = {
  missing: 'what every request has',
  parameters: 'which parameters there are',
  values: 'what the model takes',
  prompt: 'the messages as a whole',
  content: 'what messages say'
}

const becauseOf = ({ at, evidence }: Rule): Because => ({
  kind: 'rule',
  what: typeof at === 'string' ? aboutMoment[at] : `what goes with ${at.field}`,
  evidence
})

// A document of the user's own may allow messages that rules could not read.
const afterMessages = rankOf('messages', 'after')
const isConversation = ({ messages }: ChatRequest) =>
  Array.isArray(messages) && messages.every(message => typeof message === 'object' && message !== null)

/** The refusals that are made before or beside the table of rules. */
export const edgeRefusals = [
  'body_not_json',
  'missing_model',
  'model_deprecated',
  'model_not_found',
  'not_a_chat_model',
  'model_not_samplable'
]

function edgeRefusal(body: unknown): Refusal | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return new Refusal('body_not_json')
  const model = Object.hasOwn(body, 'model') ? (body as { model?: unknown }).model : undefined
  if (model === undefined || model === null || model === '') return new Refusal('missing_model')
  return typeof model === 'string' ? undefined : new Refusal('body_not_json')
}

function modelRefusal(model: Model, unknownModels: 'answer' | 'refuse'): Refusal | undefined {
  const { id, retired, known, kind } = model
  if (retired) return new Refusal('model_deprecated', { model: id })
  if (!known) return unknownModels === 'refuse' ? new Refusal('model_not_found', { model: id }) : undefined
  if (kind === 'completion') return new Refusal('not_a_chat_model')
  return kind === 'embedding' || kind === 'other' ? new Refusal('model_not_samplable') : undefined
}

interface Fault {
  rank: number
  complaints: readonly Complaint[]
}

/** What is known of the order in which the document's validator looks at fields. */
interface DocumentOrder {
  messagesFirst: boolean
  known: ReadonlySet<string>
}

/**
 * The fault that the service would tell first. A validator stops at its first complaint, which the document's order of properties
 * decides; so the field is left out and the rest is looked at again, at most once for each field.
 */
function firstFault(
  body: ChatRequest,
  complaints: readonly Complaint[],
  check: Check,
  order: DocumentOrder
): Fault | undefined {
  let first: Fault | undefined
  let rest: Record<string, unknown> | undefined
  for (let found = complaints; found.length; ) {
    const field = fieldOf(found)
    // What is wrong with the body itself, such as a parameter too many, is told before any field.
    if (!field) return { rank: moments.parameters + 0.5, complaints: found }
    const rank = complaintRank(field, keywordOf(found))
    const absent = field !== 'messages' && (body as unknown as Record<string, unknown>)[field] === null
    if (!absent && (!first || rank < first.rank)) first = { rank, complaints: found }
    if (field === 'messages' || (!rest && !absent && !mayComeBefore(body, field, rank, order))) break
    // Messages that have been looked at already are not looked at once for each wrong field.
    rest ??= order.messagesFirst ? { ...body, messages: body.messages.slice(0, 1) } : { ...body }
    rest[field] = undefined
    found = check(rest)
  }
  return first
}

/** Whether the body has another field that could be at fault and be told before this one. */
function mayComeBefore(
  body: ChatRequest,
  field: string,
  rank: number,
  { known, messagesFirst }: DocumentOrder
): boolean {
  for (const key in body) {
    if (key === field || key === 'model' || (key === 'messages' && messagesFirst)) continue
    if (!known.has(key) || rankOf(key, 'schema') < rank) return true
  }
  return false
}
