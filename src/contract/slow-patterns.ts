/** Removes patterns that the engine for regular expressions cannot express, so that no document can hang the server. */
import { ConfigError } from '../core/config-error.js'
import { isObject } from '../core/json-pointer.js'
import { compileLinearRegex } from '../core/linear-regex.js'
import type { OpenApiObject } from './schema-visitor.js'

interface SlowPattern {
  key: string
  message: string
}

/** A schema without the pattern allows more values, and refuses none that the document allows. */
export function dropSlowPatterns(schema: OpenApiObject): SlowPattern[] {
  const found: SlowPattern[] = []
  const isSlow = (pattern: string, key: string) => {
    const message = explainUnsupportedPattern(pattern)
    if (message !== undefined) found.push({ key, message })
    return message !== undefined
  }
  if (typeof schema.pattern === 'string' && isSlow(schema.pattern, 'pattern')) delete schema.pattern
  const { patternProperties: patterns } = schema
  if (!isObject(patterns)) return found
  const slow = Object.keys(patterns).filter(pattern => isSlow(pattern, 'patternProperties'))
  if (!slow.length) return found
  schema.patternProperties = Object.fromEntries(Object.entries(patterns).filter(([pattern]) => !slow.includes(pattern)))
  // The properties that only this pattern allowed stay allowed.
  delete schema.additionalProperties
  delete schema.unevaluatedProperties
  return found
}

function explainUnsupportedPattern(pattern: string): string | undefined {
  try {
    compileLinearRegex(pattern)
    return undefined
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
}
