/** Writes the events of all open streams when they are due, with one timer and absolute due times. */
import { DueQueue } from './due-queue.js'
import { type LazyTimeline, type Timeline, toLazyTimeline } from './timeline.js'
import { limitAfterRequest, maxTurnMs } from './turn-limit.js'

/** Where the events of a stream go: a socket, or a list in a test. */
export interface Sink {
  /**
   * Returns false if the sink is full. The scheduler then waits for `resume`.
   *
   * @param eventCount the number of events of the timeline that are written with this text
   */
  write(text: string, eventCount: number): boolean
  end(): void
  /** Receives an exception of `write` or `end`. The stream is over. */
  fail?(error: unknown): void
  /** What the stream belongs to, for `openSources`. */
  source?: unknown
}

/** An open stream: what it belongs to, and how far it is. */
interface OpenSource {
  source: unknown
  writtenEvents: number
  events: number
}

/** The controls of one stream. Both functions work without `this`. */
export interface Playback {
  /** Continues a stream whose sink was full. */
  resume(): void
  /** Ends the stream without further writes, as when the client disconnects. */
  stop(): void
}

export interface Clock {
  now(): number
  /** Calls back once after a delay, and returns a function that cancels the call. */
  after(delayMs: number, callback: () => void): () => void
  /** Calls back once after the requests that wait now, and returns a function that cancels the call. */
  afterTurn(callback: () => void): () => void
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after: (delayMs, callback) => {
    // Node calls back at once after a longer delay. The scheduler sleeps again.
    const timer = setTimeout(callback, Math.min(delayMs, maxTimerMs))
    return () => clearTimeout(timer)
  },
  afterTurn: callback => {
    const immediate = setImmediate(callback)
    return () => clearImmediate(immediate)
  }
}

const maxTimerMs = 2 ** 31 - 1

interface ScheduledStream {
  timeline: LazyTimeline
  next: number
  startedAt: number
  /** When the next event is due. */
  eventDueAt: number
  /** The place in the queue. */
  dueAt: number
  sink: Sink
  isWaiting: boolean
  isDone: boolean
}

export class Scheduler {
  readonly #queue = new DueQueue<ScheduledStream>()
  readonly #streams = new Set<ScheduledStream>()
  readonly #clock: Clock
  readonly #onWriteDelay: ((milliseconds: number) => void) | undefined
  readonly #onError: ((error: unknown) => void) | undefined
  #cancelWake: (() => void) | undefined
  #wakeAt = Number.POSITIVE_INFINITY
  #wroteUntil = Number.NEGATIVE_INFINITY
  #hadRequests = false

  /**
   * @param onWriteDelay receives the delay of each write after its due time
   * @param onError receives the exceptions of sinks without `fail`
   */
  constructor(
    clock: Clock = systemClock,
    onWriteDelay?: (milliseconds: number) => void,
    onError?: (error: unknown) => void
  ) {
    this.#clock = clock
    this.#onWriteDelay = onWriteDelay
    this.#onError = onError
  }

  get openStreams(): number {
    return this.#streams.size
  }

