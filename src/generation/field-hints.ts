/** Refines the fields of a structure by what the prompt says about them: their options, ranges and counts, and the verdict of a judge. */
import { isJsonObject } from '../core/json-pointer.js'
import type { ChatRequest, Json, JsonObject } from '../core/openai-types.js'

const judging = /\b(?:rubric|grad(?:e|ing)|evaluat\w+|judg\w+|assess\w*|criteri(?:a|on)|verdicts?)\b/i
/** Prompts in which "yes" is a fault of the text. */
const findsFaults =
  /\b(?:toxic\w*|bias(?:ed)?|pii|personally identifiable|misuse\w*|violat\w+|inappropriate|harmful|leak\w*|non-advice)\b/i

/** Whether a prompt asks for a verdict, or says how long a list is. */
export const asksForVerdict = (text: string): boolean => judging.test(text) || /\bstrictly equal\b/i.test(text)

/** Whether a value may need a correction: an answer came before, or the object says whether a text follows a rule. This costs little. */
export const mayNeedCorrection = ({ messages }: ChatRequest, schema: JsonObject): boolean =>
  messages.some(({ role }) => role === 'assistant') || mayHoldVerdict(schema)

/** Whether an object has a member that says whether a text follows a rule. */
export const mayHoldVerdict = ({ properties }: JsonObject): boolean =>
  isJsonObject(properties) &&
  Object.keys(properties).some(name => /valid|compl|accept|allowed|pass|follows/i.test(name))

/** Refines the properties of an object, and of the objects in its lists. */
export function refineFields(schema: JsonObject, text: string): JsonObject {
  const instructions = text.length > 32_000 ? `${text.slice(0, 16_000)}\n${text.slice(-16_000)}` : text
  return refine(schema, { text: instructions, isJudge: judging.test(instructions), mentions: 40 }, 0)
}

interface HintSource {
  text: string
  isJudge: boolean
  /** How many more mentions of names are read. */
  mentions: number
}

function refine(schema: JsonObject, source: HintSource, depth: number, name = ''): JsonObject {
  if (depth > 3) return schema
  const { properties, items } = schema
  if (isJsonObject(items)) {
    const listed = items.type === 'string' && !items.enum ? readSentences(source.text) : []
    if (listed.length) return { type: 'array', const: listed }
    const count = depth === 1 ? (readCount(source.text) ?? readNamedCount(source.text, name)) : undefined
    return {
      ...schema,
      items: refine(items, source, depth + 1),
      ...(count ? { minItems: count, maxItems: count } : {})
    }
  }
  if (!isJsonObject(properties)) return schema
  const refined = Object.entries(properties).map(([name, property]): [string, Json] => {
    if (!isJsonObject(property)) return [name, property as Json]
    if (property.type === 'object' || property.type === 'array')
      return [name, refine(property, source, depth + 1, name)]
    return [name, refineField(name, property, source)]
  })
  return { ...schema, properties: Object.fromEntries(refined) }
}

/** The sentences of the text that a prompt wants to have split, under the last heading such as "Text:". */
function readSentences(text: string): string[] {
  if (!/\b(?:statements?|claims?|truths|facts|sentences|opinions)\b/i.test(text)) return []
  const at = Math.max(
    ...['Text:', 'AI Output:', 'Excerpt:', 'Actual Output:'].map(heading => text.lastIndexOf(`\n${heading}\n`))
  )
  if (at < 0) return []
  const data = text.slice(text.indexOf('\n', at + 1)).replace(/\n\s*JSON:\s*$/, '')
  return (data.slice(0, 8000).match(/[^.!?\n]{3,500}[.!?]?/g) ?? [])
    .map(each => each.trim())
    .filter(each => each.length > 2)
    .slice(0, 20)
}

