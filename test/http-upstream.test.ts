/** Forwards requests to an upstream and its responses to the client. A failed upstream becomes an API error. */
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import t from 'tap'
import type { ServerOptions } from '../src/index.js'
import {
  about,
  ask,
  build,
  buildRecorder,
  chunk,
  complete,
  completionJson,
  createUpstream,
  errorOf,
  events,
  eventsOf,
  hello,
  json
} from './helper.js'

t.test(
  'the upstream gets the body and headers of the client, with the key of the client or of --key-from-env',
  async t => {
    const received: { url?: string; headers: Record<string, unknown>; body: string }[] = []
    const upstream = await createUpstream(t, async (request, response) => {
      let body = ''
      for await (const part of request) body += part
      received.push({ url: request.url!, headers: request.headers, body })
      response.writeHead(200, { ...json, 'x-request-id': 'req_theirs', 'set-cookie': 'a=b' }).end(completionJson('Hi.'))
    })
    const account = { 'openai-organization': 'org-mine', 'openai-project': 'proj_mine', cookie: 'a=mine' }
    const headers = { 'x-title': 'mine', ...account, 'x-mock-session': 's' }
    const own = await buildRecorder(t, upstream)
    const body = JSON.stringify({ ...hello, seed: 7 })
    const response = await ask(own.server, body, { headers })
    t.match(response, {
      status: 200,
      text: completionJson('Hi.'),
      headers: { 'x-request-id': 'req_theirs', 'set-cookie': undefined }
    })
    t.match(received[0], { url: '/v1/chat/completions', body })
    t.match(received[0]!.headers, {
      authorization: 'Bearer sk-test',
      'x-title': 'mine',
      ...account
    })
    t.equal(received[0]!.headers['x-mock-session'], undefined)
    process.env.STANDIN_TEST_UPSTREAM_KEY = 'sk-of-the-upstream'
    t.teardown(() => delete process.env.STANDIN_TEST_UPSTREAM_KEY)
    const theirs = await buildRecorder(t, upstream, { keyFromEnv: 'STANDIN_TEST_UPSTREAM_KEY' })
    await ask(theirs.server, about('Another'), { headers })
    t.match(received[1]!.headers, { authorization: 'Bearer sk-of-the-upstream', 'x-title': 'mine' })
    for (const name of Object.keys(account))
      t.equal(received[1]!.headers[name], undefined, `the ${name} of the client is not sent with another key`)
  }
)

t.test('a stream is forwarded event by event, and its fixture is written before the end is sent', async t => {
  let more: (() => void) | undefined
  const upstream = await createUpstream(t, (_request, response) => {
    response.writeHead(200, events)
    const pieces = [': hello\n\n', chunk('Hal'), chunk('lo.').slice(0, 9), chunk('lo.').slice(9), chunk('', 'stop')]
    more = () => {
      const piece = pieces.shift()
      if (piece === undefined) response.end('data: [DONE]\n\n')
      else response.write(piece)
    }
    more()
  })
  const { server, files, read } = await buildRecorder(t, upstream)
  const url = await server.listen()
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { ...json, authorization: 'Bearer sk-test' },
    body: JSON.stringify({ ...hello, stream: true })
  })
  t.equal(response.headers.get('content-type'), 'text/event-stream')
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  const arrived: string[] = []
  // The client gets each event before the upstream sends the next. Half an event waits for its other half.
  for (const steps of [1, 2, 1, 1]) {
    arrived.push((await reader.read()).value!)
    for (let step = 0; step < steps; step++) more!()
  }
  t.same(arrived, [': hello\n\n', chunk('Hal'), chunk('lo.'), chunk('', 'stop')])
  t.same((await reader.read()).value, 'data: [DONE]\n\n')
  t.equal(files().length, 1, 'the fixture is written when the client gets the end')
  t.match(read(), /text: Hallo\.\n/)
  t.equal([.../chunkMs: \[ (.*) \]/.exec(read())![1]!.matchAll(/[\d.]+/g)].length, 2)
})

