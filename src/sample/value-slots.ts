/** Lists the properties of a schema that the values of a prompt can fill. */
import { isObject } from '../core/json-pointer.js'
import type { Json } from '../core/openai-types.js'
import type { PromptReading } from '../prompt/reading.js'
import { type DatePart, readPartNames } from './date-parts.js'
import type { MergedSchema } from './merged-schema.js'
import { PropertyWords } from './property-words.js'
import type { SchemaMerger } from './schema-merger.js'
import type { Slot } from './value-convert.js'
import { isDescribedObject, listShapes, pickShape } from './value-shapes.js'

/** The values that a prompt has for a schema, in the form of the value. */
export interface ValuePlan {
  value?: Json
  properties?: Map<string, ValuePlan>
  items?: ValuePlan[]
  /** The branch of the schema that the properties belong to. */
  shape?: MergedSchema
  /** The number of items that the prompt asks for. */
  count?: number
  /** Whether the prompt has values, but none for this part. */
  isMissing?: boolean
}

/** What the values of a prompt are given to. */
export interface PlanContext {
  merger: SchemaMerger
  reading: PromptReading
  /** The part of the text that the values stand in. @default the complete text */
  span?: { start: number; end: number }
  /** The lists of objects around the values, with the schema of their objects. */
  around?: readonly MergedSchema[]
  /** The name of the list that the object is an item of. */
  owner?: string
}

/** A property with the place of its value in the plan. */
export interface PlannedSlot extends Slot {
  plan: ValuePlan
  merged: MergedSchema
  /** The slot of each item, if the value is a list of texts or numbers. */
  item?: Slot & { merged: MergedSchema }
  /** The schema of each item, if the value is a list of objects or has keys of its own. */
  record?: MergedSchema
  /** Whether the value is an object with keys of its own, each of which is the `name` of a record. */
  isMap: boolean
  /** The name of the list of objects. */
  name?: string
  /** Whether the schema has an example or a default, which come before a value that fits weakly. */
  hasExample: boolean
  /** Whether the value may have a text that another slot has too: a moment repeats its date. */
  shares: boolean
}

/** An object with its slots. */
export interface SlotGroup {
  plan: ValuePlan
  merged: MergedSchema
  slots: PlannedSlot[]
}

const maxSlots = 60
const maxDepth = 5

/** Lists the slots of a schema, and creates the plan that they are in. */
export function listSlots(
  context: PlanContext,
  merged: MergedSchema
): { plan: ValuePlan; slots: PlannedSlot[]; groups: SlotGroup[] } {
  const { merger, reading, owner = '' } = context
  const slots: PlannedSlot[] = []
  const groups: SlotGroup[] = []
  const plan: ValuePlan = {}
  const visit = (name: string, part: MergedSchema, target: ValuePlan, depth: number, parent: string) => {
    if (slots.length >= maxSlots || part.conflict) return
    const shapes = listShapes(merger, part)
    const objects = shapes.filter(isDescribedObject)
    const object = objects.length > 1 ? pickShape(merger, objects, reading, context.span) : objects[0]
    const dateParts = object && readPartNames(merger, object)
    const place = { name, parent, task: reading.task }
    if (!object || dateParts) {
      slots.push(createSlot(merger, { ...place, merged: part, shapes, plan: target, dateParts }))
      return
    }
    if (depth >= maxDepth) return
    target.properties = new Map()
    if (objects.length > 1) target.shape = object
    const first = slots.length
    for (const inner of object.object.names.slice(0, maxSlots)) {
      const child: ValuePlan = {}
      target.properties.set(inner, child)
      visit(inner, merger.property(object, inner), child, depth + 1, nameObject(object, name || owner))
    }
    const own = slots.slice(first)
    // A date and a time together are a moment, which may stand beside its date.
    if (own.length > 1 && own.every(slot => slot.dateParts)) for (const slot of own) slot.shares = depth > 0
    groups.push({ plan: target, merged: part, slots: own })
  }
  visit('', merged, plan, 0, owner)
  return { plan, slots, groups }
}

