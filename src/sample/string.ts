/** Strings: believable where the bounds allow, in their format, matching their patterns, as long as they must be. */
import type { Chance } from '../core/random.js'
import { codePoints } from './conforms.js'
import { hasFormat, isFormat, makeFormat } from './format.js'
import type { Prompt } from './prompt-words.js'
import { believableText, type Hint } from './property-hints.js'
import type { Pattern } from './regex-generate.js'

export interface TextRules {
  min: number
  max: number
  patterns: Pattern[]
  formats: string[]
}

const longest = 10_000

/** A string that keeps the rules; undefined when none was found. */
export function makeString(rules: TextRules, hint: Hint, chance: Chance, prompt: Prompt): string | undefined {
  const max = Math.min(rules.max, Math.max(longest, rules.min))
  const room = { min: rules.min, max }
  const fits = (text: string, made?: Pattern) => fit(rules, text, made)
  const formats = rules.formats.filter(isFormat)
  const wished = wishesOf(hint, chance, prompt)
  if (formats.length > 0) {
    const said = [...prompt.emails, ...prompt.urls].find(text => fits(text))
    if (said !== undefined) return said
    for (const format of formats)
      for (let turn = 0; turn < 30; turn++) {
        const text = makeFormat(
          format,
          chance,
          turn % 2 === 0 ? room : { min: rules.min, max: Math.min(max, rules.min + turn) }
        )
        if (fits(text)) return text
      }
  }
  const found = wished.find(text => fits(text))
  if (found !== undefined) return found
  if (rules.patterns.length > 0) {
    for (let turn = 0; turn < 20; turn++)
      for (const pattern of rules.patterns) {
        const text = pattern.generate(chance, room.min, room.max)
        if (text !== undefined && fits(text, pattern)) return text
        if (text === undefined && rules.patterns.length === 1) return undefined
      }
    return undefined
  }
  const sized = resized(wished[0] ?? 'word', rules.min, max)
  return fits(sized) ? sized : undefined
}

/** The prompt comes first, then the schema's own example, then what the name suggests. */
function wishesOf(hint: Hint, chance: Chance, prompt: Prompt): string[] {
  const texts = believableText(hint, chance, prompt)
  if (hint.given === undefined) return texts
  const said = texts.filter(text => prompt.nouns.includes(text) || prompt.people.includes(text))
  return [...said, hint.given, ...texts]
}

function fit({ min, max, patterns, formats }: TextRules, text: string, made?: Pattern): boolean {
  const length = codePoints(text)
  return (
    length >= min &&
    length <= max &&
    formats.every(format => hasFormat(format, text)) &&
    patterns.every(pattern => pattern === made || pattern.matches(text) === true)
  )
}

/** Goes on in words until it is long enough, and ends at the last character allowed. */
function resized(text: string, min: number, max: number): string {
  let longer = text
  if (codePoints(text) < min) {
    const more = [' and', ' then', ' some', ' more', ' words'].join('')
    longer = text + more.repeat(Math.ceil(min / more.length))
  }
  const wanted = Math.min(max, codePoints(text) < min ? min : max)
  const chars = [...longer].slice(0, wanted)
  if (chars.at(-1) === ' ') chars[chars.length - 1] = 's'
  return chars.join('')
}
