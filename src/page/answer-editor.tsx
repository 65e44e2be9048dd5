/** Makes a fixture from a request: the next request like it gets the reply that the reader writes here. */
import { useState } from 'preact/hooks'
import { findLastUserText } from './copy-text.js'
import { useFeed } from './hooks.js'
import type { LineFeed } from './line-feed.js'
import { Field, Foreign, Problem } from './parts.jsx'
import { textReply, toReply } from './received-answer.js'
import { sendAgain } from './send-again.js'
import type { ServerClient } from './server-client.js'
import type { RequestRecord } from './server-data.js'
import { formatTime, toAsciiSafeJson } from './visible-text.js'

interface AnswerEditorProps {
  client: ServerClient
  feed: LineFeed
  record: RequestRecord
}

/** @param reply as JSON, or the text of a reply that has nothing else */
function parseReply(reply: string, isText: boolean): unknown {
  if (isText) return textReply(reply)
  try {
    return JSON.parse(reply)
  } catch (error) {
    throw new Error(`The reply is not JSON: ${(error as Error).message}`)
  }
}

export function AnswerEditor({ client, feed, record }: AnswerEditorProps) {
  const [start] = useState(() => toReply(record))
  const isTextStart = typeof start.text === 'string'
  const [isText, setIsText] = useState(isTextStart)
  const [reply, setReply] = useState(isTextStart ? String(start.text) : toAsciiSafeJson(start, 2))
  const lastUser = findLastUserText(record.request)
  const [saved, setSaved] = useState<{ name: string; total: number }>()
  const [problem, setProblem] = useState('')
  const save = async (event: Event) => {
    event.preventDefault()
    setProblem('')
    try {
      const match = lastUser === '' ? undefined : { lastUser: { exact: lastUser } }
      const fixture = { match, reply: parseReply(reply, isText) }
      const { added } = await client.post<{ added: { name: string }[] }>('fixtures', fixture)
      setSaved({ name: added[0]!.name, total: feed.state.total })
    } catch (error) {
      setProblem((error as Error).message)
    }
  }
  const changeKind = (toText: boolean) => {
    setIsText(toText)
    setReply(toText ? (isTextStart ? String(start.text) : '') : toAsciiSafeJson(isText ? textReply(reply) : start, 2))
  }
  return (
    <form class="card answer" onSubmit={save}>
      <p>
        The next request whose last user message is{' '}
        <strong>
          <Foreign text={lastUser === '' ? 'anything' : `“${lastUser.slice(0, 200)}”`} />
        </strong>{' '}
        gets this reply:
      </p>
      <fieldset class="choices">
        <legend>Kind of reply</legend>
        <label>
          <input type="radio" name="kind" checked={isText} onChange={() => changeKind(true)} />
          <span>Text</span>
        </label>
        <label>
          <input type="radio" name="kind" checked={!isText} onChange={() => changeKind(false)} />
          <span>Any reply, as JSON</span>
        </label>
      </fieldset>
      <Field label="Reply" {...(isText ? {} : { hint: 'As in a fixture: text, json, toolCalls, refusal or error.' })}>
        {control => (
          <textarea {...control} rows={5} value={reply} onInput={event => setReply(event.currentTarget.value)} />
        )}
      </Field>
      <div class="actions">
        <button type="submit" class="primary">
          Save as fixture
        </button>
      </div>
      <Problem text={problem} />
      {saved ? <Saved saved={saved} record={record} feed={feed} /> : null}
    </form>
  )
}

/** Waits for the next request that the new fixture answers, and says so. */
function Saved({
  saved,
  record,
  feed
}: {
  saved: { name: string; total: number }
  record: RequestRecord
  feed: LineFeed
}) {
  const { lines } = useFeed(feed)
  const answered = lines.findLast(({ fixture }) => fixture === saved.name)
  return (
    <p class="saved" role="status">
      ✓ Saved as <a href="#/fixtures">{saved.name}</a>.{' '}
      {answered ? (
        <>
          It answered <a href={`#/requests/${answered.id}`}>the request at {formatTime(answered.at)}</a>.
        </>
      ) : (
        <>
          Run your test again, or{' '}
          <button type="button" onClick={() => void sendAgain(record)}>
            Send it again
          </button>
        </>
      )}
    </p>
  )
}
