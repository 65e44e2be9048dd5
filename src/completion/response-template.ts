/** Answers of canned replies, laid out once: what differs from one request to the next is put into its places. */

import { type LateText, layOut } from '../core/json-format.js'
import type { ChatRequest, Choice, Completion } from '../core/openai-types.js'
import type { Chance } from '../core/random.js'
import type { Reply } from '../core/reply.js'
import { callId, callIdLength } from './build.js'

type Canned = Reply & { kind: 'completion' }

/** What an answer says of its own. */
export interface Places {
  id: string
  created: number
  promptTokens: number
  /** Draws the ids of calls. */
  chance?: Chance
}

export interface Prepared {
  fill(places: Places): LateText
}

/** The parameters that change nothing but how an answer travels, beside those that `plain` looks at. */
const harmless = new Set([
  'model',
  'messages',
  'stream',
  'stream_options',
  'temperature',
  'top_p',
  'presence_penalty',
  'frequency_penalty',
  'user',
  'seed',
  'metadata'
])

/** Whether a request leaves a canned reply as it is: no limit on its length, no choices, no log probabilities and the like. */
export function isPlain(request: ChatRequest): boolean {
  for (const key in request) if (!harmless.has(key) && request[key as keyof ChatRequest] != null) return false
  return true
}

/** What shapes an answer and leaves nothing in it to chance. */
const shaping = new Set([
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'functions',
  'function_call',
  'response_format',
  'max_tokens',
  'max_completion_tokens',
  'stop',
  'service_tier'
])

/** Whether a request has the same answer whenever it comes, but for ids, time and the cost of its prompt. */
export function isSteady(request: ChatRequest): boolean {
  for (const key in request)
    if (!harmless.has(key) && !shaping.has(key) && request[key as keyof ChatRequest] != null) return false
  return true
}

/** What was prepared of canned replies, for each form in which one was asked for. */
export interface Preparations<T> {
  of(reply: Canned, form: string): T | 'unfit' | undefined
  /** Without anything prepared, it is remembered that this reply is to be built each time. */
  keep(reply: Canned, form: string, prepared: T | undefined): T | 'unfit'
}

export function createPreparations<T>(mostForms = 100): Preparations<T> {
  const kept = new WeakMap<Canned, Map<string, T | 'unfit'>>()
  return {
    of: (reply, form) => kept.get(reply)?.get(form),
    keep(reply, form, made) {
      const prepared = made ?? 'unfit'
      const forms = kept.get(reply) ?? new Map<string, T | 'unfit'>()
      kept.set(reply, forms)
      // Forms come from requests, so there is a bound to them.
      if (forms.size < mostForms) forms.set(form, prepared)
      return prepared
    }
  }
}

// They stand where they are put; an answer in which they stand elsewhere too is not prepared.
const mark = { id: '<id of this answer>', call: '<id of a call>', number: 987654321012345 }

/**
 * Takes a completion apart.
 *
 * @param own whether the calls of its one choice have ids that are new in every answer
 */
export function prepare(completion: Completion, own = false): Prepared | undefined {
  const { usage, choices } = completion
  const calls = own ? choices.flatMap(({ message }) => message.tool_calls ?? []).length : 0
  const marked: Completion = {
    ...completion,
    id: mark.id,
    created: mark.number,
    choices: calls ? choices.map(withMarks) : choices,
    usage: { ...usage, prompt_tokens: mark.number, total_tokens: mark.number }
  }
  const parts = `${layOut(marked, 2)}\n`.split(new RegExp(`${mark.id}|${mark.call}|${mark.number}`))
  const [head = '', afterId = '', afterCreated = '', ...rest] = parts
  const [afterPrompt = '', tail = ''] = rest.slice(calls)
  // What tells text and pictures apart depends on the prompt.
  if ('text_tokens' in (usage.prompt_tokens_details ?? {}) || parts.length !== 5 + calls) return undefined
  const completionTokens = usage.completion_tokens
  const shape: Shape = {
    head,
    afterId,
    afterCreated,
    afterCalls: rest.slice(0, calls),
    afterPrompt,
    tail,
    completionTokens,
    length: parts.join('').length,
    bytes: Buffer.byteLength(parts.join(''))
  }
  return { fill: places => new FilledAnswer(shape, places) }
}

const withMarks = (choice: Choice): Choice => ({
  ...choice,
  message: { ...choice.message, tool_calls: choice.message.tool_calls!.map(call => ({ ...call, id: mark.call })) }
})

interface Shape {
  head: string
  afterId: string
  afterCreated: string
  /** What follows the id of each call. */
  afterCalls: string[]
  afterPrompt: string
  tail: string
  completionTokens: number
  length: number
  bytes: number
}

class FilledAnswer implements LateText {
  readonly #id: string
  readonly #created: number
  readonly #promptTokens: number
  readonly #calls: string
  constructor(
    private readonly shape: Shape,
    { id, created, promptTokens, chance }: Places
  ) {
    this.#id = id
    this.#created = created
    this.#promptTokens = promptTokens
    this.#calls = shape.afterCalls.length ? callsWith(chance!, shape.afterCalls) : ''
  }

  get length(): number {
    return this.shape.length
  }

  get bytes(): number {
    const prompt = this.#promptTokens
    const digits =
      String(prompt).length + String(prompt + this.shape.completionTokens).length + String(this.#created).length
    return this.shape.bytes + this.#id.length + this.shape.afterCalls.length * callIdLength + digits
  }

  toString(): string {
    const { head, afterId, afterCreated, afterPrompt, tail, completionTokens } = this.shape
    const prompt = this.#promptTokens
    return `${head}${this.#id}${afterId}${this.#created}${afterCreated}${this.#calls}${prompt}${afterPrompt}${prompt + completionTokens}${tail}`
  }
}

const callsWith = (chance: Chance, afterCalls: readonly string[]) =>
  afterCalls.map(after => callId(chance) + after).join('')
