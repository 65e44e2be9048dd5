/**
 * Protects the server from web pages in a browser on the same machine or network. A page sends requests to every address
 * that its browser reaches. With a DNS name that changes its address, it even sends them as requests to its own origin.
 */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { abbreviate } from '../core/abbreviate.js'
import { ApiError } from '../core/api-error.js'
import { isIpAddress, isLoopbackName, parseHostName, parseListenHost, readAllowedHosts } from '../core/host-name.js'
import type { Options } from '../core/options.js'
import { hasJsonType } from './body.js'
import type { CallerCheck } from './context.js'

/**
 * @param options its `host` decides: on a loopback address, all requests must name an allowed host; on other addresses, only
 * requests of browsers to `/_mock/`
 */
export function createHostChecks({ host: address, allowHost }: Options): { all: CallerCheck; admin: CallerCheck } {
  const ownName = parseListenHost(address)
  const allowedNames = readAllowedHosts(allowHost).add(ownName)
  const isAllowed = (name: string) => isLoopbackName(name) || allowedNames.has(name)
  if (isLoopbackName(ownName)) {
    const check = createHostCheck(isAllowed)
    return { all: check, admin: check }
  }
  // An IP address has no DNS name that could change.
  const check = createHostCheck(name => isAllowed(name) || isIpAddress(name))
  return { all: () => undefined, admin: request => (isFromBrowser(request.raw.headers) ? check(request) : undefined) }
}

function createHostCheck(isAllowed: (name: string) => boolean): CallerCheck {
  // Most clients send the same header with every request.
  let lastAllowed: string | undefined
  return ({ raw }) => {
    const { host } = raw.headers
    if (host === lastAllowed && raw.url?.startsWith('/')) return undefined
    // A request without the header does not come from a browser.
    for (const each of [host, findUrlHost(raw)]) {
      if (!each) continue
      const name = parseHostName(each)
      if (name === undefined || !isAllowed(name))
        return new ApiError('host_not_allowed', { host: abbreviate(each, 100), name: abbreviate(name ?? each, 100) })
    }
    lastAllowed = host
    return undefined
  }
}

/** Returns the host of a request whose target is a full URL, as for a proxy. */
const findUrlHost = ({ url = '' }: IncomingMessage): string | undefined => /^\w+:\/\/([^/?#]*)/.exec(url)?.[1]

/**
 * Whether a browser sent the request, by headers that its pages cannot remove. For a page of plain HTTP, a GET request has
 * only `Accept-Language`; the `fetch` of Node has this header together with `Sec-Fetch-Mode`.
 */
const isFromBrowser = (headers: IncomingHttpHeaders): boolean =>
  headers.origin !== undefined ||
  headers['sec-fetch-site'] !== undefined ||
  (headers['accept-language'] !== undefined && headers['sec-fetch-mode'] === undefined)

/** Whether a page of another origin sent the request. A page on another port has another origin too. */
export function isFromOtherOrigin({ origin, host, 'sec-fetch-site': site }: IncomingHttpHeaders): boolean {
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true
  return origin !== undefined && !isOwnOrigin(origin, host)
}

function isOwnOrigin(origin: string, host = ''): boolean {
  try {
    const { protocol, host: originHost } = new URL(origin)
    return /^https?:$/.test(protocol) && new URL(`${protocol}//${host}`).host === originHost
  } catch {
    return false
  }
}

/** Returns the check of requests that name the session of another key, or any other session. */
export function createSessionCheck(options: Options): CallerCheck {
  const { admin: checkHost } = createHostChecks(options)
  return request =>
    isFromOtherOrigin(request.raw.headers) || checkHost(request)
      ? new ApiError('bad_mock_header', { problem: foreignSessionProblem })
      : undefined
}

const foreignSessionProblem =
  'x-mock-session: a page of another origin cannot name a session, expected an API key of its own for each session'

const readMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Returns the check of who calls `/_mock/`. */
export const createAdminCheck =
  (checkHost: CallerCheck): CallerCheck =>
  request =>
    checkHost(request) ?? checkWrite(request)

export function registerAdminCallerHook(app: FastifyInstance, checkHost: CallerCheck): void {
  app.addHook('onRequest', (request, reply, done) => {
    // A page of another origin cannot even load a response as a script or an image.
    reply.headers({ 'x-content-type-options': 'nosniff', 'cross-origin-resource-policy': 'same-origin' })
    const { method, headers } = request.raw
    if (method !== 'OPTIONS' || headers.origin !== undefined) return done()
    const apiError = checkHost(request)
    if (apiError) done(apiError)
    else reply.code(204).send()
  })
}

function checkWrite(request: FastifyRequest): ApiError | undefined {
  const { headers, method = '' } = request.raw
  if (readMethods.has(method)) return undefined
  if (isFromOtherOrigin(headers))
    return new ApiError('foreign_page', { origin: abbreviate(headers.origin ?? 'an unknown origin', 100) })
  if (request.exchange.body?.length && !hasJsonType(request))
    return new ApiError('json_type_needed', { type: abbreviate(headers['content-type'] ?? 'no content type', 100) })
  return undefined
}
