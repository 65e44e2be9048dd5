/** The reply of a chat request, once Standin has chosen it. */
import type { Fault } from '../../core/fault.js'
import type { TimingInput } from '../../core/pacing-input.js'
import type { CompletionReply, Reply } from '../../core/reply.js'
import type { ReplyStream } from '../../fixtures/function-reply.js'

export interface ResolvedReply {
  reply: CompletionReply
  timing: TimingInput | undefined
  fault: { faults: readonly Fault[]; name: string } | undefined
  /** Whether the reply is the same object whenever this fixture matches, or this body comes again. */
  isCanned: boolean
}

/** The reply of a function whose pieces follow one after another. */
export interface PendingReply {
  pieces: ReplyStream
  timing: ResolvedReply['timing']
  fault: ResolvedReply['fault']
  /** Resolves the reply once all pieces are there. */
  resolve(reply: Reply): ResolvedReply
}
