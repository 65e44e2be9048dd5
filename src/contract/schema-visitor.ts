/** Finds every schema of a document by its position: never a property's name, an example, a default, an enum or an extension. */
import { isObject, type Path } from '../core/json-pointer.js'

export type SchemaObject = Record<string, unknown>
export type Visit = (schema: SchemaObject, path: Path) => void

const single = [
  'items',
  'contains',
  'additionalProperties',
  'propertyNames',
  'unevaluatedItems',
  'unevaluatedProperties',
  'not',
  'if',
  'then',
  'else',
  'contentSchema'
]
const lists = ['allOf', 'anyOf', 'oneOf', 'prefixItems']
const maps = ['properties', 'patternProperties', 'dependentSchemas', '$defs', 'definitions']

/** Visits a schema's subschemas before the schema itself, so that a visitor may rewrite what it is given. */
export function walkSchema(schema: unknown, path: Path, visit: Visit): void {
  if (!isObject(schema)) return
  for (const key of single) if (isObject(schema[key])) walkSchema(schema[key], [...path, key], visit)
  for (const key of lists) walkEach(schema[key], [...path, key], visit)
  for (const key of maps) walkEach(schema[key], [...path, key], visit)
  visit(schema, path)
}

function walkEach(schemas: unknown, path: Path, visit: Visit): void {
  if (Array.isArray(schemas))
    for (const [index, schema] of schemas.entries()) walkSchema(schema, [...path, index], visit)
  else if (isObject(schemas))
    for (const [key, schema] of Object.entries(schemas)) walkSchema(schema, [...path, key], visit)
}

/** Visits every schema of an OpenAPI document, wherever the format has one. */
export function walkDocument(document: SchemaObject, visit: Visit): void {
  const components = document.components
  if (isObject(components)) walkEach(components.schemas, ['components', 'schemas'], visit)
  walkCarriers(document, [], (holder, path) => walkSchema(holder.schema, [...path, 'schema'], visit))
}

/** Visits every media type, parameter and header: what may hold a `schema` with an `example` beside it. */
export function walkCarriers(document: SchemaObject, path: Path, visit: Visit): void {
  for (const key of ['paths', 'webhooks']) each(document[key], [...path, key], item => pathItem(item, visit))
  const components = document.components
  if (!isObject(components)) return
  const at = [...path, 'components']
  each(components.parameters, [...at, 'parameters'], found => carrier(found, visit))
  each(components.headers, [...at, 'headers'], found => carrier(found, visit))
  each(components.requestBodies, [...at, 'requestBodies'], found => content(found, visit))
  each(components.responses, [...at, 'responses'], found => response(found, visit))
  each(components.pathItems, [...at, 'pathItems'], found => pathItem(found, visit))
}

interface Found {
  value: SchemaObject
  path: Path
}

function each(container: unknown, path: Path, then: (found: Found) => void): void {
  if (Array.isArray(container) || isObject(container))
    for (const [key, value] of Object.entries(container))
      if (isObject(value)) then({ value, path: [...path, Array.isArray(container) ? Number(key) : key] })
}

function pathItem({ value, path }: Found, visit: Visit): void {
  each(value.parameters, [...path, 'parameters'], found => carrier(found, visit))
  for (const method of ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']) {
    const operation = value[method]
    if (!isObject(operation)) continue
    const at = [...path, method]
    each(operation.parameters, [...at, 'parameters'], found => carrier(found, visit))
    if (isObject(operation.requestBody)) content({ value: operation.requestBody, path: [...at, 'requestBody'] }, visit)
    each(operation.responses, [...at, 'responses'], found => response(found, visit))
  }
}

function response({ value, path }: Found, visit: Visit): void {
  each(value.headers, [...path, 'headers'], found => carrier(found, visit))
  content({ value, path }, visit)
}

function content({ value, path }: Found, visit: Visit): void {
  each(value.content, [...path, 'content'], found => visit(found.value, found.path))
}

function carrier({ value, path }: Found, visit: Visit): void {
  content({ value, path }, visit)
  visit(value, path)
}
