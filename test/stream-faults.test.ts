/** Faults: how they are read, how they change a timeline, and their effect on a client's socket. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { gunzipSync } from 'node:zlib'
import OpenAI, { APIConnectionError, APIError, RateLimitError } from 'openai'
import t, { type Test } from 'tap'
import { type Fault, findTurnFault, parseFaults, parseFaultText } from '../src/core/fault.js'
import type { Server } from '../src/index.js'
import { applyFault, textToTimeline } from '../src/stream/apply-fault.js'
import type { Timeline } from '../src/stream/timeline.js'
import { ask, build, errorOf, hello } from './helper.js'

t.test('a fault is read from a text or from data', t => {
  const rows: [string, unknown, Fault[]][] = [
    ['status=429; times=2', { kind: 'status', status: 429, times: 2 }, [{ kind: 'status', status: 429, times: 2 }]],
    ['reset; after=3', { resetAfterTokens: 3 }, [{ kind: 'reset', after: 3 }]],
    ['close', { kind: 'close' }, [{ kind: 'close' }]],
    [
      'error; after=50%; reset',
      { kind: 'error', after: '50%', reset: true },
      [{ kind: 'error', after: '50%', reset: true }]
    ],
    ['delay=200', { kind: 'delay', ms: 200 }, [{ kind: 'delay', ms: 200 }]],
    [
      'content-type=text/html',
      { kind: 'content-type', value: 'text/html' },
      [{ kind: 'content-type', value: 'text/html' }]
    ],
    [
      'status=overloaded; times=1, hang; after=2',
      [{ kind: 'status', status: 'overloaded', times: 1 }, 'hang; after=2'],
      [
        { kind: 'status', status: 'overloaded', times: 1 },
        { kind: 'hang', after: 2 }
      ]
    ]
  ]
  for (const [text, data, expected] of rows) {
    t.same(parseFaultText(text, 'here'), expected, text)
    t.same(parseFaults(data, 'here'), expected, `${text}, as data`)
  }
  t.end()
})

t.test('an invalid fault is reported with its location and the expected value', t => {
  const rows: [unknown, string | RegExp][] = [
    ['rest; after=3', /^here: unknown fault "rest", did you mean "reset"\? expected one of status, delay, hang/],
    ['', /^here: unknown fault "", expected one of/],
    ['close; at=3', 'here: close has no "at", expected after, times'],
    ['reset; after=many', 'here: reset: after is "many", expected a number of tokens, or a share such as 50%'],
    ['reset; after=120%', /expected a number of tokens, or a share/],
    ['close; times=0', 'here: close: times is "0", expected a whole number above 0'],
    ['delay', 'here: delay lacks its milliseconds, expected delay=200'],
    ['delay=-1', 'here: delay: ms is "-1", expected milliseconds from 0 to 600000'],
    ['status', 'here: status lacks its status, expected status=429 or the name of an API error'],
    [5, /^here: expected a fault, such as/],
    [['close', { kind: 'nope' }], /^here\[1\]: unknown fault "nope"/]
  ]
  for (const [input, message] of rows) t.throws(() => parseFaults(input, 'here'), { message }, JSON.stringify(input))
  t.end()
})

t.test('the faults of a list happen one after another', t => {
  const list: Fault[] = [
    { kind: 'status', status: 429, times: 2 },
    { kind: 'close', times: 1 }
  ]
  t.same(
    [0, 1, 2, 3, 9].map(turn => findTurnFault(list, turn)?.kind),
    ['status', 'status', 'close', undefined, undefined]
  )
  t.same(findTurnFault([{ kind: 'close', times: 1 }, { kind: 'hang' }], 7)?.kind, 'hang')
  t.end()
})

const contentEvent = (content: string, at: number) => ({
  at,
  text: `data: {"choices":[{"delta":{"content":"${content}"}}]}\n\n`
})
const role = { at: 5, text: 'data: {"choices":[{"delta":{"role":"assistant"}}]}\n\n' }
const finish = { at: 25, text: 'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\n' }
const done = { at: 25, text: 'data: [DONE]\n\n' }
const [a, b, c] = [contentEvent('a', 5), contentEvent('b', 15), contentEvent('c', 25)] as const
const timeline: Timeline = { events: [role, a, b, c, finish, done] }

t.test('a fault changes the events and the end of a timeline', t => {
  const half = (text: string) => text.slice(0, text.length >> 1)
  const rows: [string, string[], string?][] = [
    ['hang; after=0', [role.text], 'hang'],
    ['hang; after=2', [role.text, a.text, b.text], 'hang'],
    ['close; after=1', [role.text, a.text], 'reset'],
    ['reset; after=50%', [role.text, a.text], 'reset'],
    ['reset; after=99', timeline.events.map(({ text }) => text), 'reset'],
    ['truncate; after=1', [role.text, a.text, half(b.text)]],
    ['malformed; after=1', [role.text, a.text, b.text.replace(/\}\n\n$/, ',\n\n'), c.text, finish.text, done.text]],
    [
      'garbage; after=1',
      [role.text, a.text, '<html>502 Bad Gateway</html>\n\n', b.text, c.text, finish.text, done.text]
    ],
    ['duplicate; after=1', [role.text, a.text, b.text, b.text, c.text, finish.text, done.text]],
    ['reorder; after=1', [role.text, a.text, c.text, b.text, finish.text, done.text]],
    ['drop; after=1', [role.text, a.text, c.text, finish.text, done.text]],
    ['no-done', [role.text, a.text, b.text, c.text, finish.text]],
    ['no-finish', [role.text, a.text, b.text, c.text, done.text]],
    ['comments', timeline.events.map(({ text }) => `: keep-alive\n\n${text}`)],
    ['merge', [timeline.events.map(({ text }) => text).join('')]]
  ]
  for (const [text, expected, ending = 'end'] of rows) {
    const [fault] = parseFaultText(text, '')
    const faulty = applyFault(timeline, fault!)
    t.same(
      faulty.events.map(event => event.text),
      expected,
      text
    )
    t.equal(faulty.ending, ending, `${text}: its end`)
  }
  t.match(
    applyFault(timeline, { kind: 'error', after: 1 }).events.at(-1)!.text,
    /^data: \{"error":\{"message":".*","type":"server_error","param":null,"code":null\}\}\n\n$/
  )
  t.equal(applyFault(timeline, { kind: 'error', after: 1, reset: true }).ending, 'reset')
  t.equal(applyFault(timeline, { kind: 'merge' }).events[0]!.at, 25, 'everything is sent when the last event is due')
  const split = applyFault({ events: [{ at: 3, text: 'é!' }] }, { kind: 'split' })
  t.same(
    split.events.map(({ text }) => text),
    ['\xc3', '\xa9', '!'],
    'characters are cut'
  )
  const dribble = applyFault({ events: [{ at: 3, text: 'x'.repeat(20) }] }, { kind: 'dribble', ms: 10 })
  t.same(
    dribble.events.map(({ at }) => at),
    [3, 13, 23]
  )
  const textTimeline = textToTimeline('0123456789', 5, 7)
  t.same(
    applyFault(textTimeline, { kind: 'close', after: 2 }).events.map(({ text }) => text),
    ['01', '23'],
    'a text is cut at its tokens'
  )
  t.end()
})

interface SocketResult {
  bytes: string
  raw: Buffer
  /** `end`, the code of an error, or `open` if the connection hangs. */
  end: string
}

