/** Writes the events of a timeline whose chunks of HTTP are prepared. */
import type { LazyTimeline } from '../../stream/timeline.js'
import type { BodyWriter } from './node-internals.js'

interface PreparedChunks {
  text(from: number, to: number): string
  /** @param eventCount the number of events that are written with these chunks */
  write(chunks: string, eventCount: number): boolean
  end(): void
}

/** Returns undefined if the timeline has no chunks, or if Node formats them. */
export function openPreparedChunks(timeline: LazyTimeline, body: BodyWriter): PreparedChunks | undefined {
  const { writeChunks } = body
  if (!timeline.chunks || !writeChunks) return undefined
  let held = ''
  return {
    text: timeline.chunks.bind(timeline),
    write(chunks, eventCount) {
      if (eventCount < timeline.dueTimes.length) return writeChunks(chunks)
      // The last events and the end of the body are one write.
      held = chunks
      return true
    },
    end: () => body.end(held)
  }
}
