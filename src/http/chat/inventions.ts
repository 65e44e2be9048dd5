/** Remembers what was made up: a load test asks the same again and again, and is answered then as a canned reply is. */
import { createCache } from '../../core/cache.js'
import type { Decision } from './decision.js'

/** The decision about a body, made at the first time it is asked. */
export type Inventions = (body: string, make: () => Decision['reply']) => Decision

const longestBody = 16_384
// What a reply weighs beside the body that asked for it, at a guess.
const replyChars = 2000

export function createInventions(mostChars = 4_000_000): Inventions {
  const known = createCache<Decision>(mostChars)
  return (body, make) => {
    if (body.length > longestBody) return { reply: make(), timing: undefined, fault: undefined, canned: false }
    const before = known.of(body)
    if (before) {
      // Laying an answer out ahead pays from the second time on.
      before.canned = true
      return before
    }
    const decision: Decision = { reply: make(), timing: undefined, fault: undefined, canned: false }
    const { sayings } = decision.reply
    known.keep(body, decision, body.length + replyChars * sayings.length)
    return decision
  }
}
