/** Defines the schemas of the properties that rows name. */
import type { JsonObject } from '../../src/core/openai-types.js'

export const string = { type: 'string' }
export const integer = { type: 'integer' }
export const number = { type: 'number' }
export const boolean = { type: 'boolean' }
export const strings = { type: 'array', items: string }
export const integers = { type: 'array', items: integer }
export const numbers = { type: 'array', items: number }
export const oneOf = (...values: string[]) => ({ type: 'string', enum: values })
export const format = (name: string) => ({ type: 'string', format: name })
export const about = (description: string, schema: JsonObject = string): JsonObject => ({ ...schema, description })
export const object = (properties: Record<string, JsonObject>): JsonObject => ({
  type: 'object',
  properties,
  required: Object.keys(properties)
})
export const listOf = (items: JsonObject): JsonObject => ({ type: 'array', items })
