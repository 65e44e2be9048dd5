/** Truncates a choice before a stop sequence or at the output limit. */

import type { Budget } from '../core/budget.js'
import type { ChatRequest, FinishReason } from '../core/openai-types.js'
import type { ChoiceContent } from '../core/reply.js'
import type { EncodingTokenizer } from './encoding-tokenizer.js'

/** Where a choice ends at the latest. */
export interface OutputLimits {
  stop: readonly string[]
  /** Tokens left for the output after reasoning. */
  maxTokens: number
}

/** Lists the stop sequences of a request. */
export function stopSequences({ stop }: ChatRequest): string[] {
  return (typeof stop === 'string' ? [stop] : (stop ?? [])).filter(text => text !== '')
}

/** Truncates the content of a choice, whose call arguments are already text. `cutReason` is absent when nothing was cut. */
export function truncateChoice(
  content: ChoiceContent,
  limits: OutputLimits,
  tokens: EncodingTokenizer,
  budget: Budget
): { content: ChoiceContent; cutReason?: FinishReason } {
  let tokensLeft = limits.maxTokens
  let cutReason: FinishReason | undefined
  const shorten = (text: string): string => {
    const beforeStop = cutAtStop(text, limits.stop)
    const shortened =
      tokensLeft === Number.POSITIVE_INFINITY ? beforeStop : cutAtLimit(beforeStop, tokensLeft, tokens, budget)
    if (shortened.length < beforeStop.length) cutReason = 'length'
    else if (beforeStop.length < text.length) cutReason = 'stop'
    if (tokensLeft !== Number.POSITIVE_INFINITY)
      tokensLeft -= cutReason === 'length' ? tokensLeft : tokens.count(shortened)
    return shortened
  }
  const result: ChoiceContent = { ...content }
  if (content.refusal !== undefined) result.refusal = shorten(content.refusal)
  else if (content.text !== undefined) result.text = shorten(content.text)
  if (content.toolCalls && !cutReason) {
    result.toolCalls = []
    for (const call of content.toolCalls) {
      const text = String(call.arguments)
      const short = shorten(text)
      result.toolCalls.push(short === text ? call : { ...call, arguments: short })
      if (cutReason) break
    }
  } else if (cutReason) result.toolCalls = undefined
  return cutReason ? { content: result, cutReason } : { content: result }
}

/** The text before the first stop sequence in it. */
export function cutAtStop(text: string, stop: readonly string[]): string {
  let end = text.length
  for (const sequence of stop) {
    const at = text.indexOf(sequence)
    if (at >= 0 && at < end) end = at
  }
  return text.slice(0, end)
}

function cutAtLimit(text: string, maxTokens: number, tokens: EncodingTokenizer, budget: Budget): string {
  // A token has at least one UTF-8 byte, so a short text fits without a count.
  if (text.length * 3 <= maxTokens) return text
  // Most limits are far before the end of a long text, and few tokens have more than 32 characters.
  const start = maxTokens * 32 + 8192
  if (start < text.length) {
    const shortened = cutAtLimit(text.slice(0, start), maxTokens, tokens, budget)
    if (shortened.length < start - 4096) return shortened
  }
  let tokenCount = 0
  let end = 0
  for (const piece of tokens.pieces(text, budget)) {
    tokenCount += piece.tokens
    if (tokenCount > maxTokens) return text.slice(0, end)
    end += piece.text.length
  }
  return text
}
