/** Records exchanges with an upstream as fixtures that return the same responses. */
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { checkConfig } from '../src/cli/check-config.js'
import { fixedLimits } from '../src/core/fixed-limits.js'
import type { ChatRequest } from '../src/core/openai-types.js'
import { applyReplaySpeed, parseTiming } from '../src/core/pacing-input.js'
import { createRandom } from '../src/core/random.js'
import { resolveOptions } from '../src/core/resolve-options.js'
import { formatYaml, parseSource } from '../src/core/source-file.js'
import { createRecorder } from '../src/fixtures/recorder.js'
import type { Server, ServerOptions } from '../src/index.js'
import { createSchedule, resolvePacing } from '../src/stream/pacing.js'
import {
  about,
  ask,
  build,
  buildRecorder,
  chunk,
  chunksOf,
  complete,
  completionJson,
  createUpstream,
  errorOf,
  hello,
  json,
  type TestResponse
} from './helper.js'

/** A body without the values that change with each response. */
const steady = ({ text }: TestResponse) =>
  text
    .replace(/("id": ?)"(chatcmpl-|req_)\w+"/g, '$1"…"')
    .replace(/("created": ?)\d+/g, '$1"…"')
    .replace(/("obfuscation": ?)"\w*"/g, '$1"…"')
    .replace(/\breq_\w+/g, 'req_…')

