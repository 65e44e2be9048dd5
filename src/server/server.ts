/** Creates servers, and defines what a program does with one. */

import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import pino, { type Logger } from 'pino'
import { ConfigError } from '../core/config-error.js'
import type { Options, ServerOptions } from '../core/options.js'
import { resolveOptions } from '../core/resolve-options.js'
import { shortenName } from '../core/short-name.js'
import { nextFixtureName } from '../fixtures/fixture-store.js'
import type { FixtureFile, LiveFixtureInput } from '../fixtures/input.js'
import type { VerifyInput, VerifyResult } from '../fixtures/verify.js'
import { resetState } from '../http/admin/reset-state.js'
import { verifyRequests } from '../http/admin/verify-requests.js'
import { createApp } from '../http/app.js'
import type { ServerFacts } from '../http/context.js'
import type { ExchangeRecord } from '../state/exchange-record.js'
import type { RequestFilter } from '../state/journal-query.js'
import type { ProcessGroup } from '../state/process-group.js'
import { createClose } from './close.js'
import { describeServer } from './cluster-commands.js'
import { createContext } from './create-context.js'
import { explainListenError, formatUrl } from './listen-errors.js'
import { readTlsFiles } from './tls-files.js'
import { type Watcher, watchFiles } from './watch.js'

// A load test opens thousands of connections at once. The system may allow fewer (`net.core.somaxconn`).
const waitingConnections = 4096

/** A server in this process. Several servers in one process share nothing. */
export interface Server {
  /** The address, as in `http://127.0.0.1:4010`, without a slash at the end. Throws an Error before `listen`. */
  readonly url: string
  /** Starts to listen, and returns the URL. Rejects with a {@link ConfigError} when the port is in use. */
  listen(): Promise<string>
  /**
   * Stops listening and frees everything. Open streams may end within `closeMs` milliseconds; then their connections are
   * closed.
   */
  close(): Promise<void>
  /**
   * Adds fixtures before all others. Later calls come first; a list keeps its order. `{ stored: [...] }` adds stored
   * completions. A function in place of a reply receives the request, and returns the reply at once or in parts.
   *
   * @param fixtures one fixture, a list, or the content of a fixture file
   * @param session an API key, or a value of the request header `x-mock-session`: only its requests match the fixtures.
   * By default all requests can match them.
   * @throws {@link ConfigError} that names every mistake in the fixtures; none of them is added then
   */
  add(fixtures: LiveFixtureInput | LiveFixtureInput[] | FixtureFile<LiveFixtureInput>, session?: string): Promise<void>
  /**
   * Returns the requests so far with their responses, oldest first. The option `journalMb` limits how many are kept. API
   * keys are masked.
   *
   * @param filter the conditions for the requests. By default all are returned.
   */
  requests(filter?: RequestFilter): ExchangeRecord[]
  /**
   * Returns the requests that no fixture matched, each with its near misses. Of an operation other than chat, it returns them only if
   * the operation has fixtures.
   *
   * @param session an API key, or a value of `x-mock-session`. By default those of all sessions are returned.
   */
  unmatched(session?: string): ExchangeRecord[]
  /**
   * Compares the requests so far with an expectation. The report explains a difference and names the nearest requests.
   *
   * @param expected the conditions, and how many requests must match them; at least one by default
   * @param session an API key, or a value of `x-mock-session`. By default the requests of all sessions count.
   * @throws {@link ConfigError} when the expectation is malformed
   *
   * @example
   * ```ts
   * const { verified, report } = await server.verify({ match: { lastUser: 'weather' }, count: 1 })
   * if (!verified) throw new Error(report.join('\n'))
   * ```
   */
  verify(expected: VerifyInput, session?: string): Promise<VerifyResult>
  /**
   * Removes what was added at run time: fixtures, faults, stored completions, counts and the journal, and without a session
   * also keys.
   *
   * @param session an API key, or a value of `x-mock-session`. By default all sessions are reset.
   */
  reset(session?: string): Promise<void>
  /** The Fastify instance. `app.inject` sends requests without a socket. */
  readonly app: FastifyInstance
}

