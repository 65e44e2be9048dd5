/** A stream is a completion, cut: `split` cuts it as the service does, and `join(split(completion))` is the completion again. */

import type { Choice, Chunk, ChunkChoice, Completion, Delta, Logprobs, ToolCall } from '../core/openai-types.js'
import type { Chance } from '../core/random.js'

export interface Cut {
  /** Cuts text where the model's tokens end. */
  pieces(text: string): readonly string[]
  includeUsage: boolean
  /** Where obfuscation characters come from; none are added without it. */
  obfuscation?: Chance
}

/** Cuts a completion into the chunks of its stream, in the order and with the keys of the recorded ones. */
export function split(completion: Completion, cut: Cut): Chunk[] {
  const { id, created, model, service_tier, system_fingerprint, usage } = completion
  const head = {
    id,
    object: 'chat.completion.chunk' as const,
    created,
    model,
    ...(service_tier === undefined ? {} : { service_tier }),
    system_fingerprint
  }
  const none = cut.includeUsage ? { usage: null } : {}
  const pieces = interleave(completion.choices.map(choice => choiceChunks(choice, cut)))
  const chunkOf = ({ choice, place }: Piece): Chunk =>
    place === 'early' ? { ...head, ...none, choices: [choice] } : { ...head, choices: [choice], ...none }
  const chunks = pieces.filter(({ place }) => place !== 'late').map(chunkOf)
  if (cut.includeUsage) chunks.push({ ...head, choices: [], usage })
  chunks.push(...pieces.filter(({ place }) => place === 'late').map(chunkOf))
  if (completion.moderation) chunks.push({ ...head, choices: [], moderation: completion.moderation, ...none })
  if (cut.obfuscation) for (const chunk of chunks) chunk.obfuscation = obfuscation(chunk, cut.obfuscation)
  return chunks
}

/** One chunk's choice. */
interface Piece {
  choice: ChunkChoice
  /** `early`: parallel tool calls have `usage` before `choices`. `late`: what closes audio comes after the usage chunk. */
  place?: 'early' | 'late'
}

function choiceChunks({ index, message, logprobs, finish_reason }: Choice, { pieces }: Cut): Piece[] {
  const key = logprobs === undefined ? {} : { logprobs: null as Logprobs | null }
  const list: Piece[] = []
  let place: Piece['place']
  const say = (delta: Delta, entries: { logprobs?: Logprobs | null } = key) =>
    list.push({ choice: { index, delta, ...entries, finish_reason: null }, place })
  const calls = message.tool_calls ?? []
  const tokens = tokenCutter(logprobs, pieces)

  if (message.refusal !== null) {
    say({ role: 'assistant', content: null, refusal: '' }, tokens.opening(key))
    for (const { text, entries } of tokens.cut('refusal', message.refusal)) say({ refusal: text }, entries ?? key)
  } else if (message.function_call && message.content === null) {
    const { name, arguments: args } = message.function_call
    say({ role: 'assistant', content: null, function_call: { name, arguments: '' }, refusal: null })
    for (const text of pieces(args)) say({ function_call: { arguments: text } })
  } else if (message.audio) {
    const { id, transcript, data, expires_at } = message.audio
    say({ role: 'assistant', refusal: null })
    say({ content: null, audio: { id, transcript: '' } })
    for (const text of pieces(transcript)) say({ audio: { transcript: text } })
    say({ audio: { data } })
    place = 'late'
    say({ audio: { expires_at } })
    // Recorded audio ends so, without any finish_reason.
    return list
  } else if (message.content === null && calls.length === 1) {
    say({ role: 'assistant', content: null, tool_calls: [header(calls[0]!, 0)], refusal: null })
    for (const text of pieces(said(calls[0]!))) say({ tool_calls: [more(calls[0]!, 0, text)] })
  } else if (message.content === null && calls.length > 1) {
    place = 'early'
    say({ role: 'assistant', content: null })
  } else {
    say({ role: 'assistant', content: message.content === null ? null : '', refusal: null }, tokens.opening(key))
    for (const { text, entries } of tokens.cut('content', message.content ?? '')) say({ content: text }, entries ?? key)
    if (message.function_call) {
      say({ function_call: { name: message.function_call.name, arguments: '' } })
      for (const text of pieces(message.function_call.arguments)) say({ function_call: { arguments: text } })
    }
  }
  if (place === 'early' || (calls.length && message.content !== null)) {
    for (const [at, call] of calls.entries()) {
      say({ tool_calls: [header(call, at)] })
      for (const text of place === 'early' ? strides(said(call)) : pieces(said(call)))
        say({ tool_calls: [more(call, at, text)] })
    }
  }
  if (message.annotations?.length) say({ annotations: message.annotations })
  list.push({ choice: { index, delta: {}, ...key, finish_reason } })
  return list
}

