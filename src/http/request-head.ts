/** Checks what Node's parser accepts in the head of a request, but HTTP/1.1 forbids. */
import type { IncomingMessage } from 'node:http'
import { ApiError } from '../core/api-error.js'

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
