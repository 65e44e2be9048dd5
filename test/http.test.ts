/** Requests to the server and its responses: completions, API errors, streams, and the endpoints under /_mock/. */

import diagnostics from 'node:diagnostics_channel'
import { once } from 'node:events'
import { createServer as createHttp } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { isDeepStrictEqual } from 'node:util'
import { Validator } from '@seriousme/openapi-schema-validator'
import type { InjectOptions } from 'fastify'
import t, { type Test } from 'tap'
import { createSpecChecks } from '../src/contract/check.js'
import type { ChatRequest } from '../src/core/openai-types.js'
import { ResponseHead } from '../src/http/response/headers.js'
import { createServer, type Server, type ServerOptions } from '../src/index.js'
import { loadBuiltinData, loadBuiltinSpec } from '../src/server/builtin-data.js'
import { ask, build, chunksOf, complete, errorOf, eventsOf, hello, helloFixture, type TestResponse } from './helper.js'

const { spec } = await loadBuiltinSpec()
const { errorCatalog } = await loadBuiltinData()
const checks = createSpecChecks(spec)
const server = await createServer({ logLevel: 'silent' })
t.teardown(() => server.close())

const chat = '/v1/chat/completions'
const bearer = { authorization: 'Bearer sk-test' }
const jsonType = { 'content-type': 'application/json' }
const user = (content: string) => [{ role: 'user', content }]
const about = (content: string, rest = {}) => ({ model: 'gpt-4o', messages: user(content), ...rest })
const completionCheck = checks.response('createChatCompletion', 200, 'application/json')!
const chunkCheck = checks.response('createChatCompletion', 200, 'text/event-stream')!
const errorCheck = checks.schema('ErrorResponse')

async function inject(to: Server, method: string, url: string, options: InjectOptions = {}): Promise<TestResponse> {
  const response = await to.app.inject({ method: method as 'GET', url, headers: bearer, ...options })
  return { status: response.statusCode, headers: response.headers as Record<string, string>, text: response.body }
}

const mock = (to: Server, method: string, path: string, payload?: unknown, headers = {}) =>
  inject(to, method, `/_mock/${path}`, {
    headers: { ...(payload === undefined ? {} : jsonType), ...headers },
    ...(payload === undefined ? {} : { payload: typeof payload === 'string' ? payload : JSON.stringify(payload) })
  })

const jsonOf = ({ text }: TestResponse) => JSON.parse(text)
const contentOf = (completion: Awaited<ReturnType<typeof complete>>) => completion.choices[0]!.message.content

