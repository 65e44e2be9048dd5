/** Defines the store of shared state: sequences, states and limits, in memory or shared between processes. */
import type { MaybePromise } from './maybe-promise.js'

/** A limit that is used up and refills at an even pace: `limit` units in each window. */
export interface Bucket {
  /** Identifies the bucket in the store. */
  key: string
  /** The name of the limit, such as `tokensPerMinute`. */
  kind: string
  limit: number
  windowMs: number
  /** The units that the request uses. */
  amount: number
}

/** The result of `spend`. */
export interface BucketUsage {
  /** The used units of each bucket. */
  used: number[]
  /** The index of the first bucket without room. */
  fullIndex?: number
}

/** The operations are atomic, so that processes can share a store. */
export interface Store {
  /** Counts a turn. Returns the number of earlier turns, or undefined when `limit` turns are used up. */
  take(key: string, limit?: number): MaybePromise<number | undefined>
  /** Returns the value of a key. */
  get(key: string): MaybePromise<string | undefined>
  set(key: string, value: string): MaybePromise<void>
  /** Uses units of each bucket, up to the first full bucket. @param now Unix time in milliseconds */
  spend(buckets: readonly Bucket[], now: number): MaybePromise<BucketUsage>
  /** Removes the entries whose keys start with the prefix; all entries without a prefix. */
  forget(prefix?: string): MaybePromise<void>
  /** Checks the store. Returns why it cannot be used, or undefined when it can. */
  findProblem(): MaybePromise<string | undefined>
  /** Closes connections. */
  close?(): Promise<void>
}

/** Where a store reports that it is lost, and that it is back. */
export interface StoreLog {
  error(details: object, message: string): void
  info(details: object, message: string): void
}