t.test('a client that disconnects before the response aborts the request to the upstream', async t => {
  const controller = new AbortController()
  let left = () => {}
  const gone = new Promise<void>(resolve => {
    left = resolve
  })
  const upstream = await createUpstream(t, request => {
    request.socket.once('close', () => left())
    controller.abort()
  })
  const { server, files } = await buildRecorder(t, upstream)
  await t.rejects(
    fetch(`${await server.listen()}/v1/chat/completions`, {
      method: 'POST',
      headers: { ...json, authorization: 'Bearer sk-test' },
      body: JSON.stringify(hello),
      signal: controller.signal
    })
  )
  await gone
  await server.close()
  t.same(files(), [])
  t.match(server.requests(), [{ aborted: true, fixture: undefined, refusal: undefined }])
})

t.test(
  'a client that disconnects during a stream aborts the request to the upstream, and nothing is written',
  async t => {
    let left = () => {}
    const gone = new Promise<void>(resolve => {
      left = resolve
    })
    const upstream = await createUpstream(t, (_request, response) => {
      response.writeHead(200, events).write(chunk('Hal'))
      response.once('close', () => left())
    })
    const { server, files } = await buildRecorder(t, upstream)
    const controller = new AbortController()
    const response = await fetch(`${await server.listen()}/v1/chat/completions`, {
      method: 'POST',
      headers: { ...json, authorization: 'Bearer sk-test' },
      body: JSON.stringify({ ...hello, stream: true }),
      signal: controller.signal
    })
    await response.body!.getReader().read()
    controller.abort()
    await gone
    await server.close()
    t.same(files(), [])
    t.match(server.requests(), [{ aborted: true, status: 200, fixture: undefined }])
  }
)

/** Writes a start, and then the same part as fast as it is read. */
function repeat(target: Writable, start: string | Buffer, part: string | Buffer): void {
  target.on('error', () => {})
  target.write(start)
  const fill = () => {
    if (!target.destroyed) target.write(part, () => setImmediate(fill))
  }
  fill()
}

/** Writes a start, and then the same part many times a second. */
function trickle(target: Writable, start: string, part: string): void {
  target.on('error', () => {})
  target.write(start)
  const timer = setInterval(() => target.write(part), 20)
  target.once('close', () => clearInterval(timer))
}