/** Checks that a response is an API error with the bytes and headers of its layer. */
function isApiError(t: Test, response: TestResponse, name: string): void {
  const { status, layer, type, code } = errorCatalog[name]!
  const error = errorOf(response)
  const [indent, end, contentType] =
    layer === 'edge' ? [4, '\n', 'application/json; charset=utf-8'] : [2, '', 'application/json']
  t.equal(response.status, status, name)
  t.equal(response.text, JSON.stringify({ error }, null, indent) + end, `${name}: the bytes of ${layer}`)
  t.same(Object.keys(error), ['message', 'type', 'param', 'code'])
  t.match(error, { type, code })
  t.notMatch(error.message, /\{\{|undefined|\[object/, 'the facts are filled in')
  t.same(errorCheck(JSON.parse(response.text)), [])
  t.equal(response.headers['content-type'], contentType)
  t.equal(response.headers['x-content-type-options'], 'nosniff')
  t.match(response.headers['x-request-id'], /^req_[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}$/)
  t.equal(response.headers['openai-version'], layer === 'edge' ? undefined : '2020-10-01')
  t.equal(/origin/i.test(response.headers.vary ?? ''), layer === 'edge', 'only the edge varies by origin')
}

t.test('every operation of the document responds under both of its paths', async t => {
  for (const operation of spec.operations) {
    const examples = spec.document.paths as Record<string, Record<string, Body>>
    const body = examples[operation.paths.at(-1)!]![operation.method]!.requestBody?.content['application/json'].examples
    for (const path of operation.paths) {
      const url = path.replace('{model}', 'gpt-4o').replace('{completion_id}', 'chatcmpl-abc123')
      for (const payload of body ? Object.values(body).map(({ value }) => value) : [undefined]) {
        const response = await inject(server, operation.method.toUpperCase(), url, {
          headers: { ...bearer, ...(payload ? jsonType : {}) },
          ...(payload ? { payload } : {})
        })
        // The document has examples of stored completions, but a new server has none.
        const statuses = /completion_id/.test(path) ? [200, 404] : [200]
        t.ok(statuses.includes(response.status), `${operation.method} ${url} ${response.text.slice(0, 200)}`)
        t.equal(response.headers['content-type'], 'application/json')
        t.same(checks.response(operation.id, response.status, 'application/json')!(jsonOf(response)), [], operation.id)
      }
      const nobody = await inject(server, operation.method.toUpperCase(), url, { headers: {} })
      t.equal(nobody.status, 401, `${operation.method} ${url} requires a key`)
    }
  }
})

interface Body {
  requestBody?: { content: { 'application/json': { examples: Record<string, { value: object }> } } }
}

const requests: Record<string, object> = {
  plain: hello,
  'several choices': about('Tell me of tides', { n: 3 }),
  'log probabilities': about('Tell me of tides', { logprobs: true, top_logprobs: 5 }),
  'two calls': about('What are the weather and the time in Rome?', {
    tools: ['get_weather', 'get_time'].map(name => ({
      type: 'function',
      function: { name, parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } }
    })),
    tool_choice: 'required'
  }),
  'a legacy function': about('weather', {
    functions: [{ name: 'get_weather' }],
    function_call: { name: 'get_weather' }
  }),
  'a JSON schema': about('Describe a user', {
    response_format: {
      type: 'json_schema',
      json_schema: {
        name: 'user',
        schema: { type: 'object', properties: { age: { type: 'integer' } }, required: ['age'] }
      }
    }
  }),
  'a reasoning model': { ...hello, model: 'gpt-5-mini', max_completion_tokens: 300 },
  'an older model': { ...hello, model: 'gpt-3.5-turbo', max_tokens: 3 },
  'an unknown model name': { ...hello, model: 'llama-9' }
}

t.test('a program adds its own routes to the app, beside the operations of the document', async t => {
  const server = await createServer({ logLevel: 'silent' })
  t.teardown(() => server.close())
  server.app.get('/own', async () => ({ own: true }))
  await server.listen()
  const statuses = async (paths: string[]) =>
    Promise.all(paths.map(async path => (await fetch(server.url + path, { headers: bearer })).status))
  t.same(await statuses(['/own', '/v1/models', '/health', '/_mock/health', '/none']), [200, 200, 200, 200, 404])
})

t.test('every 200 and every chunk matches its schema and has the format of the service', async t => {
  for (const [name, request] of Object.entries(requests)) {
    const response = await ask(server, request)
    t.equal(response.status, 200, `${name}: ${response.text.slice(0, 300)}`)
    t.same(completionCheck(jsonOf(response)), [], name)
    t.equal(response.headers['content-type'], 'application/json')
    if (name !== 'log probabilities') t.equal(response.text, `${JSON.stringify(jsonOf(response), null, 2)}\n`, name)
    else t.match(response.text, /"logprob": -?\d+\.\d+(e-\d+)?,\n/)
    t.match(response.headers, {
      'openai-organization': /./,
      'openai-processing-ms': /^\d+$/,
      'openai-project': /^proj_/,
      'openai-version': '2020-10-01',
      'x-request-id': /^req_/
    })
    const stream = await ask(server, { ...request, stream: true, stream_options: { include_usage: true } })
    t.equal(stream.headers['content-type'], 'text/event-stream; charset=utf-8')
    for (const chunk of chunksOf(stream.text)) t.same(chunkCheck(chunk), [], `${name} ${JSON.stringify(chunk)}`)
  }
})

const statuses: [number, string, string, string?][] = [
  [400, 'sk-bad-request', 'body_not_json', 'missing_required_parameter'],
  [401, 'sk-invalid', 'invalid_api_key'],
  [403, 'sk-forbidden', 'project_without_model'],
  [404, 'sk-no-model', 'model_not_found'],
  [429, 'sk-exhausted', 'insufficient_quota', 'rate_limit_exceeded'],
  [429, 'sk-rate-limited', 'rate_limit_exceeded'],
  [500, 'sk-error', 'server_error'],
  [503, 'sk-overloaded', 'overloaded']
]

t.test('each status can be requested by a key and by Prefer', async t => {
  for (const [status, key, byKey, byPrefer = byKey] of statuses) {
    isApiError(t, await ask(server, hello, { key }), byKey)
    isApiError(t, await ask(server, hello, { headers: { prefer: `code=${status}` } }), byPrefer)
    isApiError(t, await ask(server, hello, { url: `${chat}?__code=${status}` }), byPrefer)
    isApiError(t, await ask(server, { ...hello, stream: true }, { headers: { prefer: `code=${status}` } }), byPrefer)
  }
  isApiError(t, await ask(server, { model: 'gpt-4o' }), 'missing_required_parameter')
  isApiError(t, await ask(server, hello, { key: null }), 'missing_api_key')
  const own = await build(t, {
    fixtures: t.testdir({ 'a.yaml': 'match: { lastUser: x }\nreply: { error: overloaded }' })
  })
  isApiError(t, await ask(own, about('x')), 'overloaded')
  isApiError(t, await ask(own, { ...hello, model: 'gpt-3.5-turbo-0613' }), 'model_deprecated')
})

t.test('Prefer selects an example of the document, and the error for an unknown one lists the known ones', async t => {
  const basic = jsonOf(await ask(server, hello, { headers: { prefer: 'example=BasicResponse' } }))
  t.equal(basic.id, 'chatcmpl-abc123')
  t.same(jsonOf(await ask(server, hello, { url: `${chat}?__example=BasicResponse` })), basic)
  t.same(jsonOf(await ask(server, hello, { headers: { prefer: 'code=200' } })), basic)
  t.same(jsonOf(await ask(server, hello, { headers: { prefer: 'respond-async; wait=10' } })).object, 'chat.completion')
  for (const [prefer, message] of [
    ['code=418', /code=418 .* 200, 400, 401, 403, 404, 408, 409, 413, 422, 429, 500, 502, 503, 504/],
    ['code=ABC', /code=ABC .* three digits/],
    ['code=billing_not_actve', /a name of docs\/errors\.md, such as billing_not_active\./],
    ['code=__proto__', /code=__proto__ .* three digits/],
    ['example=Nope', /example=Nope .* BasicResponse/],
    ['example=__proto__', /example=__proto__ .* BasicResponse/]
  ] as const) {
    const response = await ask(server, hello, { headers: { prefer } })
    isApiError(t, response, 'unknown_preference')
    t.match(errorOf(response).message, message)
  }
})

t.test('an error repeats at most 10,000 characters of a name or a value', async t => {
  const long = 'k'.repeat(1_000_000)
  const requests: Record<string, object> = {
    'an unknown name': about('Hello!', { [long]: 1 }),
    'a wrong value': about('Hello!', { stop: 1, reasoning_effort: long }),
    'an unknown model': { model: long, messages: user('Hello!') }
  }
  const strict = await build(t, { unknownModels: 'refuse' })
  for (const [name, body] of Object.entries(requests)) {
    const response = await ask(strict, body)
    t.ok(response.status === 400 || response.status === 404, `${name}: ${response.status}`)
    t.ok(response.text.length < 21_000, `${name}: ${response.text.length} characters`)
  }
  t.match(errorOf(await ask(strict, about('Hello!', { [long]: 1 }))).message, /k{10000}…/)
})

t.test('a bearer key is checked as the service checks it', async t => {
  const one = await build(t, { key: ['sk-one', 'key with spaces', 'sk-invalid'] })
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
  const cases: [string | undefined, string | undefined, RegExp?][] = [
    [undefined, 'missing_api_key'],
    ['', 'missing_api_key'],
    ['Bearer', 'missing_api_key'],
    ['Bearer ', 'missing_api_key'],
    ['sk-one', 'missing_api_key'],
    ['Digest sk-one', 'missing_api_key'],
    [basic(':'), 'missing_api_key'],
    ['Bearer sk-one', undefined],
    ['bearer sk-one', undefined],
    ['BEARER   sk-one', undefined],
    ['Bearer key with spaces', undefined],
    ['Bearer sk-invalid', undefined],
    [basic(':sk-one'), undefined],
    [basic(':sk-two'), 'invalid_api_key', /: sk-two\. You/],
    ['Bearer sk-12345678', 'invalid_api_key', /: sk-12345678\. You/],
    ['Bearer sk-123456789', 'invalid_api_key', /: sk-123456789\. You/],
    ['Bearer sk-1234567890', 'invalid_api_key', /: sk-12345\*7890\. You/],
    ['Bearer bad-key-0123456789test', 'invalid_api_key', /: bad-key-\*{10}test\. You/]
  ]
  for (const [authorization, error, masked] of cases) {
    const response = await ask(one, hello, { key: null, headers: authorization === undefined ? {} : { authorization } })
    if (!error) t.equal(response.status, 200, `${authorization}`)
    else {
      isApiError(t, response, error)
      if (masked) t.match(errorOf(response).message, masked)
      t.notOk(response.headers['www-authenticate'])
    }
  }
  isApiError(t, await ask(one, '{', { key: 'sk-two' }), 'invalid_api_key')
  isApiError(t, await ask(one, '', { key: null }), 'missing_api_key')
})

t.test('a stream has the framing of the service, ends with [DONE] and has usage only on request', async t => {
  const request = { ...hello, stream: true }
  const { text } = await ask(server, request)
  t.match(text, /^(data: [^\n]+\n\n)+$/)
  t.equal(eventsOf(text).at(-1), '[DONE]')
  const chunks = chunksOf(text)
  t.equal(new Set(chunks.map(({ id, created, model }) => [id, created, model].join())).size, 1)
  t.same(chunks[0]!.choices, [
    { index: 0, delta: { role: 'assistant', content: '', refusal: null }, logprobs: null, finish_reason: null }
  ])
  t.same(chunks.at(-1)!.choices, [{ index: 0, delta: {}, logprobs: null, finish_reason: 'stop' }])
  t.equal(
    chunks.map(({ choices }) => choices[0]!.delta.content ?? '').join(''),
    contentOf(await complete(server, hello))
  )
  t.ok(chunks.every(chunk => !('usage' in chunk)))
  for (const event of eventsOf(text).slice(0, -1)) {
    t.equal(event.length % 16, 1, 'padded to a multiple of 16')
    t.equal(Object.keys(JSON.parse(event)).at(-1), 'obfuscation')
  }
  const bare = chunksOf((await ask(server, { ...request, stream_options: { include_obfuscation: false } })).text)
  t.ok(bare.every(chunk => !('obfuscation' in chunk)))

  const counted = chunksOf((await ask(server, { ...request, stream_options: { include_usage: true } })).text)
  t.ok(counted.slice(0, -1).every(chunk => chunk.usage === null))
  t.same(counted.at(-1)!.choices, [])
  t.same(counted.at(-1)!.usage, (await complete(server)).usage)
})

t.test('streamed tool calls carry their index, and the deltas join to the arguments', async t => {
  const request = requests['two calls']!
  const whole = await complete(server, request)
  const chunks = chunksOf((await ask(server, { ...request, stream: true })).text)
  const heads = chunks.flatMap(({ choices }) => choices[0]!.delta.tool_calls ?? []).filter(({ id }) => id)
  t.same(
    heads.map(({ index, type }) => [index, type]),
    [
      [0, 'function'],
      [1, 'function']
    ]
  )
  for (const index of [0, 1])
    t.equal(
      chunks
        .flatMap(({ choices }) => choices[0]!.delta.tool_calls ?? [])
        .filter(call => call.index === index)
        .map(call => call.function?.arguments ?? '')
        .join(''),
      whole.choices[0]!.message.tool_calls![index]!.function!.arguments
    )
  t.equal(chunks.at(-1)!.choices[0]!.finish_reason, 'tool_calls')
})

t.test('several choices alternate in a stream and finish in order', async t => {
  const request = requests['several choices']!
  const whole = await complete(server, request)
  t.same(
    whole.choices.map(({ index }) => index),
    [0, 1, 2]
  )
  const chunks = chunksOf((await ask(server, { ...request, stream: true })).text)
  const order = chunks.map(({ choices }) => choices[0]!.index)
  t.same(order.slice(0, 6), [0, 0, 1, 1, 2, 2])
  t.same(order.slice(-3), [0, 1, 2])
  t.ok(chunks.slice(-3).every(({ choices }) => choices[0]!.finish_reason === 'stop'))
  for (const { index, message } of whole.choices) {
    const own = chunks.filter(({ choices }) => choices[0]!.index === index)
    t.equal(own.map(({ choices }) => choices[0]!.delta.content ?? '').join(''), message.content)
  }
})

t.test(
  'equal requests get the same text on any server, streamed or not, and other requests get other texts',
  async t => {
    const other = await build(t)
    const request = about('Why do the tides follow the moon?')
    const words = contentOf(await complete(server, request))
    t.match(words, /tide|moon/i)
    t.equal(contentOf(await complete(other, request, { key: 'sk-other' })), words)
    const streamed = chunksOf((await ask(other, { ...request, stream: true })).text)
    t.equal(streamed.map(({ choices }) => choices[0]!.delta.content ?? '').join(''), words)
    t.not(contentOf(await complete(server, about('Why do bees dance?'))), words)
    const ids = [await complete(server, request), await complete(server, request)].map(({ id }) => id)
    t.not(ids[0], ids[1])
  }
)

t.test('repeated requests get the same generated text, and each response has its own id', async t => {
  const tool = { type: 'function', function: { name: 'get_weather', parameters: { type: 'object', properties: {} } } }
  const rows = {
    plain: about('Tell me about zebras'),
    streamed: about('Tell me about zebras', { stream: true, stream_options: { include_usage: true } }),
    calls: about('How is the weather?', { tools: [tool] }),
    'streamed calls': about('How is the weather?', { tools: [tool], stream: true }),
    choices: about('Tell me about zebras', { n: 3 }),
    probabilities: about('Tell me about zebras', { logprobs: true }),
    'an unknown word': about('Tell me about 斑马'),
    'a long question': about(`Tell me about ${'zebras and '.repeat(2000)}lions`)
  }
  for (const [name, body] of Object.entries(rows)) {
    const fresh = await build(t)
    const responses = []
    for (let turn = 0; turn < 4; turn++) responses.push((await ask(fresh, body)).text)
    const ids = responses.map(text => /chatcmpl-\w+/.exec(text)![0])
    t.equal(new Set(ids).size, 4, `${name}: four ids`)
    const words = responses.map(text =>
      text
        .replace(/chatcmpl-\w+|call_\w+/g, '')
        .replace(/"(created|obfuscation|logprob|bytes|top_logprobs)": ?("\w*"|[^,}]*)/g, '')
    )
    t.equal(new Set(words).size, 1, `${name}: the same words`)
  }
})

t.test('the ids of tool calls in a conversation do not change its words', async t => {
  const converse = async (ids: string[], result: string) => {
    const call = (id: string) => ({ id, type: 'function', function: { name: 'get_weather', arguments: '{}' } })
    const messages = [
      { role: 'user', content: 'How is the weather?' },
      { role: 'assistant', content: null, tool_calls: ids.map(call) },
      ...ids.map(id => ({ role: 'tool', tool_call_id: id, content: result })),
      { role: 'user', content: 'What follows from that?' }
    ]
    return contentOf(await complete(server, { ...about(''), messages }))
  }
  const words = await converse(['call_1', 'call_2'], 'Sunny')
  t.equal(await converse(['call_8', 'call_9'], 'Sunny'), words)
  t.not(await converse(['call_1', 'call_2'], 'Rain'), words)
  t.not(await converse(['call_1'], 'Sunny'), words)
})

t.test('the same seed and the same requests give the same bytes, also in parallel', async t => {
  const [a, b, c] = [await build(t, { seed: 'x' }), await build(t, { seed: 'x' }), await build(t, { seed: 'y' })]
  const list = [hello, hello, ...Object.values(requests), { ...hello, stream: true }]
  const inTurn = []
  for (const request of list) inTurn.push((await ask(a, request)).text)
  const atOnce = (await Promise.all(list.map(request => ask(b, request)))).map(({ text }) => text)
  t.same(atOnce, inTurn)
  t.not(inTurn[0], inTurn[1], 'the second of two equal requests has an id of its own')
  t.not((await ask(c, hello)).text, inTurn[0])
})

t.test('with --unmatched refuse, the error names the nearest fixtures and why they do not match', async t => {
  const fixtures = t.testdir({
    'a.yaml': `
fixtures:
  - name: weather
    match: { model: gpt-4*, lastUser: weather, stream: false }
    reply: { text: sunny }
  - name: once
    match: { lastUser: only }
    times: 1
    reply: { text: there }
`
  })
  const strict = await build(t, { fixtures, unmatched: 'refuse' })
  t.equal(contentOf(await complete(strict, about('weather'))), 'sunny')
  const response = await ask(strict, about('hello'))
  isApiError(t, response, 'unmatched_fixture')
  t.match(errorOf(response).message, /weather \(.*a\.yaml:3\): lastUser: expected to contain "weather", was "hello"/)
  t.equal(contentOf(await complete(strict, about('only'))), 'there')
  t.match(
    errorOf(await ask(strict, about('only'))).message,
    /once .*times: expected a reply that is left in this session \(1 in all\), was used up/
  )
  t.equal(contentOf(await complete(strict, about('only'), { key: 'sk-2' })), 'there')
  t.equal(contentOf(await complete(strict, about('only'), { headers: { 'x-mock-session': 's' } })), 'there')
})

const cityFormat = {
  response_format: {
    type: 'json_schema',
    json_schema: {
      name: 'city',
      strict: true,
      schema: {
        type: 'object',
        properties: { city: { type: 'string' } },
        required: ['city'],
        additionalProperties: false
      }
    }
  }
}
const weatherTool = {
  tools: [{ type: 'function', function: { name: 'get_weather', parameters: { type: 'object', properties: {} } } }]
}
const notJson = 'response_format: choices[0].message.content: expected JSON, was "It rains."'
const undeclared =
  'tools: choices[0].message.tool_calls[0].function.name: expected a declared tool: get_weather, was "get_time"'
const brokenReplies: [string, object, string][] = [
  ['canned', cityFormat, notJson],
  ['templated', cityFormat, notJson],
  ['function', cityFormat, notJson],
  ['pieces', cityFormat, notJson],
  ['call', weatherTool, undeclared],
  ['whole', { max_tokens: 2 }, 'max_completion_tokens: expected at most 2 tokens, was 3']
]

async function addBrokenReplies(to: Server): Promise<void> {
  await to.add({ match: { lastUser: 'canned' }, reply: { text: 'It rains.' } })
  await to.add({ match: { lastUser: '/(?<verb>rains) templated/' }, reply: { text: 'It {{ match.verb }}.' } })
  await to.add({ match: { lastUser: 'function' }, reply: () => 'It rains.' })
  await to.add({
    match: { lastUser: 'pieces' },
    reply: async function* () {
      yield 'It '
      yield 'rains.'
    }
  })
  await to.add({ name: 'calls', match: { lastUser: 'call' }, reply: { toolCalls: [{ name: 'get_time' }] } })
  await to.add({ match: { lastUser: 'whole' }, reply: { text: 'It rains.', whole: true } })
}

t.test(
  "a fixture's reply that breaks its request is sent as written, and reported in its head and the journal",
  async t => {
    const to = await build(t)
    await addBrokenReplies(to)
    for (const [name, more, mismatch] of brokenReplies)
      for (const stream of [false, false, true]) {
        const response = await ask(to, about(`rains ${name}`, { ...more, stream }))
        t.equal(response.status, 200)
        const isLive = stream && name === 'pieces'
        t.equal(response.headers['x-mock-mismatch'], isLive ? undefined : mismatch, `${name} ${stream}`)
        const { requests } = jsonOf(await mock(to, 'GET', 'requests'))
        t.equal(requests.at(-1).mismatch, mismatch, `${name} in the journal`)
        if (name !== 'call' && !stream) t.equal(jsonOf(response).choices[0].message.content, 'It rains.')
      }
    for (const [name, more] of [
      ['canned', {}],
      ['whole', { max_tokens: 3 }],
      ['nothing', cityFormat]
    ] as const) {
      const response = await ask(to, about(`rains ${name}`, more))
      t.equal(response.headers['x-mock-mismatch'], undefined, `${name} breaks nothing`)
    }
  }
)

t.test('with --strict-fixtures, a reply that breaks its request is an API error that names the fixture', async t => {
  const fixtures = t.testdir({ 'calls.yaml': '# one\nmatch: { lastUser: file }\nreply: { text: It rains. }\n' })
  const to = await build(t, { strictFixtures: true, fixtures })
  await addBrokenReplies(to)
  for (const [name, more, mismatch] of brokenReplies)
    for (const stream of [false, false, true]) {
      const response = await ask(to, about(`rains ${name}`, { ...more, stream }))
      isApiError(t, response, 'mismatched_fixture')
      t.ok(errorOf(response).message.includes(` breaks this request: ${mismatch}. Change`), errorOf(response).message)
      if (name === 'call')
        t.match(errorOf(response).message, /^The reply of calls \(POST \/_mock\/fixtures|^The reply of calls/)
    }
  const response = await ask(to, about('file', cityFormat))
  t.match(errorOf(response).message, /^The reply of .*calls\.yaml:2 breaks this request: response_format: /)
  t.equal((await ask(to, about('file'))).status, 200)
})

t.test('the built-in fixtures reply to each example of the document, and to no request that differs', async t => {
  const to = await build(t, { unmatched: 'refuse' })
  const { document } = spec as unknown as { document: { paths: Record<string, Record<string, Body>> } }
  const { examples: byName } = document.paths['/chat/completions']!.post!.requestBody!.content['application/json']
  const examples = Object.entries(byName as unknown as Record<string, { value: ChatRequest }>)
  t.equal(examples.length, 3)
  const changes: object[] = [
    { model: 'gpt-4o-mini' },
    { temperature: 0.1 },
    { n: 2 },
    { stop: 'x' },
    { max_completion_tokens: 20 },
    { tools: weatherTool.tools, tool_choice: 'required' },
    { tool_choice: undefined, tools: [{ type: 'function', function: { name: 'other' } }] },
    cityFormat,
    { messages: user('Hello!') },
    { messages: user('What is the weather in San Francisco? And in Rome?') }
  ]
  for (const [name, { value }] of examples) {
    for (const more of [{}, { user: 'u' }, { stream: true, stream_options: { include_usage: true } }]) {
      const { status, headers } = await ask(to, { ...value, ...more })
      t.same([status, headers['x-mock-mismatch']], [200, undefined], name)
      t.equal(to.requests().at(-1)?.fixture, name)
    }
    for (const change of changes) {
      const response = await ask(to, { ...value, ...change })
      t.equal(errorOf(response).code, 'unmatched_fixture', `${name} ${JSON.stringify(change)}`)
    }
    const longer = [...value.messages, { role: 'assistant', content: 'Hi.' }, ...value.messages]
    t.equal(errorOf(await ask(to, { ...value, messages: longer })).code, 'unmatched_fixture')
  }
})

t.test('fixtures are added and removed at run time, and an invalid one changes nothing', async t => {
  const own = await build(t)
  const fixture = (name: string, text: string, lastUser = name) => ({ name, match: { lastUser }, reply: { text } })
  const contentFor = async (content: string) => contentOf(await complete(own, about(content)))
  const builtIn = jsonOf(await mock(own, 'GET', 'fixtures')).fixtures.length
  t.ok(builtIn >= 3)
  for (const [payload, names] of [
    [fixture('one', 'first'), ['one']],
    [{ fixtures: [fixture('two', 'second')] }, ['two']],
    [
      [fixture('three', 'third'), fixture('four', 'fourth')],
      ['three', 'four']
    ]
  ] as const) {
    const response = await mock(own, 'POST', 'fixtures', payload)
    t.equal(response.status, 201)
    t.match(jsonOf(response), { added: names.map(name => ({ name })) })
  }
  t.equal(await contentFor('two'), 'second')
  t.equal(await contentFor('four'), 'fourth')
  t.equal((await mock(own, 'POST', 'fixtures', fixture('one', 'newer'))).status, 201)
  t.equal(await contentFor('one'), 'newer', 'the newest comes first')
  const bad: [unknown, RegExp][] = [
    ['', /the body is empty/],
    ['{', /the body is not JSON/],
    ['7', /./],
    [{}, /./],
    [{ reply: { txt: 'x' } }, /reply\.txt: unknown key "txt", did you mean "text"\?/],
    [{ reply: { text: 'x', error: 'overloaded' } }, /reply\.error: the reply has text and error/],
    [{ reply: { error: 'overlooded' } }, /reply\.error: .*did you mean "overloaded"/],
    [
      [fixture('five', 'x'), { match: { lastUser: '/(/' }, reply: { text: 'x' } }],
      /fixtures\.1\S*: .*not a supported regex/
    ],
    [[fixture('five', 'x'), { reply: { text: '{% if %}' } }], /fixtures\.1\S*: .*template/],
    [`{"reply":{"json":${'['.repeat(2000)}${']'.repeat(2000)}}}`, /nested more than/]
  ]
  for (const [payload, message] of bad) {
    const response = await mock(own, 'POST', 'fixtures', payload)
    isApiError(t, response, 'bad_admin_request')
    t.match(errorOf(response).message, message)
  }
  t.equal(
    jsonOf(await mock(own, 'GET', 'fixtures')).fixtures.length,
    builtIn + 5,
    'an invalid list adds none of its fixtures'
  )
  t.same(jsonOf(await mock(own, 'DELETE', 'fixtures')), { removed: 5 })
  t.equal(jsonOf(await mock(own, 'GET', 'fixtures')).fixtures.length, builtIn)
  await own.add([fixture('six', 'sixth')])
  t.equal(await contentFor('six'), 'sixth')
  await t.rejects(own.add({ reply: {} }), { name: 'ConfigError' })
})

t.test('each session gets a sequence of replies from its start, and templates insert captured groups', async t => {
  const own = await build(t)
  await own.add([
    {
      name: 'flaky',
      match: { lastUser: 'flaky' },
      reply: [{ error: 'overloaded' }, { error: 'rate_limit_exceeded' }, { text: 'ok' }]
    },
    {
      match: { lastUser: '/weather in (?<city>\\w+)/i' },
      reply: { text: 'Sunny in {{ match.city }} says {{ request.model }}' }
    },
    { match: { lastUser: 'headers' }, reply: { text: 'x', headers: { 'x-extra': 'yes' } } }
  ])
  const turns = []
  for (let turn = 0; turn < 4; turn++) turns.push((await ask(own, about('flaky'))).status)
  t.same(turns, [503, 429, 200, 200])
  t.equal((await ask(own, about('flaky'), { headers: { 'x-mock-session': 'b' } })).status, 503)
  t.equal((await mock(own, 'GET', 'requests')).status, 200)
  t.match(contentOf(await complete(own, about('The Weather in "Oslo", weather in Rome'))), 'Sunny in Rome says gpt-4o')
  t.equal((await ask(own, about('headers'))).headers['x-extra'], 'yes')
  t.same(jsonOf(await mock(own, 'POST', 'reset')), { fixtures: 3, requests: 7 })
  t.equal(own.requests().length, 0)
})

t.test('the journal lists exchanges without secrets, within its memory limit, and can be cleared', async t => {
  const own = await build(t, { journalMb: 1 })
  await own.add(helloFixture)
  const key = 'sk-secret-0123456789'
  await ask(own, hello, { key })
  await ask(own, { ...hello, stream: true }, { key, headers: { 'api-key': key, cookie: `a=${key}` } })
  await ask(own, '{', { key })
  const listed = await mock(own, 'GET', 'requests')
  t.notMatch(listed.text, new RegExp(key))
  const { requests } = jsonOf(listed)
  t.same(requests, JSON.parse(JSON.stringify(own.requests())))
  t.match(requests, [
    {
      method: 'POST',
      url: chat,
      operation: 'createChatCompletion',
      status: 200,
      request: hello,
      streamed: false,
      fixture: 'hello',
      session: 'sk-…6789',
      answer: { object: 'chat.completion' }
    },
    { status: 200, streamed: true, answer: /^data: / },
    { status: 400, refusal: { name: 'body_not_json' }, request: '{' }
  ])
  const big = about('b'.repeat(300_000))
  for (let i = 0; i < 5; i++) await ask(own, big)
  t.ok(own.requests().length < 5, 'the oldest exchanges are dropped')
  t.ok((jsonOf(await mock(own, 'DELETE', 'requests')).removed as number) > 0)
  t.same(jsonOf(await mock(own, 'GET', 'requests')).requests, [])
  const none = await build(t, { journalMb: 0 })
  await ask(none)
  t.same(none.requests(), [])
})

t.test('an admin key protects fixtures, requests and reset, but not health and ready', async t => {
  const own = await build(t, { adminKey: 'admin' })
  for (const [method, path] of [
    ['GET', 'fixtures'],
    ['POST', 'fixtures'],
    ['DELETE', 'fixtures'],
    ['GET', 'requests'],
    ['DELETE', 'requests'],
    ['POST', 'reset'],
    ['GET', 'metrics'],
    ['GET', 'load']
  ] as const) {
    isApiError(t, await mock(own, method, path), 'admin_key_needed')
    isApiError(t, await mock(own, method, path, undefined, { authorization: 'Bearer wrong' }), 'admin_key_needed')
    t.not((await mock(own, method, path, undefined, { authorization: 'Bearer admin' })).status, 401)
  }
  t.same(jsonOf(await mock(own, 'GET', 'health')), { status: 'ok' })
  t.same(jsonOf(await mock(own, 'GET', 'ready')), { status: 'ready' })
})

t.test('the document is served as JSON and YAML, and on a page without external resources', async t => {
  // Whoever imports the document calls this server.
  const own = { url: 'http://localhost:80/v1', description: 'This server' }
  const served = { ...spec.document, servers: [own, ...(spec.document.servers as object[])] }
  t.same(jsonOf(await mock(server, 'GET', 'openapi.json')), served)
  const yaml = await mock(server, 'GET', 'openapi.yaml')
  t.match(yaml.headers['content-type'], /yaml/)
  const { parse } = await import('yaml')
  t.same(parse(yaml.text), served)
  const admin = jsonOf(await mock(server, 'GET', 'openapi-admin.json'))
  t.match(admin, { info: { title: 'Standin' }, servers: [{ url: 'http://localhost:80' }] })
  t.same(await new Validator().validate(admin), { valid: true })
  const page = await mock(server, 'GET', 'docs')
  t.match(page.headers, {
    'content-security-policy': /default-src 'none'; script-src 'self';/,
    'content-type': 'text/html; charset=utf-8'
  })
  t.notMatch(page.text, /https?:/)
  t.notMatch(page.text, /<script>/)
  for (const [, asset] of page.text.matchAll(/(?:src|href)="\/_mock\/([^"]+)"/g))
    t.ok((await mock(server, 'GET', asset!)).text.length > 100, `${asset}`)
  for (const asset of ['nope.js', '__proto__', '..%2f..%2fpackage.json', 'constructor'])
    t.equal((await mock(server, 'GET', `docs/${asset}`)).status, 404, asset)
})

t.test('the page is one file of HTML, with a policy that allows only its own script and style', async t => {
  const page = await mock(server, 'GET', '')
  t.match(page.headers, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy':
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff'
  })
  t.notMatch(page.text, /https?:|<script>|<style|style=|\son\w+=/)
  const assets = [...page.text.matchAll(/(?:src|href)="\/_mock\/([^"]+)"/g)].map(([, asset]) => asset!)
  t.same(assets, ['page/page.css', 'page/page.js'])
  for (const asset of ['nope.js', '__proto__', '..%2f..%2fpackage.json', '..%2fcli.js', 'constructor'])
    t.equal((await mock(server, 'GET', `page/${asset}`)).status, 404, asset)
})

t.test('the server describes itself and its fixtures', async t => {
  const fixtures = t.testdir({
    'a.yaml': 'fixtures:\n  - { name: a, match: { lastUser: hi, tools: true }, times: 2, reply: { text: A } }\n'
  })
  const own = await build(t, { fixtures })
  t.match(jsonOf(await mock(own, 'GET', 'info')), {
    version: /^\d+\.\d+/,
    chatPath: '/v1/chat/completions',
    fixtures: { files: 1, from: [new RegExp(fixtures)], added: 0 },
    unmatched: 'invent',
    validate: 'spec',
    problems: []
  })
  await own.add({
    name: 'b',
    match: { lastUser: 'Hello!', headers: { 'x-api-key': 'secret' }, key: 'sk-b' },
    reply: { text: 'B' }
  })
  await own.add(
    {
      name: 'c',
      match: { lastUser: 'Hello!' },
      reply: { text: '{{ typo }}' },
      probability: 1,
      when: { state: 'paid' }
    },
    'sk-c'
  )
  await own.add({ name: 'd', match: { lastUser: 'Hello!' }, reply: { text: 'D' } })
  await ask(own)
  await ask(own)
  const { fixtures: listed } = jsonOf(await mock(own, 'GET', 'fixtures?details=true'))
  t.match(listed, [
    {
      name: 'c',
      addedAtRunTime: true,
      session: /^sk-…~/,
      conditions: [/^expects lastUser to contain/, /in the state "paid"/, /probability of 1/],
      uses: [],
      warnings: [/which no fixture sets/, /typo/]
    },
    {
      name: 'd',
      addedAtRunTime: true,
      conditions: ['expects lastUser to contain "Hello!"'],
      uses: [{ session: /^sk-/, replies: 2 }],
      lastMatched: /^\d{4}-/
    },
    {
      name: 'b',
      conditions: [
        /^expects lastUser/,
        'expects headers: x-api-key to be a certain secret',
        'expects key to be a certain key'
      ]
    },
    {
      name: 'a',
      addedAtRunTime: false,
      place: /a\.yaml:2$/,
      conditions: [/lastUser/, 'expects tools: some to be declared', 'replies 2 times in a session'],
      warnings: []
    }
  ])
})

t.test('an added fixture is removed by its name, and a fixture of a file is not', async t => {
  const fixtures = t.testdir({ 'a.yaml': 'fixtures:\n  - { name: a, reply: { text: A } }\n' })
  const own = await build(t, { fixtures })
  const replies = async () => JSON.parse((await ask(own)).text).choices[0].message.content
  await own.add([
    { name: 'b/b ü', match: { lastUser: 'Hello!' }, reply: { text: 'B' } },
    { name: 'c', match: { lastUser: 'Hello!' }, reply: { text: 'C' } }
  ])
  await own.add({ name: 'c', match: { lastUser: 'Hello!' }, reply: { text: 'C of a session' } }, 'sk-test')
  t.equal(await replies(), 'C of a session')
  const removed = await inject(own, 'DELETE', '/_mock/fixtures/c', { headers: { 'x-mock-session': 'sk-test' } })
  t.same(jsonOf(removed), { removed: 1 })
  t.equal(await replies(), 'B')
  t.same(jsonOf(await mock(own, 'DELETE', `fixtures/${encodeURIComponent('b/b ü')}`)), { removed: 1 })
  t.equal(await replies(), 'C')
  t.same(jsonOf(await mock(own, 'DELETE', 'fixtures/c')), { removed: 1 })
  t.equal(await replies(), 'A')
  for (const name of ['a', 'c', '__proto__']) isApiError(t, await mock(own, 'DELETE', `fixtures/${name}`), 'not_listed')
})

t.test('models are listed and retrieved, and unknown models are not found', async t => {
  const list = await inject(server, 'GET', '/v1/models')
  t.equal(list.text, JSON.stringify(jsonOf(list), null, 2))
  const { data } = jsonOf(list)
  t.match(data[0], { id: String, object: 'model', created: Number, owned_by: String })
  t.same(
    jsonOf(await inject(server, 'GET', '/v1/models/gpt-4o')),
    data.find(({ id }: { id: string }) => id === 'gpt-4o')
  )
  for (const name of ['nope', '__proto__', 'a%2Fb', '%00']) {
    const unknown = await inject(server, 'GET', `/models/${name}`)
    t.equal(unknown.status, 404)
    const { error } = jsonOf(unknown)
    t.equal(unknown.text, JSON.stringify({ error }, null, 2))
    t.same(error, {
      message: `The model '${decodeURIComponent(name)}' does not exist`,
      type: 'invalid_request_error',
      param: 'model',
      code: 'model_not_found'
    })
  }
  const gone = await inject(server, 'DELETE', '/v1/models/nope')
  t.equal(gone.status, 404)
  t.equal(gone.text, `${JSON.stringify(jsonOf(gone), null, 2)}\n`)
})

t.test("operations of a user's own document return its examples and values of its schemas", async t => {
  const document = {
    openapi: '3.1.0',
    info: { title: 'Pets', version: '1' },
    servers: [{ url: 'https://pets.example/api' }],
    paths: {
      '/pets/{id}': {
        get: {
          operationId: 'getPet',
          'x-microcks-operation': { delay: 40 },
          responses: {
            200: {
              description: 'A pet',
              content: {
                'application/json': {
                  examples: {
                    Cat: { value: { name: 'Tom' } },
                    Dog: { value: { name: 'Rex' }, 'x-microcks-default': true }
                  }
                }
              }
            },
            404: { description: 'None', content: { 'application/json': { example: { gone: true } } } }
          }
        },
        put: {
          requestBody: {
            required: true,
            content: {
              'application/json': {
                schema: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } }
              }
            }
          },
          responses: {
            200: {
              description: 'Its new state',
              content: {
                'application/json': {
                  schema: { type: 'object', required: ['age'], properties: { age: { type: 'integer', minimum: 3 } } }
                }
              }
            },
            204: { description: 'Nothing' }
          }
        }
      }
    }
  }
  const own = await build(t, { spec: `${t.testdir({ 'pets.json': JSON.stringify(document) })}/pets.json` })
  const get = (headers = {}) => inject(own, 'GET', '/api/pets/1', { headers })
  const before = performance.now()
  t.same(jsonOf(await get()), { name: 'Rex' })
  t.ok(performance.now() - before >= 39, 'after the delay of the document')
  t.same(jsonOf(await get({ prefer: 'example=Cat' })), { name: 'Tom' })
  const absent = await get({ prefer: 'code=404' })
  t.equal(absent.status, 404)
  t.same(jsonOf(absent), { gone: true })
  t.match(errorOf(await get({ prefer: 'example=Cow' })).message, /Known are: Cat, Dog/)
  const put = (payload: unknown, headers = {}) =>
    inject(own, 'PUT', '/pets/1', { payload: JSON.stringify(payload), headers: { ...jsonType, ...headers } })
  t.match(jsonOf(await put({ name: 'Kit' })), { age: Number })
  const empty = await put({ name: 'Kit' }, { prefer: 'code=204' })
  t.same([empty.status, empty.text], [204, ''])
  isApiError(t, await put({ name: 7 }), 'invalid_request')
  t.match(errorOf(await put({ name: 7 })), { param: 'name', message: /must be string/ })
  t.equal((await inject(own, 'POST', '/v1/chat/completions')).status, 404)
  t.match(jsonOf(await mock(own, 'GET', 'openapi.json')), { ...document, servers: [{ url: /^http:\/\/localhost/ }] })
})

