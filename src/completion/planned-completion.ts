/** Defines a completion whose log probabilities are generated later, because they may need the most memory. */
import type { Completion } from '../core/openai-types.js'
import type { TextPiece } from './encoding-tokenizer.js'
import { type ChoiceLogprobs, collectLogprobs } from './logprobs.js'

/** A completion whose log probabilities have no entries yet. */
export interface PlannedCompletion {
  completion: Completion
  /** The log probabilities of each choice; undefined for a choice without. */
  logprobs: readonly (ChoiceLogprobs | undefined)[]
  /** Cuts a text into the pieces of its tokens, each text once. */
  cut(text: string): readonly TextPiece[]
}

/** Generates the entries of all log probabilities. */
export function fillLogprobs({ completion, logprobs }: Pick<PlannedCompletion, 'completion' | 'logprobs'>): Completion {
  for (const [index, choice] of completion.choices.entries()) {
    const planned = logprobs[index]
    if (planned) choice.logprobs = collectLogprobs(planned)
  }
  return completion
}
