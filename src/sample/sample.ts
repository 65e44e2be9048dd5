/** Generates a plausible value that satisfies a JSON schema, the same for the same seed and in bounded time. */
import { Budget } from '../core/budget.js'
import type { Json } from '../core/openai-types.js'
import type { Random } from '../core/random.js'
import type { Schema } from '../core/schema.js'
import { noPrompt, PromptReading } from '../prompt/reading.js'
import type { PromptValue } from '../prompt/value.js'
import { generateArray } from './array.js'
import { conformsToSchema } from './conforms.js'
import { CostTable } from './cost.js'
import { type MergedSchema, maxSize, sampleTask } from './merged-schema.js'
import { generateNumber } from './number.js'
import { suggestNumber } from './number-hints.js'
import { generateObject } from './object.js'
import type { PropertyHint } from './property-hints.js'
import { SchemaMerger } from './schema-merger.js'
import { generateString } from './string.js'
import { Unsatisfiable } from './subschemas.js'
import { forkRandom, isDeep, pickKind, type SampleRun, type ValueContext } from './value-context.js'
import { planValues } from './value-plan.js'

export { Unsatisfiable }

/** How a value is generated. */
export interface SampleOptions {
  random: Random
  /** The prompt, or its reading where several values are generated for one prompt. Its values go to the properties that they fit. */
  prompt?: string | PromptReading
  /** The values of the prompt that may be used. @default all values */
  values?: readonly PromptValue[]
  /** The document that `#` references lead into. @default the schema itself */
  root?: Schema
  /** Below this depth only required parts are generated. @default 6 */
  maxDepth?: number
  /** Whether optional properties are left out if the prompt has no value for them. @default false */
  omitsUnsaid?: boolean
  /** What the value may cost. @default the budget of one response */
  budget?: Budget
}

/**
 * Generates a value. Throws `Unsatisfiable` if no value exists, or if none was found within the limits, and the API error
 * `budget_exceeded` above the budget.
 */
export function sample(
  schema: Schema,
  {
    random,
    prompt = '',
    values,
    root = schema,
    maxDepth = 6,
    omitsUnsaid = false,
    budget = new Budget()
  }: SampleOptions
): Json {
  try {
    const merger = new SchemaMerger(root, budget)
    const merged = merger.merge([[schema, '#']])
    const costs = new CostTable(merger)
    const minCost = costs.measure(merged)
    if (minCost === Infinity) throw costs.explain(merged)
    if (minCost > 2 * maxSize)
      throw new Unsatisfiable(merged.path, `its smallest value has more than ${2 * maxSize} parts`)
    const run: SampleRun = {
      budget,
      merger,
      costs,
      maxDepth,
      omitsUnsaid,
      valueCount: 0,
      listedSizes: new Map(),
      stepsLeft: 3 * minCost + 50_000,
      retriesLeft: 2000,
      generate: (inner, context) => generateValue(run, inner, context)
    }
    const reading = typeof prompt === 'string' ? new PromptReading(prompt, budget) : prompt
    return generateValue(run, merged, {
      random,
      depth: 0,
      omitProbability: 0,
      hint: { name: '' },
      prompt: reading,
      plan: reading.text === '' ? undefined : planValues({ merger, reading }, merged, values ?? reading.values)?.plan
    })
  } catch (error) {
    if (error instanceof RangeError) throw new Unsatisfiable('#', 'it is nested too deeply')
    throw error
  }
}

const maxValueDepth = 400
const unitsPerValue = 16
const bytesPerValue = 64

function generateValue(run: SampleRun, merged: MergedSchema, context: ValueContext): Json {
  if (context.depth > maxValueDepth)
    throw new Unsatisfiable('#', `its smallest value is nested more than ${maxValueDepth} deep`, true)
  run.valueCount++
  run.budget.spendWork(unitsPerValue + merged.atoms.length, sampleTask)
  run.budget.spendBytes(bytesPerValue, sampleTask)
  if (run.stepsLeft-- < 0)
    throw new Unsatisfiable(merged.path, 'no value was found in a reasonable number of steps', true)
  if (run.costs.measure(merged) === Infinity) throw run.costs.explain(merged)
  const planned = context.plan?.value
  if (planned !== undefined && merged.atoms.every(atom => conformsToSchema(atom.schema, planned, run.merger.lookup)))
    return spendListed(run, planned)
  if (!merged.needsCheck) return chooseBranch(run, merged, context)
  let lastError: Unsatisfiable | undefined
  for (let turn = 0; turn < 60; turn++) {
    if (run.retriesLeft-- < 0) break
    try {
      const omitProbability = Math.max(context.omitProbability, [0, 0.5, 1][turn % 3]!)
      const value = chooseBranch(run, merged, {
        ...context,
        omitProbability,
        // Values of the prompt that a condition forbids are given up after a few tries.
        plan: turn < 3 ? context.plan : undefined,
        prompt: turn < 3 ? context.prompt : noPrompt,
        random: turn === 0 ? context.random : forkRandom(run, context.random, turn)
      })
      if (merged.atoms.every(atom => conformsToSchema(atom.schema, value, run.merger.lookup))) return value
    } catch (error) {
      if (!(error instanceof Unsatisfiable) || error.isFinal) throw error
      lastError = error
    }
  }
  throw (
    lastError ??
    new Unsatisfiable(merged.path, 'no value was found that meets its not, oneOf, if or similar conditions')
  )
}

