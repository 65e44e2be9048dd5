/** Plans which values of a prompt the properties of a schema have, and which properties have none. */
import type { Json } from '../core/openai-types.js'
import type { PromptReading } from '../prompt/reading.js'
import type { PromptValue } from '../prompt/value.js'
import { conformsToSchema } from './conforms.js'
import type { MergedSchema } from './merged-schema.js'
import type { SchemaMerger } from './schema-merger.js'
import { assign, assignBest, assignShared, overlaps, type PlanOption, swapForBetter } from './value-assign.js'
import { allowsKind, convertValue, type Slot } from './value-convert.js'
import { clearFit, scoreDirection, scoreFit, weakFit } from './value-fit.js'
import { listListOptions } from './value-list-fit.js'
import { findMap, readRecords } from './value-maps.js'
import { findMentions, findWishes } from './value-mentions.js'
import { markMissing } from './value-missing.js'
import { extendMoment } from './value-moments.js'
import { listRecordParts, nameOwner } from './value-records.js'
import { listSlots, type PlanContext, type PlannedSlot, type ValuePlan } from './value-slots.js'

const unitsPerFit = 2
/** The least score of a value that a property takes before the values go to lists of objects. */
const surestFit = 14
/** What a member of a list loses as the value of a single property beside a list. */
const listedPenalty = 4

/** Plans the values of a schema; undefined if the prompt has none for it. */
export function planValues(
  context: PlanContext,
  merged: MergedSchema,
  values: readonly PromptValue[]
): { plan: ValuePlan; chosen: PlanOption[] } | undefined {
  const { plan, slots, groups } = listSlots(context, merged)
  const around = [...(context.around ?? []), merged]
  const inner = { ...context, around }
  const records = slots.filter(slot => slot.record)
  const listed = slots.some(slot => slot.record || slot.item) ? listMembers(context.reading, values) : new Set()
  const options = slots.flatMap(slot => (slot.record ? [] : listOptions(context, slot, values, listed)))
  const chosen: PlanOption[] = []
  if (records.length > 0) {
    assign(
      options.filter(({ score, value }) => score >= surestFit || leadsList(value, listed)),
      chosen
    )
    for (const slot of records) planRecords(inner, slot, { values, chosen, minCount: 2 })
  }
  assignBest(options, chosen)
  // A single object takes what is left.
  if (around.length === 1)
    for (const slot of records)
      if (!slot.plan.items && !slot.plan.value) planRecords(inner, slot, { values, chosen, minCount: 1 })
  swapForBetter(options, chosen)
  for (const option of chosen) extendMoment(option, { chosen, values, reading: context.reading })
  assignShared(options, chosen)
  for (const { slot, json } of chosen) if (!slot.record) slot.plan.value = json
  const hasMissing = markMissing(inner, { slots, groups, isEmpty: chosen.length === 0 })
  return chosen.length > 0 || hasMissing ? { plan, chosen } : undefined
}

/** The names and quotes that are members of a list. */
const listMembers = (reading: PromptReading, values: readonly PromptValue[]): ReadonlySet<unknown> => {
  const own = new Set(values)
  return new Set(
    reading.lists.flatMap(({ members = [] }) => {
      const found = members.filter(value => (value.kind === 'name' || value.kind === 'quoted') && own.has(value))
      return found.length > 1 ? found : []
    })
  )
}

/** Whether a name stands before a list of names, of which it is no member: `Klaus has 2 pets: Peanut and Muffin`. */
const leadsList = (value: PromptValue, listed: ReadonlySet<unknown>): boolean =>
  value.kind === 'name' &&
  !listed.has(value) &&
  [...(listed as ReadonlySet<PromptValue>)].some(({ kind, start }) => kind === 'name' && start >= value.end)

function listOptions(
  context: PlanContext,
  slot: PlannedSlot,
  values: readonly PromptValue[],
  listed: ReadonlySet<unknown>
): PlanOption[] {
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
    for (const part of listNameParts(slot, value))
      add(part, convertValue(slot, part), score - (listed.has(value) ? listedPenalty : 0))
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
    return findWishes(slot, reading)
  }
  const vocabulary = slot.words.concepts.flatMap(concept => concept.vocabulary ?? [])
  if (vocabulary.length === 0 || !allowsKind(slot, 'string')) return []
  const penalty = Math.max(0, sureMention - (slot.words.fits.mention ?? 0))
  return findMentions(vocabulary, reading, true).map(mention => ({ ...mention, score: mention.score - penalty }))
}

/** The fit of a property whose values are only those of its vocabulary. */
const sureMention = 8

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

/** Where the values of records come from, and where they go. */
interface RecordSource {
  values: readonly PromptValue[]
  chosen: PlanOption[]
  minCount: number
}

/** Plans a list of objects: the values between one name and the next belong to one object. */
function planRecords(
  context: PlanContext & { around: readonly MergedSchema[] },
  slot: PlannedSlot,
  { values, chosen, minCount }: RecordSource
): void {
  if (context.around.length > maxRecordDepth) return
  const free = values.filter(value => !chosen.some(option => overlaps(option.value, value)))
  const map = slot.isMap ? findMap(context, slot, free) : undefined
  if (map) {
    slot.plan.value = map.json
    for (const value of map.values) chosen.push({ slot, value, json: null, score: surestFit })
    return
  }
  const parts = listRecordParts(context, slot, free)
  if (parts.length < minCount) return
  const items: ValuePlan[] = []
  for (const part of parts.slice(0, Math.min(slot.merged.list.max, maxRecords))) {
    const planned = planValues({ ...context, span: part.span, owner: nameOwner(slot) }, slot.record!, part.values)
    if (!planned) continue
    items.push(planned.plan)
    for (const option of planned.chosen) chosen.push({ ...option, slot })
  }
  if (items.length === 0) return
  if (slot.isMap) slot.plan.value = readRecords(items)
  else slot.plan.items = items
}

const maxRecords = 20
const maxRecordDepth = 3
