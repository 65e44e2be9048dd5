/** Limits the work and the memory that one response may cost. */
import { ApiError } from './api-error.js'

/** The limits of a budget. */
export interface BudgetLimits {
  /** Units of work. One unit is about the work for one token, one node of a schema, or one event of a stream. */
  work: number
  /** Bytes of the values that are built for the response. */
  bytes: number
}

/** The limits of one response. */
export const responseLimits: BudgetLimits = { work: 1_000_000, bytes: 32 * 1024 * 1024 }

/** Counts what a response costs. It has no clock, so the same request always spends the same. */
export class Budget {
  /** The units of work that are spent. */
  work = 0
  /** The bytes that are spent. */
  bytes = 0

  constructor(readonly limits: BudgetLimits = responseLimits) {}

  /**
   * Spends units of work, before the work is done.
   *
   * @param task what needs the work, for the message: a noun, such as `a value for the schema`
   * @throws ApiError `budget_exceeded` above the limit
   */
  spendWork(units: number, task: string): void {
    this.work += units
    if (this.work > this.limits.work) throw budgetError(task, `${this.limits.work} units of work`)
  }

  /**
   * Spends bytes, before the memory is used.
   *
   * @param task what needs the memory, for the message
   * @throws ApiError `budget_exceeded` above the limit
   */
  spendBytes(bytes: number, task: string): void {
    this.bytes += bytes
    if (this.bytes > this.limits.bytes) throw budgetError(task, `${this.limits.bytes} bytes`)
  }
}

const budgetError = (task: string, limit: string) => new ApiError('budget_exceeded', { task, limit })
