/** Builds a completion from a request and the content of its choices. */

import { Budget } from '../core/budget.js'
import type { Model } from '../core/model.js'
import type { AssistantMessage, ChatRequest, Choice, Completion, FinishReason, ToolCall } from '../core/openai-types.js'
import type { Random } from '../core/random.js'
import type { ChoiceContent, ReplyToolCall, ReplyUsage } from '../core/reply.js'
import { outputLimit } from '../core/request-parameters.js'
import type { EncodingTokenizer } from './encoding-tokenizer.js'
import { type ChoiceLogprobs, emptyLogprobs, planLogprobs } from './logprobs.js'
import { generateModeration } from './moderation.js'
import { namesTool, usesLegacyFunctions } from './overhead.js'
import { fillLogprobs, type PlannedCompletion } from './planned-completion.js'
import { countPredictionTokens } from './prediction.js'
import type { PromptTokens } from './prompt-tokens.js'
import { spendEntries } from './response-cost.js'
import { SharedWork } from './shared-work.js'
import { type AudioFormat, countSpeechTokens, isSpoken, speechSeconds } from './silent-audio.js'
import { type OutputLimits, stopSequences } from './truncate.js'
import { buildUsage, countChoiceTokens } from './usage.js'

/** The parts of a completion that differ from all other completions. */
export interface Identity {
  id: string
  /** Unix time in seconds. */
  created: number
  fingerprint: string | null
  random: Random
}

/** Everything that a completion is built from. */
export interface BuildInput {
  request: ChatRequest
  model: Model
  choices: readonly ChoiceContent[]
  usage?: ReplyUsage
  /** The model's name in the completion, in place of its snapshot. */
  modelName?: string | undefined
  /** Neither stop sequences nor limits cut the content. */
  skipTruncation?: boolean | undefined
  /** The content is one piece of an answer, or all pieces, which are already cut. */
  pieces?: 'one' | 'all' | undefined
  /** The tokens of a stop sequence that the content no longer has. @default 0 */
  stopTokens?: number
  prompt: PromptTokens
  identity: Identity
  tokens: EncodingTokenizer
  /** What the completion may cost. @default the budget of one response */
  budget?: Budget | undefined
}

/** Builds the completion. Its choices repeat the contents in turn. */
export function buildCompletion(input: BuildInput): Completion {
  const budget = input.budget ?? new Budget()
  const { completion, logprobs } = planCompletion({ ...input, budget })
  for (const each of logprobs) if (each) spendEntries(each, input.request, budget)
  return fillLogprobs({ completion, logprobs })
}

/** Builds the completion up to the entries of its log probabilities, which may need more memory than all other parts. */
export function planCompletion({
  request,
  model,
  choices: contents,
  usage = {},
  modelName,
  skipTruncation,
  pieces,
  stopTokens = 0,
  prompt,
  identity,
  tokens,
  budget = new Budget()
}: BuildInput): PlannedCompletion {
  const maxTokens = (skipTruncation ? undefined : outputLimit(request)) ?? Number.POSITIVE_INFINITY
  // Reasoning never uses more than the limit, as recorded.
  const reasoning = Math.min(usage.reasoningTokens ?? 0, maxTokens)
  const limits: OutputLimits =
    skipTruncation || pieces === 'all'
      ? noLimits
      : { stop: stopSequences(request), maxTokens: maxTokens - reasoning, isPiece: pieces === 'one' }
  const shared = new SharedWork({ request, model, tokens, limits, reasoning, budget })
  const planned: PlannedChoice[] = []
  for (let index = 0; index < (request.n ?? 1); index++)
    planned.push(planChoice(index, contents[index % contents.length]!, { request, model, identity }, shared))
  const choices = planned.map(({ choice }) => choice)
  const prediction = countPredictionTokens(request.prediction, choices[0]?.message.content ?? '', tokens, budget)
  const replyUsage: ReplyUsage = {
    acceptedPredictionTokens: prediction.accepted,
    rejectedPredictionTokens: prediction.rejected,
    ...usage,
    reasoningTokens: reasoning
  }
  const moderation = request.moderation ? generateModeration(request, choices, identity.random) : undefined
  const completion: Completion = {
    id: identity.id,
    object: 'chat.completion',
    created: identity.created,
    model: modelName ?? model.snapshot,
    choices,
    ...(moderation ? { moderation } : {}),
    usage: buildUsage({
      prompt,
      model,
      choiceTokens: sum(planned, ({ textTokens }) => textTokens) + stopTokens,
      audioTokens: sum(planned, ({ audioTokens }) => audioTokens),
      maxTokens: maxTokens * choices.length,
      replyUsage
    }),
    ...(hasServiceTier(request, model) ? { service_tier: resolveServiceTier(request.service_tier) } : {}),
    system_fingerprint: identity.fingerprint
  }
  return { completion, logprobs: planned.map(({ logprobs }) => logprobs), cut: shared.cut }
}

