/** Lists single faults of a body in the order in which the service checks them, at least one for each rule. */
import type { ModelTable } from '../../src/core/model.js'

export type Body = Record<string, unknown>

/** A change that makes a valid body invalid. */
export interface Fault {
  /** The id of the broken rule; for an error of the schema `schema/` and its name, for one of the model `model/` and its name. */
  breaks: string
  make(body: Body): void
  /** The only models to test it on. @default every model on which the fault alone has its error */
  models?: readonly string[]
}

/** Models of a user's own table, which refuse things that all shipped models accept. */
export const ownModels: ModelTable = {
  families: {
    strict: {
      like: 'default',
      abilities: {
        refuses: [
          ...['tools', 'tool_choice', 'parallel_tool_calls', 'max_completion_tokens', 'n', 'temperature', 'top_p'],
          ...['presence_penalty', 'frequency_penalty', 'logprobs', 'top_logprobs', 'response_format', 'max_tokens'],
          ...['logit_bias', 'stop', 'prediction', 'audio', 'modalities']
        ]
      }
    },
    steady: {
      like: 'gpt-5.2',
      abilities: {
        defaultEffort: 'medium',
        onlyDefault: ['temperature', 'top_p', 'presence_penalty', 'frequency_penalty', 'logprobs'],
        refusesWhileReasoning: []
      }
    },
    likeliest: { like: 'steady', abilities: { onlyDefault: ['top_logprobs'], refusesWhileReasoning: [] } },
    hidden: { like: 'steady', abilities: { onlyDefault: [], refusesWhileReasoning: ['top_logprobs'] } }
  },
  models: Object.fromEntries(['strict', 'steady', 'likeliest', 'hidden'].map(family => [`own-${family}`, { family }]))
}

/** One model of each kind that refuses something. */
export const pairModels: readonly string[] = [
  ...['gpt-4', 'gpt-4-turbo-preview', 'gpt-4.1-nano', 'gpt-4o', 'chatgpt-4o-latest', 'o1-mini', 'o1', 'o3', 'o3-mini'],
  ...['gpt-5', 'gpt-5-chat-latest', 'gpt-5.1', 'gpt-5.4', 'gpt-5.6-terra', 'gpt-6', 'chat-latest'],
  ...['gpt-audio', 'gpt-5-search-api', ...Object.keys(ownModels.models)]
]

const long = (length: number) => 'a'.repeat(length)
const wav = 'UklGRiQZAABXQVZFZm10IBAAAAA='
const png = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUg=='
const tool = (more: Body = {}) => ({ type: 'function', function: { name: 'get_weather', ...more } })
const call = { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } }
const calling = (more: Body = {}) => ({ role: 'assistant', content: null, tool_calls: [{ ...call, ...more }] })
const part = (type: string, value: unknown, role = 'user') => ({ role, content: [{ type, [type]: value }] })
const image = (url: string, role?: string) => part('image_url', { url }, role)
const sound = (data: string, format: string) => part('input_audio', { data, format })

type Change = Fault['make']

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
const set =
  (values: Body): Change =>
  body =>
    void Object.assign(body, values)
/** Sets what is absent. */
const fill =
  (values: Body): Change =>
  body =>
    void Object.assign(body, { ...values, ...body })
const drop =
  (...names: string[]): Change =>
  body => {
    for (const name of names) delete body[name]
  }
/** Puts items first, so that of two faults in one list the fault that is made last is found first. */
const prepend =
  (field: string, ...items: unknown[]): Change =>
  body =>
    void Object.assign(body, { [field]: [...items, ...listOf(body[field])] })
const say = (...messages: unknown[]) => prepend('messages', ...messages)
const format =
  (more: Body): Change =>
  body => {
    const { json_schema = {} } = (body.response_format as Body | undefined) ?? {}
    body.response_format = { type: 'json_schema', json_schema: { name: 'r', ...(json_schema as Body), ...more } }
  }
