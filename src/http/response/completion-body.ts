/** Makes the completion of a request, its chunks, and its text, and says what it cost. */

import { build, type Identity } from '../../completion/build.js'
import { type Cut, split } from '../../completion/chunks.js'
import { promptTokens } from '../../completion/prompt-tokens.js'
import type { TokenText } from '../../completion/token-text.js'
import { floatsOf, layOut } from '../../core/json-format.js'
import type { Model } from '../../core/model.js'
import type { ChatRequest, Chunk, Completion, Usage } from '../../core/openai-types.js'
import { createChance } from '../../core/random.js'
import type { Schedule } from '../../stream/pacing.js'
import { type Script, scriptOf, scriptOfText } from '../../stream/timeline.js'
import type { Decision } from '../chat/decision.js'

export interface Completed {
  completion: Completion
  chunks?: Chunk[]
}

export interface Order {
  request: ChatRequest
  model: Model
  said: Decision['reply']
  identity: Identity
}

/**
 * The completion of a request, and its chunks when a stream is asked for.
 *
 * @param padding what the characters of the padding follow from: the answer's own id, or what all answers of a form share
 */
export function complete(
  { request, model, said, identity }: Order,
  tokens: TokenText,
  padding = identity.id
): Completed {
  const prompt = promptTokens(request, model, tokens.count)
  const completion = build({
    request,
    model,
    sayings: said.sayings,
    usage: said.usage,
    name: said.model,
    whole: said.whole,
    prompt,
    identity,
    tokens
  })
  if (!request.stream) return { completion }
  const chunks = split(completion, {
    pieces: text => tokens.pieces(text).map(piece => piece.text),
    ...askedOfStream(request, padding)
  })
  return { completion, chunks }
}

/** What a request wants of its stream beside the words. */
export function askedOfStream({ stream_options: options }: ChatRequest, padding: string): Omit<Cut, 'pieces'> {
  return {
    includeUsage: options?.include_usage === true,
    obfuscation: options?.include_obfuscation === false ? undefined : createChance('obfuscation', padding)
  }
}

type Said = Order['said']

/** What goes out as JSON: the completion, or the very text that its reply has. */
export const textFor = ({ verbatim }: Said, completion: Completion): string => verbatim?.json ?? textOf(completion)

/** What goes out as a stream: the chunks, or the very text that their reply has. */
export const scriptFor = ({ verbatim }: Said, chunks: readonly Chunk[], schedule: Schedule): Script =>
  verbatim?.stream === undefined ? scriptOf(chunks, schedule) : scriptOfText(verbatim.stream, schedule)

export function textOf(completion: Completion): string {
  return `${layOut(completion, 2, floatsOf(completion))}\n`
}

/** How many tokens were asked with, thought, and said so that they can be heard or read. */
export interface Spent {
  prompt: number
  thought: number
  said: number
}

export function spentOn({ prompt_tokens, completion_tokens, completion_tokens_details }: Usage): Spent {
  const thought = completion_tokens_details?.reasoning_tokens ?? 0
  return { prompt: prompt_tokens, thought, said: completion_tokens - thought }
}
