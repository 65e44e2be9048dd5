/** Finds the values of a prompt that fill a list. */
import type { Json } from '../core/openai-types.js'
import { findLists, toList } from '../prompt/lists.js'
import type { PromptReading } from '../prompt/reading.js'
import type { PromptValue } from '../prompt/value.js'
import { listSearchTerms } from './search-terms.js'
import { allowsKind, convertValue, type Slot } from './value-convert.js'
import { scoreFit, weakFit } from './value-fit.js'
import { findMentions, type Mention } from './value-mentions.js'
import type { PlanContext, PlannedSlot } from './value-slots.js'

interface ListOption {
  value: PromptValue
  json: Json[]
  score: number
}

const maxItems = 100
/** What makes a quote fit a list of any texts. */
const quoteBonus = 9
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
  const options: ListOption[] = listSearchTerms(slot, item, reading, max)
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
  options.push(
    ...listMentionOptions(slot, reading, span).map(option => ({ ...option, json: option.json.slice(0, max) }))
  )
  return options
}

/** The lists of words that the items know: values of an enum, colors, languages. */
function listMentionOptions(
  { item, merged }: PlannedSlot,
  reading: PromptReading,
  span: PlanContext['span']
): ListOption[] {
  const listed = item!.shapes.flatMap(shape => shape.values ?? [])
  const known = listed.length > 1 ? listed : item!.words.concepts.flatMap(({ vocabulary = [] }) => vocabulary)
  if (known.length === 0 || (listed.length === 0 && !allowsKind(item!, 'string'))) return []
  const mentions = findMentions(known, reading)
    .filter(({ score, value }) => score >= weakFit && isWithin(value, span))
    .sort((a, b) => a.value.start - b.value.start)
  const textOf = ({ json, value }: Mention) => (listed.length > 0 ? json : value.text)
  const toOption = (members: readonly Mention[], score: number): ListOption => {
    const texts = members.map(textOf)
    const isRepeated = !merged.list.unique && tellsOfEach(members, reading)
    return {
      value: toList(
        reading.text,
        members.map(({ value }) => value)
      ),
      json: isRepeated ? texts : [...new Set(texts)],
      score: score + members.length
    }
  }
  const lists = findLists(
    reading.text,
    mentions.map(({ value }) => value)
  ).map(({ members = [] }) => mentions.filter(({ value }) => members.includes(value)))
  // The words that stand together are meant, not the others.
  return [
    ...(mentions.length > 0 ? [toOption(mentions, 8)] : []),
    ...(listed.length === 0 ? lists.map(members => toOption(members, 12)) : [])
  ]
}

/** Whether each sentence has one mention and a name of its own, so that equal mentions are several. */
function tellsOfEach(mentions: readonly Mention[], { text, values }: PromptReading): boolean {
  const names = mentions.map(({ value }, at) => {
    const from = at === 0 ? 0 : mentions[at - 1]!.value.end
    return values.find(({ kind, start, end }) => kind === 'name' && start >= from && end <= value.start)?.text
  })
  const isApart = mentions
    .slice(1)
    .every(({ value }, at) => /[.!?;,\n]/.test(text.slice(mentions[at]!.value.end, value.start)))
  return isApart && names.every(name => name !== undefined) && new Set(names).size === names.length
}

function fitItem(item: Slot, value: PromptValue, reading: PromptReading) {
  // Quotes that stand together are the items, also of texts that a model writes by itself.
  const isQuote = value.kind === 'quoted' && item.words.fits.quoted === undefined
  const score = scoreFit(item, value, reading) + (isQuote ? quoteBonus : 0)
  const json = score >= weakFit ? convertValue(item, value) : undefined
  return json === undefined ? undefined : { value, json, score }
}

const isWithin = (value: PromptValue, span: PlanContext['span']) =>
  !span || (value.start >= span.start && value.end <= span.end)
/** The lists of plain words in a part of a text. */
export const listWords = (reading: PromptReading, span: PlanContext['span']) =>
  reading.wordLists.filter(list => isWithin(list, span))

/** Whether a quote is made of other quotes. */
const holdsOthers = (value: PromptValue, values: readonly PromptValue[]): boolean =>
  value.kind === 'quoted' &&
  value.text.includes(', ') &&
  values.some(({ kind, start, end }) => kind === 'quoted' && start > value.start && end <= value.end)

/** Values that stand alone, by their kind. */
export function groupByKind(values: readonly PromptValue[]): PromptValue[][] {
  const groups = new Map<string, PromptValue[]>()
  for (const value of values) {
    if (value.kind === 'pair' || value.kind === 'phrase' || holdsOthers(value, values) || value.isLonger) continue
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
