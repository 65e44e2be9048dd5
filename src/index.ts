/**
 * Standin in your own process: a server that stands in for OpenAI's Chat Completions API.
 *
 * @packageDocumentation
 */
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
export type { GivenOptions, Options } from './options.js'
export { Mistake } from './refusal.js'
export { createServer, type Server } from './server.js'
export type { ExchangeRecord } from './state/exchange.js'
export type { RequestFilter } from './state/requests.js'
export type { TimingInput } from './timing.js'
export type { ChatRequest, Json, JsonObject } from './wire.js'
