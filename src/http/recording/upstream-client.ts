/** Sends requests to the upstream, and converts its failures to API errors. */
import { type IncomingHttpHeaders, type IncomingMessage, request as plainHttpRequest } from 'node:http'
import type { Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { ApiError } from '../../core/api-error.js'
import type { Upstream } from '../../core/upstream-options.js'

/** The size of the largest response, decompressed. */
const maxResponseMb = 32
/** A whole response may take so many times as long as the upstream may send nothing. */
const wholeTimes = 10

export interface UpstreamRequest {
  /** Resolves with the head of the response. */
  response: Promise<IncomingMessage>
  /** Cancels the request, for a client that left. */
  abort(): void
  /** Converts the failure of the request to an API error: a timeout, or `error`. */
  toUpstreamError(error: unknown): ApiError
}

/** Returns the `request` function of the upstream's protocol. `node:https` loads only if needed, because it is slow. */
export async function loadHttpRequest({ url }: Upstream): Promise<typeof plainHttpRequest> {
  return url.protocol === 'https:' ? (await import('node:https')).request : plainHttpRequest
}

/** @param clientHeaders the headers of the client's request */
export function sendUpstreamRequest(
  httpRequest: typeof plainHttpRequest,
  upstream: Upstream,
  clientHeaders: IncomingHttpHeaders,
  body: string
): UpstreamRequest {
  const { url, displayUrl, timeoutMs } = upstream
  let timeout: ApiError | undefined
  // Each request has a new connection, because the upstream may close an idle connection at any moment.
  const request = httpRequest(url, {
    method: 'POST',
    headers: { ...createUpstreamHeaders(upstream, clientHeaders), 'content-length': Buffer.byteLength(body) },
    timeout: timeoutMs,
    agent: false
  })
  const response = new Promise<IncomingMessage>((resolve, reject) => {
    const fail = (problem: string) => reject(createUpstreamError(upstream, problem))
    request.once('response', resolve)
    request.on('error', reject)
    request.once('upgrade', ({ statusCode }, socket) => {
      socket.destroy()
      fail(`answered ${statusCode}, expected a completion or an error`)
    })
    // The last event of every request, also of a request without any other.
    request.once('close', () => fail(brokenOff))
  })
  const endWith = (problem: string, ms: number) => {
    timeout ??= new ApiError('upstream_timeout', { upstream: displayUrl, problem, ms })
    request.destroy()
  }
  request.once('timeout', () => endWith('said nothing for', timeoutMs))
  const wholeMs = timeoutMs * wholeTimes
  const wholeTimer = setTimeout(() => endWith('did not end its answer within', wholeMs), wholeMs)
  request.once('close', () => clearTimeout(wholeTimer))
  request.end(body)
  return {
    response,
    abort: () => void request.destroy(),
    toUpstreamError: error =>
      timeout ?? (error instanceof ApiError ? error : createUpstreamError(upstream, describeNetworkError(error)))
  }
}

export const createUpstreamError = ({ displayUrl }: Upstream, problem: string) =>
  new ApiError('upstream_failed', { upstream: displayUrl, what: problem })

const brokenOff = 'broke off before its answer was over'

function describeNetworkError(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ECONNRESET') return brokenOff
  return `can't be reached or understood (${code ?? message})`
}

/** The headers of the connection, of Standin and of compression. */
const skippedHeaders =
  /^(host|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|expect|content-length|content-encoding|accept-encoding|prefer|x-mock-.*|x-microcks-.*)$/
/** The headers that identify the client. The upstream's key replaces them. */
const credentialHeaders = /^(authorization|api-key|x-api-key|cookie|openai-organization|openai-project)$/

function createUpstreamHeaders({ key }: Upstream, clientHeaders: IncomingHttpHeaders): IncomingHttpHeaders {
  const forwarded = Object.entries(clientHeaders).filter(
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

/** Returns the decompressed body. Some upstreams compress despite `accept-encoding: identity`. */
function decompress(response: IncomingMessage): Readable {
  const decompressor = decompressors[response.headers['content-encoding'] ?? '']?.()
  if (!decompressor) return response
  response.once('error', error => decompressor.destroy(error))
  return response.pipe(decompressor)
}

/** Yields the decompressed body, up to the largest size. */
export async function* readBody(response: IncomingMessage, upstream: Upstream): AsyncGenerator<Buffer, void> {
  let bytes = 0
  for await (const part of decompress(response)) {
    bytes += part.length
    if (bytes > maxResponseMb * 1024 * 1024)
      throw createUpstreamError(upstream, `sent more than ${maxResponseMb} MiB, expected a smaller answer`)
    yield part
  }
}

export async function readResponseText(response: IncomingMessage, upstream: Upstream): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of readBody(response, upstream)) parts.push(part)
  return Buffer.concat(parts).toString()
}

/** Returns the upstream's headers that are useful to a client. */
export function pickForwardedHeaders({ headers }: IncomingMessage): Record<string, string> {
  const forwardedNames =
    /^(x-request-id|openai-(processing-ms|version|model)|retry-after(-ms)?|x-should-retry|x-ratelimit-.*)$/
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => forwardedNames.test(name))
      .map(([name, value]) => [name, String(value)])
  )
}
