/** Decides how well a value of the prompt fits a property. */
import { isKnownCountry, isKnownPerson, isKnownPlace, isStreet } from '../prompt/names.js'
import type { PromptReading, ValueContextWords } from '../prompt/reading.js'
import { stemNoun } from '../prompt/tokens.js'
import type { PromptValue } from '../prompt/value.js'
import { directions } from './property-concepts.js'
import type { PropertyWords } from './property-words.js'
import { allowsKind, isTitled, type Slot } from './value-convert.js'

/** How well a value fits a slot. Below `weakFit` it does not; from `clearFit` on, it comes before an example of the schema. */
export function scoreFit(slot: Slot, value: PromptValue, reading: PromptReading): number {
  if (value.kind === 'pair') return scoreKey(slot.words, value)
  const context = reading.contextOf(value)
  const isNumber = value.kind === 'number' && allowsKind(slot, 'number')
  const fit = isNumber ? scoreNumber(slot, value, context) : scoreText(slot, value, context)
  return (
    fit +
    scoreContext(slot.words, context) +
    scoreDirection(slot.words, context) +
    context.emphasis -
    (value.isVague ? 1.5 : 0)
  )
}

/** The least score of a value that is used. */
export const weakFit = 4
/** The least score of a value that comes before the schema's example or default. */
export const clearFit = 8

/** The words of a key and of a property: equal, or the key ends with the name, or the name with the key. */
function scoreKey({ name, title }: PropertyWords, { key = [] }: PromptValue): number {
  const score = (words: readonly string[]) => {
    if (words.length === 0 || key.length === 0) return 0
    const shared = Math.min(words.length, key.length)
    const isEnd = words.slice(-shared).join(' ') === key.slice(-shared).join(' ')
    if (isEnd && words.length <= key.length) return words.length === key.length ? 40 : 30
    if (isEnd || words.join('') === key.join('')) return 25
    return key.length === 1 && words[0] === key[0] ? 12 : 0
  }
  return Math.max(score(name), score(title) - 1)
}

function scoreNumber(
  { words }: Slot,
  { value, unit, text }: PromptValue,
  { before, cue, after }: ValueContextWords
): number {
  const number = value as number
  const looksLikeYear = /^(?:1[5-9]|20)\d\d$/.test(text) && !unit
  let score = 6
  if (words.isYear && !unit) score += looksLikeYear ? 6 : -4
  else if (looksLikeYear && /^(?:in|since|by|of|year|from|until|during|summer|winter)$/.test(cue)) score -= 5
  // `at 8` is a time.
  if (words.isCount && cue === 'at' && !unit) score -= 4
  // A judgement is the model's own.
  if (words.name.some(word => judgements.has(word))) score -= 4
  const label = before[0]
  if (label !== undefined && labels.has(label) && !words.name.includes(label)) score -= 4
  if (unit?.class === 'ordinal') score += words.name.some(word => ranks.has(word)) ? 3 : -3
  else if (unit) {
    if (words.measures.includes(unit.class)) score += 5
    else if (words.measures.length > 0) score -= words.name.includes('amount') && quantities.has(unit.class) ? 1.5 : 6
    // A count of days or nights has a unit of time.
    else if (!words.name.includes(stemNoun(unit.name))) score -= words.isCount ? 4 : 1.5
    if (words.name.includes(stemNoun(unit.name))) score += 3
  } else if (words.measures.includes('age') && /^(?:age|aged|turned|is)$/.test(cue)) score += 3
  else if (words.isCount && after.length > 0 && Number.isInteger(number)) score += 1
  return score
}

/** What an amount may be, if it is no money. */
const quantities: ReadonlySet<string> = new Set(['length', 'weight', 'volume', 'temperature', 'storage', 'speed'])

/** The words of numbers that say which of several things is meant. */
const ranks: ReadonlySet<string> = new Set(
  'position index rank ranking place page n nth number ordinal no exponent'.split(' ')
)

/** The words of numbers that a model judges by itself. */
export const judgements: ReadonlySet<string> = new Set(
  'score confidence probability likelihood relevance similarity rating'.split(' ')
)

