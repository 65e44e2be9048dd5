/** Tests the table of models: its evidence, its page, and the errors that follow from it. `--test-arg=--write` writes docs/models.md. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import pino from 'pino'
import t from 'tap'
import { readChatProperties } from '../src/contract/chat-parameters.js'
import { createSpecChecks } from '../src/contract/check.js'
import { loadSpec } from '../src/contract/load.js'
import { createValidator, type ValidatorOptions } from '../src/contract/validate.js'
import type { Abilities } from '../src/core/abilities.js'
import { createModels, type ModelTable, mergeModels } from '../src/core/model.js'
import { type ModelEvidence, modelsPage } from '../src/core/model-docs.js'
import { requestParameters } from '../src/core/request-parameters.js'
import { resolveOptions } from '../src/core/resolve-options.js'
import { readSource } from '../src/core/source-file.js'
import { formatErrorResponse, readErrorCatalog } from '../src/fixtures/error-catalog.js'
import { openServer } from '../src/server/server.js'
import { ask } from './helper.js'

type Body = Record<string, unknown>

const table = (await readSource('fixtures/models.yaml')).data as ModelTable
const evidence = (await readSource('fixtures/models-evidence.yaml')).data as ModelEvidence
const filesIn = (folder: string) => readdirSync(folder).map(name => join(folder, name))
const catalog = readErrorCatalog(await Promise.all(filesIn('fixtures/errors').map(path => readSource(path))))
const models = createModels(table)
const names = Object.keys(table.models)
const chatModels = names.map(models.get).filter(({ refusal, retired }) => refusal === null && !retired)

const spec = await loadSpec({
  spec: 'openapi/chat-completions.yaml',
  overlays: filesIn('openapi/overlays')
    .filter(path => path.endsWith('.yaml'))
    .sort()
})
const check = createSpecChecks(spec).request.get('createChatCompletion')!
const makeValidator = (more: Partial<ValidatorOptions> = {}) =>
  createValidator({
    check,
    parameters: spec.chatParameters,
    readProperties: () => readChatProperties(spec.operations, spec.schemas),
    models,
    ...more
  })
const validate = makeValidator()

const say = [{ role: 'user', content: 'Say a word as json' }]
const tools = [{ type: 'function', function: { name: 'f', parameters: { type: 'object', properties: {} } } }]
const schemaFormat = { type: 'json_schema', json_schema: { name: 'r', schema: { type: 'object', properties: {} } } }
const jsonFormat = { type: 'json_object' }
const withSound = { modalities: ['text', 'audio'], audio: { voice: 'alloy', format: 'wav' } }

/** The error of a request: its name with status, param and code, and its message. */
const validateBody = (body: Body, validator = validate) => {
  const apiError = validator({ messages: say, ...body })
  if (!apiError) return { name: 'accepted' }
  const { status, body: text } = formatErrorResponse(catalog, apiError)
  return { name: apiError.errorName, status, ...JSON.parse(text).error }
}

t.test('each cell of the evidence is a cell of the table, and names known sources', async t => {
  for (const [cell, ids] of Object.entries(evidence.cells)) {
    const [section, ...rest] = cell.split('.') as ['families' | 'models', ...string[]]
    // Names of models have dots too.
    const name = Object.keys(table[section]).find(
      each => rest.join('.').startsWith(`${each}.`) && hasCell(section, each, cell)
    )
    t.ok(name, cell)
    for (const id of [ids].flat()) t.ok(evidence.sources[id], `${cell}: ${id}`)
  }
  const usedIds = new Set(Object.values(evidence.cells).flat())
  for (const [id, { evidence: kind, date, source }] of Object.entries(evidence.sources)) {
    t.ok(usedIds.has(id), `${id} is used`)
    t.match(kind, /^(recorded|measured|documented|thread|inferred)$/, id)
    t.match(date, /^20\d\d(-\d\d(-\d\d)?)?$/, id)
    t.ok(source, id)
  }
})

function hasCell(section: 'families' | 'models', name: string, cell: string): boolean {
  let value: unknown = table[section][name]
  for (const key of cell.slice(`${section}.${name}.`.length).split('.'))
    value = typeof value === 'object' && value !== null ? (value as Body)[key] : undefined
  return value !== undefined
}

