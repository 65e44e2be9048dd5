/** Converts a completion of a request with `store: true` to its stored form, with the keys in the recorded order. */

import { messageText, textOrRefusal } from '../core/message-text.js'
import type {
  ChatRequest,
  Choice,
  Completion,
  ContentPart,
  FinishReason,
  Logprobs,
  Message,
  ToolCall
} from '../core/openai-types.js'
import { createRandom } from '../core/random.js'
import { requestParameters } from '../core/request-parameters.js'

/** A stored completion, and the messages of its request. */
export interface StoredCompletion {
  id: string
  created: number
  item: StoredItem
  messages: StoredMessage[]
  /** Whether the completion stays after a client deletes it. */
  permanent?: boolean
}

/** A completion as the service lists it: its choices, and settings of the request. */
export interface StoredItem {
  object: 'chat.completion'
  id: string
  model: string
  created: number
  request_id: string
  tool_choice: ChatRequest['tool_choice'] | null
  usage: { total_tokens: number; completion_tokens: number; prompt_tokens: number }
  seed: number
  top_p: number
  temperature: number
  presence_penalty: number
  frequency_penalty: number
  system_fingerprint: string | null
  input_user: string | null
  service_tier: string | null
  tools: ChatRequest['tools'] | null
  metadata: Record<string, string>
  choices: StoredChoice[]
  response_format: ChatRequest['response_format'] | null
}

interface StoredChoice {
  index: number
  message: {
    content: string | null
    role: 'assistant'
    tool_calls: ToolCall[] | null
    function_call: { name: string; arguments: string } | null
    refusal?: string
  }
  finish_reason: FinishReason
  logprobs: Logprobs | null
}

/** A message of the request. The completion's message is not stored here. */
export interface StoredMessage {
  id: string
  role: string
  content: string | null
  content_parts: StoredPart[] | null
  name: string | null
  tool_calls?: ToolCall[]
  tool_call_id?: string
}

type StoredPart = { [K in 'text' | 'image_url' | 'input_audio' | 'file']: ContentPart[K] | null } & { type: string }

/** Converts a completion and its request to the stored form. */
export function toStoredCompletion(request: ChatRequest, completion: Completion, requestId: string): StoredCompletion {
  const { id, created, model, usage } = completion
  const item: StoredItem = {
    object: 'chat.completion',
    id,
    model,
    created,
    request_id: requestId,
    tool_choice: readStored(request, 'tool_choice'),
    usage: {
      total_tokens: usage.total_tokens,
      completion_tokens: usage.completion_tokens,
      prompt_tokens: usage.prompt_tokens
    },
    seed: readStored(request, 'seed') ?? deriveSeed(id),
    top_p: readStored(request, 'top_p'),
    temperature: readStored(request, 'temperature'),
    presence_penalty: readStored(request, 'presence_penalty'),
    frequency_penalty: readStored(request, 'frequency_penalty'),
    system_fingerprint: completion.system_fingerprint,
    input_user: readStored(request, 'user'),
    service_tier: completion.service_tier ?? null,
    tools: readStored(request, 'tools'),
    metadata: readStored(request, 'metadata'),
    choices: completion.choices.map(toStoredChoice),
    response_format: readStored(request, 'response_format')
  }
  return {
    id,
    created,
    item,
    messages: request.messages.map((message, index) => toStoredMessage(message, `${id}-${index}`))
  }
}

const parameters = requestParameters.createChatCompletion

type StoredParameter = {
  [Name in keyof ChatRequest]-?: (typeof parameters)[Name] extends { stored: unknown } ? Name : never
}[keyof ChatRequest]

type StoredValue<Name extends StoredParameter> =
  | NonNullable<ChatRequest[Name]>
  | (typeof parameters)[Name]['stored']['default']

/** The value of a setting that a stored completion shows, or its default. */
function readStored<Name extends StoredParameter>(request: ChatRequest, name: Name): StoredValue<Name> {
  return request[name] ?? parameters[name].stored.default
}

/** Derives a seed for a request without one: 64 bits like the service's seeds, so JavaScript rounds it. */
function deriveSeed(id: string): number {
  const random = createRandom('seed', id)
  return Math.round((random.next() * 2 - 1) * 9.2e18)
}

function toStoredChoice({ index, message, finish_reason, logprobs }: Choice): StoredChoice {
  const { content, role, tool_calls, function_call, refusal } = message
  return {
    index,
    message: {
      content,
      role,
      tool_calls: tool_calls ?? null,
      function_call: function_call ?? null,
      ...(refusal === null ? {} : { refusal })
    },
    finish_reason,
    logprobs: logprobs ?? null
  }
}

function toStoredMessage(message: Message, id: string): StoredMessage {
  const { role, content, name, tool_calls, tool_call_id } = message
  return {
    id,
    role,
    content: content === undefined || content === null ? null : messageText(message, '', textOrRefusal),
    content_parts: Array.isArray(content) ? content.map(toStoredPart) : null,
    name: name ?? null,
    ...(tool_calls ? { tool_calls } : {}),
    ...(tool_call_id === undefined ? {} : { tool_call_id })
  }
}

const toStoredPart = ({ type, text, image_url, input_audio, file, refusal }: ContentPart): StoredPart => ({
  type,
  text: text ?? null,
  image_url: image_url ?? null,
  input_audio: input_audio ?? null,
  file: file ?? null,
  ...(refusal === undefined ? {} : { refusal })
})
