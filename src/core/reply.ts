/** A reply says what is answered, and nothing of how it travels: plain data, normalised once to a union with `kind`. */
import type { ErrorParams, ErrorTemplate } from './api-error.js'
import type { FinishReason, Json, JsonObject } from './openai-types.js'
import type { TimingInput } from './pacing-input.js'

export interface ReplyToolCall {
  name: string
  /** An object is written as compact JSON; a string is sent as it is, valid JSON or not. */
  arguments: Json
  id?: string
  type?: 'function' | 'custom'
}

export interface ReplyUsage {
  reasoningTokens?: number
  cachedTokens?: number
  promptTokens?: number
  completionTokens?: number
  acceptedPredictionTokens?: number
  rejectedPredictionTokens?: number
}

/** What one choice says. */
export interface ChoiceContent {
  text?: string
  refusal?: string
  toolCalls?: ReplyToolCall[]
  annotations?: JsonObject[]
  finishReason?: FinishReason
}

/** What goes out to the letter, in place of what Standin would lay out of the same words. */
export interface Verbatim {
  /** A whole answer. */
  json?: string
  /** A stream, with its blank lines. */
  stream?: string
}

/** What a request is answered with, after normalising: one saying for each choice, or a refusal. */
export type Reply =
  | {
      kind: 'completion'
      choices: ChoiceContent[]
      usage?: ReplyUsage
      headers?: Record<string, string>
      /** Neither a stop sequence nor a limit cuts it. */
      skipTruncation?: boolean | undefined
      /** The name that the answer gives to its model. */
      model?: string | undefined
      timing?: TimingInput | undefined
      verbatim?: Verbatim | undefined
    }
  | {
      kind: 'error'
      errorName: string
      params: ErrorParams
      headers?: Record<string, string> | undefined
      /** Words that no catalog has. */
      template?: ErrorTemplate
      verbatim?: Verbatim | undefined
    }
