/** Writes the numbers of an API error as the client wrote them: the service says that it got `99.0`, not `99`. */
import { ApiError } from '../core/api-error.js'
import { followPath, fromPointer } from '../core/json-pointer.js'
import { findNumberText } from '../core/json-source.js'

/**
 * Returns the error with the number at its path as the body's text has it. Only an error is worth the search: a valid body
 * costs nothing.
 *
 * @param text the JSON of the body
 */
export function restoreNumberText(error: ApiError, body: unknown, text: string): ApiError {
  const { errorName, params, reason } = error
  if (params.value === undefined && params.got === undefined) return error
  for (const path of [fromPointer(reason?.pointer ?? ''), splitParamPath(String(params.p))]) {
    const number = followPath(body, path)
    const written = typeof number === 'number' ? findNumberText(text, path) : undefined
    if (written === undefined) continue
    const restored = { ...params }
    if (String(params.value) === String(number)) restored.value = written
    if (params.got === 'an integer' && /[.eE]/.test(written)) restored.got = 'a decimal number'
    return new ApiError(errorName, restored, undefined, reason)
  }
  return error
}

/** Splits a path such as `messages[0].content`. */
const splitParamPath = (path: string): string[] => path.split(/[.[\]]+/).filter(step => step !== '')
