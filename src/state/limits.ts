/** Rate limits as the service reckons them: buckets that fill up with what is used and empty at an even pace. Pure arithmetic. */
import { type Limits, limitNames } from '../core/api-key.js'
import type { Bucket, Spent } from '../core/store.js'

const minute = 60_000
const day = 24 * 60 * minute
const windows: Record<keyof Limits, number> = {
  requestsPerMinute: minute,
  tokensPerMinute: minute,
  requestsPerDay: day,
  tokensPerDay: day
}

/** How full a bucket still is, so many milliseconds after it was this full. */
export function drained(used: number, limit: number, windowMs: number, elapsedMs: number): number {
  return Math.max(0, used - (Math.max(0, elapsedMs) * limit) / windowMs)
}

/** The buckets that a request draws from; without tokens, only those of requests. */
export function bucketsOf(name: string, limits: Limits, tokens: number | undefined): Bucket[] {
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

/** Milliseconds until a bucket has room for what was asked. */
export function waitFor({ limit, windowMs, amount }: Bucket, used: number): number {
  return Math.max(1, Math.ceil(((used + amount - limit) * windowMs) / limit))
}

/** The six headers of one answer; those of tokens are absent when no tokens were reckoned. */
export interface LimitHeaders {
  limitRequests: string
  remainingRequests: string
  resetRequests: string
  limitTokens?: string
  remainingTokens?: string
  resetTokens?: string
  /** The lines of a head that say so, once they were needed. */
  lines?: string
}

/** @param tokens what the request asked for; undefined when that could not be reckoned */
export function headersFor(buckets: readonly Bucket[], { used }: Spent, tokens: number | undefined): LimitHeaders {
  const requests = tightest(buckets, used, 'requests') ?? unlimited('requests', 1)
  const spent = tokens === undefined ? undefined : (tightest(buckets, used, 'tokens') ?? unlimited('tokens', tokens))
  return {
    limitRequests: String(requests.limit),
    remainingRequests: remaining(requests),
    resetRequests: reset(requests),
    limitTokens: spent && String(spent.limit),
    remainingTokens: spent && remaining(spent),
    resetTokens: spent && reset(spent),
    lines: undefined
  }
}

interface Level {
  limit: number
  windowMs: number
  used: number
}

const remaining = ({ limit, used }: Level) => String(Math.max(0, Math.floor(limit - used)))
const reset = ({ limit, used, windowMs }: Level) => goDuration((used * windowMs) / limit)

// Of a minute's and a day's bucket the service shows one: the one with the least left.
function tightest(buckets: readonly Bucket[], used: readonly number[], unit: string): Level | undefined {
  let found: Level | undefined
  buckets.forEach(({ kind, limit, windowMs }, index) => {
    const level = { limit, windowMs, used: used[index]! }
    if (kind.startsWith(unit) && (!found || limit - level.used < found.limit - found.used)) found = level
  })
  return found
}

// What a key without limits shows: a large account's limits, of which only the request at hand is used.
const unlimitedLimits = { requests: 30_000, tokens: 150_000_000 }
const unlimited = (unit: keyof typeof unlimitedLimits, used: number): Level => ({
  limit: unlimitedLimits[unit],
  windowMs: minute,
  used
})

const none: Spent = { used: [] }
const withoutTokens = headersFor([], none, undefined)

/** The headers of requests that no limit is set for. Most requests ask for few tokens, so those are kept ready. */
export function createUnlimitedHeaders(kept = 4096): (tokens: number | undefined) => LimitHeaders {
  const ready: (LimitHeaders | undefined)[] = new Array(kept)
  return tokens => {
    if (tokens === undefined) return withoutTokens
    if (tokens >= kept) return headersFor([], none, tokens)
    const known = ready[tokens] ?? headersFor([], none, tokens)
    ready[tokens] = known
    return known
  }
}

/** A duration as Go prints it, cut to milliseconds: `120ms`, `8.64s`, `1m0.198s`, `1h8m25.745s`. Nothing is `0s`. */
export function goDuration(milliseconds: number): string {
  const ms = Math.floor(milliseconds + 1e-6)
  if (ms <= 0) return '0s'
  if (ms < 1000) return `${ms}ms`
  const hours = Math.floor(ms / 3_600_000)
  const minutes = Math.floor(ms / minute) % 60
  const seconds = `${Math.round(ms % minute) / 1000}s`
  if (hours) return `${hours}h${minutes}m${seconds}`
  return minutes ? `${minutes}m${seconds}` : seconds
}

/** What a limit's refusal says of it. */
export function shortFacts(bucket: Bucket, used: number): Record<string, string | number> {
  const { kind, limit, amount } = bucket
  const printed = Math.ceil(used)
  // Reckoned from the numbers that are told, as the service does.
  const wait = waitFor(bucket, printed)
  return {
    window: kind.endsWith('Minute')
      ? `min (${kind.startsWith('tokens') ? 'TPM' : 'RPM'})`
      : `day (${kind.startsWith('tokens') ? 'TPD' : 'RPD'})`,
    limit,
    used: printed,
    requested: amount,
    wait: goDuration(wait),
    retryAfter: Math.ceil(wait / 1000),
    retryAfterMs: wait
  }
}

/** The name of the refusal of a bucket without room. */
export function refusalOf({ kind, limit, amount }: Bucket): string {
  if (kind.startsWith('requests')) return 'rate_limit_exceeded'
  return kind === 'tokensPerMinute' && amount > limit ? 'request_too_large' : 'tokens_rate_limit_exceeded'
}
