/** Reads the types that people write in prompts: `string`, `List[int]`, `"a" | "b"`, `<list of strings>`, as JSON schemas. */
import type { Json, JsonObject } from '../core/openai-types.js'

const string: JsonObject = { type: 'string' }
const anyText: JsonObject = { type: 'string' }

/** The first row that matches counts. A row reads the type from the words, in lower case. */
const typeRows: readonly { when: RegExp; schema(words: string, match: RegExpExecArray): JsonObject }[] = [
  { when: /^(?:optional|nullable)\b\W*(.+?)\W*$/, schema: (_, [, inner]) => readTypeWords(inner!) ?? anyText },
  { when: /^(.+?)\s*\|\s*(?:null|none|undefined)$/, schema: (_, [, inner]) => readTypeWords(inner!) ?? anyText },
  {
    when: /^(?:array|list|set|sequence|tuple|iterable)\s*[<[(]\s*(.+?)\s*[>\])]$/,
    schema: (_, [, inner]) => arrayOf(readTypeWords(inner!))
  },
  { when: /^(.+?)\s*\[\s*\]$/, schema: (_, [, inner]) => arrayOf(readTypeWords(inner!)) },
  { when: /\b(?:array|list)s?(?: |_)of(?: |_)(.+)$/, schema: (_, [, inner]) => arrayOf(readTypeWords(inner!)) },
  { when: /^(?:an? |the )?(?:array|list)\b/, schema: () => arrayOf(undefined) },
  {
    when: /^union\s?\[\s?(.{1,100}?),\s?(?:none|nonetype|null)\s?\]$/,
    schema: (_, [, inner]) => readTypeWords(inner!) ?? anyText
  },
  {
    when: /^(?:dict|dictionary|record|map|mapping)\s?[<[(]\s?\w{1,40}\s?,\s?(.{1,100})[>\])]$/,
    schema: (_, [, inner]) => {
      const values = readTypeWords(inner!)
      return { type: 'object', ...(values ? { additionalProperties: values } : {}) }
    }
  },
  {
    when: /^(?:dict|record|map|object|mapping|json object|any object|an object)\b/,
    schema: () => ({ type: 'object' })
  },
  {
    when: /^yyyy-mm-ddthh:mm/,
    schema: () => ({ type: 'string', pattern: '^20[0-2]\\d-0[1-9]-[12]\\dT[01]\\d:[0-5]\\d:[0-5]\\d$' })
  },
  {
    when: /\b(?:date-?time|timestamp|iso ?8601)\b/,
    schema: () => ({ type: 'string', format: 'date-time' })
  },
  { when: /^(?:an? |the |iso )?date\b|yyyy-mm-dd/, schema: () => ({ type: 'string', format: 'date' }) },
  { when: /^hh:mm(:ss)?/, schema: () => ({ type: 'string', pattern: '^([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d$' }) },
  { when: /\b(?:int|integer|whole number|long)s?\b/, schema: () => ({ type: 'integer' }) },
  { when: /\b(?:float|double|decimal|number|numeric|floating point)s?\b/, schema: () => ({ type: 'number' }) },
  { when: /\b(?:bool|boolean)s?\b|^true ?(?:\/|\||or) ?false$/, schema: () => ({ type: 'boolean' }) },
  { when: /\b(?:str|string|text|char|uuid|url|email|word|sentence)s?\b/, schema: () => string }
]

const arrayOf = (items: JsonObject | undefined): JsonObject => ({ type: 'array', items: items ?? string, minItems: 1 })

/** Reads a type without quotes; undefined if the words name no type. */
export function readTypeWords(text: string): JsonObject | undefined {
  const words = text.trim().toLowerCase().slice(0, 200)
  for (const { when, schema } of typeRows) {
    const match = when.exec(words)
    if (match) return schema(words, match)
  }
  return undefined
}

/** Reads the options of a text such as `a|b|c`, `one of: a, b` or `yes or no`. */
export function readOptions(text: string): string[] | undefined {
  const listed = /^(?:one of|either|any of|must be|values?|enum|literal)[:\s[(]*(.+?)[\])]*$/i.exec(text.trim())
  const list = (listed?.[1] ?? text).trim().slice(0, 400)
  const separator = list.includes('|')
    ? '|'
    : listed || / or /.test(list)
      ? /\s*(?:,\s*(?:or\s)?|\sor\s|\/)\s*/
      : /^[a-z]+(?:\/[a-z]+)+$/i.test(list)
        ? '/'
        : undefined
  if (separator === undefined) return undefined
  const options = list.split(separator).map(part => part.trim().replace(/^["'`]|["'`]$/g, ''))
  const areShort = options.every(
    option =>
      /^[\p{L}\p{N}][\p{L}\p{N} _.-]{0,29}$/u.test(option) && (listed || list.includes('|') || !/ /.test(option))
  )
  return options.length > 1 && options.length <= 40 && areShort ? options : undefined
}

const typeNames =
  /^(?:string|str|text|number|int|integer|float|double|bool|boolean|null|none|date|array|list|object|dict|any)$/i

/** Reads a value in quotes: a placeholder, a type, options, or an example. */
export function readStringValue(literal: string): JsonObject {
  const text = literal.trim()
  const inner = /^[<[{(]+(.*?)[>\]})]+$/.exec(text)?.[1] ?? (text.startsWith('$') ? text.slice(1) : undefined)
  const options = readOptions(inner ?? text)
  if (options?.some(option => typeNames.test(option)))
    return readTypeWords(options.find(option => !/^(?:null|none)$/i.test(option))!) ?? string
  if (options) return { type: 'string', enum: options }
  if (inner !== undefined) return { ...(readTypeWords(inner.replaceAll('_', ' ')) ?? anyText), description: inner }
  if (typeNames.test(text)) return readTypeWords(text) ?? string
  if (/^\d{4}-\d\d-\d\d$/.test(text) || /^yyyy-mm-dd$/i.test(text)) return { type: 'string', format: 'date' }
  if (/^\d{4}-\d\d-\d\dT\d\d:/.test(text)) return { type: 'string', format: 'date-time' }
  return { type: 'string' }
}

/** The schema of example values that stand for each other, such as the items of a list. */
export function mergeSchemas(schemas: readonly JsonObject[]): JsonObject {
  const [first, ...others] = schemas
  if (!first) return string
  if (first.type !== 'object' || !others.every(({ type }) => type === 'object')) {
    const enums = schemas.flatMap(({ enum: values }) => (Array.isArray(values) ? values : []))
    return enums.length ? { ...first, enum: [...new Set(enums)] } : first
  }
  const properties: Record<string, JsonObject> = {}
  const names = schemas.map(({ properties }) => Object.keys((properties ?? {}) as JsonObject))
  for (const name of new Set(names.flat()))
    properties[name] = mergeSchemas(
      schemas.flatMap(({ properties }) => {
        const schema = (properties as Record<string, JsonObject> | undefined)?.[name]
        return schema ? [schema] : []
      })
    )
  // What not every example has may be left out.
  const required = Object.keys(properties).filter(name => names.every(each => each.includes(name)))
  const kept = required.length ? required : Object.keys(properties)
  return objectSchema(Object.fromEntries(kept.map(name => [name, properties[name]!])))
}

/** An object that has all of these properties. */
export const objectSchema = (properties: Record<string, Json>): JsonObject => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false
})
