/** Truncates a choice before a stop sequence or at the output limit. */

import type { Budget } from '../core/budget.js'
import type { Model } from '../core/model.js'
import type { ChatRequest, FinishReason, ToolCall } from '../core/openai-types.js'
import type { ChoiceContent, ReplyToolCall } from '../core/reply.js'
import type { EncodingTokenizer } from './encoding-tokenizer.js'
import {
  countAnswerOverhead,
  countCallOverhead,
  countCallTokens,
  countWrapperOverhead,
  type OverheadContext,
  usesLegacyFunctions
} from './overhead.js'
import { countSpeechTokens, isSpoken, speechSeconds } from './silent-audio.js'
import { wrapCalls } from './tool-prompt.js'

/** Where a choice ends at the latest. */
export interface OutputLimits {
  stop: readonly string[]
  /** Tokens left for the output after reasoning. */
  maxTokens: number
  /** The content continues an answer, whose overhead is not part of the limit. */
  isPiece?: boolean | undefined
}

/** What the truncation of a choice depends on. */
export interface TruncationContext {
  request: ChatRequest
  model: Model
  limits: OutputLimits
  /** The tokens of the model's reasoning. */
  reasoning: number
  tokens: EncodingTokenizer
  budget: Budget
}

/** The content of a choice after truncation. */
export interface TruncatedChoice {
  content: ChoiceContent
  /** Absent when nothing was cut. */
  cutReason?: FinishReason
  /** The tokens of the stop sequence, which the content does not show. */
  stopTokens?: number
}

/** Lists the stop sequences of a request. */
export function stopSequences({ stop }: ChatRequest): string[] {
  return (typeof stop === 'string' ? [stop] : (stop ?? [])).filter(text => text !== '')
}

/** Truncates the content of a choice, whose call arguments are already text. */
export function truncateChoice(content: ChoiceContent, context: TruncationContext): TruncatedChoice {
  const { stop, maxTokens } = context.limits
  const stopped = stop.length ? truncateAtStop(content, stop, context) : undefined
  if (maxTokens === Number.POSITIVE_INFINITY) return stopped ?? { content }
  // The limit binds the stop sequence too: a text that it cuts before the end of the sequence never stops there.
  const limited = truncateAtLimit({ content: stopped?.counted ?? content }, context, stopped !== undefined)
  return limited.cutReason ? limited : (stopped ?? limited)
}

/** A choice up to a stop sequence. `counted` still has the sequence at its end. */
interface StoppedChoice extends TruncatedChoice {
  counted: ChoiceContent
}

function truncateAtStop(
  content: ChoiceContent,
  stop: readonly string[],
  { tokens }: TruncationContext
): StoppedChoice | undefined {
  const text = spokenText(content)
  const textEnd = text ? findStop(text, stop) : undefined
  const stopAt = (full: string, { start, end }: StopMatch, build: (text: string) => ChoiceContent): StoppedChoice => {
    const [shown, counted] = [full.slice(0, start), full.slice(0, end)]
    const stopTokens = tokens.count(counted) - (shown ? tokens.count(shown) : 0)
    return { content: build(shown), counted: build(counted), cutReason: 'stop', stopTokens }
  }
  if (textEnd) return stopAt(text!, textEnd, part => ({ ...withText(content, part), toolCalls: undefined }))
  for (const [index, call] of (content.toolCalls ?? []).entries()) {
    const args = String(call.arguments)
    const end = findStop(args, stop)
    if (end)
      return stopAt(args, end, part => ({
        ...content,
        toolCalls: [...content.toolCalls!.slice(0, index), { ...call, arguments: part }]
      }))
  }
  return undefined
}

function truncateAtLimit(choice: TruncatedChoice, context: TruncationContext, isStopped: boolean): TruncatedChoice {
  const { content } = choice
  const { request, model, limits, tokens, reasoning } = context
  const calls = listSentCalls(content, request)
  if (!calls.length) return truncateAnswer(choice, context, isStopped)
  const overhead = { request, model, count: tokens.count, reasoning }
  const text = spokenText(content) ?? ''
  const short = cutAtLimit(text, limits.maxTokens, context)
  const left = limits.maxTokens - (text ? tokens.count(short) : 0)
  if (short === text && countCallTokens(calls.map(toToolCall), overhead) <= left) return choice
  const toolCalls = short === text ? cutCalls(calls, left, overhead, context) : []
  const isSilent = !toolCalls.length && spokenText(content) === undefined
  // A limit that ends before the first arguments leaves an empty text, as recorded.
  const cut = isSilent ? { ...content, text: '' } : withText(content, short)
  return { content: { ...cut, toolCalls: toolCalls.length ? toolCalls : undefined }, cutReason: 'length' }
}

