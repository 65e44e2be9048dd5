/** Resolves the reply of a matching fixture: canned, rendered from a template, or returned by a function. */
import { ApiError } from '../../core/api-error.js'
import type { MaybePromise } from '../../core/maybe-promise.js'
import { applyReplaySpeed } from '../../core/pacing-input.js'
import { type CompletionReply, createReplyError, type Reply } from '../../core/reply.js'
import type { Fixture } from '../../fixtures/fixture.js'
import { type CompiledReplyFunction, isReplyStream } from '../../fixtures/function-reply.js'
import type { SelectedFixture } from '../../fixtures/select.js'
import type { AppContext } from '../context.js'
import { setFixture } from '../exchange.js'
import type { IdentityFactory } from '../identity.js'
import { type ChatCall, next } from './chat-call.js'
import { createReplyCheck } from './check-reply.js'
import { fillToolCalls, setReplyLength } from './fill-reply.js'
import type { PendingSender } from './pending-reply.js'
import { renderReply } from './render-reply.js'
import type { ResolvedReply } from './resolved-reply.js'

/** Sets the resolved reply of a call, or sends a function's reply live. Only a function makes the result a promise. */
export function createFixtureReplies(
  context: AppContext,
  identities: IdentityFactory,
  sendPending: PendingSender,
  fallbackPacing: { outputTokens?: number | undefined }
) {
  const { options, keyMask } = context
  const { checkReply } = createReplyCheck(context)
  return (call: ChatCall, selected: SelectedFixture): MaybePromise<boolean> => {
    const { fixture, turn } = selected
    setFixture(call.exchange, fixture.name)
    const { replies, after } = fixture
    if (turn >= replies.length && after === 'refuse')
      throw new ApiError('sequence_ended', { what: `${fixture.name} (${fixture.location})`, count: replies.length })
    const compiled = replies[after === 'cycle' ? turn % replies.length : Math.min(turn, replies.length - 1)]!
    if (compiled.replyFunction) return runReplyFunction(call, compiled.replyFunction, selected)
    const reply = compiled.canned ?? renderReply(compiled.render, call, selected, identities, keyMask)
    call.resolved = resolve(call, reply, fixture, compiled.canned)
    return next
  }

  async function runReplyFunction(
    call: ChatCall,
    replyFunction: CompiledReplyFunction,
    { fixture, groups, turn }: SelectedFixture
  ): Promise<boolean> {
    const { chat, exchange, request, response } = call
    const result = await replyFunction(chat, {
      match: { ...groups },
      turn: turn + 1,
      session: exchange.session,
      headers: { ...request.raw.headers } as Record<string, string>,
      signal: createClientSignal(response, exchange)
    })
    if (!isReplyStream(result)) {
      call.resolved = resolve(call, result, fixture)
      return next
    }
    return sendPending(call, {
      pieces: result,
      timing: fixture.timing,
      fault: readFault(fixture),
      resolve: reply => resolve(call, reply, fixture),
      check: reply => void checkReply(call, reply, fixture)
    })
  }

  function resolve(call: ChatCall, reply: Reply, fixture: Fixture, canned?: Reply): ResolvedReply {
    const fault = readFault(fixture)
    if (reply.kind === 'error')
      return { reply: emptyReply, error: createReplyError(reply), timing: undefined, fault, isCanned: false }
    const timing = reply.timing ?? fixture.timing
    const { outputTokens } = call.timing ?? timing ?? fallbackPacing
    const filled = setReplyLength(fillToolCalls(reply, call, identities), outputTokens, call, identities)
    return {
      reply: filled,
      timing: timing && applyReplaySpeed(timing, options.replaySpeed),
      fault,
      isCanned: filled === canned,
      checkUsage: checkReply(call, filled, fixture)
    }
  }
}

const emptyReply: CompletionReply = { kind: 'completion', choices: [] }

/** The signal aborts when the client leaves before its response is complete. */
function createClientSignal(response: ChatCall['response'], exchange: ChatCall['exchange']): AbortSignal {
  const controller = new AbortController()
  response.onClose(() => {
    if (exchange.aborted) controller.abort(new Error('the client left'))
  })
  return controller.signal
}

const readFault = ({ fault, name }: Fixture): ResolvedReply['fault'] => fault && { faults: fault, name }
