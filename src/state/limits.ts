/** Computes rate limits as the service does: buckets fill with usage and drain at a constant rate. Pure. */
import { limitNames, type RateLimits } from '../core/api-key.js'
import { isObject } from '../core/json-pointer.js'
import { joinStoreKey } from '../core/short-name.js'
import type { Bucket, BucketUsage } from '../core/store.js'

const minute = 60_000
const day = 24 * 60 * minute
const windows: Record<keyof RateLimits, number> = {
  requestsPerMinute: minute,
  tokensPerMinute: minute,
  requestsPerDay: day,
  tokensPerDay: day
}

/** Returns how full a bucket is, `elapsedMs` after it held `used`. */
export function drainBucket(used: number, limit: number, windowMs: number, elapsedMs: number): number {
  return Math.max(0, used - (Math.max(0, elapsedMs) * limit) / windowMs)
}

/** Returns the name of the buckets of a key for a model. */
export const nameBuckets = (key: string, model: string): string => joinStoreKey(key, model)

/** Creates the buckets that a request counts in. Without a number of tokens, only those of requests. */
export function createBuckets(name: string, limits: RateLimits, tokens: number | undefined): Bucket[] {
  const buckets: Bucket[] = []
  for (const kind of limitNames) {
    const limit = limits[kind]
    if (limit === undefined) continue
    const isTokens = kind.startsWith('tokens')
    if (isTokens && tokens === undefined) continue
    buckets.push({
      key: `limit\n${name}\n${kind}`,
      kind,
      limit,
      windowMs: windows[kind],
      amount: isTokens ? tokens! : 1
    })
  }
  return buckets
}

/** Returns the milliseconds until a bucket has room for the amount. */
export function computeWaitMs({ limit, windowMs, amount }: Bucket, used: number): number {
  return Math.max(1, Math.ceil(((used + amount - limit) * windowMs) / limit))
}

/** The values of the six `x-ratelimit-` headers of a response. Those of tokens are absent when no tokens were estimated. */
export interface LimitHeaders {
  limitRequests: string
  remainingRequests: string
  resetRequests: string
  limitTokens?: string
  remainingTokens?: string
  resetTokens?: string
  /** The headers as lines of an HTTP head, cached. */
  headLines?: string
}

/** @param tokens the estimate for the request; undefined when it has no valid messages */
export function createLimitHeaders(
  buckets: readonly Bucket[],
  { used }: BucketUsage,
  tokens: number | undefined
): LimitHeaders {
  const requestLevel = findTightest(buckets, used, 'requests') ?? createUnlimitedLevel('requests', 1)
  const tokenLevel =
    tokens === undefined ? undefined : (findTightest(buckets, used, 'tokens') ?? createUnlimitedLevel('tokens', tokens))
  return {
    limitRequests: String(requestLevel.limit),
    remainingRequests: formatRemaining(requestLevel),
    resetRequests: formatReset(requestLevel),
    limitTokens: tokenLevel && String(tokenLevel.limit),
    remainingTokens: tokenLevel && formatRemaining(tokenLevel),
    resetTokens: tokenLevel && formatReset(tokenLevel),
    headLines: undefined
  }
}

interface BucketLevel {
  limit: number
  windowMs: number
  used: number
}

const formatRemaining = ({ limit, used }: BucketLevel) => String(Math.max(0, Math.floor(limit - used)))
const formatReset = ({ limit, used, windowMs }: BucketLevel) => formatGoDuration((used * windowMs) / limit)

// If a minute and a day are limited, the service returns the limit with the least left.
function findTightest(buckets: readonly Bucket[], used: readonly number[], unit: string): BucketLevel | undefined {
  let tightest: BucketLevel | undefined
  buckets.forEach(({ kind, limit, windowMs }, index) => {
    const level = { limit, windowMs, used: used[index]! }
    if (kind.startsWith(unit) && (!tightest || limit - level.used < tightest.limit - tightest.used)) tightest = level
  })
  return tightest
}

