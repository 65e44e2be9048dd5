/** Sends the resolved reply: as JSON or as a stream, built for this request or filled into what an earlier request prepared. */
import { toStoredCompletion } from '../../completion/stored-completion.js'
import type { EncodingTokenizer } from '../../completion/token-text.js'
import { computeDuration, toLazyTimeline } from '../../stream/timeline.js'
import type { AppContext } from '../context.js'
import {
  type BuiltCompletion,
  completeChat,
  createReplyTimeline,
  formatJsonBody,
  summarizeUsage,
  type UsageSummary
} from '../response/completion-body.js'
import {
  createHead,
  eventStreamContentType,
  jsonContentType,
  type ResponseHead,
  toHeaderValue
} from '../response/headers.js'
import type { CompleteResponse } from '../response/response-stream.js'
import { addWarning } from '../response/send-error.js'
import { type ChatCall, type ChatStep, sent } from './chat-call.js'
import { createResponseCache, type PreparedResponse } from './response-cache.js'
import { scheduleResponse } from './schedule.js'

export function createSendStep(context: AppContext): ChatStep {
  const { broadcast, errorCatalog, scheduler, tokenizer } = context
  const findPrepared = createResponseCache()

  return call => {
    const built = tokenizer.withEncoding(call.model.encoding, tokens => buildOrReuse(call, tokens))
    return 'then' in built ? built.then(each => send(call, each)) : send(call, built)
  }

  function buildOrReuse({ chat, model, resolved, identity }: ChatCall, tokens: EncodingTokenizer) {
    const { reply, isCanned } = resolved
    const input = { request: chat, model, reply, identity }
    return (isCanned && !reply.verbatim && findPrepared(input, tokens)) || completeChat(input, tokens)
  }

  function send(call: ChatCall, built: PreparedResponse | BuiltCompletion) {
    const head = createReplyHead(call)
    return 'fill' in built ? sendPrepared(call, head, built) : storeAndSend(call, head, built)
  }

  function createReplyHead({ request, exchange, resolved }: ChatCall): ResponseHead {
    const head = createHead(request, 'backend')
    head.add(resolved.reply.headers)
    if (exchange.warning) addWarning(head, errorCatalog, exchange.warning)
    if (exchange.mismatch) head.set('x-mock-mismatch', toHeaderValue(exchange.mismatch))
    return head
  }

  function sendPrepared(call: ChatCall, head: ResponseHead, prepared: PreparedResponse) {
    const { chat, pacing, response } = call
    if (chat.stream && !pacing.isUnpaced) {
      const timeline = prepared.timeline!(scheduleResponse(call, prepared.usage, scheduler))
      response.sendTimeline(head, eventStreamContentType, timeline, scheduler)
      return sent
    }
    const source = prepared.fill()
    return sendWhole(call, prepared.usage, {
      status: 200,
      head,
      contentType: chat.stream ? eventStreamContentType : jsonContentType,
      text: source.toString(),
      bytes: source.bytes,
      source,
      isStream: chat.stream === true
    })
  }

  async function storeFirst(call: ChatCall, head: ResponseHead, built: BuiltCompletion) {
    const { chat, exchange } = call
    await broadcast('keepStored', exchange.session, toStoredCompletion(chat, built.completion, exchange.id))
    return sendBuilt(call, head, built)
  }

  function storeAndSend(call: ChatCall, head: ResponseHead, built: BuiltCompletion) {
    return call.chat.store ? storeFirst(call, head, built) : sendBuilt(call, head, built)
  }

  function sendBuilt(call: ChatCall, head: ResponseHead, { completion, chunks }: BuiltCompletion) {
    const { resolved, response } = call
    const usage = summarizeUsage(completion.usage)
    if (!chunks)
      return sendWhole(call, usage, {
        status: 200,
        head,
        contentType: jsonContentType,
        text: formatJsonBody(resolved.reply, completion)
      })
    const timeline = createReplyTimeline(resolved.reply, chunks, scheduleResponse(call, usage, scheduler))
    response.sendTimeline(head, eventStreamContentType, toLazyTimeline(timeline), scheduler)
    return sent
  }

  /** Sends a complete response when its last token is due. */
  function sendWhole(call: ChatCall, usage: UsageSummary, whole: CompleteResponse) {
    const { response, pacing } = call
    if (!pacing.isUnpaced) {
      const delayMs = computeDuration(usage.visible, scheduleResponse(call, usage, scheduler))
      if (delayMs > 0) return response.sendAfter(delayMs, whole, scheduler).then(() => sent)
    }
    response.send(whole)
    return sent
  }
}
