/** Applies a fault to a timeline: changes its events, its writes and its end. */
import type { Fault, FaultKind } from '../core/fault.js'
import type { FaultEnding } from '../core/fault-fields.js'
import { splitBytes } from './split-bytes.js'
import { doneEvent, type LazyTimeline } from './timeline.js'
import { joinRuns, type Run } from './timeline-runs.js'

export interface FaultyTimeline extends LazyTimeline {
  /** What happens after the last event. */
  ending: Exclude<FaultEnding, 'done'>
  /** Each character of the texts is one byte. */
  isBytes?: boolean
}

/** Why a fault cannot apply to a response. */
export interface FaultProblem {
  problem: string
}

/** What a fault needs to know of its response. */
export interface FaultTarget {
  /** The events of a stream, or the pieces of a text. */
  timeline: LazyTimeline
  isStream: boolean
  /** The event of an `error`. */
  errorEvent: string
  /** Whether each character of the timeline is one byte. */
  isBytes?: boolean | undefined
}

/** A target, and the place where the fault happens: before the event `index`. */
interface FaultPoint extends FaultTarget {
  fault: Fault
  index: number
  count: number
  /** When the event `index` is due. */
  dueAt: number
}

/** Kinds of faults that are not in the table, such as `gzip`, leave the timeline unchanged. */
export function applyFault(target: FaultTarget, fault: Fault): FaultyTimeline | FaultProblem {
  const { timeline } = target
  const apply = streamFaults[fault.kind]
  if (!apply || (fault.kind === 'delay' && fault.after === undefined)) return { ...timeline, ending: 'end' }
  const { length: count } = timeline.dueTimes
  const index = positionedFaults.has(fault.kind) ? findFaultIndex(target, fault.after ?? 0) : 0
  if (typeof index !== 'number') return index
  return apply({ ...target, fault, index, count, dueAt: timeline.dueTimes[index] ?? 0 })
}

type ApplyFault = (point: FaultPoint) => FaultyTimeline | FaultProblem

const streamFaults: { readonly [kind in FaultKind]?: ApplyFault } = {
  delay: pause,
  hang: point => endAt(point, 'hang'),
  close: point => endAt(point, 'close'),
  reset: point => endAt(point, 'reset'),
  error: point => stopWith(point, point.errorEvent),
  truncate: point => stopWith(point, firstHalf(currentText(point))),
  malformed,
  garbage: point => replaceCurrent(point, [createEvent(point, '<html>502 Bad Gateway</html>\n\n'), current(point)]),
  duplicate: point => replaceCurrent(point, [current(point), current(point)]),
  drop: point => replaceCurrent(point, []),
  reorder,
  'no-done': point => withoutEvents(point, /^data: ?\[DONE\]\s*$/, '[DONE]'),
  'no-finish': point => withoutEvents(point, /"finish_reason": ?"/, 'finish_reason'),
  comments: ({ timeline }) => ({
    dueTimes: timeline.dueTimes,
    ending: 'end',
    text(from, to) {
      let text = ''
      for (let at = from; at < to; at++) text += commentEvent + timeline.text(at, at + 1)
      return text
    }
  }),
  merge: ({ timeline, count }) =>
    join(timeline, [{ text: timeline.text(0, count), at: timeline.dueTimes[count - 1] ?? 0 }]),
  split: point => ({ ...splitBytes(point, 1, 0), ending: 'end' }),
  dribble: point => ({ ...splitBytes(point, 8, point.fault.ms ?? 0), ending: 'end' })
}

/** The faults that happen at a place in the response. The others change all of it. */
const positionedFaults: ReadonlySet<FaultKind> = new Set([
  'delay',
  'hang',
  'close',
  'reset',
  'error',
  'truncate',
  'malformed',
  'garbage',
  'duplicate',
  'drop',
  'reorder'
])

/** A comment, which keeps a connection busy without an event. */
export const commentEvent = ': keep-alive\n\n'

const join = (timeline: LazyTimeline, runs: readonly Run[], ending: FaultyTimeline['ending'] = 'end') => ({
  ...joinRuns(timeline, runs),
  ending
})

const before = ({ index }: FaultPoint): Run => ({ from: 0, to: index })
const current = ({ index }: FaultPoint): Run => ({ from: index, to: index + 1 })
const afterEvents = ({ index, count }: FaultPoint, events: number): Run => ({ from: index + events, to: count })
const currentText = ({ timeline, index }: FaultPoint) => timeline.text(index, index + 1)
const createEvent = ({ dueAt }: FaultPoint, text: string): Run => ({ text, at: dueAt })
const firstHalf = (text: string) => text.slice(0, text.length >> 1)

const endAt = (point: FaultPoint, ending: FaultyTimeline['ending']) => join(point.timeline, [before(point)], ending)

function stopWith(point: FaultPoint, text: string): FaultyTimeline {
  const { then = 'end' } = point.fault
  const events = [before(point), createEvent(point, text)]
  if (then === 'done') return join(point.timeline, [...events, createEvent(point, doneEvent)])
  return join(point.timeline, events, then)
}

const replaceCurrent = (point: FaultPoint, runs: readonly Run[]) =>
  join(point.timeline, [before(point), ...runs, afterEvents(point, 1)])

/** Replaces the last brace of an event, or of a JSON text, with a comma. */
function malformed(point: FaultPoint): FaultyTimeline | FaultProblem {
  const { timeline, isStream, count } = point
  const text = isStream ? currentText(point) : timeline.text(0, count)
  const damaged = text.replace(/\}(?=\s*$)/, ',')
  if (damaged === text)
    return {
      problem: `the ${isStream ? `event ${point.index + 1}` : 'body'} of the response does not end with a brace`
    }
  if (isStream) return replaceCurrent(point, [createEvent(point, damaged)])
  return join(timeline, [{ text: damaged, at: timeline.dueTimes[count - 1] ?? 0 }])
}

