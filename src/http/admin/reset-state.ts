/** Removes the run-time state of a session or the server: fixtures, faults, counts, journal, stored completions. */
import { sessionPrefix } from '../../core/short-name.js'
import type { AppContext } from '../context.js'

/** @param session undefined resets the server, also its API keys */
export async function resetState({ store, broadcast }: AppContext, session: string | undefined) {
  await store.forget(session === undefined ? undefined : sessionPrefix(session))
  await broadcast('clearStored', session)
  await broadcast('clearFaults', session)
  // API keys belong to no session.
  if (session === undefined) await broadcast('resetKeys')
  const [fixtures] = await broadcast('clearFixtures', session)
  return { fixtures, requests: sumCounts(await broadcast('clearRequests', session)) }
}

const sumCounts = (counts: number[]) => counts.reduce((total, count) => total + count, 0)
