/** Sends a response, whether complete or streamed, and records its course in the exchange. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { callEach } from '../../core/call-each.js'
import { fixedLimits } from '../../core/fixed-limits.js'
import { toHeaderValue } from '../../core/header-rules.js'
import type { WritableExchange } from '../../state/exchange.js'
import type { EventList, StreamWrites } from '../../stream/event-list.js'
import type { Scheduler } from '../../stream/scheduler.js'
import type { LazyTimeline } from '../../stream/timeline.js'
import type { CompleteResponse, PlayOptions } from './complete-response.js'
import { createEventCounter } from './event-counter.js'
import { writeInTurns } from './event-writes.js'
import { addServerTiming, type ResponseHead } from './headers.js'
import {
  afterFlush,
  type BodyWriter,
  createEventWriter,
  endConnection,
  openRawBody,
  writeComplete
} from './node-internals.js'
import { openPreparedChunks } from './prepared-chunks.js'

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

  /** Whether a head was sent. No API error can replace the response then. */
  get hasHead(): boolean {
    return this.reply.raw.headersSent
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
  send({ status, head, contentType, text, bytes, source }: CompleteResponse): void {
    const { exchange, request, reply } = this
    addServerTiming(head, request)
    this.takeOver()
    if (contentType !== undefined) head.setDefaultContentType(contentType)
    writeComplete(reply.raw, status, head, text, bytes ?? Buffer.byteLength(text))
    exchange.responseBody = source ?? text
    exchange.status = status
    reply.server.closeExchange(request)
  }

  /** Sends a stream of events that are all due, in a single write or in several writes. */
  sendEvents(head: ResponseHead, contentType: string, events: EventList, streamWrites: StreamWrites): void {
    const { exchange, request, reply } = this
    addServerTiming(head, request)
    this.takeOver()
    head.setDefaultContentType(contentType)
    exchange.status = 200
    exchange.streamed = true
    exchange.responseBody = events.whole
    writeInTurns(reply.raw, head, events, streamWrites, isWhole => {
      exchange.aborted = !isWhole
      reply.server.closeExchange(request)
    })
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
    this.onClose(scheduler.at(this.exchange.startedAt + delayMs, callback, error => this.fail(error)))
  }

  /** Sends the head of a stream of events. Each event is one chunk. */
  openEvents(head: ResponseHead, contentType: string, durationMs = this.exchange.delayMs): void {
    this.exchange.delayMs = durationMs
    head.setDefaultContentType(contentType)
    this.prepareHead(200, head, true)
    this.body = createEventWriter(this.reply.raw, head)
    this.reply.raw.flushHeaders()
  }

  /** Sends the head of a body that may be malformed: recorded or faulty. */
  openRaw(head: ResponseHead, contentType: string | undefined, isStream: boolean, status = 200): void {
    if (contentType !== undefined) head.set('content-type', toHeaderValue(contentType))
    this.prepareHead(status, head, isStream)
    this.body = openRawBody(this.reply.raw, head, status)
  }

  private prepareHead(status: number, head: ResponseHead, isStream: boolean): void {
    this.exchange.status = status
    addServerTiming(head, this.request)
    this.watch(isStream)
  }

  /** Writes to an open response; the journal keeps `text`. Returns false when the buffer is full. */
  write(data: string | Buffer, text = data.toString()): boolean {
    if (this.isClosed || data.length === 0) return true
    const isKept = this.timeline !== undefined || this.text.length < fixedLimits.responseText
    if (!this.timeline && isKept) this.text += text
    if (isKept) this.recordTimes(text)
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

  /** Writes the events of a timeline to an open response when they are due. */
  play(timeline: LazyTimeline, scheduler: Scheduler, options: PlayOptions = {}): void {
    const { exchange } = this
    const { startedAt = exchange.startedAt, isBytes = false, onEnd } = options
    const { dueTimes, isUnbatched } = timeline
    this.timeline = timeline
    this.isBytes = isBytes
    exchange.dueMs = dueTimes
    exchange.delayMs ||= dueTimes[dueTimes.length - 1] ?? 0
    const prepared = onEnd ? undefined : openPreparedChunks(timeline, this.body!)
    const write = (text: string, eventCount: number) => {
      if (prepared) this.recordTimes(eventCount - this.writtenEvents)
      this.writtenEvents = eventCount
      return prepared ? prepared.write(text, eventCount) : this.write(text)
    }
    const end = onEnd ?? prepared?.end ?? (() => this.end())
    const text = prepared?.text ?? timeline.text.bind(timeline)
    const sink = { write, end, fail: (error: unknown) => this.fail(error), source: exchange }
    const playback = scheduler.play({ dueTimes, text, isUnbatched }, sink, startedAt)
    this.reply.raw.on('drain', playback.resume)
    this.onClose(playback.stop)
  }

  /** Ends an open response. */
  end(): void {
    this.body?.end()
  }

  /** Closes or resets the connection in place of the response, or leaves it open until it was silent for too long. */
  breakConnection(ending: 'close' | 'reset' | 'hang'): void {
    endConnection(this.reply.raw, this.request.raw.socket, ending)
  }

  /** Calls back when the system has taken all data that was written. */
  afterFlush(callback: () => void): void {
    afterFlush(this.request.raw.socket, callback)
  }

  /** Takes the response from Fastify without sending anything. Closes the exchange when the connection closes. */
  watch(isStream: boolean): void {
    if (this.hasStarted) return
    this.takeOver()
    this.exchange.streamed = isStream
    this.reply.raw.on('error', error => this.fail(error))
    this.onClose(() => {
      this.exchange.responseBody ??= this.sentText
      this.reply.server.closeExchange(this.request)
    })
  }

  /** Ends the exchange after an exception in a callback, which has no caller that could catch it. */
  fail(error: unknown): void {
    this.reply.server.failExchange(this.request, this.reply, error, this)
  }

  /** Closes the connection and the exchange of a response that cannot go on. */
  cutOff(): void {
    this.takeOver()
    this.exchange.aborted = !this.reply.raw.writableFinished
    this.exchange.responseBody ??= this.sentText
    this.reply.server.closeExchange(this.request)
    this.reply.raw.destroy()
  }

  /** Closes the exchange of a client that left before its response. */
  abandon(): void {
    this.exchange.aborted = true
    this.reply.server.closeExchange(this.request)
    this.takeOver()
  }

  /** Calls back once the connection is closed, before or after the response is complete. */
  onClose(listener: () => void): void {
    const { raw } = this.reply
    if (this.isClosed) {
      this.exchange.aborted = !raw.writableFinished
      listener()
    } else if (this.closeListeners) this.closeListeners.push(listener)
    else {
      this.closeListeners = [listener]
      raw.once('close', () => {
        this.exchange.aborted = !raw.writableFinished
        this.wake?.()
        callEach(this.closeListeners!, error => this.fail(error))
      })
    }
  }

  private takeOver(): void {
    this.reply.hijack()
  }

  /** @param written the number of events, or the text that has them */
  private recordTimes(written: number | string): void {
    const { exchange } = this
    const ms = Math.round((performance.now() - exchange.startedAt) * 1000) / 1000
    exchange.firstByteMs ||= ms
    if (!exchange.streamed) return
    this.countEvents ??= createEventCounter()
    exchange.chunkMs ??= []
    const events = typeof written === 'string' ? this.countEvents(written) : written
    for (let count = events; count > 0; count--) exchange.chunkMs.push(ms)
  }
}
