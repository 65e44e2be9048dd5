/** Makes validators of the repaired document. A schema that cannot be compiled stops the load, so that nothing passes unchecked. */

import { createAjv } from '../core/ajv.js'
import { ConfigError } from '../core/api-error.js'
import { isObject, toPointer } from '../core/json-pointer.js'
import { type SchemaCheck, toSchemaCheck } from '../core/schema.js'
import type { Operation } from './operations.js'
import type { OpenApiObject } from './schema-visitor.js'

/** Under this name the document is known to the validators: `standin#/components/schemas/…`. */
export const documentId = 'standin'

/** What stands in a document beside the keywords of JSON Schema. */
export const ignoredKeywords = ['components', 'paths', 'example']

export interface ValidatorInput {
  schemas: OpenApiObject
  operations: Operation[]
}

export interface SpecChecks {
  /** By the operation's id: what its request body has to be. */
  request: Map<string, SchemaCheck>
  response(operationId: string, status: string | number, mediaType: string): SchemaCheck | undefined
  /** A schema of `components.schemas`, by name. */
  schema(name: string): SchemaCheck
}

export function createSpecChecks({ schemas, operations }: ValidatorInput): SpecChecks {
  const compile = createCompiler(schemas)
  const request = new Map<string, SchemaCheck>()
  for (const { id, requestSchema } of operations) if (requestSchema) request.set(id, compile(requestSchema))
  return {
    request,
    response(operationId, status, mediaType) {
      const operation = operations.find(({ id }) => id === operationId)
      const found = operation?.responses.find(
        response => response.status === String(status) && response.mediaType === mediaType
      )
      return found?.schema === undefined ? undefined : compile(found.schema)
    },
    schema: name => compile(`${documentId}#${toPointer(['components', 'schemas', name])}`)
  }
}

/** Compiles a `$ref` into the document; each one once. */
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
  return new ConfigError([
    `${ref.replace(documentId, '')}: no validator can be made of it: ${(error as Error).message}`
  ])
}

/** Only schemas and the operations that refer to them are shown to AJV, which would take an `$id` in an example for a schema's. */
export function addDocument(ajv: ReturnType<typeof createAjv>, schemas: OpenApiObject): ReturnType<typeof createAjv> {
  ajv.addSchema({ $id: documentId, components: schemas.components, paths: schemas.paths })
  return ajv
}

/** The schemas that break the rules for schemas, with the pointer of what is wrong in each. */
export function findMalformedSchemas(schemas: OpenApiObject): { pointer: string; what: string }[] {
  const ajv = createAjv({ ignoredKeywords })
  const components = isObject(schemas.components) ? schemas.components.schemas : undefined
  return Object.entries(isObject(components) ? components : {}).flatMap(([name, schema]) => {
    if (!isObject(schema) || ajv.validateSchema(schema)) return []
    const pointer = toPointer(['components', 'schemas', name])
    const first = ajv.errors?.[0]
    return [{ pointer: pointer + (first?.instancePath ?? ''), what: `the schema is not valid: ${first?.message}` }]
  })
}
