/** Strict schemas: what OpenAI's guide to structured outputs allows, told in the service's words. */
import { isObject } from '../core/json-pointer.js'
import { shorten } from './error-phrases.js'

const limits = { depth: 10, properties: 5000, enumValues: 1000, longEnum: 250, longEnumText: 15_000, text: 120_000 }

// The guide lists these as not supported; allowing them here would pass a schema that production refuses.
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

// What says enough of a value to stand in for its type.
const typeless = new Set(['$ref', 'anyOf', 'enum', 'const'])

interface Visit {
  schema: Record<string, unknown>
  depth: number
  parent: Visit | undefined
  /** The steps from the parent: a keyword, and a name or a number under it. */
  keyword: string
  name: string | number | undefined
}

/** The first thing that strict mode would not take, or undefined. Walks without recursion, so that no nesting overflows the stack. */
export function strictProblem(root: unknown): string | undefined {
  const wrongRoot = rootProblem(root, true)
  if (wrongRoot) return wrongRoot
  if ((root as { anyOf?: unknown }).anyOf !== undefined) return "In context=(), 'anyOf' is not permitted."
  const total = { properties: 0, enumValues: 0, text: 0, depth: 0 }
  const stack: Visit[] = [
    { schema: root as Record<string, unknown>, depth: 0, parent: undefined, keyword: '', name: undefined }
  ]
  for (let visit = stack.pop(); visit; visit = stack.pop()) {
    // Listed once: of an object with thousands of members each list costs milliseconds.
    const names = namesIn(visit.schema.properties)
    const problem = schemaProblem(visit.schema, names)
    if (problem) return `In context=${pythonTuple(visit)}, ${problem}`
    const wrongEnum = count(visit, names, total)
    if (wrongEnum) return wrongEnum
    pushChildren(stack, visit, names)
  }
  if (total.depth > limits.depth) return `${total.depth} levels of nesting exceeds limit of ${limits.depth}.`
  if (total.properties > limits.properties)
    return `${total.properties} parameters exceeds limit of ${limits.properties}.`
  if (total.enumValues > limits.enumValues)
    return `${total.enumValues} enum values exceeds limit of ${limits.enumValues}.`
  if (total.text > limits.text) return `${total.text} characters of names and values exceeds limit of ${limits.text}.`
  return undefined
}

/** What is wrong with the root of a function's parameters or of a response's schema, strict or not. */
export function rootProblem(root: unknown, strict = false): string | undefined {
  const type = isObject(root) ? root.type : undefined
  if (type === 'object' || (type === undefined && !strict)) return undefined
  const got = typeof type === 'string' ? shorten(type) : 'None'
  return `schema must be a JSON Schema of 'type: "object"', got 'type: "${got}"'.`
}

const namesIn = (map: unknown): readonly string[] => (isObject(map) ? Object.keys(map) : none)
const none: readonly string[] = []

function schemaProblem(schema: Record<string, unknown>, names: readonly string[]): string | undefined {
  let typed = schema.type !== undefined
  for (const key in schema) {
    if (notPermitted.has(key)) return `'${key}' is not permitted.`
    typed ||= typeless.has(key)
  }
  if (!typed) return "schema must have a 'type' key."
  if (schema.type !== 'object' && !isObject(schema.properties)) return undefined
  if (schema.additionalProperties !== false) return "'additionalProperties' is required to be supplied and to be false."
  const required = new Set(Array.isArray(schema.required) ? schema.required : [])
  const properties = isObject(schema.properties) ? schema.properties : {}
  for (const key of names)
    if (!required.has(key))
      return `'required' is required to be supplied and to be an array including every key in properties. Missing '${shorten(key)}'.`
  if (required.size === names.length) return undefined
  for (const key of required)
    if (!Object.hasOwn(properties, String(key)))
      return `'required' is required to be supplied and to be an array including every key in properties. Extra required key '${shorten(String(key))}' supplied.`
  return undefined
}

function count(
  visit: Visit,
  names: readonly string[],
  total: { properties: number; enumValues: number; text: number; depth: number }
): string | undefined {
  const { schema } = visit
  total.depth = Math.max(total.depth, visit.depth)
  total.properties += names.length
  for (const name of names) total.text += name.length
  if (schema.$defs !== undefined) for (const name of namesIn(schema.$defs)) total.text += name.length
  if (schema.definitions !== undefined) for (const name of namesIn(schema.definitions)) total.text += name.length
  if (typeof schema.const === 'string') total.text += schema.const.length
  if (!Array.isArray(schema.enum)) return undefined
  let length = 0
  for (const value of schema.enum) if (typeof value === 'string') length += value.length
  total.enumValues += schema.enum.length
  total.text += length
  return schema.enum.length > limits.longEnum && length > limits.longEnumText
    ? `In context=${pythonTuple(visit)}, ${length} characters of enum values exceeds limit of ${limits.longEnumText}.`
    : undefined
}

/** The first child comes last, for it is the first to be taken off. A schema may have tens of thousands, so little is made for each. */
function pushChildren(stack: Visit[], visit: Visit, names: readonly string[]): void {
  const { schema } = visit
  if (schema.definitions !== undefined) pushNamed(stack, visit, 'definitions', namesIn(schema.definitions), 0)
  if (schema.$defs !== undefined) pushNamed(stack, visit, '$defs', namesIn(schema.$defs), 0)
  const branches = schema.anyOf
  if (Array.isArray(branches))
    for (let index = branches.length - 1; index >= 0; index--) push(stack, visit, branches[index], 'anyOf', index, 0)
  push(stack, visit, schema.items, 'items', undefined, 1)
  pushNamed(stack, visit, 'properties', names, 1)
}

function pushNamed(stack: Visit[], visit: Visit, keyword: string, names: readonly string[], deeper: number): void {
  const map = visit.schema[keyword] as Record<string, unknown>
  for (let at = names.length - 1; at >= 0; at--) push(stack, visit, map[names[at]!], keyword, names[at], deeper)
}

function push(stack: Visit[], parent: Visit, schema: unknown, keyword: string, name: Visit['name'], deeper: number) {
  if (isObject(schema)) stack.push({ schema, depth: parent.depth + deeper, parent, keyword, name })
}

/** Where a schema stands, as Python prints it: `()`, `('items',)`, `('properties', 'x')`. */
function pythonTuple(visit: Visit): string {
  const steps: string[] = []
  let here: Visit | undefined = visit
  // A path that long is cut: what stands deeper is over the limits on depth anyway.
  for (; here?.parent && steps.length < 100; here = here.parent)
    steps.unshift(here.keyword, ...(here.name === undefined ? [] : [String(here.name)]))
  const parts = steps.map(step => `'${shorten(step).replaceAll("'", "\\'")}'`)
  return `(${parts.join(', ')}${parts.length === 1 ? ',' : ''})`
}
