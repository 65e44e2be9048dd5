/**
 * Standin in your own process: a mock server for OpenAI's Chat Completions API.
 *
 * @packageDocumentation
 */

export { ConfigError } from './core/config-error.js'
export type { ChatRequest, Json, JsonObject } from './core/openai-types.js'
export type { Options, ServerOptions } from './core/options.js'
export type { TimingInput } from './core/pacing-input.js'
export type {
  ChoiceInput,
  FixtureFile,
  FixtureInput,
  LiveFixtureInput,
  ReplyContext,
  ReplyFunction,
  ReplyInput,
  ReplyPart,
  ReplyResult,
  StoredInput
} from './fixtures/input.js'
export type { MatchInput } from './fixtures/match-input.js'
export type { VerifyInput, VerifyResult } from './fixtures/verify.js'
export { createServer, type Server } from './server/server.js'
export type { ErrorRecord, ExchangeRecord } from './state/exchange-record.js'
export type { RequestFilter } from './state/journal-query.js'
