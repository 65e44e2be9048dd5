/** Decides when a response is due, and whether it may have a fault. */
import type { FastifyRequest } from 'fastify'
import type { Operation } from '../../contract/operations.js'
import type { FaultRates } from '../../core/fault-rate.js'
import { createSchedule, immediateSchedule, type Pacing, resolvePacing, type Schedule } from '../../stream/pacing.js'
import type { Scheduler } from '../../stream/scheduler.js'
import type { AppContext } from '../context.js'
import type { UsageSummary } from '../response/completion-body.js'
import type { ChatCall } from './chat-call.js'
import type { ResolvedReply } from './resolved-reply.js'

/** The pace of requests and replies without a timing: the server's own, or else the delay that the document requests. */
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

/** Most requests have no fault: neither a header, nor their fixture, nor a rate requests any. */
export const mayHaveFault = (
  { raw }: FastifyRequest,
  fixtureFault: ResolvedReply['fault'],
  { all }: FaultRates
): boolean => fixtureFault !== undefined || raw.headers['x-mock-fault'] !== undefined || all.length > 0
