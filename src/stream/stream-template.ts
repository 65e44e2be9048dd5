/** Formats the stream of a canned reply once, and fills in the id, time and usage of each response. */
import { formatJson, type LazyText } from '../core/json-format.js'
import { objectBytes } from '../core/memory-size.js'
import type { Chunk } from '../core/openai-types.js'
import type { EventList } from './event-list.js'
import { formatChunks } from './http-chunks.js'
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
  fill(values: StreamValues): FilledStream
  /** The same text as events with due times. */
  timeline(values: StreamValues, schedule: Schedule): LazyTimeline
}

/**
 * Makes a template of the chunks of one response. All ids must have the same length, because the padding of each chunk
 * depends on it.
 */
export function createStreamTemplate(chunks: readonly Chunk[]): StreamTemplate {
  const [{ id, created }] = chunks as [Chunk]
  const usage = chunks.find(chunk => chunk.usage)
  const texts = chunks.filter(chunk => chunk !== usage).map(formatEvent)
  if (!usage) texts.push(doneEvent)
  const identity = formatIdentity(id, created)
  const framed = texts.map(formatChunks)
  const buffer = Buffer.from(framed.join(''), 'latin1')
  const plain = usage ? [...texts, doneEvent].join('') : texts.join('')
  const data: StreamTemplateData = {
    buffer,
    identityOffsets: findOffsets(identity, buffer),
    identityLength: identity.length,
    length: plain.length,
    byteLength: Buffer.byteLength(plain),
    usage,
    chunkEnds: listEnds(framed),
    eventLengths: texts.map(text => Buffer.byteLength(text)),
    eventTokens: assignTokens(chunks.map(isContentChunk))
  }
  return {
    memoryBytes: objectBytes + buffer.length + eventBytes * texts.length,
    fill: values => new FilledStream(data, values),
    timeline: (values, schedule) => new FilledTimeline(data, values, computeDueTimes(data.eventTokens, schedule))
  }
}

// The offsets, the length and the token of an event.
const eventBytes = 48

interface StreamTemplateData {
  /**
   * The events up to the usage, each as one chunk of HTTP. Each response writes its identity over the identity of the response
   * before it.
   */
  buffer: Buffer
  /** The offset of the identity in each event. */
  identityOffsets: number[]
  identityLength: number
  /** The characters of the stream without its usage. */
  length: number
  /** The bytes of the stream without its usage. */
  byteLength: number
  usage: Chunk | undefined
  /** The offset after each chunk in `buffer`. */
  chunkEnds: number[]
  /** The bytes of each event in `buffer`. */
  eventLengths: number[]
  /** Covers also the usage and `[DONE]`. */
  eventTokens: EventTokens
}

function listEnds(texts: readonly string[]): number[] {
  let end = 0
  return texts.map(text => {
    end += text.length
    return end
  })
}

function findOffsets(identity: string, buffer: Buffer): number[] {
  const offsets: number[] = []
  for (let at = buffer.indexOf(identity); at >= 0; at = buffer.indexOf(identity, at + identity.length)) offsets.push(at)
  return offsets
}

// This text is in every chunk, and nowhere else in the stream.
const formatIdentity = (id: string, created: number) => `${id}","object":"chat.completion.chunk","created":${created}`

/** The events of one response: as text, and as chunks of HTTP. */
class FilledStream implements EventList, LazyText {
  /** The events after those in `buffer`. */
  readonly #closing: readonly string[]
  constructor(
    protected readonly data: StreamTemplateData,
    private readonly values: StreamValues
  ) {
    this.#closing = data.usage ? [formatUsageEvent(data.usage, values), doneEvent] : []
  }

  get length(): number {
    return this.data.length + (this.#closing[0]?.length ?? 0)
  }

  get bytes(): number {
    return this.data.byteLength + Buffer.byteLength(this.#closing[0] ?? '')
  }

  get count(): number {
    return this.data.chunkEnds.length + this.#closing.length
  }

  get whole(): LazyText {
    return this
  }

  toString(): string {
    return this.text(0, this.count)
  }

  text(from: number, to: number): string {
    const { buffer, chunkEnds, eventLengths } = this.data
    const end = Math.min(to, chunkEnds.length)
    this.#writeIdentity(from, end)
    let text = ''
    for (let at = from; at < end; at++) {
      const textEnd = chunkEnds[at]! - lineBreak.length
      text += buffer.toString('utf8', textEnd - eventLengths[at]!, textEnd)
    }
    return text + this.#closingFrom(from, to).join('')
  }

  chunks(from: number, to: number): string {
    const { buffer, chunkEnds } = this.data
    const end = Math.min(to, chunkEnds.length)
    this.#writeIdentity(from, end)
    const startOf = (event: number) => (event === 0 ? 0 : chunkEnds[event - 1]!)
    const text = from < end ? buffer.toString('latin1', startOf(from), startOf(end)) : ''
    return text + this.#closingFrom(from, to).map(formatChunks).join('')
  }

  #closingFrom(from: number, to: number): readonly string[] {
    const { length } = this.data.chunkEnds
    return this.#closing.slice(Math.max(0, from - length), Math.max(0, to - length))
  }

  #writeIdentity(from: number, to: number): void {
    const { buffer, identityOffsets, identityLength } = this.data
    const identity = formatIdentity(this.values.id, this.values.created)
    if (identity.length !== identityLength) throw new Error('all ids of a stream template must have the same length')
    // Only `[DONE]` has no identity.
    for (let at = from; at < Math.min(to, identityOffsets.length); at++)
      buffer.write(identity, identityOffsets[at]!, identityLength, 'latin1')
  }
}

class FilledTimeline extends FilledStream implements LazyTimeline {
  readonly isUnbatched = false
  constructor(
    data: StreamTemplateData,
    values: StreamValues,
    readonly dueTimes: Float64Array
  ) {
    super(data, values)
  }
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

// Each chunk of HTTP ends with a line break.
const lineBreak = '\r\n'

const padding = 'k3ZqT9xWm2LbR7s'