// The cells that make errors, and the values with which they make none.
const refusingAbilities: Partial<Record<keyof Abilities, unknown>> = {
  dialect: undefined,
  refuses: [],
  onlyDefault: [],
  refusesWhileReasoning: [],
  roles: undefined,
  efforts: undefined,
  nullEffort: true,
  verbosities: undefined,
  responseFormats: undefined,
  cacheRetentions: undefined,
  metadataWithoutStore: true,
  flexTier: true,
  toolsWithEffort: true,
  toolsAtDefaultEffort: true,
  tools: true,
  nMax: undefined,
  logprobs: true,
  topLogprobsMax: undefined,
  imageInput: true,
  audioInput: true,
  needsAudio: false,
  webSearch: true
}
const refusingCells = {
  contextWindow: undefined,
  inputLimit: null,
  maxOutput: undefined,
  leastOutput: 1,
  refusal: null,
  shutdown: undefined,
  retired: false
}

t.test('each cell that makes an error has evidence', async t => {
  const isRefusing = (cells: Body, key: string, value: unknown) =>
    Object.hasOwn(cells, key) && JSON.stringify(cells[key]) !== JSON.stringify(value)
  for (const section of ['families', 'models'] as const)
    for (const [name, data] of Object.entries(table[section])) {
      const path = `${section}.${name}`
      const cells = [
        ...Object.entries(data).flatMap(([key, value]) =>
          isRefusing(refusingCells, key, value) ? [`${path}.${key}`] : []
        ),
        ...Object.entries(data.abilities ?? {}).flatMap(([key, value]) =>
          isRefusing(refusingAbilities, key, value) ? [`${path}.abilities.${key}`] : []
        ),
        ...(section === 'models' && models.get(name).refusal !== null ? [`${path}.family`] : [])
      ]
      for (const cell of cells) t.ok(evidence.cells[cell], cell)
    }
})

t.test('docs/models.md is generated from the table', async t => {
  const page = modelsPage(table, evidence)
  if (process.argv.includes('--write')) writeFileSync('docs/models.md', page)
  t.equal(readFileSync('docs/models.md', 'utf8'), page)
})

const unsupported = (p: string) => `Unsupported parameter: '${p}' is not supported with this model.`
const onlyDefault = (value: unknown) =>
  `Unsupported value: 'temperature' does not support ${value} with this model. Only the default (1) value is supported.`

