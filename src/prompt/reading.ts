/** Reads a prompt once: its words, its values, and the context of each value. */
import { Budget } from '../core/budget.js'
import { findLists, findWordLists } from './lists.js'
import { splitTask, wantsInvention } from './task.js'
import { type PromptToken, tokenize } from './tokens.js'
import type { PromptValue } from './value.js'
import { findValues } from './values.js'
import { requestVerbs } from './word-lists.js'
import { type PromptWords, readPrompt } from './words.js'

/** The words around a value, within its clause. */
export interface ValueContextWords {
  /** The stems before the value, the nearest first, without words such as `is` and `the`. */
  before: string[]
  /** The stems after the value, the nearest first. */
  after: string[]
  /** The nearest word before the value that is no article. */
  cue: string
  /** Above 0 in a clause that asks for something, below 0 in a clause that tells of the past. */
  emphasis: number
  /** Whether `a` or `an` stands before the value, so that it names a kind and no person. */
  isKind: boolean
}

/** The reading of a prompt. What it finds is found when it is first asked for, and once. */
export class PromptReading {
  /** The text that has the values. */
  readonly text: string
  /** The instructions before the text, if the prompt has a text of its own. */
  readonly task: string
  /** Whether the prompt wants values that no text has. */
  readonly wantsInvention: boolean
  readonly #budget: Budget
  #tokens: PromptToken[] | undefined
  #values: PromptValue[] | undefined
  #placesByWord: ReadonlyMap<string, readonly number[]> | undefined
  #placesByStem: ReadonlyMap<string, readonly number[]> | undefined
  #lists: PromptValue[] | undefined
  #wordLists: PromptValue[] | undefined
  #words: PromptWords | undefined
  #taken: Uint8Array = new Uint8Array(0)
  readonly #contexts = new Map<PromptValue, ValueContextWords>()

  constructor(text = '', budget = new Budget()) {
    const long = text.length > 2 * maxChars ? `${text.slice(0, maxChars)}\n${text.slice(-maxChars)}` : text
    const { task, data } = splitTask(long)
    this.task = task
    this.text = data.includes('{') ? blankSchemas(data) : data
    this.wantsInvention = wantsInvention(long)
    this.#budget = budget
  }

  /** The words by their use. */
  get words(): PromptWords {
    this.#words ??= readPrompt(this.text === '' ? [] : this.text.slice(0, maxChars).split(/\s+/))
    return this.#words
  }

  get tokens(): readonly PromptToken[] {
    this.#tokens ??= tokenize(this.text)
    return this.#tokens
  }

  /** The places of each word in lower case among the words. */
  get placesByWord(): ReadonlyMap<string, readonly number[]> {
    this.#placesByWord ??= indexPlaces(this.tokens, ({ lower }) => lower)
    return this.#placesByWord
  }

