/** Masks API keys where data leaves the server: journal, log, metrics, recordings and the responses of `/_mock/`. */
import { createCache } from './cache.js'
import { hashParts } from './hash.js'

/** Returns the form of a key that people can tell apart but not use: `sk-…abcd~1f0c3e`. */
export type KeyMask = (key: string) => string

/** A key of this length is a secret. A shorter key, as tests have, may be a part of another text. */
const minSecretLength = 12

/** @param publicKeys the built-in keys. Everybody knows them, so they stay as they are. */
export function createKeyMask(publicKeys: ReadonlySet<string>): KeyMask {
  const masks = createCache<string>(128 * 1024)
  return key => {
    if (publicKeys.has(key)) return key
    const known = masks.get(key)
    if (known !== undefined) return known
    const mask = formatMask(key)
    masks.set(key, mask)
    return mask
  }
}

/** The start and the end of the key help people; the hash makes the masks of different keys different. */
function formatMask(key: string): string {
  // Characters, because half of a surrogate pair is no valid text.
  const characters = [...key]
  const start = characters.length > 3 ? characters.slice(0, 3).join('') : ''
  const end = characters.length < minSecretLength ? '' : characters.slice(-4).join('')
  return `${start}…${end}~${hashParts([key]).toString('hex', 0, 3)}`
}

/**
 * Whether a key is masked within other texts. A key such as `test` may be a word: it is masked only where it is the whole
 * value of a header, a session or a query parameter.
 */
const isDistinct = (key: string): boolean => key.length >= minSecretLength || (key.length > 3 && /[^a-z]/i.test(key))

/**
 * Replaces a key in a text, also if JSON or a URL encodes its characters.
 *
 * @param isRepeated whether the text surely repeats the key, so that the key is replaced even if it may be a word
 */
export function replaceKey(text: string, key: string, replacement: string, isRepeated = false): string {
  if (key === replacement || !(isRepeated || isDistinct(key))) return text
  let result = replaceForm(text, key, replacement)
  if (/[^\w.~-]/.test(key))
    for (const encode of encoders)
      if (encode(key) !== key) result = replaceForm(result, encode(key), encode(replacement))
  return result
}

const toJsonText = (text: string) => JSON.stringify(text).slice(1, -1)
const encoders = [toJsonText, encodeURIComponent]

function replaceForm(text: string, form: string, replacement: string): string {
  if (!text.includes(form)) return text
  if (form.length >= minSecretLength) return text.replaceAll(form, () => replacement)
  // A short key is replaced where it is no part of a longer name. In JSON, an escaped character may come before it.
  const pattern = `(?:(?<![\\w-])|(?<=\\\\[bfnrt]|\\\\u[0-9a-fA-F]{4}))${escapeRegex(form)}(?![\\w-])`
  return text.replace(new RegExp(pattern, 'g'), () => replacement)
}

const escapeRegex = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')

/** Replaces a key in a path with its query. A value of the query may be the key, in any encoding. */
export function replaceKeyInUrl(url: string, key: string, replacement: string): string {
  const replaced = replaceKey(url, key, replacement)
  if (key === replacement || !/[?%]/.test(replaced)) return replaced
  return replaced.replace(/([=/?&;#]|^)([^=/?&;#]+)/g, (piece, separator: string, text: string) => {
    const decoded = decodeQueryText(text)
    const next = separator === '=' && decoded === key ? replacement : replaceKey(decoded, key, replacement)
    return next === decoded ? piece : separator + encodeURIComponent(next)
  })
}

function decodeQueryText(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}

const streamedTexts = /"(?:content|refusal|arguments|input|transcript)": ?"((?:[^"\\]|\\.)*)"/g

/** The message and the stack of an error may have texts of the request. */
export function maskError(error: unknown, key: string | undefined, keyMask: KeyMask): unknown {
  if (key === undefined || !(error instanceof Error)) return error
  const { name, message, stack = '' } = error
  const mask = (text: string) => replaceKey(text, key, keyMask(key))
  return { type: name, message: mask(message), stack: mask(stack) }
}

/** Replaces a key that the events of a stream may have cut into pieces. */
export function replaceKeyInStream(stream: string, key: string, replacement: string): string {
  const text = replaceKey(stream, key, replacement)
  const form = toJsonText(key)
  if (key === replacement || !isDistinct(key)) return text
  const pieces = [...text.matchAll(streamedTexts)].map(found => {
    const end = found.index + found[0].length - 1
    return { start: end - found[1]!.length, end }
  })
  const joined = pieces.map(({ start, end }) => text.slice(start, end)).join('')
  let result = ''
  let copiedTo = 0
  let position = 0
  let next = joined.indexOf(form)
  for (const { start, end } of pieces) {
    // The first piece of the key becomes the replacement, and its further pieces become empty.
    for (const pieceEnd = position + end - start; next >= 0 && next < pieceEnd; ) {
      const from = Math.max(next, position)
      const to = Math.min(next + form.length, pieceEnd)
      result += text.slice(copiedTo, start + from - position) + (from === next ? toJsonText(replacement) : '')
      copiedTo = start + to - position
      if (to < next + form.length) break
      next = joined.indexOf(form, to)
    }
    position += end - start
  }
  return result + text.slice(copiedTo)
}

/** Copies JSON with other texts and names. Without recursion, because bodies may be nested deep. */
export function mapTexts<T>(value: T, map: (text: string) => string): T {
  const result: { value?: T } = {}
  const open: [from: object, to: object][] = [[{ value }, result]]
  for (let pair = open.pop(); pair; pair = open.pop()) {
    const [from, to] = pair
    for (const [name, each] of Object.entries(from)) {
      const isContainer = typeof each === 'object' && each !== null
      const copy = isContainer ? (Array.isArray(each) ? [] : {}) : typeof each === 'string' ? map(each) : each
      if (isContainer) open.push([each, copy])
      // An assignment to a member called __proto__ would change the prototype.
      const property = { value: copy, enumerable: true, writable: true, configurable: true }
      Object.defineProperty(to, Array.isArray(from) ? name : map(name), property)
    }
  }
  return result.value as T
}