const weather = {
  type: 'function',
  function: { name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } }
}
const person = {
  type: 'json_schema',
  json_schema: {
    name: 'person',
    strict: true,
    schema: {
      type: 'object',
      properties: { name: { type: 'string' }, age: { type: 'integer' } },
      required: ['name', 'age'],
      additionalProperties: false
    }
  }
}
const calls = [
  { id: 'call_1', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Oslo"}' } },
  { id: 'call_2', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Rome"}' } }
]
const results = (first: string, second: string): ChatRequest => ({
  ...about('Both cities'),
  messages: [
    { role: 'system', content: 'You are a weather bot.\nBe brief.' },
    { role: 'user', content: 'Both cities' },
    { role: 'assistant', content: null, tool_calls: calls as never },
    { role: 'tool', tool_call_id: 'call_1', content: first },
    { role: 'tool', tool_call_id: 'call_2', content: second }
  ],
  tools: [weather] as never
})

const cases: Record<string, ChatRequest> = {
  'a text': hello,
  'a text with braces': about('braces'),
  'a long text': about('Tell me about zebras', { temperature: 0.5 }),
  'a tool call': about('How is the weather in Oslo?', { tools: [weather], tool_choice: 'required' }),
  'a tool call by name': about('How is the weather in Rome?', {
    tools: [weather],
    tool_choice: { type: 'function', function: { name: 'get_weather' } }
  }),
  'parallel tool calls': about('both at once', { tools: [weather] }),
  'tool calls with compact arguments': about('both, compact', { tools: [weather] }),
  'a legacy function call': about('How is the weather?', { functions: [weather.function], function_call: 'auto' }),
  'several choices': about('heads or tails', { n: 2 }),
  'an unknown model in the response': about('another model'),
  'a refusal of the model': about('forbidden'),
  'a structured output': about('Who is it?', { response_format: person }),
  'a completion cut by max_completion_tokens': about('Tell me more about zebras', { max_completion_tokens: 5 }),
  'a completion cut by a stop sequence': about('Tell me about zebras again', { stop: ' ' }),
  'reasoning tokens': about('think', { model: 'o3-mini', reasoning_effort: 'low' }),
  'tool results': results('cold', 'warm'),
  'other tool results': results('warm', 'warm')
}

const upstreamFixtures = {
  fixtures: [
    { match: { lastUser: 'braces' }, reply: { text: 'As in {{ this }} and {% that %}.', literal: true } },
    {
      match: { lastUser: 'both at once' },
      reply: {
        text: 'One moment.',
        toolCalls: ['Oslo', 'Rome'].map(city => ({ name: 'get_weather', arguments: { city } }))
      }
    },
    {
      match: { lastUser: 'both, compact' },
      reply: { toolCalls: ['Oslo', 'Rome'].map(city => ({ name: 'get_weather', arguments: JSON.stringify({ city }) })) }
    },
    { match: { lastUser: 'heads or tails' }, reply: { choices: [{ text: 'Heads.' }, { text: 'Tails.' }] } },
    { match: { lastUser: 'another model' }, reply: { text: 'Me.', model: 'gpt-4o-2099-01-01' } },
    { match: { lastUser: 'forbidden' }, reply: { refusal: "I can't help with that." } },
    {
      match: { lastUser: 'think' },
      reply: { text: '42', usage: { reasoningTokens: 64, cachedTokens: 2, promptTokens: 77 } }
    }
  ]
}

for (const stream of [false, true])
  t.test(`a recording returns the bytes of the upstream, ${stream ? 'streamed' : 'as JSON'}`, async t => {
    const upstream = await build(t)
    await upstream.add(upstreamFixtures as never)
    const { server, directory, files } = await buildRecorder(t, `${await upstream.listen()}/v1/`)
    const body = (request: ChatRequest) =>
      stream ? { ...request, stream, stream_options: { include_usage: true } } : request
    const recorded = new Map<string, TestResponse>()
    for (const [name, request] of Object.entries(cases)) {
      const response = await ask(server, body(request))
      t.equal(response.status, 200, `${name}: ${response.text}`)
      recorded.set(name, response)
    }
    t.equal(upstream.requests().length, recorded.size, 'the upstream received each request')
    t.equal(files().length, recorded.size, 'each has a file')
    await upstream.close()
    t.match(await checkConfig(resolveOptions({ serverOptions: { fixtures: directory } })), /All is well/)
    const replaying = await build(t, { fixtures: directory, unmatched: 'refuse', replaySpeed: 'none' })
    for (const [name, request] of Object.entries(cases)) {
      const again = await ask(replaying, body(request))
      t.equal(steady(again), steady(recorded.get(name)!), name)
      t.equal(again.headers['content-type'], recorded.get(name)!.headers['content-type'], name)
      t.same(
        steady(await ask(server, body(request))),
        steady(recorded.get(name)!),
        `${name}, from the recording server`
      )
    }
    // A recorded stream is also returned as JSON, and recorded JSON as a stream.
    const other = await ask(replaying, { ...about('Tell me about zebras', { temperature: 0.5 }), stream: !stream })
    t.equal(other.status, 200)
  })

t.test('a recorded file is readable and contains no key, account or cookie', async t => {
  const upstream = await build(t)
  await upstream.add({
    match: { lastUser: 'weather' },
    reply: {
      text: 'It is cold.\nVery.',
      toolCalls: [{ id: 'call_1', name: 'get_weather', arguments: { city: 'Oslo' } }]
    }
  })
  const { server, files, read } = await buildRecorder(t, await upstream.listen())
  const request = {
    model: 'gpt-4o',
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'My key is sk-secret-0123456789. How is the weather?' }
    ],
    tools: [weather],
    temperature: 0.25,
    user: 'somebody',
    metadata: { team: 'red' },
    store: true,
    stream: true
  }
  const headers = { cookie: 'a=secret-cookie', 'openai-organization': 'org-secret', 'openai-project': 'proj_secret' }
  t.equal((await ask(server, request, { key: 'sk-secret-0123456789', headers })).status, 200)
  t.match(files()[0], /^0001-my-key-is-sk-how-is-the-weather-[0-9a-f]{16}\.yaml$/)
  const text = read()
  t.notMatch(text, /0123456789|secret-cookie|org-secret|proj_secret|somebody|red\b/)
  t.equal(
    text
      .replace(/digest: .*/, 'digest: …')
      .replace(/chunkMs: .*/, 'chunkMs: …')
      .replace(/ +endMs: .*\n/, ''),
    `# Recorded. Without its digest, this fixture also matches requests that differ in parameters that are not in match.
name: My key is sk-…. How is the weather?
match:
  model: gpt-4o
  system:
    exact: Be brief.
  messageCount: 2
  tools:
    - get_weather
  params:
    temperature: 0.25
  digest: …
reply:
  text: |-
    It is cold.
    Very.
  toolCalls:
    - name: get_weather
      arguments:
        city: Oslo
      id: call_1
  timing:
    chunkMs: …
`
  )
  await ask(server, request, { key: 'sk-secret-0123456789' })
  t.equal(upstream.requests().length, 1, 'the recording matches the second request')
})

