/** Writes a whole answer to its socket, to the letter and in one go. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Headers } from './headers.js'

export interface Whole {
  status: number
  headers: Headers
  /** Absent when the answer has no body. */
  contentType?: string | undefined
  text: string
  /** How many bytes the text has, where that is known. */
  bytes?: number | undefined
}

/**
 * Answers nothing, so that Fastify has nothing to wait for.
 *
 * Fastify's own way would add a charset to JSON, which the service does not, and copy the headers twice.
 */
export function send(
  request: FastifyRequest,
  reply: FastifyReply,
  { status, headers, contentType, text, bytes }: Whole
): void {
  const { exchange } = request
  const { raw } = reply
  exchange.answer ??= text
  exchange.status = status
  reply.server.closeExchange(request)
  if (request.raw.headers['x-mock-server-timing'] !== undefined) addServerTiming(request, headers)
  if (contentType) headers['content-type'] = contentType
  headers['content-length'] = String(bytes ?? Buffer.byteLength(text))
  reply.hijack()
  raw.writeHead(status, headers)
  const { socket } = raw
  if (!socket || !text || request.raw.method === 'HEAD') return void raw.end(text)
  // All that is ever written goes out here as one string; with end alone it would be a list of two, which costs a sixth of the
  // whole answer more.
  socket.cork()
  raw.write(text, bytes === text.length ? 'latin1' : 'utf8')
  socket.uncork()
  raw.end()
}

/** What the server took and what it was asked to wait, when the client asks for it, so that a tester can subtract it. */
export function addServerTiming({ exchange, raw }: FastifyRequest, headers: Headers): void {
  if (raw.headers['x-mock-server-timing'] === undefined) return
  const own = Math.max(0, performance.now() - exchange.startedAt - (exchange.streamed ? 0 : exchange.delayMs))
  headers['server-timing'] = `standin;dur=${own.toFixed(3)}, delay;dur=${exchange.delayMs.toFixed(3)}`
}
