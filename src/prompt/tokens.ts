/** Splits a prompt into its words, each with its place, its stem and the clause that it stands in. */

/** A word of a prompt. */
export interface PromptToken {
  text: string
  lower: string
  stem: string
  start: number
  end: number
  /** Words of one clause have the same number: no comma, colon or end of a sentence is between them. */
  clause: number
  sentence: number
}

/** Splits a text into its words. */
export function tokenize(text: string): PromptToken[] {
  const tokens: PromptToken[] = []
  let clause = 0
  let sentence = 0
  let previousEnd = 0
  for (const { 0: word, index } of text.matchAll(wordPattern)) {
    if (tokens.length === maxTokens) break
    const gap = text.slice(previousEnd, index)
    const last = tokens.at(-1)
    const isAbbreviation = gap === '. ' && last && (honorifics.has(last.lower) || isInitials(last.text))
    if (/[.!?](?:["'”’)\]]*\s|$)|\n|:\s/.test(gap) && !isAbbreviation) {
      sentence++
      clause++
    } else if (/[,;:()[\]{}=]/.test(gap)) clause++
    const lower = word.toLowerCase()
    tokens.push({ text: word, lower, stem: stemNoun(lower), start: index, end: index + word.length, clause, sentence })
    previousEnd = index + word.length
  }
  return tokens
}

// A sentence may begin without a space before it: `married.Otto`.
const wordPattern = /[\p{L}\p{N}_]+(?:(?:['’-]|\.(?!(?<=\p{Ll}\.)\p{Lu}\p{Ll}{2}))[\p{L}\p{N}_]+)*/gu
const maxTokens = 4000

/** Whether a word is one or several initials: `J` or `J.R.R`. */
export const isInitials = (word: string) => /^\p{Lu}(?:\.\p{Lu})*$/u.test(word) && word !== 'I'

/** Titles before a name, which are no part of it. */
export const honorifics: ReadonlySet<string> = new Set('dr mr mrs ms prof miss sir st'.split(' '))

/** Removes the ending of a plural from a word in lower case. */
export function stemNoun(word: string): string {
  if (word.endsWith("'s") || word.endsWith('’s')) return word.slice(0, -2)
  if (word.length > 4 && word.endsWith('ies')) return `${word.slice(0, -3)}y`
  if (word.length > 4 && /(?:s|x|ch|sh)es$/.test(word)) return word.slice(0, -2)
  return word.length > 3 && word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word
}
