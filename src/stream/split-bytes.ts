/** Cuts the events of a timeline into writes of a few bytes. */
import { ApiError } from '../core/api-error.js'
import { Budget, type BudgetLimits } from '../core/budget.js'
import type { Fault } from '../core/fault.js'
import type { LazyTimeline } from './timeline.js'

/** The longest time that a fault takes, in milliseconds. */
export const maxFaultMs = 3_600_000

// A write costs more than an event of a stream.
const workPerWrite = 4

/** Other requests get a turn between the writes, so their work need not be small at once. */
const writeLimits: BudgetLimits = { work: 1_000_000, bytes: Number.POSITIVE_INFINITY }

/** Cuts events, or a JSON text, into pieces of `size` bytes, at least `gapMs` apart. */
export function splitBytes(
  {
    timeline,
    isStream,
    fault,
    isBytes
  }: { timeline: LazyTimeline; isStream: boolean; fault: Fault; isBytes?: boolean | undefined },
  size: number,
  gapMs: number
): LazyTimeline & { isBytes: true } {
  const { length: count } = timeline.dueTimes
  const budget = new Budget(writeLimits)
  const task = `the writes of the fault ${fault.kind}`
  const ends: number[] = []
  const dueTimes: number[] = []
  let text = ''
  const step = isStream ? 1 : count
  for (let index = 0, earliest = 0; index < count; index += step) {
    // Each character is a byte.
    const bytes = Buffer.from(timeline.text(index, index + step), isBytes ? 'latin1' : 'utf8').toString('latin1')
    const pieces = Math.ceil(bytes.length / size)
    budget.spendWork(pieces * workPerWrite, task)
    for (let piece = 1; piece <= pieces; piece++) {
      const due = Math.max(timeline.dueTimes[index]!, earliest)
      dueTimes.push(due)
      ends.push(text.length + Math.min(piece * size, bytes.length))
      earliest = due + gapMs
    }
    text += bytes
  }
  if (ends.length * gapMs > maxFaultMs) throw new ApiError('budget_exceeded', { task, limit: 'one hour' })
  return {
    dueTimes,
    text: (from, to) => text.slice(from === 0 ? 0 : ends[from - 1], to === 0 ? 0 : ends[to - 1]),
    isUnbatched: true,
    isBytes: true
  }
}
