/** Keeps the shared state of requests in memory, for a single process. */
import { BoundedMap } from '../core/bounded-map.js'
import { fixedLimits } from '../core/fixed-limits.js'
import type { Store } from '../core/store.js'
import { drainBucket } from './limits.js'

type StoreLimits = Record<'turns' | 'states' | 'buckets', number>

/** @param maxBytes the memory of each kind of entry; the entries that were not used lately go first */
export function createMemoryStore(maxBytes: StoreLimits = fixedLimits): Store {
  const turns = new BoundedMap<number>(maxBytes.turns)
  const states = new BoundedMap<string>(maxBytes.states)
  const buckets = new BoundedMap<{ used: number; at: number }>(maxBytes.buckets)
  return {
    take(key, limit = Number.POSITIVE_INFINITY) {
      const turn = turns.get(key) ?? 0
      if (turn >= limit) return undefined
      turns.set(key, turn + 1)
      return turn
    },
    get: key => states.get(key),
    set: (key, value) => states.set(key, value),
    spend(requested, now) {
      const used = requested.map(({ key, limit, windowMs }) => {
        const bucket = buckets.get(key)
        return bucket ? drainBucket(bucket.used, limit, windowMs, now - bucket.at) : 0
      })
      const fullIndex = requested.findIndex(({ limit, amount }, index) => used[index]! + amount > limit)
      // A request that exceeds a limit of tokens counts as a request nevertheless, as in the service.
      requested.slice(0, fullIndex < 0 ? requested.length : fullIndex).forEach(({ key, amount }, index) => {
        used[index]! += amount
        buckets.set(key, { used: used[index]!, at: now })
      })
      return fullIndex < 0 ? { used } : { used, fullIndex }
    },
    findProblem: () => undefined,
    forget(prefix = '') {
      for (const map of [turns, states, buckets]) map.deletePrefix(prefix)
    }
  }
}
