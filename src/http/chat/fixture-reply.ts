/** Makes the reply of a fixture that matched: canned, rendered from a template, or returned by a function. */
import { generateToolCall } from '../../completion/generate-reply.js'
import { ApiError, ConfigError } from '../../core/api-error.js'
import type { ChatRequest } from '../../core/openai-types.js'
import { applyReplaySpeed } from '../../core/pacing-input.js'
import type { Random } from '../../core/random.js'
import { type ChoiceContent, type CompletionReply, createReplyError, type Reply } from '../../core/reply.js'
import type { Fixture } from '../../fixtures/fixture.js'
import { type CompiledReplyFunction, isReplyStream } from '../../fixtures/function-reply.js'
import type { SelectedFixture } from '../../fixtures/select.js'
import { findSchemaMismatch } from '../../sample/mismatch.js'
import { type Exchange, maskKey } from '../../state/exchange.js'
import type { AppContext } from '../context.js'
import { setFixture, setMismatch } from '../exchange.js'
import type { IdentityFactory } from '../identity.js'
import type { ChatCall } from './chat-call.js'
import type { ResolvedReply } from './resolved-reply.js'

/** Sets `resolved` or `pending` of the call, at once unless a function takes its time. */
export function createFixtureReplies({ options: { replaySpeed } }: AppContext, identities: IdentityFactory) {
  return (call: ChatCall, selected: SelectedFixture): Promise<void> | undefined => {
    const { fixture, turn } = selected
    setFixture(call.exchange, fixture.name)
    const { replies, after } = fixture
    if (turn >= replies.length && after === 'refuse')
      throw new ApiError('sequence_ended', { what: `${fixture.name} (${fixture.location})`, count: replies.length })
    const compiled = replies[after === 'cycle' ? turn % replies.length : Math.min(turn, replies.length - 1)]!
    if (compiled.replyFunction) return runReplyFunction(call, compiled.replyFunction, selected)
    const reply = compiled.canned ?? renderOrThrow(() => compiled.render(createScope(call, selected)), fixture.location)
    call.resolved = resolve(call, reply, fixture, compiled.canned)
    return undefined
  }

  function createScope({ chat, exchange }: ChatCall, { groups, turn }: SelectedFixture) {
    return {
      request: chat,
      match: groups,
      session: exchange.session === exchange.key ? maskKey(exchange.session) : exchange.session,
      turn: turn + 1,
      now: new Date(exchange.at).toISOString(),
      random: identities.contentRandom(chat).fork(`template ${turn}`).next()
    }
  }

  async function runReplyFunction(
    call: ChatCall,
    replyFunction: CompiledReplyFunction,
    { fixture, groups, turn }: SelectedFixture
  ): Promise<void> {
    const { chat, exchange, request, response } = call
    const result = await replyFunction(chat, {
      match: { ...groups },
      turn: turn + 1,
      session: exchange.session,
      headers: { ...request.raw.headers } as Record<string, string>,
      signal: response.createClientSignal()
    })
    if (isReplyStream(result))
      call.pending = {
        pieces: result,
        timing: fixture.timing,
        fault: readFault(fixture),
        resolve: reply => resolve(call, reply, fixture)
      }
    else call.resolved = resolve(call, result, fixture)
  }

  function resolve({ chat, exchange }: ChatCall, reply: Reply, fixture: Fixture, canned?: Reply): ResolvedReply {
    if (reply.kind === 'error') throw createReplyError(reply)
    if (chat.response_format) reportMismatch(exchange, chat, reply.choices)
    const filled = fillToolCalls(reply, chat, identities)
    const timing = reply.timing ?? fixture.timing
    return {
      reply: filled,
      timing: timing && applyReplaySpeed(timing, replaySpeed),
      fault: readFault(fixture),
      isCanned: filled === canned
    }
  }
}

const readFault = ({ fault, name }: Fixture): ResolvedReply['fault'] => fault && { faults: fault, name }

function renderOrThrow(render: () => Reply, location: string): Reply {
  try {
    return render()
  } catch (error) {
    if (error instanceof ConfigError)
      throw new ApiError('template_failed', { what: `${location}: ${error.problems[0]}` })
    throw error
  }
}

/** A reply may say only that it ends in a tool call. Which tool, and with which arguments, is then generated. */
function fillToolCalls(
  reply: CompletionReply,
  chat: ChatRequest,
  identities: { contentRandom(chat: ChatRequest): Random }
): CompletionReply {
  if (!reply.choices.some(needsToolCall)) return reply
  return {
    ...reply,
    choices: reply.choices.map(choice =>
      needsToolCall(choice) ? { ...choice, ...generateToolCall(chat, identities.contentRandom(chat)) } : choice
    )
  }
}

const needsToolCall = ({ text, refusal, toolCalls, finishReason }: ChoiceContent) =>
  text === undefined &&
  refusal === undefined &&
  !toolCalls &&
  (finishReason === 'function_call' || finishReason === 'tool_calls')

/** Reports why the text of a reply breaks the schema that the client requested, if it does. */
export function reportMismatch(
  exchange: Exchange,
  { response_format: format }: ChatRequest,
  choices: readonly ChoiceContent[]
): void {
  const schema = format?.type === 'json_schema' ? format.json_schema?.schema : undefined
  if (!schema) return
  for (const { text } of choices) {
    const mismatch = text === undefined ? undefined : findSchemaMismatch(schema, text)
    if (!mismatch) continue
    setMismatch(exchange, mismatch)
    return
  }
}
