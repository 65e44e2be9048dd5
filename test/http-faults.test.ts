/** Faults over HTTP: their effect on a client's socket, on the journal and on the official client. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { gunzipSync } from 'node:zlib'
import OpenAI, { APIConnectionError, APIError, RateLimitError } from 'openai'
import t, { type Test } from 'tap'
import type { Server, ServerOptions } from '../src/index.js'
import { ask, build, errorOf, hello, helloFixture } from './helper.js'

interface SocketResult {
  bytes: string
  raw: Buffer
  /** `end`, the code of an error, or `open` if the connection hangs. */
  end: string
}

interface SocketRequest {
  fault?: string
  body?: unknown
  path?: string
  headers?: Record<string, string>
  /** Closes the connection once the response matches, for connections that hang. */
  enough?: RegExp
  /** More data on the same connection, after the request. */
  more?: string
}

/** Sends a request over its own socket and returns the raw response. */
async function sendRaw(port: number, request: SocketRequest): Promise<SocketResult> {
  const { fault, body = hello, path = '/v1/chat/completions', headers = {}, enough, more = '' } = request
  const text = body === undefined ? '' : JSON.stringify(body)
  const lines = Object.entries({
    host: 'localhost',
    authorization: `Bearer sk-${fault?.replace(/\W/g, '')}-${text.includes('"stream":true')}`,
    'content-type': 'application/json',
    connection: more ? 'keep-alive' : 'close',
    ...(fault === undefined ? {} : { 'x-mock-fault': fault }),
    ...headers,
    'content-length': String(Buffer.byteLength(text))
  }).map(([name, value]) => `${name}: ${value}\r\n`)
  const socket = connect(port, '127.0.0.1')
  socket.write(`POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n${text}${more}`)
  const parts: Buffer[] = []
  let end = ''
  socket.on('error', (error: NodeJS.ErrnoException) => {
    end = error.code ?? 'error'
  })
  socket.on('end', () => {
    end ||= 'end'
  })
  socket.on('data', part => {
    parts.push(part)
    // A hanging connection is closed after the last expected bytes.
    if (enough?.test(Buffer.concat(parts).toString())) {
      end = 'open'
      socket.destroy()
    }
  })
  await new Promise(resolve => socket.on('close', resolve))
  const raw = Buffer.concat(parts)
  return { bytes: raw.toString(), raw, end }
}

async function listening(t: Test, options: ServerOptions = {}): Promise<{ server: Server; port: number }> {
  const server = await build(t, { closeMs: 50, ...options })
  await server.add(helloFixture)
  return { server, port: Number(new URL(await server.listen()).port) }
}

const bodyOf = (bytes: string) => bytes.slice(bytes.indexOf('\r\n\r\n') + 4)
/** The body of a chunked response. */
const unchunked = (bytes: string) => {
  let rest = bodyOf(bytes)
  let text = ''
  for (;;) {
    const size = Number.parseInt(rest, 16)
    const from = rest.indexOf('\r\n') + 2
    if (!size || from < 2) return text
    text += rest.slice(from, from + size)
    rest = rest.slice(from + size + 2)
  }
}

