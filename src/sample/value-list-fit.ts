/** Finds the values of a prompt that fill a list, and those that repeat an object or a call. */
import type { Json } from '../core/openai-types.js'
import { toList } from '../prompt/lists.js'
import type { PromptReading } from '../prompt/reading.js'
import type { PromptValue } from '../prompt/value.js'
import { allowsKind, convertValue, type Slot, scoreFit, weakFit } from './value-fit.js'
import { findMentions } from './value-mentions.js'
import { listSlots, type PlanContext, type PlannedSlot } from './value-slots.js'

interface ListOption {
  value: PromptValue
  json: Json[]
  score: number
}

const maxItems = 100
const pairFit = 12
/** What each further item adds to the fit of a list. */
const fitPerItem = 1.5

/** The lists that a slot may take. */
export function listListOptions(
  { reading, span }: PlanContext,
  slot: PlannedSlot,
  values: readonly PromptValue[]
): ListOption[] {
  const item = slot.item!
  const max = Math.min(slot.merged.list.max, maxItems)
  const options: ListOption[] = []
  const known = new Map<PromptValue, { value: PromptValue; json: Json; score: number } | undefined>()
  const fitOf = (value: PromptValue) => {
    if (!known.has(value)) known.set(value, fitItem(item, value, reading))
    return known.get(value)
  }
  const add = (members: readonly PromptValue[], penalty = 0) => {
    const fitting = members.flatMap(value => fitOf(value) ?? [])
    const kept = fitting.slice(0, max)
    if (kept.length === 0) return
    const score =
      kept.reduce((sum, each) => sum + each.score, 0) / kept.length +
      fitPerItem * (Math.min(kept.length, 4) - 1) -
      penalty
    options.push({
      value: toList(
        reading.text,
        kept.map(({ value }) => value)
      ),
      json: kept.map(({ json }) => json),
      score
    })
  }
  const allowed = new Set(values)
  for (const { members = [] } of reading.lists) if (members.every(value => allowed.has(value))) add(members)
  if (allowsKind(item, 'string')) for (const { members = [] } of listWords(reading, span)) add(members)
  for (const members of groupByKind(values)) add(members, 1)
  for (const value of values) {
    if (value.kind !== 'pair') continue
    const score = scoreFit(slot, value, reading)
    const json = score >= pairFit ? splitPair(item, value.text) : []
    if (json.length > 0) options.push({ value, json: json.slice(0, max), score })
  }
  const listed = item.shapes.flatMap(shape => shape.values ?? [])
  if (listed.length > 1) {
    const mentions = findMentions(listed, reading)
      .filter(({ score, value }) => score >= weakFit && isWithin(value, span))
      .sort((a, b) => a.value.start - b.value.start)
    const json = [...new Set(mentions.map(mention => mention.json))].slice(0, max)
    if (json.length > 0)
      options.push({
        value: toList(
          reading.text,
          mentions.map(({ value }) => value)
        ),
        json,
        score: 9 + json.length
      })
  }
  return options
}

function fitItem(item: Slot, value: PromptValue, reading: PromptReading) {
  const score = scoreFit(item, value, reading)
  const json = score >= weakFit ? convertValue(item, value) : undefined
  return json === undefined ? undefined : { value, json, score }
}

const isWithin = (value: PromptValue, span: PlanContext['span']) =>
  !span || (value.start >= span.start && value.end <= span.end)
const listWords = (reading: PromptReading, span: PlanContext['span']) =>
  reading.wordLists.filter(list => isWithin(list, span))

function groupByKind(values: readonly PromptValue[]): PromptValue[][] {
  const groups = new Map<string, PromptValue[]>()
  for (const value of values) {
    if (value.kind === 'pair' || value.kind === 'phrase') continue
    const group = groups.get(value.kind)
    if (group) group.push(value)
    else groups.set(value.kind, [value])
  }
  return [...groups.values()]
}

