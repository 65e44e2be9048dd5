/** Defines the resolved reply of a chat request, and caches generated replies. */
import type { ApiError } from '../../core/api-error.js'
import { createCache } from '../../core/cache.js'
import type { Fault } from '../../core/fault.js'
import { fixedLimits } from '../../core/fixed-limits.js'
import { estimateBytes } from '../../core/memory-size.js'
import type { TimingInput } from '../../core/pacing-input.js'
import type { CompletionReply } from '../../core/reply.js'

export interface ResolvedReply {
  reply: CompletionReply
  /** The API error of a fixture. `reply` is then empty. */
  error?: ApiError
  timing: TimingInput | undefined
  fault: { faults: readonly Fault[]; name: string } | undefined
  /** Whether later requests get the same reply object, so that a prepared response can be reused. */
  isCanned: boolean
  /** Checks the length of a fixture's completion that Standin does not cut. */
  checkUsage?: ((completionTokens: number) => void) | undefined
}

/**
 * Finds or generates the reply to a body. Load tests repeat their bodies.
 *
 * @param outputTokens the number of tokens that a header or an option sets
 */
export type GeneratedReplyCache = (
  body: string,
  outputTokens: number | undefined,
  generate: () => ResolvedReply['reply']
) => ResolvedReply

const maxGeneratedBodyChars = 16_384

export function createGeneratedReplyCache(maxBytes: number = fixedLimits.replyCache): GeneratedReplyCache {
  const cache = createCache<ResolvedReply>(maxBytes)
  return (body, outputTokens, generate) => {
    if (body.length > maxGeneratedBodyChars)
      return { reply: generate(), timing: undefined, fault: undefined, isCanned: false }
    const key = outputTokens === undefined ? body : `${outputTokens} ${body}`
    const cached = cache.get(key)
    if (cached) {
      // A prepared response is worth its cost only from the second request.
      cached.isCanned = true
      return cached
    }
    const resolved: ResolvedReply = { reply: generate(), timing: undefined, fault: undefined, isCanned: false }
    cache.set(key, resolved, estimateBytes(resolved.reply))
    return resolved
  }
}