t.test('CORS requests of browsers are allowed', async t => {
  const origin = 'https://app.example'
  const preflight = await server.app.inject({
    method: 'OPTIONS',
    url: chat,
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,x-stainless-lang'
    }
  })
  t.equal(preflight.statusCode, 200)
  t.match(preflight.headers, {
    'access-control-allow-origin': /\*|app\.example/,
    'access-control-allow-methods': 'GET, OPTIONS, POST',
    'access-control-allow-headers': 'authorization,x-stainless-lang',
    'access-control-max-age': '86400'
  })
  for (const key of ['sk-test', 'sk-invalid']) {
    const { headers } = await ask(server, hello, { key, headers: { origin } })
    t.match(headers, {
      'access-control-allow-origin': /\*|app\.example/,
      'access-control-expose-headers': 'X-Request-ID'
    })
  }
})

const evil = 'http://evil.test'
const own = { host: 'localhost:4010', origin: 'http://localhost:4010' }
const form = { 'content-type': 'application/x-www-form-urlencoded' }
const plain = { 'content-type': 'text/plain' }
const sunny = { match: { lastUser: 'weather' }, reply: { text: 'Sunny.' } }

const wholeFixture = {
  name: 'a',
  match: {
    operation: 'createChatCompletion',
    model: ['gpt-*'],
    lastUser: { contains: 'x' },
    anyMessage: { role: 'user', text: ['a'] },
    tools: ['f'],
    turn: { min: 1 },
    params: { n: 1 },
    headers: { x: 'y' },
    not: { lastUser: 'a' },
    any: [{ system: 's' }],
    all: [{ stream: true }],
    jsonPath: '$.a'
  },
  reply: [
    { text: 'hi {{lastUser}}', usage: { promptTokens: 1 }, finishReason: 'stop' },
    { choices: [{ text: 'a' }] },
    { toolCalls: [{ name: 'f', arguments: { a: 1 } }] }
  ],
  timing: { firstTokenMs: 5 },
  fault: 'close',
  times: 2,
  after: 'repeat',
  priority: 1,
  probability: 0.5,
  when: { state: 'a' },
  then: { state: 'b' }
}
const wholeBodies = {
  'POST fixtures': { fixtures: [wholeFixture], stored: [] },
  'POST  fixtures': { match: { schema: { type: 'object' } }, reply: { error: 'server_error' } },
  'POST verify': {
    match: { lastUser: 'a', any: [{ system: 's' }] },
    ...{ count: 1, atLeast: 1, atMost: 2, never: false, noneUnmatched: false }
  },
  'POST  verify': { inOrder: [{ lastUser: 'x' }, { not: { model: 'y' } }] },
  'PUT keys': { keys: { 'sk-a': { organization: 'o', limits: { requestsPerMinute: 3 }, refusal: 'invalid_api_key' } } },
  'POST faults': { fault: 'close', rate: 0.5, model: 'gpt-*' },
  'POST reset': {}
}
const hostileValues = [null, -1, '', 'x(', [null], {}, { a: null }, { regex: '(' }]

