/** Caches prepared responses by their reply, so that repeated requests cost little. */

import type { EncodingTokenizer } from '../../completion/encoding-tokenizer.js'
import { countPromptTokens } from '../../completion/prompt-tokens.js'
import {
  createResponseTemplate,
  isPlainRequest,
  isRepeatable,
  type ResponseTemplate
} from '../../completion/response-template.js'
import { createOwnerCache, type OwnerCache } from '../../core/cache.js'
import { fixedLimits } from '../../core/fixed-limits.js'
import type { LazyText } from '../../core/json-format.js'
import { objectBytes } from '../../core/memory-size.js'
import { createRandom } from '../../core/random.js'
import type { EventList } from '../../stream/event-list.js'
import type { Schedule } from '../../stream/pacing.js'
import { createStreamTemplate, type StreamTemplate } from '../../stream/stream-template.js'
import type { LazyTimeline } from '../../stream/timeline.js'
import {
  type BuiltCompletion,
  completeOrPlanChat,
  type LargeCompletion,
  summarizeUsage,
  type UsageSummary
} from '../response/completion-body.js'
import type { CompletionInput } from '../response/plan-chat.js'

export interface PreparedResponse {
  usage: UsageSummary
  /** The JSON of a response that is no stream. */
  fill?(): LazyText
  /** The events of a stream, without due times. */
  events?(): EventList
  /** The events of a stream. */
  timeline?(schedule: Schedule): LazyTimeline
}

/** The result returns undefined for a request whose completion must be built each time. */
export function createResponseCache(): (
  input: CompletionInput,
  tokens: EncodingTokenizer
) => PreparedResponse | undefined {
  const jsonTemplates = createTemplateCache<ResponseTemplate>()
  const streamTemplates = createTemplateCache<StreamTemplate>()
  const findRepeated = createRepeatCache()
  const countPrompt = createPromptCounter()
  return (input, tokens) => {
    const { request, model, reply, identity } = input
    if (!isPlainRequest(request))
      return request.stream || !isRepeatable(request) ? undefined : findRepeated(input, tokens)
    const createValues = () => ({
      id: identity.id,
      created: identity.created,
      promptTokens: reply.usage?.promptTokens ?? countPrompt(input, tokens)
    })
    if (!request.stream) {
      const form = model.id
      const cached =
        jsonTemplates.get(reply, form) ??
        keep(jsonTemplates, reply, form, createCachedTemplate(completeOrPlanChat(input, tokens), prepareJson))
      if (cached === 'unfit') return undefined
      const values = createValues()
      return { usage: withPromptTokens(cached, values.promptTokens), fill: () => cached.template.fill(values) }
    }
    const options = request.stream_options
    const form = `${model.id} ${options?.include_usage} ${options?.include_obfuscation} ${identity.id.length}`
    const cached =
      streamTemplates.get(reply, form) ??
      keep(
        streamTemplates,
        reply,
        form,
        createCachedTemplate(completeOrPlanChat(input, tokens, model.snapshot), prepareEventStream)
      )
    if (cached === 'unfit') return undefined
    const values = createValues()
    return {
      usage: withPromptTokens(cached, values.promptTokens),
      events: () => cached.template.fill(values),
      timeline: schedule => cached.template.timeline(values, schedule)
    }
  }
}

/** Counts the tokens of a prompt. Load tools repeat a request, so the last count is kept. */
function createPromptCounter(): (input: CompletionInput, tokens: EncodingTokenizer) => number {
  let last: (Pick<CompletionInput, 'request' | 'model'> & { total: number }) | undefined
  return ({ request, model }, tokens) => {
    if (last?.request !== request || last.model !== model)
      last = { request, model, total: countPromptTokens(request, model, tokens.count).total }
    return last.total
  }
}

/** Caches the response to a body that comes again with the same reply, whatever parameters shape the response. */
function createRepeatCache(): (input: CompletionInput, tokens: EncodingTokenizer) => PreparedResponse | undefined {
  const cache = createOwnerCache<{ reply: CompletionInput['reply']; template?: RepeatedTemplate | 'unfit' }>(
    fixedLimits.responseCache
  )
  return (input, tokens) => {
    const { request, reply, identity } = input
    const cached = cache.get(request, '')
    // Most bodies come only once, and preparing a template costs more than building a completion.
    if (cached?.reply !== reply) {
      cache.set(request, '', { reply }, 0)
      return undefined
    }
    const { id, created, fingerprint } = identity
    // The request's own random sequence is reserved for the ids of its tool calls.
    if (!cached.template) {
      const emptyIdentity = { id, created, fingerprint, random: createRandom('') }
      const template =
        prepareRepeated(completeOrPlanChat({ ...input, identity: emptyIdentity }, tokens), reply) ?? 'unfit'
      const isKept = cache.set(request, '', { reply, template }, sizeOf(template))
      cached.template = isKept ? template : 'unfit'
    }
    if (cached.template === 'unfit') return undefined
    const { template, usage } = cached.template
    const createValues = () => ({ id, created, promptTokens: usage.prompt, random: identity.random })
    return { usage, fill: () => template.fill(createValues()) }
  }
}

type TemplateCache<T> = OwnerCache<CachedTemplate<T> | 'unfit'>

/** Caches templates by their reply and the form of the request. 'unfit' means: build this reply for each request. */
const createTemplateCache = <T>(): TemplateCache<T> => createOwnerCache(fixedLimits.responseCache)

function keep<T extends { memoryBytes: number }>(
  cache: TemplateCache<T>,
  reply: CompletionInput['reply'],
  form: string,
  created: CachedTemplate<T> | undefined
): CachedTemplate<T> | 'unfit' {
  const cached = created ?? 'unfit'
  if (!cache.set(reply, form, cached, sizeOf(cached))) cache.set(reply, form, 'unfit', 0)
  return cached
}

const sizeOf = (cached: CachedTemplate<{ memoryBytes: number }> | 'unfit') =>
  cached === 'unfit' ? 0 : objectBytes + cached.template.memoryBytes

type RepeatedTemplate = CachedTemplate<ResponseTemplate>

/** Returns undefined if only some of the tool calls have ids in the reply: a template cannot mix them. */
function prepareRepeated(
  built: BuiltCompletion | LargeCompletion,
  { choices }: CompletionInput['reply']
): RepeatedTemplate | undefined {
  if ('parts' in built) return undefined
  const { completion } = built
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
  built: BuiltCompletion | LargeCompletion,
  prepareTemplate: (built: BuiltCompletion) => T | undefined
): CachedTemplate<T> | undefined {
  if ('parts' in built) return undefined
  const template = prepareTemplate(built)
  return template && { template, usage: summarizeUsage(built.completion.usage) }
}

const withPromptTokens = ({ usage }: CachedTemplate<unknown>, prompt: number): UsageSummary => ({ ...usage, prompt })

/** Tool calls need new ids in each response, so the template cache of a reply excludes them. */
const prepareJson = ({ completion }: BuiltCompletion) =>
  completion.choices.some(({ message }) => message.tool_calls) ? undefined : createResponseTemplate(completion)

/** Streams with tool calls or audio need new ids in each response, so they are not cached. */
function prepareEventStream({ completion, chunks }: BuiltCompletion): StreamTemplate | undefined {
  const hasUniqueParts = completion.choices.some(({ message }) => message.tool_calls || message.audio)
  return hasUniqueParts ? undefined : createStreamTemplate(chunks ?? [])
}
