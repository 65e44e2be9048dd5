/** Sends a chat request from the page, and shows the response as it comes. */
import { useRef, useState } from 'preact/hooks'
import { toCurl } from './copy-text.js'
import { describeChunk, readShownEvents } from './event-reader.js'
import { Code, Field, Foreign, OutcomeChip, Problem } from './parts.jsx'
import type { ViewProps } from './requests-view.jsx'
import { sendChat } from './send-again.js'

const startMessages = `[
  { "role": "user", "content": "How is the weather in Paris?" }
]`

interface Result {
  status: number
  id: string
  text: string
  isOver: boolean
}

interface Fields {
  model: string
  messages: string
  tools: string
  schema: string
  isStream: boolean
}

/** @throws an Error that names the field with a mistake */
function toBody({ model, messages, tools, schema, isStream }: Fields): Record<string, unknown> {
  const parse = (name: string, text: string) => {
    try {
      return JSON.parse(text)
    } catch (error) {
      throw new Error(`${name}: ${(error as Error).message}`)
    }
  }
  const body: Record<string, unknown> = { model, messages: parse('Messages', messages) }
  if (tools.trim() !== '') body.tools = parse('Tools', tools)
  if (schema.trim() !== '')
    body.response_format = {
      type: 'json_schema',
      json_schema: { name: 'answer', strict: true, schema: parse('Schema', schema) }
    }
  if (isStream) body.stream = true
  return body
}

export function TryView({ client, info }: ViewProps) {
  const [fields, setFields] = useState<Fields>({
    model: 'gpt-4o',
    messages: startMessages,
    tools: '',
    schema: '',
    isStream: true
  })
  const [result, setResult] = useState<Result>()
  const [problem, setProblem] = useState('')
  const running = useRef<AbortController | undefined>(undefined)
  const path = info?.chatPath
  const send = async (event: Event) => {
    event.preventDefault()
    if (path === undefined) return
    running.current?.abort()
    const controller = new AbortController()
    running.current = controller
    setProblem('')
    setResult(undefined)
    try {
      await receive(await sendChat(path, toBody(fields), controller.signal), setResult)
    } catch (error) {
      if (!controller.signal.aborted) setProblem((error as Error).message)
    }
  }
  return (
    <div class="page two">
      <form onSubmit={send}>
        <h2>Try it</h2>
        <TryFields fields={fields} models={info?.models ?? []} onChange={part => setFields({ ...fields, ...part })} />
        <Problem text={problem} />
      </form>
      <div>
        <h2>Response</h2>
        {result ? <ResultCard result={result} /> : <p class="muted">The response appears here as it comes.</p>}
        <h3>The same with curl</h3>
        <Curl origin={client.origin} path={path ?? ''} fields={fields} />
      </div>
    </div>
  )
}

interface TryFieldsProps {
  fields: Fields
  models: readonly string[]
  onChange(part: Partial<Fields>): void
}

function TryFields({ fields, models, onChange }: TryFieldsProps) {
  return (
    <div class="card fields">
      <Field label="Model">
        {control => (
          <input
            {...control}
            list="models"
            required
            value={fields.model}
            onInput={event => onChange({ model: event.currentTarget.value })}
          />
        )}
      </Field>
      <datalist id="models">
        {models.map(each => (
          <option key={each} value={each} />
        ))}
      </datalist>
      <Area label="Messages" rows={6} value={fields.messages} onChange={messages => onChange({ messages })} />
      <Area
        label="Tools"
        rows={2}
        value={fields.tools}
        hint="A list, as JSON. Empty: none."
        onChange={tools => onChange({ tools })}
      />
      <Area
        label="Schema"
        rows={2}
        value={fields.schema}
        hint="The JSON schema of the answer. Empty: a text."
        onChange={schema => onChange({ schema })}
      />
      <label class="check">
        <input
          type="checkbox"
          checked={fields.isStream}
          onChange={event => onChange({ isStream: event.currentTarget.checked })}
        />{' '}
        stream
      </label>
      <div class="actions">
        <button type="submit" class="primary">
          Send
        </button>
        <span class="muted">with the key sk-test</span>
      </div>
    </div>
  )
}

interface AreaProps {
  label: string
  hint?: string
  rows: number
  value: string
  onChange(text: string): void
}

const Area = ({ label, hint, rows, value, onChange }: AreaProps) => (
  <Field label={label} hint={hint}>
    {control => (
      <textarea
        {...control}
        rows={rows}
        spellcheck={false}
        value={value}
        onInput={event => onChange(event.currentTarget.value)}
      />
    )}
  </Field>
)

function Curl({ origin, path, fields }: { origin: string; path: string; fields: Fields }) {
  try {
    return (
      <Code label="curl" text={toCurl(origin, { method: 'POST', url: path, headers: {}, request: toBody(fields) })} />
    )
  } catch (error) {
    return <p class="muted">{(error as Error).message}</p>
  }
}

function ResultCard({ result: { status, id, text, isOver } }: { result: Result }) {
  return (
    <section class="card" aria-live="polite" aria-busy={!isOver}>
      <p>
        <OutcomeChip of={{ status, aborted: false }} />{' '}
        {isOver ? <a href={`#/requests/${id}`}>Why this answer</a> : <span class="muted">receiving …</span>}
      </p>
      <figure aria-label="Text of the response">
        <pre>
          <Foreign text={text} />
        </pre>
      </figure>
    </section>
  )
}

/** Reads a response, and reports each part of it. */
async function receive(response: Response, report: (result: Result) => void): Promise<void> {
  const result: Result = {
    status: response.status,
    id: response.headers.get('x-request-id') ?? '',
    text: '',
    isOver: false
  }
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream')
  if (isStream)
    for await (const { data } of readShownEvents(response.body!)) {
      const { text, note } = describeChunk(data)
      result.text += text === '' && /^calls |^\{|error/.test(note) ? note : text
      report({ ...result })
    }
  else result.text = await response.text()
  report({ ...result, isOver: true })
}