/** The tokens of an answer beside its text. A piece has none. */
function countAnswerRoom(
  { refusal }: ChoiceContent,
  { request, model, limits, tokens, reasoning }: TruncationContext
): { room: number; closing: number } {
  if (limits.isPiece) return { room: limits.maxTokens, closing: 0 }
  const overhead = { request, model, count: tokens.count, reasoning }
  const { start, end } = countAnswerOverhead(overhead, refusal !== undefined)
  // The end of an answer is a token that usage does not count. A text that reaches the limit ends with `length`, as recorded.
  return { room: limits.maxTokens - start, closing: Math.max(1, end) }
}

function truncateAnswer(choice: TruncatedChoice, context: TruncationContext, isStopped: boolean): TruncatedChoice {
  const text = spokenText(choice.content)
  if (text === undefined) return choice
  const { room, closing: end } = countAnswerRoom(choice.content, context)
  // Nothing follows a stop sequence.
  const closing = isStopped ? 0 : end
  if (!isSpoken(context.request, context.model) && text.length * maxTokensPerChar + closing <= room) return choice
  const short = cutSpeech(cutAtLimit(text, room, context), room, context)
  if (short.length === text.length && countSpoken(text, context) + closing <= room) return choice
  return { content: withText(choice.content, short), cutReason: 'length' }
}

// A token has at least one UTF-8 byte.
const maxTokensPerChar = 3

/** Cuts the calls that do not fit, and the arguments of the last call that fits in part. */
function cutCalls(
  calls: readonly ReplyToolCall[],
  maxTokens: number,
  overhead: OverheadContext,
  context: TruncationContext
): ReplyToolCall[] {
  const { count } = overhead
  const isWrapped = calls.length > 1
  const kept: ReplyToolCall[] = []
  let left = maxTokens - (isWrapped ? countWrapperOverhead(overhead) : 0)
  for (const call of calls) {
    const args = String(call.arguments)
    left -= isWrapped
      ? count(wrapCalls([toToolCall({ ...call, arguments: '' })]))
      : countCallOverhead(call.name, overhead)
    if (left <= 0) break
    const short = cutAtLimit(args, left, context)
    kept.push(short.length < args.length ? { ...call, arguments: short } : call)
    if (short.length < args.length) break
    left -= count(args)
  }
  return kept
}

/** The calls that a response has: `function_call` holds one call. */
function listSentCalls({ toolCalls = [] }: ChoiceContent, request: ChatRequest): ReplyToolCall[] {
  return usesLegacyFunctions(request) ? toolCalls.slice(0, 1) : toolCalls
}

const toToolCall = ({ name, arguments: args }: ReplyToolCall): ToolCall => ({
  id: '',
  type: 'function',
  function: { name, arguments: String(args) }
})

const spokenText = ({ refusal, text }: ChoiceContent): string | undefined => refusal ?? text

const withText = (content: ChoiceContent, text: string): ChoiceContent => ({
  ...content,
  ...(content.refusal !== undefined ? { refusal: text } : content.text !== undefined ? { text } : {})
})

/** The place of a stop sequence in a text. */
export interface StopMatch {
  start: number
  end: number
}

/** Finds the first stop sequence in a text. */
export function findStop(text: string, stop: readonly string[]): StopMatch | undefined {
  let first: StopMatch | undefined
  for (const sequence of stop) {
    const start = text.indexOf(sequence)
    if (start >= 0 && (!first || start < first.start)) first = { start, end: start + sequence.length }
  }
  return first
}

type CutContext = Pick<TruncationContext, 'tokens' | 'budget'>

function cutAtLimit(text: string, maxTokens: number, { tokens, budget }: CutContext): string {
  if (maxTokens <= 0) return ''
  if (text.length * maxTokensPerChar <= maxTokens) return text
  // Most limits are far before the end of a long text, and few tokens have more than 32 characters.
  const start = maxTokens * 32 + 8192
  if (start < text.length) {
    const shortened = cutAtLimit(text.slice(0, start), maxTokens, { tokens, budget })
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

/** The tokens of an answer's text, and of its speech if it is spoken. */
const countSpoken = (text: string, { request, model, tokens }: TruncationContext): number =>
  tokens.count(text) + (isSpoken(request, model) ? countSpeechTokens(speechSeconds(text)) : 0)

/** Cuts a text whose speech does not fit: the sound has tokens too. */
function cutSpeech(text: string, maxTokens: number, context: TruncationContext): string {
  if (!isSpoken(context.request, context.model) || countSpoken(text, context) <= maxTokens) return text
  const pieces = context.tokens.pieces(text, context.budget)
  const join = (length: number) =>
    pieces
      .slice(0, length)
      .map(piece => piece.text)
      .join('')
  let [fitting, tooLong] = [0, pieces.length]
  while (tooLong - fitting > 1) {
    const middle = (fitting + tooLong) >> 1
    if (countSpoken(join(middle), context) <= maxTokens) fitting = middle
    else tooLong = middle
  }
  return join(fitting)
}
