/** Generates texts of a regular expression that has to match all of the text. */
import type { Budget } from '../core/budget.js'
import type { Random } from '../core/random.js'
import { sample, Unsatisfiable } from '../sample/sample.js'

/** Generates a text that the whole regular expression matches; undefined if none was found. */
export function matchRegex(source: string, random: Random, budget: Budget): string | undefined {
  try {
    const value = sample({ type: 'string', pattern: `^(?:${source})$` }, { random, budget })
    return typeof value === 'string' ? value : undefined
  } catch (error) {
    if (error instanceof Unsatisfiable) return undefined
    throw error
  }
}
