/** Tracks when each session sent its last request, so that idle sessions can be removed. */
import { BoundedMap } from '../core/bounded-map.js'
import { fixedLimits } from '../core/fixed-limits.js'

export interface SessionTracker {
  /** @param now Unix time in milliseconds */
  touch(session: string, now: number): void
  /** When the session sent its last request, in Unix milliseconds. */
  lastSeen(session: string): number | undefined
  /**
   * Removes and returns idle sessions, the longest idle first. It returns a few at a time, and none within a minute of the
   * last call, because removing the data of a session searches all data.
   */
  takeIdle(now: number): readonly string[]
}

const sweepPauseMs = 60_000
const noSessions: readonly string[] = []

/** @param idleMs after how many milliseconds without a request a session is idle; 0 means never */
export function createSessionTracker(
  idleMs: number,
  { maxBytes = fixedLimits.sessions as number, maxPerSweep = 20 } = {}
): SessionTracker {
  // Sorted by the time of the last request, oldest first.
  const sessions = new BoundedMap<{ at: number }>(maxBytes)
  let last: { session: string; entry: { at: number } } | undefined
  let nextSweepAt = 0
  return {
    touch(session, now) {
      if (idleMs === 0 || session === '') return
      // Most requests come from the same session as the one before.
      if (last?.session === session) {
        last.entry.at = now
        return
      }
      last = { session, entry: { at: now } }
      sessions.set(session, last.entry)
    },
    lastSeen: session => sessions.get(session)?.at,
    takeIdle(now) {
      if (idleMs === 0 || now < nextSweepAt) return noSessions
      const idle: string[] = []
      nextSweepAt = now + Math.min(sweepPauseMs, idleMs)
      for (const [session, { at }] of sessions.entries()) {
        if (now - at < idleMs || idle.length === maxPerSweep) break
        idle.push(session)
        sessions.delete(session)
        if (last?.session === session) last = undefined
      }
      return idle
    }
  }
}
