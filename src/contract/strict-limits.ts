/** Counts the parts of a strict schema, and compares them with the limits of the service. */
import { isObject, type UnknownRecord } from '../core/json-pointer.js'

const limits = { depth: 10, properties: 5000, enumValues: 1000, text: 120_000 }

/** What a strict schema has in all its parts. */
export interface StrictTotals {
  depth: number
  properties: number
  enumValues: number
  text: number
  /** A keyword that the service reports after all other checks. */
  unsupported: string | undefined
}

export const createTotals = (): StrictTotals => ({
  depth: 0,
  properties: 0,
  enumValues: 0,
  text: 0,
  unsupported: undefined
})

export function addToTotals(totals: StrictTotals, schema: UnknownRecord, depth: number): void {
  totals.depth = Math.max(totals.depth, depth)
  totals.properties += addNames(totals, schema.properties)
  addNames(totals, schema.$defs)
  addNames(totals, schema.definitions)
  addText(totals, schema.const)
  if (!Array.isArray(schema.enum)) return
  totals.enumValues += schema.enum.length
  for (const value of schema.enum) addText(totals, value)
}

function addNames(totals: StrictTotals, map: unknown): number {
  if (!isObject(map)) return 0
  const names = Object.keys(map)
  for (const name of names) totals.text += name.length
  return names.length
}

function addText(totals: StrictTotals, value: unknown): void {
  if (typeof value === 'string') totals.text += value.length
}

/** Returns the first limit that a schema exceeds. */
export function findTotalProblem(totals: StrictTotals): string | undefined {
  const { depth, properties, enumValues, text, unsupported } = totals
  if (depth > limits.depth) return `${depth} levels of nesting exceeds limit of ${limits.depth}.`
  if (properties > limits.properties) return `${properties} parameters exceeds limit of ${limits.properties}.`
  if (enumValues > limits.enumValues)
    return `Expected at most ${limits.enumValues} enum values in total within a single schema when using structured outputs, but received ${enumValues}. Consider reducing the number of enums, or use 'strict: false' to opt out of structured outputs.`
  if (text > limits.text) return `${text} characters of names and values exceeds limit of ${limits.text}.`
  return unsupported && `Unsupported keywords ('${unsupported}',)`
}
