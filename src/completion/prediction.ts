/** Counts how many tokens of a predicted output are in the real output. */
import { messageText } from '../core/message-text.js'
import type { ChatRequest } from '../core/openai-types.js'

/** The tokens of a prediction. A matched run has one token that is neither. */
export interface PredictionTokens {
  accepted: number
  rejected: number
}

/**
 * Accepts the tokens that the output has in the same order, less one, and rejects the others. In the one recorded example
 * all 17 tokens matched, and 16 were accepted.
 */
export function countPredictionTokens(
  prediction: ChatRequest['prediction'],
  text: string,
  pieces: (text: string) => readonly string[]
): PredictionTokens {
  const predictedPieces = pieces(messageText(prediction))
  if (!predictedPieces.length) return { accepted: 0, rejected: 0 }
  const outputPieces = pieces(text)
  let at = 0
  let matched = 0
  for (const token of predictedPieces) {
    // A token far ahead is no match for this one.
    const index = outputPieces.indexOf(token, at)
    if (index < 0 || index - at > 64) continue
    matched++
    at = index + 1
  }
  const accepted = Math.max(0, matched - 1)
  return { accepted, rejected: predictedPieces.length - matched }
}
