/** Caches values up to a size in bytes, and drops those that were not used lately when a cache is full. */
import { charBytes, objectBytes } from './memory-size.js'

/** Caches values by text. */
export interface Cache<T> {
  get(text: string): T | undefined
  /** @param valueBytes the memory of the value, without its text */
  set(text: string, value: T, valueBytes?: number): void
}

/** Caches values by an object and a text. The values of an object that is no longer in use are freed with it. */
export interface OwnerCache<T> {
  get(owner: object, text: string): T | undefined
  /** Returns false for a value that is too large. */
  set(owner: object, text: string, value: T, valueBytes: number): boolean
}

interface Entry<T> {
  value: T
  bytes: number
}

/** @param maxBytes the memory of all texts and values; a value above a quarter of it is not kept */
export function createCache<T>(maxBytes: number): Cache<T> {
  const maps = new Generations(maxBytes, () => new Map<string, Entry<T>>())
  return {
    get(text) {
      const entry = maps.recent.get(text)
      if (entry) return entry.value
      const aged = maps.older.get(text)
      if (aged && maps.makeRoom(aged.bytes)) maps.recent.set(text, aged)
      return aged?.value
    },
    set(text, value, valueBytes = 0) {
      const bytes = objectBytes + charBytes * text.length + valueBytes
      if (maps.makeRoom(bytes)) maps.recent.set(text, { value, bytes })
    }
  }
}

/** @param maxBytes the memory of all texts and values; a value above a quarter of it is not kept */
export function createOwnerCache<T>(maxBytes: number): OwnerCache<T> {
  const maps = new Generations(maxBytes, () => new WeakMap<object, Map<string, Entry<T>>>())
  const put = (owner: object, text: string, entry: Entry<T>): boolean => {
    if (!maps.makeRoom(entry.bytes)) return false
    const entries = maps.recent.get(owner)
    if (entries) entries.set(text, entry)
    else maps.recent.set(owner, new Map([[text, entry]]))
    return true
  }
  return {
    get(owner, text) {
      const entry = maps.recent.get(owner)?.get(text)
      if (entry) return entry.value
      const aged = maps.older.get(owner)?.get(text)
      if (aged) put(owner, text, aged)
      return aged?.value
    },
    set: (owner, text, value, valueBytes) =>
      put(owner, text, { value, bytes: objectBytes + charBytes * text.length + valueBytes })
  }
}

/** Two maps of half the size each. When the recent map is full, it takes the place of the older one. */
class Generations<M> {
  recent: M
  older: M
  #bytes = 0

  constructor(
    readonly maxBytes: number,
    readonly createMap: () => M
  ) {
    this.recent = createMap()
    this.older = createMap()
  }

  /** Returns false for an entry that would take the place of too many others. */
  makeRoom(bytes: number): boolean {
    if (bytes * 4 > this.maxBytes) return false
    if (this.#bytes + bytes > this.maxBytes / 2) {
      this.older = this.recent
      this.recent = this.createMap()
      this.#bytes = 0
    }
    this.#bytes += bytes
    return true
  }
}
