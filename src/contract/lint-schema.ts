/** Looks for what no validator could be made of: unknown keywords and types, patterns that do not compile, references to nothing. */
import { follow, isObject, type Path, refPath } from '../core/json-pointer.js'
import { type SchemaObject, walkDocument } from './schema-visitor.js'

export interface Problem {
  path: Path
  what: string
}

export function problemsOf(document: SchemaObject): Problem[] {
  const problems: Problem[] = []
  walkDocument(document, (schema, path) => {
    const report = (key: Path, what: string) => problems.push({ path: [...path, ...key], what })
    for (const key of Object.keys(schema))
      if (!known.has(key) && !key.startsWith('x-'))
        report([key], `\`${key}\` is not a keyword of JSON Schema or OpenAPI`)
    if (schema.type !== undefined)
      for (const type of [schema.type].flat())
        if (!types.has(String(type))) report(['type'], `\`${type}\` is not a type; expected ${[...types].join(', ')}`)
    if (schema.pattern !== undefined) reportPattern(schema.pattern, ['pattern'], report)
    if (isObject(schema.patternProperties))
      for (const key of Object.keys(schema.patternProperties)) reportPattern(key, ['patternProperties', key], report)
    if (schema.$ref !== undefined && !resolves(document, schema.$ref)) report(['$ref'], unresolved(schema.$ref))
  })
  return problems
}

export function unresolved(ref: unknown): string {
  return `\`$ref: ${String(ref)}\` leads to nothing in this document; expected #/components/…`
}

export function resolves(document: SchemaObject, ref: unknown): boolean {
  const path = typeof ref === 'string' ? refPath(ref) : undefined
  return path !== undefined && follow(document, path) !== undefined
}

function reportPattern(pattern: unknown, key: Path, report: (key: Path, what: string) => void): void {
  try {
    new RegExp(String(pattern), 'u')
  } catch (error) {
    report(key, `the pattern does not compile: ${(error as Error).message}`)
  }
}

const types = new Set(['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'])

const known = new Set(
  `$id $schema $ref $anchor $dynamicRef $dynamicAnchor $vocabulary $comment $defs definitions
  allOf anyOf oneOf not if then else dependentSchemas dependentRequired prefixItems items contains properties patternProperties
  additionalProperties propertyNames unevaluatedItems unevaluatedProperties
  type enum const multipleOf maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern maxItems minItems uniqueItems
  maxContains minContains maxProperties minProperties required
  title description default deprecated readOnly writeOnly examples format contentEncoding contentMediaType contentSchema
  nullable discriminator xml externalDocs example`.split(/\s+/)
)
