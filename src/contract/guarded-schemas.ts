/** Finds the schemas that validate requests: those of JSON bodies, and all schemas behind them. */
import { followPath, isObject, parseRefPath } from '../core/json-pointer.js'
import { documentId } from './check.js'
import type { Operation } from './operations.js'
import { type OpenApiObject, visitSubschemas } from './schema-visitor.js'

export function findGuardedSchemas(document: OpenApiObject, operations: readonly Operation[]): Set<unknown> {
  const guarded = new Set<unknown>()
  const waiting: unknown[] = []
  const addRef = (ref: string) => {
    const path = parseRefPath(ref)
    if (path) waiting.push(followPath(document, path))
  }
  for (const { requestSchema } of operations) if (requestSchema) addRef(requestSchema.slice(documentId.length))
  while (waiting.length) {
    const schema = waiting.pop()
    if (!isObject(schema) || guarded.has(schema)) continue
    guarded.add(schema)
    if (typeof schema.$ref === 'string') addRef(schema.$ref)
    visitSubschemas(schema, [], subschema => waiting.push(subschema))
  }
  return guarded
}
