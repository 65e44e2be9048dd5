/** Resolves the reply of a matching fixture: canned, rendered from a template, or returned by a function. */
import { ApiError } from '../../core/api-error.js'
import type { MaybePromise } from '../../core/maybe-promise.js'
import type { ChatRequest } from '../../core/openai-types.js'
import { type CompiledReplyFunction, isReplyStream } from '../../fixtures/function-reply.js'
import type { SelectedFixture } from '../../fixtures/select.js'
import type { AppContext } from '../context.js'
import { setFixture } from '../exchange.js'
import type { IdentityFactory } from '../identity.js'
import { type ChatCall, next } from './chat-call.js'
import { createReplyCheck, type ReplyCheck } from './check-reply.js'
import type { PendingSender } from './pending-reply.js'
import { renderReply } from './render-reply.js'
import { createReplyResolver, readFault } from './resolve-fixture.js'

/** Sets the resolved reply of a call, or sends a function's reply live. Only a function makes the result a promise. */
export function createFixtureReplies(
  context: AppContext,
  identities: IdentityFactory,
  sendPending: PendingSender,
  fallbackPacing: { outputTokens?: number | undefined },
  check: ReplyCheck = createReplyCheck(context)
) {
  const { resolve, checkReply } = createReplyResolver(context, identities, fallbackPacing, check)
  return (call: ChatCall, selected: SelectedFixture): MaybePromise<boolean> => {
    const { fixture, turn } = selected
    setFixture(call.exchange, fixture.name)
    const { replies, after } = fixture
    if (turn >= replies.length && after === 'refuse')
      throw new ApiError('sequence_ended', { what: `${fixture.name} (${fixture.location})`, count: replies.length })
    const compiled = replies[after === 'cycle' ? turn % replies.length : Math.min(turn, replies.length - 1)]!
    if (compiled.replyFunction) return runReplyFunction(call, compiled.replyFunction, selected)
    const reply = compiled.canned ?? renderReply(compiled.render, call, selected, identities, context.keyMask)
    call.resolved = resolve(call, reply, fixture, compiled.canned)
    return next
  }

  async function runReplyFunction(
    call: ChatCall,
    replyFunction: CompiledReplyFunction,
    { fixture, groups, subject, turn }: SelectedFixture
  ): Promise<boolean> {
    const { exchange, request, response } = call
    const result = await replyFunction(subject.body as ChatRequest, {
      match: { ...groups },
      turn: turn + 1,
      session: exchange.session,
      headers: { ...request.raw.headers } as Record<string, string>,
      path: { ...subject.path },
      query: { ...subject.query },
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
}

/** The signal aborts when the client leaves before its response is complete. */
function createClientSignal(response: ChatCall['response'], exchange: ChatCall['exchange']): AbortSignal {
  const controller = new AbortController()
  response.onClose(() => {
    if (exchange.aborted) controller.abort(new Error('the client left'))
  })
  return controller.signal
}
