/** Chains work that is usually synchronous, without a promise unless it is needed. */

export type MaybePromise<T> = T | Promise<T>

/** Test runners have a `Promise` of their own, so the class says nothing. */
export const isPromise = <T>(value: MaybePromise<T>): value is Promise<T> =>
  typeof value === 'object' && value !== null && typeof (value as Promise<T>).then === 'function'

/** Calls `next` with the value: at once, or when the promise resolves. */
export function andThen<T, U>(value: MaybePromise<T>, next: (value: T) => MaybePromise<U>): MaybePromise<U> {
  return isPromise(value) ? value.then(next) : next(value)
}
