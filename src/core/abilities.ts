/** Defines what a model supports. */

/** What a model supports. */
export interface Abilities {
  /**
   * How the service names parameters that the model does not take: `arguments` in its older words, several at once; `parameters`
   * in its newer words, with the most similar names; `search` as `arguments`, with words of its own for those that `refuses` lists.
   */
  dialect: 'arguments' | 'parameters' | 'search'
  /** The parameters that the model rejects at any value but a neutral one, such as `max_tokens`. */
  refuses: string[]
  /** The parameters that the model accepts only at their default while it reasons. */
  onlyDefault: string[]
  /** The parameters that the model rejects unless `reasoning_effort` is `none`. */
  refusesWhileReasoning: string[]
  /** The accepted roles of messages. */
  roles: string[]
  /** The accepted values of `reasoning_effort`; empty where the parameter is not supported. */
  efforts: string[]
  /** The default of `reasoning_effort`. */
  defaultEffort: string | null
  /** Whether the model accepts `reasoning_effort: null`. */
  nullEffort: boolean
  /** The accepted values of `verbosity`. */
  verbosities: string[]
  /** The accepted types of `response_format`. */
  responseFormats: string[]
  /** The accepted values of `prompt_cache_retention`. */
  cacheRetentions: string[]
  /** Whether the model accepts `metadata` for a completion that is not stored. */
  metadataWithoutStore: boolean
  /** Whether the model accepts the `service_tier` `flex`. */
  flexTier: boolean
  /** Whether the model accepts function tools while it reasons. */
  toolsWithEffort: boolean
  /** Whether the model accepts function tools when it reasons by default, and the request has no `reasoning_effort`. */
  toolsAtDefaultEffort: boolean
  /** Whether the error for such tools suggests `/v1/responses` alone, and not also an effort of `none`. */
  insistsOnResponses: boolean
  /** Whether the model supports tools. */
  tools: boolean
  /** Whether the model accepts an empty list of tools. */
  emptyTools: boolean
  /** The largest `n`. */
  nMax: number
  /** Whether the service may give the log probabilities of the model to anyone. */
  logprobs: boolean
  /** The largest `top_logprobs`. */
  topLogprobsMax: number
  imageInput: boolean
  /** The roles of messages that may have images. */
  imageRoles: string[]
  audioInput: boolean
  audioOutput: boolean
  /** Whether a request needs audio, in its messages or in its completion. */
  needsAudio: boolean
  webSearch: boolean
}
