/** Parses JSON in texts that may have none. */
import { isObject } from './json-pointer.js'
import type { JsonObject } from './openai-types.js'

/** The value of a JSON text, or undefined if it is not JSON. */
export function tryParseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The object in a text, if `JSON.stringify` gives exactly this text again. */
export function parseCompactObject(text: string): JsonObject | undefined {
  if (!text.startsWith('{')) return undefined
  const data = tryParseJson(text)
  return isObject(data) && JSON.stringify(data) === text ? (data as JsonObject) : undefined
}