/**
 * Creates a server that stands in for OpenAI's Chat Completions API. It listens after a call of `listen`: on 127.0.0.1 and a
 * free port, or on the options `host` and `port`.
 *
 * Requests, responses and errors follow OpenAI's API reference (https://platform.openai.com/docs/api-reference/chat) and
 * recorded responses of the service. docs/deviations.md lists the differences.
 *
 * @param options the options of the command with names in camel case and the same defaults, but for `port`: its default is 0,
 * a free port. Environment variables and standin.yaml are not read.
 * @returns the server, before it listens
 * @throws {@link ConfigError} when an option, the document, an overlay or a fixture is wrong. Its `problems` are one line each:
 * where, what is wrong, and what was expected.
 *
 * @example
 * ```ts
 * import OpenAI from 'openai'
 * import { createServer } from 'standin'
 *
 * const server = await createServer()
 * await server.add({ match: { lastUser: 'weather' }, reply: { text: 'It is sunny.' } })
 * const openai = new OpenAI({ apiKey: 'sk-test', baseURL: `${await server.listen()}/v1` })
 * const completion = await openai.chat.completions.create({
 *   model: 'gpt-4o',
 *   messages: [{ role: 'user', content: 'How is the weather?' }]
 * })
 * console.log(completion.choices[0].message.content) // It is sunny.
 * await server.close()
 * ```
 */
export async function createServer(options: ServerOptions = {}): Promise<Server> {
  return openServer(resolveOptions({ serverOptions: { port: 0, ...options } }), pino({ level: 'silent' }))
}

interface ReloadableServer extends Server {
  /** Reads the files of the user again. */
  reload(): Promise<void>
  /** What a banner says about the server. */
  describe(): Promise<ServerFacts>
}

/**
 * @param joinedGroup the processes that serve with this one; by default this process serves alone
 * @param isReadByPerson whether a person reads the log, on a terminal
 */
export async function openServer(
  options: Options,
  log: Logger,
  joinedGroup?: ProcessGroup,
  isReadByPerson = false
): Promise<ReloadableServer> {
  const { context, group, reload, isFromGroup } = await createContext(options, log, joinedGroup, isReadByPerson)
  const { store, journal, tokenizer } = context
  const app = createApp(context)
  const closeApp = createClose(app, context, group)
  const tlsFiles = await readTlsFiles(options)
  const front = tlsFiles && (await import('../http/tls-front.js')).createTlsFront(app, tlsFiles)
  const watcher = options.watch ? await openWatcher(context.options, reload, log) : undefined
  // The files may have changed before this process watched them.
  if (watcher && isFromGroup) await reload()
  let url: string | undefined
  return {
    get url() {
      if (url === undefined) throw new Error('the server does not listen yet: call listen() first')
      return url
    },
    async listen() {
      const place = { port: options.port, host: options.host, backlog: waitingConnections }
      const listening = front ? front.listen(place) : app.listen(place).then(() => app.server.address() as AddressInfo)
      const { address, port } = await listening.catch((error: NodeJS.ErrnoException) => {
        throw new ConfigError([explainListenError(error, options)])
      })
      const { fixtures, fixtureOrigins } = context
      // A terminal has them in its banner.
      log[isReadByPerson ? 'debug' : 'info'](
        { fixtures: fixtures.all.length, from: fixtureOrigins },
        'fixtures are loaded'
      )
      // Loading the vocabulary takes 100 ms: it must not delay the first response, and should be done before the next ones.
      setTimeout(() => tokenizer.load('o200k_base').catch(err => log.error({ err }, 'unexpected error')), 200).unref()
      url = formatUrl(address, port, options)
      return url
    },
    async close() {
      await watcher?.close()
      await (front ? front.close(closeApp) : closeApp())
    },
    async add(input, session) {
      await group.broadcast('addFixtures', input, await nextFixtureName(store), toSessionName(session))
    },
    requests: (filter = {}) => journal.list({ ...filter, session: toSessionName(filter.session) }),
    unmatched: session => journal.list({ session: toSessionName(session), unmatched: true }),
    verify: (expected, session) => verifyRequests(context, expected, journal.list({ session: toSessionName(session) })),
    async reset(session) {
      await resetState(context, toSessionName(session))
    },
    reload,
    describe: async () => describeServer(context),
    app
  }
}

function openWatcher(options: Options, reload: () => Promise<void>, log: Logger): Promise<Watcher> {
  const onError = (err: unknown) => log.warn({ err }, 'some files are not watched')
  return watchFiles({ paths: listWatchedPaths(options), reload, onError })
}
const toSessionName = (session: string | undefined) => session && shortenName(session)

function listWatchedPaths({ fixtures }: Options): string[] {
  const directories = fixtures?.filter(path => path !== 'none')
  if (directories?.length) return directories
  throw new ConfigError(['--watch: there is nothing to watch, expected --fixtures with a directory'])
}
