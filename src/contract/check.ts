/** Makes validators of the repaired document. A schema that cannot be compiled stops the load, so that nothing passes unchecked. */

import { createAjv } from '../core/ajv.js'
import { Mistake } from '../core/api-error.js'
import { isObject, toPointer } from '../core/json-pointer.js'
import { asCheck, type Check } from '../core/schema.js'
import type { Operation } from './operations.js'
import type { SchemaObject } from './schema-visitor.js'

/** Under this name the document is known to the validators: `standin#/components/schemas/…`. */
export const documentId = 'standin'

/** What stands in a document beside the keywords of JSON Schema. */
export const ignored = ['components', 'paths', 'example']

export interface Checked {
  schemas: SchemaObject
  operations: Operation[]
}

export interface Checks {
  /** By the operation's id: what its request body has to be. */
  request: Map<string, Check>
  response(operationId: string, status: string | number, mediaType: string): Check | undefined
  /** A schema of `components.schemas`, by name. */
  schema(name: string): Check
}

export function createChecks({ schemas, operations }: Checked): Checks {
  const compile = createCompiler(schemas)
  const request = new Map<string, Check>()
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
export function createCompiler(schemas: SchemaObject): (ref: string) => Check {
  const ajv = addDocument(createAjv({ ignored }), schemas)
  const compiled = new Map<string, Check>()
  return ref => {
    const known = compiled.get(ref)
    if (known) return known
    try {
      const check = asCheck(ajv.compile({ $ref: ref }))
      compiled.set(ref, check)
      return check
    } catch (error) {
      throw uncompilable(ref, error)
    }
  }
}

export function uncompilable(ref: string, error: unknown): Mistake {
  return new Mistake([`${ref.replace(documentId, '')}: no validator can be made of it: ${(error as Error).message}`])
}

/** Only schemas and the operations that refer to them are shown to AJV, which would take an `$id` in an example for a schema's. */
export function addDocument(ajv: ReturnType<typeof createAjv>, schemas: SchemaObject): ReturnType<typeof createAjv> {
  ajv.addSchema({ $id: documentId, components: schemas.components, paths: schemas.paths })
  return ajv
}

/** The schemas that break the rules for schemas, with the pointer of what is wrong in each. */
export function malformed(schemas: SchemaObject): { pointer: string; what: string }[] {
  const ajv = createAjv({ ignored })
  const components = isObject(schemas.components) ? schemas.components.schemas : undefined
  return Object.entries(isObject(components) ? components : {}).flatMap(([name, schema]) => {
    if (!isObject(schema) || ajv.validateSchema(schema)) return []
    const pointer = toPointer(['components', 'schemas', name])
    const first = ajv.errors?.[0]
    return [{ pointer: pointer + (first?.instancePath ?? ''), what: `the schema is not valid: ${first?.message}` }]
  })
}
