/** Defines the head of a request, checks it against HTTP/1.1, and recognises requests to Standin itself. */
import type { IncomingMessage } from 'node:http'
import { ApiError } from '../core/api-error.js'
import type { AzureAddress, Exchange } from '../state/exchange.js'

/** A request with what its address says beside the operation. */
export interface AddressedMessage extends IncomingMessage {
  /** The path and query that the client sent, if the server routes another URL. */
  originalUrl?: string
  azure?: AzureAddress | undefined
}

/** Returns the API error for a request of another version of HTTP, or with more than one Host header. */
export function findHeadError({ httpVersionMajor, rawHeaders }: IncomingMessage): ApiError | undefined {
  if (httpVersionMajor !== 1) return new ApiError('invalid_http')
  let hosts = 0
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!
    if (name.length === 4 && (name === 'host' || name.toLowerCase() === 'host')) hosts++
  }
  return hosts > 1 ? new ApiError('invalid_http') : undefined
}

/** Whether a request is for a path of Standin's own. */
export const isAdminRequest = ({ url, operation }: Exchange) =>
  operation === undefined && (url.startsWith('/_mock') || url === '/health')

/** Whether a request asks for the state of the server, as load tools and the page do again and again. */
export const isProbe = ({ method, url }: Exchange, isAdmin: boolean) =>
  isAdmin ? method === 'GET' || method === 'HEAD' : url === '/' && method === 'HEAD'
