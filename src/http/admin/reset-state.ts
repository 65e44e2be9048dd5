/** Removes what a session, or the whole server, has of run time: fixtures, faults, counts, the journal and stored completions. */
import type { AppContext } from '../context.js'

/** @param session the whole server when undefined, with its API keys */
export async function resetState({ store, broadcast }: AppContext, session: string | undefined) {
  await store.forget(session === undefined ? undefined : `${session}\n`)
  await broadcast('clearStored', session)
  await broadcast('clearFaults', session)
  // Keys are the whole server's.
  if (session === undefined) await broadcast('resetKeys')
  const [fixtures] = await broadcast('clearFixtures', session)
  return { fixtures, requests: sumCounts(await broadcast('clearRequests', session)) }
}

const sumCounts = (counts: number[]) => counts.reduce((total, count) => total + count, 0)