t.test('equal requests are forwarded and written once, with any key, streamed or not', async t => {
  let count = 0
  const upstream = await createUpstream(t, (_request, response) =>
    response.writeHead(200, json).end(completionJson(`Hi ${++count}.`))
  )
  const { server, files } = await buildRecorder(t, upstream)
  const first = await ask(server)
  const again = [
    await ask(server),
    await ask(server, { ...hello, stream: true, user: 'x' }),
    await ask(server, hello, { key: 'sk-other' })
  ]
  t.equal(count, 1)
  t.equal(files().length, 1)
  t.match(first.text, 'Hi 1.')
  for (const { status } of again) t.equal(status, 200)
  await ask(server, { ...hello, temperature: 0 })
  await ask(server, { ...hello, n: 2 })
  await ask(server, { ...hello, messages: [{ role: 'system', content: 'x' }, ...hello.messages] })
  t.equal(count, 4, 'a parameter that changes the response makes a different request')
  t.match(
    server.requests().map(({ fixture }) => fixture),
    Array(7).fill('Hello!')
  )
})

t.test('different responses to parallel equal requests become a sequence, equal responses do not', async t => {
  const waiting: (() => void)[] = []
  const texts = ['one', 'two', 'two']
  const upstream = await createUpstream(t, (_request, response) => {
    const at = waiting.length
    waiting.push(() => response.writeHead(200, json).end(completionJson(texts[at]!)))
    if (waiting.length === texts.length) for (const respond of waiting) respond()
  })
  const { server, directory, files, read } = await buildRecorder(t, upstream)
  const completions = await Promise.all(texts.map(() => complete(server)))
  t.same(completions.map(({ choices }) => choices[0]!.message.content).sort(), ['one', 'two', 'two'])
  t.equal(files().length, 1)
  const recorded = [...read().matchAll(/text: (\w+)/g)].map(([, text]) => text)
  t.ok(recorded.length === 2 || recorded.join() === 'two,one,two', `in order of arrival: ${recorded}`)
  const replaying = await build(t, { fixtures: directory, replaySpeed: 'none' })
  for (const text of [...recorded, recorded.at(-1)])
    t.equal((await complete(replaying)).choices[0]!.message.content, text)
})

t.test('retries are forwarded, and the recording returns their responses in order', async t => {
  const failures = [429, 429, 500, 503]
  let count = 0
  const upstream = await createUpstream(t, (_request, response) => {
    const status = failures[count++] ?? 200
    const error = { message: `No ${status}.`, type: 'their_type', param: null, code: null }
    if (status === 200) response.writeHead(200, json).end(completionJson('At last.'))
    else response.writeHead(status, { ...json, 'retry-after': '1' }).end(JSON.stringify({ error }))
  })
  const { server, directory, files } = await buildRecorder(t, upstream)
  const statuses: number[] = []
  for (let at = 0; at < 7; at++) statuses.push((await ask(server)).status)
  t.same(statuses, [429, 429, 500, 503, 200, 200, 200])
  t.equal(count, 5)
  t.equal(files().length, 1)
  const replaying = await build(t, { fixtures: directory, unmatched: 'refuse' })
  const again = [await ask(replaying), await ask(replaying), await ask(replaying), await ask(replaying)]
  t.same(
    again.map(({ status }) => status),
    [429, 500, 503, 200],
    'equal API errors in a row are written once'
  )
  t.match(again[0], { headers: { 'retry-after': '1' } })
  t.same(errorOf(again[0]!), { message: 'No 429.', type: 'their_type', param: null, code: null })
})

