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
import type { Random } from '../core/random.js'
import type { ChoiceContent, ReplyToolCall, ReplyUsage } from '../core/reply.js'
import { outputLimit } from '../core/request-parameters.js'
import { generateLogprobs } from './logprobs.js'
import { generateModeration } from './moderation.js'
import { countPredictionTokens } from './prediction.js'
import { type AudioFormat, countSpeechTokens, createSilentClip, speechSeconds } from './silent-audio.js'
import type { EncodingTokenizer } from './token-text.js'
import { type OutputLimits, stopSequences, truncateChoice } from './truncate.js'
import { buildUsage } from './usage.js'

/** What makes an answer this one and no other. */
export interface Identity {
  id: string
  /** Unix time in seconds. */
  created: number
  fingerprint: string | null
  random: Random
}

export interface BuildInput {
  request: ChatRequest
  model: Model
  choices: readonly ChoiceContent[]
  usage?: ReplyUsage
  /** Named in place of the model's snapshot. */
  modelName?: string | undefined
  /** Neither a stop sequence nor a limit cuts what is said. */
  skipTruncation?: boolean | undefined
  /** What the prompt costs in tokens. */
  prompt: { total: number; audio?: number; image?: number }
  identity: Identity
  tokens: EncodingTokenizer
}

export function buildCompletion({
  request,
  model,
  choices: contents,
  usage = {},
  modelName,
  skipTruncation,
  prompt,
  identity,
  tokens
}: BuildInput): Completion {
  const limit = skipTruncation ? undefined : outputLimit(request)
  const maxTokens = limit ?? Number.POSITIVE_INFINITY
  // A limit below what reasoning takes is all spent on reasoning, as recorded.
  const reasoning = Math.min(usage.reasoningTokens ?? 0, maxTokens)
  const limits = { stop: skipTruncation ? [] : stopSequences(request), maxTokens: maxTokens - reasoning }
  const choices: Choice[] = []
  for (let index = 0; index < (request.n ?? 1); index++)
    choices.push(buildChoice(index, contents[index % contents.length]!, { request, model, identity, tokens }, limits))
  const prediction = countPredictionTokens(request.prediction, choices[0]?.message.content ?? '', text =>
    tokens.pieces(text).map(piece => piece.text)
  )
  const replyUsage: ReplyUsage = {
    acceptedPredictionTokens: prediction.accepted,
    rejectedPredictionTokens: prediction.rejected,
    ...usage,
    reasoningTokens: reasoning
  }
  const completionText = choices.map(({ message }) => message.content ?? message.audio?.transcript ?? '').join('\n')
  const moderation = request.moderation ? generateModeration(request, completionText, identity.random) : undefined
  return {
    id: identity.id,
    object: 'chat.completion',
    created: identity.created,
    model: modelName ?? model.snapshot,
    choices,
    ...(moderation ? { moderation } : {}),
    usage: buildUsage({
      request,
      model,
      choices,
      prompt,
      replyUsage,
      audioTokens: totalSpeechTokens(choices),
      count: tokens.count
    }),
    ...(model.serviceTier ? { service_tier: resolveServiceTier(request.service_tier) } : {}),
    system_fingerprint: identity.fingerprint
  }
}

type BuildContext = Pick<BuildInput, 'request' | 'model' | 'identity' | 'tokens'>

function buildChoice(
  index: number,
  content: ChoiceContent,
  { request, model, identity, tokens }: BuildContext,
  limits: OutputLimits
): Choice {
  const random = index === 0 ? identity.random : identity.random.fork(index)
  const { content: truncated, cutReason } = truncateChoice(withArgumentText(content, request), limits, tokens)
  const message = withAudio(buildMessage(truncated, request, random), request, model, identity.created, random)
  // Calls have no log probabilities, also where they are asked for.
  const hasText = message.content !== null || message.refusal !== null
  const logprobs =
    request.logprobs && hasText
      ? { logprobs: generateLogprobs(message, request.top_logprobs ?? 0, random.fork('logprobs'), tokens) }
      : model.logprobsKey || request.logprobs
        ? { logprobs: null }
        : {}
  return {
    index,
    message,
    ...logprobs,
    finish_reason: cutReason ?? content.finishReason ?? resolveFinishReason(message, request, model)
  }
}

