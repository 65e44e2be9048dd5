/** Gives the values of a prompt to the properties of a schema: each value once, the best fits first. */
import type { Json } from '../core/openai-types.js'
import type { PromptReading } from '../prompt/reading.js'
import type { PromptValue } from '../prompt/value.js'
import { conformsToSchema } from './conforms.js'
import type { MergedSchema } from './merged-schema.js'
import type { SchemaMerger } from './schema-merger.js'
import { allowsKind, clearFit, convertValue, type Slot, scoreDirection, scoreFit, weakFit } from './value-fit.js'
import { listListOptions, listRecordParts, nameOwner } from './value-list-fit.js'
import { findMentions, findWish } from './value-mentions.js'
import { listSlots, type PlanContext, type PlannedSlot, type ValuePlan } from './value-slots.js'

/** A value that a slot may take. */
export interface PlanOption {
  slot: PlannedSlot
  value: PromptValue
  json: Json
  score: number
}

const unitsPerFit = 2
/** The least score of a value that a property takes before the values go to lists of objects. */
const surestFit = 14

/** Plans the values of a schema; undefined if the prompt has none for it. */
export function planValues(
  context: PlanContext,
  merged: MergedSchema,
  values: readonly PromptValue[]
): { plan: ValuePlan; chosen: PlanOption[] } | undefined {
  const { plan, slots } = listSlots(context, merged)
  const options = slots.flatMap(slot => (slot.record ? [] : listOptions(context, slot, values)))
  const chosen: PlanOption[] = []
  const records = slots.filter(slot => slot.record)
  if (records.length > 0) {
    assign(
      options.filter(({ score }) => score >= surestFit),
      chosen
    )
    for (const slot of records) planRecords(context, slot, values, chosen, 2)
  }
  assignBest(options, chosen)
  // A single object takes what is left.
  if (!context.depth) for (const slot of records) if (!slot.plan.items) planRecords(context, slot, values, chosen, 1)
  swapForBetter(options, chosen)
  for (const { slot, json } of chosen) if (!slot.record) slot.plan.value = json
  return chosen.length > 0 ? { plan, chosen } : undefined
}

function listOptions(context: PlanContext, slot: PlannedSlot, values: readonly PromptValue[]): PlanOption[] {
  const { merger, reading, span } = context
  merger.lookup.spend(unitsPerFit * values.length)
  const minScore = slot.hasExample ? clearFit : weakFit
  const options: PlanOption[] = []
  const add = (value: PromptValue, json: Json | undefined, score: number) => {
    if (json !== undefined && score >= minScore && conforms(merger, slot.merged, json))
      options.push({ slot, value, json, score })
  }
  for (const { value, json, score } of listMentions(slot, reading))
    if (!span || (value.start >= span.start && value.end <= span.end))
      add(value, json, score + scoreMentionContext(slot, value, reading))
  for (const value of values) {
    if (slot.item && value.kind !== 'pair') continue
    const score = scoreFit(slot, value, reading)
    if (score < minScore) continue
    for (const part of listNameParts(slot, value)) add(part, convertValue(slot, part), score)
  }
  if (slot.item) for (const { value, json, score } of listListOptions(context, slot, values)) add(value, json, score)
  return options.length > maxOptions ? options.sort((a, b) => b.score - a.score).slice(0, maxOptions) : options
}

const maxOptions = 16

/** Whether a value satisfies a schema. */
export const conforms = ({ lookup }: SchemaMerger, merged: MergedSchema, json: Json) =>
  merged.atoms.every(({ schema }) => conformsToSchema(schema, json, lookup))

function listMentions(slot: Slot, reading: PromptReading) {
  const listed = slot.shapes.flatMap(shape => shape.values ?? [])
  if (listed.length > 0) return listed.length > 1 ? findMentions(listed, reading) : []
  if (allowsKind(slot, 'boolean')) {
    const wish = findWish(slot, reading)
    return wish ? [wish] : []
  }
  const vocabulary = slot.words.concepts.flatMap(concept => concept.vocabulary ?? [])
  return vocabulary.length > 0 && allowsKind(slot, 'string') ? findMentions(vocabulary, reading) : []
}

function scoreMentionContext({ words }: Slot, value: PromptValue, reading: PromptReading): number {
  const { before, after, emphasis, cue } = reading.contextOf(value)
  const isNear = words.name.some(word => before.includes(word) || after.includes(word))
  // Of the values of an enum, the last is meant: `not red but blue`.
  const lateness = words.concepts.some(({ vocabulary }) => vocabulary) ? 0 : value.start / (2 * reading.text.length)
  return (isNear ? 4 : 0) + emphasis + lateness + scoreDirection(words, { cue })
}

/** A first or last name is a part of a full name. */
function listNameParts({ words: { name } }: Slot, value: PromptValue): PromptValue[] {
  const wantsFirst = name.some(word => word === 'first' || word === 'given' || word === 'forename')
  const wantsLast = name.some(word => word === 'last' || word === 'family' || word === 'surname')
  const space = value.text.lastIndexOf(' ')
  if (value.kind !== 'name' || space < 0 || wantsFirst === wantsLast) return [value]
  const end = value.text.indexOf(' ')
  return wantsFirst
    ? [{ ...value, text: value.text.slice(0, end), end: value.start + end }]
    : [{ ...value, text: value.text.slice(space + 1), start: value.start + space + 1 }]
}

const overlaps = (a: PromptValue, b: PromptValue) => a.start < b.end && b.start < a.end

/** Chooses options, the best first. A slot takes one, and no two share a text. */
function assign(options: PlanOption[], chosen: PlanOption[]): void {
  const order = new Map(options.map((option, index) => [option, index]))
  const sorted = [...options].sort((a, b) => b.score - a.score || order.get(a)! - order.get(b)!)
  for (const option of sorted)
    if (!chosen.some(({ slot, value }) => slot === option.slot || overlaps(value, option.value))) chosen.push(option)
}

/** Chooses options, and for a list the values that leave most to the other slots. */
function assignBest(options: PlanOption[], chosen: PlanOption[]): void {
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
function swapForBetter(options: readonly PlanOption[], chosen: PlanOption[]): void {
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

/** Plans a list of objects: the values between one name and the next belong to one object. */
function planRecords(
  context: PlanContext,
  slot: PlannedSlot,
  values: readonly PromptValue[],
  chosen: PlanOption[],
  minCount: number
): void {
  const depth = 1 + (context.depth ?? 0)
  if (depth > maxRecordDepth) return
  const free = values.filter(value => !chosen.some(option => overlaps(option.value, value)))
  const parts = listRecordParts(context, slot, free)
  if (parts.length < minCount) return
  const items: ValuePlan[] = []
  for (const part of parts.slice(0, Math.min(slot.merged.list.max, maxRecords))) {
    const planned = planValues(
      { ...context, span: part.span, depth, owner: nameOwner(slot) },
      slot.record!,
      part.values
    )
    if (!planned) continue
    items.push(planned.plan)
    for (const option of planned.chosen) chosen.push({ ...option, slot })
  }
  if (items.length > 0) slot.plan.items = items
}

const maxRecords = 20
const maxRecordDepth = 3
