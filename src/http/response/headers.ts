/** Creates the response headers of each layer of the service, as recorded. */
import type { FastifyRequest } from 'fastify'
import type { Layer } from '../../core/api-error.js'
import type { ApiKey } from '../../core/api-key.js'
import type { Exchange } from '../../state/exchange.js'
import type { LimitHeaders } from '../../state/limits.js'

/** The organization and project of a key without them. */
const defaultOrganization = 'standin-org'
const defaultProject = 'proj_Standin0000000000000000'

/** Replaces line breaks and characters beyond ASCII, which headers must not contain. */
export const toHeaderValue = (text: string): string => text.replace(/[^\t\x20-\x7e]/g, '?')

export const jsonContentType = 'application/json'
export const eventStreamContentType = 'text/event-stream; charset=utf-8'

const formatHeader = (name: string, value: string): string => `${name}: ${value}\r\n`

/** The headers of a response, as text. */
export class ResponseHead {
  /** @param lines each with its line break */
  constructor(private lines: string) {}

  /** Sets a header: replaces a header with the same name. */
  set(name: string, value: string): void {
    const next = formatHeader(name, value)
    const at = this.lines.startsWith(`${name}: `) ? 0 : this.lines.indexOf(`\n${name}: `) + 1 || -1
    this.lines =
      at < 0 ? this.lines + next : this.lines.slice(0, at) + next + this.lines.slice(this.lines.indexOf('\r\n', at) + 2)
  }

  /** Adds a header whose name is not set yet. */
  append(name: string, value: string): void {
    this.lines += `${name}: ${value}\r\n`
  }

  /** Sets headers of a user. Names may have any case, and values any characters. */
  add(headers: Readonly<Record<string, string>> | undefined): void {
    for (const name in headers) this.set(name.toLowerCase(), toHeaderValue(headers[name]!))
  }

  toString(): string {
    return this.lines
  }

  toPairs(): string[][] {
    const lines = this.lines.split('\r\n').filter(Boolean)
    return lines.map(each => each.split(/: (.*)/s, 2))
  }
}

export function createHead({ exchange, raw }: FastifyRequest, layer: Layer, status = 200): ResponseHead {
  const head = new ResponseHead(formatLayerHeaders(exchange, layer, status))
  // Pages of every origin may read responses of operations. As in the service, requests without Origin get no CORS headers.
  if (raw.headers.origin !== undefined && !raw.url?.startsWith('/_mock/')) {
    head.set('access-control-allow-origin', '*')
    head.set('access-control-expose-headers', 'X-Request-ID')
  }
  return head
}

const wasmHeaders = formatHeader('x-content-type-options', 'nosniff') + formatHeader('x-openai-proxy-wasm', 'v0.1')
const versionHeader = formatHeader('openai-version', '2020-10-01')

function formatLayerHeaders(exchange: Exchange, layer: Layer, status: number): string {
  const id = `x-request-id: ${exchange.id}\r\n`
  if (layer === 'router') return id
  // Of the edge's errors, only rate limit errors have limit headers.
  if (layer === 'edge') return wasmHeaders + (status === 429 ? formatLimitHeaders(exchange.limits) : '') + id
  if (layer === 'gate' || layer === 'models-gate') return wasmHeaders + id
  const processing = `openai-processing-ms: ${Math.round(performance.now() - exchange.startedAt)}\r\n`
  if (layer === 'models' || layer === 'models-delete') return processing + versionHeader + wasmHeaders + id
  const account = exchange.account ?? emptyAccount
  const lines = accountHeaderCache.get(account) ?? formatAccountHeaders(account)
  return lines.before + processing + lines.after + formatLimitHeaders(exchange.limits) + id
}

const emptyAccount: ApiKey = {}
const accountHeaderCache = new WeakMap<ApiKey, { before: string; after: string }>()

function formatAccountHeaders(account: ApiKey): { before: string; after: string } {
  const lines = {
    before: formatHeader('openai-organization', account.organization ?? defaultOrganization),
    after: formatHeader('openai-project', account.project ?? defaultProject) + versionHeader + wasmHeaders
  }
  accountHeaderCache.set(account, lines)
  return lines
}

function formatLimitHeaders(limits: LimitHeaders | undefined): string {
  if (!limits) return ''
  limits.headLines ??= [
    ['limit-requests', limits.limitRequests],
    ['limit-tokens', limits.limitTokens],
    ['remaining-requests', limits.remainingRequests],
    ['remaining-tokens', limits.remainingTokens],
    ['reset-requests', limits.resetRequests],
    ['reset-tokens', limits.resetTokens]
  ]
    .map(([name, value]) => (value === undefined ? '' : formatHeader(`x-ratelimit-${name}`, value)))
    .join('')
  return limits.headLines
}

/** Adds the overhead of the server and the requested delay, so that a tester can subtract them. */
export function addServerTiming(head: ResponseHead, { exchange, raw }: FastifyRequest): void {
  if (raw.headers['x-mock-server-timing'] === undefined) return
  const { startedAt, streamed, delayMs } = exchange
  const overheadMs = Math.max(0, performance.now() - startedAt - (streamed ? 0 : delayMs))
  head.set('server-timing', `standin;dur=${overheadMs.toFixed(3)}, delay;dur=${delayMs.toFixed(3)}`)
}
