/** Holds the entries that were set last, bounded in bytes. */
import { charBytes, objectBytes } from './memory-size.js'

export class BoundedMap<T> {
  readonly #entries = new Map<string, T>()
  #bytes = 0

  /** @param maxBytes the oldest entries are removed when keys and values exceed it */
  constructor(readonly maxBytes: number) {}

  /** The approximate size of all entries. */
  get bytes(): number {
    return this.#bytes
  }

  get(key: string): T | undefined {
    return this.#entries.get(key)
  }

  /** Sets an entry, which becomes the newest. */
  set(key: string, value: T): void {
    this.delete(key)
    this.#entries.set(key, value)
    this.#bytes += sizeOf(key, value)
    if (this.#bytes <= this.maxBytes) return
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.maxBytes) break
      this.delete(oldest)
    }
  }

  delete(key: string): void {
    const value = this.#entries.get(key)
    if (value === undefined) return
    this.#entries.delete(key)
    this.#bytes -= sizeOf(key, value)
  }

  /** Deletes the entries whose keys start with a text. */
  deletePrefix(prefix: string): void {
    for (const key of this.#entries.keys()) if (key.startsWith(prefix)) this.delete(key)
  }

  /** The entries, the oldest first. */
  entries(): Iterable<[string, T]> {
    return this.#entries
  }
}

const sizeOf = (key: string, value: unknown) =>
  objectBytes + charBytes * (key.length + (typeof value === 'string' ? value.length : 0))