const both =
  (...changes: Change[]): Change =>
  body => {
    for (const change of changes) change(body)
  }

const faultsOf = (breaks: string, ...changes: Change[]): Fault[] => changes.map(make => ({ breaks, make }))
const wrongTypes = (...names: string[]) =>
  faultsOf('schema/invalid_type', ...names.map(name => set({ [name]: { a: [] } })))
const unsupported = (name: string, value: unknown) => faultsOf(`${name}/unsupported_parameter`, set({ [name]: value }))

const edgeFaults: readonly Fault[] = [
  ...faultsOf('model/missing_model', drop('model')),
  ...faultsOf('model/body_not_json', set({ model: 5 })),
  ...Object.entries({
    model_deprecated: 'gpt-4-0314',
    model_not_found: 'gpt-nope',
    not_a_chat_model: 'whisper-1',
    model_not_samplable: 'text-embedding-3-small',
    model_only_in_responses: 'o1-pro',
    no_model_capacity: 'sora-2',
    server_error: 'gpt-image-2'
  }).flatMap(([name, model]) => faultsOf(`model/${name}`, set({ model })))
]

const messageFaults: readonly Fault[] = [
  ...faultsOf('schema/empty_array', set({ messages: [] })),
  ...faultsOf('schema/invalid_type', set({ messages: 'x' }), say('x'), say({ role: 'user', content: 5 })),
  ...faultsOf('schema/missing_required_parameter', say({ content: 'x' }), say(part('file', { filename: 'a' }))),
  ...faultsOf(
    'schema/string_does_not_match_pattern',
    say({ role: 'user', name: 'a b', content: 'x' }),
    say(calling({ function: { name: 'a.b', arguments: '{}' } }))
  ),
  ...faultsOf('schema/string_above_max_length', say(calling({ id: long(65) }))),
  ...faultsOf('schema/empty_string', say(calling({ function: { name: '', arguments: '{}' } }))),
  ...faultsOf('schema/empty_array', say({ role: 'assistant', tool_calls: [] })),
  ...faultsOf('schema/unknown_parameter', say(part('image_url', { url: png, format: 'png' }))),
  ...faultsOf('schema/invalid_value', say({ role: 'robot' }), say(sound(wav, 'webm'))),
  {
    breaks: 'messages.longText/string_above_max_length',
    make: say({ role: 'user', content: long(10_485_761) }),
    models: ['gpt-4']
  },
  ...faultsOf('messages.mediaParts/unsupported_content_part', say(sound(wav, 'wav')), say(part('refusal', 'No.'))),
  ...faultsOf('messages.mediaParts/image_in_other_role', say(image(png, 'assistant'))),
  ...faultsOf('messages.mediaParts/file_not_supported', say(part('file', { file_id: 'file-1' }))),
  ...faultsOf('messages.mediaParts/invalid_url', say(image('file:///a.png'))),
  ...faultsOf('messages.mediaParts/invalid_image_data', say(image('data:application/pdf;base64,JVBERi0xLjQK'))),
  ...faultsOf('messages.mediaParts/invalid_file_data', say(part('file', { filename: 'a', file_data: png }))),
  ...faultsOf('messages.mediaParts/invalid_base64', say(sound('no base 64', 'wav'))),
  ...faultsOf(
    'messages/unsupported_value',
    say({ role: 'function', name: 'f', content: 'x' }),
    say({ role: 'system', content: 'x' })
  )
]

