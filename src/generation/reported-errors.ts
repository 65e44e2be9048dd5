/** Reads the errors that a program reports about an answer: the place of each wrong value, and what is wrong with it. */
import { fromPointer, isJsonObject } from '../core/json-pointer.js'
import type { Json } from '../core/openai-types.js'
import { splitPropertyName } from '../prompt/words.js'

/** An error about one value of an answer. */
export interface ReportedError {
  /** The keys and indices that lead to the value; empty where only the message says which value is meant. */
  path: readonly string[]
  message: string
}

const maxErrors = 10
const maxMessageChars = 600

/** Reads the errors of a text: of pydantic, of a list in JSON, or of plain lines. */
export function readReportedErrors(text: string): ReportedError[] {
  for (const read of [readIndented, readJsonList, readLines]) {
    const errors = read(text).slice(0, maxErrors)
    if (errors.length) return errors.map(each => ({ ...each, message: each.message.slice(0, maxMessageChars) }))
  }
  return []
}

/** `users.0.name`, then a message that is indented and ends with its type in brackets. */
const indented = /(?:^([\w$]\S{0,200}))?\n {2}(\S[^\n]{0,600}(?:\n(?!\S+\n {2})[^\n]{0,600}){0,6}?) \[type=/gm

const readIndented = (text: string): ReportedError[] =>
  [...text.matchAll(indented)].map(([, path = '', message]) => ({ path: splitPath(path), message: message! }))

/** A list of objects, each with a message and its place, as of pydantic and zod; alone, or as a member of an object. */
function readJsonList(text: string): ReportedError[] {
  const start = text.search(/[[{]\s{0,20}[{"]/)
  const end = Math.max(text.lastIndexOf(']'), text.lastIndexOf('}')) + 1
  if (start < 0 || end <= start) return []
  try {
    return listErrors(JSON.parse(text.slice(start, end)))
  } catch {
    return []
  }
}

function listErrors(value: Json): ReportedError[] {
  if (Array.isArray(value)) return value.slice(0, maxErrors).flatMap(toError)
  if (!isJsonObject(value)) return []
  for (const key of ['errors', 'issues', 'detail', 'details', 'error'])
    if (value[key] !== undefined) {
      const inner = value[key]
      return typeof inner === 'string' ? readLines(inner) : listErrors(inner)
    }
  return toError(value)
}

function toError(value: Json): ReportedError[] {
  if (typeof value === 'string') return readLines(value)
  if (!isJsonObject(value)) return []
  const message = value.msg ?? value.message
  const place = value.loc ?? value.path ?? value.instancePath ?? value.field ?? ''
  if (typeof message !== 'string') return []
  const path = Array.isArray(place)
    ? place.filter(part => typeof part === 'string' || typeof part === 'number').map(String)
    : splitPath(typeof place === 'string' ? place : '')
  return [{ path, message }]
}

const readLines = (text: string): ReportedError[] =>
  text
    .slice(0, 8000)
    .split('\n')
    .filter(line => /\p{L}/u.test(line))
    .map(message => ({ path: [], message: message.trim() }))

/** The parts of `users[0].name`, `users.0.name` and `/users/0/name`. */
const splitPath = (path: string): string[] =>
  path.startsWith('/')
    ? fromPointer(path)
    : path
        .split(/[.[\]]+/)
        .filter(Boolean)
        .slice(0, 20)

const maxPlaces = 200

/**
 * Finds the value that an error is about: by its path, or by the words of the message.
 *
 * @returns the keys that lead to it, all of which the value has
 */
export function locateError(value: Json, { path, message }: ReportedError): string[] | undefined {
  const known = walk(value, path)
  const at = known.length ? valueAt(value, known) : value
  if (known.length && !isJsonObject(at)) return known
  const places = listPlaces(at, known)
  const named = findNamed(places, message)
  if (named) return named.path
  // Only a message without a path can be about the single value.
  return path.length === known.length && places.length === 1 ? places[0]!.path : undefined
}

/** The parts of a path that the value has. Other parts are names of models and of branches. */
function walk(value: Json, path: readonly string[]): string[] {
  const known: string[] = []
  let at: Json | undefined = value
  for (const part of path) {
    const next = childOf(at, part)
    if (next === undefined) continue
    known.push(part)
    at = next
  }
  return known
}

const childOf = (value: Json | undefined, key: string): Json | undefined =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, Json>)[key]
    : undefined

/** The value that keys lead to. */
export const valueAt = (value: Json, path: readonly string[]): Json | undefined =>
  path.reduce<Json | undefined>((at, key) => childOf(at, key), value)

interface Place {
  path: string[]
  value: Json
}

function listPlaces(value: Json | undefined, path: string[], places: Place[] = []): Place[] {
  if (typeof value !== 'object' || value === null || path.length > 6) return places
  for (const [key, inner] of Object.entries(value).slice(0, maxPlaces)) {
    if (places.length >= maxPlaces) break
    const place = { path: [...path, key], value: inner }
    if (!isJsonObject(inner)) places.push(place)
    listPlaces(inner, place.path, places)
  }
  return places
}

/** The place that a message names first: by its whole path, by the words of its key, or by its value in quotes. */
function findNamed(places: readonly Place[], message: string): Place | undefined {
  const text = wordsOf(message)
  const numbers: readonly string[] = message.match(/-?\d+(?:\.\d+)?/g) ?? []
  let best: { place: Place; rank: number } | undefined
  for (const place of places) {
    const key = place.path.findLast(part => !/^\d+$/.test(part)) ?? ''
    const full = place.path.length > 1 ? text.indexOf(wordsOf(place.path.join(' '))) : -1
    const at = full >= 0 ? full : text.indexOf(wordsOf(splitPropertyName(key)))
    const isQuoted =
      (typeof place.value === 'string' && place.value.length > 1 && hasQuoted(message, place.value)) ||
      (typeof place.value === 'number' && numbers.includes(String(place.value)))
    if (at < 0 && !isQuoted) continue
    const rank = (full >= 0 ? 4000 : 0) + (at >= 0 ? 2000 - at : 0) + (isQuoted ? 900 : 0) + place.path.length
    if (rank > (best?.rank ?? 0)) best = { place, rank }
  }
  return best?.place
}

const hasQuoted = (message: string, value: string): boolean =>
  value.length < message.length && ["'", '"', '`'].some(mark => message.includes(`${mark}${value}${mark}`))

/** A text as lower-case words between single spaces. */
const wordsOf = (text: string): string => ` ${(text.toLowerCase().match(/[\p{L}\p{N}$]+/gu) ?? []).join(' ')} `
