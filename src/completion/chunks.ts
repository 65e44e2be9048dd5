/** Splits a completion into the chunks of its stream. */

import { toolCallArguments } from '../core/message-text.js'
import type {
  Choice,
  Chunk,
  ChunkChoice,
  Completion,
  Delta,
  Logprobs,
  TokenLogprob,
  ToolCall
} from '../core/openai-types.js'
import type { Random } from '../core/random.js'
import { interleave } from './interleave.js'
import { isWrapped } from './overhead.js'
import type { PlannedCompletion } from './planned-completion.js'

/** How a completion is split into chunks. */
export interface SplitOptions {
  /** Cuts a text where the model's tokens end. */
  pieces(text: string): readonly string[]
  /** Whether the stream has a usage chunk. */
  includeUsage: boolean
  /** Whether the model reasons. Models that do not may wrap a single call as they wrap parallel calls. @default false */
  reasoning?: boolean
  /** Draws the obfuscation characters; without it chunks have none. */
  obfuscation?: Random
  /** The log probabilities of the choices that have no entries yet. */
  logprobs?: PlannedCompletion['logprobs']
}

/** Splits a completion into chunks with the keys and in the order of recorded streams. The chunks join to the completion. */
export const splitCompletion = (completion: Completion, options: SplitOptions): Chunk[] => [
  ...generateChunks(completion, options)
]

/** Splits a completion into chunks one after the other, so that a long stream needs little memory. */
export function* generateChunks(completion: Completion, options: SplitOptions): Generator<Chunk> {
  const { id, created, model, service_tier, system_fingerprint, usage } = completion
  const { obfuscation } = options
  const head = {
    id,
    object: 'chat.completion.chunk' as const,
    created,
    model,
    ...(service_tier === undefined ? {} : { service_tier }),
    system_fingerprint
  }
  const noUsage = options.includeUsage ? { usage: null } : {}
  const finish = (chunk: Chunk): Chunk => {
    if (obfuscation) chunk.obfuscation = createObfuscation(chunk, obfuscation)
    return chunk
  }
  const lateParts: ChunkPart[] = []
  const splitters = completion.choices.map((choice, index) => new ChoiceSplitter(choice, options, index).split())
  for (const part of interleave(splitters)) {
    const { choice, position } = part
    if (position === 'late') lateParts.push(part)
    else if (position === 'early') yield finish({ ...head, ...noUsage, choices: [choice] })
    else yield finish({ ...head, choices: [choice], ...noUsage })
  }
  if (options.includeUsage) yield finish({ ...head, choices: [], usage })
  for (const { choice } of lateParts) yield finish({ ...head, choices: [choice], ...noUsage })
  if (completion.moderation) yield finish({ ...head, choices: [], moderation: completion.moderation, ...noUsage })
}

/** The choice of one chunk. */
interface ChunkPart {
  choice: ChunkChoice
  /** `early`: `usage` comes before `choices`, as in parallel tool calls. `late`: after the usage chunk, as the end of audio. */
  position?: 'early' | 'late'
}

/** Splits one choice. A delta has no log probabilities, `null`, or those of its tokens. */
class ChoiceSplitter {
  readonly #emptyLogprobs: { logprobs?: Logprobs | null }
  readonly #tokens: ReturnType<typeof createTokenCutter>
  private readonly pieces: SplitOptions['pieces']
  readonly #reasoning: boolean
  #position: ChunkPart['position']

  constructor(
    private readonly choice: Choice,
    { pieces, logprobs, reasoning = false }: SplitOptions,
    index: number
  ) {
    this.pieces = pieces
    this.#reasoning = reasoning
    this.#emptyLogprobs = choice.logprobs === undefined ? {} : { logprobs: null }
    this.#tokens = createTokenCutter(choice.logprobs, logprobs?.[index]?.entries, pieces)
  }

