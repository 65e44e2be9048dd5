/** Where an answer is cut: before a stop sequence, or at the token that reaches the limit. */

import type { ChatRequest, FinishReason } from '../core/openai-types.js'
import type { Saying } from '../core/reply.js'
import type { TokenText } from './token-text.js'

export interface Limits {
  stop: readonly string[]
  /** Tokens left for what is said, after reasoning. */
  maxTokens: number
}

export function stopsOf({ stop }: ChatRequest): string[] {
  return (typeof stop === 'string' ? [stop] : (stop ?? [])).filter(text => text !== '')
}

/** Cuts what is said; the arguments of calls are texts by now. `cut` is the reason when something was cut off, and absent when all of it stands. */
export function trim(saying: Saying, limits: Limits, tokens: TokenText): { saying: Saying; cut?: FinishReason } {
  let left = limits.maxTokens
  let cut: FinishReason | undefined
  const shorten = (text: string): string => {
    const whole = stopped(text, limits.stop)
    const kept = left === Number.POSITIVE_INFINITY ? whole : fit(whole, left, tokens)
    if (kept.length < whole.length) cut = 'length'
    else if (whole.length < text.length) cut = 'stop'
    if (left !== Number.POSITIVE_INFINITY) left -= cut === 'length' ? left : tokens.count(kept)
    return kept
  }
  const kept: Saying = { ...saying }
  if (saying.refusal !== undefined) kept.refusal = shorten(saying.refusal)
  else if (saying.text !== undefined) kept.text = shorten(saying.text)
  if (saying.toolCalls && !cut) {
    kept.toolCalls = []
    for (const call of saying.toolCalls) {
      const text = String(call.arguments)
      const short = shorten(text)
      kept.toolCalls.push(short === text ? call : { ...call, arguments: short })
      if (cut) break
    }
  } else if (cut) kept.toolCalls = undefined
  return cut ? { saying: kept, cut } : { saying: kept }
}

function stopped(text: string, stop: readonly string[]): string {
  let end = text.length
  for (const sequence of stop) {
    const at = text.indexOf(sequence)
    if (at >= 0 && at < end) end = at
  }
  return text.slice(0, end)
}

function fit(text: string, most: number, tokens: TokenText): string {
  // A token holds at least one UTF-8 byte, so a short text fits without being counted.
  if (text.length * 3 <= most) return text
  let spent = 0
  let end = 0
  for (const piece of tokens.pieces(text)) {
    spent += piece.tokens
    if (spent > most) return text.slice(0, end)
    end += piece.text.length
  }
  return text
}
