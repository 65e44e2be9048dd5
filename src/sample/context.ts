/** What one call of `sample` carries along. */

import type { Json } from '../core/openai-types.js'
import type { Random } from '../core/random.js'
import type { Costs } from './cost.js'
import type { MergedSchema, MergedSchemas } from './merged-schema.js'
import type { PromptWords } from './prompt-words.js'
import type { PropertyHint } from './property-hints.js'

/** Shared between all places of the value. */
export interface SampleRun {
  mergedSchemas: MergedSchemas
  costs: Costs
  maxDepth: number
  valueCount: number
  stepsLeft: number
  retriesLeft: number
  generate(merged: MergedSchema, context: ValueContext): Json
}

/** What is known of one place. */
export interface ValueContext {
  random: Random
  depth: number
  /** How likely an optional property is left out, after a first try with all of them failed. */
  omitProbability: number
  hint: PropertyHint
  prompt: PromptWords
}

/** Past the depth or size that is pleasant to read, only the cheapest is made. */
export const isDeep = (run: SampleRun, context: ValueContext) => context.depth >= run.maxDepth || run.valueCount > 500
