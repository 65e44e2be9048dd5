/** Decides whether an answer is damaged, and acts on the socket where the damage is not in what is said. */
import type { Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { ApiError, ConfigError } from '../../core/api-error.js'
import { type Fault, findTurnFault, formatFault, parseFaultText } from '../../core/fault.js'
import { andThen, type MaybePromise } from '../../core/maybe-promise.js'
import { createRandom } from '../../core/random.js'
import { defaultErrorNames } from '../../fixtures/error-catalog.js'
import { compileGlob } from '../../fixtures/text-matcher.js'
import type { Exchange } from '../../state/exchange.js'
import { applyFault, type FaultyTimeline, textToTimeline } from '../../stream/apply-fault.js'
import type { Timeline } from '../../stream/timeline.js'
import type { AppContext } from '../context.js'
import { noteChunkTimes } from '../response/chunk-times.js'
import type { ResponseHead } from '../response/headers.js'

/** The fault of a request: by its header, or by its fixture, or by chance. */
export function findFault(
  request: FastifyRequest,
  fixtureFault: { faults: readonly Fault[]; name: string } | undefined,
  model: string,
  { store, faultRates }: AppContext
): MaybePromise<Fault | undefined> {
  const { exchange } = request
  const header = request.raw.headers['x-mock-fault']
  if (header !== undefined) return selectFault(parseFaultHeader(String(header)), `header ${header}`, exchange, store)
  if (fixtureFault) return selectFault(fixtureFault.faults, `fixture ${fixtureFault.name}`, exchange, store)
  for (const [index, { fault, rate, model: glob, session }] of faultRates.all.entries()) {
    if (session !== undefined && session !== exchange.session) continue
    if (glob !== undefined && !compileGlob(glob)(model)) continue
    if (rate < 1 && createRandom('fault', index, exchange.id).next() >= rate) continue
    return selectFault(fault, `rate ${index}`, exchange, store)
  }
  return undefined
}

function parseFaultHeader(text: string): Fault[] {
  try {
    return parseFaultText(text, 'x-mock-fault')
  } catch (error) {
    if (error instanceof ConfigError) throw new ApiError('bad_mock_header', { problem: error.message })
    throw error
  }
}

function selectFault(
  faults: readonly Fault[],
  name: string,
  exchange: Exchange,
  store: AppContext['store']
): MaybePromise<Fault | undefined> {
  // Only a list that comes to an end, or changes, needs to know how often it was met.
  if (faults[0]?.times === undefined) return faults[0]
  return andThen(store.take(`${exchange.session}\nfault\n${name}`), turn => findTurnFault(faults, turn ?? 0))
}

/** The refusal of a fault that is one. */
export function createFaultError({ status }: Fault, { errorCatalog }: AppContext): ApiError {
  const name = typeof status === 'number' ? defaultErrorNames(errorCatalog)[String(status)] : status
  if (name && Object.hasOwn(errorCatalog, name)) return new ApiError(name)
  throw new ApiError('bad_mock_header', {
    problem: `fault: no refusal stands for ${status}, expected a name of docs/errors.md or one of ${Object.keys(defaultErrorNames(errorCatalog)).join(', ')}`
  })
}

/** What happens to a connection on which nothing was answered. */
const connectionFaults: { [kind in Fault['kind']]?: (request: FastifyRequest) => void } = {
  hang: () => {},
  close: ({ raw }) => raw.socket.destroy(),
  reset: ({ raw }) => resetSocket(raw.socket)
}

/**
 * Node's own resetAndDestroy ends the stream first, so that clients may see an orderly end instead of the reset. This is the flag
 * that it sets, without that end.
 */
function resetSocket(socket: Socket): void {
  ;(socket as Socket & { resetAndClosing?: boolean }).resetAndClosing = true
  socket.destroy()
}

export interface FaultyResponse {
  head: ResponseHead
  contentType: string
  /** A stream, or a whole text with how many tokens are in it and when it is due. */
  timeline?: Timeline
  text?: string
  tokens: number
  due: number
}

/** Sends an answer with a fault in it. */
export function sendFaultyResponse(
  request: FastifyRequest,
  reply: FastifyReply,
  response: FaultyResponse,
  fault: Fault,
  { scheduler }: AppContext
): void {
  const { exchange } = request
  const { raw } = reply
  exchange.fault = formatFault(fault)
  exchange.streamed = response.timeline !== undefined
  reply.hijack()
  raw.once('close', () => {
    exchange.aborted = !raw.writableFinished
    reply.server.closeExchange(request)
  })
  const beforeHead = fault.after === undefined
  if (beforeHead && fault.kind in connectionFaults) {
    connectionFaults[fault.kind]!(request)
    return
  }
  const start = () => sendDamaged(request, reply, response, fault, scheduler)
  if (fault.kind !== 'delay') {
    start()
    return
  }
  exchange.delayMs = fault.ms ?? 0
  const cancel = scheduler.at(exchange.startedAt + (fault.ms ?? 0), start)
  raw.once('close', cancel)
}

function sendDamaged(
  request: FastifyRequest,
  reply: FastifyReply,
  response: FaultyResponse,
  fault: Fault,
  scheduler: AppContext['scheduler']
): void {
  const { exchange } = request
  const { raw } = reply
  const { head } = response
  const bodyText = response.text
  const timeline = response.timeline ?? textToTimeline(bodyText ?? '', response.tokens, response.due)
  const damaged = applyFault(timeline, fault)
  head.set('content-type', fault.kind === 'content-type' ? (fault.value ?? 'text/html') : response.contentType)
  if (bodyText !== undefined && !changesLength(fault)) head.set('content-length', String(Buffer.byteLength(bodyText)))
  exchange.status = 200
  if (fault.kind === 'empty' || fault.kind === 'gzip' || fault.kind === 'content-length') {
    const text = timeline.events.map(event => event.text).join('')
    sendDamagedBody(request, reply, text, head, fault)
    return
  }
  raw.writeHead(200, head.toPairs().flat())
  raw.flushHeaders()
  exchange.delayMs ||= damaged.events.at(-1)?.at ?? 0
  const startedAt = fault.kind === 'delay' ? performance.now() : exchange.startedAt
  playDamaged(request, reply, damaged, scheduler, startedAt)
}

// What is added or left out would break the length, so those answers go out in chunks.
const changesLength = ({ kind }: Fault) =>
  ['malformed', 'garbage', 'duplicate', 'drop', 'error', 'comments', 'truncate'].includes(kind)

function playDamaged(
  request: FastifyRequest,
  reply: FastifyReply,
  damaged: FaultyTimeline,
  scheduler: AppContext['scheduler'],
  startedAt: number
): void {
  const { exchange } = request
  const { raw } = reply
  let sentText = ''
  exchange.responseBody = {
    get length() {
      return sentText.length
    },
    get bytes() {
      return sentText.length
    },
    toString: () => sentText
  }
  const encoding = damaged.isBytes ? 'latin1' : 'utf8'
  const playback = scheduler.play(
    damaged,
    {
      write: text => {
        sentText += damaged.isBytes ? Buffer.from(text, 'latin1').toString() : text
        if (exchange.streamed) noteChunkTimes(exchange, text)
        exchange.firstByteMs ||= performance.now() - exchange.startedAt
        return raw.write(text, encoding)
      },
      end() {
        if (damaged.ending === 'end') raw.end()
        // A client that finds data and a reset together may take it for an orderly end, so the data goes ahead.
        else if (damaged.ending === 'reset') scheduler.at(performance.now() + 20, () => resetSocket(request.raw.socket))
      }
    },
    startedAt
  )
  raw.on('drain', playback.resume)
  raw.once('close', playback.stop)
}

function sendDamagedBody(
  request: FastifyRequest,
  reply: FastifyReply,
  text: string,
  head: ResponseHead,
  fault: Fault
): void {
  const { raw } = reply
  const body = fault.kind === 'empty' ? Buffer.alloc(0) : fault.kind === 'gzip' ? gzipSync(text) : Buffer.from(text)
  if (fault.kind === 'gzip') head.set('content-encoding', 'gzip')
  const lengthError = fault.kind === 'content-length' ? Number(fault.value ?? 10) : 0
  head.set('content-length', String(Math.max(0, body.length + lengthError)))
  request.exchange.responseBody = fault.kind === 'empty' ? '' : text
  raw.writeHead(200, head.toPairs().flat())
  raw.write(body)
  if (lengthError === 0) raw.end()
  // Node would hold back or refuse what does not fit the length, so the connection ends by itself.
  else request.raw.socket.end()
}
