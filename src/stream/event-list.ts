/** Defines the events of a stream that are all due, and divides them into writes. */
import type { LazyText } from '../core/json-format.js'
import type { Options } from '../core/options.js'

export type StreamWrites = Options['streamWrites']

export interface EventList {
  /** The number of events. */
  readonly count: number
  /** The text of the events from index `from` up to, but without, `to`. */
  text(from: number, to: number): string
  /** The same events as chunks of HTTP, if they are prepared; each character is a byte. */
  chunks?(from: number, to: number): string
  /** The text of all events, for the journal. */
  readonly whole: string | LazyText
}

// A client reads a stream of the service in several pieces.
const laterWrites = 4

/** The index after the last event of each write: the first event is alone, and the later events are four writes if there are as many. */
export function divideEvents(count: number, streamWrites: StreamWrites): number[] {
  const later = count - 1
  if (streamWrites === 'one' || later < 1) return [count]
  const writes = Math.min(laterWrites, later)
  return [1, ...Array.from({ length: writes }, (_, write) => 1 + Math.round(((write + 1) * later) / writes))]
}
