/** Fills the fields with which an agent chooses its next tool: a tool that it has not used yet, and arguments that fit the tool. */
import type { JsonObject } from '../core/openai-types.js'
import { findObjects } from './lenient-object.js'
import type { PromptText } from './prompt-topic.js'
import { mentionScore, rank, scoreTool, weighWords } from './tool-words.js'
import { objectSchema } from './type-words.js'

const nameField = /(?:tool|action|function)(?:_?name)?$/i
const argumentsField = /(?:tool|action|function)_?(?:args|arguments|input|parameters)$/i
const endingTool = /^(?:finish|done|end|complete|final|stop|exit|submit)/i

/** Sets the name and the arguments of the next tool among the fields of an answer. */
export function refineAgentFields(
  properties: Record<string, JsonObject>,
  prompt: PromptText
): Record<string, JsonObject> {
  const name = Object.keys(properties).find(each => nameField.test(each) && Array.isArray(properties[each]!.enum))
  if (name === undefined) return properties
  const tools = (properties[name]!.enum as unknown[]).map(String)
  const tool = chooseAgentTool(tools, prompt)
  const args = Object.keys(properties).find(each => argumentsField.test(each))
  return {
    ...properties,
    [name]: { type: 'string', const: tool },
    ...(args === undefined ? {} : { [args]: readArguments(tool, prompt.system) })
  }
}

/** Chooses the tool of an agent's next turn. Each tool is used once; then the agent finishes. */
export function chooseAgentTool(tools: readonly string[], { system, user }: PromptText): string {
  const isUsed = (tool: string) =>
    new RegExp(`^(?:Action: ?|.{0,80}tool_name.{0,20}\\n)${tool.replace(/[^\w]/g, '.')}\\s*$`, 'm').test(user)
  const ending = tools.find(tool => endingTool.test(tool))
  const open = tools.filter(tool => tool !== ending && !isUsed(tool))
  const words = weighWords(user)
  const scores = rank(
    open.map(name => scoreTool({ name, description: describeTool(name, system), type: 'function' }, user, words))
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

/** The parameters that the instructions list for a tool. */
function readArguments(tool: string, system: string): JsonObject {
  const start = new RegExp(`^\\W*(?:\\d+\\W+)?${tool.replace(/[^\w]/g, '.')}\\b`)
  const line = system.split('\n').find(each => start.test(each) && each.includes(argumentsMark)) ?? ''
  // They are written as Python writes a dictionary.
  const json = line
    .slice(line.indexOf(argumentsMark) + argumentsMark.length)
    .replace(/'/g, '"')
    .replace(/\bTrue\b/g, 'true')
    .replace(/\bFalse\b/g, 'false')
    .replace(/\bNone\b/g, 'null')
  const value = line ? findObjects(json)[0]?.value : undefined
  return objectSchema(typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {})
}
