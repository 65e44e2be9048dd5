/** A stream is a completion, cut: `split` cuts it as the service does, and `join(split(completion))` is the completion again. */

import type { Choice, Chunk, ChunkChoice, Completion, Delta, Logprobs, ToolCall } from '../core/openai-types.js'
import type { Random } from '../core/random.js'

export interface SplitOptions {
  /** Cuts text where the model's tokens end. */
  pieces(text: string): readonly string[]
  includeUsage: boolean
  /** Where obfuscation characters come from; none are added without it. */
  obfuscation?: Random
}

/** Cuts a completion into the chunks of its stream, in the order and with the keys of the recorded ones. */
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

/** One chunk's choice. */
interface ChunkPart {
  choice: ChunkChoice
  /** `early`: parallel tool calls have `usage` before `choices`. `late`: what closes audio comes after the usage chunk. */
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
    // Recorded audio ends so, without any finish_reason.
    return parts
  } else if (message.content === null && calls.length === 1) {
    pushDelta({ role: 'assistant', content: null, tool_calls: [openingCallDelta(calls[0]!, 0)], refusal: null })
    for (const text of pieces(callArguments(calls[0]!))) pushDelta({ tool_calls: [argumentsDelta(calls[0]!, 0, text)] })
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
      for (const text of position === 'early' ? strides(callArguments(call)) : pieces(callArguments(call)))
        pushDelta({ tool_calls: [argumentsDelta(call, at, text)] })
    }
  }
  if (message.annotations?.length) pushDelta({ annotations: message.annotations })
  parts.push({ choice: { index, delta: {}, ...emptyLogprobs, finish_reason } })
  return parts
}

const callArguments = (call: ToolCall) => call.function?.arguments ?? call.custom?.input ?? ''

function openingCallDelta(call: ToolCall, index: number) {
  return call.custom
    ? { index, id: call.id, type: call.type, custom: { name: call.custom.name, input: '' } }
    : { index, id: call.id, type: call.type, function: { name: call.function!.name, arguments: '' } }
}

function argumentsDelta(call: ToolCall, index: number, text: string) {
  return call.custom ? { index, custom: { input: text } } : { index, function: { arguments: text } }
}

// Recorded parallel calls come in strides of 4, 5 and 6 characters, whatever their tokens.
function* strides(text: string): Generator<string> {
  const characters = [...text]
  for (let from = 0, turn = 0; from < characters.length; turn++) {
    const size = 4 + (turn % 3)
    yield characters.slice(from, from + size).join('')
    from += size
  }
}

// With log probabilities a chunk is one of their tokens; without, one of the tokenizer's.
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
      // Tokens that hold a part of a character are sent together, in the chunk that completes it.
      let held: typeof entries = []
      for (const entry of entries) {
        held.push(entry)
        const piece = decodeTokens(held)
        if (piece === undefined) continue
        const ready = held
        held = []
        yield { text: piece, entries: { logprobs: { content: null, refusal: null, [part]: ready } } }
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

// As recorded: each choice opens with its role and first token, then all take turns; all finish chunks come last, in order.
function interleave(choices: ChunkPart[][]): ChunkPart[] {
  if (choices.length === 1) return choices[0]!
  const bodies = choices.map(list => list.slice(0, -1))
  const order = bodies.flatMap(list => list.slice(0, 2))
  const longest = Math.max(...bodies.map(list => list.length))
  for (let turn = 2; turn < longest; turn++) for (const list of bodies) if (list[turn]) order.push(list[turn]!)
  return [...order, ...choices.map(list => list.at(-1)!)]
}

// The service pads each chunk so that its length without the field is rounded up to a multiple of 16 characters.
function createObfuscation(chunk: Chunk, random: Random): string {
  const { length } = JSON.stringify(chunk)
  return random.base62((16 - (length % 16)) % 16)
}

/** Puts the chunks of a stream together again. Without a usage chunk the usage is all zeros. */
export function joinChunks(chunks: readonly Chunk[]): Completion {
  const { id, created, model, service_tier, system_fingerprint } = chunks[0]!
  const choices = new Map<number, Choice>()
  let moderation: Completion['moderation']
  let usage: Completion['usage'] = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }
  for (const chunk of chunks) {
    if (chunk.usage) usage = chunk.usage
    if (chunk.moderation) moderation = chunk.moderation
    for (const part of chunk.choices) {
      const choice = choices.get(part.index) ?? openChoice(part)
      choices.set(part.index, choice)
      appendDelta(choice, part)
    }
  }
  return {
    id,
    object: 'chat.completion',
    created,
    model,
    choices: [...choices.values()].sort((a, b) => a.index - b.index),
    ...(moderation ? { moderation } : {}),
    usage,
    ...(service_tier === undefined ? {} : { service_tier }),
    system_fingerprint
  }
}

function openChoice({ index, logprobs }: ChunkChoice): Choice {
  return {
    index,
    message: { role: 'assistant', content: null, refusal: null, annotations: [] },
    ...(logprobs === undefined ? {} : { logprobs }),
    finish_reason: 'stop'
  }
}

function appendDelta(choice: Choice, { delta, logprobs, finish_reason }: ChunkChoice): void {
  const { message } = choice
  if (typeof delta.content === 'string') message.content = (message.content ?? '') + delta.content
  if (typeof delta.refusal === 'string') message.refusal = (message.refusal ?? '') + delta.refusal
  for (const { index, id, type, function: named, custom } of delta.tool_calls ?? []) {
    message.tool_calls ??= []
    const call = message.tool_calls[index]
    if (!call)
      message.tool_calls[index] = custom
        ? { id: id!, type: type!, custom: { name: custom.name!, input: custom.input } }
        : { id: id!, type: type!, function: { name: named!.name!, arguments: named!.arguments } }
    else if (call.custom) call.custom.input += custom?.input ?? ''
    else if (call.function) call.function.arguments += named?.arguments ?? ''
  }
  if (delta.function_call) {
    const { name, arguments: args } = delta.function_call
    if (message.function_call) message.function_call.arguments += args
    else message.function_call = { name: name!, arguments: args }
  }
  if (delta.audio) {
    message.audio ??= { id: '', data: '', expires_at: 0, transcript: '' }
    const { id, data = '', transcript = '', expires_at } = delta.audio
    if (id) message.audio.id = id
    if (expires_at) message.audio.expires_at = expires_at
    message.audio.data += data
    message.audio.transcript += transcript
  }
  if (delta.annotations) message.annotations = delta.annotations
  if (logprobs && choice.logprobs) {
    if (logprobs.content) choice.logprobs.content = [...(choice.logprobs.content ?? []), ...logprobs.content]
    if (logprobs.refusal) choice.logprobs.refusal = [...(choice.logprobs.refusal ?? []), ...logprobs.refusal]
  }
  if (finish_reason) choice.finish_reason = finish_reason
}
