/** A schema made ready to be sampled: references and `allOf` merged into one view, with the least that a value must cost. */

import type { Json } from '../core/openai-types.js'
import type { Schema } from '../core/schema.js'
import { canonicalJson, conformsToSchema, isSchemaRecord, type SchemaLookup, type SchemaRecord } from './conforms.js'
import { findNumberConflict, mergeRange, type NumberRange, numberOr } from './number.js'
import { compilePattern, type RegexPattern } from './regex-generate.js'
import { allKinds, findDeclaredKinds, findImpliedKinds, type ValueKind } from './schema-kinds.js'
import {
  type Atom,
  type BranchSet,
  type ConditionBranches,
  escapePointer,
  isAnySchema,
  itemSubschemas,
  listAppliedSchemas,
  listBranchSets,
  objectEntries,
  propertySubschemas,
  resolveReference,
  type Subschema,
  Unsatisfiable
} from './subschemas.js'

/** All that a value at one place must satisfy, as the atoms (schemas without their references) it came from. */
export interface MergedSchema {
  key: string
  path: string
  atoms: Atom[]
  chosenIds: string[]
  branchSets: BranchSet[]
  kinds: ValueKind[]
  conflict?: { path: string; reason: string }
  /** The only values allowed, when `enum` or `const` names them. */
  values?: Json[]
  range: NumberRange
  text: { min: number; max: number; patterns: RegexPattern[]; formats: string[] }
  list: { min: number; max: number; unique: boolean; contains: { subschema: Subschema; count: number }[] }
  object: { names: string[]; required: Set<string>; min: number; max: number }
  /** A made value must be looked at again: `not`, `oneOf` and the like cannot be met by construction. */
  needsCheck: boolean
}

export interface MergedSchemas {
  merge(subschemas: Subschema[], chosenIds?: string[]): MergedSchema
  property(merged: MergedSchema, name: string): MergedSchema
  item(merged: MergedSchema, index: number): MergedSchema
  allows(schema: unknown, value: Json): boolean
  lookup: SchemaLookup
}

export const maxSize = 100_000

export function createMergedSchemas(root: Schema): MergedSchemas {
  const atoms = new Map<object, Atom>()
  const cache = new Map<string, MergedSchema>()
  const falseSchemas = new Map<string, SchemaRecord>()
  const patterns = new Map<string, RegexPattern>()
  const conditions: ConditionBranches = new Map()
  const lookup: SchemaLookup = {
    resolve: reference => resolveReference(root, reference),
    pattern: source => {
      const known = patterns.get(source)
      if (known) return known
      const compiled = compilePattern(source)
      patterns.set(source, compiled)
      return compiled
    }
  }

  const toAtom = (schema: Schema, path: string): Atom => {
    let record = schema as SchemaRecord
    if (schema === false) {
      record = falseSchemas.get(path) ?? { not: true }
      falseSchemas.set(path, record)
    }
    const known = atoms.get(record) ?? { id: atoms.size, schema: record, path }
    atoms.set(record, known)
    return known
  }

  const collectAtoms = (subschemas: Subschema[]): Atom[] => {
    const found = new Set<Atom>()
    const rest = [...subschemas].reverse()
    for (let subschema = rest.pop(); subschema; subschema = rest.pop()) {
      const [schema, path] = subschema
      if (schema === true) continue
      if (schema !== false && !isSchemaRecord(schema)) throw new Unsatisfiable(path, 'it is not a schema', true)
      const atom = toAtom(schema, path)
      if (found.has(atom)) continue
      found.add(atom)
      rest.push(...listAppliedSchemas(atom, lookup).reverse())
    }
    return [...found]
  }

  const merge = (subschemas: Subschema[], chosenIds: string[] = []): MergedSchema => {
    const gathered = collectAtoms(subschemas)
    const ids = gathered.map(atom => atom.id).sort((a, b) => a - b)
    const key = `${ids.join()}|${chosenIds.join()}`
    const known = cache.get(key)
    if (known) return known
    if (cache.size > maxSize) throw new Unsatisfiable('#', 'it is too large', true)
    const path = gathered[0]?.path ?? subschemas[0]?.[1] ?? '#'
    const merged = mergeAtoms({ key, path, atoms: gathered, chosenIds }, lookup, conditions)
    cache.set(key, merged)
    return merged
  }

  const property = (merged: MergedSchema, name: string) => {
    const subschemas = merged.atoms.flatMap(atom => propertySubschemas(atom, name, lookup))
    return merge(subschemas.length > 0 ? subschemas : [[true, `${merged.path}/properties/${escapePointer(name)}`]])
  }
  const item = (merged: MergedSchema, index: number) => {
    const subschemas = merged.atoms.flatMap(atom => itemSubschemas(atom, index))
    return merge(subschemas.length > 0 ? subschemas : [[true, `${merged.path}/items`]])
  }
  const allows = (schema: unknown, value: Json) => conformsToSchema(schema as Schema, value, lookup)
  return { merge, property, item, allows, lookup }
}

