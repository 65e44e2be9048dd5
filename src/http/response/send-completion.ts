/** Sends a completion, as JSON or as a stream, at the pace that was asked for. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Player } from '../../stream/scheduler.js'
import type { LateScript } from '../../stream/timeline.js'
import { noteTimes } from './chunk-times.js'
import type { Head } from './headers.js'
import { addServerTiming, openBody, send } from './send.js'

interface Text {
  head: Head
  text: string
  /** How many bytes the text has, where that is known. */
  bytes: number | undefined
}

export const json = 'application/json'
export const eventStream = 'text/event-stream; charset=utf-8'

/** @param wait how many milliseconds after the request it is due */
export function sendJson(
  request: FastifyRequest,
  reply: FastifyReply,
  { head, text, bytes }: Text,
  wait: number,
  player: Player
) {
  const whole = { status: 200, head, contentType: json, text, bytes }
  if (wait === 0) return send(request, reply, whole)
  request.exchange.delayMs = wait
  return new Promise<void>(resolve => {
    const cancel = player.at(request.exchange.startedAt + wait, () => resolve(send(request, reply, whole)))
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
export function sendStreamText(request: FastifyRequest, reply: FastifyReply, { head, text, bytes }: Text) {
  request.exchange.streamed = true
  send(request, reply, { status: 200, head, contentType: eventStream, text, bytes })
}

export function sendStream(
  request: FastifyRequest,
  reply: FastifyReply,
  head: Head,
  script: LateScript,
  player: Player
) {
  const { exchange } = request
  const { dues } = script
  const takes = dues[dues.length - 1]!
  exchange.streamed = true
  // A stream without pace is one write.
  if (takes === 0) return sendStreamText(request, reply, { head, text: script.text(0, dues.length), bytes: undefined })
  const { raw } = reply
  reply.hijack()
  exchange.status = 200
  exchange.delayMs = takes
  addServerTiming(request, head)
  head.set('content-type', eventStream)
  const body = openBody(raw, head)
  let written = 0
  const playing = player.play(
    script,
    {
      write(text, frames) {
        written = frames
        noteTimes(exchange, text)
        return body.write(text)
      },
      end: body.end
    },
    exchange.startedAt
  )
  raw.on('drain', playing.resume)
  raw.once('close', () => {
    playing.stop()
    exchange.aborted = !raw.writableFinished
    exchange.answer = script.text(0, written)
    reply.server.closeExchange(request)
  })
}
