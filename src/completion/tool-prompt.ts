/** Writes tools and response schemas as the service shows them to its models, because the service charges that text. */

import { toolCallArguments, toolCallName } from '../core/message-text.js'
import type { FunctionDefinition, Json, JsonObject, ResponseFormat, Tool, ToolCall } from '../core/openai-types.js'
import { toText } from '../core/to-text.js'

/** Writes the block of TypeScript that declares the functions of a request. */
export function declareFunctions(functions: FunctionDefinition[]): string {
  return `namespace functions {\n\n${functions.map(declareFunction).join('\n\n')}\n\n} // namespace functions`
}

/** The function that the service declares for a tool. A custom tool is a function without parameters. */
export function toFunctionDefinition(tool: Tool): FunctionDefinition {
  if (tool.function) return tool.function
  const custom = tool.custom ?? { name: '' }
  return { name: custom.name, ...(custom.description ? { description: custom.description } : {}) }
}

/** Writes the block that shows the response schema, without the keywords that the service drops. */
export function declareFormat(
  format: NonNullable<ResponseFormat['json_schema']>,
  style: 'typed' | 'bare' = 'typed'
): string {
  const shown = JSON.stringify(dropImpliedKeywords(format.schema ?? {}))
  const type = style === 'typed' ? `type ${format.name} = ${escapeNonAscii(shown)}` : shown
  return `# Response Formats\n\n## ${format.name}\n\n${format.description ? `// ${format.description}\n` : ''}${type}`
}

/** Escapes every character above ASCII, as Python's json.dumps does. */
export function escapeNonAscii(text: string): string {
  return text.replace(/[\u0080-\uffff]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** Formats JSON with a space after each colon and comma, as Python's json.dumps does. */
export function formatPythonJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(formatPythonJson).join(', ')}]`
  if (value !== null && typeof value === 'object')
    return `{${Object.entries(value)
      .map(([key, each]) => `${JSON.stringify(key)}: ${formatPythonJson(each)}`)
      .join(', ')}}`
  return JSON.stringify(value)
}

/** Writes parallel calls as the arguments of the one wrapper call of the model. */
export function wrapCalls(calls: ToolCall[]): string {
  const uses = calls.map(call => ({
    recipient_name: `functions.${toolCallName(call)}`,
    parameters: parseOrKeepText(toolCallArguments(call))
  }))
  return JSON.stringify({ tool_uses: uses })
}

/** Parses a text as JSON; a text that is not JSON is returned unchanged. */
export function parseOrKeepText(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}

function declareFunction({ name, description, parameters }: FunctionDefinition): string {
  const root = parameters ? formatNotes(parameters) : ''
  const type = hasProperties(parameters)
    ? `(_: ${root}${formatObjectType(parameters, parameters, 0)}) => any`
    : '() => any'
  return `${description ? formatComment(description) : ''}type ${name} = ${type};`
}

// A client's schema may be nested deeply or circular, so types below this depth are `any`.
const maxDeclaredDepth = 24

/** Formats an inner type after its comments. Each comment is on a separate line, and so is a type with a format. */
function typeWithComments(schema: Json | undefined, root: JsonObject, depth: number): string {
  const target = isJsonObject(schema) && typeof schema.$ref === 'string' ? findRefTarget(schema.$ref, root) : schema
  const format = isJsonObject(target) && target.format ? formatComment(`format: ${JSON.stringify(target.format)}`) : ''
  const notes = (isJsonObject(target) ? formatNotes(target) : '') + format
  return (notes ? `\n${notes}` : '') + formatType(target, root, depth) + (format && '\n')
}

function formatType(schema: Json | undefined, root: JsonObject, depth: number): string {
  if (!isJsonObject(schema) || depth > maxDeclaredDepth) return 'any'
  if (typeof schema.$ref === 'string') return formatType(findRefTarget(schema.$ref, root), root, depth + 1)
  if (Array.isArray(schema.enum)) return schema.enum.map(value => JSON.stringify(value)).join(' | ')
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  const branches = schema.anyOf ?? schema.oneOf
  if (Array.isArray(branches)) return branches.map(branch => typeWithComments(branch, root, depth + 1)).join(' | ')
  if (Array.isArray(schema.type))
    return schema.type.map(type => typeWithComments({ ...schema, type }, root, depth + 1)).join(' | ')
  if (schema.type === 'array') return formatArrayType(schema.items, root, depth + 1)
  if (schema.type === 'object' || isJsonObject(schema.properties)) return formatObjectType(schema, root, depth)
  return schema.type === 'integer' ? 'number' : typeof schema.type === 'string' ? schema.type : 'any'
}

function formatArrayType(items: Json | undefined, root: JsonObject, depth: number): string {
  if (!items) return 'any[]'
  const type = formatType(items, root, depth)
  if (!type.includes('{')) return `${type}[]`
  const commentedType = typeWithComments(items, root, depth)
  return commentedType.includes('\n') ? `Array<${commentedType}\n>` : `Array<${commentedType}>`
}

function formatObjectType(schema: JsonObject, root: JsonObject, depth: number): string {
  const properties = Object.entries(isJsonObject(schema.properties) ? schema.properties : {})
  const required = new Set(Array.isArray(schema.required) ? schema.required : [])
  const lines = properties.map(([name, property]) => {
    const notes = isJsonObject(property) ? formatNotes(property) : ''
    const type = formatType(property, root, depth + 1)
    return { notes, line: `${name}${required.has(name) ? '' : '?'}: ${type}${formatLineEnd(property)}` }
  })
  if (schema.additionalProperties === true) lines.push({ notes: '', line: '[k: string]: any,' })
  if (lines.length === 0) return '{}'
  // An object without comments is on one line, without its last comma.
  if (!lines.some(({ notes }) => notes))
    return `{ ${lines
      .map(({ line }) => line)
      .join(' ')
      .replace(/,$/, '')} }`
  return `{\n${lines.map(({ notes, line }) => `${notes}${line}\n`).join('')}}`
}

function formatLineEnd(property: Json): string {
  const defaultValue = isJsonObject(property) ? property.default : undefined
  return defaultValue === undefined ? ',' : `, // default: ${JSON.stringify(defaultValue)}`
}

