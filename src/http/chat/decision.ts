/** What a chat request is answered with, once that is decided. */

import { ApiError } from '../../core/api-error.js'
import type { Fault } from '../../core/fault.js'
import type { TimingInput } from '../../core/pacing-input.js'
import type { Reply } from '../../core/reply.js'
import type { ReplyStream } from '../../fixtures/function-reply.js'

/** An answer that comes piece by piece. */
export interface PendingReply {
  pieces: ReplyStream
  timing: ResolvedReply['timing']
  fault: ResolvedReply['fault']
  /** What is decided once all of it is there. */
  resolve(reply: Reply): ResolvedReply
}

export interface ResolvedReply {
  reply: Reply & { kind: 'completion' }
  timing: TimingInput | undefined
  fault: { faults: readonly Fault[]; name: string } | undefined
  /** Whether the reply is the same object whenever this fixture answers, or this question is asked. */
  isCanned: boolean
}

/** What is thrown where a reply refuses. */
export const createReplyError = ({
  errorName,
  params,
  headers,
  template,
  verbatim
}: Reply & { kind: 'error' }): ApiError => new ApiError(errorName, params, headers, undefined, template, verbatim?.json)
