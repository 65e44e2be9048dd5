/** Counts the tokens of a request's prompt, from the text that the service builds for its model. */
import { messageText, textOrRefusal, toolCallArguments, toolCallName } from '../core/message-text.js'
import type { Model } from '../core/model.js'
import type { ChatRequest, Json, Message, ToolCall } from '../core/openai-types.js'
import { createBoundedCounter } from './long-text.js'
import { countMediaTokens } from './media-tokens.js'
import {
  createBoundedParser,
  declareFormat,
  declareFunctions,
  escapeNonAscii,
  formatPythonJson,
  parseOrKeepText,
  toFunctionDefinition,
  wrapCalls
} from './tool-prompt.js'

/** The tokens of a prompt. */
export interface PromptTokens {
  total: number
  /** The tokens of sound in the total. */
  audio?: number
  /** The tokens of pictures in the total. */
  image?: number
}

type CountText = (text: string) => number
type ParseText = (text: string) => Json

// The start of a message, the separator after its role, and its end.
const envelopeTokens = 3
// Tokens beside the visible parts of a call, and of a tool result.
const callMarkTokens = 1
const resultMarkTokens = 2
// The two messages of parallel calls: the wrapper call and the list of results.
const parallelMarkTokens = 20
// A schema costs less in a message that also declares tools.
const schemaWithToolsSaving = 3
// The note on a schema that is not strict.
const nonStrictTokens = 1
// The extra cost of a block outside the system message.
const separateMessageTokens = 4

/** Counts the tokens of a request's prompt. `countText` counts text in the model's encoding. */
export function countPromptTokens(request: ChatRequest, model: Model, countText: CountText): PromptTokens {
  const { messages } = request
  const isLong = isLongPrompt(request)
  const count = isLong ? createBoundedCounter(countText) : countText
  const parse = isLong ? createBoundedParser() : parseOrKeepText
  // Search models charge only for the text.
  if (model.kind === 'search') return { total: sumBy(messages, message => count(contentText(message))) }
  const media = countMediaTokens(messages, model)
  const total =
    model.promptTail +
    countMessageTokens(request, model, count, parse) +
    countDeclarationTokens(request, model, count) +
    media.image +
    media.audio +
    media.file
  return {
    total,
    ...(media.audio ? { audio: media.audio } : {}),
    ...(media.image ? { image: media.image } : {})
  }
}

// A prompt below these sizes takes little work, whatever its text is.
const maxShortMessages = 100
const maxShortChars = 8192

/** Whether the work to count a prompt needs a bound. */
function isLongPrompt({ messages, tools, functions, response_format }: ChatRequest): boolean {
  if (messages.length > maxShortMessages || tools?.length || functions?.length || response_format) return true
  let chars = 0
  for (const { content, tool_calls, function_call } of messages) {
    if ((typeof content !== 'string' && content) || tool_calls || function_call) return true
    chars += content?.length ?? 0
  }
  return chars > maxShortChars
}

function countMessageTokens(request: ChatRequest, model: Model, count: CountText, parse: ParseText): number {
  const { messages } = request
  const firstSystemIndex = messages.findIndex(isSystemMessage)
  // The declarations follow the text of a system message.
  const suffix = model.toolsJoinSystem && listDeclaredFunctions(request).length > 0 ? '\n' : ''
  const names = new Map<string, string>()
  let tokens = 0
  for (let at = 0; at < messages.length; at++) {
    const message = messages[at] as Message
    const calls = message.tool_calls ?? []
    for (const call of calls) names.set(call.id, toolCallName(call))
    if (calls.length > 1) {
      const results = findToolResults(messages, at)
      tokens += countParallelTokens(calls, results, message, model, count, parse)
      at += results.length
    } else if (calls[0])
      tokens += countCallTokens(toolCallName(calls[0]), toolCallArguments(calls[0]), message, model, count, parse)
    else if (message.function_call)
      tokens += countCallTokens(
        message.function_call.name,
        message.function_call.arguments,
        message,
        model,
        count,
        parse
      )
    else if (message.role === 'tool' || message.role === 'function') {
      const name = names.get(message.tool_call_id ?? '') ?? message.name ?? ''
      tokens += envelopeTokens + resultMarkTokens + model.resultOverhead + count(name) + count(contentText(message))
    } else tokens += countPlainTokens(message, at === firstSystemIndex ? suffix : '', model, count)
  }
  return tokens
}