const toolFaults: readonly Fault[] = [
  ...faultsOf('functions/tools_not_supported', prepend('functions', { name: 'f' })),
  ...faultsOf('schema/string_does_not_match_pattern', prepend('functions', { name: 'a b' })),
  ...faultsOf('schema/missing_required_parameter', prepend('functions', {})),
  ...faultsOf('schema/invalid_type', set({ function_call: 5 })),
  ...faultsOf('function_call/only_with_tools', both(fill({ function_call: 'auto' }), drop('functions'))),
  ...faultsOf(
    'function_call/undeclared_function',
    both(set({ function_call: { name: 'nope' } }), prepend('functions', { name: 'f' }))
  ),
  ...faultsOf('tools/unsupported_parameter', prepend('tools', tool()), set({ tools: [] })),
  ...faultsOf('tools/tools_not_supported', prepend('tools', tool())),
  ...faultsOf('schema/array_above_max_length', prepend('tools', ...Array(129).fill(tool()))),
  ...faultsOf('schema/missing_required_parameter', prepend('tools', { type: 'function' })),
  ...faultsOf('schema/string_does_not_match_pattern', prepend('tools', tool({ name: 'a b' }))),
  ...faultsOf('schema/string_above_max_length', prepend('tools', tool({ name: long(129) }))),
  {
    breaks: 'schema/string_above_max_length',
    make: prepend('tools', tool({ description: long(1_048_577) })),
    models: ['gpt-4']
  },
  ...faultsOf('schema/empty_string', prepend('tools', tool({ name: '' }))),
  ...faultsOf('tools/empty_array', set({ tools: [] })),
  ...faultsOf('tools/functions_beside_tools', both(prepend('functions', { name: 'f' }), prepend('tools', tool()))),
  ...unsupported('tool_choice', 'auto'),
  ...faultsOf('schema/invalid_type', set({ tool_choice: 5 })),
  ...faultsOf('schema/invalid_value', set({ tool_choice: 'x' })),
  ...faultsOf('schema/missing_required_parameter', set({ tool_choice: { type: 'function' } })),
  ...faultsOf('tool_choice/only_with_tools', both(fill({ tool_choice: 'auto' }), drop('tools'))),
  ...faultsOf(
    'tool_choice/undeclared_function',
    both(set({ tool_choice: tool({ name: 'nope' }) }), prepend('tools', tool()))
  ),
  ...unsupported('parallel_tool_calls', false),
  ...wrongTypes('parallel_tool_calls'),
  ...faultsOf('parallel_tool_calls/only_with_tools', both(set({ parallel_tool_calls: false }), drop('tools')))
]

