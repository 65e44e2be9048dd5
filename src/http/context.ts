/** Defines the context of the HTTP room: the parts of the server that its handlers use. */
import type { request, ServerResponse } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import type { StoredCompletion } from '../completion/stored-completion.js'
import type { Tokenizer } from '../completion/tokenizer.js'
import type { Operation } from '../contract/operations.js'
import type { ApiError, ErrorCatalog } from '../core/api-error.js'
import type { ApiKey } from '../core/api-key.js'
import type { FaultRate, FaultRates } from '../core/fault-rate.js'
import type { KeyMask } from '../core/key-mask.js'
import type { MaybePromise } from '../core/maybe-promise.js'
import type { Models } from '../core/model.js'
import type { Options } from '../core/options.js'
import type { RandomIds } from '../core/random.js'
import type { SchemaCheck } from '../core/schema.js'
import type { Store } from '../core/store.js'
import type { Upstream } from '../core/upstream-options.js'
import type { Fixture } from '../fixtures/fixture.js'
import type { FixtureStore } from '../fixtures/fixture-store.js'
import type { StoredInput } from '../fixtures/input.js'
import type { ApiKeys } from '../fixtures/keys.js'
import type { Recorder } from '../fixtures/recorder.js'
import type { DeadEnd, DeadEnds } from '../state/dead-ends.js'
import type { ExchangeSummary } from '../state/exchange-summary.js'
import type { Journal, JournalCursor, JournalPart } from '../state/journal.js'
import type { RequestFilter } from '../state/journal-query.js'
import type { MetricsCounters, MetricsSnapshot } from '../state/metrics-counters.js'
import type { FeedPart, RequestFeed } from '../state/request-feed.js'
import type { ExplainNearest } from '../state/request-line.js'
import type { SessionTracker } from '../state/sessions.js'
import type { StoredCompletions } from '../state/stored.js'
import type { Pacing } from '../stream/pacing.js'
import type { Scheduler } from '../stream/scheduler.js'
import type { OpenStream, RequestDetail, UsedLimit } from './admin/readings.js'

/** What a person wants to know about a server that has started. */
export interface ServerFacts {
  /** The number of fixtures. */
  fixtures: number
  /** Where they come from, in words. */
  origins: readonly string[]
  /** Whether the server accepts every API key. */
  acceptsAnyKey: boolean
  /** The number of keys with settings of their own. */
  keys: number
}

/** The commands that run in every process of the server. Without a session, a command is about all sessions. */
export interface ClusterCommands {
  /**
   * Compiles and adds fixtures. With a session, they match only its requests.
   *
   * @param name the name of fixtures that have none
   */
  addFixtures(
    data: unknown,
    name: string,
    session?: string
  ): Promise<{ added: { name: string }[]; stored: StoredInput[] }>
  /** Removes the fixtures that were added at run time. Returns their number. */
  clearFixtures(session?: string): number
  /** Removes the fixtures with a name that were added at run time. Returns their number. */
  removeFixture(name: string, session?: string): number
  /** Adds keys to those from files, or replaces them. */
  setKeys(keys: Record<string, ApiKey>): void
  /** Removes the keys that were added at run time. Returns their number. */
  resetKeys(): number
  /**
   * Returns a part of the journal of the process, oldest first.
   *
   * @param cursors the end of the part before, by process; without them, the list begins. A process without a cursor has
   * no further part.
   */
  listRequests(filter: RequestFilter, cursors?: Record<number, JournalCursor>): JournalPart & { process: number }
  /** Does the same as `listRequests`, but each request is one line of a list. */
  listSummaries(
    filter: RequestFilter,
    cursors?: Record<number, JournalCursor>
  ): JournalPart<ExchangeSummary> & { process: number }
  /** Returns all that is known about a request, or undefined if the journal of the process does not have it. */
  readRequest(id: string): RequestDetail | undefined
  /** Returns the streams with a pace that are open. */
  listOpenStreams(): OpenStream[]
  /** Returns the limits that the requests of the journal counted in. */
  listUsedLimits(): UsedLimit[]
  /**
   * Returns the requests that have ended since the last call for this reader of the feed. The first call opens it.
   *
   * @param isReady whether the reader can take records
   */
  takeRequests(reader: string, filter: RequestFilter, isReady: boolean): FeedPart
  /** Closes a reader of the feed. */
  leaveRequests(reader: string): void
  /** Clears the journal. Returns the number of removed requests. */
  clearRequests(session?: string): number
  /** Returns the number of requests in the journal, by the masked name of the session. */
  countRequestsBySession(): Map<string, number>
  /** When the session sent its last request to the process, in Unix milliseconds. */
  lastSeen(session: string): number | undefined
  /** Stores a completion, or replaces the stored completion with the same id. */
  keepStored(session: string, completion: StoredCompletion): void
  removeStored(session: string, completion: { id: string; created: number }): void
  clearStored(session?: string): void
  /** @param loadSeconds how many of the last seconds the load is of */
  readMetrics(loadSeconds?: number): MetricsSnapshot
  /** Returns the requests for operations that the server does not have. */
  listDeadEnds(): DeadEnd[]
  /** Returns what a banner says about the server. */
  describe(): ServerFacts
  addFaults(rate: FaultRate): void
  /** Removes the fault rates of a session, or all. Returns their number. */
  clearFaults(session: string | undefined): number
  /** Removes the fault rate with a number. Returns how many were removed. */
  removeFault(number: number): number
}

