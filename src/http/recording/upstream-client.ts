/** Asks the upstream, and says in one sentence what went wrong when it does not answer as it should. */
import { type IncomingHttpHeaders, type IncomingMessage, request as overHttp } from 'node:http'
import type { Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { Refusal } from '../../core/api-error.js'
import type { Upstream } from '../../core/upstream-options.js'

export interface Asked {
  /** Comes with the head of the answer. */
  answer: Promise<IncomingMessage>
  /** The client left, so nobody waits for the answer. */
  leave(): void
  /** The refusal that tells what went wrong: `error`, or that nothing came in time. */
  refusal(error: unknown): Refusal
}

/** How to ask there. What encrypts takes long to load, so only who needs it does. */
export async function openerOf({ url }: Upstream): Promise<typeof overHttp> {
  return url.protocol === 'https:' ? (await import('node:https')).request : overHttp
}

/** @param incoming the client's own headers */
export function askUpstream(
  open: typeof overHttp,
  upstream: Upstream,
  incoming: IncomingHttpHeaders,
  body: string
): Asked {
  const { url, shown, timeoutMs } = upstream
  let isLate = false
  // A connection of its own for each request: one that was kept may be closed by the other side at any moment.
  const request = open(url, {
    method: 'POST',
    headers: { ...headersFor(upstream, incoming), 'content-length': Buffer.byteLength(body) },
    timeout: timeoutMs,
    agent: false
  })
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve)
    request.on('error', reject)
  })
  request.once('timeout', () => {
    isLate = true
    request.destroy()
  })
  request.end(body)
  return {
    answer,
    leave: () => void request.destroy(),
    refusal: error =>
      isLate
        ? new Refusal('upstream_timeout', { upstream: shown, ms: timeoutMs })
        : error instanceof Refusal
          ? error
          : failed(upstream, whyFailed(error))
  }
}

export const failed = ({ shown }: Upstream, what: string) => new Refusal('upstream_failed', { upstream: shown, what })

function whyFailed(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ECONNRESET') return 'broke off before its answer was over'
  return `can't be reached or understood (${code ?? message})`
}

/** What belongs to one connection, to Standin, or to how this answer is to be packed. */
const ownHeaders =
  /^(host|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|expect|content-length|accept-encoding|prefer|x-mock-.*|x-microcks-.*)$/
/** What says who asks. */
const identifying = /^(authorization|api-key|x-api-key|cookie|openai-organization|openai-project)$/

function headersFor({ key }: Upstream, incoming: IncomingHttpHeaders): IncomingHttpHeaders {
  const passed = Object.entries(incoming).filter(
    ([name]) => !ownHeaders.test(name) && !(key !== undefined && identifying.test(name))
  )
  return {
    ...Object.fromEntries(passed),
    'accept-encoding': 'identity',
    ...(key === undefined ? {} : { authorization: `Bearer ${key}` })
  }
}

const unpackers: Record<string, () => NodeJS.ReadWriteStream & Readable> = {
  gzip: () => createGunzip(),
  'x-gzip': () => createGunzip(),
  deflate: () => createInflate(),
  br: () => createBrotliDecompress()
}

/** The bytes of an answer as they were before some upstreams pack them all the same. */
export function unpacked(answer: IncomingMessage): Readable {
  const unpack = unpackers[answer.headers['content-encoding'] ?? '']?.()
  if (!unpack) return answer
  answer.once('error', error => unpack.destroy(error))
  return answer.pipe(unpack)
}

export async function textOf(answer: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of unpacked(answer)) parts.push(part)
  return Buffer.concat(parts).toString()
}

/** What a client may want to know of the upstream's headers; the rest is between Standin and it. */
export function headersOf({ headers }: IncomingMessage): Record<string, string> {
  const kept = /^(x-request-id|openai-(processing-ms|version|model)|retry-after(-ms)?|x-should-retry|x-ratelimit-.*)$/
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => kept.test(name))
      .map(([name, value]) => [name, String(value)])
  )
}
