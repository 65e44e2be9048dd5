/** Adds to a recorded reply every value in which the built completion would differ from the upstream's completion. */

import { planCompletion } from '../../completion/build.js'
import type { EncodingTokenizer } from '../../completion/encoding-tokenizer.js'
import { countPromptTokens } from '../../completion/prompt-tokens.js'
import { Budget } from '../../core/budget.js'
import { isObject } from '../../core/json-pointer.js'
import type { Model } from '../../core/model.js'
import type { ChatRequest, Completion, FinishReason } from '../../core/openai-types.js'
import { createRandom } from '../../core/random.js'
import type { ReplyUsage } from '../../core/reply.js'
import type { ChoiceInput, ReplyInput } from '../../fixtures/input.js'
import { normaliseReply } from '../../fixtures/normalise.js'
import type { RecordedCompletion } from '../../fixtures/recorded-exchange.js'

/** @param upstreamCompletion the completion from which the reply was read */
export function reconcileReply(
  reply: ReplyInput,
  upstreamCompletion: RecordedCompletion,
  request: ChatRequest,
  model: Model,
  tokens: EncodingTokenizer
): ReplyInput {
  const details = readUsageDetails(upstreamCompletion.usage)
  const normalisedReply = normaliseReply({ ...reply, usage: details })
  if (normalisedReply.kind !== 'completion') return reply
  const prompt = countPromptTokens(request, model, tokens.count)
  const identity = { id: '', created: 0, fingerprint: null, random: createRandom('') }
  const buildWith = (skipTruncation: boolean) =>
    planCompletion({
      request,
      model,
      choices: normalisedReply.choices,
      usage: details,
      skipTruncation,
      prompt,
      identity,
      tokens,
      budget: new Budget({ work: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY })
    }).completion
  // Services with other tokenizers truncate elsewhere, so a text that would be cut here stays complete.
  const skipTruncation = measureMessages(buildWith(false)) < measureMessages(buildWith(true))
  const built = buildWith(skipTruncation)
  const usage = { ...details, ...findUsageDifferences(upstreamCompletion.usage, built) }
  const withFinishReason = (choice: ChoiceInput, index: number): ChoiceInput => {
    const upstreamReason = upstreamCompletion.choices[index]?.finish_reason
    return typeof upstreamReason === 'string' && upstreamReason !== built.choices[index]?.finish_reason
      ? { ...choice, finishReason: upstreamReason as FinishReason }
      : choice
  }
  return {
    ...(reply.choices ? { ...reply, choices: reply.choices.map(withFinishReason) } : withFinishReason(reply, 0)),
    ...(skipTruncation ? { whole: skipTruncation } : {}),
    ...(upstreamCompletion.model && upstreamCompletion.model !== built.model
      ? { model: upstreamCompletion.model }
      : {}),
    ...(Object.keys(usage).length ? { usage } : {})
  }
}

/** The size of the content and tool calls. */
const measureMessages = ({ choices }: Completion) => JSON.stringify(choices.map(({ message }) => message)).length

/** Reads the token counts that Standin cannot compute. */
function readUsageDetails(usage: RecordedCompletion['usage']): ReplyUsage {
  const readPart = (name: string) => (isObject(usage?.[name]) ? usage[name] : {}) as Record<string, unknown>
  const { cached_tokens: cachedTokens } = readPart('prompt_tokens_details')
  const {
    reasoning_tokens: reasoningTokens,
    accepted_prediction_tokens: acceptedPredictionTokens,
    rejected_prediction_tokens: rejectedPredictionTokens
  } = readPart('completion_tokens_details')
  const all = { cachedTokens, reasoningTokens, acceptedPredictionTokens, rejectedPredictionTokens }
  return Object.fromEntries(Object.entries(all).filter(([, count]) => typeof count === 'number' && count > 0))
}

function findUsageDifferences(usage: RecordedCompletion['usage'], { usage: builtUsage }: Completion): ReplyUsage {
  const { prompt_tokens: promptTokens, completion_tokens: completionTokens } = usage ?? {}
  return {
    ...(typeof promptTokens === 'number' && promptTokens !== builtUsage.prompt_tokens ? { promptTokens } : {}),
    ...(typeof completionTokens === 'number' && completionTokens !== builtUsage.completion_tokens
      ? { completionTokens }
      : {})
  }
}
