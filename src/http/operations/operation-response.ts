/** Builds and sends the responses that fixtures give to operations without texts, vectors or verdicts. */
import type { Operation, OperationResponse } from '../../contract/operations.js'
import { findDefaultStatus, listResponses, negotiateMediaType } from '../../contract/select-response.js'
import { toHeaderValue } from '../../core/header-rules.js'
import { formatJson } from '../../core/json-format.js'
import type { CompletionReply, ResponseContent } from '../../core/reply.js'
import { computeDuration, createTextTimeline, toLazyTimeline } from '../../stream/timeline.js'
import { type ChatCall, type ChatStep, sent } from '../chat/chat-call.js'
import { scheduleResponse } from '../chat/schedule.js'
import { createReplyHead, sendWhenDue } from '../chat/send-reply.js'
import { sendTimeline } from '../chat/send-timeline.js'
import {
  createBodyTimeline,
  createSoundError,
  type SoundResponder,
  type SoundResponse
} from '../chat/sound-response.js'
import type { AppContext } from '../context.js'
import { openBudget } from '../exchange.js'

/** The status of a response, and what the document says about it. */
export interface DocumentedResponse {
  status: number
  mediaType: string | undefined
  /** A reference to the schema of a JSON body. */
  schema: string | undefined
}

/** The content of a reply. A function may return a text. */
export function readContent({ response, choices }: CompletionReply): ResponseContent | undefined {
  const text = choices[0]?.text
  return response ?? (text === undefined ? undefined : { body: text })
}

/** @param accept the header of the request */
export function describeResponse(
  operation: Operation,
  reply: CompletionReply,
  accept: string | undefined
): DocumentedResponse {
  const { body, base64Body, ...content } = readContent(reply) ?? {}
  const hasBody = body !== undefined || base64Body !== undefined
  const status = content.status ?? findDefaultStatus(operation, hasBody)
  if (!hasBody) return { status, mediaType: undefined, schema: undefined }
  const documented = listResponses(operation, status).filter(({ mediaType }) => mediaType && !mediaType.includes('*'))
  const { find, defaultType } =
    bodyKinds[base64Body !== undefined ? 'bytes' : typeof body === 'string' ? 'text' : 'json']
  const ownType = findContentType(reply.headers)
  const chosen =
    ownType === undefined
      ? find(documented, accept)
      : documented.find(({ mediaType }) => ownType.startsWith(mediaType!))
  return {
    status,
    mediaType: toHeaderValue(ownType ?? chosen?.mediaType ?? defaultType),
    schema: chosen && isJson(chosen) && base64Body === undefined ? chosen.schema : undefined
  }
}

const isJson = ({ mediaType = '' }: OperationResponse) => mediaType.includes('json')

interface BodyKind {
  /** Finds the response of the document with the media type of the body. */
  find(documented: readonly OperationResponse[], accept: string | undefined): OperationResponse | undefined
  /** The media type of a body that the document does not describe. */
  defaultType: string
}

const bodyKinds: Readonly<Record<'json' | 'text' | 'bytes', BodyKind>> = {
  json: { find: documented => documented.find(isJson), defaultType: 'application/json' },
  text: { find: negotiateMediaType, defaultType: 'text/plain; charset=utf-8' },
  bytes: { find: documented => documented.find(each => !isJson(each)), defaultType: 'application/octet-stream' }
}

const findContentType = (headers: CompletionReply['headers'] = {}) =>
  Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1]

const noUsage = { prompt: 0, reasoning: 0, visible: 0 }
const task = 'its response'
const charsPerUnit = 100

function buildResponse(call: ChatCall, operation: Operation, context: AppContext): SoundResponse {
  const { request, exchange, resolved } = call
  const { body, base64Body } = readContent(resolved.reply) ?? {}
  const { status, mediaType: contentType } = describeResponse(operation, resolved.reply, request.headers.accept)
  const isBytes = base64Body !== undefined
  const text = isBytes ? Buffer.from(base64Body, 'base64').toString('latin1') : formatBody(body)
  const budget = openBudget(exchange)
  budget.spendWork(Math.ceil(text.length / charsPerUnit), task)
  budget.spendBytes(text.length, task)
  const head = createReplyHead(call, context, 'stored')
  const schedule = scheduleResponse(call, noUsage, context.scheduler)
  const isStream = status === 200 && text !== '' && !isBytes && /^text\/event-stream\b/i.test(contentType ?? '')
  if (isStream) {
    const timeline = toLazyTimeline(createTextTimeline(text, schedule, () => true))
    return { status, head, contentType, isStream, timeline }
  }
  const timeline = createBodyTimeline(text, computeDuration(noUsage.visible, schedule))
  return { status, head, contentType, isStream, timeline, text, isBytes }
}

const formatBody = (body: ResponseContent['body']) =>
  body === undefined ? '' : typeof body === 'string' ? body : formatJson(body, 0)

export function createOperationSendStep(context: AppContext, operation: Operation): ChatStep {
  return call => {
    const {
      status,
      head,
      contentType,
      isStream,
      timeline,
      text = '',
      isBytes
    } = buildResponse(call, operation, context)
    if (!isStream) {
      const complete = { status, head, contentType, text, bytes: isBytes ? text.length : undefined }
      return sendWhenDue(call, noUsage, complete, context.scheduler)
    }
    sendTimeline(call, head, timeline, context)
    return sent
  }
}

/** Returns a function that builds the response without its fault. */
export const createOperationSound =
  (operation: Operation): SoundResponder =>
  async (call, context) => {
    const { error } = call.resolved
    return error ? createSoundError(call, error, context) : buildResponse(call, operation, context)
  }
