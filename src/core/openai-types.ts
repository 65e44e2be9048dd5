/** Defines the types of OpenAI's API, with the names of OpenAI. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type JsonObject = { [key: string]: Json }

export interface ContentPart {
  type: string
  text?: string
  refusal?: string
  image_url?: { url?: string; detail?: string }
  input_audio?: { data?: string; format?: string }
  file?: { filename?: string; file_data?: string; file_id?: string }
}

export interface ToolCall {
  id: string
  type: 'function' | 'custom'
  function?: { name: string; arguments: string }
  custom?: { name: string; input: string }
}

export interface Message {
  role: string
  content?: string | ContentPart[] | null
  name?: string
  tool_calls?: ToolCall[] | null
  tool_call_id?: string
  function_call?: { name: string; arguments: string } | null
  refusal?: string | null
  audio?: { id: string } | null
}

export interface FunctionDefinition {
  name: string
  description?: string
  parameters?: JsonObject | null
  strict?: boolean | null
}

export interface Tool {
  type: 'function' | 'custom'
  function?: FunctionDefinition
  custom?: { name: string; description?: string; format?: JsonObject }
}

export type ToolChoice =
  | 'none'
  | 'auto'
  | 'required'
  | { type: 'function'; function: { name: string } }
  | { type: 'custom'; custom: { name: string } }
  | { type: 'allowed_tools'; allowed_tools: { mode: 'auto' | 'required'; tools: JsonObject[] } }

export interface ResponseFormat {
  type: 'text' | 'json_object' | 'json_schema'
  json_schema?: { name: string; description?: string; schema?: JsonObject; strict?: boolean | null }
}

/** A request body that has passed validation. Every optional field may also be null, which counts as absent. */
export interface ChatRequest {
  model: string
  messages: Message[]
  stream?: boolean | null
  stream_options?: { include_usage?: boolean; include_obfuscation?: boolean } | null
  n?: number | null
  max_tokens?: number | null
  max_completion_tokens?: number | null
  stop?: string | string[] | null
  temperature?: number | null
  top_p?: number | null
  presence_penalty?: number | null
  frequency_penalty?: number | null
  logprobs?: boolean | null
  top_logprobs?: number | null
  logit_bias?: Record<string, number> | null
  seed?: number | null
  user?: string | null
  tools?: Tool[] | null
  tool_choice?: ToolChoice | null
  parallel_tool_calls?: boolean | null
  functions?: FunctionDefinition[] | null
  function_call?: 'none' | 'auto' | { name: string } | null
  response_format?: ResponseFormat | null
  reasoning_effort?: string | null
  verbosity?: string | null
  service_tier?: string | null
  safety_identifier?: string | null
  prompt_cache_key?: string | null
  prompt_cache_retention?: string | null
  prompt_cache_options?: JsonObject | null
  store?: boolean | null
  metadata?: Record<string, string> | null
  modalities?: string[] | null
  audio?: { voice: unknown; format: string } | null
  prediction?: { type: 'content'; content: string | ContentPart[] } | null
  web_search_options?: JsonObject | null
  moderation?: JsonObject | null
}

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

export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter' | 'function_call'

export interface Choice {
  index: number
  message: AssistantMessage
  logprobs?: Logprobs | null
  finish_reason: FinishReason
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
