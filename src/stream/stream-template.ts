/** Streams of canned replies, written once: each answer's id, time and usage are put into their places. */
import { type LateText, layOut } from '../core/json-format.js'
import type { Chunk } from '../core/openai-types.js'
import type { Schedule } from './pacing.js'
import { duesOf, type FrameTokens, frameOf, type LateScript, lastFrame, tokensOf } from './timeline.js'

/** What a stream says of its own. */
export interface StreamPlaces {
  id: string
  created: number
  promptTokens: number
}

export interface PreparedStream {
  fill(places: StreamPlaces): LateText
  /** The same as frames, each with its moment. */
  script(places: StreamPlaces, schedule: Schedule): LateScript
}

/**
 * Takes the chunks of one answer apart at its id and time. The next answer's id has to have the same length, since the padding of
 * each chunk follows from it.
 */
export function prepareStream(chunks: readonly Chunk[]): PreparedStream {
  const [{ id, created }] = chunks as [Chunk]
  const usageChunk = chunks.find(chunk => chunk.usage)
  const text = chunks
    .filter(chunk => chunk !== usageChunk)
    .map(frameOf)
    .join('')
  const identity = identityOf(id, created)
  const whole = usageChunk ? text : text + lastFrame
  const page = Buffer.from(whole)
  const shape: Shape = {
    page,
    places: placesOf(identity, page),
    identityLength: identity.length,
    isLatin: page.length === whole.length,
    length: text.length + lastFrame.length,
    bytes: Buffer.byteLength(text) + lastFrame.length,
    usage: usageChunk,
    ends: endsOf(page),
    tokens: tokensOf(chunks)
  }
  return {
    fill: places => new Filled(shape, places),
    script: (places, schedule) => new Stamped(shape, places, duesOf(shape.tokens, schedule))
  }
}

interface Shape {
  /** The bytes of the stream up to what differs in length. Each answer stamps its identity over that of the one before. */
  page: Buffer
  /** Where the identity of each frame stands. */
  places: number[]
  identityLength: number
  isLatin: boolean
  length: number
  bytes: number
  usage: Chunk | undefined
  /** Where each frame on the page ends. */
  ends: number[]
  /** The token with which each frame comes, the usage and the last one too. */
  tokens: FrameTokens
}

function endsOf(page: Buffer): number[] {
  const ends: number[] = []
  for (let at = page.indexOf('\n\n'); at >= 0; at = page.indexOf('\n\n', at + 2)) ends.push(at + 2)
  return ends
}

function placesOf(identity: string, page: Buffer): number[] {
  const places: number[] = []
  for (let at = page.indexOf(identity); at >= 0; at = page.indexOf(identity, at + identity.length)) places.push(at)
  return places
}

// These stand together in every chunk, and nowhere else.
const identityOf = (id: string, created: number) => `${id}","object":"chat.completion.chunk","created":${created}`

class Filled implements LateText {
  readonly #usage: string
  constructor(
    private readonly shape: Shape,
    private readonly places: StreamPlaces
  ) {
    this.#usage = shape.usage ? usageFrame(shape.usage, places) : ''
  }

  get length(): number {
    return this.shape.length + this.#usage.length
  }

  get bytes(): number {
    return this.shape.bytes + this.#usage.length
  }

  toString(): string {
    const text = stamped(this.shape, this.places, 0, this.shape.ends.length)
    return this.shape.usage ? text + this.#usage + lastFrame : text
  }
}

class Stamped implements LateScript {
  readonly apart = false
  constructor(
    private readonly shape: Shape,
    private readonly places: StreamPlaces,
    readonly dues: Float64Array
  ) {}

  text(from: number, to: number): string {
    const { ends, usage } = this.shape
    const text = stamped(this.shape, this.places, Math.min(from, ends.length), Math.min(to, ends.length))
    if (!usage || to <= ends.length) return text
    // Beyond the page there are the usage and the end.
    const closing = [usageFrame(usage, this.places), lastFrame]
    return text + closing.slice(Math.max(0, from - ends.length), to - ends.length).join('')
  }
}

/** The frames of the page from one up to another, with an answer's identity in each. */
function stamped(
  { page, places, ends, identityLength, isLatin }: Shape,
  own: StreamPlaces,
  from: number,
  to: number
): string {
  const identity = Buffer.from(identityOf(own.id, own.created), 'latin1')
  if (identity.length !== identityLength) throw new Error('the id of an answer has the length of those before it')
  // Only the last frame, [DONE], has none.
  for (let at = from; at < Math.min(to, places.length); at++) page.set(identity, places[at]!)
  const endOf = (frames: number) => (frames === 0 ? 0 : ends[frames - 1]!)
  return page.toString(isLatin ? 'latin1' : 'utf8', endOf(from), endOf(to))
}

function usageFrame(chunk: Chunk, { id, created, promptTokens }: StreamPlaces): string {
  const { obfuscation, ...rest } = chunk
  const usage = { ...chunk.usage!, prompt_tokens: promptTokens }
  usage.total_tokens = promptTokens + usage.completion_tokens
  const own: Chunk = { ...rest, id, created, usage }
  if (obfuscation === undefined) return frameOf(own)
  // The padding rounds the length up to a multiple of 16, so it follows the number of digits.
  const { length } = layOut(own, 0)
  return frameOf({ ...own, obfuscation: padding.slice(0, (16 - (length % 16)) % 16) })
}

const padding = 'k3ZqT9xWm2LbR7s'
