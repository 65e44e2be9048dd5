/** Generates arrays: a few items while shallow, only the required items when deep, unique items for `uniqueItems`. */

import type { Json } from '../core/openai-types.js'
import type { Schema } from '../core/schema.js'
import { noPrompt } from '../prompt/reading.js'
import { canonicalJson } from './conforms.js'
import { type MergedSchema, prefixLength, sampleTask } from './merged-schema.js'
import { listNumbers } from './number.js'
import { Unsatisfiable } from './subschemas.js'
import { forkRandom, isDeep, type SampleRun, type ValueContext } from './value-context.js'

/** Generates an array. Throws `Unsatisfiable` if too few items were found. */
export function generateArray(run: SampleRun, merged: MergedSchema, context: ValueContext): Json[] {
  const { list } = merged
  for (const { count } of list.contains) run.budget.spendWork(count, sampleTask)
  const requiredSubschemas = list.contains.flatMap(({ subschema, count }) =>
    Array.from({ length: count }, () => subschema)
  )
  const prefix = prefixLength(merged)
  const planned = context.plan?.items
  const least = Math.max(list.min, requiredSubschemas.length)
  const preferredLength =
    isDeep(run, context) || context.omitProbability === 1 ? least : Math.max(least, pickLength(context, prefix))
  const length = Math.min(
    list.max,
    Math.max(
      preferredLength,
      requiredSubschemas.length > 0 ? Math.min(list.max, prefix + requiredSubschemas.length) : 0
    )
  )
  const items: Json[] = []
  const seen = new Set<string>()
  for (let index = 0; index < length; index++) {
    let item = run.merger.item(merged, index)
    const part = requiredSubschemas[index - (length - requiredSubschemas.length)]
    if (part)
      item = run.merger.merge([...item.atoms.map(({ schema, path }) => [schema, path] as [Schema, string]), part])
    if (run.costs.measure(item) === Infinity) {
      if (items.length >= least) break
      throw run.costs.explain(item)
    }
    const value = generateItem(
      run,
      item,
      { ...context, depth: context.depth + 1, hint: { ...context.hint, index }, plan: planned?.[index] },
      list.unique ? seen : undefined
    )
    if (value === undefined) {
      if (items.length >= least) break
      throw new Unsatisfiable(merged.path, `no ${least} different items were found`)
    }
    items.push(value)
  }
  return items
}

/** The number of items that the prompt has or asks for, or else a few. */
function pickLength({ plan, random }: ValueContext, prefix: number): number {
  const known = plan?.items ?? plan?.count
  return known === undefined ? prefix || random.integer(1, 3) : Math.max(plan?.items?.length ?? 0, plan?.count ?? 0)
}

/** Generates one item; undefined if `seen` has every item that was found. */
function generateItem(
  run: SampleRun,
  merged: MergedSchema,
  context: ValueContext,
  seen: Set<string> | undefined
): Json | undefined {
  if (!seen) return run.generate(merged, context)
  const addIfNew = (value: Json) => {
    const key = canonicalJson(value)
    if (seen.has(key)) return false
    seen.add(key)
    return true
  }
  const all = listAllValues(merged)
  if (all) {
    run.budget.spendWork(2 * all.length, sampleTask)
    const left = all.filter(value => !seen.has(canonicalJson(value)))
    const value = left.length > 0 ? context.random.pick(left) : undefined
    return value !== undefined && addIfNew(value) ? value : undefined
  }
  for (let turn = 0; turn < 40; turn++) {
    // Later turns ignore the words of the prompt, which are the same each time.
    const prompt = turn < 2 ? context.prompt : noPrompt
    const index = (context.hint.index ?? 0) + turn
    const hint = turn > 10 ? { name: 'id', index } : { ...context.hint, index }
    const random = turn === 0 ? context.random : forkRandom(run, context.random, `${index}/${turn}`)
    const plan = turn < 2 ? context.plan : undefined
    const value = run.generate(merged, { ...context, random, hint, prompt, plan })
    if (addIfNew(value)) return value
  }
  return undefined
}

function listAllValues(merged: MergedSchema): Json[] | undefined {
  if (merged.values) return merged.values
  if (merged.needsCheck || merged.branchSets.length > 0 || merged.kinds.length !== 1) return undefined
  if (merged.kinds[0] === 'boolean') return [true, false]
  if (merged.kinds[0] === 'null') return [null]
  return merged.kinds[0] === 'number' ? listNumbers(merged.range, 1000) : undefined
}
