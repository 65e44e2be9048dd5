/** Evaluates whether a value satisfies a schema, for the keywords that construction alone cannot satisfy. */

import { isObject } from '../core/json-pointer.js'
import type { Json } from '../core/openai-types.js'
import type { Schema } from '../core/schema.js'
import { matchesFormat } from './format.js'
import { isMultiple } from './number.js'
import type { RegexPattern } from './regex-generate.js'

/** A schema that is an object. */
export type SchemaRecord = Exclude<Schema, boolean>

/** Resolves what a schema refers to. */
export interface SchemaLookup {
  /** The target of a `$ref`; undefined when there is none. */
  resolve(reference: string): Schema | undefined
  /** The compiled pattern. Throws if the source is no regular expression. */
  pattern(source: string): RegexPattern
  /** The values of an `enum`, each with sorted keys. */
  listed(values: readonly unknown[]): ReadonlySet<string>
  /** Spends units of work. Throws above the limit of the budget. */
  spend(units: number): void
}

/** Whether a value satisfies a schema. */
export function conformsToSchema(schema: Schema, value: Json, lookup: SchemaLookup, depth = 0): boolean {
  lookup.spend(1)
  // What is no schema allows every value, as `true` does.
  if (!isObject(schema)) return (schema as unknown) !== false
  // Only a circular reference gets this deep.
  if (depth > 1000) return false
  const checkPart = (part: unknown, partValue: Json = value) =>
    conformsToSchema(part as Schema, partValue, lookup, depth + 1)
  return (
    matchesType(schema, value, lookup) &&
    matchesBranches(schema, checkPart, lookup) &&
    (typeof value !== 'number' || matchesNumber(schema, value)) &&
    (typeof value !== 'string' || matchesString(schema, value, lookup)) &&
    (!Array.isArray(value) || matchesArray(schema, value, checkPart, lookup)) &&
    (!isObject(value) || matchesObject(schema, value, checkPart, lookup))
  )
}

/** Writes a value with sorted keys, so that values that are equal in JSON Schema have the same text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    isObject(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner
  )
}

function spendList<T>(list: T[], lookup: SchemaLookup): T[] {
  lookup.spend(Math.ceil(list.length / 4))
  return list
}

type CheckPart = (part: unknown, partValue?: Json) => boolean

/** Writes a value with sorted keys, and spends units for its length. */
export function spendCanonical(value: unknown, lookup: SchemaLookup): string {
  const text = canonicalJson(value)
  lookup.spend(1 + Math.ceil(text.length / 20))
  return text
}

function matchesType(schema: SchemaRecord, value: Json, lookup: SchemaLookup): boolean {
  if (schema.const !== undefined && spendCanonical(schema.const, lookup) !== canonicalJson(value)) return false
  if (Array.isArray(schema.enum) && !lookup.listed(schema.enum).has(spendCanonical(value, lookup))) return false
  if (schema.type === undefined) return true
  if (value === null && schema.nullable === true) return true
  return [schema.type].flat().some(type => {
    if (type === 'null') return value === null
    if (type === 'array') return Array.isArray(value)
    if (type === 'integer') return Number.isInteger(value)
    if (type === 'object') return isObject(value)
    return typeof value === type
  })
}

function matchesBranches(schema: SchemaRecord, checkPart: CheckPart, lookup: SchemaLookup): boolean {
  for (const reference of [schema.$ref, schema.$dynamicRef])
    if (typeof reference === 'string' && !checkPart(lookup.resolve(reference) ?? false)) return false
  if (Array.isArray(schema.allOf) && !schema.allOf.every(part => checkPart(part))) return false
  if (Array.isArray(schema.anyOf) && !schema.anyOf.some(part => checkPart(part))) return false
  if (Array.isArray(schema.oneOf) && schema.oneOf.filter(part => checkPart(part)).length !== 1) return false
  if (schema.not !== undefined && checkPart(schema.not)) return false
  if (schema.if === undefined) return true
  return checkPart(schema.if) ? checkPart(schema.then ?? true) : checkPart(schema.else ?? true)
}

