/** Arrays: a few items while shallow, no more than required when deep, different ones where asked. */

import type { Json } from '../core/openai-types.js'
import type { Schema } from '../core/schema.js'
import { canonical } from './conforms.js'
import { isDeep, type Run, type Spot } from './context.js'
import type { View } from './merged-schema.js'
import { allNumbers } from './number.js'
import { readPrompt } from './prompt-words.js'
import { Unsatisfiable } from './subschemas.js'

export function makeArray(run: Run, view: View, spot: Spot): Json[] {
  const { list } = view
  const needed = list.contains.flatMap(({ place, count }) => Array.from({ length: count }, () => place))
  const prefix = Math.max(
    0,
    ...view.atoms.map(({ schema }) => (Array.isArray(schema.prefixItems) ? schema.prefixItems.length : 0))
  )
  const least = Math.max(list.min, needed.length)
  const wished = isDeep(run, spot) || spot.lean === 1 ? least : Math.max(least, prefix || spot.chance.integer(1, 3))
  const length = Math.min(
    list.max,
    Math.max(wished, needed.length > 0 ? Math.min(list.max, prefix + needed.length) : 0)
  )
  const items: Json[] = []
  const seen = new Set<string>()
  for (let index = 0; index < length; index++) {
    let item = run.views.item(view, index)
    const part = needed[index - (length - needed.length)]
    if (part) item = run.views.of([...item.atoms.map(({ schema, path }) => [schema, path] as [Schema, string]), part])
    if (run.costs.of(item) === Infinity) {
      if (items.length >= least) break
      throw run.costs.explain(item)
    }
    const value = makeItem(
      run,
      item,
      { ...spot, level: spot.level + 1, hint: { ...spot.hint, index } },
      list.unique ? seen : undefined
    )
    if (value === undefined) {
      if (items.length >= least) break
      throw new Unsatisfiable(view.path, `no ${least} different items were found`)
    }
    items.push(value)
  }
  return items
}

/** One item; undefined when every item that was found is there already. */
function makeItem(run: Run, view: View, spot: Spot, seen: Set<string> | undefined): Json | undefined {
  if (!seen) return run.make(view, spot)
  const fresh = (value: Json) => {
    const key = canonical(value)
    if (seen.has(key)) return false
    seen.add(key)
    return true
  }
  const all = everyValue(view)
  if (all) {
    const left = all.filter(value => !seen.has(canonical(value)))
    const value = left.length > 0 ? spot.chance.pick(left) : undefined
    return value !== undefined && fresh(value) ? value : undefined
  }
  for (let turn = 0; turn < 40; turn++) {
    // Later turns go by without the prompt's words, which are the same each time.
    const prompt = turn < 2 ? spot.prompt : readPrompt([])
    const index = (spot.hint.index ?? 0) + turn
    const hint = turn > 10 ? { name: 'id', index } : { ...spot.hint, index }
    const chance = turn === 0 ? spot.chance : spot.chance.fork(`${index}/${turn}`)
    const value = run.make(view, { ...spot, chance, hint, prompt })
    if (fresh(value)) return value
  }
  return undefined
}

function everyValue(view: View): Json[] | undefined {
  if (view.values) return view.values
  if (view.checked || view.choices.length > 0 || view.kinds.length !== 1) return undefined
  if (view.kinds[0] === 'boolean') return [true, false]
  if (view.kinds[0] === 'null') return [null]
  return view.kinds[0] === 'number' ? allNumbers(view.range, 1000) : undefined
}
