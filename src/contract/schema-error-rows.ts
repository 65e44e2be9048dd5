/** Lists which API error the service sends for each error of a JSON schema validator. */

import type { ErrorParams } from '../core/api-error.js'
import type { RequestParameter } from '../core/request-parameter.js'
import { parametersWhere, requestParameters } from '../core/request-parameters.js'
import type { SchemaError } from '../core/schema.js'
import { toText } from '../core/to-text.js'
import {
  countCharacters,
  describeType,
  describeTypes,
  formatAndList,
  formatOrList,
  shortenText
} from './error-phrases.js'

/** A validator's error, with everything that the error of the service can depend on. */
export interface FieldError {
  keyword: string
  params: Record<string, unknown>
  /** The path as the service writes it: `messages[0].content[1].type`. */
  p: string
  /** The path without indexes: `messages[].content[].type`. */
  pathPattern: string
  value: unknown
  /** The error before it: `propertyNames` reports what another keyword found. */
  previous?: SchemaError
  /** The schema of the top-level field. */
  fieldSchema: PropertySchema
}

export interface PropertySchema {
  type?: string | string[]
  minimum?: number
  maximum?: number
}

/** Appends a member to a path of the service. */
export const joinPath = (path: string, key: unknown) => (path ? `${path}.${key}` : String(key))

/** The values that the service lists for a path, where its order is not the schema's or the schema has no list. */
const allowedTexts: Record<string, readonly string[]> = {
  'messages[].role': ['system', 'assistant', 'user', 'function', 'tool', 'developer'],
  'messages[].content[].type': ['text', 'image_url', 'input_audio', 'refusal', 'audio', 'file'],
  'messages[].tool_calls[].type': ['function', 'allowed_tools', 'custom'],
  'tools[].type': ['function', 'custom'],
  'tools[].custom.format.type': ['text', 'grammar'],
  'tool_choice.type': ['function', 'custom', 'allowed_tools'],
  'response_format.type': ['json_object', 'json_schema', 'text']
}

const parameters: Readonly<Record<string, RequestParameter>> = requestParameters.createChatCompletion

/** The type that an error expects at a path, where the service does not name the type of the schema. */
const expectedPhrasesByPath: Readonly<Record<string, string | undefined>> = {
  ...Object.fromEntries(parametersWhere(parameters, 'expected').map(name => [name, parameters[name]?.expected])),
  'messages[].content': 'one of a string or array of objects',
  'messages[].tool_calls': 'an array of objects',
  'functions[]': 'a function definition',
  'tools[].function': 'a function definition',
  'prediction.content': 'one of a string or array of objects'
}

const isString = (value: unknown): value is string => typeof value === 'string'

const listAllowed = ({ allowedValues, allowedValue }: FieldError['params']): readonly string[] =>
  [allowedValues ?? allowedValue].flat().filter(isString)

function describeExpected({ pathPattern, params }: FieldError): string {
  const fixedPhrase = expectedPhrasesByPath[pathPattern]
  if (fixedPhrase) return fixedPhrase
  const choices = allowedTexts[pathPattern] ?? listAllowed(params)
  return choices.length ? `one of ${formatOrList(choices)}` : describeTypes([params.type].flat().map(String))
}

const typeErrorParams = (fieldError: FieldError): ErrorParams => ({
  p: fieldError.p,
  want: describeExpected(fieldError),
  got: describeType(fieldError.value)
})

function valueErrorParams({ p, pathPattern, value, params }: FieldError): ErrorParams {
  const allowed = allowedTexts[pathPattern] ?? listAllowed(params)
  return { p, value: shortenText(toText(value)), values: formatAndList(allowed) }
}

// AJV reports the object that has a discriminator; the service reports the member that selects the branch.
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
  isString(value) ? countCharacters(value) : Array.isArray(value) ? value.length : Object.keys(value ?? {}).length
const lengthErrorParams = ({ p, params, value }: FieldError): ErrorParams => ({
  p,
  limit: Number(params.limit),
  length: countLength(value)
})
const rangeErrorParams = ({ p, params, value }: FieldError): ErrorParams => ({
  p,
  limit: formatLimit(Number(params.limit)),
  value: String(value)
})

/** The largest integer of 64 bits is no number of JavaScript: the nearest is larger by 1. */
const formatLimit = (limit: number): string | number =>
  Number.isInteger(limit) && !Number.isSafeInteger(limit) ? String(BigInt(limit) - (limit > 0 ? 1n : 0n)) : limit

export interface ErrorRow {
  keywords: readonly string[]
  when?(fieldError: FieldError): boolean
  errorName: string
  toParams(fieldError: FieldError): ErrorParams
}

const minimumKeywords = ['minimum', 'exclusiveMinimum']
const maximumKeywords = ['maximum', 'exclusiveMaximum']

/** The first row that matches an error names the error of the service. */
export const errorRows: readonly ErrorRow[] = [
  {
    // For a choice without a function, the service reports the function first, whatever the type is.
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
  // JSON such as `1e400` is read as infinity, which is no number to a schema.
  {
    keywords: ['type'],
    when: error => isDecimal(error) && error.value === Number.POSITIVE_INFINITY,
    errorName: 'decimal_above_max_value',
    toParams: ({ p, value, fieldSchema }) => ({ p, limit: fieldSchema.maximum, value: String(value) })
  },
  {
    keywords: ['type'],
    when: error => isDecimal(error) && error.value === Number.NEGATIVE_INFINITY,
    errorName: 'decimal_below_min_value',
    toParams: ({ p, value, fieldSchema }) => ({ p, limit: fieldSchema.minimum, value: String(value) })
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

/** The names of all errors that a row can lead to; a test checks that `fixtures/errors/` has them. */
export const schemaErrorNames: readonly string[] = [
  ...new Set(errorRows.map(({ errorName }) => errorName)),
  'invalid_parameter'
]
