/** Finds parts of schemas that do not compile: unknown keywords and types, invalid patterns, unresolved references. */
import { followPath, isObject, type Path, parseRefPath } from '../core/json-pointer.js'
import { isKeyword } from './keywords.js'
import { type OpenApiObject, walkDocument } from './schema-visitor.js'

export interface SchemaProblem {
  /** The path of the keyword. */
  path: Path
  what: string
}

export function lintSchemas(document: OpenApiObject): SchemaProblem[] {
  const problems: SchemaProblem[] = []
  walkDocument(document, (schema, path) => {
    const report = (key: Path, what: string) => problems.push({ path: [...path, ...key], what })
    for (const key of Object.keys(schema))
      if (!isKeyword(key)) report([key], `\`${key}\` is not a keyword of JSON Schema or OpenAPI`)
    if (schema.type !== undefined)
      for (const type of [schema.type].flat())
        if (!jsonTypes.has(String(type)))
          report(['type'], `\`${type}\` is not a type; expected ${[...jsonTypes].join(', ')}`)
    if (schema.pattern !== undefined) reportPattern(schema.pattern, ['pattern'], report)
    if (isObject(schema.patternProperties))
      for (const key of Object.keys(schema.patternProperties)) reportPattern(key, ['patternProperties', key], report)
    if (schema.$ref !== undefined && !isResolvable(document, schema.$ref))
      report(['$ref'], describeUnresolvedRef(schema.$ref))
  })
  return problems
}

export function describeUnresolvedRef(ref: unknown): string {
  return `\`$ref: ${String(ref)}\` does not resolve in this document; expected #/components/…`
}

export function isResolvable(document: OpenApiObject, ref: unknown): boolean {
  const path = typeof ref === 'string' ? parseRefPath(ref) : undefined
  return path !== undefined && followPath(document, path) !== undefined
}

function reportPattern(pattern: unknown, key: Path, report: (key: Path, what: string) => void): void {
  try {
    new RegExp(String(pattern), 'u')
  } catch (error) {
    report(key, `the pattern does not compile: ${(error as Error).message}`)
  }
}

const jsonTypes = new Set(['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'])
