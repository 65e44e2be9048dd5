/** Answers out of what was prepared of their reply, so that load tests and open streams cost little. */

import type { EncodingTokenizer } from '../../completion/encoding-tokenizer.js'
import { countPromptTokens } from '../../completion/prompt-tokens.js'
import {
  createResponseTemplate,
  createTemplateCache,
  isPlainRequest,
  isRepeatable,
  type ResponseTemplate
} from '../../completion/response-template.js'
import type { LazyText } from '../../core/json-format.js'
import type { ChatRequest } from '../../core/openai-types.js'
import { createRandom } from '../../core/random.js'
import type { Schedule } from '../../stream/pacing.js'
import { createStreamTemplate, type StreamTemplate } from '../../stream/stream-template.js'
import type { LazyTimeline } from '../../stream/timeline.js'
import {
  type BuiltCompletion,
  type CompletionInput,
  completeChat,
  summarizeUsage,
  type UsageSummary
} from '../response/completion-body.js'

export interface PreparedResponse {
  usage: UsageSummary
  fill(): LazyText
  /** Of a stream: its frames, each with its moment. */
  timeline?(schedule: Schedule): LazyTimeline
}

/** Nothing comes of a reply that has to be built each time. */
export function createResponseCache(): (
  input: CompletionInput,
  tokens: EncodingTokenizer
) => PreparedResponse | undefined {
  const jsonTemplates = createTemplateCache<CachedTemplate<ResponseTemplate>>()
  const streamTemplates = createTemplateCache<CachedTemplate<StreamTemplate>>()
  const findRepeated = createRepeatCache()
  return (input, tokens) => {
    const { request, model, reply, identity } = input
    if (!isPlainRequest(request))
      return request.stream || !isRepeatable(request) ? undefined : findRepeated(input, tokens)
    const createValues = () => ({
      id: identity.id,
      created: identity.created,
      promptTokens: reply.usage?.promptTokens ?? countPromptTokens(request, model, tokens.count).total
    })
    if (!request.stream) {
      const form = model.id
      const cached =
        jsonTemplates.get(reply, form) ??
        jsonTemplates.set(reply, form, createCachedTemplate(completeChat(input, tokens), prepareJson))
      if (cached === 'unfit') return undefined
      const values = createValues()
      return { usage: withPromptTokens(cached, values.promptTokens), fill: () => cached.template.fill(values) }
    }
    const options = request.stream_options
    const form = `${model.id} ${options?.include_usage} ${options?.include_obfuscation} ${identity.id.length}`
    const cached =
      streamTemplates.get(reply, form) ??
      streamTemplates.set(
        reply,
        form,
        createCachedTemplate(completeChat(input, tokens, model.snapshot), prepareEventStream)
      )
    if (cached === 'unfit') return undefined
    const values = createValues()
    return {
      usage: withPromptTokens(cached, values.promptTokens),
      fill: () => cached.template.fill(values),
      timeline: schedule => cached.template.timeline(values, schedule)
    }
  }
}

/** Answers the very body again that was answered before, with the same reply: what it asks for shapes the answer, and stays. */
function createRepeatCache(): (input: CompletionInput, tokens: EncodingTokenizer) => PreparedResponse | undefined {
  const cache = new WeakMap<ChatRequest, { reply: CompletionInput['reply']; template?: RepeatedTemplate | 'unfit' }>()
  return (input, tokens) => {
    const { request, reply, identity } = input
    const cached = cache.get(request)
    // Most bodies come once, and taking an answer apart costs more than it.
    if (cached?.reply !== reply) {
      cache.set(request, { reply })
      return undefined
    }
    const { id, created, fingerprint } = identity
    // The answer's own chance is left for its own calls.
    cached.template ??=
      prepareRepeated(
        completeChat({ ...input, identity: { id, created, fingerprint, random: createRandom('') } }, tokens),
        reply
      ) ?? 'unfit'
    if (cached.template === 'unfit') return undefined
    const { template, usage } = cached.template
    const createValues = () => ({ id, created, promptTokens: usage.prompt, random: identity.random })
    return { usage, fill: () => template.fill(createValues()) }
  }
}

type RepeatedTemplate = CachedTemplate<ResponseTemplate>

/** Nothing comes of an answer in which some calls have ids of their own and others do not. */
function prepareRepeated(
  { completion }: BuiltCompletion,
  { choices }: CompletionInput['reply']
): RepeatedTemplate | undefined {
  const calls = completion.choices.flatMap(({ message }) => message.tool_calls ?? [])
  const callsWithId = (choices[0]?.toolCalls ?? []).filter(({ id }) => id !== undefined)
  if (callsWithId.length && callsWithId.length < calls.length) return undefined
  const template = createResponseTemplate(completion, calls.length > 0 && !callsWithId.length)
  return template && { template, usage: summarizeUsage(completion.usage) }
}

interface CachedTemplate<T> {
  template: T
  usage: UsageSummary
}

function createCachedTemplate<T>(
  built: BuiltCompletion,
  prepareTemplate: (built: BuiltCompletion) => T | undefined
): CachedTemplate<T> | undefined {
  const template = prepareTemplate(built)
  return template && { template, usage: summarizeUsage(built.completion.usage) }
}

const withPromptTokens = ({ usage }: CachedTemplate<unknown>, prompt: number): UsageSummary => ({ ...usage, prompt })

/** One whose calls have ids of their own is prepared for its very body alone. */
const prepareJson = ({ completion }: BuiltCompletion) =>
  completion.choices.some(({ message }) => message.tool_calls) ? undefined : createResponseTemplate(completion)

/** A stream whose calls and clips have ids of their own is made anew each time. */
function prepareEventStream({ completion, chunks }: BuiltCompletion): StreamTemplate | undefined {
  const hasUniqueParts = completion.choices.some(({ message }) => message.tool_calls || message.audio)
  return hasUniqueParts ? undefined : createStreamTemplate(chunks ?? [])
}