/** The pointers to all values of a body. */
const placesIn = (value: unknown, place: string[] = []): string[][] => [
  place,
  ...(typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => placesIn(inner, [...place, key]))
    : [])
]

function withValue(body: unknown, place: readonly string[], value: unknown): unknown {
  const [key, ...rest] = place
  if (key === undefined) return value
  const copy = structuredClone(body) as Record<string, unknown>
  copy[key] = withValue(copy[key], rest, value)
  return copy
}

t.test('a wrong value or an unknown key anywhere in a body under /_mock/ gets an error that is no bug', async t => {
  const server = await build(t)
  const send = (call: string, body: unknown) => {
    const [method = '', path = ''] = call.split(/ +/)
    return mock(server, method, path, body)
  }
  for (const [call, body] of Object.entries(wholeBodies)) {
    const isRight = (await send(call, body)).status
    t.ok([200, 201, 409].includes(isRight), `${call} is right at first`)
    for (const place of placesIn(body)) {
      for (const value of hostileValues) {
        const { status, text } = await send(call, withValue(body, place, value))
        if (status >= 500) t.fail(`${call} ${place.join('.')} = ${JSON.stringify(value)}: ${text}`)
      }
      if (call.endsWith('fixtures')) await mock(server, 'POST', 'reset')
      const holder = place.reduce<unknown>((inner, key) => (inner as Record<string, unknown>)[key], body)
      if (typeof holder !== 'object' || Array.isArray(holder) || isFree(call, place)) continue
      const { status, text } = await send(call, withValue(body, [...place, 'zzz'], 1))
      t.match(
        [status, text],
        [400, call === 'POST reset' ? /expected no body/ : /zzz/],
        `${call} ${place.join('.')}.zzz`
      )
    }
  }
})

