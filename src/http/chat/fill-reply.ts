/** Fills the gaps of a reply: generates missing tool calls, and sets the length of texts. */

import type { ChoiceContent, CompletionReply } from '../../core/reply.js'
import { generateToolCall } from '../../generation/generate-reply.js'
import { setOutputTokens } from '../../generation/output-tokens.js'
import { openBudget } from '../exchange.js'
import type { IdentityFactory } from '../identity.js'
import { generateOrRefuse } from '../unanswerable.js'
import type { ChatCall } from './chat-call.js'

/** Generates the tool call of a choice that has only a finish reason. */
export function fillToolCalls(
  reply: CompletionReply,
  { chat, exchange }: ChatCall,
  identities: IdentityFactory
): CompletionReply {
  if (!reply.choices.some(needsToolCall)) return reply
  const fill = (choice: ChoiceContent) =>
    needsToolCall(choice)
      ? { ...choice, ...generateToolCall(chat, identities.contentRandom(chat), openBudget(exchange)) }
      : choice
  return { ...reply, choices: generateOrRefuse(() => reply.choices.map(fill)) }
}

const needsToolCall = ({ text, refusal, toolCalls, finishReason }: ChoiceContent) =>
  text === undefined &&
  refusal === undefined &&
  !toolCalls &&
  (finishReason === 'function_call' || finishReason === 'tool_calls')

/** Replaces the texts of a reply by texts of `count` tokens; without a count, the reply stays. */
export function setReplyLength(
  reply: CompletionReply,
  count: number | undefined,
  { chat, model, exchange }: ChatCall,
  identities: IdentityFactory
): CompletionReply {
  if (count === undefined) return reply
  const random = identities.contentRandom(chat)
  const sized = setOutputTokens(reply, count, { request: chat, model }, random, openBudget(exchange))
  return sized ? { ...reply, ...sized, verbatim: undefined } : reply
}
