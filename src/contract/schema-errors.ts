/** Converts the errors of a JSON schema validator into the API error that the service sends. */
import { ApiError, type ErrorReason } from '../core/api-error.js'
import { fromPointer } from '../core/json-pointer.js'
import type { SchemaError } from '../core/schema.js'
import { errorRows, type FieldError, joinPath, type PropertySchema } from './schema-error-rows.js'

/** Converts the errors of a validator into the error of the service. */
export function convertSchemaErrors(
  body: unknown,
  errors: readonly SchemaError[],
  properties: Record<string, unknown>
): ApiError {
  const error = pickMainError(errors)
  const steps = fromPointer(error.instancePath)
  const { p, pathPattern, value } = findValue(body, steps)
  const fieldError: FieldError = {
    keyword: error.keyword,
    params: error.params,
    p,
    pathPattern,
    value,
    previous: errors.at(-2),
    fieldSchema: Object.hasOwn(properties, steps[0] ?? '') ? ((properties[steps[0] ?? ''] ?? {}) as PropertySchema) : {}
  }
  const errorRow = errorRows.find(
    ({ keywords, when }) => keywords.includes(fieldError.keyword) && (when?.(fieldError) ?? true)
  )
  const errorName = errorRow?.errorName ?? 'invalid_parameter'
  const reason: ErrorReason = {
    kind: 'schema',
    detail: `${error.keyword} at ${error.schemaPath}`,
    pointer: error.instancePath,
    rule: `schema/${errorName}`
  }
  return new ApiError(errorName, errorRow?.toParams(fieldError) ?? { p: fieldError.p }, undefined, reason)
}

/** Returns the top-level field that is invalid, or '' when the body itself is. */
export function findErrorField(errors: readonly SchemaError[]): string {
  return fromPointer(pickMainError(errors).instancePath)[0] ?? ''
}

/** Returns the unknown top-level member of a body, if the validator reports one. */
export function findExtraKey(errors: readonly SchemaError[]): string | undefined {
  const { instancePath, params } = pickMainError(errors)
  const key = params.additionalProperty ?? params.unevaluatedProperty
  return instancePath === '' && typeof key === 'string' ? key : undefined
}

/** Returns the keyword of the schema that the body breaks. */
export const findErrorKeyword = (errors: readonly SchemaError[]): string => pickMainError(errors).keyword

/**
 * A union without a discriminator reports an error for every branch. The client meant the branch that matched the value to the
 * greatest depth, and no branch of another JSON type.
 */
function pickMainError(errors: readonly SchemaError[]): SchemaError {
  const last = errors.at(-1) as SchemaError
  if (!unionKeywords.has(last.keyword)) return last
  let best: SchemaError | undefined
  const types: unknown[] = []
  for (const error of errors) {
    if (unionKeywords.has(error.keyword)) continue
    if (error.keyword === 'type' && error.instancePath === last.instancePath) types.push(error.params.type)
    else if (!best || pathDepth(error) > pathDepth(best)) best = error
  }
  return best ?? { ...last, keyword: 'type', params: { type: types.flat() } }
}

const unionKeywords = new Set(['oneOf', 'anyOf', 'if'])
const pathDepth = ({ instancePath }: SchemaError) => instancePath.split('/').length

function findValue(body: unknown, steps: readonly string[]): { p: string; pathPattern: string; value: unknown } {
  let value = body
  let p = ''
  let pathPattern = ''
  for (const step of steps) {
    if (Array.isArray(value)) {
      p += `[${step}]`
      pathPattern += '[]'
    } else {
      p = joinPath(p, step)
      pathPattern = joinPath(pathPattern, step)
    }
    value = (value as Record<string, unknown> | undefined)?.[step]
  }
  return { p, pathPattern, value }
}
