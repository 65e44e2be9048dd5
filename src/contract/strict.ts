/** Checks schemas against the rules of OpenAI's structured outputs (`strict: true`), with the service's messages. */
import { isObject, type UnknownRecord } from '../core/json-pointer.js'
import { toText } from '../core/to-text.js'
import { findItemsProblem, inContext, type SchemaContext, stepInto } from './schema-context.js'
import { findEnumProblem } from './strict-enum.js'
import { addToTotals, createTotals, findTotalProblem, type StrictTotals } from './strict-limits.js'
import { findRefProblem } from './strict-ref.js'

// OpenAI's guide lists these keywords as not supported.
const notPermitted = new Set([
  'allOf',
  'oneOf',
  'if',
  'then',
  'else',
  'dependentRequired',
  'dependentSchemas',
  'patternProperties',
  'propertyNames',
  'minProperties',
  'maxProperties',
  'unevaluatedProperties',
  'unevaluatedItems',
  'contains',
  'minContains',
  'maxContains',
  'uniqueItems'
])

const formats = new Set<unknown>(['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'ipv4', 'ipv6', 'uuid'])

/** A part of a schema, and what the walk counts. */
interface Visit {
  root: UnknownRecord
  totals: StrictTotals
  depth: number
  context: SchemaContext | undefined
}

/** Returns the first violation of strict mode. The meta-schema limits the depth of the schema. */
export function findStrictProblem(root: UnknownRecord): string | undefined {
  const totals = createTotals()
  return checkSchema(root, { root, totals, depth: 0, context: undefined }) ?? findTotalProblem(totals)
}

function checkSchema(schema: unknown, visit: Visit): string | undefined {
  // `true` and `false` have no keywords.
  if (!isObject(schema)) return undefined
  const { context, totals } = visit
  if (schema.$ref !== undefined) return findRefProblem(schema, visit.root, context)
  for (const key in schema) if (notPermitted.has(key)) return inContext(context, `'${key}' is not permitted.`)
  if (schema.not !== undefined) totals.unsupported = 'not'
  addToTotals(totals, schema, visit.depth)
  const { type } = schema
  if (type === undefined && schema.anyOf === undefined && schema.enum === undefined)
    return inContext(context, "schema must have a 'type' key.")
  return (
    findEnumProblem(schema, context) ??
    (Array.isArray(type)
      ? findFirst(type, (each, index) => checkType(schema, each, goInto(visit, stepInto(context, 'type', index), 0)))
      : checkType(schema, type, visit)) ??
    checkList(schema.anyOf, 'anyOf', visit) ??
    checkMap(schema.$defs, '$defs', visit) ??
    checkMap(schema.definitions, 'definitions', visit)
  )
}

function checkType(schema: UnknownRecord, type: unknown, visit: Visit): string | undefined {
  const { context } = visit
  if (type === 'object' || (type === undefined && isObject(schema.properties))) return checkObject(schema, visit)
  if (type === 'array') {
    const problem = findItemsProblem(schema.items)
    return problem ? inContext(context, problem) : checkSchema(schema.items, stepDown(visit, 'items'))
  }
  if (type === 'string' && schema.format !== undefined && !formats.has(schema.format))
    return inContext(context, `'${toText(schema.format)}' is not a valid format.`)
  return undefined
}

/** The service checks the parts of an object before its list of required names. */
function checkObject(schema: UnknownRecord, visit: Visit): string | undefined {
  const { additionalProperties, properties } = schema
  const problem = checkSchema(additionalProperties, stepDown(visit, 'additionalProperties'))
  if (problem) return problem
  const report = (what: string) => inContext(visit.context, what)
  if (additionalProperties !== false)
    return report("'additionalProperties' is required to be supplied and to be false.")
  if (!isObject(properties)) return undefined
  const partProblem = checkMap(properties, 'properties', visit)
  if (partProblem) return partProblem
  const required = new Set<unknown>(Array.isArray(schema.required) ? schema.required : [])
  const rule = "'required' is required to be supplied and to be an array including every key in properties."
  const counted = new Set<unknown>()
  for (const name in properties) {
    if (!isCounted(properties[name])) continue
    if (!required.has(name)) return report(`${rule} Missing '${name}'.`)
    counted.add(name)
  }
  for (const name of required)
    if (!counted.has(name)) return report(`${rule} Extra required key '${toText(name)}' supplied.`)
  return undefined
}

/** An empty schema and an object without properties are no property to the service: `required` must not name them. */
function isCounted(schema: unknown): boolean {
  if (!isObject(schema)) return true
  return schema.type === 'object' ? schema.properties !== undefined : !isEmpty(schema)
}

function isEmpty(schema: UnknownRecord): boolean {
  for (const _ in schema) return false
  return true
}

const goInto = ({ root, totals, depth }: Visit, context: SchemaContext, levels: number): Visit => ({
  root,
  totals,
  depth: depth + levels,
  context
})

const stepDown = (visit: Visit, step: string): Visit => goInto(visit, { parent: visit.context, step }, 1)

function checkMap(map: unknown, keyword: string, visit: Visit): string | undefined {
  if (!isObject(map)) return undefined
  const isProperty = keyword === 'properties'
  return findFirst(Object.keys(map), name => {
    const part = map[name]
    if (isProperty && isObject(part) && isEmpty(part)) return undefined
    return checkSchema(part, goInto(visit, stepInto(visit.context, keyword, name), isProperty ? 1 : 0))
  })
}

function checkList(list: unknown, keyword: string, visit: Visit): string | undefined {
  if (!Array.isArray(list)) return undefined
  return findFirst(list, (part, index) => checkSchema(part, goInto(visit, stepInto(visit.context, keyword, index), 0)))
}

function findFirst<T>(list: readonly T[], check: (item: T, index: number) => string | undefined): string | undefined {
  for (let index = 0; index < list.length; index++) {
    const problem = check(list[index]!, index)
    if (problem) return problem
  }
  return undefined
}
