/** Gives a reply texts of an exact number of tokens, for load tests. */
import { countAnswerOverhead } from '../completion/overhead.js'
import type { Budget } from '../core/budget.js'
import type { Model } from '../core/model.js'
import type { ChatRequest } from '../core/openai-types.js'
import { maxOutputTokens } from '../core/pacing-input.js'
import type { Random } from '../core/random.js'
import type { ChoiceContent, ReplyUsage } from '../core/reply.js'
import { writeTokens } from './exact-text.js'
import { findKeywords, lastUserText } from './prompt-topic.js'

/** The choices of a reply, and what it says about their usage. */
interface SizedReply {
  choices: ChoiceContent[]
  usage?: ReplyUsage
}

/**
 * Replaces each text of a reply, so that its choice has `count` completion tokens, with the tokens that the model adds to a text and
 * without reasoning tokens. Tool calls, refusals and JSON that the request demands stay; undefined if the reply has no other text.
 */
export function setOutputTokens(
  reply: SizedReply,
  count: number,
  { request, model }: { request: ChatRequest; model: Model },
  random: Random,
  budget: Budget
): Required<SizedReply> | undefined {
  const { type } = request.response_format ?? {}
  const isText = ({ text, refusal, toolCalls }: ChoiceContent) =>
    text !== undefined && refusal === undefined && !toolCalls?.length
  if (type === 'json_object' || type === 'json_schema' || !reply.choices.some(isText)) return undefined
  const words = findKeywords(lastUserText(request))
  // Without a schema no other text counts.
  const { start, end } = countAnswerOverhead({ request, model, count: () => 0 })
  const textTokens = Math.max(1, count - start - end)
  const choices = reply.choices.map((choice, index) => {
    if (!isText(choice)) return choice
    budget.spendWork(count, 'a text of this length')
    return { ...choice, text: writeTokens(textTokens, words, random.fork(`tokens ${index}`)) }
  })
  return { choices, usage: { ...reply.usage, reasoningTokens: undefined, completionTokens: undefined } }
}

/**
 * Reads the parameter `min_tokens` of other servers. OpenAI does not know it, so a request has it only without validation.
 *
 * @param body as the client sent it
 */
export function readMinTokens(body: unknown): number | undefined {
  const count = (body as { min_tokens?: unknown } | null)?.min_tokens
  return Number.isInteger(count) && Number(count) >= 1 ? Math.min(Number(count), maxOutputTokens) : undefined
}
