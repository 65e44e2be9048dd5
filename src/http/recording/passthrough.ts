/** Passes a request on to the upstream, its answer back as it comes, and writes down what was said. */
import type { IncomingMessage } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Model } from '../../core/model.js'
import type { ChatRequest } from '../../core/openai-types.js'
import type { TimingInput } from '../../core/pacing-input.js'
import { jsonIn } from '../../core/try-parse-json.js'
import { errorEvent } from '../../fixtures/error-catalog.js'
import type { ReplyInput } from '../../fixtures/input.js'
import { answerOf, type Recorded, wordsOf } from '../../fixtures/recorded-exchange.js'
import { fixtureOf } from '../../fixtures/recorded-fixture.js'
import { countHeard } from '../../fixtures/select.js'
import type { Rooms } from '../context.js'
import { headOf } from '../response/headers.js'
import { drained, send } from '../response/send.js'
import { faithful } from './reconcile.js'
import { createHeard } from './stream-observer.js'
import { type Asked, askUpstream, failed, headersOf, textOf, unpacked } from './upstream-client.js'
import { withVerbatim } from './verbatim.js'

/** One request on its way. */
interface Passing {
  request: FastifyRequest
  reply: FastifyReply
  chat: ChatRequest
  /** With what Standin does not look at. */
  whole: ChatRequest
  model: Model
}

export function createRecording({ upstream, recorder, open }: NonNullable<Rooms['recording']>, rooms: Rooms) {
  const { catalog, log, store, tokens } = rooms
  return { passOn }

  async function passOn(passing: Passing): Promise<void> {
    const { request, reply } = passing
    const asked = askUpstream(open, upstream, request.raw.headers, request.exchange.body ?? '')
    // Also after a whole answer, when there is nothing left to leave.
    reply.raw.once('close', asked.leave)
    try {
      const answer = await asked.answer
      if (answer.statusCode === 200 && /event-stream/.test(answer.headers['content-type'] ?? ''))
        await passStream(passing, answer, asked)
      else await passWhole(passing, answer)
    } catch (error) {
      if (!reply.raw.destroyed) throw asked.refusal(error)
      // Nobody is there to be told.
      if (!reply.sent) reply.hijack()
      request.exchange.aborted = true
      reply.server.closeExchange(request)
    }
  }

  async function passWhole(passing: Passing, answer: IncomingMessage): Promise<void> {
    const { request, reply } = passing
    const { statusCode: status = 0, headers } = answer
    const text = await textOf(answer)
    const recorded = recordedOf(answer, text)
    if (jsonIn(text) === undefined)
      throw failed(upstream, `answered ${status} with ${headers['content-type'] ?? 'no content type'}, expected JSON`)
    if (!wordsOf(recorded, catalog))
      throw failed(upstream, `answered ${status} with JSON that is neither a completion nor an error`)
    await keep(passing, recorded, { chunkMs: [since(request)] })
    const head = headOf(request, 'backend')
    head.add(headersOf(answer))
    send(request, reply, { status, head, contentType: headers['content-type'], text })
  }

  async function passStream(passing: Passing, answer: IncomingMessage, asked: Asked): Promise<void> {
    const { request, reply } = passing
    const { raw } = reply
    const heard = createHeard()
    let sent = ''
    let kept = false
    const start = () => {
      if (reply.sent) return
      const head = headOf(request, 'backend')
      head.add(headersOf(answer))
      head.set('content-type', answer.headers['content-type']!)
      reply.hijack()
      request.exchange.status = 200
      request.exchange.streamed = true
      raw.once('close', () => {
        request.exchange.aborted = !raw.writableFinished
        request.exchange.answer = sent
        reply.server.closeExchange(request)
      })
      raw.writeHead(200, head.list().flat())
    }
    // What makes the stream whole goes out once it is written down, so that who hears its end can ask again.
    const keepWhole = async () => {
      if (kept || !heard.isWhole) return
      kept = true
      await keep(passing, recordedOf(answer, sent), paceOf(heard.chunkMs, since(request)))
    }
    const pass = async (lines: Buffer): Promise<void> => {
      const text = lines.toString()
      const problem = heard.take(text, since(request))
      if (problem) throw failed(upstream, problem)
      start()
      sent += text
      if (heard.isDone) await keepWhole()
      request.exchange.firstByteMs ||= since(request)
      if (!raw.write(lines)) await drained(raw)
    }
    try {
      let rest: Buffer = Buffer.alloc(0)
      for await (const part of unpacked(answer)) {
        const all: Buffer = rest.length ? Buffer.concat([rest, part]) : part
        const end = all.lastIndexOf(lineBreak) + 1
        rest = all.subarray(end)
        if (end) await pass(all.subarray(0, end))
      }
      if (rest.length) await pass(rest)
      if (!heard.isOver) throw failed(upstream, 'ended its stream before the answer was over')
      await keepWhole()
      raw.end()
    } catch (error) {
      // Before anything was said the client is told as if there had been no stream.
      if (!reply.sent || raw.destroyed) throw error
      const refusal = asked.refusal(error)
      request.exchange.refusal = refusal
      const told = `\n${errorEvent(catalog, refusal)}`
      sent += told
      raw.end(told)
    }
  }

  /** Writes an exchange down. Its client has its answer all the same when that fails. */
  async function keep(
    { request, chat, whole, model }: Passing,
    recorded: Recorded,
    timing: TimingInput
  ): Promise<void> {
    const { exchange } = request
    const said = aboutTheKey.has(recorded.status) ? undefined : wordsOf(recorded, catalog)
    if (!said) return
    try {
      const heard = recorded.status < 400 ? answerOf(recorded) : undefined
      const reply = await tokens.use(model.encoding, (text): ReplyInput => {
        const whole = heard ? { ...faithful(said, heard, chat, model, text), timing } : said
        return withVerbatim(whole, recorded.body, { request: chat, model, catalog }, text)
      })
      const secrets = [exchange.key, upstream.key].filter(key => key !== undefined)
      const fixture = await recorder.keep(fixtureOf(chat, reply, whole), secrets)
      exchange.fixture = fixture.name
      log.info({ fixture: fixture.name, place: fixture.place }, 'recorded')
      await countHeard(fixture, store, exchange.session)
    } catch (err) {
      log.error({ err, id: exchange.id }, 'an exchange could not be written down')
    }
  }
}

/** What is said of the key that records is nothing that others should hear. */
const aboutTheKey = new Set([401, 403])

const lineBreak = 0x0a

const since = ({ exchange }: FastifyRequest) => Math.round((performance.now() - exchange.startedAt) * 10) / 10

function paceOf(chunkMs: readonly number[], endMs: number): TimingInput {
  const last = chunkMs.at(-1)
  if (last === undefined) return { chunkMs: [endMs] }
  return endMs - last >= 1 ? { chunkMs, endMs } : { chunkMs }
}

function recordedOf({ statusCode = 0, headers }: IncomingMessage, body: string): Recorded {
  const names = Object.entries(headers).map(([name, value]) => [name, String(value)])
  return {
    place: '',
    method: 'POST',
    url: '',
    request: '',
    status: statusCode,
    headers: Object.fromEntries(names),
    body
  }
}
