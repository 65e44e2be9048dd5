/** The least that a value must cost, counted in nodes: what lets a recursive schema end, and tells when it cannot. */

import { type MergedSchema, type MergedSchemas, maxSize } from './merged-schema.js'
import type { ValueKind } from './schema-kinds.js'
import { type Atom, type BranchSet, type Subschema, Unsatisfiable } from './subschemas.js'

export interface Costs {
  /** Nodes of the smallest value; Infinity when there is none. */
  measure(merged: MergedSchema): number
  measureKind(merged: MergedSchema, kind: ValueKind): number
  /** The view's branches that can be met, each joined with the view. */
  feasibleBranches(merged: MergedSchema, branchSet: BranchSet): MergedSchema[]
  /** The innermost cause of an infinite cost. */
  explain(merged: MergedSchema): Unsatisfiable
}

export function createCosts(mergedSchemas: MergedSchemas): Costs {
  const costs = new Map<MergedSchema, number>()

  const mergeBranches = (branchSet: BranchSet) =>
    branchSet.branches
      .map(branch => mergedSchemas.merge([branch]))
      .filter(branch => !branch.atoms.includes(branchSet.owner))

  /** Everything a smallest value of this kind holds: the views inside, each with how often. */
  const parts = (merged: MergedSchema, kind: ValueKind): { inner: MergedSchema[]; count: number }[] => {
    if (kind === 'object')
      return [...merged.object.required].map(name => ({ inner: [mergedSchemas.property(merged, name)], count: 1 }))
    if (kind !== 'array') return []
    const prefix = Math.max(
      0,
      ...merged.atoms.map(({ schema }) => (Array.isArray(schema.prefixItems) ? schema.prefixItems.length : 0))
    )
    const minItems = merged.list.min
    const single = Array.from({ length: Math.min(prefix, minItems) }, (_, index) => ({
      inner: [mergedSchemas.item(merged, index)],
      count: 1
    }))
    const rest = minItems > prefix ? [{ inner: [mergedSchemas.item(merged, prefix)], count: minItems - prefix }] : []
    const contained = merged.list.contains.map(({ subschema, count }) => ({
      inner: [mergedSchemas.merge([subschema])],
      count
    }))
    return [...single, ...rest, ...contained]
  }

  const listInner = (merged: MergedSchema): MergedSchema[] => {
    if (merged.conflict || merged.values) return []
    const inside = merged.kinds.flatMap(kind => parts(merged, kind).flatMap(part => part.inner))
    return [...inside, ...merged.branchSets.flatMap(mergeBranches)]
  }

  const cheapest = (list: MergedSchema[]) =>
    list.reduce((low, merged) => Math.min(low, costs.get(merged) ?? Infinity), Infinity)
  const kindCost = (merged: MergedSchema, kind: ValueKind) =>
    parts(merged, kind).reduce(
      (sum, { inner, count }) => capCost(sum + count * cheapest(inner)),
      kind === 'object' ? 1 + Math.max(0, merged.object.min - merged.object.required.size) : 1
    )
  const estimate = (merged: MergedSchema): number => {
    if (merged.conflict) return Infinity
    if (merged.values) return 1
    const minKindCost = merged.kinds.reduce((low, kind) => Math.min(low, kindCost(merged, kind)), Infinity)
    return merged.branchSets.reduce(
      (sum, branchSet) => capCost(sum + cheapest(mergeBranches(branchSet)) - 1),
      minKindCost
    )
  }

  /** Costs begin as infinite and fall until they rest, so a recursion that never ends stays infinite. */
  const computeCosts = (start: MergedSchema) => {
    const found = new Set([start])
    const users = new Map<MergedSchema, MergedSchema[]>()
    for (const merged of found) {
      for (const inner of listInner(merged)) {
        if (!costs.has(inner)) found.add(inner)
        const list = users.get(inner)
        if (list) list.push(merged)
        else users.set(inner, [merged])
      }
      if (found.size > maxSize) throw new Unsatisfiable('#', 'it is too large', true)
    }
    let waiting = [...found].reverse()
    while (waiting.length > 0) {
      const next = new Set<MergedSchema>()
      for (const merged of waiting) {
        const cost = estimate(merged)
        if (cost >= (costs.get(merged) ?? Infinity)) continue
        costs.set(merged, cost)
        for (const user of users.get(merged) ?? []) next.add(user)
      }
      waiting = [...next]
    }
    for (const merged of found) if (!costs.has(merged)) costs.set(merged, Infinity)
  }

  const measure = (merged: MergedSchema) => {
    if (!costs.has(merged)) computeCosts(merged)
    return costs.get(merged)!
  }
  const measureKind = (merged: MergedSchema, kind: ValueKind) => {
    measure(merged)
    return kindCost(merged, kind)
  }
  const feasibleBranches = (merged: MergedSchema, { id, owner, branches: list }: BranchSet) => {
    // A schema that is nothing but its anyOf has said all once a branch is taken.
    const isOnlyAnyOf = id.endsWith('anyOf') && Object.keys(owner.schema).length === 1
    const remaining = isOnlyAnyOf ? merged.atoms.filter(atom => atom !== owner) : merged.atoms
    const remainingSubschemas = remaining.map(({ schema, path }): Subschema => [schema, path])
    const chosenIds = [...merged.chosenIds, id]
    const isCircular = (atom: Atom) =>
      atom === owner || (!merged.atoms.includes(atom) && chosenIds.includes(`${atom.id}anyOf`))
    return list
      .filter(branch => !mergedSchemas.merge([branch]).atoms.some(isCircular))
      .map(branch => mergedSchemas.merge([...remainingSubschemas, branch], chosenIds))
      .filter(joined => Number.isFinite(measure(joined)))
  }

  const explain = (start: MergedSchema): Unsatisfiable => {
    const seen = new Set<MergedSchema>()
    let merged = start
    while (!seen.has(merged)) {
      seen.add(merged)
      if (merged.conflict) return new Unsatisfiable(merged.conflict.path, merged.conflict.reason)
      const inside = listInner(merged)
      const blocked = inside.filter(inner => costs.get(inner) === Infinity)
      const broken = blocked.find(inner => inner.conflict) ?? blocked.find(inner => !seen.has(inner)) ?? blocked[0]
      if (!broken) return new Unsatisfiable(merged.path, 'none of its branches can be met')
      merged = broken
    }
    return new Unsatisfiable(merged.path, 'its required recursion never ends')
  }
  return { measure, measureKind, feasibleBranches, explain }
}

/** Sums stay finite, so that what is merely huge is told from what is endless. */
const capCost = (sum: number) => (sum === Infinity || Number.isNaN(sum) ? Infinity : Math.min(sum, 1e12))
