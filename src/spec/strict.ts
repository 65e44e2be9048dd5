/** Strict schemas: what OpenAI's guide to structured outputs allows, told in the service's words. */
import { isObject } from '../pointer.js'
import { shorten } from './words.js'

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
  parent?: Visit
  /** The steps from the parent, innermost last. */
  steps: readonly string[]
}

/** The first thing that strict mode would not take, or undefined. Walks without recursion, so that no nesting overflows the stack. */
export function strictProblem(root: unknown): string | undefined {
  const wrongRoot = rootProblem(root, true)
  if (wrongRoot) return wrongRoot
  if ((root as { anyOf?: unknown }).anyOf !== undefined) return "In context=(), 'anyOf' is not permitted."
  const total = { properties: 0, enumValues: 0, text: 0, depth: 0 }
  const stack: Visit[] = [{ schema: root as Record<string, unknown>, depth: 0, steps: [] }]
  for (let visit = stack.pop(); visit; visit = stack.pop()) {
    // Listed once: of an object with thousands of members each list costs milliseconds.
    const names = namesIn(visit.schema.properties)
    const problem = schemaProblem(visit.schema, names)
    if (problem) return `In context=${pythonTuple(visit)}, ${problem}`
    const wrongEnum = count(visit, names, total)
    if (wrongEnum) return wrongEnum
    const children = childrenOf(visit, names)
    while (children.length) stack.push(children.pop()!)
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
  for (const name of namesIn(schema.$defs)) total.text += name.length
  for (const name of namesIn(schema.definitions)) total.text += name.length
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

function childrenOf(visit: Visit, names: readonly string[]): Visit[] {
  const { schema, depth } = visit
  const children: Visit[] = []
  const add = (child: unknown, deeper: number, ...steps: string[]) => {
    if (isObject(child)) children.push({ schema: child, depth: depth + deeper, parent: visit, steps })
  }
  const named = (key: string, deeper: number, names: readonly string[]) => {
    for (const name of names) add((schema[key] as Record<string, unknown>)[name], deeper, key, name)
  }
  named('properties', 1, names)
  add(schema.items, 1, 'items')
  if (Array.isArray(schema.anyOf))
    for (const [index, branch] of schema.anyOf.entries()) add(branch, 0, 'anyOf', String(index))
  named('$defs', 0, namesIn(schema.$defs))
  named('definitions', 0, namesIn(schema.definitions))
  return children
}

/** Where a schema stands, as Python prints it: `()`, `('items',)`, `('properties', 'x')`. */
function pythonTuple(visit: Visit): string {
  const steps: string[] = []
  let here: Visit | undefined = visit
  // A path that long is cut: what stands deeper is over the limits on depth anyway.
  for (; here && steps.length < 100; here = here.parent) steps.unshift(...here.steps)
  const parts = steps.map(step => `'${shorten(step).replaceAll("'", "\\'")}'`)
  return `(${parts.join(', ')}${parts.length === 1 ? ',' : ''})`
}
