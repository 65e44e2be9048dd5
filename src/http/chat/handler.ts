/** Answers chat requests: the steps of the walk in ARCHITECTURE.md, in order. */
import type { Operation } from '../../contract/operations.js'
import type { AppContext, Handler } from '../context.js'
import { createIdentityFactory, type IdentityFactory } from '../identity.js'
import { createForwardStep } from '../recording/passthrough.js'
import { ChatCall, type ChatStep, next, runSteps } from './chat-call.js'
import { createLimitStep } from './check-limits.js'
import { createPendingStep } from './pending-reply.js'
import { createPreferenceSteps } from './preferences.js'
import { createResolveStep } from './resolve-reply.js'
import { createPacingResolver } from './schedule.js'
import { createFaultStep } from './send-faulty.js'
import { createSendStep } from './send-reply.js'
import { createBodySteps } from './validate-body.js'

export function createChatHandler(context: AppContext, operation: Operation): Handler {
  const identities = createIdentityFactory(context.options.seed, context.store)
  const resolvePacing = createPacingResolver(context, operation)
  const { parseBody, validateBody } = createBodySteps(context)
  const { sendPreferredError, sendPreferredExample } = createPreferenceSteps(context, operation)

  const steps: readonly ChatStep[] = [
    parseBody,
    sendPreferredError,
    validateBody,
    createLimitStep(context),
    sendPreferredExample,
    createResolveStep(context, identities),
    ...(context.recording ? [createForwardStep(context.recording, context)] : []),
    createPendingStep(context, identities, resolvePacing),
    call => {
      call.pacing = resolvePacing(call.timing ?? call.resolved.timing)
      return identify(call, identities)
    },
    createFaultStep(context),
    createSendStep(context)
  ]
  return (request, reply) => runSteps(steps, new ChatCall(request, reply))
}

function identify(call: ChatCall, identities: IdentityFactory) {
  const identity = identities.createIdentity(call.exchange, call.model)
  if ('then' in identity)
    return identity.then(seeded => {
      call.identity = seeded
      return next
    })
  call.identity = identity
  return next
}
