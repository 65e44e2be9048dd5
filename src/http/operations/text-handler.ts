/** Responds to operations on texts, by the steps of a chat request. */
import type { Operation } from '../../contract/operations.js'
import type { ChatStep } from '../chat/chat-call.js'
import { createLimitStep } from '../chat/check-limits.js'
import { createPreferenceSteps } from '../chat/preferences.js'
import { createCall, createIdentifyStep, runSteps } from '../chat/run-steps.js'
import { chooseFallbackPacing } from '../chat/schedule.js'
import { createFaultStep } from '../chat/send-faulty.js'
import type { AppContext, Handler } from '../context.js'
import { createIdentityFactory } from '../identity.js'
import { createTextBodySteps } from './text-body.js'
import type { TextOperation } from './text-operation.js'
import { createTextReplies } from './text-replies.js'
import { createTextSendStep, createTextSound } from './text-response.js'

export function createTextHandler(context: AppContext, operation: Operation, text: TextOperation): Handler {
  const fallbackPacing = chooseFallbackPacing(context, operation)
  const identities = createIdentityFactory(context.options.seed, context.store)
  const { parseTexts, validateTexts } = createTextBodySteps(context, operation, text)
  const { sendPreferredError, sendPreferredExample } = createPreferenceSteps(context, operation)
  const steps: readonly ChatStep[] = [
    parseTexts,
    sendPreferredError,
    validateTexts,
    ...(text.hasLimits ? [createLimitStep(context)] : []),
    throwBodyError,
    sendPreferredExample,
    createTextReplies(context, operation, text, identities, fallbackPacing),
    createIdentifyStep(context, identities, fallbackPacing),
    createFaultStep(context, createTextSound(text)),
    createTextSendStep(context, text)
  ]
  return (request, reply) => runSteps(steps, createCall(request, reply), 0)
}

/** Without limits, no step before has sent the error of the body. */
const throwBodyError: ChatStep = ({ bodyError }) => {
  if (bodyError) throw bodyError
  return false
}
