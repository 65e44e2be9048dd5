/** Puts the house together, and takes it apart again. */
import type { AddressInfo, Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import pino, { type Logger } from 'pino'
import type { StoredCompletion } from '../completion/stored-completion.js'
import { createTokenizer } from '../completion/tokenizer.js'
import { Mistake } from '../core/api-error.js'
import type { FaultRates } from '../core/fault-rate.js'
import { createModels } from '../core/model.js'
import { type GivenOptions, type Options, settle, variableOf } from '../core/options.js'
import { readTiming } from '../core/pacing-input.js'
import { inlineSource } from '../core/source-file.js'
import { upstreamOf } from '../core/upstream-options.js'
import { createFixtureSet } from '../fixtures/fixture-store.js'
import type { FixtureFile, LiveFixtureInput } from '../fixtures/input.js'
import { createKeys } from '../fixtures/keys.js'
import { compileFixtures, storedIn } from '../fixtures/load.js'
import { createRecorder } from '../fixtures/recorder.js'
import { type Verified, type VerifyInput, verify } from '../fixtures/verify.js'
import { warningsOf } from '../fixtures/warnings.js'
import { reset } from '../http/admin/routes.js'
import { createApp } from '../http/app.js'
import { whyUnmatched } from '../http/chat/resolve-reply.js'
import type { Rooms } from '../http/context.js'
import { openerOf } from '../http/recording/upstream-client.js'
import type { ExchangeRecord, Explain } from '../state/exchange.js'
import { createJournal } from '../state/journal.js'
import { filtered, type RequestFilter } from '../state/journal-query.js'
import { createCounts } from '../state/metrics-counters.js'
import { openStore } from '../state/open-store.js'
import { createAlone, type Shared } from '../state/process-group.js'
import { createSessions } from '../state/sessions.js'
import { createStoredCompletions } from '../state/stored.js'
import { timingOf } from '../stream/pacing.js'
import { createPlayer, systemClock } from '../stream/scheduler.js'
import { assetsDir } from './builtin-data.js'
import { answerForAll } from './cluster-commands.js'
import { urlOf, whyNotListening } from './listen-errors.js'
import { readFiles, withDirectory } from './load-config.js'
import { createJudge } from './request-validator.js'
import { watch } from './watch.js'

/** A server in this process. Several can live side by side; they share nothing. */
export interface Server {
  /** Where it listens, as in `http://127.0.0.1:4010`. Throws an Error before `listen`. */
  readonly url: string
  /** Starts to listen and answers the url. Throws a {@link Mistake} when the port is taken. */
  listen(): Promise<string>
  /** Stops listening, lets open streams end for at most `closeMs` milliseconds, cuts off the rest and frees everything. */
  close(): Promise<void>
  /**
   * Adds fixtures before all others. The newest come first; a list keeps its order. `{ stored: [...] }` preloads stored completions.
   * A function may stand in the place of a reply: it is given the request and says what is answered, at once or piece by piece.
   * With a session (a key, or what the header `x-mock-session` says) they answer that one alone.
   * Throws a {@link Mistake} that names what is wrong, and then adds none of them.
   */
  add(fixtures: LiveFixtureInput | LiveFixtureInput[] | FixtureFile<LiveFixtureInput>, session?: string): Promise<void>
  /** What was asked and answered so far, oldest first, as far back as `journalMb` reaches. Keys are masked. */
  requests(filter?: RequestFilter): ExchangeRecord[]
  /** The chat requests that no fixture answered, each with its near misses. */
  unmatched(session?: string): ExchangeRecord[]
  /**
   * Says whether what was asked is what is expected, and if not, what came nearest. Throws a {@link Mistake} when the expectation makes
   * no sense.
   *
   * @example
   * ```ts
   * const { verified, report } = await server.verify({ match: { lastUser: 'weather' }, count: 1 })
   * if (!verified) throw new Error(report.join('\n'))
   * ```
   */
  verify(expected: VerifyInput, session?: string): Promise<Verified>
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
export async function createServer(options: GivenOptions = {}): Promise<Server> {
  return open(settle({ given: { port: 0, ...options } }), pino({ level: 'silent' }))
}

/** Opens a server with settled options and a log. */
export async function open(given: Options, log: Logger, sharing?: Shared): Promise<Server> {
  const upstream = upstreamOf(given, variableOf)
  const recorded = upstream && (await withDirectory(given))
  const options = recorded ?? given
  const { catalog, keys, models: table, fixtures: files, forms, spec, requests } = await readFiles(options)
  const models = createModels(table)
  const compiled = await compileFixtures(files, forms)
  for (const warning of warningsOf(compiled)) log.warn(warning)
  const fixtures = createFixtureSet(compiled, storedIn(files))
  let known = forms
  const compile = async (data: unknown, name: string, session?: string) => {
    const sources = [inlineSource(name, Array.isArray(data) ? { fixtures: data } : data)]
    const compiled = await compileFixtures(sources, known)
    if (session !== undefined) for (const fixture of compiled) fixture.session = session
    return { fixtures: compiled, stored: storedIn(sources) }
  }
  const shared = sharing ?? createAlone(await openStore(options.store))
  const { store } = shared
  const keyring = createKeys(keys, options.key)
  const counts = createCounts()
  const player = createPlayer(systemClock, counts.late)
  const journal = createJournal(options.journalMb * 1024 * 1024, whyUnmatched as Explain)
  const sessions = createSessions(options.sessionIdleMinutes * 60_000)
  const stored = createStoredCompletions<StoredCompletion>(storedBytes)
  const faultRates: FaultRates = { all: [] }
  const parts = { compile, fixtures, keys: keyring, journal, sessions, stored, faultRates, counts, player }
  await answerForAll(parts, shared)
  let problems: readonly string[] = []
  // All files are read before anything is put in place, so that a broken one changes nothing.
  const reload = async () => {
    try {
      const next = await readFiles(options)
      const compiled = await compileFixtures(next.fixtures, next.forms)
      for (const warning of warningsOf(compiled)) log.warn(warning)
      known = next.forms
      fixtures.replace(compiled, storedIn(next.fixtures))
      keyring.replace(next.keys)
      for (const name of Object.keys(catalog)) delete catalog[name]
      Object.assign(catalog, next.catalog)
      problems = []
      log.info({ fixtures: compiled.length }, 'files were read again')
    } catch (error) {
      if (!(error instanceof Mistake)) throw error
      problems = error.problems
      log.error({ problems }, 'changed files are not taken up')
    }
  }
  const tokenizer = createTokenizer()
  const rooms: Rooms = {
    options,
    log,
    catalog,
    keys: keyring,
    models,
    fixtures,
    compile,
    store,
    journal,
    sessions,
    counts,
    faultRates,
    stored,
    recording: recorded && {
      upstream: upstream!,
      open: await openerOf(upstream!),
      recorder: createRecorder(recorded.fixtures[0], () => known, fixtures.put)
    },
    player,
    timing: timingOf(options.timing ? readTiming(options.timing, '--timing') : undefined),
    spec: {
      get document() {
        return spec.document
      },
      operations: spec.operations,
      request: id => requests.get(id),
      refuse: createJudge(spec, requests, { models, unknownModels: options.unknownModels }, tokenizer),
      get root() {
        return spec.schemas
      }
    },
    tokens: tokenizer,
    assetsDir,
    stale: () => problems,
    everywhere: (act, ...args) => shared.ask(act, ...args) as never
  }
  const app = createApp(rooms)
  const watcher = options.watch ? await watch(watched(options), reload) : undefined
  const sockets = new Set<Socket>()
  app.server.on('connection', socket => {
    player.catchUp()
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
        throw new Mistake([whyNotListening(error, options)])
      })
      const { address, family, port } = app.server.address() as AddressInfo
      // The vocabulary takes a tenth of a second to load: not before the first answers, and not later than need be.
      setTimeout(() => void tokenizer.load('o200k_base'), 200).unref()
      url = urlOf(address, family === 'IPv6', port)
      return url
    },
    async close() {
      await watcher?.close()
      const cutOff = setTimeout(() => app.server.closeAllConnections(), options.closeMs)
      // A client keeps its connection after its stream has ended, and would hold up the end till the deadline.
      const sweep = setInterval(() => {
        app.server.closeIdleConnections()
        // One on which nothing was ever asked is not idle to Node; fetch opens such after it has aborted a request.
        for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
      }, 50)
      await app.close()
      clearTimeout(cutOff)
      clearInterval(sweep)
      // What was cut off comes to the journal within a few turns of the event loop.
      for (let turn = 0; player.open > 0 && turn < 100; turn++) await new Promise(resolve => setImmediate(resolve))
      await rooms.recording?.recorder.idle()
      player.close()
      await shared.close()
    },
    async add(given, session) {
      await shared.ask('addFixtures', given, `fixture ${Number(await store.take('fixtures added')) + 1}`, session)
    },
    requests: (filter = {}) => filtered(journal.list(filter.session), filter),
    unmatched: session => filtered(journal.list(session), { unmatched: true }),
    verify: (expected, session) => verify(expected, journal.list(session)),
    async reset(session) {
      await reset(rooms, session)
    },
    app
  }
}

function watched({ fixtures }: Options): string[] {
  const own = fixtures?.filter(path => path !== 'none')
  if (own?.length) return own
  throw new Mistake(['--watch: there is nothing to watch, expected --fixtures with a directory of yours'])
}

/** What completions that were asked for with `store: true` may take before the oldest are dropped. */
const storedBytes = 16 * 1024 * 1024