t.test('known API errors are recorded by name with their facts, others with their message', async t => {
  const upstream = await build(t, { unknownModels: 'refuse' })
  const facts = { name: 'rate_limit_exceeded', limit: '3', used: '3', wait: '20s', retryAfter: '20', retryAfterMs: '' }
  await upstream.add([
    { match: { lastUser: 'hurry' }, reply: { error: facts } },
    { match: { lastUser: 'context' }, reply: { error: 'context_length_exceeded' } },
    { match: { lastUser: 'down' }, reply: { error: 'server_error_with_request_id' } },
    { match: { lastUser: 'key' }, reply: { error: 'invalid_api_key' } },
    {
      match: { lastUser: 'own' },
      reply: {
        error: { status: 418, message: 'As {{ tea }}, of org-abcdefgh.', type: 'tea', param: 'pot', code: 'short' }
      }
    },
    {
      match: { lastUser: 'filtered' },
      reply: {
        error: {
          status: 400,
          message: 'Filtered.',
          type: null,
          param: 'prompt',
          code: 'content_filter',
          more: { status: 400, innererror: { code: 'policy', owner: 'org-abcdefgh', '2': {}, '10': [null] } }
        }
      }
    },
    { match: { lastUser: 'unreachable' }, reply: { error: 'upstream_connect_error' } },
    {
      match: { lastUser: 'terminated' },
      reply: { error: { name: 'upstream_connect_error', reason: 'connection termination' } }
    }
  ] as never)
  const { server, directory, files, read } = await buildRecorder(t, await upstream.listen())
  const requests = [
    about('hurry'),
    about('context'),
    about('down'),
    about('own'),
    about('filtered'),
    about('unreachable'),
    about('terminated'),
    about('x', { model: 'nobody-knows' })
  ]
  const recorded: TestResponse[] = []
  for (const request of requests) recorded.push(await ask(server, request))
  t.equal((await ask(server, about('key'))).status, 401)
  t.equal(files().length, requests.length, 'an error about the key is not written')
  await upstream.close()
  const replaying = await build(t, { fixtures: directory, unmatched: 'refuse' })
  for (const [at, request] of requests.entries()) {
    const again = await ask(replaying, request)
    t.equal(again.status, recorded[at]!.status)
    const secret = /org-(abcdefgh|standin-org)\b/g
    t.equal(
      steady(again),
      steady(recorded[at]!).replace(secret, 'org-000000000000000000000000'),
      JSON.stringify(request)
    )
    t.equal(again.headers['retry-after'], recorded[at]!.headers['retry-after'])
  }
  t.match(read(0), /error:\n {4}name: rate_limit_exceeded\n/)
  t.match(read(0), /\n {4}wait: 20s\n/)
  t.notMatch(read(0), /organization/)
  t.match(read(2), /error: server_error_with_request_id\n/)
  t.match(read(3), /error:\n {4}status: 418\n/)
  t.match(read(4), /\n {4}type: null\n[\s\S]*\n {4}more:\n {6}status: 400\n {6}innererror:\n/)
  t.match(read(5), /error: upstream_connect_error\n/)
  t.match(read(6), /\n {4}reason: connection termination\n/)
  for (const at of requests.keys()) t.notMatch(read(at), /verbatim/, 'no verbatim body is needed')
})

