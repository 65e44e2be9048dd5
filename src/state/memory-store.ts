/** The store of a single process. */
import type { Store } from '../core/store.js'
import { drained } from './limits.js'

/** Counts are kept for the most recently used keys only, so that a long run with many sessions stays bounded. */
export function createMemoryStore(most = 100_000): Store {
  const turns = new Map<string, number>()
  const values = new Map<string, string>()
  const buckets = new Map<string, { used: number; at: number }>()
  return {
    take(key, limit = Number.POSITIVE_INFINITY) {
      const turn = turns.get(key) ?? 0
      if (turn >= limit) return undefined
      turns.delete(key)
      turns.set(key, turn + 1)
      if (turns.size > most) turns.delete(turns.keys().next().value!)
      return turn
    },
    get: key => values.get(key),
    set(key, value) {
      values.delete(key)
      values.set(key, value)
      if (values.size > most) values.delete(values.keys().next().value!)
    },
    spend(wanted, now) {
      const used = wanted.map(({ key, limit, windowMs }) => {
        const bucket = buckets.get(key)
        return bucket ? drained(bucket.used, limit, windowMs, now - bucket.at) : 0
      })
      const short = wanted.findIndex(({ limit, amount }, index) => used[index]! + amount > limit)
      // What is refused for its tokens has been counted as a request, as the service was seen to do.
      wanted.slice(0, short < 0 ? wanted.length : short).forEach(({ key, amount }, index) => {
        used[index]! += amount
        buckets.delete(key)
        buckets.set(key, { used: used[index]!, at: now })
      })
      while (buckets.size > most) buckets.delete(buckets.keys().next().value!)
      return short < 0 ? { used } : { used, short }
    },
    forget(prefix = '') {
      for (const kept of [turns, values, buckets])
        for (const key of kept.keys()) if (key.startsWith(prefix)) kept.delete(key)
    }
  }
}
