/** Remembers chat bodies: a load test sends the same again and again, and what is known of one need not be found out anew. */
import type { FastifyRequest } from 'fastify'
import type { Refusal } from '../core/api-error.js'
import { createCache } from '../core/cache.js'
import { type MaybePromise, then } from '../core/maybe-promise.js'
import { isJson, parseBody } from './body.js'

/** A body, and what the service would say to it. Nobody may change it: others are answered from it too. */
export interface ChatBody {
  body: unknown
  refused: Refusal | undefined
}

const longest = 16_384
// What a parsed body weighs beside its text, at a guess.
const factor = 4

/** Throws a Refusal for a body that does not parse. */
export function createBodies(
  refuse: (body: unknown) => MaybePromise<Refusal | undefined>,
  mostChars = 8_000_000
): (request: FastifyRequest) => MaybePromise<ChatBody> {
  const known = createCache<ChatBody>(mostChars)
  const read = (request: FastifyRequest): MaybePromise<ChatBody> => {
    const body = parseBody(request)
    return then(refuse(body), refused => ({ body, refused }))
  }
  return request => {
    const text = request.exchange.body
    if (!text || text.length > longest || !isJson(request)) return read(request)
    const before = known.of(text)
    if (before) return before
    return then(read(request), found => {
      known.keep(text, found, text.length * factor + 500)
      return found
    })
  }
}
