/** Says which parts of a value a prompt leaves open: what it does not say, and how many items it wants. */
import { findUnit, readNumberWord } from '../prompt/numbers.js'
import type { PromptReading } from '../prompt/reading.js'
import type { MergedSchema } from './merged-schema.js'
import type { PropertyWords } from './property-words.js'
import { judgements } from './value-fit.js'
import type { PlanContext, PlannedSlot, SlotGroup } from './value-slots.js'

interface PlannedParts {
  slots: readonly PlannedSlot[]
  groups: readonly SlotGroup[]
  /** Whether no slot has a value of the prompt. */
  isEmpty: boolean
}

/**
 * Marks the slots without a value. What the text does not say is null, where the schema allows it; texts that a model
 * writes by itself are not missing. Returns whether the plan says something.
 */
export function markMissing(
  { merger, reading, around }: PlanContext & { around: readonly MergedSchema[] },
  { slots, groups, isEmpty }: PlannedParts
): boolean {
  const lists = slots.filter(slot => slot.item || (slot.record && !slot.isMap))
  let isMarked = false
  for (const slot of lists) {
    const count = findCount(slot, reading, lists.length === 1 && around.length === 1)
    if (count === undefined) continue
    slot.plan.count = count
    isMarked = true
    // Values of another number are part of the question.
    if (Array.isArray(slot.plan.value) && slot.plan.value.length !== count) slot.plan.value = undefined
  }
  if (reading.wantsInvention || (isEmpty && reading.task === '')) return isMarked
  const allowsNull = ({ merged }: { merged: MergedSchema }) =>
    merged.atoms.every(({ schema }) => merger.allows(schema, null))
  for (const slot of slots) {
    const { plan, record } = slot
    if (plan.value !== undefined || plan.items || plan.count || slot.hasExample || isOwnWork(slot.words)) continue
    plan.isMissing = true
    const isRecursive = record && around.some(({ atoms }) => atoms.every(atom => record.atoms.includes(atom)))
    if (allowsNull(slot)) plan.value = null
    else if ((slot.item || (record && !slot.isMap)) && (isRecursive || reading.task !== '')) plan.items = []
  }
  for (const group of groups) {
    const isOpen = group.slots.length > 0 && group.slots.every(({ plan }) => plan.isMissing)
    if (!isOpen || group === groups.at(-1)) continue
    group.plan.isMissing = true
    if (allowsNull(group)) group.plan.value = null
  }
  return true
}

/** What a model writes or judges by itself. */
const isOwnWork = ({ concepts, name }: PropertyWords): boolean =>
  concepts.some(concept => concept.name === 'prose') || name.some(word => judgements.has(word))

const verbs: ReadonlySet<string> = new Set(
  'generate create give list write suggest name invent make propose provide produce draft show tell find need want return recommend pick choose'.split(
    ' '
  )
)
const otherPlurals: ReadonlySet<string> = new Set(['people', 'children', 'men', 'women'])
const maxCount = 50

/** The number of items that the prompt asks for: `Generate 3 short hero descriptions`. */
function findCount({ words, name = '' }: PlannedSlot, { tokens }: PromptReading, isOnly: boolean): number | undefined {
  for (const [at, { lower, clause }] of tokens.entries()) {
    const count = /^\d{1,2}$/.test(lower) ? Number(lower) : readNumberWord(lower)
    if (count === undefined || count < 1 || count > maxCount || !Number.isInteger(count)) continue
    const next = tokens.slice(at + 1, at + 5).filter(token => token.clause === clause)
    const counted = next.findIndex(({ lower, stem }) => lower !== stem || otherPlurals.has(lower))
    if (counted < 0 || next.slice(0, counted + 1).some(({ text }) => findUnit(` ${text}`))) continue
    const isNamed = next.slice(0, counted + 1).some(({ stem }) => words.name.includes(stem) || name === stem)
    const isAsked = tokens
      .slice(Math.max(0, at - 3), at)
      .some(token => token.clause === clause && verbs.has(token.lower))
    if (isAsked && (isNamed || isOnly)) return count
  }
  return undefined
}
