/** Makes the completion of a request, its chunks, and its text, and says what it cost. */

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
 * The completion of a request, and its chunks when a stream is asked for.
 *
 * @param padding what the characters of the padding follow from: the answer's own id, or what all answers of a form share
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

/** What a request wants of its stream beside the words. */
export function readStreamOptions(
  { stream_options: options }: ChatRequest,
  padding: string
): Omit<SplitOptions, 'pieces'> {
  return {
    includeUsage: options?.include_usage === true,
    obfuscation: options?.include_obfuscation === false ? undefined : createRandom('obfuscation', padding)
  }
}

/** What goes out as JSON: the completion, or the very text that its reply has. */
export const formatJsonBody = ({ verbatim }: CompletionReply, completion: Completion): string =>
  verbatim?.json ?? formatCompletion(completion)

/** What goes out as a stream: the chunks, or the very text that their reply has. */
export const createReplyTimeline = (
  { verbatim }: CompletionReply,
  chunks: readonly Chunk[],
  schedule: Schedule
): Timeline =>
  verbatim?.stream === undefined ? createTimeline(chunks, schedule) : createTextTimeline(verbatim.stream, schedule)

export function formatCompletion(completion: Completion): string {
  return `${formatJson(completion, 2, findFloatFields(completion))}\n`
}

/** How many tokens were asked with, thought, and said so that they can be heard or read. */
export interface UsageSummary {
  prompt: number
  reasoning: number
  visible: number
}

export function summarizeUsage({ prompt_tokens, completion_tokens, completion_tokens_details }: Usage): UsageSummary {
  const reasoning = completion_tokens_details?.reasoning_tokens ?? 0
  return { prompt: prompt_tokens, reasoning, visible: completion_tokens - reasoning }
}
