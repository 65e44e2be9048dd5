/** Puts the house together, and takes it apart again. */
import type { AddressInfo, Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import pino, { type Logger } from 'pino'
import type { StoredCompletion } from '../completion/stored-completion.js'
import { createTokenizer } from '../completion/tokenizer.js'
import { ConfigError } from '../core/api-error.js'
import type { FaultRates } from '../core/fault-rate.js'
import { createModels } from '../core/model.js'
import { type Options, readVariable, type ServerOptions } from '../core/options.js'
import { parseTimingString } from '../core/pacing-input.js'
import { resolveOptions } from '../core/resolve-options.js'
import { inlineSource } from '../core/source-file.js'
import { resolveUpstream } from '../core/upstream-options.js'
import { createFixtureStore } from '../fixtures/fixture-store.js'
import type { FixtureFile, LiveFixtureInput } from '../fixtures/input.js'
import { createApiKeys } from '../fixtures/keys.js'
import { collectStoredInputs, compileFixtures } from '../fixtures/load.js'
import { createRecorder } from '../fixtures/recorder.js'
import { type VerifyInput, type VerifyResult, verify } from '../fixtures/verify.js'
import { findWarnings } from '../fixtures/warnings.js'
import { resetState } from '../http/admin/routes.js'
import { createApp } from '../http/app.js'
import { describeNearMisses } from '../http/chat/resolve-reply.js'
import type { AppContext } from '../http/context.js'
import { loadHttpRequest } from '../http/recording/upstream-client.js'
import type { ExchangeRecord, ExplainUnmatched } from '../state/exchange.js'
import { createJournal } from '../state/journal.js'
import { filterRecords, type RequestFilter } from '../state/journal-query.js'
import { createMetricsCounters } from '../state/metrics-counters.js'
import { openStore } from '../state/open-store.js'
import { createSingleProcessGroup, type ProcessGroup } from '../state/process-group.js'
import { createSessionTracker } from '../state/sessions.js'
import { createStoredCompletions } from '../state/stored.js'
import { resolvePacing } from '../stream/pacing.js'
import { createScheduler, systemClock } from '../stream/scheduler.js'
import { assetsDir } from './builtin-data.js'
import { joinProcessGroup } from './cluster-commands.js'
import { explainListenError, formatUrl } from './listen-errors.js'
import { loadConfig, withRecordingDirectory } from './load-config.js'
import { createRequestValidator } from './request-validator.js'
import { watchFiles } from './watch.js'

/** A server in this process. Several can live side by side; they share nothing. */
export interface Server {
  /** Where it listens, as in `http://127.0.0.1:4010`. Throws an Error before `listen`. */
  readonly url: string
  /** Starts to listen and answers the url. Throws a {@link ConfigError} when the port is taken. */
  listen(): Promise<string>
  /** Stops listening, lets open streams end for at most `closeMs` milliseconds, cuts off the rest and frees everything. */
  close(): Promise<void>
  /**
   * Adds fixtures before all others. The newest come first; a list keeps its order. `{ stored: [...] }` preloads stored completions.
   * A function may stand in the place of a reply: it is given the request and says what is answered, at once or piece by piece.
   * With a session (a key, or what the header `x-mock-session` says) they answer that one alone.
   * Throws a {@link ConfigError} that names what is wrong, and then adds none of them.
   */
  add(fixtures: LiveFixtureInput | LiveFixtureInput[] | FixtureFile<LiveFixtureInput>, session?: string): Promise<void>
  /** What was asked and answered so far, oldest first, as far back as `journalMb` reaches. Keys are masked. */
  requests(filter?: RequestFilter): ExchangeRecord[]
  /** The chat requests that no fixture answered, each with its near misses. */
  unmatched(session?: string): ExchangeRecord[]
  /**
   * Says whether what was asked is what is expected, and if not, what came nearest. Throws a {@link ConfigError} when the expectation makes
   * no sense.
   *
   * @example
   * ```ts
   * const { verified, report } = await server.verify({ match: { lastUser: 'weather' }, count: 1 })
   * if (!verified) throw new Error(report.join('\n'))
   * ```
   */
  verify(expected: VerifyInput, session?: string): Promise<VerifyResult>
  /** Forgets what was added, counted, stored and journaled at run time: of one session, or all of it. */
  reset(session?: string): Promise<void>
  /** The Fastify instance: `app.inject` asks without a socket. */
  readonly app: FastifyInstance
}

/**
 * Opens a server that stands in for OpenAI's Chat Completions API. It listens once `listen` is called, on a free port of
 * 127.0.0.1 unless `port` and `host` say otherwise.
 *
 * Its requests, refusals and answers follow OpenAI's API reference (https://platform.openai.com/docs/api-reference/chat) and
 * what the service was seen to send; where it differs, docs/deviations.md says so.
 *
 * @param options The options of the command under their camelCase names, with the same defaults but for `port`, which is 0
 * here (a free one). Variables and standin.yaml are not read.
 * @returns the server, which does not listen yet
 * @throws {@link Mistake} when an option, the document, an overlay or a fixture is wrong; its `problems` are one line each:
 * where, what, what was expected
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

/** Opens a server with settled options and a log. */
export async function openServer(initialOptions: Options, log: Logger, joinedGroup?: ProcessGroup): Promise<Server> {
  const upstream = resolveUpstream(initialOptions, readVariable)
  const recordingOptions = upstream && (await withRecordingDirectory(initialOptions))
  const options = recordingOptions ?? initialOptions
  const { errorCatalog, keys, modelTable, fixtureSources, fixtureSchema, spec, requestChecks } =
    await loadConfig(options)
  const models = createModels(modelTable)
  const compiled = await compileFixtures(fixtureSources, fixtureSchema)
  for (const warning of findWarnings(compiled)) log.warn(warning)
  const fixtures = createFixtureStore(compiled, collectStoredInputs(fixtureSources))
  let currentSchema = fixtureSchema
  const compile = async (data: unknown, name: string, session?: string) => {
    const sources = [inlineSource(name, Array.isArray(data) ? { fixtures: data } : data)]
    const compiled = await compileFixtures(sources, currentSchema)
    if (session !== undefined) for (const fixture of compiled) fixture.session = session
    return { fixtures: compiled, stored: collectStoredInputs(sources) }
  }
  const group = joinedGroup ?? createSingleProcessGroup(await openStore(options.store))
  const { store } = group
  const keyring = createApiKeys(keys, options.key)
  const metricsCounters = createMetricsCounters()
  const scheduler = createScheduler(systemClock, metricsCounters.addLateness)
  const journal = createJournal(options.journalMb * 1024 * 1024, describeNearMisses as ExplainUnmatched)
  const sessions = createSessionTracker(options.sessionIdleMinutes * 60_000)
  const stored = createStoredCompletions<StoredCompletion>(maxStoredBytes)
  const faultRates: FaultRates = { all: [] }
  const commandContext: Parameters<typeof joinProcessGroup>[0] = {
    compileFixtures: compile,
    fixtures,
    keys: keyring,
    journal,
    sessions,
    stored,
    faultRates,
    metricsCounters,
    scheduler
  }
  await joinProcessGroup(commandContext, group)
  let problems: readonly string[] = []
  // All files are read before anything is put in place, so that a broken one changes nothing.
  const reload = async () => {
    try {
      const next = await loadConfig(options)
      const compiled = await compileFixtures(next.fixtureSources, next.fixtureSchema)
      for (const warning of findWarnings(compiled)) log.warn(warning)
      currentSchema = next.fixtureSchema
      fixtures.replace(compiled, collectStoredInputs(next.fixtureSources))
      keyring.replace(next.keys)
      for (const name of Object.keys(errorCatalog)) delete errorCatalog[name]
      Object.assign(errorCatalog, next.errorCatalog)
      problems = []
      log.info({ fixtures: compiled.length }, 'files were read again')
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      problems = error.problems
      log.error({ problems }, 'changed files are not taken up')
    }
  }
  const tokenizer = createTokenizer()
  const context: AppContext = {
    options,
    log,
    errorCatalog,
    keys: keyring,
    models,
    fixtures,
    compileFixtures: compile,
    store,
    journal,
    sessions,
    metricsCounters,
    faultRates,
    stored,
    recording: recordingOptions && {
      upstream: upstream!,
      httpRequest: await loadHttpRequest(upstream!),
      recorder: createRecorder(recordingOptions.fixtures[0], () => currentSchema, fixtures.put)
    },
    scheduler,
    defaultPacing: resolvePacing(options.timing ? parseTimingString(options.timing, '--timing') : undefined),
    contract: {
      get document() {
        return spec.document
      },
      operations: spec.operations,
      findBodyCheck: id => requestChecks.get(id),
      validateChat: createRequestValidator(
        spec,
        requestChecks,
        { models, unknownModels: options.unknownModels },
        tokenizer
      ),
      get schemas() {
        return spec.schemas
      }
    },
    tokenizer,
    assetsDir,
    reloadProblems: () => problems,
    broadcast: (act, ...args) => group.broadcast(act, ...args) as never
  }
  const app = createApp(context)
  const watcher = options.watch ? await watchFiles(listWatchedPaths(options), reload) : undefined
  const sockets = new Set<Socket>()
  app.server.on('connection', socket => {
    scheduler.catchUp()
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  let url: string | undefined
  return {
    get url() {
      if (url === undefined) throw new Error('the server does not listen yet: call listen() first')
      return url
    },
    async listen() {
      await app.listen({ port: options.port, host: options.host }).catch((error: NodeJS.ErrnoException) => {
        throw new ConfigError([explainListenError(error, options)])
      })
      const { address, family, port } = app.server.address() as AddressInfo
      // The vocabulary takes a tenth of a second to load: not before the first answers, and not later than need be.
      setTimeout(() => void tokenizer.load('o200k_base'), 200).unref()
      url = formatUrl(address, family === 'IPv6', port)
      return url
    },
    async close() {
      await watcher?.close()
      const cutOffTimer = setTimeout(() => app.server.closeAllConnections(), options.closeMs)
      // A client keeps its connection after its stream has ended, and would hold up the end till the deadline.
      const sweepTimer = setInterval(() => {
        app.server.closeIdleConnections()
        // One on which nothing was ever asked is not idle to Node; fetch opens such after it has aborted a request.
        for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
      }, 50)
      await app.close()
      clearTimeout(cutOffTimer)
      clearInterval(sweepTimer)
      // What was cut off comes to the journal within a few turns of the event loop.
      for (let turn = 0; scheduler.openStreams > 0 && turn < 100; turn++)
        await new Promise(resolve => setImmediate(resolve))
      await context.recording?.recorder.flush()
      scheduler.close()
      await group.close()
    },
    async add(input, session) {
      await group.broadcast('addFixtures', input, `fixture ${Number(await store.take('fixtures added')) + 1}`, session)
    },
    requests: (filter = {}) => filterRecords(journal.list(filter.session), filter),
    unmatched: session => filterRecords(journal.list(session), { unmatched: true }),
    verify: (expected, session) => verify(expected, journal.list(session)),
    async reset(session) {
      await resetState(context, session)
    },
    app
  }
}

function listWatchedPaths({ fixtures }: Options): string[] {
  const directories = fixtures?.filter(path => path !== 'none')
  if (directories?.length) return directories
  throw new ConfigError(['--watch: there is nothing to watch, expected --fixtures with a directory of yours'])
}

/** What completions that were asked for with `store: true` may take before the oldest are dropped. */
const maxStoredBytes = 16 * 1024 * 1024
