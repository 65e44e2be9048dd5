/** Remembers when each session was last heard of, so that those that fell idle can be dropped. */

export interface SessionTracker {
  /** @param now Unix time in milliseconds */
  touch(session: string, now: number): void
  lastSeen(session: string): number | undefined
  /**
   * The sessions to drop now, those first that are idle for longest. A few at a time, and not again before a minute has gone by:
   * forgetting one looks through all that is remembered.
   */
  takeIdle(now: number): readonly string[]
}

const sweepPauseMs = 60_000
const noSessions: readonly string[] = []

/** @param idleMs how long a session may be silent; 0 is for ever */
export function createSessionTracker(idleMs: number, { most = 100_000, atOnce = 20 } = {}): SessionTracker {
  // Those heard of last stand last.
  const entries = new Map<string, { at: number }>()
  let last: { session: string; entry: { at: number } } | undefined
  let nextSweepAt = 0
  return {
    touch(session, now) {
      if (idleMs === 0 || session === '') return
      // Most requests come from the session of the one before.
      if (last?.session === session) {
        last.entry.at = now
        return
      }
      entries.delete(session)
      last = { session, entry: { at: now } }
      entries.set(session, last.entry)
      if (entries.size > most) entries.delete(entries.keys().next().value!)
    },
    lastSeen: session => entries.get(session)?.at,
    takeIdle(now) {
      if (idleMs === 0 || now < nextSweepAt) return noSessions
      const idle: string[] = []
      nextSweepAt = now + Math.min(sweepPauseMs, idleMs)
      for (const [session, { at }] of entries) {
        if (now - at < idleMs || idle.length === atOnce) break
        idle.push(session)
        entries.delete(session)
        if (last?.session === session) last = undefined
      }
      return idle
    }
  }
}
