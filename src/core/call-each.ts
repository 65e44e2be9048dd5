/** Calls listeners. */

/** Calls each listener, also after the exception of another. */
export function callEach(listeners: readonly (() => void)[], fail: (error: unknown) => void): void {
  for (const listener of listeners)
    try {
      listener()
    } catch (error) {
      fail(error)
    }
}
