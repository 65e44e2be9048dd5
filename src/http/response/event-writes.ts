/** Writes a stream without a pace, each write in its own turn of the event loop. */
import type { ServerResponse } from 'node:http'
import { divideEvents, type EventList, type StreamWrites } from '../../stream/event-list.js'
import type { ResponseHead } from './headers.js'
import { createEventWriter } from './node-internals.js'

/**
 * Writes a stream and ends it. Other requests get their turns between two writes.
 *
 * @param close called at the end, with whether the client was there until the last write
 */
export function writeInTurns(
  raw: ServerResponse,
  head: ResponseHead,
  events: EventList,
  streamWrites: StreamWrites,
  close: (isWhole: boolean) => void
): void {
  const body = createEventWriter(raw, head)
  const ends = divideEvents(events.count, streamWrites)
  let next = 0
  const writeNext = () => {
    if (raw.destroyed) return close(false)
    const from = next === 0 ? 0 : ends[next - 1]!
    if (next === ends.length - 1) {
      body.endEvents(events, from)
      return close(true)
    }
    body.writeEvents(events, from, ends[next]!)
    // Immediates run right after the requests of a turn: a client of the same process reads only in the next turn.
    if (next++ === 0) setImmediate(setImmediate, writeNext)
    else setImmediate(writeNext)
  }
  writeNext()
}
