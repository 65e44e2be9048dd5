/**
 * Standin in tests: one call starts a server, points the OpenAI clients to it, gives each test a key of its own, and says why when one
 * fails.
 *
 * @packageDocumentation
 */

import type { ServerOptions } from '../core/options.js'
import type { FixtureFile, LiveFixtureInput } from '../fixtures/input.js'
import type { VerifyInput, VerifyResult } from '../fixtures/verify.js'
import { createServer, type Server } from '../server/server.js'
import type { ExchangeRecord } from '../state/exchange.js'
import { type Runner, registerHooks } from './runner.js'

export { assertReceived, type ReceivedMatchers, toHaveReceived } from './received.js'
export type { Runner } from './runner.js'

/** What one test has of the server: its own key, and with it its own fixtures, counts and requests. */
export interface MockSession {
  /** What `OPENAI_BASE_URL` is set to, as in `http://127.0.0.1:40321/v1`. */
  readonly baseURL: string
  /** What `OPENAI_API_KEY` is set to. */
  readonly apiKey: string
  /** Adds fixtures that answer this test alone, before all others. Throws a Mistake that names what is wrong. */
  add(fixtures: LiveFixtureInput | LiveFixtureInput[] | FixtureFile<LiveFixtureInput>): Promise<void>
  /** What this test asked and was answered so far, oldest first. */
  requests(): ExchangeRecord[]
  /** The chat requests of this test that no fixture answered, each with its near misses. */
  unmatched(): ExchangeRecord[]
  /** Says whether what this test asked is what is expected, and if not, what came nearest. */
  verify(expected?: VerifyInput): Promise<VerifyResult>
}

/** The mock of a test file; its members are about the test that is running. */
export interface MockOpenAI extends MockSession {
  /** A session beside the running test's, for tests that run side by side in one file. */
  session(): MockSession
  /** The server, once the tests have begun. */
  readonly server: Server
}

export interface MockOptions extends Omit<ServerOptions, 'key'> {
  /** Where the report of a failed test goes. @default console.error */
  report?: (text: string) => void
}

/**
 * Starts a server on a free port before the tests of a file, sets `OPENAI_BASE_URL` and, for each test anew, `OPENAI_API_KEY`, and after
 * them restores both and closes it. When a test fails, its requests that no fixture answered are printed with their near misses. Make
 * clients within tests, so that they read the key of the test.
 *
 * @param runner what has the hooks: `vitest` or `@jest/globals` (`import * as`), `node:test`, tap's `t`; without it the globals of jest
 * or vitest
 * @param options those of `createServer`; `unmatched` is `refuse` and `fixtures` are `none` unless told otherwise, so that no test passes by words
 * that it did not give
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import test from 'node:test'
 * import OpenAI from 'openai'
 * import { mockOpenAI } from 'standin/testing'
 *
 * const mock = mockOpenAI(test)
 * test('tells the weather', async () => {
 *   await mock.add({ match: { lastUser: 'weather' }, reply: { text: 'It is sunny.' } })
 *   const messages = [{ role: 'user', content: 'How is the weather?' }]
 *   const { choices } = await new OpenAI().chat.completions.create({ model: 'gpt-4o', messages })
 *   assert.equal(choices[0].message.content, 'It is sunny.')
 * })
 * ```
 */
export function mockOpenAI(runner: Runner = globalThis as Runner, options: MockOptions = {}): MockOpenAI {
  const { report = console.error, ...serverOptions } = options
  const activeSessions: MockSession[] = []
  const savedEnv = new Map<string, string | undefined>()
  let server: Server | undefined
  let count = 0

  const requireServer = () => {
    if (!server) throw new Error('the mock starts with the tests of its file: use it within tests and hooks')
    return server
  }
  const openSession = () => createMockSession(requireServer(), `sk-test-${++count}`)
  const currentSession = () => {
    const last = activeSessions.at(-1)
    if (!last) throw new Error('no test is running: use the mock within tests, or mock.session()')
    return last
  }
  registerHooks(runner, {
    async beforeAll() {
      for (const name of [baseUrlVariable, apiKeyVariable]) savedEnv.set(name, process.env[name])
      server = await createServer({ unmatched: 'refuse', fixtures: 'none', ...serverOptions })
      process.env[baseUrlVariable] = `${await server.listen()}/v1`
    },
    beforeEach() {
      activeSessions.push(openSession())
      process.env[apiKeyVariable] = currentSession().apiKey
    },
    async afterEach(name, failed) {
      const ended = activeSessions.pop()
      if (!ended) return
      const text = failed === false ? undefined : formatFailureReport(name, ended, failed === true)
      if (text) report(text)
      await requireServer().reset(ended.apiKey)
      setVariable(apiKeyVariable, activeSessions.at(-1)?.apiKey ?? savedEnv.get(apiKeyVariable))
    },
    async afterAll() {
      for (const [name, value] of savedEnv) setVariable(name, value)
      await server?.close()
      server = undefined
    }
  })
  return {
    session: openSession,
    get server() {
      return requireServer()
    },
    get baseURL() {
      return currentSession().baseURL
    },
    get apiKey() {
      return currentSession().apiKey
    },
    add: fixtures => currentSession().add(fixtures),
    requests: () => currentSession().requests(),
    unmatched: () => currentSession().unmatched(),
    verify: expected => currentSession().verify(expected)
  }
}

const baseUrlVariable = 'OPENAI_BASE_URL'
const apiKeyVariable = 'OPENAI_API_KEY'

function setVariable(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name]
  else process.env[name] = value
}

const createMockSession = (server: Server, key: string): MockSession => ({
  baseURL: `${server.url}/v1`,
  apiKey: key,
  add: fixtures => server.add(fixtures, key),
  requests: () => server.requests({ session: key }),
  unmatched: () => server.unmatched(key),
  verify: (expected = {}) => server.verify(expected, key)
})

/** What a failed test's author wants to know; nothing when every request was answered as it was told. */
function formatFailureReport(name: string | undefined, session: MockSession, failed: boolean): string | undefined {
  const title = `Standin, in ${name === undefined ? 'this test' : `"${name}"`}:`
  const requests = session.requests()
  if (failed && !requests.length) return `${title} nothing was asked; is the client made within the test?`
  const unmatched = session.unmatched()
  if (!unmatched.length) return undefined
  const lines = unmatched.flatMap(({ request, nearMisses = [] }) => [
    `  ${formatLastMessage(request)}`,
    ...(nearMisses.length ? nearMisses.map(miss => `    ${miss}`) : ['    there is no fixture'])
  ])
  return [`${title} ${unmatched.length} of ${requests.length} requests met no fixture`, ...lines].join('\n')
}

function formatLastMessage(request: unknown): string {
  const { messages = [] } = (request ?? {}) as { messages?: { role: string; content: unknown }[] }
  const last = messages.findLast(({ role }) => role === 'user') ?? messages.at(-1)
  const text = JSON.stringify(last?.content ?? null)
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}
