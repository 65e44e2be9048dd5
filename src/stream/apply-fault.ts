/** Applies a fault to a timeline: changes its events, its writes and its end. */
import { fallbackErrorTemplate } from '../core/api-error.js'
import type { Fault, FaultKind } from '../core/fault.js'
import { doneEvent, formatDataEvent, type TimedEvent, type Timeline } from './timeline.js'

type StreamEnding = 'end' | 'reset' | 'hang'

export interface FaultyTimeline extends Timeline {
  /** What happens after the last event. */
  ending: StreamEnding
  /** Each character of the texts is one byte. */
  isBytes?: boolean
}

/** A fault, and the events of the stream before and after the place where it happens. */
interface FaultPoint {
  fault: Fault
  events: TimedEvent[]
  before: TimedEvent[]
  /** The event that the fault changes; undefined after the last event. */
  current: TimedEvent | undefined
  after: TimedEvent[]
  dueAt: number
}

/** Kinds of faults that are not in the table, such as `delay`, leave the timeline unchanged. */
export function applyFault({ events }: Timeline, fault: Fault): FaultyTimeline {
  const apply = streamFaults[fault.kind]
  if (!apply) return { events, ending: 'end' }
  const index = findFaultIndex(events, fault.after ?? 0)
  return apply({
    fault,
    events,
    before: events.slice(0, index),
    current: events[index],
    after: events.slice(index + 1),
    dueAt: events[Math.min(index, events.length - 1)]?.at ?? 0
  })
}

// OpenAI's own error event is not known. Clients treat this one as an error without a status.
const { message, type, param, code } = fallbackErrorTemplate
const brokenStreamEvent = formatDataEvent(JSON.stringify({ error: { message, type, param, code } }))

const streamFaults: { readonly [kind in FaultKind]?: (point: FaultPoint) => FaultyTimeline } = {
  hang: ({ before }) => ({ events: before, ending: 'hang' }),
  close: ({ before }) => ({ events: before, ending: 'reset' }),
  reset: ({ before }) => ({ events: before, ending: 'reset' }),
  error: point => stopWith(point, brokenStreamEvent),
  truncate: point => stopWith(point, firstHalf(point.current?.text ?? '')),
  malformed: point => replaceWith(point, withText(point, (point.current?.text ?? '').replace(/\}(?=\s*$)/, ','))),
  garbage: point => replaceWith(point, withText(point, '<html>502 Bad Gateway</html>\n\n'), point.current),
  duplicate: point => replaceWith(point, point.current, point.current),
  drop: point => replaceWith(point),
  reorder({ events, before, current, after: [next, ...others] }) {
    if (!current || !next) return { events, ending: 'end' }
    return { events: [...before, next, { at: next.at, text: current.text }, ...others], ending: 'end' }
  },
  'no-done': ({ events }) => ({ events: events.filter(({ text }) => text !== doneEvent), ending: 'end' }),
  'no-finish': ({ events }) => ({
    events: events.filter(({ text }) => !/"finish_reason": ?"/.test(text)),
    ending: 'end'
  }),
  comments: ({ events }) => ({
    events: events.map(({ at, text }) => ({ at, text: `: keep-alive\n\n${text}` })),
    ending: 'end'
  }),
  merge: ({ events }) => ({
    events: [{ at: events.at(-1)?.at ?? 0, text: events.map(({ text }) => text).join('') }],
    ending: 'end'
  }),
  split: ({ events }) => splitBytes(events, 1, 0),
  dribble: ({ events, fault }) => splitBytes(events, 8, fault.ms ?? 0)
}

const withText = ({ dueAt }: FaultPoint, text: string): TimedEvent => ({ at: dueAt, text })

const firstHalf = (text: string) => text.slice(0, text.length >> 1)

const stopWith = (point: FaultPoint, text: string): FaultyTimeline => ({
  events: [...point.before, withText(point, text)],
  ending: point.fault.reset ? 'reset' : 'end'
})

const replaceWith = ({ before, after }: FaultPoint, ...events: (TimedEvent | undefined)[]): FaultyTimeline => ({
  events: [...before, ...events.filter(event => event !== undefined), ...after],
  ending: 'end'
})

/** Cuts events into pieces of `size` bytes, at least `gapMs` apart. */
function splitBytes(events: readonly TimedEvent[], size: number, gapMs: number): FaultyTimeline {
  const pieces: TimedEvent[] = []
  let earliest = 0
  for (const { at, text } of events) {
    const bytes = Buffer.from(text).toString('latin1')
    for (let from = 0; from < bytes.length; from += size) {
      const due = Math.max(at, earliest)
      pieces.push({ at: due, text: bytes.slice(from, from + size) })
      earliest = due + gapMs
    }
  }
  return { events: pieces, ending: 'end', isUnbatched: true, isBytes: true }
}

/** The index of the event after `after` tokens. An event with content is a token; in a JSON text, each piece is a token. */
function findFaultIndex(events: readonly TimedEvent[], after: NonNullable<Fault['after']>): number {
  const contentIndexes = events
    .map(({ text }, index) => (isContentEvent(text) ? index : -1))
    .filter(index => index >= 0)
  const tokens =
    typeof after === 'string' ? Math.floor((Number.parseFloat(after) / 100) * contentIndexes.length) : after
  if (tokens === 0) return contentIndexes[0] ?? 0
  return tokens >= contentIndexes.length ? events.length : contentIndexes[tokens - 1]! + 1
}

const isContentEvent = (text: string) =>
  /"(content|arguments|refusal|input|transcript)":"[^"]/.test(text) || !text.startsWith('data: ')

/** Splits a JSON text into as many events as it has tokens, so that a fault can happen between them. All are due at once. */
export function textToTimeline(text: string, tokens: number, at: number): Timeline {
  const size = Math.max(1, Math.ceil(text.length / Math.max(1, tokens)))
  const events: TimedEvent[] = []
  for (let from = 0; from < text.length; from += size) events.push({ at, text: text.slice(from, from + size) })
  return { events }
}
