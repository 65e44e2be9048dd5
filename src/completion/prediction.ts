/** Counts how many tokens of a predicted output are in the real output. */
import type { Budget } from '../core/budget.js'
import { messageText } from '../core/message-text.js'
import type { ChatRequest } from '../core/openai-types.js'
import type { EncodingTokenizer, TextPiece } from './encoding-tokenizer.js'

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
  { count, pieces }: EncodingTokenizer,
  budget: Budget
): PredictionTokens {
  const predicted = messageText(prediction)
  if (!predicted) return { accepted: 0, rejected: 0 }
  const predictedPieces = pieces(predicted.slice(0, maxComparedChars), budget)
  const outputPieces = pieces(text.slice(0, maxComparedChars), budget)
  let at = 0
  let matched = 0
  for (const token of predictedPieces) {
    const index = findPiece(outputPieces, token.text, at)
    if (index === undefined) continue
    matched++
    at = index + 1
  }
  const total =
    predicted.length > maxComparedChars ? Math.max(predictedPieces.length, count(predicted)) : predictedPieces.length
  return { accepted: Math.max(0, matched - 1), rejected: total - matched }
}

// The tokens of a prediction behind this length count as rejected.
const maxComparedChars = 65_536
// A token far ahead is no match for this one.
const maxDistance = 64

function findPiece(pieces: readonly TextPiece[], text: string, from: number): number | undefined {
  for (let at = from; at < pieces.length && at <= from + maxDistance; at++) if (pieces[at]!.text === text) return at
  return undefined
}
