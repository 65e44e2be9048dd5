/** Defines the state of one call of `sample` and the context of each generated value. */

import type { Json } from '../core/openai-types.js'
import type { Random } from '../core/random.js'
import type { CostTable } from './cost.js'
import type { MergedSchema } from './merged-schema.js'
import type { PromptWords } from './prompt-words.js'
import type { PropertyHint } from './property-hints.js'
import type { SchemaMerger } from './schema-merger.js'

/** The state that all parts of the value share. */
export interface SampleRun {
  merger: SchemaMerger
  costs: CostTable
  maxDepth: number
  /** The number of values generated so far. */
  valueCount: number
  stepsLeft: number
  retriesLeft: number
  generate(merged: MergedSchema, context: ValueContext): Json
}

/** The context of one part of the value. */
export interface ValueContext {
  random: Random
  depth: number
  /** The probability that an optional property is omitted. It is above 0 after a try with all properties failed. */
  omitProbability: number
  hint: PropertyHint
  prompt: PromptWords
}

/** Whether the value is too deep or too large to read, so that only the cheapest parts are generated. */
export const isDeep = (run: SampleRun, context: ValueContext) => context.depth >= run.maxDepth || run.valueCount > 500
