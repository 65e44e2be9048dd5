/** Defines the types of OpenAI's API, with the names of OpenAI. */
import type { JsonObject, ToolCall } from './chat-request.js'

export type * from './chat-request.js'

export interface TokenLogprob {
  token: string
  logprob: number
  bytes: number[] | null
  top_logprobs: { token: string; logprob: number; bytes: number[] | null }[]
}

export interface Logprobs {
  content: TokenLogprob[] | null
  refusal: TokenLogprob[] | null
}

export interface AssistantMessage {
  role: 'assistant'
  content: string | null
  tool_calls?: ToolCall[]
  function_call?: { name: string; arguments: string }
  refusal: string | null
  audio?: { id: string; data: string; expires_at: number; transcript: string }
  annotations?: JsonObject[]
}

/** The results of Azure's content filter, by category. */
export type ContentFilterResults = Record<string, { filtered: boolean; detected?: boolean; severity?: string }>

/** Why a choice ends. */
export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter' | 'function_call'

export interface Choice {
  index: number
  message: AssistantMessage
  logprobs?: Logprobs | null
  finish_reason: FinishReason
  /** Only in responses of Azure. */
  content_filter_results?: ContentFilterResults
}

export interface Usage {
  prompt_tokens: number
  completion_tokens: number
  total_tokens: number
  prompt_tokens_details?: Record<string, number>
  completion_tokens_details?: Record<string, number>
}

export interface Completion {
  id: string
  object: 'chat.completion'
  created: number
  model: string
  choices: Choice[]
  moderation?: JsonObject
  usage: Usage
  service_tier?: string
  system_fingerprint: string | null
  /** Only in responses of Azure. */
  prompt_filter_results?: { prompt_index: number; content_filter_results: ContentFilterResults }[]
}

export interface Delta {
  role?: 'assistant'
  content?: string | null
  refusal?: string | null
  tool_calls?: {
    index: number
    id?: string
    type?: 'function' | 'custom'
    function?: { name?: string; arguments: string }
    custom?: { name?: string; input: string }
  }[]
  function_call?: { name?: string; arguments: string }
  audio?: { id?: string; transcript?: string; data?: string; expires_at?: number }
  annotations?: JsonObject[]
}

export interface ChunkChoice {
  index: number
  delta: Delta
  logprobs?: Logprobs | null
  finish_reason: FinishReason | null
  /** Only in responses of Azure. */
  content_filter_results?: ContentFilterResults
}

export interface Chunk {
  id: string
  object: 'chat.completion.chunk'
  created: number
  model: string
  service_tier?: string
  system_fingerprint: string | null
  choices: ChunkChoice[]
  moderation?: JsonObject
  usage?: Usage | null
  obfuscation?: string
}

export interface VendorError {
  message: string
  type: string
  param: string | null
  code: string | null
}

/** The categories of moderation, in the order of the service. */
export const moderationCategories = [
  'harassment',
  'harassment/threatening',
  'sexual',
  'hate',
  'hate/threatening',
  'illicit',
  'illicit/violent',
  'self-harm/intent',
  'self-harm/instructions',
  'self-harm',
  'sexual/minors',
  'violence',
  'violence/graphic'
] as const
