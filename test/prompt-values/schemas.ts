/** Defines the schemas of the properties that rows name. */

export const string = { type: 'string' }
export const integer = { type: 'integer' }
export const number = { type: 'number' }
export const boolean = { type: 'boolean' }
export const strings = { type: 'array', items: string }
export const integers = { type: 'array', items: integer }
export const oneOf = (...values: string[]) => ({ type: 'string', enum: values })
export const format = (name: string) => ({ type: 'string', format: name })