/** Whether the keys of an object are words of the user. */
const isFree = (call: string, place: readonly string[]) =>
  ['params', 'headers', 'schema', 'arguments'].includes(place.at(-1) ?? '') ||
  (call === 'PUT keys' && place.length === 1)

t.test(
  'a call under /_mock/ that changes something refuses a query, which could name what it does not change',
  async t => {
    const server = await build(t)
    await ask(server)
    for (const [method, path] of [
      ['DELETE', 'requests?session=a'],
      ['DELETE', 'fixtures?name=a'],
      ['DELETE', 'faults?session=a'],
      ['DELETE', 'keys?key=a'],
      ['DELETE', 'sessions/sk-test?x=1'],
      ['POST', 'reset?session=a'],
      ['POST', 'verify?session=a']
    ]) {
      const { status, text } = await mock(server, method!, path!)
      t.match([status, text], [400, /unknown query .*x-mock-session/], `${method} ${path}`)
    }
    t.equal(server.requests().length, 1, 'nothing was removed')
  }
)

t.test('a page of another origin cannot change anything under /_mock/, and the own page can', async t => {
  const writes = [
    ['POST', 'fixtures', sunny],
    ['POST', 'fixtures', undefined],
    ['DELETE', 'fixtures', undefined],
    ['DELETE', 'requests', undefined],
    ['POST', 'verify', { never: true }],
    ['POST', 'reset', undefined],
    ['DELETE', 'sessions/sk-test', undefined],
    ['PUT', 'keys', { keys: {} }],
    ['DELETE', 'keys', undefined],
    ['POST', 'faults', { fault: 'close' }],
    ['DELETE', 'faults', undefined],
    ['PATCH', 'nope', undefined]
  ] as const
  const foreign: Record<string, string>[] = [
    { origin: evil },
    { origin: 'null' },
    { origin: '' },
    { origin: 'http://localhost:3000' },
    { origin: 'http://127.0.0.1:4010' },
    { origin: 'http://localhost:4010.evil.test' },
    { origin: 'ftp://localhost:4010' },
    { origin: 'chrome-extension://localhost:4010' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'new-value' },
    { ...own, 'sec-fetch-site': 'cross-site' }
  ]
  const allowed: Record<string, string>[] = [
    {},
    { host: 'LOCALHOST:4010', origin: 'http://localhost:4010' },
    { ...own, 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'none' },
    { host: 'localhost', origin: 'https://localhost' },
    { host: 'localhost:443', origin: 'https://localhost' },
    { host: 'localhost:80', origin: 'http://localhost' }
  ]
  const server = await build(t)
  await ask(server)
  await mock(server, 'POST', 'fixtures', sunny)
  const state = async () => [
    jsonOf(await mock(server, 'GET', 'fixtures')),
    server.requests().length,
    jsonOf(await mock(server, 'GET', 'keys')),
    jsonOf(await mock(server, 'GET', 'faults'))
  ]
  const before = await state()
  for (const [method, path, payload] of writes)
    for (const headers of foreign) {
      const response = await mock(server, method, path, payload, { host: own.host, ...headers })
      isApiError(t, response, 'foreign_page')
      t.notOk(response.headers['access-control-allow-origin'])
    }
  t.same(await state(), before, 'nothing changed')
  for (const headers of allowed)
    for (const [method, path, payload] of writes) {
      const { status } = await mock(server, method, path, payload, headers)
      t.not(status, 403, `${method} ${path} ${JSON.stringify(headers)}`)
    }
})

t.test('a write under /_mock/ with a body needs a JSON content type', async t => {
  const server = await build(t)
  const rows: [Record<string, string>, string, number][] = [
    [jsonType, JSON.stringify(sunny), 201],
    [{ 'content-type': 'Application/JSON; charset=utf-8' }, JSON.stringify(sunny), 201],
    [{ 'content-type': 'application/vnd.api+json' }, JSON.stringify(sunny), 201],
    [{}, '', 400],
    [form, '', 400],
    [form, JSON.stringify(sunny), 415],
    [plain, JSON.stringify(sunny), 415],
    [{ 'content-type': 'text/plain; application/json' }, JSON.stringify(sunny), 415],
    [{ 'content-type': 'multipart/form-data; boundary=application/json' }, JSON.stringify(sunny), 415],
    [{ 'content-type': '' }, JSON.stringify(sunny), 415]
  ]
  for (const [headers, payload, status] of rows) {
    const response = await inject(server, 'POST', '/_mock/fixtures', { headers, payload })
    t.equal(response.status, status, JSON.stringify(headers))
    if (status === 415) isApiError(t, response, 'json_type_needed')
  }
  const curl = await inject(server, 'POST', '/_mock/reset', { headers: form, payload: '{}' })
  t.match(errorOf(curl).message, /has the content type application\/x-www-form-urlencoded, expected .*--json/)
  t.equal((await inject(server, 'POST', '/_mock/reset', { headers: form, payload: '' })).status, 200, 'no body')
})

t.test('reads of /_mock/ allow no other origin, and preflights for /_mock/ fail', async t => {
  const server = await build(t, { adminKey: 'admin' })
  const admin = { authorization: 'Bearer admin' }
  for (const path of [
    'requests',
    'fixtures',
    'keys',
    'metrics',
    'load',
    'health',
    'ready',
    'docs',
    'openapi.json',
    'nope'
  ])
    for (const headers of [{}, admin]) {
      const response = await mock(server, 'GET', path, undefined, { ...headers, origin: evil })
      t.notOk(
        Object.keys(response.headers).find(name => name.startsWith('access-control-')),
        path
      )
      t.equal(response.headers['x-content-type-options'], 'nosniff', path)
      if (response.status === 200) t.equal(response.headers['cross-origin-resource-policy'], 'same-origin', path)
    }
  for (const method of ['POST', 'PUT', 'DELETE', 'GET']) {
    const preflight = { origin: evil, 'access-control-request-method': method }
    const response = await inject(server, 'OPTIONS', '/_mock/fixtures', { headers: preflight })
    t.not(response.status, 200)
    t.notOk(Object.keys(response.headers).find(name => name.startsWith('access-control-')))
  }
})

t.test('a page of another origin cannot name a session', async t => {
  const server = await build(t)
  await server.add({ match: { lastUser: 'turn' }, reply: [{ text: 'one' }, { text: 'two' }] })
  const page = { origin: evil, 'x-mock-session': 'sk-other' }
  for (const headers of [page, { 'sec-fetch-site': 'same-site', 'x-mock-session': 'checkout' }]) {
    const response = await ask(server, about('turn'), { key: 'sk-page', headers })
    isApiError(t, response, 'bad_mock_header')
    t.match(errorOf(response).message, /^x-mock-session: a page of another origin cannot name a session, expected/)
  }
  t.equal(server.requests({ session: 'sk-other' }).length, 0)
  t.equal(server.requests({ session: 'sk-page' }).length, 2, 'the requests belong to the key of the page')
  const everywhere = await build(t, { host: '0.0.0.0' })
  const rebound = { host: 'evil.test', origin: evil, 'x-mock-session': 'sk-other' }
  isApiError(t, await ask(everywhere, about('turn'), { headers: rebound }), 'bad_mock_header')
  t.equal((await ask(everywhere, about('turn'), { headers: { ...rebound, ...own } })).status, 200, 'an own page')
  t.equal(contentOf(await complete(server, about('turn'), { key: 'sk-other' })), 'one')
  const named = { origin: evil, 'x-mock-session': 'sk-page' }
  t.equal(contentOf(await complete(server, about('turn'), { key: 'sk-page', headers: named })), 'one', 'its own key')
  const program = { 'x-mock-session': 'sk-other' }
  t.equal(contentOf(await complete(server, about('turn'), { key: 'sk-any', headers: program })), 'two', 'a program')
})

const loopbackHosts = [
  'localhost',
  'localhost:4010',
  'LocalHost:1',
  'localhost.',
  'app.localhost:4010',
  '127.0.0.1',
  '127.1.2.3:4010',
  '[::1]',
  '[::1]:4010',
  '[0:0:0:0:0:0:0:1]:4010',
  '[::ffff:127.0.0.1]:4010'
]
const foreignHosts = [
  'evil.test',
  'evil.test:4010',
  'localhost.evil.test',
  'evil-localhost',
  'localhostx',
  '127.0.0.1.evil.test',
  '127.evil.test',
  'mock.example.evil.test',
  'xmock.example',
  'localhost/evil.test',
  'evil.test#localhost',
  'user@evil.test',
  'localhost@evil.test',
  'localhost:99999',
  'localhost evil.test'
]
const addresses = ['192.168.1.5:4010', '0.0.0.0:4010', '[fe80::1]:4010', '128.0.0.1', '[::2]']

t.test('on a loopback address, every request must name a loopback host or a host of --allow-host', async t => {
  for (const host of ['127.0.0.1', 'localhost', '::1', '127.0.0.9']) {
    const server = await build(t, { host, allowHost: ['Mock.Example', '[fd00::7]'] })
    const rows: [string, string[], boolean][] = [
      ['accepted', [...loopbackHosts, 'mock.example', 'MOCK.example.:80', '[fd00:0::7]:1', ''], true],
      ['refused', [...foreignHosts, ...addresses], false]
    ]
    for (const [name, hosts, isAccepted] of rows)
      for (const host of hosts)
        for (const url of ['/v1/models', '/_mock/requests', '/health', '/_mock/docs', '/nope']) {
          const response = await inject(server, 'GET', url, { headers: { ...bearer, host } })
          if (isAccepted) t.not(response.status, 421, `${host} is ${name} for ${url}`)
          else isApiError(t, response, 'host_not_allowed')
        }
    const { message } = errorOf(await ask(server, hello, { headers: { host: 'Evil.test:4010' } }))
    t.match(message, /to the host Evil\.test:4010\. .*--allow-host evil\.test\./)
    const preflight = { host: 'evil.test', origin: evil, 'access-control-request-method': 'POST' }
    isApiError(t, await inject(server, 'OPTIONS', chat, { headers: preflight }), 'host_not_allowed')
  }
})

