/** Sends a stream: each event when it is due, or all events at once. */
import type { LazyTimeline } from '../../stream/timeline.js'
import type { AppContext } from '../context.js'
import { eventStreamContentType, type ResponseHead } from '../response/headers.js'
import type { ChatCall } from './chat-call.js'

export function sendTimeline(
  { response }: ChatCall,
  head: ResponseHead,
  timeline: LazyTimeline,
  { scheduler, options }: AppContext
): void {
  const { dueTimes } = timeline
  const durationMs = dueTimes[dueTimes.length - 1]!
  if (durationMs === 0) {
    const count = dueTimes.length
    const events = { count, whole: timeline.text(0, count), text: timeline.text.bind(timeline) }
    response.sendEvents(head, eventStreamContentType, events, options.streamWrites)
    return
  }
  response.openEvents(head, eventStreamContentType, durationMs)
  response.play(timeline, scheduler)
}
