/** Formats the response of a fixed reply once, and fills in the values that differ between requests. */

import { formatJson, type LazyText } from '../core/json-format.js'
import { charBytes, objectBytes } from '../core/memory-size.js'
import type { ChatRequest, Choice, Completion } from '../core/openai-types.js'
import type { Random } from '../core/random.js'
import { parametersWhere, requestParameters } from '../core/request-parameters.js'
import { callIdLength, createCallId } from './build.js'

/** The values that differ between responses to the same reply. */
export interface TemplateValues {
  id: string
  created: number
  promptTokens: number
  /** Draws the ids of tool calls. */
  random?: Random
}

/** The response to one reply, with gaps for the values that differ. */
export interface ResponseTemplate {
  /** The memory of the template. */
  memoryBytes: number
  fill(values: TemplateValues): LazyText
}

const parameters = requestParameters.createChatCompletion

/** The parameters that never change the content of a completion. */
const neutralParams: ReadonlySet<string> = new Set(parametersWhere(parameters, 'effect', 'none'))

/** Whether a request leaves a fixed reply unchanged: it sets only neutral parameters. */
export function isPlainRequest(request: ChatRequest): boolean {
  for (const key in request) if (!neutralParams.has(key) && request[key as keyof ChatRequest] != null) return false
  return true
}

/** The parameters that change a completion without randomness. */
const shapingParams: ReadonlySet<string> = new Set(parametersWhere(parameters, 'effect', 'repeatable'))

/** Whether a request always has the same completion, except for ids, time and prompt tokens. */
export function isRepeatable(request: ChatRequest): boolean {
  for (const key in request)
    if (!neutralParams.has(key) && !shapingParams.has(key) && request[key as keyof ChatRequest] != null) return false
  return true
}

// A completion that contains a placeholder in its text gets no template.
const placeholders = { id: '<id of this answer>', call: '<id of a call>', number: 987654321012345 }

/**
 * Creates a template from a completion; undefined if the completion does not fit one.
 *
 * @param hasFreshCallIds whether the calls of its one choice have new ids in each response
 */
export function createResponseTemplate(completion: Completion, hasFreshCallIds = false): ResponseTemplate | undefined {
  const { usage, choices } = completion
  const calls = hasFreshCallIds ? choices.flatMap(({ message }) => message.tool_calls ?? []).length : 0
  const withPlaceholders: Completion = {
    ...completion,
    id: placeholders.id,
    created: placeholders.number,
    choices: calls ? choices.map(markToolCalls) : choices,
    usage: { ...usage, prompt_tokens: placeholders.number, total_tokens: placeholders.number }
  }
  const segments = `${formatJson(withPlaceholders, 2)}\n`.split(
    new RegExp(`${placeholders.id}|${placeholders.call}|${placeholders.number}`)
  )
  const [head = '', afterId = '', afterCreated = '', ...rest] = segments
  const [afterPrompt = '', tail = ''] = rest.slice(calls)
  // The split between text and pictures depends on the prompt.
  if ('text_tokens' in (usage.prompt_tokens_details ?? {}) || segments.length !== 5 + calls) return undefined
  const completionTokens = usage.completion_tokens
  const parts: TemplateParts = {
    head,
    afterId,
    afterCreated,
    afterCalls: rest.slice(0, calls),
    afterPrompt,
    tail,
    completionTokens,
    length: segments.join('').length,
    bytes: Buffer.byteLength(segments.join(''))
  }
  return { memoryBytes: objectBytes + charBytes * parts.length, fill: values => new FilledResponse(parts, values) }
}

const markToolCalls = (choice: Choice): Choice => ({
  ...choice,
  message: {
    ...choice.message,
    tool_calls: choice.message.tool_calls!.map(call => ({ ...call, id: placeholders.call }))
  }
})

interface TemplateParts {
  head: string
  afterId: string
  afterCreated: string
  /** The text after the id of each call. */
  afterCalls: string[]
  afterPrompt: string
  tail: string
  completionTokens: number
  length: number
  bytes: number
}

class FilledResponse implements LazyText {
  readonly #id: string
  readonly #created: number
  readonly #promptTokens: number
  readonly #calls: string
  constructor(
    private readonly parts: TemplateParts,
    { id, created, promptTokens, random }: TemplateValues
  ) {
    this.#id = id
    this.#created = created
    this.#promptTokens = promptTokens
    this.#calls = parts.afterCalls.length ? formatCalls(random!, parts.afterCalls) : ''
  }

  get length(): number {
    return this.parts.length
  }

  get bytes(): number {
    const prompt = this.#promptTokens
    const digits =
      String(prompt).length + String(prompt + this.parts.completionTokens).length + String(this.#created).length
    return this.parts.bytes + this.#id.length + this.parts.afterCalls.length * callIdLength + digits
  }

  toString(): string {
    const { head, afterId, afterCreated, afterPrompt, tail, completionTokens } = this.parts
    const prompt = this.#promptTokens
    return `${head}${this.#id}${afterId}${this.#created}${afterCreated}${this.#calls}${prompt}${afterPrompt}${prompt + completionTokens}${tail}`
  }
}

const formatCalls = (random: Random, afterCalls: readonly string[]) =>
  afterCalls.map(after => createCallId(random) + after).join('')
