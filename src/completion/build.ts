/** The one path from a request and what to say to a completion. */

import type { Model } from '../core/model.js'
import type {
  AssistantMessage,
  ChatRequest,
  Choice,
  Completion,
  FinishReason,
  Json,
  ToolCall
} from '../core/openai-types.js'
import type { Chance } from '../core/random.js'
import type { ReplyToolCall, ReplyUsage, Saying } from '../core/reply.js'
import { logprobsOf } from './logprobs.js'
import { moderationOf } from './moderation.js'
import { predictedTokens } from './prediction.js'
import { type AudioFormat, audioTokens, secondsOf, silentClip } from './silent-audio.js'
import type { TokenText } from './token-text.js'
import { type Limits, stopsOf, trim } from './truncate.js'
import { usageOf } from './usage.js'

/** What makes an answer this one and no other. */
export interface Identity {
  id: string
  /** Unix time in seconds. */
  created: number
  fingerprint: string | null
  chance: Chance
}

export interface Ingredients {
  request: ChatRequest
  model: Model
  sayings: readonly Saying[]
  usage?: ReplyUsage
  /** Named in place of the model's snapshot. */
  name?: string | undefined
  /** Neither a stop sequence nor a limit cuts what is said. */
  whole?: boolean | undefined
  /** What the prompt costs in tokens. */
  prompt: { total: number; audio?: number; image?: number }
  identity: Identity
  tokens: TokenText
}

export function build({
  request,
  model,
  sayings,
  usage = {},
  name,
  whole,
  prompt,
  identity,
  tokens
}: Ingredients): Completion {
  const limit = whole ? undefined : (request.max_completion_tokens ?? request.max_tokens)
  const most = limit ?? Number.POSITIVE_INFINITY
  // A limit below what reasoning takes is all spent on reasoning, as recorded.
  const reasoning = Math.min(usage.reasoningTokens ?? 0, most)
  const limits = { stop: whole ? [] : stopsOf(request), maxTokens: most - reasoning }
  const choices: Choice[] = []
  for (let index = 0; index < (request.n ?? 1); index++)
    choices.push(choiceOf(index, sayings[index % sayings.length]!, { request, model, identity, tokens }, limits))
  const predicted = predictedTokens(request.prediction, choices[0]?.message.content ?? '', text =>
    tokens.pieces(text).map(piece => piece.text)
  )
  const reply: ReplyUsage = {
    acceptedPredictionTokens: predicted.accepted,
    rejectedPredictionTokens: predicted.rejected,
    ...usage,
    reasoningTokens: reasoning
  }
  const said = choices.map(({ message }) => message.content ?? message.audio?.transcript ?? '').join('\n')
  const moderation = request.moderation ? moderationOf(request, said, identity.chance) : undefined
  return {
    id: identity.id,
    object: 'chat.completion',
    created: identity.created,
    model: name ?? model.snapshot,
    choices,
    ...(moderation ? { moderation } : {}),
    usage: usageOf({ request, model, choices, prompt, reply, audioTokens: heard(choices), count: tokens.count }),
    ...(model.serviceTier ? { service_tier: tierOf(request.service_tier) } : {}),
    system_fingerprint: identity.fingerprint
  }
}

type Kitchen = Pick<Ingredients, 'request' | 'model' | 'identity' | 'tokens'>

function choiceOf(
  index: number,
  saying: Saying,
  { request, model, identity, tokens }: Kitchen,
  limits: Limits
): Choice {
  const chance = index === 0 ? identity.chance : identity.chance.fork(index)
  const { saying: kept, cut } = trim(written(saying, request), limits, tokens)
  const message = spoken(messageOf(kept, request, chance), request, model, identity.created, chance)
  // Calls have no log probabilities, also where they are asked for.
  const worded = message.content !== null || message.refusal !== null
  const logprobs =
    request.logprobs && worded
      ? { logprobs: logprobsOf(message, request.top_logprobs ?? 0, chance.fork('logprobs'), tokens) }
      : model.logprobsKey || request.logprobs
        ? { logprobs: null }
        : {}
  return { index, message, ...logprobs, finish_reason: cut ?? saying.finishReason ?? finishOf(message, request, model) }
}

