/** The headers of each of the service's layers, as recorded. */
import type { FastifyRequest } from 'fastify'
import type { Layer } from '../refusal.js'
import type { LimitHeaders } from '../state/limits.js'

/** Organization and project of a key that names none. */
const organization = 'standin-org'
const project = 'proj_Standin0000000000000000'

export type Headers = Record<string, string>

/** Headers carry no line breaks and nothing beyond ASCII. */
export const asHeader = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?')

/** Names of headers that a person wrote, as they stand beside ours. */
export const lowerCased = (headers: Headers): Headers =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))

export function headersOf({ exchange, raw }: FastifyRequest, layer: Layer): Headers {
  const headers = layerHeaders(exchange, layer)
  // Browsers may read answers from anywhere. Other clients send no Origin, and the service sends them nothing of this.
  if (raw.headers.origin !== undefined) {
    headers['access-control-allow-origin'] = '*'
    headers['access-control-expose-headers'] = 'X-Request-ID'
  }
  return headers
}

function layerHeaders(exchange: FastifyRequest['exchange'], layer: Layer): Headers {
  if (layer === 'router') return { 'x-request-id': exchange.id }
  const { account, limits } = exchange
  if (layer === 'edge') {
    const headers: Headers = { 'x-content-type-options': 'nosniff', 'x-openai-proxy-wasm': 'v0.1' }
    if (limits) addLimits(headers, limits)
    headers['x-request-id'] = exchange.id
    return headers
  }
  const processing = String(Math.round(performance.now() - exchange.startedAt))
  if (layer === 'backend' || layer === 'stored') {
    const headers: Headers = {
      'openai-organization': account?.organization ?? organization,
      'openai-processing-ms': processing,
      'openai-project': account?.project ?? project,
      'openai-version': '2020-10-01',
      'x-content-type-options': 'nosniff',
      'x-openai-proxy-wasm': 'v0.1'
    }
    if (limits) addLimits(headers, limits)
    headers['x-request-id'] = exchange.id
    return headers
  }
  return {
    'openai-processing-ms': processing,
    'openai-version': '2020-10-01',
    'x-content-type-options': 'nosniff',
    'x-openai-proxy-wasm': 'v0.1',
    'x-request-id': exchange.id
  }
}

function addLimits(headers: Headers, limits: LimitHeaders): void {
  const { limitTokens, remainingTokens, resetTokens } = limits
  headers['x-ratelimit-limit-requests'] = limits.limitRequests
  if (limitTokens !== undefined) headers['x-ratelimit-limit-tokens'] = limitTokens
  headers['x-ratelimit-remaining-requests'] = limits.remainingRequests
  if (remainingTokens !== undefined) headers['x-ratelimit-remaining-tokens'] = remainingTokens
  headers['x-ratelimit-reset-requests'] = limits.resetRequests
  if (resetTokens !== undefined) headers['x-ratelimit-reset-tokens'] = resetTokens
}
