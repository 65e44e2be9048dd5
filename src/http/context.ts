/** What the HTTP room is given: the other rooms, put together by server.ts. */
import type { request } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import type { StoredCompletion } from '../completion/stored-completion.js'
import type { Tokenizer } from '../completion/tokenizer.js'
import type { Operation } from '../contract/operations.js'
import type { ApiError, ErrorCatalog } from '../core/api-error.js'
import type { ApiKey } from '../core/api-key.js'
import type { FaultRate, FaultRates } from '../core/fault-rate.js'
import type { MaybePromise } from '../core/maybe-promise.js'
import type { Models } from '../core/model.js'
import type { Options } from '../core/options.js'
import type { SchemaCheck } from '../core/schema.js'
import type { Store } from '../core/store.js'
import type { Upstream } from '../core/upstream-options.js'
import type { Fixture } from '../fixtures/fixture.js'
import type { FixtureStore } from '../fixtures/fixture-store.js'
import type { StoredInput } from '../fixtures/input.js'
import type { ApiKeys } from '../fixtures/keys.js'
import type { Recorder } from '../fixtures/recorder.js'
import type { ExchangeRecord } from '../state/exchange.js'
import type { Journal } from '../state/journal.js'
import type { MetricsCounters, MetricsSnapshot } from '../state/metrics-counters.js'
import type { SessionTracker } from '../state/sessions.js'
import type { StoredCompletions } from '../state/stored.js'
import type { Pacing } from '../stream/pacing.js'
import type { Scheduler } from '../stream/scheduler.js'

/** What one process may ask of all. */
export interface ClusterCommands {
  /** With a session they answer it alone. */
  addFixtures(data: unknown, name: string, session?: string): Promise<{ added: unknown[]; stored: StoredInput[] }>
  clearFixtures(session?: string): number
  setKeys(keys: Record<string, ApiKey>): void
  resetKeys(): number
  listRequests(session?: string): ExchangeRecord[]
  clearRequests(session?: string): number
  countRequestsBySession(): Map<string, number>
  /** When a session was last heard of here. */
  lastSeen(session: string): number | undefined
  keepStored(session: string, completion: StoredCompletion): void
  removeStored(session: string, completion: { id: string; created: number }): void
  clearStored(session?: string): void
  readMetrics(): MetricsSnapshot
  addFaults(rate: FaultRate): void
  /** Those of one session, or all; answers how many. */
  clearFaults(session: string | undefined): number
}

export interface AppContext {
  options: Options
  log: Logger
  errorCatalog: ErrorCatalog
  keys: ApiKeys
  models: Models
  fixtures: FixtureStore
  /** Compiles fixtures that come over the wire. */
  compileFixtures(
    data: unknown,
    name: string,
    session?: string
  ): Promise<{ fixtures: Fixture[]; stored: StoredInput[] }>
  store: Store
  journal: Journal
  sessions: SessionTracker
  metricsCounters: MetricsCounters
  faultRates: FaultRates
  stored: StoredCompletions<StoredCompletion>
  /** Who is asked for what no fixture answers, and who writes it down. */
  recording: { upstream: Upstream; httpRequest: typeof request; recorder: Recorder } | undefined
  scheduler: Scheduler
  defaultPacing: Pacing
  contract: {
    readonly document: Record<string, unknown>
    operations: readonly Operation[]
    /** The check of an operation's request body, by operation id. */
    findBodyCheck(operation: string): SchemaCheck | undefined
    /** Refuses a chat request as the service would, or answers nothing. */
    validateChat(body: unknown): MaybePromise<ApiError | undefined>
    /** A schema of the document with its references resolvable from `root`. */
    readonly schemas: Record<string, unknown>
  }
  tokenizer: Tokenizer
  /** Where the page's script and style lie, with a slash at the end. */
  assetsDir: URL
  /** What is wrong with files that changed since they were read; until it is mended, what was read before stays. */
  reloadProblems(): readonly string[]
  /** Does something in every process that answers as this server, this one too. */
  broadcast<K extends keyof ClusterCommands>(
    command: K,
    ...args: Parameters<ClusterCommands[K]>
  ): Promise<Awaited<ReturnType<ClusterCommands[K]>>[]>
}

export type Handler = (request: FastifyRequest, reply: FastifyReply) => unknown
