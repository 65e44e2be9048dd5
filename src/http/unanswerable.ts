/** Converts the failure to generate a value for a schema to an API error. */
import { ApiError } from '../core/api-error.js'
import { Unsatisfiable } from '../sample/sample.js'

/** Generates content. Throws an ApiError if no value satisfies the schema of the request. */
export function generateOrRefuse<T>(generate: () => T): T {
  try {
    return generate()
  } catch (error) {
    if (error instanceof Unsatisfiable) throw new ApiError('unanswerable_schema', { what: error.message })
    throw error
  }
}
