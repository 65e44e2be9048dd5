/** Defines what the validator of an operation on texts checks. */
import type { ApiError } from '../core/api-error.js'
import type { Model } from '../core/model.js'
import type { SchemaError } from '../core/schema.js'
import type { InputTokens } from '../core/text-inputs.js'

export type JsonBody = Readonly<Record<string, unknown>>

export interface TextRules {
  /** The model of a request without one. Without a default, the model is required. */
  defaultModel?: string
  /** Returns the error for a known model of another operation. */
  findModelError(model: Model): ApiError | undefined
  /** The fields in the order in which the service checks them. */
  order: readonly string[]
  /** Returns the error for unknown members of the body. Without this function, they are valid. */
  toUnknownError?(names: readonly string[]): ApiError
  /** Returns the error for a field that breaks its schema. Without it, the error is as for chat requests. */
  toFieldError?(field: string, value: unknown, error: SchemaError): ApiError
  /** Returns the first error that a schema cannot express. The fields match their schemas. */
  findError(body: JsonBody, model: Model, tokens: InputTokens): ApiError | undefined
}
