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
  const level = params.limit == null ? messageLevels[errorName] : undefined
  if (countedLimits && !level) return countedLimits
  if (status === 429) {
    const { limits, used } = level ?? lowLevel
    return createLimitHeaders(createBuckets('', limits, 1), { used }, 1)
  }
  const { model, messages } = tryParseBody(request)
  const tokens = estimateTokens(messages)
  const limits = account && keys.findLimits(account, toNonEmptyText(model) ?? '')
  const buckets = createBuckets('', limits ?? {}, tokens)
  return createLimitHeaders(buckets, { used: buckets.map(({ amount }) => amount) }, tokens)
}

/** Limits, and the usage of each in the order of its members. */
interface LimitLevel {
  limits: RateLimits
  used: number[]
}

const smallLimits: RateLimits = { requestsPerMinute: 500, tokensPerMinute: 30_000 }
const freeLimits: RateLimits = { requestsPerDay: 200, tokensPerMinute: 100_000 }
const longContextLimits: RateLimits = { requestsPerMinute: 500, tokensPerMinute: 400_000 }
const lowLevel: LimitLevel = { limits: smallLimits, used: [1, 0.4] }
/** What the default messages of these API errors say. */
const messageLevels: Record<string, LimitLevel> = {
  rate_limit_exceeded: { limits: smallLimits, used: [500, 0.4] },
  rate_limit_exceeded_free: { limits: freeLimits, used: [200, 0.4] },
  tokens_rate_limit_exceeded: { limits: smallLimits, used: [1, 29_900] },
  tokens_rate_limit_exceeded_free: { limits: freeLimits, used: [1, 96_749] },
  tokens_rate_limit_exceeded_long_context: { limits: longContextLimits, used: [1, 300_000] },
  request_too_large: lowLevel,
  request_too_large_long_context: { limits: longContextLimits, used: [1, 0.4] }
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
