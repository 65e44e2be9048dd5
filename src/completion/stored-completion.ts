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

/** A stored completion, and the messages of its request. */
export interface StoredCompletion {
  id: string
  created: number
  item: StoredItem
  messages: StoredMessage[]
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
    tool_choice: request.tool_choice ?? null,
    usage: {
      total_tokens: usage.total_tokens,
      completion_tokens: usage.completion_tokens,
      prompt_tokens: usage.prompt_tokens
    },
    seed: request.seed ?? deriveSeed(id),
    top_p: request.top_p ?? 1,
    temperature: request.temperature ?? 1,
    presence_penalty: request.presence_penalty ?? 0,
    frequency_penalty: request.frequency_penalty ?? 0,
    system_fingerprint: completion.system_fingerprint,
    input_user: request.user ?? null,
    service_tier: completion.service_tier ?? null,
    tools: request.tools ?? null,
    metadata: request.metadata ?? {},
    choices: completion.choices.map(toStoredChoice),
    response_format: request.response_format ?? null
  }
  return {
    id,
    created,
    item,
    messages: request.messages.map((message, index) => toStoredMessage(message, `${id}-${index}`))
  }
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
