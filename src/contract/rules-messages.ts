/** Defines the rules about messages: tool calls and their results, and content. */
import type { ErrorParams } from '../core/api-error.js'
import type { Message } from '../core/openai-types.js'
import { countCharacters, shortenText } from './error-phrases.js'
import { maxTextLength, type Rule } from './rule.js'
import { isPresent } from './rules-parameters.js'

export const messageRules: readonly Rule[] = [
  {
    errorName: 'missing_required_parameter',
    at: 'missing',
    evidence: 'measured',
    check: body => (body.messages === undefined ? { p: 'messages' } : undefined)
  },
  {
    errorName: 'string_above_max_length',
    at: { field: 'messages', step: 'after' },
    needs: ['longText'],
    evidence: 'thread',
    check: ({ messages }) => findLongText(messages)
  },
  {
    errorName: 'tool_message_without_call',
    at: 'prompt',
    needs: ['toolResult'],
    evidence: 'thread',
    check({ messages }) {
      for (const [i, calls] of pairToolMessages(messages)) if (!calls.length) return { i }
      return undefined
    }
  },
  ...Object.entries({ tool: 'tool_call_id', function: 'name' } as const).map(
    ([role, name]): Rule => ({
      id: `prompt.${role}/missing_message_member`,
      errorName: 'missing_message_member',
      at: 'prompt',
      needs: ['toolResult'],
      evidence: 'thread',
      check({ messages }) {
        const i = messages.findIndex(message => message.role === role && !isPresent(message[name]))
        return i < 0 ? undefined : { i, name, role }
      }
    })
  ),
  {
    errorName: 'tool_call_id_not_found',
    at: 'prompt',
    needs: ['toolResult'],
    evidence: 'thread',
    check({ messages }) {
      let answeredCalls: readonly { id?: unknown }[] = noCalls
      let ids = new Set<unknown>()
      for (const [i, calls] of pairToolMessages(messages)) {
        if (calls !== answeredCalls) ids = new Set(calls.map(call => call.id))
        answeredCalls = calls
        const id = messages[i]?.tool_call_id
        if (!ids.has(id)) return { i, id: shortenText(String(id)) }
      }
      return undefined
    }
  },
  {
    errorName: 'unanswered_tool_calls',
    at: 'prompt',
    needs: ['toolCalls'],
    evidence: 'thread',
    check({ messages }) {
      for (let i = 0; i < messages.length; i++) {
        const calls = listToolCalls(messages[i])
        if (!calls.length) continue
        const answeredIds = new Set<unknown>()
        let next = i + 1
        for (; messages[next]?.role === 'tool'; next++) answeredIds.add(messages[next]?.tool_call_id)
        const missing = calls.filter(({ id }) => !answeredIds.has(id))
        // The service names the message at the position where the result was expected.
        if (missing.length)
          return { i: Math.min(next, messages.length - 1), ids: missing.map(({ id }) => String(id)).join(', ') }
      }
      return undefined
    }
  },
  {
    errorName: 'missing_content',
    at: 'content',
    needs: ['noContent'],
    evidence: 'measured',
    check({ messages }) {
      const i = messages.findIndex(message => !isPresent(message.content) && needsContent(message))
      return i < 0 ? undefined : { i }
    }
  }
]

const noCalls: readonly never[] = []

const listToolCalls = (message: Message | undefined): readonly { id?: unknown }[] =>
  message?.role === 'assistant' && Array.isArray(message.tool_calls) ? message.tool_calls : noCalls

/** Yields the index of each tool message with the tool calls of the assistant message before it. */
function* pairToolMessages(messages: readonly Message[]): Generator<[number, readonly { id?: unknown }[]]> {
  let calls: readonly { id?: unknown }[] = noCalls
  for (const [i, message] of messages.entries())
    if (message.role === 'tool') yield [i, calls]
    else calls = listToolCalls(message)
}

function needsContent({ role, tool_calls, function_call, refusal, audio }: Message): boolean {
  return (
    role !== 'assistant' ||
    !(isPresent(tool_calls) || isPresent(function_call) || isPresent(refusal) || isPresent(audio))
  )
}

/** Finds a content that is longer than any content may be, whatever the model can read. */
function findLongText(messages: readonly Message[]): ErrorParams | undefined {
  for (const [i, { content }] of messages.entries()) {
    if (typeof content === 'string' && isTooLong(content)) return describeLongText(`messages[${i}].content`, content)
    if (!Array.isArray(content)) continue
    const j = content.findIndex(part => typeof part?.text === 'string' && isTooLong(part.text))
    if (j >= 0) return describeLongText(`messages[${i}].content[${j}].text`, String(content[j]?.text))
  }
  return undefined
}

// Counting the characters of each text would cost more than the rest of the validation.
const isTooLong = (text: string) => text.length > maxTextLength && countCharacters(text) > maxTextLength

const describeLongText = (p: string, text: string): ErrorParams => ({
  p,
  limit: maxTextLength,
  length: countCharacters(text)
})
