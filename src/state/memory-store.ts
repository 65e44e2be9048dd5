/** Keeps the shared state of requests in memory, for a single process. */
import type { Store } from '../core/store.js'
import { drainBucket } from './limits.js'

/** @param maxKeys how many keys of each kind are kept, the most recently used; it bounds long runs with many sessions */
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
      if (turns.size > maxKeys) deleteOldest(turns)
      return turn
    },
    get: key => values.get(key),
    set(key, value) {
      values.delete(key)
      values.set(key, value)
      if (values.size > maxKeys) deleteOldest(values)
    },
    spend(requested, now) {
      const used = requested.map(({ key, limit, windowMs }) => {
        const bucket = buckets.get(key)
        return bucket ? drainBucket(bucket.used, limit, windowMs, now - bucket.at) : 0
      })
      const fullIndex = requested.findIndex(({ limit, amount }, index) => used[index]! + amount > limit)
      // A request that exceeds a limit of tokens counts as a request nevertheless, as in the service.
      requested.slice(0, fullIndex < 0 ? requested.length : fullIndex).forEach(({ key, amount }, index) => {
        used[index]! += amount
        buckets.delete(key)
        buckets.set(key, { used: used[index]!, at: now })
      })
      while (buckets.size > maxKeys) deleteOldest(buckets)
      return fullIndex < 0 ? { used } : { used, fullIndex }
    },
    findProblem: () => undefined,
    forget(prefix = '') {
      for (const map of [turns, values, buckets])
        for (const key of map.keys()) if (key.startsWith(prefix)) map.delete(key)
    }
  }
}

/** Deletes the entry of a map that was set first. */
export function deleteOldest(map: Map<string, unknown>): void {
  map.delete(map.keys().next().value!)
}
