/** The one player performs the scripts of all open streams: one ticker, absolute due times, nothing that slides. */
import { type LateScript, late, type Script } from './timeline.js'

/** Where a script is performed: a socket, or a list in a test. */
export interface Sink {
  /**
   * False asks the player to wait for `resume`.
   *
   * @param frames how many of the script are written with this text
   */
  write(text: string, frames: number): boolean
  end(): void
}

export interface Performance {
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

interface Playing {
  script: LateScript
  next: number
  startedAt: number
  dueAt: number
  sink: Sink
  waiting: boolean
  done: boolean
}

export interface Player {
  /** Starts a script at `startedAt` (the clock's time; now by default). */
  play(script: Script | LateScript, sink: Sink, startedAt?: number): Performance
  /** Calls back once at a moment of the clock; answers what cancels it. */
  at(moment: number, callback: () => void): () => void
  /** Writes what is due now, although the ticker has not been called yet: for whoever keeps the thread busy. */
  catchUp(): void
  readonly open: number
  close(): void
}

/** @param tellLate told of each write how many milliseconds after its moment it came */
export function createPlayer(clock: Clock = systemClock, tellLate?: (milliseconds: number) => void): Player {
  const queue = createQueue()
  const streams = new Set<Playing>()
  let cancel: (() => void) | undefined
  let wakeAt = Number.POSITIVE_INFINITY

  const finish = (stream: Playing) => {
    stream.done = true
    streams.delete(stream)
  }
  const perform = (stream: Playing, now: number) => {
    const { script, sink, dueAt, next } = stream
    const { dues, apart } = script
    // All that is due goes out in one write; a late stream catches up here.
    while (stream.next < dues.length && stream.startedAt + dues[stream.next]! <= now) {
      stream.next++
      if (apart) break
    }
    const text = stream.next > next ? script.text(next, stream.next) : ''
    const more = text === '' || sink.write(text, stream.next)
    if (text !== '') tellLate?.(Math.max(0, now - dueAt))
    if (stream.done) return
    if (stream.next === dues.length) {
      finish(stream)
      sink.end()
      return
    }
    stream.dueAt = stream.startedAt + dues[stream.next]!
    if (more) queue.push(stream)
    else stream.waiting = true
  }
  const tick = () => {
    cancel?.()
    cancel = undefined
    wakeAt = Number.POSITIVE_INFINITY
    // A thousand writes take a while, in which more becomes due.
    let now = clock.now()
    for (let stream = queue.peek(); stream && (stream.done || stream.dueAt <= now); stream = queue.peek()) {
      queue.pop()
      if (stream.done) continue
      perform(stream, now)
      now = clock.now()
    }
    sleep()
  }
  const sleep = () => {
    const next = queue.peek()
    if (!next || next.dueAt >= wakeAt) return
    cancel?.()
    wakeAt = next.dueAt
    cancel = clock.after(Math.max(0, next.dueAt - clock.now()), tick)
  }
  // No timer fires between requests that came together, so whoever handles one looks at the clock as well.
  const catchUp = () => {
    if (wakeAt < Number.POSITIVE_INFINITY && wakeAt <= clock.now()) tick()
  }
  const play = (script: Script | LateScript, sink: Sink, startedAt = clock.now()): Performance => {
    const stream: Playing = {
      script: 'frames' in script ? late(script) : script,
      next: 0,
      startedAt,
      dueAt: startedAt,
      sink,
      waiting: false,
      done: false
    }
    streams.add(stream)
    perform(stream, clock.now())
    catchUp()
    sleep()
    return {
      resume() {
        if (!stream.waiting || stream.done) return
        stream.waiting = false
        queue.push(stream)
        sleep()
      },
      stop: () => finish(stream)
    }
  }
  return {
    play,
    at(moment, callback) {
      const done = play({ frames: [{ at: 0, text: '' }] }, { write: () => true, end: callback }, moment)
      return done.stop
    },
    catchUp,
    get open() {
      return streams.size
    },
    close() {
      cancel?.()
      cancel = undefined
      wakeAt = Number.POSITIVE_INFINITY
      queue.clear()
      for (const stream of streams) finish(stream)
    }
  }
}

// A binary heap by due time: thousands of streams cost a handful of comparisons each.
function createQueue() {
  const heap: Playing[] = []
  const before = (a: number, b: number) => heap[a]!.dueAt < heap[b]!.dueAt
  const swap = (a: number, b: number) => {
    const held = heap[a]!
    heap[a] = heap[b]!
    heap[b] = held
  }
  return {
    peek: (): Playing | undefined => heap[0],
    clear(): void {
      heap.length = 0
    },
    push(stream: Playing) {
      heap.push(stream)
      for (let i = heap.length - 1; i > 0; ) {
        const parent = (i - 1) >> 1
        if (!before(i, parent)) break
        swap(i, parent)
        i = parent
      }
    },
    pop(): Playing | undefined {
      const top = heap[0]
      const last = heap.pop()
      if (!top || !last || top === last) return top
      heap[0] = last
      for (let i = 0; ; ) {
        const left = 2 * i + 1
        const right = left + 1
        let least = i
        if (left < heap.length && before(left, least)) least = left
        if (right < heap.length && before(right, least)) least = right
        if (least === i) return top
        swap(i, least)
        i = least
      }
    }
  }
}
