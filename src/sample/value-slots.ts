/** Lists the properties of a schema that the values of a prompt can fill. */
import type { Json } from '../core/openai-types.js'
import type { PromptReading } from '../prompt/reading.js'
import type { MergedSchema } from './merged-schema.js'
import { PropertyWords, toNameStems } from './property-words.js'
import type { SchemaMerger } from './schema-merger.js'
import { normalise, type Slot } from './value-fit.js'

/** The values that a prompt has for a schema, in the form of the value. */
export interface ValuePlan {
  value?: Json
  properties?: Map<string, ValuePlan>
  items?: ValuePlan[]
}

/** What the values of a prompt are given to. */
export interface PlanContext {
  merger: SchemaMerger
  reading: PromptReading
  /** The part of the text that the values stand in. @default the complete text */
  span?: { start: number; end: number }
  /** The number of lists of objects around the values. */
  depth?: number
  /** The name of the list that the object is an item of. */
  owner?: string
}

/** A property with the place of its value in the plan. */
export interface PlannedSlot extends Slot {
  plan: ValuePlan
  merged: MergedSchema
  /** The slot of each item, if the value is a list of texts or numbers. */
  item?: Slot & { merged: MergedSchema }
  /** The schema of each item, if the value is a list of objects. */
  record?: MergedSchema
  /** The name of the list of objects. */
  name?: string
  /** Whether the schema has an example or a default, which come before a value that fits weakly. */
  hasExample: boolean
}

const maxSlots = 60
const maxDepth = 5
const maxShapes = 8

/** Lists the slots of a schema, and creates the plan that they are in. */
export function listSlots(
  { merger, reading, owner = '' }: PlanContext,
  merged: MergedSchema
): { plan: ValuePlan; slots: PlannedSlot[] } {
  const slots: PlannedSlot[] = []
  const plan: ValuePlan = {}
  const visit = (name: string, part: MergedSchema, target: ValuePlan, depth: number, parent: string) => {
    if (slots.length >= maxSlots || part.conflict) return
    const shapes = listShapes(merger, part)
    const objects = shapes.filter(isDescribedObject)
    const object = objects.length > 1 ? pickShape(merger, objects, reading) : objects[0]
    if (object) {
      if (depth >= maxDepth) return
      target.properties = new Map()
      for (const inner of object.object.names.slice(0, maxSlots)) {
        const child: ValuePlan = {}
        target.properties.set(inner, child)
        visit(inner, merger.property(object, inner), child, depth + 1, name || owner)
      }
      return
    }
    slots.push(createSlot(merger, { name, parent, merged: part, shapes, plan: target }))
  }
  visit('', merged, plan, 0, owner)
  return { plan, slots }
}

const isDescribedObject = ({ kinds, values, object }: MergedSchema) =>
  !values && kinds.length < 6 && kinds.includes('object') && object.names.length > 0

/** The rules of the branches of a schema, without `null`. */
export function listShapes(merger: SchemaMerger, merged: MergedSchema, depth = 0): MergedSchema[] {
  const branchSet = merged.branchSets[0]
  if (!branchSet || merged.values || depth > 2) return merged.kinds.join() === 'null' ? [] : [merged]
  return branchSet.branches
    .slice(0, maxShapes)
    .map(branch =>
      merger.merge([
        ...merged.atoms
          .filter(atom => atom !== branchSet.owner)
          .map(({ schema, path }): [typeof schema, string] => [schema, path]),
        branch
      ])
    )
    .filter(branch => !branch.conflict && !branch.atoms.includes(branchSet.owner))
    .flatMap(branch => listShapes(merger, branch, depth + 1))
    .slice(0, maxShapes)
}

/** Of several objects, the object whose constants and names the prompt mentions most. */
function pickShape(merger: SchemaMerger, shapes: readonly MergedSchema[], reading: PromptReading): MergedSchema {
  const stems = new Set(reading.tokens.map(({ stem }) => stem))
  const text = ` ${normalise(reading.text.slice(0, 4000))} `
  const score = (shape: MergedSchema) =>
    shape.object.names.slice(0, maxSlots).reduce((sum, name) => {
      const { values } = merger.property(shape, name)
      const single = values?.length === 1 && typeof values[0] === 'string' ? normalise(values[0]) : undefined
      if (single !== undefined) return sum + (text.includes(` ${single} `) || stems.has(single) ? 3 : 0)
      return sum + (toNameStems(name).some(word => stems.has(word)) ? 1 : 0)
    }, 0)
  const scores = shapes.map(score)
  return shapes[scores.indexOf(Math.max(...scores))]!
}

/** The name of a property, and of the property that it is in. */
interface NamedPart {
  name: string
  parent: string
}

function createSlot(
  merger: SchemaMerger,
  { name, parent, merged, shapes, plan }: NamedPart & { merged: MergedSchema; shapes: MergedSchema[]; plan: ValuePlan }
): PlannedSlot {
  const words = describeWords({ name, parent }, merged, shapes)
  const slot: PlannedSlot = {
    words,
    shapes,
    plan,
    merged,
    hasExample: merged.atoms.some(({ schema }) =>
      ['example', 'examples', 'default'].some(key => schema[key] !== undefined && schema[key] !== null)
    )
  }
  const list = shapes.find(({ kinds, values }) => !values && kinds.length < 6 && kinds.includes('array'))
  if (!list) return slot
  const item = merger.item(list, 0)
  const itemShapes = listShapes(merger, item)
  const record = itemShapes.find(isDescribedObject)
  if (record) return { ...slot, record, name }
  return {
    ...slot,
    item: { words: describeWords({ name, parent }, item, itemShapes), shapes: itemShapes, merged: item }
  }
}

function describeWords({ name, parent }: NamedPart, merged: MergedSchema, shapes: readonly MergedSchema[]) {
  const atoms = shapes[0] === merged ? merged.atoms : [...merged.atoms, ...shapes.flatMap(shape => shape.atoms)]
  const findText = (key: string) =>
    atoms.map(({ schema }) => schema[key]).find(value => typeof value === 'string') as string | undefined
  return new PropertyWords({
    name,
    parent,
    title: findText('title'),
    description: findText('description'),
    formats: shapes.flatMap(({ text }) => text.formats)
  })
}