// A request, the name of its error, and what the message begins with or the whole message.
const cases: [Body, string, string?][] = [
  [{ model: 'gpt-4o-mini', top_k: 1 }, 'unrecognized_arguments', 'Unrecognized request argument supplied: top_k'],
  [
    { model: 'gpt-4.1', top_k: 1, min_p: 0.1 },
    'unrecognized_arguments',
    'Unrecognized request arguments supplied: min_p, top_k'
  ],
  [
    { model: 'gpt-3.5-turbo', reasoning_effort: 'low' },
    'unrecognized_arguments',
    'Unrecognized request argument supplied: reasoning_effort'
  ],
  [{ model: 'gpt-4o', reasoning_effort: null }, 'accepted'],
  [{ model: 'o3', top_k: 1 }, 'unknown_parameter', "Unknown parameter: 'top_k'. Did you mean 'top_p'?"],
  [{ model: 'gpt-5-mini', zz: 1, aa: 1 }, 'unknown_parameter', "Unknown parameter: 'aa'."],
  [{ model: 'gpt-5.2', audio: { voice: 'ash', format: 'mp3' } }, 'unknown_parameter', "Unknown parameter: 'audio'."],
  [{ model: 'gpt-5.2', audio: null }, 'accepted'],
  [
    { model: 'gpt-4o-search-preview', top_p: 0.9, temperature: 0.5 },
    'incompatible_arguments',
    'Model incompatible request arguments supplied: temperature, top_p'
  ],
  [
    { model: 'gpt-5-search-api', temperature: 0.1 },
    'incompatible_arguments',
    'Model incompatible request argument supplied: temperature'
  ],
  [
    { model: 'gpt-4o-mini-search-preview', n: 1, top_p: 1, presence_penalty: 0, logprobs: false },
    'incompatible_arguments',
    'Model incompatible request arguments supplied: logprobs, n, presence_penalty, top_p'
  ],
  [{ model: 'gpt-5-search-api', n: null, temperature: null, web_search_options: {} }, 'accepted'],
  [{ model: 'gpt-4o-search-preview', top_k: 1 }, 'unrecognized_arguments'],

  [{ model: 'gpt-5', temperature: 0.5 }, 'unsupported_value', onlyDefault(0.5)],
  [{ model: 'gpt-5.5', temperature: 0 }, 'unsupported_value', onlyDefault(0)],
  [{ model: 'o3', temperature: 0.5 }, 'unsupported_value', onlyDefault(0.5)],
  [{ model: 'chat-latest', temperature: 0.7 }, 'unsupported_value', onlyDefault(0.7)],
  [{ model: 'gpt-6-astra', temperature: 0.7 }, 'unsupported_value', onlyDefault(0.7)],
  [{ model: 'o3-mini', temperature: 0.5 }, 'unsupported_parameter', unsupported('temperature')],
  [{ model: 'o1', temperature: 0.5 }, 'unsupported_parameter', unsupported('temperature')],
  [{ model: 'gpt-5.6', top_p: 0.5 }, 'unsupported_parameter', unsupported('top_p')],
  [{ model: 'o4-mini', top_p: 0.5 }, 'unsupported_parameter', unsupported('top_p')],
  [{ model: 'gpt-5.3-chat-latest', presence_penalty: 1 }, 'unsupported_parameter', unsupported('presence_penalty')],
  [{ model: 'gpt-5.1', temperature: 0.5, top_p: 0.5, presence_penalty: 1, frequency_penalty: 1 }, 'accepted'],
  [{ model: 'gpt-5.4-nano', temperature: 0, logprobs: true, top_logprobs: 5 }, 'accepted'],
  [{ model: 'gpt-5.2', top_p: 0.5, reasoning_effort: 'low' }, 'unsupported_parameter', unsupported('top_p')],
  [{ model: 'gpt-5.6-luna', reasoning_effort: 'none', temperature: 0, top_p: 0, logprobs: true }, 'accepted'],

  [
    { model: 'gpt-5', logprobs: true },
    'logprobs_not_allowed',
    'You are not allowed to request logprobs from this model'
  ],
  [{ model: 'o4-mini', logprobs: true }, 'logprobs_not_allowed'],
  [{ model: 'gpt-5.1', logprobs: true }, 'logprobs_not_allowed'],
  [{ model: 'gpt-5-nano', logprobs: false }, 'accepted'],
  [{ model: 'gpt-5.6', logprobs: true, reasoning_effort: 'low' }, 'unsupported_parameter', unsupported('logprobs')],
  [{ model: 'gpt-4.1-nano', logprobs: true, top_logprobs: 20 }, 'accepted'],

  [
    { model: 'gpt-5.1', reasoning_effort: null },
    'unsupported_value',
    "Unsupported value: 'reasoning_effort' does not support null with this model. Supported values are: 'none', 'low', 'medium', and 'high'."
  ],
  [
    { model: 'gpt-5.2-chat-latest', reasoning_effort: 'high' },
    'unsupported_value',
    "Unsupported value: 'reasoning_effort' does not support 'high' with this model. Supported values are: 'medium'."
  ],
  [{ model: 'gpt-5.6-luna', reasoning_effort: 'max' }, 'unsupported_value'],
  [{ model: 'gpt-6-luna', reasoning_effort: 'max' }, 'accepted'],
  [{ model: 'gpt-4o', verbosity: 'low' }, 'unsupported_value'],
  [{ model: 'o3', verbosity: 'high' }, 'unsupported_value'],
  [{ model: 'gpt-5.6', verbosity: 'low' }, 'accepted'],

  [
    { model: 'o3-mini', tools, parallel_tool_calls: false },
    'unsupported_parameter',
    unsupported('parallel_tool_calls')
  ],
  [{ model: 'o1', tools, parallel_tool_calls: true }, 'unsupported_parameter', unsupported('parallel_tool_calls')],
  [{ model: 'gpt-5-nano', tools, parallel_tool_calls: true }, 'accepted'],
  [{ model: 'gpt-5-chat-latest', tools }, 'tools_not_supported', 'tools is not supported in this model. For a list'],
  [{ model: 'chatgpt-4o-latest', functions: [{ name: 'f' }] }, 'tools_not_supported', 'functions is not supported'],
  [{ model: 'gpt-5.5', tools }, 'accepted'],
  [{ model: 'o1-mini', tools }, 'tools_not_supported', 'tools is not supported in this model. For a list'],
  ...['o3', 'gpt-5-mini', 'gpt-5.6-terra'].map((model): [Body, string, string] => [
    { model, messages: [...say, { role: 'function', name: 'f', content: '1' }] },
    'unsupported_value',
    "Unsupported value: 'messages[1].role' does not support 'function' with this model."
  ]),
  [{ model: 'gpt-5.5', tools, reasoning_effort: 'medium' }, 'function_tools_with_effort_older'],
  [{ model: 'gpt-5.4-mini', tools }, 'accepted'],
  [{ model: 'gpt-6-sol', tools }, 'function_tools_with_effort'],
  [{ model: 'gpt-6-sol', tools, reasoning_effort: 'none' }, 'accepted'],

  [
    { model: 'gpt-4o-2024-05-13', response_format: schemaFormat },
    'response_format_not_supported',
    "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model. Learn more about supported models"
  ],
  [
    { model: 'gpt-4-0613', response_format: jsonFormat },
    'response_format_not_supported',
    "Invalid parameter: 'response_format' of type 'json_object' is not supported with this model."
  ],
  [{ model: 'gpt-4-turbo', response_format: jsonFormat }, 'accepted'],
  [{ model: 'gpt-4-turbo', response_format: schemaFormat }, 'response_format_not_supported'],
  [{ model: 'gpt-5-search-api', response_format: jsonFormat }, 'response_format_not_supported'],
  [{ model: 'gpt-5-search-api', response_format: schemaFormat }, 'accepted'],
  [{ model: 'gpt-audio', ...withSound, response_format: schemaFormat }, 'response_format_not_supported'],
  [
    { model: 'gpt-4o', response_format: { type: 'json_object', schema: {} } },
    'unknown_parameter',
    "Unknown parameter: 'response_format.schema'."
  ],

  [{ model: 'gpt-audio-mini' }, 'audio_required'],
  [{ model: 'gpt-audio-mini', modalities: ['text'] }, 'audio_required'],
  [{ model: 'gpt-4o-audio-preview', ...withSound }, 'accepted'],

  [{ model: 'gpt-4o', service_tier: 'flex' }, 'service_tier_not_supported', 'Invalid service_tier argument'],
  [{ model: 'o3', service_tier: 'flex' }, 'accepted'],
  [{ model: 'gpt-5.4-mini', service_tier: 'flex' }, 'accepted'],
  [{ model: 'o4-mini', prompt_cache_retention: '24h' }, 'prompt_cache_retention_not_supported'],
  [{ model: 'gpt-5-mini', prompt_cache_retention: '24h' }, 'prompt_cache_retention_not_supported'],
  [{ model: 'gpt-4.1', prompt_cache_retention: '24h' }, 'accepted'],
  [{ model: 'gpt-5.4', prompt_cache_retention: 'in_memory' }, 'accepted'],
  [{ model: 'gpt-5.5', prompt_cache_retention: 'in_memory' }, 'prompt_cache_24h_only'],
  [{ model: 'gpt-4o', metadata: { a: 'b' } }, 'metadata_without_store'],
  [{ model: 'gpt-4o', metadata: { a: 'b' }, store: true }, 'accepted'],
  [{ model: 'gpt-5.5', metadata: { a: 'b' } }, 'metadata_without_store'],
  [{ model: 'gpt-5.6-luna', metadata: { a: 'b' } }, 'accepted'],
  [{ model: 'gpt-6-sol', metadata: { a: 'b' }, store: false }, 'accepted'],

  [
    { model: 'gpt-5.6-sol', max_completion_tokens: 1 },
    'output_limit_too_small',
    'Could not finish the message because'
  ],
  [{ model: 'o3-mini', max_completion_tokens: 1 }, 'output_limit_too_small'],
  [{ model: 'gpt-5.1', max_completion_tokens: 5 }, 'output_limit_too_small'],
  [{ model: 'gpt-5.2', max_completion_tokens: 5 }, 'accepted'],
  [{ model: 'gpt-4.1', max_tokens: 1 }, 'accepted'],
  [{ model: 'gpt-4o', max_tokens: 32000 }, 'max_tokens_too_large', 'max_tokens is too large: 32000.'],

  [{ model: 'gpt-5-pro' }, 'model_only_in_responses', 'This model is only supported in v1/responses and not in'],
  [{ model: 'o3-deep-research-2025-06-26' }, 'model_only_in_responses'],
  [{ model: 'gpt-5.2-codex' }, 'not_a_chat_model', 'This is not a chat model and thus not supported in the'],
  [{ model: 'gpt-realtime-mini' }, 'not_a_chat_model'],
  [{ model: 'text-embedding-ada-002' }, 'not_a_chat_model'],
  [{ model: 'text-embedding-3-small' }, 'model_not_samplable'],
  [{ model: 'gpt-image-1.5' }, 'server_error'],
  [{ model: 'sora-2-pro' }, 'no_model_capacity', 'No available capacity was found for the model'],
  [{ model: 'gpt-5.1-chat-latest' }, 'model_deprecated']
]