// A key without limits returns the limits of a large account, of which only this request is used.
const unlimitedLimits = { requests: 30_000, tokens: 150_000_000 }
const createUnlimitedLevel = (unit: keyof typeof unlimitedLimits, used: number): BucketLevel => ({
  limit: unlimitedLimits[unit],
  windowMs: minute,
  used
})

const noUsage: BucketUsage = { used: [] }
const headersWithoutTokens = createLimitHeaders([], noUsage, undefined)

/** Creates the headers of requests without limits. Most requests need few tokens, so their headers are cached. */
export function createUnlimitedHeadersCache(cacheSize = 4096): (tokens: number | undefined) => LimitHeaders {
  const cached: (LimitHeaders | undefined)[] = new Array(cacheSize)
  return tokens => {
    if (tokens === undefined) return headersWithoutTokens
    if (tokens >= cacheSize) return createLimitHeaders([], noUsage, tokens)
    const headers = cached[tokens] ?? createLimitHeaders([], noUsage, tokens)
    cached[tokens] = headers
    return headers
  }
}

/** Formats a duration as Go does, cut to milliseconds: `0s`, `120ms`, `8.64s`, `1m0.198s`, `1h8m25.745s`. */
export function formatGoDuration(milliseconds: number): string {
  const ms = Math.floor(milliseconds + 1e-6)
  if (ms <= 0) return '0s'
  if (ms < 1000) return `${ms}ms`
  const hours = Math.floor(ms / 3_600_000)
  const minutes = Math.floor(ms / minute) % 60
  const seconds = `${Math.round(ms % minute) / 1000}s`
  if (hours) return `${hours}h${minutes}m${seconds}`
  return minutes ? `${minutes}m${seconds}` : seconds
}

/** Returns the params of the API error for a bucket without room. */
export function createLimitErrorParams(bucket: Bucket, used: number): Record<string, string | number> {
  const { kind, limit, amount } = bucket
  const roundedUsed = Math.ceil(used)
  // The service computes the wait from the rounded numbers in its message.
  const waitMs = computeWaitMs(bucket, roundedUsed)
  return {
    window: kind.endsWith('Minute')
      ? `min (${kind.startsWith('tokens') ? 'TPM' : 'RPM'})`
      : `day (${kind.startsWith('tokens') ? 'TPD' : 'RPD'})`,
    limit,
    used: roundedUsed,
    requested: amount,
    wait: formatGoDuration(waitMs),
    retryAfter: Math.ceil(waitMs / 1000),
    retryAfterMs: waitMs
  }
}

/** Returns the name of the API error for a bucket without room. */
export function limitErrorName({ kind, limit, amount }: Bucket, isLongContext: boolean): string {
  if (kind.startsWith('requests')) return 'rate_limit_exceeded'
  const name = kind === 'tokensPerMinute' && amount > limit ? 'request_too_large' : 'tokens_rate_limit_exceeded'
  return isLongContext ? `${name}_long_context` : name
}

/** The service counts longer prompts of these families in buckets of their own. */
const longContextFamilies = /^gpt-4\.1(-|$)/
const longContextTokens = 128_000

/** Returns the ending of the names of those buckets, or '' for other requests. */
export function findBucketSuffix(family: string, tokens: number | undefined): string {
  return tokens !== undefined && tokens > longContextTokens && longContextFamilies.test(family) ? '-long-context' : ''
}

/**
 * Estimates the tokens of a request, as the service does before it runs the request: a quarter of the characters of each message,
 * plus 2. Undefined if `messages` is no list of messages.
 */
export function estimateTokens(messages: unknown): number | undefined {
  if (!Array.isArray(messages)) return undefined
  let tokens = 0
  for (const message of messages) {
    if (!isObject(message)) return undefined
    tokens += Math.ceil(countContentChars(message.content) / 4) + 2
  }
  return tokens
}

function countContentChars(content: unknown): number {
  if (typeof content === 'string') return content.length
  if (!Array.isArray(content)) return 0
  let length = 0
  for (const part of content) if (typeof part?.text === 'string') length += part.text.length
  return length
}
