/** From a script to a worse one: what goes out, how it is cut into writes, and how it ends. Pure. */
import type { Fault } from '../core/fault.js'
import type { TimedEvent, Timeline } from './timeline.js'

export type StreamEnding = 'end' | 'reset' | 'hang'

export interface FaultyTimeline extends Timeline {
  /** How it ends once all frames are out. */
  ending: StreamEnding
  /** The texts stand for bytes. */
  isBytes?: boolean
}

/** What the error of a broken stream says; the service's own is not known, clients read it as an error without a status. */
const brokenStreamEvent = `data: ${JSON.stringify({
  error: {
    message: 'The server had an error while processing your request. Sorry about that!',
    type: 'server_error',
    param: null,
    code: null
  }
})}\n\n`

/** @param fault one that is about what is said; the others leave the script as it is */
export function applyFault(timeline: Timeline, fault: Fault): FaultyTimeline {
  const { events } = timeline
  const at = findFaultIndex(events, fault.after ?? 0)
  const stopWith = (more: TimedEvent[] = [], ending: StreamEnding = 'end'): FaultyTimeline => ({
    events: [...events.slice(0, at), ...more],
    ending
  })
  const due = events[Math.min(at, events.length - 1)]?.at ?? 0
  const current = events[at]
  const rest = events.slice(at + 1)
  const replaceWith = (...middle: (TimedEvent | undefined)[]): FaultyTimeline => ({
    events: [...events.slice(0, at), ...middle.filter(event => event !== undefined), ...rest],
    ending: 'end'
  })
  switch (fault.kind) {
    case 'hang':
      return stopWith([], 'hang')
    case 'close':
    case 'reset':
      return stopWith([], 'reset')
    case 'error':
      return stopWith([{ at: due, text: brokenStreamEvent }], fault.reset ? 'reset' : 'end')
    case 'truncate':
      return stopWith(
        [{ at: due, text: current ? current.text.slice(0, current.text.length >> 1) : '' }],
        fault.reset ? 'reset' : 'end'
      )
    case 'malformed':
      return replaceWith({ at: due, text: (current?.text ?? '').replace(/\}(?=\s*$)/, ',') })
    case 'garbage':
      return replaceWith({ at: due, text: '<html>502 Bad Gateway</html>\n\n' }, current)
    case 'duplicate':
      return replaceWith(current, current)
    case 'drop':
      return replaceWith()
    case 'reorder': {
      const next = rest[0]
      const swapped =
        current && next
          ? [
              { at: next.at, text: next.text },
              { at: next.at, text: current.text }
            ]
          : [current]
      return {
        events: [...events.slice(0, at), ...swapped.filter(each => each !== undefined), ...rest.slice(1)],
        ending: 'end'
      }
    }
    case 'no-done':
      return { events: events.filter(({ text }) => text !== 'data: [DONE]\n\n'), ending: 'end' }
    case 'no-finish':
      return { events: events.filter(({ text }) => !/"finish_reason": ?"/.test(text)), ending: 'end' }
    case 'comments':
      return { events: events.map(({ at, text }) => ({ at, text: `: keep-alive\n\n${text}` })), ending: 'end' }
    case 'merge': {
      const last = events.at(-1)?.at ?? 0
      return { events: [{ at: last, text: events.map(({ text }) => text).join('') }], ending: 'end' }
    }
    case 'split':
      return { events: splitIntoPieces(events, 1, 0), ending: 'end', isUnbatched: true, isBytes: true }
    case 'dribble':
      return { events: splitIntoPieces(events, 8, fault.ms ?? 0), ending: 'end', isUnbatched: true, isBytes: true }
    default:
      return { events, ending: 'end' }
  }
}

/** Pieces of so many bytes; each comes when it is due, and so long after the one before. */
function splitIntoPieces(events: readonly TimedEvent[], size: number, gapMs: number): TimedEvent[] {
  const pieces: TimedEvent[] = []
  let soonest = 0
  for (const { at, text } of events) {
    const bytes = Buffer.from(text).toString('latin1')
    for (let from = 0; from < bytes.length; from += size) {
      const due = Math.max(at, soonest)
      pieces.push({ at: due, text: bytes.slice(from, from + size) })
      soonest = due + gapMs
    }
  }
  return pieces
}

/** The frame after which so many tokens are out. Each frame that says something is a token; in one text, so many characters are. */
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

/** One text as a script of its tokens, so that faults can happen between them; it is due as a whole. */
export function textToTimeline(text: string, tokens: number, at: number): Timeline {
  const size = Math.max(1, Math.ceil(text.length / Math.max(1, tokens)))
  const events: TimedEvent[] = []
  for (let from = 0; from < text.length; from += size) events.push({ at, text: text.slice(from, from + size) })
  return { events }
}
