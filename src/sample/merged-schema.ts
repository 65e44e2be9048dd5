/** A schema made ready to be sampled: references and `allOf` merged into one view, with the least that a value must cost. */

import type { Json } from '../core/openai-types.js'
import type { Schema } from '../core/schema.js'
import { canonical, conforms, isSchema, type Lookup, type SchemaObject } from './conforms.js'
import { mergeRange, number, numberConflict, type Range } from './number.js'
import { compilePattern, type Pattern } from './regex-generate.js'
import { allKinds, hintedKinds, type Kind, kindsOf } from './schema-kinds.js'
import {
  type Atom,
  type Choice,
  type Conditions,
  choicesOf,
  entriesOf,
  escaped,
  isPlace,
  itemPlaces,
  type Place,
  partsOf,
  propertyPlaces,
  resolve,
  Unsatisfiable
} from './subschemas.js'

/** All that a value at one place must satisfy, as the atoms (schemas without their references) it came from. */
export interface View {
  key: string
  path: string
  atoms: Atom[]
  decided: string[]
  choices: Choice[]
  kinds: Kind[]
  conflict?: { path: string; reason: string }
  /** The only values allowed, when `enum` or `const` names them. */
  values?: Json[]
  range: Range
  text: { min: number; max: number; patterns: Pattern[]; formats: string[] }
  list: { min: number; max: number; unique: boolean; contains: { place: Place; count: number }[] }
  object: { names: string[]; required: Set<string>; min: number; max: number }
  /** A made value must be looked at again: `not`, `oneOf` and the like cannot be met by construction. */
  checked: boolean
}

export interface Views {
  of(places: Place[], decided?: string[]): View
  property(view: View, name: string): View
  item(view: View, index: number): View
  allows(schema: unknown, value: Json): boolean
  lookup: Lookup
}

export const most = 100_000

export function createViews(root: Schema): Views {
  const atoms = new Map<object, Atom>()
  const views = new Map<string, View>()
  const impossible = new Map<string, SchemaObject>()
  const patterns = new Map<string, Pattern>()
  const conditions: Conditions = new Map()
  const lookup: Lookup = {
    resolve: reference => resolve(root, reference),
    pattern: source => {
      const known = patterns.get(source)
      if (known) return known
      const made = compilePattern(source)
      patterns.set(source, made)
      return made
    }
  }

  const atomOf = (schema: Schema, path: string): Atom => {
    let object = schema as SchemaObject
    if (schema === false) {
      object = impossible.get(path) ?? { not: true }
      impossible.set(path, object)
    }
    const known = atoms.get(object) ?? { id: atoms.size, schema: object, path }
    atoms.set(object, known)
    return known
  }

  const gather = (places: Place[]): Atom[] => {
    const found = new Set<Atom>()
    const rest = [...places].reverse()
    for (let place = rest.pop(); place; place = rest.pop()) {
      const [schema, path] = place
      if (schema === true) continue
      if (schema !== false && !isSchema(schema)) throw new Unsatisfiable(path, 'it is not a schema', true)
      const atom = atomOf(schema, path)
      if (found.has(atom)) continue
      found.add(atom)
      rest.push(...partsOf(atom, lookup).reverse())
    }
    return [...found]
  }

  const of = (places: Place[], decided: string[] = []): View => {
    const gathered = gather(places)
    const ids = gathered.map(atom => atom.id).sort((a, b) => a - b)
    const key = `${ids.join()}|${decided.join()}`
    const known = views.get(key)
    if (known) return known
    if (views.size > most) throw new Unsatisfiable('#', 'it is too large', true)
    const path = gathered[0]?.path ?? places[0]?.[1] ?? '#'
    const view = merge({ key, path, atoms: gathered, decided }, lookup, conditions)
    views.set(key, view)
    return view
  }

  const property = (view: View, name: string) => {
    const places = view.atoms.flatMap(atom => propertyPlaces(atom, name, lookup))
    return of(places.length > 0 ? places : [[true, `${view.path}/properties/${escaped(name)}`]])
  }
  const item = (view: View, index: number) => {
    const places = view.atoms.flatMap(atom => itemPlaces(atom, index))
    return of(places.length > 0 ? places : [[true, `${view.path}/items`]])
  }
  const allows = (schema: unknown, value: Json) => conforms(schema as Schema, value, lookup)
  return { of, property, item, allows, lookup }
}

