/** What one call of `sample` carries along. */

import type { Json } from '../core/openai-types.js'
import type { Chance } from '../core/random.js'
import type { Costs } from './cost.js'
import type { View, Views } from './merged-schema.js'
import type { Prompt } from './prompt-words.js'
import type { Hint } from './property-hints.js'

/** Shared between all places of the value. */
export interface Run {
  views: Views
  costs: Costs
  maxDepth: number
  made: number
  fuel: number
  retries: number
  make(view: View, spot: Spot): Json
}

/** What is known of one place. */
export interface Spot {
  chance: Chance
  level: number
  /** How likely an optional property is left out, after a first try with all of them failed. */
  lean: number
  hint: Hint
  prompt: Prompt
}

/** Past the depth or size that is pleasant to read, only the cheapest is made. */
export const isDeep = (run: Run, spot: Spot) => spot.level >= run.maxDepth || run.made > 500
