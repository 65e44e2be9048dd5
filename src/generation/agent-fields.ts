/** Fills the fields with which an agent calls its tools: a tool that it has not used yet, and arguments that fit the tool. */
import { isJsonObject } from '../core/json-pointer.js'
import type { Json, JsonObject } from '../core/openai-types.js'
import { findObjects } from './lenient-object.js'
import type { PromptText } from './prompt-topic.js'
import { mentionScore, rank, scoreTool, weighWords } from './tool-words.js'
import { objectSchema } from './type-words.js'

const nameField = /(?:tool|action|function)(?:_?name)?$/i
const argumentsField = /(?:tool|action|function)_?(?:args|arguments|input|parameters)$/i
const endingTool = /^(?:finish|done|end|complete|final|stop|exit|submit)/i

/** Sets the name and the arguments of the next tool among the fields of an answer, and the calls of lists of calls. */
export function refineAgentFields(
  properties: Record<string, JsonObject>,
  prompt: PromptText
): Record<string, JsonObject> {
  const name = Object.keys(properties).find(each => nameField.test(each) && Array.isArray(properties[each]!.enum))
  if (name === undefined) return refineCalls(properties, prompt)
  const tools = (properties[name]!.enum as unknown[]).map(String)
  const tool = chooseAgentTool(tools, prompt)
  const args = Object.keys(properties).find(each => argumentsField.test(each))
  return {
    ...properties,
    [name]: { type: 'string', const: tool },
    ...(args === undefined ? {} : { [args]: readArguments(tool, prompt.system) })
  }
}

/** Sets the call of each list whose items have a name and arguments, if the prompt describes tools. */
function refineCalls(properties: Record<string, JsonObject>, prompt: PromptText): Record<string, JsonObject> {
  const text = `${prompt.system}\n${prompt.user}`
  const at = text.indexOf(argumentsMark)
  if (at < 0) return properties
  const tools = [...text.matchAll(/([A-Za-z_]\w{0,63}), whose description is /g)].map(([, name]) => name!)
  const [tool] = tools.length > 0 ? [chooseAgentTool([...new Set(tools)].slice(0, maxTools), prompt, text)] : []
  if (tool === undefined) return properties
  return Object.fromEntries(
    Object.entries(properties).map(([name, field]) => [name, refineCallList(field, tool, readArguments(tool, text))])
  )
}

const maxTools = 100

function refineCallList(field: JsonObject, tool: string, parameters: JsonObject): JsonObject {
  const entries = Object.entries((field.properties ?? {}) as Record<string, JsonObject>)
  const list = entries.find(([, { items }]) => {
    const { properties } = resolve(items, field)
    return (
      isJsonObject(properties) && 'name' in properties && Object.keys(properties).some(key => callArguments.test(key))
    )
  })
  if (!list) return field
  const keys = Object.keys(resolve(list[1].items, field).properties as JsonObject)
  const call = objectSchema(
    Object.fromEntries(
      keys
        .filter(key => key === 'name' || callArguments.test(key))
        .map(key => [key, key === 'name' ? { type: 'string', const: tool } : parameters])
    )
  )
  const refined = { ...list[1], items: call, minItems: 1, maxItems: 1 }
  return { ...field, properties: { ...(field.properties as JsonObject), [list[0]]: refined } }
}

const callArguments = /^(?:args|arguments|input|parameters)$/i

/** The schema of items, or the definition that they refer to. */
function resolve(items: Json | undefined, { $defs }: JsonObject): JsonObject {
  if (!isJsonObject(items)) return {}
  const name = typeof items.$ref === 'string' ? items.$ref.replace(/^#\/\$defs\//, '') : undefined
  const definition = name !== undefined && isJsonObject($defs) && Object.hasOwn($defs, name) ? $defs[name] : undefined
  return isJsonObject(definition) ? definition : items
}

/** Chooses the tool of an agent's next turn. Each tool is used once; then the agent finishes. */
export function chooseAgentTool(tools: readonly string[], { system, user }: PromptText, about = system): string {
  const isUsed = (tool: string) =>
    new RegExp(`^(?:Action: ?|.{0,80}tool_name.{0,20}\\n)${tool.replace(/[^\w]/g, '.')}\\s*$`, 'm').test(user)
  const ending = tools.find(tool => endingTool.test(tool))
  const open = tools.filter(tool => tool !== ending && !isUsed(tool))
  const words = weighWords(user)
  const scores = rank(
    open.map(name => scoreTool({ name, description: describeTool(name, about), type: 'function' }, user, words))
  )
  const usedAny = tools.some(isUsed)
  const [best] = scores
  if (best && (best.score >= mentionScore || (!usedAny && open.length > 0))) return best.tool.name
  return ending ?? best?.tool.name ?? tools[0]!
}

function describeTool(name: string, system: string): string {
  const at = system.search(new RegExp(`(?:^|[\\s(\\d)>*-])${name.replace(/[^\w]/g, '.')}(?:,|:|\\()`))
  return at < 0 ? '' : system.slice(at + name.length, at + name.length + 300).split('\n', 1)[0]!
}

const argumentsMark = 'It takes arguments '

/** The parameters that the instructions list for a tool. An agent writes them as JSON. */
function readArguments(tool: string, text: string): JsonObject {
  const start = new RegExp(`(?:^|\\W)${tool.replace(/[^\w]/g, '.')}(?:,|:|\\()`, 'm').exec(text)
  const rest = start ? text.slice(start.index, start.index + maxToolChars).split('\n', 1)[0]! : ''
  const at = rest.indexOf(argumentsMark)
  // They are written as Python writes a dictionary.
  const json = rest
    .slice(at + argumentsMark.length)
    .replace(/'/g, '"')
    .replace(/\bTrue\b/g, 'true')
    .replace(/\bFalse\b/g, 'false')
    .replace(/\bNone\b/g, 'null')
  const value = at < 0 ? undefined : findObjects(json)[0]?.value
  const properties = isJsonObject(value) ? value : {}
  return { type: 'object', properties, required: Object.keys(properties) }
}

const maxToolChars = 4000