/** Sends a request over its own socket and returns the raw response. */
async function sendRaw(port: number, fault: string, stream: boolean, enough?: RegExp): Promise<SocketResult> {
  const body = JSON.stringify({ ...hello, stream })
  const socket = connect(port, '127.0.0.1')
  socket.write(
    `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer sk-${fault.replace(/\W/g, '')}-${stream}\r\ncontent-type: application/json\r\nconnection: close\r\nx-mock-fault: ${fault}\r\ncontent-length: ${body.length}\r\n\r\n${body}`
  )
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

async function listening(t: Test): Promise<{ server: Server; port: number }> {
  const server = await build(t, { closeMs: 50 })
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
        t.not(end, 'open')
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
    check(await sendRaw(port, fault, stream, enough))
  }
  const delayed = server.requests().find(({ fault }) => fault === 'delay; ms=30')!
  t.ok(delayed.durationMs >= 29, 'the response is late')
  t.equal(server.requests().filter(({ fault }) => fault).length, rows.length, 'the journal has each fault')
})

t.test('a hanging response does not keep the server from closing', async t => {
  const { server, port } = await listening(t)
  const socket = connect(port, '127.0.0.1')
  const body = JSON.stringify(hello)
  socket.write(
    `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer k\r\ncontent-type: application/json\r\nx-mock-fault: hang\r\ncontent-length: ${body.length}\r\n\r\n${body}`
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
    /no refusal stands for 299/
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
    [{ fault: 'close', rat: 1 }, /unknown key "rat", expected fault, rate, model/],
    [{}, /faults: fault: expected a fault/]
  ] as const)
    t.match((await call('POST', payload)).error.message, message)
})

t.test('a fixture with an invalid fault is rejected with its location', async t => {
  const server = await build(t)
  await t.rejects(server.add({ fault: 'rest', reply: { text: 'x' } }), {
    message: /fault.*: unknown fault "rest", did you mean "reset"/
  })
})

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
