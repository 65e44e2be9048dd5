/** Where a schema's parts lead: references, properties, items and branches, each with its path. */
import type { Schema } from '../core/schema.js'
import { isSchemaRecord, type SchemaLookup, type SchemaRecord } from './conforms.js'

/** No value can satisfy the schema at `path`, or none was found within bounds. */
export class Unsatisfiable extends Error {
  constructor(
    readonly path: string,
    readonly reason: string,
    /** Set when another try elsewhere cannot help. */
    readonly isFinal = false
  ) {
    super(`The schema at ${path} cannot be satisfied: ${reason}`)
    this.name = 'Unsatisfiable'
  }
}

export type Subschema = [schema: Schema, path: string]
export type Atom = { id: number; schema: SchemaRecord; path: string }
export interface BranchSet {
  id: string
  owner: Atom
  branches: Subschema[]
}

export function resolveReference(root: Schema, reference: string): Schema | undefined {
  const base = isSchemaRecord(root) && typeof root.$id === 'string' ? root.$id : ''
  const local = base && reference.startsWith(base) ? reference.slice(base.length) || '#' : reference
  if (local === '#') return root
  if (!local.startsWith('#') || !isSchemaRecord(root)) return undefined
  if (!local.startsWith('#/')) {
    const definitions = [root.$defs, root.definitions].filter(isSchemaRecord).flatMap(Object.values)
    return definitions.find(schema => isSchemaRecord(schema) && schema.$anchor === local.slice(1)) as Schema | undefined
  }
  let at: unknown = root
  for (const step of local.slice(2).split('/')) {
    const name = decodeSegment(step).replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined
    at = (at as Record<string, unknown>)[name]
  }
  return isSchemaRecord(at) || typeof at === 'boolean' ? at : undefined
}

function decodeSegment(step: string): string {
  try {
    return decodeURIComponent(step)
  } catch {
    return step
  }
}

/** The other schemas that hold wherever this atom holds. */
export function listAppliedSchemas({ schema, path }: Atom, lookup: SchemaLookup): Subschema[] {
  const subschemas: Subschema[] = []
  if (isCircular(schema, lookup)) throw new Unsatisfiable(path, `$ref "${schema.$ref}" leads back to itself`, true)
  for (const keyword of ['$ref', '$dynamicRef']) {
    const reference = schema[keyword]
    if (typeof reference !== 'string') continue
    const target = lookup.resolve(reference)
    if (target === undefined) throw new Unsatisfiable(path, `${keyword} "${reference}" leads nowhere`, true)
    subschemas.push([target, reference])
  }
  subschemas.push(...toSubschemas(schema.allOf, `${path}/allOf`))
  // Held always rather than only with their property: a little stricter than asked, and simple.
  for (const [name, dependent] of objectEntries(schema.dependentSchemas))
    subschemas.push([dependent as Schema, `${path}/dependentSchemas/${escapePointer(name)}`])
  return subschemas
}

function isCircular(schema: SchemaRecord, lookup: SchemaLookup): boolean {
  const seen = new Set<unknown>()
  let at: Schema | undefined = schema
  while (isSchemaRecord(at) && typeof at.$ref === 'string' && !seen.has(at)) {
    seen.add(at)
    at = lookup.resolve(at.$ref)
  }
  return seen.has(at)
}

export function propertySubschemas({ schema, path }: Atom, name: string, lookup: SchemaLookup): Subschema[] {
  const subschemas: Subschema[] = []
  const properties = isSchemaRecord(schema.properties) ? schema.properties : {}
  if (Object.hasOwn(properties, name))
    subschemas.push([properties[name] as Schema, `${path}/properties/${escapePointer(name)}`])
  for (const [source, value] of objectEntries(schema.patternProperties))
    if (lookup.pattern(source).matches(name))
      subschemas.push([value as Schema, `${path}/patternProperties/${escapePointer(source)}`])
  for (const keyword of ['additionalProperties', 'unevaluatedProperties'])
    if (subschemas.length === 0 && isAnySchema(schema[keyword]))
      subschemas.push([schema[keyword], `${path}/${keyword}`])
  return subschemas
}

export function itemSubschemas({ schema, path }: Atom, index: number): Subschema[] {
  const prefix = Array.isArray(schema.prefixItems) ? schema.prefixItems : []
  if (index < prefix.length) return [[prefix[index] as Schema, `${path}/prefixItems/${index}`]]
  for (const keyword of ['items', 'unevaluatedItems'])
    if (isAnySchema(schema[keyword])) return [[schema[keyword], `${path}/${keyword}`]]
  return []
}

export type ConditionBranches = Map<SchemaRecord, Subschema[]>

export function listBranchSets(atom: Atom, conditions: ConditionBranches): BranchSet[] {
  const { schema, path, id } = atom
  const branchSets: BranchSet[] = []
  for (const keyword of ['anyOf', 'oneOf'])
    if (Array.isArray(schema[keyword]))
      branchSets.push({
        id: `${id}${keyword}`,
        owner: atom,
        branches: toSubschemas(schema[keyword], `${path}/${keyword}`)
      })
  if (isAnySchema(schema.if) && (schema.then !== undefined || schema.else !== undefined)) {
    const branches: Subschema[] = conditions.get(schema) ?? [
      [{ allOf: [schema.if, schema.then ?? true] }, `${path}/then`],
      [{ allOf: [{ not: schema.if }, schema.else ?? true] }, `${path}/else`]
    ]
    // Kept by schema, so that the two halves have the same identity each time they are asked for.
    conditions.set(schema, branches)
    branchSets.push({ id: `${id}if`, owner: atom, branches })
  }
  return branchSets
}

export const isAnySchema = (value: unknown): value is Schema => typeof value === 'boolean' || isSchemaRecord(value)
export const objectEntries = (value: unknown) => (isSchemaRecord(value) ? Object.entries(value) : [])
const toSubschemas = (value: unknown, path: string): Subschema[] =>
  Array.isArray(value) ? value.map((schema: Schema, index) => [schema, `${path}/${index}`]) : []
export const escapePointer = (name: string) => name.replaceAll('~', '~0').replaceAll('/', '~1')
