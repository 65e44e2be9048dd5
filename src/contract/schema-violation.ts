/** Finds what is wrong with the schema of a function or of a response format, in the service's order and words. */
import { isObject, type UnknownRecord } from '../core/json-pointer.js'
import { formatFullRepr } from './error-phrases.js'
import { findLooseProblem } from './loose-schema.js'
import { findMetaSchemaError } from './meta-schema.js'
import { unreadable } from './schema-context.js'
import { findStrictProblem } from './strict.js'

/** What follows the name of a schema in a message: a sign, and what is wrong. */
export interface SchemaViolation {
  sign: string
  problem: string
}

/** Returns the first violation of a schema. The meta-schema comes first, then the root, then its parts. */
export function findSchemaViolation(root: unknown, isStrict: boolean): SchemaViolation | undefined {
  const metaError = findMetaSchemaError(root)
  if (metaError) return metaError === unreadable ? toViolation(metaError) : toViolation(`${metaError}.`)
  const problem = findRootProblem(root, isStrict)
  if (problem) return toViolation(problem)
  const partProblem = isStrict ? findStrictProblem(root as UnknownRecord) : findLooseProblem(root as UnknownRecord)
  return partProblem === undefined ? undefined : toViolation(partProblem)
}

const toViolation = (problem: string): SchemaViolation => ({ sign: problem === unreadable ? '.' : ':', problem })

const rootCombinators = ['oneOf', 'anyOf', 'allOf', 'enum', 'not']

function findRootProblem(root: unknown, isStrict: boolean): string | undefined {
  const schema = isObject(root) ? root : {}
  const { type } = schema
  if (type !== 'object') {
    const got = typeof type === 'string' ? type : formatFullRepr(type)
    return `schema must be a JSON Schema of 'type: "object"', got 'type: "${got}"'.`
  }
  // Of a strict schema, `allOf` is reported like everywhere else in it.
  const combinators = isStrict ? rootCombinators.filter(name => name !== 'allOf') : rootCombinators
  if (combinators.some(name => schema[name] !== undefined))
    return "schema must have type 'object' and not have 'oneOf'/'anyOf'/'allOf'/'enum'/'not' at the top level."
  return schema.properties === undefined ? 'In context=(), object schema missing properties.' : undefined
}
