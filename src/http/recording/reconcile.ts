/** Makes a recorded reply say all that was heard: where a completion built of it would differ, it says so itself. */

import { build } from '../../completion/build.js'
import { promptTokens } from '../../completion/prompt-tokens.js'
import type { TokenText } from '../../completion/token-text.js'
import { isObject } from '../../core/json-pointer.js'
import type { Model } from '../../core/model.js'
import type { ChatRequest, Completion, FinishReason } from '../../core/openai-types.js'
import { createChance } from '../../core/random.js'
import type { ReplyUsage } from '../../core/reply.js'
import type { ReplyInput, SayingInput } from '../../fixtures/input.js'
import { normalise } from '../../fixtures/normalise.js'
import type { Answer } from '../../fixtures/recorded-exchange.js'

/** @param heard what the upstream said, of which the reply was made */
export function faithful(
  reply: ReplyInput,
  heard: Answer,
  request: ChatRequest,
  model: Model,
  tokens: TokenText
): ReplyInput {
  const details = detailsOf(heard.usage)
  const said = normalise({ ...reply, usage: details })
  if (said.kind !== 'completion') return reply
  const prompt = promptTokens(request, model, tokens.count)
  const identity = { id: '', created: 0, fingerprint: null, chance: createChance('') }
  const make = (whole: boolean) =>
    build({ request, model, sayings: said.sayings, usage: details, whole, prompt, identity, tokens })
  // Services with other tokens end at other places.
  const whole = lengthOf(make(false)) < lengthOf(make(true))
  const built = make(whole)
  const usage = { ...details, ...totalsOf(heard.usage, built) }
  const ended = (saying: SayingInput, at: number): SayingInput => {
    const theirs = heard.choices[at]?.finish_reason
    return typeof theirs === 'string' && theirs !== built.choices[at]?.finish_reason
      ? { ...saying, finishReason: theirs as FinishReason }
      : saying
  }
  return {
    ...(reply.choices ? { ...reply, choices: reply.choices.map(ended) } : ended(reply, 0)),
    ...(whole ? { whole } : {}),
    ...(heard.model && heard.model !== built.model ? { model: heard.model } : {}),
    ...(Object.keys(usage).length ? { usage } : {})
  }
}

/** How much is said in words and calls. */
const lengthOf = ({ choices }: Completion) => JSON.stringify(choices.map(({ message }) => message)).length

/** What no count of ours could know. */
function detailsOf(usage: Answer['usage']): ReplyUsage {
  const part = (name: string) => (isObject(usage?.[name]) ? usage[name] : {}) as Record<string, unknown>
  const { cached_tokens: cachedTokens } = part('prompt_tokens_details')
  const {
    reasoning_tokens: reasoningTokens,
    accepted_prediction_tokens: acceptedPredictionTokens,
    rejected_prediction_tokens: rejectedPredictionTokens
  } = part('completion_tokens_details')
  const all = { cachedTokens, reasoningTokens, acceptedPredictionTokens, rejectedPredictionTokens }
  return Object.fromEntries(Object.entries(all).filter(([, count]) => typeof count === 'number' && count > 0))
}

function totalsOf(usage: Answer['usage'], { usage: own }: Completion): ReplyUsage {
  const { prompt_tokens: promptTokens, completion_tokens: completionTokens } = usage ?? {}
  return {
    ...(typeof promptTokens === 'number' && promptTokens !== own.prompt_tokens ? { promptTokens } : {}),
    ...(typeof completionTokens === 'number' && completionTokens !== own.completion_tokens ? { completionTokens } : {})
  }
}
