/** Sends a response with a fault: damaged data, or a broken connection. */
import { ApiError } from '../../core/api-error.js'
import { type Fault, findStreamOnlyPart, formatFault } from '../../core/fault.js'
import { applyFault, commentEvent, type FaultProblem, type FaultyTimeline } from '../../stream/apply-fault.js'
import type { Scheduler } from '../../stream/scheduler.js'
import { maxFaultMs } from '../../stream/split-bytes.js'
import type { AppContext } from '../context.js'
import { logIgnoredFault, setFault, setIgnoredFault } from '../exchange.js'
import type { ResponseStream } from '../response/response-stream.js'
import { addIgnoredFault, createErrorEvent } from '../response/send-error.js'
import { type ChatCall, type ChatStep, next, sent } from './chat-call.js'
import { type DamagedBody, damageBody } from './damage-body.js'
import { createFaultError, defaultEventError, selectFault } from './select-fault.js'
import { storeCompletion } from './send-reply.js'
import { createSoundResponse, type SoundResponder, type SoundResponse } from './sound-response.js'

/** Returns false for most requests: no header, fixture or rate sets a fault. */
export const mayHaveFault = (
  { raw }: ChatCall['request'],
  fixtureFault: ChatCall['resolved']['fault'],
  { all }: AppContext['faultRates']
): boolean => fixtureFault !== undefined || raw.headers['x-mock-fault'] !== undefined || all.length > 0

/** The step returns `next` when the request has no fault. @param createSound builds the response without its fault */
export function createFaultStep(context: AppContext, createSound: SoundResponder = createSoundResponse): ChatStep {
  const { faultRates, scheduler } = context
  return call => (mayHaveFault(call.request, call.resolved.fault, faultRates) ? sendIfFaulty(call) : next)

  async function sendIfFaulty(call: ChatCall): Promise<boolean> {
    const selected = await selectFault(call, context)
    if (!selected) return sendSound(call)
    const { fault, source } = selected
    if (!fault) {
      setIgnoredFault(call.exchange, `${source}: each fault has happened as often as its times`)
      return sendSound(call)
    }
    if (fault.kind === 'status') {
      setFault(call.exchange, formatFault(fault))
      throw createFaultError(fault.status!, context)
    }
    const sound = await createSound(call, context)
    const damaged = await damage(call, sound, fault, context)
    if ('problem' in damaged) {
      const ignored = `${source}: ${formatFault(fault)}: ${damaged.problem}`
      if (selected.isFromHeader) throw new ApiError('bad_mock_header', { problem: ignored })
      setIgnoredFault(call.exchange, ignored)
      logIgnoredFault(context, call.exchange)
      addIgnoredFault(sound.head, call.exchange)
    } else setFault(call.exchange, formatFault(fault))
    if (call.chat.store && sound.completion) await storeCompletion(call, sound.completion, context)
    if ('problem' in damaged) play(call.response, sound, { ...sound.timeline, ending: 'end' }, scheduler)
    else sendWithFault(call.response, sound, fault, damaged, scheduler)
    return sent
  }

  /** An error reply without a fault is an ordinary API error. Other replies go on to the next step. */
  function sendSound({ resolved }: ChatCall): boolean {
    if (resolved.error) throw resolved.error
    return next
  }
}

async function damage(
  { request }: ChatCall,
  sound: SoundResponse,
  fault: Fault,
  context: AppContext
): Promise<FaultyTimeline | DamagedBody | FaultProblem> {
  const { isStream, timeline, isBytes } = sound
  const part = isStream ? undefined : findStreamOnlyPart(fault)
  if (part) return { problem: `the response is JSON, and only streams can have ${part}` }
  if (fault.kind === 'content-type' && wrongContentType(fault) === sound.contentType)
    return { problem: 'the response has this content type by itself' }
  const damagedBody = await damageBody(sound, fault)
  if (damagedBody) return damagedBody
  const eventError = createFaultError(fault.error ?? defaultEventError, context)
  const errorEvent = fault.kind === 'error' ? createErrorEvent(request, eventError, context.errorCatalog) : ''
  return applyFault({ timeline, isStream, errorEvent, isBytes }, fault)
}

