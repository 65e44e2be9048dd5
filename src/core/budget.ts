/** Limits the work and the memory that one response may cost. */
import { ApiError } from './api-error.js'

/** The limits of a budget. */
export interface BudgetLimits {
  /** Units of work of the complete response. One unit is about half a microsecond: a token, or a rule of a schema. */
  work: number
  /** Bytes of the values that are built for the complete response. */
  bytes: number
  /** Units of work between two pauses. @default no limit of its own */
  workAtOnce?: number
  /** Bytes between two pauses. @default no limit of its own */
  bytesAtOnce?: number
}

const mebibyte = 1024 * 1024

/** The limits of one response. */
export const responseLimits: Required<BudgetLimits> = {
  work: 4_000_000,
  bytes: 512 * mebibyte,
  workAtOnce: 200_000,
  bytesAtOnce: 24 * mebibyte
}

/** What a response has cost. */
export interface BudgetUse {
  /** Units of work. */
  work: number
  /** Bytes of the values that were built. */
  bytes: number
}

/** Counts what a response costs. It has no clock, so the same request always spends the same. */
export class Budget implements BudgetUse {
  /** The units of work that are spent. */
  work = 0
  /** The bytes that are spent. */
  bytes = 0
  #pausedWork = 0
  #pausedBytes = 0
  #marked: BudgetUse = { work: 0, bytes: 0 }

  constructor(readonly limits: BudgetLimits = responseLimits) {}

  /**
   * Spends units of work, before the work is done.
   *
   * @param task what needs the work, for the message: a noun, such as `a value for the schema`
   * @throws ApiError `budget_exceeded` above the limit
   */
  spendWork(units: number, task: string): void {
    const spent = this.work + units
    const { work, workAtOnce = work } = this.limits
    if (spent - this.#pausedWork > workAtOnce) throw budgetError(task, `${workAtOnce} units of work`)
    if (spent > work) throw budgetError(task, `${work} units of work`)
    this.work = spent
  }

  /**
   * Spends bytes, before the memory is used.
   *
   * @param task what needs the memory, for the message
   * @throws ApiError `budget_exceeded` above the limit
   */
  spendBytes(bytes: number, task: string): void {
    const spent = this.bytes + bytes
    const { bytes: limit, bytesAtOnce = limit } = this.limits
    if (spent - this.#pausedBytes > bytesAtOnce) throw budgetError(task, `${bytesAtOnce} bytes`)
    if (spent > limit) throw budgetError(task, `${limit} bytes`)
    this.bytes = spent
  }

  /** Marks a place where the server serves other requests, and has sent what was built before it. */
  pause(): void {
    this.#pausedWork = this.work
    this.#pausedBytes = this.bytes
  }

  /** Marks a place where the server serves other requests, and keeps what was built before it. */
  pauseWork(): void {
    this.#pausedWork = this.work
  }

  /** Marks the start of work that may start again. */
  mark(): void {
    this.#marked = { work: this.work, bytes: this.bytes }
  }

  /** Forgets what was spent since the mark. */
  restart(): void {
    this.work = this.#marked.work
    this.bytes = this.#marked.bytes
    this.#pausedWork = Math.min(this.#pausedWork, this.work)
    this.#pausedBytes = Math.min(this.#pausedBytes, this.bytes)
  }
}

const budgetError = (task: string, limit: string) => new ApiError('budget_exceeded', { task, limit })
