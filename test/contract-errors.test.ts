/** Tests the errors of invalid bodies: the service's messages, its order of checks, and its bytes. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { createSpecChecks } from '../src/contract/check.js'
import { fieldOrder } from '../src/contract/check-order.js'
import { countCharacters, findSimilarNames, formatPythonRepr, shortenText } from '../src/contract/error-phrases.js'
import { loadSpec } from '../src/contract/load.js'
import { ruleEvidence } from '../src/contract/rule-evidence.js'
import { rules } from '../src/contract/rules.js'
import { schemaErrorNames } from '../src/contract/schema-error-rows.js'
import { createValidator, edgeErrorNames, type ValidatorOptions } from '../src/contract/validate.js'
import { ApiError, type ErrorParams } from '../src/core/api-error.js'
import type { ConfigError } from '../src/core/config-error.js'
import { findNumberText } from '../src/core/json-source.js'
import { createModels, type ModelTable } from '../src/core/model.js'
import { parseSource, readSource } from '../src/core/source-file.js'
import {
  defaultErrorNames,
  type ErrorCatalogFile,
  formatErrorResponse,
  readErrorCatalog
} from '../src/fixtures/error-catalog.js'
import { type Evidence, errorsPage } from '../src/fixtures/errors-page.js'
import { exclusions, ownModels, unbreakable } from './contract-errors/faults.js'
import { comparePairs, countCharactersAsTokens, type Judge } from './contract-errors/pairs.js'
import { type DatedEntry, findOldEvidence, formatOldEvidence, listEvidence } from './evidence/old-evidence.js'
import { mutate } from './helper.js'

const filesIn = (directory: string) =>
  readdirSync(directory)
    .sort()
    .map(file => join(directory, file))

type Body = Record<string, unknown>
interface Objects {
  [name: string]: { properties: Body; additionalProperties?: unknown }
}

const models = createModels((await readSource('fixtures/models.yaml')).data as ModelTable)
const shipped = await Promise.all(filesIn('fixtures/errors').map(path => readSource(path)))
const catalog = readErrorCatalog(shipped)
const ours = await validatorOf(filesIn('openapi/overlays'))
const given = await validatorOf([])
const schema = ours.schema

async function validatorOf(overlays: string[], options: Partial<ValidatorOptions> = {}) {
  const spec = await loadSpec({ spec: 'openapi/chat-completions.yaml', overlays })
  const check = createSpecChecks(spec).request.get('createChatCompletion')!
  const objects = (spec.schemas.components as { schemas: Objects }).schemas
  const schema = objects.CreateChatCompletionRequest!
  const make = (more: Partial<ValidatorOptions> = {}) =>
    createValidator({
      check,
      parameters: spec.chatParameters,
      readProperties: () => schema.properties,
      models,
      ...options,
      ...more
    })
  return { make, check, schema, validate: make() }
}

const say = [{ role: 'user', content: 'Hi' }]
const ask = (body: unknown, validate = ours.validate) => {
  const refusal = validate(body)
  if (!refusal) return undefined
  const { error } = JSON.parse(formatErrorResponse(catalog, refusal).body)
  return { name: refusal.errorName, ...error }
}
const tool = (more: Body = {}) => ({ type: 'function', function: { name: 'get_weather', ...more } })
const invalid = (p: string, code: string, rest: string) => [`Invalid '${p}': ${rest} instead.`, p, code] as const
const missing = (p: string) => [`Missing required parameter: '${p}'.`, p, 'missing_required_parameter'] as const
const wrong = (p: string, want: string, got: string) =>
  [`Invalid type for '${p}': expected ${want}, but got ${got} instead.`, p, 'invalid_type'] as const
const unsupported = (p: string, hint = '') =>
  [`Unsupported parameter: '${p}' is not supported with this model.${hint}`, p, 'unsupported_parameter'] as const
const long = (length: number) => 'a'.repeat(length)
const tooLong = (p: string, limit: number, length: number) =>
  invalid(
    p,
    'string_above_max_length',
    `string too long. Expected a string with maximum length ${limit}, but got a string with length ${length}`
  )
const unmatched = (p: string, pattern = '^[a-zA-Z0-9_-]+$') =>
  [
    `Invalid '${p}': string does not match pattern. Expected a string that matches the pattern '${pattern}'.`,
    p,
    'invalid_value'
  ] as const
const roles = "'system', 'assistant', 'user', 'function', 'tool', and 'developer'"
const noContent = "Invalid value for 'content': expected a string, got null."
const call = { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } }
const callMessage = { role: 'assistant', content: null, tool_calls: [call, { ...call, id: 'call_2' }] }
const calling = (more: Body) => ({ role: 'assistant', tool_calls: [{ ...call, ...more }] })
const strictFormat = (schema: unknown) => ({
  type: 'json_schema',
  json_schema: { name: 'answer', strict: true, schema }
})
const image = (url: string) => [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }]
const audio = (data: string) => [
  { role: 'user', content: [{ type: 'input_audio', input_audio: { data, format: 'wav' } }] }
]
const terra = { model: 'gpt-5.6-terra' }
const png = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUg=='
const pdf = 'data:application/pdf;base64,JVBERi0xLjQK'
// The first bytes of sound in each format that the service reads.
const wav = 'UklGRiQZAABXQVZFZm10IBAAAAA='
const mp3 = 'SUQzBAAAAAAAI1RTU0UAAAAPAAAD'
const imageIn = (role: string, more: Body = {}) => [
  ...say,
  { role, content: [{ type: 'image_url', image_url: { url: png } }], ...more }
]
const afterCall = (...more: Body[]) => [...say, { role: 'assistant', content: null, tool_calls: [call] }, ...more]
const file = (file: Body) => [
  {
    role: 'user',
    content: [
      { type: 'text', text: 'x' },
      { type: 'file', file }
    ]
  }
]
const sound = (data: string, format: string) => ({
  model: 'gpt-audio',
  messages: [{ role: 'user', content: [{ type: 'input_audio', input_audio: { data, format } }] }]
})
const otherRole = (role: string, at = 1) =>
  [
    `Invalid 'messages[${at}]'. Image URLs are only allowed for messages with role 'user', but this message with role '${role}' contains an image URL.`,
    `messages[${at}]`,
    'invalid_value'
  ] as const
const imageAt = 'messages[0].content[0].image_url.url'
const imageData = (got: string) =>
  [
    `Invalid image URL: '${imageAt}'. Expected a base64-encoded data URL with an image MIME type (e.g. 'data:image/png;base64,aW1nIGJ5dGVzIGhlcmU='), but got ${got}.`,
    imageAt,
    'invalid_value'
  ] as const
const fileAt = 'messages[0].content[1].file'
const fileData = (got: string) =>
  [
    `Invalid file data: '${fileAt}.file_data'. Expected a base64-encoded data URL with an application/pdf MIME type (e.g. 'data:application/pdf;base64,SGVsbG8sIFdvcmxkIQ=='), but got ${got}.`,
    `${fileAt}.file_data`,
    'invalid_value'
  ] as const
const notUrl = [
  `Invalid '${imageAt}'. Expected a valid URL, but got a value with an invalid format.`,
  imageAt,
  'invalid_value'
] as const
const notBase64 = ['Invalid base64 image_url.', null, 'invalid_base64'] as const
const wrongSound = ['This model does not support the format you provided.', 'messages', 'unsupported_format'] as const
const noSound = [
  'This model requires that either input content or output modality contain audio.',
  'model',
  'invalid_value'
] as const
const pattern = (p: string, pattern: string) =>
  [
    `Invalid '${p}': string does not match pattern. Expected a string that matches the pattern '${pattern}'.`,
    p,
    'invalid_value'
  ] as const
const otherParts = (at: number) =>
  [
    `Invalid 'messages[${at}]'. Content blocks are expected to be either text or image_url type.`,
    `messages[${at}]`,
    'invalid_value'
  ] as const
const speech = (format: string, more: Body = {}) => ({
  model: 'gpt-audio',
  modalities: ['text', 'audio'],
  audio: { voice: 'alloy', format },
  ...more
})
const callOf = (more: Body) => [...say, { role: 'assistant', tool_calls: [{ ...call, ...more }] }]
const calledName = 'messages[1].tool_calls[0].function.name'
const names = '^[a-zA-Z0-9_-]+$'

// What differs from { model: 'gpt-4o', messages: say }, and the message, param and code that the service gives to it.
const cases: [Body, ...(readonly (string | null)[])][] = [
  [{ messages: undefined }, ...missing('messages')],
  [{ messages: [{}] }, ...missing('messages[0].role')],
  [{ messages: [...say, { role: 'user', content: [{ text: 'x' }] }] }, ...missing('messages[1].content[0].type')],
  [{ messages: [...say, { role: 'developer' }] }, ...missing('messages[1].content')],
  [{ tools: [{ type: 'function' }] }, ...missing('tools[0].function')],
  [{ tools: [{ type: 'function', function: null }] }, ...wrong('tools[0].function', 'a function definition', 'null')],
  [{ functions: ['f'] }, ...wrong('functions[0]', 'a function definition', 'a string')],
  [
    { tools: [{ type: 'custom', custom: { name: 'f', format: { type: 'json' } } }] },
    "Invalid value: 'json'. Supported values are: 'text' and 'grammar'.",
    'tools[0].custom.format.type',
    'invalid_value'
  ],
  [{ tools: [{ type: 'function', function: {} }] }, ...missing('tools[0].function.name')],
  [{ tool_choice: { type: 'bogus' } }, ...missing('tool_choice.function')],
  [{ tool_choice: { type: 'function' } }, ...missing('tool_choice.function')],
  [{ tool_choice: { type: 'function', function: {} } }, ...missing('tool_choice.function.name')],
  [{ function_call: {} }, ...missing('function_call.name')],
  [{ functions: [{}] }, ...missing('functions[0].name')],
  [{ response_format: {} }, ...missing('response_format.type')],
  [{ response_format: { type: 'json_schema' } }, ...missing('response_format.json_schema')],
  [{ response_format: { type: 'json_schema', json_schema: {} } }, ...missing('response_format.json_schema.name')],
  [{ moderation: {} }, ...missing('moderation.model')],
  [{ ...terra, zzz_unknown: 1 }, "Unknown parameter: 'zzz_unknown'.", 'zzz_unknown', 'unknown_parameter'],
  [{ ...terra, zz: 1, aa: 2 }, "Unknown parameter: 'aa'.", 'aa', 'unknown_parameter'],
  [{ ...terra, stor: 1 }, "Unknown parameter: 'stor'. Did you mean 'stop' or 'store'?", 'stor', 'unknown_parameter'],
  [
    { ...terra, temperatur: 1 },
    "Unknown parameter: 'temperatur'. Did you mean 'temperature'?",
    'temperatur',
    'unknown_parameter'
  ],
  [{ ...terra, messagess: [] }, "Unknown parameter: 'messagess'.", 'messagess', 'unknown_parameter'],
  [
    { stream: true, stream_options: { bogus: 1 } },
    "Unknown parameter: 'stream_options.bogus'.",
    'stream_options.bogus',
    'unknown_parameter'
  ],
  [
    { prompt_cache_options: { bogus: 1 } },
    "Unknown parameter: 'prompt_cache_options.bogus'.",
    'prompt_cache_options.bogus',
    'unknown_parameter'
  ],
  [{ ...terra, audio: {} }, "Unknown parameter: 'audio'.", 'audio', 'unknown_parameter'],
  [
    { ...terra, web_search_options: {} },
    "Unknown parameter: 'web_search_options'.",
    'web_search_options',
    'unknown_parameter'
  ],
  [{ messages: ['x'] }, ...wrong('messages[0]', 'an object', 'a string')],
  [{ messages: 'x' }, ...wrong('messages', 'an array of objects', 'a string')],
  [{ messages: null }, ...wrong('messages', 'an array of objects', 'null')],
  [{ n: 1.5 }, ...wrong('n', 'an integer', 'a decimal number')],
  [{ temperature: 'x' }, ...wrong('temperature', 'a decimal', 'a string')],
  [{ stream: 1 }, ...wrong('stream', 'a boolean', 'an integer')],
  [{ user: true }, ...wrong('user', 'a string', 'a boolean')],
  [{ stream_options: [] }, ...wrong('stream_options', 'an object', 'an array')],
  [{ tools: {} }, ...wrong('tools', 'an array of objects', 'an object')],
  [{ functions: 1 }, ...wrong('functions', 'an array of function definitions', 'an integer')],
  [{ metadata: 'x' }, ...wrong('metadata', 'a metadata object', 'a string')],
  [{ metadata: { k: 1 } }, ...wrong('metadata.k', 'a string', 'an integer')],
  [
    { messages: [{ role: 'user', content: 5 }] },
    ...wrong('messages[0].content', 'one of a string or array of objects', 'an integer')
  ],
  [
    { messages: [...say, { role: 'developer', content: null }] },
    ...wrong('messages[1].content', 'one of a string or array of objects', 'null')
  ],
  [{ prompt_cache_retention: 1 }, ...wrong('prompt_cache_retention', "one of 'in_memory' or '24h'", 'an integer')],
  [
    { service_tier: 1 },
    ...wrong('service_tier', "one of 'auto', 'default', 'fast', 'flex', or 'priority'", 'an integer')
  ],
  [{ tool_choice: 5 }, ...wrong('tool_choice', "one of one of 'none', 'auto', or 'required' or object", 'an integer')],
  [
    {
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'x' },
            { type: 'image_url', image_url: 'x' }
          ]
        }
      ]
    },
    ...wrong('messages[0].content[1].image_url', 'an object', 'a string')
  ],
  [
    { messages: [{ role: 'robot' }] },
    `Invalid value: 'robot'. Supported values are: ${roles}.`,
    'messages[0].role',
    'invalid_value'
  ],
  [
    { messages: [{ role: 'r'.repeat(99) }] },
    `Invalid value: 'rrr...rrr'. Supported values are: ${roles}.`,
    'messages[0].role',
    'invalid_value'
  ],
  [
    { tool_choice: 'x' },
    "Invalid value: 'x'. Supported values are: 'none', 'auto', and 'required'.",
    'tool_choice',
    'invalid_value'
  ],
  [
    { response_format: { type: 'x' } },
    "Invalid value: 'x'. Supported values are: 'json_object', 'json_schema', and 'text'.",
    'response_format.type',
    'invalid_value'
  ],
  [
    { service_tier: 'scale' },
    "Invalid value: 'scale'. Supported values are: 'auto', 'default', 'fast', 'flex', and 'priority'.",
    'service_tier',
    'invalid_value'
  ],
  [
    { verbosity: 'x' },
    "Invalid value: 'x'. Supported values are: 'low', 'medium', and 'high'.",
    'verbosity',
    'invalid_value'
  ],
  [
    { messages: [] },
    ...invalid(
      'messages',
      'empty_array',
      'empty array. Expected an array with minimum length 1, but got an empty array'
    )
  ],
  [
    { messages: [...say, { role: 'assistant', tool_calls: [] }] },
    ...invalid(
      'messages[1].tool_calls',
      'empty_array',
      'empty array. Expected an array with minimum length 1, but got an empty array'
    )
  ],
  [
    { tools: [tool({ name: '' })] },
    ...invalid(
      'tools[0].function.name',
      'empty_string',
      'empty string. Expected a string with minimum length 1, but got an empty string'
    )
  ],
  [
    { stop: ['1', '2', '3', '4', '5'] },
    ...invalid(
      'stop',
      'array_above_max_length',
      'array too long. Expected an array with maximum length 4, but got an array with length 5'
    )
  ],
  [
    { tools: Array(129).fill(tool()) },
    ...invalid(
      'tools',
      'array_above_max_length',
      'array too long. Expected an array with maximum length 128, but got an array with length 129'
    )
  ],
  [
    { metadata: { k: 'v'.repeat(513) } },
    ...invalid(
      'metadata.k',
      'string_above_max_length',
      'string too long. Expected a string with maximum length 512, but got a string with length 513'
    )
  ],
  [
    { prompt_cache_key: 'k'.repeat(65) },
    ...invalid(
      'prompt_cache_key',
      'string_above_max_length',
      'string too long. Expected a string with maximum length 64, but got a string with length 65'
    )
  ],
  [
    { metadata: { ['k'.repeat(65)]: 'v' } },
    "Invalid property name in 'metadata': 'kkk...kkk' is too long. Expected a string with maximum length 64, but got a string with length 65 instead.",
    `metadata.${'k'.repeat(65)}`,
    'property_name_above_max_length'
  ],
  [
    { metadata: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`k${i}`, 'v'])) },
    ...invalid(
      'metadata',
      'object_above_max_properties',
      'too many properties. Expected an object with at most 16 properties, but got an object with 17 properties'
    )
  ],
  [
    { n: 0 },
    ...invalid('n', 'integer_below_min_value', 'integer below minimum value. Expected a value >= 1, but got 0')
  ],
  [
    { max_completion_tokens: 0 },
    ...invalid(
      'max_completion_tokens',
      'integer_below_min_value',
      'integer below minimum value. Expected a value >= 1, but got 0'
    )
  ],
  [
    { logprobs: true, top_logprobs: -1 },
    ...invalid(
      'top_logprobs',
      'integer_below_min_value',
      'integer below minimum value. Expected a value >= 0, but got -1'
    )
  ],
  [
    { n: 129 },
    ...invalid('n', 'integer_above_max_value', 'integer above maximum value. Expected a value <= 128, but got 129')
  ],
  [
    { ...terra, n: 9 },
    ...invalid('n', 'integer_above_max_value', 'integer above maximum value. Expected a value <= 8, but got 9')
  ],
  [
    { temperature: 200 },
    ...invalid(
      'temperature',
      'decimal_above_max_value',
      'decimal above maximum value. Expected a value <= 2, but got 200'
    )
  ],
  [
    { temperature: -1 },
    ...invalid(
      'temperature',
      'decimal_below_min_value',
      'decimal below minimum value. Expected a value >= 0, but got -1'
    )
  ],
  [
    { presence_penalty: -2.5 },
    ...invalid(
      'presence_penalty',
      'decimal_below_min_value',
      'decimal below minimum value. Expected a value >= -2, but got -2.5'
    )
  ],
  [
    { tools: [tool({ name: 'a b' })] },
    "Invalid 'tools[0].function.name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.",
    'tools[0].function.name',
    'invalid_value'
  ],
  [
    { tools: [tool({ name: '' })] },
    "Invalid 'tools[0].function.name': empty string. Expected a string with minimum length 1, but got an empty string instead.",
    'tools[0].function.name',
    'empty_string'
  ],
  [{ tools: [tool(), tool({ name: long(129) })] }, ...tooLong('tools[1].function.name', 128, 129)],
  [
    { tools: [tool({ description: long(1_048_577) })] },
    ...tooLong('tools[0].function.description', 1_048_576, 1_048_577)
  ],
  [{ functions: [{ name: long(129) }] }, ...tooLong('functions[0].name', 128, 129)],
  [{ tools: [{ type: 'custom', custom: { name: 'a.b' } }] }, ...unmatched('tools[0].custom.name')],
  [
    { response_format: { type: 'json_schema', json_schema: { name: 'a/1.0' } } },
    ...unmatched('response_format.json_schema.name')
  ],
  [
    { response_format: { type: 'json_schema', json_schema: { name: long(65) } } },
    ...tooLong('response_format.json_schema.name', 64, 65)
  ],
  [
    { messages: [...say, { role: 'user', name: 'a b', content: 'x' }] },
    ...unmatched('messages[1].name', '^[^\\s<|\\\\/>]+$')
  ],
  [
    { messages: [{ role: 'system', name: 'a<b', content: 'x' }] },
    ...unmatched('messages[0].name', '^[^\\s<|\\\\/>]+$')
  ],
  [{ messages: [...say, { role: 'user', name: long(65), content: 'x' }] }, ...tooLong('messages[1].name', 64, 65)],
  [{ messages: [...say, calling({ id: long(65) })] }, ...tooLong('messages[1].tool_calls[0].id', 64, 65)],
  [
    { messages: [...say, calling({ function: { name: 'a b', arguments: '{}' } })] },
    ...unmatched('messages[1].tool_calls[0].function.name')
  ],
  [
    { messages: [...say, calling({ type: 'custom', custom: { name: 'a.b', input: '' } })] },
    ...unmatched('messages[1].tool_calls[0].custom.name')
  ],
  [
    { messages: [...say, { role: 'assistant', function_call: { name: 'a b', arguments: '{}' } }] },
    ...unmatched('messages[1].function_call.name')
  ],
  [
    { messages: [...say, callMessage, { role: 'tool', tool_call_id: long(65), content: 'x' }] },
    ...tooLong('messages[2].tool_call_id', 64, 65)
  ],
  [
    { response_format: { type: 'json_schema', json_schema: { name: 'r', strict: true } } },
    ...missing('response_format.json_schema.schema')
  ],
  [
    { tools: [tool(), tool({ name: 'second', parameters: {} }), tool({ parameters: { type: 'array' } })] },
    "Invalid schema for function 'second': schema must be a JSON Schema of 'type: \"object\"', got 'type: \"None\"'.",
    'tools[1].function.parameters',
    'invalid_function_parameters'
  ],
  [
    { functions: [{ name: 'f', parameters: { type: 'object' } }] },
    "Invalid schema for function 'f': In context=(), object schema missing properties.",
    'functions[0].parameters',
    'invalid_function_parameters'
  ],
  [
    { response_format: { type: 'json_schema', json_schema: { name: 'answer', schema: { type: 'json_object' } } } },
    "Invalid schema for response_format 'answer': 'json_object' is not valid under any of the given schemas.",
    'response_format',
    null
  ],
  [
    {
      response_format: strictFormat({
        type: 'object',
        properties: { a: { enum: [{}] } },
        required: ['a'],
        additionalProperties: false
      })
    },
    "Invalid schema for response_format 'answer'. Please ensure it is a valid JSON Schema.",
    'response_format',
    null
  ],
  [{ prompt_cache_retention: 'x' }, 'Invalid prompt_cache_retention argument', 'prompt_cache_retention', null],
  [
    { ...terra, prompt_cache_retention: 'in_memory' },
    'This model is compatible only with 24h extended prompt caching',
    'prompt_cache_retention',
    null
  ],
  [{ model: 'gpt-5-nano', max_tokens: 5 }, ...unsupported('max_tokens', " Use 'max_completion_tokens' instead.")],
  [{ model: 'o1-mini', stop: ['stop'] }, ...unsupported('stop')],
  [{ ...terra, logit_bias: { 1: 1 } }, ...unsupported('logit_bias')],
  [{ ...terra, prediction: { type: 'content', content: 'x' } }, ...unsupported('prediction')],
  [{ ...terra, presence_penalty: 1 }, ...unsupported('presence_penalty')],
  [{ ...terra, frequency_penalty: 1 }, ...unsupported('frequency_penalty')],
  [{ ...terra, logprobs: true }, ...unsupported('logprobs')],
  [{ reasoning_effort: 'low' }, 'Unrecognized request argument supplied: reasoning_effort', null, null],
  [
    { model: 'o1-mini', messages: [{ role: 'system', content: 'x' }] },
    "Unsupported value: 'messages[0].role' does not support 'system' with this model.",
    'messages[0].role',
    'unsupported_value'
  ],
  [
    { ...terra, messages: [...say, { role: 'function', name: 'f', content: 'x' }] },
    "Unsupported value: 'messages[1].role' does not support 'function' with this model.",
    'messages[1].role',
    'unsupported_value'
  ],
  [
    { ...terra, temperature: 0.5 },
    "Unsupported value: 'temperature' does not support 0.5 with this model. Only the default (1) value is supported.",
    'temperature',
    'unsupported_value'
  ],
  [
    { ...terra, reasoning_effort: { __probe__: 'wrong type' } },
    "Unsupported value: 'reasoning_effort' does not support {'__probe__': 'wrong type'} with this model. Supported values are: 'none', 'low', 'medium', 'high', and 'xhigh'.",
    'reasoning_effort',
    'unsupported_value'
  ],
  [
    { verbosity: 'low' },
    "Unsupported value: 'verbosity' does not support 'low' with this model. Supported values are: 'medium'.",
    'verbosity',
    'unsupported_value'
  ],
  [
    { top_logprobs: 2 },
    "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.",
    'top_logprobs',
    null
  ],
  [
    { ...terra, logprobs: true, top_logprobs: 21 },
    "Invalid value for 'top_logprobs': must be less than or equal to 5.",
    'top_logprobs',
    null
  ],
  [
    { stream_options: {} },
    "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
    'stream_options',
    null
  ],
  [
    { tool_choice: 'auto' },
    "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.",
    'tool_choice',
    null
  ],
  [
    { parallel_tool_calls: true },
    "Invalid value for 'parallel_tool_calls': 'parallel_tool_calls' is only allowed when 'tools' are specified.",
    'parallel_tool_calls',
    null
  ],
  [
    { function_call: 'auto' },
    "Invalid value for 'function_call': 'function_call' is only allowed when 'functions' are specified.",
    'function_call',
    null
  ],
  [
    { tools: [tool()], tool_choice: tool({ name: 'f' }) },
    "Invalid value for 'function_call': no function named 'f' was specified in the 'functions' parameter.",
    'function_call',
    null
  ],
  [
    { functions: [{ name: 'g' }], function_call: { name: 'f' } },
    "Invalid value for 'function_call': no function named 'f' was specified in the 'functions' parameter.",
    'function_call',
    null
  ],
  [{ messages: [{ role: 'user' }] }, noContent, 'messages.[0].content', null],
  [{ messages: [...say, { role: 'system', content: null }] }, noContent, 'messages.[1].content', null],
  [{ messages: [...say, { role: 'assistant' }] }, noContent, 'messages.[1].content', null],
  [
    { messages: [...say, { role: 'tool', tool_call_id: 'x', content: 'x' }] },
    "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
    'messages.[1].role',
    null
  ],
  [
    { messages: [...say, callMessage, { role: 'tool', tool_call_id: 'call_1', content: '1' }] },
    "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: call_2",
    'messages.[2].role',
    null
  ],
  [
    { messages: [...say, callMessage, { role: 'tool', tool_call_id: 'call_9', content: 'x' }] },
    "Invalid parameter: 'tool_call_id' of 'call_9' not found in 'tool_calls' of previous message.",
    'messages.[2].tool_call_id',
    null
  ],
  [
    { functions: [{ name: 'f' }], tools: [tool()] },
    "'functions' and 'tools' cannot both be provided. 'functions' are deprecated; use the 'tools' parameter instead.",
    null,
    null
  ],
  [
    { response_format: { type: 'json_object' } },
    "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
    'messages',
    null
  ],
  [
    { response_format: strictFormat({ type: 'object', properties: {} }) },
    "Invalid schema for response_format 'answer': In context=(), 'additionalProperties' is required to be supplied and to be false.",
    'response_format',
    null
  ],
  [
    { tools: [tool({ strict: true })] },
    "Invalid schema for function 'get_weather': In context=(), 'additionalProperties' is required to be supplied and to be false.",
    'tools[0].function.parameters',
    'invalid_function_parameters'
  ],
  [
    { tools: [tool({ parameters: { type: 'string' } })] },
    "Invalid schema for function 'get_weather': schema must be a JSON Schema of 'type: \"object\"', got 'type: \"string\"'.",
    'tools[0].function.parameters',
    'invalid_function_parameters'
  ],
  [
    { max_tokens: 5, max_completion_tokens: 5 },
    "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.",
    'max_tokens',
    'invalid_parameter_combination'
  ],
  [
    { max_tokens: 99999 },
    'max_tokens is too large: 99999. This model supports at most 16384 completion tokens, whereas you provided 99999.',
    'max_tokens',
    'invalid_value'
  ],
  [{ web_search_options: {} }, 'Web search options not supported with this model.', 'web_search_options', null],
  [
    { model: 'gpt-audio', messages: audio('no base 64') },
    "Invalid 'messages[0].content[0].input_audio.data'. Expected a base64-encoded value, but got a value that is not base64.",
    'messages[0].content[0].input_audio.data',
    'invalid_value'
  ],
  [{ messages: audio('AAAA') }, ...otherParts(0)],
  ...['no url', '', '/api/a.png', 'example.com/a.png', 'file:///a.png', 'https://'].map(
    (url): (typeof cases)[number] => [{ messages: image(url) }, ...notUrl]
  ),
  ...['iVBORw0KGgo=', '/9j/4AAQSkZJRgABAQAA'].map((url): (typeof cases)[number] => [
    { messages: image(url) },
    ...imageData("a value without the 'data:' prefix")
  ]),
  [{ messages: image(pdf) }, ...imageData("unsupported MIME type 'application/pdf'")],
  [{ messages: image('data:;base64,AAAA') }, ...imageData("unsupported MIME type ''")],
  ...['not_valid_base64_data!!!', '', 'undefined', 'iVBORw0KGgo', `${png}`].map((data): (typeof cases)[number] => [
    { messages: image(`data:image/png;base64,${data}`) },
    ...notBase64
  ]),
  [{ messages: image('data:image/svg+xml;utf8,<svg/>') }, ...notBase64],
  ...['assistant', 'system', 'developer'].map((role): (typeof cases)[number] => [
    { messages: imageIn(role) },
    ...otherRole(role)
  ]),
  [{ messages: afterCall({ ...imageIn('tool')[1], tool_call_id: 'call_1' }) }, ...otherRole('tool', 2)],
  [{ messages: imageIn('function', { name: 'f' }) }, ...otherRole('function')],
  [{ model: 'gpt-5', messages: imageIn('assistant') }, ...otherRole('assistant')],
  [{ messages: [{ role: 'system', content: file({ file_id: 'f' })[0]!.content }] }, ...otherParts(0)],
  [{ messages: [...say, { role: 'user', content: [{ type: 'refusal', refusal: 'No.' }] }] }, ...otherParts(1)],
  [
    { messages: [{ role: 'developer', content: [{ type: 'text', text: 'x', cache_control: {} }] }] },
    "Unknown parameter: 'messages[0].content[0].cache_control'.",
    'messages[0].content[0].cache_control',
    'unknown_parameter'
  ],
  [
    { messages: [{ role: 'assistant', content: [{ type: 'thinking', thinking: 'x' }] }] },
    "Invalid value: 'thinking'. Supported values are: 'text', 'image_url', 'input_audio', 'refusal', 'audio', and 'file'.",
    'messages[0].content[0].type',
    'invalid_value'
  ],
  [{ messages: file({}) }, ...missing(`${fileAt}.file_id`)],
  [{ messages: file({ url: pdf }) }, ...missing(`${fileAt}.file_id`)],
  [{ messages: file({ file_data: pdf }) }, ...missing(`${fileAt}.file_id`)],
  [
    { messages: file({ file_id: 'f', data: 'x' }) },
    `Unknown parameter: '${fileAt}.data'.`,
    `${fileAt}.data`,
    'unknown_parameter'
  ],
  [
    { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: png, format: 'png' } }] }] },
    "Unknown parameter: 'messages[0].content[0].image_url.format'.",
    'messages[0].content[0].image_url.format',
    'unknown_parameter'
  ],
  ...(
    [
      ['JVBERi0=', 'an invalid base64-encoded value'],
      ['https://example.com/a.pdf', 'an invalid base64-encoded value'],
      ['data:application/pdf;base64,JVBERi0', 'an invalid base64-encoded value'],
      ['data:application/pdf,JVBERi0=', 'an invalid base64-encoded value'],
      ['data:text/markdown;base64,IyBhCg==', "unsupported MIME type 'text/markdown'"],
      [png, "unsupported MIME type 'image/png'"]
    ] as const
  ).map(([file_data, got]): (typeof cases)[number] => [
    { messages: file({ filename: 'a', file_data }) },
    ...fileData(got)
  ]),
  [
    { model: 'gpt-4', messages: file({ file_id: 'f' }) },
    "Invalid Value: 'file'. This model does not support file content types.",
    'messages[0].content[1].type',
    'invalid_value'
  ],
  ...(
    [
      [sound(wav, 5 as never), 'messages[0].content[0].input_audio.format', "'wav' or 'mp3'", 'an integer'],
      [
        { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: png, detail: true } }] }] },
        ...['messages[0].content[0].image_url.detail', "'auto', 'low', or 'high'", 'a boolean']
      ],
      [{ modalities: [5] }, 'modalities[0]', "'text' or 'audio'", 'an integer'],
      [{ prompt_cache_options: { mode: 5 } }, 'prompt_cache_options.mode', "'implicit' or 'explicit'", 'an integer'],
      [
        { model: 'gpt-audio', modalities: ['audio'], audio: { voice: 'alloy', format: null } },
        ...['audio.format', "'wav', 'aac', 'mp3', 'flac', 'opus', or 'pcm16'", 'null']
      ]
    ] as [Body, string, string, string][]
  ).map(([patch, p, values, got]): (typeof cases)[number] => [patch, ...wrong(p, `one of ${values}`, got)]),
  [{ user: long(65) }, ...tooLong('user', 64, 65)],
  [
    { logit_bias: { 50256: -100, word: 1 } },
    "Invalid key in 'logit_bias': word. You should only be submitting non-negative integers.",
    'logit_bias',
    null
  ],
  // Null counts as absent, so the error is that of the absence.
  [{ messages: [...say, { role: 'assistant', tool_calls: null }] }, noContent, 'messages.[1].content', null],
  [
    { messages: afterCall({ role: 'tool', tool_call_id: null, content: '1' }) },
    "Missing parameter 'tool_call_id': messages with role 'tool' must have a 'tool_call_id'.",
    'messages.[2].tool_call_id',
    null
  ],
  [{ messages: file({ filename: 'a.pdf', file_data: null }) }, ...missing('messages[0].content[1].file.file_id')],
  [{ response_format: strictFormat(null) }, ...missing('response_format.json_schema.schema')],
  // The service reads the schema of a function after all fields.
  [{ functions: [{ name: 'f', parameters: {} }], function_call: { a: 1 } }, ...missing('function_call.name')],
  [
    { tools: [tool({ parameters: {} })], stop: 5 },
    ...wrong('stop', 'one of a string or array of strings', 'an integer')
  ],
  [sound(mp3, 'wav'), ...wrongSound],
  [sound(wav, 'mp3'), ...wrongSound],
  [sound('UklGRg==', 'wav'), ...wrongSound],
  [sound('/+AAAA==', 'mp3'), ...wrongSound],
  [
    sound(wav, 'webm'),
    "Invalid value: 'webm'. Supported values are: 'wav' and 'mp3'.",
    'messages[0].content[0].input_audio.format',
    'invalid_value'
  ],
  [
    { ...sound(wav, 'webm'), model: 'gpt-4o' },
    "Invalid value: 'webm'. Supported values are: 'wav' and 'mp3'.",
    'messages[0].content[0].input_audio.format',
    'invalid_value'
  ],
  [{ model: 'gpt-audio' }, ...noSound],
  [{ model: 'gpt-4o-mini-audio-preview', modalities: ['text'] }, ...noSound],
  ...['wav', 'mp3', 'opus', 'flac', 'aac'].map((format): (typeof cases)[number] => [
    speech(format, { stream: true }),
    `Unsupported value: 'audio.format' does not support '${format}' when stream=true. Supported values are: 'pcm16'.`,
    'audio.format',
    'unsupported_value'
  ]),
  ...(
    [
      ['tool', 'tool_call_id', afterCall({ role: 'tool', content: '1' }), 2],
      ['function', 'name', [...say, { role: 'function', content: '1' }], 1]
    ] as const
  ).map(([role, name, messages, i]): (typeof cases)[number] => [
    { messages },
    `Missing parameter '${name}': messages with role '${role}' must have a '${name}'.`,
    `messages.[${i}].${name}`,
    null
  ]),
  [
    { messages: callOf({ type: null }) },
    ...wrong('messages[1].tool_calls[0].type', "one of 'function', 'allowed_tools', or 'custom'", 'null')
  ],
  [
    { messages: callOf({ type: 'tool_call' }) },
    "Invalid value: 'tool_call'. Supported values are: 'function', 'allowed_tools', and 'custom'.",
    'messages[1].tool_calls[0].type',
    'invalid_value'
  ],
  [{ messages: callOf({ function: { name: 'a b', arguments: '' } }) }, ...pattern(calledName, names)],
  [
    { messages: callOf({ function: { name: '', arguments: '' } }) },
    ...invalid(
      calledName,
      'empty_string',
      'empty string. Expected a string with minimum length 1, but got an empty string'
    )
  ],
  [
    { messages: callOf({ type: 'custom', custom: { name: 'a.b', input: '' } }) },
    ...pattern('messages[1].tool_calls[0].custom.name', names)
  ],
  [{ messages: callOf({ id: 'i'.repeat(86) }) }, ...tooLong('messages[1].tool_calls[0].id', 64, 86)],
  [
    { messages: afterCall({ role: 'tool', content: '1', tool_call_id: 'i'.repeat(65) }) },
    ...tooLong('messages[2].tool_call_id', 64, 65)
  ],
  ...['user', 'system', 'developer', 'assistant', 'function'].map((role): (typeof cases)[number] => [
    { messages: [...say, { role, name: 'John Doe', content: 'x' }] },
    ...pattern('messages[1].name', '^[^\\s<|\\\\/>]+$')
  ]),
  [{ messages: [{ role: 'user', name: 'n'.repeat(65), content: 'x' }] }, ...tooLong('messages[0].name', 64, 65)],
  [
    { tools: [] },
    ...invalid('tools', 'empty_array', 'empty array. Expected an array with minimum length 1, but got an empty array')
  ],
  [{ metadata: { a: 'b' } }, "The 'metadata' parameter is only allowed when 'store' is enabled.", 'metadata', null],
  [
    { metadata: { a: 'b' }, store: false },
    "The 'metadata' parameter is only allowed when 'store' is enabled.",
    'metadata',
    null
  ],
  [
    { prompt_cache_retention: '24h' },
    'prompt_cache_retention is not supported on this model',
    'prompt_cache_retention',
    null
  ],
  [
    { messages: image('data:image/jpeg;base64,UGxlYXNlIHNldCBhIHVzZXItYWdlbnQ=') },
    "You uploaded an unsupported image. Please make sure your image has of one the following formats: ['png', 'jpeg', 'gif', 'webp'].",
    null,
    'invalid_image_format'
  ],
  [
    { model: 'gpt-4', messages: image('https://example.com/a.png') },
    'Invalid content type. image_url is only supported by certain models.',
    'messages.[0].content.[0].type',
    null
  ],
  [
    { ...terra, tools: [tool()], reasoning_effort: 'low' },
    "Function tools with reasoning_effort are not supported for gpt-5.6-terra in /v1/chat/completions. To use function tools, use /v1/responses or set reasoning_effort to 'none'.",
    'reasoning_effort',
    null
  ],
  [
    { model: 'gpt-3.5-turbo-instruct' },
    'This is not a chat model and thus not supported in the v1/chat/completions endpoint. Did you mean to use v1/completions?',
    'model',
    null
  ],
  [{ model: 'text-embedding-3-small' }, 'You are not allowed to sample from this model', null, null],
  [
    { model: 'gpt-3.5-turbo-0613' },
    'The model `gpt-3.5-turbo-0613` has been deprecated, learn more here: https://platform.openai.com/docs/deprecations',
    null,
    'model_not_found'
  ],
  [{ model: '' }, 'you must provide a model parameter', null, null],
  [{ model: null }, 'you must provide a model parameter', null, null]
]

t.test('each invalid body gets the error of the service', async t => {
  for (const [patch, message, param, code] of cases) {
    const { name, ...error } = ask(JSON.parse(JSON.stringify({ model: 'gpt-4o', messages: say, ...patch }))) ?? {}
    t.same(
      error,
      { message, type: 'invalid_request_error', param, code },
      `${name}: ${JSON.stringify(patch).slice(0, 60)}`
    )
  }
})

t.test('a field of the wrong type gets an error with the expected type', async t => {
  const given: [string, unknown][] = [
    ['a string', 'x'],
    ['an integer', 5],
    ['a decimal number', 1.5],
    ['a boolean', true],
    ['an object', { a: 1 }],
    ['an array', [1]]
  ]
  // What each field should be, and which of the above it can be.
  const fields: [string, string, string[]][] = [
    ...['temperature', 'top_p', 'presence_penalty', 'frequency_penalty'].map(
      name => [name, 'a decimal', ['an integer', 'a decimal number']] as [string, string, string[]]
    ),
    ...['n', 'max_completion_tokens', 'max_tokens', 'seed', 'top_logprobs'].map(
      name => [name, 'an integer', ['an integer']] as [string, string, string[]]
    ),
    ...['stream', 'logprobs', 'store', 'parallel_tool_calls'].map(
      name => [name, 'a boolean', ['a boolean']] as [string, string, string[]]
    ),
    ...['user', 'safety_identifier', 'prompt_cache_key'].map(
      name => [name, 'a string', ['a string']] as [string, string, string[]]
    ),
    ...['stream_options', 'response_format', 'prompt_cache_options', 'moderation', 'prediction', 'logit_bias'].map(
      name => [name, 'an object', ['an object']] as [string, string, string[]]
    ),
    ['messages', 'an array of objects', ['an array']],
    ['tools', 'an array of objects', ['an array']],
    ['functions', 'an array of function definitions', ['an array']],
    ['metadata', 'a metadata object', ['an object']],
    ['prompt_cache_retention', "one of 'in_memory' or '24h'", ['a string']],
    ['service_tier', "one of 'auto', 'default', 'fast', 'flex', or 'priority'", ['a string']],
    ['verbosity', "one of 'low', 'medium', or 'high'", ['a string']],
    ['tool_choice', "one of one of 'none', 'auto', or 'required' or object", ['a string', 'an object']]
  ]
  for (const [name, want, can] of fields)
    for (const [noun, value] of given) {
      if (can.includes(noun)) continue
      const { name: _, type, ...error } = ask({ model: 'gpt-4o', messages: say, [name]: value }) ?? {}
      const [message, param, code] = wrong(name, want, noun)
      t.same(error, { message, param, code }, `${name} that is ${noun}`)
    }
})

t.test('bodies that the service accepts are valid', async t => {
  const object = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: false }
  const accepted: Body[] = [
    {},
    { messages: [{ role: 'user', content: '' }] },
    { messages: [{ role: 'user', content: [] }] },
    { messages: [{ role: 'user', content: 'x', unknown: 1 }] },
    {
      messages: [
        ...say,
        callMessage,
        ...['call_2', 'call_1'].map(id => ({ role: 'tool', tool_call_id: id, content: 'x' }))
      ]
    },
    { messages: [...say, { role: 'assistant', refusal: 'No.' }] },
    { messages: image(png) },
    { messages: image(png.replace('Kg', 'K\r\ng')) },
    { messages: image('HTTPS://example.com/a.png?b=c') },
    { messages: imageIn('user', { name: 'Jürgen.K' }) },
    ...['gpt-4.1-nano', 'gpt-5', 'gpt-5.5', 'gpt-5.6-sol'].map(model => ({
      model,
      messages: afterCall({ ...imageIn('tool')[1], tool_call_id: 'call_1' })
    })),
    { messages: [{ role: 'system', content: [{ type: 'text', text: 'x', cache_control: {} }] }, ...say] },
    { messages: [...say, { role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] }] },
    { messages: [...say, { role: 'assistant', content: [{ type: 'audio', audio: { id: 'audio_1' } }] }] },
    { messages: file({ filename: 'a.pdf', file_data: pdf }) },
    { messages: file({ file_id: 'file-1' }) },
    sound(wav, 'wav'),
    sound(mp3, 'mp3'),
    sound('//uQZAAA', 'mp3'),
    speech('wav'),
    speech('pcm16', { stream: true }),
    { model: 'gpt-audio', messages: [...say, { role: 'assistant', audio: { id: 'audio_1' } }] },
    {
      messages: callOf({ index: 0 }).concat({
        role: 'tool',
        tool_call_id: 'call_1',
        content: '1',
        name: 'a b'
      } as never)
    },
    { messages: [...say, { role: 'function', name: 'f', content: 'x' }] },
    { ...terra, tools: [] },
    { model: 'some-other-model', tools: [] },
    { metadata: { a: 'b' }, store: true },
    { user: long(64), logit_bias: { 50256: -100 } },
    {
      messages: [
        { role: 'user', name: null, content: [{ type: 'image_url', image_url: { url: png, detail: null } }] },
        {
          role: 'assistant',
          content: 'x',
          name: null,
          tool_calls: null,
          function_call: null,
          refusal: null,
          audio: null
        }
      ]
    },
    { messages: file({ filename: null, file_data: null, file_id: 'file-1' }) },
    { messages: file({ filename: 'a.pdf', file_data: pdf, file_id: null }) },
    { tools: [tool({ description: null, parameters: null, strict: null })] },
    { stream: true, stream_options: { include_usage: null, include_obfuscation: null } },
    { response_format: { type: 'json_schema', json_schema: { name: 'r', description: null, schema: null } } },
    { metadata: {} },
    { model: 'gpt-5.1', prompt_cache_retention: '24h' },
    { prompt_cache_retention: 'in_memory' },
    { response_format: { type: 'json_object' }, messages: [{ role: 'user', content: 'In JSON, please' }] },
    { response_format: strictFormat(object) },
    { tools: [tool({ strict: true, parameters: object })], tool_choice: tool() },
    { ...terra, temperature: 1, top_p: 1, presence_penalty: 0, logprobs: false },
    { ...terra, temperature: 0.5, logprobs: true, top_logprobs: 5, reasoning_effort: 'none' },
    { model: 'some-other-model', max_tokens: 999_999, temperature: 2, reasoning_effort: 'low' },
    Object.fromEntries(
      Object.keys(schema.properties)
        .filter(key => key !== 'messages' && key !== 'model')
        .map(key => [key, null])
    )
  ]
  for (const patch of accepted)
    t.equal(ask({ model: 'gpt-4o', messages: say, ...patch }), undefined, JSON.stringify(patch).slice(0, 60))
  t.equal(
    ask({ model: 'gpt-4o', messages: say, temperature: null }, given.validate),
    undefined,
    'null where the document has no null'
  )
})

t.test('a body that is not an object, or whose model is not a string, is not JSON to the service', async t => {
  for (const body of [undefined, null, [], 'x', 5, { model: 7 }]) t.equal(ask(body)?.name, 'body_not_json')
  t.equal(ask({})?.name, 'missing_model')
})

t.test('with unknownModels refuse, an unknown model is the first error', async t => {
  const validate = ours.make({ unknownModels: 'refuse' })
  const { name, message } = ask({ model: 'gpt-nope', zzz: 1 }, validate) ?? {}
  t.same([name, message], ['model_not_found', 'The model `gpt-nope` does not exist or you do not have access to it.'])
  t.equal(ask({ model: 'gpt-4o', messages: say }, validate), undefined)
})

t.test('context length is counted with the given function, and only when it may be exceeded', async t => {
  const counted: number[] = []
  const validate = ours.make({
    countTokens: body => counted.push(1) && Math.ceil(String(body.messages[0]?.content).length / 4)
  })
  const long = [{ role: 'user', content: 'x'.repeat(40_000) }]
  t.equal(ask({ model: 'gpt-4', messages: say }, validate), undefined)
  t.equal(counted.length, 0)
  t.equal(
    ask({ model: 'gpt-4', messages: long }, validate)?.message,
    "This model's maximum context length is 8192 tokens. However, your messages resulted in 10000 tokens. Please reduce the length of the messages."
  )
  t.equal(
    ask({ model: 'gpt-4', messages: [{ role: 'user', content: 'x'.repeat(4000) }], max_tokens: 8000 }, validate)
      ?.message,
    "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens (1000 in the messages, 8000 in the completion). Please reduce the length of the messages or completion."
  )
})

t.test('a content that is longer than any content may be is reported before the context length', async t => {
  const validate = ours.make({ countTokens: () => 10_000_000 })
  const text = 'a'.repeat(10_485_761)
  for (const [content, p] of [
    [text, 'messages[1].content'],
    [
      [
        { type: 'text', text: 'x' },
        { type: 'text', text }
      ],
      'messages[1].content[1].text'
    ]
  ] as const) {
    const [message, param, code] = tooLong(p, 10_485_760, 10_485_761)
    const { name: _, ...error } = ask({ model: 'gpt-4o', messages: [...say, { role: 'system', content }] }, validate)
    t.same(error, { message, type: 'invalid_request_error', param, code })
  }
  const longest = [{ role: 'user', content: text.slice(1) }]
  t.equal(ask({ model: 'gpt-4o', messages: longest }, validate)?.name, 'context_length_exceeded')
})

t.test('an error has the numbers of the body as the client wrote them', async t => {
  const chat = (members: string, model = 'gpt-4o') =>
    `{"model":"${model}","messages":[{"role":"user","content":"x"}],${members}}`
  const above = (p: string, limit: number | string, got: string, kind = 'decimal') =>
    `Invalid '${p}': ${kind} above maximum value. Expected a value <= ${limit}, but got ${got} instead.`
  const below = (p: string, limit: number | string, got: string, kind = 'decimal') =>
    `Invalid '${p}': ${kind} below minimum value. Expected a value >= ${limit}, but got ${got} instead.`
  const only = (got: string) =>
    `Unsupported value: 'temperature' does not support ${got} with this model. Only the default (1) value is supported.`
  const longest = '9223372036854775807'
  const bodies: [string, string][] = [
    [chat('"temperature":99.0'), above('temperature', 2, '99.0')],
    [chat('"temperature" : 1E5 ,"n":1'), above('temperature', 2, '1E5')],
    [chat('"temperature":1e400'), above('temperature', 2, '1e400')],
    [chat('"temperature":-1e400'), below('temperature', 0, '-1e400')],
    [chat('"presence_penalty":-2.50'), below('presence_penalty', -2, '-2.50')],
    [chat('"temperature":3,"temperature":\n4.0\n'), above('temperature', 2, '4.0')],
    [chat('"\\u0074emperature":5.00'), above('temperature', 2, '5.00')],
    [chat('"user":"\\"temperature\\":1,[{","temperature":5.0'), above('temperature', 2, '5.0')],
    [chat('"temperature":0.0', 'gpt-5.6-terra'), only('0.0')],
    [chat('"temperature":-0', 'gpt-5.6-terra'), only('-0')],
    [chat('"temperature":0', 'gpt-5.6-terra'), only('0')],
    [chat('"n":-0'), below('n', 1, '-0', 'integer')],
    [chat('"n":1e3'), above('n', 128, '1e3', 'integer')],
    [chat('"seed":18446744073709551615'), above('seed', longest, '18446744073709551615', 'integer')],
    [chat('"seed":-18446744073709551615'), below('seed', '-9223372036854775808', '-18446744073709551615', 'integer')],
    [chat('"logit_bias":{"1":5,"50256":101.0}'), above('logit_bias.50256', 100, '101.0', 'integer')],
    [
      chat('"max_tokens":20000.0'),
      'max_tokens is too large: 20000.0. This model supports at most 16384 completion tokens, whereas you provided 20000.0.'
    ],
    [
      chat('"reasoning_effort":0.0', 'gpt-5'),
      "Unsupported value: 'reasoning_effort' does not support 0.0 with this model. Supported values are: 'minimal', 'low', 'medium', and 'high'."
    ],
    [
      '{"model":"gpt-4o","messages":[{"role":1.0}]}',
      "Invalid type for 'messages[0].role': expected one of 'system', 'assistant', 'user', 'function', 'tool', or 'developer', but got a decimal number instead."
    ],
    [chat('"user":1.0'), "Invalid type for 'user': expected a string, but got a decimal number instead."],
    [
      '{"model":"gpt-4o","messages":[{"role":"user","content":"x"}, { "role":"user","content":[ {"type":"text","text":2.0}]}]}',
      "Invalid type for 'messages[1].content[0].text': expected a string, but got a decimal number instead."
    ]
  ]
  for (const [text, message] of bodies)
    for (const json of [
      text,
      JSON.stringify({ model: 'x' }).replace('"model":"x"', `"stream":true,${text.slice(1, -1)}`)
    ])
      t.equal(ask(json, given => ours.validate(JSON.parse(given as string), given as string))?.message, message, json)
})

t.test('the text of each number of a body is found, wherever it stands', async t => {
  const number = fc.constantFrom('0.0', '-0', '1E5', '1e400', '18446744073709551615', '7', '-2.50')
  const space = fc.constantFrom('', ' ', '\n\t')
  // Each tree is a text of JSON and the path to its number.
  const tree = fc.letrec<{ tree: { json: string; path: string[]; text: string } }>(tie => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      number.map(text => ({ json: text, path: [], text })),
      fc.tuple(tie('tree'), fc.array(fc.jsonValue()), space).map(([{ json, path, text }, before, gap]) => ({
        json: `[${gap}${[...before.map(each => JSON.stringify(each)), json].join(`${gap},${gap}`)}${gap}]`,
        path: [String(before.length), ...path],
        text
      })),
      fc
        .tuple(tie('tree'), fc.string(), fc.dictionary(fc.string(), fc.jsonValue()), space)
        .map(([{ json, path, text }, key, others, gap]) => {
          const after = Object.entries(others).filter(([name]) => name !== key)
          const members = [
            [key, '{"x":[]}'],
            [key, json],
            ...after.map(([name, value]) => [name, JSON.stringify(value)])
          ]
          return {
            json: `{${gap}${members.map(([name, value]) => `${JSON.stringify(name)}${gap}:${gap}${value}`).join(`${gap},`)}${gap}}`,
            path: [key, ...path],
            text
          }
        })
    )
  })).tree
  fc.assert(fc.property(tree, space, ({ json, path, text }, gap) => findNumberText(gap + json + gap, path) === text))
  for (const [json, path] of [
    ['{"a":"5"}', ['a']],
    ['[1]', ['1']],
    ['{"a":1}', ['b']],
    ['5', ['a']],
    ['"x"', []]
  ] as const)
    t.equal(findNumberText(json, path), undefined)
})
const pairs = comparePairs(await judgeOfPairs())

async function judgeOfPairs(): Promise<Judge> {
  const { families, models: shippedModels } = (await readSource('fixtures/models.yaml')).data as ModelTable
  const models = createModels({
    families: { ...families, ...ownModels.families },
    models: { ...shippedModels, ...ownModels.models }
  })
  const validate = ours.make({ models, unknownModels: 'refuse', countTokens: countCharactersAsTokens })
  return { validate, models, check: ours.check, knownParameters: new Set(Object.keys(schema.properties)) }
}

t.test('of two errors, the error that the service checks first is reported, in any order of keys', async t => {
  t.same(pairs.wrong, [])
  t.ok(pairs.count > 100_000, `${pairs.count} pairs`)
})

t.test('each rule, each error of the schema, and each field has a fault in the test of pairs', async t => {
  t.same(pairs.neverReported, [], 'a fault has its error on at least one model')
  const ids = [
    ...edgeErrorNames.map(name => `model/${name}`),
    ...rules.map(({ id }) => id),
    ...schemaErrorNames.map(name => `schema/${name}`)
  ]
  t.same(
    ids.filter(id => !pairs.broken.has(id)),
    Object.keys(unbreakable)
  )
  for (const field of fieldOrder) t.ok(Object.hasOwn(schema.properties, field), field)
  t.same(
    Object.keys(schema.properties).filter(field => field !== 'model' && !pairs.fields.has(field)),
    []
  )
})

t.test('every two rules are broken by one body, but for those that exclude each other', async t => {
  const isExcluded = (pair: string) => {
    const [a, b] = pair.split(' + ') as [string, string]
    return exclusions.some(([, one, other]) => (one.test(a) && other.test(b)) || (one.test(b) && other.test(a)))
  }
  t.same(
    pairs.apart.filter(pair => !isExcluded(pair)),
    []
  )
  t.same([...pairs.together].filter(isExcluded), [])
})

t.test('any mutation of a body is valid, or has an error with a param of the body or the document', async t => {
  const seeds: Body[] = cases.map(([patch]) => ({ model: 'gpt-4o', messages: say, ...patch }))
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom<unknown>(null, -1, 1.5, '', [], {}, [null], [{}], 'auto', 1e21)
  )
  const mutation = fc.record({ at: fc.array(fc.nat(8), { maxLength: 6 }), value, drop: fc.boolean() })
  const keys = fc.constantFrom(...Object.keys(schema.properties))
  fc.assert(
    fc.property(
      fc.constantFrom(...seeds),
      fc.array(mutation, { minLength: 1, maxLength: 3 }),
      fc.option(fc.tuple(keys, value)),
      (seed, mutations, extra) => {
        const body = JSON.parse(JSON.stringify(seed))
        if (extra) body[extra[0]] = extra[1]
        for (const each of mutations) mutate(body, each.at, each.drop ? undefined : each.value)
        for (const { validate } of [ours, given]) {
          const refused = ask(body, validate)
          if (!refused) continue
          t.notMatch(refused.message, /'undefined'|got undefined|NaN|\{\{ \w+ \}\}/)
          const param: string | null = refused.param
          const top = param?.split(/[.[]/)[0] ?? 'model'
          if (!Object.hasOwn(body, top) && !Object.hasOwn(schema.properties, top))
            throw new Error(`${param} is nowhere`)
        }
      }
    ),
    { numRuns: Number(process.env.STANDIN_RUNS ?? 2000), seed: 4 }
  )
})

t.test('hostile bodies are rejected quickly and without stack overflow', async t => {
  const nest = (open: string, close: string, times: number) =>
    JSON.parse(`${open.repeat(times)}1${close.repeat(times)}`)
  const body = (more: Body) => ({ model: 'gpt-4o', messages: say, ...more })
  const everything = Object.fromEntries(fieldOrder.filter(key => key !== 'messages').map(key => [key, [[1]]]))
  const ids = Array.from({ length: 8000 }, (_, i) => `call_${i}`)
  const calls = { role: 'assistant', tool_calls: ids.map(id => ({ ...call, id })) }
  const results = ids.map(id => ({ role: 'tool', tool_call_id: id, content: 'x' }))
  const many = Array.from({ length: 10_000 }, (_, i) => ({
    role: i % 2 ? 'assistant' : 'user',
    content: 'x'.repeat(100)
  }))
  const hostile: [string, unknown, string | undefined][] = [
    ['10,000 messages', body({ messages: many }), undefined],
    ['10,000 messages and a fault in every field', body({ messages: many, ...everything }), 'unrecognized_arguments'],
    ['8,000 calls and their results', body({ messages: [calls, ...results.reverse()] }), undefined],
    [
      '8,000 calls and a result of none of them',
      body({ messages: [calls, ...results, { ...results[0], tool_call_id: 'x' }] }),
      'tool_call_id_not_found'
    ],
    [
      '10,000 unknown keys',
      body(Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`stor${i}`, 1]))),
      'unrecognized_arguments'
    ],
    [
      '10,000 unknown keys for a newer model',
      body({ model: 'gpt-5', ...Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`stor${i}`, 1])) }),
      'unknown_parameter'
    ],
    ['a key of a megabyte', body({ ['k'.repeat(1e6)]: 1 }), 'unrecognized_arguments'],
    ['a key of a megabyte for a newer model', body({ model: 'gpt-5', ['k'.repeat(1e6)]: 1 }), 'unknown_parameter'],
    ['a deep effort', body({ model: 'gpt-5', reasoning_effort: nest('[', ']', 100_000) }), 'unsupported_value'],
    ['a deep part', body({ messages: [{ role: 'user', content: nest('[', ']', 100_000) }] }), 'invalid_type'],
    [
      'a deep schema',
      body({ response_format: strictFormat(nest('{"type":"object","items":', '}', 40_000)) }),
      'invalid_response_schema'
    ],
    [
      'nested choices',
      body({
        response_format: strictFormat({
          type: 'object',
          properties: { a: nest('{"anyOf":[', ']}', 40_000) },
          required: ['a'],
          additionalProperties: false
        })
      }),
      'invalid_response_schema'
    ],
    [
      'a slow pattern',
      body({
        tools: [
          tool({
            strict: true,
            parameters: {
              type: 'object',
              properties: { a: { type: 'string', pattern: '^(a+)+$' } },
              required: ['a'],
              additionalProperties: false
            }
          })
        ]
      }),
      undefined
    ],
    [
      'a key called __proto__',
      JSON.parse('{"model":"gpt-4o","messages":[{"role":"user","content":"x"}],"__proto__":{"a":1}}'),
      'unrecognized_arguments'
    ],
    [
      'an image of 15 MB',
      body({ messages: image(`data:image/png;base64,${'A'.repeat(15_000_000)}`) }),
      'invalid_image_format'
    ],
    [
      'an image of 15 MB without a comma',
      body({ messages: image(`data:${'A'.repeat(15_000_000)}`) }),
      'invalid_image_data'
    ],
    ['an image of 15 MB of equal signs', body({ messages: image('='.repeat(15_000_000)) }), 'invalid_url'],
    ['sound of 15 MB', body(sound('A'.repeat(15_000_000), 'mp3')), 'unsupported_audio_format'],
    [
      'a content above the longest',
      body({ messages: [{ role: 'user', content: 'a'.repeat(10_485_761) }] }),
      'string_above_max_length'
    ],
    [
      'a content of 10 million surrogates',
      body({ messages: [{ role: 'user', content: '😀'.repeat(5_300_000) }] }),
      undefined
    ],
    ['a model called constructor', { model: 'constructor', messages: say }, undefined]
  ]
  for (const [what, given, name] of hostile) {
    // The quickest of three: the machine may be busy with something else.
    const took = [1, 2, 3].map(() => {
      const start = performance.now()
      ours.validate(given)
      return performance.now() - start
    })
    t.equal(ours.validate(given)?.errorName, name, what)
    t.ok(Math.min(...took) < 1000, `${what} took ${Math.min(...took).toFixed(1)} ms`)
  }
})

t.test('each layer formats its errors in its own way', async t => {
  const lay = (name: string, facts: ErrorParams = {}) => formatErrorResponse(catalog, new ApiError(name, facts))
  t.same(lay('model_not_found', { model: 'x' }), {
    status: 404,
    contentType: 'application/json; charset=utf-8',
    headers: { vary: 'Origin' },
    body: `{
    "error": {
        "message": "The model \`x\` does not exist or you do not have access to it.",
        "type": "invalid_request_error",
        "param": null,
        "code": "model_not_found"
    }
}
`
  })
  t.same(lay('empty_array', { p: 'messages', limit: 1 }), {
    status: 400,
    contentType: 'application/json',
    headers: {},
    body: `{
  "error": {
    "message": "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.",
    "type": "invalid_request_error",
    "param": "messages",
    "code": "empty_array"
  }
}`
  })
  t.match(
    lay('completion_not_found', { id: 'chatcmpl-1' }).body,
    /^\{\n {2}"error".*Completion chatcmpl-1 not found.*\}$/s
  )
  t.match(lay('unknown_model').body, /^\{\n {2}".*\}$/s)
  t.match(lay('undeletable_model').body, /^\{\n {2}".*\}\n$/s)
  t.match(lay('stored_missing_api_key').body, /^\{"error":\{"message".*\}\}$/)
  t.same(lay('no_route'), { status: 404, headers: { 'x-content-type-options': 'nosniff' }, body: '' })
  t.equal(lay('no such name').status, 500)
  t.same(lay('upstream_connect_error'), {
    status: 503,
    contentType: 'text/plain',
    headers: { 'x-content-type-options': 'nosniff' },
    body: 'upstream connect error or disconnect/reset before headers. reset reason: connection timeout'
  })
})

t.test('an error may have null for its type, and further members after its code, in their order', async t => {
  const more = { status: 400, innererror: { code: '<filled in>', '7': [null, {}], message: '{{ p }}' } }
  const entry = {
    status: 400,
    layer: 'backend',
    message: 'Filtered {{ p }}.',
    type: null,
    param: '{{ p }}',
    code: 'x',
    more
  }
  const own = readErrorCatalog([await parseSource('own.yaml', JSON.stringify({ filtered: entry }))])
  const { body } = formatErrorResponse(own, new ApiError('filtered', { p: 'prompt' }))
  const error = { message: 'Filtered prompt.', type: null, param: 'prompt', code: 'x', ...more }
  t.equal(body, JSON.stringify({ error }, null, 2))
})

t.test('an error that is requested by its name alone has a complete message', async t => {
  for (const name of Object.keys(catalog)) {
    const { body, headers } = formatErrorResponse(catalog, new ApiError(name))
    t.notMatch(body + JSON.stringify(headers), /\{\{|undefined|''|``| {2}\S+ {2}\S|: ,/, name)
  }
  t.same(formatErrorResponse(catalog, new ApiError('rate_limit_exceeded')).headers, {
    'retry-after': '1',
    'retry-after-ms': '120',
    vary: 'Origin'
  })
  t.match(
    formatErrorResponse(catalog, new ApiError('rate_limit_exceeded', { limit: 3 })).body,
    /Limit 3, Used 500, Requested 1\. Please try again in 120ms/
  )
  const statuses = [400, 401, 403, 404, 408, 409, 413, 422, 429, 500, 502, 503, 504]
  t.same(Object.keys(defaultErrorNames(catalog)), statuses.map(String))
})

t.test('a file of the user changes single fields, and all its problems are reported with their locations', async t => {
  const own = readErrorCatalog([
    ...shipped,
    { path: 'own.yaml', data: { server_error: { message: 'Oh.' } } } satisfies ErrorCatalogFile
  ])
  t.match(own.server_error, { message: 'Oh.', status: 500 })
  t.equal(catalog.server_error?.message.startsWith('The server'), true)
  const bad = await parseSource('bad.yaml', 'mine:\n  status: 200\n  layr: edge\n')
  const dated = await parseSource(
    'dated.yaml',
    'conflict:\n  seen: 2026-13-1\n  more: { code: again }\n  rateLimitHeaders: 1\n  type: 5\n'
  )
  try {
    readErrorCatalog([...shipped, bad, dated, { path: 'list.yaml', data: [] }])
    t.fail('a bad file was taken')
  } catch (error) {
    const { problems } = error as ConfigError
    t.match(problems, [/^bad\.yaml:3:\d+: unknown field/, /^bad\.yaml:2:\d+: 200, expected a status/])
    for (const [place, problem] of [
      ['5', /expected a text or null/],
      ['3', /expected a map of further members, none of message, type, param, code/],
      ['4', /expected true or false/],
      ['2', /expected a month or a day, such as 2026-08/]
    ] as const)
      t.match(
        problems.find(line => line.startsWith(`dated.yaml:${place}:`)),
        problem
      )
    t.match(problems.at(-1), /^list\.yaml: expected a map/)
  }
})

t.test('the code and the error catalog have the same errors', async t => {
  const used = [...edgeErrorNames, ...schemaErrorNames, ...rules.map(({ errorName }) => errorName)]
  for (const name of used) t.ok(Object.hasOwn(catalog, name), name)
  const files = ['backend-validation', 'backend-rules']
  const worded = (await Promise.all(files.map(file => readSource(`fixtures/errors/${file}.yaml`)))).flatMap(
    ({ data }) => Object.keys(data as Body)
  )
  // These depend on more than the body, or are sent only when a request names them.
  const outside = ['invalid_image_url', 'organization_not_verified']
  t.same(
    worded.filter(name => !used.includes(name)),
    outside
  )
  for (const { evidence, when } of Object.values(catalog)) t.ok(evidence && when)
})

t.test('each error and each rule of the service has its newest evidence, or is inferred', async t => {
  const isDated = ({ seen, source }: Evidence) => seen !== undefined && source !== undefined
  const isUnseen = (evidence?: string) => evidence === 'inferred' || evidence === 'standin'
  const wrongErrors = Object.entries(catalog).filter(([, each]) => isDated(each) === isUnseen(each.evidence))
  t.same(
    wrongErrors.map(([name]) => name),
    [],
    'an error needs `seen` and `source` in fixtures/errors/, but not with the evidence inferred or standin'
  )
  const ids = rules.map(({ id }) => id)
  t.same(
    ids.filter((id, at) => ids.indexOf(id) !== at),
    [],
    'two rules with one place and error need an `id` each'
  )
  const isShared = (name: string) =>
    schemaErrorNames.includes(name) || rules.filter(({ errorName }) => errorName === name).length > 1
  t.same(
    rules
      .filter(({ errorName, evidence, hasOwnEvidence }) => {
        const differs = evidence !== catalog[errorName]?.evidence
        return !hasOwnEvidence && (differs || isShared(errorName))
      })
      .map(({ id }) => id),
    [],
    'a rule needs an entry in src/contract/rule-evidence.ts, unless it is the only way to its error and known as its error is'
  )
  const today = new Date().toISOString().slice(0, 10)
  const known = new Set([...ids, ...rules.map(({ errorName }) => `*/${errorName}`)])
  t.same(
    Object.keys(ruleEvidence).filter(id => !known.has(id)),
    [],
    'an entry is for a rule'
  )
  t.same(
    Object.values({ ...ruleEvidence, ...catalog }).filter(({ seen = '2023-01' }) => seen > today),
    [],
    'not in the future'
  )
})

t.test('evidence is old a year after its month or day', async t => {
  const rows: [seen: string | undefined, day: string, isOld: boolean][] = [
    ['2025-08-29', '2026-08-28', false],
    ['2025-08-29', '2026-08-29', false],
    ['2025-08-29', '2026-08-30', true],
    ['2025-08', '2026-08-31', false],
    ['2025-08', '2026-09-01', true],
    ['2024-02', '2025-03-01', true],
    ['2024-02-29', '2025-02-28', false],
    [undefined, '2030-01-01', false]
  ]
  const entry = (seen: string | undefined): DatedEntry => ({
    kind: 'rule',
    id: 'a/b',
    evidence: 'thread',
    seen,
    source: 'c'
  })
  for (const [seen, day, isOld] of rows)
    t.equal(findOldEvidence([entry(seen)], day).length, isOld ? 1 : 0, `${seen} on ${day}`)
  const entries = listEvidence(catalog, rules)
  t.equal(entries.length, rules.length + Object.values(catalog).filter(({ evidence }) => evidence !== 'standin').length)
  const all = findOldEvidence(entries, '2099-01-01')
  t.same(
    all.map(({ seen }) => seen),
    entries.flatMap(({ seen }) => seen ?? []).sort(),
    'the oldest come first, and what is inferred has no age'
  )
  t.same(findOldEvidence(entries, '2021-01-01'), [])
  t.match(formatOldEvidence([entry('2025-08')]), /^2025-08 {5}rule {3}thread {6}a\/b {2}\(c\)\n$/)
})

t.test('docs/errors.md sorts each section by the newest evidence', async t => {
  const sections = readFileSync('docs/errors.md', 'utf8').split(/^## /m).slice(1)
  for (const section of sections) {
    const dates = [
      ...section.matchAll(/^(?:\d{3} · [a-z]+ |\| `[^`]*` \| .* \| [a-z]+ \| )(20\d\d-\d\d(?:-\d\d)?)/gm)
    ].map(([, seen]) => seen)
    t.same(dates, [...dates].sort().reverse(), section.slice(0, 40))
  }
})

t.test('docs/errors.md matches the error catalog', async t => {
  const page = errorsPage(catalog, rules)
  if (process.argv.includes('--write')) writeFileSync('docs/errors.md', page)
  t.equal(readFileSync('docs/errors.md', 'utf8'), page)
})

t.test('values and lists are formatted as the service formats them', async t => {
  t.same(['', 'abc', 'é—', 'a😀b', '\udc00\ud83d', '😀\udc00'].map(countCharacters), [0, 3, 2, 3, 2, 2])
  t.equal(shortenText('a'.repeat(64)).length, 64)
  t.equal(shortenText(`PIN${'x'.repeat(99)}def`), 'PIN...def')
  t.equal(formatPythonRepr({ a: [1, true, null, "it's"] }), `{'a': [1, True, None, "it's"]}`)
  t.same(findSimilarNames('stor', ['store', 'stop', 'user']), ['stop', 'store'])
  t.same(findSimilarNames('x'.repeat(1e6), ['x']), [])
})
