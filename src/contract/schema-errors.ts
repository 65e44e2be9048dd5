/** From a validator's complaint to the service's refusal: which name, and the facts that its words need. */

import { ApiError, type ErrorParams, type ErrorReason } from '../core/api-error.js'
import { fromPointer } from '../core/json-pointer.js'
import { parametersWhere, type RequestParameter, requestParameters } from '../core/request-parameters.js'
import type { SchemaError } from '../core/schema.js'
import { describeType, describeTypes, formatAndList, formatOrList, shortenText } from './error-phrases.js'

/** A complaint with everything that its words can depend on. */
interface FieldError {
  keyword: string
  params: Record<string, unknown>
  /** As the service writes it: `messages[0].content[1].type`. */
  p: string
  /** The same with the numbers left out: `messages[].content[].type`. */
  pathPattern: string
  value: unknown
  /** The complaint before it, where a keyword reports what another found. */
  previous?: SchemaError
  /** The schema's property for the field in question. */
  fieldSchema: PropertySchema
}

interface PropertySchema {
  type?: string | string[]
  enum?: unknown[]
}

/** Words the first of a validator's complaints about a body. */
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
  const reason: ErrorReason = {
    kind: 'schema',
    detail: `${error.keyword} at ${error.schemaPath}`,
    pointer: error.instancePath
  }
  return errorRow
    ? new ApiError(errorRow.errorName, errorRow.toParams(fieldError), undefined, reason)
    : new ApiError('invalid_parameter', { p: fieldError.p }, undefined, reason)
}

/** The top-level field that complaints are about; empty when they are about the body itself. */
export function findErrorField(errors: readonly SchemaError[]): string {
  return fromPointer(pickMainError(errors).instancePath)[0] ?? ''
}

/** The member that a body has and may not have, when that is what complaints are about. */
export function findExtraKey(errors: readonly SchemaError[]): string | undefined {
  const { instancePath, params } = pickMainError(errors)
  const key = params.additionalProperty ?? params.unevaluatedProperty
  return instancePath === '' && typeof key === 'string' ? key : undefined
}

export const findErrorKeyword = (errors: readonly SchemaError[]): string => pickMainError(errors).keyword

/**
 * Where a union has no discriminator, every branch complains. A branch of another JSON type was not meant, and the one that
 * got deepest into the value was.
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

const joinPath = (path: string, key: unknown) => (path ? `${path}.${key}` : String(key))

/** How the service lists the texts that a place takes, where that is not the schema's order or not in the schema at all. */
const allowedTexts: Record<string, readonly string[]> = {
  'messages[].role': ['system', 'assistant', 'user', 'function', 'tool', 'developer'],
  'messages[].content[].type': ['text', 'image_url', 'input_audio', 'refusal', 'audio', 'file'],
  'messages[].tool_calls[].type': ['function', 'custom'],
  'tools[].type': ['function', 'custom'],
  'tool_choice.type': ['function', 'custom', 'allowed_tools'],
  'response_format.type': ['json_object', 'json_schema', 'text']
}

const parameters: Readonly<Record<string, RequestParameter>> = requestParameters.createChatCompletion

/** What the service says it expected, where that is not the noun of a type. */
const expectedPhrasesByPath: Readonly<Record<string, string | undefined>> = {
  ...Object.fromEntries(parametersWhere(parameters, 'expected').map(name => [name, parameters[name]?.expected])),
  'messages[].content': 'one of a string or array of objects',
  'messages[].tool_calls': 'an array of objects',
  'prediction.content': 'one of a string or array of objects'
}

const isString = (value: unknown): value is string => typeof value === 'string'

function describeExpected({ pathPattern, params, fieldSchema }: FieldError): string {
  const fixedPhrase = expectedPhrasesByPath[pathPattern]
  if (fixedPhrase) return fixedPhrase
  const choices =
    allowedTexts[pathPattern] ??
    (pathPattern.includes('.') || pathPattern.includes('[') ? undefined : fieldSchema.enum?.filter(isString))
  return choices?.length ? `one of ${formatOrList(choices)}` : describeTypes([params.type].flat().map(String))
}

const typeErrorParams = (fieldError: FieldError): ErrorParams => ({
  p: fieldError.p,
  want: describeExpected(fieldError),
  got: describeType(fieldError.value)
})

function valueErrorParams({ p, pathPattern, value, params }: FieldError): ErrorParams {
  const allowed = allowedTexts[pathPattern] ?? [params.allowedValues ?? params.allowedValue].flat().filter(isString)
  return { p, value: shortenText(String(value)), values: formatAndList(allowed) }
}

// A discriminator complains about the object; its refusal is about the member that tells the branches apart.
function toTagError(fieldError: FieldError): FieldError {
  const tag = String(fieldError.params.tag)
  const value = (fieldError.value as Record<string, unknown> | undefined)?.[tag]
  return {
    ...fieldError,
    p: joinPath(fieldError.p, tag),
    pathPattern: joinPath(fieldError.pathPattern, tag),
    value,
    fieldSchema: {},
    params: { type: 'string' }
  }
}

