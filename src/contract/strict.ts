/** Checks schemas against the rules of OpenAI's structured outputs (`strict: true`), with the service's messages. */
import { isObject } from '../core/json-pointer.js'
import { toText } from '../core/to-text.js'
import { shortenText } from './error-phrases.js'

const strictLimits = {
  depth: 10,
  properties: 5000,
  enumValues: 1000,
  longEnum: 250,
  longEnumText: 15_000,
  text: 120_000
}

// OpenAI's guide lists these keywords as not supported.
const notPermitted = new Set([
  'allOf',
  'oneOf',
  'not',
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

// With one of these keywords a schema needs no `type`.
const typeSubstitutes = new Set(['$ref', 'anyOf', 'enum', 'const'])

interface SchemaVisit {
  schema: Record<string, unknown>
  depth: number
  parent: SchemaVisit | undefined
  /** The steps from the parent: a keyword, and a name or an index under it. */
  keyword: string
  name: string | number | undefined
}

/** Returns the first violation of strict mode. Uses no recursion, so that deep nesting does not overflow the stack. */
export function strictProblem(root: unknown): string | undefined {
  const wrongRoot = rootProblem(root, true)
  if (wrongRoot) return wrongRoot
  if ((root as { anyOf?: unknown }).anyOf !== undefined) return "In context=(), 'anyOf' is not permitted."
  const total = { properties: 0, enumValues: 0, text: 0, depth: 0 }
  const stack: SchemaVisit[] = [
    { schema: root as Record<string, unknown>, depth: 0, parent: undefined, keyword: '', name: undefined }
  ]
  for (let visit = stack.pop(); visit; visit = stack.pop()) {
    // For an object with thousands of members each list of keys takes milliseconds.
    const names = listKeys(visit.schema.properties)
    const problem = findObjectProblem(visit.schema, names)
    if (problem) return `In context=${pythonTuple(visit)}, ${problem}`
    const wrongEnum = countVisit(visit, names, total)
    if (wrongEnum) return wrongEnum
    pushChildren(stack, visit, names)
  }
  if (total.depth > strictLimits.depth)
    return `${total.depth} levels of nesting exceeds limit of ${strictLimits.depth}.`
  if (total.properties > strictLimits.properties)
    return `${total.properties} parameters exceeds limit of ${strictLimits.properties}.`
  if (total.enumValues > strictLimits.enumValues)
    return `${total.enumValues} enum values exceeds limit of ${strictLimits.enumValues}.`
  if (total.text > strictLimits.text)
    return `${total.text} characters of names and values exceeds limit of ${strictLimits.text}.`
  return undefined
}

/** Returns what is wrong with the root of a function's parameters or of a response schema, strict or not. */
export function rootProblem(root: unknown, strict = false): string | undefined {
  const type = isObject(root) ? root.type : undefined
  if (type === 'object' || (type === undefined && !strict)) return undefined
  const got = typeof type === 'string' ? shortenText(type) : 'None'
  return `schema must be a JSON Schema of 'type: "object"', got 'type: "${got}"'.`
}

const listKeys = (map: unknown): readonly string[] => (isObject(map) ? Object.keys(map) : noNames)
const noNames: readonly string[] = []

function findObjectProblem(schema: Record<string, unknown>, names: readonly string[]): string | undefined {
  let isTyped = schema.type !== undefined
  for (const key in schema) {
    if (notPermitted.has(key)) return `'${key}' is not permitted.`
    isTyped ||= typeSubstitutes.has(key)
  }
  if (!isTyped) return "schema must have a 'type' key."
  if (schema.type !== 'object' && !isObject(schema.properties)) return undefined
  if (schema.additionalProperties !== false) return "'additionalProperties' is required to be supplied and to be false."
  const required = new Set(Array.isArray(schema.required) ? schema.required : [])
  const properties = isObject(schema.properties) ? schema.properties : {}
  for (const key of names)
    if (!required.has(key))
      return `'required' is required to be supplied and to be an array including every key in properties. Missing '${shortenText(key)}'.`
  if (required.size === names.length) return undefined
  for (const key of required)
    if (typeof key !== 'string' || !Object.hasOwn(properties, key))
      return `'required' is required to be supplied and to be an array including every key in properties. Extra required key '${shortenText(toText(key))}' supplied.`
  return undefined
}

function countVisit(
  visit: SchemaVisit,
  names: readonly string[],
  total: { properties: number; enumValues: number; text: number; depth: number }
): string | undefined {
  const { schema } = visit
  total.depth = Math.max(total.depth, visit.depth)
  total.properties += names.length
  for (const name of names) total.text += name.length
  if (schema.$defs !== undefined) for (const name of listKeys(schema.$defs)) total.text += name.length
  if (schema.definitions !== undefined) for (const name of listKeys(schema.definitions)) total.text += name.length
  if (typeof schema.const === 'string') total.text += schema.const.length
  if (!Array.isArray(schema.enum)) return undefined
  let length = 0
  for (const value of schema.enum) if (typeof value === 'string') length += value.length
  total.enumValues += schema.enum.length
  total.text += length
  return schema.enum.length > strictLimits.longEnum && length > strictLimits.longEnumText
    ? `In context=${pythonTuple(visit)}, ${length} characters of enum values exceeds limit of ${strictLimits.longEnumText}.`
    : undefined
}

/** Pushes the first child last, so that it is visited first. Schemas may have tens of thousands of children, so each costs little. */
function pushChildren(stack: SchemaVisit[], visit: SchemaVisit, names: readonly string[]): void {
  const { schema } = visit
  if (schema.definitions !== undefined) pushNamed(stack, visit, 'definitions', listKeys(schema.definitions), 0)
  if (schema.$defs !== undefined) pushNamed(stack, visit, '$defs', listKeys(schema.$defs), 0)
  const branches = schema.anyOf
  if (Array.isArray(branches))
    for (let index = branches.length - 1; index >= 0; index--)
      pushSchema(stack, visit, branches[index], 'anyOf', index, 0)
  pushSchema(stack, visit, schema.items, 'items', undefined, 1)
  pushNamed(stack, visit, 'properties', names, 1)
}

function pushNamed(
  stack: SchemaVisit[],
  visit: SchemaVisit,
  keyword: string,
  names: readonly string[],
  depthIncrease: number
): void {
  const map = visit.schema[keyword] as Record<string, unknown>
  for (let at = names.length - 1; at >= 0; at--)
    pushSchema(stack, visit, map[names[at]!], keyword, names[at], depthIncrease)
}

function pushSchema(
  stack: SchemaVisit[],
  parent: SchemaVisit,
  schema: unknown,
  keyword: string,
  name: SchemaVisit['name'],
  depthIncrease: number
) {
  if (isObject(schema)) stack.push({ schema, depth: parent.depth + depthIncrease, parent, keyword, name })
}

/** Formats the path of a schema as Python does: `()`, `('items',)`, `('properties', 'x')`. */
function pythonTuple(visit: SchemaVisit): string {
  const steps: string[] = []
  let current: SchemaVisit | undefined = visit
  // A longer path is cut: such a schema exceeds the limit of depth anyway.
  for (; current?.parent && steps.length < 100; current = current.parent)
    steps.unshift(current.keyword, ...(current.name === undefined ? [] : [String(current.name)]))
  const parts = steps.map(step => `'${shortenText(step).replaceAll("'", "\\'")}'`)
  return `(${parts.join(', ')}${parts.length === 1 ? ',' : ''})`
}
