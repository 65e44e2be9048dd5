/** Formats values, types and lists as the service does in its error messages. */
import { editDistance } from '../core/edit-distance.js'

/** Describes the type of a value, as in "but got an integer instead". */
export function describeType(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'an integer' : 'a decimal number'
  return typeNouns[typeof value] ?? 'null'
}

const typeNouns: Record<string, string> = {
  string: 'a string',
  boolean: 'a boolean',
  object: 'an object',
  array: 'an array',
  integer: 'an integer',
  number: 'a decimal'
}

/** Describes the types of a schema, as in "expected one of a string or array". */
export function describeTypes(types: readonly string[]): string {
  const kinds = [...new Set(types)].filter(type => type !== 'null')
  const [first = 'null', ...rest] = kinds.map(type => typeNouns[type] ?? type)
  if (!rest.length) return first
  return `one of ${joinWithOr([first, ...rest.map(noun => noun.replace(/^an? /, ''))])}`
}

/** Formats `'a' or 'b'`, or `'a', 'b', or 'c'`. */
export const formatOrList = (values: readonly string[]): string => joinWithOr(values.map(quote))

/** Formats `'a' and 'b'`, or `'a', 'b', and 'c'`. */
export const formatAndList = (values: readonly string[]): string => joinList(values.map(quote), 'and')

const quote = (value: string) => `'${value}'`
const joinWithOr = (values: readonly string[]) => joinList(values, 'or')

function joinList(values: readonly string[], word: string): string {
  if (values.length < 3) return values.join(` ${word} `)
  return `${values.slice(0, -1).join(', ')}, ${word} ${values.at(-1)}`
}

const maxShownLength = 64

/** Shortens a long text to its first and last three characters. */
export function shortenText(text: string, maxLength = maxShownLength): string {
  return text.length > maxLength ? `${text.slice(0, 3)}...${text.slice(-3)}` : text
}

/** Counts the characters of a text as the service does: a pair of surrogates is one. */
export function countCharacters(text: string): number {
  if (!surrogate.test(text)) return text.length
  let count = text.length
  for (let at = 1; at < text.length; at++)
    if ((text.charCodeAt(at) & 0xfc00) === 0xdc00 && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800) count--
  return count
}

// The engine knows without a search that a text of Latin letters has none.
const surrogate = /[\udc00-\udfff]/

/** How much of a value is shown: the length of a text, and the length and the depth of a list or an object. */
const shortRepr = { text: maxShownLength, total: 1000, depth: 8 }
const fullRepr: typeof shortRepr = { text: 10_000, total: 10_000, depth: 100 }

/** Formats a value as Python prints it, with its texts in full. */
export const formatFullRepr = (value: unknown): string => formatPythonRepr(value, fullRepr)

/** Formats a value as Python prints it: the service does so for values that a model does not support. */
export function formatPythonRepr(value: unknown, limits = shortRepr, depth = 0): string {
  if (typeof value === 'string') return formatPythonString(value, limits.text)
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (value === null || value === undefined) return 'None'
  if (typeof value !== 'object') return String(value)
  const [open, close] = Array.isArray(value) ? '[]' : '{}'
  if (depth === limits.depth) return `${open}...${close}`
  let text = ''
  for (const key in value) {
    const item = formatPythonRepr((value as Record<string, unknown>)[key], limits, depth + 1)
    text += `${text && ', '}${Array.isArray(value) ? item : `${formatPythonString(key, limits.text)}: ${item}`}`
    if (text.length > limits.total) return `${open}${text.slice(0, limits.total)}...${close}`
  }
  return open + text + close
}

/** Formats a text as Python prints it. */
export function formatPythonString(text: string, maxLength = fullRepr.text): string {
  const shown = shortenText(text, maxLength)
  const quote = shown.includes("'") && !shown.includes('"') ? '"' : "'"
  const escaped = shown.replace(/[\\'\p{Cc}]/gu, char => {
    if (char === "'") return quote === '"' ? char : "\\'"
    return pythonEscapes[char] ?? `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`
  })
  return quote + escaped + quote
}

const pythonEscapes: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** Formats a tuple of texts as Python prints it: `()`, `('items',)`, `('properties', 'x')`. */
export function formatPythonTuple(parts: readonly string[]): string {
  const shown = parts.map(part => formatPythonString(part)).join(', ')
  return `(${shown}${parts.length === 1 ? ',' : ''})`
}

/** Finds the names that differ from a word by a few typing errors, in alphabetical order. */
export function findSimilarNames(word: string, names: Iterable<string>): string[] {
  if (word.length > maxShownLength) return []
  const limit = Math.max(1, Math.floor(word.length / 3))
  return [...names].filter(name => editDistance(word, name, limit) <= limit).sort()
}
