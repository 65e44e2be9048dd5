/** Defines the rows of everyday messages. */
import type { JsonObject, Message } from '../../src/core/openai-types.js'
import type { PromptRow } from './rows.js'

/** The messages before the prompt. */
interface Earlier {
  system?: string
  before?: readonly Message[]
}

export type EverydayRow = [
  tool: string,
  prompt: string,
  properties: Record<string, JsonObject>,
  values: PromptRow['values'],
  earlier?: Earlier
]

/** Brings rows by kind to the form of all rows. */
export const toRows = (rowsByKind: Readonly<Record<string, readonly EverydayRow[]>>): PromptRow[] =>
  Object.entries(rowsByKind).flatMap(([kind, rows]) =>
    rows.map(([tool, prompt, properties, values, earlier]) => ({ kind, tool, prompt, properties, values, ...earlier }))
  )
