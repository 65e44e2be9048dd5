/** What the service reckons a request will use before it runs, for its rate limits. */
import { isObject } from '../core/json-pointer.js'

/** A quarter of the characters of each message, and two. Undefined when the messages can't be read. */
export function estimateTokens(messages: unknown): number | undefined {
  if (!Array.isArray(messages)) return undefined
  let tokens = 0
  for (const message of messages) {
    if (!isObject(message)) return undefined
    tokens += Math.ceil(countContentChars(message.content) / 4) + 2
  }
  return tokens
}

function countContentChars(content: unknown): number {
  if (typeof content === 'string') return content.length
  if (!Array.isArray(content)) return 0
  let length = 0
  for (const part of content) if (typeof part?.text === 'string') length += part.text.length
  return length
}
