/** Finds the fields that the words of a prompt name: "with the keys name and age", "`score`: an integer", a list of fields. */
import type { JsonObject } from '../core/openai-types.js'
import { objectSchema, readOptions, readTypeWords } from './type-words.js'

const quotedName = /(?<![\w])(["'`]{1,2})([A-Za-z_]\w{0,40})\1(?:\*\*)?([^"'`\n.]{0,60})/g
const aboutFields = /\b(?:keys?|fields?|propert(?:y|ies)|attributes?|members?)\b/i
const listLead =
  /\b(?:keys?|fields?|propert(?:y|ies)|attributes?|members?)\b(?:\s+(?:are|is|of|named|called|only|being|should be|must be|and types))?\s*(?:\([^()\n]{0,40}\))?\s*:?\s*/gi
const bulletField =
  /^\s*(?:[-*•]|\d+[.)])\s*(?:\*\*)?["'`]{0,2}([A-Za-z_]\w{0,40})["'`]{0,2}(?:\*\*)?\s*(?:\(([^()\n]{1,80})\))?\s*(?:[:–—-]\s*([^\n]{0,200}))?$/gm

/** The schema of an object with the fields that a prompt names. */
export function findFieldList(text: string): JsonObject | undefined {
  const rows = [readBullets(text), readQuoted(text), readPlain(text)]
  const fields = rows.find(each => each.size > 0)
  return fields && objectSchema(Object.fromEntries([...fields].slice(0, 30)))
}

type Fields = Map<string, JsonObject>

/** Lines such as "- name (string): the person's name". */
function readBullets(text: string): Fields {
  const fields: Fields = new Map()
  const lead = /\b(?:JSON|object|keys?|fields?|propert(?:y|ies)|schema|structure)\b[^\n]{0,60}:[ \t*]*\n/i.exec(text)
  if (!lead) return fields
  const block = text.slice(lead.index + lead[0].length).split(/\n\s*\n(?!\s*[-*•\d])/, 1)[0]!
  for (const [, name, type, description] of block.slice(0, 8000).matchAll(bulletField))
    if (type || description) fields.set(name!, fieldSchema(`${type ?? ''} ${description ?? ''}`))
    else fields.set(name!, { type: 'string' })
  return fields
}

/** Names in quotes in a sentence about keys. */
function readQuoted(text: string): Fields {
  const fields: Fields = new Map()
  for (const sentence of text.split(/(?<=[.!?])\s+(?=[A-Z-])|\n/)) {
    if (!aboutFields.test(sentence)) continue
    for (const [, , name, after] of sentence.slice(0, 4000).matchAll(quotedName))
      if (!fields.has(name!) && !/^(?:json|yes|no|true|false|null|borderline|idk)$/i.test(name!))
        fields.set(name!, fieldSchema(after!))
  }
  return fields
}

/** Names without quotes, as in "with keys name, age and email". */
function readPlain(text: string): Fields {
  const fields: Fields = new Map()
  for (const lead of text.matchAll(listLead)) {
    const list = text
      .slice(lead.index + lead[0].length, lead.index + lead[0].length + 400)
      .split(/[.;!?\n](?!\w)/, 1)[0]!
    const parts = list.split(/\s*(?:,\s*and\s|,|\sand\s)\s*/)
    for (const part of parts) {
      const match = /^([A-Za-z_]\w{0,40})(?:\s*[(:]\s*([^()]{1,60})\)?)?$/.exec(part.trim())
      // Names are words by themselves; the first other part ends the list.
      if (!match || /^(?:the|a|an|in|of|for|as|with|that|which|from|to|is|are|value)$/i.test(match[1]!)) break
      fields.set(match[1]!, fieldSchema(match[2] ?? ''))
    }
    if (fields.size) break
  }
  return fields
}

/** The type that the words after a name say. */
function fieldSchema(words: string): JsonObject {
  const text = words.replace(/^[\s,:()–—-]+|[\s,)]+$/g, '')
  const options = /\bone of\b/i.test(text) ? readOptions(text.slice(text.search(/\bone of\b/i))) : undefined
  if (options) return { type: 'string', enum: options }
  const type =
    /^(?:which is |is |being |key,? |field,? |should be |must be |mapping to |maps to |as |formatted as |a valid |valid |python |\()*(?:an? |the )?([\s\S]*)$/i.exec(
      text
    )![1]!
  const isType =
    /^(?:list|array|int|integer|float|number|bool|boolean|str|string|date|object|dict|decimal|true)\b/i.test(type)
  return isType ? (readTypeWords(type) ?? { type: 'string' }) : { type: 'string' }
}
