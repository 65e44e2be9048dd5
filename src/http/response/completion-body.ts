/** Builds the completion of a request, its chunks and its text, and summarizes its usage. */

import { buildCompletion, type Identity } from '../../completion/build.js'
import { type SplitOptions, splitCompletion } from '../../completion/chunks.js'
import type { EncodingTokenizer } from '../../completion/encoding-tokenizer.js'
import { countPromptTokens } from '../../completion/prompt-tokens.js'
import { findFloatFields, formatJson } from '../../core/json-format.js'
import type { Model } from '../../core/model.js'
import type { ChatRequest, Chunk, Completion, Usage } from '../../core/openai-types.js'
import { createRandom } from '../../core/random.js'
import type { CompletionReply } from '../../core/reply.js'
import type { Schedule } from '../../stream/pacing.js'
import { createTextTimeline, createTimeline, type Timeline } from '../../stream/timeline.js'

export interface BuiltCompletion {
  completion: Completion
  chunks?: Chunk[]
}

export interface CompletionInput {
  request: ChatRequest
  model: Model
  reply: CompletionReply
  identity: Identity
}

/**
 * Builds the completion of a request, and its chunks when the request wants a stream.
 *
 * @param padding the seed of the obfuscation padding; templates use one seed for all their responses
 */
export function completeChat(
  { request, model, reply, identity }: CompletionInput,
  tokens: EncodingTokenizer,
  padding = identity.id
): BuiltCompletion {
  const prompt = countPromptTokens(request, model, tokens.count)
  const completion = buildCompletion({
    request,
    model,
    choices: reply.choices,
    usage: reply.usage,
    modelName: reply.model,
    skipTruncation: reply.skipTruncation,
    prompt,
    identity,
    tokens
  })
  if (!request.stream) return { completion }
  const chunks = splitCompletion(completion, {
    pieces: text => tokens.pieces(text).map(piece => piece.text),
    ...readStreamOptions(request, padding)
  })
  return { completion, chunks }
}

/** Reads the options of a stream beside its content. */
export function readStreamOptions(
  { stream_options: options }: ChatRequest,
  padding: string
): Omit<SplitOptions, 'pieces'> {
  return {
    includeUsage: options?.include_usage === true,
    obfuscation: options?.include_obfuscation === false ? undefined : createRandom('obfuscation', padding)
  }
}

/** Returns the JSON of a completion, or the exact body that its reply contains. */
export const formatJsonBody = ({ verbatim }: CompletionReply, completion: Completion): string =>
  verbatim?.json ?? formatCompletion(completion)

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
