/** Counts the tokens of a request's prompt, from the text that the service builds for its model. */
import type { Model } from '../core/model.js'
import type { ChatRequest, Message } from '../core/openai-types.js'
import { countDeclarationTokens } from './declaration-tokens.js'
import { createBoundedCounter } from './long-text.js'
import { countMediaTokens } from './media-tokens.js'
import { countMessageTokens, promptText } from './message-tokens.js'
import { createBoundedParser, parseOrKeepText } from './tool-prompt.js'

/** The tokens of a prompt. */
export interface PromptTokens {
  total: number
  /** The tokens of sound in the total. */
  audio?: number
  /** The tokens of pictures in the total. */
  image?: number
}

/** The tokens of prompts with long texts. The same object of a request may come many times. */
const longPrompts = new WeakMap<ChatRequest, { model: Model; tokens: PromptTokens }>()

/** Counts the tokens of a request's prompt. `countText` counts text in the model's encoding. */
export function countPromptTokens(
  request: ChatRequest,
  model: Model,
  countText: (text: string) => number
): PromptTokens {
  const chars = countChars(request)
  if (chars <= maxShortChars) return countTokens(request, model, countText, isComplexPrompt(request))
  const known = longPrompts.get(request)
  if (known?.model === model) return known.tokens
  const tokens = countTokens(request, model, countText, true)
  longPrompts.set(request, { model, tokens })
  return tokens
}

/** @param isLong whether the work needs a bound */
function countTokens(
  request: ChatRequest,
  model: Model,
  countText: (text: string) => number,
  isLong: boolean
): PromptTokens {
  const { messages } = request
  const count = isLong ? createBoundedCounter(countText) : countText
  // Search models charge only for the text.
  if (model.kind === 'search') return { total: sumTexts(messages, count) }
  const context = { request, model, count, parse: isLong ? createBoundedParser() : parseOrKeepText }
  const media = countMediaTokens(messages, model, count)
  const total =
    model.promptTail +
    countMessageTokens(context) +
    countDeclarationTokens(context) +
    media.image +
    media.audio +
    media.file
  return {
    total,
    ...(media.audio ? { audio: media.audio } : {}),
    ...(media.image ? { image: media.image } : {})
  }
}

// A prompt below these sizes takes little work, whatever its text is.
const maxShortMessages = 100
const maxShortChars = 8192

function countChars({ messages }: ChatRequest): number {
  let chars = 0
  for (const { content } of messages) if (typeof content === 'string') chars += content.length
  return chars
}

/** Whether a prompt has more than short texts. */
function isComplexPrompt({ messages, tools, functions, response_format }: ChatRequest): boolean {
  if (messages.length > maxShortMessages || tools?.length || functions?.length || response_format) return true
  return messages.some(
    ({ content, tool_calls, function_call }) => (typeof content !== 'string' && content) || tool_calls || function_call
  )
}

const sumTexts = (messages: readonly Message[], count: (text: string) => number): number =>
  messages.reduce((total, message) => total + count(promptText(message)), 0)
