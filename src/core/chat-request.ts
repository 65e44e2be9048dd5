/** Defines the body of a chat request, with the names of OpenAI's API. Its API reference describes every member in full. */

/** A JSON value. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** A JSON object. */
export type JsonObject = { [key: string]: Json }

/** A part of a message's content. `type` names the member that holds it. */
export interface ContentPart {
  /** `text`, `image_url`, `input_audio`, `file` or `refusal`. */
  type: string
  /** The text of a part of type `text`. */
  text?: string
  /** The model's refusal, in a message of the assistant. */
  refusal?: string
  /** An image: an `https:` or `data:` URL, and `low`, `high` or `auto` detail. */
  image_url?: { url?: string; detail?: string }
  /** Audio in base64, and its format: `wav` or `mp3`. */
  input_audio?: { data?: string; format?: string }
  /** A file: its name with its data in base64, or the id of an uploaded file. */
  file?: { filename?: string; file_data?: string; file_id?: string }
}

/** A call of a tool by the model. `type` names the member that holds it. */
export interface ToolCall {
  /** Links the call to the message with its result: `call_` and 24 characters. */
  id: string
  /** The kind of the tool. */
  type: 'function' | 'custom'
  /** The name of the function, and its arguments as JSON text. */
  function?: { name: string; arguments: string }
  /** The name of the custom tool, and its input as text. */
  custom?: { name: string; input: string }
}

/** A message of a conversation. */
export interface Message {
  /** `system`, `developer`, `user`, `assistant`, `tool` or `function`. */
  role: string
  /** A text or a list of parts. Null or absent only in a message of the assistant. */
  content?: string | ContentPart[] | null
  /** The name of the author; for the role `function`, of the function. */
  name?: string
  /** The calls of an assistant's message. */
  tool_calls?: ToolCall[] | null
  /** For the role `tool`: the id of the call with this result. */
  tool_call_id?: string
  /** The call of an assistant's message, in the older form. */
  function_call?: { name: string; arguments: string } | null
  /** The model's refusal, in a message of the assistant. */
  refusal?: string | null
  /** The id of an earlier audio response of the assistant. */
  audio?: { id: string } | null
}

/** A function that the model may call. */
export interface FunctionDefinition {
  /** 1 to 64 characters of a-z, A-Z, 0-9, `_` and `-`. */
  name: string
  /** When and how the model uses the function. */
  description?: string
  /** A JSON schema of the arguments. @default no arguments */
  parameters?: JsonObject | null
  /** Whether the arguments always match the schema. @default false */
  strict?: boolean | null
}

/** A tool that the model may call. `type` names the member that holds it. */
export interface Tool {
  /** The kind of the tool. */
  type: 'function' | 'custom'
  /** A tool with JSON as its input. */
  function?: FunctionDefinition
  /** A tool with free text as its input; `format` may restrict the text by a grammar. */
  custom?: { name: string; description?: string; format?: JsonObject }
}

/** Which tool the model calls: none, any or no tool (`auto`), any tool (`required`), a certain tool, or a choice of some tools. */
export type ToolChoice =
  | 'none'
  | 'auto'
  | 'required'
  | {
      /** The model calls a certain function. */
      type: 'function'
      /** The name of the function, as declared in `tools`. */
      function: { name: string }
    }
  | {
      /** The model calls a certain custom tool. */
      type: 'custom'
      /** The name of the custom tool, as declared in `tools`. */
      custom: { name: string }
    }
  | {
      /** The model chooses among some of the declared tools. */
      type: 'allowed_tools'
      /** These tools, and whether the model has to call one (`required`) or may (`auto`). */
      allowed_tools: { mode: 'auto' | 'required'; tools: JsonObject[] }
    }

/** The format of the content: text, any JSON object, or JSON that matches a schema. */
export interface ResponseFormat {
  /** `json_object` needs the word JSON in the messages. @default 'text' */
  type: 'text' | 'json_object' | 'json_schema'
  /** For the type `json_schema`. With `strict`, the content always matches the schema. */
  json_schema?: { name: string; description?: string; schema?: JsonObject; strict?: boolean | null }
}

/** The body of a valid chat request. An optional member may also be null, which counts as absent. */
export interface ChatRequest {
  /** The name of the model, such as `gpt-4o`. */
  model: string
  /** The conversation, oldest message first. */
  messages: Message[]
  /** Whether the response is a stream of server-sent events. @default false */
  stream?: boolean | null
  /** Whether a stream ends with a chunk for `usage` (default false), and pads its chunks with `obfuscation` (default true). */
  stream_options?: { include_usage?: boolean; include_obfuscation?: boolean } | null
  /** The number of choices. @default 1 */
  n?: number | null
  /** The older name of `max_completion_tokens`. */
  max_tokens?: number | null
  /** The largest number of tokens of a choice, with reasoning tokens. */
  max_completion_tokens?: number | null
  /** Texts at which the content ends, at most four. */
  stop?: string | string[] | null
  /** From 0 to 2. @default 1 */
  temperature?: number | null
  /** From 0 to 1. @default 1 */
  top_p?: number | null
  /** From -2 to 2. @default 0 */
  presence_penalty?: number | null
  /** From -2 to 2. @default 0 */
  frequency_penalty?: number | null
  /** Whether choices have the log probabilities of their tokens. @default false */
  logprobs?: boolean | null
  /** The number of alternatives for each token, from 0 to 20. Needs `logprobs`. */
  top_logprobs?: number | null
  /** A bias from -100 to 100 for each of these token ids. */
  logit_bias?: Record<string, number> | null
  /** An integer that makes completions repeatable. */
  seed?: number | null
  /** An id of the end user; replaced by `safety_identifier` and `prompt_cache_key`. */
  user?: string | null
  /** The tools that the model may call, at most 128. */
  tools?: Tool[] | null
  /** The tool that the model calls. @default 'auto' with tools, else 'none' */
  tool_choice?: ToolChoice | null
  /** Whether the model may call several tools at once. @default true */
  parallel_tool_calls?: boolean | null
  /** The older form of `tools`. */
  functions?: FunctionDefinition[] | null
  /** The older form of `tool_choice`. */
  function_call?: 'none' | 'auto' | { name: string } | null
  /** The format of the content. @default text */
  response_format?: ResponseFormat | null
  /** `none`, `minimal`, `low`, `medium`, `high`, `xhigh` or `max`; each model supports some of them. */
  reasoning_effort?: string | null
  /** `low`, `medium` or `high`. @default 'medium' */
  verbosity?: string | null
  /** `auto`, `default`, `flex`, `priority` or `fast`. @default 'auto' */
  service_tier?: string | null
  /** An id of the end user, for the detection of abuse. At most 64 characters. */
  safety_identifier?: string | null
  /** Groups requests with similar prompts. At most 64 characters. */
  prompt_cache_key?: string | null
  /** `in_memory` or `24h`. */
  prompt_cache_retention?: string | null
  /** The settings of prompt caching. */
  prompt_cache_options?: JsonObject | null
  /** Whether the service stores the completion. @default false */
  store?: boolean | null
  /** Up to 16 pairs for a stored completion. */
  metadata?: Record<string, string> | null
  /** `text`, or `text` and `audio`. @default ['text'] */
  modalities?: string[] | null
  /** The voice and format of audio output. */
  audio?: { voice: unknown; format: string } | null
  /** Text that the completion is expected to repeat. */
  prediction?: { type: 'content'; content: string | ContentPart[] } | null
  /** The settings of web search, for models that support it. */
  web_search_options?: JsonObject | null
  /** The settings of moderation. */
  moderation?: JsonObject | null
}
