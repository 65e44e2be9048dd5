/** Validates the body of an operation on texts, and returns the error that the service would report first. */
import type { ApiError } from '../core/api-error.js'
import type { Models } from '../core/model.js'
import type { SchemaCheck, SchemaError } from '../core/schema.js'
import type { InputTokens } from '../core/text-inputs.js'
import { restoreNumberText } from './number-text.js'
import { convertSchemaErrors, findErrorField, findExtraKey } from './schema-errors.js'
import type { JsonBody, TextRules } from './text-rules.js'
import { findEdgeError, findModelError } from './validate.js'

export interface TextValidatorOptions {
  check: SchemaCheck
  /** The properties of the schema, for the words of errors. */
  properties: Record<string, unknown>
  rules: TextRules
  models: Models
  unknownModels: 'answer' | 'refuse'
}

/** @param text the JSON of the body, so that the error has numbers as they were sent */
export type ValidateText = (body: unknown, tokens: InputTokens, text?: string) => ApiError | undefined

export function createTextValidator(options: TextValidatorOptions): ValidateText {
  return (body, tokens, text) => {
    const error = findError(body, tokens, options)
    return error && text ? restoreNumberText(error, body, text) : error
  }
}

function findError(sent: unknown, tokens: InputTokens, options: TextValidatorOptions): ApiError | undefined {
  const { check, rules, models, unknownModels } = options
  const body = withModel(sent, rules)
  const edgeError = findEdgeError(body)
  if (edgeError) return edgeError
  const request = body as JsonBody
  const model = models.get(String(request.model))
  const modelError = findModelError({ ...model, refusal: null }, unknownModels)
  if (modelError) return modelError
  const operationError = model.isKnown ? rules.findModelError(model) : undefined
  if (operationError) return operationError
  const { unknown, fields } = collectErrors(request, check)
  if (unknown.length && rules.toUnknownError) return rules.toUnknownError(unknown)
  const first = [...rules.order, ...fields.keys()].find(field => fields.has(field))
  if (first === undefined) return rules.findError(request, model, tokens)
  const errors = fields.get(first)!
  return (
    rules.toFieldError?.(first, request[first], errors.at(-1)!) ??
    convertSchemaErrors(request, errors, options.properties)
  )
}

function withModel(sent: unknown, { defaultModel }: TextRules): unknown {
  if (defaultModel === undefined || typeof sent !== 'object' || sent === null || Array.isArray(sent)) return sent
  const { model, ...others } = sent as JsonBody
  return { ...others, model: model ?? defaultModel }
}

interface FieldErrors {
  /** The members that the schema does not have. */
  unknown: string[]
  /** The errors of each field that is invalid. */
  fields: Map<string, readonly SchemaError[]>
}

// Bodies with more errors are not worth reading to the end.
const maxErrors = 100

/** A validator stops at its first error. So each invalid field is removed, and the rest is validated again. */
function collectErrors(body: JsonBody, check: SchemaCheck): FieldErrors {
  const found: FieldErrors = { unknown: [], fields: new Map() }
  const rest: Record<string, unknown> = { ...body }
  for (let errors = check(rest), count = 0; errors.length && count < maxErrors; errors = check(rest), count++) {
    const extraKey = findExtraKey(errors)
    if (extraKey !== undefined) {
      found.unknown.push(extraKey)
      delete rest[extraKey]
      continue
    }
    const field = findErrorField(errors)
    const missing = errors.at(-1)?.params.missingProperty
    found.fields.set(field || String(missing), errors)
    // Nothing is left to remove where a field is missing.
    if (!field || !Object.hasOwn(rest, field)) break
    delete rest[field]
  }
  return found
}
