/** Drops sessions that nobody has used for long, with all that belongs to them. */

import type { AppContext } from '../context.js'
import { resetState } from './routes.js'

/**
 * @param names those that are idle in this process
 * @param now Unix time in milliseconds
 */
export async function dropIdleSessions(context: AppContext, names: readonly string[], now: number): Promise<void> {
  const { broadcast, log, options } = context
  const idleMs = options.sessionIdleMinutes * 60_000
  for (const session of names) {
    // Idle here may be busy in another process.
    const lastSeenTimes = (await broadcast('lastSeen', session)).filter(time => typeof time === 'number')
    if (lastSeenTimes.some(time => now - time < idleMs)) continue
    await resetState(context, session)
    log.debug('an idle session is dropped')
  }
}
