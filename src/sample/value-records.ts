/** Splits the values of a prompt into those of each object of a list. */
import type { PromptReading } from '../prompt/reading.js'
import type { PromptValue } from '../prompt/value.js'
import { allowsKind, convertValue, type Slot } from './value-convert.js'
import { scoreFit, weakFit } from './value-fit.js'
import { groupByKind, listWords } from './value-list-fit.js'
import { listSlots, type PlanContext, type PlannedSlot } from './value-slots.js'

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
    pickAnchors(scalars, fits, reading) ??
    pickAnchors(
      scalars,
      scalars.map(each => listFits(each, wordLists, reading)),
      reading
    )
  if (!anchors) return []
  const all = [...values, ...anchors.filter(anchor => !values.includes(anchor))]
  const others = new Set(fits.flat())
  const span = context.span ?? { start: 0, end: reading.text.length }
  // `a dog named Rex and a cat named Tom`
  const areNamed = anchors.every(({ start }) =>
    /\b(?:named|called)\s["'“‘`]?$/.test(reading.text.slice(0, start).slice(-10))
  )
  return splitAt(anchors, { values: all, others, areNamed }, span)
}

/** What the objects of a list are called: their schema's title says it better than the name of the list. */
export const nameOwner = ({ name, record, isMap }: PlannedSlot): string | undefined =>
  isMap
    ? ''
    : ((record?.atoms.map(({ schema }) => schema.title).find(title => typeof title === 'string') as
        | string
        | undefined) ?? name)

const listFits = (slot: Slot, values: readonly PromptValue[], reading: PromptReading) =>
  values.filter(
    value =>
      value.kind !== 'pair' && convertValue(slot, value) !== undefined && scoreFit(slot, value, reading) >= weakFit
  )

/** The values that begin an object: those of the first text property with several values of one kind. */
function pickAnchors(
  slots: readonly Slot[],
  fits: readonly PromptValue[][],
  reading: PromptReading
): PromptValue[] | undefined {
  // `Rex is a Labrador` has one name.
  const isKind = (value: PromptValue) => value.kind === 'name' && reading.contextOf(value).isKind
  const order = slots
    .map((_, index) => index)
    .sort((a, b) => Number(allowsKind(slots[b]!, 'string')) - Number(allowsKind(slots[a]!, 'string')))
  let best: PromptValue[] | undefined
  for (const index of order) {
    // Texts begin objects better than numbers do: a number may count the objects.
    if (best && best.length > 1 && !allowsKind(slots[index]!, 'string')) break
    for (const group of groupByKind(fits[index]!)) {
      const own = group.filter(value => !isKind(value))
      const anchors = own.length > 0 ? own : group
      if (anchors.length > (best?.length ?? 0)) best = anchors
    }
  }
  return best
}

interface RecordValues {
  values: readonly PromptValue[]
  /** The values that fit a property. */
  others: ReadonlySet<PromptValue>
  /** Whether a word such as `named` stands before each anchor. */
  areNamed: boolean
}

/** Splits values at anchors. If a value stands before the first anchor in its sentence, anchors end their objects. */
function splitAt(
  anchors: readonly PromptValue[],
  { values, others, areNamed }: RecordValues,
  { start, end }: RecordPart['span']
): RecordPart[] {
  const [first, second] = [anchors[0]!, anchors[1]]
  const last = anchors.at(-1)!
  const isBefore = values.some(value => others.has(value) && !anchors.includes(value) && value.end <= first.start)
  const isAfter = values.some(value => others.has(value) && !anchors.includes(value) && value.start >= last.end)
  const endsRecords = (isBefore || areNamed) && !isAfter && second !== undefined
  // `2 lamps at $15 and 1 desk at $120`: the number before a thing belongs to it.
  const counts = anchors.map(anchor => values.find(value => value.kind === 'number' && isJustBefore(value, anchor)))
  const starts = anchors.map((anchor, index) => (counts.every(Boolean) ? counts[index]! : anchor).start)
  return anchors.map((anchor, index) => {
    const span = endsRecords
      ? { start: index === 0 ? start : anchors[index - 1]!.end, end: anchor.end }
      : { start: starts[index]!, end: starts[index + 1] ?? end }
    return { span, values: values.filter(value => value.start >= span.start && value.end <= span.end) }
  })
}

const isJustBefore = (value: PromptValue, { start }: PromptValue) => value.end < start && start - value.end < 4
