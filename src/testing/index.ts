/**
 * Standin in tests: starts a server for a test file, points the OpenAI clients to it, gives each test its own API key, and reports the
 * unmatched requests of a failed test.
 *
 * @packageDocumentation
 */

import { abbreviate } from '../core/abbreviate.js'
import { toRecord } from '../core/json-pointer.js'
import type { ServerOptions } from '../core/options.js'
import type { FixtureFile, LiveFixtureInput } from '../fixtures/input.js'
import type { VerifyInput, VerifyResult } from '../fixtures/verify.js'
import { createServer, type Server } from '../server/server.js'
import type { ExchangeRecord } from '../state/exchange-record.js'
import { type Runner, registerHooks } from './runner.js'

export { assertReceived, type MatcherResult, type ReceivedMatchers, type Receiver, toHaveReceived } from './received.js'
export type { Runner } from './runner.js'

/** The part of a server that belongs to one test: its own API key, with its own fixtures, counts and requests. */
export interface MockSession {
  /** The value of `OPENAI_BASE_URL`, as in `http://127.0.0.1:40321/v1`. */
  readonly baseURL: string
  /** The value of `OPENAI_API_KEY`. Each session has another. */
  readonly apiKey: string
  /**
   * Adds fixtures that only requests of this session match, before all others.
   *
   * @param fixtures one fixture, a list, or the content of a fixture file
   * @throws ConfigError that names every mistake in the fixtures; none of them is added then
   */
  add(fixtures: LiveFixtureInput | LiveFixtureInput[] | FixtureFile<LiveFixtureInput>): Promise<void>
  /** Returns the requests of this session so far with their responses, oldest first. */
  requests(): ExchangeRecord[]
  /** Returns the chat requests of this session that no fixture matched, each with its near misses. */
  unmatched(): ExchangeRecord[]
  /**
   * Compares the requests of this session with an expectation. The report explains a difference and names the nearest requests.
   *
   * @param expected the conditions, and how many requests must match them. By default at least one chat request.
   * @throws ConfigError when the expectation is malformed
   */
  verify(expected?: VerifyInput): Promise<VerifyResult>
}

/** The mock of a test file. Its members belong to the running test, and throw an Error outside of tests. */
export interface MockOpenAI extends MockSession {
  /** Creates a session beside that of the running test, for work that runs side by side in one file. */
  session(): MockSession
  /** The server. Throws an Error before the tests begin. */
  readonly server: Server
}

/** The options of `createServer`, but for `key`, because each test gets its own. */
export interface MockOptions extends Omit<ServerOptions, 'key'> {
  /** Receives the report of a failed test. @default console.error */
  report?: (text: string) => void
}

/**
 * Starts a server on a free port before the tests of a file, and closes it after them. It sets `OPENAI_BASE_URL` for all tests and
 * another `OPENAI_API_KEY` for each test, and restores both at the end. When a test fails, its unmatched requests are reported with their
 * near misses. Create clients inside tests, because they read the variables when they are created.
 *
 * @param runner the object with the hooks: the module `vitest` or `@jest/globals` (`import * as`), `test` of `node:test`, or `t` of tap.
 * By default the globals of jest or vitest.
 * @param options the options of `createServer`. By default `unmatched` is `refuse` and `fixtures` is `none`, so that no test passes because
 * of a reply that it did not define.
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
    if (!server) throw new Error('the mock starts before the first test of its file: use it inside tests and hooks')
    return server
  }
  const openSession = () => createMockSession(requireServer(), `sk-test-${++count}`)
  const currentSession = () => {
    const last = activeSessions.at(-1)
    if (!last) throw new Error('no test is running: use the mock inside tests, or call mock.session()')
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
    async afterEach(name, hasFailed) {
      const ended = activeSessions.pop()
      if (!ended) return
      const text = hasFailed === false ? undefined : formatFailureReport(name, ended, hasFailed === true)
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

/** Formats the unmatched requests of a test. Returns undefined when fixtures matched all of them. */
function formatFailureReport(name: string | undefined, session: MockSession, hasFailed: boolean): string | undefined {
  const title = `Standin, in ${name === undefined ? 'this test' : `"${name}"`}:`
  const requests = session.requests()
  if (hasFailed && !requests.length) return `${title} no request was received; create the client inside the test`
  const unmatched = session.unmatched()
  if (!unmatched.length) return undefined
  const lines = unmatched.flatMap(({ nearMisses = [], ...record }) => [
    `  ${formatRequest(record)}`,
    ...(nearMisses.length ? nearMisses.map(miss => `    ${miss}`) : ['    there are no fixtures'])
  ])
  return [`${title} ${unmatched.length} of ${requests.length} requests matched no fixture`, ...lines].join('\n')
}

/** The last message of a chat request, or the method and URL of another request. */
function formatRequest({ request, method, url }: Pick<ExchangeRecord, 'request' | 'method' | 'url'>): string {
  const { messages } = toRecord(request)
  if (!Array.isArray(messages)) return `${method} ${url}`
  const last = messages.findLast(each => toRecord(each).role === 'user') ?? messages.at(-1)
  return abbreviate(JSON.stringify(toRecord(last).content ?? null), 200)
}
