/** Scores how much a text asks for a tool: by the words of its name, description and parameters, and by words that mean the same. */
import type { JsonObject } from '../core/openai-types.js'
import type { CallableTool } from './callable-tools.js'
import { splitWords, topicStopWords } from './prompt-topic.js'

/** The words of a text without their endings, each with its weight: 1 in the text, less for a word that means the same. */
export type WordWeights = ReadonlyMap<string, number>

/** How much a text asks for a tool, and the words of the text that say so. */
export interface ToolScore {
  tool: CallableTool
  score: number
  evidence: ReadonlySet<string>
  /** Whether the text has the name itself. */
  isNamed: boolean
}

/** Above this score, a text asks for the tool. */
export const mentionScore = 0.5

const weights = {
  named: 3,
  synonym: 0.7,
  description: 0.3,
  parameter: 0.2,
  value: 0.3,
  search: 0.35,
  maxOutsideName: 0.9
} as const

/** Each line has words that mean the same to a tool. */
const synonymLines = `
weather forecast temperature rain raining rainy sunny snow umbrella humidity windy cold warm hot
time clock hour hours o'clock
date day today calendar
search google browse web internet lookup find news online
calculator calculate calculation math arithmetic compute
sum plus add addition total
times multiply product
minus subtract difference
divide quotient
email mail inbox
stock share ticker price quote
book reserve reservation booking
schedule meeting appointment calendar event
flight fly plane airline
hotel room accommodation stay hostel
dice die roll
image picture photo draw painting
translate translation translator
currency exchange convert conversion converter euros dollars
database sql query table records
location address place map maps directions route
restaurant eat dinner food
music song play playlist album artist jazz rock band
remind reminder alarm
delete remove
create make new add
order purchase buy
customer user account profile
document file files
population inhabitants people
person people contact
message text sms chat
money balance funds cash
money dollars euros pounds pay payment send transfer wire
movie film cinema actor director directed
thermostat heating temperature degrees warmer cooler
light lights lamp
units miles kilometers meters feet inches pounds kilograms celsius fahrenheit
schedule agenda plans
`
/** Signs of what a text asks for, and the words that tools have for it. */
const signs: readonly (readonly [sign: RegExp, words: string])[] = [
  [
    /\b(?:[Tt]ext|[Tt]ell|[Mm]essage|[Ii]nform|[Nn]otify|[Ll]et)\s(?:my\s\w{1,30}|\p{Lu}\p{Ll}{1,30})\s(?:that|know)\b/u,
    ' send message'
  ],
  [/\w\.(?:ts|js|py|go|rs|java|md|txt|csv|json|ya?ml|html|css|pdf|docx?|xlsx?|log)\b/i, ' file'],
  [/\bhow (?:many|much) \w{1,20} (?:are|is|in|make|equals?)\b.{0,40}\d/i, ' convert unit'],
  [/\d\s*(?:[-+*/×÷^]|plus|minus|times|x|multiplied by|divided by)\s*\d/i, ' calculate'],
  [/\d\s*\+\s*\d/, ' plus'],
  [/\d\s+-\s+\d/, ' minus'],
  [/\d\s*[*×x]\s*\d/, ' times'],
  [/\d\s*[/÷]\s*\d/, ' divide']
]

/** Weighs the words of a text, and of the words that mean the same. */
export function weighWords(text: string): WordWeights {
  const weighed = new Map<string, number>()
  const signed = signs.filter(([sign]) => sign.test(text)).map(([, words]) => words)
  const words = splitWords(text + signed.join(''), 400).map(stemWord)
  for (const word of words) weighed.set(word, 1)
  for (const word of words)
    for (const other of synonyms.get(word) ?? noWords) if (!weighed.has(other)) weighed.set(other, weights.synonym)
  return weighed
}

/** Scores a tool against the words of a text. */
export function scoreTool(tool: CallableTool, text: string, words: WordWeights): ToolScore {
  const evidence = new Set<string>()
  const weigh = (word: string) => {
    const weight = words.get(word) ?? 0
    if (weight) evidence.add(word)
    return weight
  }
  const isNamed = tool.name.length > 2 && namesTool(text, tool.name)
  if (tool.name.length > 2 && forbidsTool(text, tool.name)) return { tool, isNamed: false, evidence, score: 0 }
  const nameWords = splitName(tool.name)
  const total = (list: readonly string[]) => list.reduce((sum, word) => sum + weigh(word), 0)
  const size = nameWords.reduce((sum, word) => sum + (searching.has(word) && !words.has(word) ? weights.search : 1), 0)
  const nameScore = size > 0 ? total(nameWords) / size : 0
  const described = meaningfulStems(tool.description ?? '').filter(word => !nameWords.includes(word))
  const descriptionScore = weights.description * described.filter(word => words.get(word) === 1 && weigh(word)).length
  const { names, values } = readParameters(tool.parameters)
  const parameterScore =
    weights.parameter * names.filter(word => words.get(word) === 1 && weigh(word)).length +
    weights.value * values.filter(word => words.get(word) === 1 && weigh(word)).length
  const outsideName = Math.min(weights.maxOutsideName, descriptionScore + Math.min(0.4, parameterScore))
  return { tool, isNamed, evidence, score: (isNamed ? weights.named : 0) + nameScore + outsideName }
}

