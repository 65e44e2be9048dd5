/** Generates a reply for a request that no fixture matches: a text, tool calls, or a value of the request's schema. */

import type { Budget } from '../core/budget.js'
import { messageText } from '../core/message-text.js'
import type { Model } from '../core/model.js'
import type { ChatRequest, Json, Message } from '../core/openai-types.js'
import type { Random } from '../core/random.js'
import type { ChoiceContent, ReplyUsage } from '../core/reply.js'
import { sample } from '../sample/sample.js'
import { generateText } from './generate-text.js'
import {
  type CallableTool,
  lastUserText,
  listCallableTools,
  scoreMention,
  splitWords,
  stemWords
} from './prompt-topic.js'

/** The generated content of all choices, and its usage. */
export interface GeneratedReply {
  /** One entry for each of the request's `n` choices. */
  choices: ChoiceContent[]
  usage: ReplyUsage
}

/** What all choices of a reply are generated from. */
interface ReplySource {
  request: ChatRequest
  /** The text of the last user message. */
  prompt: string
  budget: Budget
}

const task = 'a generated reply'
const unitsPerText = 100
const unitsPerTool = 100

/** The same request and random always generate the same reply. */
export function generateReply(request: ChatRequest, model: Model, random: Random, budget: Budget): GeneratedReply {
  const source = { request, prompt: lastUserText(request), budget }
  const tools = selectTools(source, random)
  const choices = Array.from({ length: request.n ?? 1 }, (_, index): ChoiceContent => {
    const choiceRandom = index === 0 ? random : random.fork(`choice ${index}`)
    budget.spendWork(unitsPerText, task)
    if (!tools.length) return { text: generateContent(source, choiceRandom) }
    const toolCalls = tools.map(tool => ({
      name: tool.name,
      type: tool.type,
      arguments: generateArguments(source, tool, choiceRandom)
    }))
    return { toolCalls }
  })
  return {
    choices,
    usage: model.reasoning ? { reasoningTokens: generateReasoningTokens(request, random.fork('reasoning')) } : {}
  }
}

/** Generates one tool call: of the tool that the request names or mentions, or else of its first tool. */
export function generateToolCall(
  request: ChatRequest,
  random: Random,
  budget: Budget
): Pick<ChoiceContent, 'toolCalls'> {
  const source = { request, prompt: lastUserText(request), budget }
  const tool = selectTools(source, random)[0] ?? listCallableTools(request)[0]
  return tool
    ? { toolCalls: [{ name: tool.name, type: tool.type, arguments: generateArguments(source, tool, random) }] }
    : {}
}

/** Recorded reasoning uses a multiple of 64 tokens. */
function generateReasoningTokens({ reasoning_effort }: ChatRequest, random: Random): number {
  const maxUnits =
    { none: 0, minimal: 0, low: 2, medium: 8, high: 24, xhigh: 48, max: 96 }[reasoning_effort ?? 'medium'] ?? 8
  return 64 * random.integer(Math.ceil(maxUnits / 4), maxUnits)
}

/** Selects the tool that the request names, or else the tools that the last user message mentions. */
function selectTools({ request, prompt, budget }: ReplySource, random: Random): CallableTool[] {
  const { tool_choice, function_call } = request
  let tools = listCallableTools(request)
  if (!tools.length) return []
  let choice: 'none' | 'auto' | 'required' = 'auto'
  if (tool_choice === 'none' || function_call === 'none') return []
  if (tool_choice === 'required') choice = 'required'
  else if (typeof tool_choice === 'object' && tool_choice) {
    if (tool_choice.type === 'allowed_tools') {
      const names = new Set(tool_choice.allowed_tools.tools.map(allowedToolName))
      tools = tools.filter(tool => names.has(tool.name))
      choice = tool_choice.allowed_tools.mode
    } else {
      const name = tool_choice.type === 'custom' ? tool_choice.custom.name : tool_choice.function.name
      return tools.filter(tool => tool.name === name).slice(0, 1)
    }
  } else if (typeof function_call === 'object' && function_call)
    return tools.filter(tool => tool.name === function_call.name).slice(0, 1)
  // A tool result after the last user message ends the loop of calls.
  const hasToolResult = ['tool', 'function'].includes(request.messages.at(-1)?.role ?? '')
  if (choice === 'auto' && hasToolResult) return []
  const promptStems = stemWords(prompt)
  budget.spendWork(unitsPerTool * tools.length, 'the tools of the request')
  const ranked = tools.map(tool => ({ tool, score: scoreMention(promptStems, tool) })).sort((a, b) => b.score - a.score)
  const mentioned = ranked.filter(({ score }) => score >= 0.5).map(({ tool }) => tool)
  const allowsParallel = request.parallel_tool_calls !== false && !request.functions?.length
  if (mentioned.length) return mentioned.slice(0, allowsParallel ? 4 : 1)
  const [first] = ranked
  // The allowed tools may be none of the declared tools.
  if (choice !== 'required' || !first) return []
  return first.score > 0 ? [first.tool] : [random.pick(tools)]
}

function allowedToolName(tool: Record<string, Json>): string {
  const { name } = (tool.function ?? tool.custom ?? tool) as Record<string, Json>
  return typeof name === 'string' ? name : ''
}

function generateArguments({ prompt, budget }: ReplySource, tool: CallableTool, random: Random): Json {
  if (tool.type === 'custom') return generateCustomInput(tool, prompt)
  if (!tool.parameters) return {}
  return sample(tool.parameters, { random: random.fork(tool.name), words: splitWords(prompt), budget })
}

function generateCustomInput(tool: CallableTool, text: string): string {
  const grammar =
    tool.format?.type === 'grammar' ? (tool.format.grammar as { syntax?: string; definition?: string }) : undefined
  return grammar?.syntax === 'regex' && grammar.definition ? '' : text.slice(0, 200)
}

function generateContent(source: ReplySource, random: Random): string {
  const { request, prompt, budget } = source
  const format = request.response_format
  const words = splitWords(prompt)
  if (format?.type === 'json_schema' && format.json_schema?.schema)
    return JSON.stringify(sample(format.json_schema.schema, { random: random.fork('json'), words, budget }))
  if (format?.type === 'json_object' || format?.type === 'json_schema')
    return JSON.stringify(generateJsonObject(source, random))
  const last = request.messages.at(-1)
  const result = last?.role === 'tool' || last?.role === 'function' ? messageText(last, ' ') : undefined
  return generateText({ prompt, result, turns: request.messages.length }, random)
}

// `json_object` has no schema, so the keys are the quoted words of the prompt.
function generateJsonObject({ request, prompt, budget }: ReplySource, random: Random): Json {
  const text = readEnd(request.messages, 8000)
  const names = [...text.matchAll(/["'`](\w{1,40})["'`]/g)]
    .map(match => match[1]!)
    .filter(name => !/^json$/i.test(name))
  const keys = [...new Set(names)].slice(0, 12)
  const properties = Object.fromEntries(
    (keys.length ? keys : ['topic', 'summary']).map(key => [key, { type: 'string' }])
  )
  return sample(
    { type: 'object', properties, required: Object.keys(properties) },
    { random: random.fork('json'), words: splitWords(prompt), budget }
  )
}

/** The last characters of a conversation. */
function readEnd(messages: readonly Message[], length: number): string {
  let text = ''
  for (let at = messages.length - 1; at >= 0 && text.length < length; at--)
    text = `${messageText(messages[at], ' ')}\n${text}`
  return text.slice(-length)
}
