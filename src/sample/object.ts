/** Objects: properties in the schema's order, all of them while shallow, only the required ones when deep. */
import type { Json } from '../core/openai-types.js'
import { isSchemaRecord } from './conforms.js'
import { isDeep, type SampleRun, type ValueContext } from './context.js'
import type { MergedSchema } from './merged-schema.js'
import { Unsatisfiable } from './subschemas.js'
import * as lists from './word-lists.js'

export function generateObject(run: SampleRun, merged: MergedSchema, context: ValueContext): Json {
  const names = selectNames(run, merged, context)
  // fromEntries makes own properties of every name, `__proto__` too.
  return Object.fromEntries(
    names.map(name => {
      const hint = { name, index: context.hint.index }
      return [
        name,
        run.generate(run.mergedSchemas.property(merged, name), { ...context, depth: context.depth + 1, hint })
      ]
    })
  )
}

function selectNames(run: SampleRun, merged: MergedSchema, context: ValueContext): string[] {
  const { object } = merged
  const chosen = new Set(object.required)
  const cost = (name: string) => run.costs.measure(run.mergedSchemas.property(merged, name))
  const allowed = object.names.filter(
    name => !chosen.has(name) && cost(name) < Infinity && isNameAllowed(run, merged, name)
  )
  const optionalNames = isDeep(run, context)
    ? []
    : allowed.filter(() => context.omitProbability === 0 || context.random.next() >= context.omitProbability)
  for (const name of optionalNames) if (chosen.size < object.max) addWithDependencies(merged, name, chosen)
  for (const name of [...chosen]) addWithDependencies(merged, name, chosen)
  for (const name of [...allowed].sort((a, b) => cost(a) - cost(b))) if (chosen.size < object.min) chosen.add(name)
  const addsNames =
    object.names.length === 0 && !isDeep(run, context) && context.omitProbability < 1 && isDictionary(merged)
  addOthers(run, merged, { context, chosen, targetSize: Math.min(object.max, Math.max(object.min, addsNames ? 2 : 0)) })
  if (chosen.size > object.max) throw new Unsatisfiable(merged.path, `it needs more than maxProperties ${object.max}`)
  const declared = object.names.filter(name => chosen.has(name))
  return [...declared, ...[...chosen].filter(name => !declared.includes(name))]
}

/** A property named by `dependentRequired` comes with those it depends on. */
function addWithDependencies(merged: MergedSchema, name: string, chosen: Set<string>) {
  const rest = [name]
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    chosen.add(next)
    for (const { schema } of merged.atoms) {
      const needs = isSchemaRecord(schema.dependentRequired) ? schema.dependentRequired[next] : undefined
      if (Array.isArray(needs)) rest.push(...needs.map(String).filter(each => !chosen.has(each)))
    }
  }
}

/** Whether the schema describes names it does not list: a dictionary. */
function isDictionary(merged: MergedSchema): boolean {
  return merged.atoms.some(
    ({ schema }) => isSchemaRecord(schema.additionalProperties) || isSchemaRecord(schema.patternProperties)
  )
}

function addOthers(
  run: SampleRun,
  merged: MergedSchema,
  { context, chosen, targetSize }: { context: ValueContext; chosen: Set<string>; targetSize: number }
) {
  for (let turn = 0; chosen.size < targetSize; turn++) {
    const name = pickOtherName(run, merged, { context, turn })
    const free = name !== undefined && !chosen.has(name) && isNameAllowed(run, merged, name)
    if (free && run.costs.measure(run.mergedSchemas.property(merged, name)) < Infinity) chosen.add(name)
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
  const named = merged.atoms.map(({ schema }) => schema.propertyNames).filter(isSchemaRecord)
  const listed = named.flatMap(names => (Array.isArray(names.enum) ? names.enum.map(String) : []))
  if (listed.length > 0) return context.random.pick(listed)
  const sources = [
    ...named.flatMap(({ pattern }) => (typeof pattern === 'string' ? [pattern] : [])),
    ...merged.atoms.flatMap(({ schema }) =>
      isSchemaRecord(schema.patternProperties) ? Object.keys(schema.patternProperties) : []
    )
  ]
  const source = sources[turn % Math.max(1, sources.length)]
  if (source !== undefined && turn % 3 < 2)
    return run.mergedSchemas.lookup.pattern(source).generate(context.random, 1, 40)
  const noun = context.random.pick(lists.sampleNouns)
  return turn < 4 ? noun : `${noun}_${turn}`
}

function isNameAllowed(run: SampleRun, merged: MergedSchema, name: string): boolean {
  return merged.atoms.every(
    ({ schema }) => schema.propertyNames === undefined || run.mergedSchemas.allows(schema.propertyNames, name)
  )
}
