/** Reads what a prompt asks about the text after its colon, for an answer of one value: how many people there are, or whether something is true. */
import type { Budget } from '../core/budget.js'
import type { JsonObject } from '../core/openai-types.js'
import { PromptReading } from '../prompt/reading.js'
import type { PromptValueKind } from '../prompt/value.js'
import { splitWords } from './prompt-topic.js'
import { stemWord } from './tool-words.js'

const countedThing = /\b(?:number of|count(?: of)?|how many)\s(?:the |all |different )?([a-z-]{2,30})\b[^:\n]{0,80}:\s/i
const askedTruth =
  /\b(?:if|whether)\s[^:\n]{0,100}\b(?:is|are|was|were|has|have|contains?|mentions?)\s(?:an?\s|the\s)?([\p{L}-]{2,30}):\s/iu

/** The values that are counted for each noun. */
const countedKinds: readonly { noun: RegExp; kind: PromptValueKind }[] = [
  { noun: /^(?:people|persons?|names)$/i, kind: 'name' },
  { noun: /^e-?mails?$/i, kind: 'email' },
  { noun: /^(?:urls|links)$/i, kind: 'url' },
  { noun: /^dates$/i, kind: 'date' },
  { noun: /^numbers$/i, kind: 'number' }
]
const negations = new Set(['not', 'no', 'never', 'without', 'isn’t', "isn't", "aren't", "wasn't", 'nor'])

/** Sets the value of a schema with one property to what the prompt asks for; otherwise returns the schema. */
export function withAskedFact(schema: JsonObject, text: string, budget: Budget): JsonObject {
  const members = Object.entries((schema.properties ?? {}) as Record<string, JsonObject | null>)
  const [name, property] = members.length === 1 ? members[0]! : []
  const fact =
    property?.type === 'boolean'
      ? readTruth(text)
      : property?.type === 'integer' || property?.type === 'number'
        ? readCounted(text, budget)
        : undefined
  return fact === undefined ? schema : { ...schema, properties: { [name!]: { ...property, const: fact } } }
}

function readCounted(text: string, budget: Budget): number | undefined {
  const match = countedThing.exec(text.slice(0, 2000))
  const kind = match && countedKinds.find(({ noun }) => noun.test(match[1]!))?.kind
  if (!kind) return undefined
  const { values } = new PromptReading(text.slice(match.index + match[0].length, maxChars), budget)
  return new Set(values.filter(value => value.kind === kind).map(value => value.text)).size
}

function readTruth(text: string): boolean | undefined {
  const match = askedTruth.exec(text.slice(0, 2000))
  if (!match) return undefined
  const words = splitWords(text.slice(match.index + match[0].length, maxChars), 1000).map(word => word.toLowerCase())
  const wanted = stemWord(match[1]!)
  // `a 37-year-old man` and `the man` are both a man.
  const at = words.findIndex(word => stemWord(word) === wanted)
  return at >= 0 && !words.slice(Math.max(0, at - 3), at).some(word => negations.has(word))
}

const maxChars = 8000