function matchesNumber(schema: SchemaRecord, value: number): boolean {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema
  return (
    !(typeof minimum === 'number' && (value < minimum || (exclusiveMinimum === true && value === minimum))) &&
    !(typeof maximum === 'number' && (value > maximum || (exclusiveMaximum === true && value === maximum))) &&
    !(typeof exclusiveMinimum === 'number' && value <= exclusiveMinimum) &&
    !(typeof exclusiveMaximum === 'number' && value >= exclusiveMaximum) &&
    !(typeof multipleOf === 'number' && !isMultiple(value, multipleOf))
  )
}

function matchesString(schema: SchemaRecord, value: string, lookup: SchemaLookup): boolean {
  const length = countCodePoints(value)
  lookup.spend(Math.ceil(length / 20))
  return (
    !(typeof schema.minLength === 'number' && length < schema.minLength) &&
    !(typeof schema.maxLength === 'number' && length > schema.maxLength) &&
    !(typeof schema.pattern === 'string' && !lookup.pattern(schema.pattern).matches(value)) &&
    !(typeof schema.format === 'string' && !matchesFormat(schema.format, value))
  )
}

/** Counts code points, the unit of `minLength` and `maxLength`. */
export function countCodePoints(text: string): number {
  let count = 0
  for (const _ of text) count++
  return count
}

function matchesArray(schema: SchemaRecord, value: Json[], checkPart: CheckPart, lookup: SchemaLookup): boolean {
  if (typeof schema.minItems === 'number' && value.length < schema.minItems) return false
  if (typeof schema.maxItems === 'number' && value.length > schema.maxItems) return false
  if (schema.uniqueItems === true && new Set(value.map(item => spendCanonical(item, lookup))).size < value.length)
    return false
  const prefix: unknown[] = Array.isArray(schema.prefixItems) ? schema.prefixItems : []
  if (!value.every((item, index) => checkPart(index < prefix.length ? prefix[index] : (schema.items ?? true), item)))
    return false
  if (schema.contains === undefined) return true
  const count = value.filter(item => checkPart(schema.contains, item)).length
  return count >= ((schema.minContains as number) ?? 1) && count <= ((schema.maxContains as number) ?? Infinity)
}

function matchesObject(
  schema: SchemaRecord,
  value: { [key: string]: Json },
  checkPart: CheckPart,
  lookup: SchemaLookup
): boolean {
  const names = Object.keys(value)
  lookup.spend(names.length)
  if (typeof schema.minProperties === 'number' && names.length < schema.minProperties) return false
  if (typeof schema.maxProperties === 'number' && names.length > schema.maxProperties) return false
  if (Array.isArray(schema.required) && !spendList(schema.required, lookup).every(name => Object.hasOwn(value, name)))
    return false
  const properties = (schema.properties ?? {}) as Record<string, unknown>
  const patterns = Object.entries((schema.patternProperties ?? {}) as Record<string, unknown>)
  for (const name of names) {
    lookup.spend(patterns.length)
    if (schema.propertyNames !== undefined && !checkPart(schema.propertyNames, name)) return false
    const matching = patterns.filter(([source]) => lookup.pattern(source).matches(name))
    const parts = matching.map(([, part]) => part)
    if (Object.hasOwn(properties, name)) parts.push(properties[name])
    if (parts.length === 0 && schema.additionalProperties !== undefined) parts.push(schema.additionalProperties)
    if (!parts.every(part => checkPart(part, value[name]!))) return false
  }
  for (const [name, needed] of Object.entries((schema.dependentRequired ?? {}) as Record<string, string[]>))
    if (Object.hasOwn(value, name) && !needed.every(other => Object.hasOwn(value, other))) return false
  for (const [name, part] of Object.entries((schema.dependentSchemas ?? {}) as Record<string, unknown>))
    if (Object.hasOwn(value, name) && !checkPart(part)) return false
  return true
}
