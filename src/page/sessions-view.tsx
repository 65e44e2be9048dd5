/** Sessions with the tokens and the cost of their requests, rate limits as bars, and open streams. */
import { useState } from 'preact/hooks'
import { findAddress, useLoaded } from './hooks.js'
import { Foreign, Problem } from './parts.jsx'
import type { ViewProps } from './requests-view.jsx'
import type { LimitOfKey, OpenStreamRow, SessionRow } from './server-data.js'
import { countOf, formatCount, formatMs, formatTime } from './visible-text.js'

export function SessionsView({ client, feed }: ViewProps) {
  const sessions = useLoaded(() => client.get<{ sessions: SessionRow[] }>('sessions?usage=true'), 'sessions', 5000)
  const limits = useLoaded(() => client.get<{ limits: LimitOfKey[] }>('limits'), 'limits', 2000)
  const streams = useLoaded(() => client.get<{ streams: OpenStreamRow[] }>('streams'), 'streams', 1000)
  const [failure, setFailure] = useState('')
  const [isSure, setSure] = useState(false)
  const reset = async () => {
    setSure(!isSure)
    if (!isSure) return
    await client.post('reset', {}).catch(error => setFailure(error.message))
    feed.clear()
    sessions.reload()
    limits.reload()
  }
  return (
    <div class="page">
      <div class="bar">
        <h2>Sessions</h2>
        <button type="button" class="quiet" onClick={reset}>
          {isSure ? 'Really reset?' : 'Reset the server'}
        </button>
      </div>
      <p class="muted">
        A session is an API key, or a value of the header x-mock-session. A reset removes what was added and counted at
        run time.
      </p>
      <Problem text={sessions.problem ?? failure} />
      {sessions.data ? <SessionTable rows={sessions.data.sessions} /> : null}
      <h2>Open streams</h2>
      <Problem text={streams.problem} />
      {streams.data ? <StreamList rows={streams.data.streams} /> : null}
      <h2>Limits</h2>
      <Problem text={limits.problem} />
      {limits.data?.limits.map(each => (
        <LimitCard key={`${each.key} ${each.model}`} limit={each} />
      ))}
      {limits.data && !limits.data.limits.length ? (
        <p class="muted">
          No request of the journal has a key with rate limits. <code>keys.yaml</code> defines them.
        </p>
      ) : null}
    </div>
  )
}

function StreamList({ rows }: { rows: readonly OpenStreamRow[] }) {
  if (!rows.length) return <p class="muted">No stream is open.</p>
  return (
    <ul class="streams">
      {rows.slice(0, 200).map(({ id, at, session, fixture, writtenEvents, events }) => (
        <li key={id}>
          <time dateTime={at}>{formatTime(at)}</time> <code>{id}</code> {formatCount(writtenEvents)} of{' '}
          {formatCount(events)} events · <Foreign text={fixture ?? 'generated'} /> · <Foreign text={session} />
        </li>
      ))}
      {rows.length > 200 ? <li>and {formatCount(rows.length - 200)} more</li> : null}
    </ul>
  )
}

interface Price {
  prompt: number
  completion: number
}

interface SessionTableProps {
  rows: readonly SessionRow[]
}

function SessionTable({ rows }: SessionTableProps) {
  const [prices, setPrices] = useState<Readonly<Record<string, Price>>>({})
  const models = [...new Set(rows.flatMap(({ usage }) => usage.map(({ model }) => model)))]
  if (!rows.length) return <p class="muted">No session yet: each request belongs to one.</p>
  return (
    <>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">Session</th>
              <th scope="col">Requests</th>
              <th scope="col">Prompt tokens</th>
              <th scope="col">Completion tokens</th>
              <th scope="col">Cost</th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, 500).map(row => (
              <SessionLine key={row.name} row={row} prices={prices} />
            ))}
          </tbody>
        </table>
      </div>
      <details class="prices">
        <summary>Prices for the cost column</summary>
        <p class="muted">Standin knows no prices. Enter those of your contract, in dollars per million tokens.</p>
        {models.map(model => (
          <PriceFields key={model} model={model} onChange={price => setPrices({ ...prices, [model]: price })} />
        ))}
      </details>
    </>
  )
}

interface SessionLineProps {
  row: SessionRow
  prices: Readonly<Record<string, Price>>
}

function SessionLine({ row, prices }: SessionLineProps) {
  const sum = (read: (usage: SessionRow['usage'][number]) => number) =>
    row.usage.reduce((total, usage) => total + read(usage), 0)
  const isPriced = row.usage.length > 0 && row.usage.every(({ model }) => prices[model])
  const cost = sum(
    ({ model, promptTokens, completionTokens }) =>
      (promptTokens * (prices[model]?.prompt ?? 0) + completionTokens * (prices[model]?.completion ?? 0)) / 1e6
  )
  return (
    <tr>
      <td>
        <Foreign text={row.name === '' ? 'none' : row.name} />
      </td>
      <td>
        <a href={findAddress(`session:"${row.name}"`)}>{formatCount(row.requests)}</a>
      </td>
      <td>{formatCount(sum(({ promptTokens }) => promptTokens))}</td>
      <td>
        {formatCount(sum(({ completionTokens }) => completionTokens))}
        {row.withoutUsage ? <small> + {countOf(row.withoutUsage, 'stream')} without usage</small> : null}
      </td>
      <td>{isPriced ? `$${cost.toFixed(4)}` : 'no price'}</td>
    </tr>
  )
}

function PriceFields({ model, onChange }: { model: string; onChange(price: Price): void }) {
  const [price, setPrice] = useState<Price>({ prompt: 0, completion: 0 })
  const change = (part: Partial<Price>) => {
    const next = { ...price, ...part }
    setPrice(next)
    onChange(next)
  }
  const input = (name: keyof Price) => (
    <label>
      {name}{' '}
      <input
        type="number"
        min="0"
        step="any"
        aria-label={`Price of ${name} tokens of ${model}`}
        value={price[name] || ''}
        onInput={event => change({ [name]: Number(event.currentTarget.value) })}
      />
    </label>
  )
  return (
    <p class="price">
      <Foreign text={model} /> {input('prompt')} {input('completion')}
    </p>
  )
}

const kinds: Readonly<Record<string, string>> = {
  requestsPerMinute: 'requests per minute',
  requestsPerDay: 'requests per day',
  tokensPerMinute: 'tokens per minute',
  tokensPerDay: 'tokens per day'
}

function LimitCard({ limit: { key, model, limits } }: { limit: LimitOfKey }) {
  return (
    <section class="card">
      <h3>
        <Foreign text={key} /> <small>{model}</small>
      </h3>
      {limits.map(({ kind, limit, remaining, resetMs }) => {
        const label = `${formatCount(remaining)} of ${formatCount(limit)} ${kinds[kind] ?? kind} left`
        return (
          <p key={kind} class="limit">
            <meter min={0} max={limit} low={limit * 0.2} value={remaining} aria-label={label} />
            <span>
              {label} · {resetMs > 0 ? `full again in ${formatMs(resetMs)}` : 'unused'}
            </span>
          </p>
        )
      })}
    </section>
  )
}
