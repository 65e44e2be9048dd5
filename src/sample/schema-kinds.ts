/** Which types of value a schema allows, told by `type` or hinted at by its other keywords. */
import { isSchemaRecord, type SchemaRecord } from './conforms.js'

export type ValueKind = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object'

export const allKinds: ValueKind[] = ['string', 'object', 'array', 'number', 'boolean', 'null']

const kindKeywords: Partial<Record<ValueKind, string[]>> = {
  object: ['properties', 'required', 'additionalProperties', 'patternProperties', 'minProperties', 'maxProperties'],
  array: ['items', 'prefixItems', 'minItems', 'maxItems', 'uniqueItems', 'contains'],
  string: ['minLength', 'maxLength', 'pattern', 'format'],
  number: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf']
}

/** The types named by `type`, `integer` among them; undefined when none is named. */
export function findDeclaredKinds(schema: SchemaRecord): Set<unknown> | undefined {
  const types = new Set<unknown>(
    typeof schema.type === 'string' ? [schema.type] : Array.isArray(schema.type) ? schema.type : []
  )
  if (types.size > 0 && schema.nullable === true) types.add('null')
  const not = schema.not
  if (types.size === 0 && isSchemaRecord(not) && Object.keys(not).join() === 'type') {
    const excluded = new Set<unknown>([not.type].flat())
    return new Set(allKinds.filter(kind => !excluded.has(kind)))
  }
  return types.size > 0 || schema.type !== undefined ? types : undefined
}

export function findImpliedKinds(schema: SchemaRecord): ValueKind[] {
  return allKinds.filter(kind => kindKeywords[kind]?.some(keyword => schema[keyword] !== undefined))
}
