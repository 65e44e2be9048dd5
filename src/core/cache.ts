/** A cache by text: when what it keeps weighs too much, what was not asked for lately is forgotten. */

export interface Cache<T> {
  of(text: string): T | undefined
  /** @param weight what it takes, in characters */
  keep(text: string, value: T, weight?: number): void
}

export function createCache<T>(mostChars: number): Cache<T> {
  let recent = new Map<string, T>()
  let older = new Map<string, T>()
  let chars = 0
  const keep = (text: string, value: T, weight = text.length + 32): void => {
    if (weight * 4 > mostChars) return
    if (chars + weight > mostChars / 2) {
      older = recent
      recent = new Map()
      chars = 0
    }
    recent.set(text, value)
    chars += weight
  }
  return {
    of(text) {
      const known = recent.get(text)
      if (known !== undefined) return known
      const aged = older.get(text)
      if (aged !== undefined) keep(text, aged)
      return aged
    },
    keep
  }
}
