/** A small evaluator: whether a value satisfies a schema. The sampler asks it only where construction alone cannot tell. */

import type { Json } from '../core/openai-types.js'
import type { Schema } from '../core/schema.js'
import { hasFormat } from './format.js'
import { isMultiple } from './number.js'
import type { Pattern } from './regex-generate.js'

export type SchemaObject = Record<string, unknown>

export interface Lookup {
  resolve(reference: string): Schema | undefined
  pattern(source: string): Pattern
}

export function conforms(schema: Schema, value: Json, lookup: Lookup, depth = 0): boolean {
  if (typeof schema === 'boolean') return schema
  // Only a reference that leads back to itself gets this deep.
  if (depth > 1000) return false
  const also = (part: unknown, at: Json = value) => conforms(part as Schema, at, lookup, depth + 1)
  return (
    ofType(schema, value) &&
    ofBranches(schema, also, lookup) &&
    (typeof value !== 'number' || ofNumber(schema, value)) &&
    (typeof value !== 'string' || ofString(schema, value, lookup)) &&
    (!Array.isArray(value) || ofArray(schema, value, also)) &&
    (typeof value !== 'object' || value === null || Array.isArray(value) || ofObject(schema, value, also, lookup))
  )
}

export const isSchema = (value: unknown): value is SchemaObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The same text for values that JSON Schema holds equal: keys in one order. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner
  )
}

type Also = (part: unknown, at?: Json) => boolean

function ofType(schema: SchemaObject, value: Json): boolean {
  if (schema.const !== undefined && canonical(schema.const) !== canonical(value)) return false
  if (Array.isArray(schema.enum)) {
    const own = canonical(value)
    if (!schema.enum.some(allowed => canonical(allowed) === own)) return false
  }
  if (schema.type === undefined) return true
  if (value === null && schema.nullable === true) return true
  return [schema.type].flat().some(type => {
    if (type === 'null') return value === null
    if (type === 'array') return Array.isArray(value)
    if (type === 'integer') return Number.isInteger(value)
    if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value)
    return typeof value === type
  })
}

function ofBranches(schema: SchemaObject, also: Also, lookup: Lookup): boolean {
  for (const reference of [schema.$ref, schema.$dynamicRef])
    if (typeof reference === 'string' && !also(lookup.resolve(reference) ?? false)) return false
  if (Array.isArray(schema.allOf) && !schema.allOf.every(part => also(part))) return false
  if (Array.isArray(schema.anyOf) && !schema.anyOf.some(part => also(part))) return false
  if (Array.isArray(schema.oneOf) && schema.oneOf.filter(part => also(part)).length !== 1) return false
  if (schema.not !== undefined && also(schema.not)) return false
  if (schema.if === undefined) return true
  return also(schema.if) ? also(schema.then ?? true) : also(schema.else ?? true)
}

function ofNumber(schema: SchemaObject, value: number): boolean {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema
  return (
    !(typeof minimum === 'number' && (value < minimum || (exclusiveMinimum === true && value === minimum))) &&
    !(typeof maximum === 'number' && (value > maximum || (exclusiveMaximum === true && value === maximum))) &&
    !(typeof exclusiveMinimum === 'number' && value <= exclusiveMinimum) &&
    !(typeof exclusiveMaximum === 'number' && value >= exclusiveMaximum) &&
    !(typeof multipleOf === 'number' && !isMultiple(value, multipleOf))
  )
}

function ofString(schema: SchemaObject, value: string, lookup: Lookup): boolean {
  const length = codePoints(value)
  return (
    !(typeof schema.minLength === 'number' && length < schema.minLength) &&
    !(typeof schema.maxLength === 'number' && length > schema.maxLength) &&
    !(typeof schema.pattern === 'string' && !lookup.pattern(schema.pattern).matches(value)) &&
    !(typeof schema.format === 'string' && !hasFormat(schema.format, value))
  )
}

export function codePoints(text: string): number {
  let count = 0
  for (const _ of text) count++
  return count
}

function ofArray(schema: SchemaObject, value: Json[], also: Also): boolean {
  if (typeof schema.minItems === 'number' && value.length < schema.minItems) return false
  if (typeof schema.maxItems === 'number' && value.length > schema.maxItems) return false
  if (schema.uniqueItems === true && new Set(value.map(canonical)).size < value.length) return false
  const prefix: unknown[] = Array.isArray(schema.prefixItems) ? schema.prefixItems : []
  if (!value.every((item, index) => also(index < prefix.length ? prefix[index] : (schema.items ?? true), item)))
    return false
  if (schema.contains === undefined) return true
  const found = value.filter(item => also(schema.contains, item)).length
  return found >= ((schema.minContains as number) ?? 1) && found <= ((schema.maxContains as number) ?? Infinity)
}

function ofObject(schema: SchemaObject, value: { [key: string]: Json }, also: Also, lookup: Lookup): boolean {
  const names = Object.keys(value)
  if (typeof schema.minProperties === 'number' && names.length < schema.minProperties) return false
  if (typeof schema.maxProperties === 'number' && names.length > schema.maxProperties) return false
  if (Array.isArray(schema.required) && !schema.required.every(name => Object.hasOwn(value, name))) return false
  const properties = (schema.properties ?? {}) as Record<string, unknown>
  const patterns = Object.entries((schema.patternProperties ?? {}) as Record<string, unknown>)
  for (const name of names) {
    if (schema.propertyNames !== undefined && !also(schema.propertyNames, name)) return false
    const matching = patterns.filter(([source]) => lookup.pattern(source).matches(name))
    const parts = matching.map(([, part]) => part)
    if (Object.hasOwn(properties, name)) parts.push(properties[name])
    if (parts.length === 0 && schema.additionalProperties !== undefined) parts.push(schema.additionalProperties)
    if (!parts.every(part => also(part, value[name]!))) return false
  }
  for (const [name, needed] of Object.entries((schema.dependentRequired ?? {}) as Record<string, string[]>))
    if (Object.hasOwn(value, name) && !needed.every(other => Object.hasOwn(value, other))) return false
  for (const [name, part] of Object.entries((schema.dependentSchemas ?? {}) as Record<string, unknown>))
    if (Object.hasOwn(value, name) && !also(part)) return false
  return true
}
