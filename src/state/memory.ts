/** The store of a single process. */
import type { Store } from '../store.js'

/** Counts are kept for the most recently used keys only, so that a long run with many sessions stays bounded. */
export function createMemoryStore(most = 100_000): Store {
  const turns = new Map<string, number>()
  return {
    take(key, limit = Number.POSITIVE_INFINITY) {
      const turn = turns.get(key) ?? 0
      if (turn >= limit) return undefined
      turns.delete(key)
      turns.set(key, turn + 1)
      if (turns.size > most) turns.delete(turns.keys().next().value!)
      return turn
    },
    forget(prefix = '') {
      for (const key of turns.keys()) if (key.startsWith(prefix)) turns.delete(key)
    }
  }
}
