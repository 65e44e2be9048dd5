/** Answers of canned replies, laid out once: what differs from one request to the next is put into its places. */
import { type LateText, layOut } from '../layout.js'
import type { Reply } from '../reply.js'
import type { ChatRequest, Completion } from '../wire.js'

type Canned = Reply & { kind: 'completion' }

/** What an answer says of its own. */
export interface Places {
  id: string
  created: number
  promptTokens: number
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
const mark = { id: '<id of this answer>', number: 987654321012345 }

/** Takes a completion apart; nothing comes of one whose tool calls have ids of their own. */
export function prepare(completion: Completion): Prepared | undefined {
  const { usage } = completion
  const marked: Completion = {
    ...completion,
    id: mark.id,
    created: mark.number,
    usage: { ...usage, prompt_tokens: mark.number, total_tokens: mark.number }
  }
  // A call's id is new in every answer, and what tells text and pictures apart depends on the prompt.
  const fixed =
    !completion.choices.some(({ message }) => message.tool_calls) &&
    !('text_tokens' in (usage.prompt_tokens_details ?? {}))
  const parts = `${layOut(marked, 2)}\n`.split(new RegExp(`${mark.id}|${mark.number}`))
  const [head = '', afterId = '', afterCreated = '', afterPrompt = '', tail = ''] = parts
  if (!fixed || parts.length !== 5) return undefined
  const completionTokens = usage.completion_tokens
  const shape: Shape = {
    head,
    afterId,
    afterCreated,
    afterPrompt,
    tail,
    completionTokens,
    length: parts.join('').length,
    bytes: Buffer.byteLength(parts.join(''))
  }
  return { fill: places => new FilledAnswer(shape, places) }
}

interface Shape {
  head: string
  afterId: string
  afterCreated: string
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
  constructor(
    private readonly shape: Shape,
    { id, created, promptTokens }: Places
  ) {
    this.#id = id
    this.#created = created
    this.#promptTokens = promptTokens
  }

  get length(): number {
    return this.shape.length
  }

  get bytes(): number {
    const prompt = this.#promptTokens
    const digits =
      String(prompt).length + String(prompt + this.shape.completionTokens).length + String(this.#created).length
    return this.shape.bytes + this.#id.length + digits
  }

  toString(): string {
    const { head, afterId, afterCreated, afterPrompt, tail, completionTokens } = this.shape
    const prompt = this.#promptTokens
    return `${head}${this.#id}${afterId}${this.#created}${afterCreated}${prompt}${afterPrompt}${prompt + completionTokens}${tail}`
  }
}
