/**
 * Standin in your own process: a server that stands in for OpenAI's Chat Completions API.
 *
 * @packageDocumentation
 */

export { Mistake } from './core/api-error.js'
export type { ChatRequest, Json, JsonObject } from './core/openai-types.js'
export type { GivenOptions, Options } from './core/options.js'
export type { TimingInput } from './core/pacing-input.js'
export type {
  Answered,
  Asked,
  FixtureFile,
  FixtureInput,
  LiveFixtureInput,
  MatchInput,
  ReplyFunction,
  ReplyInput,
  Said,
  SayingInput,
  StoredInput
} from './fixtures/input.js'
export type { Verified, VerifyInput } from './fixtures/verify.js'
export { createServer, type Server } from './server/server.js'
export type { ExchangeRecord } from './state/exchange.js'
export type { RequestFilter } from './state/journal-query.js'