/** Splits the value of a pair: JSON, or texts with commas between them. */
function splitPair(item: Slot, text: string): Json[] {
  const parts = text
    .replace(/^\[|\]$/g, '')
    .split(/\s*[,;]\s*(?:and\s+|or\s+)?|\s+and\s+/)
    .map(part => part.replace(/^["'`]|["'`]$/g, '').trim())
    .filter(part => part !== '')
    .slice(0, maxItems)
  return parts.flatMap(part => convertValue(item, { kind: 'pair', text: part, value: part, start: 0, end: 0 }) ?? [])
}

/** The values of one object of a list, or of one call, and the text that they stand in. */
export interface RecordPart {
  values: PromptValue[]
  span: { start: number; end: number }
}

/** Splits the values of a prompt into those of each object of a list. */
export function listRecordParts(context: PlanContext, slot: PlannedSlot, values: readonly PromptValue[]): RecordPart[] {
  const { reading } = context
  const { slots } = listSlots({ ...context, owner: nameOwner(slot) }, slot.record!)
  const scalars = slots.filter(each => !each.record && !each.item && each.shapes.every(shape => !shape.values))
  const wordLists = listWords(reading, context.span).flatMap(({ members = [] }) => members)
  const fits = scalars.map(each => listFits(each, values, reading))
  const anchors =
    pickAnchors(scalars, fits) ??
    pickAnchors(
      scalars,
      scalars.map(each => listFits(each, wordLists, reading))
    )
  if (!anchors) return []
  const all = [...values, ...anchors.filter(anchor => !values.includes(anchor))]
  const others = new Set(fits.flat())
  return splitAt(anchors, all, others, context.span ?? { start: 0, end: reading.text.length })
}

/** What the objects of a list are called: their schema's title says it better than the name of the list. */
export const nameOwner = ({ name, record }: PlannedSlot): string | undefined =>
  (record?.atoms.map(({ schema }) => schema.title).find(title => typeof title === 'string') as string | undefined) ??
  name

const listFits = (slot: Slot, values: readonly PromptValue[], reading: PromptReading) =>
  values.filter(
    value =>
      value.kind !== 'pair' && convertValue(slot, value) !== undefined && scoreFit(slot, value, reading) >= weakFit
  )

/** The values that begin an object: those of the first text property with several values of one kind. */
function pickAnchors(slots: readonly Slot[], fits: readonly PromptValue[][]): PromptValue[] | undefined {
  const order = slots
    .map((_, index) => index)
    .sort((a, b) => Number(allowsKind(slots[b]!, 'string')) - Number(allowsKind(slots[a]!, 'string')))
  let best: PromptValue[] | undefined
  for (const index of order) {
    // Texts begin objects better than numbers do: a number may count the objects.
    if (best && best.length > 1 && !allowsKind(slots[index]!, 'string')) break
    for (const group of groupByKind(fits[index]!)) if (group.length > (best?.length ?? 0)) best = group
  }
  return best
}

/** Splits values at anchors. If a value stands before the first anchor in its sentence, anchors end their objects. */
function splitAt(
  anchors: readonly PromptValue[],
  values: readonly PromptValue[],
  others: ReadonlySet<PromptValue>,
  { start, end }: RecordPart['span']
): RecordPart[] {
  const [first, second] = [anchors[0]!, anchors[1]]
  const last = anchors.at(-1)!
  const isBefore = values.some(value => others.has(value) && !anchors.includes(value) && value.end <= first.start)
  const isAfter = values.some(value => others.has(value) && !anchors.includes(value) && value.start >= last.end)
  const endsRecords = isBefore && !isAfter && second !== undefined
  return anchors.map((anchor, index) => {
    const span = endsRecords
      ? { start: index === 0 ? start : anchors[index - 1]!.end, end: anchor.end }
      : { start: anchor.start, end: anchors[index + 1]?.start ?? end }
    return { span, values: values.filter(value => value.start >= span.start && value.end <= span.end) }
  })
}
