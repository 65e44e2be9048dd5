/** Builds the response that a request gets without its fault. */

import type { ApiError } from '../../core/api-error.js'
import type { Completion } from '../../core/openai-types.js'
import { textToTimeline } from '../../stream/apply-fault.js'
import { computeDuration, type LazyTimeline, toLazyTimeline } from '../../stream/timeline.js'
import type { AppContext } from '../context.js'
import { setUsage } from '../exchange.js'
import { completeChat, createReplyTimeline, formatJsonBody, summarizeUsage } from '../response/completion-body.js'
import { eventStreamContentType, jsonContentType, type ResponseHead } from '../response/headers.js'
import { createErrorResponse } from '../response/send-error.js'
import type { ChatCall } from './chat-call.js'
import { scheduleResponse } from './schedule.js'
import { createReplyHead } from './send-reply.js'

export interface SoundResponse {
  status: number
  head: ResponseHead
  contentType: string | undefined
  isStream: boolean
  timeline: LazyTimeline
  /** The body of a response that is not a stream. */
  text?: string
  /** Whether each character of the body is one byte. */
  isBytes?: boolean
  /** Absent for an API error. */
  completion?: Completion
}

/** Builds the response that a request gets without its fault. */
export type SoundResponder = (call: ChatCall, context: AppContext) => Promise<SoundResponse>

export async function createSoundResponse(call: ChatCall, context: AppContext): Promise<SoundResponse> {
  const { exchange, chat, model, resolved, identity } = call
  const { reply, error } = resolved
  if (error) return createSoundError(call, error, context)
  const input = { request: chat, model, reply, identity, exchange }
  const { completion, chunks } = await context.tokenizer.withEncoding(model.encoding, tokens =>
    completeChat(input, tokens)
  )
  const { prompt_tokens, completion_tokens } = completion.usage
  setUsage(exchange, prompt_tokens, completion_tokens)
  resolved.checkUsage?.(completion_tokens)
  const head = createReplyHead(call, context)
  const usage = summarizeUsage(completion.usage)
  const schedule = scheduleResponse(call, usage, context.scheduler)
  if (chunks) {
    const timeline = toLazyTimeline(createReplyTimeline(reply, chunks, schedule))
    return {
      status: 200,
      head,
      contentType: head.contentType ?? eventStreamContentType,
      isStream: true,
      timeline,
      completion
    }
  }
  const text = formatJsonBody(reply, completion, exchange)
  const timeline = textToTimeline(text, usage.visible, computeDuration(usage.visible, schedule))
  return {
    status: 200,
    head,
    contentType: head.contentType ?? jsonContentType,
    isStream: false,
    timeline,
    text,
    completion
  }
}

/** The response of an API error. */
export function createSoundError({ request }: ChatCall, error: ApiError, context: AppContext): SoundResponse {
  const { status, head, contentType, text } = createErrorResponse(request, error, context)
  const timeline = createBodyTimeline(text, 0)
  return { status, head, contentType, isStream: false, timeline, text }
}

// An estimate, because such a body has no count of tokens.
const charsPerToken = 4

/** The timeline of a body without tokens. @param dueAt when it is sent */
export const createBodyTimeline = (text: string, dueAt: number): LazyTimeline =>
  textToTimeline(text, text.length / charsPerToken, dueAt)
