/** Addresses under which programs call an operation, compressed bodies, and errors for operations that the server does not have. */

import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type ClientHttp2Session, connect } from 'node:http2'
import { request as httpsRequest } from 'node:https'
import { join } from 'node:path'
import { text as readText } from 'node:stream/consumers'
import * as zlib from 'node:zlib'
import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import t from 'tap'
import type { Choice, ChunkChoice } from '../src/core/openai-types.js'
import { explainDeadEnd } from '../src/http/dead-end.js'
import { createAddressReader } from '../src/http/request-address.js'
import { createServer, type ServerOptions } from '../src/index.js'
import { ask, build, chunksOf, errorOf, eventsOf, hello, helloFixture } from './helper.js'

const chat = '/v1/chat/completions'

t.test('an address is read as a path of the document', t => {
  const paths = [chat, '/chat/completions', '/v1/models']
  const rows: [url: string, read: string, session?: string][] = [
    ['/v1/chat/completions', '/v1/chat/completions'],
    ['/api/v1/chat/completions', '/chat/completions'],
    ['/api/v1/models?a=/api/v1', '/models?a=/api/v1'],
    ['/api/v1', '/'],
    ['/api/v1?x=1', '/?x=1'],
    ['/api/v10/models', '/v10/models'],
    ['/api/models', '/models'],
    ['/apis/models', '/apis/models'],
    ['/s/anna/v1/chat/completions', '/v1/chat/completions', 'anna'],
    ['/s/a%20b%2Fc/v1/models', '/v1/models', 'a b/c'],
    ['/s/anna/api/v1/models', '/models', 'anna'],
    ['/s/anna', '/s/anna'],
    ['/s/%zz/v1/models', '/s/%zz/v1/models'],
    ['/s//v1/models', '/s//v1/models'],
    ['/openai', '/openai'],
    ['/openai/', '/openai/'],
    ['/openai/v1/v1/models', '/openai/v1/v1/models'],
    ['/openai/deployments/%zz/embeddings', '/openai/deployments/%zz/embeddings'],
    ['/openaix/models', '/openaix/models']
  ]
  const read = createAddressReader(['/api/', '/api/v1'], paths)
  for (const [url, expected, session] of rows)
    t.same(read(url), { url: expected, ...(session === undefined ? {} : { session }) }, url)
  const azureRows: [
    url: string,
    read: string,
    deployment: string | undefined,
    isComplete: boolean,
    session?: string
  ][] = [
    ['/openai/deployments/a/chat/completions?api-version=1', '/chat/completions?api-version=1', 'a', true],
    ['/openai/deployments/a/chat/completions?x=1&api-version=1', '/chat/completions?x=1&api-version=1', 'a', true],
    ['/openai/deployments/a/embeddings', '/embeddings', 'a', false],
    ['/openai/deployments/a/embeddings?api-version=', '/embeddings?api-version=', 'a', false],
    ['/openai/deployments/a%2Fb%20c/embeddings', '/embeddings', 'a/b c', false],
    ['/openai/deployments?api-version=1', '/deployments?api-version=1', undefined, true],
    ['/openai/v1/chat/completions', '/chat/completions', undefined, true],
    ['/openai/models?api-version=1', '/models?api-version=1', undefined, true],
    ['/openai/models', '/models', undefined, false],
    ['/api/openai/v1/models', '/models', undefined, true],
    ['/s/anna/openai/deployments/a/embeddings', '/embeddings', 'a', false, 'anna']
  ]
  for (const [url, expected, deployment, isComplete, session] of azureRows)
    t.same(
      read(url),
      { url: expected, azure: { deployment, isComplete }, ...(session === undefined ? {} : { session }) },
      url
    )
  t.same(createAddressReader(['/openai/v1'], paths)('/openai/v1/models'), { url: '/models' }, 'a base path comes first')
  const own = createAddressReader(['/api'], ['/s/{name}', '/api/chat/completions', '/openai/v1/models'])
  for (const url of ['/s/anna/v1/models', '/api/models', '/openai/v1/models', '/openai/models'])
    t.same(own(url), { url }, `${url} is the document's`)
  t.end()
})

