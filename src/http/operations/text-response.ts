/** Sends the response of an operation on texts: at once, when it is due, or in parts if it is large. */
import { andThen } from '../../core/maybe-promise.js'
import { textToTimeline } from '../../stream/apply-fault.js'
import { computeDuration, createFormattedTimeline } from '../../stream/timeline.js'
import { type ChatStep, sent } from '../chat/chat-call.js'
import { scheduleResponse } from '../chat/schedule.js'
import { waitUntilDue, writeParts } from '../chat/send-parts.js'
import { createReplyHead, sendWhenDue } from '../chat/send-reply.js'
import { sendTimeline } from '../chat/send-timeline.js'
import { createSoundError, type SoundResponder } from '../chat/sound-response.js'
import type { AppContext } from '../context.js'
import { openBudget } from '../exchange.js'
import { eventStreamContentType, jsonContentType } from '../response/headers.js'
import type { TextCall, TextOperation, TextResponse } from './text-operation.js'

export function createTextSendStep(context: AppContext, operation: TextOperation): ChatStep {
  const { scheduler } = context
  return call => {
    const text = call as TextCall
    return andThen<TextResponse, boolean>(respond(text, operation, context), response => {
      const isLarge = spendParts(text, response, true)
      const head = createHead(text, response, operation, context)
      if (response.hasContent) {
        const schedule = scheduleResponse(call, response.usage, scheduler)
        sendTimeline(call, head, createFormattedTimeline([...response.parts()], response.hasContent, schedule), context)
        return sent
      }
      if (!isLarge) {
        const complete = { status: 200, head, contentType: jsonContentType, text: join(response) }
        return sendWhenDue(call, response.usage, complete, scheduler)
      }
      return waitUntilDue(call, response.usage, scheduler).then(isDue => {
        if (!isDue) return sent
        call.response.openRaw(head, head.contentType ?? jsonContentType, false)
        return writeParts(call.response, response.parts())
      })
    })
  }
}

/** Returns a function that builds the response without its fault. */
export const createTextSound =
  (operation: TextOperation): SoundResponder =>
  async (call, context) => {
    const { error } = call.resolved
    if (error) return createSoundError(call, error, context)
    const response = await respond(call as TextCall, operation, context)
    spendParts(call as TextCall, response, false)
    const head = createHead(call as TextCall, response, operation, context)
    const { usage, hasContent } = response
    const schedule = scheduleResponse(call, usage, context.scheduler)
    if (hasContent) {
      const timeline = createFormattedTimeline([...response.parts()], hasContent, schedule)
      const contentType = head.contentType ?? eventStreamContentType
      return { status: 200, head, contentType, isStream: true, timeline }
    }
    const text = join(response)
    const timeline = textToTimeline(text, usage.visible, computeDuration(usage.visible, schedule))
    return { status: 200, head, contentType: head.contentType ?? jsonContentType, isStream: false, timeline, text }
  }

const respond = (call: TextCall, operation: TextOperation, context: AppContext) =>
  context.tokenizer.withEncoding(call.model.encoding, tokens => operation.respond(call, tokens, context))

function createHead(call: TextCall, { headers }: TextResponse, { layer }: TextOperation, context: AppContext) {
  const head = createReplyHead(call, context, layer)
  head.add(headers)
  return head
}

const join = ({ parts }: TextResponse): string => [...parts()].join('')

// Below these costs, a response in one piece costs less.
const largeCost = { work: 40_000, bytes: 4 * 1024 * 1024 }
const task = 'its response'

/** Spends the cost of all parts. Returns whether the response is better sent in parts. @param mayPause whether it can be */
function spendParts(
  { exchange }: TextCall,
  { partCost, partCount, hasContent }: TextResponse,
  mayPause: boolean
): boolean {
  const budget = openBudget(exchange)
  const isLarge =
    mayPause &&
    !hasContent &&
    (partCost.work * partCount > largeCost.work || partCost.bytes * partCount > largeCost.bytes)
  for (let part = 0; part < partCount; part++) {
    budget.spendWork(Math.ceil(partCost.work), task)
    budget.spendBytes(Math.ceil(partCost.bytes), task)
    if (isLarge) budget.pause()
  }
  return isLarge
}
