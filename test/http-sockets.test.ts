/** What clients do to a connection: requests that HTTP forbids, uploads that are cut short, and exceptions on the way. */
import { connect, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import pino from 'pino'
import t, { type Test } from 'tap'
import { resolveOptions } from '../src/core/resolve-options.js'
import { ResponseHead } from '../src/http/response/headers.js'
import { ResponseStream } from '../src/http/response/response-stream.js'
import { openServer } from '../src/server/server.js'
import { Scheduler } from '../src/stream/scheduler.js'
import { about, ask, build } from './helper.js'

const fields = 'host: localhost\r\nauthorization: Bearer sk-test\r\ncontent-type: application/json\r\n'
const helloJson = JSON.stringify(about('Hello!'))
const streamJson = JSON.stringify(about('Hello!', { stream: true }))
const get = (line: string, more = '') => `${line}\r\n${fields}${more}\r\n`
const post = (more = '', body: string | Buffer = helloJson, line = 'POST /v1/chat/completions HTTP/1.1') =>
  Buffer.concat([
    Buffer.from(`${line}\r\n${fields}${more}content-length: ${Buffer.byteLength(body)}\r\n\r\n`),
    Buffer.from(body)
  ])
const chunked = (chunks: string, more = '') =>
  `${get('POST /v1/chat/completions HTTP/1.1', `transfer-encoding: chunked\r\n${more}`)}${chunks}`
const helloChunk = `${helloJson.length.toString(16)}\r\n${helloJson}\r\n`
const mistyped = 'nonsense\r\n\r\n'

/** What a client sends over one connection, the statuses of the responses, and whether the server closes the connection. */
const connections: [sentence: string, sent: string | Buffer, statuses: number[], closes?: 'closes'][] = [
  ['two requests at once', Buffer.concat([post(), post()]), [200, 200]],
  ['a request and then nonsense', Buffer.concat([post(), Buffer.from(mistyped)]), [200, 400], 'closes'],
  ['nonsense', mistyped, [400], 'closes'],
  ['a TLS handshake', Buffer.from('16030100a5010000a1', 'hex'), [400], 'closes'],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', [400], 'closes'],
  ['HTTP/2.0 in the request line', post('', helloJson, 'POST /v1/chat/completions HTTP/2.0'), [400], 'closes'],
  ['HTTP/0.9 in the request line', post('', helloJson, 'POST /v1/chat/completions HTTP/0.9'), [400], 'closes'],
  ['HTTP/1.0', post('', helloJson, 'POST /v1/chat/completions HTTP/1.0'), [200], 'closes'],
  ['two Host headers', get('GET /v1/models HTTP/1.1', 'Host: y\r\n'), [400]],
  ['two Host headers under /_mock/', get('GET /_mock/health HTTP/1.1', 'Host: y\r\n'), [400]],
  ['no Host header', 'GET /v1/models HTTP/1.1\r\n\r\n', [400], 'closes'],
  ['a chunked body with a trailer', chunked(`${helloChunk}0\r\nx-a: b\r\n\r\n`, 'trailer: x-a\r\n'), [200]],
  ['a chunk without a size', chunked('zz\r\n'), [400], 'closes'],
  ['a length and chunks', chunked(`${helloChunk}0\r\n\r\n`, 'content-length: 5\r\n'), [400], 'closes'],
  ['two lengths', post('content-length: 5\r\n'), [400], 'closes'],
  ['a length that is too small', String(post()).replace(/length: \d+/, 'length: 5'), [400, 400], 'closes'],
  ['a length above the limit', get('POST /v1/chat/completions HTTP/1.1', 'content-length: 99999999\r\n'), [413]],
  ['an expectation to continue', post('expect: 100-continue\r\n'), [100, 200]],
  ['another expectation', post('expect: more\r\n'), [417]],
  ['an offer of HTTP/2', post('connection: Upgrade\r\nupgrade: h2c\r\n'), [200]],
  ['a wish for a WebSocket', get('GET /v1/models HTTP/1.1', 'connection: Upgrade\r\nupgrade: websocket\r\n'), [200]],
  ['a wish for a tunnel', 'CONNECT a:443 HTTP/1.1\r\nhost: a\r\n\r\n', [], 'closes'],
  ['a compressed body', post('content-encoding: gzip\r\n', gzipSync(helloJson)), [200]],
  ['a body with an unknown compression', post('content-encoding: lzma\r\n', gzipSync(helloJson)), [415]],
  ['a body that starts with a byte order mark', post('', `\ufeff${helloJson}`), [400]],
  ['a body in UTF-16', post('', Buffer.from(helloJson, 'utf16le')), [400]],
  ['a NUL in a text', post('', helloJson.replace('Hello', '\0')), [400]],
  ['an escaped NUL in a text', post('', helloJson.replace('Hello', '\\u0000')), [200]],
  ['a slash at the end of the path', post('', helloJson, 'POST /v1/chat/completions/ HTTP/1.1'), [200]],
  ['a slash before the query', get('GET /v1/models/?a=b HTTP/1.1'), [200]],
  ['a slash after the id of a model', get('GET /v1/models/gpt-4o/ HTTP/1.1'), [200]],
  ['HEAD of the models', get('HEAD /v1/models HTTP/1.1'), [200]],
  ['HEAD of a model that does not exist', get('HEAD /v1/models/none HTTP/1.1'), [404]],
  ['HEAD of the stored completions', get('HEAD /v1/chat/completions HTTP/1.1'), [200]],
  ['HEAD of the health', get('HEAD /health HTTP/1.1'), [200]],
  ['HEAD under /_mock/', get('HEAD /_mock/requests HTTP/1.1'), [200]],
  ['OPTIONS without an Origin', get('OPTIONS /v1/chat/completions HTTP/1.1'), [204]],
  ['OPTIONS of the server', get('OPTIONS * HTTP/1.1'), [204]],
  ['OPTIONS under /_mock/ without an Origin', get('OPTIONS /_mock/reset HTTP/1.1'), [204]],
  ['a path that is no URL', get('GET // HTTP/1.1'), [404]],
  ['a URL with a bad port', get('GET http://a:99999/v1/models?delay=1 HTTP/1.1'), [404]],
  ['a Host that is no host', 'GET /%zz?%zz HTTP/1.1\r\nhost: a b:x\r\n\r\n', [404]]
]

interface Connection {
  socket: Socket
  received(): string
  closed: Promise<unknown>
}

function openConnection(t: Test, url: string): Connection {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname).setEncoding('latin1')
  t.teardown(() => socket.destroy())
  let bytes = ''
  socket.on('data', text => (bytes += text)).on('error', () => undefined)
  return { socket, received: () => bytes, closed: new Promise(resolve => socket.once('close', resolve)) }
}

