/** Objects: properties in the schema's order, all of them while shallow, only the required ones when deep. */
import type { Json } from '../core/openai-types.js'
import { isSchema } from './conforms.js'
import { isDeep, type Run, type Spot } from './context.js'
import type { View } from './merged-schema.js'
import { Unsatisfiable } from './subschemas.js'
import * as lists from './word-lists.js'

export function makeObject(run: Run, view: View, spot: Spot): Json {
  const names = namesOf(run, view, spot)
  // fromEntries makes own properties of every name, `__proto__` too.
  return Object.fromEntries(
    names.map(name => {
      const hint = { name, index: spot.hint.index }
      return [name, run.make(run.views.property(view, name), { ...spot, level: spot.level + 1, hint })]
    })
  )
}

function namesOf(run: Run, view: View, spot: Spot): string[] {
  const { object } = view
  const chosen = new Set(object.required)
  const cost = (name: string) => run.costs.of(run.views.property(view, name))
  const allowed = object.names.filter(name => !chosen.has(name) && cost(name) < Infinity && nameFits(run, view, name))
  const wanted = isDeep(run, spot) ? [] : allowed.filter(() => spot.lean === 0 || spot.chance.next() >= spot.lean)
  for (const name of wanted) if (chosen.size < object.max) addWithNeeds(view, name, chosen)
  for (const name of [...chosen]) addWithNeeds(view, name, chosen)
  for (const name of [...allowed].sort((a, b) => cost(a) - cost(b))) if (chosen.size < object.min) chosen.add(name)
  const map = object.names.length === 0 && !isDeep(run, spot) && spot.lean < 1 && isMap(view)
  addOthers(run, view, { spot, chosen, wanted: Math.min(object.max, Math.max(object.min, map ? 2 : 0)) })
  if (chosen.size > object.max) throw new Unsatisfiable(view.path, `it needs more than maxProperties ${object.max}`)
  const declared = object.names.filter(name => chosen.has(name))
  return [...declared, ...[...chosen].filter(name => !declared.includes(name))]
}

/** A property named by `dependentRequired` comes with those it depends on. */
function addWithNeeds(view: View, name: string, chosen: Set<string>) {
  const rest = [name]
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    chosen.add(next)
    for (const { schema } of view.atoms) {
      const needs = isSchema(schema.dependentRequired) ? schema.dependentRequired[next] : undefined
      if (Array.isArray(needs)) rest.push(...needs.map(String).filter(each => !chosen.has(each)))
    }
  }
}

/** Whether the schema describes names it does not list: a dictionary. */
function isMap(view: View): boolean {
  return view.atoms.some(({ schema }) => isSchema(schema.additionalProperties) || isSchema(schema.patternProperties))
}

function addOthers(
  run: Run,
  view: View,
  { spot, chosen, wanted }: { spot: Spot; chosen: Set<string>; wanted: number }
) {
  for (let turn = 0; chosen.size < wanted; turn++) {
    const name = otherName(run, view, { spot, turn })
    const free = name !== undefined && !chosen.has(name) && nameFits(run, view, name)
    if (free && run.costs.of(run.views.property(view, name)) < Infinity) chosen.add(name)
    else if (turn > 200 + 3 * wanted) {
      if (chosen.size >= view.object.min) return
      throw new Unsatisfiable(view.path, `no ${view.object.min} properties are allowed here`)
    }
  }
}

function otherName(run: Run, view: View, { spot, turn }: { spot: Spot; turn: number }): string | undefined {
  const named = view.atoms.map(({ schema }) => schema.propertyNames).filter(isSchema)
  const listed = named.flatMap(names => (Array.isArray(names.enum) ? names.enum.map(String) : []))
  if (listed.length > 0) return spot.chance.pick(listed)
  const sources = [
    ...named.flatMap(({ pattern }) => (typeof pattern === 'string' ? [pattern] : [])),
    ...view.atoms.flatMap(({ schema }) =>
      isSchema(schema.patternProperties) ? Object.keys(schema.patternProperties) : []
    )
  ]
  const source = sources[turn % Math.max(1, sources.length)]
  if (source !== undefined && turn % 3 < 2) return run.views.lookup.pattern(source).generate(spot.chance, 1, 40)
  const noun = spot.chance.pick(lists.nouns)
  return turn < 4 ? noun : `${noun}_${turn}`
}

function nameFits(run: Run, view: View, name: string): boolean {
  return view.atoms.every(
    ({ schema }) => schema.propertyNames === undefined || run.views.allows(schema.propertyNames, name)
  )
}
