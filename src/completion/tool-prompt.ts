/** Writes tools and answer schemas as the service shows them to its models, because what it shows is what it charges. */
import type { FunctionDefinition, Json, JsonObject, ResponseFormat, Tool, ToolCall } from '../core/openai-types.js'

/** The block of TypeScript that declares the functions a model may call. */
export function declareFunctions(functions: FunctionDefinition[]): string {
  return `namespace functions {\n\n${functions.map(declare).join('\n\n')}\n\n} // namespace functions`
}

/** Custom tools take free text; the service declares them as functions of one string. */
export function asFunction(tool: Tool): FunctionDefinition {
  if (tool.function) return tool.function
  const custom = tool.custom ?? { name: '' }
  return { name: custom.name, ...(custom.description ? { description: custom.description } : {}) }
}

/** The block that shows an answer's schema. Strict schemas are shown without what strictness makes certain. */
export function declareFormat(
  format: NonNullable<ResponseFormat['json_schema']>,
  style: 'typed' | 'bare' = 'typed'
): string {
  const shown = JSON.stringify(withoutCertainties(format.schema ?? {}))
  const type = style === 'typed' ? `type ${format.name} = ${ascii(shown)}` : shown
  return `# Response Formats\n\n## ${format.name}\n\n${format.description ? `// ${format.description}\n` : ''}${type}`
}

/** JSON with every character above ASCII escaped, as Python's json.dumps writes it. */
export function ascii(text: string): string {
  return text.replace(/[\u0080-\uffff]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** JSON with a space after each colon and comma, as Python's json.dumps writes it. */
export function spaced(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`
  if (value !== null && typeof value === 'object')
    return `{${Object.entries(value)
      .map(([key, each]) => `${JSON.stringify(key)}: ${spaced(each)}`)
      .join(', ')}}`
  return JSON.stringify(value)
}

/** Several calls made at once, as the arguments of the one call that the model really makes. */
export function wrapCalls(calls: ToolCall[]): string {
  const uses = calls.map(({ function: called, custom }) => ({
    recipient_name: `functions.${called?.name ?? custom?.name ?? ''}`,
    parameters: parsed(called?.arguments ?? custom?.input ?? '')
  }))
  return JSON.stringify({ tool_uses: uses })
}

export function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}

function declare({ name, description, parameters }: FunctionDefinition): string {
  const root = parameters ? notesOf(parameters) : ''
  const type = hasProperties(parameters) ? `(_: ${root}${objectType(parameters, parameters, 0)}) => any` : '() => any'
  return `${description ? comment(description) : ''}type ${name} = ${type};`
}

// Schemas nest as deep as clients like and may refer to themselves; beyond this depth nothing is shown.
const deepest = 24

/** A type that stands inside another brings its own comments, on lines of their own; one with a format has its line to itself. */
function noted(schema: Json | undefined, root: JsonObject, depth: number): string {
  const target = isObject(schema) && typeof schema.$ref === 'string' ? refer(schema.$ref, root) : schema
  const format = isObject(target) && target.format ? comment(`format: ${JSON.stringify(target.format)}`) : ''
  const notes = (isObject(target) ? notesOf(target) : '') + format
  return (notes ? `\n${notes}` : '') + typeOf(target, root, depth) + (format && '\n')
}

function typeOf(schema: Json | undefined, root: JsonObject, depth: number): string {
  if (!isObject(schema) || depth > deepest) return 'any'
  if (typeof schema.$ref === 'string') return typeOf(refer(schema.$ref, root), root, depth + 1)
  if (Array.isArray(schema.enum)) return schema.enum.map(value => JSON.stringify(value)).join(' | ')
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  const branches = schema.anyOf ?? schema.oneOf
  if (Array.isArray(branches)) return branches.map(branch => noted(branch, root, depth + 1)).join(' | ')
  if (Array.isArray(schema.type))
    return schema.type.map(type => noted({ ...schema, type }, root, depth + 1)).join(' | ')
  if (schema.type === 'array') return arrayType(schema.items, root, depth + 1)
  if (schema.type === 'object' || isObject(schema.properties)) return objectType(schema, root, depth)
  return schema.type === 'integer' ? 'number' : typeof schema.type === 'string' ? schema.type : 'any'
}

function arrayType(items: Json | undefined, root: JsonObject, depth: number): string {
  if (!items) return 'any[]'
  const type = typeOf(items, root, depth)
  if (!type.includes('{')) return `${type}[]`
  const whole = noted(items, root, depth)
  return whole.includes('\n') ? `Array<${whole}\n>` : `Array<${whole}>`
}

function objectType(schema: JsonObject, root: JsonObject, depth: number): string {
  const properties = Object.entries(isObject(schema.properties) ? schema.properties : {})
  const required = new Set(Array.isArray(schema.required) ? schema.required : [])
  const lines = properties.map(([name, property]) => {
    const notes = isObject(property) ? notesOf(property) : ''
    const type = typeOf(property, root, depth + 1)
    return { notes, line: `${name}${required.has(name) ? '' : '?'}: ${type}${ending(property)}` }
  })
  if (schema.additionalProperties === true) lines.push({ notes: '', line: '[k: string]: any,' })
  if (lines.length === 0) return '{}'
  // Without a comment the whole object stands on one line, and its last comma goes.
  if (!lines.some(({ notes }) => notes))
    return `{ ${lines
      .map(({ line }) => line)
      .join(' ')
      .replace(/,$/, '')} }`
  return `{\n${lines.map(({ notes, line }) => `${notes}${line}\n`).join('')}}`
}

function ending(property: Json): string {
  const standard = isObject(property) ? property.default : undefined
  return standard === undefined ? ',' : `, // default: ${JSON.stringify(standard)}`
}

function notesOf({ title, description }: JsonObject): string {
  // A title stands apart from the description below it.
  if (title && description) return `${comment(title)}//\n${comment(description)}`
  return title || description ? comment(title || (description as Json)) : ''
}

function comment(text: Json): string {
  return String(text)
    .split('\n')
    .map(line => `// ${line.trim()}`.trimEnd() + '\n')
    .join('')
}

function refer(ref: string, root: JsonObject): Json | undefined {
  let at: Json | undefined = root
  for (const step of ref.split('/').slice(1)) at = isObject(at) && Object.hasOwn(at, step) ? at[step] : undefined
  return at
}

const certainties = new Set(['additionalProperties', 'required', 'default', 'maxItems', 'minimum', 'maximum', 'format'])

function withoutCertainties(value: Json, depth = 0, named = false): Json {
  if (depth > 100) return {}
  if (Array.isArray(value)) return value.map(each => withoutCertainties(each, depth + 1))
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => named || !certainties.has(key))
      .map(([key, each]) => [
        key,
        withoutCertainties(each, depth + 1, !named && (key === 'properties' || key === '$defs'))
      ])
  )
}

function hasProperties(schema: Json | undefined): schema is JsonObject {
  return (
    isObject(schema) &&
    isObject(schema.properties) &&
    (Object.keys(schema.properties).length > 0 || schema.additionalProperties === true)
  )
}

function isObject(value: Json | undefined): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}
