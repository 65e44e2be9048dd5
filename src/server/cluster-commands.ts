/** Runs the commands that every process of a group runs, and replays the earlier ones in processes that join later. */

import type { ApiKey } from '../core/api-key.js'
import type { FaultRateSnapshot } from '../core/fault-rate.js'
import { findTemplateWarnings } from '../fixtures/warnings.js'
import { toFixtureJson } from '../http/admin/masked.js'
import type { AppContext, ClusterCommands } from '../http/context.js'
import type { ProcessGroup } from '../state/process-group.js'

type FixtureAddition = [data: unknown, name: string, session?: string]

/** What was added at run time, for a process that joins later. */
interface GroupSnapshot {
  additions: FixtureAddition[]
  keys: Record<string, ApiKey>
  faultRates: FaultRateSnapshot
}

/** Runs the commands of the group from now on, and adds what was added before. */
export async function joinProcessGroup(context: AppContext, group: ProcessGroup): Promise<void> {
  const { compileFixtures, fixtures, keys, journal, log, sessions, stored, faultRates, metricsCounters, scheduler } =
    context
  let additions: FixtureAddition[] = []
  const commands: ClusterCommands = {
    async addFixtures(data, name, session) {
      const compiled = await compileFixtures(data, name, session)
      for (const warning of compiled.fixtures.flatMap(findTemplateWarnings)) log.warn(warning)
      if (session !== undefined) sessions.touch(session, Date.now())
      fixtures.add(compiled.fixtures, compiled.stored)
      additions.push([data, name, session])
      return { added: compiled.fixtures.map(each => toFixtureJson(each, context.keyMask)), stored: compiled.stored }
    },
    clearFixtures(session) {
      additions = session === undefined ? [] : additions.filter(([, , owner]) => owner !== session)
      const removed = fixtures.clear(session)
      if (removed.size) journal.forgetFixtures(removed)
      return removed.size
    },
    setKeys: keys.set,
    resetKeys: keys.reset,
    listRequests(filter, cursors) {
      const cursor = cursors?.[process.pid]
      const part = cursors && !cursor ? { records: [] } : journal.listPart(filter, cursor)
      return { ...part, process: process.pid }
    },
    clearRequests(session) {
      if (session === undefined) context.deadEnds.clear()
      return journal.clear(session)
    },
    countRequestsBySession: journal.countBySession,
    lastSeen: sessions.lastSeen,
    keepStored: stored.save,
    removeStored: stored.remove,
    clearStored: stored.clear,
    addFaults: faultRates.add,
    clearFaults: faultRates.clear,
    readMetrics: () => metricsCounters.snapshot(scheduler.openStreams),
    listDeadEnds: context.deadEnds.all
  }
  const createSnapshot = (): GroupSnapshot => ({
    additions,
    keys: keys.added,
    faultRates: { all: faultRates.all, added: faultRates.added }
  })
  const run = commands as unknown as Record<string, (...args: unknown[]) => unknown>
  const earlier = group.snapshot() as Promise<GroupSnapshot | undefined>
  const joined = earlier.then(async snapshot => {
    if (!snapshot) return
    for (const addition of snapshot.additions) await commands.addFixtures(...addition)
    keys.set(snapshot.keys)
    faultRates.restore(snapshot.faultRates)
  })
  // A command that arrives before the snapshot came after it, so all processes run the same in the same order.
  group.setHandler((name, args) => (name === 'snapshot' ? createSnapshot() : joined.then(() => run[name]!(...args))))
  await joined
}