function sendWithFault(
  response: ResponseStream,
  sound: SoundResponse,
  fault: Fault,
  damaged: FaultyTimeline | DamagedBody,
  scheduler: Scheduler
): void {
  response.watch(sound.isStream)
  if (fault.after === undefined && connectionFaults.has(fault.kind)) {
    finish(response, { ...nothing, ending: fault.kind as FaultyTimeline['ending'] }, fault, scheduler)
  } else if (fault.kind === 'delay' && fault.after === undefined) {
    const startPlay = () => play(response, sound, damaged as FaultyTimeline, scheduler, fault, performance.now())
    response.wait(fault.ms ?? 0, scheduler, startPlay)
  } else if ('body' in damaged) {
    response.wait(damaged.dueAt, scheduler, () => sendBody(response, sound, damaged))
  } else play(response, sound, damaged, scheduler, fault)
}

const nothing = { dueTimes: [], text: () => '' }

/** The faults that break the connection. Without `after`, nothing is sent before. */
const connectionFaults: ReadonlySet<Fault['kind']> = new Set(['hang', 'close', 'reset'])

function play(
  response: ResponseStream,
  { head, status, contentType, isStream, text, isBytes }: SoundResponse,
  faulty: FaultyTimeline,
  scheduler: Scheduler,
  fault?: Fault,
  startedAt?: number
): void {
  if (text !== undefined && !(fault && lengthFaults.has(fault.kind)))
    head.set('content-length', String(Buffer.byteLength(text, isBytes ? 'latin1' : 'utf8')))
  response.openRaw(head, fault?.kind === 'content-type' ? wrongContentType(fault) : contentType, isStream, status)
  response.play(faulty, scheduler, {
    startedAt,
    isBytes: faulty.isBytes ?? isBytes,
    onEnd: () => finish(response, faulty, fault, scheduler)
  })
}

const wrongContentType = ({ value = 'text/html' }: Fault) => value

/** The faults that change the length of a body, which then has no content-length. */
const lengthFaults: ReadonlySet<Fault['kind']> = new Set(['garbage', 'duplicate', 'drop', 'truncate'])

function finish(
  response: ResponseStream,
  faulty: FaultyTimeline,
  fault: Fault | undefined,
  scheduler: Scheduler
): void {
  const { ending } = faulty
  if (ending === 'end') response.end()
  else if (ending === 'close') response.breakConnection('close')
  else if (ending === 'reset') resetLater(response, faulty, scheduler)
  else {
    response.breakConnection('hang')
    if (fault?.commentMs !== undefined) sendComments(response, fault.commentMs, scheduler)
  }
}

/** A reset discards data that the client has not read, and clients may then see an orderly end. So the reset waits. */
function resetLater(response: ResponseStream, { dueTimes, text }: FaultyTimeline, scheduler: Scheduler): void {
  const waitMs = 20 + Math.min(1000, text(0, dueTimes.length).length / readCharsPerMs)
  response.afterFlush(() => void scheduler.at(performance.now() + waitMs, () => response.breakConnection('reset')))
}

// A slow client.
const readCharsPerMs = 10_000

/** Sends comments until the client leaves, or until the fault has taken its longest time. */
function sendComments(response: ResponseStream, commentMs: number, scheduler: Scheduler): void {
  const end = performance.now() + maxFaultMs
  const sendNext = () => {
    if (response.isClosed) return
    if (performance.now() >= end) response.breakConnection('reset')
    // A client that does not read gets no further comments.
    else if (response.write(commentEvent)) scheduler.at(performance.now() + commentMs, sendNext)
  }
  scheduler.at(performance.now() + commentMs, sendNext)
}

function sendBody(
  response: ResponseStream,
  sound: SoundResponse,
  { body, text, headers, isComplete }: DamagedBody
): void {
  const { head, status, contentType, isStream } = sound
  for (const name in headers) head.set(name, headers[name]!)
  response.openRaw(head, contentType, isStream, status)
  response.write(body, text)
  // Node rejects a body that does not fit its length, so the connection ends in place of the response.
  if (isComplete) response.end()
  else response.breakConnection('close')
}
