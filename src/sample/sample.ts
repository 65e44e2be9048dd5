/** A value that satisfies a JSON schema: seeded, believable, and always ending. */

import type { Json } from '../core/openai-types.js'
import type { Chance } from '../core/random.js'
import type { Schema } from '../core/schema.js'
import { makeArray } from './array.js'
import { conforms } from './conforms.js'
import { isDeep, type Run, type Spot } from './context.js'
import { createCosts } from './cost.js'
import { createViews, most, type View } from './merged-schema.js'
import { makeNumber } from './number.js'
import { makeObject } from './object.js'
import { readPrompt } from './prompt-words.js'
import { believableNumber, type Hint } from './property-hints.js'
import type { Kind } from './schema-kinds.js'
import { makeString } from './string.js'
import { Unsatisfiable } from './subschemas.js'

export { Unsatisfiable }

export interface SampleOptions {
  chance: Chance
  /** Words of the prompt in their order, with their capitals. Strings use them where they fit. */
  words?: string[]
  /** Where `#` references lead, when that is not the schema itself. */
  root?: Schema
  /** Beyond this depth only what is required is made. Default 6. */
  maxDepth?: number
}

/** Throws `Unsatisfiable` when no value can exist, or when none was found within bounds. */
export function sample(schema: Schema, { chance, words = [], root = schema, maxDepth = 6 }: SampleOptions): Json {
  try {
    const views = createViews(root)
    const view = views.of([[schema, '#']])
    const costs = createCosts(views)
    const least = costs.of(view)
    if (least === Infinity) throw costs.explain(view)
    if (least > 2 * most) throw new Unsatisfiable(view.path, `its smallest value has more than ${2 * most} parts`)
    const budget = { made: 0, fuel: 3 * least + 50_000, retries: 2000 }
    const run: Run = { views, costs, maxDepth, ...budget, make: (inner, spot) => make(run, inner, spot) }
    return make(run, view, { chance, level: 0, lean: 0, hint: { name: '' }, prompt: readPrompt(words) })
  } catch (error) {
    if (error instanceof RangeError) throw new Unsatisfiable('#', 'it is nested too deeply')
    throw error
  }
}

const deepest = 400

function make(run: Run, view: View, spot: Spot): Json {
  if (spot.level > deepest) throw new Unsatisfiable('#', `its smallest value is nested more than ${deepest} deep`, true)
  run.made++
  if (run.fuel-- < 0) throw new Unsatisfiable(view.path, 'no value was found in a reasonable number of steps', true)
  if (run.costs.of(view) === Infinity) throw run.costs.explain(view)
  if (!view.checked) return decide(run, view, spot)
  let last: Unsatisfiable | undefined
  for (let turn = 0; turn < 60; turn++) {
    if (run.retries-- < 0) break
    try {
      const lean = Math.max(spot.lean, [0, 0.5, 1][turn % 3]!)
      const value = decide(run, view, { ...spot, lean, chance: turn === 0 ? spot.chance : spot.chance.fork(turn) })
      if (view.atoms.every(atom => conforms(atom.schema, value, run.views.lookup))) return value
    } catch (error) {
      if (!(error instanceof Unsatisfiable) || error.final) throw error
      last = error
    }
  }
  throw last ?? new Unsatisfiable(view.path, 'no value was found that meets its not, oneOf, if or similar conditions')
}

/** Settles one `anyOf`, `oneOf` or `if` after the other; with none left, writes the value. */
function decide(run: Run, view: View, spot: Spot): Json {
  const choice = view.choices[0]
  if (view.values || !choice) return write(run, view, spot)
  const joined = run.costs.branches(view, choice)
  if (joined.length === 0) {
    const single = choice.branches.length === 1 ? run.views.of([choice.branches[0]!]) : undefined
    if (single?.conflict) throw new Unsatisfiable(single.conflict.path, single.conflict.reason)
    throw new Unsatisfiable(`${choice.owner.path}/${choice.id.replace(/^\d+/, '')}`, 'none of its branches can be met')
  }
  let last: unknown
  for (const branch of ordered(run, joined, spot)) {
    try {
      return decide(run, branch, spot)
    } catch (error) {
      if (!(error instanceof Unsatisfiable) || error.final || run.retries-- < 0) throw error
      last = error
    }
  }
  throw last
}