/** The name of an object: its title says what it is, where its property does not. */
const nameObject = ({ atoms }: MergedSchema, name: string): string =>
  /^(?:data|value|item|result|response|output|)$/i.test(name) ? (findText(atoms, 'title') ?? name) : name

/** The name of a property, and of the property that it is in. */
interface NamedPart {
  name: string
  parent: string
  task: string
}

interface SlotPart extends NamedPart {
  merged: MergedSchema
  shapes: MergedSchema[]
  plan: ValuePlan
  dateParts?: ReadonlyMap<string, DatePart>
}

function createSlot(merger: SchemaMerger, part: SlotPart): PlannedSlot {
  const { name, merged, shapes, plan, dateParts } = part
  const slot: PlannedSlot = {
    words: describeWords(part, merged, shapes, dateParts),
    shapes,
    plan,
    merged,
    dateParts,
    isMap: false,
    shares: false,
    hasExample: merged.atoms.some(({ schema }) =>
      ['example', 'examples', 'default'].some(key => schema[key] !== undefined && schema[key] !== null)
    )
  }
  if (dateParts) return slot
  const map = shapes.map(shape => readMapValues(merger, shape)).find(record => record !== undefined)
  if (map) return { ...slot, record: map, isMap: true, name }
  const list = shapes.find(({ kinds, values }) => !values && kinds.length < 6 && kinds.includes('array'))
  if (!list) return slot
  const item = merger.item(list, 0)
  const itemShapes = listShapes(merger, item)
  const record = itemShapes.some(isDescribedObject) ? item : undefined
  if (record) return { ...slot, record, name }
  return { ...slot, item: { words: describeWords(part, item, itemShapes), shapes: itemShapes, merged: item } }
}

/** Descriptions of objects whose keys are values of the prompt. */
const mapWords = /^(?:an? |the )?(?:map|mapping|dict|dictionary)\b|\bkey-value\b/i

/** The schema of a key with its value, if an object has keys of its own. */
function readMapValues(merger: SchemaMerger, { kinds, values, object, atoms }: MergedSchema): MergedSchema | undefined {
  if (values || kinds.length > 5 || !kinds.includes('object') || object.names.length > 0) return undefined
  const atom =
    atoms.find(({ schema }) => isObject(schema.additionalProperties)) ??
    atoms.find(({ schema }) => schema.additionalProperties !== false && mapWords.test(String(schema.description ?? '')))
  if (!atom) return undefined
  const { additionalProperties } = atom.schema
  const value = isObject(additionalProperties) ? additionalProperties : { type: ['number', 'string'] }
  const properties = { name: { type: 'string' }, value }
  return merger.merge([[{ type: 'object', properties, required: ['name', 'value'] }, atom.path]])
}

const findText = (atoms: MergedSchema['atoms'], key: string) =>
  atoms.map(({ schema }) => schema[key]).find(value => typeof value === 'string') as string | undefined

function describeWords(
  { name, parent, task }: NamedPart,
  merged: MergedSchema,
  shapes: readonly MergedSchema[],
  dateParts?: ReadonlyMap<string, DatePart>
) {
  const atoms = shapes[0] === merged ? merged.atoms : [...merged.atoms, ...shapes.flatMap(shape => shape.atoms)]
  return new PropertyWords({
    name,
    parent,
    title: findText(atoms, 'title'),
    description: findText(atoms, 'description'),
    formats: dateParts ? [formatOf(dateParts)] : shapes.flatMap(({ text }) => text.formats),
    task
  })
}

/** The format of a value that has all of these parts. */
function formatOf(dateParts: ReadonlyMap<string, DatePart>): string {
  const parts = new Set(dateParts.values())
  const hasDate = parts.has('year') || parts.has('month')
  return hasDate ? (parts.has('hour') ? 'date-time' : 'date') : 'time'
}