const fieldFaults: readonly Fault[] = [
  ...unsupported('max_completion_tokens', 50),
  ...wrongTypes('max_completion_tokens'),
  ...faultsOf('schema/integer_below_min_value', set({ max_completion_tokens: 0 })),
  ...faultsOf('max_completion_tokens/max_tokens_too_large', set({ max_completion_tokens: 999_999 })),
  ...unsupported('n', 2),
  ...wrongTypes('n'),
  ...faultsOf('schema/integer_below_min_value', set({ n: 0 })),
  ...faultsOf('schema/integer_above_max_value', set({ n: 129 })),
  ...faultsOf('n/integer_above_max_value', set({ n: 9 })),
  ...['temperature', 'top_p', 'presence_penalty', 'frequency_penalty'].flatMap(name => [
    ...unsupported(name, 0.5),
    ...wrongTypes(name)
  ]),
  ...faultsOf('schema/decimal_below_min_value', set({ frequency_penalty: -3 })),
  ...faultsOf('schema/decimal_above_max_value', set({ frequency_penalty: 3 })),
  ...unsupported('logprobs', true),
  ...faultsOf('logprobs/logprobs_not_allowed', set({ logprobs: true })),
  ...wrongTypes('logprobs'),
  ...unsupported('top_logprobs', 2),
  ...faultsOf('top_logprobs/value_above_model_maximum', set({ top_logprobs: 21 })),
  ...wrongTypes('top_logprobs'),
  ...faultsOf('schema/integer_below_min_value', set({ top_logprobs: -1 })),
  ...faultsOf('top_logprobs/top_logprobs_without_logprobs', both(set({ top_logprobs: 2 }), drop('logprobs'))),
  ...wrongTypes('user'),
  ...faultsOf('schema/string_above_max_length', set({ user: long(65) })),
  ...wrongTypes('seed'),
  ...faultsOf('schema/missing_required_parameter', set({ moderation: {} })),
  ...wrongTypes('safety_identifier'),
  ...faultsOf('schema/string_above_max_length', set({ safety_identifier: long(65) })),
  ...faultsOf('schema/unknown_parameter', set({ prompt_cache_options: { bogus: 1 } })),
  ...wrongTypes('prompt_cache_key'),
  ...faultsOf('schema/string_above_max_length', set({ prompt_cache_key: long(65) })),
  ...wrongTypes('prompt_cache_retention'),
  ...faultsOf('schema/invalid_prompt_cache_retention', set({ prompt_cache_retention: 'x' })),
  ...faultsOf('prompt_cache_retention/prompt_cache_retention_not_supported', set({ prompt_cache_retention: '24h' })),
  ...faultsOf('prompt_cache_retention/prompt_cache_24h_only', set({ prompt_cache_retention: 'in_memory' })),
  ...unsupported('response_format', { type: 'text' }),
  ...faultsOf('schema/missing_required_parameter', set({ response_format: {} })),
  ...faultsOf('schema/string_does_not_match_pattern', format({ name: 'a b' })),
  ...faultsOf('response_format/missing_required_parameter', format({ strict: true, schema: undefined })),
  ...faultsOf(
    'response_format/response_format_not_supported',
    format({}),
    set({ response_format: { type: 'json_object' } })
  ),
  ...wrongTypes('service_tier'),
  ...faultsOf('schema/invalid_value', set({ service_tier: 'scale' })),
  ...faultsOf('service_tier/service_tier_not_supported', set({ service_tier: 'flex' })),
  ...unsupported('max_tokens', 0),
  ...unsupported('max_tokens', 50),
  ...wrongTypes('max_tokens'),
  ...faultsOf('schema/integer_below_min_value', set({ max_tokens: 0 })),
  ...faultsOf('max_tokens/invalid_parameter_combination', fill({ max_tokens: 50, max_completion_tokens: 50 })),
  ...faultsOf('max_tokens/max_tokens_too_large', both(set({ max_tokens: 999_999 }), drop('max_completion_tokens'))),
  ...unsupported('reasoning_effort', 'low'),
  ...faultsOf('reasoning_effort/unsupported_value', set({ reasoning_effort: 'huge' })),
  ...['function_tools_with_effort', 'function_tools_with_effort_older'].flatMap(name =>
    faultsOf(`reasoning_effort.tools/${name}`, both(set({ reasoning_effort: 'low' }), prepend('tools', tool())))
  ),
  ...unsupported('logit_bias', { 1: 1 }),
  ...faultsOf('schema/invalid_type', set({ logit_bias: 5 })),
  ...faultsOf('logit_bias/invalid_logit_bias_key', set({ logit_bias: { word: 1 } })),
  ...unsupported('stop', 'x'),
  ...wrongTypes('stop'),
  ...faultsOf('schema/array_above_max_length', set({ stop: [...'12345'] })),
  ...wrongTypes('stream'),
  ...faultsOf('schema/unknown_parameter', set({ stream_options: { bogus: 1 } })),
  ...faultsOf('stream_options/stream_options_without_stream', both(set({ stream_options: {} }), drop('stream'))),
  ...wrongTypes('store'),
  ...faultsOf('schema/invalid_type', set({ metadata: 'x' })),
  ...faultsOf(
    'schema/object_above_max_properties',
    set({ metadata: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`k${i}`, 'v'])) })
  ),
  ...faultsOf('schema/property_name_above_max_length', set({ metadata: { [long(65)]: 'v' } })),
  ...faultsOf('metadata/metadata_without_store', both(set({ metadata: { a: 'b' } }), drop('store'))),
  ...unsupported('prediction', { type: 'content', content: 'x' }),
  ...faultsOf('schema/invalid_type', set({ prediction: 5 })),
  ...faultsOf('schema/invalid_value', set({ verbosity: 'loud' })),
  ...faultsOf('verbosity/unsupported_value', set({ verbosity: 'low' }))
]

