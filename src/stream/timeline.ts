/** A script is a stream as data: each frame with the moment it is due, in milliseconds from the start. */

import { findFloatFields, formatJson } from '../core/json-format.js'
import { isObject } from '../core/json-pointer.js'
import type { Chunk } from '../core/openai-types.js'
import { tryParseJson } from '../core/try-parse-json.js'
import type { Schedule } from './pacing.js'

export interface TimedEvent {
  at: number
  text: string
}

export interface Timeline {
  events: TimedEvent[]
  /** Each frame is a write of its own. */
  isUnbatched?: boolean
}

/** A script whose frames are put together when they are due: cheap to keep open by the thousand. */
export interface LazyTimeline {
  /** When each frame is due; none before the one that it follows. */
  readonly dueTimes: ArrayLike<number>
  /** The frames from one up to another, as one text. */
  text(from: number, to: number): string
  /** Each frame is a write of its own. */
  readonly isUnbatched?: boolean
}

export function toLazyTimeline({ events, isUnbatched = false }: Timeline): LazyTimeline {
  return {
    dueTimes: events.map(({ at }) => at),
    isUnbatched,
    text(from, to) {
      let text = ''
      for (let at = from; at < to; at++) text += events[at]!.text
      return text
    }
  }
}

/** Writes chunks as server-sent events and says when each is due; the last frame is `[DONE]`. */
export function createTimeline(chunks: readonly Chunk[], schedule: Schedule): Timeline {
  const dueTimes = computeDueTimes(assignTokens(chunks), schedule)
  return { events: [...chunks.map(formatEvent), doneEvent].map((text, index) => ({ at: dueTimes[index]!, text })) }
}

/** A stream that is already written: what says something in it takes its time as a token does. */
export function createTextTimeline(text: string, schedule: Schedule): Timeline {
  const texts = text.split(/(?<=\n\r?\n)/)
  const { total, perEvent } = assignTokens(texts.map(parseEvent))
  const dueTimes = computeDueTimes({ total, perEvent: perEvent.slice(0, texts.length) }, schedule)
  return { events: texts.map((text, index) => ({ at: dueTimes[index]!, text })) }
}

/** What stands in an event; one that is no chunk says nothing. */
function parseEvent(event: string): Pick<Chunk, 'choices'> {
  const chunk = tryParseJson(/^data: ?(.*)$/m.exec(event)?.[1] ?? '')
  return isObject(chunk) && Array.isArray(chunk.choices) ? { choices: chunk.choices } : emptyChunk
}

const emptyChunk: Pick<Chunk, 'choices'> = { choices: [] }

/** The token with which each frame of a stream comes; what closes the stream comes at its end, after all tokens. */
export interface EventTokens {
  total: number
  perEvent: number[]
}

/** What opens a stream comes with the first token. */
export function assignTokens(chunks: readonly Pick<Chunk, 'choices'>[]): EventTokens {
  const hasContent = chunks.map(isContentChunk)
  const total = hasContent.filter(Boolean).length
  let tokens = 0
  const perEvent = hasContent.map(isContent => {
    if (isContent) tokens++
    return tokens === total && !isContent ? total : Math.max(0, tokens - 1)
  })
  return { total, perEvent: [...perEvent, perEvent.at(-1) ?? 0] }
}

export function computeDueTimes({ total, perEvent }: EventTokens, schedule: Schedule): Float64Array {
  const end = () => schedule.end ?? schedule.at(Math.max(0, total - 1), total)
  return Float64Array.from(perEvent, token => (token === total ? end() : schedule.at(token, total)))
}

/** One server-sent event. */
export const formatEvent = (chunk: Chunk) => `data: ${formatJson(chunk, 0, findFloatFields(chunk))}\n\n`

export const doneEvent = 'data: [DONE]\n\n'

/** Whether a chunk is heard or read, and takes its time as a token does. */
export function isContentChunk({ choices }: Pick<Chunk, 'choices'>): boolean {
  const delta = choices[0]?.delta
  if (!delta) return false
  const call = delta.tool_calls?.[0]
  return Boolean(
    delta.content ||
      delta.refusal ||
      call?.function?.arguments ||
      call?.custom?.input ||
      delta.function_call?.arguments ||
      delta.audio?.transcript
  )
}

/** How long a JSON answer takes: as long as its stream would. */
export function computeDuration(tokens: number, schedule: Schedule): number {
  return schedule.end ?? schedule.at(Math.max(0, tokens - 1))
}
