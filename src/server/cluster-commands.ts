/** Runs the commands that every process of a group runs, and replays the earlier ones in processes that join later. */

import type { ApiKey } from '../core/api-key.js'
import type { FaultRate } from '../core/fault-rate.js'
import { findTemplateWarnings } from '../fixtures/warnings.js'
import { toFixtureJson } from '../http/admin/masked.js'
import type { AppContext, ClusterCommands } from '../http/context.js'
import type { ProcessGroup } from '../state/process-group.js'

type FixtureAddition = [data: unknown, name: string, session?: string]

/** What was added at run time, for a process that joins later. */
interface GroupSnapshot {
  additions: FixtureAddition[]
  keys: Record<string, ApiKey>
  faults: FaultRate[]
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
    clearRequests: journal.clear,
    countRequestsBySession: journal.countBySession,
    lastSeen: sessions.lastSeen,
    keepStored: stored.save,
    removeStored: stored.remove,
    clearStored: stored.clear,
    addFaults: rate => void faultRates.all.push(rate),
    clearFaults(session) {
      const remaining = session === undefined ? [] : faultRates.all.filter(rate => rate.session !== session)
      const count = faultRates.all.length - remaining.length
      faultRates.all = remaining
      return count
    },
    readMetrics: () => metricsCounters.snapshot(scheduler.openStreams)
  }
  const createSnapshot = (): GroupSnapshot => ({ additions, keys: keys.added, faults: faultRates.all })
  group.setHandler((name, args) =>
    name === 'snapshot'
      ? createSnapshot()
      : (commands[name as keyof ClusterCommands] as (...args: unknown[]) => unknown)(...args)
  )
  const earlier = (await group.snapshot()) as GroupSnapshot | undefined
  for (const addition of earlier?.additions ?? []) await commands.addFixtures(...addition)
  if (earlier) keys.set(earlier.keys)
  for (const rate of earlier?.faults ?? []) commands.addFaults(rate)
}
