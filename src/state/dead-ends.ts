/** Counts the requests for operations of the service that the server does not serve. */

export interface DeadEnd {
  method: string
  path: string
  count: number
}

export interface DeadEnds {
  /** Returns whether it is the first request for this operation. */
  add(method: string, path: string): boolean
  all(): DeadEnd[]
  clear(): void
}

/** @param maxCount further operations are not counted */
export function createDeadEnds(maxCount = 200): DeadEnds {
  const counts = new Map<string, DeadEnd>()
  return {
    add(method, path) {
      const key = `${method} ${path}`
      const known = counts.get(key)
      if (known) known.count++
      else if (counts.size < maxCount) counts.set(key, { method, path, count: 1 })
      return !known && counts.has(key)
    },
    all: () => [...counts.values()],
    clear: () => counts.clear()
  }
}

/** Adds up the counts of several processes, the most frequent first. */
export function mergeDeadEnds(lists: readonly (readonly DeadEnd[])[]): DeadEnd[] {
  const sums = new Map<string, DeadEnd>()
  for (const { method, path, count } of lists.flat()) {
    const key = `${method} ${path}`
    sums.set(key, { method, path, count: count + (sums.get(key)?.count ?? 0) })
  }
  return [...sums.values()].sort((a, b) => b.count - a.count)
}
