/** Merges all schemas that apply to one value into one set of rules. */

import { ApiError } from '../core/api-error.js'
import { isObject } from '../core/json-pointer.js'
import type { Json } from '../core/openai-types.js'
import { toText } from '../core/to-text.js'
import { conformsToSchema, type SchemaLookup, type SchemaRecord, spendCanonical } from './conforms.js'
import { findNumberConflict, mergeRange, type NumberRange, numberOr } from './number.js'
import type { RegexPattern } from './regex-generate.js'
import {
  type Atom,
  type BranchSet,
  type ConditionBranches,
  isAnySchema,
  listBranchSets,
  type Subschema
} from './subschemas.js'

/** The kinds of JSON value. */
export type ValueKind = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object'

/** The rules for one value, from the atoms (schemas without their references) that apply to it. */
export interface MergedSchema {
  /** The JSON pointer of the first atom. */
  path: string
  atoms: Atom[]
  /** The branch sets in which a branch was chosen. */
  chosenIds: string[]
  /** The branch sets in which a branch must still be chosen. */
  branchSets: BranchSet[]
  /** The kinds of value that the rules allow. */
  kinds: ValueKind[]
  /** Why no value satisfies the rules. */
  conflict?: { path: string; reason: string }
  /** The only allowed values, if `enum` or `const` lists them. */
  values?: Json[]
  range: NumberRange
  text: { min: number; max: number; patterns: RegexPattern[]; formats: string[] }
  list: { min: number; max: number; unique: boolean; contains: { subschema: Subschema; count: number }[] }
  object: { names: string[]; required: Set<string>; min: number; max: number }
  /** Whether a generated value must be checked, because of `not`, `oneOf` and the like. */
  needsCheck: boolean
}

/** The most characters, items or properties of a value, and the most merged schemas of a root. */
export const maxSize = 100_000

/** What needs the work and the memory, in the message of the budget. */
export const sampleTask = 'a value of the JSON schema'

const allKinds: ValueKind[] = ['string', 'object', 'array', 'number', 'boolean', 'null']

/** The number of items that `prefixItems` describes. */
export function prefixLength({ atoms }: MergedSchema): number {
  return Math.max(0, ...atoms.map(({ schema }) => (Array.isArray(schema.prefixItems) ? schema.prefixItems.length : 0)))
}

/** Merges the atoms of one value into its rules. */
export function mergeAtoms(
  start: Pick<MergedSchema, 'path' | 'atoms' | 'chosenIds'>,
  lookup: SchemaLookup,
  conditions: ConditionBranches
): MergedSchema {
  const merged: MergedSchema = {
    path: start.path,
    atoms: start.atoms,
    chosenIds: start.chosenIds,
    branchSets: [],
    kinds: allKinds,
    conflict: undefined,
    values: undefined,
    range: { min: -Infinity, max: Infinity, above: -Infinity, below: Infinity, integer: false, multiples: [] },
    text: { min: 0, max: Infinity, patterns: [], formats: [] },
    list: { min: 0, max: Infinity, unique: false, contains: [] },
    object: { names: [], required: new Set(), min: 0, max: Infinity },
    needsCheck: false
  }
  let isTyped = false
  for (const atom of merged.atoms) {
    const { schema, path } = atom
    if (schema.not === true) setConflict(merged, path, 'nothing may be here (the schema is false)')
    if (mergeDeclaredKinds(merged, atom)) isTyped = true
    mergeRange(merged.range, schema)
    mergeText(merged, atom, lookup)
    mergeList(merged.list, atom)
    mergeObject(merged.object, schema, lookup)
    const branchSets = listBranchSets(atom, conditions)
    for (const { branches } of branchSets) lookup.spend(4 * branches.length)
    merged.branchSets.push(...branchSets.filter(({ id }) => !merged.chosenIds.includes(id)))
    if (uncertainKeywords.some(keyword => schema[keyword] !== undefined)) merged.needsCheck = true
  }
  merged.object.names = [...new Set([...merged.object.names, ...merged.object.required])]
  if (!isTyped) mergeImpliedKinds(merged)
  merged.values = listAllowedValues(merged, lookup)
  dropImpossibleKinds(merged)
  return merged
}

const uncertainKeywords = ['not', 'oneOf', 'if', 'maxContains', 'propertyNames', 'unevaluatedItems']

/** Only the first conflict is stored. */
function setConflict(merged: MergedSchema, path: string, reason: string): void {
  merged.conflict ??= { path, reason }
}

/** Returns whether the atom declares types. */
function mergeDeclaredKinds(merged: MergedSchema, { schema, path }: Atom): boolean {
  if (typeof schema.type === 'string' && schema.nullable !== true && merged.kinds === allKinds) {
    const kinds = kindsByType.get(schema.type)
    if (schema.type === 'integer') merged.range.integer = true
    if (kinds) {
      merged.kinds = kinds
      return true
    }
  }
  const allowed = findDeclaredTypes(schema)
  if (!allowed) return false
  merged.kinds = merged.kinds.filter(kind => allowed.has(kind) || (kind === 'number' && allowed.has('integer')))
  if (allowed.has('integer') && !allowed.has('number')) merged.range.integer = true
  if (merged.kinds.length === 0) setConflict(merged, path, 'its types exclude each other')
  return true
}

const kindsByType: ReadonlyMap<string, ValueKind[]> = new Map([
  ...allKinds.map((kind): [string, ValueKind[]] => [kind, [kind]]),
  ['integer', ['number']]
])