/** Prompts say that a list has as many items as a number, or as the last list in the prompt. */
function readCount(text: string): number | undefined {
  const [match, digits] =
    /\bequals?(?: to)? (?:(\d{1,2})\b|(?:that of )?(?:the )?(?:number of )?[a-z])/i.exec(text) ?? []
  if (match === undefined) return undefined
  const list = /\n\[(["'][^\n]{0,8000})\]\s*(?=\n|$)/g
  const lists = [...text.matchAll(list)].map(
    ([, items]) => items!.match(/(?<=^|, ?)(["'])(?:[^\\]|\\.)*?\1(?=,|$)/g)?.length ?? 0
  )
  const count = digits === undefined ? lists.at(-1) : Number(digits)
  return count && count <= 50 ? count : undefined
}

/** The number before the name of a list, as in `3-4 short steps`. */
function readNamedCount(text: string, name: string): number | undefined {
  if (!/^[a-z]\w{1,40}s$/.test(name)) return undefined
  const [, digits] = new RegExp(`\\b(\\d{1,2})(?:-\\d{1,2})? (?:[\\w-]{1,20} ){0,3}${name}\\b`).exec(text) ?? []
  const count = Number(digits)
  return count > 0 && count <= 50 ? count : undefined
}

function refineField(name: string, property: JsonObject, source: HintSource): JsonObject {
  let field = property
  for (const words of mentionsOf(name, field, source)) {
    const isNumber = field.type === 'number' || field.type === 'integer'
    if (field.type === 'string' && !field.enum) {
      const options = readFieldOptions(words)
      if (options) field = { ...field, enum: options }
    }
    if (isNumber && field.minimum === undefined) field = { ...field, ...readRange(words) }
  }
  return source.isJudge ? judge(name, field, source.text) : field
}

/** What the prompt says after each mention of a name, in quotes or before a colon. */
function mentionsOf(name: string, { description }: JsonObject, source: HintSource): string[] {
  const found = typeof description === 'string' ? [description] : []
  if (!/^[\w ]+$/.test(name) || source.mentions <= 0) return found
  const mention = new RegExp(
    `(?:["'\`]${name}["'\`]{1,3}|\\b${name}\\b(?=:| (?:is|must|should|key|field)\\b|\\s*\\())([^\\n]{0,200})`,
    'g'
  )
  for (const [, after] of source.text.matchAll(mention)) {
    if (source.mentions-- <= 0 || found.length > 5) break
    found.push(after!)
  }
  return found
}

const optionLead =
  /\b(?:one of|strictly(?: be)?(?: either)?|either|must be|should be|can be|letter|values?|options?)\b[:\s([]*/gi
const optionItem =
  /^[\s,;|/[]*(?:or\s+|and\s+)?(?:(["'`])([\w -]{1,40})\1|([A-Z](?=[,.;)\s]|$)|yes|no|borderline|idk)\b(?!['’]))(?:\s*\([^()\n]{0,80}\))?/

function readFieldOptions(words: string): string[] | undefined {
  for (const lead of words.matchAll(optionLead)) {
    let rest = words.slice(lead.index + lead[0].length)
    const options: string[] = []
    for (let match = optionItem.exec(rest); match && options.length < 30; match = optionItem.exec(rest)) {
      options.push(match[2] ?? match[3]!)
      rest = rest.slice(match[0].length)
    }
    if (options.length > 1) return [...new Set(options)]
  }
  return undefined
}

const rangePattern =
  /\b(?:between|from|range(?: of)?|scale of|in)?\s*[[(]?(-?\d+(?:\.\d+)?)\s*(?:and|to|-|–|,)\s*(-?\d+(?:\.\d+)?)[\])]?/i
const eitherPattern = /\beither (\d+)[^\n]{0,80}?\bor (\d+)\b/i

function readRange(words: string): JsonObject {
  const match = eitherPattern.exec(words) ?? rangePattern.exec(words)
  const type: JsonObject = /\b(?:integer|whole number|int)\b/i.test(words)
    ? { type: 'integer' }
    : /\b(?:float|decimal)\b/i.test(words)
      ? { type: 'number' }
      : {}
  if (!match) return type
  const [a, b] = [Number(match[1]), Number(match[2])]
  return { ...type, minimum: Math.min(a, b), maximum: Math.max(a, b) }
}

const reasons = [
  'The output meets the criteria: it is relevant, complete and clear.',
  'The answer addresses the question directly and is consistent with the given information.',
  'It follows the instructions, and nothing in it contradicts the context.'
]

/** The verdicts of a judge who is content, by the names of the fields. */
const verdictRows: readonly { name: RegExp; type: RegExp; verdict(field: JsonObject, text: string): JsonObject }[] = [
  {
    name: /^(?:pass|passed|is_?correct|correct|valid|is_?valid|success|successful|met|satisfied|relevant|faithful)$/i,
    type: /boolean/,
    verdict: () => ({ type: 'boolean', const: true })
  },
  {
    name: /^(?:score|rating|grade|verdict|confidence|points|quality|\w+_score|\w+_rating)$/i,
    type: /number|integer/,
    verdict: field => {
      const max = typeof field.maximum === 'number' ? field.maximum : 1
      // Nearly nothing is perfect on a long scale.
      return { ...field, const: max > 5 && max > Number(field.minimum ?? 0) + 5 ? max - 1 : max }
    }
  },
  {
    name: /^(?:verdict|answer|result|judg(?:e?ment)|decision)$/i,
    type: /string/,
    verdict: (field, text) => {
      const wanted = findsFaults.test(text) ? /^(?:no|false|pass)$/i : /^(?:yes|true|pass(?:ed)?|correct|y)$/i
      const options = Array.isArray(field.enum) ? field.enum : ['yes', 'no']
      const verdict = options.find(option => wanted.test(String(option)))
      return verdict === undefined || (!field.enum && !/\byes\b/i.test(text))
        ? field
        : { type: 'string', const: verdict }
    }
  },
  {
    name: /^(?:reason|reasoning|explanation|rationale|justification|feedback)$/i,
    type: /string/,
    verdict: field => (field.enum ? field : { type: 'string', enum: reasons })
  }
]

function judge(name: string, field: JsonObject, text: string): JsonObject {
  const row = verdictRows.find(each => each.name.test(name) && each.type.test(String(field.type)))
  return row ? row.verdict(field, text) : field
}
