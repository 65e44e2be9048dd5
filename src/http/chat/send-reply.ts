/** Sends the resolved reply as JSON or as a stream, from a prepared response or a new completion. */
import { toStoredCompletion } from '../../completion/stored-completion.js'
import { andThen } from '../../core/maybe-promise.js'
import type { Completion } from '../../core/openai-types.js'
import { computeDuration, toLazyTimeline } from '../../stream/timeline.js'
import type { AppContext } from '../context.js'
import { markBudget, setUsage } from '../exchange.js'
import type { CompleteResponse } from '../response/complete-response.js'
import {
  type BuiltCompletion,
  completeChat,
  completeOrPlanChat,
  createReplyTimeline,
  formatJsonBody,
  type LargeCompletion,
  summarizeUsage,
  type UsageSummary
} from '../response/completion-body.js'
import { createHead, eventStreamContentType, jsonContentType, type ResponseHead } from '../response/headers.js'
import { addIgnoredFault, addWarning } from '../response/send-error.js'
import { type ChatCall, type ChatStep, sent } from './chat-call.js'
import { createResponseCache, type PreparedResponse } from './response-cache.js'
import { scheduleResponse } from './schedule.js'
import { sendInParts } from './send-parts.js'
import { sendTimeline } from './send-timeline.js'

export function createSendStep(context: AppContext): ChatStep {
  const findPrepared = createResponseCache()
  return call => {
    const { chat, model, resolved, identity, exchange, pacing } = call
    const { reply, isCanned } = resolved
    const input = { request: chat, model, reply, identity, exchange }
    markBudget(exchange)
    // The exact body and the stored completion need all of the response.
    const isInParts = !reply.verbatim && !chat.store
    const isKept = chat.stream === true && !pacing.isUnpaced
    const built = context.tokenizer.withEncoding(
      model.encoding,
      tokens =>
        (isCanned && !reply.verbatim && !exchange.azure && findPrepared(input, tokens)) ||
        (isInParts ? completeOrPlanChat(input, tokens, identity.id, isKept) : completeChat(input, tokens))
    )
    return andThen<PreparedResponse | BuiltCompletion | LargeCompletion, boolean>(built, each =>
      send(call, each, context)
    )
  }
}

const isPrepared = (built: PreparedResponse | BuiltCompletion | LargeCompletion): built is PreparedResponse =>
  !('completion' in built)

function send(call: ChatCall, built: PreparedResponse | BuiltCompletion | LargeCompletion, context: AppContext) {
  const { prompt, reasoning, visible } = isPrepared(built) ? built.usage : summarizeUsage(built.completion.usage)
  setUsage(call.exchange, prompt, reasoning + visible)
  call.resolved.checkUsage?.(reasoning + visible)
  const head = createReplyHead(call, context)
  if (isPrepared(built)) return sendPrepared(call, head, built, context)
  if ('parts' in built) return sendInParts(call, head, built, context)
  return call.chat.store ? storeAndSend(call, head, built, context) : sendBuilt(call, head, built, context)
}

export function createReplyHead(
  { request, exchange, resolved }: ChatCall,
  { errorCatalog }: AppContext,
  layer: Parameters<typeof createHead>[1] = 'backend'
): ResponseHead {
  const head = createHead(request, layer)
  head.add(resolved.reply.headers)
  if (exchange.warning) addWarning(head, errorCatalog, exchange.warning)
  if (exchange.mismatch) head.setReport('x-mock-mismatch', exchange.mismatch)
  addIgnoredFault(head, exchange)
  return head
}

function sendPrepared(call: ChatCall, head: ResponseHead, prepared: PreparedResponse, context: AppContext) {
  const { pacing, response } = call
  const { scheduler, options } = context
  if (prepared.timeline && !pacing.isUnpaced) {
    sendTimeline(call, head, prepared.timeline(scheduleResponse(call, prepared.usage, scheduler)), context)
    return sent
  }
  if (prepared.events) {
    response.sendEvents(head, eventStreamContentType, prepared.events(), options.streamWrites)
    return sent
  }
  const source = prepared.fill!()
  const complete = {
    status: 200,
    head,
    contentType: jsonContentType,
    text: source.toString(),
    bytes: source.bytes,
    source
  }
  if (!pacing.isUnpaced) return sendWhenDue(call, prepared.usage, complete, scheduler)
  response.send(complete)
  return sent
}

export const storeCompletion = ({ chat, exchange }: ChatCall, completion: Completion, { broadcast }: AppContext) =>
  broadcast('keepStored', exchange.session, toStoredCompletion(chat, completion, exchange.id))

async function storeAndSend(call: ChatCall, head: ResponseHead, built: BuiltCompletion, context: AppContext) {
  await storeCompletion(call, built.completion, context)
  return sendBuilt(call, head, built, context)
}

function sendBuilt(call: ChatCall, head: ResponseHead, { completion, chunks }: BuiltCompletion, context: AppContext) {
  const { scheduler } = context
  const { resolved } = call
  const usage = summarizeUsage(completion.usage)
  if (chunks) {
    const timeline = createReplyTimeline(resolved.reply, chunks, scheduleResponse(call, usage, scheduler))
    sendTimeline(call, head, toLazyTimeline(timeline), context)
    return sent
  }
  const text = formatJsonBody(resolved.reply, completion, call.exchange)
  return sendWhenDue(call, usage, { status: 200, head, contentType: jsonContentType, text }, scheduler)
}

/** Sends a complete response when its last token is due. */
export function sendWhenDue(
  call: ChatCall,
  usage: UsageSummary,
  complete: CompleteResponse,
  scheduler: AppContext['scheduler']
) {
  const delayMs = computeDuration(usage.visible, scheduleResponse(call, usage, scheduler))
  if (delayMs > 0) return call.response.sendAfter(delayMs, complete, scheduler).then(() => sent)
  call.response.send(complete)
  return sent
}
