/** Computes the fewest nodes of a value of each merged schema, so that recursive schemas end, or are found to be endless. */

import { type MergedSchema, maxSize, prefixLength, type ValueKind } from './merged-schema.js'
import type { SchemaMerger } from './schema-merger.js'
import { type Atom, type BranchSet, type Subschema, Unsatisfiable } from './subschemas.js'

/** The costs of the schemas of one merger. */
export class CostTable {
  readonly #costs = new Map<MergedSchema, number>()

  constructor(private readonly merger: SchemaMerger) {}

  /** The nodes of the smallest value; Infinity if no value exists. */
  measure(merged: MergedSchema): number {
    if (!this.#costs.has(merged)) this.#computeCosts(merged)
    return this.#costs.get(merged)!
  }

  /** The nodes of the smallest value of one kind. */
  measureKind(merged: MergedSchema, kind: ValueKind): number {
    this.measure(merged)
    return this.#kindCost(merged, kind)
  }

  /** Merges each branch of a set with the schema, and returns those that have a value. */
  feasibleBranches(merged: MergedSchema, { id, owner, branches }: BranchSet): MergedSchema[] {
    // A schema with nothing but `anyOf` adds no rule after its branch is chosen.
    const isOnlyAnyOf = id.endsWith('anyOf') && Object.keys(owner.schema).length === 1
    this.merger.lookup.spend(2 * branches.length * (1 + merged.atoms.length))
    const remaining = isOnlyAnyOf ? merged.atoms.filter(atom => atom !== owner) : merged.atoms
    const remainingSubschemas = remaining.map(({ schema, path }): Subschema => [schema, path])
    const chosenIds = [...merged.chosenIds, id]
    const isCircular = (atom: Atom) =>
      atom === owner || (!merged.atoms.includes(atom) && chosenIds.includes(`${atom.id}anyOf`))
    return branches
      .filter(branch => !this.merger.merge([branch]).atoms.some(isCircular))
      .map(branch => this.merger.merge([...remainingSubschemas, branch], chosenIds))
      .filter(joined => Number.isFinite(this.measure(joined)))
  }

  /** Finds the innermost cause of an infinite cost. */
  explain(start: MergedSchema): Unsatisfiable {
    const seen = new Set<MergedSchema>()
    let merged = start
    while (!seen.has(merged)) {
      seen.add(merged)
      if (merged.conflict) return new Unsatisfiable(merged.conflict.path, merged.conflict.reason)
      const blocked = this.#listInner(merged).filter(inner => this.#costs.get(inner) === Infinity)
      const broken = blocked.find(inner => inner.conflict) ?? blocked.find(inner => !seen.has(inner)) ?? blocked[0]
      if (!broken) return new Unsatisfiable(merged.path, 'none of its branches can be met')
      merged = broken
    }
    return new Unsatisfiable(merged.path, 'its required recursion never ends')
  }

  /** Costs start at Infinity and fall until none changes, so the cost of an endless recursion stays Infinity. */
  #computeCosts(start: MergedSchema): void {
    const { reached, users } = this.#reachFrom(start)
    let waiting = [...reached].reverse()
    while (waiting.length > 0) {
      const next = new Set<MergedSchema>()
      for (const merged of waiting) {
        const cost = this.#estimate(merged)
        if (cost >= (this.#costs.get(merged) ?? Infinity)) continue
        this.#costs.set(merged, cost)
        for (const user of users.get(merged) ?? []) next.add(user)
      }
      waiting = [...next]
    }
    for (const merged of reached) if (!this.#costs.has(merged)) this.#costs.set(merged, Infinity)
  }

  /** Collects the schemas inside a schema that have no cost yet, and the users of each inner schema. */
  #reachFrom(start: MergedSchema): { reached: Set<MergedSchema>; users: Map<MergedSchema, MergedSchema[]> } {
    const reached = new Set([start])
    const users = new Map<MergedSchema, MergedSchema[]>()
    for (const merged of reached) {
      for (const inner of this.#listInner(merged)) {
        if (!this.#costs.has(inner)) reached.add(inner)
        const list = users.get(inner)
        if (list) list.push(merged)
        else users.set(inner, [merged])
      }
      if (reached.size > maxSize) throw new Unsatisfiable('#', 'it is too large', true)
    }
    return { reached, users }
  }

  #estimate(merged: MergedSchema): number {
    this.merger.lookup.spend(2)
    if (merged.conflict) return Infinity
    if (merged.values) return 1
    const minKindCost = merged.kinds.reduce((low, kind) => Math.min(low, this.#kindCost(merged, kind)), Infinity)
    return merged.branchSets.reduce(
      (sum, branchSet) => capCost(sum + this.#cheapest(this.#mergeBranches(branchSet)) - 1),
      minKindCost
    )
  }

  #kindCost(merged: MergedSchema, kind: ValueKind): number {
    return this.#listParts(merged, kind).reduce(
      (sum, { inner, count }) => capCost(sum + count * (this.#costs.get(inner) ?? Infinity)),
      kind === 'object' ? 1 + Math.max(0, merged.object.min - merged.object.required.size) : 1
    )
  }

  #cheapest(schemas: MergedSchema[]): number {
    return schemas.reduce((low, merged) => Math.min(low, this.#costs.get(merged) ?? Infinity), Infinity)
  }

  #listInner(merged: MergedSchema): MergedSchema[] {
    if (merged.conflict || merged.values) return []
    const parts = merged.kinds.flatMap(kind => this.#listParts(merged, kind).map(part => part.inner))
    return [...parts, ...merged.branchSets.flatMap(branchSet => this.#mergeBranches(branchSet))]
  }

  /** Lists the schemas of the parts of a smallest value, each with its count. */
  #listParts(merged: MergedSchema, kind: ValueKind): { inner: MergedSchema; count: number }[] {
    const { merger } = this
    if (kind === 'object') merger.lookup.spend(merged.object.required.size)
    if (kind === 'object')
      return [...merged.object.required].map(name => ({ inner: merger.property(merged, name), count: 1 }))
    if (kind !== 'array') return []
    const prefix = prefixLength(merged)
    const minItems = merged.list.min
    merger.lookup.spend(4 * Math.min(prefix, minItems))
    const single = Array.from({ length: Math.min(prefix, minItems) }, (_, index) => ({
      inner: merger.item(merged, index),
      count: 1
    }))
    const rest = minItems > prefix ? [{ inner: merger.item(merged, prefix), count: minItems - prefix }] : []
    const contained = merged.list.contains.map(({ subschema, count }) => ({ inner: merger.merge([subschema]), count }))
    return [...single, ...rest, ...contained]
  }

  #mergeBranches({ branches, owner }: BranchSet): MergedSchema[] {
    return branches.map(branch => this.merger.merge([branch])).filter(branch => !branch.atoms.includes(owner))
  }
}

/** Limits a finite sum, so that a huge cost differs from an endless one. */
const capCost = (sum: number) => (sum === Infinity || Number.isNaN(sum) ? Infinity : Math.min(sum, 1e12))
