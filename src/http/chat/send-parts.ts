/** Sends a large response in parts. */
import { computeDuration } from '../../stream/timeline.js'
import type { AppContext } from '../context.js'
import { type LargeCompletion, summarizeUsage } from '../response/completion-body.js'
import { eventStreamContentType, jsonContentType, type ResponseHead } from '../response/headers.js'
import { type ChatCall, sent } from './chat-call.js'
import { scheduleResponse } from './schedule.js'

// The journal keeps the start of a response that is sent in parts.
const maxKeptChars = 4_000_000

/** Sends a large response part by part. Between two parts, the server serves other requests. */
export async function sendInParts(
  call: ChatCall,
  head: ResponseHead,
  { completion, parts }: LargeCompletion,
  { scheduler }: AppContext
): Promise<boolean> {
  const { chat, response, pacing } = call
  if (!pacing.isUnpaced) {
    const usage = summarizeUsage(completion.usage)
    const delayMs = computeDuration(usage.visible, scheduleResponse(call, usage, scheduler))
    await new Promise<void>(resolve => {
      response.wait(delayMs, scheduler, resolve)
      response.onClose(resolve)
    })
    if (response.isClosed) response.abandon()
  }
  if (response.isClosed) return sent
  if (chat.stream) response.openEvents(head, eventStreamContentType)
  else response.openRaw(head, head.contentType ?? jsonContentType, false)
  let keptChars = 0
  for (const part of parts()) {
    if (response.isClosed) return sent
    keptChars += part.length
    await response.writeAndWait(part, keptChars > maxKeptChars ? '' : part)
    await new Promise(setImmediate)
  }
  response.end()
  return sent
}
