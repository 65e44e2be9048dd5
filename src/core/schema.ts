/** What a validator is to the rest of the house: a function that answers its complaints about a value. */

/** What a validator found wrong first. `instancePath` is a JSON pointer into the value. */
export interface SchemaError {
  keyword: string
  instancePath: string
  schemaPath: string
  params: Record<string, unknown>
  message: string
  /** The schema that holds the keyword, where the validator keeps it. */
  parentSchema?: { properties?: Record<string, unknown> }
}

/** Answers the complaints about a value: none when it conforms, otherwise the first, with AJV's notes on its branches. */
export type SchemaCheck = (value: unknown) => SchemaError[]

export type Schema = Record<string, unknown> | boolean

/** A validator as AJV makes it, compiled now or at build. */
export interface AjvValidator {
  (value: unknown): unknown
  errors?: SchemaError[] | null
}

/** Turns AJV's function into ours. */
export function toSchemaCheck(validate: unknown): SchemaCheck {
  const ajvValidator = validate as AjvValidator
  return value => (ajvValidator(value) ? [] : (ajvValidator.errors ?? []))
}
