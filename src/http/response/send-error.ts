/** Sends API errors, and converts every other exception to an API error without a stack trace. */
import type { Socket } from 'node:net'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { abbreviate } from '../../core/abbreviate.js'
import { ApiError, type ErrorCatalog } from '../../core/api-error.js'
import { ConfigError } from '../../core/config-error.js'
import { toHeaderValue } from '../../core/header-rules.js'
import {
  describeError,
  findErrorTemplate,
  formatErrorEvent,
  formatErrorResponse
} from '../../fixtures/error-catalog.js'
import type { AppContext } from '../context.js'
import { logIgnoredFault, logUnexpectedError, setApiError, setIgnoredFault, setLimits } from '../exchange.js'
import { toAzureError } from './azure-errors.js'
import type { CompleteResponse } from './complete-response.js'
import { collectErrorParams, selectLimitHeaders } from './error-params.js'
import { createHead, type ResponseHead } from './headers.js'
import { findOpenResponse } from './node-internals.js'
import { ResponseStream } from './response-stream.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Sends an API error. Thrown errors come here too, but a direct call is cheaper than a throw. */
    sendApiError(request: FastifyRequest, reply: FastifyReply, apiError: ApiError, response?: ResponseStream): void
    /** Ends an exchange after an exception: sends its API error, or closes the connection if a head was sent. */
    failExchange(request: FastifyRequest, reply: FastifyReply, error: unknown, response?: ResponseStream): void
  }
}

export function registerErrorHandler(app: FastifyInstance, context: AppContext): void {
  app.setErrorHandler((error, request, reply) => failExchange(request, reply, error))
  app.decorate('sendApiError', sendApiError)
  app.decorate('failExchange', failExchange)

  function failExchange(
    request: FastifyRequest,
    reply: FastifyReply,
    error: unknown,
    response = new ResponseStream(request, reply)
  ) {
    const apiError = toApiError(error) ?? reportBug(request, context, error)
    try {
      if (!response.hasHead) return sendApiError(request, reply, apiError, response)
    } catch (sendingError) {
      logUnexpectedError(context, request, sendingError)
    }
    setApiError(request.exchange, apiError)
    response.cutOff()
  }

  function sendApiError(
    request: FastifyRequest,
    reply: FastifyReply,
    apiError: ApiError,
    response = new ResponseStream(request, reply)
  ) {
    const errorResponse = createErrorResponse(request, apiError, context)
    if (apiError.errorName !== 'bad_mock_header') reportUnusedFault(request)
    addIgnoredFault(errorResponse.head, request.exchange)
    response.send(errorResponse)
  }

  /** Reports the fault of a header that came too late, because the request already had an API error. */
  function reportUnusedFault({ exchange, raw }: FastifyRequest) {
    const header = raw.headers['x-mock-fault']
    if (header === undefined || exchange.fault !== undefined || exchange.ignoredFault !== undefined) return
    setIgnoredFault(exchange, `x-mock-fault: ${header}: the response is an API error without this fault`)
    logIgnoredFault(context, exchange)
  }
}

/** Creates the response of an API error, and records the error in the exchange. */
export function createErrorResponse(
  request: FastifyRequest,
  serviceError: ApiError,
  context: AppContext
): CompleteResponse {
  const { errorCatalog, reloadProblems } = context
  const { exchange } = request
  const apiError = exchange.azure ? toAzureError(serviceError) : serviceError
  setApiError(exchange, apiError)
  const { status, headers, body, contentType } = formatErrorResponse(errorCatalog, apiError, () =>
    collectErrorParams(request)
  )
  const [problem] = reloadProblems()
  const { layer, rateLimitHeaders = layer === 'backend' || status === 429 } = findErrorTemplate(errorCatalog, apiError)
  setLimits(exchange, rateLimitHeaders ? selectLimitHeaders(request, apiError, status, context) : undefined)
  const head = createHead(request, layer)
  head.add(headers)
  if (problem) head.setReport('x-mock-stale', problem)
  head.add(apiError.headers)
  return { status, head, contentType, text: body }
}

/** Adds the header that names a fault which did not apply. */
export function addIgnoredFault(head: ResponseHead, { ignoredFault }: FastifyRequest['exchange']): void {
  if (ignoredFault !== undefined) head.setReport('x-mock-fault-ignored', ignoredFault)
}

/** Returns undefined for an unexpected error. */
function toApiError(error: unknown): ApiError | undefined {
  if (error instanceof ApiError) return error
  if (error instanceof ConfigError) return new ApiError('bad_admin_request', { problems: error.problems.join('; ') })
  const { statusCode } = Object(error) as Partial<FastifyError>
  if (statusCode !== undefined && statusCode < 500) return new ApiError('body_not_json')
  return undefined
}

/** Logs an unexpected error with its stack, and returns the API error that tells the client about it. */
export function reportBug(request: FastifyRequest, context: AppContext, error: unknown): ApiError {
  logUnexpectedError(context, request, error)
  return new ApiError('standin_bug', { id: request.exchange.id })
}

/**
 * Sends an API error as the last event of an open stream.
 *
 * @param prefix ends an incomplete event that was sent before
 */
export async function endWithError(
  response: ResponseStream,
  request: FastifyRequest,
  apiError: ApiError,
  errorCatalog: ErrorCatalog,
  prefix = ''
): Promise<void> {
  setApiError(request.exchange, apiError)
  await response.writeAndWait(prefix + createErrorEvent(request, apiError, errorCatalog))
}

export const createErrorEvent = (request: FastifyRequest, apiError: ApiError, errorCatalog: ErrorCatalog): string =>
  formatErrorEvent(errorCatalog, apiError, () => collectErrorParams(request))

/** Adds `x-mock-refused`: the API error that the service would send, in a response that Standin sends in its place. */
export function addWarning(head: ResponseHead, errorCatalog: ErrorCatalog, apiError: ApiError | undefined): void {
  if (!apiError) return
  const { status } = findErrorTemplate(errorCatalog, apiError)
  const { message, param, code } = describeError(errorCatalog, apiError).error
  const place = abbreviate(String(param), 200)
  const quotedMessage = JSON.stringify(toHeaderValue(abbreviate(String(message), 1000)))
  head.setReport(
    'x-mock-refused',
    `${apiError.errorName}; status=${status}; param=${place}; code=${code ?? 'null'}; message=${quotedMessage}`
  )
}

/** Responds to invalid HTTP and to headers above the limit, for which Node creates no request. */
export function answerInvalidHttp(error: NodeJS.ErrnoException, socket: Socket): void {
  // What the client sends after invalid data is invalid too.
  if (error.code === 'ECONNRESET' || socket.destroyed || socket.writableEnded) return
  const response = findOpenResponse(socket)
  // A second head would be a part of the response under way.
  if (response?.headersSent) socket.destroy()
  else if (response?.req.complete) {
    // The request before the invalid data gets its response first.
    socket.pause()
    response.once('finish', () => sendInvalidHttp(error, socket))
  } else sendInvalidHttp(error, socket)
}

function sendInvalidHttp(error: NodeJS.ErrnoException, socket: Socket): void {
  const [status, message] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? ['431 Request Header Fields Too Large', 'The headers of your request are too large.']
      : ['400 Bad Request', 'Your request is not valid HTTP.']
  const body = `${JSON.stringify({ error: { message, type: 'invalid_request_error', param: null, code: null } }, null, 4)}\n`
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`
  )
  // Only a socket that reads sees that the client closes its side, and a server waits for that when it closes.
  socket.resume()
}
