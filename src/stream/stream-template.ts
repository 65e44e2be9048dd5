/** Streams of canned replies, written once: each answer's id, time and usage are put into their places. */
import { formatJson, type LazyText } from '../core/json-format.js'
import type { Chunk } from '../core/openai-types.js'
import type { Schedule } from './pacing.js'
import {
  assignTokens,
  computeDueTimes,
  doneEvent,
  type EventTokens,
  formatEvent,
  type LazyTimeline
} from './timeline.js'

/** What a stream says of its own. */
export interface StreamValues {
  id: string
  created: number
  promptTokens: number
}

export interface StreamTemplate {
  fill(values: StreamValues): LazyText
  /** The same as frames, each with its moment. */
  timeline(values: StreamValues, schedule: Schedule): LazyTimeline
}

/**
 * Takes the chunks of one answer apart at its id and time. The next answer's id has to have the same length, since the padding of
 * each chunk follows from it.
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
    eventTokens: assignTokens(chunks)
  }
  return {
    fill: values => new FilledText(data, values),
    timeline: (values, schedule) => new FilledTimeline(data, values, computeDueTimes(data.eventTokens, schedule))
  }
}

interface StreamTemplateData {
  /** The bytes of the stream up to what differs in length. Each answer stamps its identity over that of the one before. */
  buffer: Buffer
  /** Where the identity of each frame stands. */
  identityOffsets: number[]
  identityLength: number
  isLatin: boolean
  length: number
  byteLength: number
  usage: Chunk | undefined
  /** Where each frame on the page ends. */
  eventEnds: number[]
  /** The token with which each frame comes, the usage and the last one too. */
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

// These stand together in every chunk, and nowhere else.
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
    // Beyond the page there are the usage and the end.
    const closing = [formatUsageEvent(usage, this.values), doneEvent]
    return text + closing.slice(Math.max(0, from - eventEnds.length), to - eventEnds.length).join('')
  }
}

/** The frames of the page from one up to another, with an answer's identity in each. */
function renderEvents(
  { buffer, identityOffsets, eventEnds, identityLength, isLatin }: StreamTemplateData,
  values: StreamValues,
  from: number,
  to: number
): string {
  const identity = Buffer.from(formatIdentity(values.id, values.created), 'latin1')
  if (identity.length !== identityLength) throw new Error('the id of an answer has the length of those before it')
  // Only the last frame, [DONE], has none.
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
  // The padding rounds the length up to a multiple of 16, so it follows the number of digits.
  const { length } = formatJson(filled, 0)
  return formatEvent({ ...filled, obfuscation: padding.slice(0, (16 - (length % 16)) % 16) })
}

const padding = 'k3ZqT9xWm2LbR7s'
