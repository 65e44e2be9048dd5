/** Remembers chat bodies: a load test sends the same again and again, and what is known of one need not be found out anew. */
import type { FastifyRequest } from 'fastify'
import type { ApiError } from '../core/api-error.js'
import { createCache } from '../core/cache.js'
import { andThen, type MaybePromise } from '../core/maybe-promise.js'
import { hasJsonType, parseBody } from './body.js'

/** A body, and what the service would say to it. Nobody may change it: others are answered from it too. */
export interface ChatBody {
  body: unknown
  bodyError: ApiError | undefined
}

const maxCachedChatChars = 16_384
// What a parsed body weighs beside its text, at a guess.
const parsedSizeFactor = 4

/** Throws a Refusal for a body that does not parse. */
export function createBodyReader(
  validate: (body: unknown) => MaybePromise<ApiError | undefined>,
  maxChars = 8_000_000
): (request: FastifyRequest) => MaybePromise<ChatBody> {
  const cache = createCache<ChatBody>(maxChars)
  const readBody = (request: FastifyRequest): MaybePromise<ChatBody> => {
    const body = parseBody(request)
    return andThen(validate(body), bodyError => ({ body, bodyError }))
  }
  return request => {
    const text = request.exchange.body
    if (!text || text.length > maxCachedChatChars || !hasJsonType(request)) return readBody(request)
    const cached = cache.get(text)
    if (cached) return cached
    return andThen(readBody(request), chatBody => {
      cache.set(text, chatBody, text.length * parsedSizeFactor + 500)
      return chatBody
    })
  }
}