function buildMessage(content: ChoiceContent, request: ChatRequest, random: Random): AssistantMessage {
  const calls = content.toolCalls ?? []
  const message: AssistantMessage = {
    role: 'assistant',
    content: content.refusal === undefined ? (content.text ?? null) : null,
    refusal: null
  }
  if (calls.length) {
    if (usesLegacyFunctions(request))
      message.function_call = { name: calls[0]!.name, arguments: String(calls[0]!.arguments) }
    else message.tool_calls = calls.map(call => buildToolCall(call, request, random))
  }
  // The service writes its keys in this order, and the ones above exist only when they are used.
  message.refusal = content.refusal ?? null
  const { refusal, ...rest } = message
  return { ...rest, refusal, annotations: content.annotations ?? [] }
}

/** The answer as audio, where it was asked for: a silent clip as long as the words would take. */
function withAudio(
  message: AssistantMessage,
  { modalities, audio }: ChatRequest,
  model: Model,
  created: number,
  random: Random
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
  const data = createSilentClip(audio.format as AudioFormat, speechSeconds(content)).toString('base64')
  // A clip can be referred to for an hour, as recorded.
  return {
    role,
    content: null,
    refusal,
    audio: { id: `audio_${random.hex(32)}`, data, expires_at: created + 3600, transcript: content },
    annotations
  }
}

const totalSpeechTokens = (choices: readonly Choice[]) =>
  choices.reduce(
    (total, { message }) => total + (message.audio ? countSpeechTokens(speechSeconds(message.audio.transcript)) : 0),
    0
  )

function buildToolCall(call: ReplyToolCall, request: ChatRequest, random: Random): ToolCall {
  const { name } = call
  const id = call.id ?? createCallId(random)
  const args = String(call.arguments)
  const isCustom =
    call.type === 'custom' || request.tools?.some(tool => tool.type === 'custom' && tool.custom?.name === name)
  return isCustom
    ? { id, type: 'custom', custom: { name, input: args } }
    : { id, type: 'function', function: { name, arguments: args } }
}

export const callIdLength = 29

export const createCallId = (random: Random): string => `call_${random.base62(24)}`

const usesLegacyFunctions = (request: ChatRequest) => Boolean(request.functions?.length && !request.tools?.length)

/** Arguments as text: those of a single call are compact, those of parallel calls have Python's spaces. */
function withArgumentText(content: ChoiceContent, request: ChatRequest): ChoiceContent {
  if (!content.toolCalls) return content
  const formatArguments =
    content.toolCalls.length > 1 && !usesLegacyFunctions(request)
      ? writePythonJson
      : (value: Json) => JSON.stringify(value)
  const toolCalls = content.toolCalls.map(call =>
    typeof call.arguments === 'string' ? call : { ...call, arguments: formatArguments(call.arguments) }
  )
  return { ...content, toolCalls }
}

function writePythonJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(writePythonJson).join(', ')}]`
  if (value && typeof value === 'object')
    return `{${Object.entries(value)
      .map(([key, item]) => `${JSON.stringify(key)}: ${writePythonJson(item)}`)
      .join(', ')}}`
  return JSON.stringify(value)
}

function resolveFinishReason(message: AssistantMessage, request: ChatRequest, model: Model): FinishReason {
  const { tool_choice, function_call } = request
  if (message.function_call) return typeof function_call === 'object' && function_call ? 'stop' : 'function_call'
  if (!message.tool_calls) return 'stop'
  // A call forced by its name ends with `stop`, but not on reasoning models.
  const isForced = typeof tool_choice === 'object' && tool_choice !== null && tool_choice.type !== 'allowed_tools'
  return isForced && !model.reasoning ? 'stop' : 'tool_calls'
}

function resolveServiceTier(tier: string | null | undefined): string {
  if (tier === 'flex') return 'flex'
  return tier === 'priority' || tier === 'fast' ? 'priority' : 'default'
}
