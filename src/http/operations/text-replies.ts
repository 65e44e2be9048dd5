/** Resolves the reply to each input of an operation on texts. */
import { ApiError } from '../../core/api-error.js'
import { andThen, type MaybePromise } from '../../core/maybe-promise.js'
import type { CompletionReply } from '../../core/reply.js'
import { collectReply } from '../../fixtures/function-reply.js'
import { describeNearMisses } from '../../fixtures/near-misses.js'
import type { Pacing } from '../../stream/pacing.js'
import { type ChatCall, type ChatStep, next } from '../chat/chat-call.js'
import { createFixtureReplies } from '../chat/fixture-reply.js'
import { createResolveStep } from '../chat/resolve-reply.js'
import type { AppContext } from '../context.js'
import { openBudget } from '../exchange.js'
import type { IdentityFactory } from '../identity.js'
import { toChat } from './text-body.js'
import type { TextCall, TextOperation } from './text-operation.js'

export function createTextReplies(
  context: AppContext,
  identities: IdentityFactory,
  fallbackPacing: Pacing,
  operation: TextOperation
): ChatStep {
  const { fixtures, options } = context
  const resolveOne = createResolveStep(context, {
    operation: operation.id,
    isRecording: false,
    resolveFromFixture: createFixtureReplies(
      context,
      identities,
      async (call, pending) => {
        call.resolved = pending.resolve(await collectReply(pending.pieces))
        return next
      },
      fallbackPacing
    ),
    resolveUnmatched(call, tried) {
      if (options.unmatched === 'refuse') {
        const { chat, exchange, request } = call
        const [nearest] = describeNearMisses(tried, chat, request.raw.headers, exchange.key, operation.id)
        throw new ApiError('unmatched_fixture', { nearest: nearest && `The nearest is ${nearest}.` })
      }
      call.resolved = {
        reply: operation.generate(call, identities),
        timing: undefined,
        fault: undefined,
        isCanned: false
      }
      return next
    }
  })
  return call => {
    const text = call as TextCall
    openBudget(call.exchange).spendWork(
      text.inputs.length * fixtures.of(operation.id).all.length,
      'matching its inputs'
    )
    return resolveFrom(text, 0, [])
  }

  /** Resolves the inputs one after the other. An API error for one of them is the response. */
  function resolveFrom(call: TextCall, start: number, done: ChatCall['resolved'][]): MaybePromise<boolean> {
    for (let index = start; index < call.inputs.length; index++) {
      const one: ChatCall = { ...call, chat: toChat(call.original, call.model.id, [call.inputs[index]!]) }
      const result = andThen(resolveOne(one), () => {
        done.push(one.resolved)
        return one.resolved.error !== undefined
      })
      if (typeof result === 'object')
        return result.then(isError => (isError ? finish(call, done) : resolveFrom(call, index + 1, done)))
      if (result) break
    }
    return finish(call, done)
  }
}

const emptyReply: CompletionReply = { kind: 'completion', choices: [] }

/** The response has the headers, the pace and the fault of the first fixture that sets them. */
function finish(call: TextCall, done: readonly ChatCall['resolved'][]): boolean {
  const last = done.at(-1)
  call.replies = done.map(({ reply }) => reply)
  call.resolved = {
    reply: call.replies.find(({ headers, model, usage }) => headers || model || usage) ?? emptyReply,
    ...(last?.error && { error: last.error }),
    timing: done.find(({ timing }) => timing)?.timing,
    fault: done.find(({ fault }) => fault)?.fault,
    isCanned: false
  }
  return next
}
