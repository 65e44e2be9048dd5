/** Counts what a request's prompt costs, by rebuilding the text that the service would put before its model. */
import type { Model } from '../core/model.js'
import type { ChatRequest, Message, ToolCall } from '../core/openai-types.js'
import { audioTokens, imageTokens } from './media-tokens.js'
import { ascii, asFunction, declareFormat, declareFunctions, parsed, spaced, wrapCalls } from './tool-prompt.js'

export interface PromptTokens {
  total: number
  /** The part of the total that is heard. */
  audio?: number
  /** The part of the total that is seen. */
  image?: number
}

type Count = (text: string) => number

// A message's own tokens: its start, the separator after its role, its end.
const envelope = 3
// A call costs one token beside its visible parts; the author of a result, two.
const callMark = 1
const resultMark = 2
// The two messages that hold several calls at once and the list of their results.
const parallelMarks = 20
// What a schema saves when tools are declared in the same message.
const besideTools = 3
// What is said of a schema that need not be kept strictly.
const looseMark = 1
// What a block costs in a message of its own rather than in the system message.
const ownMessage = 4
// A file is read and seen; what a short page costs, since its pages can't be rendered here.
const filePage = 219
// Where a sound begins and ends is told in text.
const audioMark = 7

export function promptTokens(request: ChatRequest, model: Model, count: Count): PromptTokens {
  const { messages } = request
  // Search models charge for the words alone.
  if (model.kind === 'search') return { total: sum(messages, message => count(textOf(message))) }
  const media = mediaTokens(messages, model)
  const total =
    model.promptTail +
    messageTokens(request, model, count) +
    declarationTokens(request, model, count) +
    media.image +
    media.audio +
    media.file
  return {
    total,
    ...(media.audio ? { audio: media.audio } : {}),
    ...(media.image ? { image: media.image } : {})
  }
}

function messageTokens(request: ChatRequest, model: Model, count: Count): number {
  const { messages } = request
  const system = messages.findIndex(isSystem)
  // A system message is followed by the declarations that share its place.
  const suffix = model.toolsJoinSystem && declaredFunctions(request).length > 0 ? '\n' : ''
  const names = new Map<string, string>()
  let tokens = 0
  for (let at = 0; at < messages.length; at++) {
    const message = messages[at] as Message
    const calls = message.tool_calls ?? []
    for (const call of calls) names.set(call.id, nameOf(call))
    if (calls.length > 1) {
      const results = resultsAfter(messages, at)
      tokens += parallelTokens(calls, results, message, model, count)
      at += results.length
    } else if (calls[0]) tokens += callTokens(nameOf(calls[0]), argumentsOf(calls[0]), message, model, count)
    else if (message.function_call)
      tokens += callTokens(message.function_call.name, message.function_call.arguments, message, model, count)
    else if (message.role === 'tool' || message.role === 'function') {
      const name = names.get(message.tool_call_id ?? '') ?? message.name ?? ''
      tokens += envelope + resultMark + model.resultOverhead + count(name) + count(textOf(message))
    } else tokens += plainTokens(message, at === system ? suffix : '', model, count)
  }
  return tokens
}

function plainTokens(message: Message, suffix: string, model: Model, count: Count): number {
  const text = textOf(message)
  const words = message.role === 'assistant' && message.refusal ? text + message.refusal : text
  const named = message.name ? 1 + count(message.name) - (message.name === message.role ? 1 : 0) : 0
  const remembered = message.role === 'assistant' ? model.historyOverhead : 0
  return envelope + count(message.role) + count(words + suffix) + named + remembered
}

function callTokens(name: string, args: string, message: Message, model: Model, count: Count): number {
  const said = textOf(message)
  const own = envelope + count('assistant') + callMark + count(` to=functions.${name}`) + count(compact(args))
  return own + model.callHistoryOverhead + (said ? envelope + 1 + count(said) : 0)
}

/** Calls made at once are one call of a wrapper, and their results one list. */
function parallelTokens(calls: ToolCall[], results: Message[], message: Message, model: Model, count: Count): number {
  const list = spaced(results.map(result => parsed(textOf(result))))
  const said = textOf(message)
  return (
    parallelMarks +
    model.parallelOverhead +
    count(wrapCalls(calls)) +
    count(model.encoding === 'cl100k_base' ? ascii(list) : list) +
    (said ? count(said) : 0)
  )
}

