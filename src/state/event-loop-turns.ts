/**
 * Estimates how long each request waited before Standin read its first byte.
 *
 * Node reads a request only when the event loop comes to its connection, so no clock of a handler sees the wait before that.
 * But the loop tells when requests can have arrived. If it did not block before a turn, the requests of this turn were there
 * already: they came during the turn before. If it blocked, the first request woke it.
 */

export interface TurnClock {
  now(): number
  /** How long the event loop has blocked so far, because it had nothing to do, in milliseconds. */
  idle(): number
  /** Calls back at the end of this turn. */
  atEnd(callback: () => void): void
}

const eventLoopClock: TurnClock = {
  now: () => performance.now(),
  idle: () => performance.nodeTiming.idleTime,
  atEnd: callback => void setImmediate(callback)
}

// Node counts the call that finds waiting requests as blocked too.
const unblockedMs = 0.03

export interface EventLoopTurns {
  /** Notes that work begins. Timers call it, which run before the requests of their turn. */
  begin(now?: number): void
  /** Returns the estimated wait of a request that is read now, in milliseconds. */
  waitAt(now: number): number
}

/**
 * A callback at the end of a turn costs as much as a part of a request. So a turn has one only if work came together: if the
 * loop did not block after the work before.
 *
 * @param onEnd receives how long each such turn took, in milliseconds
 */
export function createEventLoopTurns(onEnd: (ms: number) => void, clock: TurnClock = eventLoopClock): EventLoopTurns {
  let isOpen = false
  let hasEnded = false
  let startedAt = Number.NEGATIVE_INFINITY
  let requests = 0
  // Of the turn before. Its length is 0 if the loop blocked after it.
  let lastMs = 0
  let lastRequests = 0
  let lastEnd = 0
  let lastIdle = Number.NEGATIVE_INFINITY

  const end = () => {
    isOpen = false
    hasEnded = true
    lastEnd = clock.now()
    lastIdle = clock.idle()
    lastMs = lastEnd - startedAt
    lastRequests = requests
    onEnd(lastMs)
  }

  const begin = (now = clock.now()) => {
    if (isOpen) return
    const idle = clock.idle()
    if (idle - lastIdle > unblockedMs) {
      startedAt = now
      lastIdle = idle
      lastMs = 0
      lastRequests = 0
      requests = 0
      hasEnded = false
      return
    }
    if (hasEnded) {
      startedAt = lastEnd
      requests = 0
    }
    isOpen = true
    clock.atEnd(end)
  }

  return {
    begin,
    waitAt(now) {
      begin(now)
      requests++
      // Requests are read in the order in which they came, and came evenly.
      const expected = Math.max(requests, lastRequests)
      return now - startedAt + lastMs * (1 - requests / (expected + 1))
    }
  }
}
