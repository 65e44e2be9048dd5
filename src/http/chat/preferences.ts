/** Sends the response that a request prefers: `Prefer: code=429`, `Prefer: example=NAME`. */
import type { Operation } from '../../contract/operations.js'
import { selectResponse } from '../../contract/select-response.js'
import { ApiError } from '../../core/api-error.js'
import { toHeaderValue } from '../../core/header-rules.js'
import { formatJson } from '../../core/json-format.js'
import { defaultErrorNames } from '../../fixtures/error-catalog.js'
import type { AppContext } from '../context.js'
import { setSource } from '../exchange.js'
import { readPreference, readRequestFaults, readRequestTiming, refuseFaults } from '../prefer.js'
import { createHead } from '../response/headers.js'
import { readValidationMode } from '../validation-mode.js'
import { type ChatStep, next, sent } from './chat-call.js'

export function createPreferenceSteps(
  { errorCatalog, options }: AppContext,
  operation: Operation
): Record<'sendPreferredError' | 'sendPreferredExample', ChatStep> {
  return {
    sendPreferredError(call) {
      const preference = readPreference(call.request, errorCatalog)
      if (preference.code !== undefined && preference.code >= 400)
        throw createPreferredError(preference.code, errorCatalog)
      // An invalid header is an API error even if the body is valid.
      if (call.request.raw.headers['x-mock-validate'] !== undefined) readValidationMode(call.request, options.validate)
      call.preference = preference
      return next
    },

    sendPreferredExample(call) {
      const { code, example } = call.preference
      if (code === undefined && example === undefined) {
        call.timing = readRequestTiming(call.request)
        call.faults = readRequestFaults(call.request, errorCatalog)
        return next
      }
      refuseFaults(call.request, 'the responses that Prefer selects')
      const chosen = selectResponse(operation, call.preference)
      if (chosen.kind === 'unknown')
        throw new ApiError('unknown_preference', {
          what: chosen.parameter,
          asked: chosen.requested,
          known: chosen.available.join(', ')
        })
      if (chosen.kind !== 'example')
        throw new ApiError('unknown_preference', {
          what: 'code',
          asked: chosen.status,
          known: 'a status with an example'
        })
      setSource(call.exchange, 'example')
      const { value, status, mediaType } = chosen
      const text = typeof value === 'string' ? value : `${formatJson(value, 2)}\n`
      call.response.send({
        status,
        head: createHead(call.request, 'backend'),
        contentType: toHeaderValue(mediaType),
        text
      })
      return sent
    }
  }
}

/** Creates the default API error of a status. */
function createPreferredError(code: number, errorCatalog: AppContext['errorCatalog']): ApiError {
  const names = defaultErrorNames(errorCatalog)
  const name = names[code]
  if (name) return new ApiError(name)
  return new ApiError('unknown_preference', {
    what: 'code',
    asked: code,
    known: `200, ${Object.keys(names).join(', ')}`
  })
}
