/** Passes a request on to the upstream, its answer back as it comes, and writes down what was said. */
import type { IncomingMessage } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Model } from '../../core/model.js'
import type { ChatRequest } from '../../core/openai-types.js'
import type { TimingInput } from '../../core/pacing-input.js'
import { tryParseJson } from '../../core/try-parse-json.js'
import { formatErrorEvent } from '../../fixtures/error-catalog.js'
import type { ReplyInput } from '../../fixtures/input.js'
import { type RecordedExchange, readCompletion, toReplyInput } from '../../fixtures/recorded-exchange.js'
import { createRecordedFixture } from '../../fixtures/recorded-fixture.js'
import { takeAllTurns } from '../../fixtures/select.js'
import type { AppContext } from '../context.js'
import { createHead } from '../response/headers.js'
import { sendResponse, waitForDrain } from '../response/send.js'
import { reconcileReply } from './reconcile.js'
import { createStreamObserver } from './stream-observer.js'
import {
  createUpstreamError,
  decompress,
  pickForwardedHeaders,
  readResponseText,
  sendUpstreamRequest,
  type UpstreamRequest
} from './upstream-client.js'
import { addVerbatim } from './verbatim.js'

/** One request on its way. */
interface ForwardedRequest {
  request: FastifyRequest
  reply: FastifyReply
  chat: ChatRequest
  /** With what Standin does not look at. */
  original: ChatRequest
  model: Model
}

