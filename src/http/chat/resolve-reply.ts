/** Decides what a chat request is answered with: a fixture's reply, an invented one, or a refusal. */

import { type Invented, invent, inventCall } from '../../completion/generate-reply.js'
import { Mistake, Refusal } from '../../core/api-error.js'
import { type MaybePromise, then } from '../../core/maybe-promise.js'
import type { Model } from '../../core/model.js'
import type { ChatRequest } from '../../core/openai-types.js'
import { replayed } from '../../core/pacing-input.js'
import type { Chance } from '../../core/random.js'
import type { Reply, Saying } from '../../core/reply.js'
import type { Fixture } from '../../fixtures/fixture.js'
import { type Answer, isPieces } from '../../fixtures/function-reply.js'
import { type IncomingHeaders, subjectOf } from '../../fixtures/match.js'
import { isUnfinished } from '../../fixtures/recorded-fixture.js'
import { nearMisses, type Picked, pick } from '../../fixtures/select.js'
import { mismatchOf } from '../../sample/mismatch.js'
import { Unsatisfiable } from '../../sample/sample.js'
import { type Exchange, maskKey } from '../../state/exchange.js'
import type { Rooms } from '../context.js'
import { type Decision, refusalOf, type Telling } from './decision.js'
import type { Inventions } from './inventions.js'

export interface Question {
  request: ChatRequest
  /** As it came, with what Standin does not look at. */
  whole: ChatRequest
  model: Model
  exchange: Exchange
  headers: IncomingHeaders
  key: string | undefined
  /** Chance for invented words. */
  words(): Chance
  /** Aborted when the client leaves. */
  left(): AbortSignal
}

/** Nothing when the upstream is to be asked. */
export function decide(
  question: Question,
  rooms: Rooms,
  inventions: Inventions
): MaybePromise<Decision | Telling | undefined> {
  const { headers, key, whole } = question
  const subject = subjectOf(question.request, headers, key, whole)
  const { all } = rooms.fixtures
  const { options, catalog, store } = rooms
  const picking = pick(rooms.fixtures.candidates(subject), subject, store, question.exchange.session)
  return then<Picked | undefined, Decision | Telling | undefined>(picking, picked => {
    const isRecording = options.unmatched === 'record'
    if (isRecording && (!picked || isUnfinished(picked.fixture.input, catalog))) return undefined
    return picked ? fromFixture(picked, question, options) : withoutFixture(question, rooms, inventions, all)
  })
}

function withoutFixture(
  { request, model, exchange, words }: Question,
  { options }: Rooms,
  inventions: Inventions,
  tried: readonly Fixture[]
): Decision {
  exchange.tried = tried
  if (options.unmatched === 'invent')
    return inventions(exchange.body ?? '', () => answerable(() => invent(request, model, words())))
  const [nearest] = whyUnmatched(tried, request)
  throw new Refusal('unmatched_fixture', { nearest: nearest && `The nearest is ${nearest}.` })
}

/** The fixtures that came nearest, each with the conditions that failed. */
export function whyUnmatched(tried: readonly Fixture[], request: ChatRequest): string[] {
  return nearMisses(tried, subjectOf(request)).map(
    ({ fixture: { name, place }, reasons }) => `${name === place ? name : `${name} (${place})`}: ${reasons.join('; ')}`
  )
}

function fromFixture(picked: Picked, question: Question, options: Rooms['options']): MaybePromise<Decision | Telling> {
  const { fixture, groups, turn } = picked
  const { request, exchange, words } = question
  exchange.fixture = fixture.name
  const { replies, after } = fixture
  if (turn >= replies.length && after === 'refuse')
    throw new Refusal('sequence_ended', { what: `${fixture.name} (${fixture.place})`, count: replies.length })
  const render = replies[after === 'cycle' ? turn % replies.length : Math.min(turn, replies.length - 1)]!
  if (render.answer) return answered(render.answer, picked, question, options)
  const scope = () => ({
    request,
    match: groups,
    session: exchange.session === exchange.key ? maskKey(exchange.session) : exchange.session,
    turn: turn + 1,
    now: new Date(exchange.at).toISOString(),
    random: words().fork(`template ${turn}`).next()
  })
  const reply = render.canned ?? rendered(() => render.render(scope()), fixture.place)
  return settled(reply, fixture, question, options, render.canned)
}

async function answered(
  answer: Answer,
  { fixture, groups, turn }: Picked,
  question: Question,
  options: Rooms['options']
): Promise<Decision | Telling> {
  const { request, headers, exchange, left } = question
  const signal = left()
  const told = await answer(request, {
    match: { ...groups },
    turn: turn + 1,
    session: exchange.session,
    headers: { ...headers } as Record<string, string>,
    signal
  })
  exchange.aborted = signal.aborted
  if (!isPieces(told)) return settled(told, fixture, question, options)
  return {
    pieces: told,
    timing: fixture.timing,
    fault: faultOf(fixture),
    settle: reply => settled(reply, fixture, question, options)
  }
}

function settled(
  reply: Reply,
  fixture: Fixture,
  { request, exchange, words }: Question,
  { replaySpeed }: Rooms['options'],
  canned?: Reply
): Decision {
  if (reply.kind === 'refusal') throw refusalOf(reply)
  exchange.mismatch = mismatched(request, reply.sayings)
  const told = spoken(reply, request, words)
  const timing = replayed(reply.timing ?? fixture.timing, replaySpeed)
  return { reply: told, timing, fault: faultOf(fixture), canned: told === canned }
}

const faultOf = ({ fault, name }: Fixture): Decision['fault'] => fault && { faults: fault, name }

function answerable(make: () => Invented): Decision['reply'] {
  try {
    return { kind: 'completion', ...make() }
  } catch (error) {
    if (error instanceof Unsatisfiable) throw new Refusal('unanswerable_schema', { what: error.message })
    throw error
  }
}

function rendered(render: () => Reply, place: string): Reply {
  try {
    return render()
  } catch (error) {
    if (error instanceof Mistake) throw new Refusal('template_failed', { what: `${place}: ${error.problems[0]}` })
    throw error
  }
}

/** A fixture may say only that a call ends the answer; which one and with what is then made up. */
function spoken(reply: Decision['reply'], request: ChatRequest, words: () => Chance): Decision['reply'] {
  const wantsCall = ({ text, refusal, toolCalls, finishReason }: Saying) =>
    text === undefined &&
    refusal === undefined &&
    !toolCalls &&
    (finishReason === 'function_call' || finishReason === 'tool_calls')
  if (!reply.sayings.some(wantsCall)) return reply
  return {
    ...reply,
    sayings: reply.sayings.map(saying => (wantsCall(saying) ? { ...saying, ...inventCall(request, words()) } : saying))
  }
}

/** Why the fixture's own words break the schema that the client asked for. */
export function mismatched({ response_format: format }: ChatRequest, sayings: readonly Saying[]): string | undefined {
  const schema = format?.type === 'json_schema' ? format.json_schema?.schema : undefined
  if (!schema) return undefined
  for (const { text } of sayings) {
    const found = text === undefined ? undefined : mismatchOf(schema, text)
    if (found) return found
  }
  return undefined
}
