/** Counts a request and its tokens against the limits of its key. */

import { ApiError } from '../../core/api-error.js'
import { andThen } from '../../core/maybe-promise.js'
import type { Bucket, BucketUsage } from '../../core/store.js'
import {
  createBuckets,
  createLimitErrorParams,
  createLimitHeaders,
  createUnlimitedHeadersCache,
  estimateTokens,
  findBucketSuffix,
  limitErrorName,
  nameBuckets
} from '../../state/limits.js'
import type { AppContext } from '../context.js'
import { setLimits } from '../exchange.js'
import { type ChatCall, type ChatStep, next, sent } from './chat-call.js'

/** Limits come before the API error of the body: the service counts a request before it validates the body. */
export function createLimitStep({ keys, store }: AppContext): ChatStep {
  const createHeaders = createUnlimitedHeadersCache()
  return call => {
    const { exchange, chat, model, original, bodyError } = call
    const { account, key = '' } = exchange
    // The service counts no tokens for a body without messages.
    const tokens = estimateTokens(bodyError ? Object(original).messages : chat.messages)
    const suffix = findBucketSuffix(model.family, tokens)
    const limits = account && keys.findLimits(account, model.id, suffix ? model.id + suffix : undefined)
    if (!limits) {
      setLimits(exchange, createHeaders(tokens))
      return call.bodyError ? sendError(call, call.bodyError) : next
    }
    const buckets = createBuckets(nameBuckets(key, model.snapshot + suffix), limits, tokens)
    return andThen(store.spend(buckets, exchange.at), usage => {
      setLimits(exchange, createLimitHeaders(buckets, usage, tokens))
      const apiError = createLimitError(call, buckets, usage, suffix !== '') ?? call.bodyError
      return apiError ? sendError(call, apiError) : next
    })
  }
}

function createLimitError(
  { exchange, model }: ChatCall,
  buckets: readonly Bucket[],
  { fullIndex, used }: BucketUsage,
  isLongContext: boolean
): ApiError | undefined {
  const bucket = fullIndex === undefined ? undefined : buckets[fullIndex]
  if (!bucket) return undefined
  return new ApiError(limitErrorName(bucket, isLongContext), {
    model: model.id,
    organization: exchange.account?.organization,
    ...createLimitErrorParams(bucket, used[fullIndex!]!)
  })
}

function sendError({ request, reply, response }: ChatCall, apiError: ApiError): boolean {
  reply.server.sendApiError(request, reply, apiError, response)
  return sent
}
