/** How the rest of this room sees a tokenizer: text as tokens of one encoding. */

export interface TextPiece {
  text: string
  /** How many tokens it stands for: more than one where a character spans tokens. */
  tokens: number
}

export interface EncodingTokenizer {
  count(text: string): number
  /** The text cut where tokens end, never inside a character. */
  pieces(text: string): readonly TextPiece[]
}