const labels: ReadonlySet<string> = new Set(
  'room row page chapter version step line seat gate floor table section level part day week unit platform issue flight bus route highway exit building apartment channel port figure question episode season class grade zone suite box no volume iphone windows python node track lane'.split(
    ' '
  )
)

function scoreText({ words }: Slot, value: PromptValue, { cue, isKind }: ValueContextWords): number {
  const fit = words.fits[value.kind]
  if (fit === undefined) return -4
  let score = fit
  // The number of a booking is no word.
  if (value.kind === 'phrase' && words.name.length > 1 && words.name.at(-1) === 'number' && !/\d/.test(value.text))
    score -= 6
  if (words.concepts.some(({ cues }) => cues.has(value.cue?.split(' ').at(-1) ?? cue))) score += 2
  if (value.kind === 'name' || value.kind === 'acronym') score += scoreName(words, value)
  // All words of a sentence are what is searched, and no name of a thing.
  if (value.isWhole) score += words.concepts.some(({ name }) => name === 'query' || name === 'topic') ? 2 : -3
  // `a Labrador` is no name of its own.
  if ((cue === 'in' || cue === 'near') && words.concepts.some(({ name }) => name === 'person')) score -= 5
  if (isKind && value.kind === 'name' && words.name.includes('name')) score -= 4
  return score
}

const numbered: ReadonlySet<string> = new Set(['product', 'title', 'query', 'topic', 'device'])

/** Known names tell people from places. */
function scoreName({ concepts, name }: PropertyWords, { text, kind, title = '', isLonger }: PromptValue): number {
  const wants = (concept: string) => concepts.some(each => each.name === concept)
  // A thing has a number in its name, and a person or a place has none.
  if (isLonger && /\d$|\d\s/.test(text)) return concepts.every(each => numbered.has(each.name)) ? 2 : -8
  const isPlace = isKnownPlace(text)
  if (wants('place') || wants('country')) {
    if (isKnownPerson(text) && !isPlace) return -6
    const wantsCountry = wants('country') || name.includes('country')
    if (isKnownCountry(text)) return wantsCountry ? 4 : name.includes('city') ? -3 : 1
    if (wantsCountry) return isPlace ? -5 : 0
    // A city with its region is a location, but not a city.
    const isPart = name.some(word => /^(?:city|town|state|region|province|code)$/.test(word))
    if (text.includes(',')) return isPart ? -6 : 4
    if (isStreet(text)) return wants('address') ? 3 : -5
    if (kind === 'acronym') return isPart ? 3 : 0
    return isPlace ? 3 : 0
  }
  if (text.includes(',')) return -8
  if (/^(?:Dr|Prof)\b/.test(title) && wants('person')) return isTitled(name) ? 6 : -1
  if (wants('person')) return isPlace || isKnownCountry(text) ? -6 : isKnownPerson(text) ? 3 : 0
  if (wants('party')) return isKnownPerson(text) ? 2 : 0
  return isKnownPerson(text) ? -1 : 0
}

const contextWeights = [8, 6, 4, 3, 2]

/** The words of the property around the value, nearer words first. */
function scoreContext({ name, title, description }: PropertyWords, { before, after }: ValueContextWords): number {
  const near = (words: readonly string[]) => {
    if (words.length === 0) return 0
    let best = 0
    let count = 0
    for (const word of words) {
      const left = before.indexOf(word)
      const right = after.indexOf(word)
      if (left < 0 && right < 0) continue
      count++
      best = Math.max(best, left < 0 ? 0 : contextWeights[left]!, right < 0 ? 0 : contextWeights[right]! - 1)
    }
    return best * (0.4 + (0.6 * count) / words.length)
  }
  return Math.max(near(name), near(title), 0.3 * near(description))
}

/** Whether the word before a value points to the property (`from`, `to`) or away from it. */
export function scoreDirection({ name }: PropertyWords, { cue }: Pick<ValueContextWords, 'cue'>): number {
  const direction = directions.find(({ words }) => name.some(word => words.has(word)))
  if (!direction) return 0
  return direction.cues.has(cue) ? 4 : direction.against.has(cue) ? -6 : 0
}
