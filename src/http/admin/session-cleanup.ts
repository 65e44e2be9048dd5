/** Drops sessions that nobody has used for long, with all that belongs to them. */

import type { Rooms } from '../context.js'
import { reset } from './routes.js'

/**
 * @param names those that are idle in this process
 * @param now Unix time in milliseconds
 */
export async function dropSessions(rooms: Rooms, names: readonly string[], now: number): Promise<void> {
  const { everywhere, log, options } = rooms
  const idleMs = options.sessionIdleMinutes * 60_000
  for (const session of names) {
    // Idle here may be busy in another process.
    const heard = (await everywhere('lastSeen', session)).filter(at => typeof at === 'number')
    if (heard.some(at => now - at < idleMs)) continue
    await reset(rooms, session)
    log.debug('an idle session is dropped')
  }
}
