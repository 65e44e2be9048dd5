/** Finds the values of a prompt: what the recognisers, the names and the pairs find. */
import { findNumberWords } from './match.js'
import { findNames } from './names.js'
import { findPairs } from './pairs.js'
import { recognisers } from './recognisers.js'
import type { PromptToken } from './tokens.js'
import type { PromptValue } from './value.js'

/** The values of a text. Earlier rows take their text from later rows. */
export function findValues(text: string, tokens: readonly PromptToken[]): { values: PromptValue[]; taken: Uint8Array } {
  const values: PromptValue[] = []
  const taken = new Uint8Array(text.length)
  const add = (value: PromptValue, shares = false) => {
    for (let at = value.start; at < value.end; at++) if (taken[at]) return
    if (!shares) taken.fill(1, value.start, value.end)
    values.push(value)
  }
  for (const { kind, needs, pattern, read, shares } of recognisers) {
    if (!needs.test(text)) continue
    let count = 0
    for (const match of text.matchAll(pattern)) {
      if (values.length >= maxValues || count++ >= maxPerRow) break
      const found = read ? read(match, text) : { text: match[0] }
      if (!found) continue
      const start = match.index
      add({ value: found.text, start, end: start + match[0].length, ...found, kind }, shares)
    }
  }
  const { pairs, isKey } = findPairs(text, taken)
  for (const value of [...findNumberWords(text, tokens), ...findNames(text, tokens, taken)])
    if (value.isLonger) values.push(value)
    else if (values.length < maxValues) add(value, value.unit?.class === 'ordinal')
  const others = values.filter(value => !(value.kind === 'quoted' && isKey(value.start)))
  return { values: [...others.sort((a, b) => a.start - b.start), ...pairs], taken }
}

const maxValues = 100
const maxPerRow = 30
