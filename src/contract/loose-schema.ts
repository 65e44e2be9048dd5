/** Checks schemas that need not be strict: of their parts, the service checks only the items of arrays. */
import { isObject, type UnknownRecord } from '../core/json-pointer.js'
import { findItemsProblem, inContext, type SchemaContext, stepInto } from './schema-context.js'

const maps = ['properties', '$defs', 'definitions'] as const
const lists = ['anyOf', 'oneOf', 'allOf'] as const

/** Returns the first array without items. The meta-schema limits the depth of the schema. */
export function findLooseProblem(schema: UnknownRecord, context?: SchemaContext): string | undefined {
  const { type } = schema
  let itemsContext = context
  if (Array.isArray(type)) {
    const index = type.indexOf('array')
    if (index >= 0) itemsContext = stepInto(context, 'type', index)
  }
  if (type === 'array' || itemsContext !== context) {
    const problem = findItemsProblem(schema.items)
    if (problem) return inContext(itemsContext, problem)
  }
  return findPartProblem(schema, context, itemsContext)
}

function findPartProblem(
  schema: UnknownRecord,
  context: SchemaContext | undefined,
  itemsContext: SchemaContext | undefined
): string | undefined {
  const check = (part: unknown, at: SchemaContext) => (isObject(part) ? findLooseProblem(part, at) : undefined)
  for (const keyword of maps) {
    const map = schema[keyword]
    if (!isObject(map)) continue
    for (const name of Object.keys(map)) {
      const problem = check(map[name], stepInto(context, keyword, name))
      if (problem) return problem
    }
  }
  const problem =
    check(schema.items, { parent: itemsContext, step: 'items' }) ??
    check(schema.additionalProperties, { parent: context, step: 'additionalProperties' })
  if (problem) return problem
  for (const keyword of lists) {
    const list = schema[keyword]
    if (!Array.isArray(list)) continue
    for (let index = 0; index < list.length; index++) {
      const problem = check(list[index], stepInto(context, keyword, index))
      if (problem) return problem
    }
  }
  return undefined
}