t.test('each base path serves every operation, with and without a slash at the end', async t => {
  const server = await build(t, { basePath: ['/api/v1', '/proxy/openai/'] })
  for (const base of ['/v1', '', '/api/v1', '/proxy/openai']) {
    t.equal((await ask(server, hello, { url: `${base}/chat/completions` })).status, 200, base)
    t.equal((await ask(server, hello, { url: `${base}/chat/completions/` })).status, 200, `${base} with a slash`)
    t.match(await ask(server, '', { method: 'GET', url: `${base}/models?x=1` }), { status: 200, text: /gpt-4o/ })
  }
  t.equal((await ask(server, hello, { url: '/other/chat/completions' })).status, 404)
  const urls = server.requests().map(({ url }) => url)
  t.match(
    urls,
    [chat, /./, /./, '/chat/completions', /./, /./, '/api/v1/chat/completions'],
    'the journal has the URL of the client'
  )
})

t.test('a base path must be a path', async t => {
  for (const basePath of ['api', '/', '/a b', '/a?b', 'https://a.test/v1', ''])
    await t.rejects(build(t, { basePath }), { message: /^basePath: expected a path such as \/api\/v1/ }, basePath)
})

t.test('a session in the path counts as the header x-mock-session', async t => {
  const server = await build(t)
  await server.add({ ...helloFixture, reply: { text: 'For Anna' } }, 'anna')
  t.match((await ask(server, hello, { url: `/s/anna${chat}`, key: 'sk-any' })).text, 'For Anna')
  t.match((await ask(server, hello, { url: '/s/anna/chat/completions', key: 'sk-any' })).text, 'For Anna')
  t.notMatch((await ask(server, hello, { key: 'sk-any' })).text, 'For Anna')
  t.notMatch((await ask(server, hello, { url: `/s/bea${chat}` })).text, 'For Anna')
  const header = { headers: { 'x-mock-session': 'bea' } }
  t.notMatch((await ask(server, hello, { url: `/s/anna${chat}`, ...header })).text, 'For Anna', 'the header wins')
  t.same(
    server.requests({ session: 'anna' }).map(({ url }) => url),
    [`/s/anna${chat}`, '/s/anna/chat/completions']
  )
  const page = { headers: { origin: 'https://evil.test' } }
  t.equal((await ask(server, hello, { url: `/s/anna${chat}`, ...page })).status, 400, 'a page cannot name a session')
  t.equal((await ask(server, hello, { url: `/s/anna${chat}`, key: null })).status, 401)
})

t.test('compressed bodies are read in every encoding that Node has', async t => {
  const server = await build(t)
  const text = JSON.stringify(hello)
  const zstd = (zlib as { zstdCompressSync?: (data: string) => Buffer }).zstdCompressSync
  const bodies: [encoding: string, body: Buffer][] = [
    ['gzip', gzipSync(text)],
    ['x-gzip', gzipSync(text)],
    ['GZIP', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['deflate', deflateRawSync(text)],
    ['br', brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })],
    ['identity', Buffer.from(text)],
    ...(zstd ? [['zstd', zstd(text)] as [string, Buffer]] : [])
  ]
  for (const [encoding, body] of bodies) {
    const response = await ask(server, body, { headers: { 'content-encoding': encoding } })
    t.equal(response.status, 200, encoding)
  }
  t.same(server.requests().at(-1)?.request, hello, 'the journal has the text')
})

