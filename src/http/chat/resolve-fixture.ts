/** Completes and checks the reply that a fixture has for a request. */
import { applyReplaySpeed } from '../../core/pacing-input.js'
import { type CompletionReply, createReplyError, type Reply } from '../../core/reply.js'
import type { Fixture } from '../../fixtures/fixture.js'
import type { AppContext } from '../context.js'
import type { IdentityFactory } from '../identity.js'
import type { ChatCall } from './chat-call.js'
import type { ReplyCheck } from './check-reply.js'
import { fillToolCalls, setReplyLength } from './fill-reply.js'
import type { ResolvedReply } from './resolved-reply.js'

export interface ReplyResolver extends ReplyCheck {
  /** @param canned the reply, if later requests get the same object */
  resolve(call: ChatCall, reply: Reply, fixture: Fixture, canned?: Reply): ResolvedReply
}

export function createReplyResolver(
  context: AppContext,
  identities: IdentityFactory,
  fallbackPacing: { outputTokens?: number | undefined },
  { checkReply }: ReplyCheck
): ReplyResolver {
  const { replaySpeed } = context.options
  return {
    checkReply,
    resolve(call, reply, fixture, canned) {
      const fault = readFault(fixture)
      if (reply.kind === 'error')
        return { reply: emptyReply, error: createReplyError(reply), timing: undefined, fault, isCanned: false }
      const timing = reply.timing ?? fixture.timing
      const { outputTokens } = call.timing ?? timing ?? fallbackPacing
      const filled = reply.response
        ? reply
        : setReplyLength(fillToolCalls(reply, call, identities), outputTokens, call, identities)
      return {
        reply: filled,
        timing: timing && applyReplaySpeed(timing, replaySpeed),
        fault,
        isCanned: filled === canned,
        checkUsage: checkReply(call, filled, fixture)
      }
    }
  }
}

const emptyReply: CompletionReply = { kind: 'completion', choices: [] }

export const readFault = ({ fault, name }: Fixture): ResolvedReply['fault'] => fault && { faults: fault, name }
