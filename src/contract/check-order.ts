/** Ranks the checks of a request body in the order in which the service makes them. */
import { parametersWhere, requestParameters } from '../core/request-parameters.js'

const parameters = requestParameters.createChatCompletion
const unorderedFields: ReadonlySet<string> = new Set(parametersWhere(parameters, 'order', 'unknown'))

/** The fields whose position was measured. All other fields come after them. */
export const fieldOrder: readonly string[] = Object.keys(parameters).filter(name => !unorderedFields.has(name))

/** Steps before and after all fields: values that the model does not support come after the fields, missing content comes last. */
export const checkStages = { missing: 0, parameters: 1, values: 1000, prompt: 1001, content: 1002 } as const

export type CheckStage = keyof typeof checkStages

const fieldRanks = new Map(fieldOrder.map((field, index) => [field, 10 + index * 3]))
const unlistedRank = 10 + fieldOrder.length * 3

/** Returns the rank of a check of a field: first model support (`before`), then its schema, then its combination with other fields (`after`). */
export function fieldRank(field: string, step: 'before' | 'schema' | 'after'): number {
  return (fieldRanks.get(field) ?? unlistedRank) + (step === 'before' ? 0 : step === 'schema' ? 1 : 2)
}

const lateRangeFields: ReadonlySet<string> = new Set(parametersWhere(parameters, 'rangeChecked', 'last'))

/** Returns the rank of a schema error of a field. */
export function schemaErrorRank(field: string, keyword: string): number {
  const isLate = lateRangeFields.has(field) && (keyword === 'minimum' || keyword === 'maximum')
  return isLate ? checkStages.values : fieldRank(field, 'schema')
}
