/** Reads what a property is about from its name, title, description and format. */

import type { UnitClass } from '../prompt/numbers.js'
import { stemNoun } from '../prompt/tokens.js'
import type { PromptValueKind } from '../prompt/value.js'
import { stopWords } from '../prompt/word-lists.js'
import { splitPropertyName } from '../prompt/words.js'
import {
  anyText,
  type Concept,
  conceptsByWord,
  formatFits,
  type KindFits,
  setOf,
  weakHeads
} from './property-concepts.js'
import { countWords, measuresByWord } from './property-measures.js'

/** What describes a property in its schema. */
export interface PropertyTexts {
  name: string
  /** The name of the object that has the property, or of the list that the object is in. */
  parent?: string
  title?: string
  description?: string
  formats?: readonly string[]
  /** What the prompt wants from its text. It says what a property without a name of its own is. */
  task?: string
}

const emptyNames = setOf('value result item element entry data response output list answer arg')

/** What the names and formats of a property say about its values. */
export class PropertyWords {
  /** The stems of the name. */
  readonly name: readonly string[]
  /** The stems of the title, if it differs from the name. */
  readonly title: readonly string[]
  /** The description. */
  readonly about: string
  /** The concepts, the most fitting first. */
  readonly concepts: readonly Concept[]
  readonly fits: KindFits
  readonly measures: readonly UnitClass[]
  /** Whether a number is a year. */
  readonly isYear: boolean
  /** Whether a number counts things. */
  readonly isCount: boolean
  #description: readonly string[] | undefined

  constructor({ name, parent = '', title = '', description = '', formats = [], task = '' }: PropertyTexts) {
    const ownName = splitPropertyName(name)
    const ownTitle = title === '' ? '' : splitPropertyName(title)
    this.about = description.slice(0, 300)
    this.name = toStems(ownName)
    this.title = ownTitle === ownName ? [] : toStems(ownTitle)
    // The `name` of an `item` is the name of an item.
    const isPlain = parent !== '' && this.name.every(word => weakHeads.has(word))
    let found = findConcepts(isPlain ? [...toStems(splitPropertyName(parent)), ...this.name] : this.name)
    if (found.length === 0 && this.title.length > 0) found = findConcepts(this.title)
    const taskWords = task !== '' && this.name.every(word => emptyNames.has(word)) ? toMeaningfulStems(task) : []
    if (taskWords.length > 0) found = findConcepts(taskWords)
    // A description is the last resort: its first words say what the property is.
    if (found.length === 0 && description !== '') found = findConcepts(this.description.slice(0, 4)).slice(0, 1)
    const format = formats.find(each => formatFits.has(each))
    this.concepts = found
    this.fits = format === undefined ? mergeFits(found) : formatFits.get(format)!
    const all = [...this.name, ...this.title, ...taskWords]
    this.measures = all.flatMap(word => measuresByWord.get(word) ?? [])
    this.isYear = all.includes('year') && !all.includes('old')
    this.isCount = all.some(word => countWords.has(word))
  }

  /** The stems of the description that have a meaning. */
  get description(): readonly string[] {
    this.#description ??= this.about === '' ? [] : toMeaningfulStems(this.about)
    return this.#description
  }
}

/** The concepts of a name: those of its last word with a meaning, then those of the words before it. */
function findConcepts(words: readonly string[]): readonly Concept[] {
  const heads = [...words].reverse()
  const strong = heads.filter(word => !weakHeads.has(word))
  const ordered = strong.length > 0 ? strong : heads
  const isCode =
    /^(?:number|code)$/.test(heads[0] ?? '') &&
    !/^(?:phone|telephone|mobile|fax|country|language)$/.test(heads[1] ?? '')
  for (const word of isCode ? ['code', ...ordered] : ordered) {
    const found = conceptsByWord.get(word)
    if (found) return found
  }
  return strong.length < heads.length ? heads.flatMap(word => conceptsByWord.get(word) ?? []) : []
}

function mergeFits(found: readonly Concept[]): KindFits {
  if (found.length < 2) return found[0]?.fits ?? anyText
  const merged: KindFits = {}
  for (const { fits } of found)
    for (const [kind, fit] of Object.entries(fits) as [PromptValueKind, number][])
      merged[kind] = Math.max(merged[kind] ?? -Infinity, fit)
  return merged
}

/** The stems of the name of a property. */
export const toNameStems = (name: string) => toStems(splitPropertyName(name))

const toStems = (words: string) => (words === '' ? [] : words.split(' ').map(stemNoun))
const toMeaningfulStems = (text: string) =>
  toStems(splitPropertyName(text)).filter(word => word.length > 2 && !stopWords.has(word))