const statusesOf = (bytes: string) => [...bytes.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status))

async function until(isDone: () => boolean): Promise<void> {
  while (!isDone()) await new Promise(resolve => setImmediate(resolve))
}

t.test('whatever a client sends over a connection, it gets responses that HTTP allows', async t => {
  const server = await build(t)
  const url = await server.listen()
  const ask = async ([, sent, statuses, closes]: (typeof connections)[number]) => {
    const connection = openConnection(t, url)
    connection.socket.write(sent)
    if (closes) await connection.closed
    else await until(() => statusesOf(connection.received()).length === statuses.length)
    connection.socket.destroy()
    return statusesOf(connection.received())
  }
  const received = await Promise.all(connections.map(ask))
  for (const [at, [sentence, , statuses]] of connections.entries()) t.same(received[at], statuses, sentence)
  // The server sees that each client has left: it would else wait for them when it closes.
  const { server: http } = server.app
  while (await new Promise(resolve => http.getConnections((_, count) => resolve(count))))
    await new Promise(resolve => setImmediate(resolve))
  const pieces = openConnection(t, url)
  for (const byte of post()) pieces.socket.write(Buffer.of(byte))
  await until(() => pieces.received().includes('chat.completion'))
  const har = await server.app.inject('/_mock/requests?format=har')
  t.equal(har.statusCode, 200, 'the journal is exported')
  t.same(
    server.requests().filter(({ status }) => status >= 500),
    []
  )
})

const words = 'Grüße aus Köln an alle in der Stadt, und bis bald!'
const tool = { type: 'function', function: { name: 'get_weather', parameters: { type: 'object', properties: {} } } }

/** Streams without a pace, of each way in which the server builds a stream. */
const streams: Record<string, object> = {
  'a fixture': about('Say words'),
  'a fixture again': about('Say words'),
  'a generated text': about('Tell me about zebras'),
  usage: about('Say words', { stream_options: { include_usage: true } }),
  'two choices': about('Tell me about zebras', { n: 2 }),
  'log probabilities': about('Say words', { logprobs: true, top_logprobs: 2 }),
  'a tool call': about('Hello!', { tools: [tool], tool_choice: 'required' }),
  'a stored stream': about('Say words', { store: true }),
  'a stream of one token': about('Say words', { max_tokens: 1 }),
  'a large stream': about('Tell me about zebras', { n: 128, logprobs: true, top_logprobs: 20 })
}

