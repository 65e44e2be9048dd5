/** Rules about messages: tool calls and their answers, content, images and audio. */
import type { Message } from '../core/openai-types.js'
import { shorten } from './error-phrases.js'
import { isJudged } from './model-capabilities.js'
import type { Rule } from './rule.js'
import { given } from './rules-parameters.js'

export const messageRules: readonly Rule[] = [
  {
    refusal: 'missing_required_parameter',
    at: 'missing',
    evidence: 'measured',
    find: body => (body.messages === undefined ? { p: 'messages' } : undefined)
  },
  {
    refusal: 'unsupported_content_part',
    at: { field: 'messages', step: 'after' },
    needs: ['parts'],
    evidence: 'recorded',
    find({ messages }, model) {
      if (model.abilities.audioInput || !isJudged(model)) return undefined
      const i = messages.findIndex(message => partsOf(message).some(part => part?.type === 'input_audio'))
      return i < 0 ? undefined : { p: `messages[${i}]` }
    }
  },
  {
    refusal: 'invalid_base64',
    at: { field: 'messages', step: 'after' },
    needs: ['parts'],
    evidence: 'inferred',
    find({ messages }) {
      for (const [i, message] of messages.entries())
        for (const [j, part] of partsOf(message).entries()) {
          const data = part?.type === 'input_audio' ? part.input_audio?.data : undefined
          if (typeof data === 'string' && !isBase64(data)) return { p: `messages[${i}].content[${j}].input_audio.data` }
        }
      return undefined
    }
  },
  {
    refusal: 'tool_message_without_call',
    at: 'prompt',
    needs: ['answers'],
    evidence: 'thread',
    find({ messages }) {
      for (const [i, calls] of toolMessages(messages)) if (!calls.length) return { i }
      return undefined
    }
  },
  {
    // A document of the user's own may not ask for it.
    refusal: 'missing_required_parameter',
    at: 'prompt',
    needs: ['answers'],
    evidence: 'inferred',
    find({ messages }) {
      const i = messages.findIndex(({ role, tool_call_id }) => role === 'tool' && !given(tool_call_id))
      return i < 0 ? undefined : { p: `messages[${i}].tool_call_id` }
    }
  },
  {
    refusal: 'tool_call_id_not_found',
    at: 'prompt',
    needs: ['answers'],
    evidence: 'thread',
    find({ messages }) {
      let answered: readonly { id?: unknown }[] = none
      let ids = new Set<unknown>()
      for (const [i, calls] of toolMessages(messages)) {
        if (calls !== answered) ids = new Set(calls.map(call => call.id))
        answered = calls
        const id = messages[i]?.tool_call_id
        if (!ids.has(id)) return { i, id: shorten(String(id)) }
      }
      return undefined
    }
  },
  {
    refusal: 'unanswered_tool_calls',
    at: 'prompt',
    needs: ['calls'],
    evidence: 'thread',
    find({ messages }) {
      for (let i = 0; i < messages.length; i++) {
        const calls = callsOf(messages[i])
        if (!calls.length) continue
        const answered = new Set<unknown>()
        let next = i + 1
        for (; messages[next]?.role === 'tool'; next++) answered.add(messages[next]?.tool_call_id)
        const missing = calls.filter(({ id }) => !answered.has(id))
        // The service names the message that stands where the answer should have been.
        if (missing.length)
          return { i: Math.min(next, messages.length - 1), ids: missing.map(({ id }) => String(id)).join(', ') }
      }
      return undefined
    }
  },
  {
    refusal: 'image_not_supported',
    at: 'prompt',
    needs: ['parts'],
    evidence: 'thread',
    find({ messages }, model) {
      if (model.abilities.imageInput || !isJudged(model)) return undefined
      for (let i = 0; i < messages.length; i++) {
        const j = partsOf(messages[i]).findIndex(part => part?.type === 'image_url')
        if (j >= 0) return { i, j }
      }
      return undefined
    }
  },
  {
    refusal: 'invalid_image_format',
    at: 'prompt',
    needs: ['parts'],
    evidence: 'recorded',
    find({ messages }) {
      for (const message of messages)
        for (const part of partsOf(message)) {
          const url = part?.type === 'image_url' ? part.image_url?.url : undefined
          if (typeof url === 'string' && url.startsWith('data:') && !isImage(url)) return {}
        }
      return undefined
    }
  },
  {
    refusal: 'missing_content',
    at: 'content',
    needs: ['empty'],
    evidence: 'measured',
    find({ messages }) {
      const i = messages.findIndex(message => !given(message.content) && needsContent(message))
      return i < 0 ? undefined : { i }
    }
  }
]

const none: readonly never[] = []

const partsOf = (message: Message | undefined) => (Array.isArray(message?.content) ? message.content : none)
const callsOf = (message: Message | undefined): readonly { id?: unknown }[] =>
  message?.role === 'assistant' && Array.isArray(message.tool_calls) ? message.tool_calls : none

/** Each tool message's index with the calls of the assistant message that it follows. */
function* toolMessages(messages: readonly Message[]): Generator<[number, readonly { id?: unknown }[]]> {
  let calls: readonly { id?: unknown }[] = none
  for (const [i, message] of messages.entries())
    if (message.role === 'tool') yield [i, calls]
    else calls = callsOf(message)
}

function needsContent({ role, tool_calls, function_call, refusal, audio }: Message): boolean {
  return role !== 'assistant' || !(given(tool_calls) || given(function_call) || given(refusal) || given(audio))
}

function isBase64(text: string): boolean {
  return text.length > 0 && text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)
}

// Only the first bytes are looked at, which say what an image is.
function isImage(url: string): boolean {
  const comma = url.indexOf(',')
  if (comma < 0 || comma > 200 || !url.slice(0, comma).endsWith(';base64')) return false
  const bytes = Buffer.from(url.slice(comma + 1, comma + 33), 'base64').toString('latin1')
  if (bytes.startsWith('RIFF')) return bytes.slice(8, 12) === 'WEBP'
  return ['\x89PNG', '\xff\xd8\xff', 'GIF8'].some(start => bytes.startsWith(start))
}
