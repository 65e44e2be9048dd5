/** Ranks the checks of a request body in the order in which the service makes them. */
import { parametersWhere, requestParameters } from '../core/request-parameters.js'

const parameters = requestParameters.createChatCompletion
const unorderedFields: ReadonlySet<string> = new Set(parametersWhere(parameters, 'order', 'unknown'))

/** The fields whose position was measured. All other fields come after them. */
export const fieldOrder: readonly string[] = Object.keys(parameters).filter(name => !unorderedFields.has(name))

/** The steps before and after all fields. */
export const checkStages = {
  missing: 0,
  parameters: 1,
  values: 1000,
  schemas: 1001,
  prompt: 1002,
  content: 1003
} as const

export type CheckStage = keyof typeof checkStages

const fieldRanks = new Map(fieldOrder.map((field, index) => [field, 10 + index * 3]))
const unlistedRank = 10 + fieldOrder.length * 3

/** Ranks a check of a field: model support comes `before` its `schema`, the combination with other fields comes `after`. */
export function fieldRank(field: string, step: 'before' | 'schema' | 'after'): number {
  return (fieldRanks.get(field) ?? unlistedRank) + (step === 'before' ? 0 : step === 'schema' ? 1 : 2)
}

const lateRangeFields: ReadonlySet<string> = new Set(parametersWhere(parameters, 'rangeChecked', 'last'))

/** Ranks a schema error of a field. */
export function schemaErrorRank(field: string, keyword: string): number {
  const isLate = lateRangeFields.has(field) && (keyword === 'minimum' || keyword === 'maximum')
  return isLate ? checkStages.values : fieldRank(field, 'schema')
}
