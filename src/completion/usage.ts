/** Builds the usage of a completion, with the keys and key order of the model's family. */
import type { Model } from '../core/model.js'
import type { Choice, Usage } from '../core/openai-types.js'
import type { ReplyUsage } from '../core/reply.js'
import { countAnswerOverhead, countCallOverhead, countCallTokens, type OverheadContext } from './overhead.js'
import type { PromptTokens } from './prompt-tokens.js'

/** Everything that a usage is built from. */
export interface UsageInput {
  prompt: PromptTokens
  model: Model
  /** The tokens of all choices, without reasoning and sound. */
  choiceTokens: number
  /** The tokens of sound in the output. */
  audioTokens?: number
  /** The most tokens of all choices together. @default no limit */
  maxTokens?: number
  replyUsage?: ReplyUsage | undefined
}

/** Builds the usage. Numbers of the reply replace counted numbers. */
export function buildUsage({
  prompt,
  model,
  choiceTokens,
  audioTokens = 0,
  maxTokens = Number.POSITIVE_INFINITY,
  replyUsage = {}
}: UsageInput): Usage {
  const reasoning = replyUsage.reasoningTokens ?? 0
  const accepted = replyUsage.acceptedPredictionTokens ?? 0
  const spoken = choiceTokens + audioTokens + reasoning
  // A prediction is rejected only as far as the limit reaches.
  const rejected = Math.min(replyUsage.rejectedPredictionTokens ?? 0, Math.max(0, maxTokens - spoken))
  const promptTotal = replyUsage.promptTokens ?? prompt.total
  const completionTotal = replyUsage.completionTokens ?? Math.min(maxTokens, spoken + rejected)
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

/** Counts the tokens of one choice without reasoning and sound. */
export function countChoiceTokens({ message, finish_reason }: Choice, context: OverheadContext): number {
  const { count } = context
  const text = (message.content ?? message.audio?.transcript ?? '') + (message.refusal ?? '')
  const textTokens = text === '' ? 0 : count(text)
  if (message.tool_calls?.length) return textTokens + countCallTokens(message.tool_calls, context)
  if (message.function_call) {
    const { name, arguments: args } = message.function_call
    return textTokens + countCallOverhead(name, context) + count(args)
  }
  const { start, end } = countAnswerOverhead(context, typeof message.refusal === 'string')
  // Nothing ends a truncated choice.
  if (finish_reason === 'length') return textTokens + (textTokens === 0 ? 0 : start)
  return textTokens + start + end
}
