/** Visits every schema of a document by its position, and no example, default, enum or extension that looks like a schema. */
import { isObject, type Path } from '../core/json-pointer.js'

export type OpenApiObject = Record<string, unknown>
export type SchemaVisitor = (schema: OpenApiObject, path: Path) => void

/** The members of a path item that hold operations. */
export const httpMethods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']

const singleKeywords = [
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
const listKeywords = ['allOf', 'anyOf', 'oneOf', 'prefixItems']
const mapKeywords = ['properties', 'patternProperties', 'dependentSchemas', '$defs', 'definitions']

/** Visits the subschemas of a schema, then the schema itself, so that a visitor may rewrite the schema. */
export function walkSchema(schema: unknown, path: Path, visit: SchemaVisitor): void {
  if (!isObject(schema)) return
  visitSubschemas(schema, path, (subschema, at) => walkSchema(subschema, at, visit))
  visit(schema, path)
}

/** Visits the schemas that are directly in a schema. */
export function visitSubschemas(schema: OpenApiObject, path: Path, visit: (schema: unknown, path: Path) => void): void {
  for (const key of singleKeywords) if (isObject(schema[key])) visit(schema[key], [...path, key])
  for (const key of listKeywords) visitMembers(schema[key], [...path, key], visit)
  for (const key of mapKeywords) visitMembers(schema[key], [...path, key], visit)
}

function visitMembers(schemas: unknown, path: Path, visit: (schema: unknown, path: Path) => void): void {
  if (Array.isArray(schemas)) for (const [index, schema] of schemas.entries()) visit(schema, [...path, index])
  else if (isObject(schemas)) for (const [key, schema] of Object.entries(schemas)) visit(schema, [...path, key])
}

/** Visits every schema of an OpenAPI document. */
export function walkDocument(document: OpenApiObject, visit: SchemaVisitor): void {
  const components = document.components
  if (isObject(components))
    visitMembers(components.schemas, ['components', 'schemas'], (schema, path) => walkSchema(schema, path, visit))
  walkSchemaHolders(document, [], (holder, path) => walkSchema(holder.schema, [...path, 'schema'], visit))
}

/** Visits every media type, parameter and header: the objects with a `schema` and examples. */
export function walkSchemaHolders(document: OpenApiObject, path: Path, visit: SchemaVisitor): void {
  for (const key of ['paths', 'webhooks']) visitEach(document[key], [...path, key], item => visitPathItem(item, visit))
  const components = document.components
  if (!isObject(components)) return
  const at = [...path, 'components']
  visitEach(components.parameters, [...at, 'parameters'], found => visitHolder(found, visit))
  visitEach(components.headers, [...at, 'headers'], found => visitHolder(found, visit))
  visitEach(components.requestBodies, [...at, 'requestBodies'], found => visitContent(found, visit))
  visitEach(components.responses, [...at, 'responses'], found => visitResponse(found, visit))
  visitEach(components.pathItems, [...at, 'pathItems'], found => visitPathItem(found, visit))
}

interface FoundObject {
  value: OpenApiObject
  path: Path
}

function visitEach(container: unknown, path: Path, visitFound: (found: FoundObject) => void): void {
  if (Array.isArray(container) || isObject(container))
    for (const [key, value] of Object.entries(container))
      if (isObject(value)) visitFound({ value, path: [...path, Array.isArray(container) ? Number(key) : key] })
}

function visitPathItem({ value, path }: FoundObject, visit: SchemaVisitor): void {
  visitEach(value.parameters, [...path, 'parameters'], found => visitHolder(found, visit))
  for (const method of httpMethods) {
    const operation = value[method]
    if (!isObject(operation)) continue
    const at = [...path, method]
    visitEach(operation.parameters, [...at, 'parameters'], found => visitHolder(found, visit))
    if (isObject(operation.requestBody))
      visitContent({ value: operation.requestBody, path: [...at, 'requestBody'] }, visit)
    visitEach(operation.responses, [...at, 'responses'], found => visitResponse(found, visit))
  }
}

function visitResponse({ value, path }: FoundObject, visit: SchemaVisitor): void {
  visitEach(value.headers, [...path, 'headers'], found => visitHolder(found, visit))
  visitContent({ value, path }, visit)
}

function visitContent({ value, path }: FoundObject, visit: SchemaVisitor): void {
  visitEach(value.content, [...path, 'content'], found => visit(found.value, found.path))
}

function visitHolder({ value, path }: FoundObject, visit: SchemaVisitor): void {
  visitContent({ value, path }, visit)
  visit(value, path)
}
