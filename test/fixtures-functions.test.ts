/** Reply functions: their arguments, their results, streams of parts, and failures. */
import { once } from 'node:events'
import { request as post } from 'node:http'
import type { AddressInfo } from 'node:net'
import OpenAI from 'openai'
import t from 'tap'
import type { ChatRequest } from '../src/core/openai-types.js'
import type { ReplyContext, ReplyFunction } from '../src/index.js'
import { ask, build, chunksOf, complete, errorOf, eventsOf, hello } from './helper.js'

const streamed = { ...hello, stream: true, stream_options: { include_usage: true } }
const weather = { name: 'get_weather', arguments: { city: 'Oslo' } }

t.test('a function returns every kind of reply, synchronously or not', async t => {
  const rows: [ReplyFunction, object][] = [
    [() => 'Words.', { content: 'Words.' }],
    [async () => 'Later.', { content: 'Later.' }],
    [() => ({ text: 'A {{ reply }}.', literal: true }), { content: 'A {{ reply }}.' }],
    [() => 'As it {{ stands }}.', { content: 'As it {{ stands }}.' }],
    [() => ({ json: { a: 1 } }), { content: '{"a":1}' }],
    [() => ({ refusal: 'No.' }), { content: null, refusal: 'No.' }],
    [() => ({ echo: true }), { content: 'Hello!' }],
    [() => ({ text: 'Bye.', finishReason: undefined }), { content: 'Bye.' }],
    [({ messages }) => `You said ${messages[0]!.content}`, { content: 'You said Hello!' }],
    [() => ({ toolCalls: [weather] }), { tool_calls: [{ function: { name: 'get_weather' } }] }],
    [
      async function* () {
        yield 'In '
        yield { text: 'pieces.', usage: { reasoningTokens: 3 } }
      },
      { content: 'In pieces.' }
    ],
    [
      function* () {
        yield 'One. '
        yield { toolCalls: [weather] }
      },
      { content: 'One. ', tool_calls: [{ function: { arguments: '{"city":"Oslo"}' } }] }
    ],
    [async function* () {}, { content: '' }]
  ]
  const server = await build(t)
  for (const [reply, message] of rows) {
    await server.add({ reply })
    t.match((await complete(server)).choices[0]!.message, message, String(reply))
  }
})

t.test('a function gets a copy of the request, and the named groups of the match', async t => {
  const server = await build(t)
  const calls: [ChatRequest, ReplyContext][] = []
  await server.add({
    match: { lastUser: '/in (?<city>\\w+)/' },
    reply: (request, context) => {
      calls.push([request, context])
      request.model = 'changed'
      return `Sunny in ${context.match.city}.`
    }
  })
  const body = { ...hello, messages: [{ role: 'user' as const, content: 'Weather in Oslo?' }] }
  await complete(server, body, { headers: { 'X-Team': 'blue' } })
  const { model, choices } = await complete(server, body)
  t.match(model, 'gpt-4o')
  t.equal(choices[0]!.message.content, 'Sunny in Oslo.')
  t.match(calls[0]![1], { match: { city: 'Oslo' }, session: 'sk-test', headers: { 'x-team': 'blue' } })
  t.same(
    calls.map(([, { turn }]) => turn),
    [1, 2]
  )
  t.match(server.requests()[0]!.request, { model: 'gpt-4o' })
})

