/** Defines replies: the content of a response as data, without its transport. */
import { ApiError, type ErrorParams, type ErrorTemplate } from './api-error.js'
import type { FinishReason, Json, JsonObject } from './openai-types.js'
import type { TimingInput } from './pacing-input.js'

/** A tool call of a reply. */
export interface ReplyToolCall {
  name: string
  /** An object is sent as compact JSON, a string unchanged, valid JSON or not. */
  arguments: Json
  /** @default a generated id */
  id?: string
  /** @default the type of the tool with this name in the request */
  type?: 'function' | 'custom'
}

/** The counts of `usage` that a reply sets; Standin counts the others. */
export interface ReplyUsage {
  /** Hidden tokens; they count towards `max_completion_tokens`. @default 0 */
  reasoningTokens?: number
  /** Tokens of the prompt that came from the prompt cache. @default 0 */
  cachedTokens?: number
  /** `prompt_tokens`. @default the counted tokens of the prompt */
  promptTokens?: number
  /** `completion_tokens`. @default the counted tokens of the choices and reasoning */
  completionTokens?: number
  /** Tokens of `prediction` that are in the completion. */
  acceptedPredictionTokens?: number
  /** Tokens of `prediction` that are not in the completion. */
  rejectedPredictionTokens?: number
}

/** The content of a choice. */
export interface ChoiceContent {
  text?: string
  refusal?: string
  toolCalls?: ReplyToolCall[]
  annotations?: JsonObject[]
  finishReason?: FinishReason
}

/** The verdict of a moderation. */
export interface ModerationVerdict {
  /** The categories to which the input belongs. Without any, it is not flagged. */
  flagged: string[]
  /** The scores of some categories, from 0 to 1. @default scores that fit the categories */
  scores?: Record<string, number>
}

/** A response to an operation of the document, as a fixture gives it. */
export interface ResponseContent {
  /** @default the lowest 2XX of the operation */
  status?: number | undefined
  /** A text is sent unchanged, and any other value as JSON. */
  body?: Json | undefined
  /** The bytes of the body in base64, in place of `body`. */
  base64Body?: string | undefined
}

/** Exact bodies of a recorded response, sent instead of the completion that Standin would build. */
export interface Verbatim {
  /** The body of a response without a stream. */
  json?: string
  /** The events of a stream, with their blank lines. */
  stream?: string
}

/** A reply: the content of the choices of a completion, or an API error. */
export type Reply =
  | {
      kind: 'completion'
      choices: ChoiceContent[]
      usage?: ReplyUsage
      headers?: Record<string, string>
      /** Whether stop sequences and limits leave the text unchanged. */
      skipTruncation?: boolean | undefined
      /** The `model` of the response. */
      model?: string | undefined
      timing?: TimingInput | undefined
      verbatim?: Verbatim | undefined
      /** The vector of an embedding. */
      embedding?: number[] | undefined
      /** The text whose vector is near the vector of an embedding. */
      near?: string | undefined
      moderation?: ModerationVerdict | undefined
      /** The response to an operation without texts, vectors or verdicts. */
      response?: ResponseContent | undefined
    }
  | {
      kind: 'error'
      errorName: string
      params: ErrorParams
      headers?: Record<string, string> | undefined
      /** Replaces the template of `errorName`. */
      template?: ErrorTemplate
      verbatim?: Verbatim | undefined
    }

/** The reply that becomes a completion. */
export type CompletionReply = Reply & { kind: 'completion' }

/** Makes the API error of a reply that is an error. */
export const createReplyError = ({
  errorName,
  params,
  headers,
  template,
  verbatim
}: Reply & { kind: 'error' }): ApiError => new ApiError(errorName, params, headers, undefined, template, verbatim?.json)