/** The tools that a text asks for, the best first. A tool needs a word that no better tool has. */
export function pickMentioned(scores: readonly ToolScore[]): ToolScore[] {
  const used = new Set<string>()
  const isAnyNamed = scores.some(({ isNamed }) => isNamed)
  return rank(scores).filter(({ score, evidence, isNamed }) => {
    if (score < mentionScore || (isAnyNamed && !isNamed)) return false
    const isNew = isNamed || [...evidence].some(word => !used.has(word))
    for (const word of evidence) used.add(word)
    return isNew
  })
}

/** Sorts scores, the best first. */
export const rank = (scores: readonly ToolScore[]): ToolScore[] => [...scores].sort((a, b) => b.score - a.score)

/** Whether a text has the name of a tool as it is written in the request. */
function namesTool(text: string, name: string): boolean {
  // A name that is a plain word, such as "search", is a name only as code or before brackets.
  const isPlainWord = /^[A-Za-z]+$/.test(name) && !/[a-z][A-Z]/.test(name)
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length)) {
    const before = text[at - 1] ?? ' '
    const after = text[at + name.length] ?? ' '
    if (/[\w-]/.test(before) || /[\w]/.test(after)) continue
    if (
      !isPlainWord ||
      /["'`“(*]/.test(before) ||
      after === '(' ||
      /^\W{0,2}(?:tool|function)\b/i.test(nextWords(text, at + name.length))
    )
      return true
  }
  return false
}

/** Whether a text says that a tool is not to be used. */
export function forbidsTool(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length))
    if (!/\w/.test(text[at + name.length] ?? '') && negation.test(text.slice(Math.max(0, at - 60), at))) return true
  return false
}

const negation =
  /(?:\bnot|n['’]t|\bnever|\bavoid|\bwithout|\binstead of)\s+(?:(?:use|using|call|calling|the|tool|function|to)\s+){0,3}["'`]?$/i

const nextWords = (text: string, at: number) => text.slice(at, at + 12).trimStart()

const endings: readonly (readonly [ending: RegExp, replacement: string])[] = [
  [/['’]s$/, ''],
  [/(?:ies|ied)$/, 'y'],
  [/(?:ations?|ators?|ating|ated|ates|ate)$/, ''],
  [/(?:ings?|ers?|ors?|ed|es|s|e)$/, '']
]

/** A word in lower case without its ending: `calculator` and `calculates` have the same stem. */
export function stemWord(word: string): string {
  let stem = word.toLowerCase()
  for (const [ending, replacement] of endings) {
    const shorter = stem.replace(ending, replacement)
    if (shorter.length >= 3 && shorter !== stem) {
      stem = shorter
      if (replacement || !ending.source.includes('’')) break
    }
  }
  return stem.replace(/([^aeiou])\1$/, '$1')
}

/** A question wants a search without saying so. */
const searching: ReadonlySet<string> = new Set('search list lookup fetch retrieve query'.split(' ').map(stemWord))

const noWords: readonly string[] = []

const synonyms: ReadonlyMap<string, readonly string[]> = (() => {
  const table = new Map<string, string[]>()
  for (const line of synonymLines.trim().split('\n')) {
    const stems = line.split(' ').map(stemWord)
    for (const stem of stems) table.set(stem, [...(table.get(stem) ?? []), ...stems.filter(other => other !== stem)])
  }
  return table
})()

/** The stems of the words of a name in any case. Words such as `get` are left out. */
export function splitName(name: string): string[] {
  const words = name
    .slice(0, 128)
    .split(/[_\-.\s]+|(?<=[a-z0-9])(?=[A-Z])/)
    .filter(Boolean)
  const meaningful = words.filter(word => !topicStopWords.has(word.toLowerCase()))
  return (meaningful.length ? meaningful : words).map(stemWord)
}

const descriptionStopWords = new Set(
  'based call called current data do function given information input number output provided query request response result return string text tool used user using value values when'
    .split(' ')
    .map(stemWord)
)

function meaningfulStems(text: string): string[] {
  const stems = splitWords(text.slice(0, 2000), 60)
    .filter(word => word.length > 2 && !topicStopWords.has(word.toLowerCase()))
    .map(stemWord)
  return [...new Set(stems)].filter(stem => !descriptionStopWords.has(stem))
}

const maxParameters = 30

function readParameters(parameters: CallableTool['parameters']): { names: string[]; values: string[] } {
  const properties = parameters?.properties
  if (typeof properties !== 'object' || properties === null) return { names: [], values: [] }
  const names: string[] = []
  const values: string[] = []
  for (const [name, schema] of Object.entries(properties).slice(0, maxParameters)) {
    names.push(...splitName(name).filter(word => word.length > 2 && !descriptionStopWords.has(word)))
    const allowed = (schema as JsonObject | null)?.enum
    if (!Array.isArray(allowed)) continue
    for (const value of allowed.slice(0, maxParameters)) if (typeof value === 'string') values.push(stemWord(value))
  }
  return { names: [...new Set(names)], values: [...new Set(values)] }
}
