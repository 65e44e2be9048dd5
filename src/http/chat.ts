/** The chat operation: body, refusals, what to say, completion, and the answer as JSON or as a stream. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { createChance } from '../chance.js'
import { build, type Identity } from '../completion/build.js'
import { split } from '../completion/chunks.js'
import { canGrow } from '../completion/growth.js'
import { createPreparations, isPlain, type Prepared, prepare } from '../completion/prepared.js'
import { promptTokens } from '../completion/prompt.js'
import { storedOf } from '../completion/stored.js'
import type { TokenText } from '../completion/text.js'
import { type Fault, faultText } from '../fault.js'
import { joined } from '../fixtures/answer.js'
import { defaultRefusals } from '../fixtures/catalog.js'
import { floatsOf, type LateText, layOut } from '../layout.js'
import { then } from '../maybe.js'
import type { Model } from '../model.js'
import { Refusal } from '../refusal.js'
import { chooseResponse } from '../spec/choose.js'
import type { Operation } from '../spec/operations.js'
import { type PreparedStream, prepareStream } from '../stream/prepared.js'
import { durationOf, scriptOf } from '../stream/script.js'
import { atOnce, type Schedule, scheduleOf, type Timing, timingOf } from '../stream/timing.js'
import type { ChatRequest, Chunk, Completion } from '../wire.js'
import { eventStream, json, sendJson, sendStream, sendStreamText } from './answer.js'
import { type ChatBody, createBodies } from './bodies.js'
import { decide, type Question } from './decide.js'
import type { Decision } from './decision.js'
import { findFault, refusalOfFault, sendFaulty } from './fault.js'
import { asHeader, headOf } from './headers.js'
import { createIdentities } from './identity.js'
import { createInventions } from './inventions.js'
import { createLeniency, validationOf, warningOf } from './lenient.js'
import { createLimiter } from './limits.js'
import { createLive, leftSignal } from './live.js'
import { type Preference, preferenceOf } from './prefer.js'
import type { Handler, Rooms } from './rooms.js'
import { send } from './send.js'
import { timingAsked } from './timing-asked.js'

export function createChat(rooms: Rooms, operation: Operation): Handler {
  const { catalog, everywhere, options, models, player, spec, store } = rooms
  const limiter = createLimiter(rooms)
  const lenient = createLeniency(rooms)
  const identities = createIdentities(options.seed, store)
  // Without a pace of the server's own, the document may ask for a delay.
  const usual = options.timing ? rooms.timing : timingOf({ firstTokenMs: operation.microcks.delayMs ?? 0 })

  const readBody = createBodies(spec.refuse)
  const inventions = createInventions()
  const answers = createPreparations<Prepared>()
  const streams = createPreparations<PreparedStream>()
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
      return refusal ? reply.server.refuse(request, reply, refusal) : admitted(request, reply, chat, model, preference)
    })
  }

  function admitted(
    request: FastifyRequest,
    reply: FastifyReply,
    chat: ChatRequest,
    model: Model,
    preference: Preference
  ) {
    const { exchange } = request
    if (preference.code !== undefined || preference.example !== undefined)
      return sendExample(request, reply, operation, preference)
    const asked = timingAsked(request)
    const { headers } = request.raw
    const question: Question = {
      request: chat,
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
        const tokens = saidTokens(completion)
        const schedule = scheduleFor(completion, identity, pace)
        const head = headOf(request, 'backend')
        head.add(decision.reply.headers)
        const said = chunks
          ? { head, contentType: eventStream, script: scriptOf(chunks, schedule), tokens, due: 0 }
          : { head, contentType: json, text: textOf(completion), tokens, due: durationOf(tokens, schedule) }
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
    const plain = canned && pace.isUnpaced && isPlain(chat)
    const order: Order = { request: chat, model, said, identity }
    const work = (tokens: TokenText) => (plain && filledOf(order, tokens)) || complete(order, tokens)
    return then(rooms.tokens.use(model.encoding, work), done => {
      const head = headOf(request, 'backend')
      head.add(said.headers)
      if (exchange.warning) head.set('x-mock-refused', warningOf(catalog, exchange.warning))
      if (exchange.mismatch) head.set('x-mock-mismatch', asHeader(exchange.mismatch))
      if ('filled' in done) {
        const { filled } = done
        exchange.answer = filled
        const whole = { head, text: filled.toString(), bytes: filled.bytes }
        if (chat.stream) return sendStreamText(request, reply, whole)
        return sendJson(request, reply, whole, 0, player)
      }
      const { completion, chunks } = done
      const schedule = scheduleFor(completion, identity, pace)
      const kept = chat.store
        ? everywhere('keepStored', exchange.session, storedOf(chat, completion, exchange.id))
        : undefined
      return then(kept, () => {
        if (chunks) return sendStream(request, reply, head, scriptOf(chunks, schedule), player)
        const whole = { head, text: textOf(completion), bytes: undefined }
        return sendJson(request, reply, whole, durationOf(saidTokens(completion), schedule), player)
      })
    })
  }

  function scheduleFor(completion: Completion, identity: Identity, pace: Timing): Schedule {
    if (pace.isUnpaced) return atOnce
    const { prompt_tokens, completion_tokens } = completion.usage
    return scheduleOf(pace, identity.chance.fork('timing'), {
      promptTokens: prompt_tokens,
      silentTokens: completion_tokens - saidTokens(completion),
      openStreams: player.open
    })
  }

  /** The answer to a plain request out of what was prepared for it; nothing when it has to be built each time. */
  function filledOf(order: Order, tokens: TokenText): { filled: LateText } | undefined {
    const { request, model, said, identity } = order
    const places = () => {
      const promptTokensOf = promptTokens(request, model, tokens.count).total
      return { id: identity.id, created: identity.created, promptTokens: promptTokensOf }
    }
    if (!request.stream) {
      const form = model.id
      const ready = answers.of(said, form) ?? answers.keep(said, form, prepare(complete(order, tokens).completion))
      if (ready === 'unfit') return undefined
      return { filled: ready.fill(places()) }
    }
    const options = request.stream_options
    const form = `${model.id} ${options?.include_usage} ${options?.include_obfuscation} ${identity.id.length}`
    const ready = streams.of(said, form) ?? streams.keep(said, form, streamOf(complete(order, tokens, model.snapshot)))
    if (ready === 'unfit') return undefined
    return { filled: ready.fill(places()) }
  }
}

