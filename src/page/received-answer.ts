/** Reads from a journaled response what the client received: its text, its tool calls, its error. */
import { describeChunk, parseEvents } from './event-reader.js'
import type { RequestRecord } from './server-data.js'

interface AnswerMessage {
  content?: string | null
  refusal?: string | null
  tool_calls?: { function?: { name: string; arguments: string } }[]
}

const asObject = (value: unknown): Record<string, unknown> | undefined =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined

/** The message of the first choice of a complete response. */
function messageOf({ answer }: Pick<RequestRecord, 'answer'>): AnswerMessage | undefined {
  const choices = asObject(answer)?.choices
  return Array.isArray(choices) ? (asObject(choices[0])?.message as AnswerMessage | undefined) : undefined
}

/** The `error` of a response: its message, and the path of the parameter that it is about. */
export function errorOf({ answer }: Pick<RequestRecord, 'answer'>): { message: string; param?: string } | undefined {
  const error = asObject(asObject(answer)?.error)
  if (!error || typeof error.message !== 'string') return undefined
  return { message: error.message, ...(typeof error.param === 'string' && { param: error.param }) }
}

/** The texts of a stream joined, as its reader saw them at the end. */
export const joinStream = (text: string): string =>
  parseEvents(text)
    .map(({ data }) => describeChunk(data).text)
    .join('')

/** The text of the answer, or an empty text. */
export function answerText(record: RequestRecord): string {
  if (record.streamed) return typeof record.answer === 'string' ? joinStream(record.answer) : ''
  const message = messageOf(record)
  return message?.content ?? message?.refusal ?? ''
}

/** The answer as the reply of a fixture. */
export function toReply(record: RequestRecord): Record<string, unknown> {
  if (record.refusal && record.status >= 400) return { error: record.refusal.name }
  const message = messageOf(record)
  const calls = message?.tool_calls?.flatMap(call => call.function ?? [])
  if (calls?.length)
    return { toolCalls: calls.map(({ name, arguments: text }) => ({ name, arguments: parseOr(text) })) }
  if (message?.refusal) return { refusal: message.refusal }
  return textReply(answerText(record))
}

/** Braces in the text are no template. */
export const textReply = (text: string): Record<string, unknown> => ({
  text,
  ...(/\{\{|\{%/.test(text) && { literal: true })
})

function parseOr(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
