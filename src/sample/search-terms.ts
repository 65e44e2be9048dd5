/** Fills lists of search terms and keywords: with all words of the prompt that have a meaning. */
import type { Json } from '../core/openai-types.js'
import type { PromptReading } from '../prompt/reading.js'
import type { PromptValue } from '../prompt/value.js'
import { allowsKind, type Slot } from './value-convert.js'

/** The fit of a list of search terms, which is above that of some of its words. */
const termFit = 8
/** Search terms take no text from other properties. */
const noPlace: PromptValue = { kind: 'word', text: '', value: '', start: 0, end: 0 }
const searchWords: ReadonlySet<string> = new Set(['term', 'keyword', 'query'])

/** The search terms that a list may take; none if the property has another subject, or the prompt has words in quotes. */
export function listSearchTerms({ words }: Slot, item: Slot, reading: PromptReading, max: number) {
  const isSearched =
    words.name.some(word => searchWords.has(word)) || /\bsearch terms?\b|\bkeywords?\b/i.test(words.about)
  const isQuoted = isSearched && reading.values.some(({ kind }) => kind === 'quoted')
  if (!isSearched || isQuoted || !allowsKind(item, 'string')) return []
  const json: Json[] = [...new Set(reading.words.subject)].slice(0, max)
  return json.length > 0 ? [{ value: noPlace, json, score: termFit }] : []
}
