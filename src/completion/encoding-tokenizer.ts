/** Defines a tokenizer of one encoding. */

import type { Budget } from '../core/budget.js'

/** A part of a text that ends where a token ends. */
export interface TextPiece {
  text: string
  /** The number of tokens in the piece: more than 1 where a character spans tokens. */
  tokens: number
}

/** Counts and cuts text by the tokens of one encoding. Its functions work without their object. */
export interface EncodingTokenizer {
  /** Counts the tokens of a text. */
  count(text: string): number
  /**
   * Cuts a text where its tokens end, but never inside a character.
   *
   * @param budget spends the work for each slice of the text
   */
  pieces(text: string, budget?: Budget): readonly TextPiece[]
  /** The text of tokens. Returns the index of the first number that is no token, if there is one. */
  decode(tokens: readonly number[]): string | number
}
