/** Checks every example and default of a document against its schema. */
import { createAjv } from '../core/ajv.js'
import { isObject, type Path, parseRefPath, resolveRef, toPointer } from '../core/json-pointer.js'
import { addDocument, createCompiler, documentId, ignoredKeywords } from './check.js'
import type { Finding } from './finding.js'
import type { SchemaLocation } from './normalize-openapi.js'
import { type OpenApiObject, walkSchemaHolders } from './schema-visitor.js'

export function checkExamples(
  document: OpenApiObject,
  schemas: OpenApiObject,
  schemaLocations: SchemaLocation[]
): Finding[] {
  return [...checkSchemaExamples(schemas, schemaLocations), ...checkHolderExamples(document, schemas)]
}

function checkSchemaExamples(schemas: OpenApiObject, schemaLocations: SchemaLocation[]): Finding[] {
  const ajv = addDocument(createAjv({ ignoredKeywords }), schemas)
  return schemaLocations.flatMap(({ schema, path }) => {
    const values = listExampleValues(schema)
    if (values.length === 0) return []
    const validate = ajv.compile(toAbsoluteRefs(schema) as OpenApiObject)
    return values.flatMap(({ key, value }) => {
      if (validate(value)) return []
      const kind = key[0] === 'default' ? 'default' : 'example'
      return [createFinding([...path, ...key], kind, validate.errors?.[0]?.instancePath, validate.errors?.[0]?.message)]
    })
  })
}

function listExampleValues(schema: OpenApiObject): { key: Path; value: unknown }[] {
  const values: { key: Path; value: unknown }[] = []
  for (const key of ['default', 'example'])
    if (schema[key] !== undefined) values.push({ key: [key], value: schema[key] })
  if (Array.isArray(schema.examples))
    for (const [index, value] of schema.examples.entries()) values.push({ key: ['examples', index], value })
  return values
}

/** Makes local references absolute, so that the schema compiles outside of the document. */
function toAbsoluteRefs(schema: unknown, isSchema = true): unknown {
  if (Array.isArray(schema)) return schema.map(each => toAbsoluteRefs(each, isSchema))
  if (!isObject(schema)) return schema
  const entries = Object.entries(schema).flatMap(([key, value]): [string, unknown][] => {
    if (isSchema && (key === 'example' || key === 'examples' || key === 'default' || key === '$id')) return []
    if (isSchema && (key === 'enum' || key === 'const')) return [[key, value]]
    if (isSchema && key === '$ref' && typeof value === 'string' && value.startsWith('#'))
      return [[key, documentId + value]]
    // The keys of these objects are names that the author chose, not keywords.
    const isNameMap = isSchema && ['properties', 'patternProperties', '$defs', 'dependentSchemas'].includes(key)
    return [[key, toAbsoluteRefs(value, !isNameMap)]]
  })
  return Object.fromEntries(entries)
}

function checkHolderExamples(document: OpenApiObject, schemas: OpenApiObject): Finding[] {
  const compile = createCompiler(schemas)
  const findings: Finding[] = []
  walkSchemaHolders(document, [], (holder, path) => {
    const { schema, example, examples } = holder
    if (!isObject(schema)) return
    const check = (at: Path, value: unknown) => {
      const localRef = typeof schema.$ref === 'string' && parseRefPath(schema.$ref) ? schema.$ref : undefined
      const ref = localRef ?? '#' + encodeURI(toPointer([...path, 'schema']))
      const [error] = compile(documentId + ref)(value)
      if (error) findings.push(createFinding([...path, ...at], 'example', error.instancePath, error.message))
    }
    if (example !== undefined) check(['example'], example)
    if (!isObject(examples)) return
    for (const [name, entry] of Object.entries(examples)) {
      const found = resolveRef(document, entry)
      if (isObject(found) && found.value !== undefined) check(['examples', name, 'value'], found.value)
    }
  })
  return findings
}

function createFinding(path: Path, kind: string, instancePath = '', message = 'is not valid'): Finding {
  return {
    pointer: toPointer(path),
    message: `the ${kind} breaks its schema: ${instancePath ? instancePath + ' ' : ''}${message}`,
    repair: kind === 'default' ? 'never written into a request' : 'none; it is served as it is'
  }
}
