/** The store of completions: what `store: true` asked to keep, for each session its own, bounded in bytes, the newest kept. */

/** What the store needs to know of what it keeps. */
export interface Dated {
  id: string
  /** Unix time in seconds. */
  created: number
}

/** A place in a session's list. One whose value was removed still tells a reader who pages where to go on. */
export interface Entry<T> extends Dated {
  value?: T
}

/**
 * Completions belong to the session that asked for them, like all else that is remembered, so that tests that run side by
 * side do not see each other's. `shared` ones, which fixtures preload, are seen by every session; a session that changes or
 * removes one does so for itself.
 */
export interface StoredCompletions<T extends Dated> {
  /** Keeps a value, in the place of the session's earlier one with its id. */
  keep(session: string, value: T): void
  remove(session: string, value: Dated): void
  find(session: string, id: string, shared: readonly T[]): T | undefined
  /** By time, oldest first. */
  entries(session: string, shared: readonly T[]): Entry<T>[]
  /** Forgets those of one session, or all. */
  clear(session?: string): void
  /** What all that is kept weighs. */
  readonly bytes: number
}

interface Kept<T> extends Entry<T> {
  session: string
  bytes: number
}

// What an entry weighs beside its value.
const overhead = 200

/** @param maxBytes the oldest are dropped when the values, written as JSON, exceed it; one that alone exceeds it is not kept */
export function createStoredCompletions<T extends Dated>(maxBytes: number): StoredCompletions<T> {
  const sessions = new Map<string, Map<string, Kept<T>>>()
  const byAge = new Set<Kept<T>>()
  let total = 0

  function put(session: string, { id, created }: Dated, value?: T): void {
    const bytes = overhead + (value ? Buffer.byteLength(JSON.stringify(value)) : 0)
    const own = sessions.get(session) ?? new Map<string, Kept<T>>()
    const known = own.get(id)
    if (bytes > maxBytes) {
      if (known) drop(known)
      return
    }
    total += bytes - (known?.bytes ?? 0)
    if (known) Object.assign(known, { created, value, bytes })
    else {
      const kept = { session, id, created, value, bytes }
      sessions.set(session, own.set(id, kept))
      byAge.add(kept)
    }
    for (const oldest of byAge) {
      if (total <= maxBytes) break
      drop(oldest)
    }
  }

  function drop(kept: Kept<T>): void {
    total -= kept.bytes
    byAge.delete(kept)
    const own = sessions.get(kept.session)!
    own.delete(kept.id)
    if (own.size === 0) sessions.delete(kept.session)
  }

  return {
    keep: (session, value) => put(session, value, value),
    remove: (session, value) => put(session, value),
    find(session, id, shared) {
      const own = sessions.get(session)?.get(id)
      return own ? own.value : shared.findLast(value => value.id === id)
    },
    entries(session, shared) {
      const found = new Map<string, Entry<T>>()
      for (const value of shared) found.set(value.id, { id: value.id, created: value.created, value })
      for (const entry of sessions.get(session)?.values() ?? []) found.set(entry.id, entry)
      // Of one second, the one that was kept later is the newer.
      return [...found.values()].sort((a, b) => a.created - b.created)
    },
    clear(session) {
      if (session !== undefined) {
        for (const kept of [...(sessions.get(session)?.values() ?? [])]) drop(kept)
        return
      }
      sessions.clear()
      byAge.clear()
      total = 0
    },
    get bytes() {
      return total
    }
  }
}