  *split(): Generator<ChunkPart> {
    const { index, message, finish_reason } = this.choice
    const { content, refusal, function_call, audio } = message
    const calls = message.tool_calls ?? []
    if (refusal !== null) yield* this.#splitRefusal(refusal)
    else if (function_call && content === null) yield* this.#splitFunctionCall(function_call)
    else if (audio) {
      yield* this.#splitAudio(audio)
      return
    } else if (content === null && calls.length)
      yield* isWrapped(calls, { reasoning: this.#reasoning })
        ? this.#splitWrappedCalls(calls)
        : this.#splitSingleCall(calls[0]!)
    else yield* this.#splitText(content, function_call)
    if (content !== null) yield* this.#splitCalls(calls, this.pieces)
    if (message.annotations?.length) yield this.#part({ annotations: message.annotations })
    yield { choice: { index, delta: {}, ...this.#emptyLogprobs, finish_reason } }
  }

  #part(delta: Delta, logprobs: { logprobs?: Logprobs | null } = this.#emptyLogprobs): ChunkPart {
    const choice = { index: this.choice.index, delta, ...logprobs, finish_reason: null }
    return { choice, position: this.#position }
  }

  *#splitRefusal(refusal: string): Generator<ChunkPart> {
    yield this.#part({ role: 'assistant', content: null, refusal: '' }, this.#tokens.opening(this.#emptyLogprobs))
    for (const { text, entries } of this.#tokens.cut('refusal', refusal)) yield this.#part({ refusal: text }, entries)
  }

  *#splitFunctionCall({ name, arguments: args }: FunctionCall): Generator<ChunkPart> {
    yield this.#part({ role: 'assistant', content: null, function_call: { name, arguments: '' }, refusal: null })
    for (const text of this.pieces(args)) yield this.#part({ function_call: { arguments: text } })
  }

  /** Recorded audio ends without a finish_reason. */
  *#splitAudio({ id, transcript, data, expires_at }: NonNullable<Choice['message']['audio']>): Generator<ChunkPart> {
    yield this.#part({ role: 'assistant', refusal: null })
    yield this.#part({ content: null, audio: { id, transcript: '' } })
    for (const text of this.pieces(transcript)) yield this.#part({ audio: { transcript: text } })
    yield this.#part({ audio: { data } })
    this.#position = 'late'
    yield this.#part({ audio: { expires_at } })
  }

  *#splitSingleCall(call: ToolCall): Generator<ChunkPart> {
    yield this.#part({ role: 'assistant', content: null, tool_calls: [openingCallDelta(call, 0)], refusal: null })
    yield* this.#splitArguments(call, 0, this.pieces)
  }

  *#splitWrappedCalls(calls: readonly ToolCall[]): Generator<ChunkPart> {
    this.#position = 'early'
    yield this.#part({ role: 'assistant', content: null })
    yield* this.#splitCalls(calls, strides)
  }

  *#splitText(content: string | null, functionCall: FunctionCall | undefined): Generator<ChunkPart> {
    yield this.#part(
      { role: 'assistant', content: content === null ? null : '', refusal: null },
      this.#tokens.opening(this.#emptyLogprobs)
    )
    for (const { text, entries } of this.#tokens.cut('content', content ?? ''))
      yield this.#part({ content: text }, entries)
    if (!functionCall) return
    yield this.#part({ function_call: { name: functionCall.name, arguments: '' } })
    for (const text of this.pieces(functionCall.arguments)) yield this.#part({ function_call: { arguments: text } })
  }

  *#splitCalls(calls: readonly ToolCall[], cut: (text: string) => Iterable<string>): Generator<ChunkPart> {
    for (const [at, call] of calls.entries()) {
      yield this.#part({ tool_calls: [openingCallDelta(call, at)] })
      yield* this.#splitArguments(call, at, cut)
    }
  }

  *#splitArguments(call: ToolCall, at: number, cut: (text: string) => Iterable<string>): Generator<ChunkPart> {
    for (const text of cut(toolCallArguments(call))) yield this.#part({ tool_calls: [argumentsDelta(call, at, text)] })
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

// Recorded calls in a wrapper are cut after 4, 5 and 6 characters in turn, not where tokens end.
function* strides(text: string): Generator<string> {
  const characters = [...text]
  for (let from = 0, turn = 0; from < characters.length; turn++) {
    const size = 4 + (turn % 3)
    yield characters.slice(from, from + size).join('')
    from += size
  }
}

// With log probabilities each of their tokens is a chunk; without them each piece of the tokenizer is.
function createTokenCutter(
  logprobs: Logprobs | null | undefined,
  plannedEntries: (() => Iterable<TokenLogprob>) | undefined,
  pieces: SplitOptions['pieces']
) {
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
      let held: TokenLogprob[] = []
      for (const entry of plannedEntries?.() ?? entries) {
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

// The service pads each chunk: its length without the field is rounded up to a multiple of 16 characters.
function createObfuscation(chunk: Chunk, random: Random): string {
  const { length } = JSON.stringify(chunk)
  return random.base62((16 - (length % 16)) % 16)
}
