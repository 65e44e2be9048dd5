/** The chat operation: body, refusals, what to say, completion, and the answer as JSON or as a stream. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Identity } from '../../completion/build.js'
import { canGrow } from '../../completion/incremental-builder.js'
import { storedOf } from '../../completion/stored-completion.js'
import type { TokenText } from '../../completion/token-text.js'
import type { Operation } from '../../contract/operations.js'
import { chooseResponse } from '../../contract/select-response.js'
import { Refusal } from '../../core/api-error.js'
import { type Fault, faultText } from '../../core/fault.js'
import { layOut } from '../../core/json-format.js'
import { then } from '../../core/maybe-promise.js'
import type { Model } from '../../core/model.js'
import type { ChatRequest } from '../../core/openai-types.js'
import { defaultRefusals } from '../../fixtures/error-catalog.js'
import { joined } from '../../fixtures/function-reply.js'
import { atOnce, type Schedule, scheduleOf, type Timing, timingOf } from '../../stream/pacing.js'
import { durationOf, late } from '../../stream/timeline.js'
import { type ChatBody, createBodies } from '../bodies.js'
import type { Handler, Rooms } from '../context.js'
import { createIdentities } from '../identity.js'
import { type Preference, preferenceOf } from '../prefer.js'
import { createRecording } from '../recording/passthrough.js'
import { complete, type Order, type Spent, scriptFor, spentOn, textFor } from '../response/completion-body.js'
import { asHeader, headOf } from '../response/headers.js'
import { send } from '../response/send.js'
import { eventStream, json, sendJson, sendStream, sendStreamText } from '../response/send-completion.js'
import { timingAsked } from '../timing-asked.js'
import { createLeniency, validationOf, warningOf } from '../validation-mode.js'
import { createLimiter } from './check-limits.js'
import type { Decision } from './decision.js'
import { createInventions } from './inventions.js'
import { createLive, leftSignal } from './live-stream.js'
import { decide, type Question } from './resolve-reply.js'
import { createReady } from './response-cache.js'
import { findFault, refusalOfFault, sendFaulty } from './send-faulty.js'

export function createChat(rooms: Rooms, operation: Operation): Handler {
  const { catalog, everywhere, options, models, player, spec, store } = rooms
  const limiter = createLimiter(rooms)
  const lenient = createLeniency(rooms)
  const identities = createIdentities(options.seed, store)
  // Without a pace of the server's own, the document may ask for a delay.
  const usual = options.timing ? rooms.timing : timingOf({ firstTokenMs: operation.microcks.delayMs ?? 0 })

  const recording = rooms.recording && createRecording(rooms.recording, rooms)
  const readBody = createBodies(spec.refuse)
  const inventions = createInventions()
  const readyFor = createReady()
  const live = createLive(rooms, identities)

  return (request, reply) => then(readBody(request), read => judge(request, reply, read))

  function judge(request: FastifyRequest, reply: FastifyReply, { body, refused }: ChatBody) {
    const { exchange } = request
    const preference = preferenceOf(request)
    if (preference.code !== undefined && preference.code >= 400) throw forced(preference.code, rooms)
    if (request.raw.headers['x-mock-validate'] !== undefined) validationOf(request, options.validate)
    let chat = body as ChatRequest
    if (refused) {
      const answered = lenient(request, chat, refused)
      if (!answered && catalog[refused.refusal]?.layer === 'edge') return reply.server.refuse(request, reply, refused)
      chat = answered ?? chat
    }
    const model = models.of(chat.model)
    // The edge counts what it lets through, and only then does the backend look at the body.
    return then(limiter(exchange, chat.messages, model), limited => {
      const refusal = limited ?? (chat === body ? refused : undefined)
      return refusal
        ? reply.server.refuse(request, reply, refusal)
        : admitted(request, reply, { chat, whole: body as ChatRequest, model }, preference)
    })
  }

  function admitted(
    request: FastifyRequest,
    reply: FastifyReply,
    { chat, whole, model }: Admitted,
    preference: Preference
  ) {
    const { exchange } = request
    if (preference.code !== undefined || preference.example !== undefined)
      return sendExample(request, reply, operation, preference)
    const asked = timingAsked(request)
    const { headers } = request.raw
    const question: Question = {
      request: chat,
      whole,
      model,
      exchange,
      headers,
      key: exchange.key,
      words: () => identities.words(chat),
      left: () => leftSignal(reply)
    }
    const sent = (decision: Decision) =>
      then(identities.identify(exchange, model), identity => {
        const given = asked ?? decision.timing
        const answering = { chat, model, decision, identity, pace: given ? timingOf(given) : usual }
        if (!decision.fault && request.raw.headers['x-mock-fault'] === undefined && !rooms.faultRates.all.length)
          return answer(request, reply, answering)
        return then(findFault(request, decision.fault, model.id, rooms), fault =>
          fault ? answerWith(fault, request, reply, answering) : answer(request, reply, answering)
        )
      })
    return then(decide(question, rooms, inventions), decision => {
      if (!decision) return recording?.passOn({ request, reply, chat, whole, model })
      if (!('pieces' in decision)) return sent(decision)
      const pace = asked ?? decision.timing
      const isLive =
        chat.stream &&
        canGrow(chat) &&
        (pace ? timingOf(pace) : usual).isUnpaced &&
        !decision.fault &&
        request.raw.headers['x-mock-fault'] === undefined &&
        !rooms.faultRates.all.length
      // A pace or a fault is for an answer that is there as a whole.
      if (!isLive) return joined(decision.pieces).then(whole => sent(decision.settle(whole)))
      return live(request, reply, { chat, model, telling: decision })
    })
  }

  function answerWith(fault: Fault, request: FastifyRequest, reply: FastifyReply, answering: Answering) {
    const { chat, model, decision, identity, pace } = answering
    const { exchange } = request
    if (fault.kind === 'status') {
      exchange.fault = faultText(fault)
      throw refusalOfFault(fault, rooms)
    }
    const order: Order = { request: chat, model, said: decision.reply, identity }
    return then(
      rooms.tokens.use(model.encoding, tokens => complete(order, tokens)),
      ({ completion, chunks }) => {
        const spent = spentOn(completion.usage)
        const tokens = spent.said
        const schedule = scheduleFor(spent, identity, pace)
        const head = headOf(request, 'backend')
        head.add(decision.reply.headers)
        const said = chunks
          ? { head, contentType: eventStream, script: scriptFor(decision.reply, chunks, schedule), tokens, due: 0 }
          : {
              head,
              contentType: json,
              text: textFor(decision.reply, completion),
              tokens,
              due: durationOf(tokens, schedule)
            }
        return sendFaulty(request, reply, said, fault, rooms)
      }
    )
  }

  interface Answering {
    chat: ChatRequest
    model: Model
    decision: Decision
    identity: Identity
    pace: Timing
  }

  function answer(request: FastifyRequest, reply: FastifyReply, { chat, model, decision, identity, pace }: Answering) {
    const { exchange } = request
    const { reply: said, canned } = decision
    const order: Order = { request: chat, model, said, identity }
    const work = (tokens: TokenText) => (canned && !said.verbatim && readyFor(order, tokens)) || complete(order, tokens)
    return then(rooms.tokens.use(model.encoding, work), done => {
      const head = headOf(request, 'backend')
      head.add(said.headers)
      if (exchange.warning) head.set('x-mock-refused', warningOf(catalog, exchange.warning))
      if (exchange.mismatch) head.set('x-mock-mismatch', asHeader(exchange.mismatch))
      if ('fill' in done) {
        const schedule = scheduleFor(done.spent, identity, pace)
        if (chat.stream && !pace.isUnpaced) return sendStream(request, reply, head, done.script!(schedule), player)
        const filled = done.fill()
        exchange.answer = filled
        const whole = { head, text: filled.toString(), bytes: filled.bytes }
        if (chat.stream) return sendStreamText(request, reply, whole)
        return sendJson(request, reply, whole, durationOf(done.spent.said, schedule), player)
      }
      const { completion, chunks } = done
      const spent = spentOn(completion.usage)
      const schedule = scheduleFor(spent, identity, pace)
      const kept = chat.store
        ? everywhere('keepStored', exchange.session, storedOf(chat, completion, exchange.id))
        : undefined
      return then(kept, () => {
        if (chunks) return sendStream(request, reply, head, late(scriptFor(said, chunks, schedule)), player)
        const whole = { head, text: textFor(said, completion), bytes: undefined }
        return sendJson(request, reply, whole, durationOf(spent.said, schedule), player)
      })
    })
  }

  function scheduleFor({ prompt, thought }: Spent, identity: Identity, pace: Timing): Schedule {
    if (pace.isUnpaced) return atOnce
    return scheduleOf(pace, identity.chance.fork('timing'), {
      promptTokens: prompt,
      silentTokens: thought,
      openStreams: player.open
    })
  }
}

/** A request that is to be answered, and as it came. */
interface Admitted {
  chat: ChatRequest
  whole: ChatRequest
  model: Model
}

/** The refusal that the catalog keeps for a status. */
function forced(code: number, { catalog }: Rooms): Refusal {
  const names = defaultRefusals(catalog)
  const name = names[code]
  if (name) return new Refusal(name)
  return new Refusal('unknown_preference', {
    what: 'code',
    asked: code,
    known: `200, ${Object.keys(names).join(', ')}`
  })
}

function sendExample(request: FastifyRequest, reply: FastifyReply, operation: Operation, preference: Preference) {
  const chosen = chooseResponse(operation, preference)
  if (chosen.kind === 'unknown')
    throw new Refusal('unknown_preference', { what: chosen.what, asked: chosen.asked, known: chosen.known.join(', ') })
  if (chosen.kind !== 'example')
    throw new Refusal('unknown_preference', { what: 'code', asked: chosen.status, known: 'a status with an example' })
  const text = typeof chosen.value === 'string' ? chosen.value : `${layOut(chosen.value, 2)}\n`
  return send(request, reply, {
    status: chosen.status,
    head: headOf(request, 'backend'),
    contentType: chosen.mediaType,
    text
  })
}
