/** Decides what a chat request is answered with: a fixture's reply, an invented one, or a refusal. */

import { type GeneratedReply, generateReply, generateToolCall } from '../../completion/generate-reply.js'
import { ApiError, ConfigError } from '../../core/api-error.js'
import { andThen, type MaybePromise } from '../../core/maybe-promise.js'
import type { Model } from '../../core/model.js'
import type { ChatRequest } from '../../core/openai-types.js'
import { applyReplaySpeed } from '../../core/pacing-input.js'
import type { Random } from '../../core/random.js'
import type { ChoiceContent, Reply } from '../../core/reply.js'
import type { Fixture } from '../../fixtures/fixture.js'
import { type CompiledReplyFunction, isReplyStream } from '../../fixtures/function-reply.js'
import { createMatchSubject, type IncomingHeaders } from '../../fixtures/match-subject.js'
import { endsWithRetryableError } from '../../fixtures/recorded-fixture.js'
import { findNearMisses, type SelectedFixture, selectFixture } from '../../fixtures/select.js'
import { findSchemaMismatch } from '../../sample/mismatch.js'
import { Unsatisfiable } from '../../sample/sample.js'
import { type Exchange, maskKey } from '../../state/exchange.js'
import type { AppContext } from '../context.js'
import { createReplyError, type PendingReply, type ResolvedReply } from './decision.js'
import type { GeneratedReplyCache } from './inventions.js'

export interface ReplyQuery {
  request: ChatRequest
  /** As it came, with what Standin does not look at. */
  original: ChatRequest
  model: Model
  exchange: Exchange
  headers: IncomingHeaders
  key: string | undefined
  /** Chance for invented words. */
  contentRandom(): Random
  /** Aborted when the client leaves. */
  createAbortSignal(): AbortSignal
}

/** Nothing when the upstream is to be asked. */
export function resolveReply(
  query: ReplyQuery,
  context: AppContext,
  generatedReplies: GeneratedReplyCache
): MaybePromise<ResolvedReply | PendingReply | undefined> {
  const { headers, key, original } = query
  const subject = createMatchSubject(query.request, headers, key, original)
  const { all } = context.fixtures
  const { options, errorCatalog, store } = context
  const selecting = selectFixture(context.fixtures.candidates(subject), subject, store, query.exchange.session)
  return andThen<SelectedFixture | undefined, ResolvedReply | PendingReply | undefined>(selecting, selected => {
    const isRecording = options.unmatched === 'record'
    if (isRecording && (!selected || endsWithRetryableError(selected.fixture.input, errorCatalog))) return undefined
    return selected
      ? resolveFromFixture(selected, query, options)
      : resolveUnmatched(query, context, generatedReplies, all)
  })
}

function resolveUnmatched(
  { request, model, exchange, contentRandom }: ReplyQuery,
  { options }: AppContext,
  generatedReplies: GeneratedReplyCache,
  tried: readonly Fixture[]
): ResolvedReply {
  exchange.triedFixtures = tried
  if (options.unmatched === 'invent')
    return generatedReplies(exchange.body ?? '', () =>
      generateOrThrow(() => generateReply(request, model, contentRandom()))
    )
  const [nearest] = describeNearMisses(tried, request)
  throw new ApiError('unmatched_fixture', { nearest: nearest && `The nearest is ${nearest}.` })
}

/** The fixtures that came nearest, each with the conditions that failed. */
export function describeNearMisses(tried: readonly Fixture[], request: ChatRequest): string[] {
  return findNearMisses(tried, createMatchSubject(request)).map(
    ({ fixture: { name, location }, reasons }) =>
      `${name === location ? name : `${name} (${location})`}: ${reasons.join('; ')}`
  )
}