const browsersOn = (name: string): Record<string, string>[] => [
  { 'accept-language': 'en' },
  { origin: `http://${name}` },
  { 'sec-fetch-site': 'same-origin' }
]

t.test('on other addresses, only pages in a browser must name an allowed host, and only for /_mock/', async t => {
  for (const host of ['0.0.0.0', '::', '192.168.1.5']) {
    const server = await build(t, { host, allowHost: 'mock.example' })
    const get = async (url: string, headers: Record<string, string>) =>
      (await inject(server, 'GET', url, { headers: { ...bearer, ...headers } })).status
    for (const name of [...loopbackHosts, ...foreignHosts.slice(0, 5), ...addresses, 'mock.example']) {
      t.equal(await get('/v1/models', { host: name, origin: `http://${name}` }), 200, `any page calls ${name}/v1`)
      t.equal(await get('/_mock/requests', { host: name }), 200, `a program calls ${name}/_mock/`)
    }
    const nodeFetch = { host: 'standin:4010', 'accept-language': '*', 'sec-fetch-mode': 'cors' }
    t.equal(await get('/_mock/requests', nodeFetch), 200, 'a program that uses fetch')
    for (const name of [...loopbackHosts, ...addresses, 'mock.example:4010'])
      for (const browser of browsersOn(name)) {
        t.equal(await get('/_mock/requests', { host: name, ...browser }), 200, name)
        const headers = { host: name, ...browser, ...jsonType }
        const { status } = await inject(server, 'POST', '/_mock/fixtures', { headers, payload: JSON.stringify(sunny) })
        t.equal(status, 201, `${name} ${JSON.stringify(browser)}`)
      }
    for (const name of foreignHosts)
      for (const browser of browsersOn(name))
        t.equal(await get('/_mock/requests', { host: name, ...browser }), 421, name)
  }
})

t.test('the host of a full URL counts beside the header, and HTTP/1.0 needs no host', async t => {
  const server = await build(t)
  const { hostname, port } = new URL(await server.listen())
  const rows: [string, number][] = [
    [`GET /v1/models HTTP/1.0`, 200],
    [`GET /_mock/health HTTP/1.0`, 200],
    [`GET /v1/models HTTP/1.1\r\nhost: localhost`, 200],
    [`GET http://127.0.0.1:${port}/v1/models HTTP/1.1\r\nhost: localhost`, 200],
    [`GET http://evil.test/v1/models HTTP/1.1\r\nhost: localhost`, 421],
    [`GET http://localhost@evil.test/v1/models HTTP/1.1\r\nhost: localhost`, 421],
    [`GET http://localhost/v1/models HTTP/1.1\r\nhost: evil.test`, 421]
  ]
  for (const [line, status] of rows) {
    const socket = connect(Number(port), hostname)
    socket.end(`${line}\r\nauthorization: Bearer sk-test\r\nconnection: close\r\n\r\n`)
    let got = ''
    for await (const piece of socket) got += piece
    t.equal(/^HTTP\/1\.1 (\d+)/.exec(got)?.[1], String(status), line)
  }
})

t.test('a wrong --allow-host ends the start', async t => {
  for (const value of ['http://mock.example', '*', 'a b', 'mock.example/x', 'a@b', '[::1'])
    await t.rejects(createServer({ allowHost: value }), {
      message: /^--allow-host .*: expected the name of a host, as in/
    })
})

const nested = (depth: number, open = '{"a":', close = '}') => `${open.repeat(depth)}1${close.repeat(depth)}`
const schemas = (depth: number) =>
  `${'{"type":"object","properties":{"a":'.repeat(depth)}{}${'},"required":["a"]}'.repeat(depth)}`
const withKey = (key: string, json: string) =>
  `{"model":"gpt-4o","messages":[{"role":"user","content":"Hi"}],"${key}":${json}}`
/** The body for a model whose errors for unknown parameters have a code. */
const newer = (body: string) => body.replace('gpt-4o', 'gpt-5')
const tool = (parameters: string) =>
  withKey('tools', `[{"type":"function","function":{"name":"f","parameters":${parameters}}}],"tool_choice":"required"`)
const format = (schema: string) =>
  withKey('response_format', `{"type":"json_schema","json_schema":{"name":"s","schema":${schema}}}`)

const badBodies: [string, string | Buffer | object, string | number][] = [
  ['not JSON', '{', 'body_not_json'],
  ['HTML', '<html>', 'body_not_json'],
  ['an empty body', '', 'missing_model'],
  ['an array', '[]', 'body_not_json'],
  ['a string', '"x"', 'body_not_json'],
  ['a number', '1', 'body_not_json'],
  ['null', 'null', 'body_not_json'],
  ['an empty object', '{}', 'missing_model'],
  ['bytes that are not UTF-8', Buffer.from([0x7b, 0xff, 0xfe]), 'body_not_json'],
  ['20 MB', about('a'.repeat(20_000_000)), 'body_too_large'],
  ['9 MB of words', about('hello '.repeat(1_500_000)), 'context_length_exceeded'],
  [
    '10,000 messages',
    { model: 'gpt-4o', messages: Array.from({ length: 10_000 }, () => ({ role: 'user', content: 'Hi 漢字' })) },
    200
  ],
  [
    'a bad message after 10,000',
    {
      model: 'gpt-4o',
      messages: [...Array.from({ length: 10_000 }, () => ({ role: 'user', content: 'Hi' })), { role: 'x' }]
    },
    'invalid_value'
  ],
  ['the same key twice', '{"model":"gpt-4","model":"gpt-4o","messages":[{"role":"user","content":"Hi"}]}', 200],
  ['__proto__ at the top', newer(withKey('__proto__', '{"stream":true}')), 'unknown_parameter'],
  ['constructor at the top', newer(withKey('constructor', '{"prototype":{"stream":true}}')), 'unknown_parameter'],
  [
    '__proto__ in a message',
    '{"model":"gpt-4o","messages":[{"__proto__":{"role":"x"},"role":"user","content":"Hi"}]}',
    200
  ],
  ['constructor in a message', '{"model":"gpt-4o","messages":[{"constructor":1,"role":"user","content":"Hi"}]}', 200],
  [
    '__proto__ in a schema',
    tool(
      '{"type":"object","properties":{"__proto__":{"type":"string"},"constructor":{"type":"integer"}},"required":["__proto__","constructor"]}'
    ),
    200
  ],
  ['a deep unknown key', withKey('zzz', nested(100_000)), 'body_not_json'],
  ['deep arrays', withKey('zzz', nested(100_000, '[', ']')), 'body_not_json'],
  ['deep tool parameters', tool(nested(100_000)), 'body_not_json'],
  ['a deep tool schema', tool(schemas(30_000)), 'body_not_json'],
  ['a deep response schema', format(schemas(30_000)), 'body_not_json'],
  ['a schema of the maximum depth', format(schemas(250)), 200],
  [
    'a recursive schema',
    format('{"type":"object","properties":{"a":{"$ref":"#"}},"required":["a"]}'),
    'unanswerable_schema'
  ],
  ['brackets in a string', about(`${'['.repeat(5000)}\\"${'{'.repeat(5000)}`), 200],
  ['half a character', '{"model":"gpt-4o","messages":[{"role":"user","content":"a\\ud800b \\udfff"}]}', 200],
  ['half a character as the model', '{"model":"\\ud800","messages":[{"role":"user","content":"a"}]}', 200]
]

t.test('an invalid body gets an API error, never a stack trace or a 5xx', async t => {
  let slowest = { ms: 0, name: '' }
  for (const [name, body, expected] of badBodies) {
    for (const stream of [false, true]) {
      const payload = typeof body === 'string' && stream ? body.replace('"model"', '"stream":true,"model"') : body
      const before = performance.now()
      const response = await ask(server, payload)
      const ms = performance.now() - before
      if (ms > slowest.ms) slowest = { ms, name }
      t.ok(response.status < 500, `${name}: ${response.status} ${response.text.slice(0, 200)}`)
      t.notMatch(
        response.text.slice(0, 100_000),
        /\bat .*\.(ts|js|cjs):\d+|node:internal|RangeError/,
        `${name}: no stack trace`
      )
      if (typeof expected === 'number') t.equal(response.status, expected, `${name}: ${response.text.slice(0, 300)}`)
      else isApiError(t, response, expected)
    }
  }
  t.comment(`slowest: ${slowest.name}, ${Math.round(slowest.ms)} ms`)
  t.equal(({} as { stream?: boolean }).stream, undefined, 'no prototype is polluted')
})

t.test('a body has at most 512 levels, 250,000 lists and objects, and 50,000 members of an object', async t => {
  const members = (count: number) => Array.from({ length: count }, (_, at) => `"m${at}":1`).join()
  const rows: [string, number][] = [
    [withKey('metadata', `${'['.repeat(511)}${']'.repeat(511)}`), 200],
    [withKey('metadata', `${'['.repeat(512)}${']'.repeat(512)}`), 400],
    [withKey('metadata', `[${Array(249_996).fill('[]')}]`), 200],
    [withKey('metadata', `[${Array(249_997).fill('[]')}]`), 400],
    [withKey('metadata', `[{${members(50_000)}},{${members(50_000)}}]`), 200],
    [withKey('metadata', `{${members(50_001)}}`), 400]
  ]
  for (const [body, status] of rows) {
    const response = await ask(server, body, { headers: { 'x-mock-validate': 'off' } })
    t.equal(response.status, status, `${body.length} characters`)
    if (status === 400) isApiError(t, response, 'body_not_json')
  }
})

