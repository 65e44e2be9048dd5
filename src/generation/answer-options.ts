/** Finds the answers that a message offers, such as "yes or no" or "one of: a, b, c", and picks one. */
import type { Random } from '../core/random.js'
import { optionPatterns } from './option-patterns.js'

/** The answers that a message offers, and the text around them. */
export interface AnswerOptions {
  options: string[]
  /** The text without the list of answers. */
  rest: string
}

/** Finds the answers that a message offers. */
export function findAnswerOptions(text: string): AnswerOptions | undefined {
  const ends = text.length > 4000 ? `${text.slice(0, 2000)}\n${text.slice(-2000)}` : text
  if (!/\b(?:or|one of|between|among|options|categories|labels|classes|choices|following|from)\b|[/|]/i.test(ends))
    return undefined
  for (const [index, pattern] of optionPatterns.entries()) {
    const match = pattern.exec(ends)
    if (!match) continue
    // "Is it true or false that …" offers answers only where the message asks for one of them.
    if (index === 1 && !asksForPair(ends, match)) continue
    const options = splitOptions(match[1]!)
    if (options.length > 1) return { options, rest: ends.replace(match[1]!, ' ') }
  }
  return undefined
}

const asksForPair = (text: string, { index, 0: pair }: RegExpExecArray): boolean =>
  /\b(?:answer|reply|respond|return|output|say|state|write|print|only|just|with|is it|tell me)\b[^.?!\n]{0,60}$/i.test(
    text.slice(Math.max(0, index - 80), index)
  ) ||
  /^[\s)\]]*[.?!:]?\s*$/.test(text.slice(index + pair.length)) ||
  /^[^.?!\n]{0,20}\b(?:only|answer)\b/i.test(text.slice(index + pair.length, index + pair.length + 40))

function splitOptions(list: string): string[] {
  const isBulleted = list.startsWith('\n')
  const parts = isBulleted
    ? list
        .split('\n')
        .map(line => line.replace(/^ *(?:[-*•]|\d+[.)]|(?=\(?[A-Z][.)])) */, '').replace(/(?:: | - | – ).*$/, ''))
    : list.split(/\s*(?:,\s*(?:or|and)\s|[,/|;]|\s(?:or|and)\s)\s*/i)
  const clean = parts
    .map(part =>
      part
        .trim()
        .replace(/^["'`]|["'`.]+$/g, '')
        .replace(/^(?:either|or|and) /i, '')
    )
    .filter(Boolean)
  return [...new Set(clean)]
}

/** Words that speak for an answer of the left column. */
const leanings: readonly { option: RegExp; words: RegExp }[] = [
  {
    option: /^positive|^good|^happy|^satisfied/i,
    words:
      /\b(?:love|loved|great|excellent|amazing|wonderful|good|best|fantastic|enjoy|enjoyed|happy|perfect|awesome|delicious|thank|recommend|helpful|like it)\b/gi
  },
  {
    option: /^negative|^bad|^sad|^unhappy|^angry|^complaint/i,
    words:
      /\b(?:hate|hated|terrible|awful|bad|worst|horrible|poor|disappointed|disappointing|broken|angry|sad|waste|rude|never again|not good|useless|late)\b/gi
  },
  { option: /^spam/i, words: /\b(?:free|winner|won|prize|click|lottery|viagra|cash|urgent|offer|claim)\b/gi },
  { option: /^(?:ham|not[ _]spam)/i, words: /\b(?:meeting|lunch|report|regards|tomorrow|attached)\b/gi },
  { option: /^(?:billing|payment|finance)/i, words: /\b(?:invoice|charged?|refund|paid|payment|bill|card|price)\b/gi },
  {
    option: /^(?:technical|tech|support|bug)/i,
    words: /\b(?:crash|crashes|error|bug|install|login|password|broken|slow|app)\b/gi
  },
  { option: /^(?:urgent|high|critical)/i, words: /\b(?:down|asap|immediately|outage|urgent|now|emergency)\b/gi },
  { option: /^(?:yes|true|pass|agree|y)$/i, words: /^/g }
]

/** Picks an answer: one whose word stands in the text, or for which other words speak. */
export function pickOption({ options, rest }: AnswerOptions, random: Random): string {
  const text = rest.slice(0, 8000)
  const lower = ` ${text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ')} `
  const inText = options.filter(option => lower.includes(` ${option.toLowerCase()} `))
  if (inText.length) return inText[0]!
  let best: { option: string; count: number } | undefined
  for (const option of options) {
    const count = leanings
      .filter(row => row.option.test(option))
      .reduce((sum, { words }) => sum + (text.match(words)?.length ?? 0), 0)
    if (count > (best?.count ?? 0)) best = { option, count }
  }
  return best?.option ?? random.pick(options)
}
