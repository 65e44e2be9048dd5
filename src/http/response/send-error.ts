/** Sends API errors, and converts every other exception to an API error without a stack trace. */
import type { Socket } from 'node:net'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ApiError, type ErrorCatalog } from '../../core/api-error.js'
import { ConfigError } from '../../core/config-error.js'
import { formatErrorEvent, formatErrorResponse } from '../../fixtures/error-catalog.js'
import type { AppContext } from '../context.js'
import { logUnexpectedError, setApiError, setLimits } from '../exchange.js'
import { collectErrorParams, selectLimitHeaders } from './error-params.js'
import { createHead, type ResponseHead, toHeaderValue } from './headers.js'
import { ResponseStream } from './response-stream.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Sends an API error. Thrown errors come here too, but a direct call is cheaper than a throw. */
    sendApiError(request: FastifyRequest, reply: FastifyReply, apiError: ApiError, response?: ResponseStream): void
  }
}

export function registerErrorHandler(app: FastifyInstance, context: AppContext): void {
  const { errorCatalog, reloadProblems } = context
  app.setErrorHandler((error: FastifyError | ApiError | ConfigError, request, reply) => {
    const apiError = toApiError(error)
    if (apiError.errorName === 'server_error' && !(error instanceof ApiError))
      logUnexpectedError(context, request, error)
    return sendApiError(request, reply, apiError)
  })
  // Unknown paths and wrong methods get the service's empty 404.
  app.setNotFoundHandler((request, reply) => sendApiError(request, reply, new ApiError('no_route')))

  app.decorate('sendApiError', sendApiError)

  function sendApiError(
    request: FastifyRequest,
    reply: FastifyReply,
    apiError: ApiError,
    response = new ResponseStream(request, reply)
  ) {
    setApiError(request.exchange, apiError)
    const { status, headers, body, contentType } = formatErrorResponse(errorCatalog, apiError, () =>
      collectErrorParams(request)
    )
    const [problem] = reloadProblems()
    const layer = (apiError.template ?? errorCatalog[apiError.errorName])?.layer ?? 'backend'
    if (layer === 'backend' || status === 429)
      setLimits(request.exchange, selectLimitHeaders(request, apiError, status, context))
    const head = createHead(request, layer, status)
    head.add(headers)
    if (problem) head.set('x-mock-stale', toHeaderValue(problem))
    head.add(apiError.headers)
    response.send({ status, head, contentType, text: body })
  }
}

function toApiError(error: FastifyError | ApiError | ConfigError): ApiError {
  if (error instanceof ApiError) return error
  if (error instanceof ConfigError) return new ApiError('bad_admin_request', { problems: error.problems.join('; ') })
  if (error.statusCode !== undefined && error.statusCode < 500) return new ApiError('body_not_json')
  return new ApiError('server_error')
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
  await response.writeAndWait(prefix + formatErrorEvent(errorCatalog, apiError, () => collectErrorParams(request)))
}

/** Adds `x-mock-refused`: the API error that the service would send, in a response that Standin sends in its place. */
export function addWarning(head: ResponseHead, errorCatalog: ErrorCatalog, apiError: ApiError | undefined): void {
  if (!apiError) return
  const { status, body } = formatErrorResponse(errorCatalog, apiError)
  const { message, param, code } = JSON.parse(body).error
  const quotedMessage = JSON.stringify(toAscii(String(message)))
  head.set(
    'x-mock-refused',
    toAscii(
      `${apiError.errorName}; status=${status}; param=${param ?? 'null'}; code=${code ?? 'null'}; message=${quotedMessage}`
    )
  )
}

const toAscii = (text: string) => text.replace(/[^\x20-\x7e]/g, '?')

/** Responds to invalid HTTP and to headers above the limit, for which Node creates no request. */
export function answerInvalidHttp(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  const [status, message] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? ['431 Request Header Fields Too Large', 'The headers of your request are too large.']
      : ['400 Bad Request', 'Your request is not valid HTTP.']
  const body = `${JSON.stringify({ error: { message, type: 'invalid_request_error', param: null, code: null } }, null, 4)}\n`
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`
  )
}
