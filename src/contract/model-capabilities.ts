/** Answers questions about what a model supports. */
import type { Model } from '../core/model.js'
import type { ChatRequest } from '../core/openai-types.js'
import type { RequestParameter } from '../core/request-parameter.js'
import { requestParameters } from '../core/request-parameters.js'

const parameters: Readonly<Record<string, RequestParameter>> = requestParameters.createChatCompletion

/** Whether Standin knows what the model supports. Other names may be models of another server, so nothing is rejected for them. */
export function hasKnownCapabilities(model: Model): boolean {
  return model.hasKnownAbilities
}

/** Whether the model reasons for this request. It then rejects most sampling parameters. */
export function isReasoning({ reasoning, abilities }: Model, effort: unknown): boolean {
  return reasoning && (effort ?? abilities.defaultEffort) !== 'none'
}

/** Whether a request sets a parameter: null and the neutral value count as absent. */
export function isRequested(body: ChatRequest, field: keyof ChatRequest): boolean {
  const value = body[field]
  return value !== undefined && value !== null && value !== parameters[field]?.neutral
}

/** Whether the model rejects the parameter as one that it does not know. */
export function isUnknownToModel({ abilities, hasKnownAbilities }: Model, parameter: string): boolean {
  return unknownTo.get(parameter) === abilities.dialect && abilities.refuses.includes(parameter) && hasKnownAbilities
}

const unknownTo: ReadonlyMap<string, RequestParameter['unknownTo']> = new Map(
  Object.entries(parameters).flatMap(([name, row]) => (row.unknownTo ? [[name, row.unknownTo] as const] : []))
)