t.test('functions work in sequences, count turns, and return API errors by name', async t => {
  const server = await build(t)
  await server.add({
    name: 'flaky',
    reply: [{ error: 'server_error' }, () => ({ error: 'rate_limit_exceeded' }), (_, { turn }) => `turn ${turn}`]
  })
  t.same([(await ask(server)).status, (await ask(server)).status], [500, 429])
  t.equal((await complete(server)).choices[0]!.message.content, 'turn 3')
  const shown = await server.app.inject('/_mock/fixtures')
  t.match(shown.json().fixtures[0].reply[2], { text: /^\[function/ })
  t.match(server.requests()[1], { fixture: 'flaky', refusal: { name: 'rate_limit_exceeded' } })
})

t.test('a failure of a function is explained in one sentence that names its fixture', async t => {
  const rows: [unknown, RegExp][] = [
    [
      () => {
        throw new TypeError('no such city')
      },
      /^The function that replies for bad \(.*\) threw TypeError: no such city\.$/
    ],
    [() => Promise.reject('nothing'), /threw "nothing"/],
    [() => undefined, /answered undefined, expected a text, a reply such as \{ text: '…' \}, or an async iterable/],
    [() => 42, /answered 42, expected a text/],
    [() => null, /answered null, expected/],
    [() => [{ text: 'a' }], /answered a list, expected/],
    [() => ({}), /answered what is no reply: .*the reply is empty/],
    [() => ({ txt: 'a' }), /unknown key "txt", did you mean "text"/],
    [() => ({ text: 'a', json: 1 }), /has text and json, expected only one/],
    [() => ({ error: 'rate_limit' }), /no API error is called "rate_limit"/],
    [() => ({ text: 1n }), /threw TypeError/],
    [
      function* () {
        yield { choices: [{ text: 'a' }] }
      },
      /a piece with choices, which only a whole reply can have/
    ],
    [
      async function* () {
        yield 'a'
        yield 42
      },
      /answered 42/
    ]
  ]
  const server = await build(t)
  for (const [reply, message] of rows) {
    await server.add({ name: 'bad', reply: reply as ReplyFunction })
    const answer = await ask(server)
    t.equal(answer.status, 500)
    t.equal(answer.headers['x-should-retry'], 'false')
    t.match(errorOf(answer), { code: 'reply_failed', message }, String(reply))
  }
  t.match(server.requests()[0], { fixture: 'bad', refusal: { name: 'reply_failed' } })
})

t.test('each part is streamed as one chunk, and the parts are the completion of a request without stream', async t => {
  const server = await build(t, { seed: 'pieces' })
  const pieces = ['It is ', 'sunny', ' in Oslo.']
  const rows: [ReplyFunction, object, string[], string][] = [
    [
      async function* () {
        yield* pieces
      },
      {},
      pieces,
      'stop'
    ],
    [
      async function* () {
        yield { text: 'Half', finishReason: 'content_filter' }
      },
      {},
      ['Half'],
      'content_filter'
    ],
    [
      async function* () {
        yield { refusal: 'I ' }
        yield { refusal: "can't." }
      },
      {},
      ['I ', "can't."],
      'stop'
    ],
    [
      async function* () {
        yield 'Go to '
        yield 'the EN'
        yield 'D of it.'
      },
      { stop: 'END' },
      ['Go to ', 'the '],
      'stop'
    ],
    [
      async function* () {
        yield 'Go to the EN'
      },
      { stop: ['END'] },
      ['Go to the ', 'EN'],
      'stop'
    ],
    [
      async function* () {
        yield 'one two'
        yield ' three four'
        yield ' five'
      },
      { max_completion_tokens: 3 },
      ['one two', ' three'],
      'length'
    ],
    [async function* () {}, {}, [], 'stop']
  ]
  for (const [reply, more, contents, finish] of rows) {
    await server.add({ reply })
    const { text, status } = await ask(server, { ...streamed, ...more })
    const chunks = chunksOf(text)
    t.equal(status, 200)
    t.equal(eventsOf(text).at(-1), '[DONE]')
    t.same(
      chunks.map(({ choices }) => choices[0]?.delta.content || choices[0]?.delta.refusal).filter(Boolean),
      contents,
      String(reply)
    )
    t.equal(chunks.filter(({ choices }) => choices[0]?.delta.role).length, 1, 'the role comes once')
    t.equal(chunks.at(-2)!.choices[0]!.finish_reason, finish)
    const completion = await complete(server, { ...hello, ...more })
    t.equal(completion.choices[0]!.message.content ?? completion.choices[0]!.message.refusal, contents.join(''))
    t.equal(completion.choices[0]!.finish_reason, finish)
    t.same(chunks.at(-1)!.usage, completion.usage, 'the usage is the same')
  }
})

t.test('tool calls may follow text and other tool calls', async t => {
  const server = await build(t)
  await server.add({
    reply: async function* () {
      yield 'Let me look. '
      yield { toolCalls: [weather] }
      yield { toolCalls: [{ name: 'get_time', arguments: {} }], usage: { cachedTokens: 7 } }
    }
  })
  const openai = new OpenAI({
    apiKey: 'sk-test',
    baseURL: 'http://localhost/v1',
    fetch: async (_url, init) => {
      const { text, headers } = await ask(server, String(init?.body))
      return new Response(text, { headers })
    }
  })
  const stream = openai.chat.completions.stream({
    ...(streamed as never as object),
    model: 'gpt-4o',
    messages: hello.messages as never
  })
  const { choices, usage } = await stream.finalChatCompletion()
  const { message, finish_reason } = choices[0]!
  t.equal(message.content, 'Let me look. ')
  t.match(message.tool_calls, [
    { id: /^call_/, function: { name: 'get_weather', arguments: '{"city":"Oslo"}' } },
    { id: /^call_/, function: { name: 'get_time', arguments: '{}' } }
  ])
  t.equal(finish_reason, 'tool_calls')
  t.equal(usage?.prompt_tokens_details?.cached_tokens, 7)
})

t.test('a part is sent before the next part exists', async t => {
  const server = await build(t)
  const gate = { open: () => {} }
  const opened = new Promise<void>(resolve => {
    gate.open = resolve
  })
  await server.add({
    reply: async function* () {
      yield 'first'
      await opened
      yield 'second'
    }
  })
  const openai = new OpenAI({ apiKey: 'sk-test', baseURL: `${await server.listen()}/v1` })
  const contents: string[] = []
  const stream = await openai.chat.completions.create({
    model: 'gpt-4o',
    messages: [{ role: 'user', content: 'Hi' }],
    stream: true
  })
  for await (const { choices } of stream) {
    const content = choices[0]?.delta.content
    if (content) contents.push(content)
    // The function yields the second part only after the first part arrived here.
    if (content === 'first') gate.open()
  }
  t.same(contents, ['first', 'second'])
  const [record] = server.requests()
  t.equal(record!.chunkMs?.length, eventsOf(String(record!.answer)).length, 'the journal has the time of each event')
})

t.test(
  'a function that fails after its first part ends the stream with an error event, before it the response has an error status',
  async t => {
    const server = await build(t)
    await server.add({
      name: 'late',
      reply: async function* () {
        yield 'Well,'
        throw new Error('out of words')
      }
    })
    const { status, text } = await ask(server, streamed)
    t.equal(status, 200)
    const last = JSON.parse(eventsOf(text).at(-1)!)
    t.match(last.error, { code: 'reply_failed', message: /late .*threw Error: out of words/ })
    t.match(server.requests()[0], { status: 200, fixture: 'late', refusal: { name: 'reply_failed' }, streamed: true })
    await server.add({
      reply: async function* ({ model }) {
        if (model) throw new Error('no word')
        yield ''
      }
    })
    t.match(errorOf(await ask(server, streamed)).message, /threw Error: no word/)
    await server.add({
      reply: async function* () {
        yield 'One.'
        yield { error: 'overloaded' }
      }
    })
    t.match(JSON.parse(eventsOf((await ask(server, streamed)).text).at(-1)!).error.message, /overloaded/)
  }
)

t.test('a client that disconnects aborts the signal of the function and ends its iterable', async t => {
  const server = await build(t)
  const ended = new Promise<void>(resolve => {
    void server.add({
      reply: async function* (_request, { signal }) {
        try {
          for (;;) {
            yield 'more '
            await new Promise<void>((next, stop) => {
              setImmediate(next)
              signal.addEventListener('abort', () => stop(signal.reason))
            })
          }
        } finally {
          resolve()
        }
      }
    })
  })
  await server.listen()
  const { port } = server.app.server.address() as AddressInfo
  const client = post({
    port,
    path: '/v1/chat/completions',
    method: 'POST',
    headers: { authorization: 'Bearer sk-test', 'content-type': 'application/json' }
  })
  client.on('error', () => {})
  client.end(JSON.stringify(streamed))
  const [response] = await once(client, 'response')
  await once(response, 'data')
  client.destroy()
  await ended
  while (!server.requests().length) await new Promise(resolve => setImmediate(resolve))
  t.match(server.requests()[0], { aborted: true, streamed: true })
})

t.test('with a timing, a fault or several choices the parts are collected first', async t => {
  const server = await build(t)
  const reply: ReplyFunction = async function* () {
    yield 'one '
    yield 'two'
  }
  await server.add({ match: { lastUser: 'Hello' }, timing: { firstTokenMs: 1 }, reply })
  const paced = chunksOf((await ask(server, streamed)).text)
  t.equal(paced.map(({ choices }) => choices[0]?.delta.content ?? '').join(''), 'one two')
  const twice = chunksOf((await ask(server, { ...streamed, n: 2 })).text)
  t.same([...new Set(twice.map(({ choices }) => choices[0]?.index))].sort(), [0, 1, undefined])
  const faulty = await ask(server, streamed, { headers: { 'x-mock-fault': 'no-done' } })
  t.notMatch(faulty.text, /DONE/)
})
