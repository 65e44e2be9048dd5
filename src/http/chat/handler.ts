/** Responds to chat requests: runs the steps that ARCHITECTURE.md describes, in order. */
import type { Operation } from '../../contract/operations.js'
import type { AppContext, Handler } from '../context.js'
import { createIdentityFactory } from '../identity.js'
import { createForwardStep } from '../recording/passthrough.js'
import type { ChatStep } from './chat-call.js'
import { createChatReplies } from './chat-replies.js'
import { createLimitStep } from './check-limits.js'
import { createPreferenceSteps } from './preferences.js'
import { createCall, createIdentifyStep, runSteps } from './run-steps.js'
import { chooseFallbackPacing } from './schedule.js'
import { createFaultStep } from './send-faulty.js'
import { createSendStep } from './send-reply.js'
import { createBodySteps } from './validate-body.js'

export function createChatHandler(context: AppContext, operation: Operation): Handler {
  const fallbackPacing = chooseFallbackPacing(context, operation)
  const identities = createIdentityFactory(context.options.seed, context.store)
  const { parseBody, validateBody } = createBodySteps(context, operation)
  const { sendPreferredError, sendPreferredExample } = createPreferenceSteps(context, operation)
  const checkLimits = createLimitStep(context)
  const resolveReply = createChatReplies(context, operation, identities, fallbackPacing)
  const forwardUnmatched = context.recording ? [createForwardStep(context.recording, context)] : []
  const sendFaulty = createFaultStep(context)
  const sendReply = createSendStep(context)

  const steps: readonly ChatStep[] = [
    parseBody,
    sendPreferredError,
    validateBody,
    checkLimits,
    sendPreferredExample,
    resolveReply,
    ...forwardUnmatched,
    createIdentifyStep(context, identities, fallbackPacing),
    sendFaulty,
    sendReply
  ]
  return (request, reply) => runSteps(steps, createCall(request, reply), 0)
}
