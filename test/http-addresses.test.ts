/** Addresses under which programs call an operation, compressed bodies, and errors for operations that the server does not have. */

import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type ClientHttp2Session, connect } from 'node:http2'
import { request as httpsRequest } from 'node:https'
import { text as readText } from 'node:stream/consumers'
import * as zlib from 'node:zlib'
import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import t from 'tap'
import { explainDeadEnd } from '../src/http/dead-end.js'
import { createAddressReader } from '../src/http/request-address.js'
import { createServer, type ServerOptions } from '../src/index.js'
import { ask, build, errorOf, hello, helloFixture } from './helper.js'

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
    ['/s//v1/models', '/s//v1/models']
  ]
  const read = createAddressReader(['/api/', '/api/v1'], paths)
  for (const [url, expected, session] of rows)
    t.same(read(url), { url: expected, ...(session === undefined ? {} : { session }) }, url)
  const own = createAddressReader(['/api'], ['/s/{name}', '/api/chat/completions'])
  for (const url of ['/s/anna/v1/models', '/api/models']) t.same(own(url), { url }, `${url} is the document's`)
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
    t.match(errorOf(response).message, /Start it with --spec to answer from a document\.$/)
  }
  await ask(server, '{}', { url: '/v1/responses' })
  await ask(server, '{}', { url: '/v1/files/file-xyz789', method: 'DELETE' })
  const { deadEnds } = JSON.parse((await server.app.inject('/_mock/dead-ends')).body)
  t.match(deadEnds, [
    { method: 'POST', path: '/v1/responses', count: 2 },
    { method: 'DELETE', path: '/v1/files/{id}', count: 2 }
  ])
  await server.reset()
  t.same(JSON.parse((await server.app.inject('/_mock/dead-ends')).body), { deadEnds: [] })
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