/** The types that `type` allows, `integer` among them; undefined if the schema does not restrict types. */
function findDeclaredTypes(schema: SchemaRecord): Set<unknown> | undefined {
  const types = new Set<unknown>(
    typeof schema.type === 'string' ? [schema.type] : Array.isArray(schema.type) ? schema.type : []
  )
  if (types.size > 0 && schema.nullable === true) types.add('null')
  const not = schema.not
  if (types.size === 0 && isObject(not) && Object.keys(not).join() === 'type') {
    const excluded = new Set<unknown>([not.type].flat())
    return new Set(allKinds.filter(kind => !excluded.has(kind)))
  }
  return types.size > 0 || schema.type !== undefined ? types : undefined
}

/** Without a declared type, the other keywords imply the kinds. */
function mergeImpliedKinds(merged: MergedSchema): void {
  const implied = allKinds.filter(kind =>
    kindKeywords[kind]?.some(keyword => merged.atoms.some(({ schema }) => schema[keyword] !== undefined))
  )
  if (implied.length > 0) merged.kinds = implied
}

const kindKeywords: Partial<Record<ValueKind, string[]>> = {
  object: ['properties', 'required', 'additionalProperties', 'patternProperties', 'minProperties', 'maxProperties'],
  array: ['items', 'prefixItems', 'minItems', 'maxItems', 'uniqueItems', 'contains'],
  string: ['minLength', 'maxLength', 'pattern', 'format'],
  number: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf']
}

function mergeText(merged: MergedSchema, { schema, path }: Atom, lookup: SchemaLookup): void {
  const { text } = merged
  text.min = Math.max(text.min, numberOr(schema.minLength, 0))
  text.max = Math.min(text.max, numberOr(schema.maxLength, Infinity))
  if (typeof schema.format === 'string') text.formats.push(schema.format)
  if (typeof schema.pattern !== 'string') return
  try {
    text.patterns.push(lookup.pattern(schema.pattern))
  } catch (error) {
    if (error instanceof ApiError) throw error
    setConflict(merged, path, `pattern "${schema.pattern}" is not a regular expression: ${(error as Error).message}`)
  }
}

function mergeList(list: MergedSchema['list'], { schema, path }: Atom): void {
  list.min = Math.max(list.min, numberOr(schema.minItems, 0))
  list.max = Math.min(list.max, numberOr(schema.maxItems, Infinity))
  if (schema.uniqueItems === true) list.unique = true
  const count = numberOr(schema.minContains, 1)
  if (isAnySchema(schema.contains) && count > 0)
    list.contains.push({ subschema: [schema.contains, `${path}/contains`], count })
}

function mergeObject(object: MergedSchema['object'], schema: SchemaRecord, lookup: SchemaLookup): void {
  object.min = Math.max(object.min, numberOr(schema.minProperties, 0))
  object.max = Math.min(object.max, numberOr(schema.maxProperties, Infinity))
  const names = isObject(schema.properties) ? Object.keys(schema.properties) : []
  const required = Array.isArray(schema.required) ? schema.required : []
  lookup.spend(4 * (names.length + required.length))
  for (const name of names) object.names.push(name)
  for (const name of required) object.required.add(toText(name))
}

function listAllowedValues(merged: MergedSchema, lookup: SchemaLookup): Json[] | undefined {
  let values: Json[] | undefined
  for (const { schema, path } of merged.atoms) {
    const lists = [schema.enum, schema.const === undefined ? undefined : [schema.const]]
    for (const list of lists) {
      if (!Array.isArray(list)) continue
      if (list.length === 0) setConflict(merged, path, 'enum is empty')
      const allowed = lookup.listed(list)
      values = (values ?? (list as Json[])).filter(value => allowed.has(spendCanonical(value, lookup)))
      if (values.length === 0) setConflict(merged, path, 'const and enum leave no value')
    }
  }
  if (!values || merged.conflict) return values
  const fitting = values.filter(value => merged.atoms.every(atom => conformsToSchema(atom.schema, value, lookup)))
  if (fitting.length === 0)
    setConflict(merged, merged.path, 'none of the values of enum or const satisfies the rest of the schema')
  return fitting
}

function dropImpossibleKinds(merged: MergedSchema) {
  if (merged.conflict || merged.values) return
  const reasons = merged.kinds.map(kind => findKindConflict(merged, kind))
  const first = reasons.find(reason => reason !== undefined)
  const kinds = merged.kinds.filter((_, index) => reasons[index] === undefined)
  if (kinds.length === 0 && first) merged.conflict = { path: merged.path, reason: first }
  merged.kinds = kinds
}

function findKindConflict({ text, list, object, range }: MergedSchema, kind: ValueKind): string | undefined {
  if (kind === 'number') return findNumberConflict(range)
  if (kind === 'string') {
    if (text.min > text.max) return `minLength ${text.min} is above maxLength ${text.max}`
    if (text.min > maxSize) return `minLength ${text.min} is more than the ${maxSize} characters that are made`
    const long = text.patterns.find(pattern => pattern.shortest > Math.min(text.max, maxSize))
    return long && `pattern "${long.source}" needs ${long.shortest} characters, more than are allowed`
  }
  if (kind === 'array') {
    if (list.min > list.max) return `minItems ${list.min} is above maxItems ${list.max}`
    const least = Math.max(list.min, ...list.contains.map(({ count }) => count))
    if (least > maxSize) return `it needs ${least} items, more than the ${maxSize} that are made`
    return least > list.max ? `minContains ${least} is above maxItems ${list.max}` : undefined
  }
  if (kind === 'object') {
    if (object.min > object.max) return `minProperties ${object.min} is above maxProperties ${object.max}`
    if (object.required.size > object.max)
      return `it requires ${object.required.size} properties, and maxProperties is ${object.max}`
    return object.min > maxSize ? `minProperties ${object.min} is more than the ${maxSize} that are made` : undefined
  }
  return undefined
}
