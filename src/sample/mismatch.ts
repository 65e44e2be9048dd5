/** Finds where and why the JSON of a fixture breaks the response schema of a request. */

import { ApiError } from '../core/api-error.js'
import { Budget } from '../core/budget.js'
import { isObject } from '../core/json-pointer.js'
import type { Json } from '../core/openai-types.js'
import type { Schema } from '../core/schema.js'
import { toText } from '../core/to-text.js'
import { conformsToSchema, type SchemaLookup, type SchemaRecord } from './conforms.js'
import { SchemaMerger } from './schema-merger.js'

/** Returns a sentence such as `city expected to satisfy {"type":"string"}, was 5`; undefined if the text conforms. */
export function findSchemaMismatch(schema: Schema, text: string): string | undefined {
  const budget = new Budget({ work: maxUnits, bytes: Number.POSITIVE_INFINITY })
  try {
    budget.spendWork(Math.ceil(text.length / charsPerUnit), 'the JSON of a reply')
    return findMismatch(schema, text, budget)
  } catch (error) {
    if (error instanceof ApiError && error.errorName === 'budget_exceeded')
      return `the content was not checked: the check needs more than ${maxUnits} units of work`
    throw error
  }
}

// The check is a help for the author of the fixture, so it ends before the budget of the response.
const maxUnits = 50_000
const charsPerUnit = 100

function findMismatch(schema: Schema, text: string, budget: Budget): string | undefined {
  let value: Json
  try {
    value = JSON.parse(text)
  } catch {
    return `the content is not JSON: ${shortenJson(text)}`
  }
  try {
    return explainMismatch(schema, value, 'the content', new SchemaMerger(schema, budget).lookup, 0)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function explainMismatch(
  schema: Schema,
  value: Json,
  path: string,
  lookup: SchemaLookup,
  depth: number
): string | undefined {
  if (conformsToSchema(schema, value, lookup)) return undefined
  if (!isObject(schema) || depth > 50) return `${path} was not expected`
  const target = typeof schema.$ref === 'string' ? lookup.resolve(schema.$ref) : undefined
  if (target !== undefined && !conformsToSchema(target, value, lookup))
    return explainMismatch(target, value, path, lookup, depth + 1)
  const inner = Array.isArray(value)
    ? findInItems(schema, value, path, lookup, depth)
    : findInMembers(schema, value, path, lookup, depth)
  return (
    inner ??
    `${path} expected to satisfy ${shortenJson(JSON.stringify(schema))}, was ${shortenJson(JSON.stringify(value))}`
  )
}

function findInItems(
  schema: SchemaRecord,
  value: Json[],
  path: string,
  lookup: SchemaLookup,
  depth: number
): string | undefined {
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
): string | undefined {
  if (!isObject(value)) return undefined
  const memberPath = (name: string) => (path === 'the content' ? name : `${path}.${name}`)
  const properties = isObject(schema.properties) ? schema.properties : {}
  const missing = Array.isArray(schema.required)
    ? schema.required.find(name => !Object.hasOwn(value, toText(name)))
    : undefined
  if (missing !== undefined) return `${path} lacks "${toText(missing)}"`
  for (const [name, item] of Object.entries(value)) {
    const propertySchema = Object.hasOwn(properties, name) ? (properties[name] as Schema) : undefined
    if (propertySchema === undefined && schema.additionalProperties === false)
      return `${memberPath(name)} was not expected`
    if (propertySchema === undefined) continue
    const mismatch = explainMismatch(propertySchema, item, memberPath(name), lookup, depth + 1)
    if (mismatch) return mismatch
  }
  return undefined
}

const shortenJson = (text: string) => (text.length > 120 ? `${text.slice(0, 117)}…` : text)