export function createPassthrough(
  { upstream, recorder, httpRequest }: NonNullable<AppContext['recording']>,
  context: AppContext
) {
  const { errorCatalog, log, store, tokenizer } = context
  return { passOn }

  async function passOn(forwarded: ForwardedRequest): Promise<void> {
    const { request, reply } = forwarded
    const upstreamRequest = sendUpstreamRequest(httpRequest, upstream, request.raw.headers, request.exchange.body ?? '')
    // Also after a whole answer, when there is nothing left to leave.
    reply.raw.once('close', upstreamRequest.abort)
    try {
      const response = await upstreamRequest.response
      if (response.statusCode === 200 && /event-stream/.test(response.headers['content-type'] ?? ''))
        await forwardStream(forwarded, response, upstreamRequest)
      else await forwardJson(forwarded, response)
    } catch (error) {
      if (!reply.raw.destroyed) throw upstreamRequest.toUpstreamError(error)
      // Nobody is there to be told.
      if (!reply.sent) reply.hijack()
      request.exchange.aborted = true
      reply.server.closeExchange(request)
    }
  }

  async function forwardJson(forwarded: ForwardedRequest, response: IncomingMessage): Promise<void> {
    const { request, reply } = forwarded
    const { statusCode: status = 0, headers } = response
    const text = await readResponseText(response)
    const recorded = toRecordedExchange(response, text)
    if (tryParseJson(text) === undefined)
      throw createUpstreamError(
        upstream,
        `answered ${status} with ${headers['content-type'] ?? 'no content type'}, expected JSON`
      )
    if (!toReplyInput(recorded, errorCatalog))
      throw createUpstreamError(upstream, `answered ${status} with JSON that is neither a completion nor an error`)
    await recordFixture(forwarded, recorded, { chunkMs: [elapsedMs(request)] })
    const head = createHead(request, 'backend')
    head.add(pickForwardedHeaders(response))
    sendResponse(request, reply, { status, head, contentType: headers['content-type'], text })
  }

  async function forwardStream(
    forwarded: ForwardedRequest,
    response: IncomingMessage,
    upstreamRequest: UpstreamRequest
  ): Promise<void> {
    const { request, reply } = forwarded
    const { raw } = reply
    const observer = createStreamObserver()
    let sentText = ''
    let isRecorded = false
    const sendHead = () => {
      if (reply.sent) return
      const head = createHead(request, 'backend')
      head.add(pickForwardedHeaders(response))
      head.set('content-type', response.headers['content-type']!)
      reply.hijack()
      request.exchange.status = 200
      request.exchange.streamed = true
      raw.once('close', () => {
        request.exchange.aborted = !raw.writableFinished
        request.exchange.responseBody = sentText
        reply.server.closeExchange(request)
      })
      raw.writeHead(200, head.toPairs().flat())
    }
    // What makes the stream whole goes out once it is written down, so that who hears its end can ask again.
    const recordWhenComplete = async () => {
      if (isRecorded || !observer.isComplete) return
      isRecorded = true
      await recordFixture(
        forwarded,
        toRecordedExchange(response, sentText),
        toTimingInput(observer.chunkMs, elapsedMs(request))
      )
    }
    const forwardLines = async (lines: Buffer): Promise<void> => {
      const text = lines.toString()
      const problem = observer.addLines(text, elapsedMs(request))
      if (problem) throw createUpstreamError(upstream, problem)
      sendHead()
      sentText += text
      if (observer.hasDoneEvent) await recordWhenComplete()
      request.exchange.firstByteMs ||= elapsedMs(request)
      if (!raw.write(lines)) await waitForDrain(raw)
    }
    try {
      let rest: Buffer = Buffer.alloc(0)
      for await (const part of decompress(response)) {
        const all: Buffer = rest.length ? Buffer.concat([rest, part]) : part
        const end = all.lastIndexOf(newlineByte) + 1
        rest = all.subarray(end)
        if (end) await forwardLines(all.subarray(0, end))
      }
      if (rest.length) await forwardLines(rest)
      if (!observer.isFinished) throw createUpstreamError(upstream, 'ended its stream before the answer was over')
      await recordWhenComplete()
      raw.end()
    } catch (error) {
      // Before anything was said the client is told as if there had been no stream.
      if (!reply.sent || raw.destroyed) throw error
      const apiError = upstreamRequest.toUpstreamError(error)
      request.exchange.apiError = apiError
      const errorText = `\n${formatErrorEvent(errorCatalog, apiError)}`
      sentText += errorText
      raw.end(errorText)
    }
  }

  /** Writes an exchange down. Its client has its answer all the same when that fails. */
  async function recordFixture(
    { request, chat, original, model }: ForwardedRequest,
    recorded: RecordedExchange,
    timing: TimingInput
  ): Promise<void> {
    const { exchange } = request
    const parsedReply = keyErrorStatuses.has(recorded.status) ? undefined : toReplyInput(recorded, errorCatalog)
    if (!parsedReply) return
    try {
      const upstreamCompletion = recorded.status < 400 ? readCompletion(recorded) : undefined
      const savedReply = await tokenizer.withEncoding(model.encoding, (text): ReplyInput => {
        const reconciled = upstreamCompletion
          ? { ...reconcileReply(parsedReply, upstreamCompletion, chat, model, text), timing }
          : parsedReply
        return addVerbatim(reconciled, recorded.body, { request: chat, model, errorCatalog }, text)
      })
      const secrets = [exchange.key, upstream.key].filter(key => key !== undefined)
      const fixture = await recorder.save(createRecordedFixture(chat, savedReply, original), secrets)
      exchange.fixture = fixture.name
      log.info({ fixture: fixture.name, place: fixture.location }, 'recorded')
      await takeAllTurns(fixture, store, exchange.session)
    } catch (err) {
      log.error({ err, id: exchange.id }, 'an exchange could not be written down')
    }
  }
}

/** What is said of the key that records is nothing that others should hear. */
const keyErrorStatuses = new Set([401, 403])

const newlineByte = 0x0a

const elapsedMs = ({ exchange }: FastifyRequest) => Math.round((performance.now() - exchange.startedAt) * 10) / 10

function toTimingInput(chunkMs: readonly number[], endMs: number): TimingInput {
  const last = chunkMs.at(-1)
  if (last === undefined) return { chunkMs: [endMs] }
  return endMs - last >= 1 ? { chunkMs, endMs } : { chunkMs }
}

function toRecordedExchange({ statusCode = 0, headers }: IncomingMessage, body: string): RecordedExchange {
  const textHeaders = Object.entries(headers).map(([name, value]) => [name, String(value)])
  return {
    location: '',
    method: 'POST',
    url: '',
    request: '',
    status: statusCode,
    headers: Object.fromEntries(textHeaders),
    body
  }
}
