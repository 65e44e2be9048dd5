/** Streams a reply while a function yields its pieces. */
import { createIncrementalBuilder, type IncrementalBuilder, toReplyCall } from '../../completion/incremental-builder.js'
import { countPromptTokens } from '../../completion/prompt-tokens.js'
import { toStoredCompletion } from '../../completion/stored-completion.js'
import { ApiError } from '../../core/api-error.js'
import type { Choice, Chunk } from '../../core/openai-types.js'
import { type ChoiceContent, type CompletionReply, createReplyError } from '../../core/reply.js'
import type { ReplyStream } from '../../fixtures/function-reply.js'
import type { AppContext } from '../context.js'
import { setUsage } from '../exchange.js'
import type { IdentityFactory } from '../identity.js'
import { readStreamOptions } from '../response/completion-body.js'
import { createHead, eventStreamContentType } from '../response/headers.js'
import { formatLiveChunks, formatLiveEnd, formatLiveStart } from '../response/live-events.js'
import { addWarning, endWithError, reportBug } from '../response/send-error.js'
import type { ChatCall } from './chat-call.js'

/** @param check checks the complete reply after it was sent */
export type LiveSender = (call: ChatCall, pieces: ReplyStream, check: (reply: CompletionReply) => void) => Promise<void>

export function createLiveSender(context: AppContext, identities: IdentityFactory): LiveSender {
  const { broadcast, errorCatalog, tokenizer } = context

  return async (call, pieces, check) => {
    const { request, response, exchange } = call
    const builder = await createBuilder(call)
    // An error before the first piece becomes an ordinary API error.
    const firstChunks = await readNextChunks(pieces, builder)
    const head = createHead(request, 'backend')
    addWarning(head, errorCatalog, exchange.warning)
    response.openEvents(head, eventStreamContentType)
    try {
      if (exchange.azure) await response.writeAndWait(formatLiveStart(exchange))
      for (let chunks = firstChunks; chunks && !response.isClosed; chunks = await readNextChunks(pieces, builder))
        await response.writeAndWait(formatLiveChunks(chunks, exchange))
      if (!response.isClosed) await sendEnd(call, builder, check)
    } catch (error) {
      const apiError = error instanceof ApiError ? error : reportBug(request, context, error)
      await endWithError(response, request, apiError, errorCatalog)
    } finally {
      response.end()
      // Not awaited, because the function may never return.
      pieces.return().catch(() => undefined)
    }
  }

  async function createBuilder({ chat, model, exchange }: ChatCall): Promise<IncrementalBuilder> {
    await tokenizer.load(model.encoding)
    const tokens = await tokenizer.withEncoding(model.encoding, each => each)
    const identity = await identities.createIdentity(exchange, model)
    const prompt = countPromptTokens(chat, model, tokens.count)
    return createIncrementalBuilder(
      { request: chat, model, prompt, identity, tokens },
      readStreamOptions(chat, model, identity.id)
    )
  }

  async function sendEnd(
    { chat, exchange, response }: ChatCall,
    builder: IncrementalBuilder,
    check: (reply: CompletionReply) => void
  ): Promise<void> {
    const { completion, chunks } = builder.end()
    setUsage(exchange, completion.usage.prompt_tokens, completion.usage.completion_tokens)
    check({ kind: 'completion', choices: completion.choices.map(toContent) })
    if (chat.store) await broadcast('keepStored', exchange.session, toStoredCompletion(chat, completion, exchange.id))
    await response.writeAndWait(formatLiveEnd(chunks, exchange))
  }
}

/** The content of a choice that was sent. */
const toContent = ({ message, finish_reason: finishReason }: Choice): ChoiceContent => ({
  text: message.content ?? undefined,
  refusal: message.refusal ?? undefined,
  toolCalls: message.tool_calls?.map(toReplyCall),
  finishReason
})

/** Returns the chunks of the next piece with content, or undefined after the last piece. */
async function readNextChunks(pieces: ReplyStream, builder: IncrementalBuilder): Promise<Chunk[] | undefined> {
  while (!builder.isFull) {
    const { done, value: piece } = await pieces.next()
    if (done || !piece) return undefined
    if (piece.kind === 'error') throw createReplyError(piece)
    const chunks = builder.add(piece.choices[0]!, piece.usage)
    if (chunks.length) return chunks
  }
  return undefined
}
