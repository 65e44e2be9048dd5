/** Decides how long to wait before something that failed is started again. Pure. */

const firstMs = 100
const maxMs = 10_000
/** After so long without a failure, the next failure is the first again. */
const steadyMs = 30_000

/** Returns a function that returns the delay after a failure: none after the first failure, then doubled each time. */
export function createBackOff(): (now: number) => number {
  let failures = 0
  let lastAt = Number.NEGATIVE_INFINITY
  return now => {
    if (now - lastAt > steadyMs) failures = 0
    lastAt = now
    failures += 1
    return failures === 1 ? 0 : Math.min(maxMs, firstMs * 2 ** (failures - 2))
  }
}
