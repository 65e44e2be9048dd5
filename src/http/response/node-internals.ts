/**
 * Uses the parts of Node that its documentation does not describe. Each has the ordinary way beside it, and the ratio that it buys
 * (`npm run bench -- --against`, see bench/results.md). `test/http-wire.test.ts` fails when Node changes one of them.
 */
import { ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { ResponseHead } from './headers.js'

/** Node's step that adds the date, the connection and the end to a head. */
type HeadTextResponse = ServerResponse & { _storeHeader(head: string, headers: string[]): void }

// A program that observes heads, such as Fastify's inject, replaces writeHead: it gets the ordinary way.
const acceptsHeadText = (raw: ServerResponse): raw is HeadTextResponse =>
  raw.writeHead === ServerResponse.prototype.writeHead && '_storeHeader' in raw

/**
 * Writes a head that is already text. The ordinary way is `raw.writeHead`, which checks each header of each response again.
 *
 * @param framing the header that says how long the body is, which Node reads too
 */
function writeHeadText(
  raw: HeadTextResponse,
  status: number,
  head: string,
  framing: [name: string, value: string]
): void {
  raw.statusCode = status
  raw._storeHeader(statusLine(status) + head, framing)
}

const okLine = 'HTTP/1.1 200 OK\r\n'
const statusLine = (status: number) =>
  status === 200 ? okLine : `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'unknown'}\r\n`

/** Writes a complete response. The head and the body go out as one write: `end` alone would hand the socket a list of two. */
export function writeComplete(
  raw: ServerResponse,
  status: number,
  head: ResponseHead,
  text: string,
  length: number
): void {
  const framing: [string, string] = ['content-length', String(length)]
  if (acceptsHeadText(raw)) writeHeadText(raw, status, String(head), framing)
  else raw.writeHead(status, [...head.toPairs(), framing].flat())
  const { socket } = raw
  if (!socket || !text || raw.req.method === 'HEAD') {
    raw.end(text)
    return
  }
  socket.cork()
  raw.write(text, length === text.length ? 'latin1' : 'utf8')
  socket.uncork()
  raw.end()
}

/** Writes the body of a stream. `write` returns false when the client has to take more first. */
export interface BodyWriter {
  write(data: string | Buffer, encoding?: BufferEncoding): boolean
  end(): void
}

/** Sends the head of a stream of events at once, as text where possible. */
export function openEventBody(raw: ServerResponse, head: ResponseHead): BodyWriter {
  if (!acceptsHeadText(raw) || !raw.useChunkedEncodingByDefault) return openRawBody(raw, head)
  writeHeadText(raw, 200, String(head), ['transfer-encoding', 'chunked'])
  const body = createChunkWriter(raw)
  raw.flushHeaders()
  return body
}

/** Sends a head at once whose headers Node has to check: they may contradict the body. */
export function openRawBody(raw: ServerResponse, head: ResponseHead): BodyWriter {
  raw.writeHead(200, head.toPairs().flat())
  // Node 26 makes one chunk of all that is written in one turn of its loop, and some faults are about chunks.
  const body = acceptsHeadText(raw) && raw.chunkedEncoding ? createChunkWriter(raw) : createBodyWriter(raw)
  raw.flushHeaders()
  return body
}

/** The ordinary way: Node writes the size of each chunk, the chunk and the line break as three pieces. */
const createBodyWriter = (raw: ServerResponse): BodyWriter => ({
  write: (data, encoding = 'utf8') => raw.write(data, encoding),
  end: () => void raw.end()
})

/** Writes each chunk of a chunked body as one piece. */
function createChunkWriter(raw: ServerResponse): BodyWriter {
  raw.chunkedEncoding = false
  return {
    write: (data, encoding = 'utf8') => {
      const size = Buffer.byteLength(data, encoding).toString(16)
      if (typeof data === 'string') return raw.write(`${size}\r\n${data}\r\n`, encoding)
      return raw.write(Buffer.concat([Buffer.from(`${size}\r\n`), data, Buffer.from('\r\n')]))
    },
    end: () => void raw.end('0\r\n\r\n')
  }
}

/**
 * Resets a connection. The ordinary way, `resetAndDestroy`, ends the stream first, so that clients may see an orderly end instead.
 * This sets the flag that it sets, without that end.
 */
export function resetConnection(socket: Socket): void {
  ;(socket as Socket & { resetAndClosing?: boolean }).resetAndClosing = true
  socket.destroy()
}