/** The parts of a server. `server/create-context.ts` creates them. */
export interface AppContext {
  options: Options
  log: Logger
  errorCatalog: ErrorCatalog
  keys: ApiKeys
  /** Masks API keys where data leaves the server. */
  keyMask: KeyMask
  models: Models
  fixtures: FixtureStore
  /** Compiles fixtures from a request. Throws a ConfigError for invalid fixtures. */
  compileFixtures(
    data: unknown,
    name: string,
    session?: string
  ): Promise<{ fixtures: Fixture[]; stored: StoredInput[] }>
  /** The state that processes may share: turns, fixture states and limits. */
  store: Store
  journal: Journal
  /** Explains in the log why the nearest fixture did not match. Undefined where no person reads the log. */
  explainNearest: ExplainNearest | undefined
  /** Hands finished requests to the streams of the journal. */
  requestFeed: RequestFeed
  sessions: SessionTracker
  metricsCounters: MetricsCounters
  /** The requests for operations that the server does not have. */
  deadEnds: DeadEnds
  /** The faults that apply to a share of all requests. */
  faultRates: FaultRates
  /** The completions of requests with `store: true`. */
  stored: StoredCompletions<StoredCompletion>
  /** The upstream for unmatched requests, and the recorder of its responses. Undefined when Standin does not record. */
  recording: { upstream: Upstream; httpRequest: typeof request; recorder: Recorder } | undefined
  scheduler: Scheduler
  /** The pace of responses without a timing. */
  defaultPacing: Pacing
  contract: {
    readonly document: Record<string, unknown>
    operations: readonly Operation[]
    /** Returns the validator of an operation's request body, by operation id. */
    findBodyCheck(operation: string): SchemaCheck | undefined
    /** Returns the API error that the service sends for a chat request, or undefined for a valid request. */
    validateChat(body: unknown, text?: string): MaybePromise<ApiError | undefined>
    /** The schemas of the document: the root against which their references resolve. */
    readonly schemas: Record<string, unknown>
  }
  tokenizer: Tokenizer
  /** The directory of Swagger UI's script and style. It ends with a slash. */
  assetsDir: URL
  /** The path of the OpenAPI document of the endpoints under `/_mock/`. */
  adminSpecFile: string
  /** The directory of the page's script and style. It ends with a slash. */
  pageDir: URL
  /** Where the fixtures of files come from, in words. */
  fixtureOrigins: readonly string[]
  /** The problems of files that changed since the start. While there are any, the last good files stay in use. */
  reloadProblems(): readonly string[]
  /** Runs a command in every process of the server, also in this process. Returns a result for each process. */
  broadcast<K extends keyof ClusterCommands>(
    command: K,
    ...args: Parameters<ClusterCommands[K]>
  ): Promise<Awaited<ReturnType<ClusterCommands[K]>>[]>
}

/** Returns an API error if the caller may not send the request. */
export type CallerCheck = (request: FastifyRequest) => ApiError | undefined

export type Handler = (request: FastifyRequest, reply: FastifyReply) => unknown

/** What the apps of a server share. */
export interface SharedState {
  ids: RandomIds
  /** The responses under way to requests without a connection, from Fastify's inject. */
  injectedResponses: Set<ServerResponse>
}
