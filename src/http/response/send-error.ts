/** The one place that writes refusals: whatever was thrown becomes the service's bytes, never a stack trace. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ApiError, ConfigError } from '../../core/api-error.js'
import { formatErrorResponse } from '../../fixtures/error-catalog.js'
import type { AppContext } from '../context.js'
import { collectErrorParams, selectLimitHeaders } from './error-facts.js'
import { createHead, toHeaderValue } from './headers.js'
import { sendResponse } from './send.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Answers with a refusal. What is thrown comes here too; the refusals that most requests meet are spared the throw. */
    sendApiError(request: FastifyRequest, reply: FastifyReply, apiError: ApiError): void
  }
}

export function registerErrorHandler(app: FastifyInstance, context: AppContext): void {
  const { errorCatalog, log, reloadProblems } = context
  app.setErrorHandler((error: FastifyError | ApiError | ConfigError, request, reply) => {
    const apiError = toApiError(error)
    if (apiError.errorName === 'server_error' && !(error instanceof ApiError))
      log.error({ err: error, url: request.url, id: request.exchange?.id }, 'unexpected error')
    return sendApiError(request, reply, apiError)
  })
  // Unknown paths and wrong methods get the service's empty 404.
  app.setNotFoundHandler((request, reply) => sendApiError(request, reply, new ApiError('no_route')))

  app.decorate('sendApiError', sendApiError)

  function sendApiError(request: FastifyRequest, reply: FastifyReply, apiError: ApiError) {
    request.exchange.apiError = apiError
    const { status, headers, body, contentType } = formatErrorResponse(errorCatalog, apiError, () =>
      collectErrorParams(request)
    )
    const [problem] = reloadProblems()
    const layer = (apiError.template ?? errorCatalog[apiError.errorName])?.layer ?? 'backend'
    if (layer === 'backend' || status === 429)
      request.exchange.limits = selectLimitHeaders(request, apiError, status, context)
    const head = createHead(request, layer, status)
    head.add(headers)
    if (problem) head.set('x-mock-stale', toHeaderValue(problem))
    head.add(apiError.headers)
    return sendResponse(request, reply, { status, head, contentType, text: body })
  }
}

function toApiError(error: FastifyError | ApiError | ConfigError): ApiError {
  if (error instanceof ApiError) return error
  if (error instanceof ConfigError) return new ApiError('bad_admin_request', { problems: error.problems.join('; ') })
  if (error.statusCode !== undefined && error.statusCode < 500) return new ApiError('body_not_json')
  return new ApiError('server_error')
}