t.test('what a model does not support is an error in the words of the service', async t => {
  for (const [body, name, message] of cases) {
    const found = validateBody(body)
    const title = JSON.stringify(body)
    t.equal(found.name, name, title)
    if (message) t.equal(found.message.slice(0, message.length), message, title)
  }
})

t.test('a model accepts the neutral value of each parameter that it rejects, if it does not search', async t => {
  const rows = Object.entries(requestParameters.createChatCompletion) as [string, { neutral?: unknown }][]
  for (const [field, { neutral }] of rows)
    if (neutral !== undefined)
      for (const { id, abilities } of chatModels) {
        const body = { model: id, [field]: neutral, ...(field === 'top_logprobs' && { logprobs: true }) }
        if (abilities.needsAudio || field === 'top_logprobs') continue
        const isRefused = abilities.dialect === 'search' && abilities.refuses.includes(field)
        t.equal(validateBody(body).name, isRefused ? 'incompatible_arguments' : 'accepted', JSON.stringify(body))
      }
})

t.test('each model of chat accepts all that its cells list, and nothing else', async t => {
  const efforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']
  for (const { id, abilities } of chatModels) {
    const sound = abilities.needsAudio ? withSound : {}
    const isAccepted = (body: Body) => validateBody({ model: id, ...sound, ...body }).name === 'accepted'
    t.ok(isAccepted({}), id)
    for (const type of ['text', 'json_object', 'json_schema'])
      t.equal(
        isAccepted({ response_format: type === 'json_schema' ? schemaFormat : { type } }),
        abilities.responseFormats.includes(type),
        `${id}: ${type}`
      )
    for (const effort of efforts)
      t.equal(isAccepted({ reasoning_effort: effort }), abilities.efforts.includes(effort), `${id}: ${effort}`)
    for (const verbosity of ['low', 'medium', 'high'])
      t.equal(isAccepted({ verbosity }), abilities.verbosities.includes(verbosity), `${id}: ${verbosity}`)
    for (const retention of ['in_memory', '24h'])
      t.equal(
        isAccepted({ prompt_cache_retention: retention }),
        abilities.cacheRetentions.includes(retention),
        `${id}: ${retention}`
      )
  }
})

