/** Owns the life of a response: its head, its body, the client's leaving, its end, and what the journal records of it. */
import { STATUS_CODES } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { LazyText } from '../../core/json-format.js'
import type { WritableExchange } from '../../state/exchange.js'
import type { Scheduler } from '../../stream/scheduler.js'
import type { LazyTimeline } from '../../stream/timeline.js'
import type { ResponseHead } from './headers.js'
import {
  acceptsHeadText,
  type BodyWriter,
  createBodyWriter,
  createChunkWriter,
  resetConnection,
  writeHeadText
} from './node-internals.js'

export interface CompleteResponse {
  status: number
  head: ResponseHead
  /** Absent when the response has no body. */
  contentType?: string | undefined
  text: string
  /** The bytes of `text`, where their number is known. */
  bytes?: number | undefined
  /** Makes `text` again. The journal keeps it in place of the text. */
  source?: LazyText | undefined
  /** The text is a stream of events. */
  isStream?: boolean
}

export interface PlayOptions {
  /** The moment from which due times count (`performance.now()`). The request's own start by default. */
  startedAt?: number
  /** The texts stand for bytes, a character each. */
  isBytes?: boolean
  /** Called when all events are written; ends the response by default. */
  onEnd?: () => void
}

export class ResponseStream {
  readonly #request: FastifyRequest
  readonly #reply: FastifyReply
  #closeListeners: (() => void)[] | undefined
  #body: BodyWriter | undefined
  #sentText = ''
  #timeline: LazyTimeline | undefined
  #writtenEvents = 0
  #endsInNewline = false
  #isBytes = false

  constructor(request: FastifyRequest, reply: FastifyReply) {
    this.#request = request
    this.#reply = reply
  }

