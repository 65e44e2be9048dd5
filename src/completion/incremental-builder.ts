/** A completion that is said piece by piece: each piece becomes the chunks that it adds, the end those that close the stream. */

import type { ChatRequest, Chunk, Completion, FinishReason, ToolCall } from '../core/openai-types.js'
import type { ChoiceContent, ReplyToolCall, ReplyUsage } from '../core/reply.js'
import { outputLimit } from '../core/request-parameters.js'
import { type BuildInput, buildCompletion } from './build.js'
import { type SplitOptions, splitCompletion } from './chunks.js'
import { stopSequences } from './truncate.js'

export interface IncrementalBuilder {
  add(piece: ChoiceContent, usage?: ReplyUsage): Chunk[]
  /** A stop sequence or the limit of tokens was reached: what comes now is not said. */
  readonly isFull: boolean
  end(): { completion: Completion; chunks: Chunk[] }
}

/** Whether pieces can be sent as they come: several choices take turns, and these others are made of the whole text. */
export const canBuildIncrementally = ({ n, modalities, moderation, functions, tools }: ChatRequest): boolean =>
  (n ?? 1) === 1 && !modalities?.includes('audio') && !moderation && !(functions?.length && !tools?.length)

/** @param input what an answer is built of, but for what is said */
export function createIncrementalBuilder(
  input: Omit<BuildInput, 'choices' | 'usage'>,
  streamOptions: Omit<SplitOptions, 'pieces'>
): IncrementalBuilder {
  const { request, tokens, identity } = input
  const stopList = stopSequences(request)
  const accumulated: ChoiceContent = {}
  let usage: ReplyUsage = {}
  let tokensLeft = outputLimit(request) ?? Number.POSITIVE_INFINITY
  // The end of the text that may be the start of a stop sequence.
  let pending = ''
  let endReason: FinishReason | undefined
  let buildCount = 0
  let isOpen = false
  const closingCount = streamOptions.includeUsage ? 2 : 1
  // A text goes out as it came; all else is cut where tokens end.
  const splitOptions = (text?: string): SplitOptions => ({
    ...streamOptions,
    pieces: other => (other === text && text !== '' ? [text] : tokens.pieces(other).map(piece => piece.text))
  })
  const buildPiece = (content: ChoiceContent, maxTokens: number) =>
    buildCompletion({
      ...input,
      request: {
        ...request,
        stop: undefined,
        max_tokens: undefined,
        max_completion_tokens: maxTokens === Number.POSITIVE_INFINITY ? undefined : maxTokens
      },
      choices: [content],
      usage,
      identity: { ...identity, random: identity.random.fork(`piece ${buildCount++}`) }
    })

  function buildChunks(piece: ChoiceContent): Chunk[] {
    if (!piece.refusal && !piece.text && !piece.toolCalls && !piece.annotations) return []
    // With an empty text, what opens a stream stands in a chunk by itself and can be left out.
    const content: ChoiceContent = isOpen && piece.refusal === undefined ? { ...piece, text: piece.text ?? '' } : piece
    const completion = buildPiece({ ...content, finishReason: undefined }, tokensLeft)
    const { message, finish_reason } = completion.choices[0]!
    if (finish_reason === 'length') endReason = 'length'
    const calls = (message.tool_calls ?? []).map(toReplyCall)
    if (tokensLeft !== Number.POSITIVE_INFINITY)
      for (const text of [message.content, message.refusal, ...calls.map(call => String(call.arguments))])
        tokensLeft -= text ? tokens.count(text) : 0
    const callsBefore = accumulated.toolCalls?.length ?? 0
    if (message.content !== null) accumulated.text = (accumulated.text ?? '') + message.content
    if (message.refusal !== null) accumulated.refusal = (accumulated.refusal ?? '') + message.refusal
    if (calls.length) accumulated.toolCalls = [...(accumulated.toolCalls ?? []), ...calls]
    if (piece.annotations) accumulated.annotations = [...(accumulated.annotations ?? []), ...piece.annotations]
    const chunks = splitCompletion(completion, splitOptions(message.refusal ?? message.content ?? '')).slice(
      isOpen ? 1 : 0,
      -closingCount
    )
    isOpen = true
    for (const { choices } of chunks) for (const call of choices[0]?.delta.tool_calls ?? []) call.index += callsBefore
    return chunks
  }

  /** Holds back what may turn out to be a stop sequence, and ends at one. */
  function textBeforeStop(text: string): string {
    const all = pending + text
    pending = ''
    const stopIndexes = stopList.map(sequence => all.indexOf(sequence)).filter(at => at >= 0)
    if (stopIndexes.length) {
      endReason = 'stop'
      return all.slice(0, Math.min(...stopIndexes))
    }
    for (let size = Math.max(0, ...stopList.map(({ length }) => length - 1)); size > 0; size--) {
      const end = all.slice(-size)
      if (end.length !== size || !stopList.some(sequence => sequence.startsWith(end))) continue
      pending = end
      return all.slice(0, -size)
    }
    return all
  }

  return {
    add(piece, addedUsage = {}) {
      usage = { ...usage, ...addedUsage }
      accumulated.finishReason = piece.finishReason ?? accumulated.finishReason
      return buildChunks(piece.text === undefined ? piece : { ...piece, text: textBeforeStop(piece.text) })
    },
    get isFull() {
      return endReason !== undefined
    },
    end() {
      const last = endReason === undefined && pending ? buildChunks({ text: pending }) : []
      const isTextOnly = accumulated.refusal === undefined && !accumulated.toolCalls
      const content: ChoiceContent = { ...accumulated, text: isTextOnly ? (accumulated.text ?? '') : accumulated.text }
      const completion = buildPiece(
        { ...content, finishReason: endReason ?? accumulated.finishReason },
        Number.POSITIVE_INFINITY
      )
      const chunks = splitCompletion(completion, splitOptions())
      return { completion, chunks: [...last, ...chunks.slice(isOpen ? -closingCount : 0)] }
    }
  }
}

const toReplyCall = ({ id, type, function: called, custom }: ToolCall): ReplyToolCall => ({
  id,
  type,
  name: called?.name ?? custom?.name ?? '',
  arguments: called?.arguments ?? custom?.input ?? ''
})
