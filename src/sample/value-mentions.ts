/** Finds the words of a prompt that a property knows: values of its enum, languages, and its own name for a boolean. */
import type { Json } from '../core/openai-types.js'
import type { PromptReading } from '../prompt/reading.js'
import { type PromptToken, stemNoun } from '../prompt/tokens.js'
import type { PromptValue } from '../prompt/value.js'
import { requestVerbs, stopWords } from '../prompt/word-lists.js'
import { splitPropertyName } from '../prompt/words.js'
import { listSynonyms, symbols } from './enum-synonyms.js'
import type { Slot } from './value-convert.js'

/** A mention, and how sure it is that the mention is meant. */
export interface Mention {
  value: PromptValue
  json: Json
  score: number
}

const maxListed = 200

/** The mentions of texts of a list, in other forms and words too, unless they are to be exact. */
export function findMentions(listed: readonly Json[], reading: PromptReading, isExact = false): Mention[] {
  const byStem = reading.placesByStem
  const mentions: Mention[] = []
  for (const json of listed.slice(0, maxListed)) {
    if (typeof json !== 'string' || json === '') continue
    const words = splitPropertyName(json).split(' ').filter(Boolean).map(stemNoun)
    const exact =
      words.length > 0
        ? (byStem.get(words[0]!) ?? []).filter(at =>
            words.every((word, offset) => reading.tokens[at + offset]?.stem === word)
          )
        : []
    for (const at of exact)
      mentions.push(createMention(reading, json, at, words.length, stopWords.has(json.toLowerCase()) ? 7 : 10))
    if (exact.length > 0) continue
    const variants = isExact ? [] : [...findVariants(json, words, reading), ...findScattered(words, reading)]
    for (const { at, length, score } of variants) mentions.push(createMention(reading, json, at, length, score))
    for (const { start, end } of findSymbols(json, reading.text))
      mentions.push({ json, score: 8, value: toMention(json, reading.text.slice(start, end), start, end) })
  }
  return mentions.sort((a, b) => a.value.start - b.value.start)
}

const toMention = (json: string, text: string, start: number, end: number): PromptValue => ({
  kind: 'mention',
  text,
  value: json,
  start,
  end
})

interface FoundWords {
  at: number
  length: number
  score: number
}

/** Other forms of a word, and words that mean the same: `descending` for `desc`, `positively` for `positive`, `bug` for `bugfix` not. */
function findVariants(json: string, words: readonly string[], reading: PromptReading): FoundWords[] {
  const { tokens, placesByWord, placesByStem } = reading
  const found = listSynonyms(json).flatMap(([first = '', ...rest]) =>
    (placesByWord.get(first) ?? placesByStem.get(first) ?? [])
      .filter(at => rest.every((word, offset) => tokens[at + offset + 1]?.lower === word))
      .map((at): FoundWords => ({ at, length: rest.length + 1, score: 7 }))
  )
  const [word = ''] = words
  if (words.length !== 1 || word.length < 3) return found
  for (const [lower, places] of placesByWord) {
    const isLonger =
      lower.length > word.length &&
      lower.startsWith(word) &&
      /^(?:ly|ed|d|ing|r|er|est|ness|ending|al|ity|ful|ish|ive|ion)$/.test(lower.slice(word.length))
    const isShorter =
      lower.length > 3 && word.startsWith(lower) && word.length - lower.length < 6 && !stopWords.has(lower)
    if (isLonger || isShorter) found.push(...places.map((at): FoundWords => ({ at, length: 1, score: 7 })))
  }
  return found
}

/** The words of a text of several words, with others between them: `cancel my subscription` for `cancel_subscription`. */
function findScattered(words: readonly string[], { tokens, placesByStem }: PromptReading): FoundWords[] {
  const [first = '', ...others] = words
  if (others.length === 0) return []
  return (placesByStem.get(first) ?? []).flatMap(at => {
    const { sentence } = tokens[at]!
    let place = at
    for (const word of others) {
      const next = tokens
        .slice(place + 1, place + 5)
        .findIndex(token => token.stem === word && token.sentence === sentence)
      if (next < 0) return []
      place += next + 1
    }
    return [{ at, length: place - at + 1, score: 8 }]
  })
}

function findSymbols(json: string, text: string): { start: number; end: number }[] {
  const pattern = Object.hasOwn(symbols, json.toLowerCase()) ? symbols[json.toLowerCase()] : undefined
  if (!pattern) return []
  return (
    [...text.matchAll(pattern)]
      .slice(0, 8)
      // A sign such as `€` belongs to its number, so that it takes no text.
      .map(match => ({ start: match.index, end: match.index + (/\p{L}/u.test(match[0]) ? match[0].length : 0) }))
  )
}

