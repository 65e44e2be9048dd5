/** The headers of each of the service's layers, as recorded. */
import type { FastifyRequest } from 'fastify'
import type { Layer } from '../../core/api-error.js'
import type { Key } from '../../core/api-key.js'
import type { LimitHeaders } from '../../state/limits.js'

/** Organization and project of a key that names none. */
const organization = 'standin-org'
const project = 'proj_Standin0000000000000000'

/** Headers carry no line breaks and nothing beyond ASCII. */
export const asHeader = (text: string): string => text.replace(/[^\t\x20-\x7e]/g, '?')

const line = (name: string, value: string): string => `${name}: ${value}\r\n`

/** The headers of one answer, as the lines that go out. */
export class Head {
  /** @param lines each with its line break */
  constructor(private lines: string) {}

  /** Adds a header, in place of one of the same name. */
  set(name: string, value: string): void {
    const next = line(name, value)
    const at = this.lines.startsWith(`${name}: `) ? 0 : this.lines.indexOf(`\n${name}: `) + 1 || -1
    this.lines =
      at < 0 ? this.lines + next : this.lines.slice(0, at) + next + this.lines.slice(this.lines.indexOf('\r\n', at) + 2)
  }

  /** Headers that a person wrote: their names in any case, their values whatever a template made of a prompt. */
  add(headers: Readonly<Record<string, string>> | undefined): void {
    for (const name in headers) this.set(name.toLowerCase(), asHeader(headers[name]!))
  }

  toString(): string {
    return this.lines
  }

  list(): string[][] {
    const lines = this.lines.split('\r\n').filter(Boolean)
    return lines.map(each => each.split(/: (.*)/s, 2))
  }
}

export function headOf({ exchange, raw }: FastifyRequest, layer: Layer, status = 200): Head {
  const head = new Head(linesOf(exchange, layer, status))
  // Browsers may read answers from anywhere. Other clients send no Origin, and the service sends them nothing of this.
  if (raw.headers.origin !== undefined) {
    head.set('access-control-allow-origin', '*')
    head.set('access-control-expose-headers', 'X-Request-ID')
  }
  return head
}

const wasm = line('x-content-type-options', 'nosniff') + line('x-openai-proxy-wasm', 'v0.1')
const version = line('openai-version', '2020-10-01')

function linesOf(exchange: FastifyRequest['exchange'], layer: Layer, status: number): string {
  const id = `x-request-id: ${exchange.id}\r\n`
  if (layer === 'router') return id
  // Of what the edge says, only what is about limits tells of them.
  if (layer === 'edge') return wasm + (status === 429 ? limitLines(exchange.limits) : '') + id
  if (layer === 'gate' || layer === 'models-gate') return wasm + id
  const processing = `openai-processing-ms: ${Math.round(performance.now() - exchange.startedAt)}\r\n`
  if (layer === 'models' || layer === 'models-delete') return processing + version + wasm + id
  const account = exchange.account ?? nobody
  const lines = accounts.get(account) ?? accountLines(account)
  return lines.before + processing + lines.after + limitLines(exchange.limits) + id
}

const nobody: Key = {}
const accounts = new WeakMap<Key, { before: string; after: string }>()

function accountLines(account: Key): { before: string; after: string } {
  const lines = {
    before: line('openai-organization', account.organization ?? organization),
    after: line('openai-project', account.project ?? project) + version + wasm
  }
  accounts.set(account, lines)
  return lines
}

function limitLines(limits: LimitHeaders | undefined): string {
  if (!limits) return ''
  limits.lines ??= [
    ['limit-requests', limits.limitRequests],
    ['limit-tokens', limits.limitTokens],
    ['remaining-requests', limits.remainingRequests],
    ['remaining-tokens', limits.remainingTokens],
    ['reset-requests', limits.resetRequests],
    ['reset-tokens', limits.resetTokens]
  ]
    .map(([name, value]) => (value === undefined ? '' : line(`x-ratelimit-${name}`, value)))
    .join('')
  return limits.lines
}