t.test('each fault has its effect on the socket, streamed and not', async t => {
  const { server, port } = await listening(t)
  const rows: [fault: string, stream: boolean, check: (result: SocketResult) => void, enough?: RegExp][] = [
    ['status=503', true, ({ bytes }) => t.match(bytes, /^HTTP\/1\.1 503 [\s\S]*overloaded/)],
    ['status=insufficient_quota', false, ({ bytes }) => t.match(bytes, /^HTTP\/1\.1 429 [\s\S]*insufficient_quota/)],
    ['close', true, ({ bytes, end }) => t.same([bytes, end], ['', 'end'])],
    ['reset', false, ({ bytes, end }) => t.same([bytes, end], ['', 'ECONNRESET'])],
    [
      'reset; after=2',
      true,
      ({ bytes, end }) => {
        t.equal(end, 'ECONNRESET')
        t.match(unchunked(bytes), /"content":"Hello"[\s\S]*"content":"!"/)
        t.notMatch(bytes, /DONE|How/)
      }
    ],
    [
      'close; after=50%',
      false,
      ({ bytes, end }) => {
        t.match(bytes, /^HTTP\/1\.1 200 OK[\s\S]*"object": "chat\.completion"/)
        t.equal(end, 'end')
        t.throws(() => JSON.parse(bodyOf(bytes)), 'half a body')
      }
    ],
    [
      'hang; after=0',
      true,
      ({ bytes, end }) => {
        t.equal(end, 'open')
        t.match(unchunked(bytes), /^data: .*"role":"assistant"/)
        t.notMatch(bytes, /"content":"Hello"/)
      },
      /assistant/
    ],
    ['hang; after=1', true, ({ bytes }) => t.notMatch(bytes, /"content":"!"/), /"content":"Hello"/],
    [
      'error; after=1',
      true,
      ({ bytes, end }) => {
        t.equal(end, 'end')
        t.match(unchunked(bytes), /"content":"Hello"[\s\S]*\n\ndata: \{"error":\{[^\n]*\}\}\n\n$/)
      }
    ],
    [
      'error; after=1; reset',
      true,
      ({ bytes, end }) => {
        t.equal(end, 'ECONNRESET')
        t.match(bytes, /"error":\{/)
      }
    ],
    ['truncate; after=1', true, ({ bytes }) => t.notMatch(unchunked(bytes), /\n\n$/)],
    ['malformed; after=1', true, ({ bytes }) => t.match(unchunked(bytes), /,\n\ndata: [\s\S]*\[DONE\]\n\n$/)],
    ['garbage; after=1', true, ({ bytes }) => t.match(unchunked(bytes), /\n\n<html>502 Bad Gateway<\/html>\n\ndata: /)],
    ['no-done', true, ({ bytes }) => t.notMatch(bytes, /DONE/)],
    ['no-finish', true, ({ bytes }) => t.notMatch(bytes, /"finish_reason":"stop"/)],
    ['duplicate; after=1', true, ({ bytes }) => t.equal(unchunked(bytes).split('"content":"!"').length, 3)],
    ['drop; after=1', true, ({ bytes }) => t.notMatch(unchunked(bytes), /"content":"!"/)],
    ['reorder; after=1', true, ({ bytes }) => t.match(unchunked(bytes), /"content":" How"[\s\S]*"content":"!"/)],
    ['split', true, ({ bytes }) => t.match(bytes, /\r\n\r\n1\r\nd\r\n1\r\na\r\n1\r\nt\r\n/)],
    ['merge', true, ({ bytes }) => t.equal(bytes.match(/\r\n[\da-f]+\r\ndata: /g)?.length, 1)],
    ['dribble=1', true, ({ bytes }) => t.match(bytes, /\r\n\r\n8\r\ndata: \{"\r\n8\r\n/)],
    ['comments', true, ({ bytes }) => t.match(unchunked(bytes), /^: keep-alive\n\ndata: /)],
    ['content-type=text/html', false, ({ bytes }) => t.match(bytes, /content-type: text\/html\r\n/i)],
    ['content-type=text/plain', true, ({ bytes }) => t.match(bytes, /content-type: text\/plain\r\n/i)],
    [
      'content-length=10',
      false,
      ({ bytes }) => {
        const length = Number(/content-length: (\d+)/i.exec(bytes)![1])
        t.equal(bodyOf(bytes).length, length - 10, 'ten bytes are missing')
      }
    ],
    [
      'content-length=-10',
      false,
      ({ bytes }) => {
        const length = Number(/content-length: (\d+)/i.exec(bytes)![1])
        t.ok(bodyOf(bytes).length > length, 'longer than content-length')
      }
    ],
    [
      'gzip',
      false,
      ({ raw, bytes }) => {
        t.match(bytes, /content-encoding: gzip\r\n/i)
        t.match(JSON.parse(gunzipSync(raw.subarray(raw.indexOf('\r\n\r\n') + 4)).toString()), {
          object: 'chat.completion'
        })
      }
    ],
    [
      'gzip',
      true,
      ({ raw, bytes }) => {
        t.match(bytes, /text\/event-stream[\s\S]*content-encoding: gzip\r\n|content-encoding: gzip[\s\S]*event-stream/i)
        t.match(gunzipSync(raw.subarray(raw.indexOf('\r\n\r\n') + 4)).toString(), /data: \[DONE\]\n\n$/)
      }
    ],
    [
      'empty',
      false,
      ({ bytes }) => {
        t.match(bytes, /^HTTP\/1\.1 200 OK[\s\S]*content-length: 0\r\n/i)
        t.equal(bodyOf(bytes), '')
      }
    ],
    ['delay=30', false, ({ bytes }) => t.match(JSON.parse(bodyOf(bytes)), { object: 'chat.completion' })]
  ]
  for (const [fault, stream, check, enough] of rows) {
    t.comment(`${fault}, ${stream ? 'streamed' : 'JSON'}`)
    check(await sendRaw(port, { fault, body: { ...hello, stream }, enough }))
  }
  const delayed = server.requests().find(({ fault }) => fault === 'delay; ms=30')!
  t.ok(delayed.durationMs >= 29, 'the response is late')
  t.equal(server.requests().filter(({ fault }) => fault).length, rows.length, 'the journal has each fault')
})

t.test('close ends the connection in the middle of the body, and reset resets it', async t => {
  const { server, port } = await listening(t)
  const long = ' responsibilities'.repeat(6000)
  await server.add({ match: { lastUser: 'long' }, reply: { text: long } })
  const endings = { close: 'end', reset: 'ECONNRESET' }
  const bodies: [name: string, content: string, minBytes: number][] = [
    ['a short reply', 'Hello!', 1],
    ['a long reply', 'long', 40_000]
  ]
  // The server does not read data after a request while the response is open.
  const next = `POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-length: 400000\r\n\r\n${'x'.repeat(300_000)}`
  for (const [kind, expected] of Object.entries(endings))
    for (const stream of [false, true])
      for (const [name, content, minBytes] of bodies)
        for (const more of ['', next])
          for (const after of ['', '; after=50%']) {
            const what = `${kind}${after} of ${name}, ${stream ? 'stream' : 'JSON'}${more && ', with unread data'}`
            const body = { model: 'gpt-4o', stream, messages: [{ role: 'user', content }] }
            const { bytes, end } = await sendRaw(port, { fault: kind + after, body, more })
            if (expected === 'end' || !more) t.equal(end, expected, what)
            if (after === '') {
              t.equal(bytes, '', `${what}: nothing was sent`)
              continue
            }
            if (expected === 'end') t.ok(bodyOf(bytes).length >= minBytes, `${what}: the first half was sent`)
            if (stream) t.notMatch(bytes, /\r\n0\r\n\r\n$|data: \[DONE\]/, `${what}: the body has no end`)
            else
              t.ok(
                bodyOf(bytes).length < Number(/content-length: (\d+)/i.exec(bytes)![1]),
                `${what}: the body is short`
              )
          }
  const { status } = await ask(server)
  t.equal(status, 200, 'the next request is answered')
})

const createTool = { type: 'function', function: { name: 'f', parameters: { type: 'object', properties: {} } } }
// The padding of a prepared stream differs from the padding of a stream that is built for its request.
const stream = { stream: true, stream_options: { include_obfuscation: false } }
const chat = (content: string, rest: object = {}) => ({
  model: 'gpt-4o',
  messages: [{ role: 'user', content }],
  ...rest
})
const chunkText = (content: string) => `data: {"id":"c","choices":[{"index":0,"delta":{"content":"${content}"}}]}\n\n`
const verbatimStream = `${chunkText('Hello')}${chunkText(' there,')}${chunkText(' you two!')}data: {"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n`
const verbatimJson =
  '{"id":"c","object":"chat.completion","choices":[{"index":0,"message":{"content":"Hello there, you two!"}}]}'

/** Requests whose responses are made in different ways. */
const forms: [name: string, body: object, headers?: Record<string, string>][] = [
  ['generated JSON', chat('Hello!')],
  ['generated stream', chat('Hello!', { ...stream })],
  ['paced JSON', chat('Hello!'), { 'x-mock-timing': 'firstTokenMs=2, interTokenMs=1' }],
  ['paced stream', chat('Hello!', { ...stream }), { 'x-mock-timing': 'firstTokenMs=2, interTokenMs=1' }],
  ['JSON with two choices', chat('Hello!', { n: 2 })],
  ['stream with two choices', chat('Hello!', { n: 2, ...stream })],
  ['JSON with a tool call', chat('tool', { tools: [createTool] })],
  ['stream with a tool call', chat('tool', { tools: [createTool], ...stream })],
  [
    'stream of audio',
    {
      ...chat('Hello!', { modalities: ['text', 'audio'], audio: { voice: 'alloy', format: 'pcm16' }, ...stream }),
      ...{ model: 'gpt-4o-audio-preview' }
    }
  ],
  ['stream of a function', chat('live', { ...stream })],
  ['verbatim JSON', chat('verbatim')],
  ['verbatim stream', chat('verbatim', { ...stream })],
  ['API error', chat('down')],
  ['API error of a stream', chat('down', { ...stream })]
]

const errorForms = /^API error/
const streamOnly = /^(error|no-done|no-finish|merge|comments)|commentMs|then=done|^malformed; after/

/** The words of the API error for a fault that cannot apply. */
function findProblem(fault: string, form: string, isStream: boolean): RegExp | undefined {
  if (!isStream && streamOnly.test(fault)) return /^x-mock-fault: .*: the response is JSON, and only streams can have /
  if (fault === 'no-finish' && form === 'stream of audio')
    return /^x-mock-fault: no-finish: the stream has no finish_reason$/
  return undefined
}

/** How each fault changes a response: its status, its body and its end. */
const effects: [
  fault: string,
  check: (t: Test, sound: SocketResult, faulty: SocketResult, isStream: boolean) => void
][] = [
  ['status=503', (t, _sound, { bytes }) => t.match(bytes, /^HTTP\/1\.1 503 /)],
  ['delay=15', (t, sound, faulty) => t.equal(contentOf(faulty), contentOf(sound))],
  ['delay=15; after=1', (t, sound, faulty) => t.equal(contentOf(faulty), contentOf(sound))],
  [
    'delay=45; after=1; commentMs=10',
    (t, sound, faulty) => {
      t.equal(contentOf(faulty).split(': keep-alive\n\n').length, 5)
      t.equal(contentOf(faulty).replaceAll(': keep-alive\n\n', ''), contentOf(sound))
    }
  ],
  ['hang; after=1', checkPrefix('open')],
  ['hang; after=1; commentMs=10', (t, _sound, { bytes, end }) => t.match([bytes, end], [/: keep-alive\n\n/, 'open'])],
  ['close', (t, _sound, { bytes, end }) => t.same([bytes, end], ['', 'end'])],
  ['close; after=1', checkPrefix('end')],
  ['reset', (t, _sound, { bytes, end }) => t.same([bytes, end], ['', 'ECONNRESET'])],
  ['reset; after=1', checkPrefix('ECONNRESET')],
  ['error; after=1', (t, _sound, faulty) => t.match(contentOf(faulty), /\n\ndata: \{"error":\{"message":.*\}\}\n\n$/)],
  [
    'error=rate_limit_exceeded; after=1; then=done',
    (t, _sound, faulty) =>
      t.match(contentOf(faulty), /\n\ndata: \{"error":\{.*"code":"rate_limit_exceeded"\}\}\n\ndata: \[DONE\]\n\n$/)
  ],
  ['error; error=503; then=reset', (t, _sound, { bytes, end }) => t.match([bytes, end], [/overloaded/, 'ECONNRESET'])],
  ['truncate; after=1', (t, sound, faulty) => t.ok(isPrefix(faulty, sound))],
  ['truncate; after=1; then=close', checkPrefix('end')],
  ['truncate; then=done', (t, _sound, faulty) => t.match(contentOf(faulty), /[^\n]data: \[DONE\]\n\n$/)],
  [
    'malformed',
    (t, sound, faulty, isStream) => {
      t.equal(contentOf(faulty).length, contentOf(sound).length)
      const texts = isStream
        ? contentOf(faulty)
            .split('\n\n')
            .map(event => event.slice(6))
        : [contentOf(faulty)]
      t.equal(texts.filter(text => text.startsWith('{') && !isJson(text)).length, 1, 'one JSON text is invalid')
    }
  ],
  ['malformed; after=1', (t, sound, faulty) => t.not(contentOf(faulty), contentOf(sound))],
  [
    'garbage; after=1',
    (t, sound, faulty) => t.equal(contentOf(faulty).replace('<html>502 Bad Gateway</html>\n\n', ''), contentOf(sound))
  ],
  ['duplicate; after=1', (t, sound, faulty) => t.ok(contentOf(faulty).length > contentOf(sound).length)],
  ['drop; after=1', (t, sound, faulty) => t.ok(contentOf(faulty).length < contentOf(sound).length)],
  [
    'reorder; after=1',
    (t, sound, faulty) => {
      t.equal(contentOf(faulty).length, contentOf(sound).length)
      t.not(contentOf(faulty), contentOf(sound))
    }
  ],
  ['no-done', (t, sound, faulty) => t.equal(`${contentOf(faulty)}data: [DONE]\n\n`, contentOf(sound))],
  ['no-finish', (t, _sound, faulty) => t.notMatch(contentOf(faulty), /"finish_reason":"/)],
  [
    'split',
    (t, sound, faulty, isStream) => {
      t.equal(contentOf(faulty), contentOf(sound))
      if (isStream) t.match(faulty.bytes, /\r\n1\r\nd\r\n1\r\na\r\n/)
    }
  ],
  ['dribble=0', (t, sound, faulty) => t.equal(contentOf(faulty), contentOf(sound))],
  [
    'merge',
    (t, sound, faulty) => {
      t.equal(contentOf(faulty), contentOf(sound))
      t.equal(faulty.bytes.match(/\r\n[\da-f]+\r\ndata: /g)?.length, 1)
    }
  ],
  [
    'comments',
    (t, sound, faulty) => t.equal(contentOf(faulty), contentOf(sound).replaceAll(/^(?=data: )/gm, ': keep-alive\n\n'))
  ],
  [
    'content-type=text/html',
    (t, sound, faulty) => {
      t.match(faulty.bytes, /\r\ncontent-type: text\/html\r\n/i)
      t.equal(contentOf(faulty), contentOf(sound))
    }
  ],
  ['content-length=10', (t, sound, faulty) => t.equal(contentOf(faulty), contentOf(sound))],
  [
    'gzip',
    (t, sound, { raw }) => t.equal(gunzipSync(raw.subarray(raw.indexOf('\r\n\r\n') + 4)).toString(), contentOf(sound))
  ],
  ['empty', (t, _sound, faulty) => t.match(faulty.bytes, /content-length: 0\r\n[\s\S]*\r\n\r\n$/i)]
]

const isJson = (text: string) => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
/** The body of a response, whatever its framing. */
const contentOf = ({ bytes }: SocketResult) =>
  /^transfer-encoding: chunked\r$/im.test(bytes.slice(0, bytes.indexOf('\r\n\r\n') + 1))
    ? unchunked(bytes)
    : bodyOf(bytes)
const isPrefix = (faulty: SocketResult, sound: SocketResult) =>
  contentOf(faulty).length > 0 &&
  contentOf(faulty).length < contentOf(sound).length &&
  contentOf(sound).startsWith(contentOf(faulty))

/** The end of what a hanging response sends. */
const findHang = (fault: string) =>
  fault.startsWith('hang') ? (fault.includes('commentMs') ? /keep-alive/ : /\r\n\r\n[\s\S]/) : undefined

/** The exchange of the last request. Its connection closes a little later for the server than for the client. */
async function findRecord(server: Server) {
  for (;;) {
    const [record] = server.requests({ session: 'matrix' })
    if (record) return record
    await new Promise(resolve => setImmediate(resolve))
  }
}

function checkPrefix(end: string) {
  return (t: Test, sound: SocketResult, faulty: SocketResult) => {
    t.ok(isPrefix(faulty, sound), 'a part of the body was sent')
    t.equal(faulty.end, end)
    t.notMatch(faulty.bytes, /\r\n0\r\n\r\n$/, 'the body has no end')
  }
}

t.test('each fault changes each kind of response as documented, or is refused', async t => {
  const { server, port } = await listening(t, { seed: 'faults' })
  await server.add([
    { match: { lastUser: 'tool' }, reply: { toolCalls: [{ name: 'f', arguments: { a: 'some words', b: [1, 2] } }] } },
    {
      match: { lastUser: 'verbatim' },
      reply: { text: 'Hello there, you two!', verbatim: { stream: verbatimStream, json: verbatimJson } }
    },
    { match: { lastUser: 'down' }, reply: { error: 'overloaded' } },
    {
      match: { lastUser: 'live' },
      reply: async function* () {
        yield 'Hello'
        yield ' there'
        yield '!'
      }
    }
  ])
  for (const [form, body, formHeaders] of forms) {
    const isStream = 'stream' in body && !errorForms.test(form)
    const headers = { ...formHeaders, 'x-mock-session': 'matrix' }
    const request = { port, body, headers }
    await server.reset('matrix')
    const sound = await sendRaw(port, request)
    await findRecord(server)
    for (const [fault, check] of effects) {
      // Equal requests of a session get different ids.
      await server.reset('matrix')
      const faulty = await sendRaw(port, { ...request, fault, enough: findHang(fault) })
      const record = await findRecord(server)
      const problem = findProblem(fault, form, isStream)
      if (problem) {
        t.match(faulty.bytes, /^HTTP\/1\.1 400 /, `${fault}: ${form}`)
        t.match(JSON.parse(bodyOf(faulty.bytes)), { error: { code: 'bad_mock_header', message: problem } })
        t.equal(record.fault, undefined)
        continue
      }
      await t.test(`${fault}: ${form}`, async t => {
        check(t, sound, faulty, isStream)
        t.ok(record.fault?.startsWith(fault.split(/[=;]/)[0]!), 'the journal has the fault')
        if (errorForms.test(form) && record.status && !fault.startsWith('status'))
          t.match([record.status, record.refusal?.name], [503, 'overloaded'], 'the status stays')
      })
    }
  }
})

t.test('a hanging response does not keep the server from closing', async t => {
  const { server, port } = await listening(t)
  const socket = connect(port, '127.0.0.1')
  const body = JSON.stringify(hello)
  socket.write(
    `POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer k\r\ncontent-type: application/json\r\nx-mock-fault: hang\r\ncontent-length: ${body.length}\r\n\r\n${body}`
  )
  socket.on('error', () => {})
  await once(socket, 'connect')
  await server.close()
  t.pass('closed')
  socket.destroy()
})

t.test('a fault with times happens this often in a session', async t => {
  const server = await build(t)
  const statuses = async (key: string, fault: string) => {
    const found = []
    for (let turn = 0; turn < 4; turn++)
      found.push((await ask(server, hello, { key, headers: { 'x-mock-fault': fault } })).status)
    return found
  }
  t.same(await statuses('sk-a', 'status=429; times=2'), [429, 429, 200, 200])
  t.same(await statuses('sk-b', 'status=429; times=2'), [429, 429, 200, 200], 'each session has its own count')
  t.same(await statuses('sk-c', 'status=500; times=1, status=503; times=2'), [500, 503, 503, 200])
  t.same(await statuses('sk-d', 'status=500; times=1, status=401'), [500, 401, 401, 401])
  await server.add({ match: { lastUser: 'retry me' }, fault: 'status=503; times=1', reply: { text: 'At last.' } })
  const retry = { model: 'gpt-4o', messages: [{ role: 'user', content: 'retry me' }] }
  t.same(
    [(await ask(server, retry)).status, (await ask(server, retry)).status],
    [503, 200],
    'a fixture has its own count'
  )
  const wrong = await ask(server, hello, { headers: { 'x-mock-fault': 'rset' } })
  t.match(errorOf(wrong), {
    code: 'bad_mock_header',
    message: /x-mock-fault: unknown fault "rset", did you mean "reset"/
  })
  t.match(
    errorOf(await ask(server, hello, { headers: { 'x-mock-fault': 'status=299' } })).message,
    /x-mock-fault: status: status is "299", expected a status such as 429/
  )
})

t.test('a share of requests gets a fault, of one session, one model or all, until it is removed', async t => {
  const server = await build(t, { seed: 'rates' })
  const call = async (method: 'GET' | 'POST' | 'DELETE', payload?: object, headers = {}) => {
    const answer = await server.app.inject({
      method,
      url: '/_mock/faults',
      headers: { ...(payload ? { 'content-type': 'application/json' } : {}), ...headers },
      ...(payload ? { payload: JSON.stringify(payload) } : {})
    })
    return JSON.parse(answer.body)
  }
  await call('POST', { fault: 'status=500', rate: 0.5, model: 'gpt-4o*' })
  const share = async (model: string, key: string) => {
    let failed = 0
    for (let turn = 0; turn < 100; turn++)
      if ((await ask(server, { ...hello, model }, { key })).status === 500) failed++
    return failed
  }
  const failed = await share('gpt-4o', 'sk-one')
  t.ok(failed > 30 && failed < 70, `${failed} of 100`)
  t.equal(await share('gpt-4.1', 'sk-one'), 0, 'another model')
  await call('DELETE')
  t.equal(await share('gpt-4o', 'sk-one'), 0)
  await call('POST', { fault: { kind: 'status', status: 503 } }, { 'x-mock-session': 'sk-two' })
  t.equal((await ask(server, hello, { key: 'sk-two' })).status, 503)
  t.equal((await ask(server, hello, { key: 'sk-one' })).status, 200, 'another session')
  t.match(await call('GET'), { faults: [{ session: /^sk-…~[0-9a-f]{6}$/, rate: 1 }] })
  t.same(await call('DELETE', undefined, { 'x-mock-session': 'sk-two' }), { removed: 1 })
  for (const [payload, message] of [
    [{ fault: 'close', rate: 2 }, /rate is 2, expected a number from 0 to 1/],
    [{ fault: 'nope' }, /faults: fault: unknown fault "nope"/],
    [{ fault: 'close', rat: 1 }, /unknown key "rat", did you mean "rate"\? expected fault, rate, model/],
    [{}, /faults: fault: expected a fault/],
    [[], /faults: expected an object, such as/],
    [{ fault: [] }, /faults: fault: expected a fault/],
    [{ fault: 'status=418' }, /faults: fault: status: no API error has the status 418/],
    [{ fault: { kind: 'error', error: 'nope' } }, /faults: fault: error: no API error is called "nope"/]
  ] as const)
    t.match((await call('POST', payload)).error.message, message)
})

t.test('an injected request whose connection would break ends without a response', async t => {
  const server = await build(t)
  for (const fault of [
    'hang',
    'close',
    'reset',
    'hang; after=1',
    'hang; after=1; commentMs=10',
    'close; after=1',
    'reset; after=1',
    'delay=20; after=1, reset',
    'content-length=10'
  ])
    for (const stream of [false, true]) {
      // A pause is a fault of streams alone.
      if (!stream && /commentMs/.test(fault)) continue
      const times = fault.includes(',') ? 1 : 0
      const headers = { 'x-mock-fault': times ? fault.replace(',', '; times=1,') : fault }
      for (let turn = 0; turn < times; turn++) await ask(server, { ...hello, stream }, { headers }).catch(() => {})
      await t.rejects(
        ask(server, { ...hello, stream }, { headers }),
        { code: 'LIGHT_ECONNRESET' },
        `${fault} ${stream}`
      )
      t.match(server.requests().at(-1), { aborted: true, fault: String, apiError: undefined })
    }
  t.equal((await ask(server)).status, 200)
})

t.test('faults have numbers, and are removed by number', async t => {
  const own = await build(t)
  const call = (method: 'GET' | 'POST' | 'DELETE', path: string, payload?: object) =>
    own.app.inject({ method, url: `/_mock/faults${path}`, ...(payload && { payload }) })
  for (const fault of ['status=500', 'status=503', 'status=429']) await call('POST', '', { fault })
  const list = async () =>
    (await call('GET', ''))
      .json()
      .faults.map(({ number, fault }: { number: number; fault: { status: number }[] }) => [number, fault[0]!.status])
  t.same(await list(), [
    [0, 500],
    [1, 503],
    [2, 429]
  ])
  t.same((await call('DELETE', '/0')).json(), { removed: 1 })
  t.same(await list(), [
    [1, 503],
    [2, 429]
  ])
  t.equal((await ask(own)).status, 503)
  for (const number of ['0', '99', 'x', '-1']) {
    const response = await call('DELETE', `/${number}`)
    t.equal(response.statusCode, 404)
    t.match(response.json().error, { code: 'not_listed', message: new RegExp(`no fault ${number}`) })
  }
})

t.test('a fault that is added after the removal of another has a count of its own', async t => {
  const server = await build(t)
  const call = (method: 'POST' | 'DELETE', payload?: object, session?: string) =>
    server.app.inject({
      method,
      url: '/_mock/faults',
      headers: { 'content-type': 'application/json', ...(session && { 'x-mock-session': session }) },
      ...(payload && { payload })
    })
  const statuses = async () => [(await ask(server)).status, (await ask(server)).status, (await ask(server)).status]
  for (const removed of [undefined, undefined, 'sk-test']) {
    await call('POST', { fault: 'status=503; times=2' }, removed)
    t.same(await statuses(), [503, 503, 200])
    await call('DELETE', undefined, removed)
    t.same(await statuses(), [200, 200, 200])
  }
  await call('POST', { fault: 'status=500; times=1' }, 'sk-other')
  const { added } = (await call('POST', { fault: 'status=503; times=2' })).json()
  t.same(added, { fault: [{ kind: 'status', status: 503, times: 2 }], rate: 1 }, 'its number is not shown')
  t.equal((await ask(server)).status, 503)
  await call('DELETE', undefined, 'sk-other')
  t.same(await statuses(), [503, 200, 200], 'the removal of another fault does not start the count again')
})

t.test('a fault of a fixture or a rate that cannot apply is reported in the response and the journal', async t => {
  const server = await build(t, { seed: 'told' })
  await server.add([
    { match: { lastUser: 'far' }, fault: 'reset; after=50', reply: { text: 'Short.' } },
    { match: { lastUser: 'json' }, fault: 'no-done', reply: { text: 'Short.' } },
    { match: { lastUser: 'once' }, fault: 'status=503; times=1', reply: { text: 'Short.' } },
    {
      name: 'both',
      match: { lastUser: 'both' },
      fault: 'error; after=1',
      reply: [{ error: 'overloaded' }, { text: 'a b' }]
    }
  ])
  await ask(server, chat('once'))
  await server.app.inject({
    method: 'POST',
    url: '/_mock/faults',
    headers: { 'content-type': 'application/json' },
    payload: { fault: 'comments', model: 'gpt-4.1' }
  })
  const rows: [body: object, ignored: RegExp, status?: number][] = [
    [chat('far'), /^fixture .*: reset; after=50: the response has \d tokens, so nothing follows after=50$/],
    [chat('far', { stream: true }), /^fixture .*: reset; after=50: the response has \d tokens/],
    [chat('json'), /^fixture .*: no-done: the response is JSON, and only streams can have no-done$/],
    [chat('once'), /^fixture .*: each fault has happened as often as its times$/],
    [chat('both'), /^fixture both: error; after=1: the response is JSON/, 503],
    [{ ...hello, model: 'gpt-4.1' }, /^\/_mock\/faults: comments: the response is JSON/]
  ]
  for (const [body, ignored, status = 200] of rows) {
    const answer = await ask(server, body)
    t.equal(answer.status, status)
    t.match(answer.headers['x-mock-fault-ignored'], ignored)
    t.match(server.requests().at(-1), { ignoredFault: ignored, fault: undefined })
    if (status === 200 && !('stream' in body)) t.match(JSON.parse(answer.text), { object: 'chat.completion' })
  }
  const plain = await ask(server, hello)
  t.equal(plain.headers['x-mock-fault-ignored'], undefined, 'a response without a fault has no such header')
})

t.test('a fault of a header that cannot apply is refused, or reported by an API error', async t => {
  const server = await build(t, { unmatched: 'refuse' })
  await server.add({ match: { lastUser: 'Hello!' }, reply: { text: 'Hello there.' } })
  const ignored = (text: RegExp) => ({ headers: { 'x-mock-fault-ignored': text } })
  const refused = (message: RegExp) => ({ status: 400, text: new RegExp(`"message": "${message.source}`) })
  const fault = (text: string) => ({ headers: { 'x-mock-fault': text } })
  const streamed = { ...hello, stream: true }
  const rows: [name: string, answer: Promise<object>, expected: object][] = [
    [
      'beyond the end',
      ask(server, streamed, fault('drop; after=50')),
      refused(/x-mock-fault: drop; after=50: the response has \d tokens/)
    ],
    ['a JSON response', ask(server, hello, fault('merge')), refused(/x-mock-fault: merge: the response is JSON/)],
    [
      'an unknown name',
      ask(server, hello, fault('status=overloded')),
      refused(/x-mock-fault: status: no API error is called \\"overloded\\", did you mean \\"overloaded\\"\?/)
    ],
    [
      'an unknown name in a stream',
      ask(server, streamed, fault('error=nope')),
      refused(/x-mock-fault: error: no API error is called \\"nope\\"/)
    ],
    [
      'an unknown status',
      ask(server, hello, fault('status=418')),
      refused(/x-mock-fault: status: no API error has the status 418, expected one of 400, /)
    ],
    [
      'its own content type',
      ask(server, hello, fault('content-type=application/json')),
      refused(/x-mock-fault: .* has this content type by itself/)
    ],
    [
      'a list of models',
      ask(server, undefined, { ...fault('reset'), method: 'GET', url: '/v1/models' }),
      refused(/x-mock-fault: the responses of listModels have no faults/)
    ],
    [
      'stored completions',
      ask(server, undefined, { ...fault('reset'), method: 'GET', url: '/v1/chat/completions' }),
      refused(/x-mock-fault: the responses of listChatCompletions have no faults/)
    ],
    [
      'an example',
      ask(server, hello, { headers: { ...fault('reset').headers, prefer: 'code=200' } }),
      refused(/x-mock-fault: the responses that Prefer selects have no faults/)
    ],
    [
      'an error by Prefer',
      ask(server, hello, { headers: { ...fault('reset').headers, prefer: 'code=429' } }),
      { status: 429, ...ignored(/^x-mock-fault: reset: the response is an API error/) }
    ],
    [
      'an invalid body',
      ask(server, { ...hello, n: 'x' }, fault('reset')),
      { status: 400, ...ignored(/^x-mock-fault: reset: /) }
    ],
    [
      'an unknown key',
      ask(server, hello, { ...fault('reset'), key: null }),
      { status: 401, ...ignored(/^x-mock-fault: reset: /) }
    ],
    ['no fixture', ask(server, chat('other'), fault('reset')), { status: 404, ...ignored(/^x-mock-fault: reset: /) }]
  ]
  for (const [name, answer, expected] of rows) t.match(await answer, expected, name)
  const used = fault('status=503; times=1')
  await ask(server, hello, used)
  t.match(await ask(server, hello, used), { status: 200, ...ignored(/^x-mock-fault: each fault has happened/) })
})

t.test('a fault costs no more than the limits of a response', async t => {
  const { server, port } = await listening(t)
  await server.add({ match: { lastUser: 'large' }, reply: { text: 'x'.repeat(2_000_000), whole: true } })
  for (const [fault, limit, content] of [
    ['split', '1000000 units of work', 'large'],
    ['dribble=600000', 'one hour', 'Hello!']
  ] as const) {
    const { bytes } = await sendRaw(port, { fault, body: chat(content) })
    t.match(bytes, /^HTTP\/1\.1 400 /)
    t.match(errorOf({ text: bodyOf(bytes) } as never), {
      code: 'budget_exceeded',
      message: new RegExp(`more than ${limit} for the writes`)
    })
  }
  t.equal((await ask(server)).status, 200, 'the next request is answered')
})

t.test('other requests are answered while a response is split', async t => {
  const { server, port } = await listening(t)
  await server.add({ match: { lastUser: 'large' }, reply: { text: 'word '.repeat(20_000) } })
  let isSplit = false
  const split = sendRaw(port, { fault: 'split', body: chat('large') }).finally(() => {
    isSplit = true
  })
  while (!server.requests().length) await sendRaw(port, {})
  t.notOk(isSplit, 'the split response is not complete')
  t.match(JSON.parse(bodyOf((await split).bytes)), { object: 'chat.completion' })
})

t.test('a fixture may have an error event with a body of its own', async t => {
  const server = await build(t)
  const error = { message: 'Too much, für heute.', type: 'tokens', param: null, code: 'rate_limit_exceeded' }
  await server.add({
    match: { lastUser: 'own' },
    fault: { kind: 'error', after: 1, error },
    reply: { text: 'One two.' }
  })
  const { text } = await ask(server, chat('own', { stream: true }))
  t.ok(text.endsWith(`\n\ndata: ${JSON.stringify({ error })}\n\n`), text)
  t.match(server.requests()[0], { fault: `error; after=1; error=${JSON.stringify(error)}` })
})

t.test('an error event may have further members and null, also for an error whose response is no JSON', async t => {
  const server = await build(t)
  const error = { message: 'Filtered.', type: null, param: 'prompt', code: 'content_filter' }
  const more = { status: 400, innererror: { code: 'policy', content_filter_result: { hate: { filtered: true } } } }
  await server.add({
    match: { lastUser: 'own' },
    fault: { kind: 'error', after: 1, error: { ...error, more } },
    reply: { text: 'One two.' }
  })
  const { text } = await ask(server, chat('own', { stream: true }))
  t.ok(text.endsWith(`\n\ndata: ${JSON.stringify({ error: { ...error, ...more } })}\n\n`), text)
  for (const [name, message] of [
    [
      'upstream_connect_error',
      'upstream connect error or disconnect/reset before headers. reset reason: connection timeout'
    ],
    ['no_route', '']
  ]) {
    const headers = { 'x-mock-fault': `error=${name}; after=1` }
    const response = await ask(server, chat('Hi', { stream: true }), { headers })
    const event = { error: { message, type: null, param: null, code: null } }
    t.ok(response.text.endsWith(`\n\ndata: ${JSON.stringify(event)}\n\n`), response.text)
  }
  const wrong = { ...error, more: { code: 'again' } }
  await t.rejects(server.add({ fault: { kind: 'error', error: wrong }, reply: { text: 'x' } } as never), {
    message: /error is .*expected the status or the name of an API error, or in data/
  })
})

t.test('a faulty response has the warnings of a sound response, and its completion is stored', async t => {
  const { server, port } = await listening(t, { validate: 'warn' })
  const body = { ...hello, store: true, temperature: 7 }
  const { bytes } = await sendRaw(port, { fault: 'gzip', body, headers: { 'x-mock-session': 's' } })
  t.match(bytes, /\r\nx-mock-refused: /)
  const list = await ask(server, undefined, {
    method: 'GET',
    url: '/v1/chat/completions',
    headers: { 'x-mock-session': 's' }
  })
  t.equal(JSON.parse(list.text).data.length, 1)
})

t.test(
  'a fixture with an invalid fault, or a fault that no response can have, is rejected with its location',
  async t => {
    const server = await build(t)
    const rows: [fault: unknown, message: RegExp, rest?: object][] = [
      ['rest', /fault.*: unknown fault "rest", did you mean "reset"/],
      ['status=overloded', /fault.*: status: no API error is called "overloded", did you mean "overloaded"/],
      [{ kind: 'error', error: 418 }, /fault.*: error: no API error has the status 418/],
      [
        'no-done',
        /fault.*: only streams can have no-done, but its replies are API errors/,
        { reply: { error: 'overloaded' } }
      ],
      [
        ['reset', 'merge'],
        /fault.*: only streams can have merge, but it matches no streams/,
        { match: { stream: false } }
      ]
    ]
    for (const [fault, message, rest] of rows)
      await t.rejects(server.add({ fault, reply: { text: 'x' }, ...rest } as never), { message }, JSON.stringify(fault))
    t.equal(server.requests().length, 0)
  }
)

t.test('the official client reacts to faults as it does with the service', async t => {
  const { server } = await listening(t)
  const openai = (fault: string, maxRetries = 0) =>
    new OpenAI({
      apiKey: `sk-${fault}`.replace(/\W/g, ''),
      baseURL: `${server.url}/v1`,
      maxRetries,
      defaultHeaders: { 'x-mock-fault': fault }
    })
  const fails = async (answer: Promise<unknown>, kind: new (...args: never[]) => Error) => {
    const error = await answer.then(
      () => undefined,
      error => error
    )
    t.ok(error instanceof kind, `${kind.name}, was ${error}`)
  }
  const create = (fault: string, maxRetries = 0) => openai(fault, maxRetries).chat.completions.create(hello as never)
  const stream = async (fault: string) => {
    const chunks = await openai(fault).chat.completions.create({ ...(hello as object), stream: true } as never)
    let text = ''
    for await (const chunk of chunks as unknown as AsyncIterable<OpenAI.ChatCompletionChunk>)
      text += chunk.choices[0]?.delta.content ?? ''
    return text
  }
  await fails(create('status=429'), RateLimitError)
  await fails(create('reset'), APIConnectionError)
  await fails(create('close'), APIConnectionError)
  t.match(await create('reset; times=1', 1), { object: 'chat.completion' }, 'after one retry')
  await fails(stream('error; after=2'), APIError)
  await t.rejects(stream('reset; after=2'))
  await fails(stream('malformed; after=1'), SyntaxError)
  for (const fault of ['split', 'merge', 'dribble=0', 'comments', 'gzip'])
    t.equal(await stream(fault), 'Hello! How can I help you today?', `${fault} does no harm`)
})

t.test('the official client has an error class for each fault', async t => {
  const { server } = await listening(t)
  const rows: [fault: string, stream: boolean, error: new (...args: never[]) => Error][] = [
    ['status=401', false, OpenAI.AuthenticationError],
    ['status=403', false, OpenAI.PermissionDeniedError],
    ['status=404', true, OpenAI.NotFoundError],
    ['status=409', false, OpenAI.ConflictError],
    ['status=422', false, OpenAI.UnprocessableEntityError],
    ['status=503', true, OpenAI.InternalServerError],
    ['close', true, APIConnectionError],
    ['reset', true, APIConnectionError],
    ['malformed', false, SyntaxError],
    ['garbage', false, SyntaxError],
    ['truncate; after=50%', false, SyntaxError],
    ['close; after=50%', true, Error],
    ['reset; after=50%', true, Error],
    ['error=rate_limit_exceeded; after=1', true, APIError],
    ['error; after=1; then=reset', true, APIError]
  ]
  for (const [fault, stream, expected] of rows) {
    const openai = new OpenAI({
      apiKey: 'sk-table',
      baseURL: `${server.url}/v1`,
      maxRetries: 0,
      defaultHeaders: { 'x-mock-fault': fault }
    })
    const read = async () => {
      const answer = await openai.chat.completions.create({ ...(hello as object), stream } as never)
      if (stream) for await (const _chunk of answer as unknown as AsyncIterable<unknown>);
    }
    const error = await read().catch(error => error)
    t.ok(error instanceof expected, `${fault}: ${expected.name}, was ${error}`)
  }
})
