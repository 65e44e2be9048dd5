/** Tracks when each session sent its last request, so that idle sessions can be removed. */
import { deleteOldest } from './memory-store.js'

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
export function createSessionTracker(idleMs: number, { maxSessions = 100_000, maxPerSweep = 20 } = {}): SessionTracker {
  // Sorted by the time of the last request, oldest first.
  const entries = new Map<string, { at: number }>()
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
      entries.delete(session)
      last = { session, entry: { at: now } }
      entries.set(session, last.entry)
      if (entries.size > maxSessions) deleteOldest(entries)
    },
    lastSeen: session => entries.get(session)?.at,
    takeIdle(now) {
      if (idleMs === 0 || now < nextSweepAt) return noSessions
      const idle: string[] = []
      nextSweepAt = now + Math.min(sweepPauseMs, idleMs)
      for (const [session, { at }] of entries) {
        if (now - at < idleMs || idle.length === maxPerSweep) break
        idle.push(session)
        entries.delete(session)
        if (last?.session === session) last = undefined
      }
      return idle
    }
  }
}
