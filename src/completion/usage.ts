/** Puts together what an answer says it cost, in the order of keys that its model's family uses. */
import type { Model } from '../core/model.js'
import type { ChatRequest, Choice, ToolCall, Usage } from '../core/openai-types.js'
import type { ReplyUsage } from '../core/reply.js'
import type { PromptTokens } from './prompt-tokens.js'
import { formatPythonJson, parseOrKeepText, wrapCalls } from './tool-prompt.js'

export interface UsageInput {
  prompt: PromptTokens
  choices: Choice[]
  model: Model
  request: ChatRequest
  replyUsage?: ReplyUsage | undefined
  count: (text: string) => number
  /** How much of the answer is heard. */
  audioTokens?: number
}

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

/** What one choice costs beside reasoning. */
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
    const args = count(call.function?.arguments ?? call.custom?.input ?? '')
    const name = call.function?.name ?? call.custom?.name ?? ''
    // A tool named by the request needs no name in the answer.
    if (
      typeof request.tool_choice === 'object' &&
      request.tool_choice?.type !== 'allowed_tools' &&
      request.tool_choice &&
      model.namedCallOverhead !== null
    )
      return textTokens + args + model.namedCallOverhead
    return textTokens + count(` to=functions.${name}`) + args + model.callOverhead
  }
  if (message.function_call) {
    const { name, arguments: args } = message.function_call
    const isNamed = typeof request.function_call === 'object' && request.function_call
    return textTokens + (isNamed ? 0 : count(` to=functions.${name}`) + model.callOverhead) + count(args)
  }
  // A cut answer costs what was asked for; nothing ends it.
  if (finish_reason === 'length') return textTokens + (textTokens === 0 ? 0 : model.answerOverhead)
  const hasTools = (request.tools?.length ?? 0) > 0 || (request.functions?.length ?? 0) > 0
  const format = request.response_format?.type === 'json_schema' ? request.response_format.json_schema : undefined
  // Where tools could have been called, the answer says that it is none, and the name of its format.
  const toolTokens = hasTools ? model.toolAnswerOverhead : 0
  const formatTokens = format && (hasTools || model.reasoning) ? 2 + count(format.name) : 0
  return textTokens + model.answerOverhead + toolTokens + formatTokens
}

/** A model writes arguments without spaces; with spaces they were taken out of a wrapper, even when they are its only call's. */
function isWrapped({ function: called }: ToolCall): boolean {
  if (!called?.arguments.includes(': ')) return false
  const value = parseOrKeepText(called.arguments)
  return typeof value === 'object' && formatPythonJson(value) === called.arguments
}

/** Several calls at once are one call of a wrapper whose arguments hold them all. */
function countWrappedTokens(calls: ToolCall[], model: Model, count: (text: string) => number): number {
  return count(wrapCalls(calls)) + count(' to=multi_tool_use.parallel') + model.callOverhead
}
