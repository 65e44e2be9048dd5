/** Lists the parameters of each operation, with everything that Standin does by a parameter's name. */
import type { ChatRequest, Json } from './openai-types.js'

/** A row of the table. Only `effect` is required; the other columns are for the parameters to which they apply. */
export interface RequestParameter {
  /**
   * What the parameter changes in the completion of a fixed reply. `none`: nothing, or only how the response is sent.
   * `repeatable`: equal requests have equal completions but for ids and time. `any`: the rest; such a request is not cached.
   */
  effect: 'none' | 'repeatable' | 'any'

  // Validation (src/contract/).
  /** No measurement shows when the service checks it: it comes after all others, and so stands at the end of the table. */
  order?: 'unknown'
  /** The service checks its range after all parameters, together with the values that the model supports. */
  rangeChecked?: 'last'
  /** The type that an `invalid_type` error expects, where the service does not name the type of the schema. */
  expected?: string
  /** The parameter that has to be present too, and not empty. */
  requires?: 'tools' | 'functions'
  /** Some models do not support it: `abilities.refuses` in fixtures/models.yaml may name it. */
  support?: 'by model'
  /** The parameter that the error suggests to a model without support. */
  replacedBy?: string
  /** A reasoning model without support reports `unknown_parameter`. */
  unknownToReasoning?: true
  /** Models may accept only its default while they reason (`abilities.onlyDefault`), or not accept it (`abilities.refusesWhileReasoning`). */
  whileReasoning?: 'only default' | 'unsupported'
  /** It limits the tokens of the completion. */
  limitsOutput?: true
  /** It costs tokens of the prompt, beside the messages. */
  countsAsPrompt?: true

  // Fixtures (src/fixtures/).
  /** It is about how a response is sent, paid for or stored, and for whom. Digests and recorded fixtures leave it out. */
  delivery?: true
  /** A recorded fixture matches it by a condition with a name of its own; any other by `params`. */
  condition?: 'own'
  /** Fixtures of `standin import` match it in `params`, at this position. */
  importPosition?: number

  // Completions (src/completion/).
  /** Generated text depends on it. The number is its position in the seed: a new one goes last, or all generated text changes. */
  seedPosition?: number
  /** A stored completion shows it, or this default. */
  stored?: { default: Json | undefined }
  /** JSON shows its whole numbers with a decimal, as in `1.0`. */
  isFloat?: true
}