function merge(start: Pick<View, 'key' | 'path' | 'atoms' | 'decided'>, lookup: Lookup, conditions: Conditions): View {
  const range: Range = {
    min: -Infinity,
    max: Infinity,
    above: -Infinity,
    below: Infinity,
    integer: false,
    multiples: []
  }
  const view: View = {
    ...start,
    choices: [],
    kinds: allKinds,
    range,
    text: { min: 0, max: Infinity, patterns: [], formats: [] },
    list: { min: 0, max: Infinity, unique: false, contains: [] },
    object: { names: [], required: new Set(), min: 0, max: Infinity },
    checked: false
  }
  const hinted = new Set<Kind>()
  let typed = false
  for (const atom of view.atoms) {
    const { schema, path } = atom
    const fail = (reason: string) => (view.conflict ??= { path, reason })
    if (schema.not === true) fail('nothing may be here (the schema is false)')
    const allowed = kindsOf(schema)
    if (allowed) {
      typed = true
      view.kinds = view.kinds.filter(kind => allowed.has(kind) || (kind === 'number' && allowed.has('integer')))
      if (allowed.has('integer') && !allowed.has('number')) range.integer = true
      if (view.kinds.length === 0) fail('its types exclude each other')
    }
    for (const kind of hintedKinds(schema)) hinted.add(kind)
    mergeRange(range, schema)
    const { text, list, object } = view
    text.min = Math.max(text.min, number(schema.minLength, 0))
    text.max = Math.min(text.max, number(schema.maxLength, Infinity))
    if (typeof schema.format === 'string') text.formats.push(schema.format)
    if (typeof schema.pattern === 'string')
      try {
        text.patterns.push(lookup.pattern(schema.pattern))
      } catch (error) {
        fail(`pattern "${schema.pattern}" is not a regular expression: ${(error as Error).message}`)
      }
    list.min = Math.max(list.min, number(schema.minItems, 0))
    list.max = Math.min(list.max, number(schema.maxItems, Infinity))
    if (schema.uniqueItems === true) list.unique = true
    const count = number(schema.minContains, 1)
    if (isPlace(schema.contains) && count > 0)
      list.contains.push({ place: [schema.contains, `${path}/contains`], count })
    object.min = Math.max(object.min, number(schema.minProperties, 0))
    object.max = Math.min(object.max, number(schema.maxProperties, Infinity))
    object.names.push(...entriesOf(schema.properties).map(([name]) => name))
    if (Array.isArray(schema.required)) for (const name of schema.required) object.required.add(String(name))
    view.choices.push(...choicesOf(atom, conditions).filter(choice => !view.decided.includes(choice.id)))
    if (checkedKeywords.some(keyword => schema[keyword] !== undefined)) view.checked = true
  }
  view.object.names = [...new Set([...view.object.names, ...view.object.required])]
  if (!typed && hinted.size > 0) view.kinds = allKinds.filter(kind => hinted.has(kind))
  view.values = valuesOf(view, lookup)
  dropImpossibleKinds(view)
  return view
}

const checkedKeywords = ['not', 'oneOf', 'if', 'maxContains', 'propertyNames', 'unevaluatedItems']

function valuesOf(view: View, lookup: Lookup): Json[] | undefined {
  let values: Json[] | undefined
  for (const { schema, path } of view.atoms) {
    const lists = [schema.enum, schema.const === undefined ? undefined : [schema.const]]
    for (const list of lists) {
      if (!Array.isArray(list)) continue
      if (list.length === 0) view.conflict ??= { path, reason: 'enum is empty' }
      const allowed = new Set(list.map(canonical))
      values = (values ?? (list as Json[])).filter(value => allowed.has(canonical(value)))
      if (values.length === 0) view.conflict ??= { path, reason: 'const and enum leave no value' }
    }
  }
  if (!values || view.conflict) return values
  const fitting = values.filter(value => view.atoms.every(atom => conforms(atom.schema, value, lookup)))
  if (fitting.length === 0)
    view.conflict ??= {
      path: view.path,
      reason: 'none of the values of enum or const satisfies the rest of the schema'
    }
  return fitting
}

function dropImpossibleKinds(view: View) {
  if (view.conflict || view.values) return
  const reasons = view.kinds.map(kind => kindConflict(view, kind))
  const first = reasons.find(reason => reason !== undefined)
  const kinds = view.kinds.filter((_, index) => reasons[index] === undefined)
  if (kinds.length === 0 && first) view.conflict = { path: view.path, reason: first }
  view.kinds = kinds
}

function kindConflict({ text, list, object, range }: View, kind: Kind): string | undefined {
  if (kind === 'number') return numberConflict(range)
  if (kind === 'string') {
    if (text.min > text.max) return `minLength ${text.min} is above maxLength ${text.max}`
    if (text.min > most) return `minLength ${text.min} is more than the ${most} characters that are made`
    const long = text.patterns.find(pattern => pattern.shortest > Math.min(text.max, most))
    return long && `pattern "${long.source}" needs ${long.shortest} characters, more than are allowed`
  }
  if (kind === 'array') {
    if (list.min > list.max) return `minItems ${list.min} is above maxItems ${list.max}`
    const least = Math.max(list.min, ...list.contains.map(({ count }) => count))
    if (least > most) return `it needs ${least} items, more than the ${most} that are made`
    return least > list.max ? `minContains ${least} is above maxItems ${list.max}` : undefined
  }
  if (kind === 'object') {
    if (object.min > object.max) return `minProperties ${object.min} is above maxProperties ${object.max}`
    if (object.required.size > object.max)
      return `it requires ${object.required.size} properties, and maxProperties is ${object.max}`
    return object.min > most ? `minProperties ${object.min} is more than the ${most} that are made` : undefined
  }
  return undefined
}
