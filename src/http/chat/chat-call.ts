/** One chat request on its way through the steps of the handler. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Identity } from '../../completion/build.js'
import type { ApiError } from '../../core/api-error.js'
import type { Fault } from '../../core/fault.js'
import type { MaybePromise } from '../../core/maybe-promise.js'
import type { Model } from '../../core/model.js'
import type { ChatRequest } from '../../core/openai-types.js'
import type { TimingInput } from '../../core/pacing-input.js'
import type { Exchange } from '../../state/exchange.js'
import type { Pacing } from '../../stream/pacing.js'
import type { Preference } from '../prefer.js'
import { ResponseStream } from '../response/response-stream.js'
import type { PendingReply, ResolvedReply } from './resolved-reply.js'

/** A step returns `sent` when the request has its response, and else `next`. What it throws becomes an API error. */
export type ChatStep = (call: ChatCall) => MaybePromise<boolean>

export const sent = true
export const next = false

/** What the steps know of a request. Each member is there once the step that its comment names is done. */
export class ChatCall {
  readonly exchange: Exchange
  readonly response: ResponseStream
  /** parseBody: the body as the client sent it. */
  original!: ChatRequest
  /** parseBody: the API error that the service has for the body. */
  bodyError: ApiError | undefined
  /** sendPreferredError: the response that `Prefer` requests. */
  preference!: Preference
  /** sendPreferredExample: the pace that a header requests. */
  timing: TimingInput | undefined
  /** validateBody: the body, or what is left of it after a repair. */
  chat!: ChatRequest
  /** validateBody */
  model!: Model
  /** resolveReply: the reply, or a function's pieces that follow one after another. */
  resolved!: ResolvedReply
  pending: PendingReply | undefined
  /** choosePacing */
  pacing!: Pacing
  /** createIdentity */
  identity!: Identity
  /** selectFault */
  fault: Fault | undefined

  constructor(
    readonly request: FastifyRequest,
    readonly reply: FastifyReply
  ) {
    this.exchange = request.exchange
    this.response = new ResponseStream(request, reply)
  }
}

/** Runs steps until one has sent the response. Waits only for steps that return a promise. */
export function runSteps(steps: readonly ChatStep[], call: ChatCall, start = 0): MaybePromise<void> {
  for (let index = start; index < steps.length; index++) {
    const result = steps[index]!(call)
    if (typeof result === 'object')
      return result.then(isSent => (isSent === sent ? undefined : runSteps(steps, call, index + 1)))
    if (result === sent) return
  }
}
