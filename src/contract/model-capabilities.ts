/** What follows from a model's abilities for one request. */
import type { Model } from '../core/model.js'
import { parametersWhere, requestParameters } from '../core/request-parameters.js'

/** Whether enough is known of the model to refuse in its name. Other names may be another server's models, which Standin lets be. */
export function hasKnownCapabilities(model: Model): boolean {
  return model.isKnown || model.family !== 'default'
}

/** Whether this request makes the model reason, which shuts the parameters of sampling. */
export function isReasoning({ reasoning, abilities }: Model, effort: unknown): boolean {
  return reasoning && (effort ?? abilities.defaultEffort) !== 'none'
}

/** Whether a value says anything: null and false count as absent. */
export function isRequested(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false
}

/** Whether the validator of the model's family does not even know the parameter. */
export function isUnknownToModel({ reasoning, abilities }: Model, parameter: string): boolean {
  return reasoning && nonReasoningParameters.has(parameter) && abilities.refuses.includes(parameter)
}

const nonReasoningParameters: ReadonlySet<string> = new Set(
  parametersWhere(requestParameters.createChatCompletion, 'unknownToReasoning')
)