function countPlainTokens(message: Message, suffix: string, model: Model, count: CountText): number {
  const text = contentText(message)
  const fullText = message.role === 'assistant' && message.refusal ? text + message.refusal : text
  const nameTokens = message.name ? 1 + count(message.name) - (message.name === message.role ? 1 : 0) : 0
  const historyTokens = message.role === 'assistant' ? model.historyOverhead : 0
  return envelopeTokens + count(message.role) + count(fullText + suffix) + nameTokens + historyTokens
}

function countCallTokens(
  name: string,
  args: string,
  message: Message,
  model: Model,
  count: CountText,
  parse: ParseText
): number {
  const text = contentText(message)
  const callTotal =
    envelopeTokens +
    count('assistant') +
    callMarkTokens +
    count(` to=functions.${name}`) +
    count(compactArguments(args, parse))
  return callTotal + model.callHistoryOverhead + (text ? envelopeTokens + 1 + count(text) : 0)
}

/** Parallel calls are one call of a wrapper, and their results are one list. */
function countParallelTokens(
  calls: ToolCall[],
  results: Message[],
  message: Message,
  model: Model,
  count: CountText,
  parse: ParseText
): number {
  const list = formatPythonJson(results.map(result => parse(contentText(result))))
  const text = contentText(message)
  return (
    parallelMarkTokens +
    model.parallelOverhead +
    count(wrapCalls(calls, parse)) +
    count(model.encoding === 'cl100k_base' ? escapeNonAscii(list) : list) +
    (text ? count(text) : 0)
  )
}

function countDeclarationTokens(request: ChatRequest, model: Model, count: CountText): number {
  const functions = listDeclaredFunctions(request)
  const systemMessages = request.messages.filter(isSystemMessage)
  const joinsSystem = model.toolsJoinSystem && systemMessages.length > 0
  let tokens = 0
  if (functions.length > 0) {
    tokens += count(declareFunctions(functions)) + model.toolOverhead - (joinsSystem ? separateMessageTokens : 0)
    tokens += countToolChoiceTokens(request, model, count)
    // On these models a declaration without an opening comment is one token shorter.
    if (!model.toolsJoinSystem && !functions[0]?.description) tokens -= 1
  }
  const format = request.response_format?.type === 'json_schema' ? request.response_format.json_schema : undefined
  if (format) {
    const block = declareFormat(format, model.toolsJoinSystem ? 'typed' : 'bare')
    tokens +=
      functions.length > 0
        ? count(block) - schemaWithToolsSaving
        : countFormatTokens(block, systemMessages, model, count)
    if (model.toolsJoinSystem && !format.strict) tokens += nonStrictTokens
  }
  // The last full stop of the instructions and the empty line before a block are one token.
  const first = request.messages[0]
  if (!model.toolsJoinSystem && first && isSystemMessage(first) && (functions.length > 0 || format)) {
    const ending = contentText(first).slice(-16)
    tokens += count(`${ending}\n\n`) - count(ending) - 1
  }
  return tokens
}

/** A schema follows the only system message, or is in a separate message. */
function countFormatTokens(block: string, systemMessages: Message[], model: Model, count: CountText): number {
  const firstSystem = systemMessages[0]
  if (!firstSystem || !model.toolsJoinSystem) return separateMessageTokens + count(block)
  const systemText = contentText(firstSystem)
  const addedTokens = Math.max(0, count(`${systemText}\n\n${block}`) - count(systemText))
  return systemMessages.length > 1 ? addedTokens + separateMessageTokens : addedTokens
}

function countToolChoiceTokens(
  { tool_choice: choice, function_call: functionCall }: ChatRequest,
  model: Model,
  count: CountText
): number {
  if (choice === 'none' || functionCall === 'none') return 1
  if (!model.toolsJoinSystem) return 0
  const name =
    typeof choice === 'object' && choice
      ? choice.type === 'function'
        ? choice.function.name
        : undefined
      : typeof functionCall === 'object'
        ? functionCall?.name
        : undefined
  return name ? 4 + count(` to=functions.${name}`) : 0
}

function listDeclaredFunctions({ tools, functions }: ChatRequest) {
  return tools?.length ? tools.map(toFunctionDefinition) : (functions ?? [])
}

function findToolResults(messages: Message[], at: number): Message[] {
  let end = at + 1
  while (messages[end]?.role === 'tool') end++
  return messages.slice(at + 1, end)
}

const contentText = (message: Message) => messageText(message, '', textOrRefusal)

function isSystemMessage({ role }: Message): boolean {
  return role === 'system' || role === 'developer'
}

/** Removes the spaces of arguments that are JSON. */
function compactArguments(text: string, parse: ParseText): string {
  const value = parse(text)
  return typeof value === 'string' ? text : JSON.stringify(value)
}

function sumBy<T>(items: T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0)
}
