/** Says where a part of a schema is, in the words of the service: `In context=('properties', 'x'), …`. */
import { isObject } from '../core/json-pointer.js'
import { formatPythonTuple } from './error-phrases.js'

/** What the service says of a schema that it cannot read or compile. */
export const unreadable = 'Please ensure it is a valid JSON Schema.'

/** The steps from the root of a schema to one of its parts. */
export interface SchemaContext {
  parent: SchemaContext | undefined
  step: string
}

/** Two steps down, such as `properties` and a name. */
export const stepInto = (parent: SchemaContext | undefined, keyword: string, name: string | number): SchemaContext => ({
  parent: { parent, step: keyword },
  step: String(name)
})

/** Formats a context as a Python tuple. */
export function formatContext(context: SchemaContext | undefined): string {
  const steps: string[] = []
  for (let at: SchemaContext | undefined = context; at; at = at.parent) steps.push(at.step)
  return formatPythonTuple(steps.reverse())
}

/** A problem with its place. */
export const inContext = (context: SchemaContext | undefined, problem: string): string =>
  `In context=${formatContext(context)}, ${problem}`

/** What is wrong with the items of an array. */
export function findItemsProblem(items: unknown): string | undefined {
  if (items === undefined) return 'array schema missing items.'
  return isObject(items) ? undefined : 'array schema items is not an object.'
}