t.test('a compressed body that cannot be read gets one error that says why', async t => {
  const server = await build(t, { bodyLimitMb: 1 })
  const send = async (encoding: string, body: Buffer) => {
    const response = await ask(server, body, { headers: { 'content-encoding': encoding } })
    return [response.status, errorOf(response).code, errorOf(response).message] as const
  }
  const text = JSON.stringify(hello)
  const rows: [encoding: string, body: Buffer, status: number, code: string | null, message: RegExp][] = [
    ['compress', gzipSync(text), 415, 'unsupported_content_encoding', /compress\. Expected one of gzip, .*identity/],
    ['gzip, br', gzipSync(text), 415, 'unsupported_content_encoding', /gzip, br/],
    ['__proto__', gzipSync(text), 415, 'unsupported_content_encoding', /__proto__/],
    ['gzip', Buffer.from(text), 400, 'broken_content_encoding', /not valid gzip: incorrect header check/],
    ['gzip', gzipSync(text).subarray(0, 20), 400, 'broken_content_encoding', /not valid gzip/],
    ['br', Buffer.from(text), 400, 'broken_content_encoding', /not valid br/],
    ['deflate', Buffer.from('x'), 400, 'broken_content_encoding', /not valid deflate/],
    ['gzip', gzipSync(Buffer.alloc(2 * 1024 * 1024, 32)), 413, null, /./],
    ['br', brotliCompressSync(Buffer.alloc(2 * 1024 * 1024, 32)), 413, null, /./],
    ['gzip', gzipSync('{'), 400, null, /parse the JSON body/]
  ]
  for (const [encoding, body, status, code, message] of rows) {
    const sent = await send(encoding, body)
    t.match(sent, [status, code ?? sent[1], message], `${encoding} ${body.length}`)
  }
})

t.test('an operation that only the service has gets an error that says what to do', async t => {
  const server = await build(t)
  const asked: [method: 'GET' | 'POST' | 'DELETE', url: string, operation: string][] = [
    ['POST', '/v1/responses', 'POST /v1/responses'],
    ['POST', '/responses', 'POST /responses'],
    ['GET', '/v1/responses/resp_1?stream=true', 'GET /v1/responses/resp_1'],
    ['POST', '/v1/assistants', 'POST /v1/assistants'],
    ['DELETE', '/v1/files/file-abc123', 'DELETE /v1/files/file-abc123'],
    ['POST', '/v1/audio/speech/', 'POST /v1/audio/speech']
  ]
  for (const [method, url, operation] of asked) {
    const response = await ask(server, '{}', { method, url })
    t.equal(response.status, 404)
    t.match(errorOf(response), {
      message: new RegExp(`^Standin does not serve ${operation}\\. It serves (.*, )?POST /v1/chat/completions`),
      type: 'invalid_request_error',
      param: null,
      code: 'operation_not_served'
    })
    t.match(errorOf(response).message, /Start it with --spec to answer from a document\.( Most clients |$)/)
  }
  t.equal(
    errorOf(await ask(server, '{}', { url: '/v1/assistants' })).message,
    'Standin does not serve POST /v1/assistants. It serves POST /v1/chat/completions, GET /v1/models, POST /v1/embeddings, ' +
      'POST /v1/moderations, POST /v1/completions. Start it with --spec to answer from a document.'
  )
  t.match(
    errorOf(await ask(server, '{}', { url: '/v1/responses' })).message,
    /\. Most clients have a setting for chat completions\.$/
  )
  await ask(server, '{}', { url: '/v1/responses' })
  await ask(server, '{}', { url: '/v1/files/file-xyz789', method: 'DELETE' })
  const { deadEnds } = JSON.parse((await server.app.inject('/_mock/dead-ends')).body)
  t.match(deadEnds, [
    { method: 'POST', path: '/v1/responses', count: 3 },
    { method: 'POST', path: '/v1/assistants', count: 2 },
    { method: 'DELETE', path: '/v1/files/{id}', count: 2 }
  ])
  await server.reset()
  t.same(JSON.parse((await server.app.inject('/_mock/dead-ends')).body), { deadEnds: [] })
})

t.test('the error names a dozen of many operations', t => {
  const served = Array.from({ length: 300 }, (_, index) => [`GET /v1/things${index}`, `POST /v1/things${index}/{id}`])
  t.match(
    explainDeadEnd('POST', '/v1/responses', served.flat())?.apiError.params?.served,
    /^GET \/v1\/things0, (GET \/v1\/things\d+,? ){11}and 288 more$/
  )
  t.end()
})

t.test('what the service does not have either stays an empty 404', async t => {
  const empty = { status: 404, text: '' }
  const check = async (options: ServerOptions, rows: [method: 'GET' | 'POST' | 'PUT', url: string][]) => {
    const server = await build(t, options)
    for (const [method, url] of rows) t.match(await ask(server, '{}', { method, url }), empty, `${method} ${url}`)
  }
  await check({}, [
    ['POST', '/v1/nope'],
    ['POST', '/v1/models'],
    ['PUT', '/v1/chat/completions'],
    ['GET', '/other'],
    ['GET', '/v1']
  ])
  await check({ deadEnds: 'service' }, [
    ['POST', '/v1/responses'],
    ['POST', '/v1/v1/chat/completions']
  ])
})

