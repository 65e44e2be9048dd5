/** Finds `key=value` and `key: value` in a prompt. */
import { stemNoun } from './tokens.js'
import type { PromptValue } from './value.js'

/** The pairs of a text. The value of a pair is a text; its properties read it as they need. Marks the keys as taken. */
export function findPairs(text: string, taken: Uint8Array): { pairs: PromptValue[]; isKey(start: number): boolean } {
  if (!/[=:]/.test(text)) return { pairs: [], isKey: () => false }
  const keys = [...text.matchAll(keyPattern)]
    .filter(({ index, 1: quotedKey }) => quotedKey !== undefined || !taken[index])
    .slice(0, maxPairs)
  const starts = new Set(keys.map(({ index }) => index))
  const pairs = keys.flatMap((match, at) => {
    const start = match.index + match[0].length
    const isEqual = match[0].includes('=')
    const limit = Math.min(keys[at + 1]?.index ?? text.length, start + maxValueLength)
    const value = isEqual ? readToken(text.slice(start, limit)) : readLine(text.slice(start, limit))
    if (value === undefined) return []
    const keyText = match[1] ?? match[2] ?? match[3] ?? ''
    const keyEnd = match.index + match[0].indexOf(keyText) + keyText.length
    // The name in `the team of Ruth: …` is a value too.
    if (!/ [A-Z][\w-]*$/.test(keyText)) taken.fill(1, keyEnd - /[\w-]*$/.exec(keyText)![0].length, keyEnd)
    const from = start + text.slice(start, limit).indexOf(value)
    return [
      {
        kind: 'pair' as const,
        text: value,
        value,
        start: from,
        end: from + value.length,
        key: splitKey(keyText),
        label: keyText
      }
    ]
  })
  return { pairs, isKey: start => starts.has(start) }
}

const maxPairs = 60
const maxValueLength = 2000

// A quoted key, a word before `=`, or up to four words before `: `.
const keyPattern =
  /(?<![\w"'`])["'`]([\w -]{1,60})["'`]\s?[:=]\s*(?!\/\/)|(?<![\w.-])([A-Za-z_][\w.-]{0,60})\s?=(?![=>])\s?|(?<![\w.-])([A-Za-z][\w-]{0,40}(?:[ ]{1,2}[A-Za-z][\w-]{0,40}){0,3})\*{0,2}\s?:\*{0,2}(?:\s+|(?=["'[{\d-])(?![\d]{2}\b))/g

const splitKey = (key: string) =>
  key
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(word => word !== '')
    .map(stemNoun)

const quotedStart = /^(?:"([^"\n]*)"|'([^'\n]*)'|`([^`\n]*)`|“([^”\n]*)”)/

/** The value after `=`: a quote, a list in brackets, or a word with the capitalised words after it. */
function readToken(rest: string): string | undefined {
  const quoted = quotedStart.exec(rest)
  if (quoted) return quoted.slice(1).find(group => group !== undefined) || undefined
  const token = /^(?:\[[^\]\n]{0,500}\]|[^\s,;&)}\]]{1,300})/.exec(rest)?.[0]
  if (token === undefined) return undefined
  const more = /^\p{Lu}/u.test(token) ? (/^(?:\s\p{Lu}[\p{L}'-]*){0,4}/u.exec(rest.slice(token.length))?.[0] ?? '') : ''
  return (token + more).replace(/[.!?]+$/, '') || undefined
}

/** The value after `:`: a quote, a list in brackets, or the rest of the line or sentence. */
function readLine(rest: string): string | undefined {
  const quoted = quotedStart.exec(rest)
  if (quoted) return quoted.slice(1).find(group => group !== undefined) || undefined
  const list = /^\[[^\]]{0,1000}\]/.exec(rest)
  if (list) return list[0]
  const line = /^[^\n]*/.exec(rest)![0]
  const sentence = /^.*?[.!?](?=\s+\p{Lu}|\s*$)/u.exec(line)?.[0] ?? line
  const value = sentence
    .replace(/[\s,;.!?}*|]+$/, '')
    .replace(/[,;]?\s+(?:and|with|,)$/, '')
    .replace(/[\s,;({-]+$/, '')
    .trim()
  return value === '' ? undefined : value
}
