/** Counts requests and tokens against what a key may use, and says how much is left. */
import { estimateTokens } from '../../completion/limit-estimate.js'
import { ApiError } from '../../core/api-error.js'
import { andThen, type MaybePromise } from '../../core/maybe-promise.js'
import type { Model } from '../../core/model.js'
import type { Exchange } from '../../state/exchange.js'
import {
  createBuckets,
  createLimitErrorParams,
  createLimitHeaders,
  createUnlimitedHeadersCache,
  limitErrorName
} from '../../state/limits.js'
import type { AppContext } from '../context.js'

/** The refusal of a request for which there is no room; sets the headers of the answer either way. */
export type LimitChecker = (exchange: Exchange, messages: unknown, model: Model) => MaybePromise<ApiError | undefined>

export function createLimitChecker({ keys, store }: AppContext): LimitChecker {
  const createHeaders = createUnlimitedHeadersCache()
  return (exchange, messages, model) => {
    const { account, key = '' } = exchange
    const tokens = estimateTokens(messages)
    const limits = account && keys.findLimits(account, model.id)
    if (!limits) {
      exchange.limits = createHeaders(tokens)
      return undefined
    }
    const buckets = createBuckets(`${key}\n${model.snapshot}`, limits, tokens)
    return andThen(store.spend(buckets, exchange.at), result => {
      exchange.limits = createLimitHeaders(buckets, result, tokens)
      const bucket = result.fullIndex === undefined ? undefined : buckets[result.fullIndex]
      if (!bucket) return undefined
      return new ApiError(limitErrorName(bucket), {
        model: model.id,
        organization: account.organization,
        ...createLimitErrorParams(bucket, result.used[result.fullIndex!]!)
      })
    })
  }
}
