/** Checks in a test which requests a mock received: a matcher for `expect.extend`, and an assertion for other runners. */
import type { VerifyInput, VerifyResult } from '../fixtures/verify.js'

/** A mock, a session of a mock, or a server. */
export interface Receiver {
  /** Compares the requests so far with an expectation. */
  verify(expected: VerifyInput): Promise<VerifyResult>
}

/**
 * Adds `toHaveReceived` to the types of `expect`. Extend the interface of the runner with it:
 * `interface Matchers<T> extends ReceivedMatchers {}` in the module of vitest or jest.
 */
export interface ReceivedMatchers<R = Promise<void>> {
  /**
   * Passes when the requests so far match an expectation.
   *
   * @param expected the conditions, and how many requests must match them. By default at least one chat request.
   */
  toHaveReceived(expected?: VerifyInput): R
}

/** The result of a matcher, as vitest and jest define it. */
export interface MatcherResult {
  /** Whether the requests match the expectation. */
  pass: boolean
  /** Returns the report: what was expected, what was received, and the nearest requests, one line each. */
  message(): string
}

/**
 * The matcher, for `expect.extend({ toHaveReceived })` in vitest and jest.
 *
 * @param receiver a mock, a session of a mock, or a server
 * @param expected the conditions, and how many requests must match them. By default at least one chat request.
 * @throws TypeError when the receiver has no function `verify`, and ConfigError when the expectation is malformed
 *
 * @example
 * ```ts
 * import { createServer } from 'standin'
 * import { toHaveReceived } from 'standin/testing'
 *
 * const server = await createServer()
 * const { pass, message } = await toHaveReceived(server, { match: { lastUser: 'weather' } })
 * console.log(pass, message().split('\n')[1]) // false found 0 of 0 chat requests
 * await server.close()
 * ```
 */
export async function toHaveReceived(receiver: Receiver, expected: VerifyInput = {}): Promise<MatcherResult> {
  if (typeof receiver?.verify !== 'function')
    throw new TypeError('toHaveReceived: expected a mock, a session or a server of Standin')
  const { verified, report } = await receiver.verify(expected)
  const lines = verified ? [`expected requests that do not match ${JSON.stringify(expected)}`, ...report] : report
  return { pass: verified, message: () => lines.join('\n') }
}

/**
 * Throws an Error with the report when the requests do not match an expectation. For node:test, tap and other runners without
 * `expect`.
 *
 * @param receiver a mock, a session of a mock, or a server
 * @param expected the conditions, and how many requests must match them. By default at least one chat request.
 *
 * @example
 * ```ts
 * import { createServer } from 'standin'
 * import { assertReceived } from 'standin/testing'
 *
 * const server = await createServer()
 * await assertReceived(server, { never: true })
 * await server.close()
 * ```
 */
export async function assertReceived(receiver: Receiver, expected: VerifyInput = {}): Promise<void> {
  const { pass, message } = await toHaveReceived(receiver, expected)
  if (!pass) throw new Error(message())
}
