/** Generates strings that satisfy their format, patterns and length, and are plausible where these allow it. */
import type { Random } from '../core/random.js'
import type { PromptWords } from '../prompt/words.js'
import { countCodePoints } from './conforms.js'
import { generateFormat, isKnownFormat, matchesFormat } from './format.js'
import { type PropertyHint, suggestTexts } from './property-hints.js'
import type { RegexPattern } from './regex-generate.js'

/** The strings that a schema allows; lengths are in code points. */
export interface StringRules {
  min: number
  max: number
  patterns: RegexPattern[]
  formats: string[]
}

const maxStringLength = 10_000

/** Generates a string that satisfies the rules; undefined if none was found. */
export function generateString(
  rules: StringRules,
  hint: PropertyHint,
  random: Random,
  prompt: PromptWords
): string | undefined {
  const max = Math.min(rules.max, Math.max(maxStringLength, rules.min))
  const bounds = { min: rules.min, max }
  const fits = (text: string, generatedBy?: RegexPattern) => satisfiesRules(rules, text, generatedBy)
  const formats = rules.formats.filter(isKnownFormat)
  const candidates = suggestTexts(hint, random, prompt)
  if (formats.length > 0) {
    for (const format of formats)
      for (let turn = 0; turn < 30; turn++) {
        const text = generateFormat(
          format,
          random,
          turn % 2 === 0 ? bounds : { min: rules.min, max: Math.min(max, rules.min + turn) }
        )
        if (fits(text)) return text
      }
  }
  const candidate = candidates.find(text => fits(text))
  if (candidate !== undefined) return candidate
  if (rules.patterns.length > 0) {
    for (let turn = 0; turn < 20; turn++)
      for (const pattern of rules.patterns) {
        const text = pattern.generate(random, bounds.min, bounds.max)
        if (text !== undefined && fits(text, pattern)) return text
        if (text === undefined && rules.patterns.length === 1) return undefined
      }
    return undefined
  }
  const sized = resizeText(candidates[0] ?? 'word', rules.min, max)
  return fits(sized) ? sized : undefined
}

function satisfiesRules(
  { min, max, patterns, formats }: StringRules,
  text: string,
  generatedBy?: RegexPattern
): boolean {
  const length = countCodePoints(text)
  return (
    length >= min &&
    length <= max &&
    formats.every(format => matchesFormat(format, text)) &&
    patterns.every(pattern => pattern === generatedBy || pattern.matches(text) === true)
  )
}

/** Adds words until a text is long enough, and cuts it after the last allowed character. */
function resizeText(text: string, min: number, max: number): string {
  let longer = text
  if (countCodePoints(text) < min) {
    const more = [' and', ' then', ' some', ' more', ' words'].join('')
    longer = text + more.repeat(Math.ceil(min / more.length))
  }
  const targetLength = Math.min(max, countCodePoints(text) < min ? min : max)
  const chars = [...longer].slice(0, targetLength)
  if (chars.at(-1) === ' ') chars[chars.length - 1] = 's'
  return chars.join('')
}
