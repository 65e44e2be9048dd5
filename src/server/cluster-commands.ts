/** Runs the commands that every process of a group runs, and replays the earlier ones in processes that join later. */

import type { ApiKey } from '../core/api-key.js'
import type { FaultRateSnapshot } from '../core/fault-rate.js'
import { listOpenStreams } from '../http/admin/open-streams.js'
import { readRequestDetail } from '../http/admin/request-detail.js'
import { listUsedLimits } from '../http/admin/used-limits.js'
import type { AppContext, ClusterCommands, ServerFacts } from '../http/context.js'
import type { ProcessGroup } from '../state/process-group.js'
import { createFixtureCommands, type FixtureAddition } from './fixture-commands.js'

/** What was added at run time, for a process that joins later. */
interface GroupSnapshot {
  additions: readonly FixtureAddition[]
  keys: Record<string, ApiKey>
  faultRates: FaultRateSnapshot
}

export const describeServer = ({ fixtures, fixtureOrigins, keys, options }: AppContext): ServerFacts => ({
  fixtures: fixtures.all.length,
  origins: fixtureOrigins,
  acceptsAnyKey: !options.key?.length,
  keys: keys.all.size
})

/** Runs the commands of the group from now on, and adds what was added before. */
export async function joinProcessGroup(context: AppContext, group: ProcessGroup): Promise<void> {
  const { keys, faultRates } = context
  const fixtureCommands = createFixtureCommands(context)
  const commands = { ...createCommands(context), ...fixtureCommands }
  const createSnapshot = (): GroupSnapshot => ({
    additions: fixtureCommands.additions(),
    keys: keys.added,
    faultRates: { all: faultRates.all, added: faultRates.added }
  })
  const run = commands as unknown as Record<string, (...args: unknown[]) => unknown>
  const earlier = group.snapshot() as Promise<GroupSnapshot | undefined>
  const joined = earlier.then(async snapshot => {
    if (!snapshot) return
    for (const addition of snapshot.additions) await fixtureCommands.addAgain(addition)
    keys.set(snapshot.keys)
    faultRates.restore(snapshot.faultRates)
  })
  // A command that arrives before the snapshot came after it, so all processes run the same in the same order.
  group.setHandler((name, args) => (name === 'snapshot' ? createSnapshot() : joined.then(() => run[name]!(...args))))
  await joined
}

function createCommands(context: AppContext): Omit<ClusterCommands, 'addFixtures' | 'clearFixtures' | 'removeFixture'> {
  const { deadEnds, faultRates, journal, keys, requestFeed, sessions, stored } = context
  return {
    setKeys: keys.set,
    resetKeys: keys.reset,
    listRequests(filter, cursors) {
      const cursor = cursors?.[process.pid]
      const part = cursors && !cursor ? { records: [] } : journal.listPart(filter, cursor)
      return { ...part, process: process.pid }
    },
    listSummaries(filter, cursors) {
      const cursor = cursors?.[process.pid]
      const part = cursors && !cursor ? { records: [] } : journal.listSummaries(filter, cursor)
      return { ...part, process: process.pid }
    },
    readRequest: id => readRequestDetail(context, id),
    listOpenStreams: () => listOpenStreams(context),
    listUsedLimits: () => listUsedLimits(context),
    takeRequests: requestFeed.take,
    leaveRequests: requestFeed.leave,
    clearRequests(session) {
      if (session === undefined) deadEnds.clear()
      return journal.clear(session)
    },
    countRequestsBySession: journal.countBySession,
    lastSeen: sessions.lastSeen,
    keepStored: stored.save,
    removeStored: stored.remove,
    clearStored: stored.clear,
    addFaults: faultRates.add,
    clearFaults: faultRates.clear,
    removeFault: faultRates.remove,
    describe: () => describeServer(context),
    readMetrics: loadSeconds => context.metricsCounters.snapshot(context.scheduler.openStreams, loadSeconds),
    listDeadEnds: deadEnds.all
  }
}
