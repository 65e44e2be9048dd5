/** Streams an answer whose pieces come one after another out of a function. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { createGrowth, type Growth } from '../../completion/incremental-builder.js'
import { promptTokens } from '../../completion/prompt-tokens.js'
import { storedOf } from '../../completion/stored-completion.js'
import { Refusal } from '../../core/api-error.js'
import type { Model } from '../../core/model.js'
import type { ChatRequest, Chunk } from '../../core/openai-types.js'
import { errorEvent } from '../../fixtures/error-catalog.js'
import type { Pieces } from '../../fixtures/function-reply.js'
import { frameOf, lastFrame } from '../../stream/timeline.js'
import type { Rooms } from '../context.js'
import type { Identities } from '../identity.js'
import { noteTimes } from '../response/chunk-times.js'
import { askedOfStream } from '../response/completion-body.js'
import { factsOf } from '../response/error-facts.js'
import { type Head, headOf } from '../response/headers.js'
import { addServerTiming, drained, openBody } from '../response/send.js'
import { eventStream } from '../response/send-completion.js'
import { warningOf } from '../validation-mode.js'
import { refusalOf, type Telling } from './decision.js'
import { mismatched } from './resolve-reply.js'

interface Live {
  chat: ChatRequest
  model: Model
  telling: Telling
}

export function createLive({ catalog, everywhere, tokens }: Rooms, identities: Identities) {
  return async (request: FastifyRequest, reply: FastifyReply, { chat, model, telling }: Live): Promise<void> => {
    const { exchange } = request
    await tokens.load(model.encoding)
    const text = await tokens.use(model.encoding, text => text)
    const identity = await identities.identify(exchange, model)
    const growth = createGrowth(
      { request: chat, model, prompt: promptTokens(chat, model, text.count), identity, tokens: text },
      askedOfStream(chat, identity.id)
    )
    const { pieces } = telling
    // What fails before anything is said is refused as any other request.
    const first = await nextChunks(pieces, growth)
    const head = headOf(request, 'backend')
    if (exchange.warning) head.set('x-mock-refused', warningOf(catalog, exchange.warning))
    const stream = openStream(request, reply, head)
    try {
      for (let chunks = first; chunks && !stream.isClosed; chunks = await nextChunks(pieces, growth))
        await stream.write(framesOf(chunks))
      if (stream.isClosed) return
      const { completion, chunks } = growth.end()
      exchange.mismatch = mismatched(chat, [{ kind: 'say', text: completion.choices[0]?.message.content ?? undefined }])
      if (chat.store) await everywhere('keepStored', exchange.session, storedOf(chat, completion, exchange.id))
      await stream.write(framesOf(chunks) + lastFrame)
    } catch (error) {
      exchange.refusal = error instanceof Refusal ? error : new Refusal('server_error')
      await stream.write(errorEvent(catalog, exchange.refusal, () => factsOf(request)))
    } finally {
      stream.end()
      // Its end is not waited for: the function may stand in the middle of something that never comes.
      pieces.return().catch(() => undefined)
    }
  }
}

/** Aborted when the client leaves before it has its answer. */
export function leftSignal({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController()
  raw.once('close', () => {
    if (!raw.writableFinished) controller.abort(new Error('the client left'))
  })
  return controller.signal
}

/** The chunks of the next piece that says something; nothing when there is no more to say. */
async function nextChunks(pieces: Pieces, growth: Growth): Promise<Chunk[] | undefined> {
  while (!growth.isFull) {
    const { done, value: piece } = await pieces.next()
    if (done || !piece) return undefined
    if (piece.kind === 'refusal') throw refusalOf(piece)
    const chunks = growth.add(piece.sayings[0]!, piece.usage)
    if (chunks.length) return chunks
  }
  return undefined
}

const framesOf = (chunks: readonly Chunk[]) => chunks.map(frameOf).join('')

function openStream(request: FastifyRequest, reply: FastifyReply, head: Head) {
  const { exchange } = request
  const { raw } = reply
  exchange.streamed = true
  exchange.status = 200
  addServerTiming(request, head)
  head.set('content-type', eventStream)
  let sent = ''
  let isClosed = raw.destroyed
  reply.hijack()
  raw.once('close', () => {
    isClosed = true
    exchange.aborted = !raw.writableFinished
    exchange.answer = sent
    reply.server.closeExchange(request)
  })
  const body = openBody(raw, head)
  return {
    get isClosed() {
      return isClosed
    },
    async write(frames: string) {
      if (isClosed || frames === '') return
      sent += frames
      noteTimes(exchange, frames)
      if (!body.write(frames)) await drained(raw)
    },
    end: body.end
  }
}
