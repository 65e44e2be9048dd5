/** Reads how full the rate limits are that the requests of the journal counted in. */
import { andThen, type MaybePromise } from '../../core/maybe-promise.js'
import type { Bucket } from '../../core/store.js'
import { toChatRequest } from '../../core/to-chat-request.js'
import { parseJsonOrText } from '../../state/exchange-record.js'
import { createBuckets, estimateTokens, findBucketSuffix, nameBuckets } from '../../state/limits.js'
import type { AppContext } from '../context.js'
import type { UsedLimit } from './readings.js'

/** A limit, and how much of it is left. */
interface LimitLevel {
  kind: string
  limit: number
  used: number
  remaining: number
  /** The milliseconds until nothing of it is used. */
  resetMs: number
}

/** Returns the limits that the requests in the journal of this process counted in. */
export function listUsedLimits({ journal, keys, keyMask, models }: AppContext): UsedLimit[] {
  const found = new Map<string, UsedLimit>()
  for (const { key, operation, body } of journal.exchanges()) {
    const account = key === undefined ? undefined : keys.find(key)
    if (!account?.limits && !account?.models) continue
    if (operation !== 'createChatCompletion') continue
    const chat = toChatRequest(parseJsonOrText(body))
    const model = models.get(chat.model)
    const suffix = findBucketSuffix(model.family, estimateTokens(chat.messages))
    const limits = keys.findLimits(account, model.id, suffix ? model.id + suffix : undefined)
    const name = nameBuckets(key!, model.snapshot + suffix)
    if (!limits || found.has(name)) continue
    // Nothing is spent: an amount of 0 only reads a bucket.
    const buckets = createBuckets(name, limits, 0).map(bucket => ({ ...bucket, amount: 0 }))
    found.set(name, { key: keyMask(key!), model: model.snapshot + suffix, buckets })
  }
  return [...found.values()]
}

/** Returns the limits of all processes with their levels. @param now Unix time in milliseconds */
export async function readLimits({ broadcast, store }: AppContext, now: number) {
  const byName = new Map<string, UsedLimit>()
  for (const list of await broadcast('listUsedLimits'))
    for (const each of list) byName.set(each.buckets[0]?.key ?? '', each)
  const read = ({ key, model, buckets }: UsedLimit): MaybePromise<object> =>
    andThen(store.spend(buckets, now), ({ used }) => ({
      key,
      model,
      limits: buckets.map((bucket, index) => toLevel(bucket, used[index] ?? 0))
    }))
  return { limits: await Promise.all([...byName.values()].map(read)) }
}

const toLevel = ({ kind, limit, windowMs }: Bucket, used: number): LimitLevel => ({
  kind,
  limit,
  used: Math.ceil(used),
  remaining: Math.max(0, Math.floor(limit - used)),
  resetMs: Math.ceil((used * windowMs) / limit)
})
