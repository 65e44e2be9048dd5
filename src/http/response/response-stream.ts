/** Sends a response, whether complete or streamed, and records its course in the exchange. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { LazyText } from '../../core/json-format.js'
import type { WritableExchange } from '../../state/exchange.js'
import type { Scheduler } from '../../stream/scheduler.js'
import type { LazyTimeline } from '../../stream/timeline.js'
import { createEventCounter } from './event-counter.js'
import { addServerTiming, type ResponseHead } from './headers.js'
import { type BodyWriter, openEventBody, openRawBody, resetConnection, writeComplete } from './node-internals.js'

export interface CompleteResponse {
  status: number
  head: ResponseHead
  /** Absent when the response has no body. */
  contentType?: string | undefined
  text: string
  /** The number of bytes of `text`, if it is known. */
  bytes?: number | undefined
  /** Creates `text` again. The journal keeps it in place of the text. */
  source?: LazyText | undefined
  /** Whether the text is a stream of events. */
  isStream?: boolean
}

interface PlayOptions {
  /** The origin of the due times. @default the start of the request */
  startedAt?: number
  /** Whether each character of the timeline is a byte. */
  isBytes?: boolean
  /** Replaces the end of the response. */
  onEnd?: () => void
}

export class ResponseStream {
  private readonly exchange: WritableExchange
  private closeListeners: (() => void)[] | undefined = undefined
  private wake: (() => void) | undefined = undefined
  private body: BodyWriter | undefined = undefined
  private text = ''
  private timeline: LazyTimeline | undefined = undefined
  private writtenEvents = 0
  private countEvents: ((text: string) => number) | undefined = undefined
  private isBytes = false

  constructor(
    private readonly request: FastifyRequest,
    private readonly reply: FastifyReply
  ) {
    this.exchange = request.exchange
  }

  /** Whether the response or its head was sent. No other response can replace it then. */
  get hasStarted(): boolean {
    return this.reply.sent
  }

  /** Whether the connection is closed. */
  get isClosed(): boolean {
    return this.reply.raw.destroyed
  }

  /** The text written so far. */
  get sentText(): string {
    const text = this.timeline?.text(0, this.writtenEvents) ?? this.text
    return this.isBytes ? Buffer.from(text, 'latin1').toString() : text
  }

  /** Sends a complete response in one write. */
  send({ status, head, contentType, text, bytes, source, isStream = false }: CompleteResponse): void {
    const { exchange, request, reply } = this
    exchange.responseBody = source ?? text
    exchange.status = status
    exchange.streamed = isStream
    reply.server.closeExchange(request)
    addServerTiming(head, request)
    this.takeOver()
    if (contentType !== undefined) head.append('content-type', contentType)
    writeComplete(reply.raw, status, head, text, bytes ?? Buffer.byteLength(text))
  }

  /** Sends a complete response `delayMs` after the request, unless the client leaves before. */
  sendAfter(delayMs: number, response: CompleteResponse, scheduler: Scheduler): Promise<void> {
    return new Promise(resolve => {
      this.wait(delayMs, scheduler, () => resolve(this.send(response)))
      this.onClose(() => {
        if (!this.hasStarted) this.abandon()
        resolve()
      })
    })
  }

  /** Calls back `delayMs` after the request, unless the client leaves before. */
  wait(delayMs: number, scheduler: Scheduler, callback: () => void): void {
    this.exchange.delayMs = delayMs
    this.onClose(scheduler.at(this.exchange.startedAt + delayMs, callback))
  }

  /** Sends the head of a stream of events. Each later write is one chunk. */
  openEvents(head: ResponseHead, contentType: string): void {
    this.prepareHead(head, contentType, true)
    this.body = openEventBody(this.reply.raw, head)
  }

  /** Sends the head of a body that may be malformed: recorded or faulty. */
  openRaw(head: ResponseHead, contentType: string, isStream: boolean): void {
    this.prepareHead(head, contentType, isStream)
    this.body = openRawBody(this.reply.raw, head)
  }

  private prepareHead(head: ResponseHead, contentType: string, isStream: boolean): void {
    this.exchange.status = 200
    this.watch(isStream)
    addServerTiming(head, this.request)
    head.set('content-type', contentType)
  }