// These fields come after all measured fields. Their order among themselves is not known.
const unorderedFaults: readonly Fault[] = [
  ...unsupported('audio', { voice: 'alloy', format: 'wav' }),
  ...unsupported('modalities', ['text', 'audio']),
  ...faultsOf('schema/invalid_value', set({ modalities: ['x'] })),
  ...faultsOf('schema/missing_required_parameter', set({ audio: {} })),
  ...faultsOf('schema/invalid_type', set({ web_search_options: 5 })),
  ...faultsOf('audio/audio_format_while_streaming', set({ audio: { voice: 'alloy', format: 'wav' }, stream: true })),
  ...faultsOf('web_search_options/web_search_not_supported', set({ web_search_options: {} }))
]

const valueFaults: readonly Fault[] = [
  ...['temperature', 'top_p'].flatMap(name => [
    ...faultsOf('schema/decimal_above_max_value', set({ [name]: 3 })),
    ...faultsOf('schema/decimal_below_min_value', set({ [name]: -1 }))
  ]),
  ...Object.entries({
    temperature: 0.5,
    top_p: 0.5,
    presence_penalty: 1,
    frequency_penalty: 1,
    logprobs: true
  }).flatMap(([name, value]) => [
    ...faultsOf(`values.${name}/unsupported_value`, set({ [name]: value })),
    ...faultsOf(`values.${name}/unsupported_parameter`, set({ [name]: value }))
  ]),
  ...['unsupported_value', 'unsupported_parameter'].flatMap(name =>
    faultsOf(`values.top_logprobs/${name}`, set({ top_logprobs: 2, logprobs: true }))
  ),
  ...faultsOf('values/audio_required', drop('modalities', 'audio'))
]

const noItems = { type: 'object', properties: { a: { type: 'array' } } }
const schemaFaults: readonly Fault[] = [
  ...faultsOf(
    'schemas.functions/invalid_function_parameters',
    prepend('functions', { name: 'f', parameters: { type: 'object', properties: [] } })
  ),
  ...faultsOf(
    'schemas.tools/invalid_function_parameters',
    prepend('tools', tool({ parameters: noItems })),
    prepend('tools', tool({ strict: true }))
  ),
  ...faultsOf(
    'schemas.response_format/invalid_response_schema',
    format({ schema: { type: 'any' } }),
    format({ schema: { type: 'object', properties: {} }, strict: true })
  )
]

const promptFaults: readonly Fault[] = [
  ...faultsOf('prompt.response_format/json_not_mentioned', set({ response_format: { type: 'json_object' } })),
  ...faultsOf(
    'prompt.toolResult/tool_message_without_call',
    say({ role: 'tool', tool_call_id: 'call_1', content: '1' })
  ),
  ...faultsOf('prompt.tool/missing_message_member', say(calling(), { role: 'tool', content: '1' })),
  ...faultsOf('prompt.function/missing_message_member', say({ role: 'function', content: '1' })),
  ...faultsOf(
    'prompt.toolResult/tool_call_id_not_found',
    say(calling(), { role: 'tool', tool_call_id: 'call_2', content: '1' })
  ),
  ...faultsOf('prompt.toolCalls/unanswered_tool_calls', say(calling(), { role: 'user', content: 'x' })),
  ...faultsOf('prompt.mediaParts/unsupported_audio_format', say(sound(wav, 'mp3'))),
  ...faultsOf('prompt.mediaParts/image_not_supported', say(image('https://example.com/a.png'))),
  ...faultsOf('prompt.mediaParts/invalid_image_base64', say(image('data:image/png;base64,iVBOR'))),
  ...faultsOf('prompt.mediaParts/invalid_image_format', say(image('data:image/png;base64,AAAA'))),
  ...faultsOf('content.noContent/missing_content', say({ role: 'user', content: null })),
  ...faultsOf('content/input_tokens_exceeded', say({ role: 'user', content: long(300_000) })),
  ...faultsOf('content/context_length_exceeded', say({ role: 'user', content: long(210_000) })),
  ...faultsOf(
    'content/context_length_exceeded_with_completion',
    both(say({ role: 'user', content: long(500) }), drop('max_tokens'), set({ max_completion_tokens: 8000 }))
  ),
  ...faultsOf(
    'content.max_completion_tokens.max_tokens/output_limit_too_small',
    both(drop('max_tokens'), set({ max_completion_tokens: 1 }))
  )
]

