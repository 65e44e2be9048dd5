/** Finds the words of a prompt that strings can use: proper nouns, people, subject and days. */
import { firstNames, requestVerbs, stopWords } from './word-lists.js'

/** The words of a prompt by their use. */
export interface PromptWords {
  /** Capitalised words within sentences, adjacent words joined, without days, months and first names. */
  nouns: string[]
  people: string[]
  days: string[]
  /** The words that carry meaning, in their order. */
  subject: string[]
  /** All words in lower case. */
  all: Set<string>
}

/** Sorts the words of a prompt by their use. */
export function readPrompt(words: string[]): PromptWords {
  const prompt: PromptWords = {
    nouns: [],
    people: [],
    days: [],
    subject: [],
    all: new Set()
  }
  let followsNoun = false
  let startsSentence = true
  for (const raw of words.slice(0, maxWords)) {
    const word = raw.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '').replace(/['’]s$/u, '')
    if (word !== '' && !raw.includes('@') && !raw.includes('://'))
      followsNoun = readWord(prompt, word, startsSentence, followsNoun)
    if (/[,;:]$/.test(raw)) followsNoun = false
    startsSentence = /[.!?:]["')]*$/.test(raw)
    if (startsSentence) followsNoun = false
  }
  return prompt
}

const maxWords = 200

function readWord(prompt: PromptWords, word: string, startsSentence: boolean, followsNoun: boolean): boolean {
  const lower = word.toLowerCase()
  prompt.all.add(lower)
  const isRequest = startsSentence && requestSet.has(lower)
  const isMeaningful =
    /^\p{L}/u.test(word) && word.length > 2 && word.length < 40 && !promptStopWords.has(lower) && !isRequest
  if (isMeaningful) prompt.subject.push(word)
  if (dayPattern.test(word) || /^\d{4}-\d\d-\d\d$/.test(word)) prompt.days.push(word)
  else if (firstNames.includes(word)) prompt.people.push(word)
  else if (/^\p{Lu}\p{Ll}/u.test(word) && isMeaningful && !startsSentence && word.length < 40) {
    const last = prompt.nouns.at(-1)
    if (followsNoun && last !== undefined) prompt.nouns[prompt.nouns.length - 1] = `${last} ${word}`
    else prompt.nouns.push(word)
    return true
  }
  return false
}

/** Splits a name in camelCase, snake_case or kebab-case into words with one space between. */
export function splitPropertyName(name: string): string {
  return name
    .slice(0, 200)
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[^A-Za-z0-9]+/g, ' ')
    .toLowerCase()
    .trim()
}

/** Finds the example in a description such as "The city and state, e.g. San Francisco, CA". */
export function findDescriptionExample(description = ''): string[] {
  const match = /(?:\be\.g\.,?|\bfor example:?,?|\bsuch as)\s+["'`“]?([^"'`”;()\n]{1,60}?)["'`”]?(?:[.;)]|$)/i.exec(
    description.slice(0, 500)
  )
  const text = match?.[1]?.trim()
  return text ? [text] : []
}

const dayPattern =
  /^(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|today|tomorrow|yesterday|tonight|January|February|March|April|June|July|August|September|October|November|December)$/i

const requestSet: ReadonlySet<string> = new Set(requestVerbs)

const promptStopWords = new Set([
  ...stopWords,
  ...(
    'above answer assistant below cannot classify compare create describe down explain extract following further generate going hers information itself ' +
    'json list ll nor own parse provide question return solve summarise summarize translate user whom yours'
  ).split(' ')
])
