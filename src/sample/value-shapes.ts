/** Lists the forms that a schema allows, and picks the form that the words of a prompt name. */
import type { PromptReading } from '../prompt/reading.js'
import type { MergedSchema } from './merged-schema.js'
import { toNameStems } from './property-words.js'
import type { SchemaMerger } from './schema-merger.js'
import { findMentions } from './value-mentions.js'

const maxShapes = 8

/** Whether a schema says which properties an object has. */
export const isDescribedObject = ({ kinds, values, object }: MergedSchema) =>
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

/** Of several objects, the object whose constants, titles and properties the prompt mentions most. */
export function pickShape(
  merger: SchemaMerger,
  shapes: readonly MergedSchema[],
  reading: PromptReading,
  span = { start: 0, end: Infinity }
): MergedSchema {
  const isWithin = ({ start, end }: { start: number; end: number }) => start >= span.start && end <= span.end
  const stems = new Set(reading.tokens.filter(isWithin).map(({ stem }) => stem))
  const score = (shape: MergedSchema) => {
    const constants = shape.object.names.slice(0, maxNames).flatMap(name => {
      const { values } = merger.property(shape, name)
      return values?.length === 1 ? values : []
    })
    const titles = shape.atoms.map(({ schema }) => schema.title).filter(title => typeof title === 'string')
    const mentioned = findMentions([...constants, ...titles], reading)
      .filter(({ value }) => isWithin(value))
      .reduce((best, mention) => Math.max(best, mention.score), 0)
    return mentioned + listNames(merger, shape).filter(name => toNameStems(name).some(word => stems.has(word))).length
  }
  const scores = shapes.map(score)
  return shapes[scores.indexOf(Math.max(...scores))]!
}

const maxNames = 60

/** The names of an object's properties, and of the properties of the objects in it. */
function listNames(merger: SchemaMerger, shape: MergedSchema): string[] {
  const names = shape.object.names.slice(0, maxNames)
  return [...names, ...names.flatMap(name => merger.property(shape, name).object.names)].slice(0, maxNames)
}
