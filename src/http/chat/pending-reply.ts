/** Decides how a reply of pieces goes out: live, piece by piece, or as a reply that is complete. */
import { canBuildIncrementally } from '../../completion/incremental-builder.js'
import { collectReply } from '../../fixtures/function-reply.js'
import type { AppContext } from '../context.js'
import type { IdentityFactory } from '../identity.js'
import { type ChatCall, type ChatStep, next, sent } from './chat-call.js'
import { createLiveSender } from './live-stream.js'
import type { PendingReply } from './resolved-reply.js'
import type { PacingResolver } from './schedule.js'
import { mayHaveFault } from './select-fault.js'

export function createPendingStep(
  context: AppContext,
  identities: IdentityFactory,
  resolvePacing: PacingResolver
): ChatStep {
  const sendLive = createLiveSender(context, identities)

  return call => {
    const { pending } = call
    if (!pending) return next
    if (isLive(call, pending)) return sendLive(call, pending.pieces).then(() => sent)
    return collectReply(pending.pieces).then(reply => {
      call.resolved = pending.resolve(reply)
      return next
    })
  }

  // A pace or a fault needs a reply that is complete.
  function isLive({ chat, request, timing }: ChatCall, pending: PendingReply): boolean {
    if (!chat.stream || !canBuildIncrementally(chat)) return false
    return (
      resolvePacing(timing ?? pending.timing).isUnpaced && !mayHaveFault(request, pending.fault, context.faultRates)
    )
  }
}
