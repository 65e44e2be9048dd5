/** Splits a completion into the chunks of its stream. */

import { toolCallArguments } from '../core/message-text.js'
import type { Choice, Chunk, ChunkChoice, Completion, Delta, Logprobs, ToolCall } from '../core/openai-types.js'
import type { Random } from '../core/random.js'

/** How a completion is split into chunks. */
export interface SplitOptions {
  /** Cuts a text where the model's tokens end. */
  pieces(text: string): readonly string[]
  /** Whether the stream has a usage chunk. */
  includeUsage: boolean
  /** Draws the obfuscation characters; without it chunks have none. */
  obfuscation?: Random
}

/** Splits a completion into chunks with the keys and in the order of recorded streams. The chunks join to the completion. */
export function splitCompletion(completion: Completion, options: SplitOptions): Chunk[] {
  const { id, created, model, service_tier, system_fingerprint, usage } = completion
  const head = {
    id,
    object: 'chat.completion.chunk' as const,
    created,
    model,
    ...(service_tier === undefined ? {} : { service_tier }),
    system_fingerprint
  }
  const noUsage = options.includeUsage ? { usage: null } : {}
  const parts = interleave(completion.choices.map(choice => new ChoiceSplitter(choice, options.pieces).split()))
  const toChunk = ({ choice, position }: ChunkPart): Chunk =>
    position === 'early' ? { ...head, ...noUsage, choices: [choice] } : { ...head, choices: [choice], ...noUsage }
  const chunks = parts.filter(({ position }) => position !== 'late').map(toChunk)
  if (options.includeUsage) chunks.push({ ...head, choices: [], usage })
  chunks.push(...parts.filter(({ position }) => position === 'late').map(toChunk))
  if (completion.moderation) chunks.push({ ...head, choices: [], moderation: completion.moderation, ...noUsage })
  if (options.obfuscation) for (const chunk of chunks) chunk.obfuscation = createObfuscation(chunk, options.obfuscation)
  return chunks
}

/** The choice of one chunk. */
interface ChunkPart {
  choice: ChunkChoice
  /** `early`: `usage` comes before `choices`, as in parallel tool calls. `late`: after the usage chunk, as the end of audio. */
  position?: 'early' | 'late'
}

/** Splits one choice. A delta has no log probabilities, `null`, or those of its tokens. */
class ChoiceSplitter {
  readonly #parts: ChunkPart[] = []
  readonly #emptyLogprobs: { logprobs?: Logprobs | null }
  readonly #tokens: ReturnType<typeof createTokenCutter>
  #position: ChunkPart['position']

  constructor(
    private readonly choice: Choice,
    private readonly pieces: SplitOptions['pieces']
  ) {
    this.#emptyLogprobs = choice.logprobs === undefined ? {} : { logprobs: null }
    this.#tokens = createTokenCutter(choice.logprobs, pieces)
  }

  split(): ChunkPart[] {
    const { index, message, finish_reason } = this.choice
    const { content, refusal, function_call, audio } = message
    const calls = message.tool_calls ?? []
    if (refusal !== null) this.#pushRefusal(refusal)
    else if (function_call && content === null) this.#pushFunctionCall(function_call)
    else if (audio) return this.#pushAudio(audio)
    else if (content === null && calls.length === 1) this.#pushSingleCall(calls[0]!)
    else if (content === null && calls.length > 1) this.#pushParallelCalls(calls)
    else this.#pushText(content, function_call)
    if (content !== null) this.#pushCalls(calls, this.pieces)
    if (message.annotations?.length) this.#push({ annotations: message.annotations })
    this.#parts.push({ choice: { index, delta: {}, ...this.#emptyLogprobs, finish_reason } })
    return this.#parts
  }