  /** The places of each stem. `small-sized` and `non-stop` have the stems `small` and `non` too. */
  get placesByStem(): ReadonlyMap<string, readonly number[]> {
    if (this.#placesByStem) return this.#placesByStem
    const index = indexPlaces(this.tokens, ({ stem }) => stem)
    for (const [word, places] of this.placesByWord) {
      const end = word.indexOf('-')
      if (end > 0) index.set(word.slice(0, end), [...(index.get(word.slice(0, end)) ?? []), ...places])
    }
    this.#placesByStem = index
    return this.#placesByStem
  }

  /** The values in their order, and the pairs. */
  get values(): readonly PromptValue[] {
    if (this.#values) return this.#values
    this.#budget.spendWork(Math.ceil(this.text.length / charsPerUnit), 'the values of a prompt')
    const { values, taken } = findValues(this.text, this.tokens)
    this.#taken = taken
    this.#values = values
    return this.#values
  }

  /** The values of one kind that stand together. */
  get lists(): readonly PromptValue[] {
    if (this.#lists) return this.#lists
    const longer = this.values.filter(({ isLonger }) => isLonger)
    const shorter = this.values.filter(({ isLonger }) => !isLonger)
    this.#lists = findLists(this.text, shorter)
    if (longer.length === 0) return this.#lists
    const apart = shorter.filter(({ start, end }) => !longer.some(each => start < each.end && each.start < end))
    const merged = [...longer, ...apart].sort((a, b) => a.start - b.start)
    this.#lists.push(...findLists(this.text, merged).filter(({ members }) => members!.some(({ isLonger }) => isLonger)))
    return this.#lists
  }

  /** The lists of plain words. */
  get wordLists(): readonly PromptValue[] {
    this.#wordLists ??= findWordLists(this.text, this.tokens)
    return this.#wordLists
  }

  /** The context of a value. */
  contextOf(value: PromptValue): ValueContextWords {
    let context = this.#contexts.get(value)
    if (!context) {
      context = this.#readContext(value)
      this.#contexts.set(value, context)
    }
    return context
  }

  #readContext({ start, end }: PromptValue): ValueContextWords {
    const { tokens } = this
    const first = findToken(tokens, start)
    let next = first
    while (next < tokens.length && tokens[next]!.start < end) next++
    const clause = tokens[first]?.clause
    const lastClause = tokens[next - 1]?.clause
    const before: string[] = []
    let cue = ''
    for (let at = first - 1; at >= 0 && before.length < 5; at--) {
      const token = tokens[at]!
      if (token.clause !== clause || this.#taken[token.start]) {
        // `miles` of `26 miles` and `Celsius` of `20 degrees Celsius` belong to a number.
        if (token.clause === clause && /^\d/.test(token.text) && (cue === '' || cue === 'degrees')) cue = numberCue
        break
      }
      if (cue === '' && !articles.has(token.lower)) cue = token.lower
      if (!fillers.has(token.lower)) before.push(token.stem)
    }
    const after: string[] = []
    for (let at = next; at < tokens.length && after.length < 3; at++) {
      const token = tokens[at]!
      if (token.clause !== lastClause || this.#taken[token.start]) break
      if (!fillers.has(token.lower)) after.push(token.stem)
    }
    const isKind = /^an?$/.test(tokens[first - 1]?.lower ?? '') && tokens[first - 1]!.clause === clause
    return { before, after, cue, emphasis: this.#readEmphasis(first), isKind }
  }

  #readEmphasis(index: number): number {
    const { tokens, text } = this
    const own = tokens[index]
    if (!own || (tokens.at(-1)!.clause === 0 && !text.includes('?'))) return 0
    let emphasis = 0
    let first = index
    for (let at = index; at > index - 30 && tokens[at]?.clause === own.clause; at--) {
      emphasis = combineEmphasis(emphasis, tokens[at]!)
      first = at
    }
    if (conjunctions.has(tokens[first]!.lower) && tokens[first + 1]) first++
    const isRequest = verbs.has(tokens[first]!.lower)
    let at = index
    for (; at < index + 40 && tokens[at]?.sentence === own.sentence; at++)
      if (tokens[at]!.clause === own.clause) emphasis = combineEmphasis(emphasis, tokens[at]!)
    const isQuestion = /^[^\p{L}\p{N}]{0,6}\?/u.test(text.slice(tokens[at - 1]!.end, tokens[at - 1]!.end + 8))
    return emphasis + (isQuestion ? 1 : 0) + (isRequest && emphasis < 1 ? 1 : 0)
  }
}

const askingWords = new Set('please now want need should plan instead'.split(' '))
const tellingWords = new Set('was were had did yesterday last ago already'.split(' '))

function combineEmphasis(emphasis: number, { lower }: PromptToken): number {
  if (askingWords.has(lower)) return 1
  return emphasis === 0 &&
    (tellingWords.has(lower) || (lower.endsWith('ed') && /^(?!(?:nam|call|titl|entitl)ed$)[a-z]{3,}ed$/.test(lower)))
    ? -1
    : emphasis
}

/** The cue of a word directly after a number. */
export const numberCue = '#'
const conjunctions = new Set('and but then so now also please'.split(' '))
const verbs: ReadonlySet<string> = new Set(requestVerbs)
const maxChars = 3000
const charsPerUnit = 4
const articles = new Set('the a an my our your his her their its this that'.split(' '))
const fillers = new Set([...articles, ...'is are was were be of to as equals equal be'.split(' ')])

function indexPlaces(tokens: readonly PromptToken[], keyOf: (token: PromptToken) => string): Map<string, number[]> {
  const index = new Map<string, number[]>()
  for (let at = 0; at < tokens.length; at++) {
    const key = keyOf(tokens[at]!)
    const places = index.get(key)
    if (places) places.push(at)
    else index.set(key, [at])
  }
  return index
}

/** The index of the first word that ends after a place in the text. */
function findToken(tokens: readonly PromptToken[], start: number): number {
  let low = 0
  let high = tokens.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (tokens[middle]!.end <= start) low = middle + 1
    else high = middle
  }
  return low
}

/** Replaces the JSON schemas of a text by spaces, since their words are no values. */
function blankSchemas(text: string): string {
  let depth = 0
  let start = 0
  let result = ''
  let copied = 0
  for (let at = text.indexOf('{'); at >= 0 && at < text.length; at++) {
    const char = text[at]
    if (char === '{' && depth++ === 0) start = at
    else if (char === '}' && depth > 0 && --depth === 0) {
      const block = text.slice(start, at + 1)
      if (
        !/"(?:properties|\$defs|\$ref)"\s*:|"type"\s*:\s*"(?:string|integer|number|boolean|array|object)"/.test(block)
      )
        continue
      result += text.slice(copied, start) + ' '.repeat(block.length)
      copied = at + 1
    }
  }
  return result + text.slice(copied)
}

/** The reading of an empty prompt. */
export const noPrompt = new PromptReading('')
