/** Fills in the facts and limit headers of an API error from its request. */
import type { FastifyRequest } from 'fastify'
import type { ApiError, ErrorParams } from '../../core/api-error.js'
import type { RateLimits } from '../../core/api-key.js'
import { createBuckets, createLimitHeaders, estimateTokens, type LimitHeaders } from '../../state/limits.js'
import { parseBody } from '../body.js'
import type { AppContext } from '../context.js'

/** Returns the params of an error message that come from the request and its key. */
export function collectErrorParams(request: FastifyRequest): ErrorParams {
  const { id, account } = request.exchange
  const { model, messages } = tryParseBody(request)
  const { model: modelName = model } = (request.params ?? {}) as { model?: unknown }
  const { organization, project } = account ?? {}
  return {
    requestId: id,
    model: toNonEmptyText(modelName),
    organization,
    project,
    url: toNonEmptyText(findImageUrl(messages))
  }
}

/** Returns the limit headers of an API error: the counted limits, or limits that agree with the error's message. */
export function selectLimitHeaders(
  request: FastifyRequest,
  { errorName, params }: ApiError,
  status: number,
  { keys }: AppContext
): LimitHeaders | undefined {
  const { account, limits: countedLimits, operation } = request.exchange
  if (operation !== 'createChatCompletion') return countedLimits
  const used = params.limit == null ? exhaustedUsage[errorName] : undefined
  if (countedLimits && !used) return countedLimits
  if (status === 429) return createLimitHeaders(createBuckets('', smallLimits, 1), { used: used ?? lowUsage }, 1)
  const { model, messages } = tryParseBody(request)
  const tokens = estimateTokens(messages)
  const limits = account && keys.findLimits(account, toNonEmptyText(model) ?? '')
  const buckets = createBuckets('', limits ?? {}, tokens)
  return createLimitHeaders(buckets, { used: buckets.map(({ amount }) => amount) }, tokens)
}

// The limits and the usage in the default messages of these API errors.
const smallLimits: RateLimits = { requestsPerMinute: 500, tokensPerMinute: 30_000 }
const lowUsage: number[] = [1, 0.4]
const exhaustedUsage: Record<string, number[]> = {
  rate_limit_exceeded: [500, 0.4],
  rate_limit_exceeded_free: [500, 0.4],
  tokens_rate_limit_exceeded: [1, 29_900],
  request_too_large: lowUsage
}

function findImageUrl(messages: unknown): unknown {
  const parts = Array.isArray(messages) ? messages.flatMap(message => message?.content ?? []) : []
  return parts.find(part => part?.type === 'image_url')?.image_url?.url
}

const toNonEmptyText = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)

function tryParseBody(request: FastifyRequest): { model?: unknown; messages?: unknown } {
  try {
    return Object(parseBody(request))
  } catch {
    return {}
  }
}
