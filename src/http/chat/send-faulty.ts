/** Sends a response with a fault: damaged data, or a broken connection. */
import { gzipSync } from 'node:zlib'
import { type Fault, formatFault } from '../../core/fault.js'
import { applyFault, textToTimeline } from '../../stream/apply-fault.js'
import type { Scheduler } from '../../stream/scheduler.js'
import { computeDuration, type Timeline, toLazyTimeline } from '../../stream/timeline.js'
import type { AppContext } from '../context.js'
import { setFault } from '../exchange.js'
import {
  type BuiltCompletion,
  completeChat,
  createReplyTimeline,
  formatJsonBody,
  summarizeUsage
} from '../response/completion-body.js'
import { createHead, eventStreamContentType, jsonContentType, type ResponseHead } from '../response/headers.js'
import type { ResponseStream } from '../response/response-stream.js'
import { type ChatCall, type ChatStep, next, sent } from './chat-call.js'
import { scheduleResponse } from './schedule.js'
import { createFaultError, selectFault } from './select-fault.js'

/** A response before its fault. */
interface SoundResponse {
  head: ResponseHead
  contentType: string
  timeline: Timeline
  /** The body of a response that is not a stream. */
  text?: string
}

/** Returns false for most requests: no header, fixture or rate sets a fault. */
export const mayHaveFault = (
  { raw }: ChatCall['request'],
  fixtureFault: ChatCall['resolved']['fault'],
  { all }: AppContext['faultRates']
): boolean => fixtureFault !== undefined || raw.headers['x-mock-fault'] !== undefined || all.length > 0

/** The step returns `next` when the request has no fault. */
export function createFaultStep(context: AppContext): ChatStep {
  const { faultRates, scheduler, tokenizer } = context
  return call => (mayHaveFault(call.request, call.resolved.fault, faultRates) ? sendIfFaulty(call) : next)

  async function sendIfFaulty(call: ChatCall): Promise<boolean> {
    const fault = await selectFault(call, context)
    if (!fault) return next
    setFault(call.exchange, formatFault(fault))
    if (fault.kind === 'status') throw createFaultError(fault, context)
    const { chat, model, resolved, identity } = call
    const input = { request: chat, model, reply: resolved.reply, identity }
    const built = await tokenizer.withEncoding(model.encoding, tokens => completeChat(input, tokens))
    sendWithFault(call.response, createSoundResponse(call, built, scheduler), fault, scheduler)
    return sent
  }
}

function createSoundResponse(
  call: ChatCall,
  { completion, chunks }: BuiltCompletion,
  scheduler: Scheduler
): SoundResponse {
  const { reply } = call.resolved
  const head = createHead(call.request, 'backend')
  head.add(reply.headers)
  const usage = summarizeUsage(completion.usage)
  const schedule = scheduleResponse(call, usage, scheduler)
  if (chunks)
    return {
      head,
      contentType: head.contentType ?? eventStreamContentType,
      timeline: createReplyTimeline(reply, chunks, schedule)
    }
  const text = formatJsonBody(reply, completion)
  const timeline = textToTimeline(text, usage.visible, computeDuration(usage.visible, schedule))
  return { head, contentType: head.contentType ?? jsonContentType, timeline, text }
}

function sendWithFault(response: ResponseStream, sound: SoundResponse, fault: Fault, scheduler: Scheduler): void {
  response.watch(sound.text === undefined)
  const breakConnection = fault.after === undefined ? connectionFaults[fault.kind] : undefined
  if (breakConnection) breakConnection(response)
  else if (fault.kind === 'delay')
    response.wait(fault.ms ?? 0, scheduler, () => sendDamaged(response, sound, fault, scheduler, performance.now()))
  else sendDamaged(response, sound, fault, scheduler)
}

function sendDamaged(
  response: ResponseStream,
  sound: SoundResponse,
  fault: Fault,
  scheduler: Scheduler,
  startedAt?: number
): void {
  const { head, timeline, text } = sound
  const contentType = fault.kind === 'content-type' ? (fault.value ?? 'text/html') : sound.contentType
  if (bodyFaults.has(fault.kind)) {
    const body = text ?? timeline.events.map(event => event.text).join('')
    sendDamagedBody(response, head, contentType, body, fault)
    return
  }
  if (text !== undefined && !lengthFaults.has(fault.kind)) head.set('content-length', String(Buffer.byteLength(text)))
  const damaged = applyFault(timeline, fault)
  response.openRaw(head, contentType, text === undefined)
  response.play(toLazyTimeline(damaged), scheduler, {
    startedAt,
    isBytes: damaged.isBytes,
    onEnd() {
      if (damaged.ending === 'end') response.end()
      // A client may mistake data that comes together with a reset for an orderly end, so the reset waits.
      else if (damaged.ending === 'reset') scheduler.at(performance.now() + 20, () => response.breakConnection('reset'))
    }
  })
}

/** The faults that send nothing. */
const connectionFaults: { [kind in Fault['kind']]?: (response: ResponseStream) => void } = {
  hang: () => {},
  close: response => response.breakConnection('close'),
  reset: response => response.breakConnection('reset')
}

/** The faults that need the complete body. */
const bodyFaults: ReadonlySet<Fault['kind']> = new Set(['empty', 'gzip', 'content-length'])

/** The faults that change the length of a body, which then has no content-length. */
const lengthFaults: ReadonlySet<Fault['kind']> = new Set([
  'malformed',
  'garbage',
  'duplicate',
  'drop',
  'error',
  'comments',
  'truncate'
])

function sendDamagedBody(
  response: ResponseStream,
  head: ResponseHead,
  contentType: string,
  text: string,
  { kind, value }: Fault
): void {
  const body = kind === 'empty' ? Buffer.alloc(0) : kind === 'gzip' ? gzipSync(text) : Buffer.from(text)
  if (kind === 'gzip') head.set('content-encoding', 'gzip')
  const lengthError = kind === 'content-length' ? Number(value ?? 10) : 0
  head.set('content-length', String(Math.max(0, body.length + lengthError)))
  response.openRaw(head, contentType, contentType === eventStreamContentType)
  response.write(body, text)
  // Node rejects a body that does not fit its length, so the connection ends in place of the response.
  if (lengthError === 0) response.end()
  else response.breakConnection('end')
}
