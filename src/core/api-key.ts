/** What a bearer key stands for: who asks, how much they may use, or the refusal they always meet. */

/** What a key may use of a model. What is not given is not limited. */
export interface RateLimits {
  requestsPerMinute?: number
  tokensPerMinute?: number
  requestsPerDay?: number
  tokensPerDay?: number
}

/** In the order in which they are looked at. */
export const limitNames = ['requestsPerMinute', 'requestsPerDay', 'tokensPerMinute', 'tokensPerDay'] as const

export interface ApiKey {
  /** The refusal that every request with this key meets. */
  refusal?: string
  organization?: string
  project?: string
  /** For each model by itself. */
  limits?: RateLimits
  /** Limits of some models in place of `limits`, by name or glob. */
  models?: Record<string, RateLimits>
}
