/** Checks the values of an `enum` in a strict schema. */
import { isObject, type UnknownRecord } from '../core/json-pointer.js'
import { formatFullRepr } from './error-phrases.js'
import { formatContext, inContext, type SchemaContext, unreadable } from './schema-context.js'

const limits = { values: 250, text: 15_000 }

/** Returns what is wrong with the values of an `enum`. */
export function findEnumProblem(schema: UnknownRecord, context: SchemaContext | undefined): string | undefined {
  const values = schema.enum
  if (!Array.isArray(values)) return undefined
  if (schema.type === undefined) {
    if (new Set(values.map(typeOf)).size > 1) return inContext(context, 'enum values must be of the same type.')
  } else {
    const types = [schema.type].flat()
    for (const value of values)
      if (!types.some(type => type === typeOf(value) || (type === 'number' && typeof value === 'number')))
        return `context=${formatContext(context)}, enum value ${show(value)} does not validate against {'type': ${formatFullRepr(schema.type)}}.`
  }
  if (values.some(value => typeof value === 'object' && value !== null)) return unreadable
  let length = 0
  for (const value of values) if (typeof value === 'string') length += value.length
  return values.length > limits.values && length > limits.text
    ? `Expected at most ${limits.text} total characters across enum values when there are more than ${limits.values} enum values, but received ${length}. Consider reducing the number of enums, or opt out of structured outputs by setting 'strict: false'.`
    : undefined
}

const show = (value: unknown) => (typeof value === 'string' ? value : formatFullRepr(value))

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return Array.isArray(value) ? 'array' : isObject(value) ? 'object' : typeof value
}
