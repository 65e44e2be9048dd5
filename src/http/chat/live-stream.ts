/** Streams an answer whose pieces come one after another out of a function. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { createIncrementalBuilder, type IncrementalBuilder } from '../../completion/incremental-builder.js'
import { countPromptTokens } from '../../completion/prompt-tokens.js'
import { toStoredCompletion } from '../../completion/stored-completion.js'
import { ApiError } from '../../core/api-error.js'
import type { Model } from '../../core/model.js'
import type { ChatRequest, Chunk } from '../../core/openai-types.js'
import { formatErrorEvent } from '../../fixtures/error-catalog.js'
import type { ReplyStream } from '../../fixtures/function-reply.js'
import { doneEvent, formatEvent } from '../../stream/timeline.js'
import type { AppContext } from '../context.js'
import type { IdentityFactory } from '../identity.js'
import { noteChunkTimes } from '../response/chunk-times.js'
import { readStreamOptions } from '../response/completion-body.js'
import { collectErrorParams } from '../response/error-facts.js'
import { createHead, type ResponseHead } from '../response/headers.js'
import { addServerTiming, openStreamBody, waitForDrain } from '../response/send.js'
import { eventStreamContentType } from '../response/send-completion.js'
import { formatWarning } from '../validation-mode.js'
import { createReplyError, type PendingReply } from './decision.js'
import { findMismatch } from './resolve-reply.js'

interface LiveResponse {
  chat: ChatRequest
  model: Model
  pendingReply: PendingReply
}

export function createLiveSender({ errorCatalog, broadcast, tokenizer }: AppContext, identityFactory: IdentityFactory) {
  return async (
    request: FastifyRequest,
    reply: FastifyReply,
    { chat, model, pendingReply }: LiveResponse
  ): Promise<void> => {
    const { exchange } = request
    await tokenizer.load(model.encoding)
    const encoder = await tokenizer.withEncoding(model.encoding, encoder => encoder)
    const identity = await identityFactory.createIdentity(exchange, model)
    const builder = createIncrementalBuilder(
      { request: chat, model, prompt: countPromptTokens(chat, model, encoder.count), identity, tokens: encoder },
      readStreamOptions(chat, identity.id)
    )
    const { pieces } = pendingReply
    // What fails before anything is said is refused as any other request.
    const firstChunks = await readNextChunks(pieces, builder)
    const head = createHead(request, 'backend')
    if (exchange.warning) head.set('x-mock-refused', formatWarning(errorCatalog, exchange.warning))
    const stream = openLiveStream(request, reply, head)
    try {
      for (let chunks = firstChunks; chunks && !stream.isClosed; chunks = await readNextChunks(pieces, builder))
        await stream.write(formatEvents(chunks))
      if (stream.isClosed) return
      const { completion, chunks } = builder.end()
      exchange.mismatch = findMismatch(chat, [{ text: completion.choices[0]?.message.content ?? undefined }])
      if (chat.store) await broadcast('keepStored', exchange.session, toStoredCompletion(chat, completion, exchange.id))
      await stream.write(formatEvents(chunks) + doneEvent)
    } catch (error) {
      exchange.apiError = error instanceof ApiError ? error : new ApiError('server_error')
      await stream.write(formatErrorEvent(errorCatalog, exchange.apiError, () => collectErrorParams(request)))
    } finally {
      stream.end()
      // Its end is not waited for: the function may stand in the middle of something that never comes.
      pieces.return().catch(() => undefined)
    }
  }
}

/** Aborted when the client leaves before it has its answer. */
export function createClientSignal({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController()
  raw.once('close', () => {
    if (!raw.writableFinished) controller.abort(new Error('the client left'))
  })
  return controller.signal
}

/** The chunks of the next piece that says something; nothing when there is no more to say. */
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

const formatEvents = (chunks: readonly Chunk[]) => chunks.map(formatEvent).join('')

function openLiveStream(request: FastifyRequest, reply: FastifyReply, head: ResponseHead) {
  const { exchange } = request
  const { raw } = reply
  exchange.streamed = true
  exchange.status = 200
  addServerTiming(request, head)
  head.set('content-type', eventStreamContentType)
  let sentText = ''
  let isClosed = raw.destroyed
  reply.hijack()
  raw.once('close', () => {
    isClosed = true
    exchange.aborted = !raw.writableFinished
    exchange.responseBody = sentText
    reply.server.closeExchange(request)
  })
  const body = openStreamBody(raw, head)
  return {
    get isClosed() {
      return isClosed
    },
    async write(eventText: string) {
      if (isClosed || eventText === '') return
      sentText += eventText
      noteChunkTimes(exchange, eventText)
      if (!body.write(eventText)) await waitForDrain(raw)
    },
    end: body.end
  }
}
