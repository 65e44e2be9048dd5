/** Formats, parses and follows JSON pointers and `$ref`. */

import type { Json, JsonObject } from './chat-request.js'

export type Path = (string | number)[]

export function toPointer(path: Path): string {
  return path.map(part => '/' + String(part).replaceAll('~', '~0').replaceAll('/', '~1')).join('')
}

export function fromPointer(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** Returns the path of a local `$ref`, or undefined for a reference to another document. */
export function parseRefPath(ref: string): string[] | undefined {
  if (ref === '#') return []
  if (!ref.startsWith('#/')) return undefined
  try {
    return fromPointer(decodeURIComponent(ref.slice(1)))
  } catch {
    return undefined
  }
}

/** Returns the value at a path. Only own members count, so that no path reaches a prototype. */
export function followPath(value: unknown, path: Path): unknown {
  let found = value
  for (const part of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, part)) return undefined
    found = (found as Record<string, unknown>)[part]
  }
  return found
}

/** Follows `$ref` to a value without `$ref`. A circle or a missing target gives undefined. */
export function resolveRef(document: unknown, value: unknown): unknown {
  const seen = new Set<unknown>()
  let found = value
  while (isObject(found) && typeof found.$ref === 'string') {
    if (seen.has(found)) return undefined
    seen.add(found)
    const path = parseRefPath(found.$ref)
    found = path && followPath(document, path)
  }
  return found
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether a JSON value is an object. */
export const isJsonObject = (value: Json | undefined): value is JsonObject => isObject(value)

export type UnknownRecord = Record<string, unknown>

/** The value if it is an object, else an empty object. */
export const toRecord = (value: unknown): UnknownRecord => (isObject(value) ? value : {})
