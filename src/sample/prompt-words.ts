/** What a prompt offers to strings: its proper nouns, its subject, its dates, addresses and numbers. */
import { firstNames } from './word-lists.js'

export interface PromptWords {
  /** Capitalised words within sentences, joined when they stand together, that are no day, month or first name. */
  nouns: string[]
  people: string[]
  days: string[]
  /** The words that carry meaning, in order. */
  subject: string[]
  numbers: number[]
  emails: string[]
  urls: string[]
  /** Every word in lower case. */
  all: Set<string>
}

export function readPrompt(words: string[]): PromptWords {
  const prompt: PromptWords = {
    nouns: [],
    people: [],
    days: [],
    subject: [],
    numbers: [],
    emails: [],
    urls: [],
    all: new Set()
  }
  let followsNoun = false
  let startsSentence = true
  for (const raw of words.slice(0, 2000)) {
    const word = raw.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '').replace(/['’]s$/u, '')
    if (/^https?:\/\//.test(raw)) prompt.urls.push(raw.replace(/[.,;!?)]+$/, ''))
    else if (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(word)) prompt.emails.push(word)
    else if (word !== '') followsNoun = readWord(prompt, word, startsSentence, followsNoun)
    if (/[,;:]$/.test(raw)) followsNoun = false
    startsSentence = /[.!?:]["')]*$/.test(raw)
    if (startsSentence) followsNoun = false
  }
  return prompt
}

function readWord(prompt: PromptWords, word: string, startsSentence: boolean, followsNoun: boolean): boolean {
  const lower = word.toLowerCase()
  prompt.all.add(lower)
  if (/^\d+(\.\d+)?$/.test(word)) prompt.numbers.push(Number(word))
  const isMeaningful = /^\p{L}/u.test(word) && word.length > 2 && word.length < 40 && !promptStopWords.has(lower)
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

/** camelCase and kebab-case as words with one space between. */
export function splitPropertyName(name: string): string {
  return name
    .slice(0, 200)
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[^A-Za-z0-9]+/g, ' ')
    .toLowerCase()
    .trim()
}

/** What a description gives as an example: "The city and state, e.g. San Francisco, CA". */
export function findDescriptionExample(description = ''): string[] {
  const found = /(?:\be\.g\.,?|\bfor example:?,?|\bsuch as)\s+["'`“]?([^"'`”;()\n]{1,60}?)["'`”]?(?:[.;)]|$)/i.exec(
    description.slice(0, 500)
  )
  const text = found?.[1]?.trim()
  return text ? [text] : []
}

const dayPattern =
  /^(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|today|tomorrow|yesterday|tonight|January|February|March|April|June|July|August|September|October|November|December)$/i

const promptStopWords = new Set(
  (
    'a about above after again all also am an and any are as at be because been before being below between both but by can cannot could describe did do does doing done down each ' +
    'extract few find for from further generate get give had has have having he hello help her here hers him his how i if in into is it its itself just let like list ll make may me might more most must my ' +
    'need no nor not now of off on once only or other our out over own please provide return same say she should show so some such tell than that the their them then there these they this those through to ' +
    'too under until up use using very was we were what when where which while who whom why will with would write you your yours create information following going json answer question user assistant thanks thank solve summarise summarize explain translate classify compare parse'
  ).split(' ')
)
