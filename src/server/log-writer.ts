/** Writes log lines to a file descriptor: many at once, and never at the cost of a request. Lines that do not fit are lost. */
import { write, writeSync } from 'node:fs'

/** At the latest, lines are written after so many milliseconds. */
const flushMs = 250
/** How many characters wait for a reader that is too slow. */
const maxWaiting = 1024 * 1024
const retryMs = 100
/** How long the end of the process may wait for the last lines. */
const maxEndMs = 500

/** The reader is slow: its buffer is full. */
const isBusy = ({ code }: NodeJS.ErrnoException) => code === 'EAGAIN' || code === 'EBUSY'
/** The reader is gone, and does not come back. */
const isGone = ({ code }: NodeJS.ErrnoException) => code === 'EPIPE' || code === 'EBADF' || code === 'EIO'

export class LogWriter {
  #waiting = ''
  /** The bytes that are written next. */
  #writing: Buffer | undefined
  #isInSystem = false
  #timer: NodeJS.Timeout | undefined
  #isGone = false
  #onIdle: (() => void)[] = []

  /** @param batchLength writes at once when so many characters wait */
  constructor(
    readonly descriptor: number,
    readonly batchLength: number
  ) {}

  write(line: string): void {
    if (this.#isGone || this.#waiting.length + line.length > maxWaiting) return
    this.#waiting += line
    if (this.#waiting.length >= this.batchLength) this.#writeWaiting()
    else this.#timer ??= setTimeout(() => this.#writeWaiting(), flushMs).unref()
  }

  /** Calls back when all lines are written or lost, or when this takes too long. */
  flush(callback: () => void = () => {}): void {
    const end = () => {
      clearTimeout(timer)
      callback()
    }
    const timer = setTimeout(end, maxEndMs)
    this.#onIdle.push(end)
    this.#writeWaiting()
  }

  /** Writes what it can, for a process that ends. */
  flushSync(): void {
    // The system writes on its own what it already has.
    const rest = this.#isInSystem ? undefined : this.#writing
    const bytes = Buffer.concat([rest ?? Buffer.alloc(0), Buffer.from(this.#waiting)])
    this.#waiting = ''
    this.#writing = undefined
    const endsAt = Date.now() + maxEndMs
    for (let at = 0; at < bytes.length && !this.#isGone && Date.now() < endsAt; ) {
      try {
        at += writeSync(this.descriptor, bytes, at)
      } catch (error) {
        if (!isBusy(error as NodeJS.ErrnoException)) return
      }
    }
  }

  #writeWaiting(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#writing) return
    if (!this.#waiting || this.#isGone) {
      for (const callback of this.#onIdle.splice(0)) callback()
      return
    }
    this.#writing = Buffer.from(this.#waiting)
    this.#waiting = ''
    this.#writeRest()
  }

  #writeRest(isTorn = false): void {
    const bytes = this.#writing
    if (!bytes) return
    this.#isInSystem = true
    write(this.descriptor, bytes, (error, count) => {
      this.#isInSystem = false
      if (bytes !== this.#writing) return
      if (error && isBusy(error)) {
        setTimeout(() => this.#writeRest(isTorn), retryMs).unref()
        return
      }
      if (!error && count < bytes.length) {
        this.#writing = bytes.subarray(count)
        this.#writeRest(true)
        return
      }
      this.#writing = undefined
      this.#isGone = error !== null && isGone(error)
      // The next line must not continue a line that was cut, as on a full disk.
      if (error && isTorn) this.#waiting = `\n${this.#waiting}`
      if (this.#waiting || this.#onIdle.length) this.#writeWaiting()
    })
  }
}
