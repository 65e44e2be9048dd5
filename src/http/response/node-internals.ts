/**
 * Contains every use of an undocumented part of Node, each beside the ordinary way.
 *
 * Each has the gain that it was measured to bring: `bench/shortcuts.md`. `test/http-wire.test.ts` fails if Node changes.
 */
import { ServerResponse, STATUS_CODES } from 'node:http'
import { Socket } from 'node:net'
import type { EventList } from '../../stream/event-list.js'
import { formatChunks, lastChunk } from '../../stream/http-chunks.js'
import type { ResponseHead } from './headers.js'

/** `_storeHeader` adds the date, the connection and the final line break to a head. */
type HeadTextResponse = ServerResponse & { _storeHeader(head: string, headers: string[]): void }

// Programs that observe heads, such as Fastify's inject, replace writeHead. They need the ordinary way.
const acceptsHeadText = (raw: ServerResponse): raw is HeadTextResponse =>
  raw.writeHead === ServerResponse.prototype.writeHead && '_storeHeader' in raw

/**
 * Writes a head that is already text. The ordinary way is `raw.writeHead`, which checks each header again.
 *
 * @param framing the header with the length or the encoding of the body, which Node reads too
 */
function writeHeadText(
  raw: HeadTextResponse,
  status: number,
  head: string,
  framing: [name: string, value: string]
): void {
  raw.statusCode = status
  raw._storeHeader((statusLines[status] ?? statusLine(status)) + head, framing)
}

const statusLine = (status: number | string) => `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'unknown'}\r\n`
const statusLines: Readonly<Record<string, string>> = Object.fromEntries(
  Object.keys(STATUS_CODES).map(status => [status, statusLine(status)])
)

/**
 * Writes a complete response. Head and body go out in one write. Measured gain: 1.11 times the responses.
 */
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
  if (!text || raw.req.method === 'HEAD') raw.end(text)
  else endInOneWrite(raw, text, length === text.length ? 'latin1' : 'utf8')
}

/** Ends a response: `end` alone passes the socket two pieces. */
function endInOneWrite(raw: ServerResponse, text: string, encoding: 'latin1' | 'utf8'): void {
  const { socket } = raw
  if (!socket) {
    raw.end(text, encoding)
    return
  }
  socket.cork()
  raw.write(text, encoding)
  socket.uncork()
  raw.end()
}

/** Writes the body of a stream. `write` returns false when the buffer is full. */
export interface BodyWriter {
  write(data: string | Buffer, encoding?: BufferEncoding): boolean
  /** Writes events that are formatted as chunks of HTTP already. Absent when Node formats the chunks. */
  writeChunks?(chunks: string): boolean
  /** @param chunks the last events, formatted as for `writeChunks` */
  end(chunks?: string): void
}

/** Writes the body of a stream of events, each event as one chunk. */
export interface EventBodyWriter extends BodyWriter {
  writeEvents(events: EventList, from: number, to: number): void
  /** Writes the last events, and ends the body. */
  endEvents(events: EventList, from: number): void
}

/** Prepares the head of a stream of events, as text where possible. The head goes out with the first write. */
export function createEventWriter(raw: ServerResponse, head: ResponseHead): EventBodyWriter {
  if (!acceptsHeadText(raw) || !raw.useChunkedEncodingByDefault) {
    raw.writeHead(200, head.toPairs().flat())
    return {
      ...createBodyWriter(raw),
      writeEvents: (events, from, to) => void raw.write(events.text(from, to)),
      endEvents: (events, from) => void raw.end(events.text(from, events.count))
    }
  }
  writeHeadText(raw, 200, String(head), ['transfer-encoding', 'chunked'])
  raw.chunkedEncoding = false
  const chunksOf = (events: EventList, from: number, to: number) =>
    events.chunks?.(from, to) ?? formatChunks(events.text(from, to))
  return {
    write: data => writeAtOnce(raw, formatChunks(String(data)), 'latin1'),
    // A client that left needs no more.
    writeChunks: chunks => raw.destroyed || writeAtOnce(raw, chunks, 'latin1'),
    end: (chunks = '') => endInOneWrite(raw, chunks + lastChunk, 'latin1'),
    writeEvents: (events, from, to) => void raw.write(chunksOf(events, from, to), 'latin1'),
    endEvents: (events, from) => endInOneWrite(raw, chunksOf(events, from, events.count) + lastChunk, 'latin1')
  }
}

