/** Schedules the tokens of a response. */
import type { Operation } from '../../contract/operations.js'
import { createSchedule, immediateSchedule, type Pacing, resolvePacing, type Schedule } from '../../stream/pacing.js'
import type { Scheduler } from '../../stream/scheduler.js'
import type { AppContext } from '../context.js'
import type { UsageSummary } from '../response/completion-body.js'
import type { ChatCall } from './chat-call.js'

/** Returns the pace of responses without a timing: the server's pace, or else the delay of the document. */
export const chooseFallbackPacing = ({ options, defaultPacing }: AppContext, { microcks }: Operation): Pacing =>
  options.timing ? defaultPacing : resolvePacing({ firstTokenMs: microcks.delayMs ?? 0 })

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
