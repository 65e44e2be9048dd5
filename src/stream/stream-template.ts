/** Formats the stream of a canned reply once, and fills in the id, time and usage of each response. */
import { formatJson, type LazyText } from '../core/json-format.js'
import { objectBytes } from '../core/memory-size.js'
import type { Chunk } from '../core/openai-types.js'
import type { Schedule } from './pacing.js'
import {
  assignTokens,
  computeDueTimes,
  doneEvent,
  type EventTokens,
  formatEvent,
  isContentChunk,
  type LazyTimeline
} from './timeline.js'

/** The values that differ between responses. */
interface StreamValues {
  id: string
  created: number
  promptTokens: number
}

export interface StreamTemplate {
  /** The memory of the template. */
  memoryBytes: number
  fill(values: StreamValues): LazyText
  /** The same text as events with due times. */
  timeline(values: StreamValues, schedule: Schedule): LazyTimeline
}

/**
 * Makes a template of the chunks of one response. All ids must have the same length, because the padding of each chunk
 * depends on it.
 */
export function createStreamTemplate(chunks: readonly Chunk[]): StreamTemplate {
  const [{ id, created }] = chunks as [Chunk]
  const usageChunk = chunks.find(chunk => chunk.usage)
  const text = chunks
    .filter(chunk => chunk !== usageChunk)
    .map(formatEvent)
    .join('')
  const identity = formatIdentity(id, created)
  const template = usageChunk ? text : text + doneEvent
  const buffer = Buffer.from(template)
  const data: StreamTemplateData = {
    buffer,
    identityOffsets: findOffsets(identity, buffer),
    identityLength: identity.length,
    isLatin: buffer.length === template.length,
    length: text.length + doneEvent.length,
    byteLength: Buffer.byteLength(text) + doneEvent.length,
    usage: usageChunk,
    eventEnds: findEventEnds(buffer),
    eventTokens: assignTokens(chunks.map(isContentChunk))
  }
  return {
    memoryBytes: objectBytes + buffer.length + eventBytes * data.eventEnds.length,
    fill: values => new FilledText(data, values),
    timeline: (values, schedule) => new FilledTimeline(data, values, computeDueTimes(data.eventTokens, schedule))
  }
}

// The offsets and tokens of an event.
const eventBytes = 40

interface StreamTemplateData {
  /** The bytes of the stream up to the usage. Each response writes its identity over the identity of the response before it. */
  buffer: Buffer
  /** The offset of the identity in each event. */
  identityOffsets: number[]
  identityLength: number
  isLatin: boolean
  length: number
  byteLength: number
  usage: Chunk | undefined
  /** The offset after each event in `buffer`. */
  eventEnds: number[]
  /** Covers also the usage and `[DONE]`. */
  eventTokens: EventTokens
}

function findEventEnds(buffer: Buffer): number[] {
  const ends: number[] = []
  for (let at = buffer.indexOf('\n\n'); at >= 0; at = buffer.indexOf('\n\n', at + 2)) ends.push(at + 2)
  return ends
}

function findOffsets(identity: string, buffer: Buffer): number[] {
  const offsets: number[] = []
  for (let at = buffer.indexOf(identity); at >= 0; at = buffer.indexOf(identity, at + identity.length)) offsets.push(at)
  return offsets
}

// This text is in every chunk, and nowhere else in the stream.
const formatIdentity = (id: string, created: number) => `${id}","object":"chat.completion.chunk","created":${created}`

class FilledText implements LazyText {
  readonly #usage: string
  constructor(
    private readonly data: StreamTemplateData,
    private readonly values: StreamValues
  ) {
    this.#usage = data.usage ? formatUsageEvent(data.usage, values) : ''
  }

  get length(): number {
    return this.data.length + this.#usage.length
  }

  get bytes(): number {
    return this.data.byteLength + this.#usage.length
  }

  toString(): string {
    const text = renderEvents(this.data, this.values, 0, this.data.eventEnds.length)
    return this.data.usage ? text + this.#usage + doneEvent : text
  }
}

class FilledTimeline implements LazyTimeline {
  readonly isUnbatched = false
  constructor(
    private readonly data: StreamTemplateData,
    private readonly values: StreamValues,
    readonly dueTimes: Float64Array
  ) {}

  text(from: number, to: number): string {
    const { eventEnds, usage } = this.data
    const text = renderEvents(this.data, this.values, Math.min(from, eventEnds.length), Math.min(to, eventEnds.length))
    if (!usage || to <= eventEnds.length) return text
    // The usage and `[DONE]` come after the events in `buffer`.
    const closing = [formatUsageEvent(usage, this.values), doneEvent]
    return text + closing.slice(Math.max(0, from - eventEnds.length), to - eventEnds.length).join('')
  }
}

/** The events of `buffer` from index `from` up to, but without, `to`, with the identity of a response. */
function renderEvents(
  { buffer, identityOffsets, eventEnds, identityLength, isLatin }: StreamTemplateData,
  values: StreamValues,
  from: number,
  to: number
): string {
  const identity = Buffer.from(formatIdentity(values.id, values.created), 'latin1')
  if (identity.length !== identityLength) throw new Error('all ids of a stream template must have the same length')
  // Only `[DONE]` has no identity.
  for (let at = from; at < Math.min(to, identityOffsets.length); at++) buffer.set(identity, identityOffsets[at]!)
  const endOffset = (eventCount: number) => (eventCount === 0 ? 0 : eventEnds[eventCount - 1]!)
  return buffer.toString(isLatin ? 'latin1' : 'utf8', endOffset(from), endOffset(to))
}

function formatUsageEvent(chunk: Chunk, { id, created, promptTokens }: StreamValues): string {
  const { obfuscation, ...rest } = chunk
  const usage = { ...chunk.usage!, prompt_tokens: promptTokens }
  usage.total_tokens = promptTokens + usage.completion_tokens
  const filled: Chunk = { ...rest, id, created, usage }
  if (obfuscation === undefined) return formatEvent(filled)
  // The padding rounds the length up to a multiple of 16, so it depends on the number of digits.
  const { length } = formatJson(filled, 0)
  return formatEvent({ ...filled, obfuscation: padding.slice(0, (16 - (length % 16)) % 16) })
}

const padding = 'k3ZqT9xWm2LbR7s'
