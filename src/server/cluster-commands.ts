/** Runs the commands that every process of a group runs, and replays the earlier ones in processes that join later. */

import type { ApiKey } from '../core/api-key.js'
import type { FaultRateSnapshot } from '../core/fault-rate.js'
import { findTemplateWarnings } from '../fixtures/warnings.js'
import { toFixtureJson } from '../http/admin/masked.js'
import type { AppContext, ClusterCommands, ServerFacts } from '../http/context.js'
import type { ProcessGroup } from '../state/process-group.js'

type FixtureAddition = [data: unknown, name: string, session?: string]

/** What was added at run time, for a process that joins later. */
interface GroupSnapshot {
  additions: FixtureAddition[]
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
  const added: AddedFixtures = { list: [] }
  const commands = createCommands(context, added)
  const createSnapshot = (): GroupSnapshot => ({
    additions: added.list,
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

/** The fixtures that were added at run time. */
interface AddedFixtures {
  list: FixtureAddition[]
}

function createCommands(context: AppContext, added: AddedFixtures): ClusterCommands {
  const { compileFixtures, deadEnds, faultRates, fixtures, journal, keys, log, requestFeed, sessions, stored } = context
  return {
    async addFixtures(data, name, session) {
      const compiled = await compileFixtures(data, name, session)
      for (const warning of compiled.fixtures.flatMap(findTemplateWarnings)) log.warn(warning)
      if (session !== undefined) sessions.touch(session, Date.now())
      fixtures.add(compiled.fixtures, compiled.stored)
      added.list.push([data, name, session])
      return { added: compiled.fixtures.map(each => toFixtureJson(each, context.keyMask)), stored: compiled.stored }
    },
    clearFixtures(session) {
      added.list = session === undefined ? [] : added.list.filter(([, , owner]) => owner !== session)
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
    describe: () => describeServer(context),
    readMetrics: loadSeconds => context.metricsCounters.snapshot(context.scheduler.openStreams, loadSeconds),
    listDeadEnds: deadEnds.all
  }
}
