/** Finds the structure that a prompt asks for: JSON of a schema or an example, sections, tags, or labelled lines. */
import type { Json, JsonObject } from '../core/openai-types.js'
import { refineFields } from './field-hints.js'
import { findFieldList } from './field-list.js'
import { findLabelledTurn } from './labelled-turn.js'
import { type FoundObject, findObjects } from './lenient-object.js'
import { findMarkedSections, findOrderedFields, findTaggedFields } from './marked-fields.js'
import type { PromptText } from './prompt-topic.js'
import { objectSchema, readTypeWords } from './type-words.js'

/** How a value is written as text. */
export type Layout = 'json' | 'fence' | 'sections' | 'tags' | 'labels' | 'plain'

/** The structure of an answer: the schema of its value, and how the value is written. */
export interface PromptedStructure {
  schema: JsonObject
  layout: Layout
  /** The schema or the example as the prompt shows it. Its words are no values. */
  shown?: string
}

interface Candidate extends PromptedStructure {
  /** The candidate with the best fit wins. */
  fit: number
}

/** Finds a structure in a text. */
type Recogniser = (text: string, prompt: PromptText) => Candidate | undefined

const recognisers: readonly { when: RegExp; find: Recogniser }[] = [
  { when: /\[\[ ## \w/, find: (_, prompt) => withFit(findMarkedSections(prompt), 'sections', 12) },
  { when: /following order of fields: `/, find: (_, prompt) => withFit(findOrderedFields(prompt), 'json', 12) },
  { when: /Action Input:/, find: (_, prompt) => withFit(findLabelledTurn(prompt), 'labels', 8) },
  { when: /[{[]/, find: findShownObject },
  { when: /\b(?:keys?|fields?|propert(?:y|ies)|attributes?|members?)\b/i, find: findNamedFields },
  { when: /\bXML tags `</, find: (_, prompt) => withFit(findTaggedFields(prompt), 'tags', 12) },
  {
    when: /<\w[^>\n]{0,60}>/,
    find: (text, prompt) => (asksForJson(text) ? undefined : withFit(findTaggedFields(prompt), 'tags', 3))
  },
  { when: /\bjson\b/i, find: findBareJson },
  { when: /\bstrictly in the following format\b/i, find: findPlainFormat }
]

const withFit = (schema: JsonObject | undefined, layout: Layout, fit: number): Candidate | undefined =>
  schema && { schema, layout, fit }

/** Finds the structure that a prompt asks for: the best fit in the user's message, or else in the instructions. */
export function findPromptedStructure(prompt: PromptText): PromptedStructure | undefined {
  const found = bestOf(prompt, prompt)
  return found && toStructure(found)
}

/** Finds the object that a prompt asks for, if the request demands a JSON object anyway. */
export function findPromptedObject({ system, user }: PromptText): PromptedStructure | undefined {
  const demand = 'Respond with a JSON object.\n'
  const found = bestOf({ system: demand + system, user: demand + user }, { system, user })
  const isObject = found && found.fit >= 2 && found.layout !== 'labels' && found.layout !== 'plain'
  if (!isObject) return undefined
  const structure = toStructure(found)
  // The service returns an object.
  return found.schema.type === 'array' ? { ...structure, schema: objectSchema({ items: found.schema }) } : structure
}

const toStructure = ({ schema, layout, shown }: Candidate): PromptedStructure => ({
  schema,
  layout,
  ...(shown === undefined ? {} : { shown })
})

function bestOf(searched: PromptText, prompt: PromptText): Candidate | undefined {
  // A message of the user may ask for the JSON that the instructions show, and the other way round.
  const whole = searched.system ? `${searched.system}\n\n${searched.user}` : searched.user
  let best: Candidate | undefined
  for (const { when, find } of recognisers) {
    if (!when.test(whole)) continue
    const found = find(whole, prompt)
    if (found && found.fit > (best?.fit ?? 0)) best = found
  }
  return best
}

const jsonRequest =
  /\b(?:respond|reply|return|answer|output|provide|produce|generate|give|format(?:ted)?|emit|print|create|extract|matches?|match|conforms?|writ(?:e|ten)|present|use|using|send|as|in|to|into|only|valid|strict|following|correct)\b(?![^.\n]{0,80}\b(?:function|script|parser|class|code|program|regex|parses|endpoint)\b)[^.\n]{0,90}\b(?:JSON|dictionary|dict object)\b/i
const aboutJson =
  /\b(?:summari[sz]e|explain|describe|what (?:is|does)|validate|fix|debug|translate|convert|parse)\b[^.\n]{0,30}\b(?:this|the following|my|that|from)\b[^.\n]{0,20}\bJSON\b/i

/** Whether a text asks for JSON as the answer. */
export const asksForJson = (text: string): boolean => {
  const match = jsonRequest.exec(text)
  return match !== null && (!aboutJson.test(text) || jsonRequest.test(text.replace(aboutJson, '')))
}

const asksForObject =
  /\b(?:respond|reply|return|answer|output|provide|produce|generate|format)\b[^.\n]{0,90}\b(?:structure|schema|object|format|shape)\b/i

const formatLabel =
  /(?:\b(?:formats?|structure|schema|form|shape|like|like this|this|as follows|following|follow(?:s|ing)?(?: keys| fields)?|template|look like|object|example(?: json| output| response| answer)?|json|output|response|respond|return|with|in|type|interface \w+|type \w+ =)\b|\b(?:exactly|strictly))[\s:=("*_`-]{0,12}(?:(?:json|typescript|ts|python|JSON)\s*)?$/i
const dataLabel =
  /\b(?:input|contexts?|trace|data|document|record|conversation|tool result|observation|arguments|text|children|profile|payload|request|body|tool|tools|functions?|records|user|users|source|it takes|for the schema)\b(?: \w+){0,2}[\s:=("*_`]{0,8}(?:json\s*)?$/i
const judgedObject = /\b(?:generated|expected|actual) json(?: schema)?[\s:*`]{0,8}$/i
const counterExample = /\b(?:as an example,? for the schema|example input|for the schema|not)\b[^{}\n]{0,60}$/i

/** Finds a schema or an example object that the answer must fit. */
function findShownObject(text: string): Candidate | undefined {
  const asks = asksForJson(text)
  if (!asks && !asksForObject.test(text)) return undefined
  let best: { object: FoundObject; schema: JsonObject; fit: number; isSchema: boolean } | undefined
  for (const object of findObjects(text)) {
    const before = text.slice(Math.max(0, object.at - 120), object.at)
    const found = schemaIn(object.value)
    const schema = found ?? object.schema
    const isSchema = found !== undefined
    let fit = (isSchema ? 4 : 1) + (object.hasTypes ? 1 : 0)
    if (formatLabel.test(before)) fit += 3
    else if (dataLabel.test(before)) fit -= 4
    if (counterExample.test(before)) fit -= 3
    if (judgedObject.test(before)) fit -= 6
    if (!asks) fit -= 1
    if (fit > 0 && hasNamedKey(text, schema)) fit += 1
    if (fit >= 2 && fit >= (best?.fit ?? 0) && !(best && fit === best.fit && object.hasTypes < best.object.hasTypes))
      best = { object, schema, fit, isSchema }
  }
  if (!best) return undefined
  const schema = best.isSchema ? best.schema : refineFields(best.schema, text)
  return {
    schema,
    layout: isFenced(text, best.isSchema ? undefined : best.object) ? 'fence' : 'json',
    fit: best.fit,
    shown: text.slice(best.object.at, best.object.end)
  }
}

const hasNamedKey = (text: string, { properties }: JsonObject): boolean =>
  Object.keys((properties ?? {}) as JsonObject)
    .slice(0, 20)
    .some(name => [`'${name}' `, `"${name}" `, `\`${name}\``, `\`"${name}"\``].some(quoted => text.includes(quoted)))

const typeNames: ReadonlySet<unknown> = new Set(['object', 'array', 'string', 'number', 'integer', 'boolean'])

/** The JSON schema that a value is, or has as its member `schema`. */
function schemaIn(value: Json | undefined): JsonObject | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  for (const inner of [value.schema, value.json_schema, value.parameters]) {
    const found = schemaIn(inner)
    if (found) return found
  }
  const { properties, type } = value
  if (
    typeof properties === 'object' &&
    properties !== null &&
    !Array.isArray(properties) &&
    Object.values(properties).every(isSchemaLike)
  )
    return type === undefined ? { type: 'object', ...value } : value
  if (
    typeNames.has(type) &&
    ('items' in value || 'enum' in value || 'anyOf' in value || 'oneOf' in value || Object.keys(value).length === 1)
  )
    return value
  return ('$ref' in value || 'anyOf' in value || 'oneOf' in value || 'allOf' in value) &&
    ('$defs' in value || 'definitions' in value || type !== undefined || 'anyOf' in value)
    ? value
    : undefined
}

const isSchemaLike = (value: Json | undefined): boolean =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  ['type', '$ref', 'anyOf', 'oneOf', 'allOf', 'enum', 'const', 'properties', 'items', 'title', 'description'].some(
    keyword => keyword in value
  )

/** Finds the fields that the words of a prompt name. */
function findNamedFields(text: string): Candidate | undefined {
  if (!asksForJson(text)) return undefined
  const schema = findFieldList(text)
  return schema && { schema: refineFields(schema, text), layout: isFenced(text) ? 'fence' : 'json', fit: 2 }
}

const mapRequest =
  /\bJSON (?:map|dictionary|object)\b[^.\n]{0,60}\b(?:age|number|amount|count|price|score|size)\b[^.\n]{0,30}\b(?:each|every|per)\b/i

/** JSON without any word about its fields. */
function findBareJson(text: string, { user }: PromptText): Candidate | undefined {
  if (
    !/\b(?:respond|reply|return|answer|output|format(?:ted)?|provide|give|generate|create|only|as|in)\b[^.\n]{0,40}\bJSON\b/i.test(
      text
    ) ||
    !asksForJson(text)
  )
    return undefined
  const isList = /\b(?:list|array)\b/i.test(user)
  const isMap = mapRequest.test(user)
  const schema = isMap
    ? { type: 'object', additionalProperties: { type: 'integer' } }
    : isList
      ? objectSchema({ items: { type: 'array', items: { type: 'string' }, minItems: 3, maxItems: 3 } })
      : objectSchema({ answer: { type: 'string' } })
  return { schema, layout: isFenced(text) ? 'fence' : 'json', fit: 1 }
}

const fenceRequest =
  /\b(?:in|within|inside|using|as|surround(?:ed)?|wrap(?:ped)?|enclose[d]?|markdown)\b[^.\n]{0,50}(?:```|\bcode ?(?:block|fence)|\bcodeblock|\bfenced?\b|\btriple backticks\b)|```json[^\n]{0,20}(?:code ?block|fence)/i
const noFence =
  /\b(?:do not|don['’]t|without|no|never|not|avoid)\b[^.\n]{0,60}(?:markdown|fenc|backtick|code ?block|```)|\braw JSON\b/i

/** Whether the answer stands in a code fence: where the prompt asks for it, or shows its example so. */
function isFenced(text: string, example?: FoundObject): boolean {
  if (noFence.test(text)) return false
  if (fenceRequest.test(text)) return true
  return example !== undefined && /```(?:json)?\s*$/i.test(text.slice(Math.max(0, example.at - 12), example.at))
}

/** A number, a date or one of some words, as the whole answer. */
function findPlainFormat(text: string): Candidate | undefined {
  const words = /\bstrictly in the following format: ?([^\n{]{1,60})/i.exec(text)?.[1]
  const schema = words === undefined || /\bjson\b/i.test(words) ? undefined : readTypeWords(words)
  return schema && { schema, layout: 'plain', fit: 4 }
}
