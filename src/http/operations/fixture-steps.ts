/** Creates the steps of a request whose operation has fixtures: those of a chat request, with another body and response. */
import type { Operation } from '../../contract/operations.js'
import { type ChatStep, sent } from '../chat/chat-call.js'
import { createFixtureReplies } from '../chat/fixture-reply.js'
import { collectPending } from '../chat/pending-reply.js'
import { createResolveStep, createUnmatchedError } from '../chat/resolve-reply.js'
import { createIdentifyStep } from '../chat/run-steps.js'
import { chooseFallbackPacing } from '../chat/schedule.js'
import { createFaultStep } from '../chat/send-faulty.js'
import type { AppContext, Handler } from '../context.js'
import { setTriedFixtures } from '../exchange.js'
import { createIdentityFactory } from '../identity.js'
import { createResponseCheck } from './check-response.js'
import { createRequestStep } from './operation-body.js'
import { createOperationSendStep, createOperationSound } from './operation-response.js'

/** @param respond responds where no fixture does */
export function createFixtureSteps(context: AppContext, operation: Operation, respond: Handler): readonly ChatStep[] {
  const fallbackPacing = chooseFallbackPacing(context, operation)
  const identities = createIdentityFactory(context.options.seed, context.store)
  const respondAlone: ChatStep = async ({ request, reply }) => {
    await respond(request, reply)
    return sent
  }
  return [
    createRequestStep(context, operation, respondAlone),
    createResolveStep(context, {
      operation,
      isRecording: false,
      resolveFromFixture: createFixtureReplies(
        context,
        identities,
        collectPending,
        fallbackPacing,
        createResponseCheck(context, operation)
      ),
      resolveUnmatched(call, tried, subject) {
        setTriedFixtures(call.exchange, tried)
        if (context.options.unmatched === 'refuse') throw createUnmatchedError(tried, subject)
        return respondAlone(call)
      }
    }),
    createIdentifyStep(context, identities, fallbackPacing),
    createFaultStep(context, createOperationSound(operation)),
    createOperationSendStep(context, operation)
  ]
}
