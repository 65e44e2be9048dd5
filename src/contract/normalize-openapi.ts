/** Rewrites the schemas of a document for AJV: OpenAPI 3.0 keywords become JSON Schema, unusable discriminators go. */
import { listFormats } from '../core/ajv.js'
import { isObject, type Path, resolveRef, toPointer } from '../core/json-pointer.js'
import type { Finding } from './finding.js'
import { type OpenApiObject, walkDocument } from './schema-visitor.js'
import { dropSlowPatterns } from './slow-patterns.js'
import { foldUnions } from './union.js'

/** A schema of the normalized copy, and its path in the document. */
export interface SchemaLocation {
  schema: OpenApiObject
  path: Path
}

/** Changes the schemas of a document, and returns the defects and where each schema was. */
export function normalizeOpenApi(schemas: OpenApiObject): { findings: Finding[]; schemaLocations: SchemaLocation[] } {
  const findings: Finding[] = []
  const schemaLocations: SchemaLocation[] = []
  const nullable = new Set<unknown>()
  // In a 3.0 document these keywords are valid, so they are rewritten without a finding.
  const isVersion30 = String(schemas.openapi).startsWith('3.0')
  walkDocument(schemas, (schema, path) => {
    const report = (key: string, message: string, repair: string) => {
      if (!isVersion30) findings.push({ pointer: toPointer([...path, key]), message, repair })
    }
    dropAnnotations(schema)
    repairExclusive(schema, 'exclusiveMinimum', 'minimum', report)
    repairExclusive(schema, 'exclusiveMaximum', 'maximum', report)
    if (schema.default === null && isNullable(schema, nullable))
      report('default', '`default: null` breaks this schema: `nullable` has no effect in 3.1', 'null allowed')
    if (schema.nullable === true) nullable.add(schema)
    repairNullable(schema, report)
    dropUnknownFormat(schema, message =>
      findings.push({ pointer: toPointer([...path, 'format']), message, repair: 'not checked' })
    )
    repairDiscriminator(schemas, schema)
    foldUnions(schemas, schema)
    for (const { key, message } of dropSlowPatterns(schema))
      findings.push({ pointer: toPointer([...path, key]), message, repair: 'not checked' })
    schemaLocations.push({ schema, path })
  })
  // Unions are told apart by their types, so the types go when all unions are folded.
  for (const { schema } of schemaLocations) dropImpliedType(schema)
  return { findings, schemaLocations }
}

/**
 * Removes the type of a list of texts, which says the type too. With both, a validator reports the type alone, and the service names
 * the texts.
 */
function dropImpliedType(schema: OpenApiObject): void {
  const { type, enum: values } = schema
  if (type === undefined || !Array.isArray(values)) return
  const types = [type].flat()
  const isImplied = (value: unknown) => (value === null ? types.includes('null') : typeof value === 'string')
  if (types.includes('string') && values.length > 0 && values.every(isImplied)) delete schema.type
}

/** Whether a schema or one of its branches allows null only by `nullable`. */
function isNullable(schema: OpenApiObject, nullable: Set<unknown>): boolean {
  const branches = [schema.oneOf, schema.anyOf].flat()
  return schema.nullable === true || branches.some(branch => nullable.has(branch))
}

type ReportFinding = (key: string, message: string, repair: string) => void

function dropAnnotations(schema: OpenApiObject): void {
  for (const key of Object.keys(schema))
    if (key.startsWith('x-') || key === 'xml' || key === 'externalDocs') delete schema[key]
}

function repairExclusive(schema: OpenApiObject, key: string, limit: string, report: ReportFinding): void {
  const value = schema[key]
  if (typeof value !== 'boolean') return
  delete schema[key]
  if (value && schema[limit] !== undefined) {
    schema[key] = schema[limit]
    delete schema[limit]
  }
  report(key, `a boolean \`${key}\` is OpenAPI 3.0; 3.1 expects a number`, `combined with \`${limit}\``)
}

/** JSON Schema has formats that a validator does not know as notes. */
function dropUnknownFormat(schema: OpenApiObject, report: (message: string) => void): void {
  const { format } = schema
  if (typeof format !== 'string' || listFormats().has(format)) return
  delete schema.format
  report(`\`${format}\` is not a format of JSON Schema or OpenAPI`)
}

function repairNullable(schema: OpenApiObject, report: ReportFinding): void {
  const { nullable } = schema
  if (nullable === undefined) return
  delete schema.nullable
  const repair = nullable === true ? allowNull(schema) : 'removed'
  report('nullable', '`nullable` is OpenAPI 3.0; it has no effect in 3.1', repair)
}

function allowNull(schema: OpenApiObject): string {
  const values = schema.enum
  if (Array.isArray(values) && !values.includes(null)) schema.enum = [...values, null]
  if (schema.type !== undefined) {
    const types = [schema.type].flat()
    if (!types.includes('null')) schema.type = [...types, 'null']
    return values ? "'null' added to `type`, null to `enum`" : "'null' added to `type`"
  }
  if (values) return 'null added to `enum`'
  const branch: OpenApiObject = {}
  for (const key of Object.keys(schema)) {
    if (annotationKeywords.has(key)) continue
    branch[key] = schema[key]
    delete schema[key]
  }
  if (Object.keys(branch).length > 0) schema.anyOf = [branch, { type: 'null' }]
  return "`anyOf` with a branch of type 'null'"
}

const annotationKeywords = new Set([
  'title',
  'description',
  'default',
  'example',
  'examples',
  'deprecated',
  '$id',
  '$anchor'
])

/**
 * Removes a discriminator that AJV cannot use. The valid values stay the same: `oneOf` alone defines them. With a discriminator, AJV
 * reports the errors of one branch and not of all; it needs a tag with distinct values in all branches.
 */
function repairDiscriminator(document: OpenApiObject, schema: OpenApiObject): void {
  const { discriminator } = schema
  if (discriminator === undefined) return
  if (!isObject(discriminator) || !isUsableDiscriminator(document, schema, discriminator.propertyName))
    delete schema.discriminator
  else schema.discriminator = { propertyName: discriminator.propertyName }
}

function isUsableDiscriminator(document: OpenApiObject, schema: OpenApiObject, tag: unknown): boolean {
  if (typeof tag !== 'string' || !Array.isArray(schema.oneOf)) return false
  const seenTags = new Set<unknown>()
  const requires = (value: OpenApiObject) => Array.isArray(value.required) && value.required.includes(tag)
  // AJV checks the tag of objects only, so without `type` any other value would be valid.
  if (schema.type !== 'object') return false
  return schema.oneOf.every(branch => {
    const target = resolveRef(document, branch)
    if (
      !isObject(target) ||
      !isObject(target.properties) ||
      (isObject(branch) && '$ref' in branch && Object.keys(branch).length > 1)
    )
      return false
    const property = target.properties[tag]
    if (!isObject(property) || !(requires(target) || requires(schema))) return false
    const values = property.const === undefined ? property.enum : [property.const]
    if (!Array.isArray(values)) return false
    return values.every(value => typeof value === 'string' && !seenTags.has(value) && seenTags.add(value))
  })
}