function createMention(reading: PromptReading, json: string, at: number, length: number, base: number): Mention {
  const { tokens, text } = reading
  const first = tokens[at]!
  const last = tokens[at + length - 1]!
  let score = base
  for (let before = at - 1; before >= Math.max(0, at - 4) && tokens[before]!.clause === first.clause; before--)
    if (negations.has(tokens[before]!.lower)) score -= 8
  // A preposition such as `on` means nothing before what it belongs to.
  const followsVerb = verbs.has(tokens[at - 1]?.lower ?? '')
  if (
    !followsVerb &&
    stopWords.has(first.lower) &&
    length === 1 &&
    /^ (?:\p{Lu}|\d|the |my |a )/u.test(text.slice(last.end, last.end + 6))
  )
    score -= 5
  return { json, score, value: toMention(json, text.slice(first.start, last.end), first.start, last.end) }
}

const verbs: ReadonlySet<string> = new Set(requestVerbs)
const negations: ReadonlySet<string> = new Set(
  "not no never without except instead than isn't don't aren't wasn't nor avoid".split(' ')
)

/** The mentions of the name of a boolean or of its opposite, and whether each wants it. */
export function findWishes({ words }: Slot, { tokens }: PromptReading): Mention[] {
  const name = words.name.filter(word => !plainWords.has(word))
  const main = name.at(-1)
  if (main === undefined) return []
  const opposite = opposites.get(main)
  const others = name.slice(0, -1)
  const hasOthers = (at: number) =>
    others.every(word => tokens.slice(Math.max(0, at - 3), at + 4).some(({ stem }) => stem === word))
  return tokens.flatMap((token, at) => {
    // `lock the door` makes it `locked`.
    const forms = participlesOf(token.lower)
    const isNamed = (token.stem === main || forms.includes(main)) && hasOthers(at)
    // What is available is in stock.
    const isSame = token.stem === 'available' && main === 'stock'
    const isOpposite = forms.some(form => opposite?.has(form)) || participlesOf(negativeOf(token.lower)).includes(main)
    if (!isNamed && !isSame && !isOpposite) return []
    const { start, end, text } = token
    const json = isNegated(tokens, at) === isOpposite
    return [{ json, score: 8, value: { kind: 'mention', text, value: text, start, end } }]
  })
}

function isNegated(tokens: readonly PromptToken[], at: number): boolean {
  const { clause } = tokens[at]!
  const hasBefore = tokens
    .slice(Math.max(0, at - 5), at)
    .some(token => token.clause === clause && (negations.has(token.lower) || refusals.has(token.lower)))
  return (
    hasBefore ||
    tokens
      .slice(at + 1, at + 5)
      .some(({ lower, clause: own }) => own === clause && /^(?:off|false|no|disabled|excluded|not)$/.test(lower))
  )
}

const refusals: ReadonlySet<string> = new Set('disable exclude off skip ignore remove hide disallow'.split(' '))

const participlesOf = (verb: string | undefined): readonly string[] =>
  verb === undefined ? [] : [verb, `${verb}ed`, `${verb}d`]

/** The word without its negative prefix: `healthy` of `unhealthy`, `smoking` of `non-smoking`. */
const negativeOf = (word: string): string | undefined => /^(?:un|in|im|ir|dis|non-?)([a-z]{4,})$/.exec(word)?.[1]

/** The first word of a line is the opposite of the others. */
const opposites: ReadonlyMap<string, ReadonlySet<string>> = (() => {
  const table = new Map<string, Set<string>>()
  const add = (word: string, other: string) => table.set(word, (table.get(word) ?? new Set()).add(other))
  for (const line of [
    'married single unmarried divorced widowed',
    'open closed shut',
    'online offline',
    'active idle asleep',
    'available sold taken',
    'alive dead',
    'male female woman girl',
    'female male man boy',
    'adult child minor',
    'public private secret',
    'paid unpaid free owed',
    'full empty',
    'employed jobless retired',
    'indoor outdoor',
    'new used old',
    'completed pending unfinished open',
    'done pending unfinished open',
    'enabled disabled',
    'visible hidden',
    'allowed forbidden prohibited',
    'correct wrong false',
    'valid expired broken',
    'happy sad',
    'vegetarian meat'
  ]) {
    const [word = '', ...others] = line.split(' ')
    for (const other of others) {
      add(word, other)
      add(other, word)
    }
  }
  return table
})()

const plainWords: ReadonlySet<string> = new Set(
  'is has include with enable use should allow want need'
    .split(' ')
    .flatMap(word => [word, stemNoun(word)])
    .concat('included', 'enabled', 'required')
)
