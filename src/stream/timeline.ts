/** Builds timelines: the events of a stream, each with its due time in milliseconds from the request. */

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
  /** Each event is a separate write, also if several are due. */
  isUnbatched?: boolean
}

/** A timeline that formats its events only when they are due, so that thousands of open streams need little memory. */
export interface LazyTimeline {
  /** The due time of each event, in ascending order. */
  readonly dueTimes: ArrayLike<number>
  /** The text of the events from index `from` up to, but without, `to`. */
  text(from: number, to: number): string
  /** The same events as chunks of HTTP, if they are prepared; each character is a byte. */
  chunks?(from: number, to: number): string
  readonly isUnbatched?: boolean | undefined
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

/** The timeline of a stream of chunks. The last event is `[DONE]`. */
export function createTimeline(chunks: readonly Chunk[], schedule: Schedule): Timeline {
  const dueTimes = computeDueTimes(assignTokens(chunks.map(isContentChunk)), schedule)
  return { events: [...chunks.map(formatEvent), doneEvent].map((text, index) => ({ at: dueTimes[index]!, text })) }
}

/**
 * The timeline of a stream whose chunks are formatted already.
 *
 * @param texts the events, without `[DONE]`
 * @param hasContent whether each event has content
 */
export function createFormattedTimeline(
  texts: readonly string[],
  hasContent: readonly boolean[],
  schedule: Schedule
): LazyTimeline {
  return {
    dueTimes: computeDueTimes(assignTokens(hasContent), schedule),
    text: (from, to) => texts.slice(from, to).join('') + (to > texts.length ? doneEvent : '')
  }
}

const isContentEvent = (event: string) => isContentChunk(parseEvent(event))

/**
 * The timeline of a stream that is text already. Each event with content takes the time of a token.
 *
 * @param hasContent whether an event has content; by default, whether it is a chunk of a completion that has
 */
export function createTextTimeline(text: string, schedule: Schedule, hasContent = isContentEvent): Timeline {
  const texts = splitEvents(text)
  const { total, perEvent } = assignTokens(texts.map(hasContent))
  const dueTimes = computeDueTimes({ total, perEvent: perEvent.slice(0, texts.length) }, schedule)
  return { events: texts.map((text, index) => ({ at: dueTimes[index]!, text })) }
}

/** Splits a stream after each event. An event ends with an empty line; the last text may have no end. */
export function splitEvents(text: string): string[] {
  if (text.includes('\r')) return text.split(/(?<=\n\r?\n)/)
  const events: string[] = []
  let start = 0
  for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n', start)) {
    events.push(text.slice(start, end + 2))
    start = end + 2
  }
  if (start < text.length) events.push(text.slice(start))
  return events
}

/** The chunk in an event, or an empty chunk. */
function parseEvent(event: string): Pick<Chunk, 'choices'> {
  const chunk = tryParseJson(/^data: ?(.*)$/m.exec(event)?.[1] ?? '')
  return isObject(chunk) && Array.isArray(chunk.choices) ? { choices: chunk.choices } : emptyChunk
}

const emptyChunk: Pick<Chunk, 'choices'> = { choices: [] }

export interface EventTokens {
  total: number
  /** The token whose due time each event shares. Events after the last token have the number `total`. */
  perEvent: number[]
}

/**
 * Assigns each event of a stream to a token. Events before the first token share its due time.
 *
 * @param hasContent whether each event has content
 */
export function assignTokens(hasContent: readonly boolean[]): EventTokens {
  const total = hasContent.filter(Boolean).length
  let tokens = 0
  const perEvent = hasContent.map(isContent => {
    if (isContent) tokens++
    return tokens === total && !isContent ? total : Math.max(0, tokens - 1)
  })
  return { total, perEvent: [...perEvent, perEvent.at(-1) ?? 0] }
}

export function computeDueTimes({ total, perEvent }: EventTokens, schedule: Schedule): Float64Array {
  return Float64Array.from(perEvent, token =>
    token === total ? computeDuration(total, schedule) : schedule.at(token, total)
  )
}

/** How long a response takes: a JSON response takes as long as its stream would. */
export function computeDuration(tokens: number, schedule: Schedule): number {
  return schedule.end ?? schedule.at(Math.max(0, tokens - 1), tokens)
}

export const formatEvent = (chunk: Chunk): string => formatDataEvent(formatJson(chunk, 0, findFloatFields(chunk)))

/** A server-sent event with one line of data. */
export const formatDataEvent = (data: string): string => `data: ${data}\n\n`

export const doneEvent = 'data: [DONE]\n\n'

/** Whether a chunk has content and so takes the time of a token. */
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
