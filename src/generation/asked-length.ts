/** Finds the length that a message asks for: "in 50 words", "three sentences", "list 5 cities". */
import { countSource, readCount } from './counts.js'

/** A part of a text that can be counted. */
export type LengthUnit = 'word' | 'sentence' | 'paragraph' | 'item' | 'bullet' | 'line' | 'character'

/** The length of a text. A message that asks for about 50 words gets 50 words. */
export interface AskedLength {
  unit: LengthUnit
  min: number
  max: number
}

const unit = '(words?|sentences?|paragraphs?|lines?|bullet points?|bullets|points|items|characters?|chars)'
const most =
  '(?:at most|no more than|not more than|up to|a maximum of|maximum(?: of)?|max\\.?|under|fewer than|less than|within|below|no longer than|or (?:less|fewer))'
const least = '(?:at least|no fewer than|no less than|more than|over|a minimum of|minimum(?: of)?)'
const things =
  '(?:ideas?|examples?|tips?|reasons?|ways?|steps?|facts?|names?|things?|questions?|suggestions?|benefits?|points?|items?|cities|countries|books?|movies?|films?|animals?|colou?rs?|fruits?|foods?|jokes?|words? that|synonyms?|numbers?|topics?|options?|titles?|advantages?|disadvantages?|pros|cons|recipes?|places?|languages?|planets?|versions?|variants?|alternatives?|bullet points?|bullets)'

interface LengthRow {
  when: RegExp
  read(match: RegExpExecArray): AskedLength | undefined
}

const row = (source: string, read: LengthRow['read']): LengthRow => ({ when: new RegExp(source, 'i'), read })
const exact = (count: string, name: string): AskedLength => ({
  unit: toUnit(name),
  min: readCount(count),
  max: readCount(count)
})

/** The first row that matches counts. */
const lengthRows: readonly LengthRow[] = [
  row(`\\bbetween (${countSource}) and (${countSource}) ${unit}\\b`, ([, a, b, name]) => ({
    unit: toUnit(name!),
    min: readCount(a!),
    max: readCount(b!)
  })),
  row(`\\b(\\d{1,5}) ?(?:-|–|to) ?(\\d{1,5}) ${unit}\\b`, ([, a, b, name]) => ({
    unit: toUnit(name!),
    min: Number(a),
    max: Number(b)
  })),
  row(`\\b${most} (${countSource}) ${unit}\\b`, ([text, count, name]) => ({
    unit: toUnit(name!),
    min: 1,
    max: readCount(count!) - (/^(?:under|fewer|less|below)/i.test(text) && readCount(count!) > 1 ? 1 : 0)
  })),
  row(`\\b(${countSource}) ${unit} (?:or (?:less|fewer)|at most|max(?:imum)?)\\b`, ([, count, name]) => ({
    unit: toUnit(name!),
    min: 1,
    max: readCount(count!)
  })),
  row(`\\b${least} (${countSource}) ${unit}\\b`, ([text, count, name]) => {
    const min = readCount(count!) + (/^(?:more|over)/i.test(text) ? 1 : 0)
    return { unit: toUnit(name!), min, max: min + 10 }
  }),
  row(
    `\\b(?:in|with|using|of|exactly|about|around|approximately|roughly|only|just|be|write|use|give me|generate|say)(?: (?:exactly|only|just|about|around|approximately|roughly|precisely|me))* (${countSource})(?: (?:short|simple|plain|long|complete|brief|concise))? ${unit}\\b`,
    ([, count, name]) => exact(count!, name!)
  ),
  row(`\\b(${countSource})[- ](word|sentence|paragraph|line|item|bullet)\\b(?! (?:count|limit))`, ([, count, name]) =>
    exact(count!, name!)
  ),
  row(
    `\\b(?:list|give(?: me)?|name|suggest|provide|generate|share|tell me|show me|create|brainstorm|recommend|what are|write|offer|find|think of|need|want|come up with)(?: (?:me|us|out|exactly|just|only|the|top|a list of|up with|some))* (${countSource})(?: [\\w-]+){0,3}? ${things}\\b`,
    ([text, count]) => asItems(text, count!)
  ),
  row(
    `\\b(?:list|name|brainstorm|top)(?: (?:me|out|exactly|just|only|the|top))* (\\d{1,3}|${countSource.split('|').slice(1, 21).join('|')}) [a-z]`,
    ([text, count]) => asItems(text, count!)
  )
]

const asItems = (text: string, count: string): AskedLength | undefined =>
  readCount(count) > 1 ? exact(count, /\bbullet/i.test(text) ? 'bullet' : 'item') : undefined

function toUnit(name: string): LengthUnit {
  const lower = name.toLowerCase()
  if (lower.startsWith('bullet')) return 'bullet'
  if (lower.startsWith('point') || lower.startsWith('item')) return 'item'
  return lower.startsWith('char') ? 'character' : (lower.replace(/s$/, '') as LengthUnit)
}

const limits: Readonly<Record<LengthUnit, number>> = {
  word: 20_000,
  sentence: 2000,
  paragraph: 200,
  item: 500,
  bullet: 500,
  line: 2000,
  character: 100_000
}

const plainLines =
  /\bwithout (?:any )?(?:enumerations?|numbers|numbering|bullets)\b|\bno (?:numbering|numbers|bullets)\b/i

/** The first use of the rows costs milliseconds, so they run only on texts with a count. */
const anyCount = new RegExp(`\\b(?:${countSource})\\b`, 'i')

/** Finds the length that a message asks for. */
export function findAskedLength(text: string): AskedLength | undefined {
  if (!anyCount.test(text)) return undefined
  const ends = text.length > 4000 ? `${text.slice(0, 2000)}\n${text.slice(-2000)}` : text
  for (const { when, read } of lengthRows) {
    const match = when.exec(ends)
    const length = match && read(match)
    if (!length || length.max < 1 || length.max < length.min) continue
    // Items on lines of their own have no numbers where the message forbids them.
    const unit = length.unit === 'item' && plainLines.test(ends) ? 'line' : length.unit
    const limit = limits[unit]
    return { unit, min: Math.min(limit, length.min), max: Math.min(limit, length.max) }
  }
  return undefined
}
