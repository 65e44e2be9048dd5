/** Finds where and why a JSON value breaks a schema. */

import { abbreviate } from '../core/abbreviate.js'
import { ApiError } from '../core/api-error.js'
import type { Budget } from '../core/budget.js'
import { isObject } from '../core/json-pointer.js'
import type { Json } from '../core/openai-types.js'
import type { Schema } from '../core/schema.js'
import { toText } from '../core/to-text.js'
import { conformsToSchema, type SchemaLookup, type SchemaRecord } from './conforms.js'
import { SchemaMerger } from './schema-merger.js'

/** The first part of a value that breaks its schema. */
export interface SchemaMismatch {
  /** The path from the value, as in `.cities[0].name`; empty for the value itself. */
  path: string
  /** What the schema expects, such as `{"type":"string"}`. */
  expected: string
  /** What the value has there, as JSON, or `absent`. */
  seen: string
}

/** Returns undefined if the value satisfies the schema. A check above the budget is a mismatch of the whole value. */
export function findSchemaMismatch(schema: Schema, value: Json, budget: Budget): SchemaMismatch | undefined {
  try {
    return explainMismatch(schema, value, '', new SchemaMerger(schema, budget).lookup, 0)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    if (error instanceof ApiError && error.errorName === 'budget_exceeded')
      return { path: '', expected: `a value that is checked with ${budget.limits.work} units of work`, seen: 'more' }
    throw error
  }
}

/** Shortens the JSON of a value for a message. */
export const describeValue = (value: unknown): string => abbreviate(JSON.stringify(value) ?? 'absent', 120, 117)

function explainMismatch(
  schema: Schema,
  value: Json,
  path: string,
  lookup: SchemaLookup,
  depth: number
): SchemaMismatch | undefined {
  if (conformsToSchema(schema, value, lookup)) return undefined
  if (!isObject(schema) || depth > 50) return unexpected(path, value)
  const target = typeof schema.$ref === 'string' ? lookup.resolve(schema.$ref) : undefined
  if (target !== undefined && !conformsToSchema(target, value, lookup))
    return explainMismatch(target, value, path, lookup, depth + 1)
  const inner = Array.isArray(value)
    ? findInItems(schema, value, path, lookup, depth)
    : findInMembers(schema, value, path, lookup, depth)
  return inner ?? { path, expected: describeValue(schema), seen: describeValue(value) }
}

const unexpected = (path: string, value: Json): SchemaMismatch => ({
  path,
  expected: 'no such member',
  seen: describeValue(value)
})

function findInItems(
  schema: SchemaRecord,
  value: Json[],
  path: string,
  lookup: SchemaLookup,
  depth: number
): SchemaMismatch | undefined {
  if (!isObject(schema.items)) return undefined
  for (const [index, item] of value.entries()) {
    const mismatch = explainMismatch(schema.items, item, `${path}[${index}]`, lookup, depth + 1)
    if (mismatch) return mismatch
  }
  return undefined
}

function findInMembers(
  schema: SchemaRecord,
  value: Json,
  path: string,
  lookup: SchemaLookup,
  depth: number
): SchemaMismatch | undefined {
  if (!isObject(value)) return undefined
  const properties = isObject(schema.properties) ? schema.properties : {}
  const missing = Array.isArray(schema.required)
    ? schema.required.find(name => !Object.hasOwn(value, toText(name)))
    : undefined
  if (missing !== undefined) {
    const name = toText(missing)
    const expected = Object.hasOwn(properties, name) ? describeValue(properties[name]) : 'a value'
    return { path: `${path}.${name}`, expected, seen: 'absent' }
  }
  for (const [name, item] of Object.entries(value)) {
    const propertySchema = Object.hasOwn(properties, name) ? (properties[name] as Schema) : undefined
    if (propertySchema === undefined && schema.additionalProperties === false)
      return unexpected(`${path}.${name}`, item)
    if (propertySchema === undefined) continue
    const mismatch = explainMismatch(propertySchema, item, `${path}.${name}`, lookup, depth + 1)
    if (mismatch) return mismatch
  }
  return undefined
}
