/** Finds the values of an object with keys of its own: `Klaus is 42, Francine is 47` is `{"Klaus": 42, "Francine": 47}`. */
import type { Json, JsonObject } from '../core/openai-types.js'
import type { PromptValue } from '../prompt/value.js'
import { convertValue } from './value-convert.js'
import { listSlots, type PlanContext, type PlannedSlot, type ValuePlan } from './value-slots.js'

const maxEntries = 50

/** The pairs of a prompt as one object; undefined unless there are several. */
export function findMap(
  context: PlanContext,
  slot: PlannedSlot,
  values: readonly PromptValue[]
): { json: JsonObject; values: PromptValue[] } | undefined {
  const target = listSlots(context, slot.record!).slots.find(({ words }) => words.name[0] === 'value')
  if (!target) return undefined
  const entries = values.flatMap(value => {
    const json = value.label === undefined ? undefined : convertValue(target, value)
    return json === undefined ? [] : [{ value, json }]
  })
  return entries.length < 2
    ? undefined
    : {
        json: Object.fromEntries(entries.slice(0, maxEntries).map(({ value, json }) => [value.label!, json])),
        values: entries.map(({ value }) => value)
      }
}

/** Records with a name and a value as one object. */
export function readRecords(records: readonly ValuePlan[]): JsonObject | undefined {
  const entries = records.flatMap(({ properties }): [string, Json][] => {
    const name = properties?.get('name')?.value
    const value = properties?.get('value')?.value
    return typeof name === 'string' && value !== undefined ? [[name, value]] : []
  })
  return entries.length > 0 ? Object.fromEntries(entries) : undefined
}
