/** Defines the state of one call of `sample` and the context of each generated value. */

import type { Budget } from '../core/budget.js'
import type { Json } from '../core/openai-types.js'
import type { Random } from '../core/random.js'
import type { PromptReading } from '../prompt/reading.js'
import type { CostTable } from './cost.js'
import { type MergedSchema, sampleTask, type ValueKind } from './merged-schema.js'
import type { PropertyHint } from './property-hints.js'
import type { SchemaMerger } from './schema-merger.js'
import type { ValuePlan } from './value-slots.js'

/** The state that all parts of the value share. */
export interface SampleRun {
  budget: Budget
  merger: SchemaMerger
  costs: CostTable
  maxDepth: number
  /** Whether optional properties are left out if the prompt has no value for them. */
  omitsUnsaid: boolean
  /** The number of values generated so far. */
  valueCount: number
  stepsLeft: number
  retriesLeft: number
  /** The length of the JSON of values that the schema lists. */
  listedSizes: Map<Json, number>
  generate(merged: MergedSchema, context: ValueContext): Json
}

/** The context of one part of the value. */
export interface ValueContext {
  random: Random
  depth: number
  /** The probability that an optional property is omitted. It is above 0 after a try with all properties failed. */
  omitProbability: number
  hint: PropertyHint
  prompt: PromptReading
  /** The values of the prompt for this part. */
  plan?: ValuePlan
}

/** Whether the value is too deep or too large to read, so that only the cheapest parts are generated. */
export const isDeep = (run: SampleRun, context: ValueContext) => context.depth >= run.maxDepth || run.valueCount > 500

/** A sequence for one more try. Its seed is a hash. */
export function forkRandom({ budget }: SampleRun, random: Random, label: string | number): Random {
  budget.spendWork(unitsPerFork, sampleTask)
  return random.fork(label)
}

const unitsPerFork = 40

/** Picks the kind of a value: the cheapest where the value is deep, otherwise a kind that is not null. */
export function pickKind(run: SampleRun, merged: MergedSchema, context: ValueContext): ValueKind {
  const possible = merged.kinds.filter(kind => run.costs.measureKind(merged, kind) < Infinity)
  const isAnyKind = merged.kinds.length === 6
  if (isAnyKind) return 'string'
  if (isDeep(run, context))
    return possible.reduce((a, b) => (run.costs.measureKind(merged, b) < run.costs.measureKind(merged, a) ? b : a))
  if (context.plan?.items && possible.includes('array')) return 'array'
  const nonNull = possible.filter(kind => kind !== 'null')
  return nonNull.length > 0 ? context.random.pick(nonNull) : 'null'
}
