/** Builds a completion from pieces of its content, and the chunks of each piece. */

import { toolCallArguments, toolCallName } from '../core/message-text.js'
import type { ChatRequest, Chunk, Completion, FinishReason, ToolCall } from '../core/openai-types.js'
import type { ChoiceContent, ReplyToolCall, ReplyUsage } from '../core/reply.js'
import { outputLimit } from '../core/request-parameters.js'
import { type BuildInput, buildCompletion } from './build.js'
import { type SplitOptions, splitCompletion } from './chunks.js'
import { countAnswerOverhead, countCallOverhead, type OverheadContext, usesLegacyFunctions } from './overhead.js'
import { findStop, stopSequences } from './truncate.js'

/** Builds one completion while its content arrives. */
export interface IncrementalBuilder {
  /** Adds a piece and returns its chunks. */
  add(piece: ChoiceContent, usage?: ReplyUsage): Chunk[]
  /** Whether a stop sequence or the output limit ended the completion: further pieces add nothing. */
  readonly isFull: boolean
  /** Returns the completion, and the chunks that close the stream. */
  end(): { completion: Completion; chunks: Chunk[] }
}

/** Whether a request's stream can be sent piece by piece. Several choices take turns, and the other features need the complete text. */
export const canBuildIncrementally = (request: ChatRequest): boolean =>
  (request.n ?? 1) === 1 &&
  !request.modalities?.includes('audio') &&
  !request.moderation &&
  !usesLegacyFunctions(request)

/** @param input the parts of a completion, without its content */
export function createIncrementalBuilder(
  input: Omit<BuildInput, 'choices' | 'usage'>,
  streamOptions: Omit<SplitOptions, 'pieces'>
): IncrementalBuilder {
  return new Builder(input, streamOptions)
}

class Builder implements IncrementalBuilder {
  readonly #content: ChoiceContent = {}
  readonly #stopFilter: StopFilter
  readonly #closingCount: number
  readonly #overhead: OverheadContext
  #usage: ReplyUsage = {}
  #tokensLeft: number
  #endReason: FinishReason | undefined
  #buildCount = 0
  #isOpen = false