/** Sends a stream over a connection, and returns the parts that the client reads. */
async function readStream(t: Test, url: string, body: object, version = '1.1'): Promise<string[]> {
  const { socket, received } = openConnection(t, url)
  const reads: string[] = []
  socket.on('data', text => reads.push(String(text)))
  const closed = new Promise(resolve => socket.once('close', resolve))
  socket.write(post('', JSON.stringify({ ...body, stream: true }), `POST /v1/chat/completions HTTP/${version}`))
  if (version === '1.0') await closed
  else await until(() => received().endsWith('\r\n0\r\n\r\n'))
  socket.destroy()
  return reads
}

/** The chunks of a chunked body in Latin-1, in which each character is a byte. */
function parseChunks(body: string): string[] {
  const chunks: string[] = []
  for (let at = 0; ; ) {
    const lineEnd = body.indexOf('\r\n', at)
    const size = Number.parseInt(body.slice(at, lineEnd), 16)
    if (size === 0) return chunks
    chunks.push(body.slice(lineEnd + 2, lineEnd + 2 + size))
    at = lineEnd + size + 4
  }
}

t.test('each event of a stream is one chunk, and a client reads an unpaced stream in several pieces', async t => {
  const fixtures = [{ match: { lastUser: 'Say words' }, reply: { text: words } }]
  for (const streamWrites of ['several', 'one'] as const) {
    const server = await build(t, { streamWrites })
    for (const fixture of fixtures) await server.add(fixture)
    const url = await server.listen()
    for (const [name, body] of Object.entries(streams)) {
      const reads = await readStream(t, url, body)
      const [head = '', rest = ''] = reads.join('').split(/\r\n\r\n(.*)/s)
      t.match(head, /^HTTP\/1\.1 200 OK\r\n/, name)
      t.match(head, /\r\ntransfer-encoding: chunked/i, name)
      t.notMatch(head, /content-length/i, name)
      const chunks = parseChunks(rest)
      t.ok(
        chunks.every(chunk => /^data: [^\n]*\n\n$/.test(chunk)),
        `${name}: each chunk is one event`
      )
      t.equal(chunks.at(-1), 'data: [DONE]\n\n', name)
      if (name === 'a large stream') continue
      if (streamWrites === 'one') t.equal(reads.length, 1, `${name} in one write`)
      else {
        t.equal(reads.length, Math.min(5, chunks.length), `${name} in several writes`)
        t.match(reads[0], /\r\n\r\n[0-9a-f]+\r\ndata: [^\n]*\n\n\r\n$/, `${name}: the first event is alone`)
      }
    }
    const old = await readStream(t, url, streams['a fixture']!, '1.0')
    t.match(old.join(''), /\r\n\r\n(?:data: [^\n]*\n\n)+$/, 'HTTP/1.0 has no chunks')
    t.notMatch(old.join(''), /content-length|transfer-encoding/i)
    t.same(
      server.requests().filter(({ aborted, streamed }) => aborted || !streamed),
      [],
      'the journal has whole streams'
    )
  }
})

t.test('a client that leaves between two writes of a stream is aborted', async t => {
  const server = await build(t)
  const url = await server.listen()
  const { socket, received } = openConnection(t, url)
  socket.write(post('', JSON.stringify(about('Tell me about zebras', { stream: true }))))
  socket.once('data', () => socket.resetAndDestroy())
  await until(() => server.requests().length === 1)
  t.match(server.requests()[0], { aborted: true, streamed: true, status: 200 })
  t.notMatch(received(), /\[DONE\]/)
})

t.test('a client that leaves or sends nonsense in the middle is aborted, without an error of the server', async t => {
  const lines: { level: number; msg: string }[] = []
  const log = pino({ level: 'debug' }, { write: text => void lines.push(JSON.parse(text)) })
  const server = await openServer(resolveOptions({ serverOptions: { port: 0, bodyLimitMb: 1 } }), log)
  t.teardown(() => server.close())
  const url = await server.listen()
  const journaled = async (count: number) => {
    await until(() => server.requests().length === count)
    const { status, aborted, refusal } = server.requests().at(-1)!
    return { status, aborted, refusal: refusal?.name }
  }
  const cut = openConnection(t, url)
  cut.socket.write(post().subarray(0, -10))
  await until(() => cut.socket.bytesWritten > 100)
  await fetch(`${url}/health`)
  cut.socket.resetAndDestroy()
  t.same(await journaled(1), { status: 0, aborted: true, refusal: undefined }, 'an upload that is cut short')

  const large = openConnection(t, url)
  large.socket.write(chunked(`100001\r\n${'x'.repeat(0x100001)}\r\n`))
  await until(() => large.received().includes('413'))
  large.socket.resetAndDestroy()
  t.same(await journaled(2), { status: 413, aborted: false, refusal: 'body_too_large' }, 'a body above the limit')

  const running = openConnection(t, url)
  running.socket.write(post('x-mock-timing: interTokenMs=60000\r\n', streamJson))
  await until(() => running.received().includes('data: '))
  running.socket.write(mistyped)
  await running.closed
  t.same(statusesOf(running.received()), [200], 'no second head')
  t.same(await journaled(3), { status: 200, aborted: true, refusal: undefined }, 'nonsense during a stream')

  const half = openConnection(t, url)
  half.socket.end(post('x-mock-timing: firstTokenMs=60000\r\n'))
  await half.closed
  t.same(await journaled(4), { status: 0, aborted: true, refusal: undefined }, 'a client that waits for nothing')
  t.same(
    lines.filter(({ level }) => level >= 40),
    [],
    'no warning and no error'
  )
  t.ok(lines.some(({ level, msg }) => level === 20 && msg === 'the client left before its request was complete'))
  const { body } = await server.app.inject('/_mock/metrics')
  t.notMatch(body, /status="500"/)
  t.match(body, /status="0"/)
})

