/** Finds names in a prompt (capitalised words that belong together) and acronyms. */
import { honorifics, isInitials, type PromptToken } from './tokens.js'
import type { PromptValue } from './value.js'
import {
  firstNames,
  knownCountries,
  knownPlaces,
  months,
  moreFirstNames,
  requestVerbs,
  stopWords
} from './word-lists.js'

/** The names of a text, outside of the text that other values have taken. */
export function findNames(text: string, tokens: readonly PromptToken[], taken: Uint8Array): PromptValue[] {
  const values: PromptValue[] = []
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index]!
    // `iPhone` has its capital inside.
    if (taken[token.start] || !/^\p{Ll}?\p{Lu}/u.test(token.text)) continue
    if (isAcronym(token.text) && !isCapitalised(tokens[index + 1], token, text, taken)) {
      if (!plainAcronyms.has(token.text)) values.push(toValue('acronym', text, token.start, endOf(token)))
      continue
    }
    const begin = index
    const last = findLast(text, tokens, taken, index)
    const first = skipNoName(tokens, index, last)
    index = last
    if (first > last) continue
    const titled = tokens[first - 1]
    const title =
      titled && first > begin && honorifics.has(titled.lower)
        ? text.slice(titled.start, tokens[first]!.start).trim()
        : undefined
    values.push(...createNames(text, tokens, first, last).map(value => (title ? { ...value, title } : value)))
  }
  return values
}

