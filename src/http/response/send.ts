/** Writes a whole answer to its socket, to the letter and in one go. */
import { ServerResponse, STATUS_CODES } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { ResponseHead } from './headers.js'

export interface CompleteResponse {
  status: number
  head: ResponseHead
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
export function sendResponse(
  request: FastifyRequest,
  reply: FastifyReply,
  { status, head, contentType, text, bytes }: CompleteResponse
): void {
  const { exchange } = request
  const { raw } = reply
  exchange.responseBody ??= text
  exchange.status = status
  reply.server.closeExchange(request)
  if (request.raw.headers['x-mock-server-timing'] !== undefined) addServerTiming(request, head)
  reply.hijack()
  const length = bytes ?? Buffer.byteLength(text)
  writeRawHead(raw, status, contentType ? `${head}content-type: ${contentType}\r\n` : `${head}`, length)
  const { socket } = raw
  if (!socket || !text || request.raw.method === 'HEAD') return void raw.end(text)
  // All that is ever written goes out here as one string; with end alone it would be a list of two, which costs a sixth of the
  // whole answer more.
  socket.cork()
  raw.write(text, length === text.length ? 'latin1' : 'utf8')
  socket.uncork()
  raw.end()
}

/** With Node's step that adds date, connection and the end to a head. It is not part of the documented interface, so it may be missing. */
type ResponseWithStoreHeader = ServerResponse & { _storeHeader(head: string, headers: string[]): void }

// Whoever watches heads being written, such as Fastify's inject, is left to see them.
const canStoreHeader = (raw: ServerResponse): raw is ResponseWithStoreHeader =>
  raw.writeHead === ServerResponse.prototype.writeHead && '_storeHeader' in raw

/**
 * Node looks at each header of each answer anew, which costs more than finding the answer does. What Standin makes needs no second
 * look, and what users bring was looked at where it came in, so the head is handed over as one text.
 */
function writeRawHead(raw: ServerResponse, status: number, lines: string, length: number): void {
  if (canStoreHeader(raw)) {
    raw.statusCode = status
    raw._storeHeader((statusLineCache[status] ?? formatStatusLine(status)) + lines, ['content-length', String(length)])
  } else raw.writeHead(status, [...new ResponseHead(lines).toPairs(), ['content-length', String(length)]].flat())
}

/** Opens the body of a stream, whose head goes out at once. */
export function openStreamBody(raw: ServerResponse, head: ResponseHead): { write(text: string): boolean; end(): void } {
  // Node sends each chunk as three pieces. As one it costs a quarter less, which a thousand streams on one core notice.
  if (!canStoreHeader(raw) || !raw.useChunkedEncodingByDefault) {
    raw.writeHead(200, head.toPairs().flat())
    raw.flushHeaders()
    return { write: text => raw.write(text), end: () => raw.end() }
  }
  raw.statusCode = 200
  raw._storeHeader(formatStatusLine(200) + head, ['transfer-encoding', 'chunked'])
  raw.chunkedEncoding = false
  raw.flushHeaders()
  return {
    write: text => raw.write(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`),
    end: () => raw.end('0\r\n\r\n')
  }
}

/** Waits until the client takes more, or is gone. */
export function waitForDrain(raw: ServerResponse): Promise<void> {
  return new Promise(resolve => {
    const finish = () => {
      raw.off('drain', finish).off('close', finish)
      resolve()
    }
    raw.on('drain', finish).on('close', finish)
  })
}

const formatStatusLine = (status: number) => `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'unknown'}\r\n`
const statusLineCache: Record<number, string> = { 200: formatStatusLine(200) }

/** What the server took and what it was asked to wait, when the client asks for it, so that a tester can subtract it. */
export function addServerTiming({ exchange, raw }: FastifyRequest, head: ResponseHead): void {
  if (raw.headers['x-mock-server-timing'] === undefined) return
  const serverMs = Math.max(0, performance.now() - exchange.startedAt - (exchange.streamed ? 0 : exchange.delayMs))
  head.set('server-timing', `standin;dur=${serverMs.toFixed(3)}, delay;dur=${exchange.delayMs.toFixed(3)}`)
}
