/** Notes when the events of a stream were written, for the journal. */
import type { Exchange } from '../../state/exchange.js'

/** @param eventText the events that are written now */
export function noteChunkTimes(exchange: Exchange, eventText: string): void {
  const ms = Math.round((performance.now() - exchange.startedAt) * 1000) / 1000
  exchange.firstByteMs ||= ms
  exchange.chunkMs ??= []
  // Within an event every line break of JSON is written as \n, so an empty line ends it.
  for (let at = eventText.indexOf('\n\n'); at >= 0; at = eventText.indexOf('\n\n', at + 2)) exchange.chunkMs.push(ms)
}