t.test('errors in the formats of other services are forwarded and recorded unchanged', async t => {
  const bodies = [
    '{"detail":"Not Found"}',
    '{"error":"model \'x\' not found"}',
    '{"object":"error","message":"no","code":404}',
    `{"error":{"message":"deep","type":null,"param":null,"code":null,"inner":${'['.repeat(20_000)}${']'.repeat(20_000)}}}`
  ]
  let at = 0
  const upstream = await createUpstream(t, (_request, response) => response.writeHead(404, json).end(bodies[at++]))
  const { server, directory } = await buildRecorder(t, upstream)
  for (const [at, body] of bodies.entries())
    t.match(await ask(server, about(`question ${at}`)), { status: 404, text: body })
  const replaying = await build(t, { fixtures: directory, unmatched: 'refuse' })
  for (const [at, body] of bodies.entries())
    t.match(
      await ask(replaying, about(`question ${at}`)),
      { status: 404, text: body },
      'the recording returns the same bytes'
    )
})

const foreign: Record<string, { text: string; stream?: boolean; status?: number; params?: Partial<ChatRequest> }> = {
  'additional keys': { text: completionJson('Hi.').replace('}]', '}],"timings":{"ms":[1,2]}') },
  'another indentation': { text: `${JSON.stringify(JSON.parse(completionJson('Hi {{ there }}.')), null, 4)}\r\n` },
  'a tool call': {
    text: JSON.stringify({
      id: 'x',
      choices: [
        { index: 0, message: { role: 'assistant', tool_calls: calls.slice(0, 1) }, finish_reason: 'tool_calls' }
      ]
    })
  },
  'several choices': {
    text: JSON.stringify({
      choices: [1, 0].map(index => ({ index, message: { content: `${index}` }, finish_reason: 'stop' }))
    })
  },
  'log probabilities': {
    text: completionJson('Hi.').replace('"finish', '"logprobs":{"content":[{"token":"Hi."}]},"finish'),
    params: { logprobs: true }
  },
  'an error': { text: '{"error":{"message":"No.","type":"x","param":null,"code":"y"}}', status: 422 },
  'a known API error': {
    text: '{"error":{"message":"The server had an error while processing your request. Sorry about that!","type":"server_error","param":null,"code":null}}',
    status: 500
  },
  'other chunks': {
    stream: true,
    text: `${['He', 'llo the', 're'].map(content => chunk(content)).join('')}${chunk('', 'stop')}data: [DONE]\n\n`
  },
  'comments and event names': {
    stream: true,
    text: `: hello\n\nevent: chunk\n${chunk('Hi.')}${chunk('', 'stop')}data: {"timings":{"ms":5}}\n\ndata: [DONE]\n\n`
  },
  'carriage returns': {
    stream: true,
    text: `${chunk('Hi.', 'stop')}data: [DONE]\n\n`.replaceAll('\n', '\r\n')
  },
  'no end marker': { stream: true, text: chunk('Hi.', 'stop') }
}

t.test('responses of other servers are recorded and returned unchanged', async t => {
  const upstream = await createUpstream(t, async (request, response) => {
    let body = ''
    for await (const part of request) body += part
    const { text, status = 200, stream } = foreign[(JSON.parse(body) as ChatRequest).messages[0]!.content as string]!
    response.writeHead(status, stream ? { 'content-type': 'text/event-stream' } : json).end(text)
  })
  const { server, directory, read } = await buildRecorder(t, upstream)
  const requestFor = (name: string) => ({
    ...about(name, foreign[name]!.params),
    stream: foreign[name]!.stream === true
  })
  for (const [name, { text }] of Object.entries(foreign))
    t.equal((await ask(server, requestFor(name))).text, text, name)
  t.match(await checkConfig(resolveOptions({ serverOptions: { fixtures: directory } })), /All is well/)
  const replaying = await build(t, { fixtures: directory, unmatched: 'refuse', replaySpeed: 'none' })
  const paced = await build(t, { fixtures: directory, unmatched: 'refuse' })
  // After an error that clients retry, the recording server forwards the request again.
  for (const [name, { text, status = 200 }] of Object.entries(foreign))
    for (const again of [
      await ask(server, requestFor(name)),
      await ask(replaying, requestFor(name)),
      await ask(paced, requestFor(name))
    ])
      t.match(again, { status, text }, name)
  const other = await complete(replaying, about('other chunks'))
  t.equal(other.choices[0]!.message.content, 'Hello there', 'the other format is built from the text')
  t.match(read(), /verbatim:/)
})