const said = (call: ToolCall) => call.function?.arguments ?? call.custom?.input ?? ''

function header(call: ToolCall, index: number) {
  return call.custom
    ? { index, id: call.id, type: call.type, custom: { name: call.custom.name, input: '' } }
    : { index, id: call.id, type: call.type, function: { name: call.function!.name, arguments: '' } }
}

function more(call: ToolCall, index: number, text: string) {
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
function tokenCutter(logprobs: Logprobs | null | undefined, pieces: Cut['pieces']) {
  return {
    opening: (key: { logprobs?: Logprobs | null }) =>
      logprobs ? { logprobs: { content: logprobs.content && [], refusal: logprobs.refusal && [] } } : key,
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
        const piece = wholeText(held)
        if (piece === undefined) continue
        const own = held
        held = []
        yield { text: piece, entries: { logprobs: { content: null, refusal: null, [part]: own } } }
      }
    }
  }
}

function wholeText(entries: { token: string; bytes: number[] | null }[]): string | undefined {
  const bytes = entries.flatMap(({ token, bytes }) => bytes ?? [...Buffer.from(token)])
  const text = Buffer.from(bytes).toString()
  return text.includes('\ufffd') && !entries.some(({ token }) => token.includes('\ufffd') && entries.length === 1)
    ? undefined
    : text
}

// As recorded: each choice opens with its role and first token, then all take turns; all finish chunks come last, in order.
function interleave(choices: Piece[][]): Piece[] {
  if (choices.length === 1) return choices[0]!
  const bodies = choices.map(list => list.slice(0, -1))
  const order = bodies.flatMap(list => list.slice(0, 2))
  const longest = Math.max(...bodies.map(list => list.length))
  for (let turn = 2; turn < longest; turn++) for (const list of bodies) if (list[turn]) order.push(list[turn]!)
  return [...order, ...choices.map(list => list.at(-1)!)]
}

// The service pads each chunk so that its length without the field is rounded up to a multiple of 16 characters.
function obfuscation(chunk: Chunk, chance: Chance): string {
  const { length } = JSON.stringify(chunk)
  return chance.base62((16 - (length % 16)) % 16)
}

/** Puts the chunks of a stream together again. Without a usage chunk the usage is all zeros. */
export function join(chunks: readonly Chunk[]): Completion {
  const { id, created, model, service_tier, system_fingerprint } = chunks[0]!
  const choices = new Map<number, Choice>()
  let moderation: Completion['moderation']
  let usage: Completion['usage'] = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }
  for (const chunk of chunks) {
    if (chunk.usage) usage = chunk.usage
    if (chunk.moderation) moderation = chunk.moderation
    for (const part of chunk.choices) {
      const choice = choices.get(part.index) ?? open(part)
      choices.set(part.index, choice)
      append(choice, part)
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

function open({ index, logprobs }: ChunkChoice): Choice {
  return {
    index,
    message: { role: 'assistant', content: null, refusal: null, annotations: [] },
    ...(logprobs === undefined ? {} : { logprobs }),
    finish_reason: 'stop'
  }
}

function append(choice: Choice, { delta, logprobs, finish_reason }: ChunkChoice): void {
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
