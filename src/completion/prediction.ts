/** How much of a predicted output came true. */
import type { ChatRequest } from '../core/openai-types.js'

export interface PredictionTokens {
  accepted: number
  rejected: number
}

/**
 * Tokens of the prediction that the answer has in the same order are accepted, the others rejected. The last one of a run is
 * the model's own, as in the one recorded example: 17 tokens that all came true, 16 accepted.
 */
export function countPredictionTokens(
  prediction: ChatRequest['prediction'],
  text: string,
  pieces: (text: string) => readonly string[]
): PredictionTokens {
  const content = prediction?.content
  const predictedPieces = pieces(
    typeof content === 'string' ? content : (content ?? []).map(part => part.text ?? '').join('')
  )
  if (!predictedPieces.length) return { accepted: 0, rejected: 0 }
  const outputPieces = pieces(text)
  let at = 0
  let matched = 0
  for (const token of predictedPieces) {
    // Looking only a little ahead keeps this linear, and a token far away did not come from here.
    const found = outputPieces.indexOf(token, at)
    if (found < 0 || found - at > 64) continue
    matched++
    at = found + 1
  }
  const accepted = Math.max(0, matched - 1)
  return { accepted, rejected: predictedPieces.length - matched }
}
