/** Removes the fixtures, counts, faults and journal of idle sessions. */

import type { AppContext } from '../context.js'
import { resetState } from './reset-state.js'

/**
 * Returns the number of removed sessions.
 *
 * @param names the sessions that are idle in this process
 * @param now Unix time in milliseconds
 */
export async function dropIdleSessions(context: AppContext, names: readonly string[], now: number): Promise<number> {
  const { broadcast, options } = context
  const idleMs = options.sessionIdleMinutes * 60_000
  let removed = 0
  for (const session of names) {
    // A session that is idle here may be busy in another process.
    const lastSeenTimes = (await broadcast('lastSeen', session)).filter(time => typeof time === 'number')
    if (lastSeenTimes.some(time => now - time < idleMs)) continue
    await resetState(context, session)
    removed++
  }
  return removed
}
