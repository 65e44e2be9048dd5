/** Builds the completion of a request, its chunks and its text, and summarizes its usage. */

import { toAzureChunks, toAzureCompletion } from '../../completion/azure.js'
import { type SplitOptions, splitCompletion } from '../../completion/chunks.js'
import type { EncodingTokenizer } from '../../completion/encoding-tokenizer.js'
import { fillLogprobs, type PlannedCompletion } from '../../completion/planned-completion.js'
import { computeChoiceCosts } from '../../completion/response-cost.js'
import type { Budget, BudgetUse } from '../../core/budget.js'
import { findFloatFields, formatJson } from '../../core/json-format.js'
import type { Model } from '../../core/model.js'
import type { ChatRequest, Chunk, Completion, Usage } from '../../core/openai-types.js'
import { createRandom } from '../../core/random.js'
import type { CompletionReply } from '../../core/reply.js'
import type { Schedule } from '../../stream/pacing.js'
import { createTextTimeline, createTimeline, type Timeline } from '../../stream/timeline.js'
import { type CompletionInput, planChat } from './plan-chat.js'
import { createChunks, formatJsonParts, formatStreamParts } from './response-parts.js'

export interface BuiltCompletion {
  completion: Completion
  chunks?: Chunk[]
}

/** A completion that is too large to be in memory at once: its response is formatted in parts. */
export interface LargeCompletion {
  completion: Completion
  /** Formats the response. Each part takes little time and memory. */
  parts(): Iterable<string>
  /** Creates the chunks of a stream, one after the other. */
  chunks(): Iterable<Chunk>
}

/**
 * Builds the completion of a request, and its chunks when the request wants a stream.
 *
 * @param padding the seed of the obfuscation padding; templates use one seed for all their responses
 */
export function completeChat(
  input: CompletionInput,
  tokens: EncodingTokenizer,
  padding = input.identity.id
): BuiltCompletion {
  const { planned, budget } = planChat(input, tokens)
  for (const cost of computeCosts(planned, input)) spend(cost, budget)
  return build(planned, input, padding)
}

/**
 * Builds the completion, or plans it if its response is better sent in parts.
 *
 * @param isKept whether the events are kept in memory until they are due
 */
export function completeOrPlanChat(
  input: CompletionInput,
  tokens: EncodingTokenizer,
  padding = input.identity.id,
  isKept = false
): BuiltCompletion | LargeCompletion {
  const { request } = input
  const { planned, budget } = planChat(input, tokens)
  const costs = computeCosts(planned, input)
  // The parts of a JSON text have the form of OpenAI.
  if (!isLarge(costs) || (input.exchange?.azure && !request.stream)) {
    for (const cost of costs) spend(cost, budget)
    return build(planned, input, padding)
  }
  for (const cost of costs) {
    spendInParts(cost, budget, isKept)
  }
  const createPlainChunks = () => createChunks(planned, splitOptions(planned, input, padding))
  const chunks = input.exchange?.azure ? () => toAzureChunks(createPlainChunks()) : createPlainChunks
  return {
    completion: planned.completion,
    chunks,
    parts: () => (request.stream ? formatStreamParts(chunks()) : formatJsonParts(planned))
  }
}

// A chunk of Azure has more than twice the text, and its members are sorted.
const azureFactor = 3

function computeCosts(planned: PlannedCompletion, { request, exchange }: CompletionInput): readonly BudgetUse[] {
  const costs = computeChoiceCosts(planned, request)
  return exchange?.azure
    ? costs.map(({ work, bytes }) => ({ work: azureFactor * work, bytes: azureFactor * bytes }))
    : costs
}

function build(planned: PlannedCompletion, input: CompletionInput, padding: string): BuiltCompletion {
  const completion = fillLogprobs(planned)
  if (!input.request.stream) return { completion }
  const chunks = splitCompletion(completion, splitOptions(planned, input, padding))
  return { completion, chunks: input.exchange?.azure ? [...toAzureChunks(chunks)] : chunks }
}

const splitOptions = (
  { cut }: PlannedCompletion,
  { request, model }: CompletionInput,
  padding: string
): SplitOptions => ({
  pieces: text => cut(text).map(piece => piece.text),
  ...readStreamOptions(request, model, padding)
})

// Below these sizes, a response in one piece costs less.
const largeCost: BudgetUse = { work: 20_000, bytes: 4 * 1024 * 1024 }

function isLarge(costs: readonly BudgetUse[]): boolean {
  let work = 0
  let bytes = 0
  for (const cost of costs) {
    work += cost.work
    bytes += cost.bytes
  }
  return work > largeCost.work || bytes > largeCost.bytes
}

const task = 'its choices'

function spend({ work, bytes }: BudgetUse, budget: Budget): void {
  budget.spendWork(work, task)
  budget.spendBytes(bytes, task)
}

// The events that are kept are texts. The other half of the bytes are their chunks, which are not kept.
const keptShare = 0.5

/** Spends a cost whose parts are formatted after pauses. */
function spendInParts({ work, bytes }: BudgetUse, budget: Budget, isKept: boolean): void {
  const partCount = Math.ceil(Math.max(work / largeCost.work, bytes / largeCost.bytes))
  const partBytes = (bytes * (isKept ? keptShare : 1)) / partCount
  for (let part = 0; part < partCount; part++) {
    spend({ work: Math.ceil(work / partCount), bytes: Math.ceil(partBytes) }, budget)
    if (isKept) budget.pauseWork()
    else budget.pause()
  }
}

/** Reads the options of a stream beside its content. */
export function readStreamOptions(
  { stream_options: options }: ChatRequest,
  { reasoning }: Model,
  padding: string
): Omit<SplitOptions, 'pieces'> {
  return {
    includeUsage: options?.include_usage === true,
    reasoning,
    obfuscation: options?.include_obfuscation === false ? undefined : createRandom('obfuscation', padding)
  }
}

/** Returns the JSON of a completion, or the exact body that its reply contains. */
export const formatJsonBody = (
  { verbatim }: CompletionReply,
  completion: Completion,
  { azure }: NonNullable<CompletionInput['exchange']>
): string => verbatim?.json ?? (azure ? formatAzureCompletion(completion) : formatCompletion(completion))

/** Returns the timeline of the chunks, or of the exact stream that the reply contains. */
export const createReplyTimeline = (
  { verbatim }: CompletionReply,
  chunks: readonly Chunk[],
  schedule: Schedule
): Timeline =>
  verbatim?.stream === undefined ? createTimeline(chunks, schedule) : createTextTimeline(verbatim.stream, schedule)

export function formatCompletion(completion: Completion): string {
  return `${formatJson(completion, 2, findFloatFields(completion))}\n`
}

const formatAzureCompletion = (completion: Completion): string =>
  `${formatJson(toAzureCompletion(completion), 0, findFloatFields(completion))}\n`

/** The tokens of the prompt, of the reasoning, and of the visible content. */
export interface UsageSummary {
  prompt: number
  reasoning: number
  visible: number
}

export function summarizeUsage({ prompt_tokens, completion_tokens, completion_tokens_details }: Usage): UsageSummary {
  const reasoning = completion_tokens_details?.reasoning_tokens ?? 0
  return { prompt: prompt_tokens, reasoning, visible: completion_tokens - reasoning }
}
