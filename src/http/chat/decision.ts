/** What a chat request is answered with, once that is decided. */

import { Refusal } from '../../core/api-error.js'
import type { Fault } from '../../core/fault.js'
import type { TimingInput } from '../../core/pacing-input.js'
import type { Reply } from '../../core/reply.js'
import type { Pieces } from '../../fixtures/function-reply.js'

/** An answer that comes piece by piece. */
export interface Telling {
  pieces: Pieces
  timing: Decision['timing']
  fault: Decision['fault']
  /** What is decided once all of it is there. */
  settle(reply: Reply): Decision
}

export interface Decision {
  reply: Reply & { kind: 'completion' }
  timing: TimingInput | undefined
  fault: { faults: readonly Fault[]; name: string } | undefined
  /** Whether the reply is the same object whenever this fixture answers, or this question is asked. */
  canned: boolean
}

/** What is thrown where a reply refuses. */
export const refusalOf = ({ name, facts, headers, wording, verbatim }: Reply & { kind: 'refusal' }): Refusal =>
  new Refusal(name, facts, headers, undefined, wording, verbatim?.json)