t.test('faults and the journal apply to verbatim responses too', async t => {
  const { text } = foreign['other chunks']!
  const server = await build(t)
  const words = completionJson('Hello there')
  await server.add({
    match: { lastUser: 'letter' },
    reply: { text: 'Hello there', verbatim: { stream: text, json: words } }
  })
  const streamed = { ...about('to the letter'), stream: true }
  const headers = { 'x-mock-fault': 'drop; after=1' }
  const dropped = await ask(server, streamed, { headers })
  t.not(dropped.text, text)
  t.ok(text.startsWith(dropped.text.slice(0, 40)))
  t.equal((await ask(server, about('to the letter'))).text, words)
  const kept = server.requests().at(-1)!
  t.match(JSON.stringify(kept), /Hello there/)
})

t.test('a conversation keeps its order, and equal messages of two conversations are recorded separately', async t => {
  let count = 0
  const upstream = await createUpstream(t, (_request, response) =>
    response.writeHead(200, json).end(completionJson(`Answer ${++count}`))
  )
  const { server, directory, files } = await buildRecorder(t, upstream)
  const talk = async (server: Server, words: string[]) => {
    const messages: ChatRequest['messages'] = []
    for (const content of words) {
      messages.push({ role: 'user', content })
      const { choices } = await complete(server, { model: 'gpt-4o', messages })
      messages.push({ role: 'assistant', content: choices[0]!.message.content })
    }
    return messages.filter(({ role }) => role === 'assistant').map(({ content }) => content)
  }
  const conversations = [
    ['Cats?', 'Why?', 'Yes.'],
    ['Dogs?', 'Why?', 'Yes.']
  ]
  const recorded = []
  for (const words of conversations) recorded.push(await talk(server, words))
  t.same(recorded, [
    ['Answer 1', 'Answer 2', 'Answer 3'],
    ['Answer 4', 'Answer 5', 'Answer 6']
  ])
  t.same(
    files().map(name => name.replace(/-[0-9a-f]{16}\.yaml$/, '')),
    ['0001-cats', '0002-why', '0003-yes', '0004-dogs', '0005-why', '0006-yes']
  )
  const replaying = await build(t, { fixtures: directory, unmatched: 'refuse', replaySpeed: 'none' })
  for (const [at, words] of conversations.entries()) t.same(await talk(replaying, words), recorded[at])
  // A later recording continues the numbers.
  const later = await build(t, { unmatched: 'record', upstream, fixtures: directory })
  await talk(later, ['Cats?', 'Why?', 'No.'])
  t.match(files()[6], /^0007-no-/)
})

t.test('requests that differ only in the ids of tool calls are equal', async t => {
  const upstream = await createUpstream(t, (_request, response) =>
    response.writeHead(200, json).end(completionJson('Cold.'))
  )
  const { server, files } = await buildRecorder(t, upstream)
  const request = results('cold', 'warm')
  await ask(server, request)
  await ask(server, JSON.stringify(request).replaceAll('call_1', 'call_x').replaceAll('call_2', 'call_y'))
  t.equal(files().length, 1)
  await ask(
    server,
    JSON.stringify(request)
      .replaceAll('"tool_call_id":"call_1"', '"tool_call_id":"call_3"')
      .replaceAll('"id":"call_1"', '"id":"call_3"')
  )
  t.equal(files().length, 1)
  await ask(server, results('warm', 'cold'))
  t.equal(files().length, 2)
})