  /**
   * Writes to an open response. Returns false when the buffer is full.
   *
   * @param text the text of the data, for the journal
   */
  write(data: string | Buffer, text = data.toString()): boolean {
    if (this.isClosed || data.length === 0) return true
    if (!this.timeline) this.text += text
    this.recordTimes(text)
    return this.body!.write(data, this.isBytes ? 'latin1' : 'utf8')
  }

  /** Writes, and waits until the client can take more or has left. */
  async writeAndWait(data: string | Buffer, text?: string): Promise<void> {
    if (this.write(data, text)) return
    await new Promise<void>(resolve => {
      this.wake = resolve
      this.reply.raw.once('drain', resolve)
    })
  }

  /** Sends a stream and writes each event when it is due. Uses one write if all events are due now. */
  sendTimeline(head: ResponseHead, contentType: string, timeline: LazyTimeline, scheduler: Scheduler): void {
    const { dueTimes } = timeline
    const durationMs = dueTimes[dueTimes.length - 1]!
    if (durationMs === 0) {
      this.send({ status: 200, head, contentType, text: timeline.text(0, dueTimes.length), isStream: true })
      return
    }
    this.exchange.delayMs = durationMs
    this.openEvents(head, contentType)
    this.play(timeline, scheduler)
  }

  /** Writes the events of a timeline to an open response when they are due. */
  play(timeline: LazyTimeline, scheduler: Scheduler, options: PlayOptions = {}): void {
    const { exchange } = this
    const { startedAt = exchange.startedAt, isBytes = false, onEnd = () => this.end() } = options
    this.timeline = timeline
    this.isBytes = isBytes
    exchange.dueMs = timeline.dueTimes
    exchange.delayMs ||= timeline.dueTimes[timeline.dueTimes.length - 1] ?? 0
    const write = (text: string, eventCount: number) => {
      this.writtenEvents = eventCount
      return this.write(text)
    }
    const playback = scheduler.play(timeline, { write, end: onEnd }, startedAt)
    this.reply.raw.on('drain', playback.resume)
    this.onClose(playback.stop)
  }

  /** Ends an open response. */
  end(): void {
    this.body?.end()
  }

  /** Ends, closes or resets the connection in place of the response. */
  breakConnection(ending: 'end' | 'close' | 'reset'): void {
    const { socket } = this.request.raw
    if (ending === 'end') socket.end()
    else if (ending === 'close') socket.destroy()
    else resetConnection(socket)
  }

  /** Takes the response from Fastify without sending anything. Closes the exchange when the connection closes. */
  watch(isStream: boolean): void {
    if (this.hasStarted) return
    this.takeOver()
    this.exchange.streamed = isStream
    this.onClose(() => {
      this.exchange.responseBody ??= this.sentText
      this.reply.server.closeExchange(this.request)
    })
  }

  /** Closes the exchange of a client that left before its response. */
  abandon(): void {
    this.exchange.aborted = true
    this.reply.server.closeExchange(this.request)
    this.takeOver()
  }

  private takeOver(): void {
    this.reply.hijack()
  }

  /** Calls back once the connection is closed, before or after the response is complete. */
  onClose(listener: () => void): void {
    const { raw } = this.reply
    if (this.isClosed) {
      this.exchange.aborted = !raw.writableFinished
      listener()
    } else if (this.closeListeners) this.closeListeners.push(listener)
    else {
      const listeners = [listener]
      this.closeListeners = listeners
      raw.once('close', () => {
        this.exchange.aborted = !raw.writableFinished
        this.wake?.()
        for (const each of listeners) each()
      })
    }
  }

  private recordTimes(text: string): void {
    const { exchange } = this
    const ms = Math.round((performance.now() - exchange.startedAt) * 1000) / 1000
    exchange.firstByteMs ||= ms
    if (!exchange.streamed) return
    this.countEvents ??= createEventCounter()
    exchange.chunkMs ??= []
    for (let count = this.countEvents(text); count > 0; count--) exchange.chunkMs.push(ms)
  }
}

export const sendResponse = (request: FastifyRequest, reply: FastifyReply, response: CompleteResponse): void =>
  new ResponseStream(request, reply).send(response)
