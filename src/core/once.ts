/** Returns a function that calls `make` at its first call, and returns the same result at all later calls. */
export function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
