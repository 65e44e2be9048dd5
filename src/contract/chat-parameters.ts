/** Reads the parameters of chat requests from the schemas of a document. */
import { resolveRef, toRecord } from '../core/json-pointer.js'
import type { Operation } from './operations.js'
import type { OpenApiObject } from './schema-visitor.js'

/** The parameters at the top level of a chat request. */
export interface ChatParameters {
  /** In the order of the document. */
  names: readonly string[]
  /** Whether the document allows parameters that it does not list. */
  allowsOthers: boolean
}

export function readChatParameters(operations: readonly Operation[], schemas: OpenApiObject): ChatParameters {
  const { properties, additionalProperties } = findChatSchema(operations, schemas)
  return { names: Object.keys(properties), allowsOthers: (additionalProperties ?? false) !== false }
}

/** The schemas of the parameters by name. */
export const readChatProperties = (operations: readonly Operation[], schemas: OpenApiObject): Record<string, unknown> =>
  findChatSchema(operations, schemas).properties

interface ObjectSchema {
  properties: Record<string, unknown>
  additionalProperties?: unknown
}

function findChatSchema(operations: readonly Operation[], schemas: OpenApiObject): ObjectSchema {
  const schemaRef = operations.find(({ id }) => id === 'createChatCompletion')?.requestSchema
  return mergeParts(schemas, { $ref: schemaRef?.replace(/^[^#]*/, '') })
}

/** The properties of an object that a document may describe in parts, with `allOf`. */
function mergeParts(schemas: OpenApiObject, reference: unknown): ObjectSchema {
  const schema = toRecord(resolveRef(schemas, reference))
  const parts = Array.isArray(schema.allOf) ? schema.allOf.map(part => mergeParts(schemas, part)) : []
  return {
    additionalProperties: [schema, ...parts].find(part => part.additionalProperties !== undefined)
      ?.additionalProperties,
    properties: Object.assign({}, ...parts.map(part => part.properties), schema.properties)
  }
}
