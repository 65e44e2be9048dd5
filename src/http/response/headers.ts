/** Creates the response headers of each layer of the service, as recorded. */
import type { FastifyRequest } from 'fastify'
import type { Layer } from '../../core/api-error.js'
import type { ApiKey } from '../../core/api-key.js'
import { findHeaderProblem, isHeaderValue, toHeaderValue } from '../../core/header-rules.js'
import type { Exchange } from '../../state/exchange.js'
import type { LimitHeaders } from '../../state/limits.js'

/** The organization and project of a key without them. */
const defaultOrganization = 'standin-org'
const defaultProject = 'proj_Standin0000000000000000'

export const jsonContentType = 'application/json'
export const eventStreamContentType = 'text/event-stream; charset=utf-8'

/** Node checks no head that is text already, so each value is checked here. */
function formatHeader(name: string, value: string): string {
  if (!isHeaderValue(value)) throw new TypeError(`the header ${name} cannot be ${JSON.stringify(value)}`)
  return `${name}: ${value}\r\n`
}

const maxReportChars = 2000

/** The headers of a response, as text. */
export class ResponseHead {
  /** The content type, once it is set. */
  contentType: string | undefined = undefined

  /** @param lines each with its line break */
  constructor(private lines: string) {}

  /** Sets a header: replaces a header with the same name. */
  set(name: string, value: string): void {
    const next = formatHeader(name, value)
    if (name === 'content-type') this.contentType = value
    const at = this.lines.startsWith(`${name}: `) ? 0 : this.lines.indexOf(`\n${name}: `) + 1 || -1
    this.lines =
      at < 0 ? this.lines + next : this.lines.slice(0, at) + next + this.lines.slice(this.lines.indexOf('\r\n', at) + 2)
  }

  /** Sets the content type, unless the headers of a user have set it. */
  setDefaultContentType(value: string): void {
    if (this.contentType !== undefined) return
    this.contentType = value
    this.lines += value === jsonContentType ? jsonContentTypeLine : formatHeader('content-type', value)
  }

  /** Sets a header that reports something to people. Clients refuse large heads, so a long text is cut. */
  setReport(name: string, text: string): void {
    const kept = text.length > maxReportChars ? `${text.slice(0, maxReportChars)}...` : text
    this.set(name, toHeaderValue(kept))
  }

  /** Sets headers of a user. Names may have any case. Templates may have filled values with any characters. */
  add(headers: Readonly<Record<string, string>> | undefined): void {
    for (const name in headers) {
      const value = toHeaderValue(headers[name]!)
      const problem = findHeaderProblem(name, value)
      if (problem) throw new TypeError(problem)
      this.set(name.toLowerCase(), value)
    }
  }

  toString(): string {
    return this.lines
  }

  toPairs(): string[][] {
    const lines = this.lines.split('\r\n').filter(Boolean)
    return lines.map(each => each.split(/: (.*)/s, 2))
  }
}

export function createHead({ exchange, raw }: FastifyRequest, layer: Layer): ResponseHead {
  const head = new ResponseHead(formatLayerHeaders(exchange, layer))
  // Pages of every origin may read responses of operations. As in the service, requests without Origin get no CORS headers.
  if (raw.headers.origin !== undefined && !raw.url?.startsWith('/_mock/')) {
    head.set('access-control-allow-origin', '*')
    head.set('access-control-expose-headers', 'X-Request-ID')
  }
  return head
}

const jsonContentTypeLine = formatHeader('content-type', jsonContentType)
const wasmHeaders = formatHeader('x-content-type-options', 'nosniff') + formatHeader('x-openai-proxy-wasm', 'v0.1')
const versionHeader = formatHeader('openai-version', '2020-10-01')

function formatLayerHeaders(exchange: Exchange, layer: Layer): string {
  // The proxy before the service knows no request.
  if (layer === 'proxy') return ''
  const id = `x-request-id: ${exchange.id}\r\n`
  if (exchange.azure) return formatAzureHeaders(exchange, layer) + id
  if (layer === 'azure' || layer === 'azure-gate') return azureHeaders + id
  if (layer === 'router') return id
  if (layer === 'edge') return wasmHeaders + formatLimitHeaders(exchange.limits) + id
  if (layer === 'gate' || layer === 'models-gate') return wasmHeaders + id
  const processing = `openai-processing-ms: ${Math.round(performance.now() - exchange.startedAt)}\r\n`
  if (layer === 'models' || layer === 'models-delete') return processing + versionHeader + wasmHeaders + id
  const account = exchange.account ?? emptyAccount
  const lines = accountHeaderCache.get(account) ?? formatAccountHeaders(account)
  return lines.before + processing + lines.after + formatLimitHeaders(exchange.limits) + id
}

const azureHeaders = formatHeader('x-content-type-options', 'nosniff') + formatHeader('x-ms-region', 'Standin')
const raiHeader = formatHeader('x-ms-rai-invoked', 'true')

function formatAzureHeaders({ id, azure, limits }: Exchange, layer: Layer): string {
  const base = `apim-request-id: ${id}\r\n${azureHeaders}`
  if (layer !== 'backend') return base + formatLimitHeaders(limits)
  const deployment = azure?.deployment
  const name = deployment === undefined ? '' : formatHeader('x-ms-deployment-name', toHeaderValue(deployment))
  return base + name + raiHeader + formatLimitHeaders(limits)
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

/** Adds the wait before the request was read, the time of the server and the requested delay, so that a tester can subtract them. */
export function addServerTiming(head: ResponseHead, { exchange, raw }: FastifyRequest): void {
  if (raw.headers['x-mock-server-timing'] === undefined) return
  const { startedAt, waitMs, streamed, delayMs } = exchange
  const overheadMs = Math.max(0, performance.now() - startedAt - (streamed ? 0 : delayMs))
  const parts = { wait: waitMs, standin: overheadMs, delay: delayMs }
  const texts = Object.entries(parts).map(([name, ms]) => `${name};dur=${ms.toFixed(3)}`)
  head.set('server-timing', texts.join(', '))
}
