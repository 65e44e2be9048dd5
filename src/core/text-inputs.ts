/** Reads the inputs of operations on texts: a text, a list of texts, a list of token ids, or a list of such lists. */

/** Counts and decodes the tokens of a model. */
export interface InputTokens {
  count(text: string): number
  /** The text of tokens. Returns the index of the first number that is no token, if there is one. */
  decode(tokens: readonly number[]): string | number
}

export type RawInput = string | readonly number[]

export interface CountedText {
  text: string
  tokens: number
}

const isTokenList = (value: unknown): value is number[] =>
  Array.isArray(value) && value.length > 0 && value.every(each => typeof each === 'number')

/** Lists the inputs. What is neither a text nor a list of numbers is left out. */
export function listInputs(value: unknown): RawInput[] {
  if (typeof value === 'string') return [value]
  if (isTokenList(value)) return [value]
  return Array.isArray(value) ? value.filter(each => typeof each === 'string' || isTokenList(each)) : []
}

/** Reads the text of each input, and counts its tokens. Without tokens, a text counts as one. */
export function readInputs(value: unknown, tokens: InputTokens): CountedText[] {
  return listInputs(value).map(input => {
    if (typeof input === 'string') return { text: input, tokens: Math.max(1, tokens.count(input)) }
    const text = tokens.decode(input)
    return { text: typeof text === 'string' ? text : '', tokens: input.length }
  })
}

/** Returns the first number that is no token. */
export function findBadToken(value: unknown, tokens: InputTokens): number | undefined {
  for (const input of listInputs(value)) {
    const text = typeof input === 'string' ? input : tokens.decode(input)
    if (typeof text === 'number') return input[text] as number
  }
  return undefined
}
