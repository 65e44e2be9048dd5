/** Reads and parses request bodies. */
import { constants } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ApiError } from '../core/api-error.js'
import { fixedLimits } from '../core/fixed-limits.js'
import { findStringEnd } from '../core/json-source.js'
import { withModel } from '../core/to-chat-request.js'
import type { AppContext, CallerCheck } from './context.js'
import { logCutUpload, setRequestBody } from './exchange.js'
import { createKnownBodies, type KnownBody } from './known-bodies.js'
import { closesConnection } from './response/node-internals.js'
import { ResponseStream } from './response/response-stream.js'

declare module 'fastify' {
  interface FastifyRequest {
    /** The body, if it is large and came before. */
    knownBody: KnownBody | undefined
  }
}

/**
 * Reads every body in a hook. Fastify's own reader keeps an asynchronous context for custom parsers, which costs more
 * than the parsing of a plain request.
 *
 * @param checkCaller runs after the body is read, because an earlier response could reset the client's connection
 */
export function registerBodyHook(app: FastifyInstance, context: AppContext, checkCaller: CallerCheck): void {
  const limit = context.options.bodyLimitMb * 1024 * 1024
  const findKnownBody = createKnownBodies(fixedLimits.bodyCache)
  app.decorateRequest('knownBody', undefined)
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'QUERY'])
    app.addHttpMethod(method, { hasBody: false, overrideExisting: true })
  app.addHook('preValidation', (request, reply, done) => {
    const { raw, exchange } = request
    const length = raw.headers['content-length']
    if (length === undefined ? raw.headers['transfer-encoding'] === undefined : length === '0')
      return done(checkCaller(request))
    const readLimit = limit + (closesConnection(reply.raw) ? maxDiscardedBytes : 0)
    if (Number(length) > readLimit) return done(new ApiError('body_too_large', { limit }))
    const encoding = raw.headers['content-encoding']
    const onText = (text: string) => {
      setRequestBody(exchange, text)
      done(checkCaller(request))
    }
    readBody(raw, limit, readLimit, {
      onBytes(bytes) {
        if (encoding === undefined || encoding === '' || encoding === 'identity') {
          const known = findKnownBody(bytes)
          if (known) request.knownBody = known
          return onText(known ? known.text : bytes.toString())
        }
        // Few clients compress their requests.
        import('./content-encoding.js')
          .then(({ decompress }) => decompress(bytes, encoding, Math.min(limit, maxTextBytes)))
          .then(decompressed => onText(decompressed.toString()), done)
      },
      onError: done,
      onCut(error) {
        logCutUpload(context, request, error)
        new ResponseStream(request, reply).abandon()
      }
    })
  })
}

/** Exactly one of the functions is called, once. */
interface BodyListener {
  onBytes(bytes: Buffer): void
  onError(error: ApiError): void
  /** The client left before the end of its body. */
  onCut(error: Error): void
}

// The longest text that Node can hold.
const maxTextBytes = constants.MAX_STRING_LENGTH

// A client that closes its connection sees the response to a body that is too large only if the body was read. On other
// connections, Node reads the rest of the body after the response.
const maxDiscardedBytes = 64 * 1024 * 1024

function readBody(
  stream: IncomingMessage,
  limit: number,
  readLimit: number,
  { onBytes, onError, onCut }: BodyListener
): void {
  const parts: Buffer[] = []
  let size = 0
  let isOver = false
  stream.on('data', (part: Buffer) => {
    size += part.length
    if (size <= limit) parts.push(part)
    else parts.length = 0
    if (isOver || size <= readLimit) return
    isOver = true
    onError(new ApiError('body_too_large', { limit }))
  })
  stream.on('end', () => {
    if (isOver) return
    isOver = true
    if (size > Math.min(limit, maxTextBytes)) return onError(new ApiError('body_too_large', { limit }))
    // Most bodies come in one piece, and need no joining.
    onBytes(parts.length === 1 ? parts[0]! : Buffer.concat(parts))
  })
  // A client that leaves after its response causes an error too, which needs a listener.
  stream.on('error', error => {
    if (!isOver) onCut(error)
    isOver = true
  })
}

const jsonMediaType = /^application\/(?:[\w.+-]+\+)?json\b/i

export function hasJsonType({ raw }: FastifyRequest): boolean {
  const type = raw.headers['content-type']
  return type === 'application/json' || jsonMediaType.test(type ?? '')
}

/**
 * Parses the body of a request. An empty body, or a body without a JSON content type, counts as `{}`: the service then
 * reports the missing model.
 */
export function parseBody(request: FastifyRequest): unknown {
  const { body, azure } = request.exchange
  const parsed = body?.length && hasJsonType(request) ? parseOrThrow(body) : {}
  // On Azure, the deployment decides, whatever model the body names.
  return azure?.deployment === undefined ? parsed : withModel(parsed, azure.deployment)
}

function parseOrThrow(body: string): unknown {
  try {
    return parseJson(body)
  } catch {
    throw new ApiError('body_not_json')
  }
}

// Real bodies are not nested so deep, and a recursive function would overflow the stack.
const maxJsonDepth = 512
// Parsing half a million lists blocks the event loop for too long. A string of the same length does not.
const maxJsonContainers = 250_000
// Every further use of an object costs more the more members it has.
const maxJsonMembers = 50_000

/** Parses untrusted JSON. Throws an Error whose message is the problem. */
export function parseJson(body: string): unknown {
  if (body.length > 2 * maxJsonDepth) {
    const { depth, containers, members } = measureJson(body)
    if (depth > maxJsonDepth) throw new Error(`it is nested more than ${maxJsonDepth} deep`)
    if (containers > maxJsonContainers) throw new Error(`it has more than ${maxJsonContainers} lists and objects`)
    if (members > maxJsonMembers) throw new Error(`it has an object with more than ${maxJsonMembers} members`)
  }
  return JSON.parse(body)
}

// Strings are skipped, so that long texts cost little.
function measureJson(body: string): { depth: number; containers: number; members: number } {
  // The members of the open containers, by level.
  const counts = new Uint32Array(maxJsonDepth + 2)
  let members = 0
  let openContainers = 0
  let depth = 0
  let containers = 0
  for (let index = 0; index < body.length; index++) {
    const charCode = body.charCodeAt(index)
    if (charCode === 0x22) index = findStringEnd(body, index)
    else if (charCode === 0x5b || charCode === 0x7b) {
      containers++
      if (++openContainers > depth) depth = openContainers
      if (depth > maxJsonDepth) break
      counts[openContainers] = 0
    } else if (charCode === 0x5d || charCode === 0x7d) openContainers--
    else if (charCode === 0x3a) {
      counts[openContainers]!++
      if (counts[openContainers]! > members) members = counts[openContainers]!
    }
  }
  return { depth, containers, members }
}