const isAcronym = (word: string) => /^[A-Z]{2,6}$/.test(word)
const toValue = (kind: 'name' | 'acronym', text: string, start: number, end: number): PromptValue => ({
  kind,
  text: text.slice(start, end),
  value: text.slice(start, end),
  start,
  end
})
/** The end of a word without its `'s`. */
const endOf = ({ text, end }: PromptToken) => (/['’]s$/.test(text) ? end - 2 : end)

/** Whether a word continues a name: a capital after one space, or after the dot of a title. */
function isCapitalised(token: PromptToken | undefined, before: PromptToken, text: string, taken: Uint8Array): boolean {
  if (!token || taken[token.start] || !/^\p{Lu}/u.test(token.text) || /['’]s$/.test(before.text)) return false
  const gap = text.slice(before.end, token.start)
  return gap === ' ' || (gap === '. ' && (honorifics.has(before.lower) || isInitials(before.text)))
}

const joiners = new Set('de da di do del della dos das du la le van von der den ten of the bin al y e'.split(' '))

/** The index of the last word of the name that begins at an index. */
function findLast(text: string, tokens: readonly PromptToken[], taken: Uint8Array, first: number): number {
  let last = first
  while (last - first < 7) {
    if (isCapitalised(tokens[last + 1], tokens[last]!, text, taken)) {
      last++
      continue
    }
    let next = last + 1
    while (next <= last + 2 && tokens[next] && joiners.has(tokens[next]!.lower)) next++
    const joins = next > last + 1 && isCapitalised(tokens[next], tokens[next - 1]!, text, taken)
    const isPlain = text.slice(tokens[last]!.end, tokens[last + 1]?.start) === ' '
    // `Price of Tea` at the start of a sentence is no name, and `Ann of Initech` are two.
    const isOf = tokens[last + 1]?.lower === 'of' && (startsSentence(tokens, first) || people.has(tokens[first]!.text))
    if (!joins || !isPlain || isOf) return last
    last = next
  }
  return last
}

const startsSentence = (tokens: readonly PromptToken[], index: number) =>
  index === 0 || tokens[index - 1]!.sentence !== tokens[index]!.sentence

/** Skips words that are capitalised for another reason: titles, days, the first word of a sentence. */
function skipNoName(tokens: readonly PromptToken[], index: number, last: number): number {
  let first = index
  while (first <= last) {
    const { lower } = tokens[first]!
    const isFirst = startsSentence(tokens, first) || first > index
    // `The Beatles` is a name within a sentence.
    if (lower === 'the' && !isFirst && first < last) return first
    if (honorifics.has(lower) || noNames.has(lower)) first++
    else if (startsSentence(tokens, first) && verbs.has(lower) && !(first < last && people.has(tokens[first]!.text)))
      first++
    else if (isFirst && joiners.has(lower)) first++
    else return first
  }
  return first
}

function createNames(text: string, tokens: readonly PromptToken[], first: number, last: number): PromptValue[] {
  const words = tokens.slice(first, last + 1)
  const value = toValue('name', text, words[0]!.start, endOf(words.at(-1)!))
  const next = tokens[last + 1]
  if (isAddressed(text, value, next)) value.isVague = true
  const isAlone = first === last && startsSentence(tokens, first)
  const isKnown = people.has(words[0]!.text) || places.has(value.text) || /^\p{Ll}/u.test(value.text)
  const actsLikeName =
    /['’]s$/.test(words.at(-1)!.text) || (next && nameVerbs.has(next.lower)) || (!next && tokens.length < 3)
  if (isAlone && !isKnown) {
    if (!actsLikeName && text[value.end] !== ',' && text[value.end] !== ':') return []
    return [{ ...value, isVague: true }]
  }
  const rest = text.slice(value.end, value.end + 40)
  const region = /^, ?([A-Z]{2}|\p{Lu}\p{Ll}+(?: \p{Lu}\p{Ll}+)?)(?![\p{L}\p{N}])/u.exec(rest)
  const isRegion = region && (/^[A-Z]{2}$/.test(region[1]!) || countries.has(region[1]!))
  const model = isKnown && !/^\p{Ll}/u.test(value.text) ? null : modelNumber.exec(rest)
  const more = isRegion ? region[0] : model?.[0]
  const joined = more ? [{ ...toValue('name', text, value.start, value.end + more.length), isLonger: true }] : []
  return [value, ...joined]
}

/** The number of a model, which counts nothing: `15 Pro` of `the iPhone 15 Pro and …`. */
const modelNumber =
  /^ (?:\d{1,4}[a-z]?|[A-Z]{1,2}\d{1,3})(?: (?:Pro|Max|Plus|Ultra|Mini|Air|SE))?(?=\s?(?:[?.!,;:)]|$|(?:and|or|vs|versus|with|for|in|on|from|at|to|is|than|against|has|was|costs?|by)\b))/

/** Whether a name is that of the listener: `Alexa, play …`, `Thanks, Peter.` */
const isAddressed = (text: string, { start, end }: PromptValue, next: PromptToken | undefined) =>
  (start < 20 && /^\W*this is $/i.test(text.slice(0, start))) ||
  (start < 2 && text[end] === ',' && next !== undefined && verbs.has(next.text)) ||
  (/^\s?[,.!\n]/.test(text.slice(end, end + 2)) && greeting.test(text.slice(Math.max(0, start - 24), start)))
const greeting = /(?:^|[.!?\n]\s{0,3})\W{0,3}(?:hi|hello|hey|dear|thanks|thank you|ok|okay)\b[\s,]{0,3}$/i

const people: ReadonlySet<string> = new Set([...firstNames, ...moreFirstNames])
const places: ReadonlySet<string> = new Set([...knownPlaces, ...knownCountries])
const countries: ReadonlySet<string> = new Set(knownCountries)
const verbs: ReadonlySet<string> = new Set(requestVerbs)
const noNames: ReadonlySet<string> = new Set([
  ...stopWords,
  ...months.map(month => month.toLowerCase()),
  ...(
    'monday tuesday wednesday thursday friday saturday sunday today tomorrow yesterday hello hi hey dear yes no ok okay user assistant system question answer input output text json note ' +
    "i'm i'd i'll i've it's that's there's let's we're what's who's where's how's is isn't he's she's they're you're don't didn't can't version room weather price name first last"
  ).split(' ')
])
const nameVerbs: ReadonlySet<string> = new Set(
  (
    'is was has had wants want needs need likes loves lives works can will would could should asks asked says said bought buys ordered orders paid owes and or wrote writes went goes sent sends meets met turned weighs earns plays runs owns also ' +
    'manages leads speaks studies teaches drinks drives eats hates enjoys prefers visits travels flies moved married joined called named keeps uses sells cooks reads scored won knows ' +
    'wins wears lived studied worked became does did gets got takes took gave gives made makes came comes died'
  ).split(' ')
)
const plainAcronyms = new Set(
  'OK JSON API URL ID PDF CSV HTML XML SQL FAQ ASAP FYI AM PM NOT AND OR THE HTTP YAML'.split(' ')
)

const firstPart = (text: string, separator: string): string => {
  const end = text.indexOf(separator)
  return end < 0 ? text : text.slice(0, end)
}

/** Whether a name begins with a known first name. */
export const isKnownPerson = (name: string) => people.has(firstPart(name, ' '))
/** Whether a name is that of a known place. */
export const isKnownPlace = (name: string) =>
  places.has(firstPart(name, ',')) || (name.includes(' ') && placeWord.test(name) && !isKnownPerson(name))
/** Whether a name is that of a known country. */
export const isKnownCountry = (name: string) => countries.has(name)
/** Whether a name is that of a street. */
export const isStreet = (name: string) => /\s(?:Street|Avenue|Road|Lane|Drive|Boulevard|Square)$/.test(name)
const placeWord =
  /^(?:Lake|Mount|Port|Fort|Saint|San|Santa|Los|Las|New|North|South|East|West|El)\s|\s(?:City|Island|Islands|Beach|Park|Valley|Falls|Springs|Bay|River|Castle|Airport|Station)$/
