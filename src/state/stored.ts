/** The store of completions: what `store: true` asked to keep, for each session its own, bounded in bytes, the newest kept. */

/** What the store needs to know of what it keeps. */
export interface DatedItem {
  id: string
  /** Unix time in seconds. */
  created: number
}

/** A place in a session's list. One whose value was removed still tells a reader who pages where to go on. */
export interface StoredEntry<T> extends DatedItem {
  value?: T
}

/**
 * Completions belong to the session that asked for them, like all else that is remembered, so that tests that run side by
 * side do not see each other's. `shared` ones, which fixtures preload, are seen by every session; a session that changes or
 * removes one does so for itself.
 */
export interface StoredCompletions<T extends DatedItem> {
  /** Keeps a value, in the place of the session's earlier one with its id. */
  save(session: string, value: T): void
  remove(session: string, value: DatedItem): void
  find(session: string, id: string, shared: readonly T[]): T | undefined
  /** By time, oldest first. */
  entries(session: string, shared: readonly T[]): StoredEntry<T>[]
  /** Forgets those of one session, or all. */
  clear(session?: string): void
  /** What all that is kept weighs. */
  readonly bytes: number
}

interface SizedEntry<T> extends StoredEntry<T> {
  session: string
  bytes: number
}

// What an entry weighs beside its value.
const entryOverheadBytes = 200

/** @param maxBytes the oldest are dropped when the values, written as JSON, exceed it; one that alone exceeds it is not kept */
export function createStoredCompletions<T extends DatedItem>(maxBytes: number): StoredCompletions<T> {
  const sessions = new Map<string, Map<string, SizedEntry<T>>>()
  const entriesByAge = new Set<SizedEntry<T>>()
  let totalBytes = 0

  function putEntry(session: string, { id, created }: DatedItem, value?: T): void {
    const bytes = entryOverheadBytes + (value ? Buffer.byteLength(JSON.stringify(value)) : 0)
    const sessionEntries = sessions.get(session) ?? new Map<string, SizedEntry<T>>()
    const existing = sessionEntries.get(id)
    if (bytes > maxBytes) {
      if (existing) dropEntry(existing)
      return
    }
    totalBytes += bytes - (existing?.bytes ?? 0)
    if (existing) Object.assign(existing, { created, value, bytes })
    else {
      const entry = { session, id, created, value, bytes }
      sessions.set(session, sessionEntries.set(id, entry))
      entriesByAge.add(entry)
    }
    for (const oldest of entriesByAge) {
      if (totalBytes <= maxBytes) break
      dropEntry(oldest)
    }
  }

  function dropEntry(entry: SizedEntry<T>): void {
    totalBytes -= entry.bytes
    entriesByAge.delete(entry)
    const sessionEntries = sessions.get(entry.session)!
    sessionEntries.delete(entry.id)
    if (sessionEntries.size === 0) sessions.delete(entry.session)
  }

  return {
    save: (session, value) => putEntry(session, value, value),
    remove: (session, value) => putEntry(session, value),
    find(session, id, shared) {
      const entry = sessions.get(session)?.get(id)
      return entry ? entry.value : shared.findLast(value => value.id === id)
    },
    entries(session, shared) {
      const byId = new Map<string, StoredEntry<T>>()
      for (const value of shared) byId.set(value.id, { id: value.id, created: value.created, value })
      for (const entry of sessions.get(session)?.values() ?? []) byId.set(entry.id, entry)
      // Of one second, the one that was kept later is the newer.
      return [...byId.values()].sort((a, b) => a.created - b.created)
    },
    clear(session) {
      if (session !== undefined) {
        for (const entry of [...(sessions.get(session)?.values() ?? [])]) dropEntry(entry)
        return
      }
      sessions.clear()
      entriesByAge.clear()
      totalBytes = 0
    },
    get bytes() {
      return totalBytes
    }
  }
}