/** By the operation's id. The order is that in which the service checks the parameters, measured with two errors at a time. */
export const requestParameters = {
  createChatCompletion: {
    messages: { effect: 'none', condition: 'own', seedPosition: 2, expected: 'an array of objects' },
    functions: {
      effect: 'repeatable',
      condition: 'own',
      seedPosition: 5,
      countsAsPrompt: true,
      expected: 'an array of function definitions'
    },
    function_call: {
      effect: 'repeatable',
      requires: 'functions',
      importPosition: 2,
      seedPosition: 6,
      expected: "one of one of 'none' or 'auto' or object"
    },
    tools: {
      effect: 'repeatable',
      support: 'by model',
      condition: 'own',
      seedPosition: 3,
      countsAsPrompt: true,
      stored: { default: null },
      expected: 'an array of objects'
    },
    tool_choice: {
      effect: 'repeatable',
      support: 'by model',
      requires: 'tools',
      condition: 'own',
      importPosition: 1,
      seedPosition: 4,
      stored: { default: null },
      expected: "one of one of 'none', 'auto', or 'required' or object"
    },
    parallel_tool_calls: { effect: 'repeatable', support: 'by model', requires: 'tools' },
    max_completion_tokens: { effect: 'repeatable', support: 'by model', limitsOutput: true, importPosition: 8 },
    n: { effect: 'any', support: 'by model', importPosition: 4, seedPosition: 9 },
    temperature: {
      effect: 'none',
      support: 'by model',
      rangeChecked: 'last',
      whileReasoning: 'only default',
      importPosition: 5,
      stored: { default: 1 },
      isFloat: true
    },
    top_p: {
      effect: 'none',
      support: 'by model',
      rangeChecked: 'last',
      whileReasoning: 'only default',
      stored: { default: 1 },
      isFloat: true
    },
    presence_penalty: {
      effect: 'none',
      support: 'by model',
      whileReasoning: 'unsupported',
      stored: { default: 0 },
      isFloat: true
    },
    frequency_penalty: {
      effect: 'none',
      support: 'by model',
      whileReasoning: 'unsupported',
      stored: { default: 0 },
      isFloat: true
    },
    logprobs: { effect: 'any', support: 'by model', whileReasoning: 'unsupported', importPosition: 10 },
    top_logprobs: { effect: 'any', support: 'by model', whileReasoning: 'unsupported' },
    user: { effect: 'none', delivery: true, stored: { default: null } },
    // Without a seed, a stored completion shows one that follows from its id.
    seed: { effect: 'none', importPosition: 6, seedPosition: 8, stored: { default: undefined } },
    moderation: { effect: 'any' },
    safety_identifier: { effect: 'any', delivery: true },
    prompt_cache_options: { effect: 'any', delivery: true },
    prompt_cache_key: { effect: 'any', delivery: true },
    prompt_cache_retention: { effect: 'any', delivery: true },
    response_format: {
      effect: 'repeatable',
      support: 'by model',
      condition: 'own',
      importPosition: 3,
      seedPosition: 7,
      countsAsPrompt: true,
      stored: { default: null }
    },
    service_tier: { effect: 'repeatable', delivery: true },
    max_tokens: {
      effect: 'repeatable',
      support: 'by model',
      replacedBy: 'max_completion_tokens',
      limitsOutput: true,
      importPosition: 7
    },
    reasoning_effort: { effect: 'any', support: 'by model', importPosition: 11 },
    logit_bias: { effect: 'any', support: 'by model' },
    stop: {
      effect: 'repeatable',
      support: 'by model',
      importPosition: 9,
      expected: 'one of a string or array of strings'
    },
    stream: { effect: 'none', delivery: true },
    stream_options: { effect: 'none', delivery: true },
    store: { effect: 'any', delivery: true },
    metadata: { effect: 'none', delivery: true, stored: { default: {} }, expected: 'a metadata object' },
    prediction: { effect: 'any', support: 'by model' },
    verbosity: { effect: 'any' },
    model: { effect: 'none', order: 'unknown', condition: 'own', seedPosition: 1 },
    audio: { effect: 'any', order: 'unknown', support: 'by model', unknownToReasoning: true },
    modalities: {
      effect: 'any',
      order: 'unknown',
      support: 'by model',
      unknownToReasoning: true,
      importPosition: 12,
      expected: 'an array of strings'
    },
    // Its rule has an error of its own where a model does not support it.
    web_search_options: { effect: 'any', order: 'unknown', unknownToReasoning: true }
  }
} as const satisfies { createChatCompletion: Record<keyof ChatRequest, RequestParameter> }

type Rows<Name extends string> = Readonly<Record<Name, RequestParameter>>

/**
 * Returns the names of the parameters that have this value, or any value, in a column: in the order of the table, or of the
 * numbers in the column. Call it when a module loads, not for each request.
 *
 * @example
 * const limits = parametersWhere(requestParameters.createChatCompletion, 'limitsOutput')
 * // ['max_completion_tokens', 'max_tokens']
 */
export function parametersWhere<Name extends string, Column extends keyof RequestParameter>(
  rows: Rows<Name>,
  column: Column,
  value?: RequestParameter[Column]
): Name[] {
  const names = Object.keys(rows) as Name[]
  return names
    .filter(name => (value === undefined ? rows[name][column] !== undefined : rows[name][column] === value))
    .sort((a, b) => toPosition(rows[a][column]) - toPosition(rows[b][column]))
}

const toPosition = (value: unknown): number => (typeof value === 'number' ? value : 0)

/** The number of tokens that a request allows its completion, if it limits them. */
export function outputLimit({ max_completion_tokens, max_tokens }: ChatRequest): number | undefined {
  return max_completion_tokens ?? max_tokens ?? undefined
}
