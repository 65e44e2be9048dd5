/** Runs the steps of a request, and has the step that gives its response an identity. */
import { andThen, type MaybePromise } from '../../core/maybe-promise.js'
import { type Pacing, resolvePacing } from '../../stream/pacing.js'
import type { AppContext, Handler } from '../context.js'
import type { IdentityFactory } from '../identity.js'
import { ResponseStream } from '../response/response-stream.js'
import { type ChatCall, type ChatStep, next, sent } from './chat-call.js'
import { mayHaveFault } from './send-faulty.js'

/** Runs steps until a step has sent the response. Waits only for steps that return a promise. */
export function runSteps(steps: readonly ChatStep[], call: ChatCall, start: number): MaybePromise<void> {
  for (let index = start; index < steps.length; index++) {
    const result = steps[index]!(call)
    if (typeof result === 'object')
      return result.then(isSent => (isSent === sent ? undefined : runSteps(steps, call, index + 1)))
    if (result === sent) return
  }
}

export const createCall = (...[request, reply]: Parameters<Handler>) =>
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

/** The step sets the pace, the id and the time of the response. An API error needs them only with a fault. */
export function createIdentifyStep(
  { faultRates }: Pick<AppContext, 'faultRates'>,
  identities: IdentityFactory,
  fallbackPacing: Pacing
): ChatStep {
  return call => {
    const { error, fault } = call.resolved
    if (error && !mayHaveFault(call.request, fault, faultRates)) throw error
    const timing = call.timing ?? call.resolved.timing
    call.pacing = timing ? resolvePacing(timing) : fallbackPacing
    return andThen(identities.createIdentity(call.exchange, call.model), identity => {
      call.identity = identity
      return next
    })
  }
}