function resolveFromFixture(
  selected: SelectedFixture,
  query: ReplyQuery,
  options: AppContext['options']
): MaybePromise<ResolvedReply | PendingReply> {
  const { fixture, groups, turn } = selected
  const { request, exchange, contentRandom } = query
  exchange.fixture = fixture.name
  const { replies, after } = fixture
  if (turn >= replies.length && after === 'refuse')
    throw new ApiError('sequence_ended', { what: `${fixture.name} (${fixture.location})`, count: replies.length })
  const replyTemplate = replies[after === 'cycle' ? turn % replies.length : Math.min(turn, replies.length - 1)]!
  if (replyTemplate.replyFunction) return runReplyFunction(replyTemplate.replyFunction, selected, query, options)
  const scope = () => ({
    request,
    match: groups,
    session: exchange.session === exchange.key ? maskKey(exchange.session) : exchange.session,
    turn: turn + 1,
    now: new Date(exchange.at).toISOString(),
    random: contentRandom().fork(`template ${turn}`).next()
  })
  const reply = replyTemplate.canned ?? renderOrThrow(() => replyTemplate.render(scope()), fixture.location)
  return toResolvedReply(reply, fixture, query, options, replyTemplate.canned)
}

async function runReplyFunction(
  replyFunction: CompiledReplyFunction,
  { fixture, groups, turn }: SelectedFixture,
  query: ReplyQuery,
  options: AppContext['options']
): Promise<ResolvedReply | PendingReply> {
  const { request, headers, exchange, createAbortSignal } = query
  const signal = createAbortSignal()
  const result = await replyFunction(request, {
    match: { ...groups },
    turn: turn + 1,
    session: exchange.session,
    headers: { ...headers } as Record<string, string>,
    signal
  })
  exchange.aborted = signal.aborted
  if (!isReplyStream(result)) return toResolvedReply(result, fixture, query, options)
  return {
    pieces: result,
    timing: fixture.timing,
    fault: readFixtureFault(fixture),
    resolve: reply => toResolvedReply(reply, fixture, query, options)
  }
}

function toResolvedReply(
  reply: Reply,
  fixture: Fixture,
  { request, exchange, contentRandom }: ReplyQuery,
  { replaySpeed }: AppContext['options'],
  cannedReply?: Reply
): ResolvedReply {
  if (reply.kind === 'error') throw createReplyError(reply)
  exchange.mismatch = findMismatch(request, reply.choices)
  const filledReply = fillToolCalls(reply, request, contentRandom)
  const timing = applyReplaySpeed(reply.timing ?? fixture.timing, replaySpeed)
  return { reply: filledReply, timing, fault: readFixtureFault(fixture), isCanned: filledReply === cannedReply }
}

const readFixtureFault = ({ fault, name }: Fixture): ResolvedReply['fault'] => fault && { faults: fault, name }

function generateOrThrow(generate: () => GeneratedReply): ResolvedReply['reply'] {
  try {
    return { kind: 'completion', ...generate() }
  } catch (error) {
    if (error instanceof Unsatisfiable) throw new ApiError('unanswerable_schema', { what: error.message })
    throw error
  }
}

function renderOrThrow(render: () => Reply, location: string): Reply {
  try {
    return render()
  } catch (error) {
    if (error instanceof ConfigError)
      throw new ApiError('template_failed', { what: `${location}: ${error.problems[0]}` })
    throw error
  }
}

/** A fixture may say only that a call ends the answer; which one and with what is then made up. */
function fillToolCalls(
  reply: ResolvedReply['reply'],
  request: ChatRequest,
  contentRandom: () => Random
): ResolvedReply['reply'] {
  const needsToolCall = ({ text, refusal, toolCalls, finishReason }: ChoiceContent) =>
    text === undefined &&
    refusal === undefined &&
    !toolCalls &&
    (finishReason === 'function_call' || finishReason === 'tool_calls')
  if (!reply.choices.some(needsToolCall)) return reply
  return {
    ...reply,
    choices: reply.choices.map(choice =>
      needsToolCall(choice) ? { ...choice, ...generateToolCall(request, contentRandom()) } : choice
    )
  }
}

/** Why the fixture's own words break the schema that the client asked for. */
export function findMismatch(
  { response_format: format }: ChatRequest,
  choices: readonly ChoiceContent[]
): string | undefined {
  const schema = format?.type === 'json_schema' ? format.json_schema?.schema : undefined
  if (!schema) return undefined
  for (const { text } of choices) {
    const found = text === undefined ? undefined : findSchemaMismatch(schema, text)
    if (found) return found
  }
  return undefined
}
