/** What to say when no fixture speaks: words about what was asked, a fitting tool call, or a value of the asked form. */

import type { Model } from '../core/model.js'
import type { ChatRequest, Json } from '../core/openai-types.js'
import type { Chance } from '../core/random.js'
import type { ReplyUsage, Saying } from '../core/reply.js'
import { sample } from '../sample/sample.js'
import { prose } from './generate-text.js'
import { type Callable, callables, lastUserText, speaksOf, textOfMessage, wordsOf } from './prompt-topic.js'

export interface Invented {
  /** One for each choice that is asked for. */
  sayings: Saying[]
  usage: ReplyUsage
}

/** The same request and chance always give the same. */
export function invent(request: ChatRequest, model: Model, chance: Chance): Invented {
  const tools = toolsFor(request, chance)
  const sayings = Array.from({ length: request.n ?? 1 }, (_, index): Saying => {
    const own = index === 0 ? chance : chance.fork(`choice ${index}`)
    if (!tools.length) return { kind: 'say', text: textFor(request, own) }
    const toolCalls = tools.map(tool => ({
      name: tool.name,
      type: tool.type,
      arguments: argumentsFor(tool, request, own)
    }))
    return { kind: 'say', toolCalls }
  })
  return {
    sayings,
    usage: model.reasoning ? { reasoningTokens: reasoningTokens(request, chance.fork('reasoning')) } : {}
  }
}

/** A call for an answer that has to end with one: of the tool that is asked for or spoken of, or else of the first. */
export function inventCall(request: ChatRequest, chance: Chance): Pick<Saying, 'toolCalls'> {
  const tool = toolsFor(request, chance)[0] ?? callables(request)[0]
  return tool
    ? { toolCalls: [{ name: tool.name, type: tool.type, arguments: argumentsFor(tool, request, chance) }] }
    : {}
}

/** Recorded reasoning comes in multiples of 64 tokens. */
function reasoningTokens({ reasoning_effort }: ChatRequest, chance: Chance): number {
  const most =
    { none: 0, minimal: 0, low: 2, medium: 8, high: 24, xhigh: 48, max: 96 }[reasoning_effort ?? 'medium'] ?? 8
  return 64 * chance.integer(Math.ceil(most / 4), most)
}

/** Which tools to call: the one that is asked for by name, else those that the last user message speaks of. */
function toolsFor(request: ChatRequest, chance: Chance): Callable[] {
  const { tool_choice, function_call } = request
  let tools = callables(request)
  if (!tools.length) return []
  let choice: 'none' | 'auto' | 'required' = 'auto'
  if (tool_choice === 'none' || function_call === 'none') return []
  if (tool_choice === 'required') choice = 'required'
  else if (typeof tool_choice === 'object' && tool_choice) {
    if (tool_choice.type === 'allowed_tools') {
      const names = new Set(tool_choice.allowed_tools.tools.map(nameOfAllowed))
      tools = tools.filter(tool => names.has(tool.name))
      choice = tool_choice.allowed_tools.mode
    } else {
      const name = tool_choice.type === 'custom' ? tool_choice.custom.name : tool_choice.function.name
      return tools.filter(tool => tool.name === name).slice(0, 1)
    }
  } else if (typeof function_call === 'object' && function_call)
    return tools.filter(tool => tool.name === function_call.name).slice(0, 1)
  // A result after the last user message means that the loop is at its end: answer from it.
  const answered = ['tool', 'function'].includes(request.messages.at(-1)?.role ?? '')
  if (choice === 'auto' && answered) return []
  const text = lastUserText(request)
  const ranked = tools.map(tool => ({ tool, score: speaksOf(text, tool) })).sort((a, b) => b.score - a.score)
  const spoken = ranked.filter(({ score }) => score >= 0.5).map(({ tool }) => tool)
  const parallel = request.parallel_tool_calls !== false && !request.functions?.length
  if (spoken.length) return spoken.slice(0, parallel ? 4 : 1)
  if (choice !== 'required') return []
  return ranked[0]!.score > 0 ? [ranked[0]!.tool] : [chance.pick(tools)]
}

function nameOfAllowed(tool: Record<string, Json>): string {
  const inner = tool.function ?? tool.custom ?? tool
  return String((inner as Record<string, Json>).name ?? '')
}

function argumentsFor(tool: Callable, request: ChatRequest, chance: Chance): Json {
  const text = lastUserText(request)
  if (tool.type === 'custom') return customInput(tool, text)
  if (!tool.parameters) return {}
  return sample(tool.parameters, { chance: chance.fork(tool.name), words: wordsOf(text) })
}

function customInput(tool: Callable, text: string): string {
  const grammar =
    tool.format?.type === 'grammar' ? (tool.format.grammar as { syntax?: string; definition?: string }) : undefined
  return grammar?.syntax === 'regex' && grammar.definition ? '' : text.slice(0, 200)
}

function textFor(request: ChatRequest, chance: Chance): string {
  const format = request.response_format
  const words = wordsOf(lastUserText(request))
  if (format?.type === 'json_schema' && format.json_schema?.schema)
    return JSON.stringify(sample(format.json_schema.schema, { chance: chance.fork('json'), words }))
  if (format?.type === 'json_object' || format?.type === 'json_schema')
    return JSON.stringify(objectAbout(request, chance))
  const last = request.messages.at(-1)
  const result = last?.role === 'tool' || last?.role === 'function' ? textOfMessage(last) : undefined
  return prose({ asked: lastUserText(request), result, turns: request.messages.length }, chance)
}

// `json_object` promises no schema, so the keys are the ones that the prompt names in quotation marks or braces.
function objectAbout(request: ChatRequest, chance: Chance): Json {
  const text = request.messages.map(textOfMessage).join('\n').slice(-8000)
  const names = [...text.matchAll(/["'`](\w{1,40})["'`]/g)]
    .map(match => match[1]!)
    .filter(name => !/^json$/i.test(name))
  const keys = [...new Set(names)].slice(0, 12)
  const properties = Object.fromEntries(
    (keys.length ? keys : ['topic', 'summary']).map(key => [key, { type: 'string' }])
  )
  return sample(
    { type: 'object', properties, required: Object.keys(properties) },
    { chance: chance.fork('json'), words: wordsOf(lastUserText(request)) }
  )
}