/** Chooses a branch of one `anyOf`, `oneOf` or `if` after the other, then generates the value. */
function chooseBranch(run: SampleRun, merged: MergedSchema, context: ValueContext): Json {
  const branchSet = merged.branchSets[0]
  if (merged.values || !branchSet) return generateKind(run, merged, context)
  const joined = run.costs.feasibleBranches(merged, branchSet)
  if (joined.length === 0) {
    const single = branchSet.branches.length === 1 ? run.merger.merge([branchSet.branches[0]!]) : undefined
    if (single?.conflict) throw new Unsatisfiable(single.conflict.path, single.conflict.reason)
    throw new Unsatisfiable(
      `${branchSet.owner.path}/${branchSet.id.replace(/^\d+/, '')}`,
      'none of its branches can be met'
    )
  }
  let lastError: unknown
  for (const branch of orderBranches(run, joined, context)) {
    try {
      return chooseBranch(run, branch, context)
    } catch (error) {
      if (!(error instanceof Unsatisfiable) || error.isFinal || run.retriesLeft-- < 0) throw error
      lastError = error
    }
  }
  throw lastError
}

function orderBranches(run: SampleRun, branches: MergedSchema[], context: ValueContext): MergedSchema[] {
  if (isDeep(run, context)) return [...branches].sort((a, b) => run.costs.measure(a) - run.costs.measure(b))
  const nonNull = branches.filter(branch => branch.kinds.join() !== 'null')
  const pool = nonNull.length > 0 ? nonNull : branches
  const { plan } = context
  if (plan?.properties || plan?.items) {
    const { shape } = plan
    const best = pool.find(({ object, kinds, atoms }) => {
      if (shape) return shape.atoms.every(atom => atoms.includes(atom))
      return plan.properties
        ? [...plan.properties.keys()].every(name => object.names.includes(name))
        : kinds.includes('array')
    })
    if (best) return [best, ...branches.filter(branch => branch !== best)]
  }
  const start = context.random.integer(0, pool.length - 1)
  return [...pool.slice(start), ...pool.slice(0, start), ...branches.filter(branch => !pool.includes(branch))]
}

function generateKind(run: SampleRun, merged: MergedSchema, context: ValueContext): Json {
  if (merged.values) return pickValue(run, merged.values, context)
  const hint = mergeHint(merged, context.hint)
  const example = findSchemaExample(run, merged, context)
  if (example !== undefined && !context.plan?.properties && !context.plan?.items) return example
  switch (pickKind(run, merged, context)) {
    case 'null':
      return null
    case 'boolean':
      return context.random.next() < 0.6
    case 'number':
      return generateNumber(merged.range, context.random, suggestNumber(hint))
    case 'string': {
      const { text } = merged
      const found = generateString(text, hint, context.random, context.prompt.words)
      if (found !== undefined) return spendText(run, found)
      const rules = [
        ...text.formats.map(format => `format ${format}`),
        ...text.patterns.map(pattern => `pattern "${pattern.source}"`),
        `a length of ${text.min} to ${text.max}`
      ]
      throw new Unsatisfiable(merged.path, `no string was found with ${rules.join(', ')}`)
    }
    case 'array':
      return generateArray(run, merged, { ...context, hint })
    case 'object':
      return generateObject(run, merged, context)
  }
}

/** Spends what a text costs: to generate, and as JSON. */
function spendText({ budget }: SampleRun, text: string): string {
  budget.spendWork(unitsPerText + Math.ceil(text.length / 20), sampleTask)
  budget.spendBytes(2 * text.length, sampleTask)
  return text
}

const unitsPerText = 20

/** Spends the size of a value that the schema lists. */
function spendListed<T extends Json>({ budget, listedSizes }: SampleRun, value: T): T {
  if (typeof value !== 'string' && (typeof value !== 'object' || value === null)) return value
  const size = listedSizes.get(value) ?? (typeof value === 'string' ? value.length : JSON.stringify(value).length)
  listedSizes.set(value, size)
  budget.spendWork(Math.ceil(size / 20), sampleTask)
  budget.spendBytes(4 * size, sampleTask)
  return value
}

function pickValue(run: SampleRun, values: Json[], { random }: ValueContext): Json {
  run.budget.spendWork(Math.ceil(values.length / 4), sampleTask)
  const nonNull = values.filter(value => value !== null)
  return spendListed(run, random.pick(nonNull.length > 0 ? nonNull : values))
}

function mergeHint(merged: MergedSchema, hint: PropertyHint): PropertyHint {
  const findText = (keyword: string) =>
    merged.atoms.map(({ schema }) => schema[keyword]).find(value => typeof value === 'string') as string | undefined
  return { ...hint, title: findText('title') ?? hint.title, description: findText('description') ?? hint.description }
}

/** The schema's example or default, if it satisfies the merged schema. */
function findSchemaExample(run: SampleRun, merged: MergedSchema, { random }: ValueContext): Json | undefined {
  for (const { schema } of merged.atoms) {
    const examples = Array.isArray(schema.examples) && schema.examples.length > 0 ? [random.pick(schema.examples)] : []
    for (const value of [schema.example, ...examples, schema.default]) {
      if (value === undefined || value === null || value === '') continue
      if (merged.atoms.every(atom => conformsToSchema(atom.schema, value as Json, run.merger.lookup)))
        return structuredClone(spendListed(run, value as Json))
    }
  }
  return undefined
}
