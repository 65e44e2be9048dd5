/** Says in a test what was asked of Standin: a matcher for `expect.extend`, and an assertion for runners without `expect`. */
import type { VerifyInput, VerifyResult } from '../fixtures/verify.js'

/** What can be asked what it received: a mock, a session of one, or a server. */
export interface Receiver {
  verify(expected: VerifyInput): Promise<VerifyResult>
}

/** For the types of `expect`: `interface Matchers<T> extends ReceivedMatchers {}` in vitest's or jest's module. */
export interface ReceivedMatchers<R = Promise<void>> {
  /** Whether what was asked is what is expected; without an expectation, whether anything was. */
  toHaveReceived(expected?: VerifyInput): R
}

/**
 * The matcher, for `expect.extend({ toHaveReceived })` in vitest and jest. It takes what `server.verify` takes.
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
export async function toHaveReceived(receiver: Receiver, expected: VerifyInput = {}) {
  if (typeof receiver?.verify !== 'function')
    throw new TypeError('toHaveReceived: expected a mock, a session or a server of Standin')
  const { verified, report } = await receiver.verify(expected)
  return {
    pass: verified,
    message: () =>
      verified ? `expected otherwise of ${JSON.stringify(expected)}\n${report.join('\n')}` : report.join('\n')
  }
}

/**
 * Throws an Error with the report when what was asked is not what is expected. For node:test, tap and all else.
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
