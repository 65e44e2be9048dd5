/** Defines what a bearer key stands for: an organization, limits, or an error. */

/** The limits of a key for each model. An absent limit does not apply. */
export interface RateLimits {
  /** Requests in any minute. */
  requestsPerMinute?: number
  /** Tokens of prompts and completions together. */
  tokensPerMinute?: number
  /** Requests in any day. */
  requestsPerDay?: number
  /** Tokens of prompts and completions together. */
  tokensPerDay?: number
}

/** The limits in the order in which they are checked. */
export const limitNames = ['requestsPerMinute', 'requestsPerDay', 'tokensPerMinute', 'tokensPerDay'] as const

/** An entry of `keys.yaml`. */
export interface ApiKey {
  /** The name of the API error that every request with this key gets. */
  refusal?: string
  /** The value of the header `openai-organization`. */
  organization?: string
  /** The value of the header `openai-project`. */
  project?: string
  /** The limits of each model that `models` does not match. */
  limits?: RateLimits
  /** Limits that replace `limits` for some models, by name or glob. */
  models?: Record<string, RateLimits>
}

/** The names of the headers whose values are secrets. */
export const secretHeaders = /^(authorization|proxy-authorization|cookie|x-api-key|api-key)$/
