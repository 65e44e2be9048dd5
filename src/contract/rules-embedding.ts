/** Defines what the service checks of a request for embeddings, beside its schema. */
import { ApiError } from '../core/api-error.js'
import type { Model } from '../core/model.js'
import { findBadToken, type InputTokens, listInputs } from '../core/text-inputs.js'
import { formatPythonRepr } from './error-phrases.js'
import type { JsonBody, TextRules } from './text-rules.js'

/** The tokens of all inputs together. */
const maxRequestTokens = 300_000

export const embeddingRules: TextRules = {
  order: ['input', 'dimensions', 'encoding_format', 'user'],
  findModelError: ({ kind }) => (kind === 'embedding' ? undefined : new ApiError('model_not_embeddable')),
  toUnknownError: names =>
    new ApiError('unrecognized_embedding_arguments', { s: names.length > 1 ? 's' : '', names: names.join(', ') }),
  toFieldError(p, value, { keyword, params }) {
    if (p === 'input') return new ApiError('invalid_embedding_input')
    if (keyword === 'minimum')
      return new ApiError('embedding_value_below_minimum', { p, value: String(value), limit: Number(params.limit) })
    if (p === 'encoding_format' && typeof value === 'string') return new ApiError('invalid_encoding_format', { value })
    const type = [params.type].flat().find(each => each !== 'null') ?? 'string'
    return new ApiError('invalid_embedding_type', { p, value: formatPythonRepr(value), type: String(type) })
  },
  findError: (body, model, tokens) =>
    findDimensionsError(body, model) ?? findTokenError(body, tokens) ?? findLengthError(body, model, tokens)
}

function findDimensionsError({ dimensions }: JsonBody, model: Model): ApiError | undefined {
  if (typeof dimensions !== 'number') return undefined
  if (!model.shortVectors) return new ApiError('dimensions_not_supported')
  // The dimensions of an unknown model are not known.
  if (!model.isKnown || dimensions <= model.dimensions) return undefined
  return new ApiError('dimensions_above_maximum', { value: dimensions, limit: model.dimensions })
}

function findTokenError({ input }: JsonBody, tokens: InputTokens): ApiError | undefined {
  const badToken = findBadToken(input, tokens)
  return badToken === undefined ? undefined : new ApiError('invalid_embedding_token', { value: badToken })
}

function findLengthError({ input }: JsonBody, model: Model, tokens: InputTokens): ApiError | undefined {
  let total = 0
  for (const each of listInputs(input)) {
    // Above the limit, an estimate is enough.
    const isCounted = total <= maxRequestTokens
    const length = typeof each !== 'string' ? each.length : isCounted ? tokens.count(each) : Math.ceil(each.length / 4)
    if (isCounted && length > model.contextWindow)
      return new ApiError('embedding_input_too_long', { limit: model.contextWindow })
    total += length
  }
  return total > maxRequestTokens
    ? new ApiError('embedding_request_too_long', { count: total, limit: maxRequestTokens })
    : undefined
}
