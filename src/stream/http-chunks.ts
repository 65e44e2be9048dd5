/** Formats events as chunks of a chunked HTTP body: each event is one chunk. */
import { splitEvents } from './timeline.js'

/** The end of a chunked body. */
export const lastChunk = '0\r\n\r\n'

/** Chunks as a text in which each character is a byte. */
export const formatChunks = (events: string): string => {
  const bytes = Buffer.byteLength(events)
  if (bytes === events.length) return splitEvents(events).map(formatChunk).join('')
  return splitEvents(events)
    .map(event => formatChunk(Buffer.from(event).toString('latin1')))
    .join('')
}

/** @param bytes the event; each character is a byte */
const formatChunk = (bytes: string): string => `${bytes.length.toString(16)}\r\n${bytes}\r\n`