function messageOf(saying: Saying, request: ChatRequest, chance: Chance): AssistantMessage {
  const calls = saying.toolCalls ?? []
  const message: AssistantMessage = {
    role: 'assistant',
    content: saying.refusal === undefined ? (saying.text ?? null) : null,
    refusal: null
  }
  if (calls.length) {
    if (isLegacy(request)) message.function_call = { name: calls[0]!.name, arguments: String(calls[0]!.arguments) }
    else message.tool_calls = calls.map(call => toolCallOf(call, request, chance))
  }
  // The service writes its keys in this order, and the ones above exist only when they are used.
  message.refusal = saying.refusal ?? null
  const { refusal, ...rest } = message
  return { ...rest, refusal, annotations: saying.annotations ?? [] }
}

/** The answer as audio, where it was asked for: a silent clip as long as the words would take. */
function spoken(
  message: AssistantMessage,
  { modalities, audio }: ChatRequest,
  model: Model,
  created: number,
  chance: Chance
): AssistantMessage {
  if (
    model.kind !== 'audio' ||
    !modalities?.includes('audio') ||
    !audio ||
    message.content === null ||
    message.tool_calls
  )
    return message
  const { annotations, content, role, refusal } = message
  const data = silentClip(audio.format as AudioFormat, secondsOf(content)).toString('base64')
  // A clip can be referred to for an hour, as recorded.
  return {
    role,
    content: null,
    refusal,
    audio: { id: `audio_${chance.hex(32)}`, data, expires_at: created + 3600, transcript: content },
    annotations
  }
}

const heard = (choices: readonly Choice[]) =>
  choices.reduce(
    (total, { message }) => total + (message.audio ? audioTokens(secondsOf(message.audio.transcript)) : 0),
    0
  )

function toolCallOf(call: ReplyToolCall, request: ChatRequest, chance: Chance): ToolCall {
  const { name } = call
  const id = call.id ?? callId(chance)
  const args = String(call.arguments)
  const isCustom =
    call.type === 'custom' || request.tools?.some(tool => tool.type === 'custom' && tool.custom?.name === name)
  return isCustom
    ? { id, type: 'custom', custom: { name, input: args } }
    : { id, type: 'function', function: { name, arguments: args } }
}

export const callIdLength = 29

export const callId = (chance: Chance): string => `call_${chance.base62(24)}`

const isLegacy = (request: ChatRequest) => Boolean(request.functions?.length && !request.tools?.length)

/** Arguments as text: those of a single call are compact, those of parallel calls have Python's spaces. */
function written(saying: Saying, request: ChatRequest): Saying {
  if (!saying.toolCalls) return saying
  const write = saying.toolCalls.length > 1 && !isLegacy(request) ? python : (value: Json) => JSON.stringify(value)
  const toolCalls = saying.toolCalls.map(call =>
    typeof call.arguments === 'string' ? call : { ...call, arguments: write(call.arguments) }
  )
  return { ...saying, toolCalls }
}

function python(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(python).join(', ')}]`
  if (value && typeof value === 'object')
    return `{${Object.entries(value)
      .map(([key, item]) => `${JSON.stringify(key)}: ${python(item)}`)
      .join(', ')}}`
  return JSON.stringify(value)
}

function finishOf(message: AssistantMessage, request: ChatRequest, model: Model): FinishReason {
  const { tool_choice, function_call } = request
  if (message.function_call) return typeof function_call === 'object' && function_call ? 'stop' : 'function_call'
  if (!message.tool_calls) return 'stop'
  // A call forced by its name ends with `stop`, but not on reasoning models.
  const forced = typeof tool_choice === 'object' && tool_choice !== null && tool_choice.type !== 'allowed_tools'
  return forced && !model.reasoning ? 'stop' : 'tool_calls'
}

function tierOf(asked: string | null | undefined): string {
  if (asked === 'flex') return 'flex'
  return asked === 'priority' || asked === 'fast' ? 'priority' : 'default'
}
