/** Where and why a fixture's own JSON breaks the schema that the client asked for. */

import type { Json } from '../core/openai-types.js'
import type { Schema } from '../core/schema.js'
import { conforms, isSchema, type Lookup } from './conforms.js'
import { createViews } from './merged-schema.js'

/** Answers a sentence such as `city expected to satisfy {"type":"string"}, was 5`, or nothing when the text conforms. */
export function mismatchOf(schema: Schema, text: string): string | undefined {
  let value: Json
  try {
    value = JSON.parse(text)
  } catch {
    return `the content is not JSON: ${shorten(text)}`
  }
  try {
    return explain(schema, value, 'the content', createViews(schema).lookup, 0)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function explain(schema: Schema, value: Json, path: string, lookup: Lookup, depth: number): string | undefined {
  if (conforms(schema, value, lookup)) return undefined
  if (!isSchema(schema) || depth > 50) return `${path} was not expected`
  const target = typeof schema.$ref === 'string' ? lookup.resolve(schema.$ref) : undefined
  if (target !== undefined && !conforms(target, value, lookup)) return explain(target, value, path, lookup, depth + 1)
  const inner = Array.isArray(value)
    ? inItems(schema, value, path, lookup, depth)
    : inMembers(schema, value, path, lookup, depth)
  return (
    inner ?? `${path} expected to satisfy ${shorten(JSON.stringify(schema))}, was ${shorten(JSON.stringify(value))}`
  )
}

function inItems(
  schema: Record<string, unknown>,
  value: Json[],
  path: string,
  lookup: Lookup,
  depth: number
): string | undefined {
  if (!isSchema(schema.items)) return undefined
  for (const [index, item] of value.entries()) {
    const found = explain(schema.items, item, `${path}[${index}]`, lookup, depth + 1)
    if (found) return found
  }
  return undefined
}

function inMembers(
  schema: Record<string, unknown>,
  value: Json,
  path: string,
  lookup: Lookup,
  depth: number
): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const at = (name: string) => (path === 'the content' ? name : `${path}.${name}`)
  const properties = isSchema(schema.properties) ? schema.properties : {}
  const missing = Array.isArray(schema.required)
    ? schema.required.find(name => !Object.hasOwn(value, String(name)))
    : undefined
  if (missing !== undefined) return `${path} lacks "${missing}"`
  for (const [name, item] of Object.entries(value)) {
    const own = Object.hasOwn(properties, name) ? (properties[name] as Schema) : undefined
    if (own === undefined && schema.additionalProperties === false) return `${at(name)} was not expected`
    const found = own === undefined ? undefined : explain(own, item, at(name), lookup, depth + 1)
    if (found) return found
  }
  return undefined
}

const shorten = (text: string) => (text.length > 120 ? `${text.slice(0, 117)}…` : text)
