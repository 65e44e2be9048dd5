/** All that is known about one request. */
import { useMemo, useState } from 'preact/hooks'
import { AnswerEditor } from './answer-editor.jsx'
import { CopyAs } from './copy-as.jsx'
import { useLoaded } from './hooks.js'
import { JsonView } from './json-view.jsx'
import type { LineFeed } from './line-feed.js'
import { Foreign, OutcomeChip, Problem, Tabs } from './parts.jsx'
import { answerText, errorOf } from './received-answer.js'
import type { ServerClient } from './server-client.js'
import type { RequestRecord, ServerInfo } from './server-data.js'
import { StreamView } from './stream-view.jsx'
import { Verdict } from './verdict.jsx'
import { formatCount, formatMs, formatTime } from './visible-text.js'
import { WhyView } from './why-view.jsx'

interface DetailPaneProps {
  client: ServerClient
  feed: LineFeed
  info: ServerInfo | undefined
  id: string
  onClose(): void
}

export function DetailPane({ client, feed, info, id, onClose }: DetailPaneProps) {
  const { data: record, problem } = useLoaded(
    () => client.get<RequestRecord>(`requests/${encodeURIComponent(id)}`),
    `request ${id}`
  )
  const [chosen, setChosen] = useState<string>()
  const [isAnswering, setAnswering] = useState(false)
  const tabs = useMemo(() => (record ? listTabs(record) : []), [record])
  const back = (
    <button type="button" class="quiet back" onClick={onClose}>
      ← List
    </button>
  )
  if (!record)
    return (
      <>
        {back}
        <Problem text={problem} />
      </>
    )
  const isChat = record.operation === 'createChatCompletion'
  const current = chosen ?? firstTab(record)
  return (
    <>
      <div class="head">
        {back}
        <Heading record={record} />
        <Verdict record={record} info={info} />
        {isChat ? (
          <button
            type="button"
            class={record.fixture === undefined ? 'primary' : ''}
            aria-expanded={isAnswering}
            onClick={() => setAnswering(!isAnswering)}
          >
            Answer this next time
          </button>
        ) : null}
      </div>
      {isAnswering ? <AnswerEditor client={client} feed={feed} record={record} /> : null}
      <Tabs label="Parts of the request" items={tabs} current={current} onSelect={setChosen}>
        {current === 'request' ? <RequestPart record={record} /> : null}
        {current === 'response' ? <ResponsePart record={record} /> : null}
        {current === 'stream' ? <StreamView record={record} /> : null}
        {current === 'why' ? <WhyView record={record} /> : null}
        {current === 'copy' ? <CopyAs client={client} info={info} record={record} /> : null}
      </Tabs>
    </>
  )
}

function listTabs({ streamed, answer }: RequestRecord) {
  const count = typeof answer === 'string' ? answer.split('\n\n').length - 1 : 0
  return [
    { id: 'why', label: 'Why' },
    { id: 'request', label: 'Request' },
    { id: 'response', label: 'Response' },
    ...(streamed ? [{ id: 'stream', label: `Stream, ${count} events` }] : []),
    { id: 'copy', label: 'Copy as' }
  ]
}

/** The part that most likely has what the reader looks for. */
function firstTab(record: RequestRecord): string {
  if (record.warningBody || errorOf(record)?.param !== undefined) return 'request'
  if (record.unmatched || record.refusal || record.why.some(({ replied }) => !replied)) return 'why'
  return record.streamed ? 'stream' : 'response'
}

function Heading({ record }: { record: RequestRecord }) {
  const { method, url, durationMs, session, at, id, usage } = record
  return (
    <h2>
      <span>{method}</span> <Foreign class="url" text={url} /> <OutcomeChip of={record} />{' '}
      <small>
        {formatMs(durationMs)} · {formatTime(at)} · {session === '' ? 'no session' : 'session '}
        <Foreign text={session} />
        {usage ? ` · ${formatCount(usage.promptTokens)} + ${formatCount(usage.completionTokens)} tokens` : ''} ·{' '}
        <code>{id}</code>
      </small>
    </h2>
  )
}

function RequestPart({ record }: { record: RequestRecord }) {
  const { request, headers, warningBody } = record
  const param = errorOf(record)?.param ?? warningBody?.error.param ?? undefined
  return (
    <>
      <JsonView value={request} label="Body of the request" param={param} />
      <details>
        <summary>{Object.keys(headers).length} headers</summary>
        <dl class="headers">
          {Object.entries(headers).map(([name, value]) => (
            <div key={name}>
              <dt>
                <Foreign text={name} />
              </dt>
              <dd>
                <Foreign text={value} />
              </dd>
            </div>
          ))}
        </dl>
      </details>
    </>
  )
}

function ResponsePart({ record }: { record: RequestRecord }) {
  const text = answerText(record)
  return (
    <>
      {text === '' ? null : (
        <blockquote class="text">
          <Foreign text={text.slice(0, 4000)} />
          {text.length > 4000 ? <i class="cut"> … the whole text is below</i> : null}
        </blockquote>
      )}
      <JsonView value={record.answer} label="Body of the response" />
    </>
  )
}