/** A fault is never reported before a fault that stands above it. */
export const faults: readonly Fault[] = [
  ...edgeFaults,
  ...faultsOf('missing/missing_required_parameter', drop('messages')),
  ...['unknown_parameter', 'unrecognized_arguments'].flatMap(name => faultsOf(`parameters/${name}`, set({ zzz: 1 }))),
  ...faultsOf('parameters/incompatible_arguments', set({ temperature: 0.5 })),
  ...messageFaults,
  ...toolFaults,
  ...fieldFaults,
  ...unorderedFaults,
  ...valueFaults,
  ...schemaFaults,
  ...promptFaults
]

/** A body that the model accepts. */
export const validBody = (model: string): Body => ({
  model,
  messages: [{ role: 'user', content: 'Hi' }],
  ...(model === 'gpt-audio' ? { modalities: ['text', 'audio'], audio: { voice: 'alloy', format: 'wav' } } : {})
})

/** Makes the first fault last, so that it also wins where both are about one field. */
export function breakBody(model: string, ...list: readonly Fault[]): Body {
  const body = validBody(model)
  for (const { make } of [...list].reverse()) make(body)
  return body
}

/** What no body breaks with the shipped document, and why. */
export const unbreakable: Readonly<Record<string, string>> = {
  'schema/array_below_min_length': 'no list needs more than one item',
  'schema/string_below_min_length': 'no text needs more than one character',
  'schema/invalid_url': 'a rule checks URLs',
  'schema/invalid_parameter': "for keywords that only a user's document has"
}

/** The rules that no body breaks at once, and why. */
export const exclusions: readonly [reason: string, one: RegExp, other: RegExp][] = [
  ['a body has one model', /^model\//, /^model\//],
  [
    'a body without messages breaks no rule about messages',
    /^missing\//,
    /^(messages|prompt)[./]|^content(\.noContent)?\/|^values\/audio_required/
  ],
  [
    'functions are absent',
    /^function_call\/only_with_tools/,
    /^functions\/|^schemas\.functions|functions_beside_tools/
  ],
  [
    'tools are absent or empty',
    /^tools\/empty_array|^(tool_choice|parallel_tool_calls)\/only_with_tools/,
    /^tools\/(tools_not|functions)|^schemas\.tools|^reasoning_effort\.tools/
  ],
  ['a choice without tools is reported first', /^tool_choice\/undeclared/, /^parallel_tool_calls\/only_with_tools/],
  ['the schema is absent', /^response_format\/missing/, /^schemas\.response_format/],
  ['a response format has one type', /json_not_mentioned/, /^(response_format\/missing|schemas\.response_format)/],
  ['a limit is too large or too small', /^max_completion_tokens\/max_tokens_too_large/, /output_limit_too_small/],
  ['logprobs is absent', /top_logprobs_without_logprobs/, /logprobs_not_allowed|^values\.logprobs/],
  ['stream is absent', /stream_options_without_stream/, /audio_format_while_streaming/],
  ['there is sound', /audio_required/, /invalid_base64|unsupported_audio_format/]
]
