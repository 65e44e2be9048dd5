/** Chooses the pace of a response, and when each of its tokens is due. */
import type { Operation } from '../../contract/operations.js'
import type { TimingInput } from '../../core/pacing-input.js'
import { createSchedule, immediateSchedule, type Pacing, resolvePacing, type Schedule } from '../../stream/pacing.js'
import type { Scheduler } from '../../stream/scheduler.js'
import type { AppContext } from '../context.js'
import type { UsageSummary } from '../response/completion-body.js'
import type { ChatCall } from './chat-call.js'

/** The pace of a timing, or else the server's own, or else the delay that the document requests. */
export type PacingResolver = (timing: TimingInput | undefined) => Pacing

export function createPacingResolver({ options, defaultPacing }: AppContext, { microcks }: Operation): PacingResolver {
  const fallback = options.timing ? defaultPacing : resolvePacing({ firstTokenMs: microcks.delayMs ?? 0 })
  return timing => (timing ? resolvePacing(timing) : fallback)
}

export function scheduleResponse(
  { identity, pacing }: ChatCall,
  { prompt, reasoning }: UsageSummary,
  scheduler: Scheduler
): Schedule {
  if (pacing.isUnpaced) return immediateSchedule
  return createSchedule(pacing, identity.random.fork('timing'), {
    promptTokens: prompt,
    reasoningTokens: reasoning,
    openStreams: scheduler.openStreams
  })
}
