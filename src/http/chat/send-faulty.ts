/** Decides whether an answer is damaged, and acts on the socket where the damage is not in what is said. */
import type { Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Mistake, Refusal } from '../../core/api-error.js'
import { type Fault, faultAt, faultText, readFaults } from '../../core/fault.js'
import { type MaybePromise, then } from '../../core/maybe-promise.js'
import { createChance } from '../../core/random.js'
import { defaultRefusals } from '../../fixtures/error-catalog.js'
import { compileGlob } from '../../fixtures/text-matcher.js'
import type { Exchange } from '../../state/exchange.js'
import { type Damaged, damage, wholeAsScript } from '../../stream/apply-fault.js'
import type { Script } from '../../stream/timeline.js'
import type { Rooms } from '../context.js'
import { noteTimes } from '../response/chunk-times.js'
import type { Head } from '../response/headers.js'

/** The fault of a request: by its header, or by its fixture, or by chance. */
export function findFault(
  request: FastifyRequest,
  byFixture: { faults: readonly Fault[]; name: string } | undefined,
  model: string,
  { store, faultRates }: Rooms
): MaybePromise<Fault | undefined> {
  const { exchange } = request
  const asked = request.raw.headers['x-mock-fault']
  if (asked !== undefined) return counted(inHeader(String(asked)), `header ${asked}`, exchange, store)
  if (byFixture) return counted(byFixture.faults, `fixture ${byFixture.name}`, exchange, store)
  for (const [index, { fault, rate, model: glob, session }] of faultRates.all.entries()) {
    if (session !== undefined && session !== exchange.session) continue
    if (glob !== undefined && !compileGlob(glob)(model)) continue
    if (rate < 1 && createChance('fault', index, exchange.id).next() >= rate) continue
    return counted(fault, `rate ${index}`, exchange, store)
  }
  return undefined
}

function inHeader(text: string): Fault[] {
  try {
    return readFaults(text, 'x-mock-fault')
  } catch (error) {
    if (error instanceof Mistake) throw new Refusal('bad_mock_header', { problem: error.message })
    throw error
  }
}

function counted(
  faults: readonly Fault[],
  name: string,
  exchange: Exchange,
  store: Rooms['store']
): MaybePromise<Fault | undefined> {
  // Only a list that comes to an end, or changes, needs to know how often it was met.
  if (faults[0]?.times === undefined) return faults[0]
  return then(store.take(`${exchange.session}\nfault\n${name}`), turn => faultAt(faults, turn ?? 0))
}

/** The refusal of a fault that is one. */
export function refusalOfFault({ status }: Fault, { catalog }: Rooms): Refusal {
  const name = typeof status === 'number' ? defaultRefusals(catalog)[String(status)] : status
  if (name && Object.hasOwn(catalog, name)) return new Refusal(name)
  throw new Refusal('bad_mock_header', {
    problem: `fault: no refusal stands for ${status}, expected a name of docs/errors.md or one of ${Object.keys(defaultRefusals(catalog)).join(', ')}`
  })
}

/** What happens to a connection on which nothing was answered. */
const beforeHeads: { [kind in Fault['kind']]?: (request: FastifyRequest) => void } = {
  hang: () => {},
  close: ({ raw }) => raw.socket.destroy(),
  reset: ({ raw }) => reset(raw.socket)
}

/**
 * Node's own resetAndDestroy ends the stream first, so that clients may see an orderly end instead of the reset. This is the flag
 * that it sets, without that end.
 */
function reset(socket: Socket): void {
  ;(socket as Socket & { resetAndClosing?: boolean }).resetAndClosing = true
  socket.destroy()
}

export interface Said {
  head: Head
  contentType: string
  /** A stream, or a whole text with how many tokens are in it and when it is due. */
  script?: Script
  text?: string
  tokens: number
  due: number
}

