/** Checks a `$ref` in a strict schema. */
import { followPath, parseRefPath, type UnknownRecord } from '../core/json-pointer.js'
import { formatPythonString } from './error-phrases.js'
import { formatContext, inContext, type SchemaContext } from './schema-context.js'

/** A reference may point to the root and to its definitions, and has no other keywords beside it. */
export function findRefProblem(
  schema: UnknownRecord,
  root: UnknownRecord,
  context: SchemaContext | undefined
): string | undefined {
  const reference = String(schema.$ref)
  const path = parseRefPath(reference)
  if (path === undefined || followPath(root, path) === undefined)
    return inContext(context, `reference to component '${reference}' which was not found in the schema.`)
  const isTopLevel = path.length === 2 && (path[0] === '$defs' || path[0] === 'definitions')
  if (path.length > 0 && !isTopLevel)
    return inContext(context, 'reference can only point to definitions defined at the top level of the schema.')
  const siblings = Object.keys(schema).filter(key => key !== '$ref')
  if (siblings.length === 0) return undefined
  const shown = siblings.sort().map(key => formatPythonString(key))
  return `context=${formatContext(context)}, $ref cannot have keywords {${shown.join(', ')}}.`
}
