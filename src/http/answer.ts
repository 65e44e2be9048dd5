/** Sends a completion, as JSON or as a stream, at the pace that was asked for. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Player } from '../stream/player.js'
import { durationOf, type Script } from '../stream/script.js'
import type { Timing } from '../stream/timing.js'
import type { Headers } from './headers.js'
import { send } from './send.js'

export interface JsonAnswer {
  headers: Headers
  text: string
  bytes?: number
  /** How many tokens it says, for the time they take. */
  tokens: number
}

export function sendJson(
  request: FastifyRequest,
  reply: FastifyReply,
  { headers, text, bytes, tokens }: JsonAnswer,
  timing: Timing,
  player: Player
) {
  const wait = durationOf(tokens, timing)
  const whole = { status: 200, headers, contentType: 'application/json', text, bytes }
  if (wait === 0) return send(request, reply, whole)
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

const eventStream = 'text/event-stream; charset=utf-8'

/** A whole stream at once. */
export function sendStreamText(
  request: FastifyRequest,
  reply: FastifyReply,
  whole: { headers: Headers; text: string; bytes?: number }
) {
  request.exchange.streamed = true
  send(request, reply, { status: 200, contentType: eventStream, ...whole })
}

export function sendStream(
  request: FastifyRequest,
  reply: FastifyReply,
  headers: Headers,
  script: Script,
  player: Player
) {
  const { exchange } = request
  exchange.streamed = true
  // A stream without pace is one write.
  if (script.frames.at(-1)!.at === 0)
    return sendStreamText(request, reply, { headers, text: script.frames.map(frame => frame.text).join('') })
  const { raw } = reply
  reply.hijack()
  exchange.status = 200
  raw.writeHead(200, { ...headers, 'content-type': eventStream })
  raw.flushHeaders()
  let sent = ''
  const performance = player.play(
    script,
    {
      write: frames => {
        sent += frames
        return raw.write(frames)
      },
      end: () => raw.end()
    },
    exchange.startedAt
  )
  raw.on('drain', performance.resume)
  raw.once('close', () => {
    performance.stop()
    exchange.aborted = !raw.writableFinished
    exchange.answer = sent
    reply.server.closeExchange(request)
  })
}
