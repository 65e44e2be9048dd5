/** Runs `standin tail`: shows the requests of another server, as its log shows them. */
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { ConfigError } from '../core/config-error.js'
import { findNearest } from '../core/edit-distance.js'
import { readVariable } from '../core/options.js'
import { tryParseJson } from '../core/try-parse-json.js'
import { formatRequestHeader, formatRequestLine } from '../server/request-columns.js'
import type { Style } from '../server/style.js'
import { readStyle } from '../server/terminal-log.js'
import type { ExchangeRecord } from '../state/exchange-record.js'
import { recordToLine } from '../state/request-line.js'
import { readEvents, type ServerEvent } from './event-stream.js'

/** The filters of the journal that have a flag. */
const filterFlags = ['session', 'status', 'operation', 'fixture', 'model', 'text'] as const

/** The options of `standin tail`. */
export const tailFlags = {
  'admin-key': { type: 'string' },
  unmatched: { type: 'boolean' },
  ...Object.fromEntries(filterFlags.map(name => [name, { type: 'string' } as const]))
} as const

const usage = `expected standin tail URL [${Object.keys(tailFlags)
  .map(name => `--${name}`)
  .join('] [')}]`

/** Ends when the signal comes. Throws a ConfigError if the URL is not that of a Standin. */
export async function followRequests(argv: readonly string[], signal: AbortSignal): Promise<void> {
  const { url, headers } = readArguments(argv)
  const show = process.stdout.isTTY ? showOnTerminal(process.stdout) : showAsJson
  let lastId: string | undefined
  const onEvent = (event: ServerEvent) => {
    lastId = event.id ?? lastId
    show(event)
  }
  let waitMs = 0
  let isLost = false
  while (!signal.aborted) {
    try {
      const body = await openStream(url, { ...headers, ...(lastId && { 'last-event-id': lastId }) }, signal)
      if (isLost) process.stderr.write(`standin: ${url.origin}: connected again\n`)
      isLost = false
      waitMs = 0
      for await (const event of readEvents(body)) onEvent(event)
    } catch (error) {
      if (signal.aborted) return
      // Before the first stream, a mistake is more likely than a server that comes back.
      if (waitMs === 0 && !isLost && error instanceof ConfigError) throw error
    }
    if (signal.aborted) return
    if (!isLost) process.stderr.write(`standin: ${url.origin}: the connection is lost, trying again\n`)
    isLost = true
    waitMs = Math.min(maxWaitMs, Math.max(minWaitMs, 2 * waitMs))
    await sleep(waitMs, undefined, { signal }).catch(() => {})
  }
}

const minWaitMs = 250
const maxWaitMs = 5000

function readArguments(argv: readonly string[]): { url: URL; headers: Record<string, string> } {
  const { positionals, tokens } = parseArgs({
    args: [...argv],
    options: tailFlags,
    allowPositionals: true,
    strict: false,
    tokens: true
  })
  const problems: string[] = []
  const values = new Map<string, string>()
  for (const token of tokens) {
    if (token.kind !== 'option') continue
    if (!Object.hasOwn(tailFlags, token.name)) problems.push(explainUnknownFlag(token.rawName))
    else if (token.name !== 'unmatched' && !token.value) problems.push(`${token.rawName}: no value, ${usage}`)
    else values.set(token.name, token.value ?? 'true')
  }
  const [location, more] = positionals
  if (!problems.length && location === undefined) problems.push(`standin tail: no URL, ${usage}`)
  if (!problems.length && more !== undefined) problems.push(`standin tail: ${more}: unexpected argument, ${usage}`)
  if (problems.length) throw new ConfigError(problems)
  const url = toStreamUrl(location!)
  for (const name of [...filterFlags, 'unmatched']) if (values.has(name)) url.searchParams.set(name, values.get(name)!)
  const adminKey = values.get('admin-key') ?? readVariable('STANDIN_ADMIN_KEY')
  return { url, headers: adminKey ? { authorization: `Bearer ${adminKey}` } : {} }
}

function explainUnknownFlag(written: string): string {
  const nearest = findNearest(written.replace(/^-+/, ''), Object.keys(tailFlags))
  return `${written}: unknown option of standin tail${nearest ? `, did you mean --${nearest}?` : `, ${usage}`}`
}

/** Accepts the URLs that a start prints: with or without a path. */
function toStreamUrl(location: string): URL {
  const written = /^\w+:\/\//.test(location) ? location : `http://${location}`
  if (!URL.canParse(written) || !/^https?:/.test(written))
    throw new ConfigError([`standin tail: "${location}" is not a URL, expected http://127.0.0.1:4010`])
  const url = new URL(written)
  const base = url.pathname.replace(/\/(v1|_mock)(\/.*)?$/, '').replace(/\/$/, '')
  return new URL(`${url.origin}${base}/_mock/requests/stream`)
}

async function openStream(
  url: URL,
  headers: Record<string, string>,
  signal: AbortSignal
): Promise<AsyncIterable<Uint8Array>> {
  const response = await fetch(url, { headers, signal }).catch((error: Error) => {
    const reason = (error.cause as Error | undefined)?.message || error.message
    throw new ConfigError([`${url.origin}: no response (${reason}), expected a Standin server`])
  })
  const { status, body } = response
  if (status === 200 && body && /^text\/event-stream/.test(response.headers.get('content-type') ?? ''))
    return body as unknown as AsyncIterable<Uint8Array>
  const { error } = (tryParseJson(await response.text()) ?? {}) as { error?: { code?: unknown; message?: unknown } }
  if (error?.code === 'admin_key_needed')
    throw new ConfigError([`${url.origin}: the server has an admin key, expected --admin-key KEY`])
  if (status === 400 || status === 429) throw new ConfigError([`${url.origin}: ${error?.message ?? status}`])
  throw new ConfigError([`${url.origin}: no Standin, or an older one: ${url.pathname} got ${status}`])
}

type Show = (event: ServerEvent) => void

const droppedText = 'requests are not shown, because there are too many'

function showOnTerminal(terminal: typeof process.stdout): Show {
  const style: () => Style = () => readStyle(terminal)
  terminal.write(`${formatRequestHeader(style())}\n`)
  return ({ event, data }) => {
    if (event === 'request') {
      const { line, endedAt } = recordToLine(JSON.parse(data) as ExchangeRecord)
      terminal.write(`${formatRequestLine(line, new Date(endedAt), style())}\n`)
    } else if (event === 'dropped') terminal.write(`… ${Number(JSON.parse(data).count)} ${droppedText}\n`)
  }
}

/** Prints lines as the log of the server has them. */
const showAsJson: Show = ({ event, data }) => {
  const write = (level: string, at: number, fields: object, msg: string) =>
    process.stdout.write(`${JSON.stringify({ level, time: new Date(at).toISOString(), ...fields, msg })}\n`)
  if (event === 'request') {
    const { line, endedAt } = recordToLine(JSON.parse(data) as ExchangeRecord)
    write('info', endedAt, line, 'request')
  } else if (event === 'dropped') write('warn', Date.now(), { count: JSON.parse(data).count }, droppedText)
}
