/** The order in which the service looks at a body, as measured by sending two faults at a time. */

/** Field by field; a field that is not listed comes after those that are. */
export const fieldOrder: readonly string[] = [
  'messages',
  'functions',
  'function_call',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'max_completion_tokens',
  'n',
  'temperature',
  'top_p',
  'presence_penalty',
  'frequency_penalty',
  'logprobs',
  'top_logprobs',
  'user',
  'seed',
  'moderation',
  'safety_identifier',
  'prompt_cache_options',
  'prompt_cache_key',
  'prompt_cache_retention',
  'response_format',
  'service_tier',
  'max_tokens',
  'reasoning_effort',
  'logit_bias',
  'stop',
  'stream',
  'stream_options',
  'store',
  'metadata',
  'prediction',
  'verbosity'
]

/** Moments that are not a field's. What the model refuses by value comes after all fields, missing content last of all. */
export const checkStages = { missing: 0, parameters: 1, values: 1000, prompt: 1001, content: 1002 } as const

export type CheckStage = keyof typeof checkStages

const fieldRanks = new Map(fieldOrder.map((field, index) => [field, 10 + index * 3]))
const unlistedRank = 10 + fieldOrder.length * 3

/** When the service looks at a field: whether the model takes it at all, then what its schema says, then what goes with it. */
export function fieldRank(field: string, step: 'before' | 'schema' | 'after'): number {
  return (fieldRanks.get(field) ?? unlistedRank) + (step === 'before' ? 0 : step === 'schema' ? 1 : 2)
}

// Their types are looked at in turn, whether they are in range only with the model's own values.
const lateRangeFields = new Set(['temperature', 'top_p'])

/** When the service would make a complaint about a field. */
export function schemaErrorRank(field: string, keyword: string): number {
  const isLate = lateRangeFields.has(field) && (keyword === 'minimum' || keyword === 'maximum')
  return isLate ? checkStages.values : fieldRank(field, 'schema')
}
