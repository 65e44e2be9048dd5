/** What one process does when any of those that answer as one asks all of them, and what one that joins later is told. */

import type { Key } from '../core/api-key.js'
import type { FaultRate } from '../core/fault-rate.js'
import { shown } from '../http/admin/routes.js'
import type { Acts, Rooms } from '../http/context.js'
import type { Shared } from '../state/process-group.js'

type Parts = Pick<
  Rooms,
  'compile' | 'fixtures' | 'keys' | 'journal' | 'sessions' | 'stored' | 'faultRates' | 'counts' | 'player'
>

type Given = [data: unknown, name: string, session?: string]

/** What a process that joins later has to be told. */
interface Snapshot {
  given: Given[]
  keys: Record<string, Key>
  faults: FaultRate[]
}

/** Answers the others from now on, after it has done what they did before. */
export async function answerForAll(parts: Parts, shared: Shared): Promise<void> {
  const { compile, fixtures, keys, journal, sessions, stored, faultRates, counts, player } = parts
  // What was added at run time, as it was given.
  let added: Given[] = []
  const acts: Acts = {
    async addFixtures(data, name, session) {
      const made = await compile(data, name, session)
      if (session !== undefined) sessions.seen(session, Date.now())
      fixtures.add(made.fixtures, made.stored)
      added.push([data, name, session])
      return { added: made.fixtures.map(shown), stored: made.stored }
    },
    clearFixtures(session) {
      added = session === undefined ? [] : added.filter(([, , own]) => own !== session)
      return fixtures.clear(session)
    },
    setKeys: keys.set,
    resetKeys: keys.reset,
    requests: journal.list,
    clearRequests: journal.clear,
    sessions: journal.sessions,
    lastSeen: sessions.lastSeen,
    keepStored: stored.keep,
    removeStored: stored.remove,
    clearStored: stored.clear,
    addFaults: rate => void faultRates.all.push(rate),
    clearFaults(session) {
      const kept = session === undefined ? [] : faultRates.all.filter(rate => rate.session !== session)
      const count = faultRates.all.length - kept.length
      faultRates.all = kept
      return count
    },
    counts: () => counts.read(player.open)
  }
  const snapshot = (): Snapshot => ({ given: added, keys: keys.added, faults: faultRates.all })
  shared.answerWith((name, args) =>
    name === 'snapshot' ? snapshot() : (acts[name as keyof Acts] as (...args: unknown[]) => unknown)(...args)
  )
  const before = (await shared.snapshot()) as Snapshot | undefined
  for (const each of before?.given ?? []) await acts.addFixtures(...each)
  if (before) keys.set(before.keys)
  for (const rate of before?.faults ?? []) acts.addFaults(rate)
}