const isDecimal = ({ fieldSchema }: FieldError) => [fieldSchema.type].flat().includes('number')
const countLength = (value: unknown) =>
  isString(value) ? [...value].length : Array.isArray(value) ? value.length : Object.keys(value ?? {}).length
const lengthErrorParams = ({ p, params, value }: FieldError): ErrorParams => ({
  p,
  limit: Number(params.limit),
  length: countLength(value)
})
const rangeErrorParams = ({ p, params, value }: FieldError): ErrorParams => ({
  p,
  limit: Number(params.limit),
  value: String(value)
})

interface ErrorRow {
  keywords: readonly string[]
  when?(fieldError: FieldError): boolean
  errorName: string
  toParams(fieldError: FieldError): ErrorParams
}

const minimumKeywords = ['minimum', 'exclusiveMinimum']
const maximumKeywords = ['maximum', 'exclusiveMaximum']

// The first row that fits words the complaint.
const errorRows: readonly ErrorRow[] = [
  {
    // Whatever its type is, a choice without a function is told so first.
    keywords: ['required', 'discriminator'],
    when: ({ pathPattern, params, value }) =>
      pathPattern === 'tool_choice' &&
      (params.missingProperty === 'type' || params.error === 'mapping' || params.error === 'tag') &&
      (value as { function?: unknown }).function === undefined,
    errorName: 'missing_required_parameter',
    toParams: () => ({ p: 'tool_choice.function' })
  },
  {
    keywords: ['required'],
    errorName: 'missing_required_parameter',
    toParams: ({ p, params }) => ({ p: joinPath(p, params.missingProperty) })
  },
  {
    keywords: ['additionalProperties', 'unevaluatedProperties'],
    errorName: 'unknown_parameter',
    toParams: ({ p, params }) => ({ p: joinPath(p, params.additionalProperty ?? params.unevaluatedProperty) })
  },
  {
    keywords: ['discriminator'],
    when: fieldError => toTagError(fieldError).value === undefined,
    errorName: 'missing_required_parameter',
    toParams: fieldError => ({ p: toTagError(fieldError).p })
  },
  {
    keywords: ['discriminator'],
    when: fieldError => !isString(toTagError(fieldError).value),
    errorName: 'invalid_type',
    toParams: fieldError => typeErrorParams(toTagError(fieldError))
  },
  {
    keywords: ['discriminator'],
    errorName: 'invalid_value',
    toParams: fieldError => valueErrorParams(toTagError(fieldError))
  },
  { keywords: ['type'], errorName: 'invalid_type', toParams: typeErrorParams },
  {
    keywords: ['enum'],
    when: ({ pathPattern, value }) => pathPattern === 'prompt_cache_retention' && isString(value),
    errorName: 'invalid_prompt_cache_retention',
    toParams: () => ({})
  },
  {
    keywords: ['enum', 'const'],
    when: ({ value }) => !isString(value),
    errorName: 'invalid_type',
    toParams: typeErrorParams
  },
  { keywords: ['enum', 'const'], errorName: 'invalid_value', toParams: valueErrorParams },
  {
    keywords: ['minItems'],
    when: ({ value }) => countLength(value) === 0,
    errorName: 'empty_array',
    toParams: lengthErrorParams
  },
  { keywords: ['minItems'], errorName: 'array_below_min_length', toParams: lengthErrorParams },
  { keywords: ['maxItems'], errorName: 'array_above_max_length', toParams: lengthErrorParams },
  {
    keywords: ['minLength'],
    when: ({ value }) => value === '',
    errorName: 'empty_string',
    toParams: lengthErrorParams
  },
  { keywords: ['minLength'], errorName: 'string_below_min_length', toParams: lengthErrorParams },
  { keywords: ['maxLength'], errorName: 'string_above_max_length', toParams: lengthErrorParams },
  {
    keywords: ['pattern'],
    errorName: 'string_does_not_match_pattern',
    toParams: ({ p, params }) => ({ p, pattern: String(params.pattern) })
  },
  {
    keywords: ['propertyNames'],
    when: ({ previous }) => previous?.keyword === 'maxLength',
    errorName: 'property_name_above_max_length',
    toParams: ({ p, params, previous }) => {
      const key = String(params.propertyName)
      return { p, key, name: shortenText(key), limit: Number(previous?.params.limit), length: countLength(key) }
    }
  },
  { keywords: ['maxProperties'], errorName: 'object_above_max_properties', toParams: lengthErrorParams },
  { keywords: minimumKeywords, when: isDecimal, errorName: 'decimal_below_min_value', toParams: rangeErrorParams },
  { keywords: maximumKeywords, when: isDecimal, errorName: 'decimal_above_max_value', toParams: rangeErrorParams },
  { keywords: minimumKeywords, errorName: 'integer_below_min_value', toParams: rangeErrorParams },
  { keywords: maximumKeywords, errorName: 'integer_above_max_value', toParams: rangeErrorParams },
  {
    keywords: ['format'],
    when: ({ params }) => params.format === 'uri',
    errorName: 'invalid_url',
    toParams: ({ p }) => ({ p })
  }
]

/** The names of all refusals that a complaint can become. */
export const schemaErrorNames: readonly string[] = [
  ...new Set(errorRows.map(({ errorName }) => errorName)),
  'invalid_parameter'
]
