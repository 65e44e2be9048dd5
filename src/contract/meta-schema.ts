/** Checks a schema against the meta-schema of JSON Schema 2020-12, and says the first error as Python's `jsonschema` does. */
import { isObject, type UnknownRecord } from '../core/json-pointer.js'
import { formatFullRepr as show } from './error-phrases.js'
import { isPythonRegex } from './python-regex.js'
import { unreadable } from './schema-context.js'

/** The limit for every walk of a schema: the walks recurse, and a JSON body is at most 512 deep. */
const maxDepth = 600

/** A walk through a schema. Only the walk that reports an error needs the keywords in order. */
interface Walk {
  depth: number
  readonly inOrder: boolean
}

/** Returns the message for the first error of a value, or undefined when the value is fine. */
type ValueCheck = (value: unknown, walk: Walk) => string | undefined

/** Returns the first error of a schema in the order of the meta-schema. */
export function findMetaSchemaError(schema: unknown): string | undefined {
  return checkSchema(schema, { depth: 0, inOrder: false }) && checkSchema(schema, { depth: 0, inOrder: true })
}

function checkSchema(schema: unknown, walk: Walk): string | undefined {
  if (typeof schema === 'boolean') return undefined
  if (!isObject(schema)) return `${show(schema)} is not of type 'object', 'boolean'`
  if (walk.depth > maxDepth) return unreadable
  walk.depth++
  const error = walk.inOrder ? checkInOrder(schema, walk) : checkKeywords(schema, walk)
  walk.depth--
  return error
}

function checkKeywords(schema: UnknownRecord, walk: Walk): string | undefined {
  for (const key in schema) {
    const error = keywords.get(key)?.check(schema[key], walk)
    if (error) return error
  }
  return undefined
}

function checkInOrder(schema: UnknownRecord, walk: Walk): string | undefined {
  const known = Object.keys(schema).filter(key => keywords.has(key))
  known.sort((a, b) => keywords.get(a)!.rank - keywords.get(b)!.rank)
  return findFirst(known, key => keywords.get(key as string)!.check(schema[key as string], walk), walk)
}

const typeTests: Record<string, (value: unknown) => boolean> = {
  array: Array.isArray,
  boolean: value => typeof value === 'boolean',
  integer: Number.isInteger,
  number: value => typeof value === 'number',
  object: isObject,
  string: value => typeof value === 'string'
}

const ofType =
  (type: keyof typeof typeTests, next?: ValueCheck): ValueCheck =>
  (value, walk) =>
    typeTests[type]!(value) ? next?.(value, walk) : `${show(value)} is not of type '${type}'`

const simpleTypes = new Set<unknown>(['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'])
const hasDuplicates = (list: readonly unknown[]) => new Set(list).size < list.length

const checkTypes: ValueCheck = value => {
  const isList = Array.isArray(value)
  if (isList && value.length > 0 && value.every(type => simpleTypes.has(type)) && !hasDuplicates(value))
    return undefined
  return !isList && simpleTypes.has(value) ? undefined : `${show(value)} is not valid under any of the given schemas`
}

const text = ofType('string')
const flag = ofType('boolean')
const list = ofType('array')
const decimal = ofType('number')
const count = ofType('integer', value => ((value as number) < 0 ? `${value} is less than the minimum of 0` : undefined))
const matching = (pattern: RegExp): ValueCheck =>
  ofType('string', value =>
    pattern.test(value as string) ? undefined : `${show(value)} does not match '${pattern.source}'`
  )
const checkRegex: ValueCheck = value => (isPythonRegex(value as string) ? undefined : `${show(value)} is not a 'regex'`)

const findFirst = (values: readonly unknown[], check: ValueCheck, walk: Walk): string | undefined => {
  for (const value of values) {
    const error = check(value, walk)
    if (error) return error
  }
  return undefined
}

const schemas: ValueCheck = ofType('array', (value, walk) =>
  (value as unknown[]).length === 0
    ? `${show(value)} should be non-empty`
    : findFirst(value as unknown[], checkSchema, walk)
)

const mapOf = (check: ValueCheck, checkName?: ValueCheck): ValueCheck =>
  ofType(
    'object',
    (value, walk) =>
      findFirst(Object.values(value as object), check, walk) ??
      (checkName && findFirst(Object.keys(value as object), checkName, walk))
  )

const texts: ValueCheck = ofType(
  'array',
  (value, walk) =>
    findFirst(value as unknown[], text, walk) ??
    (hasDuplicates(value as unknown[]) ? `${show(value)} has non-unique elements` : undefined)
)

const anchor = matching(/^[A-Za-z_][-A-Za-z0-9._]*$/)

/** A list under `items` was valid before 2020-12. The check of arrays reports it. */
const checkItems: ValueCheck = (value, walk) =>
  Array.isArray(value) ? findFirst(value, checkSchema, walk) : checkSchema(value, walk)

const checkDependency: ValueCheck = (value, walk) =>
  checkSchema(value, walk) && texts(value, walk)
    ? `${show(value)} is not valid under any of the given schemas`
    : undefined

/** The keywords in the order in which the meta-schema checks them: vocabulary by vocabulary. */
const orderedKeywords: Record<string, ValueCheck> = {
  $id: matching(/^[^#]*#?$/),
  $schema: text,
  $ref: text,
  $anchor: anchor,
  $dynamicRef: text,
  $dynamicAnchor: anchor,
  $vocabulary: mapOf(flag),
  $comment: text,
  $defs: mapOf(checkSchema),

  prefixItems: schemas,
  items: checkItems,
  contains: checkSchema,
  additionalProperties: checkSchema,
  properties: mapOf(checkSchema),
  patternProperties: mapOf(checkSchema, checkRegex),
  dependentSchemas: mapOf(checkSchema),
  propertyNames: checkSchema,
  if: checkSchema,
  then: checkSchema,
  else: checkSchema,
  allOf: schemas,
  anyOf: schemas,
  oneOf: schemas,
  not: checkSchema,

  unevaluatedItems: checkSchema,
  unevaluatedProperties: checkSchema,

  type: checkTypes,
  enum: list,
  multipleOf: ofType('number', value =>
    (value as number) <= 0 ? `${value} is less than or equal to the minimum of 0` : undefined
  ),
  maximum: decimal,
  exclusiveMaximum: decimal,
  minimum: decimal,
  exclusiveMinimum: decimal,
  maxLength: count,
  minLength: count,
  pattern: ofType('string', checkRegex),
  maxItems: count,
  minItems: count,
  uniqueItems: flag,
  maxContains: count,
  minContains: count,
  maxProperties: count,
  minProperties: count,
  required: texts,
  dependentRequired: mapOf(texts),

  title: text,
  description: text,
  deprecated: flag,
  readOnly: flag,
  writeOnly: flag,
  examples: list,

  format: text,

  contentEncoding: text,
  contentMediaType: text,
  contentSchema: checkSchema,

  definitions: mapOf(checkSchema),
  dependencies: mapOf(checkDependency),
  $recursiveAnchor: anchor,
  $recursiveRef: text
}

const keywords: ReadonlyMap<string, { rank: number; check: ValueCheck }> = new Map(
  Object.entries(orderedKeywords).map(([name, check], rank) => [name, { rank, check }])
)