const broken: Record<string, { upstream: RequestListener; status: number; message: RegExp }> = {
  'no JSON': {
    upstream: (_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
    status: 502,
    message: /^The upstream http:\S+\/v1\/chat\/completions answered 200 with text\/html, expected JSON\.$/
  },
  'a gateway that is down': {
    upstream: (_request, response) => response.writeHead(503, { 'content-type': 'text/html' }).end('<html>'),
    status: 502,
    message: / answered 503 with text\/html, expected JSON\.$/
  },
  'other JSON': {
    upstream: (_request, response) => response.writeHead(200, json).end('{"hello":"world"}'),
    status: 502,
    message: / answered 200 with JSON that is neither a completion nor an error\.$/
  },
  'half a body': {
    upstream: (_request, response) => {
      response.writeHead(200, { ...json, 'content-length': '100' }).write('{"choices":', () => response.destroy())
    },
    status: 502,
    message: / broke off before its answer was over\.$/
  },
  'no response': {
    upstream: request => request.socket.destroy(),
    status: 502,
    message: / broke off before its answer was over\.$/
  },
  silence: {
    upstream: () => {},
    status: 504,
    message: / said nothing for 100 ms\. --upstream-timeout-ms sets how long to wait\.$/
  },
  'silence after the head': {
    upstream: (_request, response) => response.writeHead(200, events).flushHeaders(),
    status: 504,
    message: / said nothing for 100 ms\./
  },
  'an empty stream': {
    upstream: (_request, response) => response.writeHead(200, events).end(),
    status: 502,
    message: / ended its stream before the answer was over\.$/
  },
  'a change of the protocol': {
    upstream: request => request.socket.write('HTTP/1.1 101 Hi\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n'),
    status: 502,
    message: / answered 101, expected a completion or an error\.$/
  },
  'a change to no protocol': {
    upstream: request => request.socket.write('HTTP/1.1 101 Hi\r\n\r\n'),
    status: 502,
    message: / answered 101, expected a completion or an error\.$/
  },
  'a redirect': {
    upstream: (_request, response) => response.writeHead(307, { ...json, location: '/' }).end(completionJson('Hi.')),
    status: 502,
    message: / answered 307, expected a completion or an error\.$/
  },
  garbage: {
    upstream: request => request.socket.end('SSH-2.0-OpenSSH_9.2\r\n'),
    status: 502,
    message: / can't be reached or understood \(HPE_INVALID_CONSTANT\)\.$/
  },
  'large headers': {
    upstream: (_request, response) => response.writeHead(200, { ...json, x: 'a'.repeat(40_000) }).end('{}'),
    status: 502,
    message: / can't be reached or understood \(HPE_HEADER_OVERFLOW\)\.$/
  },
  'headers without end': {
    upstream: request => repeat(request.socket, 'HTTP/1.1 200 OK\r\n', `x: ${'a'.repeat(1000)}\r\n`),
    status: 502,
    message: / can't be reached or understood \(HPE_HEADER_OVERFLOW\)\.$/
  },
  'headers that trickle': {
    upstream: request => trickle(request.socket, 'HTTP/1.1 200 OK\r\n', 'x: y\r\n'),
    status: 504,
    message: / did not end its answer within 1000 ms\. --upstream-timeout-ms sets how long to wait\.$/
  },
  'interim responses without end': {
    upstream: request => trickle(request.socket, '', 'HTTP/1.1 100 Continue\r\n\r\n'),
    status: 504,
    message: / did not end its answer within 1000 ms\./
  },
  'a body that trickles': {
    upstream: (_request, response) => trickle(response.writeHead(200, json), '{"choices": [', ' '),
    status: 504,
    message: / did not end its answer within 1000 ms\./
  },
  'a body without end': {
    upstream: (_request, response) => repeat(response.writeHead(200, json), '{"choices": [', ' '.repeat(1024 * 1024)),
    status: 502,
    message: / sent more than 32 MiB, expected a smaller answer\.$/
  },
  'a line without end': {
    upstream: (_request, response) => repeat(response.writeHead(200, events), 'data: ', ' '.repeat(1024 * 1024)),
    status: 502,
    message: / sent more than 32 MiB, expected a smaller answer\.$/
  },
  'a small body that is large when it is decompressed': {
    upstream: (_request, response) =>
      response
        .writeHead(200, { ...json, 'content-encoding': 'gzip' })
        .end(gzipSync(Buffer.alloc(40 * 1024 * 1024, ' '))),
    status: 502,
    message: / sent more than 32 MiB, expected a smaller answer\.$/
  },
  'half a compressed body': {
    upstream: (_request, response) =>
      response
        .writeHead(200, { ...json, 'content-encoding': 'gzip' })
        .end(gzipSync(completionJson('Hi.')).subarray(0, 40)),
    status: 502,
    message: / can't be reached or understood \(Z_BUF_ERROR\)\.$/
  },
  'a compressed body that is not JSON, with bytes without end after it': {
    upstream: (_request, response) =>
      repeat(
        response.writeHead(200, { ...json, 'content-encoding': 'gzip' }),
        gzipSync('<html>'),
        Buffer.alloc(1024 * 1024)
      ),
    status: 502,
    message: / answered 200 with application\/json, expected JSON\.$/
  },
  'a stream without JSON': {
    upstream: (_request, response) => response.writeHead(200, events).end('data: <html>\n\n'),
    status: 502,
    message: / sent "<html>" in its stream, expected JSON\.$/
  }
}

const breaks: Record<string, { upstream: RequestListener; message: RegExp }> = {
  breaks: {
    upstream: (_request, response) =>
      response.writeHead(200, events).write(`${chunk('Hal')}data: {"cho`, () => response.destroy()),
    message: / broke off before its answer was over\.$/
  },
  'falls silent': {
    upstream: (_request, response) => void response.writeHead(200, events).write(chunk('Hal')),
    message: / said nothing for 100 ms\./
  },
  'goes on without an end': {
    upstream: (_request, response) =>
      repeat(response.writeHead(200, events), chunk('Hal'), `: ${'-'.repeat(1024 * 1024)}\n`),
    message: / sent more than 32 MiB, expected a smaller answer\.$/
  },
  'trickles without an end': {
    upstream: (_request, response) => trickle(response.writeHead(200, events), chunk('Hal'), ': ping\n\n'),
    message: / did not end its answer within 1000 ms\./
  },
  'ends too soon': {
    upstream: (_request, response) => void response.writeHead(200, events).end(chunk('Hal')),
    message: / ended its stream before the answer was over\.$/
  }
}

t.test('a failed upstream becomes an API error with one message, and nothing is written', async t => {
  let listener: RequestListener = () => {}
  const sockets = new Set<Socket>()
  const url = await createUpstream(t, (request, response) => {
    sockets.add(request.socket)
    request.socket.once('close', () => sockets.delete(request.socket))
    listener(request, response)
  })
  const { server: hasty, files } = await buildRecorder(t, url, { upstreamTimeoutMs: 100 })
  const { server: patient } = await buildRecorder(t, url)
  for (const [name, { upstream, status, message }] of Object.entries(broken)) {
    listener = upstream
    const server = status === 504 ? hasty : patient
    const response = await ask(server, about(name, { stream: true }))
    t.equal(response.status, status, name)
    t.match(errorOf(response), { message, type: 'server_error', param: null, code: /^upstream_(failed|timeout)$/ })
    t.match(server.requests().at(-1), { status, fixture: undefined, refusal: { name: /^upstream_/ } }, name)
  }
  for (const [name, { upstream, message }] of Object.entries(breaks)) {
    listener = upstream
    const server = / ms/.test(message.source) ? hasty : patient
    const { status, text } = await ask(server, about(name, { stream: true }))
    t.equal(status, 200, name)
    t.ok(text.startsWith(chunk('Hal')), 'earlier events are forwarded')
    const { error } = JSON.parse(
      eventsOf(text)
        .at(-1)!
        .replace(/^\n?data: /, '')
    )
    t.match(error, { message, type: 'server_error', param: null, code: String }, name)
  }
  t.same(files(), [])
  // The time limit of the test ends a connection that stays open.
  while (sockets.size) await new Promise(resolve => setTimeout(resolve, 10))
})

t.test('a stream is over with [DONE], also when the upstream goes on', async t => {
  for (const tail of ['', '\n']) {
    let closed = () => {}
    const gone = new Promise<void>(resolve => {
      closed = resolve
    })
    const upstream = await createUpstream(t, (_request, response) => {
      response.once('close', () => closed())
      response.writeHead(200, events).write(chunk('Hallo.', 'stop'))
      const done = 'data: [DONE]\n\n'
      response.write(done.slice(0, done.length - tail.length))
      if (tail) setImmediate(() => response.write(tail))
    })
    const { server, read } = await buildRecorder(t, upstream, { fixtures: t.testdir({}) })
    t.equal((await ask(server, { ...hello, stream: true })).text, `${chunk('Hallo.', 'stop')}data: [DONE]\n\n`)
    await gone
    t.match(read(), /text: Hallo\.\n/)
  }
})

t.test('the error for an unreachable upstream does not contain the query of its URL', async t => {
  const { server, files } = await buildRecorder(t, 'http://127.0.0.1:1/v1?api-version=secret')
  const response = await ask(server)
  t.equal(response.status, 502)
  t.equal(
    errorOf(response).message,
    "The upstream http://127.0.0.1:1/v1/chat/completions can't be reached or understood (ECONNREFUSED)."
  )
  t.same(files(), [])
})

t.test('an error event of the upstream is forwarded, and nothing is written', async t => {
  const errorEvent = `data: {"error":{"message":"Overloaded.","type":"server_error","param":null,"code":null}}\n\n`
  const upstream = await createUpstream(t, (_request, response) =>
    response.writeHead(200, events).end(chunk('Hal') + errorEvent)
  )
  const { server, files } = await buildRecorder(t, upstream)
  t.equal((await ask(server, { ...hello, stream: true })).text, chunk('Hal') + errorEvent)
  t.same(files(), [])
})

t.test('a compressed response is decompressed, and a stream may lack [DONE]', async t => {
  const upstream = await createUpstream(t, (_request, response) =>
    response.writeHead(200, { ...events, 'content-encoding': 'gzip' }).end(gzipSync(chunk('Hallo.', 'stop')))
  )
  const { server, read } = await buildRecorder(t, upstream)
  t.equal((await ask(server, { ...hello, stream: true })).text, chunk('Hallo.', 'stop'))
  t.match(read(), /text: Hallo\.\n/)
})

t.test('a fixture that cannot be written does not affect the response', async t => {
  const upstream = await createUpstream(t, (_request, response) =>
    response.writeHead(200, json).end(completionJson('Hi.'))
  )
  const { server, directory } = await buildRecorder(t, upstream)
  rmSync(directory, { recursive: true })
  writeFileSync(directory, 'in the way')
  t.match((await complete(server)).choices[0], { message: { content: 'Hi.' } })
  t.ok(statSync(directory).isFile())
  rmSync(directory)
  mkdirSync(directory)
  await complete(server)
  t.equal(readdirSync(directory).length, 1, 'the next request writes it')
})

t.test('invalid options are reported before the start', async t => {
  const upstream = 'http://127.0.0.1:1/v1'
  const file = t.testdir({ 'a.yaml': 'reply: { text: x }' })
  const wrong: [ServerOptions, RegExp][] = [
    [{ unmatched: 'record' }, /^--unmatched record: no upstream, expected --upstream/],
    [{ upstream: 'nowhere' }, /^--upstream: "nowhere" is not a URL, expected a URL such as https:/],
    [{ unmatched: 'record', upstream: 'ftp://x/' }, /^--upstream: "ftp:\/\/x\/" is not a URL/],
    [{ unmatched: 'record', upstream: 'https://a:b@example.com/v1' }, /^--upstream: the URL has a password/],
    [
      { unmatched: 'record', upstream, keyFromEnv: 'STANDIN_TEST_NOT_SET' },
      /^--key-from-env STANDIN_TEST_NOT_SET: this variable is not set/
    ],
    [
      { unmatched: 'record', upstream, keyFromEnv: 'sk-my-own' },
      /^--key-from-env: expected the name of an environment variable/
    ],
    [{ unmatched: 'record', upstream, workers: 2 }, /^--workers 2: recording needs a single process/],
    [{ unmatched: 'record', upstream, fixtures: join(file, 'a.yaml') }, /a\.yaml: can't be written to \(EEXIST\)/],
    [{ replaySpeed: 0 }, /^replaySpeed: expected none or a number from 0\.001 to 1000, got 0/],
    [{ upstreamTimeoutMs: 0 }, /^upstreamTimeoutMs: expected a whole number/]
  ]
  for (const [options, message] of wrong) await t.rejects(build(t, options), { name: 'ConfigError', message })
  t.notOk(existsSync('sk-my-own'))
})
