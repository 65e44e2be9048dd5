/** Notices a process that does not respond, because it is stuck in one piece of work or stopped. */

export interface Heartbeat {
  close(): void
}

/**
 * @param ping calls the process; it resolves or rejects when the process has responded
 * @param intervalMs how long a response may take. A process that never responds is noticed after at most twice this time.
 * @param onHang called once
 */
export function startHeartbeat(ping: () => Promise<unknown>, intervalMs: number, onHang: () => void): Heartbeat {
  let isWaiting = false
  const beat = () => {
    if (isWaiting) {
      clearInterval(timer)
      // This process may have been busy too: the response may be here already, and is read before the next turn.
      setImmediate(() => {
        if (isWaiting) onHang()
        else timer = setInterval(beat, intervalMs).unref()
      })
      return
    }
    isWaiting = true
    const stopWaiting = () => {
      isWaiting = false
    }
    ping().then(stopWaiting, stopWaiting)
  }
  let timer = setInterval(beat, intervalMs).unref()
  return { close: () => clearInterval(timer) }
}
