/** One line: which server this is, what it serves, and whether it is busy. */
import { useFeed, useLoaded } from './hooks.js'
import type { LineFeed } from './line-feed.js'
import { CopyButton } from './parts.jsx'
import { CallError, type ServerClient } from './server-client.js'
import type { DeadEndRow, LoadFacts, ServerInfo } from './server-data.js'
import { countOf, formatCount, showHidden } from './visible-text.js'

interface TopLineProps {
  client: ServerClient
  feed: LineFeed
  info: ServerInfo | undefined
  problem: string | undefined
}

export function TopLine({ client, feed, info, problem }: TopLineProps) {
  const { problem: feedProblem } = useFeed(feed)
  const { data: load } = useLoaded(() => readLoad(client), 'load', 2000)
  const { data: deadEnds } = useLoaded(() => readDeadEnds(client), 'dead-ends', 5000)
  const baseUrl = baseUrlOf(client, info)
  return (
    <header>
      <h1>Standin</h1>
      <span class="base">
        <code>{baseUrl}</code>
        <CopyButton text={baseUrl} />
      </span>
      {info ? <FixtureSource info={info} /> : null}
      {load ? <Load report={load} /> : null}
      {deadEnds?.length ? <DeadEnds rows={deadEnds} /> : null}
      {problem || feedProblem ? (
        <span class="problem" role="alert">
          {problem || feedProblem}
        </span>
      ) : null}
    </header>
  )
}

/** What a client has as its base URL. */
export function baseUrlOf({ origin }: ServerClient, info: ServerInfo | undefined): string {
  return origin + (info?.chatPath ?? '/v1/').replace(/\/(chat\/completions)?$/, '')
}

function FixtureSource({ info: { fixtures, problems } }: { info: ServerInfo }) {
  const { files, from, added } = fixtures
  return (
    <span class={problems.length ? 'tone-warn' : ''} title={problems.join('\n')}>
      <a href="#/fixtures">{countOf(files, 'fixture')}</a> from {from.map(showHidden).join(', ')}
      {added ? ` + ${added} added` : ''}
      {problems.length ? ` · ${countOf(problems.length, 'mistake')} in changed files` : ''}
    </span>
  )
}

function Load({ report }: { report: LoadFacts }) {
  const { eventLoopUtilization, requestsPerSecond, openStreams, saturated, summary } = report
  return (
    <span class={saturated ? 'load tone-bad' : 'load'} title={summary}>
      load {Math.round(eventLoopUtilization * 100)} % · {formatCount(Math.round(requestsPerSecond))} req/s ·{' '}
      {openStreams} open
      {saturated ? <strong> · {summary}</strong> : null}
    </span>
  )
}

/** Requests for operations that the server does not have: their clients need another setting. */
function DeadEnds({ rows }: { rows: readonly DeadEndRow[] }) {
  const requests = rows.reduce((sum, { count }) => sum + count, 0)
  const [first] = rows
  return (
    <span
      class="tone-warn"
      title={rows.map(({ method, path, count }) => `${method} ${showHidden(path)}: ${count}`).join('\n')}
    >
      {countOf(requests, 'request')} for operations that Standin does not serve, such as {first!.method}{' '}
      {showHidden(first!.path)}
    </span>
  )
}

const readDeadEnds = async (client: ServerClient): Promise<DeadEndRow[]> =>
  (await client.get<{ deadEnds: DeadEndRow[] }>('dead-ends')).deadEnds

/** A server without this endpoint says nothing about its load. */
const readLoad = (client: ServerClient): Promise<LoadFacts | undefined> =>
  client.get<LoadFacts>('load').catch(error => {
    if (error instanceof CallError) return undefined
    throw error
  })
