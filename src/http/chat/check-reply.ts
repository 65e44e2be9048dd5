/** Generates missing tool calls of a reply, sets the length of its texts, and reports text that breaks the request's schema. */
import { generateToolCall } from '../../completion/generate-reply.js'
import { setOutputTokens } from '../../completion/output-tokens.js'
import type { ChatRequest } from '../../core/openai-types.js'
import type { ChoiceContent, CompletionReply } from '../../core/reply.js'
import { findSchemaMismatch } from '../../sample/mismatch.js'
import type { Exchange } from '../../state/exchange.js'
import { openBudget, setMismatch } from '../exchange.js'
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

/** Reports the first text that does not fit the requested JSON schema. */
export function reportMismatch(
  exchange: Exchange,
  { response_format: format }: ChatRequest,
  choices: readonly ChoiceContent[]
): void {
  const schema = format?.type === 'json_schema' ? format.json_schema?.schema : undefined
  if (!schema) return
  for (const { text } of choices) {
    const mismatch = text === undefined ? undefined : findSchemaMismatch(schema, text)
    if (!mismatch) continue
    setMismatch(exchange, mismatch)
    return
  }
}
