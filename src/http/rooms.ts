/** What the HTTP room is given: the other rooms, put together by server.ts. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import type { StoredCompletion } from '../completion/stored.js'
import type { Tokenizer } from '../completion/tokens.js'
import type { Fixture } from '../fixtures/fixture.js'
import type { StoredInput } from '../fixtures/input.js'
import type { Keys } from '../fixtures/keys.js'
import type { FixtureSet } from '../fixtures/set.js'
import type { Models } from '../model.js'
import type { Options } from '../options.js'
import type { Catalog, Refusal } from '../refusal.js'
import type { Check } from '../schema.js'
import type { Operation } from '../spec/operations.js'
import type { Journal } from '../state/journal.js'
import type { StoredCompletions } from '../state/stored.js'
import type { Store } from '../store.js'
import type { Player } from '../stream/player.js'
import type { Timing } from '../stream/timing.js'

export interface Rooms {
  options: Options
  log: Logger
  catalog: Catalog
  keys: Keys
  models: Models
  fixtures: FixtureSet
  /** Compiles fixtures that come over the wire. */
  compile(data: unknown): Promise<{ fixtures: Fixture[]; stored: StoredInput[] }>
  store: Store
  journal: Journal
  stored: StoredCompletions<StoredCompletion>
  player: Player
  timing: Timing
  spec: {
    document: Record<string, unknown>
    operations: readonly Operation[]
    /** The check of an operation's request body, by operation id. */
    request(operation: string): Check | undefined
    /** Refuses a chat request as the service would, or answers nothing. */
    refuse(body: unknown): Refusal | undefined
    /** A schema of the document with its references resolvable from `root`. */
    root: Record<string, unknown>
  }
  tokens: Tokenizer
  /** Where the page's script and style lie, with a slash at the end. */
  assetsDir: URL
  /** Why the server is not ready yet; nothing when it is. */
  notReady(): string | undefined
}

export type Handler = (request: FastifyRequest, reply: FastifyReply) => unknown
