/** The one player performs the scripts of all open streams: one ticker, absolute due times, nothing that slides. */
import { type LazyTimeline, type Timeline, toLazyTimeline } from './timeline.js'

/** Where a script is performed: a socket, or a list in a test. */
export interface Sink {
  /**
   * False asks the player to wait for `resume`.
   *
   * @param eventCount how many of the script are written with this text
   */
  write(text: string, eventCount: number): boolean
  end(): void
}

export interface Playback {
  /** The sink takes more. */
  resume(): void
  /** The client left: nothing more is written. */
  stop(): void
}

export interface Clock {
  now(): number
  /** Calls back once after so many milliseconds; answers what cancels it. */
  after(delayMs: number, callback: () => void): () => void
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs)
    return () => clearTimeout(timer)
  }
}

interface ScheduledStream {
  timeline: LazyTimeline
  next: number
  startedAt: number
  dueAt: number
  sink: Sink
  isWaiting: boolean
  isDone: boolean
}

export interface Scheduler {
  /** Starts a script at `startedAt` (the clock's time; now by default). */
  play(timeline: Timeline | LazyTimeline, sink: Sink, startedAt?: number): Playback
  /** Calls back once at a moment of the clock; answers what cancels it. */
  at(moment: number, callback: () => void): () => void
  /** Writes what is due now, although the ticker has not been called yet: for whoever keeps the thread busy. */
  catchUp(): void
  readonly openStreams: number
  close(): void
}

/** @param onWriteDelay told of each write how many milliseconds after its moment it came */
export function createScheduler(clock: Clock = systemClock, onWriteDelay?: (milliseconds: number) => void): Scheduler {
  const queue = createQueue()
  const streams = new Set<ScheduledStream>()
  let cancelTimer: (() => void) | undefined
  let wakeAt = Number.POSITIVE_INFINITY

  const finish = (stream: ScheduledStream) => {
    stream.isDone = true
    streams.delete(stream)
  }
  const writeDue = (stream: ScheduledStream, now: number) => {
    const { timeline, sink, dueAt, next } = stream
    const { dueTimes, isUnbatched } = timeline
    // All that is due goes out in one write; a late stream catches up here.
    while (stream.next < dueTimes.length && stream.startedAt + dueTimes[stream.next]! <= now) {
      stream.next++
      if (isUnbatched) break
    }
    const text = stream.next > next ? timeline.text(next, stream.next) : ''
    const canContinue = text === '' || sink.write(text, stream.next)
    if (text !== '') onWriteDelay?.(Math.max(0, now - dueAt))
    if (stream.isDone) return
    if (stream.next === dueTimes.length) {
      finish(stream)
      sink.end()
      return
    }
    stream.dueAt = stream.startedAt + dueTimes[stream.next]!
    if (canContinue) queue.push(stream)
    else stream.isWaiting = true
  }
  const tick = () => {
    cancelTimer?.()
    cancelTimer = undefined
    wakeAt = Number.POSITIVE_INFINITY
    // A thousand writes take a while, in which more becomes due.
    let now = clock.now()
    for (let stream = queue.peek(); stream && (stream.isDone || stream.dueAt <= now); stream = queue.peek()) {
      queue.pop()
      if (stream.isDone) continue
      writeDue(stream, now)
      now = clock.now()
    }
    sleep()
  }
  const sleep = () => {
    const next = queue.peek()
    if (!next || next.dueAt >= wakeAt) return
    cancelTimer?.()
    wakeAt = next.dueAt
    cancelTimer = clock.after(Math.max(0, next.dueAt - clock.now()), tick)
  }
  // No timer fires between requests that came together, so whoever handles one looks at the clock as well.
  const catchUp = () => {
    if (wakeAt < Number.POSITIVE_INFINITY && wakeAt <= clock.now()) tick()
  }
  const play = (timeline: Timeline | LazyTimeline, sink: Sink, startedAt = clock.now()): Playback => {
    const stream: ScheduledStream = {
      timeline: 'events' in timeline ? toLazyTimeline(timeline) : timeline,
      next: 0,
      startedAt,
      dueAt: startedAt,
      sink,
      isWaiting: false,
      isDone: false
    }
    streams.add(stream)
    writeDue(stream, clock.now())
    catchUp()
    sleep()
    return {
      resume() {
        if (!stream.isWaiting || stream.isDone) return
        stream.isWaiting = false
        queue.push(stream)
        sleep()
      },
      stop: () => finish(stream)
    }
  }
  return {
    play,
    at(moment, callback) {
      const playback = play({ events: [{ at: 0, text: '' }] }, { write: () => true, end: callback }, moment)
      return playback.stop
    },
    catchUp,
    get openStreams() {
      return streams.size
    },
    close() {
      cancelTimer?.()
      cancelTimer = undefined
      wakeAt = Number.POSITIVE_INFINITY
      queue.clear()
      for (const stream of streams) finish(stream)
    }
  }
}

// A binary heap by due time: thousands of streams cost a handful of comparisons each.
function createQueue() {
  const heap: ScheduledStream[] = []
  const before = (a: number, b: number) => heap[a]!.dueAt < heap[b]!.dueAt
  const swap = (first: number, second: number) => {
    const moved = heap[first]!
    heap[first] = heap[second]!
    heap[second] = moved
  }
  return {
    peek: (): ScheduledStream | undefined => heap[0],
    clear(): void {
      heap.length = 0
    },
    push(stream: ScheduledStream) {
      heap.push(stream)
      for (let i = heap.length - 1; i > 0; ) {
        const parent = (i - 1) >> 1
        if (!before(i, parent)) break
        swap(i, parent)
        i = parent
      }
    },
    pop(): ScheduledStream | undefined {
      const top = heap[0]
      const last = heap.pop()
      if (!top || !last || top === last) return top
      heap[0] = last
      for (let i = 0; ; ) {
        const left = 2 * i + 1
        const right = left + 1
        let smallest = i
        if (left < heap.length && before(left, smallest)) smallest = left
        if (right < heap.length && before(right, smallest)) smallest = right
        if (smallest === i) return top
        swap(i, smallest)
        i = smallest
      }
    }
  }
}
