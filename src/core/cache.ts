/** Caches values by text, and drops those that were not used lately when the cache is full. */

export interface Cache<T> {
  get(text: string): T | undefined
  /** @param weight the memory of key and value, in characters; by default the length of the text */
  set(text: string, value: T, weight?: number): void
}

export function createCache<T>(maxChars: number): Cache<T> {
  let recent = new Map<string, T>()
  let older = new Map<string, T>()
  let chars = 0
  const set = (text: string, value: T, weight = text.length + 32): void => {
    if (weight * 4 > maxChars) return
    if (chars + weight > maxChars / 2) {
      older = recent
      recent = new Map()
      chars = 0
    }
    recent.set(text, value)
    chars += weight
  }
  return {
    get(text) {
      const cached = recent.get(text)
      if (cached !== undefined) return cached
      const aged = older.get(text)
      if (aged !== undefined) set(text, aged)
      return aged
    },
    set
  }
}