  #push(delta: Delta, logprobs: { logprobs?: Logprobs | null } = this.#emptyLogprobs): void {
    const choice = { index: this.choice.index, delta, ...logprobs, finish_reason: null }
    this.#parts.push({ choice, position: this.#position })
  }

  #pushRefusal(refusal: string): void {
    this.#push({ role: 'assistant', content: null, refusal: '' }, this.#tokens.opening(this.#emptyLogprobs))
    for (const { text, entries } of this.#tokens.cut('refusal', refusal)) this.#push({ refusal: text }, entries)
  }

  #pushFunctionCall({ name, arguments: args }: FunctionCall): void {
    this.#push({ role: 'assistant', content: null, function_call: { name, arguments: '' }, refusal: null })
    for (const text of this.pieces(args)) this.#push({ function_call: { arguments: text } })
  }

  /** Recorded audio ends without a finish_reason. */
  #pushAudio({ id, transcript, data, expires_at }: NonNullable<Choice['message']['audio']>): ChunkPart[] {
    this.#push({ role: 'assistant', refusal: null })
    this.#push({ content: null, audio: { id, transcript: '' } })
    for (const text of this.pieces(transcript)) this.#push({ audio: { transcript: text } })
    this.#push({ audio: { data } })
    this.#position = 'late'
    this.#push({ audio: { expires_at } })
    return this.#parts
  }

  #pushSingleCall(call: ToolCall): void {
    this.#push({ role: 'assistant', content: null, tool_calls: [openingCallDelta(call, 0)], refusal: null })
    this.#pushArguments(call, 0, this.pieces)
  }

  #pushParallelCalls(calls: readonly ToolCall[]): void {
    this.#position = 'early'
    this.#push({ role: 'assistant', content: null })
    this.#pushCalls(calls, strides)
  }

  #pushText(content: string | null, functionCall: FunctionCall | undefined): void {
    this.#push(
      { role: 'assistant', content: content === null ? null : '', refusal: null },
      this.#tokens.opening(this.#emptyLogprobs)
    )
    for (const { text, entries } of this.#tokens.cut('content', content ?? '')) this.#push({ content: text }, entries)
    if (!functionCall) return
    this.#push({ function_call: { name: functionCall.name, arguments: '' } })
    for (const text of this.pieces(functionCall.arguments)) this.#push({ function_call: { arguments: text } })
  }

  #pushCalls(calls: readonly ToolCall[], cut: (text: string) => Iterable<string>): void {
    for (const [at, call] of calls.entries()) {
      this.#push({ tool_calls: [openingCallDelta(call, at)] })
      this.#pushArguments(call, at, cut)
    }
  }

  #pushArguments(call: ToolCall, at: number, cut: (text: string) => Iterable<string>): void {
    for (const text of cut(toolCallArguments(call))) this.#push({ tool_calls: [argumentsDelta(call, at, text)] })
  }
}

type FunctionCall = NonNullable<Choice['message']['function_call']>

function openingCallDelta(call: ToolCall, index: number) {
  return call.custom
    ? { index, id: call.id, type: call.type, custom: { name: call.custom.name, input: '' } }
    : { index, id: call.id, type: call.type, function: { name: call.function!.name, arguments: '' } }
}

function argumentsDelta(call: ToolCall, index: number, text: string) {
  return call.custom ? { index, custom: { input: text } } : { index, function: { arguments: text } }
}

// Recorded parallel calls are cut after 4, 5 and 6 characters in turn, not where tokens end.
function* strides(text: string): Generator<string> {
  const characters = [...text]
  for (let from = 0, turn = 0; from < characters.length; turn++) {
    const size = 4 + (turn % 3)
    yield characters.slice(from, from + size).join('')
    from += size
  }
}

// With log probabilities each of their tokens is a chunk; without them each piece of the tokenizer is.
function createTokenCutter(logprobs: Logprobs | null | undefined, pieces: SplitOptions['pieces']) {
  return {
    opening: (emptyLogprobs: { logprobs?: Logprobs | null }) =>
      logprobs ? { logprobs: { content: logprobs.content && [], refusal: logprobs.refusal && [] } } : emptyLogprobs,
    *cut(part: 'content' | 'refusal', text: string): Generator<{ text: string; entries?: { logprobs: Logprobs } }> {
      const entries = logprobs?.[part]
      if (!entries) {
        for (const piece of pieces(text)) yield { text: piece }
        return
      }
      // Tokens that share a character are sent together, in the chunk that completes it.
      let held: typeof entries = []
      for (const entry of entries) {
        held.push(entry)
        const piece = decodeTokens(held)
        if (piece === undefined) continue
        yield { text: piece, entries: { logprobs: { content: null, refusal: null, [part]: held } } }
        held = []
      }
    }
  }
}

function decodeTokens(entries: { token: string; bytes: number[] | null }[]): string | undefined {
  const bytes = entries.flatMap(({ token, bytes }) => bytes ?? [...Buffer.from(token)])
  const text = Buffer.from(bytes).toString()
  return text.includes('\ufffd') && !entries.some(({ token }) => token.includes('\ufffd') && entries.length === 1)
    ? undefined
    : text
}

// As recorded: each choice opens with its role and first token, then the choices take turns. All finish chunks come last.
function interleave(choices: ChunkPart[][]): ChunkPart[] {
  if (choices.length === 1) return choices[0]!
  const bodies = choices.map(list => list.slice(0, -1))
  const order = bodies.flatMap(list => list.slice(0, 2))
  const longest = Math.max(...bodies.map(list => list.length))
  for (let turn = 2; turn < longest; turn++) for (const list of bodies) if (list[turn]) order.push(list[turn]!)
  return [...order, ...choices.map(list => list.at(-1)!)]
}

// The service pads each chunk: its length without the field is rounded up to a multiple of 16 characters.
function createObfuscation(chunk: Chunk, random: Random): string {
  const { length } = JSON.stringify(chunk)
  return random.base62((16 - (length % 16)) % 16)
}
