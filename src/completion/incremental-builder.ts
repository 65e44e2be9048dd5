/** A completion that is said piece by piece: each piece becomes the chunks that it adds, the end those that close the stream. */

import type { ChatRequest, Chunk, Completion, FinishReason, ToolCall } from '../core/openai-types.js'
import type { ReplyToolCall, ReplyUsage, Saying } from '../core/reply.js'
import { build, type Ingredients } from './build.js'
import { type Cut, split } from './chunks.js'
import { stopsOf } from './truncate.js'

export interface Growth {
  add(piece: Saying, usage?: ReplyUsage): Chunk[]
  /** A stop sequence or the limit of tokens was reached: what comes now is not said. */
  readonly isFull: boolean
  end(): { completion: Completion; chunks: Chunk[] }
}

/** Whether pieces can be sent as they come: several choices take turns, and these others are made of the whole text. */
export const canGrow = ({ n, modalities, moderation, functions, tools }: ChatRequest): boolean =>
  (n ?? 1) === 1 && !modalities?.includes('audio') && !moderation && !(functions?.length && !tools?.length)

/** @param given what an answer is built of, but for what is said */
export function createGrowth(given: Omit<Ingredients, 'sayings' | 'usage'>, cut: Omit<Cut, 'pieces'>): Growth {
  const { request, tokens, identity } = given
  const stop = stopsOf(request)
  const whole: Saying = { kind: 'say' }
  let usage: ReplyUsage = {}
  let left = request.max_completion_tokens ?? request.max_tokens ?? Number.POSITIVE_INFINITY
  // The end of the text that may be the start of a stop sequence.
  let held = ''
  let ended: FinishReason | undefined
  let nth = 0
  let opened = false
  const closing = cut.includeUsage ? 2 : 1
  // A text goes out as it came; all else is cut where tokens end.
  const cutting = (text?: string): Cut => ({
    ...cut,
    pieces: other => (other === text && text !== '' ? [text] : tokens.pieces(other).map(piece => piece.text))
  })
  const buildOf = (saying: Saying, most: number) =>
    build({
      ...given,
      request: {
        ...request,
        stop: undefined,
        max_tokens: undefined,
        max_completion_tokens: most === Number.POSITIVE_INFINITY ? undefined : most
      },
      sayings: [saying],
      usage,
      identity: { ...identity, chance: identity.chance.fork(`piece ${nth++}`) }
    })

  function say(piece: Saying): Chunk[] {
    if (!piece.refusal && !piece.text && !piece.toolCalls && !piece.annotations) return []
    // With an empty text, what opens a stream stands in a chunk by itself and can be left out.
    const saying: Saying = opened && piece.refusal === undefined ? { ...piece, text: piece.text ?? '' } : piece
    const completion = buildOf({ ...saying, finishReason: undefined }, left)
    const { message, finish_reason } = completion.choices[0]!
    if (finish_reason === 'length') ended = 'length'
    const calls = (message.tool_calls ?? []).map(callOf)
    if (left !== Number.POSITIVE_INFINITY)
      for (const text of [message.content, message.refusal, ...calls.map(call => String(call.arguments))])
        left -= text ? tokens.count(text) : 0
    const before = whole.toolCalls?.length ?? 0
    if (message.content !== null) whole.text = (whole.text ?? '') + message.content
    if (message.refusal !== null) whole.refusal = (whole.refusal ?? '') + message.refusal
    if (calls.length) whole.toolCalls = [...(whole.toolCalls ?? []), ...calls]
    if (piece.annotations) whole.annotations = [...(whole.annotations ?? []), ...piece.annotations]
    const chunks = split(completion, cutting(message.refusal ?? message.content ?? '')).slice(opened ? 1 : 0, -closing)
    opened = true
    for (const { choices } of chunks) for (const call of choices[0]?.delta.tool_calls ?? []) call.index += before
    return chunks
  }

  /** Holds back what may turn out to be a stop sequence, and ends at one. */
  function unstopped(text: string): string {
    const all = held + text
    held = ''
    const ends = stop.map(sequence => all.indexOf(sequence)).filter(at => at >= 0)
    if (ends.length) {
      ended = 'stop'
      return all.slice(0, Math.min(...ends))
    }
    for (let size = Math.max(0, ...stop.map(({ length }) => length - 1)); size > 0; size--) {
      const end = all.slice(-size)
      if (end.length !== size || !stop.some(sequence => sequence.startsWith(end))) continue
      held = end
      return all.slice(0, -size)
    }
    return all
  }

  return {
    add(piece, more = {}) {
      usage = { ...usage, ...more }
      whole.finishReason = piece.finishReason ?? whole.finishReason
      return say(piece.text === undefined ? piece : { ...piece, text: unstopped(piece.text) })
    },
    get isFull() {
      return ended !== undefined
    },
    end() {
      const last = ended === undefined && held ? say({ kind: 'say', text: held }) : []
      const nothing = whole.refusal === undefined && !whole.toolCalls
      const saying: Saying = { ...whole, text: nothing ? (whole.text ?? '') : whole.text }
      const completion = buildOf({ ...saying, finishReason: ended ?? whole.finishReason }, Number.POSITIVE_INFINITY)
      const chunks = split(completion, cutting())
      return { completion, chunks: [...last, ...chunks.slice(opened ? -closing : 0)] }
    }
  }
}

const callOf = ({ id, type, function: called, custom }: ToolCall): ReplyToolCall => ({
  id,
  type,
  name: called?.name ?? custom?.name ?? '',
  arguments: called?.arguments ?? custom?.input ?? ''
})
