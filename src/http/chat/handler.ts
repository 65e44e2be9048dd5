/** Responds to chat requests: runs the steps that ARCHITECTURE.md describes, in order. */
import type { Operation } from '../../contract/operations.js'
import { andThen, type MaybePromise } from '../../core/maybe-promise.js'
import { resolvePacing } from '../../stream/pacing.js'
import type { AppContext, Handler } from '../context.js'
import { createIdentityFactory } from '../identity.js'
import { createForwardStep } from '../recording/passthrough.js'
import { ResponseStream } from '../response/response-stream.js'
import { type ChatCall, type ChatStep, next, sent } from './chat-call.js'
import { createLimitStep } from './check-limits.js'
import { createPreferenceSteps } from './preferences.js'
import { createResolveStep } from './resolve-reply.js'
import { chooseFallbackPacing } from './schedule.js'
import { createFaultStep, mayHaveFault } from './send-faulty.js'
import { createSendStep } from './send-reply.js'
import { createBodySteps } from './validate-body.js'

export function createChatHandler(context: AppContext, operation: Operation): Handler {
  const fallbackPacing = chooseFallbackPacing(context, operation)
  const identities = createIdentityFactory(context.options.seed, context.store)
  const { parseBody, validateBody } = createBodySteps(context)
  const { sendPreferredError, sendPreferredExample } = createPreferenceSteps(context, operation)
  const checkLimits = createLimitStep(context)
  const resolveReply = createResolveStep(context, identities, fallbackPacing)
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
    identify,
    sendFaulty,
    sendReply
  ]
  return (request, reply) => runSteps(steps, createCall(request, reply), 0)

  /** Sets the pace, the id and the time of the response. An API error needs them only with a fault. */
  function identify(call: ChatCall): MaybePromise<boolean> {
    const { error, fault } = call.resolved
    if (error && !mayHaveFault(call.request, fault, context.faultRates)) throw error
    const timing = call.timing ?? call.resolved.timing
    call.pacing = timing ? resolvePacing(timing) : fallbackPacing
    return andThen(identities.createIdentity(call.exchange, call.model), identity => {
      call.identity = identity
      return next
    })
  }
}

/** Runs steps until a step has sent the response. Waits only for steps that return a promise. */
function runSteps(steps: readonly ChatStep[], call: ChatCall, start: number): MaybePromise<void> {
  for (let index = start; index < steps.length; index++) {
    const result = steps[index]!(call)
    if (typeof result === 'object')
      return result.then(isSent => (isSent === sent ? undefined : runSteps(steps, call, index + 1)))
    if (result === sent) return
  }
}

const createCall = (...[request, reply]: Parameters<Handler>) =>
  ({
    request,
    reply,
    exchange: request.exchange,
    response: new ResponseStream(request, reply),
    original: undefined,
    bodyError: undefined,
    preference: undefined,
    chat: undefined,
    model: undefined,
    timing: undefined,
    faults: undefined,
    resolved: undefined,
    pacing: undefined,
    identity: undefined
  }) as unknown as ChatCall
