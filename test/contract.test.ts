/** Tests loading a document: overlays, normalization, operations, response selection, validators; and the table of parameters. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Validator } from '@seriousme/openapi-schema-validator'
import { build } from 'esbuild'
import t from 'tap'
import { parse } from 'yaml'
import { toStoredCompletion } from '../src/completion/stored-completion.js'
import { createSpecChecks } from '../src/contract/check.js'
import { buildSpec, findExampleDefects, loadSpec } from '../src/contract/load.js'
import { readOperations } from '../src/contract/operations.js'
import { applyOverlay } from '../src/contract/overlay.js'
import { type ResponsePreference, selectResponse } from '../src/contract/select-response.js'
import { foldUnions } from '../src/contract/union.js'
import { ConfigError } from '../src/core/config-error.js'
import { followPath, resolveRef } from '../src/core/json-pointer.js'
import type { ModelTable } from '../src/core/model.js'
import type { ChatRequest } from '../src/core/openai-types.js'
import type { RequestParameter } from '../src/core/request-parameter.js'
import { requestParameters } from '../src/core/request-parameters.js'
import { inlineSource } from '../src/core/source-file.js'

const spec = 'openapi/chat-completions.yaml'
const directory = 'openapi/overlays'
const overlays = readdirSync(directory)
  .sort()
  .map(file => join(directory, file))
const ours = await loadSpec({ spec, overlays })
const original = await loadSpec({ spec, overlays: [] })
const checks = createSpecChecks(ours)
const create = checks.request.get('createChatCompletion')!
const say = [{ role: 'user', content: 'Hi' }]

t.test('each action of an overlay has an existing target and a description', async t => {
  t.same(ours.warnings, [])
  for (const file of overlays)
    for (const action of parse(readFileSync(file, 'utf8')).actions) t.ok(action.description, `${file} ${action.target}`)
})

t.test('the document is OpenAPI 3.1 before and after its overlays', async t => {
  for (const { document } of [original, ours]) {
    const result = await new Validator().validate(structuredClone(document))
    t.same(result, { valid: true })
  }
})

t.test('without overlays the document stays unchanged', async t => {
  t.same(original.document, parse(readFileSync(spec, 'utf8')))
})

t.test('every parameter of the current API is valid', async t => {
  const parameters: Record<string, unknown[]> = {
    max_tokens: [1, null],
    max_completion_tokens: [1, null],
    functions: [[{ name: 'f', description: 'd', parameters: { type: 'object' } }], null],
    function_call: ['none', 'auto', { name: 'f' }, null],
    reasoning_effort: ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max', null],
    verbosity: ['low', 'medium', 'high', null],
    modalities: [['text', 'audio'], null],
    audio: [{ voice: 'alloy', format: 'wav' }, { voice: { id: 'voice_1' }, format: 'pcm16' }, null],
    prediction: [{ type: 'content', content: 'x' }, { type: 'content', content: [{ type: 'text', text: 'x' }] }, null],
    web_search_options: [
      {},
      { user_location: null, search_context_size: 'low' },
      { user_location: { type: 'approximate', approximate: { country: 'US', city: 'Austin' } } }
    ],
    service_tier: ['auto', 'default', 'flex', 'priority', 'fast', null],
    safety_identifier: ['a'.repeat(64), null],
    prompt_cache_key: ['a'.repeat(64), null],
    prompt_cache_retention: ['in_memory', '24h', null],
    prompt_cache_options: [{ ttl: '30m', mode: 'implicit' }, { mode: 'explicit' }],
    moderation: [{ model: 'm' }, { model: 'm', policy: { input: { mode: 'score' }, output: { mode: 'block' } } }, null],
    stream_options: [{ include_usage: true, include_obfuscation: false }, null],
    tools: [
      [{ type: 'function', function: { name: 'f', strict: null } }],
      [{ type: 'custom', custom: { name: 'c' } }],
      [{ type: 'custom', custom: { name: 'c', format: { type: 'text' } } }],
      [
        {
          type: 'custom',
          custom: { name: 'c', format: { type: 'grammar', grammar: { syntax: 'lark', definition: 'x' } } }
        }
      ],
      Array.from({ length: 128 }, () => ({ type: 'function', function: { name: 'f' } }))
    ],
    tool_choice: [
      'required',
      { type: 'function', function: { name: 'f' } },
      { type: 'custom', custom: { name: 'c' } },
      { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: [{ type: 'function' }] } },
      null
    ],
    top_logprobs: [0, 20, null],
    n: [1, 128, null],
    seed: [-8576600235557153000, null],
    user: ['u', null],
    stop: ['a', ['a'], [], ['a', 'b', 'c', 'd'], null],
    temperature: [0, 2, null],
    top_p: [0, 1, null],
    frequency_penalty: [-2, 2, null],
    presence_penalty: [-2, 2, null],
    metadata: [{ ['k'.repeat(64)]: 'v'.repeat(512) }, null],
    logit_bias: [{ 50256: -100 }, null],
    store: [true, null],
    parallel_tool_calls: [true, null],
    logprobs: [true, null],
    stream: [true, null],
    response_format: [
      { type: 'text' },
      { type: 'json_object' },
      { type: 'json_schema', json_schema: { name: 'n', schema: {}, strict: null } },
      null
    ]
  }
  for (const [name, values] of Object.entries(parameters))
    for (const value of values)
      t.same(create({ model: 'm', messages: say, [name]: value }), [], `${name} ${JSON.stringify(value)}`)
})

t.test('an invalid parameter gives one error with its path', async t => {
  const cases: [Record<string, unknown>, string, string][] = [
    [{ bogus: 1 }, '', 'additionalProperties'],
    [{ max_completion_tokens: 0 }, '/max_completion_tokens', 'minimum'],
    [{ n: 129 }, '/n', 'maximum'],
    [{ n: 1.5 }, '/n', 'type'],
    [{ temperature: '0.5' }, '/temperature', 'type'],
    [{ temperature: 2.1 }, '/temperature', 'maximum'],
    [{ reasoning_effort: 'huge' }, '/reasoning_effort', 'enum'],
    [{ service_tier: 'scale' }, '/service_tier', 'enum'],
    [{ safety_identifier: 'a'.repeat(65) }, '/safety_identifier', 'maxLength'],
    [{ prompt_cache_key: 'a'.repeat(65) }, '/prompt_cache_key', 'maxLength'],
    [{ prompt_cache_options: { bogus: 1 } }, '/prompt_cache_options', 'additionalProperties'],
    [{ stream_options: { bogus: 1 } }, '/stream_options', 'additionalProperties'],
    [{ metadata: { k: 'v'.repeat(513) } }, '/metadata/k', 'maxLength'],
    [{ metadata: { ['k'.repeat(65)]: 'v' } }, '/metadata', 'maxLength'],
    [{ metadata: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [i, 'v'])) }, '/metadata', 'maxProperties'],
    [{ stop: ['1', '2', '3', '4', '5'] }, '/stop', 'maxItems'],
    [{ stop: 5 }, '/stop', 'type'],
    [{ audio: { voice: 'alloy' } }, '/audio', 'required'],
    [{ moderation: {} }, '/moderation', 'required'],
    [{ prediction: { type: 'content', content: [] } }, '/prediction/content', 'minItems'],
    [{ functions: [] }, '/functions', 'minItems'],
    [{ tools: [{ type: 'function', function: { name: '' } }] }, '/tools/0/function/name', 'minLength'],
    [{ tools: [{ type: 'function', function: { name: 'a b' } }] }, '/tools/0/function/name', 'pattern'],
    [{ tools: [{ type: 'function' }] }, '/tools/0', 'required'],
    [{ tools: [{ type: 'retrieval' }] }, '/tools/0', 'discriminator'],
    [{ tools: Array.from({ length: 129 }, () => ({ type: 'custom', custom: { name: 'c' } })) }, '/tools', 'maxItems'],
    [{ tool_choice: 'maybe' }, '/tool_choice', 'enum'],
    [{ tool_choice: 5 }, '/tool_choice', 'type'],
    [{ tool_choice: { type: 'function' } }, '/tool_choice', 'required'],
    [{ response_format: { type: 'xml' } }, '/response_format', 'discriminator'],
    [{ response_format: { type: 'json_schema' } }, '/response_format', 'required'],
    [{ response_format: { type: 'json_schema', json_schema: {} } }, '/response_format/json_schema', 'required']
  ]
  for (const [body, place, keyword] of cases) {
    const [complaint] = create({ model: 'm', messages: say, ...body })
    t.match(complaint, { instancePath: place, keyword }, JSON.stringify(body).slice(0, 80))
  }
})

t.test('the messages of all six roles are valid', async t => {
  const call = { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } }
  const text = { type: 'text', text: 'x', prompt_cache_breakpoint: { mode: 'explicit' } }
  const messages = [
    { role: 'developer', content: 'x', name: 'n' },
    { role: 'developer', content: [text] },
    { role: 'system', content: '' },
    { role: 'system', content: [text] },
    { role: 'system' },
    { role: 'user', content: null },
    { role: 'user', content: [] },
    {
      role: 'user',
      content: [text, { type: 'image_url', image_url: { url: 'https://example.com/a.png', detail: 'low' } }]
    },
    { role: 'user', content: [{ type: 'input_audio', input_audio: { data: 'AA==', format: 'wav' } }] },
    { role: 'user', content: [{ type: 'file', file: { file_id: 'file-1' } }] },
    { role: 'user', content: 'x', anything: 'else' },
    {
      role: 'assistant',
      content: null,
      tool_calls: [call, { id: 'c', type: 'custom', custom: { name: 'c', input: 'i' } }]
    },
    { role: 'assistant', content: [{ type: 'refusal', refusal: 'no' }] },
    { role: 'assistant', refusal: 'no', audio: { id: 'audio_1' }, function_call: { name: 'f', arguments: '' } },
    { role: 'assistant', content: 'x', refusal: null, audio: null, function_call: null },
    { role: 'tool', content: [text], tool_call_id: 'call_1' },
    { role: 'function', content: null, name: 'f' }
  ]
  for (const message of messages) t.same(create({ model: 'm', messages: [message] }), [], JSON.stringify(message))
})

t.test('an invalid message gives one error, not one for each role', async t => {
  const part = (value: unknown) => ({ role: 'user', content: [value] })
  const cases: [unknown, string, string][] = [
    ['Hi', '/messages/0', 'type'],
    [{}, '/messages/0', 'required'],
    [{ role: 'robot', content: 'x' }, '/messages/0', 'discriminator'],
    [{ role: 'developer' }, '/messages/0', 'required'],
    [{ role: 'developer', content: null }, '/messages/0/content', 'type'],
    [{ role: 'user', content: 5 }, '/messages/0/content', 'type'],
    [{ role: 'tool', content: 'x', tool_call_id: 5 }, '/messages/0/tool_call_id', 'type'],
    [{ role: 'function', content: 'x', name: 5 }, '/messages/0/name', 'type'],
    [
      { role: 'developer', content: [{ type: 'text', text: 'x', cache_control: {} }] },
      '/messages/0/content/0',
      'additionalProperties'
    ],
    [{ role: 'assistant', tool_calls: [] }, '/messages/0/tool_calls', 'minItems'],
    [{ role: 'assistant', tool_calls: [{ id: 'c', type: 'x' }] }, '/messages/0/tool_calls/0', 'discriminator'],
    [part({ text: 'x' }), '/messages/0/content/0', 'required'],
    [part({ type: 'video' }), '/messages/0/content/0', 'discriminator'],
    [part({ type: 'text' }), '/messages/0/content/0', 'required'],
    [part({ type: 'image_url', image_url: 'https://example.com' }), '/messages/0/content/0/image_url', 'type'],
    [part({ type: 'image_url', image_url: {} }), '/messages/0/content/0/image_url', 'required'],
    [part({ type: 'file', file: { url: 'x' } }), '/messages/0/content/0/file', 'required'],
    [part({ type: 'file', file: { file_id: 'x', data: 'x' } }), '/messages/0/content/0/file', 'additionalProperties'],
    [
      part({ type: 'input_audio', input_audio: { data: '', format: 'ogg' } }),
      '/messages/0/content/0/input_audio/format',
      'enum'
    ]
  ]
  for (const [message, place, keyword] of cases) {
    const [first, ...notes] = create({ model: 'm', messages: [message] })
    t.match(first, { instancePath: place, keyword }, JSON.stringify(message))
    t.ok(
      notes.every(note => note.keyword === 'if'),
      'the other errors only name the branch'
    )
  }
  t.match(create({ model: 'm', messages: [] }), [{ keyword: 'minItems', instancePath: '/messages' }])
  t.match(create({ model: 'm' }), [{ keyword: 'required', params: { missingProperty: 'messages' } }])
})

t.test('recorded responses, chunks and errors of the service are valid', async t => {
  const chunk = {
    id: 'c',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'm',
    service_tier: 'default',
    system_fingerprint: null
  }
  const delta = (value: unknown, finish_reason: string | null = null) => ({
    ...chunk,
    choices: [{ index: 0, delta: value, finish_reason }],
    usage: null,
    obfuscation: 'ab'
  })
  const stream = checks.response('createChatCompletion', 200, 'text/event-stream')!
  const call = { index: 0, id: 'call_1', type: 'function', function: { name: 'f', arguments: '' } }
  for (const value of [
    delta({ role: 'assistant', content: '', refusal: null }),
    delta({ role: 'assistant', content: null, tool_calls: [call] }),
    delta({ tool_calls: [{ index: 0, function: { arguments: '{' } }] }),
    delta({ audio: { id: 'audio_1', transcript: 'x' } }),
    delta({}, 'function_call'),
    { ...chunk, choices: [], usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } }
  ])
    t.same(stream(value), [])
  t.match(stream({ ...chunk, choices: [{ index: 0, delta: {} }] }), [{ keyword: 'required' }])
  const error = checks.schema('ErrorResponse')
  t.same(error({ error: { message: 'm', type: 't', param: null, code: null } }), [])
  t.match(error({ error: { message: 'm', type: 't' } }), [{ params: { missingProperty: 'param' } }])
  t.equal(checks.response('createChatCompletion', 418, 'application/json'), undefined)
})

t.test('every example of every operation validates, and every schema of the document compiles', async t => {
  t.same(
    ours.operations.map(({ id }) => id),
    [
      'listChatCompletions',
      'createChatCompletion',
      'listModels',
      'retrieveModel',
      'deleteModel',
      'createEmbedding',
      'createModeration',
      'createCompletion',
      'getChatCompletion',
      'updateChatCompletion',
      'deleteChatCompletion',
      'getChatCompletionMessages'
    ]
  )
  t.same(
    [...ours.findings, ...findExampleDefects(ours)].filter(({ pointer }) => !/\/(nullable|default)$/.test(pointer)),
    [],
    'no example breaks its schema'
  )
  for (const { id, responses } of ours.operations)
    for (const { status, mediaType, examples } of responses)
      for (const { name, value } of examples)
        t.same(checks.response(id, status, mediaType!)!(value), [], `${id} ${status} ${name}`)
  const content = ['paths', '/chat/completions', 'post', 'requestBody', 'content', 'application/json', 'examples']
  const requests = followPath(ours.document, content) as Record<string, { value: unknown }>
  for (const [name, { value }] of Object.entries(requests)) t.same(create(value), [], name)
  for (const name of Object.keys(followPath(ours.schemas, ['components', 'schemas']) as object))
    t.type(checks.schema(name), 'function', name)
  t.throws(() => checks.schema('Nothing'), ConfigError)
})

t.test('the findings list the OpenAPI 3.0 keywords of the original document by their pointers', async t => {
  const findings = [...original.findings, ...findExampleDefects(original)]
  const at = (end: string) => findings.filter(({ pointer }) => pointer.endsWith(end)).map(({ pointer }) => pointer)
  const request = '/components/schemas/CreateChatCompletionRequest/properties'
  t.equal(at('/nullable').length, 24)
  t.same(at('/default'), [`${request}/logit_bias/default`, `${request}/stop/default`])
  t.equal(at('/example').length, 19)
  t.match(
    findings.find(({ pointer }) => pointer === `${request}/frequency_penalty/example`),
    { message: /must be <= 2/ }
  )
  const old = createSpecChecks(original).request.get('createChatCompletion')!
  t.same(old({ model: 'm', messages: [{ role: 'user', content: null }], stop: null, logit_bias: null }), [])
})

t.test('normalized schemas accept and reject the right values', async t => {
  const cases: [Record<string, unknown>, unknown[], unknown[]][] = [
    [{ type: 'string', nullable: true }, ['a', null], [1]],
    [{ type: 'string', enum: ['a'], nullable: true }, ['a', null], ['b']],
    [{ enum: ['a'], nullable: true }, ['a', null], ['b']],
    [{ oneOf: [{ type: 'string' }, { minimum: 3 }], nullable: true }, [null, 4], [2]],
    [{ $ref: '#/components/schemas/Name', nullable: true }, ['a', null], [1]],
    [{ type: 'string', nullable: false }, ['a'], [null]],
    [{ type: 'number', minimum: 0, exclusiveMinimum: true }, [1], [0]],
    [{ type: 'number', maximum: 9, exclusiveMaximum: false }, [9], [10]],
    [
      { properties: { nullable: { type: 'string' }, example: { type: 'number' } } },
      [{ nullable: 'a' }],
      [{ example: 'a' }]
    ]
  ]
  for (const [schema, good, bad] of cases) {
    const built = buildSpec(tiny({ Tested: schema, Name: { type: 'string' } }), inlineSource('tiny', {}))
    const check = createSpecChecks(built).schema('Tested')
    for (const value of good) t.same(check(value), [], `${JSON.stringify(schema)} admits ${JSON.stringify(value)}`)
    for (const value of bad) t.not(check(value).length, 0, `${JSON.stringify(schema)} rejects ${JSON.stringify(value)}`)
  }
})

t.test('a 3.0 document has no findings for 3.0 keywords', async t => {
  const schema = { type: 'number', nullable: true, minimum: 0, exclusiveMinimum: true, example: null }
  const built = buildSpec({ ...tiny({ Tested: schema }), openapi: '3.0.3' }, inlineSource('tiny', {}))
  t.same(built.findings, [])
  t.same(createSpecChecks(built).schema('Tested')(null), [])
})

t.test('a union of different types becomes conditions, any other union stays unchanged', async t => {
  const folded = { oneOf: [{ type: 'string' }, { type: 'array', items: {} }, { type: 'null' }] }
  foldUnions({}, folded)
  t.same(folded, {
    type: ['string', 'array', 'null'],
    allOf: [{ if: { type: ['array'] }, then: { type: 'array', items: {} } }]
  })
  for (const left of [
    { oneOf: [{ type: 'integer' }, { type: 'number' }] },
    { anyOf: [{ type: 'string' }, { minLength: 1 }] },
    { oneOf: [{ type: 'string' }] }
  ]) {
    const copy = structuredClone(left)
    foldUnions({}, copy)
    t.same(copy, left)
  }
})

t.test('an invalid document is a ConfigError with its location', async t => {
  const cases: [string, string, RegExp][] = [
    ['unreadable', '', /missing\.yaml: can.t be read/],
    ['syntax', 'openapi: 3.1.0\n  paths: [', /syntax\.yaml:\d+:\d+: /],
    ['scalar', 'hello', /scalar\.yaml:1:1: expected an object, as an OpenAPI document/],
    ['version', 'swagger: "2.0"\npaths: {}', /version\.yaml:1:1: expected `openapi: 3\.1\.0`/],
    ['nopaths', 'openapi: 3.1.0\npaths: {}', /nopaths\.yaml:2:8: expected `paths`/],
    [
      'keyword',
      yaml({ type: 'string', maxLenght: 3 }),
      /keyword\.yaml:\d+:\d+: \/components\/schemas\/A\/maxLenght: `maxLenght` is not a keyword/
    ],
    [
      'ref',
      yaml({ $ref: '#/components/schemas/B' }),
      /ref\.yaml:\d+:\d+: \/components\/schemas\/A\/\$ref: .*does not resolve/
    ],
    ['outside', yaml({ $ref: './other.yaml#/B' }), /\/components\/schemas\/A\/\$ref: /],
    ['type', yaml({ type: 'text' }), /\/components\/schemas\/A\/type: `text` is not a type/],
    [
      'pattern',
      yaml({ type: 'string', pattern: '(' }),
      /\/components\/schemas\/A\/pattern: the pattern does not compile/
    ],
    ['limit', yaml({ type: 'string', maxLength: 'x' }), /\/components\/schemas\/A\/maxLength: the schema is not valid/],
    [
      'script',
      yaml({}, { dispatcher: 'SCRIPT', dispatcherRules: 'x' }),
      /script\.yaml:\d+:\d+: \/paths\/~1a\/get\/x-microcks-operation: .*run code/
    ],
    ['rules', yaml({}, { dispatcher: 'JSON_BODY', dispatcherRules: '{' }), /dispatcherRules is not JSON/],
    [
      'response',
      'openapi: 3.1.0\npaths: { /a: { get: { responses: { 200: { $ref: "#/no" } } } } }',
      /response\.yaml:2:\d+: \/paths\/~1a\/get\/responses\/200\/\$ref: /
    ]
  ]
  const files = Object.fromEntries(cases.slice(1).map(([name, text]) => [`${name}.yaml`, text]))
  const directory = t.testdir(files)
  for (const [name, , message] of cases) {
    const file = join(directory, name === 'unreadable' ? 'missing.yaml' : `${name}.yaml`)
    const error = await loadSpec({ spec: file, overlays: [] }).then(
      () => undefined,
      (error: unknown) => error
    )
    t.ok(error instanceof ConfigError, name)
    t.match((error as ConfigError).message, message)
  }
})

t.test('what is wrong with a schema stops the start where it guards a request, and is ignored elsewhere', async t => {
  const wrong: [Record<string, unknown>, string][] = [
    [{ type: 'string', maxLenght: 3 }, '/maxLenght'],
    [{ type: 'text' }, '/type'],
    [{ type: 'string', pattern: '(' }, '/pattern'],
    [{ patternProperties: { '(': {} } }, '/patternProperties/('],
    [{ type: 'string', maxLength: 'x' }, '/maxLength'],
    [{ properties: { a: 'string' } }, '/properties/a'],
    [{ required: 'a' }, '/required'],
    [{ $ref: '#/components/schemas/Absent' }, '/$ref'],
    [{ $recursiveRef: '#' }, '/$recursiveRef']
  ]
  // A guards the request: itself, by a reference, and by references in each keyword that holds schemas.
  const holders: Record<string, unknown>[] = [
    { $ref: '#/components/schemas/Wrong' },
    { properties: { a: { $ref: '#/components/schemas/Wrong' } } },
    { items: { anyOf: [{ type: 'string' }, { $ref: '#/components/schemas/Wrong' }] } },
    { additionalProperties: { allOf: [{ not: { $ref: '#/components/schemas/Wrong' } }] } }
  ]
  const build = (A: unknown, Wrong: unknown) => {
    const document = JSON.parse(yaml(A))
    document.components.schemas.Wrong = Wrong
    return buildSpec(document, inlineSource('it', document))
  }
  for (const [schema, at] of wrong) {
    const pointer = `/components/schemas/Wrong${at}`
    for (const holder of holders) {
      const error = await Promise.resolve()
        .then(() => build(holder, schema))
        .catch((error: unknown) => error)
      t.ok(error instanceof ConfigError, `${pointer} guards a request`)
      t.match((error as ConfigError).message, pointer)
    }
    const built = build({ type: 'object' }, schema)
    t.match(built.warnings, [new RegExp(`^${pointer.replace(/[$(]/g, '\\$&')}: .*; ignored, because`)], pointer)
    t.type(createSpecChecks(built).schema('Wrong'), 'function')
  }
})

t.test('a name that two schemas have stops the start', t => {
  for (const key of ['$id', '$anchor']) {
    const document = JSON.parse(yaml({ [key]: 'same', properties: { a: { $ref: '#/components/schemas/B' } } }))
    document.components.schemas.B = { [key]: 'same', type: 'string' }
    const source = { locate: (pointer: string) => `a.yaml at ${pointer}` }
    const message =
      /^a\.yaml at \/components: \/components: .*same" resolves to more than one schema, expected no `\$id` or/
    t.throws(() => buildSpec(document, source), { name: 'ConfigError', message }, key)
  }
  t.end()
})

t.test('what authors write in place of a keyword is repaired, and listed', async t => {
  const node = { type: 'object', $recursiveAnchor: true, properties: { of: { items: { $recursiveRef: '#' } } } }
  const rows: [Record<string, unknown>, finding: string, valid: unknown[], invalid: unknown[]][] = [
    [{ min_items: 1, type: 'array' }, '/min_items', [[1]], [[]]],
    [{ maxlength: 1 }, '/maxlength', ['a'], ['ab']],
    [{ 'additional-properties': false }, '/additional-properties', [{}], [{ a: 1 }]],
    [{ required: ['a', 'b', 'a'] }, '/required', [{ a: 1, b: 1 }], [{ a: 1 }]],
    [{ enum: [1, 2, 1] }, '/enum', [1, 2], [3]],
    [{ type: ['string', 'string', 'null'] }, '/type', ['a', null], [1]],
    [{ properties: { a: { required: true } } }, '/properties/a/required', [{ a: 1 }], [{}]],
    [{ properties: { a: { required: false } } }, '/properties/a/required', [{}], []],
    [{ type: 'string', format: 'phone-number' }, '/format', ['x'], [1]],
    [node, '/properties/of/items/$recursiveRef', [{ of: [{ of: [] }] }], [{ of: [{ of: [1] }] }]]
  ]
  for (const [schema, at, valid, invalid] of rows) {
    const document = JSON.parse(yaml(schema))
    const built = buildSpec(document, inlineSource('it', document))
    t.match(built.findings, [{ pointer: `/components/schemas/A${at}` }], JSON.stringify(schema))
    const check = createSpecChecks(built, true).request.get('POST /a')!
    for (const value of valid) t.same(check(value), [], JSON.stringify([schema, value]))
    for (const value of invalid) t.not(check(value).length, 0, JSON.stringify([schema, value]))
    t.same(built.document, document, 'the document is served as it was')
  }
})

t.test('an overlay updates, removes and copies', async t => {
  const apply = (...actions: Record<string, unknown>[]) =>
    applyOverlay({ a: { b: [1, 2, 3], c: { d: 1 } } }, { overlay: '1.0.0', actions }, inlineSource('o.yaml', {}))
  const cases: [Record<string, unknown>[], unknown][] = [
    [[{ target: '$.a', update: { c: { e: 2 }, b: [4] } }], { a: { b: [1, 2, 3, 4], c: { d: 1, e: 2 } } }],
    [[{ target: '$.a.c', update: { d: [1] } }], { a: { b: [1, 2, 3], c: { d: [1] } } }],
    [[{ target: '$.a.b', update: { f: 1 } }], { a: { b: [1, 2, 3, { f: 1 }], c: { d: 1 } } }],
    [[{ target: '$.a.b[?@ > 1]', remove: true }], { a: { b: [1], c: { d: 1 } } }],
    [[{ target: '$..d', remove: true }], { a: { b: [1, 2, 3], c: {} } }],
    [[{ target: '$', copy: '$.a.c' }], { a: { b: [1, 2, 3], c: { d: 1 } }, d: 1 }],
    [
      [{ target: '$.a', update: JSON.parse('{"__proto__": {"x": 1}, "constructor": 1}') }],
      { a: { b: [1, 2, 3], c: { d: 1 } } }
    ]
  ]
  for (const [actions, expected] of cases) t.same(apply(...actions).document, expected)
  t.same(
    Object.hasOwn(
      apply({ target: '$.a', update: JSON.parse('{"__proto__": {"x": 1}}') }).document.a as object,
      '__proto__'
    ),
    false
  )
  t.same(apply({ target: '$.zzz', remove: true }).warnings, ['o.yaml: action 0: nothing matches the target $.zzz'])
})

t.test('an overlay does not change the original document', async t => {
  const before = structuredClone(original.document)
  applyOverlay(original.document, parse(readFileSync(overlays[0]!, 'utf8')), inlineSource('o.yaml', {}))
  t.same(original.document, before)
})

t.test('a malformed overlay is a ConfigError with its location', async t => {
  const cases: [string, RegExp][] = [
    ['[]', /:1:1: expected an object, as an overlay is/],
    ['actions: []', /:1:1: expected `overlay: 1\.0\.0`/],
    ['overlay: 2.0.0\nactions: []', /:1:10: expected `overlay: 1\.0\.0`/],
    ['overlay: 1.0.0', /expected `actions`/],
    ['overlay: 1.0.0\nactions:\n  - update: {}', /:3:5: action 0: expected an object with a `target`/],
    ['overlay: 1.0.0\nactions:\n  - target: $.a', /:3:5: action 0: expected `update`/],
    [
      'overlay: 1.0.0\nactions:\n  - target: $.a[?\n    remove: true',
      /:3:13: action 0: target: "\$\.a\[\?" is not a JSONPath: .*\d/
    ],
    [
      'overlay: 1.0.0\nactions:\n  - target: $.openapi\n    update: {}',
      /action 0: \$\.openapi is not an object or a list/
    ]
  ]
  for (const [text, message] of cases) {
    const file = join(t.testdir({ 'o.yaml': text }), 'o.yaml')
    await t.rejects(loadSpec({ spec, overlays: [file] }), { name: 'ConfigError', message })
  }
})

t.test('the table of request parameters has a row for each property of the request, and no other', async t => {
  for (const [operationId, rows] of Object.entries(requestParameters)) {
    const { requestSchema } = ours.operations.find(({ id }) => id === operationId)!
    const { properties } = resolveRef(ours.schemas, { $ref: requestSchema!.replace(/^standin/, '') }) as Schema
    t.same(Object.keys(rows).sort(), Object.keys(properties).sort(), operationId)
  }
})

t.test('a model of fixtures/models.yaml rejects only parameters whose row allows it', async t => {
  const { families, models }: ModelTable = parse(readFileSync('fixtures/models.yaml', 'utf8'))
  for (const [name, { abilities = {} }] of Object.entries({ ...families, ...models })) {
    for (const parameter of abilities.refuses ?? [])
      t.ok(rowOf(parameter)?.support === 'by model' || parameter === 'web_search_options', `${name}: ${parameter}`)
    for (const parameter of abilities.onlyDefault ?? [])
      t.equal(rowOf(parameter)?.whileReasoning, true, `${name}: ${parameter}`)
    for (const parameter of abilities.refusesWhileReasoning ?? [])
      t.equal(rowOf(parameter)?.whileReasoning, true, `${name}: ${parameter}`)
  }
})

t.test('parameters of unknown order end the table, and positions have neither gaps nor doubles', async t => {
  for (const rows of Object.values(requestParameters)) {
    const list: RequestParameter[] = Object.values(rows)
    const firstUnordered = list.findIndex(({ order }) => order === 'unknown')
    t.same([...new Set(list.slice(firstUnordered).map(({ order }) => order))], ['unknown'])
    for (const column of ['importPosition', 'seedPosition'] as const) {
      const positions = list.flatMap(row => row[column] ?? []).sort((a, b) => a - b)
      t.same(
        positions,
        [...positions.keys()].map(at => at + 1),
        column
      )
    }
  }
})

t.test('a stored completion shows each parameter with a default in the table', async t => {
  const names = Object.keys(requestParameters.createChatCompletion).filter(name => rowOf(name)?.stored)
  const request = Object.fromEntries(names.map(name => [name, `the request's ${name}`]))
  const completion = { choices: [], usage: {} } as never
  const itemOf = (more: object) =>
    toStoredCompletion({ messages: [], ...more } as unknown as ChatRequest, completion, '')
  const shown: unknown[] = Object.values(itemOf(request).item)
  for (const name of names) t.ok(shown.includes(request[name]), name)
  t.match(itemOf({}).item, { temperature: 1, presence_penalty: 0, tools: null, metadata: {}, seed: Number })
})

t.test('operations have their paths with and without the base path', async t => {
  const pathsOf = (servers: unknown) => readOperations({ ...tiny({}), servers })[0]?.paths
  t.same(pathsOf([{ url: 'https://api.example.com/v1/' }]), ['/v1/a', '/a'])
  t.same(pathsOf([{ url: 'https://api.example.com' }]), ['/a'])
  t.same(pathsOf([{ url: '/base' }]), ['/base/a', '/a'])
  t.same(pathsOf([{ url: 'https://h/{version}', variables: { version: { default: 'v2' } } }]), ['/v2/a', '/a'])
  t.same(pathsOf(undefined), ['/a'])
  const create = ours.operations.find(({ id }) => id === 'createChatCompletion')
  t.match(create, {
    isRequestRequired: true,
    requiresKey: true,
    requestSchema: 'standin#/components/schemas/CreateChatCompletionRequest'
  })
  t.same(original.operations[0]?.warnings, [
    '/paths/~1chat~1completions/post: FALLBACK without dispatcherRules: the response is always the default example'
  ])
})

t.test('a response is selected by code, by example, by the dispatcher, or as the first match', async t => {
  const plain = operation()
  const json = operation({
    dispatcher: 'FALLBACK',
    dispatcherRules: JSON.stringify({
      dispatcher: 'JSON_BODY',
      dispatcherRules: { exp: '/n', operator: 'range', cases: { '[1;3[': 'Second', default: 'Nowhere' } },
      fallback: 'Third'
    })
  })
  const header = operation({ dispatcher: 'QUERY_HEADER', dispatcherRules: 'x-pick' })
  const cases: [ReturnType<typeof operation>, ResponsePreference, Record<string, unknown>][] = [
    [plain, {}, { kind: 'example', status: 200, name: 'First' }],
    [plain, { code: 404 }, { kind: 'example', status: 404, name: 'Marked', value: 2 }],
    [plain, { code: '429' }, { kind: 'schema', status: 429, mediaType: 'application/json' }],
    [plain, { code: 503 }, { kind: 'empty', status: 503 }],
    [plain, { example: 'Second' }, { kind: 'example', status: 200, value: 'b' }],
    [plain, { example: 'Unmarked' }, { kind: 'example', status: 404, value: 1 }],
    [plain, { code: 404, example: 'Unmarked' }, { kind: 'example', status: 404, value: 1 }],
    [
      plain,
      { code: 404, example: 'First' },
      { kind: 'unknown', parameter: 'example', available: ['Unmarked', 'Marked'] }
    ],
    [
      plain,
      { example: 'Nope' },
      { kind: 'unknown', requested: 'Nope', available: ['First', 'Second', 'Third', 'default', 'Unmarked', 'Marked'] }
    ],
    [plain, { accept: 'text/plain' }, { kind: 'example', mediaType: 'text/plain', value: 'plain' }],
    [plain, { accept: 'image/png' }, { kind: 'example', mediaType: 'application/json' }],
    [json, { body: { n: 2 } }, { name: 'Second' }],
    [json, { body: { n: 3 } }, { name: 'Third' }],
    [json, { body: { n: 2 }, code: 404 }, { name: 'Marked' }],
    [header, { headers: { 'x-pick': 'Third' } }, { name: 'Third' }],
    [header, {}, { name: 'First' }],
    [operation({ dispatcher: 'FALLBACK' }), {}, { name: 'First' }],
    [ours.operations[1]!, {}, { name: 'BasicResponse', status: 200 }],
    [ours.operations[1]!, { code: 401 }, { name: 'Createchatcompletion401Example' }],
    [ours.operations[1]!, { example: 'InsufficientQuota' }, { status: 429 }],
    [ours.operations[1]!, { code: 418 }, { kind: 'unknown', parameter: 'code', requested: '418' }]
  ]
  for (const [from, preference, expected] of cases)
    t.match(selectResponse(from, preference), expected, JSON.stringify(preference))
})

t.test('JSON_BODY selects by every operator', async t => {
  const pick = (rules: Record<string, unknown>, body: unknown) => {
    const chosen = selectResponse(operation({ dispatcher: 'JSON_BODY', dispatcherRules: rules }), { body })
    return chosen.kind === 'example' ? chosen.name : chosen.kind
  }
  const cases: [Record<string, unknown>, unknown, string][] = [
    [{ exp: '/s', operator: 'equals', cases: { true: 'Second', default: 'First' } }, { s: true }, 'Second'],
    [{ exp: '/s', operator: 'equals', cases: { true: 'Second', default: 'Third' } }, {}, 'Third'],
    [{ exp: '/l', operator: 'size', cases: { '[2;9]': 'Second', default: 'First' } }, { l: [1, 2] }, 'Second'],
    [{ exp: '/m', operator: 'regexp', cases: { 'gpt-.*': 'Second', default: 'First' } }, { m: 'gpt-4o' }, 'Second'],
    [{ exp: '/m', operator: 'presence', cases: { found: 'Second', missing: 'Third' } }, { m: null }, 'Second'],
    [{ exp: '/m', operator: 'presence', cases: { found: 'Second', missing: 'Third' } }, {}, 'Third'],
    [{ exp: '/n', operator: 'range', cases: { ']1;2]': 'Second', default: 'First' } }, { n: 1 }, 'First']
  ]
  for (const [rules, body, name] of cases) t.equal(pick(rules, body), name, JSON.stringify([rules, body]))
})

t.test('regular expressions of a document, of dispatchers and of overlays run in linear time, or are not used', t => {
  const hostileText = 'a'.repeat(50_000)
  const { findings, ...spec } = buildSpec(
    tiny({
      Slow: { type: 'string', pattern: '^(a+)+b$' },
      Long: { type: 'string', format: 'url' },
      Ahead: { type: 'string', pattern: '^(?!x)' },
      Names: {
        type: 'object',
        patternProperties: { '^(?=y)': { type: 'number' }, '^z(a|a)*$': { type: 'number' } },
        additionalProperties: false
      }
    }),
    inlineSource('tiny.yaml', {})
  )
  const { schema } = createSpecChecks({ ...spec })
  const validity = (name: string, value: unknown) => schema(name)(value).length === 0
  t.same([validity('Slow', hostileText), validity('Slow', 'aab')], [false, true])
  t.equal(validity('Long', `http://${'a:'.repeat(25_000)}`), true)
  t.same([validity('Ahead', 'x'), validity('Names', { y: 'x' }), validity('Names', { za: 'x' })], [true, true, false])
  t.match(findings, [
    { pointer: '/components/schemas/Ahead/pattern', message: /without look-around/, repair: 'not checked' },
    { pointer: '/components/schemas/Names/patternProperties', message: /without look-around/, repair: 'not checked' }
  ])
  const rules = (pattern: string) => ({
    exp: '/m',
    operator: 'regexp',
    cases: { [pattern]: 'Second', default: 'First' }
  })
  const dispatch = (pattern: string) => operation({ dispatcher: 'JSON_BODY', dispatcherRules: rules(pattern) })
  t.match(selectResponse(dispatch('(a+)+b'), { body: { m: hostileText } }), { name: 'First' })
  t.throws(() => dispatch('a(?=b)'), /a case of dispatcherRules: .*without look-around/)
  const overlay = (target: string) => ({ overlay: '1.0.0', actions: [{ target, remove: true }] })
  const apply = (target: string) =>
    applyOverlay({ a: [{ b: hostileText }] }, overlay(target), inlineSource('o.yaml', {}))
  t.match(apply("$.a[?match(@.b, '(a+)+b')]"), { warnings: [/nothing matches the target/] })
  t.throws(() => apply("$.a[?match(@.b, 'a(?=b)')]"), { name: 'ConfigError', message: /target: .*without look-around/ })
  t.throws(() => apply('$..a..b..c..d'), { name: 'ConfigError', message: /target: .*expected at most 3 times/ })
  t.end()
})

t.test('the validators of requests can be generated, bundled and run without a compiler', async t => {
  const { standaloneSource } = await import('../src/contract/standalone.js')
  const directory = t.testdir({})
  const file = join(directory, 'validators.mjs')
  const { outputFiles } = await build({
    stdin: { contents: standaloneSource(ours), resolveDir: process.cwd() },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node'
  })
  const code = outputFiles[0]!.text
  writeFileSync(file, code)
  t.notMatch(code, /class Ajv/)
  const { requests } = await import(file)
  t.same(Object.keys(requests), [
    'createChatCompletion',
    'createEmbedding',
    'createModeration',
    'createCompletion',
    'updateChatCompletion'
  ])
  const validate = requests.createChatCompletion
  t.equal(validate({ model: 'm', messages: say }), true)
  t.equal(validate({ model: 'm', messages: [{ role: 'robot' }] }), false)
  t.match(validate.errors, [{ keyword: 'discriminator', instancePath: '/messages/0' }])
})

type Schema = { properties: Record<string, unknown> }

const rowOf = (name: string): RequestParameter | undefined =>
  (requestParameters.createChatCompletion as Record<string, RequestParameter>)[name]

function tiny(schemas: Record<string, unknown>): Record<string, unknown> {
  return {
    openapi: '3.1.0',
    info: { title: 'Tiny', version: '1' },
    paths: { '/a': { get: { responses: { 200: { description: 'ok' } } } } },
    components: { schemas }
  }
}

/** A document whose only request has the schema A. */
function yaml(schema: unknown, microcks?: unknown): string {
  const document = tiny({ A: schema })
  const content = { 'application/json': { schema: { $ref: '#/components/schemas/A' } } }
  const responses = { 200: { description: 'ok' } }
  document.paths = {
    '/a': {
      get: { ...(microcks ? { 'x-microcks-operation': microcks } : {}), responses },
      post: { requestBody: { content }, responses }
    }
  }
  return JSON.stringify(document, null, 2)
}

function operation(microcks?: Record<string, unknown>) {
  const examples = { First: { value: 'a' }, Second: { value: 'b' }, Third: { value: 'c' } }
  const document = tiny({})
  document.paths = {
    '/a': {
      post: {
        ...(microcks ? { 'x-microcks-operation': microcks } : {}),
        responses: {
          404: {
            description: 'not found',
            content: {
              'application/json': {
                examples: { Unmarked: { value: 1 }, Marked: { value: 2, 'x-microcks-default': true } }
              }
            }
          },
          200: {
            description: 'ok',
            content: { 'application/json': { examples }, 'text/plain': { example: 'plain' } }
          },
          '4XX': { description: 'refused', content: { 'application/json': { schema: { type: 'object' } } } },
          503: { description: 'busy' }
        }
      }
    }
  }
  return readOperations(document)[0]!
}
