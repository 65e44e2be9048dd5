/** Forwards a chat request to the upstream, and returns and records the response. */
import type { IncomingMessage } from 'node:http'
import { tryParseJson } from '../../core/try-parse-json.js'
import { toReplyInput } from '../../fixtures/recorded-exchange.js'
import { type ChatCall, type ChatStep, next, sent } from '../chat/chat-call.js'
import type { AppContext } from '../context.js'
import { setSource } from '../exchange.js'
import { refuseFaults } from '../prefer.js'
import { createHead } from '../response/headers.js'
import { endWithError } from '../response/send-error.js'
import {
  createExchangeRecorder,
  type ExchangeRecorder,
  elapsedMs,
  toPacing,
  toRecordedExchange
} from './record-exchange.js'
import { createStreamObserver } from './stream-observer.js'
import {
  createUpstreamError,
  pickForwardedHeaders,
  readBody,
  readResponseText,
  sendUpstreamRequest,
  type UpstreamRequest
} from './upstream-client.js'

type Recording = NonNullable<AppContext['recording']>

interface Forwarder {
  upstream: Recording['upstream']
  errorCatalog: AppContext['errorCatalog']
  record: ExchangeRecorder
}

/** Forwards the requests without a resolved reply. */
export function createForwardStep(recording: Recording, context: AppContext): ChatStep {
  const { upstream, httpRequest } = recording
  const forwarder: Forwarder = {
    upstream,
    errorCatalog: context.errorCatalog,
    record: createExchangeRecorder(recording, context)
  }
  return call => {
    if (call.resolved) return next
    refuseFaults(call.request, 'the responses of the upstream')
    setSource(call.exchange, 'upstream')
    return forward(call).then(() => sent)
  }

  async function forward(call: ChatCall): Promise<void> {
    const { request, exchange, response } = call
    const upstreamRequest = sendUpstreamRequest(httpRequest, upstream, request.raw.headers, exchange.body ?? '')
    // Runs after a complete response too, where it has no effect.
    response.onClose(upstreamRequest.abort)
    try {
      const upstreamResponse = await upstreamRequest.response
      const { statusCode, headers } = upstreamResponse
      if (statusCode === 200 && /event-stream/.test(headers['content-type'] ?? ''))
        await forwardStream(call, upstreamResponse, upstreamRequest, forwarder)
      else await forwardComplete(call, upstreamResponse, forwarder)
    } catch (error) {
      if (!response.isClosed) throw upstreamRequest.toUpstreamError(error)
      response.abandon()
    } finally {
      // The upstream may go on to send.
      upstreamRequest.abort()
    }
  }
}

async function forwardComplete(
  call: ChatCall,
  upstreamResponse: IncomingMessage,
  { upstream, errorCatalog, record }: Forwarder
): Promise<void> {
  const { request, response } = call
  const { statusCode: status = 0, headers } = upstreamResponse
  const contentType = headers['content-type']
  if (status < 200 || (status >= 300 && status < 400))
    throw createUpstreamError(upstream, `answered ${status}, expected a completion or an error`)
  const text = await readResponseText(upstreamResponse, upstream)
  const recorded = toRecordedExchange(upstreamResponse, text)
  if (!toReplyInput(recorded, errorCatalog)) {
    const problem =
      tryParseJson(text) === undefined
        ? `with ${contentType ?? 'no content type'}, expected JSON`
        : 'with JSON that is neither a completion nor an error'
    throw createUpstreamError(upstream, `answered ${status} ${problem}`)
  }
  await record(call, recorded, { chunkMs: [elapsedMs(call.exchange)] })
  const head = createHead(request, 'backend')
  head.add(pickForwardedHeaders(upstreamResponse))
  response.send({ status, head, contentType, text })
}

async function forwardStream(
  call: ChatCall,
  upstreamResponse: IncomingMessage,
  upstreamRequest: UpstreamRequest,
  forwarder: Forwarder
): Promise<void> {
  const { request, response } = call
  const forwardLines = createLineForwarder(call, upstreamResponse, forwarder)
  try {
    for await (const lines of splitLines(readBody(upstreamResponse, forwarder.upstream)))
      if (await forwardLines(lines)) break
    await forwardLines()
    response.end()
  } catch (error) {
    // Before the head is sent, the client gets an API error as if there were no stream.
    if (!response.hasStarted || response.isClosed) throw error
    await endWithError(response, request, upstreamRequest.toUpstreamError(error), forwarder.errorCatalog, '\n')
    response.end()
  }
}

/** The forwarder forwards lines, and returns whether the stream has ended. Without lines, it checks that it is complete. */
function createLineForwarder(call: ChatCall, upstreamResponse: IncomingMessage, { upstream, record }: Forwarder) {
  const { request, response, exchange } = call
  const observer = createStreamObserver()
  let isRecorded = false
  // The recording is written before the end is sent, so that a client that has read the end can replay its request.
  const recordWhenComplete = async (text: string) => {
    if (isRecorded || !observer.isComplete) return
    isRecorded = true
    const pacing = toPacing(observer.chunkMs, elapsedMs(exchange))
    await record(call, toRecordedExchange(upstreamResponse, response.sentText + text), pacing)
  }
  return async (lines?: Buffer): Promise<boolean> => {
    if (!lines) {
      if (!observer.isFinished) throw createUpstreamError(upstream, 'ended its stream before the answer was over')
      await recordWhenComplete('')
      return true
    }
    const text = lines.toString()
    const problem = observer.addLines(text, elapsedMs(exchange))
    if (problem) throw createUpstreamError(upstream, problem)
    if (!response.hasStarted) {
      const head = createHead(request, 'backend')
      head.add(pickForwardedHeaders(upstreamResponse))
      response.openRaw(head, upstreamResponse.headers['content-type']!, true)
    }
    if (observer.hasDoneEvent) await recordWhenComplete(text)
    await response.writeAndWait(lines)
    // Some upstreams keep the connection open after the last event, whose blank line may come later.
    return observer.hasDoneEvent && /(^|\n)\r?\n$/.test(text)
  }
}

const newlineByte = 0x0a

/** Yields complete lines of a stream. The last piece may lack its line break. */
async function* splitLines(parts: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  let rest: Buffer[] = []
  for await (const part of parts) {
    const end = part.lastIndexOf(newlineByte) + 1
    if (end) {
      yield Buffer.concat([...rest, part.subarray(0, end)])
      rest = []
    }
    if (end < part.length) rest.push(part.subarray(end))
  }
  if (rest.length) yield Buffer.concat(rest)
}
