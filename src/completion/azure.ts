/** Gives completions and chunks the form of Azure OpenAI: members in alphabetical order, and the results of its content filter. */
import { isObject } from '../core/json-pointer.js'
import type { Choice, Chunk, ChunkChoice, Completion, ContentFilterResults } from '../core/openai-types.js'

const safe = { filtered: false, severity: 'safe' }
const undetected = { detected: false, filtered: false }

const promptResults: ContentFilterResults = {
  hate: safe,
  jailbreak: undetected,
  self_harm: safe,
  sexual: safe,
  violence: safe
}

const textResults: ContentFilterResults = {
  hate: safe,
  protected_material_code: undetected,
  protected_material_text: undetected,
  self_harm: safe,
  sexual: safe,
  violence: safe
}

/** The results of a choice that the filter has ended. */
const filteredResults: ContentFilterResults = { ...textResults, hate: { filtered: true, severity: 'high' } }

const prompt_filter_results = [{ prompt_index: 0, content_filter_results: promptResults }]

/** The first chunk of each stream has the results of the prompt alone, as recorded. */
export const promptFilterChunk = {
  choices: [],
  created: 0,
  id: '',
  model: '',
  object: '',
  prompt_filter_results
} as unknown as Chunk

/** Returns a copy of the completion in the form of Azure. */
export function toAzureCompletion(completion: Completion): Completion {
  const choices = completion.choices.map(addChoiceResults)
  return sortMembers({ ...withoutDefaultTier(completion), choices, prompt_filter_results })
}

/** Returns a copy of the chunk in the form of Azure. */
export const toAzureChunk = (chunk: Chunk): Chunk =>
  sortMembers({ ...withoutDefaultTier(chunk), choices: chunk.choices.map(addDeltaResults) })

/** Returns the chunks of a stream in the form of Azure, with the chunk that precedes them. */
export function* toAzureChunks(chunks: Iterable<Chunk>): Generator<Chunk> {
  yield promptFilterChunk
  for (const chunk of chunks) yield toAzureChunk(chunk)
}

/** Tool calls have no results, as recorded. */
function addChoiceResults(choice: Choice): Choice {
  const { message, finish_reason, logprobs = null } = choice
  return { ...choice, logprobs, content_filter_results: findResults(message.content || message.refusal, finish_reason) }
}

function addDeltaResults(choice: ChunkChoice): ChunkChoice {
  const { delta, finish_reason, logprobs = null } = choice
  return { ...choice, logprobs, content_filter_results: findResults(delta.content || delta.refusal, finish_reason) }
}

const findResults = (text: string | null | undefined, finishReason: Choice['finish_reason'] | null) =>
  finishReason === 'content_filter' ? filteredResults : text ? textResults : {}

/** No recorded response names the default tier. */
function withoutDefaultTier<T extends { service_tier?: string }>(response: T): T {
  if (response.service_tier !== 'default') return response
  const { service_tier, ...rest } = response
  return rest as T
}

/** Sorts the members of all objects but those of the results, which have their own order. */
function sortMembers<T>(value: T): T {
  if (Array.isArray(value)) return value.map(sortMembers) as T
  if (!isObject(value)) return value
  // Without a prototype, a member called __proto__ is one like the others.
  const sorted: Record<string, unknown> = {}
  for (const name of Object.keys(value).sort())
    sorted[name] = resultNames.has(name) ? value[name] : sortMembers(value[name])
  return sorted as T
}

const resultNames: ReadonlySet<string> = new Set(['content_filter_results', 'prompt_filter_results'])