  /** The open streams whose sinks name a source. */
  openSources(): OpenSource[] {
    const withSource = [...this.#streams].filter(({ sink }) => sink.source !== undefined)
    return withSource.map(({ sink, next, timeline }) => ({
      source: sink.source,
      writtenEvents: next,
      events: timeline.dueTimes.length
    }))
  }

  /** Starts a stream. Its due times count from `startedAt` (of the clock; now by default). */
  play(timeline: Timeline | LazyTimeline, sink: Sink, startedAt = this.#clock.now()): Playback {
    const stream: ScheduledStream = {
      timeline: 'events' in timeline ? toLazyTimeline(timeline) : timeline,
      next: 0,
      startedAt,
      eventDueAt: startedAt,
      dueAt: startedAt,
      sink,
      isWaiting: false,
      isDone: false
    }
    this.#streams.add(stream)
    this.#writeDue(stream, this.#clock.now())
    this.catchUp()
    this.#sleep()
    return { resume: () => this.#resume(stream), stop: () => this.#finish(stream) }
  }

  /** Calls back once at a time of the clock, and returns a function that cancels the call. */
  at(time: number, callback: () => void, fail?: (error: unknown) => void): () => void {
    return this.play(emptyTimeline, { write: () => true, end: callback, ...(fail && { fail }) }, time).stop
  }

  /**
   * Writes a part of what is due now. Request handlers call this: no timer fires while the process handles many requests
   * at once.
   */
  catchUp(): void {
    const next = this.#queue.peek()
    if (!next) return
    const now = this.#clock.now()
    if (next.dueAt > now) return
    this.#hadRequests = true
    this.#writeTurn(now, limitAfterRequest(now - this.#wroteUntil))
    this.#sleep()
  }

  close(): void {
    this.#cancelWake?.()
    this.#cancelWake = undefined
    this.#wakeAt = Number.POSITIVE_INFINITY
    this.#queue.clear()
    for (const stream of this.#streams) this.#finish(stream)
  }

  #finish(stream: ScheduledStream): void {
    stream.isDone = true
    this.#streams.delete(stream)
  }

  #resume(stream: ScheduledStream): void {
    if (!stream.isWaiting || stream.isDone) return
    stream.isWaiting = false
    this.#queue.push(stream)
    this.#sleep()
  }

  /** An exception of one sink must not stop the timer of all streams. */
  #writeDue(stream: ScheduledStream, now: number): void {
    try {
      this.#writeEvents(stream, now)
    } catch (error) {
      this.#finish(stream)
      if (stream.sink.fail) stream.sink.fail(error)
      else this.#onError?.(error)
    }
  }

  #writeEvents(stream: ScheduledStream, now: number): void {
    const { timeline, sink, eventDueAt, next } = stream
    const { dueTimes, isUnbatched } = timeline
    // All due events go out in one write, so a late stream catches up.
    while (stream.next < dueTimes.length && stream.startedAt + dueTimes[stream.next]! <= now) {
      stream.next++
      if (isUnbatched) break
    }
    const text = stream.next > next ? timeline.text(next, stream.next) : ''
    const canContinue = text === '' || sink.write(text, stream.next)
    if (text !== '') this.#onWriteDelay?.(Math.max(0, now - eventDueAt))
    if (stream.isDone) return
    if (stream.next === dueTimes.length) {
      this.#finish(stream)
      sink.end()
      return
    }
    stream.eventDueAt = stream.startedAt + dueTimes[stream.next]!
    // A late stream waits for all streams that are due by now.
    stream.dueAt = Math.max(stream.eventDueAt, now)
    if (canContinue) this.#queue.push(stream)
    else stream.isWaiting = true
  }

  readonly #tick = (): void => {
    this.#cancelWake = undefined
    this.#wakeAt = Number.POSITIVE_INFINITY
    const now = this.#clock.now()
    // After requests come more requests, if any wait.
    this.#writeTurn(now, this.#hadRequests ? limitAfterRequest(now - this.#wroteUntil) : maxTurnMs)
    this.#hadRequests = false
    this.#sleep()
  }

  /** Writes what is due, the earliest first, until the time of the turn is over. */
  #writeTurn(start: number, limitMs: number): void {
    const queue = this.#queue
    let now = start
    for (let stream = queue.peek(); stream && (stream.isDone || stream.dueAt <= now); stream = queue.peek()) {
      queue.pop()
      if (stream.isDone) continue
      this.#writeDue(stream, now)
      now = this.#clock.now()
      if (now - start >= limitMs) break
    }
    this.#wroteUntil = now
  }

  #sleep(): void {
    const next = this.#queue.peek()
    if (!next) {
      this.#cancelWake?.()
      this.#cancelWake = undefined
      this.#wakeAt = Number.POSITIVE_INFINITY
      return
    }
    if (next.dueAt >= this.#wakeAt) return
    this.#cancelWake?.()
    this.#wakeAt = next.dueAt
    const delayMs = next.dueAt - this.#clock.now()
    this.#cancelWake = delayMs > 0 ? this.#clock.after(delayMs, this.#tick) : this.#clock.afterTurn(this.#tick)
  }
}

const emptyTimeline: LazyTimeline = { dueTimes: [0], text: () => '' }
