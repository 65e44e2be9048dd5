/** Finds the fields of an answer in sections `[[ ## name ## ]]`, or in tags `<name>`. */
import type { JsonObject } from '../core/openai-types.js'
import { refineAgentFields } from './agent-fields.js'
import { liftDefinitions, readFieldType } from './field-notes.js'
import type { PromptText } from './prompt-topic.js'
import { objectSchema } from './type-words.js'

const sectionReminder =
  /`?\[\[ ## (\w{1,60}) ## \]\]`?(?:\s*\(must be formatted as a valid Python ([^\n]{1,200}?)\)(?=[.,`]))?/g
const sectionHead = /^\[\[ ## (\w{1,60}) ## \]\]$/gm

/** The fields of an answer in sections: those of the reminder in the user's message, or else those without a value there. */
export function findMarkedSections({ system, user }: PromptText): JsonObject | undefined {
  const reminder = /\b(?:respond|reply|answer)\b[^\n]{0,80}\bfields?\b[^\n]*\[\[ ## [^\n]*/i.exec(user)?.[0]
  const fields = new Map<string, string | undefined>()
  for (const [, name, type] of (reminder ?? '').matchAll(sectionReminder)) fields.set(name!, type)
  if (!reminder) {
    const given = new Set([...user.matchAll(sectionHead)].map(match => match[1]))
    for (const [, name] of system.matchAll(sectionHead)) if (!given.has(name)) fields.set(name!, undefined)
  }
  fields.delete('completed')
  return createSchema(fields, { system, user })
}

const orderedField = /`(\w{1,60})`(?:\s*\(must be formatted as a valid Python ([^\n]{1,200}?)\)(?=[.,]))?/g

/** The fields that a message lists in their order. */
export function findOrderedFields({ system, user }: PromptText): JsonObject | undefined {
  const list = /following order of fields: [^\n]{1,4000}/i.exec(user)?.[0] ?? ''
  return createSchema(new Map([...list.matchAll(orderedField)].map(([, name, type]) => [name!, type])), {
    system,
    user
  })
}

const tagRequest =
  /\b(?:in|inside|within|between|wrapped in|wrap\b[^.\n]{0,60}\bin|using|use|with|enclosed? in|format)\b[^.\n<]{0,60}(`?<[A-Za-z_]\w{0,40}>`?(?:\.{3}|…)?(?:(?:,? ?(?:and|then) |, ?| )?`?<\/?[A-Za-z_]\w{0,40}>`?(?:\.{3}|…)?){0,19})/i

/** The fields of an answer in tags: all tags of the sentence that asks for them. */
export function findTaggedFields(prompt: PromptText): JsonObject | undefined {
  for (const text of [prompt.user, prompt.system]) {
    const match = tagRequest.exec(text)
    if (!match) continue
    const start = Math.max(0, text.lastIndexOf('. ', match.index), text.lastIndexOf('\n', match.index))
    const sentence = text.slice(start, match.index + match[0].length + 200).split(/\.\s|\n(?=\S)/)
    const asked = sentence.find(each => each.includes(match[0].slice(-20).trim())) ?? match[0]
    const isRequest = /\btags?\b|`<|<\/\w+>/i.test(asked)
    const names = [...asked.matchAll(/<\/?([A-Za-z_]\w{0,40})>/g)].map(([, name]) => name!)
    const nested = readNestedTags(/\bnested XML structure: ?(<[^\n]{1,4000})/i.exec(text)?.[1] ?? '')
    if (isRequest && !pageTags.test(names[0] ?? ''))
      return withNested(createSchema(new Map(names.map(name => [name, undefined])), prompt), nested)
  }
  return undefined
}

/** Tags of web pages are what a question is about. */
const pageTags = /^(?:br|p|div|html|body|head|span|img|ul|li|h\d|b|i|a|script|table|td|tr)$/i

/** Reads elements such as `<book><title>...</title></book>`. */
function readNestedTags(text: string): Record<string, JsonObject> {
  const found: Record<string, JsonObject> = {}
  const open: { name: string; members: Record<string, JsonObject> }[] = []
  for (const [, slash, name] of text.matchAll(/<(\/?)([A-Za-z_]\w{0,60})>/g)) {
    if (!slash) {
      if (open.length > maxFields) return found
      open.push({ name: name!, members: {} })
      continue
    }
    const closed = open.pop()
    if (closed?.name !== name) return found
    const { members } = closed!
    const item = members.item
    const schema: JsonObject = item
      ? { type: 'array', items: item, minItems: 1 }
      : Object.keys(members).length
        ? objectSchema(members)
        : { type: 'string' }
    ;(open.at(-1)?.members ?? found)[name!] = schema
  }
  return found
}

/** Sets the schemas of nested elements. An element without parts has its schema already. */
function withNested(schema: JsonObject | undefined, nested: Record<string, JsonObject>): JsonObject | undefined {
  const properties = (schema?.properties ?? {}) as Record<string, JsonObject>
  for (const [name, element] of Object.entries(nested))
    if (Object.hasOwn(properties, name) && element.type !== 'string') properties[name] = element
  return schema
}

const maxFields = 40

function createSchema(fields: ReadonlyMap<string, string | undefined>, prompt: PromptText): JsonObject | undefined {
  if (!fields.size) return undefined
  const properties: Record<string, JsonObject> = {}
  for (const [name, type] of [...fields].slice(0, maxFields))
    properties[name] = readFieldType(name, type, prompt.system) ?? { type: 'string' }
  return liftDefinitions(objectSchema(refineAgentFields(properties, prompt)))
}
