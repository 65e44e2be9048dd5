/** Remembers when each session was last heard of, so that those that fell idle can be dropped. */

export interface Sessions {
  /** @param now Unix time in milliseconds */
  seen(session: string, now: number): void
  lastSeen(session: string): number | undefined
  /**
   * The sessions to drop now, those first that are idle for longest. A few at a time, and not again before a minute has gone by:
   * forgetting one looks through all that is remembered.
   */
  takeIdle(now: number): readonly string[]
}

const pauseMs = 60_000
const none: readonly string[] = []

/** @param idleMs how long a session may be silent; 0 is for ever */
export function createSessions(idleMs: number, { most = 100_000, atOnce = 20 } = {}): Sessions {
  // Those heard of last stand last.
  const known = new Map<string, { at: number }>()
  let last: { session: string; entry: { at: number } } | undefined
  let due = 0
  return {
    seen(session, now) {
      if (idleMs === 0 || session === '') return
      // Most requests come from the session of the one before.
      if (last?.session === session) {
        last.entry.at = now
        return
      }
      known.delete(session)
      last = { session, entry: { at: now } }
      known.set(session, last.entry)
      if (known.size > most) known.delete(known.keys().next().value!)
    },
    lastSeen: session => known.get(session)?.at,
    takeIdle(now) {
      if (idleMs === 0 || now < due) return none
      const idle: string[] = []
      due = now + Math.min(pauseMs, idleMs)
      for (const [session, { at }] of known) {
        if (now - at < idleMs || idle.length === atOnce) break
        idle.push(session)
        known.delete(session)
        if (last?.session === session) last = undefined
      }
      return idle
    }
  }
}
