/** Asks the upstream, and says in one sentence what went wrong when it does not answer as it should. */
import { type IncomingHttpHeaders, type IncomingMessage, request as plainHttpRequest } from 'node:http'
import type { Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { ApiError } from '../../core/api-error.js'
import type { Upstream } from '../../core/upstream-options.js'

export interface UpstreamRequest {
  /** Comes with the head of the answer. */
  response: Promise<IncomingMessage>
  /** The client left, so nobody waits for the answer. */
  abort(): void
  /** The refusal that tells what went wrong: `error`, or that nothing came in time. */
  toUpstreamError(error: unknown): ApiError
}

/** How to ask there. What encrypts takes long to load, so only who needs it does. */
export async function loadHttpRequest({ url }: Upstream): Promise<typeof plainHttpRequest> {
  return url.protocol === 'https:' ? (await import('node:https')).request : plainHttpRequest
}

/** @param incoming the client's own headers */
export function sendUpstreamRequest(
  httpRequest: typeof plainHttpRequest,
  upstream: Upstream,
  incoming: IncomingHttpHeaders,
  body: string
): UpstreamRequest {
  const { url, displayUrl, timeoutMs } = upstream
  let hasTimedOut = false
  // A connection of its own for each request: one that was kept may be closed by the other side at any moment.
  const request = httpRequest(url, {
    method: 'POST',
    headers: { ...createUpstreamHeaders(upstream, incoming), 'content-length': Buffer.byteLength(body) },
    timeout: timeoutMs,
    agent: false
  })
  const response = new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve)
    request.on('error', reject)
  })
  request.once('timeout', () => {
    hasTimedOut = true
    request.destroy()
  })
  request.end(body)
  return {
    response,
    abort: () => void request.destroy(),
    toUpstreamError: error =>
      hasTimedOut
        ? new ApiError('upstream_timeout', { upstream: displayUrl, ms: timeoutMs })
        : error instanceof ApiError
          ? error
          : createUpstreamError(upstream, describeNetworkError(error))
  }
}

export const createUpstreamError = ({ displayUrl }: Upstream, what: string) =>
  new ApiError('upstream_failed', { upstream: displayUrl, what })

function describeNetworkError(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ECONNRESET') return 'broke off before its answer was over'
  return `can't be reached or understood (${code ?? message})`
}

/** What belongs to one connection, to Standin, or to how this answer is to be packed. */
const skippedHeaders =
  /^(host|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|expect|content-length|accept-encoding|prefer|x-mock-.*|x-microcks-.*)$/
/** What says who asks. */
const credentialHeaders = /^(authorization|api-key|x-api-key|cookie|openai-organization|openai-project)$/

function createUpstreamHeaders({ key }: Upstream, incoming: IncomingHttpHeaders): IncomingHttpHeaders {
  const forwarded = Object.entries(incoming).filter(
    ([name]) => !skippedHeaders.test(name) && !(key !== undefined && credentialHeaders.test(name))
  )
  return {
    ...Object.fromEntries(forwarded),
    'accept-encoding': 'identity',
    ...(key === undefined ? {} : { authorization: `Bearer ${key}` })
  }
}

const decompressors: Record<string, () => NodeJS.ReadWriteStream & Readable> = {
  gzip: () => createGunzip(),
  'x-gzip': () => createGunzip(),
  deflate: () => createInflate(),
  br: () => createBrotliDecompress()
}

/** The bytes of an answer as they were before some upstreams pack them all the same. */
export function decompress(response: IncomingMessage): Readable {
  const decompressor = decompressors[response.headers['content-encoding'] ?? '']?.()
  if (!decompressor) return response
  response.once('error', error => decompressor.destroy(error))
  return response.pipe(decompressor)
}

export async function readResponseText(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of decompress(response)) parts.push(part)
  return Buffer.concat(parts).toString()
}

/** What a client may want to know of the upstream's headers; the rest is between Standin and it. */
export function pickForwardedHeaders({ headers }: IncomingMessage): Record<string, string> {
  const forwardedNames =
    /^(x-request-id|openai-(processing-ms|version|model)|retry-after(-ms)?|x-should-retry|x-ratelimit-.*)$/
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => forwardedNames.test(name))
      .map(([name, value]) => [name, String(value)])
  )
}
