/** Lists the subschemas of a schema (references, properties, items and branches), each with its JSON pointer. */
import { followPath, isObject, toPointer } from '../core/json-pointer.js'
import type { Schema } from '../core/schema.js'
import type { SchemaLookup, SchemaRecord } from './conforms.js'

/** Thrown if no value can satisfy the schema at `path`, or if none was found within the limits. */
export class Unsatisfiable extends Error {
  constructor(
    readonly path: string,
    readonly reason: string,
    /** Whether another branch or try cannot help. */
    readonly isFinal = false
  ) {
    super(`The schema at ${path} cannot be satisfied: ${reason}`)
    this.name = 'Unsatisfiable'
  }
}

/** A schema and its JSON pointer. */
export type Subschema = [schema: Schema, path: string]
/** A schema without the schemas that it refers to. */
export type Atom = { id: number; schema: SchemaRecord; path: string }
/** The branches of one `anyOf`, `oneOf` or `if`; a value takes one of them. */
export interface BranchSet {
  id: string
  owner: Atom
  branches: Subschema[]
}

/** Resolves a `$ref` within its root: a JSON pointer, an anchor, or either after the root's `$id`. */
export function resolveReference(root: Schema, reference: string): Schema | undefined {
  const base = isObject(root) && typeof root.$id === 'string' ? root.$id : ''
  const local = base && reference.startsWith(base) ? reference.slice(base.length) || '#' : reference
  if (local === '#') return root
  if (!local.startsWith('#') || !isObject(root)) return undefined
  if (!local.startsWith('#/')) {
    const definitions = [root.$defs, root.definitions].filter(isObject).flatMap(Object.values)
    return definitions.find(schema => isObject(schema) && schema.$anchor === local.slice(1)) as Schema | undefined
  }
  const target = followPath(root, local.slice(2).split('/').map(decodeName))
  return isAnySchema(target) ? target : undefined
}

// Unlike `parseRefPath`, and like AJV, this decodes after the split, so that `%2F` is part of a name.
function decodeName(part: string): string {
  return decodePercent(part).replaceAll('~1', '/').replaceAll('~0', '~')
}

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Lists the other schemas that apply wherever this atom applies. */
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
  // Dependent schemas always apply here, not only with their property: a little too strict, but simple.
  for (const [name, dependent] of objectEntries(schema.dependentSchemas))
    subschemas.push([dependent as Schema, `${path}/dependentSchemas${toPointer([name])}`])
  return subschemas
}

function isCircular(schema: SchemaRecord, lookup: SchemaLookup): boolean {
  const seen = new Set<unknown>()
  let at: Schema | undefined = schema
  while (isObject(at) && typeof at.$ref === 'string' && !seen.has(at)) {
    lookup.spend(1)
    seen.add(at)
    at = lookup.resolve(at.$ref)
  }
  return seen.has(at)
}

/** The schemas of an atom that apply to a property. */
export function propertySubschemas({ schema, path }: Atom, name: string, lookup: SchemaLookup): Subschema[] {
  const subschemas: Subschema[] = []
  lookup.spend(1)
  const properties = isObject(schema.properties) ? schema.properties : {}
  if (Object.hasOwn(properties, name))
    subschemas.push([properties[name] as Schema, `${path}/properties${toPointer([name])}`])
  for (const [source, value] of objectEntries(schema.patternProperties))
    if (lookup.pattern(source).matches(name))
      subschemas.push([value as Schema, `${path}/patternProperties${toPointer([source])}`])
  for (const keyword of ['additionalProperties', 'unevaluatedProperties'])
    if (subschemas.length === 0 && isAnySchema(schema[keyword]))
      subschemas.push([schema[keyword], `${path}/${keyword}`])
  return subschemas
}

/** The schemas of an atom that apply to an item of an array. */
export function itemSubschemas({ schema, path }: Atom, index: number): Subschema[] {
  const prefix = Array.isArray(schema.prefixItems) ? schema.prefixItems : []
  if (index < prefix.length) return [[prefix[index] as Schema, `${path}/prefixItems/${index}`]]
  for (const keyword of ['items', 'unevaluatedItems'])
    if (isAnySchema(schema[keyword])) return [[schema[keyword], `${path}/${keyword}`]]
  return []
}

/** The branches of each schema with `if`. */
export type ConditionBranches = Map<SchemaRecord, Subschema[]>

/** Lists the branch sets of an atom. */
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
    // Stored by schema, so that the two branches are the same objects each time.
    conditions.set(schema, branches)
    branchSets.push({ id: `${id}if`, owner: atom, branches })
  }
  return branchSets
}

/** Whether a value is a schema: an object or a boolean. */
export const isAnySchema = (value: unknown): value is Schema => typeof value === 'boolean' || isObject(value)
/** The entries of a value that is an object. */
export const objectEntries = (value: unknown) => (isObject(value) ? Object.entries(value) : [])
const toSubschemas = (value: unknown, path: string): Subschema[] =>
  Array.isArray(value) ? value.map((schema: Schema, index) => [schema, `${path}/${index}`]) : []
