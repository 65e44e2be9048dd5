/** Where a schema's parts lead: references, properties, items and branches, each with its path. */
import type { Schema } from '../core/schema.js'
import { isSchema, type Lookup, type SchemaObject } from './conforms.js'

/** No value can satisfy the schema at `path`, or none was found within bounds. */
export class Unsatisfiable extends Error {
  constructor(
    readonly path: string,
    readonly reason: string,
    /** Set when another try elsewhere cannot help. */
    readonly final = false
  ) {
    super(`The schema at ${path} cannot be satisfied: ${reason}`)
    this.name = 'Unsatisfiable'
  }
}

export type Place = [schema: Schema, path: string]
export type Atom = { id: number; schema: SchemaObject; path: string }
export interface Choice {
  id: string
  owner: Atom
  branches: Place[]
}

export function resolve(root: Schema, reference: string): Schema | undefined {
  const base = isSchema(root) && typeof root.$id === 'string' ? root.$id : ''
  const local = base && reference.startsWith(base) ? reference.slice(base.length) || '#' : reference
  if (local === '#') return root
  if (!local.startsWith('#') || !isSchema(root)) return undefined
  if (!local.startsWith('#/')) {
    const definitions = [root.$defs, root.definitions].filter(isSchema).flatMap(Object.values)
    return definitions.find(schema => isSchema(schema) && schema.$anchor === local.slice(1)) as Schema | undefined
  }
  let at: unknown = root
  for (const step of local.slice(2).split('/')) {
    const name = decode(step).replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined
    at = (at as Record<string, unknown>)[name]
  }
  return isSchema(at) || typeof at === 'boolean' ? at : undefined
}

function decode(step: string): string {
  try {
    return decodeURIComponent(step)
  } catch {
    return step
  }
}

/** The other schemas that hold wherever this atom holds. */
export function partsOf({ schema, path }: Atom, lookup: Lookup): Place[] {
  const places: Place[] = []
  if (isCircular(schema, lookup)) throw new Unsatisfiable(path, `$ref "${schema.$ref}" leads back to itself`, true)
  for (const keyword of ['$ref', '$dynamicRef']) {
    const reference = schema[keyword]
    if (typeof reference !== 'string') continue
    const target = lookup.resolve(reference)
    if (target === undefined) throw new Unsatisfiable(path, `${keyword} "${reference}" leads nowhere`, true)
    places.push([target, reference])
  }
  places.push(...listOf(schema.allOf, `${path}/allOf`))
  // Held always rather than only with their property: a little stricter than asked, and simple.
  for (const [name, dependent] of entriesOf(schema.dependentSchemas))
    places.push([dependent as Schema, `${path}/dependentSchemas/${escaped(name)}`])
  return places
}

function isCircular(schema: SchemaObject, lookup: Lookup): boolean {
  const seen = new Set<unknown>()
  let at: Schema | undefined = schema
  while (isSchema(at) && typeof at.$ref === 'string' && !seen.has(at)) {
    seen.add(at)
    at = lookup.resolve(at.$ref)
  }
  return seen.has(at)
}

export function propertyPlaces({ schema, path }: Atom, name: string, lookup: Lookup): Place[] {
  const places: Place[] = []
  const properties = isSchema(schema.properties) ? schema.properties : {}
  if (Object.hasOwn(properties, name)) places.push([properties[name] as Schema, `${path}/properties/${escaped(name)}`])
  for (const [source, value] of entriesOf(schema.patternProperties))
    if (lookup.pattern(source).matches(name))
      places.push([value as Schema, `${path}/patternProperties/${escaped(source)}`])
  for (const keyword of ['additionalProperties', 'unevaluatedProperties'])
    if (places.length === 0 && isPlace(schema[keyword])) places.push([schema[keyword], `${path}/${keyword}`])
  return places
}

export function itemPlaces({ schema, path }: Atom, index: number): Place[] {
  const prefix = Array.isArray(schema.prefixItems) ? schema.prefixItems : []
  if (index < prefix.length) return [[prefix[index] as Schema, `${path}/prefixItems/${index}`]]
  for (const keyword of ['items', 'unevaluatedItems'])
    if (isPlace(schema[keyword])) return [[schema[keyword], `${path}/${keyword}`]]
  return []
}

export type Conditions = Map<SchemaObject, Place[]>

export function choicesOf(atom: Atom, conditions: Conditions): Choice[] {
  const { schema, path, id } = atom
  const choices: Choice[] = []
  for (const keyword of ['anyOf', 'oneOf'])
    if (Array.isArray(schema[keyword]))
      choices.push({ id: `${id}${keyword}`, owner: atom, branches: listOf(schema[keyword], `${path}/${keyword}`) })
  if (isPlace(schema.if) && (schema.then !== undefined || schema.else !== undefined)) {
    const branches: Place[] = conditions.get(schema) ?? [
      [{ allOf: [schema.if, schema.then ?? true] }, `${path}/then`],
      [{ allOf: [{ not: schema.if }, schema.else ?? true] }, `${path}/else`]
    ]
    // Kept by schema, so that the two halves have the same identity each time they are asked for.
    conditions.set(schema, branches)
    choices.push({ id: `${id}if`, owner: atom, branches })
  }
  return choices
}

export const isPlace = (value: unknown): value is Schema => typeof value === 'boolean' || isSchema(value)
export const entriesOf = (value: unknown) => (isSchema(value) ? Object.entries(value) : [])
const listOf = (value: unknown, path: string): Place[] =>
  Array.isArray(value) ? value.map((schema: Schema, index) => [schema, `${path}/${index}`]) : []
export const escaped = (name: string) => name.replaceAll('~', '~0').replaceAll('/', '~1')