function declarationTokens(request: ChatRequest, model: Model, count: Count): number {
  const functions = declaredFunctions(request)
  const systems = request.messages.filter(isSystem)
  const joined = model.toolsJoinSystem && systems.length > 0
  let tokens = 0
  if (functions.length > 0) {
    tokens += count(declareFunctions(functions)) + model.toolOverhead - (joined ? ownMessage : 0)
    tokens += choiceTokens(request, model, count)
    // A declaration that opens without a comment is one shorter here.
    if (!model.toolsJoinSystem && !functions[0]?.description) tokens -= 1
  }
  const format = request.response_format?.type === 'json_schema' ? request.response_format.json_schema : undefined
  if (format) {
    const block = declareFormat(format, model.toolsJoinSystem ? 'typed' : 'bare')
    tokens += functions.length > 0 ? count(block) - besideTools : formatTokens(block, systems, model, count)
    if (model.toolsJoinSystem && !format.strict) tokens += looseMark
  }
  // Where a block follows the instructions, their last full stop and the empty line after it are one token.
  const first = request.messages[0]
  if (!model.toolsJoinSystem && first && isSystem(first) && (functions.length > 0 || format)) {
    const ending = textOf(first).slice(-16)
    tokens += count(`${ending}\n\n`) - count(ending) - 1
  }
  return tokens
}

/** A schema stands after the only system message, or else in a message of its own. */
function formatTokens(block: string, systems: Message[], model: Model, count: Count): number {
  const only = systems[0]
  if (!only || !model.toolsJoinSystem) return ownMessage + count(block)
  const before = textOf(only)
  const after = count(`${before}\n\n${block}`) - count(before)
  return systems.length > 1 ? after + ownMessage : after
}

function choiceTokens({ tool_choice: choice, function_call: legacy }: ChatRequest, model: Model, count: Count): number {
  if (choice === 'none' || legacy === 'none') return 1
  if (!model.toolsJoinSystem) return 0
  const name =
    typeof choice === 'object' && choice
      ? choice.type === 'function'
        ? choice.function.name
        : undefined
      : typeof legacy === 'object'
        ? legacy?.name
        : undefined
  return name ? 4 + count(` to=functions.${name}`) : 0
}

function mediaTokens(messages: Message[], model: Model): { image: number; audio: number; file: number } {
  const media = { image: 0, audio: 0, file: 0 }
  for (const { content } of messages)
    if (Array.isArray(content))
      for (const part of content) {
        if (part.type === 'image_url') media.image += imageTokens(part.image_url ?? {}, model)
        else if (part.type === 'input_audio') {
          media.file += audioMark - model.promptTail
          media.audio += audioTokens(part.input_audio?.data ?? '', part.input_audio?.format)
        } else if (part.type === 'file') media.file += filePage
      }
  return media
}

function declaredFunctions({ tools, functions }: ChatRequest) {
  return tools?.length ? tools.map(asFunction) : (functions ?? [])
}

function resultsAfter(messages: Message[], at: number): Message[] {
  const rest = messages.slice(at + 1)
  const end = rest.findIndex(({ role }) => role !== 'tool')
  return end < 0 ? rest : rest.slice(0, end)
}

/** Parts of text are put together without anything between them. */
export function textOf({ content }: Pick<Message, 'content'>): string {
  if (typeof content === 'string') return content
  return content?.map(part => part.text ?? part.refusal ?? '').join('') ?? ''
}

function isSystem({ role }: Message): boolean {
  return role === 'system' || role === 'developer'
}

function nameOf({ function: called, custom }: ToolCall): string {
  return called?.name ?? custom?.name ?? ''
}

function argumentsOf({ function: called, custom }: ToolCall): string {
  return called?.arguments ?? custom?.input ?? ''
}

/** Arguments that parse are written anew without spaces. */
function compact(text: string): string {
  const value = parsed(text)
  return typeof value === 'string' ? text : JSON.stringify(value)
}

function sum<T>(items: T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0)
}
