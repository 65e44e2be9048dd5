/** Chains work that is usually synchronous, without a promise unless it is needed. */

export type MaybePromise<T> = T | Promise<T>

/** Calls `next` with the value: at once, or when the promise resolves. */
export function andThen<T, U>(value: MaybePromise<T>, next: (value: T) => MaybePromise<U>): MaybePromise<U> {
  return value instanceof Promise ? value.then(next) : next(value)
}