function reorder(point: FaultPoint): FaultyTimeline | FaultProblem {
  const { timeline, index, count } = point
  if (index + 1 >= count) return { problem: 'no event follows to change places with' }
  return join(timeline, [
    before(point),
    { from: index + 1, to: index + 2 },
    { text: currentText(point), at: timeline.dueTimes[index + 1]! },
    afterEvents(point, 2)
  ])
}

/** Continues the response later. */
function pause(point: FaultPoint): FaultyTimeline {
  const { ms = 0, commentMs = ms } = point.fault
  const comments: Run = {
    text: commentEvent,
    at: point.dueAt + commentMs,
    gapMs: commentMs,
    count: commentMs < ms ? Math.ceil(ms / commentMs) - 1 : 0
  }
  return join(point.timeline, [before(point), comments, { ...afterEvents(point, 0), shiftMs: ms }])
}

function withoutEvents({ timeline, count }: FaultPoint, pattern: RegExp, name: string): FaultyTimeline | FaultProblem {
  const kept: number[] = []
  for (let index = 0; index < count; index++) if (!pattern.test(timeline.text(index, index + 1))) kept.push(index)
  if (kept.length === count) return { problem: `the stream has no ${name}` }
  return {
    dueTimes: kept.map(index => timeline.dueTimes[index]!),
    ending: 'end',
    text: (from, to) =>
      kept
        .slice(from, to)
        .map(index => timeline.text(index, index + 1))
        .join('')
  }
}

/** The index of the event after `after` tokens. An event with content is a token; in a JSON text, each piece is a token. */
function findFaultIndex(
  { timeline, isStream }: FaultTarget,
  after: NonNullable<Fault['after']>
): number | FaultProblem {
  const { length: count } = timeline.dueTimes
  const total = isStream ? undefined : count
  const wanted =
    typeof after === 'string'
      ? Math.floor((Number.parseFloat(after) / 100) * (total ?? countContentEvents(timeline)))
      : after
  let tokens = 0
  let index = 0
  // Without tokens before it, a fault of a stream happens before the first event with content.
  for (; isStream && index < count; index++) {
    if (!isContentEvent(timeline.text(index, index + 1))) continue
    if (wanted === 0) return index
    tokens++
    if (tokens === wanted) return index + 1
  }
  if (isStream && wanted === 0) return 0
  if (!isStream && wanted < count) return wanted
  return { problem: `the response has ${total ?? tokens} tokens, so nothing follows after=${after}` }
}

function countContentEvents({ dueTimes, text }: LazyTimeline): number {
  let count = 0
  for (let index = 0; index < dueTimes.length; index++) if (isContentEvent(text(index, index + 1))) count++
  return count
}

const isContentEvent = (text: string) => /"(content|arguments|refusal|input|transcript|text)": ?"[^"]/.test(text)

/** Splits a JSON text into as many pieces as it has tokens, so that a fault can happen between them. All are due at once. */
export function textToTimeline(text: string, tokens: number, at: number): LazyTimeline {
  const size = Math.max(1, Math.ceil(text.length / Math.max(1, tokens)))
  const startOf = (piece: number) => {
    const offset = Math.min(piece * size, text.length)
    // A character of two code units stays in one piece.
    return /[\ud800-\udbff]/.test(text[offset - 1] ?? '') ? offset + 1 : offset
  }
  return {
    dueTimes: new Float64Array(Math.ceil(text.length / size)).fill(at),
    text: (from, to) => text.slice(startOf(from), startOf(to))
  }
}
