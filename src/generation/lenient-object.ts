/** Reads objects as people write them in prompts: JSON, Python, TypeScript types, with comments and placeholders, as JSON schemas. */
import type { Json, JsonObject } from '../core/openai-types.js'
import { mergeSchemas, objectSchema, readOptions, readStringValue, readTypeWords } from './type-words.js'

/** An object of a text, as the schema that such objects have. */
export interface FoundObject {
  schema: JsonObject
  /** The value itself, if the text is JSON. */
  value?: Json
  at: number
  end: number
  /** Whether a value of it is a type or a placeholder. */
  hasTypes: boolean
}

const maxDepth = 24
const maxObjectChars = 20_000

/** Finds the objects and lists of objects in a text, outermost only. The work grows with the length of the text. */
export function findObjects(text: string): FoundObject[] {
  const found: FoundObject[] = []
  const reader = new LenientReader(text)
  for (const { index } of text.matchAll(/\{|\[(?=\s*["'{])/g)) {
    if (index < (found.at(-1)?.end ?? 0)) continue
    const object = reader.read(index)
    if (object) found.push(object)
    if (reader.isExhausted || found.length >= 60) break
  }
  return found
}

class LenientReader {
  #at = 0
  #end = 0
  #hasTypes = false
  #steps: number

  constructor(readonly text: string) {
    this.#steps = 4 * text.length + 1000
  }

  get isExhausted(): boolean {
    return this.#steps <= 0
  }

  read(at: number): FoundObject | undefined {
    const isDoubled = this.text.startsWith('{{', at)
    if (isDoubled) {
      const single = this.text
        .slice(at, at + maxObjectChars)
        .replaceAll('{{', '{')
        .replaceAll('}}', '}')
      const inner = single.length < this.#steps ? new LenientReader(single).read(0) : undefined
      this.#steps -= single.length
      return inner && { ...inner, at, end: at + inner.end + 2 }
    }
    this.#at = at
    this.#end = Math.min(this.text.length, at + maxObjectChars)
    this.#hasTypes = false
    const schema = this.#readValue(0)
    if (!schema || this.#at <= at + 1) return undefined
    const end = this.#at
    let value: Json | undefined
    try {
      value = JSON.parse(this.text.slice(at, end)) as Json
    } catch {
      // Most objects in prompts are no JSON.
    }
    const isEmpty = schema.type === 'object' && !Object.keys((schema.properties ?? {}) as JsonObject).length
    if (isEmpty && value === undefined) return undefined
    return { schema, at, end, hasTypes: this.#hasTypes, ...(value === undefined ? {} : { value }) }
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    this.#steps--
    pattern.lastIndex = this.#at
    const match = pattern.exec(this.text)
    if (!match || this.#at + match[0].length > this.#end) return undefined
    this.#at += match[0].length
    this.#steps -= match[0].length
    return match
  }

  /** Skips white space and comments; returns the text of the comments. */
  #skip(): string {
    let comment = ''
    for (;;) {
      this.#match(/\s*/y)
      const found = this.#match(/(?:\/\/|#)\s?([^\n]{0,400})|\/\*([^*]{0,400})\*\//y)
      if (!found) return comment.trim()
      comment += ` ${found[1] ?? found[2] ?? ''}`
    }
  }

  #readValue(depth: number): JsonObject | undefined {
    if (depth > maxDepth || this.isExhausted) return undefined
    this.#skip()
    const char = this.text[this.#at]
    if (char === '{') return this.#readObject(depth)
    if (char === '[') return this.#readArray(depth)
    const note = char === '(' ? this.#match(/\((?:[^(){}\n]{0,200}[;,] ?)?type: ?(?:[\w.$]+: ?(?=\{))?/y) : undefined
    if (note) return this.#readNote(depth)
    return this.#readScalar()
  }

  /** Reads the rest of a note such as `(type: integer)` or `(type: Person: {…})`. */
  #readNote(depth: number): JsonObject | undefined {
    this.#hasTypes = true
    const listed = this.#match(/(?:array|list) of [\w.$]+: ?(?=\{)/y)
    const nested = this.text[this.#at] === '{' ? this.#readObject(depth + 1) : undefined
    const words = this.#match(/(?:[^()\n]|\([^()\n]{0,100}\)){0,300}/y)?.[0].trim() ?? ''
    if (!this.#match(/\)/y)) return undefined
    if (nested) return listed ? { type: 'array', items: nested, minItems: 1 } : nested
    const options = /^enum, must be (one of .+)$/i.exec(words)
    const values = options && readOptions(options[1]!)
    return values ? { type: 'string', enum: values } : (readTypeWords(words) ?? { type: 'string' })
  }

  #readObject(depth: number): JsonObject | undefined {
    this.#at++
    const properties: Record<string, Json> = {}
    const optional = new Set<string>()
    for (;;) {
      this.#skip()
      if (this.#match(/\}/y)) break
      if (this.#match(/(?:\.\.\.|…)[,;]?|,|;/y)) continue
      const key = this.#match(
        /"([^"\n]{1,80})"|'([^'\n]{1,80})'|`([^`\n]{1,80})`|\[\s*\w+\s*:\s*\w+\s*\]|([A-Za-z_$][\w$-]{0,60})/y
      )
      if (!key) return undefined
      const name = key[1] ?? key[2] ?? key[3] ?? key[4] ?? ''
      const separator = this.#match(/\s*(\??)\s*:\s*/y)
      if (!separator && !/^\s*[,}]/.test(this.text.slice(this.#at, this.#at + 20))) return undefined
      const schema = separator ? this.#readValue(depth + 1) : { type: 'string' }
      if (!schema || this.isExhausted) return undefined
      if (separator?.[1]) optional.add(name)
      this.#match(/[ \t]*[,;]/y)
      const comment = this.#match(/[ \t]*(?:\/\/|#)\s?([^\n]{0,400})/y)?.[1]?.trim()
      if (name) properties[name] = comment ? { ...schema, description: comment } : schema
    }
    const schema = objectSchema(properties)
    return optional.size ? { ...schema, required: Object.keys(properties).filter(name => !optional.has(name)) } : schema
  }

  #readArray(depth: number): JsonObject | undefined {
    this.#at++
    const items: JsonObject[] = []
    for (;;) {
      this.#skip()
      if (this.#match(/\]/y)) break
      if (this.#match(/(?:\.\.\.|…)|,/y)) continue
      const item = this.#readValue(depth + 1)
      if (!item || this.isExhausted) return undefined
      items.push(item)
    }
    return { type: 'array', items: mergeSchemas(items), minItems: 1 }
  }

  /** Reads a text, number, type or placeholder, and what follows it up to the next member. */
  #readScalar(): JsonObject | undefined {
    const quoted = this.#match(/"((?:[^"\\\n]|\\.){0,2000})"|'((?:[^'\\\n]|\\.){0,2000})'|`([^`\n]{0,2000})`/y)
    if (quoted) {
      const literals = [quoted[1] ?? quoted[2] ?? quoted[3] ?? '']
      for (;;) {
        const next = this.#match(/\s*(?:\||\bor\b)\s*(?:"([^"\n]{0,200})"|'([^'\n]{0,200})'|(null|None|undefined))/y)
        if (!next) break
        if (next[3] === undefined) literals.push(next[1] ?? next[2] ?? '')
      }
      // A text with quotes of its own ends at the last quote of its line.
      if (/\w/.test(this.text[this.#at] ?? '')) this.#match(/[^\n]{0,600}"(?=[ \t]{0,9}[,}\]]?[ \t]{0,9}(?:\n|$))/y)
      const tail = this.#match(/[^\S\n]*[^,;}\]\n/#]{0,200}/y)?.[0].trim() ?? ''
      const schema: JsonObject =
        literals.length > 1 ? { type: 'string', enum: [...new Set(literals)] } : readStringValue(literals[0]!)
      if (schema.enum || schema.type !== 'string' || schema.description) this.#hasTypes = true
      return tail ? { ...schema, description: tail } : schema
    }
    // A text without its last quote ends with its line.
    const open = this.#match(/"([^"\n]{1,600})(?=\n)/y)
    if (open) return readStringValue(open[1]!)
    const plain = this.#match(
      /<[^<>\n]{1,200}>(?:\s*\|\s*null)?|(?:[A-Za-z.]{1,200}(?:\s[A-Za-z.]{1,200}){0,40}\s?)?\[[^\]\n]{0,200}\](?:\[\])?|[\w.]+<[^>\n]{1,100}>(?:\[\])?|\([^()\n]{1,200}\)(?:\[\])?|[^,;}\]\n"'{]{1,200}/y
    )
    const words = plain?.[0].replace(/\s*(?:\/\/|#).*$/, '').trim()
    if (!plain || !words) return undefined
    const literalUnion = /^Literal\s*\[(.*)\]$/i.exec(words)
    if (literalUnion)
      return this.#typed({
        type: 'string',
        enum: literalUnion[1]!.split(',').map(part => part.trim().replace(/^["']|["']$/g, ''))
      })
    if (/^-?\d+$/.test(words)) return { type: 'integer' }
    if (/^-?\d+\.\d+$/.test(words)) return { type: 'number' }
    if (/^(?:true|false)$/i.test(words)) return { type: 'boolean' }
    if (/^(?:null|none)$/i.test(words)) return { type: ['string', 'null'] }
    if (/^(?:\.\.\.|…)$/.test(words)) return this.#typed({ type: 'string' })
    const inner = words.replace(/^[<(]+|[>)]+$/g, '').replaceAll('_', ' ')
    const options = readOptions(inner)
    if (options && !readTypeWords(options[0]!)) return this.#typed({ type: 'string', enum: options })
    return this.#typed({
      ...(readTypeWords(words.startsWith('<') ? inner : words) ?? { type: 'string' }),
      ...(/\s/.test(inner) ? { description: inner } : {})
    })
  }

  #typed(schema: JsonObject): JsonObject {
    this.#hasTypes = true
    return schema
  }
}