function formatNotes({ title, description }: JsonObject): string {
  // An empty comment line separates the title from the description.
  if (title && description) return `${formatComment(title)}//\n${formatComment(description)}`
  return title || description ? formatComment(title || (description as Json)) : ''
}

function formatComment(text: Json): string {
  return toText(text)
    .split('\n')
    .map(line => `// ${line.trim()}`.trimEnd() + '\n')
    .join('')
}

function findRefTarget(ref: string, root: JsonObject): Json | undefined {
  let at: Json | undefined = root
  for (const step of ref.split('/').slice(1)) at = isJsonObject(at) && Object.hasOwn(at, step) ? at[step] : undefined
  return at
}

const impliedKeywords = new Set([
  'additionalProperties',
  'required',
  'default',
  'maxItems',
  'minimum',
  'maximum',
  'format'
])

function dropImpliedKeywords(value: Json, depth = 0, isNameMap = false): Json {
  if (depth > 100) return {}
  if (Array.isArray(value)) return value.map(each => dropImpliedKeywords(each, depth + 1))
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => isNameMap || !impliedKeywords.has(key))
      .map(([key, each]) => [
        key,
        dropImpliedKeywords(each, depth + 1, !isNameMap && (key === 'properties' || key === '$defs'))
      ])
  )
}

function hasProperties(schema: Json | undefined): schema is JsonObject {
  return (
    isJsonObject(schema) &&
    isJsonObject(schema.properties) &&
    (Object.keys(schema.properties).length > 0 || schema.additionalProperties === true)
  )
}

function isJsonObject(value: Json | undefined): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}
