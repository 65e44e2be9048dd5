/** Keeps the completions of requests with `store: true`, for each session apart, bounded in bytes. */
import { charBytes, estimateBytes, objectBytes } from '../core/memory-size.js'

/** The members of a completion that the store reads. */
interface DatedItem {
  id: string
  /** Unix time in seconds. */
  created: number
}

/** An entry of a session's list. A deleted completion leaves an entry without a value, so that a cursor at it stays valid. */
interface StoredEntry<T> extends DatedItem {
  value?: T
}

/**
 * Completions belong to the session that stored them, so that tests that run side by side do not see each other's.
 * All sessions see the `shared` completions, which fixtures preload. A session that changes or deletes one of them does
 * so for itself.
 */
export interface StoredCompletions<T extends DatedItem> {
  /** Stores a completion, or replaces the session's completion with the same id. */
  save(session: string, value: T): void
  remove(session: string, value: DatedItem): void
  find(session: string, id: string, shared: readonly T[]): T | undefined
  /** Returns all entries by time, oldest first. */
  entries(session: string, shared: readonly T[]): StoredEntry<T>[]
  /** Removes the completions of one session, or of all. */
  clear(session?: string): void
  /** The size of all entries, in bytes. */
  readonly bytes: number
}

/** @param maxBytes the oldest completions are removed when their memory exceeds it; a larger completion is not stored */
export function createStoredCompletions<T extends DatedItem>(maxBytes: number): StoredCompletions<T> {
  const store = new EntryStore<T>(maxBytes)
  return {
    save: (session, value) => store.put(session, value, value),
    remove: (session, value) => store.put(session, value),
    find(session, id, shared) {
      const entry = store.get(session)?.get(id)
      return entry ? entry.value : shared.findLast(value => value.id === id)
    },
    entries(session, shared) {
      const byId = new Map<string, StoredEntry<T>>()
      for (const value of shared) byId.set(value.id, { id: value.id, created: value.created, value })
      for (const entry of store.get(session)?.values() ?? []) byId.set(entry.id, entry)
      // The sort is stable: of two entries in one second, the later one stays later.
      return [...byId.values()].sort((a, b) => a.created - b.created)
    },
    clear: session => store.clear(session),
    get bytes() {
      return store.bytes
    }
  }
}

interface SizedEntry<T> extends StoredEntry<T> {
  session: string
  bytes: number
}

/** The entries of all sessions. Removes the oldest when all exceed a size. */
class EntryStore<T> {
  readonly #sessions = new Map<string, Map<string, SizedEntry<T>>>()
  readonly #byAge = new Set<SizedEntry<T>>()
  bytes = 0

  constructor(readonly maxBytes: number) {}

  get(session: string): ReadonlyMap<string, SizedEntry<T>> | undefined {
    return this.#sessions.get(session)
  }

  put(session: string, { id, created }: DatedItem, value?: T): void {
    const bytes = 2 * objectBytes + charBytes * (session.length + id.length) + (value ? estimateBytes(value) : 0)
    const sessionEntries = this.#sessions.get(session) ?? new Map<string, SizedEntry<T>>()
    const existing = sessionEntries.get(id)
    if (bytes > this.maxBytes) {
      if (existing) this.#drop(existing)
      return
    }
    this.bytes += bytes - (existing?.bytes ?? 0)
    if (existing) Object.assign(existing, { created, value, bytes })
    else {
      const entry = { session, id, created, value, bytes }
      this.#sessions.set(session, sessionEntries.set(id, entry))
      this.#byAge.add(entry)
    }
    for (const oldest of this.#byAge) {
      if (this.bytes <= this.maxBytes) break
      this.#drop(oldest)
    }
  }

  clear(session: string | undefined): void {
    if (session !== undefined) {
      for (const entry of [...(this.#sessions.get(session)?.values() ?? [])]) this.#drop(entry)
      return
    }
    this.#sessions.clear()
    this.#byAge.clear()
    this.bytes = 0
  }

  #drop(entry: SizedEntry<T>): void {
    this.bytes -= entry.bytes
    this.#byAge.delete(entry)
    const sessionEntries = this.#sessions.get(entry.session)!
    sessionEntries.delete(entry.id)
    if (sessionEntries.size === 0) this.#sessions.delete(entry.session)
  }
}
