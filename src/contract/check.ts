/** Compiles the validators of a normalized document. A schema that does not compile is a ConfigError. */
import { createAjv } from '../core/ajv.js'
import { ConfigError } from '../core/config-error.js'
import { fromPointer, isObject, type Path, toPointer, toRecord } from '../core/json-pointer.js'
import { once } from '../core/once.js'
import { type SchemaCheck, toSchemaCheck } from '../core/schema.js'
import type { Operation } from './operations.js'
import { type OpenApiObject, walkSchemaHolders } from './schema-visitor.js'

/** The base of references into the document: `standin#/components/schemas/…`. */
export const documentId = 'standin'

/** Keys of a document that are not keywords of JSON Schema. */
export const ignoredKeywords = ['components', 'paths', 'example']

export interface ValidatorInput {
  schemas: OpenApiObject
  operations: Operation[]
}

export interface SpecChecks {
  /** The check of each operation's request body, by the operation's id. */
  request: Map<string, SchemaCheck>
  /** The check of a response body. Only tests use it. */
  response(operationId: string, status: string | number, mediaType: string): SchemaCheck | undefined
  /** The check of a schema in `components.schemas`, by name. Only tests use it. */
  schema(name: string): SchemaCheck
}

/** @param isLazy reads the schemas, and compiles that of a request, at the first request, and not at once. @default false */
export function createSpecChecks(spec: ValidatorInput, isLazy = false): SpecChecks {
  const { operations } = spec
  const compiler = once(() => createCompiler(spec.schemas))
  const compile = (ref: string) => compiler()(ref)
  const request = new Map<string, SchemaCheck>()
  for (const { id, requestSchema } of operations)
    if (requestSchema) request.set(id, isLazy ? value => compile(requestSchema)(value) : compile(requestSchema))
  return {
    request,
    /** The check of a response body. Only tests use it. */
    response(operationId, status, mediaType) {
      const operation = operations.find(({ id }) => id === operationId)
      const response = operation?.responses.find(each => each.status === String(status) && each.mediaType === mediaType)
      return response?.schema === undefined ? undefined : compile(response.schema)
    },
    schema: name => compile(`${documentId}#${toPointer(['components', 'schemas', name])}`)
  }
}

/** Returns a function that compiles a reference into the document, each reference once. */
export function createCompiler(schemas: OpenApiObject): (ref: string) => SchemaCheck {
  const ajv = addDocument(createAjv({ ignoredKeywords }), schemas)
  const compiled = new Map<string, SchemaCheck>()
  return ref => {
    const cached = compiled.get(ref)
    if (cached) return cached
    try {
      const check = toSchemaCheck(ajv.compile({ $ref: ref }))
      compiled.set(ref, check)
      return check
    } catch (error) {
      throw compileFailure(ref, error)
    }
  }
}

export function compileFailure(ref: string, error: unknown): ConfigError {
  return new ConfigError([`${ref.replace(documentId, '')}: the schema does not compile: ${(error as Error).message}`])
}

/**
 * Adds the schemas and operations to AJV. AJV would read an `$id` in any other part, such as an example, as the id of a schema.
 *
 * @throws ConfigError when two schemas have the same `$id` or `$anchor`
 */
export function addDocument(ajv: ReturnType<typeof createAjv>, schemas: OpenApiObject): ReturnType<typeof createAjv> {
  try {
    ajv.addSchema({ $id: documentId, components: schemas.components, paths: schemas.paths })
  } catch (error) {
    throw new ConfigError([`/components: ${(error as Error).message}, expected no \`$id\` or \`$anchor\` twice`])
  }
  return ajv
}

/**
 * Finds the places of schemas that are not valid JSON schemas.
 *
 * @param onProblem removes the problem, or notes it
 * @throws ConfigError when references to the schemas are ambiguous
 */
export function checkSchemaShapes(schemas: OpenApiObject, onProblem: (path: Path, what: string) => void): void {
  const ajv = createAjv({ ignoredKeywords })
  const check = (schema: unknown, path: Path) => {
    for (let checks = 0; isObject(schema) && checks < maxShapeChecks && !ajv.validateSchema(schema); checks++) {
      const [first] = ajv.errors ?? []
      onProblem([...path, ...fromPointer(first?.instancePath ?? '')], `the schema is not valid: ${first?.message}`)
    }
  }
  const components = toRecord(toRecord(schemas.components).schemas)
  for (const [name, schema] of Object.entries(components)) check(schema, ['components', 'schemas', name])
  walkSchemaHolders(schemas, [], ({ schema }, path) => {
    if (isObject(schema) && schema.$ref === undefined) check(schema, [...path, 'schema'])
  })
  addDocument(ajv, schemas)
}

// A schema with more problems is not worth repairing: what is left does not compile.
const maxShapeChecks = 100