function ordered(run: Run, branches: View[], spot: Spot): View[] {
  if (isDeep(run, spot)) return [...branches].sort((a, b) => run.costs.of(a) - run.costs.of(b))
  const telling = branches.filter(branch => branch.kinds.join() !== 'null')
  const pool = telling.length > 0 ? telling : branches
  const start = spot.chance.integer(0, pool.length - 1)
  return [...pool.slice(start), ...pool.slice(0, start), ...branches.filter(branch => !pool.includes(branch))]
}

function write(run: Run, view: View, spot: Spot): Json {
  if (view.values) return pickValue(view.values, spot)
  const hint = hintOf(view, spot.hint)
  const given = givenValue(run, view, spot)
  const kind = pickKind(run, view, spot)
  if (given !== undefined && !(kind === 'string' && spot.prompt.nouns.length + spot.prompt.people.length > 0))
    return given
  switch (kind) {
    case 'null':
      return null
    case 'boolean':
      return spot.chance.next() < 0.6
    case 'number':
      return makeNumber(view.range, spot.chance, believableNumber(hint, spot.prompt, spot.chance))
    case 'string': {
      const { text } = view
      const found = makeString(
        text,
        { ...hint, given: typeof given === 'string' ? given : undefined },
        spot.chance,
        spot.prompt
      )
      if (found !== undefined) return found
      const rules = [
        ...text.formats.map(format => `format ${format}`),
        ...text.patterns.map(pattern => `pattern "${pattern.source}"`),
        `a length of ${text.min} to ${text.max}`
      ]
      throw new Unsatisfiable(view.path, `no string was found with ${rules.join(', ')}`)
    }
    case 'array':
      return makeArray(run, view, { ...spot, hint })
    case 'object':
      return makeObject(run, view, spot)
  }
}

function pickValue(values: Json[], { chance, prompt }: Spot): Json {
  const said = values.find(value => typeof value === 'string' && prompt.all.has(value.toLowerCase()))
  if (said !== undefined) return said
  const telling = values.filter(value => value !== null)
  return chance.pick(telling.length > 0 ? telling : values)
}

function hintOf(view: View, hint: Hint): Hint {
  const told = (keyword: string) =>
    view.atoms.map(({ schema }) => schema[keyword]).find(value => typeof value === 'string') as string | undefined
  return { ...hint, title: told('title') ?? hint.title, description: told('description') ?? hint.description }
}

/** The schema's own example or default, when it satisfies the schema it stands in. */
function givenValue(run: Run, view: View, { chance }: Spot): Json | undefined {
  for (const { schema } of view.atoms) {
    const examples = Array.isArray(schema.examples) && schema.examples.length > 0 ? [chance.pick(schema.examples)] : []
    for (const value of [schema.example, ...examples, schema.default]) {
      if (value === undefined || value === null || value === '') continue
      if (view.atoms.every(atom => conforms(atom.schema, value as Json, run.views.lookup)))
        return structuredClone(value) as Json
    }
  }
  return undefined
}

function pickKind(run: Run, view: View, spot: Spot): Kind {
  const possible = view.kinds.filter(kind => run.costs.ofKind(view, kind) < Infinity)
  const anything = view.kinds.length === 6
  if (anything) return 'string'
  if (isDeep(run, spot))
    return possible.reduce((a, b) => (run.costs.ofKind(view, b) < run.costs.ofKind(view, a) ? b : a))
  const telling = possible.filter(kind => kind !== 'null')
  return telling.length > 0 ? spot.chance.pick(telling) : 'null'
}