t.test('no request makes the server open a connection', async t => {
  let requests = 0
  const http = createHttp((_request, response) => {
    requests++
    response.end()
  }).listen(0, '127.0.0.1')
  t.teardown(() => http.close())
  await once(http, 'listening')
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/a.png`
  let connections = 0
  const count = () => void connections++
  diagnostics.subscribe('net.client.socket', count)
  t.teardown(() => diagnostics.unsubscribe('net.client.socket', count))
  const parts = [
    { type: 'image_url', image_url: { url } },
    { type: 'file', file: { filename: url, file_data: url } },
    { type: 'text', text: url }
  ]
  const schema = { $id: url, $schema: url, type: 'object', properties: { a: { $ref: url } } }
  const tools = [{ type: 'function', function: { name: 'f', parameters: schema } }]
  const bodies = [
    ...parts.map(part => ({ model: 'gpt-4o', messages: [{ role: 'user', content: [part] }] })),
    { ...hello, tools, tool_choice: 'required' },
    { ...hello, response_format: { type: 'json_schema', json_schema: { name: 's', schema } } },
    { ...hello, metadata: { url }, user: url, store: true }
  ]
  for (const body of bodies)
    for (const mode of ['spec', 'warn', 'off'])
      t.ok((await ask(server, body, { headers: { 'x-mock-validate': mode, referer: url, origin: url } })).status < 500)
  await mock(server, 'POST', 'fixtures', { match: { schema }, reply: { text: '{{ request.user }}' } })
  t.equal(connections, 0)
  t.equal(requests, 0)
  const probe = connect(Number(new URL(url).port), '127.0.0.1')
  t.teardown(() => probe.destroy())
  await once(probe, 'connect')
  t.equal(connections, 1, 'a connection would be noticed')
})

t.test('a repeated body gets the same response or API error as the first time', async t => {
  const server = await build(t)
  const wrong = { ...hello, temperature: 3 }
  for (const body of [hello, wrong]) {
    const [first, ...more] = [await ask(server, body), await ask(server, body), await ask(server, body)]
    t.match(
      JSON.parse(first!.text),
      body === wrong ? { error: { param: 'temperature' } } : { object: 'chat.completion' }
    )
    for (const { status, text } of more) {
      const masked = (response: string) => response.replace(/chatcmpl-\w+|"created": \d+/g, '')
      t.same([status, masked(text)], [first!.status, masked(first!.text)])
    }
  }
  const undeclared = await ask(server, hello, { headers: { 'content-type': 'text/plain' } })
  isApiError(t, undeclared, 'missing_model')
  await server.add({ match: { lastUser: 'Hello!' }, reply: { text: 'Something else.' } })
  t.equal((await complete(server)).choices[0]!.message.content, 'Something else.')
})

t.test('an API error repeats a number as the body has it, at first and again, streamed or not', async t => {
  const server = await build(t)
  for (const stream of ['', '"stream":true,'])
    for (const number of ['99.0', '99', '1E5', '1e400', '99.0']) {
      const body = `{${stream}"temperature": ${number} ,"model":"gpt-4o","messages":[{"role":"user","content":"${number}"}]}`
      const { error } = JSON.parse((await ask(server, body)).text)
      t.equal(
        error.message,
        `Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got ${number} instead.`
      )
      t.equal(error.code, 'decimal_above_max_value')
    }
  const twice = '{"model":"gpt-4o","messages":[{"role":"user","content":"x"}],"temperature":3,"temperature":4.50}'
  t.match(JSON.parse((await ask(server, twice)).text).error.message, /but got 4\.50 instead/)
})

t.test('a fixture sets the usage of first and repeated requests, streamed or not, paced or not', async t => {
  const server = await build(t)
  await server.add({ reply: { text: 'Hi.', usage: { promptTokens: 4, cachedTokens: 2, completionTokens: 45 } } })
  const usage = {
    prompt_tokens: 4,
    completion_tokens: 45,
    total_tokens: 49,
    prompt_tokens_details: { cached_tokens: 2 }
  }
  const headersOfRequests: Record<string, string>[] = [{}, {}, { 'x-mock-timing': 'interTokenMs=1' }]
  for (const headers of headersOfRequests) {
    t.match((await complete(server, hello, { headers })).usage, usage)
    const streamed = { ...hello, stream: true, stream_options: { include_usage: true } }
    t.match(chunksOf((await ask(server, streamed, { headers })).text).at(-1)!.usage, usage)
  }
})

t.test('the first prompt that is too long gets an API error, with every vocabulary', async t => {
  const server = await build(t)
  for (const model of ['gpt-4', 'gpt-3.5-turbo', 'gpt-4o'])
    isApiError(
      t,
      await ask(server, { model, messages: [{ role: 'user', content: 'word '.repeat(150_000) }] }),
      'context_length_exceeded'
    )
})

t.test('a response head has each header once, and the output of a template cannot add one', async t => {
  const head = new ResponseHead('x-request-id: req_1\r\nvary: Origin\r\n')
  head.set('vary', 'Accept')
  head.add({ 'X-Request-ID': 'req_2', 'X-New': 'a\r\nset-cookie: b=ü' })
  t.throws(() => head.add({ 'a b': 'c' }), /no name of a header/)
  t.throws(() => head.add({ Trailer: 'c' }), /cannot have the header "Trailer"/)
  t.throws(() => head.set('server-timing', 'a\nb'), /cannot be/)
  t.equal(`${head}`, 'x-request-id: req_2\r\nvary: Accept\r\nx-new: a??set-cookie: b=?\r\n')
  t.same(head.toPairs(), [
    ['x-request-id', 'req_2'],
    ['vary', 'Accept'],
    ['x-new', 'a??set-cookie: b=?']
  ])
})

t.test('the head over a socket equals the injected one, with the headers of the connection added', async t => {
  const server = await build(t, { seed: 'head' })
  const injected = await ask(server)
  await server.reset()
  const response = await fetch(`${await server.listen()}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer sk-test' },
    body: JSON.stringify(hello)
  })
  const shown = (headers: Record<string, string>) => {
    const { date, connection, 'openai-processing-ms': _, ...rest } = headers
    t.ok(date)
    t.equal(connection, 'keep-alive')
    return rest
  }
  t.equal(await response.text(), injected.text)
  t.same(shown(Object.fromEntries(response.headers)), shown({ connection: 'keep-alive', ...injected.headers }))
})

t.test('a body without a JSON content type is not read', async t => {
  const payload = JSON.stringify(hello)
  for (const [type, status] of [
    ['application/json; charset=utf-8', 200],
    ['APPLICATION/JSON', 200],
    ['application/vnd.api+json', 200],
    ['text/plain', 400],
    ['application/x-www-form-urlencoded', 400],
    ['multipart/form-data; boundary=x', 400],
    ['application/jsonx', 400],
    ['nonsense', 400],
    ['', 400]
  ] as const) {
    const response = await ask(server, payload, { headers: { 'content-type': type } })
    t.equal(response.status, status, `${type}: ${response.text.slice(0, 200)}`)
    if (status === 400) isApiError(t, response, 'missing_model')
  }
})

t.test('an unknown path or method gets an empty 404', async t => {
  for (const [method, url] of [
    ['POST', '/v1/nope'],
    ['POST', '/'],
    ['PUT', chat],
    ['DELETE', '/v1/chat/completions'],
    ['POST', '/v1/models'],
    ['GET', '/v1/models/%zz'],
    ['GET', '/v1/chat/completions/%'],
    ['GET', `/v1/models/${'a'.repeat(5000)}`],
    ['GET', '//'],
    ['POST', '/V1/CHAT/COMPLETIONS']
  ] as const) {
    const response = await inject(server, method, url)
    t.same([response.status, response.text], [404, ''], `${method} ${url.slice(0, 40)}`)
    t.match(response.headers, { 'x-content-type-options': 'nosniff', 'x-request-id': /^req_/ })
    t.notOk(response.headers['content-type'])
  }
})

t.test('an invalid x-mock-timing header gets an API error that names the header', async t => {
  for (const [value, message] of [
    ['soon', /x-mock-timing: unknown profile "soon"/],
    ['firstTokenMs=-1', /firstTokenMs is .*, expected a number/],
    ['firstTokenMs=x', /firstTokenMs is .*, expected a number/],
    ['firstTokenMs=1e12', /x-mock-timing: firstTokenMs has 1000000000000, expected at most 3600000 milliseconds/],
    ['firstTokenMs=uniform(1, 1e12)', /firstTokenMs has 1000000000000, expected at most/],
    ['interTokenMs=list(1, 1e9)', /interTokenMs has 1000000000, expected at most/],
    ['prefillMsPerToken=1e9', /prefillMsPerToken is 1000000000, expected at most/],
    ['loadFactor=1e9', /loadFactor is 1000000000, expected at most 1000$/],
    ['outputTokens=0', /outputTokens is 0, expected a whole number from 1 to 128000$/],
    ['tokensPerSecond=0', /tokensPerSecond is .*, expected a number/]
  ] as const) {
    const response = await ask(server, hello, { headers: { 'x-mock-timing': value } })
    isApiError(t, response, 'bad_mock_header')
    t.match(errorOf(response).message, message)
  }
})

t.test(
  'outputTokens sets the completion tokens of each text: by header, option and fixture, JSON and stream',
  async t => {
    const fixtures = t.testdir({
      'sized.yaml': 'match: { lastUser: sized }\ntiming: { outputTokens: 30 }\nreply: { text: Three words here. }',
      'plain.yaml': 'match: { lastUser: plain }\nreply: { text: Three words here. }'
    })
    const sized = await build(t, { fixtures, timing: 'outputTokens=20' })
    const cases: [string, string | undefined, object, number, string][] = [
      ['Why is the sky blue?', undefined, {}, 20, 'stop'],
      ['Why is the sky blue?', 'outputTokens=77', {}, 77, 'stop'],
      ['Why is the sky blue?', 'outputTokens=77', { max_completion_tokens: 50 }, 50, 'length'],
      ['Why is the sky blue?', 'outputTokens=77', { model: 'gpt-5-mini' }, 77, 'stop'],
      ['Why is the sky blue?', 'outputTokens=9', { n: 3 }, 27, 'stop'],
      ['sized', undefined, {}, 30, 'stop'],
      ['sized', 'outputTokens=12', {}, 12, 'stop'],
      ['plain', undefined, {}, 20, 'stop']
    ]
    // The second response comes from a cache.
    for (const [content, timing, more, count, finish] of cases)
      for (const stream of [false, true])
        for (let turn = 0; turn < 2; turn++) {
          const body = { model: 'gpt-4o', messages: [{ role: 'user', content }], ...more }
          const options = stream ? { stream, stream_options: { include_usage: true } } : {}
          const headers: Record<string, string> = timing === undefined ? {} : { 'x-mock-timing': timing }
          const response = await ask(sized, { ...body, ...options }, { headers })
          const { text } = response
          const usage = JSON.parse(/"completion_tokens": ?(\d+)/.exec(text)![1]!)
          t.equal(usage, count, `${content} ${timing} ${JSON.stringify(more)} ${stream}`)
          t.match(text, new RegExp(`"finish_reason": ?"${finish}"`))
        }
    const unpaced = await build(t, { fixtures: 'none' })
    const warned = await ask(unpaced, { ...hello, min_tokens: 41 }, { headers: { 'x-mock-validate': 'warn' } })
    t.equal(JSON.parse(warned.text).usage.completion_tokens, 41)
  }
)

t.test('a bad header in errors of a user, and in a document, stops nothing', async t => {
  const fixtures = t.testdir({
    errors: {
      'own.yaml':
        'a: { status: 418, layer: edge, message: A, type: t, param: null, code: null, headers: { "b c": d, retry-after: "{{ x }}" } }'
    }
  })
  await t.rejects(createServer({ fixtures }), { message: /own\.yaml:1:\d+: "b c" is no name of a header/ })
  const own = await build(t)
  const add = (fixture: object) => mock(own, 'POST', 'fixtures', fixture)
  const refused = await add({ reply: { text: 'a', headers: { 'b c': 'd' } }, fault: 'delay=10' })
  t.match([refused.status, errorOf(refused).message], [400, /reply\.headers\.b c: "b c" is no name of a header/])
  await add({ match: { lastUser: 'own' }, reply: { text: 'a', headers: { 'Content-Type': 'text/x' } } })
  await add({ match: { lastUser: 'teapot' }, reply: { error: 'overloaded', headers: { 'content-type': 'text/y' } } })
  await add({
    match: { lastUser: '/^say/' },
    reply: { text: 'a', headers: { 'x-said': '{{ request.messages[0].content }}' } }
  })
  await own.add({ match: { lastUser: 'computed' }, reply: () => ({ text: 'a', headers: { trailer: 'b' } }) })
  const types: [content: string, more: object, headers: Record<string, string>, type: string][] = [
    ['own', {}, {}, 'text/x'],
    ['own', { stream: true }, {}, 'text/x'],
    ['own', { stream: true }, { 'x-mock-timing': 'interTokenMs=1' }, 'text/x'],
    ['own', {}, { 'x-mock-fault': 'delay=1' }, 'text/x'],
    ['own', {}, { 'x-mock-fault': 'content-type=text/z' }, 'text/z'],
    ['teapot', {}, {}, 'text/y']
  ]
  for (const [content, more, headers, type] of types) {
    const response = await ask(own, about(content, more), { headers })
    t.equal(response.headers['content-type'], type, JSON.stringify([content, more, headers]))
  }
  t.equal((await ask(own, about('say ü\r\nset-cookie: a'))).headers['x-said'], 'say ???set-cookie: a')
  isApiError(t, await ask(own, about('computed')), 'reply_failed')
})