t.test('an upstream with its own parameters and tokenizer is recorded unchanged', async t => {
  let count = 0
  const upstream = await createUpstream(t, (_request, response) => {
    const body = {
      choices: [{ index: 0, message: { content: `${++count} is what is said` }, finish_reason: 'length' }]
    }
    response.writeHead(200, json).end(JSON.stringify(body))
  })
  const { server, directory } = await buildRecorder(t, upstream, { validate: 'off' })
  const requests = [5, 6].map(top_k => ({ ...hello, max_tokens: 2, stop: ' ', top_k }))
  const choiceOf = async (server: Server, body: object) => (await complete(server, body)).choices[0]
  for (const request of requests) await choiceOf(server, request)
  t.equal(count, 2, 'an unknown parameter makes a different request')
  const replaying = await build(t, { fixtures: directory, validate: 'off', unmatched: 'refuse', replaySpeed: 'none' })
  for (const [at, request] of requests.entries())
    t.match(await choiceOf(replaying, request), {
      message: { content: `${at + 1} is what is said` },
      finish_reason: 'length'
    })
})

t.test('any text is unchanged after writing and reading', async t => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary-ascii' }), async (text, other) => {
      const data = { reply: { text, other }, chunkMs: [1, 2] }
      t.same((await parseSource('x', await formatYaml(data, ['chunkMs']))).data, data)
    })
  )
})

t.test("a user's fixtures match before the upstream, and the built-in fixtures do not", async t => {
  let count = 0
  const upstream = await createUpstream(t, (_request, response) =>
    response.writeHead(200, json).end(completionJson(`Theirs ${++count}`))
  )
  const directory = t.testdir({ 'own.yaml': 'match: { lastUser: mine }\nreply: { text: Mine. }\n' })
  const { server } = await buildRecorder(t, upstream, { fixtures: directory })
  t.equal((await complete(server, about('mine'))).choices[0]!.message.content, 'Mine.')
  t.equal((await complete(server)).choices[0]!.message.content, 'Theirs 1')
  t.same(server.unmatched(), [], 'a forwarded request is not unmatched')
})

t.test('recorded responses keep their delays, divide them by the replay speed, or come at once', async t => {
  const timing = { chunkMs: [100, 150, 400], endMs: 500 }
  const directory = t.testdir({
    'a.yaml': `match: { lastUser: a }\nreply: { text: Hello there friend, timing: ${JSON.stringify(timing)} }\n`
  })
  const delay = async (options: ServerOptions, body: object) => {
    const server = await build(t, { fixtures: directory, ...options })
    const { headers } = await ask(server, body, { headers: { 'x-mock-server-timing': '1' } })
    return Number(/delay;dur=([\d.]+)/.exec(headers['server-timing']!)![1])
  }
  t.equal(await delay({}, about('a')), 500)
  t.equal(await delay({ replaySpeed: 4 }, about('a', { stream: true })), 125)
  t.equal(await delay({ replaySpeed: 'none', timing: 'firstTokenMs=20' }, about('a')), 20)
  t.equal(applyReplaySpeed(timing, 'none'), undefined)
  t.same(applyReplaySpeed(timing, 0.5), { chunkMs: [200, 300, 800], endMs: 1000 })
  t.same(applyReplaySpeed({ firstTokenMs: 5 }, 'none'), { firstTokenMs: 5 }, 'a pace that is not recorded stays')
})

t.test('a recorded pace sets when each chunk is due, and a response in other chunks takes as long', async t => {
  const random = createRandom('')
  const moment = { promptTokens: 9, reasoningTokens: 3, openStreams: 5 }
  const { at, end } = createSchedule(resolvePacing({ chunkMs: [100, 200, 400], endMs: 450 }), random, moment)
  const dues = (count: number) => Array.from({ length: count }, (_, token) => at(token, count))
  t.same(
    [dues(1), dues(2), dues(3), dues(5), end],
    [[100], [100, 400], [100, 200, 400], [100, 150, 200, 300, 400], 450]
  )
  t.same([at(0), at(2), at(7)], [100, 400, 400])
})

