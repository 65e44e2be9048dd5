/** Sends a completion, as JSON or as a stream, at the pace that was asked for. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Scheduler } from '../../stream/scheduler.js'
import type { LazyTimeline } from '../../stream/timeline.js'
import { noteChunkTimes } from './chunk-times.js'
import type { ResponseHead } from './headers.js'
import { addServerTiming, openStreamBody, sendResponse } from './send.js'

interface BodyText {
  head: ResponseHead
  text: string
  /** How many bytes the text has, where that is known. */
  bytes: number | undefined
}

export const jsonContentType = 'application/json'
export const eventStreamContentType = 'text/event-stream; charset=utf-8'

/** @param delayMs how many milliseconds after the request it is due */
export function sendJson(
  request: FastifyRequest,
  reply: FastifyReply,
  { head, text, bytes }: BodyText,
  delayMs: number,
  scheduler: Scheduler
) {
  const response = { status: 200, head, contentType: jsonContentType, text, bytes }
  if (delayMs === 0) return sendResponse(request, reply, response)
  request.exchange.delayMs = delayMs
  return new Promise<void>(resolve => {
    const cancel = scheduler.at(request.exchange.startedAt + delayMs, () =>
      resolve(sendResponse(request, reply, response))
    )
    reply.raw.once('close', () => {
      if (reply.sent) return
      cancel()
      request.exchange.aborted = true
      reply.server.closeExchange(request)
      reply.hijack()
      resolve()
    })
  })
}

/** A whole stream at once. */
export function sendStreamAtOnce(request: FastifyRequest, reply: FastifyReply, { head, text, bytes }: BodyText) {
  request.exchange.streamed = true
  sendResponse(request, reply, { status: 200, head, contentType: eventStreamContentType, text, bytes })
}

export function sendStream(
  request: FastifyRequest,
  reply: FastifyReply,
  head: ResponseHead,
  timeline: LazyTimeline,
  scheduler: Scheduler
) {
  const { exchange } = request
  const { dueTimes } = timeline
  const durationMs = dueTimes[dueTimes.length - 1]!
  exchange.streamed = true
  // A stream without pace is one write.
  if (durationMs === 0)
    return sendStreamAtOnce(request, reply, { head, text: timeline.text(0, dueTimes.length), bytes: undefined })
  const { raw } = reply
  reply.hijack()
  exchange.status = 200
  exchange.delayMs = durationMs
  addServerTiming(request, head)
  head.set('content-type', eventStreamContentType)
  const body = openStreamBody(raw, head)
  let writtenEvents = 0
  const playback = scheduler.play(
    timeline,
    {
      write(text, eventCount) {
        writtenEvents = eventCount
        noteChunkTimes(exchange, text)
        return body.write(text)
      },
      end: body.end
    },
    exchange.startedAt
  )
  raw.on('drain', playback.resume)
  raw.once('close', () => {
    playback.stop()
    exchange.aborted = !raw.writableFinished
    exchange.responseBody = timeline.text(0, writtenEvents)
    reply.server.closeExchange(request)
  })
}
