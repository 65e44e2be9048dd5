/** Defines validators: functions that return the errors of a value. */

/** An error of a validator. `instancePath` is a JSON pointer into the value. */
export interface SchemaError {
  keyword: string
  instancePath: string
  schemaPath: string
  params: Record<string, unknown>
  message: string
  /** The schema with the keyword, if the validator is `verbose`. */
  parentSchema?: { properties?: Record<string, unknown> }
}

/** Returns the errors of a value: none when it is valid, else the first error, after the errors of its branches. */
export type SchemaCheck = (value: unknown) => SchemaError[]

export type Schema = Record<string, unknown> | boolean

/** A validator of AJV, compiled at run time or by the build. */
export interface AjvValidator {
  (value: unknown): unknown
  errors?: SchemaError[] | null
}

/** Converts a validator of AJV. */
export function toSchemaCheck(validate: unknown): SchemaCheck {
  const ajvValidator = validate as AjvValidator
  return value => (ajvValidator(value) ? [] : (ajvValidator.errors ?? []))
}
