/** Writes tools and response schemas as the service shows them to its models, because the service charges that text. */

import { toolCallArguments, toolCallName } from '../core/message-text.js'
import type { FunctionDefinition, Json, JsonObject, ResponseFormat, Tool, ToolCall } from '../core/openai-types.js'
import { toText } from '../core/to-text.js'

/** Writes the block of TypeScript that declares the functions of a request. */
export function declareFunctions(functions: FunctionDefinition[]): string {
  const limit = new DeclarationLimit()
  const declarations = functions.map(each => declareFunction(each, limit))
  return `namespace functions {\n\n${declarations.join('\n\n')}\n\n} // namespace functions`
}

/** The function that the service declares for a tool. A custom tool is a function without parameters. */
export function toFunctionDefinition(tool: Tool): FunctionDefinition {
  if (tool.function) return tool.function
  const custom = tool.custom ?? { name: '' }
  return { name: custom.name, ...(custom.description ? { description: custom.description } : {}) }
}

const maxParsedTexts = 2000

/** Creates a parser for the texts of one request. It keeps all texts after the first ones, because parsing is slow. */
export function createBoundedParser(): (text: string) => Json {
  let textsLeft = maxParsedTexts
  return text => (textsLeft-- > 0 ? parseOrKeepText(text) : text)
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
export function wrapCalls(calls: readonly ToolCall[], parse = parseOrKeepText): string {
  const uses = calls.map(call => ({
    recipient_name: `functions.${toolCallName(call)}`,
    parameters: parse(toolCallArguments(call))
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

function declareFunction({ name, description, parameters }: FunctionDefinition, limit: DeclarationLimit): string {
  const schema = new DeclaredSchema(parameters ?? {}, limit)
  const root = parameters ? schema.formatNotes(parameters) : ''
  const type = hasProperties(parameters) ? `(_: ${root}${schema.formatObjectType(parameters, 0)}) => any` : '() => any'
  return `${description ? formatComment(description) : ''}type ${name} = ${type};`
}

// A client's schema may be nested deeply or circular, so types below this depth are `any`.
const maxDeclaredDepth = 24
// References repeat their targets, so a small schema may declare a huge type.
const maxDeclaredParts = 20_000
const charsPerPart = 100

/** Counts the parts of all declarations of a request. The types of further parts are `any`. */
class DeclarationLimit {
  #partsLeft = maxDeclaredParts

  get isReached(): boolean {
    return this.#partsLeft <= 0
  }

  countParts(parts: number): void {
    this.#partsLeft -= parts
  }

  /** Returns the text, or nothing above the limit. */
  countText(text: string): string {
    this.countParts(Math.ceil(text.length / charsPerPart))
    return this.isReached ? '' : text
  }
}

/** Formats the schema of one function as TypeScript. */
class DeclaredSchema {
  constructor(
    private readonly root: JsonObject,
    private readonly limit: DeclarationLimit
  ) {}

  /** Formats an inner type after its comments. Each comment is on a separate line, and so is a type with a format. */
  #typeWithComments(schema: Json | undefined, depth: number): string {
    const target =
      isJsonObject(schema) && typeof schema.$ref === 'string' ? findRefTarget(schema.$ref, this.root) : schema
    const format =
      isJsonObject(target) && target.format ? formatComment(`format: ${JSON.stringify(target.format)}`) : ''
    const notes = (isJsonObject(target) ? this.formatNotes(target) : '') + this.limit.countText(format)
    return (notes ? `\n${notes}` : '') + this.#formatType(target, depth) + (format && '\n')
  }

  #formatType(schema: Json | undefined, depth: number): string {
    const { root, limit } = this
    limit.countParts(1)
    if (!isJsonObject(schema) || depth > maxDeclaredDepth || limit.isReached) return 'any'
    if (typeof schema.$ref === 'string') return this.#formatType(findRefTarget(schema.$ref, root), depth + 1)
    if (Array.isArray(schema.enum)) return this.#formatValues(schema.enum)
    if (schema.const !== undefined) return this.#formatValues([schema.const])
    const branches = schema.anyOf ?? schema.oneOf
    if (Array.isArray(branches)) return branches.map(branch => this.#typeWithComments(branch, depth + 1)).join(' | ')
    if (Array.isArray(schema.type))
      return schema.type.map(type => this.#typeWithComments({ ...schema, type }, depth + 1)).join(' | ')
    if (schema.type === 'array') return this.#formatArrayType(schema.items, depth + 1)
    if (schema.type === 'object' || isJsonObject(schema.properties)) return this.formatObjectType(schema, depth)
    return schema.type === 'integer' ? 'number' : typeof schema.type === 'string' ? schema.type : 'any'
  }

  #formatValues(values: readonly Json[]): string {
    this.limit.countParts(values.length)
    return this.limit.countText(values.map(value => JSON.stringify(value)).join(' | ')) || 'any'
  }

  #formatArrayType(items: Json | undefined, depth: number): string {
    if (!items) return 'any[]'
    const type = this.#formatType(items, depth)
    if (!type.includes('{')) return `${type}[]`
    const commentedType = this.#typeWithComments(items, depth)
    return commentedType.includes('\n') ? `Array<${commentedType}\n>` : `Array<${commentedType}>`
  }

  formatObjectType(schema: JsonObject, depth: number): string {
    const properties = Object.entries(isJsonObject(schema.properties) ? schema.properties : {})
    const required = new Set(Array.isArray(schema.required) ? schema.required : [])
    this.limit.countParts(properties.length + required.size)
    const lines = properties.map(([name, property]) => {
      const notes = isJsonObject(property) ? this.formatNotes(property) : ''
      const type = this.#formatType(property, depth + 1)
      return { notes, line: `${name}${required.has(name) ? '' : '?'}: ${type}${this.#formatLineEnd(property)}` }
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

  #formatLineEnd(property: Json): string {
    const defaultValue = isJsonObject(property) ? property.default : undefined
    if (defaultValue === undefined) return ','
    return this.limit.countText(`, // default: ${JSON.stringify(defaultValue)}`) || ','
  }

  formatNotes({ title, description }: JsonObject): string {
    // An empty comment line separates the title from the description.
    if (title && description) return this.limit.countText(`${formatComment(title)}//\n${formatComment(description)}`)
    return title || description ? this.limit.countText(formatComment(title || (description as Json))) : ''
  }
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
