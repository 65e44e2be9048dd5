/** Holds every example and default of the document against the schema it stands in. */
import { createAjv } from '../core/ajv.js'
import { deref, isObject, type Path, refPath, toPointer } from '../core/json-pointer.js'
import { addDocument, createCompiler, documentId, ignored } from './check.js'
import type { Finding, Seat } from './normalize-openapi.js'
import { type SchemaObject, walkCarriers } from './schema-visitor.js'

export function exampleFindings(document: SchemaObject, schemas: SchemaObject, seats: Seat[]): Finding[] {
  return [...schemaFindings(schemas, seats), ...carrierFindings(document, schemas)]
}

function schemaFindings(schemas: SchemaObject, seats: Seat[]): Finding[] {
  const ajv = addDocument(createAjv({ ignored }), schemas)
  return seats.flatMap(({ schema, path }) => {
    const values = valuesOf(schema)
    if (values.length === 0) return []
    const validate = ajv.compile(absolute(schema) as SchemaObject)
    return values.flatMap(({ key, value }) => {
      if (validate(value)) return []
      const kind = key[0] === 'default' ? 'default' : 'example'
      return [finding([...path, ...key], kind, validate.errors?.[0]?.instancePath, validate.errors?.[0]?.message)]
    })
  })
}

function valuesOf(schema: SchemaObject): { key: Path; value: unknown }[] {
  const values: { key: Path; value: unknown }[] = []
  for (const key of ['default', 'example'])
    if (schema[key] !== undefined) values.push({ key: [key], value: schema[key] })
  if (Array.isArray(schema.examples))
    for (const [index, value] of schema.examples.entries()) values.push({ key: ['examples', index], value })
  return values
}

/** The schema with references that also hold outside of the document. */
function absolute(schema: unknown, isSchema = true): unknown {
  if (Array.isArray(schema)) return schema.map(each => absolute(each, isSchema))
  if (!isObject(schema)) return schema
  const entries = Object.entries(schema).flatMap(([key, value]): [string, unknown][] => {
    if (isSchema && (key === 'example' || key === 'examples' || key === 'default' || key === '$id')) return []
    if (isSchema && (key === 'enum' || key === 'const')) return [[key, value]]
    if (isSchema && key === '$ref' && typeof value === 'string' && value.startsWith('#'))
      return [[key, documentId + value]]
    // What stands directly under these is named by the author, and is no keyword.
    const named = isSchema && ['properties', 'patternProperties', '$defs', 'dependentSchemas'].includes(key)
    return [[key, absolute(value, !named)]]
  })
  return Object.fromEntries(entries)
}

function carrierFindings(document: SchemaObject, schemas: SchemaObject): Finding[] {
  const compile = createCompiler(schemas)
  const findings: Finding[] = []
  walkCarriers(document, [], (holder, path) => {
    const { schema, example, examples } = holder
    if (!isObject(schema)) return
    const check = (at: Path, value: unknown) => {
      const local = typeof schema.$ref === 'string' && refPath(schema.$ref) ? schema.$ref : undefined
      const ref = local ?? '#' + encodeURI(toPointer([...path, 'schema']))
      const [complaint] = compile(documentId + ref)(value)
      if (complaint) findings.push(finding([...path, ...at], 'example', complaint.instancePath, complaint.message))
    }
    if (example !== undefined) check(['example'], example)
    if (!isObject(examples)) return
    for (const [name, given] of Object.entries(examples)) {
      const found = deref(document, given)
      if (isObject(found) && found.value !== undefined) check(['examples', name, 'value'], found.value)
    }
  })
  return findings
}

function finding(path: Path, kind: string, instancePath = '', message = 'is not valid'): Finding {
  return {
    pointer: toPointer(path),
    what: `the ${kind} breaks its schema: ${instancePath ? instancePath + ' ' : ''}${message}`,
    repair: kind === 'default' ? 'never written into a request' : 'none; it is served as it is'
  }
}