/** A stream whose calls and clips have ids of their own is made anew each time. */
function streamOf({ completion, chunks }: Completed): PreparedStream | undefined {
  const own = completion.choices.some(({ message }) => message.tool_calls || message.audio)
  return own ? undefined : prepareStream(chunks ?? [])
}

/** What is heard or read of an answer: reasoning is not. */
const saidTokens = ({ usage }: Completion) =>
  usage.completion_tokens - (usage.completion_tokens_details?.reasoning_tokens ?? 0)

function textOf(completion: Completion): string {
  return `${layOut(completion, 2, floatsOf(completion))}\n`
}

interface Completed {
  completion: Completion
  chunks?: Chunk[]
}

interface Order {
  request: ChatRequest
  model: Model
  said: Decision['reply']
  identity: Identity
}

/**
 * The completion of a request, and its chunks when a stream is asked for.
 *
 * @param padding what the characters of the padding follow from: the answer's own id, or what all answers of a form share
 */
function complete({ request, model, said, identity }: Order, tokens: TokenText, padding = identity.id): Completed {
  const prompt = promptTokens(request, model, tokens.count)
  const completion = build({ request, model, sayings: said.sayings, usage: said.usage, prompt, identity, tokens })
  if (!request.stream) return { completion }
  const options = request.stream_options
  const chunks = split(completion, {
    pieces: text => tokens.pieces(text).map(piece => piece.text),
    includeUsage: options?.include_usage === true,
    obfuscation: options?.include_obfuscation === false ? undefined : createChance('obfuscation', padding)
  })
  return { completion, chunks }
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
