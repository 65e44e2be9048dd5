/** Finds the calls that a prompt asks for: `weather in Paris and Tokyo` are two calls of a tool with one city. */
import { Budget } from '../core/budget.js'
import type { Schema } from '../core/schema.js'
import type { PromptReading } from '../prompt/reading.js'
import type { PromptValue } from '../prompt/value.js'
import { SchemaMerger } from './schema-merger.js'
import { Unsatisfiable } from './subschemas.js'
import { convertValue } from './value-convert.js'
import { scoreFit, weakFit } from './value-fit.js'
import { planValues } from './value-plan.js'

/** The most calls that one prompt asks for. */
const maxCalls = 8

/**
 * The values of the prompt for each call of a tool. There is one call, unless a list of the prompt has several values for
 * one property, and the schema has a place for only one of them.
 */
export function listCalls(schema: Schema, reading: PromptReading, budget = new Budget()): (readonly PromptValue[])[] {
  const single = [reading.values]
  if (reading.lists.length === 0) return single
  const merger = new SchemaMerger(schema, budget)
  const members = findRepeated(schema, merger, reading)
  if (!members) return single
  return members.slice(0, maxCalls).map(member => {
    const others = members.filter(each => each !== member)
    return reading.values.filter(({ start, end }) => !others.some(other => start < other.end && other.start < end))
  })
}

/** The members of a list that one property takes one after the other. */
function findRepeated(schema: Schema, merger: SchemaMerger, reading: PromptReading): PromptValue[] | undefined {
  try {
    const planned = planValues({ merger, reading }, merger.merge([[schema, '#']]), reading.values)
    for (const { members = [] } of reading.lists) {
      const takers =
        planned?.chosen.filter(({ value }) =>
          members.some(({ start, end }) => start < value.end && value.start < end)
        ) ?? []
      // A value of an enum is no member: `in Munich and London, in Celsius`.
      const users = takers.filter(({ slot }) => slot.shapes.every(shape => !shape.values))
      const others = takers.filter(taker => !users.includes(taker))
      const [user] = users
      if (!user || users.length > 1 || user.value.kind === 'list' || user.value.kind === 'pair' || user.slot.record)
        continue
      const fitting = members.filter(
        value =>
          !others.some(other => value.start < other.value.end && other.value.start < value.end) &&
          convertValue(user.slot, value) !== undefined &&
          scoreFit(user.slot, value, reading) >= weakFit
      )
      if (fitting.length > 1) return fitting
    }
  } catch (error) {
    // A schema without values has no calls either; the value itself reports why.
    if (!(error instanceof Unsatisfiable || error instanceof RangeError)) throw error
  }
  return undefined
}

/** The number of properties that the values of a prompt fill. */
export function countFilled(schema: Schema, reading: PromptReading, budget = new Budget()): number {
  const merger = new SchemaMerger(schema, budget)
  try {
    const planned = planValues({ merger, reading }, merger.merge([[schema, '#']]), reading.values)
    return new Set(planned?.chosen.map(({ slot }) => slot)).size
  } catch (error) {
    if (!(error instanceof Unsatisfiable || error instanceof RangeError)) throw error
    return 0
  }
}