  get #exchange(): WritableExchange {
    return this.#request.exchange
  }

  /** Whether the response, or its head, was sent: nothing else can take its place. */
  get hasStarted(): boolean {
    return this.#reply.sent
  }

  /** Whether the connection is closed: nothing more can be written. */
  get isClosed(): boolean {
    return this.#reply.raw.destroyed
  }

  /** The text that was written so far. */
  get sentText(): string {
    const text = this.#timeline?.text(0, this.#writtenEvents) ?? this.#sentText
    return this.#isBytes ? Buffer.from(text, 'latin1').toString() : text
  }

  /** Sends a complete response in one write. */
  send({ status, head, contentType, text, bytes, source, isStream = false }: CompleteResponse): void {
    const exchange = this.#exchange
    const { raw } = this.#reply
    exchange.responseBody = source ?? text
    exchange.status = status
    exchange.streamed = isStream
    this.#reply.server.closeExchange(this.#request)
    this.#addServerTiming(head)
    this.#takeOver()
    const length = bytes ?? Buffer.byteLength(text)
    if (contentType !== undefined) head.append('content-type', contentType)
    if (acceptsHeadText(raw)) writeHeadText(raw, status, statusLine(status) + head, ['content-length', String(length)])
    else raw.writeHead(status, [...head.toPairs(), ['content-length', String(length)]].flat())
    const { socket } = raw
    if (!socket || !text || this.#request.raw.method === 'HEAD') return void raw.end(text)
    // One write of head and body: `end` alone would hand the socket a list of two.
    socket.cork()
    raw.write(text, length === text.length ? 'latin1' : 'utf8')
    socket.uncork()
    raw.end()
  }

  /**
   * Sends a complete response at a moment, unless the client leaves before.
   *
   * @param delayMs milliseconds after the request
   */
  sendAfter(delayMs: number, response: CompleteResponse, scheduler: Scheduler): Promise<void> {
    return new Promise(resolve => {
      this.wait(delayMs, scheduler, () => resolve(this.send(response)))
      this.onClose(() => {
        if (this.hasStarted) return
        this.abandon()
        resolve()
      })
    })
  }

  /**
   * Calls back at a moment, unless the client leaves before.
   *
   * @param delayMs milliseconds after the request
   */
  wait(delayMs: number, scheduler: Scheduler, callback: () => void): void {
    const exchange = this.#exchange
    exchange.delayMs = delayMs
    this.onClose(scheduler.at(exchange.startedAt + delayMs, callback))
  }

  /** Sends the head of a stream of events. Each write then goes out as one chunk. */
  openEvents(head: ResponseHead, contentType: string): void {
    const { raw } = this.#reply
    this.#prepareHead(head, contentType, true)
    if (acceptsHeadText(raw) && raw.useChunkedEncodingByDefault) {
      writeHeadText(raw, 200, statusLine(200) + head, ['transfer-encoding', 'chunked'])
      this.#body = createChunkWriter(raw)
    } else {
      raw.writeHead(200, head.toPairs().flat())
      this.#body = createBodyWriter(raw)
    }
    raw.flushHeaders()
  }

  /** Sends the head of a body that need not be well formed: recorded or faulty. */
  openRaw(head: ResponseHead, contentType: string, isStream: boolean): void {
    const { raw } = this.#reply
    this.#prepareHead(head, contentType, isStream)
    raw.writeHead(200, head.toPairs().flat())
    raw.flushHeaders()
    this.#body = createBodyWriter(raw)
  }

  #prepareHead(head: ResponseHead, contentType: string, isStream: boolean): void {
    this.watch(isStream)
    this.#exchange.status = 200
    this.#addServerTiming(head)
    head.set('content-type', contentType)
  }

  /**
   * Writes to an open response. Returns false when the client has to take more first.
   *
   * @param text the text of the data, for the journal
   */
  write(data: string | Buffer, text = data.toString()): boolean {
    if (this.isClosed || data.length === 0) return true
    if (!this.#timeline) this.#sentText += text
    this.#recordTimes(text)
    return this.#body!.write(data, this.#isBytes ? 'latin1' : 'utf8')
  }

  /** Writes, and waits until the client takes more or is gone. */
  async writeAndWait(data: string | Buffer): Promise<void> {
    if (this.write(data)) return
    const { raw } = this.#reply
    await new Promise<void>(resolve => {
      raw.once('drain', resolve)
      this.onClose(resolve)
    })
  }

  /** Sends a stream whose events are written when they are due: in one write, if all are due now. */
  sendTimeline(head: ResponseHead, contentType: string, timeline: LazyTimeline, scheduler: Scheduler): void {
    const { dueTimes } = timeline
    const durationMs = dueTimes[dueTimes.length - 1]!
    if (durationMs === 0) {
      this.send({ status: 200, head, contentType, text: timeline.text(0, dueTimes.length), isStream: true })
      return
    }
    this.#exchange.delayMs = durationMs
    this.openEvents(head, contentType)
    this.play(timeline, scheduler)
  }

  /** Writes the events of a timeline to an open response when they are due. */
  play(
    timeline: LazyTimeline,
    scheduler: Scheduler,
    { startedAt = this.#exchange.startedAt, isBytes = false, onEnd = () => this.end() }: PlayOptions = {}
  ): void {
    const exchange = this.#exchange
    this.#timeline = timeline
    this.#isBytes = isBytes
    exchange.dueMs = timeline.dueTimes
    exchange.delayMs ||= timeline.dueTimes[timeline.dueTimes.length - 1] ?? 0
    const playback = scheduler.play(
      timeline,
      {
        write: (text, eventCount) => {
          this.#writtenEvents = eventCount
          return this.write(text)
        },
        end: onEnd
      },
      startedAt
    )
    this.#reply.raw.on('drain', playback.resume)
    this.onClose(playback.stop)
  }

  /** Ends an open response. */
  end(): void {
    this.#body?.end()
  }

  /** Ends the connection and not the response: the client misses what the head announced. */
  endConnection(): void {
    this.#request.raw.socket.end()
  }

  /** Closes the connection. */
  destroyConnection(): void {
    this.#request.raw.socket.destroy()
  }

  /** Resets the connection: the client sees no end. */
  resetConnection(): void {
    resetConnection(this.#request.raw.socket)
  }

  /** Takes the response from Fastify, and records how it ends when the connection closes. Sends nothing. */
  watch(isStream: boolean): void {
    if (this.hasStarted) return
    this.#takeOver()
    this.#exchange.streamed = isStream
    this.onClose(() => {
      const exchange = this.#exchange
      exchange.responseBody ??= this.sentText
      this.#reply.server.closeExchange(this.#request)
    })
  }

  /** Ends the exchange of a client that left before its response. */
  abandon(): void {
    this.#exchange.aborted = true
    this.#reply.server.closeExchange(this.#request)
    this.#takeOver()
  }

  #takeOver(): void {
    if (!this.hasStarted) this.#reply.hijack()
  }

  /** Calls back when the connection closes, before or after the response is complete. */
  onClose(listener: () => void): void {
    if (this.#closeListeners) {
      this.#closeListeners.push(listener)
      return
    }
    this.#closeListeners = [listener]
    this.#reply.raw.once('close', () => {
      this.#exchange.aborted = !this.#reply.raw.writableFinished
      for (const each of this.#closeListeners!) each()
    })
  }

  /** Aborted when the client leaves before its response is complete. */
  createClientSignal(): AbortSignal {
    const controller = new AbortController()
    this.onClose(() => {
      if (!this.#reply.raw.writableFinished) controller.abort(new Error('the client left'))
    })
    return controller.signal
  }

  // Within an event, JSON writes every line break as \n, so that an empty line ends the event.
  #recordTimes(text: string): void {
    const exchange = this.#exchange
    const ms = Math.round((performance.now() - exchange.startedAt) * 1000) / 1000
    exchange.firstByteMs ||= ms
    if (!exchange.streamed) return
    exchange.chunkMs ??= []
    const joined = this.#endsInNewline ? `\n${text}` : text
    for (let at = joined.indexOf('\n\n'); at >= 0; at = joined.indexOf('\n\n', at + 2)) exchange.chunkMs.push(ms)
    this.#endsInNewline = joined.endsWith('\n') && !joined.endsWith('\n\n')
  }

  // The server's own time and the delay that a timing requested, so that a tester can subtract them.
  #addServerTiming(head: ResponseHead): void {
    if (this.#request.raw.headers['x-mock-server-timing'] === undefined) return
    const { startedAt, streamed, delayMs } = this.#exchange
    const ownMs = Math.max(0, performance.now() - startedAt - (streamed ? 0 : delayMs))
    head.set('server-timing', `standin;dur=${ownMs.toFixed(3)}, delay;dur=${delayMs.toFixed(3)}`)
  }
}

/** Sends a complete response in one write. */
export const sendResponse = (request: FastifyRequest, reply: FastifyReply, response: CompleteResponse): void =>
  new ResponseStream(request, reply).send(response)

const okLine = 'HTTP/1.1 200 OK\r\n'
const statusLine = (status: number) =>
  status === 200 ? okLine : `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'unknown'}\r\n`