t.test('the recording of a paced stream contains its pace', async t => {
  const upstream = await build(t, { timing: 'firstTokenMs=60, interTokenMs=20' })
  await upstream.add({ reply: { text: 'One two three four five.' } })
  const { server, read } = await buildRecorder(t, await upstream.listen())
  const { text } = await ask(server, { ...hello, stream: true })
  const times = JSON.parse(`[${/chunkMs: \[(.*)\]/.exec(read())![1]}]`) as number[]
  const pieces = chunksOf(text).filter(({ choices }) => choices[0]?.delta.content)
  t.equal(times.length, pieces.length)
  for (const [at, ms] of times.entries()) t.ok(ms >= 59 + 20 * at - at, `${ms} of chunk ${at} is not too soon`)
  const { headers } = await ask(server, hello, { headers: { 'x-mock-server-timing': '1' } })
  const end = /endMs: ([\d.]+)/.exec(read())?.[1] ?? times.at(-1)
  t.equal(
    Number(/delay;dur=([\d.]+)/.exec(headers['server-timing']!)![1]),
    Number(end),
    'the recording server keeps it'
  )
})

t.test('a contradictory pace is a ConfigError of its file', async t => {
  for (const [timing, message] of [
    [{ chunkMs: [2, 1] }, /^here: chunkMs is \[2,1\], expected a list of numbers that never fall/],
    [{ chunkMs: [] }, /chunkMs is \[\]/],
    [{ endMs: 3 }, /chunkMs is undefined/],
    [{ chunkMs: [5], endMs: 3 }, /endMs is 3, expected a number of at least 5/],
    [{ chunkMs: [5], jitter: 0.2 }, /chunkMs sets the complete pace, expected no jitter beside it/],
    [{ chunkMs: [5], profile: 'slow' }, /expected no profile beside it/]
  ] as const)
    t.throws(() => parseTiming(timing, 'here'), { name: 'ConfigError', message })
  const directory = t.testdir({ 'reply.yaml': 'reply:\n  - { text: x, timing: { chunkMs: [2, 1] } }\n' })
  await t.rejects(build(t, { fixtures: directory }), { message: /reply\.yaml:2:\d+: chunkMs is \[2,1\]/ })
})

t.test('with --watch, recorded fixtures stay when their files are reloaded', async t => {
  const upstream = await createUpstream(t, (_request, response) =>
    response.writeHead(200, json).end(completionJson('Hi.'))
  )
  const directory = t.testdir({})
  mkdirSync(join(directory, 'more'))
  const { server } = await buildRecorder(t, upstream, { fixtures: directory, watch: true })
  await ask(server)
  const { fixtures } = JSON.parse((await server.app.inject('/_mock/fixtures')).body)
  t.equal(fixtures.length, 1)
  t.match(fixtures[0].place, /0001-hello-\w+\.yaml:2$/)
})

t.test('recordings that wait for the disk are limited, and a refused recording leaves no file', async t => {
  const directory = t.testdir({})
  const recorder = createRecorder(
    directory,
    () => ({ check: () => [], errorNames: new Set(), errorStatuses: {}, operations: [] }),
    () => {}
  )
  const fixture = (digest: string, length: number) => ({
    name: digest,
    match: { digest },
    reply: { text: 'x'.repeat(length) }
  })
  const large = fixedLimits.recorderQueue / 2
  await t.rejects(recorder.save(fixture('0000000000000001', large), []), {
    message: 'more than 64 MiB of recordings wait for the disk'
  })
  const saved = await Promise.all(['2', '3'].map(each => recorder.save(fixture(each.padStart(16, '0'), 10), [])))
  t.equal(saved.length, 2)
  t.equal(readdirSync(directory).length, 2)
})
