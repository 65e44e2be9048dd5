/** Formats a large response in parts, so that it is never in memory at once. */
import { generateChunks, type SplitOptions } from '../../completion/chunks.js'
import type { ChoiceLogprobs } from '../../completion/logprobs.js'
import type { PlannedCompletion } from '../../completion/planned-completion.js'
import { findFloatFields, formatJson } from '../../core/json-format.js'
import type { Chunk } from '../../core/openai-types.js'
import { doneEvent, formatEvent } from '../../stream/timeline.js'

/** Formats the JSON of a completion in parts: the text of `formatCompletion`. */
export function* formatJsonParts({ completion, logprobs }: PlannedCompletion): Generator<string> {
  const floatFields = findFloatFields(completion)
  const [head, tail] = splitAt(formatJson({ ...completion, choices: [] }, 2, floatFields), '"choices": []')
  yield `${head}"choices": [`
  for (const [index, choice] of completion.choices.entries()) {
    const planned = logprobs[index]
    const text = indentJson(formatJson(choice, 2, floatFields), 4)
    yield index ? ',' : ''
    if (planned?.pieces.length) yield* joinParts(formatEntries(text, planned, floatFields))
    else yield text
  }
  yield `\n  ]${tail}\n`
}

/** Writes the entries of log probabilities into the text of their choice. */
function* formatEntries(
  choiceText: string,
  { part, entries }: ChoiceLogprobs,
  floatFields: ReadonlySet<string> | undefined
): Generator<string> {
  const [head, tail] = splitAt(choiceText, `"${part}": []`)
  let separator = `"${part}": [`
  yield head
  for (const entry of entries()) {
    yield separator + indentJson(formatJson(entry, 2, floatFields), 10)
    separator = ','
  }
  yield `\n        ]${tail}`
}

const indentJson = (json: string, spaces: number): string => `\n${json}`.replaceAll('\n', `\n${' '.repeat(spaces)}`)

/** Splits a JSON text at a key with an empty list. In the texts of JSON, the quotes of the key are escaped. */
function splitAt(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator)
  return [text.slice(0, at), text.slice(at + separator.length)]
}

/** Creates the chunks of a stream, one after the other. */
export const createChunks = ({ completion, logprobs }: PlannedCompletion, options: SplitOptions): Iterable<Chunk> =>
  generateChunks(completion, { ...options, logprobs })

/** Formats the events of a stream in parts. */
export function* formatStreamParts(chunks: Iterable<Chunk>): Generator<string> {
  yield* joinParts(formatEvents(chunks))
  yield doneEvent
}

function* formatEvents(chunks: Iterable<Chunk>): Generator<string> {
  for (const chunk of chunks) yield formatEvent(chunk)
}

const partChars = 65_536

/** Joins texts to parts of some length. */
function* joinParts(texts: Iterable<string>): Generator<string> {
  let part = ''
  for (const text of texts) {
    part += text
    if (part.length < partChars) continue
    yield part
    part = ''
  }
  if (part) yield part
}
