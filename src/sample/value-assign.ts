/** Chooses the values of the properties: each value once, the best fits first. */
import type { Json } from '../core/openai-types.js'
import type { PromptValue } from '../prompt/value.js'
import type { PlannedSlot } from './value-slots.js'

/** A value that a slot may take. */
export interface PlanOption {
  slot: PlannedSlot
  value: PromptValue
  json: Json
  score: number
}

/** Whether two values share a text. */
export const overlaps = (a: PromptValue, b: PromptValue) => a.start < b.end && b.start < a.end

/** Chooses options, the best first. A slot takes one, and no two share a text. */
export function assign(options: PlanOption[], chosen: PlanOption[]): void {
  const order = new Map(options.map((option, index) => [option, index]))
  const sorted = [...options].sort((a, b) => b.score - a.score || order.get(a)! - order.get(b)!)
  for (const option of sorted)
    if (!chosen.some(({ slot, value }) => slot === option.slot || overlaps(value, option.value))) chosen.push(option)
}

/** Chooses options, and for a list the values that leave most to the other slots. */
export function assignBest(options: PlanOption[], chosen: PlanOption[]): void {
  const before = [...chosen]
  assign(options, chosen)
  const sum = (list: readonly PlanOption[]) => list.reduce((total, { score }) => total + score, 0)
  for (const { slot } of chosen
    .filter(({ slot }) => slot.item && !before.some(each => each.slot === slot))
    .slice(0, maxListTries))
    for (const option of options.filter(each => each.slot === slot).slice(0, maxListTries)) {
      if (before.some(({ value }) => overlaps(value, option.value))) continue
      const other = [...before, option]
      assign(options, other)
      if (sum(other) > sum(chosen)) chosen.splice(0, chosen.length, ...other)
    }
}

const maxListTries = 6

/** Swaps the values of two slots where both together fit better. */
export function swapForBetter(options: readonly PlanOption[], chosen: PlanOption[]): void {
  const find = (slot: PlannedSlot, value: PromptValue) =>
    options.find(option => option.slot === slot && option.value === value)
  for (let a = 0; a < chosen.length; a++)
    for (let b = a + 1; b < chosen.length; b++) {
      const left = find(chosen[a]!.slot, chosen[b]!.value)
      const right = left && find(chosen[b]!.slot, chosen[a]!.value)
      if (left && right && left.score + right.score > chosen[a]!.score + chosen[b]!.score) {
        chosen[a] = left
        chosen[b] = right
      }
    }
}

/** Gives the parts of a moment the date and the time of the prompt, which other properties may have too. */
export function assignShared(options: readonly PlanOption[], chosen: PlanOption[]): void {
  for (const option of [...options].sort((a, b) => b.score - a.score))
    if (option.slot.shares && !chosen.some(({ slot }) => slot === option.slot)) chosen.push(option)
}