t.test("a user's errors and keys change only the entries that they name", async t => {
  const fixtures = t.testdir({
    errors: {
      'own.yaml':
        'overloaded: { message: Busy. }\nteapot: { status: 418, layer: edge, message: Tea, type: tea, param: null, code: null, default: true }'
    },
    'keys.yaml': 'keys: { sk-tea: { refusal: teapot }, sk-org: { organization: acme, project: proj_1 } }'
  })
  const own = await build(t, { fixtures } satisfies ServerOptions)
  t.match(errorOf(await ask(own, hello, { key: 'sk-overloaded' })), { message: 'Busy.', type: 'server_error' })
  t.match(await ask(own, hello, { key: 'sk-tea' }), { status: 418, text: /"Tea"/ })
  t.match(await ask(own, hello, { headers: { prefer: 'code=418' } }), { status: 418 })
  t.match((await ask(own, hello, { key: 'sk-org' })).headers, {
    'openai-organization': 'acme',
    'openai-project': 'proj_1'
  })
})

t.test('invalid HTTP and too large headers get errors in the format of the service', async t => {
  const own = await build(t)
  const { hostname, port } = new URL(await own.listen())
  for (const [sent, status] of [
    ['nonsense\r\n\r\n', '400 Bad Request'],
    [
      `GET /v1/models HTTP/1.1\r\nhost: localhost\r\nx-long: ${'a'.repeat(64 * 1024)}\r\n\r\n`,
      '431 Request Header Fields Too Large'
    ],
    ['POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-length: -1\r\n\r\n', '400 Bad Request']
  ] as const) {
    const socket = connect(Number(port), hostname)
    socket.write(sent)
    let got = ''
    for await (const piece of socket) got += piece
    t.ok(got.startsWith(`HTTP/1.1 ${status}\r\n`), got.slice(0, 100))
    const [, body = ''] = got.split('\r\n\r\n')
    t.same(errorCheck(JSON.parse(body)), [])
  }
  t.equal((await ask(own)).status, 200, 'the server still responds')
})

t.test('bodies of any size that come again, or differ a little, get the responses of a new server', async t => {
  const add = async (to: Server) => {
    await to.add({ match: { lastUser: '/needle (?<found>\\w+)/' }, reply: { text: 'found {{ match.found }}' } })
    await to.add({ match: { lastUser: 'thread' }, reply: { text: 'a thread' } })
  }
  const known = await createServer({ seed: 'again' })
  t.teardown(() => known.close())
  await add(known)
  const textOf = (chars: number, middle: string) => {
    const quarter = 'hay '.repeat(chars / 16)
    return JSON.stringify(about(`${quarter}${middle}${quarter.repeat(3)}`))
  }
  const middles = ['needle one', 'needle two', 'thread two', 'needle 漢', 'nothing   ']
  const payloads = [40, 8000, 40_000, 200_000].flatMap(chars => middles.map(middle => textOf(chars, middle)))
  // The same length and the same JSON, but another type: the body counts as empty.
  const asText = { ...bearer, 'content-type': 'text/plain' }
  const seen = async (to: Server, payload: string, headers: Record<string, string>) => {
    const { status, text } = await inject(to, 'POST', chat, { headers, payload })
    const { choices, usage, error } = JSON.parse(text)
    return { status, content: choices?.[0].message.content, usage, error }
  }
  for (const payload of payloads) {
    const fresh = await createServer({ seed: 'again' })
    await add(fresh)
    const expected = await seen(fresh, payload, { ...bearer, ...jsonType })
    await fresh.close()
    for (let time = 0; time < 4; time++) t.same(await seen(known, payload, { ...bearer, ...jsonType }), expected)
    t.equal((await seen(known, payload, asText)).status, 400)
    t.same(known.requests().at(-2)!.request, JSON.parse(payload), 'in the journal')
  }
  for (const payload of payloads.toReversed())
    t.equal((await seen(known, payload, { ...bearer, ...jsonType })).status, 200)
})

t.test('with a seed, the same requests get the same bytes, also shuffled and in parallel', async t => {
  const [one, two] = [await build(t, { seed: 's' }), await build(t, { seed: 's' })]
  const bodies = Array.from({ length: 60 }, (_, i) => ({
    model: ['gpt-4o', 'gpt-5-mini', 'gpt-3.5-turbo'][i % 3],
    messages: [{ role: 'user', content: `Question ${i % 45}: what is the weather in Paris?` }],
    stream: i % 4 === 0,
    n: 1 + (i % 2),
    ...(i % 5 === 0
      ? {
          tools: [
            { type: 'function', function: { name: 'get_weather', parameters: { type: 'object', properties: {} } } }
          ]
        }
      : {}),
    ...(i % 3 !== 1 && i % 7 === 0 ? { logprobs: true, top_logprobs: 2 } : {})
  }))
  const inTurn: string[] = []
  for (const body of bodies) inTurn.push((await ask(one, body)).text)
  // Seven and sixty share no divisor, so this visits all of them in another order.
  const shuffled = bodies.map((_, i) => (i * 7) % bodies.length)
  const parallel = new Map<number, string>()
  await Promise.all(shuffled.map(async i => parallel.set(i, (await ask(two, bodies[i])).text)))
  // Equal requests differ only by their order, so their responses are compared as a set.
  const sorted = (texts: string[]) => [...texts].sort()
  t.same(sorted([...parallel.values()]), sorted(inTurn))
  for (const [i, text] of inTurn.entries())
    if (bodies.filter(body => JSON.stringify(body) === JSON.stringify(bodies[i])).length === 1)
      t.equal(parallel.get(i), text)
  t.equal(new Set(inTurn).size, inTurn.length, 'equal requests have different ids')
})

t.test(
  'a response of 128 choices with all log probabilities is complete, and the server responds meanwhile',
  async t => {
    const own = await build(t, {
      logLevel: 'silent',
      fixtures: t.testdir({ 'a.yaml': `match: { lastUser: long }\nreply: { text: ${'apple '.repeat(30).trim()} }` })
    })
    const body = {
      model: 'gpt-4o',
      messages: [{ role: 'user', content: 'long' }],
      n: 128,
      logprobs: true,
      top_logprobs: 20
    }
    let isComplete = false
    const large = ask(own, body).then(response => {
      isComplete = true
      return response
    })
    const { status: otherStatus } = await ask(own)
    t.equal(otherStatus, 200)
    t.equal(isComplete, false, 'a small response does not wait for a large response')
    const { status, text } = await large
    t.equal(status, 200)
    const { choices, usage } = JSON.parse(text)
    t.equal(choices.length, 128)
    for (const { logprobs } of choices)
      if (logprobs.content.length !== 30 || logprobs.content[29].top_logprobs.length !== 20)
        t.fail('an entry is missing')
    t.ok(usage.completion_tokens >= 128 * 30, `${usage.completion_tokens} tokens`)
  }
)

t.test('a stream of 25,000 tokens with a pace has the events of the same stream without a pace', async t => {
  const own = await build(t, {
    logLevel: 'silent',
    seed: 'same',
    fixtures: t.testdir({ 'a.yaml': `match: { lastUser: long }\nreply: { text: ${'apple '.repeat(25_000).trim()} }` })
  })
  const body = { ...about('long'), stream: true, stream_options: { include_usage: true } }
  const paced = ask(own, body, { headers: { 'x-mock-timing': 'firstTokenMs=50, interTokenMs=0.005' } })
  t.equal((await ask(own)).status, 200, 'other requests are answered meanwhile')
  const [withPace, withoutPace] = [await paced, await ask(own, body)].map(({ text }) =>
    chunksOf(text).map(({ choices, usage }) => ({ choices, usage }))
  )
  t.equal(withPace!.length, 25_003)
  t.ok(isDeepStrictEqual(withPace, withoutPace))
  const tooLong = await ask(own, { ...body, n: 4 }, { headers: { 'x-mock-timing': 'interTokenMs=1' } })
  t.match([tooLong.status, errorOf(tooLong)], [400, { code: 'budget_exceeded', message: /bytes/ }])
  t.equal((await ask(own, { ...body, n: 4 })).status, 200, 'without a pace, it is sent in parts')
})

t.test('a large stream ends with [DONE], and its journal entry has the start of its text', async t => {
  const own = await build(t, {
    logLevel: 'silent',
    fixtures: t.testdir({ 'a.yaml': `match: { lastUser: long }\nreply: { text: ${'apple '.repeat(300).trim()} }` })
  })
  const { status, text } = await ask(own, {
    model: 'gpt-4o',
    messages: [{ role: 'user', content: 'long' }],
    n: 40,
    stream: true,
    stream_options: { include_usage: true },
    logprobs: true,
    top_logprobs: 20
  })
  t.equal(status, 200)
  const chunks = chunksOf(text)
  t.equal(chunks.filter(({ choices }) => choices[0]?.finish_reason === 'stop').length, 40)
  t.equal(chunks.filter(({ usage }) => usage).length, 1)
  t.ok(text.endsWith('data: [DONE]\n\n'))
  const [exchange] = own.requests()
  t.ok(text.startsWith(String(exchange?.answer)))
  t.ok(String(exchange?.answer).length > 3_000_000)
  t.equal(exchange?.streamed, true)
})

t.test(
  'a response above its budget is an API error that names the limit, and the journal has what was spent',
  async t => {
    const own = await build(t, { logLevel: 'silent', fixtures: 'none' })
    const schema = {
      type: 'object',
      properties: { list: { type: 'array', items: { type: 'string' }, minItems: 50_000 } },
      required: ['list']
    }
    const bodies: [object, RegExp][] = [
      [{ n: 128, response_format: { type: 'json_schema', json_schema: { name: 'x', schema } } }, /units of work/],
      [
        {
          tools: [{ type: 'function', function: { name: 'get_list', parameters: schema } }],
          tool_choice: { type: 'function', function: { name: 'get_list' } }
        },
        /units of work/
      ]
    ]
    for (const [rest, limit] of bodies) {
      const response = await ask(own, { ...hello, ...rest })
      t.equal(response.status, 400)
      t.match(errorOf(response), { code: 'budget_exceeded', message: limit })
      const exchange = own.requests().at(-1)
      t.equal(exchange?.refusal?.name, 'budget_exceeded')
      t.ok(exchange!.budget!.work > 100_000, `${exchange?.budget?.work}`)
      t.equal((await ask(own)).status, 200, 'the next request is answered')
    }
  }
)

t.test('equal requests to equal servers spend the same, and a request without a completion spends nothing', async t => {
  const bodies = [hello, { ...hello, stream: true }, { ...hello, n: 5, logprobs: true, top_logprobs: 3 }]
  const spend = async (): Promise<unknown[]> => {
    const own = await build(t, { logLevel: 'silent', fixtures: 'none' })
    for (const body of bodies) await ask(own, body)
    await ask(own, { ...hello, model: 5 })
    return own.requests().map(({ budget }) => budget)
  }
  const spent = await spend()
  t.same(spent, await spend())
  t.match(spent, [{ work: Number, bytes: Number }, { work: Number }, { work: Number }, undefined])
})

t.test('a body with thousands of unknown fields is repaired with few checks', async t => {
  const own = await build(t, { logLevel: 'silent' })
  const unknown = Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`k${at}`, at]))
  for (const mode of ['warn', 'off'])
    t.equal(
      (await ask(own, { ...unknown, ...hello, temperature: 1 }, { headers: { 'x-mock-validate': mode } })).status,
      200
    )
  t.equal((await ask(own, { ...unknown, ...hello })).status, 400)
})