  constructor(
    private readonly input: Omit<BuildInput, 'choices' | 'usage'>,
    private readonly streamOptions: Omit<SplitOptions, 'pieces'>
  ) {
    this.#stopFilter = new StopFilter(stopSequences(input.request))
    this.#closingCount = streamOptions.includeUsage ? 2 : 1
    this.#overhead = { request: input.request, model: input.model, count: input.tokens.count, reasoning: 0 }
    this.#tokensLeft =
      (outputLimit(input.request) ?? Number.POSITIVE_INFINITY) - countAnswerOverhead(this.#overhead).start
  }

  get isFull(): boolean {
    return this.#endReason !== undefined
  }

  add(piece: ChoiceContent, addedUsage: ReplyUsage = {}): Chunk[] {
    this.#addUsage(addedUsage)
    this.#content.finishReason = piece.finishReason ?? this.#content.finishReason
    if (piece.text === undefined) return this.#buildChunks(piece)
    const text = this.#stopFilter.push(piece.text)
    if (this.#stopFilter.matched) this.#endReason = 'stop'
    return this.#buildChunks({ ...piece, text })
  }

  end(): { completion: Completion; chunks: Chunk[] } {
    const heldText = this.#endReason === undefined ? this.#stopFilter.heldText : ''
    const last = heldText ? this.#buildChunks({ text: heldText }) : []
    const { text, refusal, toolCalls, finishReason } = this.#content
    const isTextOnly = refusal === undefined && !toolCalls
    if (!toolCalls && this.#tokensLeft < Math.max(1, countAnswerOverhead(this.#overhead).end))
      this.#endReason ??= 'length'
    const maxTokens = outputLimit(this.input.request)
    const isCut = this.#endReason === 'length' && maxTokens !== undefined
    const completion = this.#build({
      request: { ...this.input.request, stop: undefined },
      choices: [
        {
          ...this.#content,
          text: isTextOnly ? (text ?? '') : text,
          finishReason: this.#endReason ?? finishReason
        }
      ],
      usage: { ...(isCut ? { completionTokens: maxTokens } : {}), ...this.#usage },
      stopTokens: this.#countStop(text ?? ''),
      pieces: 'all'
    })
    const chunks = splitCompletion(completion, this.#splitOptions())
    return { completion, chunks: [...last, ...chunks.slice(this.#isOpen ? -this.#closingCount : 0)] }
  }

  /** The tokens of the stop sequence that ended the text. */
  #countStop(text: string): number {
    const { matched } = this.#stopFilter
    const { count } = this.input.tokens
    return matched === '' ? 0 : count(text + matched) - (text ? count(text) : 0)
  }

  #buildChunks(piece: ChoiceContent): Chunk[] {
    if (!piece.refusal && !piece.text && !piece.toolCalls && !piece.annotations) return []
    // With an empty text the role is in a separate chunk, which can be left out.
    const content: ChoiceContent =
      this.#isOpen && piece.refusal === undefined ? { ...piece, text: piece.text ?? '' } : piece
    const completion = this.#build({
      request: {
        ...this.input.request,
        stop: undefined,
        max_tokens: undefined,
        max_completion_tokens: this.#tokensLeft === Number.POSITIVE_INFINITY ? undefined : Math.max(0, this.#tokensLeft)
      },
      choices: [{ ...content, finishReason: undefined }],
      pieces: 'one'
    })
    const { message, finish_reason } = completion.choices[0]!
    if (finish_reason === 'length') this.#endReason = 'length'
    const calls = (message.tool_calls ?? []).map(toReplyCall)
    this.#subtractTokens([message.content, message.refusal], calls)
    const callsBefore = this.#content.toolCalls?.length ?? 0
    this.#accumulate({ ...message, calls, annotations: piece.annotations })
    const chunks = splitCompletion(completion, this.#splitOptions(message.refusal ?? message.content ?? '')).slice(
      this.#isOpen ? 1 : 0,
      -this.#closingCount
    )
    this.#isOpen = true
    for (const { choices } of chunks) for (const call of choices[0]?.delta.tool_calls ?? []) call.index += callsBefore
    return chunks
  }

  #build(parts: Pick<BuildInput, 'request' | 'choices' | 'usage' | 'pieces' | 'stopTokens'>): Completion {
    const random = this.input.identity.random.fork(`piece ${this.#buildCount++}`)
    return buildCompletion({ ...this.input, ...parts, identity: { ...this.input.identity, random } })
  }

  /** Reasoning counts towards the limit. */
  #addUsage({ reasoningTokens, ...usage }: ReplyUsage): void {
    this.#usage = { ...this.#usage, ...usage }
    if (reasoningTokens === undefined) return
    this.#tokensLeft += this.#usage.reasoningTokens ?? 0
    const spent = Math.min(reasoningTokens, Math.max(0, this.#tokensLeft))
    this.#usage.reasoningTokens = spent
    const { start } = countAnswerOverhead(this.#overhead)
    this.#overhead.reasoning = spent
    this.#tokensLeft -= spent + countAnswerOverhead(this.#overhead).start - start
  }

  #subtractTokens(texts: (string | null)[], calls: readonly ReplyToolCall[]): void {
    if (this.#tokensLeft === Number.POSITIVE_INFINITY) return
    const { count } = this.input.tokens
    for (const text of texts) this.#tokensLeft -= text ? count(text) : 0
    for (const { name, arguments: args } of calls)
      this.#tokensLeft -= countCallOverhead(name, this.#overhead) + count(String(args))
  }

  #accumulate({
    content,
    refusal,
    calls,
    annotations
  }: {
    content: string | null
    refusal: string | null
    calls: ReplyToolCall[]
    annotations: ChoiceContent['annotations']
  }): void {
    const total = this.#content
    if (content !== null) total.text = (total.text ?? '') + content
    if (refusal !== null) total.refusal = (total.refusal ?? '') + refusal
    if (calls.length) total.toolCalls = [...(total.toolCalls ?? []), ...calls]
    if (annotations) total.annotations = [...(total.annotations ?? []), ...annotations]
  }

  /** Sends a piece's text uncut; all other text is cut where its tokens end. */
  #splitOptions(pieceText?: string): SplitOptions {
    return {
      ...this.streamOptions,
      pieces: text =>
        text === pieceText && pieceText !== '' ? [pieceText] : this.input.tokens.pieces(text).map(piece => piece.text)
    }
  }
}

/** Passes text on up to a stop sequence. It holds back an end that may be the start of a stop sequence. */
class StopFilter {
  heldText = ''
  /** The stop sequence in the text; empty before there is one. */
  matched = ''

  constructor(private readonly sequences: readonly string[]) {}

  push(addedText: string): string {
    const text = this.heldText + addedText
    this.heldText = ''
    const stop = findStop(text, this.sequences)
    if (stop) {
      this.matched = text.slice(stop.start, stop.end)
      return text.slice(0, stop.start)
    }
    const longest = Math.max(0, ...this.sequences.map(({ length }) => length - 1))
    for (let size = Math.min(longest, text.length); size > 0; size--) {
      const end = text.slice(-size)
      if (end.length !== size || !this.sequences.some(sequence => sequence.startsWith(end))) continue
      this.heldText = end
      return text.slice(0, -size)
    }
    return text
  }
}

/** The call of a reply that becomes a tool call. */
export const toReplyCall = (call: ToolCall): ReplyToolCall => ({
  id: call.id,
  type: call.type,
  name: toolCallName(call),
  arguments: toolCallArguments(call)
})
