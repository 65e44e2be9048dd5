/** Defines what the service checks of a request for legacy completions, beside its schema. */
import { ApiError } from '../core/api-error.js'
import { defaultMaxTokens } from '../core/fixed-limits.js'
import type { Model, ModelKind } from '../core/model.js'
import { findBadToken, type InputTokens, readInputs } from '../core/text-inputs.js'
import type { JsonBody, TextRules } from './text-rules.js'

const chatKinds: ReadonlySet<ModelKind> = new Set(['chat', 'audio', 'search'])

export const completionRules: TextRules = {
  // The rest is checked in the order of the document.
  order: ['prompt'],
  findModelError: ({ kind }) =>
    kind === 'completion'
      ? undefined
      : new ApiError(chatKinds.has(kind) ? 'chat_model_in_completions' : 'model_not_samplable'),
  toUnknownError: names =>
    new ApiError('unrecognized_arguments', { s: names.length > 1 ? 's' : '', names: names.join(', ') }),
  findError: (body, model, tokens) =>
    findOptionError(body) ?? findTokenError(body, tokens) ?? findLengthError(body, model, tokens)
}

function findOptionError({ stream, stream_options, n, best_of }: JsonBody): ApiError | undefined {
  if (stream_options != null && !stream) return new ApiError('stream_options_without_stream')
  if (typeof best_of !== 'number' || Number(n ?? 1) <= best_of) return undefined
  return new ApiError('best_of_below_n', { n: Number(n ?? 1), best_of })
}

function findTokenError({ prompt }: JsonBody, tokens: InputTokens): ApiError | undefined {
  const badToken = findBadToken(prompt, tokens)
  return badToken === undefined ? undefined : new ApiError('invalid_prompt_token', { value: badToken })
}

function findLengthError({ prompt, max_tokens }: JsonBody, model: Model, tokens: InputTokens): ApiError | undefined {
  const completion = Number(max_tokens ?? defaultMaxTokens)
  for (const { tokens: length } of readInputs(prompt, tokens)) {
    if (length + completion <= model.contextWindow) continue
    return new ApiError('prompt_too_long', {
      limit: model.contextWindow,
      total: length + completion,
      prompt: length,
      completion
    })
  }
  return undefined
}
