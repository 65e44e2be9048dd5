/** Resolves the reply to each input of an operation on texts. */
import type { Operation } from '../../contract/operations.js'
import { andThen, type MaybePromise } from '../../core/maybe-promise.js'
import type { CompletionReply } from '../../core/reply.js'
import { textsToChat } from '../../core/to-chat-request.js'
import type { Pacing } from '../../stream/pacing.js'
import { type ChatCall, type ChatStep, next } from '../chat/chat-call.js'
import { createFixtureReplies } from '../chat/fixture-reply.js'
import { collectPending } from '../chat/pending-reply.js'
import { createResolveStep, createUnmatchedError } from '../chat/resolve-reply.js'
import type { AppContext } from '../context.js'
import { openBudget, setTriedFixtures } from '../exchange.js'
import type { IdentityFactory } from '../identity.js'
import type { TextCall, TextOperation } from './text-operation.js'

export function createTextReplies(
  context: AppContext,
  operation: Operation,
  text: TextOperation,
  identities: IdentityFactory,
  fallbackPacing: Pacing
): ChatStep {
  const { fixtures, options } = context
  const resolveOne = createResolveStep(context, {
    operation,
    isRecording: false,
    resolveFromFixture: createFixtureReplies(context, identities, collectPending, fallbackPacing),
    resolveUnmatched(call, tried, subject) {
      const { exchange } = call
      // An operation without fixtures has nothing to explain. The first input that no fixture matches counts.
      if (tried.fixtures.length && !exchange.triedFixtures)
        setTriedFixtures(exchange, { ...tried, input: subject.lastUser })
      if (options.unmatched === 'refuse') throw createUnmatchedError(tried, subject)
      call.resolved = { reply: text.generate(call, identities), timing: undefined, fault: undefined, isCanned: false }
      return next
    }
  })
  return call => {
    const { inputs } = call as TextCall
    openBudget(call.exchange).spendWork(inputs.length * fixtures.of(operation.id).all.length, 'matching its inputs')
    return resolveFrom(call as TextCall, 0, [])
  }

  /** Resolves the inputs one after the other. An API error for one of them is the response. */
  function resolveFrom(call: TextCall, start: number, done: ChatCall['resolved'][]): MaybePromise<boolean> {
    for (let index = start; index < call.inputs.length; index++) {
      const chat = textsToChat(call.original, [call.inputs[index]!.text], call.model.id)
      const one: ChatCall = { ...call, chat }
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
