/** The few verbs by which requests share state: in memory here, over other carriers where processes must agree. */
import type { MaybePromise } from './maybe.js'

export interface Store {
  /** Counts a turn and answers how many there were before, or nothing when `limit` of them are used up. */
  take(key: string, limit?: number): MaybePromise<number | undefined>
  /** Forgets the counts whose keys begin so; all of them without a prefix. */
  forget(prefix?: string): MaybePromise<void>
}
