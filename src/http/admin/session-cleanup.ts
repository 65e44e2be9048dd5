/** Drops idle sessions with their fixtures, counts, faults and journal. */

import type { AppContext } from '../context.js'
import { resetState } from './reset-state.js'

/**
 * Returns how many sessions are dropped.
 *
 * @param names the sessions that are idle in this process
 * @param now Unix time in milliseconds
 */
export async function dropIdleSessions(context: AppContext, names: readonly string[], now: number): Promise<number> {
  const { broadcast, options } = context
  const idleMs = options.sessionIdleMinutes * 60_000
  let dropped = 0
  for (const session of names) {
    // A session that is idle here may be busy in another process.
    const lastSeenTimes = (await broadcast('lastSeen', session)).filter(time => typeof time === 'number')
    if (lastSeenTimes.some(time => now - time < idleMs)) continue
    await resetState(context, session)
    dropped++
  }
  return dropped
}
