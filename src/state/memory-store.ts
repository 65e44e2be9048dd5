/** The store of a single process. */
import type { Store } from '../core/store.js'
import { drainBucket } from './limits.js'

/** Counts are kept for the most recently used keys only, so that a long run with many sessions stays bounded. */
export function createMemoryStore(maxKeys = 100_000): Store {
  const turns = new Map<string, number>()
  const values = new Map<string, string>()
  const buckets = new Map<string, { used: number; at: number }>()
  return {
    take(key, limit = Number.POSITIVE_INFINITY) {
      const turn = turns.get(key) ?? 0
      if (turn >= limit) return undefined
      turns.delete(key)
      turns.set(key, turn + 1)
      if (turns.size > maxKeys) turns.delete(turns.keys().next().value!)
      return turn
    },
    get: key => values.get(key),
    set(key, value) {
      values.delete(key)
      values.set(key, value)
      if (values.size > maxKeys) values.delete(values.keys().next().value!)
    },
    spend(requested, now) {
      const used = requested.map(({ key, limit, windowMs }) => {
        const bucket = buckets.get(key)
        return bucket ? drainBucket(bucket.used, limit, windowMs, now - bucket.at) : 0
      })
      const fullIndex = requested.findIndex(({ limit, amount }, index) => used[index]! + amount > limit)
      // What is refused for its tokens has been counted as a request, as the service was seen to do.
      requested.slice(0, fullIndex < 0 ? requested.length : fullIndex).forEach(({ key, amount }, index) => {
        used[index]! += amount
        buckets.delete(key)
        buckets.set(key, { used: used[index]!, at: now })
      })
      while (buckets.size > maxKeys) buckets.delete(buckets.keys().next().value!)
      return fullIndex < 0 ? { used } : { used, fullIndex }
    },
    forget(prefix = '') {
      for (const map of [turns, values, buckets])
        for (const key of map.keys()) if (key.startsWith(prefix)) map.delete(key)
    }
  }
}
