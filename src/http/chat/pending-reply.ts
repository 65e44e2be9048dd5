/** Streams the pieces of a function's reply live, or waits for the complete reply. */
import { canBuildIncrementally } from '../../completion/incremental-builder.js'
import type { CompletionReply, Reply } from '../../core/reply.js'
import { collectReply, type ReplyStream } from '../../fixtures/function-reply.js'
import { type Pacing, resolvePacing } from '../../stream/pacing.js'
import type { AppContext } from '../context.js'
import type { IdentityFactory } from '../identity.js'
import { type ChatCall, next, sent } from './chat-call.js'
import { createLiveSender } from './live-stream.js'
import type { ResolvedReply } from './resolved-reply.js'
import { mayHaveFault } from './send-faulty.js'

/** The reply of a function that yields pieces. */
export interface PendingReply {
  pieces: ReplyStream
  timing: ResolvedReply['timing']
  fault: ResolvedReply['fault']
  /** Resolves the complete reply. */
  resolve(reply: Reply): ResolvedReply
  /** Checks the complete reply after it was sent live. */
  check(reply: CompletionReply): void
}

export type PendingSender = (call: ChatCall, pending: PendingReply) => Promise<boolean>

export function createPendingSender(
  context: AppContext,
  identities: IdentityFactory,
  fallbackPacing: Pacing
): PendingSender {
  const sendLive = createLiveSender(context, identities)

  return async (call, pending) => {
    if (isLive(call, pending)) {
      await sendLive(call, pending.pieces, pending.check)
      return sent
    }
    return collectPending(call, pending)
  }

  // A pace, a fault or a check before the response needs the complete reply.
  function isLive({ chat, request, timing }: ChatCall, pending: PendingReply): boolean {
    if (!chat.stream || !canBuildIncrementally(chat) || context.options.strictFixtures) return false
    const chosen = timing ?? pending.timing
    const { isUnpaced } = chosen ? resolvePacing(chosen) : fallbackPacing
    return isUnpaced && !mayHaveFault(request, pending.fault, context.faultRates)
  }
}

/** Waits for the complete reply. */
export const collectPending: PendingSender = async (call, pending) => {
  call.resolved = pending.resolve(await collectReply(pending.pieces))
  return next
}
