/** A stream as its joined text and as a waterfall: when each event was due, and when it was written. */
import { useMemo, useState } from 'preact/hooks'
import { describeChunk, parseEvents, type ShownEvent } from './event-reader.js'
import { Foreign } from './parts.jsx'
import { answerText } from './received-answer.js'
import type { RequestRecord } from './server-data.js'
import { formatCount, formatMs, shorten } from './visible-text.js'

const mostEvents = 150

export function StreamView({ record }: { record: RequestRecord }) {
  const { answer, chunkMs, dueMs, durationMs } = record
  const events = useMemo(() => (typeof answer === 'string' ? parseEvents(answer) : []), [answer])
  const [isWhole, setWhole] = useState(false)
  const shown = isWhole ? events : events.slice(0, mostEvents)
  const endMs = Math.max(durationMs, chunkMs?.at(-1) ?? 0, dueMs?.at(-1) ?? 0, 0.001)
  return (
    <>
      <h3>Text</h3>
      <blockquote class="text">
        <Foreign text={shorten(answerText(record), 4000) || 'The stream has no text.'} />
      </blockquote>
      <h3>Events</h3>
      <p class="muted">
        {chunkMs
          ? `From 0 to ${formatMs(endMs)}. ${describeLateness(chunkMs, dueMs)}`
          : 'All events were sent at once. With a timing, this shows when each was due and when it was written.'}
      </p>
      <ol class="waterfall">
        {shown.map((event, index) => (
          <EventRow key={index} event={event} due={dueMs?.[index]} written={chunkMs?.[index]} endMs={endMs} />
        ))}
      </ol>
      {shown.length < events.length ? (
        <button type="button" class="quiet" onClick={() => setWhole(true)}>
          Show all {formatCount(events.length)} events
        </button>
      ) : null}
    </>
  )
}

function describeLateness(written: readonly number[], due: readonly number[] | undefined): string {
  if (!due) return ''
  const late = written.map((ms, index) => ms - (due[index] ?? ms))
  const worst = late.reduce((most, each) => Math.max(most, each), 0)
  return `The tick is when an event was due, the bar when it was written; the latest came ${formatMs(worst)} late.`
}

interface EventRowProps {
  event: ShownEvent
  due: number | undefined
  written: number | undefined
  endMs: number
}

function EventRow({ event: { event, data }, due, written, endMs }: EventRowProps) {
  const { text, note } = describeChunk(data)
  const percent = (ms: number) => `${Math.min(100, (100 * ms) / endMs)}%`
  const at = written ?? due
  return (
    <li>
      <span class="when">{written === undefined ? (due === undefined ? '' : 'not sent') : formatMs(written)}</span>
      <span class="track" aria-hidden="true">
        {at === undefined ? null : <i class="bar" style={{ width: percent(at) }} />}
        {due === undefined ? null : <i class="due" style={{ left: percent(due) }} />}
      </span>
      <span class="what">
        {event === '' ? null : <b>{event} </b>}
        {text === '' ? <i>{shorten(note, 120)}</i> : <Foreign text={shorten(text, 120)} />}
      </span>
    </li>
  )
}
