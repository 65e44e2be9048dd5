/** Counts the tokens of a choice beside its text and its arguments. */
import { toolCallArguments, toolCallName } from '../core/message-text.js'
import type { Model } from '../core/model.js'
import type { ChatRequest, ToolCall } from '../core/openai-types.js'
import { formatPythonJson, parseOrKeepText, wrapCalls } from './tool-prompt.js'

/** What the overhead of a choice depends on. */
export interface OverheadContext {
  request: ChatRequest
  model: Model
  count: (text: string) => number
}

/** The tokens of an answer before its text and after it. */
export interface AnswerOverhead {
  start: number
  end: number
}

/** Counts the overhead of a text. If the request has tools, the output also marks that it is not a call, and names its format. */
export function countAnswerOverhead({ request, model, count }: OverheadContext): AnswerOverhead {
  const hasTools = declaresTools(request)
  const format = request.response_format?.type === 'json_schema' ? request.response_format.json_schema : undefined
  const formatTokens = format && (hasTools || model.reasoning) ? 2 + count(format.name) : 0
  return { start: model.answerOverhead, end: (hasTools ? model.toolAnswerOverhead : 0) + formatTokens }
}

/** Whether a request declares tools or functions. */
export const declaresTools = ({ tools, functions }: ChatRequest): boolean => Boolean(tools?.length || functions?.length)

/** Whether a request declares `functions`, the predecessor of `tools`. */
export const usesLegacyFunctions = (request: ChatRequest) =>
  Boolean(request.functions?.length && !request.tools?.length)

/** Counts the overhead of a single call. If the request names the tool, the output does not. */
export function countCallOverhead(name: string, { request, model, count }: OverheadContext): number {
  const { tool_choice: choice, function_call: functionCall } = request
  if (usesLegacyFunctions(request)) {
    if (typeof functionCall === 'object' && functionCall) return 0
  } else if (
    typeof choice === 'object' &&
    choice &&
    choice.type !== 'allowed_tools' &&
    model.namedCallOverhead !== null
  )
    return model.namedCallOverhead
  return count(` to=functions.${name}`) + model.callOverhead
}

/** Counts the overhead of parallel calls, which are one call of a wrapper. */
export const countWrapperOverhead = ({ model, count }: OverheadContext): number =>
  count(' to=multi_tool_use.parallel') + model.callOverhead

/** Counts all tokens of the calls of a choice. The arguments of a wrapper hold all calls. */
export function countCallTokens(calls: readonly ToolCall[], context: OverheadContext): number {
  const [call] = calls
  if (!call) return 0
  return isWrapper(calls, context.model)
    ? countWrapperOverhead(context) + context.count(wrapCalls(calls))
    : countCallOverhead(toolCallName(call), context) + context.count(toolCallArguments(call))
}

/** Whether calls come in a wrapper. Models write arguments with Python's spaces only in it, even those of one call. */
function isWrapper(calls: readonly ToolCall[], { reasoning }: Model): boolean {
  if (calls.length > 1) return true
  const args = calls[0]?.function?.arguments
  if (reasoning || !args?.includes(': ')) return false
  const value = parseOrKeepText(args)
  return typeof value === 'object' && formatPythonJson(value) === args
}
