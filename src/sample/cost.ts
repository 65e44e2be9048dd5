/** The least that a value must cost, counted in nodes: what lets a recursive schema end, and tells when it cannot. */

import { most, type View, type Views } from './merged-schema.js'
import type { Kind } from './schema-kinds.js'
import { type Atom, type Choice, type Place, Unsatisfiable } from './subschemas.js'

export interface Costs {
  /** Nodes of the smallest value; Infinity when there is none. */
  of(view: View): number
  ofKind(view: View, kind: Kind): number
  /** The view's branches that can be met, each joined with the view. */
  branches(view: View, choice: Choice): View[]
  /** The innermost cause of an infinite cost. */
  explain(view: View): Unsatisfiable
}

export function createCosts(views: Views): Costs {
  const known = new Map<View, number>()

  const branchViews = (choice: Choice) =>
    choice.branches.map(branch => views.of([branch])).filter(branch => !branch.atoms.includes(choice.owner))

  /** Everything a smallest value of this kind holds: the views inside, each with how often. */
  const parts = (view: View, kind: Kind): { inner: View[]; count: number }[] => {
    if (kind === 'object')
      return [...view.object.required].map(name => ({ inner: [views.property(view, name)], count: 1 }))
    if (kind !== 'array') return []
    const prefix = Math.max(
      0,
      ...view.atoms.map(({ schema }) => (Array.isArray(schema.prefixItems) ? schema.prefixItems.length : 0))
    )
    const least = view.list.min
    const single = Array.from({ length: Math.min(prefix, least) }, (_, index) => ({
      inner: [views.item(view, index)],
      count: 1
    }))
    const rest = least > prefix ? [{ inner: [views.item(view, prefix)], count: least - prefix }] : []
    const contained = view.list.contains.map(({ place, count }) => ({ inner: [views.of([place])], count }))
    return [...single, ...rest, ...contained]
  }

  const neededBy = (view: View): View[] => {
    if (view.conflict || view.values) return []
    const inside = view.kinds.flatMap(kind => parts(view, kind).flatMap(part => part.inner))
    return [...inside, ...view.choices.flatMap(branchViews)]
  }

  const least = (list: View[]) => list.reduce((low, view) => Math.min(low, known.get(view) ?? Infinity), Infinity)
  const kindCost = (view: View, kind: Kind) =>
    parts(view, kind).reduce(
      (sum, { inner, count }) => limit(sum + count * least(inner)),
      kind === 'object' ? 1 + Math.max(0, view.object.min - view.object.required.size) : 1
    )
  const estimate = (view: View): number => {
    if (view.conflict) return Infinity
    if (view.values) return 1
    const own = view.kinds.reduce((low, kind) => Math.min(low, kindCost(view, kind)), Infinity)
    return view.choices.reduce((sum, choice) => limit(sum + least(branchViews(choice)) - 1), own)
  }

  /** Costs begin as infinite and fall until they rest, so a recursion that never ends stays infinite. */
  const settle = (start: View) => {
    const found = new Set([start])
    const users = new Map<View, View[]>()
    for (const view of found) {
      for (const inner of neededBy(view)) {
        if (!known.has(inner)) found.add(inner)
        const list = users.get(inner)
        if (list) list.push(view)
        else users.set(inner, [view])
      }
      if (found.size > most) throw new Unsatisfiable('#', 'it is too large', true)
    }
    let waiting = [...found].reverse()
    while (waiting.length > 0) {
      const next = new Set<View>()
      for (const view of waiting) {
        const cost = estimate(view)
        if (cost >= (known.get(view) ?? Infinity)) continue
        known.set(view, cost)
        for (const user of users.get(view) ?? []) next.add(user)
      }
      waiting = [...next]
    }
    for (const view of found) if (!known.has(view)) known.set(view, Infinity)
  }

  const of = (view: View) => {
    if (!known.has(view)) settle(view)
    return known.get(view)!
  }
  const ofKind = (view: View, kind: Kind) => {
    of(view)
    return kindCost(view, kind)
  }
  const branches = (view: View, { id, owner, branches: list }: Choice) => {
    // A schema that is nothing but its anyOf has said all once a branch is taken.
    const spent = id.endsWith('anyOf') && Object.keys(owner.schema).length === 1
    const kept = spent ? view.atoms.filter(atom => atom !== owner) : view.atoms
    const before = kept.map(({ schema, path }): Place => [schema, path])
    const decided = [...view.decided, id]
    const isCircular = (atom: Atom) =>
      atom === owner || (!view.atoms.includes(atom) && decided.includes(`${atom.id}anyOf`))
    return list
      .filter(branch => !views.of([branch]).atoms.some(isCircular))
      .map(branch => views.of([...before, branch], decided))
      .filter(joined => Number.isFinite(of(joined)))
  }

  const explain = (start: View): Unsatisfiable => {
    const seen = new Set<View>()
    let view = start
    while (!seen.has(view)) {
      seen.add(view)
      if (view.conflict) return new Unsatisfiable(view.conflict.path, view.conflict.reason)
      const inside = neededBy(view)
      const blocked = inside.filter(inner => known.get(inner) === Infinity)
      const broken = blocked.find(inner => inner.conflict) ?? blocked.find(inner => !seen.has(inner)) ?? blocked[0]
      if (!broken) return new Unsatisfiable(view.path, 'none of its branches can be met')
      view = broken
    }
    return new Unsatisfiable(view.path, 'its required recursion never ends')
  }
  return { of, ofKind, branches, explain }
}

/** Sums stay finite, so that what is merely huge is told from what is endless. */
const limit = (sum: number) => (sum === Infinity || Number.isNaN(sum) ? Infinity : Math.min(sum, 1e12))
