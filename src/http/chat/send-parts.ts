/** Sends a large response in parts. */
import { computeDuration, createFormattedTimeline, formatEvent, isContentChunk } from '../../stream/timeline.js'
import type { AppContext } from '../context.js'
import { type LargeCompletion, summarizeUsage, type UsageSummary } from '../response/completion-body.js'
import { eventStreamContentType, jsonContentType, type ResponseHead } from '../response/headers.js'
import { type ChatCall, sent } from './chat-call.js'
import { scheduleResponse } from './schedule.js'
import { sendTimeline } from './send-timeline.js'

/** Sends a large response part by part. Between two parts, the server serves other requests. */
export async function sendInParts(
  call: ChatCall,
  head: ResponseHead,
  large: LargeCompletion,
  context: AppContext
): Promise<boolean> {
  const { scheduler } = context
  const { completion, parts } = large
  const { chat, response, pacing } = call
  if (chat.stream && !pacing.isUnpaced) return sendWhenBuilt(call, head, large, context)
  if (!(await waitUntilDue(call, summarizeUsage(completion.usage), scheduler))) return sent
  if (chat.stream) response.openEvents(head, eventStreamContentType)
  else response.openRaw(head, head.contentType ?? jsonContentType, false)
  return writeParts(response, parts())
}

/** Waits until the last token of a response is due. Returns false when the client has left. */
export async function waitUntilDue(
  call: ChatCall,
  usage: UsageSummary,
  scheduler: AppContext['scheduler']
): Promise<boolean> {
  const { response, pacing } = call
  if (!pacing.isUnpaced) {
    const delayMs = computeDuration(usage.visible, scheduleResponse(call, usage, scheduler))
    await new Promise<void>(resolve => {
      response.wait(delayMs, scheduler, resolve)
      response.onClose(resolve)
    })
    if (response.isClosed) response.abandon()
  }
  return !response.isClosed
}

/** Writes an open response part by part, and ends it. */
export async function writeParts(response: ChatCall['response'], parts: Iterable<string>): Promise<boolean> {
  for (const part of parts) {
    if (response.isClosed) return sent
    await response.writeAndWait(part)
    await new Promise(setImmediate)
  }
  response.end()
  return sent
}

const eventsPerPart = 256

/** Builds all events of a stream part by part, and sends them when they are due. */
async function sendWhenBuilt(
  call: ChatCall,
  head: ResponseHead,
  { completion, chunks }: LargeCompletion,
  context: AppContext
): Promise<boolean> {
  const { response } = call
  const texts: string[] = []
  const hasContent: boolean[] = []
  for (const chunk of chunks()) {
    hasContent.push(isContentChunk(chunk))
    if (texts.push(formatEvent(chunk)) % eventsPerPart) continue
    await new Promise(setImmediate)
    if (!response.isClosed) continue
    response.abandon()
    return sent
  }
  const schedule = scheduleResponse(call, summarizeUsage(completion.usage), context.scheduler)
  const timeline = createFormattedTimeline(texts, hasContent, schedule)
  sendTimeline(call, head, timeline, context)
  return sent
}
