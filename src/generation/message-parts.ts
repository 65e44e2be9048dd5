/** Splits a message into the parts that calls are made for: its sentences, its clauses, and things that `and` joins. */

import { hasLetterOrDigit } from './prompt-signs.js'

const sentenceEnd = /(?<=[.!?])\s{1,4}(?=\S)|\n{1,4}|;\s|,?\s(?:and\s)?then\s/i
const clauseEnd = /,?\s(?:and|but)\s/i
const maxParts = 12

/** The sentences of a message; `then` begins a new part. */
export const splitSentences = (text: string): string[] => splitAt(text, sentenceEnd)

/** The clauses of a sentence. */
export const splitClauses = (text: string): string[] => splitAt(text, clauseEnd)

const splitAt = (text: string, end: RegExp): string[] =>
  text
    .slice(0, 8000)
    .split(end, 2 * maxParts)
    .filter(hasLetterOrDigit)
    .slice(0, maxParts)

const separateCalls =
  /\b(?:separate|individual|two|several|multiple)\s(?:tool |function |parallel )?calls?\b|\b(?:call|use|search|run|ask)\b[^.!?\n]{0,60}\b(?:twice|in parallel|simultaneously|separately|at the same time)\b/i

/** Whether a text wants a call for each thing. */
export const wantsSeparateCalls = (text: string): boolean => separateCalls.test(text)

const pairOfThings =
  /\b((?:the\s)?[\p{L}-]{2,30})\s(?:and|&)\s((?:the\s)?[\p{L}-]{2,30})(?=\s(?:in|for|of|at|from|near|on)\s)/iu

/** `weather and time in London` as `weather in London` and `time in London`. */
export function splitThings(text: string): string[] {
  const match = pairOfThings.exec(text.slice(0, 8000))
  if (!match) return [text]
  const { index, 0: pair, 1: first, 2: second } = match
  return [first, second].map(thing => text.slice(0, index) + thing + text.slice(index + pair.length))
}

const aboutCalls =
  /\b(?:call|use|search|run|make|ask)\b[^.!?\n]{0,60}\b(?:twice|in parallel|simultaneously|separate(?:ly)?|at the same time)\b/i
const hasValue = /["'`]|\p{L}\d|\d\p{L}|(?<!^)\b\p{Lu}/u

/** A message without the sentences that only say how calls are made. */
export function withoutCallWords(text: string): string {
  if (!aboutCalls.test(text)) return text
  const kept = text.split(/(?<=[.!?])\s{1,4}(?=\S)/).filter(part => !aboutCalls.test(part) || hasValue.test(part))
  return kept.join(' ') || text
}

/** A message without the names of tools, which are no values: `Use the 'get_weather' tool`. */
export function withoutToolNames(text: string, names: readonly string[]): string {
  let rest = text
  for (const name of names) {
    if (name.length < 3) continue
    for (const quote of [`'${name}'`, `"${name}"`, `\`${name}\``, `“${name}”`])
      if (rest.includes(quote)) rest = rest.replaceAll(quote, ' ')
  }
  return rest
}

const earlierResult =
  /\b(?:the|that|this)\s(?:(?:previous|last|earlier|above)\s)?(?:result|sum|product|difference|quotient|total|answer|output|outcome)\b(?!\s(?:of|to)\b)/gi

/** Whether a text needs the result of an earlier call. */
export const needsResult = (text: string): boolean => text.search(earlierResult) >= 0

/** A text with the result of an earlier call in the place of the words for it. */
export const withResult = (text: string, result: string | undefined): string =>
  result === undefined ? text : text.replace(earlierResult, () => result)
