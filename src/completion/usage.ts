/** Builds the usage of a completion, with the keys and key order of the model's family. */
import { toolCallArguments, toolCallName } from '../core/message-text.js'
import type { Model } from '../core/model.js'
import type { ChatRequest, Choice, ToolCall, Usage } from '../core/openai-types.js'
import type { ReplyUsage } from '../core/reply.js'
import type { PromptTokens } from './prompt-tokens.js'
import { formatPythonJson, parseOrKeepText, wrapCalls } from './tool-prompt.js'

/** Everything that a usage is built from. */
export interface UsageInput {
  prompt: PromptTokens
  choices: Choice[]
  model: Model
  request: ChatRequest
  replyUsage?: ReplyUsage | undefined
  count: (text: string) => number
  /** The tokens of sound in the output. */
  audioTokens?: number
}

/** Builds the usage. Numbers of the reply replace counted numbers. */
export function buildUsage({
  prompt,
  choices,
  model,
  request,
  replyUsage = {},
  count,
  audioTokens = 0
}: UsageInput): Usage {
  const reasoning = replyUsage.reasoningTokens ?? 0
  const accepted = replyUsage.acceptedPredictionTokens ?? 0
  const rejected = replyUsage.rejectedPredictionTokens ?? 0
  const choicesTotal = choices.reduce((total, choice) => total + countChoiceTokens(choice, request, model, count), 0)
  const promptTotal = replyUsage.promptTokens ?? prompt.total
  const completionTotal = replyUsage.completionTokens ?? choicesTotal + reasoning + rejected + audioTokens
  const cached = replyUsage.cachedTokens ?? 0
  const isAudio = model.kind === 'audio'
  return {
    prompt_tokens: promptTotal,
    completion_tokens: completionTotal,
    total_tokens: promptTotal + completionTotal,
    prompt_tokens_details: {
      cached_tokens: cached,
      ...(model.cacheWriteTokens ? { cache_write_tokens: 0 } : {}),
      audio_tokens: prompt.audio ?? 0,
      ...(isAudio
        ? { text_tokens: promptTotal - (prompt.audio ?? 0) - (prompt.image ?? 0), image_tokens: prompt.image ?? 0 }
        : {})
    },
    completion_tokens_details: {
      reasoning_tokens: reasoning,
      audio_tokens: audioTokens,
      accepted_prediction_tokens: accepted,
      rejected_prediction_tokens: rejected,
      ...(isAudio ? { text_tokens: completionTotal - audioTokens - reasoning } : {})
    }
  }
}

/** Counts the tokens of one choice without reasoning. */
export function countChoiceTokens(
  { message, finish_reason }: Choice,
  request: ChatRequest,
  model: Model,
  count: (text: string) => number
): number {
  const text = (message.content ?? message.audio?.transcript ?? '') + (message.refusal ?? '')
  const calls = message.tool_calls ?? []
  const textTokens = text === '' ? 0 : count(text)
  const call = calls[0]
  if (calls.length > 1 || (call && !model.reasoning && isWrapped(call)))
    return textTokens + countWrappedTokens(calls, model, count)
  if (call) {
    const args = count(toolCallArguments(call))
    // If the request names the tool, the output does not.
    if (
      typeof request.tool_choice === 'object' &&
      request.tool_choice?.type !== 'allowed_tools' &&
      request.tool_choice &&
      model.namedCallOverhead !== null
    )
      return textTokens + args + model.namedCallOverhead
    return textTokens + count(` to=functions.${toolCallName(call)}`) + args + model.callOverhead
  }
  if (message.function_call) {
    const { name, arguments: args } = message.function_call
    const isNamed = typeof request.function_call === 'object' && request.function_call
    return textTokens + (isNamed ? 0 : count(` to=functions.${name}`) + model.callOverhead) + count(args)
  }
  // Nothing ends a truncated choice.
  if (finish_reason === 'length') return textTokens + (textTokens === 0 ? 0 : model.answerOverhead)
  const hasTools = (request.tools?.length ?? 0) > 0 || (request.functions?.length ?? 0) > 0
  const format = request.response_format?.type === 'json_schema' ? request.response_format.json_schema : undefined
  // If the request has tools, the output also marks that it is not a call, and names its format.
  const toolTokens = hasTools ? model.toolAnswerOverhead : 0
  const formatTokens = format && (hasTools || model.reasoning) ? 2 + count(format.name) : 0
  return textTokens + model.answerOverhead + toolTokens + formatTokens
}

/** Whether a call's arguments have Python's spaces. Models write spaces only in a wrapper of parallel calls, even of one call. */
function isWrapped({ function: called }: ToolCall): boolean {
  if (!called?.arguments.includes(': ')) return false
  const value = parseOrKeepText(called.arguments)
  return typeof value === 'object' && formatPythonJson(value) === called.arguments
}

/** Parallel calls are one call of a wrapper, whose arguments hold all calls. */
function countWrappedTokens(calls: ToolCall[], model: Model, count: (text: string) => number): number {
  return count(wrapCalls(calls)) + count(' to=multi_tool_use.parallel') + model.callOverhead
}
