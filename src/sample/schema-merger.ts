/** Merges the parts of one root schema on demand, and caches the merged schemas. */

import type { Budget } from '../core/budget.js'
import { toPointer } from '../core/json-pointer.js'
import type { Json } from '../core/openai-types.js'
import type { Schema } from '../core/schema.js'
import { conformsToSchema, type SchemaLookup, type SchemaRecord, spendCanonical } from './conforms.js'
import { type MergedSchema, maxSize, mergeAtoms, sampleTask } from './merged-schema.js'
import { compilePattern, type RegexPattern } from './regex-generate.js'
import {
  type Atom,
  type ConditionBranches,
  isAnySchema,
  itemSubschemas,
  listAppliedSchemas,
  propertySubschemas,
  resolveReference,
  type Subschema,
  Unsatisfiable
} from './subschemas.js'

const unitsPerAtom = 30

/** The merged schemas of one root. */
export class SchemaMerger {
  readonly lookup: SchemaLookup
  readonly #atoms = new Map<object, Atom>()
  readonly #cache = new Map<string, MergedSchema>()
  readonly #properties = new Map<MergedSchema, Map<string, MergedSchema>>()
  readonly #falseSchemas = new Map<string, SchemaRecord>()
  readonly #conditions: ConditionBranches = new Map()

  /** @param root the schema that `#` references lead into */
  constructor(root: Schema, budget: Budget) {
    const patterns = new Map<string, RegexPattern>()
    const lists = new Map<readonly unknown[], ReadonlySet<string>>()
    const spend = (units: number) => budget.spendWork(units, sampleTask)
    this.lookup = {
      spend,
      resolve: reference => {
        spend(1)
        return resolveReference(root, reference)
      },
      listed: values => {
        const known = lists.get(values) ?? new Set(values.map(value => spendCanonical(value, this.lookup)))
        lists.set(values, known)
        return known
      },
      pattern: source => {
        const cached = patterns.get(source)
        if (cached) return cached
        const compiled = compilePattern(source, spend)
        patterns.set(source, compiled)
        return compiled
      }
    }
  }

  /** Merges schemas that all apply to one value, after the branches with `chosenIds` were chosen. */
  merge(subschemas: Subschema[], chosenIds: string[] = []): MergedSchema {
    const atoms = this.#collectAtoms(subschemas)
    this.lookup.spend(1 + 2 * atoms.length + chosenIds.length)
    const ids = atoms.map(atom => atom.id).sort((a, b) => a - b)
    const key = `${ids.join()}|${chosenIds.join()}`
    const cached = this.#cache.get(key)
    if (cached) return cached
    if (this.#cache.size > maxSize) throw new Unsatisfiable('#', 'it is too large', true)
    const path = atoms[0]?.path ?? subschemas[0]?.[1] ?? '#'
    for (const { schema } of atoms) this.lookup.spend(unitsPerAtom + Object.keys(schema).length)
    const merged = mergeAtoms({ path, atoms, chosenIds }, this.lookup, this.#conditions)
    this.#cache.set(key, merged)
    return merged
  }

  /** The merged schema of an object's property. */
  property(merged: MergedSchema, name: string): MergedSchema {
    this.lookup.spend(1)
    const known = this.#properties.get(merged) ?? new Map<string, MergedSchema>()
    const property = known.get(name) ?? this.#mergeProperty(merged, name)
    if (known.size === 0) this.#properties.set(merged, known)
    known.set(name, property)
    return property
  }

  #mergeProperty(merged: MergedSchema, name: string): MergedSchema {
    const subschemas = merged.atoms.flatMap(atom => propertySubschemas(atom, name, this.lookup))
    return this.merge(subschemas.length > 0 ? subschemas : [[true, `${merged.path}/properties${toPointer([name])}`]])
  }

  /** The merged schema of an array's item. */
  item(merged: MergedSchema, index: number): MergedSchema {
    const subschemas = merged.atoms.flatMap(atom => itemSubschemas(atom, index))
    return this.merge(subschemas.length > 0 ? subschemas : [[true, `${merged.path}/items`]])
  }

  /** Whether a value satisfies a schema of this root. */
  allows(schema: unknown, value: Json): boolean {
    return conformsToSchema(schema as Schema, value, this.lookup)
  }

  /** Collects the atoms of schemas and of all schemas that apply wherever they apply. */
  #collectAtoms(subschemas: Subschema[]): Atom[] {
    const atoms = new Set<Atom>()
    const rest = [...subschemas].reverse()
    for (let subschema = rest.pop(); subschema; subschema = rest.pop()) {
      this.lookup.spend(2)
      const [schema, path] = subschema
      if (schema === true) continue
      if (!isAnySchema(schema)) throw new Unsatisfiable(path, 'it is not a schema', true)
      const atom = this.#toAtom(schema, path)
      if (atoms.has(atom)) continue
      atoms.add(atom)
      rest.push(...listAppliedSchemas(atom, this.lookup).reverse())
    }
    return [...atoms]
  }

  /** The atom of a schema. A schema has one atom, and a false schema has one at each path. */
  #toAtom(schema: SchemaRecord | false, path: string): Atom {
    const record = schema === false ? this.#falseSchema(path) : schema
    const atom = this.#atoms.get(record) ?? { id: this.#atoms.size, schema: record, path }
    this.#atoms.set(record, atom)
    return atom
  }

  #falseSchema(path: string): SchemaRecord {
    const record = this.#falseSchemas.get(path) ?? { not: true }
    this.#falseSchemas.set(path, record)
    return record
  }
}