/** Sends an answer with a fault in it. */
export function sendFaulty(
  request: FastifyRequest,
  reply: FastifyReply,
  said: Said,
  fault: Fault,
  { player }: Rooms
): void {
  const { exchange } = request
  const { raw } = reply
  exchange.fault = faultText(fault)
  exchange.streamed = said.script !== undefined
  reply.hijack()
  raw.once('close', () => {
    exchange.aborted = !raw.writableFinished
    reply.server.closeExchange(request)
  })
  const beforeHead = fault.after === undefined
  if (beforeHead && fault.kind in beforeHeads) {
    beforeHeads[fault.kind]!(request)
    return
  }
  const start = () => perform(request, reply, said, fault, player)
  if (fault.kind !== 'delay') {
    start()
    return
  }
  exchange.delayMs = fault.ms ?? 0
  const cancel = player.at(exchange.startedAt + (fault.ms ?? 0), start)
  raw.once('close', cancel)
}

function perform(
  request: FastifyRequest,
  reply: FastifyReply,
  said: Said,
  fault: Fault,
  player: Rooms['player']
): void {
  const { exchange } = request
  const { raw } = reply
  const { head } = said
  const whole = said.text
  const script = said.script ?? wholeAsScript(whole ?? '', said.tokens, said.due)
  const damaged = damage(script, fault)
  head.set('content-type', fault.kind === 'content-type' ? (fault.value ?? 'text/html') : said.contentType)
  if (whole !== undefined && !fits(fault)) head.set('content-length', String(Buffer.byteLength(whole)))
  exchange.status = 200
  if (fault.kind === 'empty' || fault.kind === 'gzip' || fault.kind === 'content-length') {
    const text = script.frames.map(frame => frame.text).join('')
    sendWhole(request, reply, text, head, fault)
    return
  }
  raw.writeHead(200, head.list().flat())
  raw.flushHeaders()
  exchange.delayMs ||= damaged.frames.at(-1)?.at ?? 0
  const startedAt = fault.kind === 'delay' ? performance.now() : exchange.startedAt
  play(request, reply, damaged, player, startedAt)
}

// What is added or left out would break the length, so those answers go out in chunks.
const fits = ({ kind }: Fault) =>
  ['malformed', 'garbage', 'duplicate', 'drop', 'error', 'comments', 'truncate'].includes(kind)

function play(
  request: FastifyRequest,
  reply: FastifyReply,
  damaged: Damaged,
  player: Rooms['player'],
  startedAt: number
): void {
  const { exchange } = request
  const { raw } = reply
  let sent = ''
  exchange.answer = {
    get length() {
      return sent.length
    },
    get bytes() {
      return sent.length
    },
    toString: () => sent
  }
  const encoding = damaged.isBytes ? 'latin1' : 'utf8'
  const playing = player.play(
    damaged,
    {
      write: text => {
        sent += damaged.isBytes ? Buffer.from(text, 'latin1').toString() : text
        if (exchange.streamed) noteTimes(exchange, text)
        exchange.firstByteMs ||= performance.now() - exchange.startedAt
        return raw.write(text, encoding)
      },
      end() {
        if (damaged.ending === 'end') raw.end()
        // A client that finds data and a reset together may take it for an orderly end, so the data goes ahead.
        else if (damaged.ending === 'reset') player.at(performance.now() + 20, () => reset(request.raw.socket))
      }
    },
    startedAt
  )
  raw.on('drain', playing.resume)
  raw.once('close', playing.stop)
}

function sendWhole(request: FastifyRequest, reply: FastifyReply, text: string, head: Head, fault: Fault): void {
  const { raw } = reply
  const body = fault.kind === 'empty' ? Buffer.alloc(0) : fault.kind === 'gzip' ? gzipSync(text) : Buffer.from(text)
  if (fault.kind === 'gzip') head.set('content-encoding', 'gzip')
  const off = fault.kind === 'content-length' ? Number(fault.value ?? 10) : 0
  head.set('content-length', String(Math.max(0, body.length + off)))
  request.exchange.answer = fault.kind === 'empty' ? '' : text
  raw.writeHead(200, head.list().flat())
  raw.write(body)
  if (off === 0) raw.end()
  // Node would hold back or refuse what does not fit the length, so the connection ends by itself.
  else request.raw.socket.end()
}
