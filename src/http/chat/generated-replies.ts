/** Remembers what was made up: a load test asks the same again and again, and is answered then as a canned reply is. */
import { createCache } from '../../core/cache.js'
import type { ResolvedReply } from './resolved-reply.js'

/** The decision about a body, made at the first time it is asked. */
export type GeneratedReplyCache = (body: string, generate: () => ResolvedReply['reply']) => ResolvedReply

const maxGeneratedBodyChars = 16_384
// What a reply weighs beside the body that asked for it, at a guess.
const estimatedReplyChars = 2000

export function createGeneratedReplyCache(maxChars = 4_000_000): GeneratedReplyCache {
  const cache = createCache<ResolvedReply>(maxChars)
  return (body, generate) => {
    if (body.length > maxGeneratedBodyChars)
      return { reply: generate(), timing: undefined, fault: undefined, isCanned: false }
    const cached = cache.get(body)
    if (cached) {
      // Laying an answer out ahead pays from the second time on.
      cached.isCanned = true
      return cached
    }
    const resolved: ResolvedReply = { reply: generate(), timing: undefined, fault: undefined, isCanned: false }
    const { choices } = resolved.reply
    cache.set(body, resolved, body.length + estimatedReplyChars * choices.length)
    return resolved
  }
}