/** Where an exception of Standin itself happens, what the client sees, and whether its response is complete. */
const bugs: [sentence: string, place: object, method: string, request: Buffer, statuses: number[], isEnded: boolean][] =
  [
    [
      'in a timer, before the head',
      ResponseHead.prototype,
      'setDefaultContentType',
      post('x-mock-timing: firstTokenMs=1\r\n'),
      [500],
      true
    ],
    [
      'in a timer, in a stream',
      ResponseStream.prototype,
      'write',
      post('x-mock-timing: firstTokenMs=1\r\n', streamJson),
      [200],
      false
    ],
    [
      'in a timer of a fault',
      ResponseStream.prototype,
      'play',
      post('x-mock-fault: delay=1\r\n', streamJson),
      [200],
      false
    ],
    [
      'before the head of a stream',
      ResponseHead.prototype,
      'setDefaultContentType',
      post('x-mock-timing: interTokenMs=1\r\n', streamJson),
      [500],
      true
    ],
    [
      'after the response is taken over',
      ResponseStream.prototype,
      'openRaw',
      post('x-mock-fault: split\r\n'),
      [500],
      true
    ],
    [
      'in the scheduler',
      Scheduler.prototype,
      'play',
      post('x-mock-timing: interTokenMs=1\r\n', streamJson),
      [200],
      false
    ],
    ['in a handler', Scheduler.prototype, 'at', post('x-mock-timing: firstTokenMs=1\r\n'), [500], true],
    [
      'in a live stream',
      ResponseStream.prototype,
      'write',
      post('', JSON.stringify(about('live', { stream: true }))),
      [200],
      true
    ],
    [
      'in the operation of models',
      ResponseHead.prototype,
      'setDefaultContentType',
      Buffer.from(get('GET /v1/models HTTP/1.1')),
      [500],
      true
    ],
    [
      'in the operation of stored completions',
      ResponseHead.prototype,
      'setDefaultContentType',
      Buffer.from(get('GET /v1/chat/completions HTTP/1.1')),
      [500],
      true
    ]
  ]

t.test('an exception in a callback ends only its exchange', async t => {
  const lines: { level: number; msg: string; id: string; err: { stack: string } }[] = []
  const log = pino({ level: 'error' }, { write: text => void lines.push(JSON.parse(text)) })
  const server = await openServer(resolveOptions({ serverOptions: { port: 0 } }), log)
  t.teardown(() => server.close())
  const url = await server.listen()
  await server.add({
    match: { lastUser: 'live' },
    reply: async function* () {
      yield 'Good day.'
    }
  })
  for (const [sentence, place, method, request, statuses, isEnded] of bugs) {
    const original = Object.getOwnPropertyDescriptor(place, method)!
    let isBroken = true
    const broken = function (this: object, ...args: unknown[]) {
      if (!isBroken) return original.value.apply(this, args)
      isBroken = false
      throw new Error(`broken ${method}`)
    }
    Object.defineProperty(place, method, { ...original, value: broken })
    const before = server.requests().length
    const connection = openConnection(t, url)
    connection.socket.write(request)
    if (isEnded) await until(() => connection.received().includes('standin_bug'))
    else await connection.closed
    Object.defineProperty(place, method, original)
    t.same(statusesOf(connection.received()), statuses, sentence)
    await until(() => server.requests().length > before)
    const { id, status, aborted, refusal } = server.requests().at(-1)!
    t.same([status, aborted, refusal?.name], [statuses[0], !isEnded, 'standin_bug'], sentence)
    const line = lines.at(-1)!
    t.match([line.msg, line.id, line.err.stack], ['unexpected error', id, /broken .*\n +at /], sentence)
    if (isEnded) t.ok(connection.received().includes(`its id, ${id}`), `${sentence}: the client sees the id`)
  }
  t.equal(lines.length, bugs.length)
  t.equal((await ask(server)).status, 200, 'the server still responds')
})
