/** The reply of a chat request, once Standin has chosen it, and a cache of generated replies. */
import { createCache } from '../../core/cache.js'
import type { Fault } from '../../core/fault.js'
import type { TimingInput } from '../../core/pacing-input.js'
import type { CompletionReply } from '../../core/reply.js'

export interface ResolvedReply {
  reply: CompletionReply
  timing: TimingInput | undefined
  fault: { faults: readonly Fault[]; name: string } | undefined
  /** Whether the reply is the same object whenever this fixture matches, or this body comes again. */
  isCanned: boolean
}

/** Finds the generated reply of a body, or generates it. Load tests repeat their bodies. */
export type GeneratedReplyCache = (body: string, generate: () => ResolvedReply['reply']) => ResolvedReply

const maxGeneratedBodyChars = 16_384
// An estimate of the memory of a reply, beside its body.
const estimatedReplyChars = 2000

export function createGeneratedReplyCache(maxChars = 4_000_000): GeneratedReplyCache {
  const cache = createCache<ResolvedReply>(maxChars)
  return (body, generate) => {
    if (body.length > maxGeneratedBodyChars)
      return { reply: generate(), timing: undefined, fault: undefined, isCanned: false }
    const cached = cache.get(body)
    if (cached) {
      // A prepared response pays from the second time on.
      cached.isCanned = true
      return cached
    }
    const resolved: ResolvedReply = { reply: generate(), timing: undefined, fault: undefined, isCanned: false }
    const { choices } = resolved.reply
    cache.set(body, resolved, body.length + estimatedReplyChars * choices.length)
    return resolved
  }
}