t.test('a base path that comes twice is named', async t => {
  const server = await build(t, { basePath: ['/api'] })
  for (const [url, single] of [
    ['/v1/v1/chat/completions', '/v1/chat/completions'],
    ['/v1/v1/responses', '/v1/responses'],
    ['/v1/v1', '/v1']
  ] as const)
    t.match(errorOf(await ask(server, hello, { url })), { code: 'doubled_base_path', message: `Expected ${single}: ` })
  t.equal(explainDeadEnd('GET', '/v1/v12/x', []), undefined)
})

t.test('/ and /_mock lead to the page, and a wrong endpoint gets the names of all', async t => {
  const server = await build(t)
  for (const url of ['/', '/?a=b']) {
    const { statusCode, headers } = await server.app.inject(url)
    t.match([statusCode, headers.location], [302, /^\/_mock\//], url)
  }
  t.match((await server.app.inject('/_mock')).body, '<!doctype html>')
  const wrong = await ask(server, '', { method: 'GET', url: '/_mock/request' })
  t.match([wrong.status, errorOf(wrong).message], [404, /Did you mean GET \/_mock\/requests\?.*POST \/_mock\/verify/])
  t.match(errorOf(await ask(server, '{}', { url: '/_mock/verified' })).message, /Did you mean POST \/_mock\/verify\?/)
})

const tlsOptions = { tlsCert: 'test/tls/cert.pem', tlsKey: 'test/tls/key.pem' }
const ca = readFileSync('test/tls/cert.pem')
const requestHeaders = { authorization: 'Bearer sk-test', 'content-type': 'application/json' }

/** Sends a request over HTTP/1.1 with TLS. */
async function sendTls(url: string, body: unknown): Promise<{ status: number; text: string }> {
  const request = httpsRequest(`${url}${chat}`, { method: 'POST', ca, headers: requestHeaders, agent: false })
  request.end(JSON.stringify(body))
  const [response] = await once(request, 'response')
  return { status: response.statusCode, text: await readText(response) }
}

/** Sends a request in a session of HTTP/2. */
async function sendHttp2(session: ClientHttp2Session, body: unknown, path = chat) {
  const stream = session.request({ ':method': 'POST', ':path': path, ...requestHeaders })
  stream.end(JSON.stringify(body))
  const [headers] = await once(stream, 'response')
  return { status: headers[':status'], headers, text: await readText(stream) }
}

t.test('with a certificate, the server speaks HTTP/1.1 and HTTP/2 over TLS', async t => {
  const server = await build(t, tlsOptions)
  await server.add(helloFixture)
  const url = await server.listen()
  t.match(url, /^https:\/\/127\.0\.0\.1:\d+$/)
  t.match(await sendTls(url, hello), { status: 200, text: /How can I help/ })
  t.match((await sendTls(url, { ...hello, stream: true })).text, /\ndata: \[DONE\]\n\n$/)
  const session = connect(url, { ca })
  t.teardown(() => session.destroy())
  const answers = await Promise.all([
    ...Array.from({ length: 20 }, () => sendHttp2(session, hello)),
    sendHttp2(session, { ...hello, stream: true })
  ])
  for (const { status, text } of answers.slice(0, 20)) t.match([status, text], [200, /How can I help/])
  t.match(answers[20]!.text, /^data: \{[\s\S]*\ndata: \[DONE\]\n\n$/)
  t.match(answers[0]!.headers, { 'x-request-id': /^req_/, 'content-type': 'application/json' })
  t.match(await sendHttp2(session, { ...hello, temperature: 3 }), { status: 400, text: /'temperature'/ })
  t.match(await sendHttp2(session, hello, '/s/anna/v1/chat/completions'), { status: 200 })
  t.equal(server.requests().length, 25)
  const pending = session.request({
    ':method': 'POST',
    ':path': chat,
    ...requestHeaders,
    'x-mock-fault': 'reset; after=1'
  })
  pending.end(JSON.stringify({ ...hello, stream: true }))
  const [error] = await once(pending, 'error')
  t.match(error, { code: 'ERR_HTTP2_STREAM_ERROR' }, 'a broken stream is broken over HTTP/2 too')
  t.match(await sendHttp2(session, hello), { status: 200 }, 'other streams of the session go on')
})

t.test('a server with a certificate closes, also with open sessions of HTTP/2', async t => {
  const server = await createServer({ ...tlsOptions, closeMs: 200 })
  const session = connect(await server.listen(), { ca })
  session.on('error', () => {})
  const stream = session.request({
    ':method': 'POST',
    ':path': chat,
    ...requestHeaders,
    'x-mock-timing': 'firstTokenMs=0, interTokenMs=60000'
  })
  stream.on('error', () => {})
  stream.end(JSON.stringify({ ...hello, stream: true }))
  await once(stream, 'response')
  await server.close()
  if (!session.closed) await once(session, 'close')
  t.ok(session.closed)
})

t.test('a certificate that cannot be used is one error that says where', async t => {
  const other = t.testdir({
    'text.pem': 'hello',
    'key.pem': readFileSync('test/tls/key.pem')
      .toString()
      .replace(/[A-Z]{3}/, 'AAA')
  })
  const rows: [ServerOptions, RegExp][] = [
    [{ tlsCert: 'test/tls/cert.pem' }, /^--tls-cert: there is no key, expected --tls-key FILE too/],
    [{ tlsKey: 'test/tls/key.pem' }, /^--tls-key: there is no certificate, expected --tls-cert FILE too/],
    [
      { ...tlsOptions, tlsCert: 'absent.pem' },
      /^--tls-cert absent\.pem: can't be read \(ENOENT\), expected a PEM file/
    ],
    [{ ...tlsOptions, tlsKey: `${other}/text.pem` }, /^--tls-key .*text\.pem: is not PEM/],
    [
      { ...tlsOptions, tlsKey: 'test/tls/cert.pem' },
      /^--tls-cert .*, --tls-key .*: .*, expected a certificate and its own key/
    ]
  ]
  for (const [options, message] of rows) await t.rejects(createServer(options), { name: 'ConfigError', message })
})

const deployments = '/openai/deployments'
const azureChat = (deployment = 'gpt-4o') => `${deployments}/${deployment}/chat/completions?api-version=2024-10-21`
const apiKey = { key: null, headers: { 'api-key': 'sk-test' } }
const azure = (deployment?: string) => ({ url: azureChat(deployment), ...apiKey })
const { model: _model, ...helloOfDeployment } = hello

const withoutResults = (value: unknown) =>
  JSON.parse(JSON.stringify(value, (name, each) => (/^(content|prompt)_filter_results$/.test(name) ? undefined : each)))

/** What differs between any two responses, and the tier, which Azure leaves out. */
const variable = /^(id|created|service_tier|obfuscation|logprob|top_logprobs)$/
const withoutVariable = (value: unknown) =>
  JSON.parse(JSON.stringify(value, (name, each) => (variable.test(name) ? undefined : each)))

/** The names of a JSON text are in alphabetical order in every object. */
function isSorted(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  const names = Object.keys(value)
  return (Array.isArray(value) || names.join() === [...names].sort().join()) && Object.values(value).every(isSorted)
}

t.test('an answer of Azure has the bytes that were recorded', async t => {
  const server = await build(t, { seed: 's' })
  await server.add(helloFixture)
  const { status, headers, text } = await ask(server, helloOfDeployment, azure('gpt-4.1-mini'))
  const safe = '{"filtered":false,"severity":"safe"}'
  const clean = '{"detected":false,"filtered":false}'
  const prompt = `{"hate":${safe},"jailbreak":${clean},"self_harm":${safe},"sexual":${safe},"violence":${safe}}`
  const content = `{"hate":${safe},"protected_material_code":${clean},"protected_material_text":${clean},"self_harm":${safe},"sexual":${safe},"violence":${safe}}`
  const { id, system_fingerprint } = JSON.parse(text)
  t.equal(status, 200)
  t.equal(
    text,
    `{"choices":[{"content_filter_results":${content},"finish_reason":"stop","index":0,"logprobs":null,"message":{"annotations":[],"content":"Hello! How can I help you today?","refusal":null,"role":"assistant"}}],"created":1735689600,"id":"${id}","model":"gpt-4.1-mini-2025-04-14","object":"chat.completion","prompt_filter_results":[{"prompt_index":0,"content_filter_results":${prompt}}],"system_fingerprint":"${system_fingerprint}","usage":{"completion_tokens":9,"completion_tokens_details":{"accepted_prediction_tokens":0,"audio_tokens":0,"reasoning_tokens":0,"rejected_prediction_tokens":0},"prompt_tokens":9,"prompt_tokens_details":{"audio_tokens":0,"cached_tokens":0},"total_tokens":18}}\n`
  )
  t.match(headers, {
    'apim-request-id': headers['x-request-id'],
    'x-ms-deployment-name': 'gpt-4.1-mini',
    'x-ms-rai-invoked': 'true',
    'openai-version': undefined,
    'content-type': 'application/json'
  })
  const stream = await ask(server, { ...helloOfDeployment, stream: true }, azure())
  const [first, opening, ...rest] = eventsOf(stream.text)
  t.equal(
    first,
    `{"choices":[],"created":0,"id":"","model":"","object":"","prompt_filter_results":[{"prompt_index":0,"content_filter_results":${prompt}}]}`
  )
  t.match(
    opening,
    /^\{"choices":\[\{"content_filter_results":\{\},"delta":\{"content":"","refusal":null,"role":"assistant"\}/
  )
  t.ok(rest.slice(0, -2).every(event => event.startsWith(`{"choices":[{"content_filter_results":${content},"delta":`)))
  t.match(rest.at(-2), /^\{"choices":\[\{"content_filter_results":\{\},"delta":\{\},"finish_reason":"stop"/)
  t.equal(rest.at(-1), '[DONE]')
})

const weather = { type: 'function', function: { name: 'get_weather', parameters: { type: 'object', properties: {} } } }
const azureBodies: [what: string, body: object][] = [
  ['text', {}],
  ['reasoning', { model: 'gpt-5-mini' }],
  ['tool calls', { tools: [weather], tool_choice: 'required' }],
  ['log probabilities', { logprobs: true, top_logprobs: 2 }],
  ['several choices', { n: 3 }],
  ['a JSON object', { messages: [{ role: 'user', content: 'Say JSON' }], response_format: { type: 'json_object' } }],
  ['a cut text', { max_tokens: 3 }],
  ['a large response', { n: 20, messages: [{ role: 'user', content: 'Tell me a story in 300 words.' }] }]
]

for (const stream of [false, true])
  t.test(`${stream ? 'a stream' : 'an answer'} of Azure says the same as that of OpenAI, in its own form`, async t => {
    const server = await build(t)
    for (const [what, more] of azureBodies) {
      const body: Record<string, unknown> = {
        ...hello,
        ...more,
        ...(stream ? { stream, stream_options: { include_usage: true } } : {})
      }
      const read = ({ text }: { text: string }): Record<string, unknown>[] =>
        stream ? (chunksOf(text) as unknown as Record<string, unknown>[]) : [JSON.parse(text)]
      const plain = read(await ask(server, body))
      const all = read(await ask(server, body, azure(String(body.model))))
      t.ok(
        all.every(each => isSorted(withoutResults(each))),
        `${what}: members are sorted`
      )
      const own = stream ? all.slice(1) : all
      const expected = plain.map(each => ({
        ...each,
        choices: (each.choices as object[]).map(choice => ({ logprobs: null, ...choice }))
      }))
      t.same(withoutVariable(own.map(withoutResults)), withoutVariable(expected), what)
      const hasResults = ({ content_filter_results = {}, ...choice }: Partial<Choice & ChunkChoice>) =>
        Object.keys(content_filter_results).length === ((choice.delta ?? choice.message)?.content ? 6 : 0)
      t.ok(
        own.every(({ choices }) => (choices as Choice[]).every(hasResults)),
        `${what}: texts have results`
      )
    }
  })

t.test('a text that the filter ends has the category in its last results', async t => {
  const server = await build(t)
  await server.add({ match: {}, reply: { text: 'Well', finishReason: 'content_filter' } })
  const { choices } = JSON.parse((await ask(server, helloOfDeployment, azure())).text)
  t.match(choices[0], { finish_reason: 'content_filter', content_filter_results: { hate: { filtered: true } } })
  const chunks = chunksOf((await ask(server, { ...helloOfDeployment, stream: true }, azure())).text)
  t.match(chunks.at(-1)!.choices[0], { content_filter_results: { hate: { filtered: true, severity: 'high' } } })
})

t.test('a function that streams its reply has the form of Azure too', async t => {
  const server = await build(t)
  await server.add({
    match: {},
    reply: async function* () {
      yield 'One '
      yield 'two'
    }
  })
  const chunks = chunksOf((await ask(server, { ...helloOfDeployment, stream: true }, azure())).text)
  t.equal(chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join(''), 'One two')
  t.match(chunks[0], { choices: [], prompt_filter_results: [{ prompt_index: 0 }] })
  t.ok(chunks.slice(1).every(({ choices }) => choices[0]?.content_filter_results))
})

t.test('a fault damages a response of Azure in its form', async t => {
  const server = await build(t)
  const body = { ...helloOfDeployment, stream: true }
  const headers = { ...apiKey.headers, 'x-mock-fault': 'truncate; after=2' }
  const { text } = await ask(server, body, { ...azure(), headers })
  t.match(text, /^data: \{"choices":\[\],"created":0,.*prompt_filter_results/)
  t.notMatch(text, /\[DONE\]/)
})

t.test('responses of OpenAI stay the same beside those of Azure, byte for byte', async t => {
  const server = await build(t)
  await server.add(helloFixture)
  const mask = (text: string) => text.replace(/chatcmpl-\w+/g, 'chatcmpl-#').replace(/"created": ?\d+/g, '"created"')
  for (const body of [hello, { ...hello, stream: true }, { ...hello, temperature: 1, max_tokens: 5 }]) {
    const texts: string[] = []
    for (let round = 0; round < 4; round++) {
      texts.push(mask((await ask(server, body)).text))
      t.match((await ask(server, body, azure())).text, /content_filter_results/)
    }
    t.equal(new Set(texts).size, 1)
    t.notMatch(texts[0], /filter_results/)
  }
})

t.test('the deployment is the model, whatever the body says', async t => {
  const server = await build(t)
  await server.add({ match: { model: 'team-chat' }, reply: { text: 'For the team' } })
  const snapshots: Record<string, string> = { 'gpt-4o': 'gpt-4o-2024-08-06', 'gpt-4.1': 'gpt-4.1-2025-04-14' }
  for (const body of [helloOfDeployment, hello, { ...hello, model: null }, { ...hello, model: 'gpt-3.5-turbo' }])
    for (const deployment of ['gpt-4o', 'gpt-4.1', 'gpt-4o'])
      t.equal(JSON.parse((await ask(server, body, azure(deployment))).text).model, snapshots[deployment])
  t.match(JSON.parse((await ask(server, hello)).text), { model: snapshots['gpt-4o'] }, 'a plain request has its own')
  t.match((await ask(server, hello, azure('team-chat'))).text, 'For the team')
  t.equal(server.requests({ model: 'team-chat' }).length, 1)
  t.same(server.requests({ model: 'team-chat' })[0]?.request, hello, 'the journal has the body of the client')
  const v1 = await ask(server, { ...hello, model: 'gpt-4.1' }, { url: '/openai/v1/chat/completions', ...apiKey })
  t.match(JSON.parse(v1.text), { model: snapshots['gpt-4.1'], prompt_filter_results: [{}] })
})

t.test('an address of Azure reads the key of its header, or a token', async t => {
  const server = await build(t, { key: ['sk-right'] } as ServerOptions)
  const denied = {
    error: { code: '401', message: /^Access denied due to invalid subscription key or wrong API endpoint\./ }
  }
  const rows: [headers: Record<string, string>, status: number][] = [
    [{ 'api-key': 'sk-right' }, 200],
    [{ authorization: 'Bearer sk-right' }, 200],
    [{ 'api-key': 'sk-right', authorization: 'Bearer sk-wrong' }, 200],
    [{ 'api-key': '', authorization: 'Bearer sk-right' }, 200],
    [{ 'api-key': 'sk-wrong' }, 401],
    [{ 'api-key': 'sk-wrong', authorization: 'Bearer sk-right' }, 401],
    [{ 'api-key': '' }, 401],
    [{}, 401]
  ]
  for (const [headers, status] of rows) {
    const response = await ask(server, helloOfDeployment, { url: azureChat(), key: null, headers })
    t.equal(response.status, status, JSON.stringify(headers))
    if (status === 401) t.match(JSON.parse(response.text), denied)
    if (status === 401) t.same(Object.keys(JSON.parse(response.text).error), ['code', 'message'])
  }
  t.equal(
    (await ask(server, hello, { key: null, headers: { 'api-key': 'sk-right' } })).status,
    401,
    'on other addresses'
  )
  const secret = 'sk-abcdefghijklmnop'
  await ask(server, helloOfDeployment, { url: azureChat(), key: null, headers: { 'api-key': secret } })
  t.notMatch(JSON.stringify(server.requests()), secret, 'the journal masks the key')
})

t.test('errors under an address of Azure are those of Azure', async t => {
  const server = await build(t, { unknownModels: 'refuse' })
  const notFound = { error: { code: '404', message: 'Resource not found' } }
  const noDeployment = {
    error: { code: 'DeploymentNotFound', message: /^The API deployment for this resource does not exist\./ }
  }
  const filtered = {
    error: { code: 'content_filter', status: 400, innererror: { code: 'ResponsibleAIPolicyViolation' } }
  }
  const rows: [url: string, status: number, body: object, prefer?: string][] = [
    [azureChat('nobody'), 404, noDeployment],
    [`${deployments}/gpt-4o/chat/completions`, 404, notFound],
    [`${deployments}/gpt-4o/nope?api-version=1`, 404, notFound],
    ['/openai/v1/nope', 404, notFound],
    [azureChat(), 400, filtered, 'azure_content_filter'],
    [azureChat(), 401, { error: { code: '401' } }, 'invalid_api_key'],
    [`${deployments}/gpt-4o/responses?api-version=1`, 404, { error: { code: 'operation_not_served' } }]
  ]
  for (const [url, status, body, prefer] of rows) {
    const headers = { ...apiKey.headers, ...(prefer ? { prefer: `code=${prefer}` } : {}) }
    const response = await ask(server, hello, { url, key: null, headers })
    t.match([response.status, JSON.parse(response.text)], [status, body], `${url} ${prefer ?? ''}`)
  }
  const v1 = { url: '/openai/v1/chat/completions', ...apiKey }
  t.match(JSON.parse((await ask(server, { ...hello, model: 'nobody' }, v1)).text), noDeployment)
  t.match(errorOf(await ask(server, { ...hello, temperature: 5 }, azure())), { code: 'decimal_above_max_value' })
})

t.test('every operation of a document is under the addresses of Azure, with the deployment as its model', async t => {
  const document = (path: string) => ({
    openapi: '3.1.0',
    info: { title: 'Vectors', version: '1' },
    paths: {
      [path]: {
        post: {
          operationId: 'createEmbedding',
          requestBody: {
            required: true,
            content: {
              'application/json': {
                schema: {
                  type: 'object',
                  required: ['model'],
                  properties: { model: { type: 'string', enum: ['small'] } }
                }
              }
            }
          },
          responses: { 200: { description: 'OK', content: { 'application/json': { example: { object: 'list' } } } } }
        }
      }
    }
  })
  const serve = (path: string) =>
    build(t, { spec: join(t.testdir({ 'document.json': JSON.stringify(document(path)) }), 'document.json') })
  const server = await serve('/embeddings')
  const embed = (deployment: string) =>
    ask(server, { input: 'a' }, { url: `${deployments}/${deployment}/embeddings?api-version=1`, ...apiKey })
  t.match(await embed('small'), { status: 200, text: /"list"/ })
  t.equal((await embed('large')).status, 400, 'the model of the body is the deployment')
  const own = await serve('/openai/deployments/{name}/embeddings')
  t.equal((await ask(own, { model: 'small' }, { url: `${deployments}/x/embeddings` })).status, 200, 'its own path')
})
