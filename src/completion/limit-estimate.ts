/** Estimates the tokens of a request for its rate limits, as the service does before it runs the request. */
import { isObject } from '../core/json-pointer.js'

/** Counts a quarter of the characters of each message plus 2; undefined if `messages` is no list of messages. */
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
