/** Answers questions about what a model supports. */
import type { Model } from '../core/model.js'
import { parametersWhere, requestParameters } from '../core/request-parameters.js'

/** Whether Standin knows what the model supports. Other names may be models of another server, so nothing is rejected for them. */
export function hasKnownCapabilities(model: Model): boolean {
  return model.isKnown || model.family !== 'default'
}

/** Whether the model reasons for this request. It then rejects most sampling parameters. */
export function isReasoning({ reasoning, abilities }: Model, effort: unknown): boolean {
  return reasoning && (effort ?? abilities.defaultEffort) !== 'none'
}

/** Whether a request sets a parameter: null and false count as absent. */
export function isRequested(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false
}

/** Whether the parameter is `unknown_parameter` for the model, and not `unsupported_parameter`. */
export function isUnknownToModel({ reasoning, abilities }: Model, parameter: string): boolean {
  return reasoning && nonReasoningParameters.has(parameter) && abilities.refuses.includes(parameter)
}

const nonReasoningParameters: ReadonlySet<string> = new Set(
  parametersWhere(requestParameters.createChatCompletion, 'unknownToReasoning')
)
