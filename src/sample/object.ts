/** Generates objects: all properties while shallow, only the required properties when deep, in the schema's order. */
import { isObject } from '../core/json-pointer.js'
import type { Json } from '../core/openai-types.js'
import * as lists from '../prompt/word-lists.js'
import { type MergedSchema, sampleTask } from './merged-schema.js'
import { Unsatisfiable } from './subschemas.js'
import { isDeep, type SampleRun, type ValueContext } from './value-context.js'
import type { ValuePlan } from './value-slots.js'

/** Generates an object. Throws `Unsatisfiable` if its properties cannot be chosen. */
export function generateObject(run: SampleRun, merged: MergedSchema, context: ValueContext): Json {
  const names = selectNames(run, merged, context)
  // fromEntries creates a property for every name, even for `__proto__`.
  return Object.fromEntries(
    names.map(name => {
      const hint = { name, index: context.hint.index }
      const plan = context.plan?.properties?.get(name)
      return [
        name,
        run.generate(run.merger.property(merged, name), { ...context, depth: context.depth + 1, hint, plan })
      ]
    })
  )
}

function selectNames(run: SampleRun, merged: MergedSchema, context: ValueContext): string[] {
  const { object } = merged
  const chosen = new Set(object.required)
  const cost = (name: string) => run.costs.measure(run.merger.property(merged, name))
  const allowed = object.names.filter(
    name => !chosen.has(name) && cost(name) < Infinity && isNameAllowed(run, merged, name)
  )
  // Without a required property, all are.
  const omits = run.omitsUnsaid && object.required.size > 0
  const optionalNames = isDeep(run, context)
    ? []
    : allowed
        .filter(() => context.omitProbability === 0 || context.random.next() >= context.omitProbability)
        .filter(name => !isUnsaid(context, name) && (!omits || hasValue(context.plan?.properties?.get(name))))
  for (const name of optionalNames) if (chosen.size < object.max) addWithDependencies(run, merged, name, chosen)
  for (const name of [...chosen]) addWithDependencies(run, merged, name, chosen)
  for (const name of [...allowed].sort((a, b) => cost(a) - cost(b))) if (chosen.size < object.min) chosen.add(name)
  const addsNames =
    object.names.length === 0 && !isDeep(run, context) && context.omitProbability < 1 && isDictionary(merged)
  addOthers(run, merged, { context, chosen, targetSize: Math.min(object.max, Math.max(object.min, addsNames ? 2 : 0)) })
  if (chosen.size > object.max) throw new Unsatisfiable(merged.path, `it needs more than maxProperties ${object.max}`)
  const declared = new Set(object.names.filter(name => chosen.has(name)))
  return [...declared, ...[...chosen].filter(name => !declared.has(name))]
}

/** Whether a prompt has a text of its own, which does not say what a property is. */
function isUnsaid({ plan, prompt }: ValueContext, name: string): boolean {
  const part = plan?.properties?.get(name)
  return prompt.task !== '' && part?.isMissing === true && part.value === undefined && !part.items
}

/** Whether the prompt has a value for a part. */
const hasValue = (plan: ValuePlan | undefined): boolean =>
  plan !== undefined &&
  !plan.isMissing &&
  (plan.value !== undefined ||
    (plan.items?.length ?? plan.count ?? 0) > 0 ||
    [...(plan.properties?.values() ?? [])].some(hasValue))

/** Adds a property and all properties that it requires through `dependentRequired`. */
function addWithDependencies({ budget }: SampleRun, merged: MergedSchema, name: string, chosen: Set<string>) {
  const rest = [name]
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    chosen.add(next)
    for (const { schema } of merged.atoms) {
      const needs = isObject(schema.dependentRequired) ? schema.dependentRequired[next] : undefined
      if (!Array.isArray(needs)) continue
      budget.spendWork(needs.length, sampleTask)
      for (const need of needs.map(String)) if (!chosen.has(need)) rest.push(need)
    }
  }
}

/** Whether the schema describes properties that it does not name. */
function isDictionary(merged: MergedSchema): boolean {
  return merged.atoms.some(({ schema }) => isObject(schema.additionalProperties) || isObject(schema.patternProperties))
}

function addOthers(
  run: SampleRun,
  merged: MergedSchema,
  { context, chosen, targetSize }: { context: ValueContext; chosen: Set<string>; targetSize: number }
) {
  for (let turn = 0; chosen.size < targetSize; turn++) {
    run.budget.spendWork(3 + 3 * merged.atoms.length, sampleTask)
    const name = pickOtherName(run, merged, { context, turn })
    const free = name !== undefined && !chosen.has(name) && isNameAllowed(run, merged, name)
    if (free && run.costs.measure(run.merger.property(merged, name)) < Infinity) chosen.add(name)
    else if (turn > 200 + 3 * targetSize) {
      if (chosen.size >= merged.object.min) return
      throw new Unsatisfiable(merged.path, `no ${merged.object.min} properties are allowed here`)
    }
  }
}

function pickOtherName(
  run: SampleRun,
  merged: MergedSchema,
  { context, turn }: { context: ValueContext; turn: number }
): string | undefined {
  const named = merged.atoms.map(({ schema }) => schema.propertyNames).filter(isObject)
  const listed = named.flatMap(names => (Array.isArray(names.enum) ? names.enum.map(String) : []))
  run.budget.spendWork(Math.ceil(listed.length / 4), sampleTask)
  if (listed.length > 0) return context.random.pick(listed)
  const sources = [
    ...named.flatMap(({ pattern }) => (typeof pattern === 'string' ? [pattern] : [])),
    ...merged.atoms.flatMap(({ schema }) =>
      isObject(schema.patternProperties) ? Object.keys(schema.patternProperties) : []
    )
  ]
  const source = sources[turn % Math.max(1, sources.length)]
  if (source !== undefined && turn % 3 < 2) return run.merger.lookup.pattern(source).generate(context.random, 1, 40)
  const noun = context.random.pick(lists.sampleNouns)
  return turn < 4 ? noun : `${noun}_${turn}`
}

function isNameAllowed(run: SampleRun, merged: MergedSchema, name: string): boolean {
  return merged.atoms.every(
    ({ schema }) => schema.propertyNames === undefined || run.merger.allows(schema.propertyNames, name)
  )
}
