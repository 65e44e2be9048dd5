/** Which types of value a schema allows, told by `type` or hinted at by its other keywords. */
import { isSchema, type SchemaObject } from './conforms.js'

export type Kind = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object'

export const allKinds: Kind[] = ['string', 'object', 'array', 'number', 'boolean', 'null']

const hints: Partial<Record<Kind, string[]>> = {
  object: ['properties', 'required', 'additionalProperties', 'patternProperties', 'minProperties', 'maxProperties'],
  array: ['items', 'prefixItems', 'minItems', 'maxItems', 'uniqueItems', 'contains'],
  string: ['minLength', 'maxLength', 'pattern', 'format'],
  number: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf']
}

/** The types named by `type`, `integer` among them; undefined when none is named. */
export function kindsOf(schema: SchemaObject): Set<unknown> | undefined {
  const types = new Set<unknown>(
    typeof schema.type === 'string' ? [schema.type] : Array.isArray(schema.type) ? schema.type : []
  )
  if (types.size > 0 && schema.nullable === true) types.add('null')
  const not = schema.not
  if (types.size === 0 && isSchema(not) && Object.keys(not).join() === 'type') {
    const barred = new Set<unknown>([not.type].flat())
    return new Set(allKinds.filter(kind => !barred.has(kind)))
  }
  return types.size > 0 || schema.type !== undefined ? types : undefined
}

export function hintedKinds(schema: SchemaObject): Kind[] {
  return allKinds.filter(kind => hints[kind]?.some(keyword => schema[keyword] !== undefined))
}
