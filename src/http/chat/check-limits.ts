/** Counts requests and tokens against what a key may use, and says how much is left. */
import { estimatedTokens } from '../../completion/limit-estimate.js'
import { Refusal } from '../../core/api-error.js'
import { type MaybePromise, then } from '../../core/maybe-promise.js'
import type { Model } from '../../core/model.js'
import type { Exchange } from '../../state/exchange.js'
import { bucketsOf, createUnlimitedHeaders, headersFor, refusalOf, shortFacts } from '../../state/limits.js'
import type { Rooms } from '../context.js'

/** The refusal of a request for which there is no room; sets the headers of the answer either way. */
export type Limiter = (exchange: Exchange, messages: unknown, model: Model) => MaybePromise<Refusal | undefined>

export function createLimiter({ keys, store }: Rooms): Limiter {
  const unlimited = createUnlimitedHeaders()
  return (exchange, messages, model) => {
    const { account, key = '' } = exchange
    const tokens = estimatedTokens(messages)
    const limits = account && keys.limitsOf(account, model.id)
    if (!limits) {
      exchange.limits = unlimited(tokens)
      return undefined
    }
    const buckets = bucketsOf(`${key}\n${model.snapshot}`, limits, tokens)
    return then(store.spend(buckets, exchange.at), spent => {
      exchange.limits = headersFor(buckets, spent, tokens)
      const bucket = spent.short === undefined ? undefined : buckets[spent.short]
      if (!bucket) return undefined
      return new Refusal(refusalOf(bucket), {
        model: model.id,
        organization: account.organization,
        ...shortFacts(bucket, spent.used[spent.short!]!)
      })
    })
  }
}
