/** Writes tools and response schemas as the service shows them to its models, because the service charges that text. */

import { isJsonObject } from '../core/json-pointer.js'
import { toolCallArguments, toolCallName } from '../core/message-text.js'
import type { ChatRequest, FunctionDefinition, Json, ResponseFormat, Tool, ToolCall } from '../core/openai-types.js'

/** Lists the functions that the service declares for the tools of a request. */
export const listDeclaredFunctions = ({ tools, functions }: ChatRequest): FunctionDefinition[] =>
  tools?.length ? tools.map(toFunctionDefinition) : (functions ?? [])

/** The function that the service declares for a tool. A custom tool is a function without parameters. */
function toFunctionDefinition(tool: Tool): FunctionDefinition {
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

/** The keywords that limit the values of a type, in the order of declarations. */
export const limitKeywords: Record<string, string[]> = {
  string: ['minLength', 'maxLength', 'pattern', 'format'],
  number: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  integer: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  array: ['minItems', 'maxItems']
}

// A declaration shows these limits, and a response schema does not.
const impliedKeywords = new Set([
  '$schema',
  'additionalProperties',
  'required',
  'default',
  ...Object.values(limitKeywords).flat()
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
