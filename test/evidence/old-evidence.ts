/** Finds the errors and rules whose evidence has become old. */
import type { ErrorCatalog } from '../../src/core/api-error.js'
import { compareBySeen, listRuleEvidence, type RuleEntry } from '../../src/fixtures/errors-page.js'

export interface DatedEntry {
  kind: 'error' | 'rule'
  id: string
  evidence: string
  /** A month or a day; undefined for what was never seen. */
  seen: string | undefined
  source: string | undefined
}

/** All errors and rules of the service. Those of Standin itself need no evidence. */
export function listEvidence(catalog: ErrorCatalog, rules: readonly RuleEntry[]): DatedEntry[] {
  const errors = Object.entries(catalog)
    .filter(([, { evidence }]) => evidence !== 'standin')
    .map(([id, { evidence = 'inferred', seen, source }]): DatedEntry => ({ kind: 'error', id, evidence, seen, source }))
  return [...errors, ...listRuleEvidence(catalog, rules).map(rule => ({ kind: 'rule' as const, ...rule }))]
}

/** The entries whose evidence is more than a year older than a day, the oldest first. @param day such as `2026-08-29` */
export function findOldEvidence(entries: readonly DatedEntry[], day: string): DatedEntry[] {
  const limit = `${Number(day.slice(0, 4)) - 1}${day.slice(4)}`
  // A month is as new as its last day.
  return entries
    .filter(({ seen }) => seen !== undefined && seen.padEnd(10, '-31') < limit)
    .sort((a, b) => compareBySeen(b, a))
}

/** One line for each entry. */
export const formatOldEvidence = (entries: readonly DatedEntry[]): string =>
  entries
    .map(
      ({ kind, id, evidence, seen = '', source = '' }) =>
        `${seen.padEnd(10)}  ${kind.padEnd(5)}  ${evidence.padEnd(10)}  ${id}  (${source})\n`
    )
    .join('')
