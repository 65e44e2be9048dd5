/** Explains for the log of a terminal why no fixture matched. */
import { type ExplainUnmatched, readMatchedRequest } from './exchange-record.js'
import type { ExplainNearest } from './request-line.js'

/** How many explanations a second may have. Nobody reads more of them, and each looks at all fixtures. */
const maxPerSecond = 20

/** @param now a clock in milliseconds */
export function createNearestExplainer(
  explainUnmatched: ExplainUnmatched,
  now: () => number = () => performance.now()
): ExplainNearest {
  let second = 0
  let count = 0
  return exchange => {
    const { triedFixtures } = exchange
    const current = Math.floor(now() / 1000)
    if (current !== second) count = 0
    second = current
    if (!triedFixtures || count++ >= maxPerSecond) return undefined
    return explainUnmatched(triedFixtures, readMatchedRequest(exchange))[0]
  }
}