const noLimits: OutputLimits = { stop: [], maxTokens: Number.POSITIVE_INFINITY }

const sum = <T>(list: readonly T[], read: (item: T) => number): number =>
  list.reduce((total, item) => total + read(item), 0)

interface PlannedChoice {
  choice: Choice
  /** The tokens of the choice without its sound. */
  textTokens: number
  audioTokens: number
  logprobs?: ChoiceLogprobs | undefined
}

type BuildContext = Pick<BuildInput, 'request' | 'model' | 'identity'>

function planChoice(index: number, content: ChoiceContent, context: BuildContext, shared: SharedWork): PlannedChoice {
  const { request, model, identity } = context
  const random = index === 0 ? identity.random : identity.random.fork(index)
  shared.spendCalls(content)
  const { content: truncated, cutReason, stopTokens = 0 } = shared.truncate(content)
  const message = withAudio(buildMessage(truncated, request, random), context, shared, random)
  // Tool calls never have log probabilities, even if the request sets `logprobs`.
  const hasText = message.content !== null || message.refusal !== null
  const logprobs =
    request.logprobs && hasText ? planLogprobs(message, request.top_logprobs ?? 0, random, shared.cut) : undefined
  const choice: Choice = {
    index,
    message,
    ...(logprobs
      ? { logprobs: emptyLogprobs(logprobs) }
      : model.logprobsKey || request.logprobs
        ? { logprobs: null }
        : {}),
    finish_reason: cutReason ?? content.finishReason ?? resolveFinishReason(message, request, model)
  }
  const { textTokens, audioTokens } = countTokens(choice, cutReason === 'length', context, shared)
  return { choice, logprobs, textTokens: textTokens + stopTokens, audioTokens }
}

/** A choice that its limit has cut uses all tokens of the limit, as recorded. */
function countTokens(
  choice: Choice,
  isCut: boolean,
  { request, model }: BuildContext,
  { count, maxTokens, reasoning }: SharedWork
): Pick<PlannedChoice, 'textTokens' | 'audioTokens'> {
  const { audio } = choice.message
  const audioTokens = audio ? Math.min(countSpeechTokens(speechSeconds(audio.transcript)), maxTokens) : 0
  const textTokens = isCut ? maxTokens - audioTokens : countChoiceTokens(choice, { request, model, count, reasoning })
  return { textTokens, audioTokens }
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
  // The service writes the keys in this order, and calls only when there are some.
  message.refusal = content.refusal ?? null
  const { refusal, ...rest } = message
  return { ...rest, refusal, annotations: content.annotations ?? [] }
}

/** Replaces the text by audio if the request has the modality `audio`: a silent clip as long as the speech. */
function withAudio(
  message: AssistantMessage,
  { request, model, identity }: BuildContext,
  shared: SharedWork,
  random: Random
): AssistantMessage {
  if (!isSpoken(request, model) || message.content === null || message.tool_calls) return message
  const { annotations, content, role, refusal } = message
  const data = shared.recordSpeech(request.audio!.format as AudioFormat, content)
  // A clip expires after one hour, as recorded.
  return {
    role,
    content: null,
    refusal,
    audio: { id: `audio_${random.hex(32)}`, data, expires_at: identity.created + 3600, transcript: content },
    annotations
  }
}

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

/** The characters of a tool call's id. */
export const callIdLength = 29

/** Generates the id of a tool call. */
export const createCallId = (random: Random): string => `call_${random.base62(24)}`

function resolveFinishReason(message: AssistantMessage, request: ChatRequest, model: Model): FinishReason {
  if (!message.function_call && !message.tool_calls) return 'stop'
  // A call that the request forces by name ends with `stop`, except on reasoning models.
  if (namesTool(request) && !model.reasoning) return 'stop'
  return message.function_call ? 'function_call' : 'tool_calls'
}

/** Search models name their tier only in chunks, as recorded. */
const hasServiceTier = ({ stream }: ChatRequest, { serviceTier, kind }: Model): boolean =>
  serviceTier || (kind === 'search' && stream === true)

function resolveServiceTier(tier: string | null | undefined): string {
  if (tier === 'flex') return 'flex'
  return tier === 'priority' || tier === 'fast' ? 'priority' : 'default'
}
