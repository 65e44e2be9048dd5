/** Understands the addresses under which programs call an operation: base paths, sessions in the path, and those of Azure OpenAI. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { shortenName } from '../core/short-name.js'
import type { AzureAddress } from '../state/exchange.js'
import type { AppContext } from './context.js'
import type { AddressedMessage } from './request-head.js'

/** Passes a request on to another route, or returns false. */
export type PassOn = (request: FastifyRequest, reply: FastifyReply) => boolean

/** Routes requests of other addresses to the operations. A session in the path counts as the header `x-mock-session`. */
export function createAddressRouter(app: FastifyInstance, { options, contract }: AppContext): PassOn {
  const readAddress = createAddressReader(
    options.basePath ?? [],
    contract.operations.flatMap(({ paths }) => paths)
  )
  return (request, reply) => {
    const raw: AddressedMessage = request.raw
    const { url = '' } = raw
    if (raw.originalUrl !== undefined) return false
    const address = readAddress(url)
    if (address.url === url) return false
    raw.originalUrl = url
    raw.url = address.url
    raw.azure = address.azure
    if (address.session !== undefined) raw.headers['x-mock-session'] ??= address.session
    app.routing(raw, reply.raw)
    return true
  }
}

export interface RequestAddress {
  /** The path and query that the routes know. */
  url: string
  /** The session of `/s/NAME/…`. */
  session?: string
  azure?: AzureAddress
}

/**
 * Returns a function that reads the URL of a request.
 *
 * @param basePaths further paths before the operations, such as `/api/v1`
 * @param paths the paths of the document, which always mean themselves
 */
export function createAddressReader(
  basePaths: readonly string[],
  paths: readonly string[]
): (url: string) => RequestAddress {
  const own = (start: string) => paths.some(path => path.startsWith(start))
  const bases = basePaths
    .map(base => base.replace(/\/$/, ''))
    .filter(base => !own(`${base}/`))
    .sort((a, b) => b.length - a.length)
  const hasSessions = !own('/s/')
  const hasAzure = !own('/openai/')
  const withoutBase = (url: string) => {
    const base = bases.find(each => url.startsWith(each) && /^[/?]|^$/.test(url.slice(each.length)))
    return base === undefined ? url : url.slice(base.length).replace(/^(?!\/)/, '/')
  }
  const readPath = (url: string): RequestAddress => {
    const path = withoutBase(url)
    return (hasAzure && readAzurePath(path)) || { url: path }
  }
  return url => {
    const [, name, rest] = (hasSessions && sessionPath.exec(url)) || []
    if (name === undefined || rest === undefined) return readPath(url)
    const session = decodeName(name)
    return session === undefined ? { url } : { ...readPath(rest), session: shortenName(session) }
  }
}

// The last part is the path of the operation, which has no version of its own.
const azurePath = /^\/openai(\/v1|\/deployments\/([^/?]+))?(\/(?!v1\/)[^?].*)$/s
const apiVersion = /[?&]api-version=[^&]/

function readAzurePath(url: string): RequestAddress | undefined {
  const [, base, name, path] = azurePath.exec(url) ?? []
  const deployment = name === undefined ? undefined : decodeName(name)
  if (path === undefined || (name !== undefined && deployment === undefined)) return undefined
  return { url: path, azure: { deployment, isComplete: base === '/v1' || apiVersion.test(path) } }
}

const sessionPath = /^\/s\/([^/?]+)(\/[^?].*)$/s

function decodeName(name: string): string | undefined {
  try {
    return decodeURIComponent(name)
  } catch {
    return undefined
  }
}
