/** Defines the rules about messages: tool calls and their results, content, images and audio. */
import type { Message } from '../core/openai-types.js'
import { shortenText } from './error-phrases.js'
import { hasKnownCapabilities } from './model-capabilities.js'
import type { Rule } from './rule.js'
import { isPresent } from './rules-parameters.js'

export const messageRules: readonly Rule[] = [
  {
    errorName: 'missing_required_parameter',
    at: 'missing',
    evidence: 'measured',
    check: body => (body.messages === undefined ? { p: 'messages' } : undefined)
  },
  {
    errorName: 'unsupported_content_part',
    at: { field: 'messages', step: 'after' },
    needs: ['contentParts'],
    evidence: 'recorded',
    check({ messages }, model) {
      if (model.abilities.audioInput || !hasKnownCapabilities(model)) return undefined
      const i = messages.findIndex(message => listContentParts(message).some(part => part?.type === 'input_audio'))
      return i < 0 ? undefined : { p: `messages[${i}]` }
    }
  },
  {
    errorName: 'invalid_base64',
    at: { field: 'messages', step: 'after' },
    needs: ['contentParts'],
    evidence: 'inferred',
    check({ messages }) {
      for (const [i, message] of messages.entries())
        for (const [j, part] of listContentParts(message).entries()) {
          const data = part?.type === 'input_audio' ? part.input_audio?.data : undefined
          if (typeof data === 'string' && !isBase64(data)) return { p: `messages[${i}].content[${j}].input_audio.data` }
        }
      return undefined
    }
  },
  {
    errorName: 'tool_message_without_call',
    at: 'prompt',
    needs: ['toolRole'],
    evidence: 'thread',
    check({ messages }) {
      for (const [i, calls] of pairToolMessages(messages)) if (!calls.length) return { i }
      return undefined
    }
  },
  {
    // The document of a user may not require it.
    errorName: 'missing_required_parameter',
    at: 'prompt',
    needs: ['toolRole'],
    evidence: 'inferred',
    check({ messages }) {
      const i = messages.findIndex(({ role, tool_call_id }) => role === 'tool' && !isPresent(tool_call_id))
      return i < 0 ? undefined : { p: `messages[${i}].tool_call_id` }
    }
  },
  {
    errorName: 'tool_call_id_not_found',
    at: 'prompt',
    needs: ['toolRole'],
    evidence: 'thread',
    check({ messages }) {
      let answeredCalls: readonly { id?: unknown }[] = noParts
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
    errorName: 'image_not_supported',
    at: 'prompt',
    needs: ['contentParts'],
    evidence: 'thread',
    check({ messages }, model) {
      if (model.abilities.imageInput || !hasKnownCapabilities(model)) return undefined
      for (let i = 0; i < messages.length; i++) {
        const j = listContentParts(messages[i]).findIndex(part => part?.type === 'image_url')
        if (j >= 0) return { i, j }
      }
      return undefined
    }
  },
  {
    errorName: 'invalid_image_format',
    at: 'prompt',
    needs: ['contentParts'],
    evidence: 'recorded',
    check({ messages }) {
      for (const message of messages)
        for (const part of listContentParts(message)) {
          const url = part?.type === 'image_url' ? part.image_url?.url : undefined
          if (typeof url === 'string' && url.startsWith('data:') && !isImage(url)) return {}
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

const noParts: readonly never[] = []

const listContentParts = (message: Message | undefined) => (Array.isArray(message?.content) ? message.content : noParts)
const listToolCalls = (message: Message | undefined): readonly { id?: unknown }[] =>
  message?.role === 'assistant' && Array.isArray(message.tool_calls) ? message.tool_calls : noParts

/** Yields the index of each tool message with the tool calls of the assistant message before it. */
function* pairToolMessages(messages: readonly Message[]): Generator<[number, readonly { id?: unknown }[]]> {
  let calls: readonly { id?: unknown }[] = noParts
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

function isBase64(text: string): boolean {
  return text.length > 0 && text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)
}

// The first bytes show the format of an image.
function isImage(url: string): boolean {
  const comma = url.indexOf(',')
  if (comma < 0 || comma > 200 || !url.slice(0, comma).endsWith(';base64')) return false
  const bytes = Buffer.from(url.slice(comma + 1, comma + 33), 'base64').toString('latin1')
  if (bytes.startsWith('RIFF')) return bytes.slice(8, 12) === 'WEBP'
  return ['\x89PNG', '\xff\xd8\xff', 'GIF8'].some(start => bytes.startsWith(start))
}
