/** Splits a completion into the chunks of its stream. */

import { toolCallArguments } from '../core/message-text.js'
import type { Choice, Chunk, ChunkChoice, Completion, Delta, Logprobs, ToolCall } from '../core/openai-types.js'
import type { Random } from '../core/random.js'

export interface SplitOptions {
  /** Cuts a text where the model's tokens end. */
  pieces(text: string): readonly string[]
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
  const parts = interleave(completion.choices.map(choice => splitChoice(choice, options)))
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

function splitChoice({ index, message, logprobs, finish_reason }: Choice, { pieces }: SplitOptions): ChunkPart[] {
  const emptyLogprobs = logprobs === undefined ? {} : { logprobs: null as Logprobs | null }
  const parts: ChunkPart[] = []
  let position: ChunkPart['position']
  const pushDelta = (delta: Delta, entries: { logprobs?: Logprobs | null } = emptyLogprobs) =>
    parts.push({ choice: { index, delta, ...entries, finish_reason: null }, position })
  const calls = message.tool_calls ?? []
  const tokens = createTokenCutter(logprobs, pieces)

  if (message.refusal !== null) {
    pushDelta({ role: 'assistant', content: null, refusal: '' }, tokens.opening(emptyLogprobs))
    for (const { text, entries } of tokens.cut('refusal', message.refusal))
      pushDelta({ refusal: text }, entries ?? emptyLogprobs)
  } else if (message.function_call && message.content === null) {
    const { name, arguments: args } = message.function_call
    pushDelta({ role: 'assistant', content: null, function_call: { name, arguments: '' }, refusal: null })
    for (const text of pieces(args)) pushDelta({ function_call: { arguments: text } })
  } else if (message.audio) {
    const { id, transcript, data, expires_at } = message.audio
    pushDelta({ role: 'assistant', refusal: null })
    pushDelta({ content: null, audio: { id, transcript: '' } })
    for (const text of pieces(transcript)) pushDelta({ audio: { transcript: text } })
    pushDelta({ audio: { data } })
    position = 'late'
    pushDelta({ audio: { expires_at } })
    // Recorded audio ends without a finish_reason.
    return parts
  } else if (message.content === null && calls.length === 1) {
    pushDelta({ role: 'assistant', content: null, tool_calls: [openingCallDelta(calls[0]!, 0)], refusal: null })
    for (const text of pieces(toolCallArguments(calls[0]!)))
      pushDelta({ tool_calls: [argumentsDelta(calls[0]!, 0, text)] })
  } else if (message.content === null && calls.length > 1) {
    position = 'early'
    pushDelta({ role: 'assistant', content: null })
  } else {
    pushDelta(
      { role: 'assistant', content: message.content === null ? null : '', refusal: null },
      tokens.opening(emptyLogprobs)
    )
    for (const { text, entries } of tokens.cut('content', message.content ?? ''))
      pushDelta({ content: text }, entries ?? emptyLogprobs)
    if (message.function_call) {
      pushDelta({ function_call: { name: message.function_call.name, arguments: '' } })
      for (const text of pieces(message.function_call.arguments)) pushDelta({ function_call: { arguments: text } })
    }
  }
  if (position === 'early' || (calls.length && message.content !== null)) {
    for (const [at, call] of calls.entries()) {
      pushDelta({ tool_calls: [openingCallDelta(call, at)] })
      for (const text of position === 'early' ? strides(toolCallArguments(call)) : pieces(toolCallArguments(call)))
        pushDelta({ tool_calls: [argumentsDelta(call, at, text)] })
    }
  }
  if (message.annotations?.length) pushDelta({ annotations: message.annotations })
  parts.push({ choice: { index, delta: {}, ...emptyLogprobs, finish_reason } })
  return parts
}

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