/** Sends a head at once. Node checks its headers, which may contradict the body. */
export function openRawBody(raw: ServerResponse, head: ResponseHead, status = 200): BodyWriter {
  raw.writeHead(status, head.toPairs().flat())
  // Node 26 merges the writes of one turn of the event loop into one chunk, and some faults need separate chunks.
  const body = acceptsHeadText(raw) && raw.chunkedEncoding ? createChunkWriter(raw) : createBodyWriter(raw)
  raw.flushHeaders()
  return body
}

type SentHeadResponse = ServerResponse & { _headerSent?: boolean }

/**
 * Passes a part of a body to the system. The ordinary way, `raw.write`, waits for the end of the callback: of all streams
 * that are due together, the first would wait for the last. Measured gain: 1.2 times less
 * processor time for a write, together with prepared chunks.
 */
function writeAtOnce(raw: ServerResponse, data: string | Buffer, encoding: BufferEncoding): boolean {
  const { socket } = raw
  // A response that waits for the response before it has no socket, or has data in its buffer.
  const isNext = socket?.writable && raw.writableLength === 0 && (raw as SentHeadResponse)._headerSent
  if (!isNext) return raw.write(data, encoding)
  if (socket.write(data, encoding)) return true
  socket.once('drain', () => raw.emit('drain'))
  return false
}

/** The ordinary way: Node writes the size of each chunk, the chunk and the line break as three pieces. */
const createBodyWriter = (raw: ServerResponse): BodyWriter => ({
  write: (data, encoding = 'utf8') => raw.write(data, encoding),
  end: () => void raw.end()
})

/** Writes each chunk of a chunked body as one piece. Measured gain: 1.05 times less processor time for a paced stream. */
function createChunkWriter(raw: ServerResponse): BodyWriter {
  raw.chunkedEncoding = false
  return {
    write: (data, encoding = 'utf8') => {
      const size = Buffer.byteLength(data, encoding).toString(16)
      if (typeof data === 'string') return writeAtOnce(raw, `${size}\r\n${data}\r\n`, encoding)
      return writeAtOnce(raw, Buffer.concat([Buffer.from(`${size}\r\n`), data, Buffer.from('\r\n')]), encoding)
    },
    end: () => void raw.end(lastChunk)
  }
}

/** Returns the response of a connection that is not complete. The ordinary way is to track each request of each connection. */
export const findOpenResponse = (socket: Socket): ServerResponse | undefined =>
  (socket as Socket & { _httpMessage?: ServerResponse | null })._httpMessage ?? undefined

/** Fastify's inject passes an object without the methods of a socket. */
export const isConnection = (socket: Socket): boolean => socket instanceof Socket

/** Whether Node closes the connection after a response. The ordinary way is to read the request's version and `connection`. */
export const closesConnection = (raw: ServerResponse): boolean => !raw.shouldKeepAlive

/**
 * Resets a connection. The ordinary way, `resetAndDestroy`, ends the stream first: clients may see an orderly end.
 * This function sets the same flag without that end.
 */
export function resetConnection(socket: Socket): void {
  const { _handle: handle } = socket as Socket & { _handle?: { reset?: unknown } }
  // A socket of TLS, and the local socket of HTTP/2, can only be closed.
  if (typeof handle?.reset === 'function' && !(socket as Socket & { encrypted?: boolean }).encrypted)
    (socket as Socket & { resetAndClosing?: boolean }).resetAndClosing = true
  socket.destroy()
}

// How long a connection stays open for a client that neither reads nor closes it.
const lingerMs = 5000

/**
 * Ends a connection in an orderly way, after the data that was written. Data that the client still sends is read:
 * a connection that closes with unread data sends a reset.
 */
function closeConnection(socket: Socket): void {
  socket.setTimeout(lingerMs)
  socket.resume()
  socket.end()
}

/**
 * Ends a response with its connection, or leaves both open (`hang`). A request without a connection, from Fastify's inject,
 * ends without a response.
 */
export function endConnection(raw: ServerResponse, socket: Socket, ending: 'close' | 'reset' | 'hang'): void {
  if (!isConnection(socket)) raw.destroy()
  else if (ending === 'close') closeConnection(socket)
  else if (ending === 'reset') resetConnection(socket)
}

/** Calls back when the system has taken all data that was written. */
export function afterFlush(socket: Socket, callback: () => void): void {
  if (isConnection(socket)) socket.write('', () => callback())
  else callback()
}
