/** Defines the state of a chat request and the steps that handle it. */
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
import type { ResponseStream } from '../response/response-stream.js'
import type { ResolvedReply } from './resolved-reply.js'

/** The state of a chat request. A comment names the step that sets a member. */
export interface ChatCall {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly exchange: Exchange
  readonly response: ResponseStream
  /** parseBody: the body as the client sent it. */
  original: unknown
  /** parseBody: the service's API error for the body. */
  bodyError: ApiError | undefined
  /** sendPreferredError: the response that `Prefer` requests. */
  preference: Preference
  /** parseBody, validateBody: the original or repaired body, in the shape of a chat request. */
  chat: ChatRequest
  /** validateBody */
  model: Model
  /** sendPreferredExample: the pace that a header requests. */
  timing: TimingInput | undefined
  /** sendPreferredExample: the faults that a header requests. */
  faults: readonly Fault[] | undefined
  /** resolveReply: undefined when the upstream responds. */
  resolved: ResolvedReply
  /** identify */
  pacing: Pacing
  /** identify */
  identity: Identity
}

/** A step returns `sent` when the request has its response, else `next`. It throws API errors. */
export type ChatStep = (call: ChatCall) => MaybePromise<boolean>

export const sent = true
export const next = false
