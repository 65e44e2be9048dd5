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
  /** The tokens of the model's reasoning. @default 0 */
  reasoning?: number | undefined
}

/** The tokens of an answer before its text and after it. */
export interface AnswerOverhead {
  start: number
  end: number
}

/**
 * Counts the overhead of a text. If the request has tools, the output also marks that it is not a call, and names its
 * format. A refusal has a mark too.
 */
export function countAnswerOverhead(context: OverheadContext, isRefusal = false): AnswerOverhead {
  const { request, model, count } = context
  const hasTools = declaresTools(request)
  const formatTokens = hasTools || model.reasoning ? countFormatMark({ request, count }) : 0
  return {
    start: model.answerOverhead - countMissingReasoning(context),
    end: (hasTools ? model.toolAnswerOverhead : 0) + formatTokens + (isRefusal ? 1 : 0)
  }
}

/** The tokens around reasoning, which an output after a tool's result does not have if the model did not reason. */
const countMissingReasoning = ({ request, model, reasoning = 0 }: OverheadContext): number =>
  reasoning === 0 && request.messages.at(-1)?.role === 'tool' ? model.reasoningOverhead : 0

/** Counts the mark that names the schema of an answer. */
export function countFormatMark({ request, count }: Pick<OverheadContext, 'request' | 'count'>): number {
  const format = request.response_format?.type === 'json_schema' ? request.response_format.json_schema : undefined
  return format ? 2 + count(format.name) : 0
}

/** Whether a request declares tools or functions. */
export const declaresTools = ({ tools, functions }: ChatRequest): boolean => Boolean(tools?.length || functions?.length)

/** Whether a request declares `functions`, the predecessor of `tools`. */
export const usesLegacyFunctions = (request: ChatRequest) =>
  Boolean(request.functions?.length && !request.tools?.length)

/** Whether a request names the one tool that the model calls. */
export function namesTool(request: ChatRequest): boolean {
  const named = usesLegacyFunctions(request) ? request.function_call : request.tool_choice
  return typeof named === 'object' && named !== null && !('type' in named && named.type === 'allowed_tools')
}

/** Counts the overhead of a single call. If the request names the tool, the output does not. */
export function countCallOverhead(name: string, context: OverheadContext): number {
  const { request, model, count } = context
  if (model.namedCallOverhead !== null && namesTool(request)) return model.namedCallOverhead
  return count(` to=functions.${name}`) + model.callOverhead - countMissingReasoning(context)
}

/** Counts the overhead of parallel calls, which are one call of a wrapper. */
export const countWrapperOverhead = (context: OverheadContext): number =>
  context.count(' to=multi_tool_use.parallel') + context.model.callOverhead - countMissingReasoning(context)

/** Counts all tokens of the calls of a choice. The arguments of a wrapper hold all calls. */
export function countCallTokens(calls: readonly ToolCall[], context: OverheadContext): number {
  const [call] = calls
  if (!call) return 0
  return isWrapped(calls, context.model)
    ? countWrapperOverhead(context) + context.count(wrapCalls(calls))
    : countCallOverhead(toolCallName(call), context) + context.count(toolCallArguments(call))
}

/** Whether calls come in a wrapper. Models write arguments with Python's spaces only in it, even those of one call. */
export function isWrapped(calls: readonly ToolCall[], { reasoning }: Pick<Model, 'reasoning'>): boolean {
  if (calls.length > 1) return true
  const args = calls[0]?.function?.arguments
  if (reasoning || !args?.includes(': ')) return false
  const value = parseOrKeepText(args)
  return typeof value === 'object' && formatPythonJson(value) === args && JSON.stringify(value) !== args
}
