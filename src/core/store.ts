/** The few verbs by which requests share state: in memory here, over other carriers where processes must agree. */
import type { MaybePromise } from './maybe-promise.js'

/** Something that is used up and comes back at an even pace: `limit` of it in each window. */
export interface Bucket {
  key: string
  kind: string
  limit: number
  windowMs: number
  /** How much is wanted of it. */
  amount: number
}

export interface BucketUsage {
  /** How much of each bucket is in use now. */
  used: number[]
  /** The index of the first bucket without room. */
  fullIndex?: number
}

export interface Store {
  /** Counts a turn and answers how many there were before, or nothing when `limit` of them are used up. */
  take(key: string, limit?: number): MaybePromise<number | undefined>
  /** What was set under a key. */
  get(key: string): MaybePromise<string | undefined>
  set(key: string, value: string): MaybePromise<void>
  /** Takes from each bucket in turn, up to the first that has no room. @param now Unix time in milliseconds */
  spend(buckets: readonly Bucket[], now: number): MaybePromise<BucketUsage>
  /** Forgets the counts and buckets whose keys begin so; all of them without a prefix. */
  forget(prefix?: string): MaybePromise<void>
  /** Lets go of what it holds open. */
  close?(): Promise<void>
}
