/** Reads the bodies of chat requests: parses and validates each, and keeps what comes again. */
import type { FastifyRequest } from 'fastify'
import type { ApiError } from '../../core/api-error.js'
import { createCache } from '../../core/cache.js'
import { fixedLimits } from '../../core/fixed-limits.js'
import { andThen, type MaybePromise } from '../../core/maybe-promise.js'
import { estimateBytes } from '../../core/memory-size.js'
import type { ChatRequest } from '../../core/openai-types.js'
import { createRepeatFilter } from '../../core/repeat-filter.js'
import { toChatRequest } from '../../core/to-chat-request.js'
import { hasJsonType, parseBody } from '../body.js'
import { type KnownBody, parsedShare } from '../known-bodies.js'

/** A parsed body and the service's API error for it. Requests share it, so nothing may change it. */
export interface ChatBody {
  /** As the client sent it. */
  body: unknown
  /** The body in the shape of a chat request. The same object as the body, if it has this shape. */
  chat: ChatRequest
  bodyError: ApiError | undefined
}

const maxCachedChatChars = 16_384
const errorBytes = 1000

/** Creates a reader that caches bodies. The reader throws an ApiError for a body that is not JSON. */
export function createBodyReader(
  validate: (body: unknown, text?: string) => MaybePromise<ApiError | undefined>,
  maxBytes: number = fixedLimits.bodyCache
): (request: FastifyRequest) => MaybePromise<ChatBody> {
  const cache = createCache<ChatBody>(maxBytes)
  const isRepeated = createRepeatFilter()
  const knownChats = new WeakMap<KnownBody, ChatBody>()
  const readBody = (request: FastifyRequest): MaybePromise<ChatBody> => {
    const body = parseBody(request)
    return andThen(validate(body, request.exchange.body), bodyError => ({ body, chat: toChatRequest(body), bodyError }))
  }
  const readKnown = (request: FastifyRequest, known: KnownBody): MaybePromise<ChatBody> =>
    knownChats.get(known) ??
    andThen(readBody(request), chatBody => {
      if (estimateBytes(chatBody.body) < parsedShare * known.bytes.length) knownChats.set(known, chatBody)
      return chatBody
    })
  return request => {
    const { body: text, azure } = request.exchange
    // The same body may come to several deployments of Azure.
    if (!text || azure || !hasJsonType(request)) return readBody(request)
    if (request.knownBody) return readKnown(request, request.knownBody)
    if (text.length > maxCachedChatChars) return readBody(request)
    const cached = cache.get(text)
    if (cached) return cached
    return andThen(readBody(request), chatBody => {
      // Most bodies of a test come only once, and memory that lives for a while costs more than all other work.
      if (isRepeated(text))
        cache.set(text, chatBody, estimateBytes(chatBody.body) + (chatBody.bodyError ? errorBytes : 0))
      return chatBody
    })
  }
}
