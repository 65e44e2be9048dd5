/** The chat operation: body, refusals, what to say, completion, and the answer as JSON or as a stream. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Identity } from '../../completion/build.js'
import type { EncodingTokenizer } from '../../completion/encoding-tokenizer.js'
import { canBuildIncrementally } from '../../completion/incremental-builder.js'
import { toStoredCompletion } from '../../completion/stored-completion.js'
import type { Operation } from '../../contract/operations.js'
import { selectResponse } from '../../contract/select-response.js'
import { ApiError } from '../../core/api-error.js'
import { type Fault, formatFault } from '../../core/fault.js'
import { formatJson } from '../../core/json-format.js'
import { andThen } from '../../core/maybe-promise.js'
import type { Model } from '../../core/model.js'
import type { ChatRequest } from '../../core/openai-types.js'
import { defaultErrorNames } from '../../fixtures/error-catalog.js'
import { collectReply } from '../../fixtures/function-reply.js'
import { createSchedule, immediateSchedule, type Pacing, resolvePacing, type Schedule } from '../../stream/pacing.js'
import { computeDuration, toLazyTimeline } from '../../stream/timeline.js'
import { type ChatBody, createBodyReader } from '../bodies.js'
import type { AppContext, Handler } from '../context.js'
import { createIdentityFactory } from '../identity.js'
import { type Preference, readPreference } from '../prefer.js'
import { createPassthrough } from '../recording/passthrough.js'
import {
  type CompletionInput,
  completeChat,
  createReplyTimeline,
  formatJsonBody,
  summarizeUsage,
  type UsageSummary
} from '../response/completion-body.js'
import { createHead, toHeaderValue } from '../response/headers.js'
import { sendResponse } from '../response/send.js'
import {
  eventStreamContentType,
  jsonContentType,
  sendJson,
  sendStream,
  sendStreamAtOnce
} from '../response/send-completion.js'
import { readRequestTiming } from '../timing-asked.js'
import { createBodyRepair, formatWarning, readValidationMode } from '../validation-mode.js'
import { createLimitChecker } from './check-limits.js'
import type { ResolvedReply } from './decision.js'
import { createGeneratedReplyCache } from './inventions.js'
import { createClientSignal, createLiveSender } from './live-stream.js'
import { type ReplyQuery, resolveReply } from './resolve-reply.js'
import { createResponseCache } from './response-cache.js'
import { createFaultError, findFault, sendFaultyResponse } from './send-faulty.js'

export function createChatHandler(context: AppContext, operation: Operation): Handler {
  const { errorCatalog, broadcast, options, models, scheduler, contract, store } = context
  const checkLimits = createLimitChecker(context)
  const repairBody = createBodyRepair(context)
  const identityFactory = createIdentityFactory(options.seed, store)
  // Without a pace of the server's own, the document may ask for a delay.
  const defaultPacing = options.timing
    ? context.defaultPacing
    : resolvePacing({ firstTokenMs: operation.microcks.delayMs ?? 0 })

  const passthrough = context.recording && createPassthrough(context.recording, context)
  const readBody = createBodyReader(contract.validateChat)
  const generatedReplies = createGeneratedReplyCache()
  const findPrepared = createResponseCache()
  const sendLive = createLiveSender(context, identityFactory)

  return (request, reply) => andThen(readBody(request), chatBody => checkRequest(request, reply, chatBody))

  function checkRequest(request: FastifyRequest, reply: FastifyReply, { body, bodyError }: ChatBody) {
    const { exchange } = request
    const preference = readPreference(request)
    if (preference.code !== undefined && preference.code >= 400) throw createPreferredError(preference.code, context)
    if (request.raw.headers['x-mock-validate'] !== undefined) readValidationMode(request, options.validate)
    let chat = body as ChatRequest
    if (bodyError) {
      const repaired = repairBody(request, chat, bodyError)
      if (!repaired && errorCatalog[bodyError.errorName]?.layer === 'edge')
        return reply.server.sendApiError(request, reply, bodyError)
      chat = repaired ?? chat
    }
    const model = models.get(chat.model)
    // The edge counts what it lets through, and only then does the backend look at the body.
    return andThen(checkLimits(exchange, chat.messages, model), limitError => {
      const apiError = limitError ?? (chat === body ? bodyError : undefined)
      return apiError
        ? reply.server.sendApiError(request, reply, apiError)
        : handleAdmitted(request, reply, { chat, original: body as ChatRequest, model }, preference)
    })
  }

  function handleAdmitted(
    request: FastifyRequest,
    reply: FastifyReply,
    { chat, original, model }: AdmittedRequest,
    preference: Preference
  ) {
    const { exchange } = request
    if (preference.code !== undefined || preference.example !== undefined)
      return sendExample(request, reply, operation, preference)
    const requestTiming = readRequestTiming(request)
    const { headers } = request.raw
    const query: ReplyQuery = {
      request: chat,
      original,
      model,
      exchange,
      headers,
      key: exchange.key,
      contentRandom: () => identityFactory.contentRandom(chat),
      createAbortSignal: () => createClientSignal(reply)
    }
    const sendResolved = (decision: ResolvedReply) =>
      andThen(identityFactory.createIdentity(exchange, model), identity => {
        const timing = requestTiming ?? decision.timing
        const input = { chat, model, decision, identity, pacing: timing ? resolvePacing(timing) : defaultPacing }
        if (!decision.fault && request.raw.headers['x-mock-fault'] === undefined && !context.faultRates.all.length)
          return sendReply(request, reply, input)
        return andThen(findFault(request, decision.fault, model.id, context), fault =>
          fault ? sendWithFault(fault, request, reply, input) : sendReply(request, reply, input)
        )
      })
    return andThen(resolveReply(query, context, generatedReplies), decision => {
      if (!decision) return passthrough?.passOn({ request, reply, chat, original, model })
      if (!('pieces' in decision)) return sendResolved(decision)
      const timing = requestTiming ?? decision.timing
      const isLive =
        chat.stream &&
        canBuildIncrementally(chat) &&
        (timing ? resolvePacing(timing) : defaultPacing).isUnpaced &&
        !decision.fault &&
        request.raw.headers['x-mock-fault'] === undefined &&
        !context.faultRates.all.length
      // A pace or a fault is for an answer that is there as a whole.
      if (!isLive) return collectReply(decision.pieces).then(joinedReply => sendResolved(decision.resolve(joinedReply)))
      return sendLive(request, reply, { chat, model, pendingReply: decision })
    })
  }

  function sendWithFault(fault: Fault, request: FastifyRequest, reply: FastifyReply, input: ResponseInput) {
    const { chat, model, decision, identity, pacing } = input
    const { exchange } = request
    if (fault.kind === 'status') {
      exchange.fault = formatFault(fault)
      throw createFaultError(fault, context)
    }
    const completionInput: CompletionInput = { request: chat, model, reply: decision.reply, identity }
    return andThen(
      context.tokenizer.withEncoding(model.encoding, tokens => completeChat(completionInput, tokens)),
      ({ completion, chunks }) => {
        const usage = summarizeUsage(completion.usage)
        const tokens = usage.visible
        const schedule = scheduleResponse(usage, identity, pacing)
        const head = createHead(request, 'backend')
        head.add(decision.reply.headers)
        const response = chunks
          ? {
              head,
              contentType: eventStreamContentType,
              timeline: createReplyTimeline(decision.reply, chunks, schedule),
              tokens,
              due: 0
            }
          : {
              head,
              contentType: jsonContentType,
              text: formatJsonBody(decision.reply, completion),
              tokens,
              due: computeDuration(tokens, schedule)
            }
        return sendFaultyResponse(request, reply, response, fault, context)
      }
    )
  }

  interface ResponseInput {
    chat: ChatRequest
    model: Model
    decision: ResolvedReply
    identity: Identity
    pacing: Pacing
  }

  function sendReply(
    request: FastifyRequest,
    reply: FastifyReply,
    { chat, model, decision, identity, pacing }: ResponseInput
  ) {
    const { exchange } = request
    const { reply: chosenReply, isCanned } = decision
    const completionInput: CompletionInput = { request: chat, model, reply: chosenReply, identity }
    const buildOrReuse = (tokens: EncodingTokenizer) =>
      (isCanned && !chosenReply.verbatim && findPrepared(completionInput, tokens)) ||
      completeChat(completionInput, tokens)
    return andThen(context.tokenizer.withEncoding(model.encoding, buildOrReuse), built => {
      const head = createHead(request, 'backend')
      head.add(chosenReply.headers)
      if (exchange.warning) head.set('x-mock-refused', formatWarning(errorCatalog, exchange.warning))
      if (exchange.mismatch) head.set('x-mock-mismatch', toHeaderValue(exchange.mismatch))
      if ('fill' in built) {
        const schedule = scheduleResponse(built.usage, identity, pacing)
        if (chat.stream && !pacing.isUnpaced)
          return sendStream(request, reply, head, built.timeline!(schedule), scheduler)
        const lazyText = built.fill()
        exchange.responseBody = lazyText
        const body = { head, text: lazyText.toString(), bytes: lazyText.bytes }
        if (chat.stream) return sendStreamAtOnce(request, reply, body)
        return sendJson(request, reply, body, computeDuration(built.usage.visible, schedule), scheduler)
      }
      const { completion, chunks } = built
      const usage = summarizeUsage(completion.usage)
      const schedule = scheduleResponse(usage, identity, pacing)
      const saving = chat.store
        ? broadcast('keepStored', exchange.session, toStoredCompletion(chat, completion, exchange.id))
        : undefined
      return andThen(saving, () => {
        if (chunks)
          return sendStream(
            request,
            reply,
            head,
            toLazyTimeline(createReplyTimeline(chosenReply, chunks, schedule)),
            scheduler
          )
        const body = { head, text: formatJsonBody(chosenReply, completion), bytes: undefined }
        return sendJson(request, reply, body, computeDuration(usage.visible, schedule), scheduler)
      })
    })
  }

  function scheduleResponse({ prompt, reasoning }: UsageSummary, identity: Identity, pacing: Pacing): Schedule {
    if (pacing.isUnpaced) return immediateSchedule
    return createSchedule(pacing, identity.random.fork('timing'), {
      promptTokens: prompt,
      reasoningTokens: reasoning,
      openStreams: scheduler.openStreams
    })
  }
}

/** A request that is to be answered, and as it came. */
interface AdmittedRequest {
  chat: ChatRequest
  original: ChatRequest
  model: Model
}

/** The refusal that the catalog keeps for a status. */
function createPreferredError(code: number, { errorCatalog }: AppContext): ApiError {
  const names = defaultErrorNames(errorCatalog)
  const name = names[code]
  if (name) return new ApiError(name)
  return new ApiError('unknown_preference', {
    what: 'code',
    asked: code,
    known: `200, ${Object.keys(names).join(', ')}`
  })
}

function sendExample(request: FastifyRequest, reply: FastifyReply, operation: Operation, preference: Preference) {
  const chosen = selectResponse(operation, preference)
  if (chosen.kind === 'unknown')
    throw new ApiError('unknown_preference', {
      what: chosen.parameter,
      asked: chosen.requested,
      known: chosen.available.join(', ')
    })
  if (chosen.kind !== 'example')
    throw new ApiError('unknown_preference', { what: 'code', asked: chosen.status, known: 'a status with an example' })
  const text = typeof chosen.value === 'string' ? chosen.value : `${formatJson(chosen.value, 2)}\n`
  return sendResponse(request, reply, {
    status: chosen.status,
    head: createHead(request, 'backend'),
    contentType: chosen.mediaType,
    text
  })
}
