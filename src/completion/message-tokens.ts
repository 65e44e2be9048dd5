/** Counts the tokens of a request's messages. */
import { messageText, textOrRefusal, toolCallArguments, toolCallName } from '../core/message-text.js'
import type { Json, Message, ToolCall } from '../core/openai-types.js'
import { countFormatMark, type OverheadContext } from './overhead.js'
import { escapeNonAscii, formatPythonJson, listDeclaredFunctions, wrapCalls } from './tool-prompt.js'

/** What the tokens of a prompt depend on. */
export interface PromptContext extends OverheadContext {
  /** Parses a text as JSON, or returns it unchanged. */
  parse: (text: string) => Json
}

// The start of a message, the separator after its role, and its end.
const envelopeTokens = 3
// Tokens beside the visible parts of a call, and of a tool result.
const callMarkTokens = 1
const resultMarkTokens = 2
// The two messages of parallel calls: the wrapper call and the list of results.
const parallelMarkTokens = 20

/** Counts the tokens of all messages. */
export function countMessageTokens(context: PromptContext): number {
  const { request, model, count } = context
  const { messages } = request
  const firstSystemIndex = messages.findIndex(isSystemMessage)
  // The declarations follow the text of a system message.
  const suffix = model.toolsJoinSystem && listDeclaredFunctions(request).length > 0 ? '\n' : ''
  const answerTokens = model.historyOverhead + countFormatMark(context)
  const names = new Map<string, string>()
  let tokens = 0
  for (let at = 0; at < messages.length; at++) {
    const message = messages[at] as Message
    const calls = message.tool_calls ?? []
    for (const call of calls) names.set(call.id, toolCallName(call))
    if (calls.length > 1) {
      const results = findToolResults(messages, at)
      tokens += countParallelTokens(calls, results, message, context)
      at += results.length
    } else if (calls[0])
      tokens += countCallTokens(toolCallName(calls[0]), toolCallArguments(calls[0]), message, context)
    else if (message.function_call)
      tokens += countCallTokens(message.function_call.name, message.function_call.arguments, message, context)
    else if (message.role === 'tool' || message.role === 'function') {
      const name = names.get(message.tool_call_id ?? '') ?? message.name ?? ''
      tokens += envelopeTokens + resultMarkTokens + model.resultOverhead + count(name) + count(promptText(message))
    } else {
      tokens += countPlainTokens(message, at === firstSystemIndex ? suffix : '', count)
      if (message.role === 'assistant') tokens += answerTokens
    }
  }
  return tokens
}

function countPlainTokens(message: Message, suffix: string, count: (text: string) => number): number {
  const text = promptText(message)
  const fullText = message.role === 'assistant' && message.refusal ? text + message.refusal : text
  return envelopeTokens + count(message.role) + count(fullText + suffix) + countNameTokens(message, count)
}

const countNameTokens = ({ name, role }: Message, count: (text: string) => number): number =>
  name ? 1 + count(name) - (name === role ? 1 : 0) : 0

function countCallTokens(name: string, args: string, message: Message, context: PromptContext): number {
  const { model, count, parse } = context
  const text = promptText(message)
  const callTotal =
    envelopeTokens +
    count('assistant') +
    callMarkTokens +
    count(` to=functions.${name}`) +
    count(compactArguments(args, parse))
  const textTokens = text ? envelopeTokens + count('assistant') + countChannelTokens(context) + count(text) : 0
  return callTotal + model.callHistoryOverhead + countNameTokens(message, count) + textTokens
}

/** A text beside a call is in the channel `commentary`, which is longer than `final`. */
const countChannelTokens = ({ model, count }: PromptContext): number =>
  model.historyOverhead && model.historyOverhead + count('commentary') - count('final')

/** Parallel calls are one call of a wrapper, and their results are one list. */
function countParallelTokens(
  calls: ToolCall[],
  results: Message[],
  message: Message,
  { model, count, parse }: PromptContext
): number {
  const list = formatPythonJson(results.map(result => parse(promptText(result))))
  const text = promptText(message)
  return (
    parallelMarkTokens +
    model.parallelOverhead +
    count(wrapCalls(calls, parse)) +
    count(model.encoding === 'cl100k_base' ? escapeNonAscii(list) : list) +
    (text ? count(text) : 0)
  )
}

function findToolResults(messages: Message[], at: number): Message[] {
  let end = at + 1
  while (messages[end]?.role === 'tool') end++
  return messages.slice(at + 1, end)
}

/** The text of a message in the prompt: its text parts joined. */
export const promptText = (message: Message) => messageText(message, '', textOrRefusal)

/** Whether a message is an instruction, in its older or newer role. */
export function isSystemMessage({ role }: Message): boolean {
  return role === 'system' || role === 'developer'
}

/** Removes the spaces of arguments that are JSON. */
function compactArguments(text: string, parse: PromptContext['parse']): string {
  const value = parse(text)
  return typeof value === 'string' ? text : JSON.stringify(value)
}
