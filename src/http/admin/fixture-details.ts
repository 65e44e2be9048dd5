/** Describes fixtures for people: their conditions in words, where they were used, and likely mistakes in them. */
import type { KeyMask } from '../../core/key-mask.js'
import type { Fixture } from '../../fixtures/fixture.js'
import { findWarnings } from '../../fixtures/warnings.js'
import type { ExchangeSummary } from '../../state/exchange-summary.js'
import { toFixtureJson } from './masked.js'

interface FixtureUse {
  /** Masked. */
  session: string
  /** How many requests of the session in the journal it replied to. */
  replies: number
}

/** @param summaries the requests of the journal, oldest first */
export function describeFixtures(
  all: readonly Fixture[],
  added: readonly Fixture[],
  summaries: readonly ExchangeSummary[],
  keyMask: KeyMask
) {
  const warnings = findWarnings(all)
  const uses = countUses(summaries)
  const lastMatched = new Map(summaries.map(({ fixture, at }) => [fixture, at]))
  return all.map(fixture => {
    const { name, location, session } = fixture
    return {
      ...toFixtureJson(fixture, keyMask),
      addedAtRunTime: added.includes(fixture),
      session: session === undefined ? undefined : keyMask(session),
      conditions: describeConditions(fixture),
      uses: uses.get(name) ?? [],
      lastMatched: lastMatched.get(name),
      warnings: warnings.filter(line => line.startsWith(`${location}: `)).map(line => line.slice(location.length + 2))
    }
  })
}

function describeConditions({ conditions, requiredState, probability, times }: Fixture): string[] {
  return [
    ...conditions.map(
      ({ key, expected }) => `expects ${key}${expected.startsWith('to ') ? '' : ':'} ${nameSecrets(expected)}`
    ),
    ...(requiredState === undefined ? [] : [`expects the session to be in the state "${requiredState}"`]),
    ...(probability === undefined ? [] : [`replies with a probability of ${probability}`]),
    ...(times === undefined ? [] : [`replies ${times} times in a session`])
  ]
}

/** Secrets are not shown, and a near miss words them as seen from another request. */
const nameSecrets = (expected: string) => expected.replaceAll(/to be another (key|secret)/g, 'to be a certain $1')

function countUses(summaries: readonly ExchangeSummary[]): Map<string, FixtureUse[]> {
  const byName = new Map<string, Map<string, FixtureUse>>()
  for (const { fixture, session } of summaries) {
    if (fixture === undefined) continue
    const uses = byName.get(fixture) ?? new Map<string, FixtureUse>()
    const use = uses.get(session) ?? { session, replies: 0 }
    use.replies++
    uses.set(session, use)
    byName.set(fixture, uses)
  }
  return new Map([...byName].map(([name, uses]) => [name, [...uses.values()]]))
}
