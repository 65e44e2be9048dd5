/** Adds and removes fixtures at run time, and keeps what a process that joins later has to add. */
import { findTemplateWarnings } from '../fixtures/warnings.js'
import { toFixtureJson } from '../http/admin/masked.js'
import type { AppContext, ClusterCommands } from '../http/context.js'

export interface FixtureAddition {
  data: unknown
  name: string
  session?: string
  /** The names of its fixtures that are left. */
  left: string[]
  hasStored: boolean
}

type FixtureCommands = Pick<ClusterCommands, 'addFixtures' | 'clearFixtures' | 'removeFixture'> & {
  additions(): readonly FixtureAddition[]
  /** Adds what another process had added, without what was removed since. */
  addAgain(addition: FixtureAddition): Promise<void>
}

export function createFixtureCommands(context: AppContext): FixtureCommands {
  const { compileFixtures, fixtures, journal, keyMask, log, sessions } = context
  let additions: readonly FixtureAddition[] = []
  const commands: FixtureCommands = {
    async addFixtures(data, name, session) {
      const compiled = await compileFixtures(data, name, session)
      for (const warning of compiled.fixtures.flatMap(findTemplateWarnings)) log.warn(warning)
      if (session !== undefined) sessions.touch(session, Date.now())
      fixtures.add(compiled.fixtures, compiled.stored)
      const left = compiled.fixtures.map(each => each.name)
      additions = [...additions, { data, name, session, left, hasStored: compiled.stored.length > 0 }]
      return { added: compiled.fixtures.map(each => toFixtureJson(each, keyMask)), stored: compiled.stored }
    },
    clearFixtures(session) {
      additions = session === undefined ? [] : additions.filter(each => each.session !== session)
      const removed = fixtures.clear(session)
      if (removed.size) journal.forgetFixtures(removed)
      return removed.size
    },
    removeFixture(name, session) {
      const removed = fixtures.remove(name, session)
      if (!removed.size) return 0
      additions = withoutFixture(additions, name, session)
      journal.forgetFixtures(removed)
      return removed.size
    },
    additions: () => additions,
    async addAgain({ data, name, session, left }) {
      const { added } = await commands.addFixtures(data, name, session)
      for (const each of added) if (!left.includes(each.name)) commands.removeFixture(each.name, session)
    }
  }
  return commands
}

/** An addition without fixtures is forgotten, so that tests may add and remove fixtures for ever. */
function withoutFixture(additions: readonly FixtureAddition[], name: string, session?: string): FixtureAddition[] {
  return additions
    .map(each => {
      const isMeant = session === undefined || each.session === session
      return isMeant ? { ...each, left: each.left.filter(other => other !== name) } : each
    })
    .filter(({ left, hasStored }) => left.length || hasStored)
}