function mergeAtoms(
  start: Pick<MergedSchema, 'key' | 'path' | 'atoms' | 'chosenIds'>,
  lookup: SchemaLookup,
  conditions: ConditionBranches
): MergedSchema {
  const range: NumberRange = {
    min: -Infinity,
    max: Infinity,
    above: -Infinity,
    below: Infinity,
    integer: false,
    multiples: []
  }
  const merged: MergedSchema = {
    ...start,
    branchSets: [],
    kinds: allKinds,
    range,
    text: { min: 0, max: Infinity, patterns: [], formats: [] },
    list: { min: 0, max: Infinity, unique: false, contains: [] },
    object: { names: [], required: new Set(), min: 0, max: Infinity },
    needsCheck: false
  }
  const implied = new Set<ValueKind>()
  let isTyped = false
  for (const atom of merged.atoms) {
    const { schema, path } = atom
    const setConflict = (reason: string) => (merged.conflict ??= { path, reason })
    if (schema.not === true) setConflict('nothing may be here (the schema is false)')
    const allowed = findDeclaredKinds(schema)
    if (allowed) {
      isTyped = true
      merged.kinds = merged.kinds.filter(kind => allowed.has(kind) || (kind === 'number' && allowed.has('integer')))
      if (allowed.has('integer') && !allowed.has('number')) range.integer = true
      if (merged.kinds.length === 0) setConflict('its types exclude each other')
    }
    for (const kind of findImpliedKinds(schema)) implied.add(kind)
    mergeRange(range, schema)
    const { text, list, object } = merged
    text.min = Math.max(text.min, numberOr(schema.minLength, 0))
    text.max = Math.min(text.max, numberOr(schema.maxLength, Infinity))
    if (typeof schema.format === 'string') text.formats.push(schema.format)
    if (typeof schema.pattern === 'string')
      try {
        text.patterns.push(lookup.pattern(schema.pattern))
      } catch (error) {
        setConflict(`pattern "${schema.pattern}" is not a regular expression: ${(error as Error).message}`)
      }
    list.min = Math.max(list.min, numberOr(schema.minItems, 0))
    list.max = Math.min(list.max, numberOr(schema.maxItems, Infinity))
    if (schema.uniqueItems === true) list.unique = true
    const count = numberOr(schema.minContains, 1)
    if (isAnySchema(schema.contains) && count > 0)
      list.contains.push({ subschema: [schema.contains, `${path}/contains`], count })
    object.min = Math.max(object.min, numberOr(schema.minProperties, 0))
    object.max = Math.min(object.max, numberOr(schema.maxProperties, Infinity))
    object.names.push(...objectEntries(schema.properties).map(([name]) => name))
    if (Array.isArray(schema.required)) for (const name of schema.required) object.required.add(String(name))
    merged.branchSets.push(
      ...listBranchSets(atom, conditions).filter(branchSet => !merged.chosenIds.includes(branchSet.id))
    )
    if (uncertainKeywords.some(keyword => schema[keyword] !== undefined)) merged.needsCheck = true
  }
  merged.object.names = [...new Set([...merged.object.names, ...merged.object.required])]
  if (!isTyped && implied.size > 0) merged.kinds = allKinds.filter(kind => implied.has(kind))
  merged.values = listAllowedValues(merged, lookup)
  dropImpossibleKinds(merged)
  return merged
}

const uncertainKeywords = ['not', 'oneOf', 'if', 'maxContains', 'propertyNames', 'unevaluatedItems']

function listAllowedValues(merged: MergedSchema, lookup: SchemaLookup): Json[] | undefined {
  let values: Json[] | undefined
  for (const { schema, path } of merged.atoms) {
    const lists = [schema.enum, schema.const === undefined ? undefined : [schema.const]]
    for (const list of lists) {
      if (!Array.isArray(list)) continue
      if (list.length === 0) merged.conflict ??= { path, reason: 'enum is empty' }
      const allowed = new Set(list.map(canonicalJson))
      values = (values ?? (list as Json[])).filter(value => allowed.has(canonicalJson(value)))
      if (values.length === 0) merged.conflict ??= { path, reason: 'const and enum leave no value' }
    }
  }
  if (!values || merged.conflict) return values
  const fitting = values.filter(value => merged.atoms.every(atom => conformsToSchema(atom.schema, value, lookup)))
  if (fitting.length === 0)
    merged.conflict ??= {
      path: merged.path,
      reason: 'none of the values of enum or const satisfies the rest of the schema'
    }
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