t.test('a model is an error from the day of its shutdown on, and only with asOf', async t => {
  const at = (asOf?: string) => makeValidator({ models: createModels(table, asOf) })
  for (const [model, day] of [
    ['gpt-4', '2026-10-23'],
    ['o3', '2026-12-11'],
    ['gpt-5-chat-latest', '2026-07-23']
  ] as const) {
    const before = new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10)
    t.equal(validateBody({ model }).name, 'accepted', model)
    t.equal(validateBody({ model }, at(before)).name, 'accepted', `${model} on ${before}`)
    t.match(
      validateBody({ model }, at(day)),
      {
        name: 'model_deprecated',
        status: 404,
        message: `The model \`${model}\` has been deprecated, learn more here: https://platform.openai.com/docs/deprecations`
      },
      `${model} on ${day}`
    )
  }
  const listed = createModels(table, '2026-12-11').list()
  t.notOk(
    listed.some(({ id }) => table.models[id]?.shutdown),
    'a model that is shut down is not listed'
  )
  fc.assert(
    fc.property(
      fc.constantFrom(...names),
      fc.date({ min: new Date('2023-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }),
      (name, date) => {
        const asOf = date.toISOString().slice(0, 10)
        const { retired, shutdown = '9' } = table.models[name]!
        return createModels(table, asOf).get(name).retired === (retired === true || shutdown <= asOf)
      }
    )
  )
})

t.test('the tokens of a prompt that is too long are said in the words for the model and for its functions', async t => {
  const countTokens: ValidatorOptions['countTokens'] = body => (body.tools ? 1_000_000 : 900_000)
  const validator = makeValidator({ countTokens })
  const long = [{ role: 'user', content: 'x'.repeat(400_000) }]
  const messageOf = (body: Body) => validateBody({ messages: long, ...body }, validator).message
  t.equal(
    messageOf({ model: 'gpt-4o' }),
    "This model's maximum context length is 128000 tokens. However, your messages resulted in 900000 tokens. Please reduce the length of the messages."
  )
  t.equal(
    messageOf({ model: 'gpt-4o', tools }),
    "This model's maximum context length is 128000 tokens. However, your messages resulted in 1000000 tokens (900000 in the messages, 100000 in the functions). Please reduce the length of the messages or functions."
  )
  t.equal(
    messageOf({ model: 'gpt-5-nano', tools }),
    'Input tokens exceed the configured limit of 272000 tokens. Your messages resulted in 1000000 tokens. Please reduce the length of the messages.'
  )
  t.equal(
    messageOf({ model: 'gpt-5.4', tools }),
    'Input tokens exceed the configured limit of 922000 tokens. Your messages resulted in 1000000 tokens. Please reduce the length of the messages.'
  )
  t.equal(messageOf({ model: 'gpt-5.6' }), undefined)
  t.equal(messageOf({ model: 'gpt-4.1', tools, max_tokens: 32768 }), undefined)
  const small = createModels(mergeModels(table, { families: { 'gpt-4.1': { contextWindow: 1_010_000 } } }))
  t.equal(
    validateBody(
      { messages: long, model: 'gpt-4.1', tools, max_tokens: 32768 },
      makeValidator({ countTokens, models: small })
    ).message,
    "This model's maximum context length is 1010000 tokens. However, you requested 1032768 tokens (900000 in the messages, 100000 in the functions, and 32768 in the completion). Please reduce the length of the messages, functions, or completion."
  )
})

t.test('an unknown name has the abilities of the listed model it begins with, or of the newest family', async t => {
  const rows: [string, string, boolean][] = [
    ['gpt-4o-2030-01-01', 'default', true],
    ['gpt-5.2-proo', 'gpt-5.2', true],
    ['gpt-5.7', 'gpt-6', true],
    ['gpt-55', 'gpt-6', true],
    ['gpt-9-nova', 'gpt-6', true],
    ['o9', 'gpt-6', true],
    ['llama-4', 'default', false],
    ['my-gpt-4', 'default', false]
  ]
  for (const [name, family, hasKnownAbilities] of rows)
    t.match(models.get(name), { family, hasKnownAbilities, isKnown: false }, name)
  t.equal(validateBody({ model: 'gpt-9-nova', temperature: 0.5 }).name, 'unsupported_value')
  t.equal(validateBody({ model: 'llama-4', temperature: 0.5, reasoning_effort: 'low' }).name, 'accepted')
  t.equal(validateBody({ model: 'gpt-9-nova' }, makeValidator({ unknownModels: 'refuse' })).name, 'model_not_found')
})

t.test('the log has one line for each unknown name, and none when unknown models are errors', async t => {
  const key = 'sk-secret-secret-secret'
  for (const unknownModels of ['answer', 'refuse'] as const) {
    const lines: Body[] = []
    const log = pino({ level: 'warn', base: null }, { write: text => void lines.push(JSON.parse(text)) })
    const server = await openServer(resolveOptions({ serverOptions: { unknownModels, port: 0 } }), log)
    t.teardown(() => server.close())
    for (const model of ['gpt-9', 'gpt-9', 'llama', 'gpt-4o', key]) await ask(server, { model, messages: say }, { key })
    t.same(
      lines.map(({ model, family }) => [model, family]),
      unknownModels === 'answer'
        ? [
            ['gpt-9', 'gpt-6'],
            ['llama', 'default'],
            ['sk-…cret~5b85fc', 'default']
          ]
        : []
    )
  }
})
