/** Tests sessions, the journal (filters, verification, export), and the masks of API keys. */
import { once } from 'node:events'
import { connect } from 'node:net'
import fc from 'fast-check'
import pino from 'pino'
import t, { type Test } from 'tap'
import { ApiError } from '../src/core/api-error.js'
import { fixedLimits } from '../src/core/fixed-limits.js'
import { createKeyMask, replaceKey, replaceKeyInStream } from '../src/core/key-mask.js'
import { resolveOptions } from '../src/core/resolve-options.js'
import { collectRequests } from '../src/http/admin/collect.js'
import type { AppContext } from '../src/http/context.js'
import { createServer, type Server } from '../src/index.js'
import { openServer } from '../src/server/server.js'
import type { Exchange } from '../src/state/exchange.js'
import { copiedFields, copyExchange } from '../src/state/exchange-copy.js'
import type { ExchangeRecord } from '../src/state/exchange-record.js'
import { createJournal, type JournalCursor } from '../src/state/journal.js'
import type { RequestFilter } from '../src/state/journal-query.js'
import { createRequestFeed, feedLimits } from '../src/state/request-feed.js'
import { createSessionTracker } from '../src/state/sessions.js'
import { ask, build, hello, helloFixture } from './helper.js'

const createRequest = (content: string, more = {}) => ({
  model: 'gpt-4o',
  messages: [{ role: 'user', content }],
  ...more
})

async function mock(
  server: Server,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  payload?: unknown,
  session?: string
) {
  const { statusCode, body } = await server.app.inject({
    method,
    url: `/_mock/${path}`,
    headers: {
      ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
      ...(session === undefined ? {} : { 'x-mock-session': session })
    },
    ...(payload === undefined ? {} : { payload: JSON.stringify(payload) })
  })
  return { status: statusCode, ...JSON.parse(body) }
}

const reply = async (server: Server, content: string, key: string) => {
  const { status, text } = await ask(server, createRequest(content), { key })
  return status === 200 ? JSON.parse(text).choices[0].message.content : status
}

t.test('fifty tests at once on one server do not see each other, twenty times over', async t => {
  const server = await build(t, { journalMb: 8 })
  for (let round = 0; round < 20; round++) {
    const tests = Array.from({ length: 50 }, async (_, index) => {
      const key = `sk-round-${round}-test-${index}`
      await mock(
        server,
        'POST',
        'fixtures',
        {
          match: { lastUser: 'try' },
          reply: [{ error: 'rate_limit_exceeded' }, { error: 'rate_limit_exceeded' }, { text: `done ${index}` }]
        },
        key
      )
      await mock(server, 'POST', 'fixtures', { match: { lastUser: 'who' }, reply: { text: `I am ${index}` } }, key)
      const replies = [
        await reply(server, 'try', key),
        await reply(server, 'who', key),
        await reply(server, 'try', key),
        await reply(server, 'try', key)
      ]
      return JSON.stringify(replies) === JSON.stringify([429, `I am ${index}`, 429, `done ${index}`]) ? [] : [replies]
    })
    t.same((await Promise.all(tests)).flat(), [], `round ${round}`)
  }
})

t.test('the data of a session is removed with it, and with no other session', async t => {
  const server = await build(t)
  await server.add({ match: { lastUser: 'who' }, reply: { text: 'everybody' } })
  await server.add({ match: { lastUser: 'who' }, reply: { text: 'only a' } }, 'sk-a')
  t.same([await reply(server, 'who', 'sk-a'), await reply(server, 'who', 'sk-b')], ['only a', 'everybody'])
  await server.add({ match: { lastUser: 'who' }, reply: { text: 'everybody anew' } })
  t.equal(await reply(server, 'who', 'sk-a'), 'only a', 'a fixture of the session comes before a newer fixture for all')
  await mock(server, 'POST', 'faults', { fault: 'status=503' }, 'sk-a')
  t.same([await reply(server, 'who', 'sk-a'), await reply(server, 'who', 'sk-b')], [503, 'everybody anew'])
  t.equal((await mock(server, 'GET', 'requests', undefined, 'sk-a')).requests.length, 3)
  t.equal((await mock(server, 'GET', 'requests')).requests.length, 5)
  const { sessions } = await mock(server, 'GET', 'sessions')
  t.match(sessions, [
    { name: /^…~[0-9a-f]{6}$|^sk-…~[0-9a-f]{6}$/, requests: 3 },
    { name: /^sk-…~[0-9a-f]{6}$/, requests: 2 }
  ])
  t.not(sessions[0].name, sessions[1].name, 'masked keys can be told apart')
  t.match(await mock(server, 'DELETE', 'sessions/sk-a'), { fixtures: 1, requests: 3 })
  t.equal(await reply(server, 'who', 'sk-a'), 'everybody anew')
  t.equal((await mock(server, 'GET', 'requests', undefined, 'sk-b')).requests.length, 2)
  await server.reset()
  t.equal(server.requests().length, 0)
})

t.test('a reset of a session restarts its sequences', async t => {
  const server = await build(t)
  await server.add({ match: { lastUser: 'count' }, reply: [{ text: 'one' }, { text: 'two' }] })
  t.same(
    [await reply(server, 'count', 'a'), await reply(server, 'count', 'a'), await reply(server, 'count', 'b')],
    ['one', 'two', 'one']
  )
  await mock(server, 'POST', 'reset', undefined, 'a')
  t.same([await reply(server, 'count', 'a'), await reply(server, 'count', 'b')], ['one', 'two'])
})

t.test('the journal is filtered and paged, and a wrong filter is rejected', async t => {
  const server = await build(t)
  await server.add(helloFixture)
  await ask(server, hello, { key: 'sk-one' })
  await ask(server, createRequest('zebras'), { key: 'sk-two' })
  await ask(server, { ...hello, temperature: 3 }, { key: 'sk-two' })
  await ask(server, { ...hello, model: 'gpt-4.1', stream: true })
  const rows: [string, number][] = [
    ['', 4],
    ['status=400', 1],
    ['fixture=hello', 2],
    ['model=gpt-4.1', 1],
    ['unmatched=true', 1],
    ['text=zebras', 1],
    ['operation=createChatCompletion', 4],
    ['session=sk-two', 2],
    ['session=sk-two&status=200', 1],
    ['limit=3', 3]
  ]
  for (const [query, count] of rows)
    t.equal((await mock(server, 'GET', `requests?${query}`)).requests.length, count, query || 'all')
  const page = (await mock(server, 'GET', 'requests?limit=2')).requests
  const next = (await mock(server, 'GET', `requests?after=${page[1].id}`)).requests
  t.equal(next.length, 2, 'a page starts where the last one ended')
  t.match(await mock(server, 'GET', 'requests?stauts=400'), {
    status: 400,
    error: { message: /unknown filter "stauts", did you mean "status"/ }
  })
  t.match(await mock(server, 'GET', 'requests?limit=x'), {
    status: 400,
    error: { message: /limit is "x", expected a whole number/ }
  })
  t.match(await mock(server, 'GET', 'unmatched'), {
    requests: [
      { request: createRequest('zebras'), nearMisses: [/hello.*lastUser: expected to contain "Hello!", was "zebras"/] }
    ]
  })
})

t.test('requests are verified, and a failure reports the nearest requests', async t => {
  const server = await build(t)
  await server.add(helloFixture)
  await ask(server, createRequest('weather in Oslo'))
  await ask(server, createRequest('weather in Rome'))
  await ask(server, hello)
  const rows: [object, boolean, RegExp?][] = [
    [{ match: { lastUser: 'weather' } }, true],
    [{ match: { lastUser: 'weather' }, count: 2 }, true],
    [
      { match: { lastUser: 'weather' }, count: 1 },
      false,
      /^expected 1 request that match .*\nfound 2 of 3 chat requests\nreq_\w+ does: "weather in Oslo"/
    ],
    [
      { match: { lastUser: 'snow' } },
      false,
      /^expected at least 1 request .*\nfound 0 of 3 chat requests\nreq_\w+ does not: lastUser: expected to contain "snow", was "weather in Oslo"/
    ],
    [{ match: { lastUser: 'snow' }, never: true }, true],
    [{ match: { lastUser: 'weather' }, never: true }, false, /^expected no request that match/],
    [{ match: { lastUser: 'weather' }, atLeast: 3 }, false, /^expected at least 3 requests/],
    [{ match: { lastUser: 'weather' }, atLeast: 1, atMost: 2 }, true],
    [{ match: { lastUser: 'weather' }, atMost: 1 }, false, /^expected 0 to 1 requests/],
    [{ count: 3 }, true],
    [{ inOrder: [{ lastUser: 'Oslo' }, { lastUser: 'Rome' }, { lastUser: 'Hello' }] }, true],
    [
      { inOrder: [{ lastUser: 'Rome' }, { lastUser: 'Oslo' }] },
      false,
      /^expected 2 requests in order; number 2, .*, did not come after the 1 before it\nreq_\w+ does not: lastUser/
    ],
    [
      { noneUnmatched: true },
      false,
      /^found 2 of 3 chat requests that no fixture answered\nreq_\w+: "weather in Oslo"\n {2}hello/
    ]
  ]
  for (const [expected, verified, report] of rows) {
    const result = await mock(server, 'POST', 'verify', expected)
    t.match(result, { status: verified ? 200 : 409, verified }, JSON.stringify(expected))
    if (report) t.match(result.report.join('\n'), report)
    t.equal((await server.verify(expected)).verified, verified, 'in the same process')
  }
  t.match(await mock(server, 'POST', 'verify', { count: 0 }, 'nobody'), { verified: true })
  for (const [wrong, message] of [
    [{ cuont: 1 }, /verify: unknown key "cuont", did you mean "count"\? expected match/],
    [{ count: -1 }, /verify: count is -1, expected a whole number of at least 0/],
    [{ inOrder: [] }, /verify: inOrder expected a list of conditions/],
    [[], /verify: expected an object/],
    [{ match: null }, /verify: match: /],
    [{ match: 3 }, /verify: match: /],
    [{ match: { lastUsr: 'a' } }, /verify: match\.lastUsr: .*lastUser/],
    [{ match: { lastUser: 5 } }, /verify: match\.lastUser: /],
    [{ match: { any: 3 } }, /verify: match\.any: /],
    [{ match: { any: [{ not: 3 }] } }, /verify: match\.any\.0\.not: /],
    [{ match: { operation: 'createEmbeding' } }, /verify: match\.operation: .*did you mean "createEmbedding"/],
    [{ inOrder: [{ lastUser: 'a' }, 3] }, /verify: inOrder\.1: match: /],
    [{ inOrder: [{ lastUser: { regex: '(' } }] }, /verify: inOrder\.0: match\.lastUser/]
  ] as const)
    t.match(await mock(server, 'POST', 'verify', wrong), { status: 400, error: { message } })
})

t.test('verification counts requests of the operations that its conditions name, and else chat', async t => {
  const server = await build(t)
  const send = (url: string, body?: object) =>
    server.app.inject({
      method: body ? 'POST' : 'GET',
      url,
      headers: { authorization: 'Bearer sk-test' },
      ...(body && { payload: body })
    })
  await send('/v1/embeddings', { model: 'text-embedding-3-small', input: ['rain in Oslo', 'sun in Rome'] })
  await send('/v1/moderations', { input: 'rain' })
  await send('/v1/models/gpt-4o?x=1')
  await ask(server, createRequest('rain in Bonn'))
  const rows: [object, number][] = [
    [{ match: { lastUser: 'rain' } }, 1],
    [{ match: { operation: 'createEmbedding' } }, 1],
    [{ match: { operation: 'createEmbedding', lastUser: 'Rome' } }, 1],
    [{ match: { operation: 'createEmbedding', lastUser: 'Bonn' } }, 0],
    [{ match: { operation: 'createEmbedding', model: 'text-embedding-3-*' } }, 1],
    [{ match: { operation: ['createEmbedding', 'createModeration'], lastUser: 'rain' } }, 2],
    [{ match: { any: [{ operation: 'createModeration' }, { lastUser: 'Bonn' }] } }, 2],
    [{ match: { operation: 'GET /models/{model}' } }, 1],
    [{ match: { operation: 'retrieveModel', path: { model: 'gpt-4o' }, query: { x: '1' } } }, 1],
    [{ match: { operation: 'retrieveModel', path: { model: 'gpt-5' } } }, 0]
  ]
  for (const [expected, count] of rows) {
    const result = await server.verify({ ...expected, count })
    t.match(result, { verified: true, count }, JSON.stringify(expected))
    t.equal((await server.verify({ ...expected, count: count + 1 })).verified, false, 'and no more')
  }
  const inOrder = [{ operation: 'createModeration' }, { operation: 'listModels' }]
  const { report } = await server.verify({ inOrder })
  t.match(report.join('\n'), /req_\S+ does not: operation: expected to be listModels, was "retrieveModel"/)
  t.match(await server.verify({ inOrder: [{ operation: 'createEmbedding' }, { lastUser: 'rain' }] }), {
    verified: true
  })
  t.match(
    (await server.verify({ match: { operation: 'retrieveModel' }, never: true })).report.at(-1),
    'GET /v1/models/gpt-4o'
  )
})

t.test('the journal copies every field of an exchange', async t => {
  const from = Object.fromEntries(Object.keys(copiedFields).map(field => [field, `value of ${field}`]))
  const to: Record<string, unknown> = {}
  copyExchange(from as unknown as Exchange, to as unknown as Exchange)
  const needed = Object.entries(copiedFields).filter(([, isCopied]) => isCopied)
  t.same(to, Object.fromEntries(needed.map(([field]) => [field, from[field]])))
})

t.test('the journal names the rule that a request broke, with its newest evidence', async t => {
  const fixtures = t.testdir({
    errors: { 'own.yaml': 'tea: { status: 418, layer: edge, message: Tea, type: null, param: null, code: null }' },
    'none.yaml': 'match: { lastUser: tea }\nreply: { error: tea }'
  })
  const server = await build(t, { fixtures, validate: 'warn' })
  const rows: [request: object, headers: Record<string, string>, record: Record<string, unknown>][] = [
    [{ ...hello, top_logprobs: 3 }, {}, { rule: 'top_logprobs/top_logprobs_without_logprobs', evidence: 'measured' }],
    [{ ...hello, n: 200 }, {}, { rule: 'schema/integer_above_max_value', evidence: 'measured' }],
    [
      { ...hello, verbosity: 'low' },
      {},
      { name: 'unsupported_value', rule: 'verbosity/unsupported_value', evidence: 'thread', seen: '2025-09-19' }
    ],
    [hello, { prefer: 'code=billing_not_active' }, { evidence: 'thread', seen: '2025-06-17' }],
    [hello, { prefer: 'code=conflict' }, { evidence: 'inferred' }],
    [hello, { prefer: 'code=nothing_like_it' }, { name: 'unknown_preference', evidence: 'standin' }],
    [createRequest('tea'), {}, { name: 'tea' }]
  ]
  for (const [request, headers, record] of rows) {
    await ask(server, request, { headers: { 'x-mock-validate': 'spec', ...headers } })
    const { refusal } = server.requests().at(-1)!
    t.match(refusal, record)
    if (!record.rule) t.equal(refusal?.rule, undefined, 'an error without a rule')
    t.equal(refusal?.seen !== undefined, record.rule !== undefined || record.seen !== undefined)
  }
  await ask(server, { ...hello, verbosity: 'low' })
  t.match(server.requests().at(-1), {
    status: 200,
    warning: { rule: 'verbosity/unsupported_value', seen: '2025-09-19' }
  })
})

t.test('the journal is exported as an HTTP archive, without keys', async t => {
  const server = await build(t)
  await ask(server, hello, { key: 'sk-very-secret-indeed' })
  await ask(server, { ...hello, stream: true })
  const { log } = await mock(server, 'GET', 'requests?format=har')
  t.match(log, { version: '1.2', creator: { name: 'standin' } })
  t.equal(log.entries.length, 2)
  t.match(log.entries[0], {
    request: {
      method: 'POST',
      url: /\/v1\/chat\/completions$/,
      postData: { mimeType: 'application/json', text: JSON.stringify(hello) }
    },
    response: { status: 200, content: { mimeType: 'application/json', text: /"chat\.completion"/ } }
  })
  t.match(log.entries[1].response.content, { mimeType: 'text/event-stream', text: /^data: .*\n\ndata: \[DONE\]\n\n$/s })
  t.notMatch(JSON.stringify(log), 'very-secret')
})

t.test('the journal is exported as fixtures that give the same responses', async t => {
  const server = await build(t, { fixtures: 'none' })
  await server.add([
    {
      match: { lastUser: 'flaky' },
      reply: [{ error: 'rate_limit_exceeded' }, { text: 'At last, {{ request.model }}.' }]
    },
    { match: { lastUser: 'tool' }, reply: { toolCalls: [{ name: 'get_weather', arguments: { city: 'Oslo' } }] } },
    { match: { lastUser: 'braces' }, reply: { text: '{{ here }}', literal: true } },
    { match: { lastUser: 'function' }, reply: ({ model }) => `I am ${model}.` },
    {
      match: { lastUser: 'broken' },
      reply: () => {
        throw new Error('no')
      }
    }
  ])
  const requests = [
    createRequest('flaky'),
    createRequest('flaky'),
    createRequest('tool', { stream: true }),
    createRequest('braces'),
    createRequest('function')
  ]
  const responses = async (server: Server) => {
    const texts: string[] = []
    for (const request of requests)
      texts.push((await ask(server, request)).text.replace(/"(id|created|obfuscation)": ?[^,}]+/g, ''))
    return texts
  }
  const first = await responses(server)
  await ask(server, createRequest('broken'))
  await ask(server, { ...createRequest('broken'), temperature: 3 })
  await ask(server, createRequest('tool'), { headers: { 'x-mock-fault': 'truncate' } })
  const { headers, body } = await server.app.inject('/_mock/requests?format=fixtures')
  t.match(headers['content-type'], /^application\/yaml/)
  t.match(body, /^# left out: req_.*its fixture could not answer \(reply_failed\)$/m)
  t.match(body, /^# left out: req_.*it was refused \(decimal_above_max_value\) before a fixture could answer$/m)
  t.match(body, /^# left out: req_.*its answer was damaged \(truncate/m)
  const again = await build(t, { fixtures: t.testdir({ 'again.yaml': body }), unmatched: 'refuse' })
  t.same(await responses(again), first)
})

t.test('an export of no requests, and in an unknown format, is rejected', async t => {
  const server = await build(t)
  const rows: [string, RegExp][] = [
    ['fixtures', /none of 0 chat requests can be a fixture/],
    ['xml', /format is "xml", expected har, fixtures or summary/]
  ]
  for (const [format, message] of rows) {
    const { statusCode, body } = await server.app.inject(`/_mock/requests?format=${format}`)
    t.equal(statusCode, 400)
    t.match(JSON.parse(body).error.message, message)
  }
})

t.test('the journal has the time of each event of a paced stream, in order, and no times of other streams', async t => {
  const server = await build(t)
  const paced = { headers: { 'x-mock-timing': 'firstTokenMs=2, interTokenMs=1' } }
  const { text } = await ask(server, createRequest('Hello!', { stream: true }), paced)
  await ask(server, createRequest('Hello!', { stream: true }))
  const [record, other] = server.requests()
  const times = record?.chunkMs ?? []
  t.equal(times.length, text.split('\n\n').length - 1)
  t.same(
    times,
    [...times].sort((a, b) => a - b)
  )
  t.equal(other?.chunkMs, undefined)
})

const exchange = (members: Partial<Exchange> = {}): Exchange => ({
  id: 'req_1',
  at: 0,
  startedAt: 0,
  waitMs: 0,
  session: '',
  method: 'POST',
  url: '/',
  rawHeaders: [],
  status: 200,
  streamed: true,
  aborted: false,
  durationMs: 0,
  delayMs: 0,
  firstByteMs: 0,
  closed: true,
  ...members
})

t.test('everything that an exchange holds counts against the size of the journal', async t => {
  const text = 'x'.repeat(2000)
  const rows: [Partial<Exchange>, number][] = [
    [{}, 4],
    [{ url: text }, 2],
    [{ session: text }, 2],
    [{ key: text }, 2],
    [{ rawHeaders: ['x-long', text] }, 2],
    [{ rawHeaders: new Array(200).fill('') }, 1],
    [{ body: text }, 2],
    [{ responseBody: text }, 2],
    [{ responseBody: { length: 2000, bytes: 2000, toString: () => text } }, 2],
    [{ fixture: text }, 2],
    [{ fault: text }, 2],
    [{ mismatch: text }, 2],
    [{ apiError: new ApiError('invalid_type', { p: text }) }, 2],
    [{ warning: new ApiError('invalid_type', { p: text }) }, 2],
    [{ chunkMs: new Array(1000).fill(1) }, 1],
    [{ dueMs: new Float64Array(1000) }, 1],
    [{ chunkMs: new Array(1000).fill(1), dueMs: new Float64Array(1000) }, 0],
    [{ body: 'x'.repeat(4600) }, 1],
    [{ body: 'x'.repeat(4700) }, 0]
  ]
  for (const [members, kept] of rows) {
    const journal = createJournal(
      10_000,
      () => [],
      () => ({}),
      String
    )
    for (let turn = 0; turn < 4; turn++) journal.add(exchange(members))
    t.equal(journal.list().length, kept, Object.keys(members).join() || 'nothing')
  }
  const journal = createJournal(
    10_000,
    () => [],
    () => ({}),
    String
  )
  const fixtures = new Array(800).fill({})
  for (let turn = 0; turn < 3; turn++) journal.add(exchange({ triedFixtures: { fixtures } }))
  t.equal(journal.list().length, 3, 'exchanges in a row share their list of fixtures')
  for (let turn = 0; turn < 3; turn++) journal.add(exchange({ triedFixtures: { fixtures: [...fixtures] } }))
  t.equal(journal.list().length, 1, 'other lists count')
})

t.test('the journal decodes no more than a filter needs', async t => {
  let decoded = 0
  const journal = createJournal(
    1_000_000,
    () => [],
    () => ({}),
    String
  )
  for (let index = 0; index < 100; index++) {
    const responseBody = {
      length: 10,
      bytes: 10,
      toString() {
        decoded++
        return '{}'
      }
    }
    const body = JSON.stringify({ model: index % 2 ? 'gpt-4o' : 'gpt-4.1', messages: [`number ${index}`] }, null, 2)
    const triedFixtures = index === 98 ? { fixtures: [] } : undefined
    journal.add(exchange({ id: `req_${index}`, body, responseBody, session: `s${index % 10}`, triedFixtures }))
  }
  const rows: [RequestFilter, string[]][] = [
    [{ limit: 1 }, ['req_0']],
    [{ limit: 0 }, []],
    [{ after: 'req_97' }, ['req_98', 'req_99']],
    [{ after: 'req_50', limit: 1 }, ['req_51']],
    [{ session: 's3', limit: 2 }, ['req_3', 'req_13']],
    [{ unmatched: true }, ['req_98']],
    [{ text: '["number 7"]' }, ['req_7']],
    [{ model: 'gpt-4o', limit: 1 }, ['req_1']],
    [{ model: 'gpt-4o', after: 'req_95' }, ['req_97', 'req_99']],
    [{ status: 400 }, []]
  ]
  for (const [filter, ids] of rows) {
    decoded = 0
    t.same(
      journal.list(filter).map(({ id }) => id),
      ids,
      JSON.stringify(filter)
    )
    t.ok(decoded <= ids.length + Number(filter.after !== undefined), `${decoded} answers are decoded`)
  }
})

t.test('a long journal is read in parts, and the parts are the list', async t => {
  const journal = createJournal(
    16 * 1024 * 1024,
    () => [],
    () => ({}),
    String
  )
  for (let index = 0; index < 100; index++) journal.add(exchange({ id: `req_${index}`, body: 'x'.repeat(40_000) }))
  for (const filter of [{}, { limit: 60 }, { after: 'req_9', limit: 40 }, { text: 'x' }]) {
    const ids: string[] = []
    let parts = 0
    let cursor: JournalCursor | undefined
    do {
      const part = journal.listPart(filter, cursor)
      parts++
      ids.push(...part.records.map(({ id }) => id))
      cursor = part.next
      if (parts === 1) journal.add(exchange({ id: 'later', status: 0 }))
    } while (cursor)
    t.ok(parts > 2, `${parts} parts`)
    const expected = journal.list('after' in filter ? { limit: 41, after: 'req_8' } : filter).map(({ id }) => id)
    t.same(ids, expected, JSON.stringify(filter))
    journal.clear('')
    for (let index = 0; index < 100; index++) journal.add(exchange({ id: `req_${index}`, body: 'x'.repeat(40_000) }))
  }
})

t.test('the journals of several processes are read in parts, and merged by time', async t => {
  const journals = [0, 1, 2].map(() =>
    createJournal(
      16 * 1024 * 1024,
      () => [],
      () => ({}),
      String
    )
  )
  const body = 'x'.repeat(40_000)
  for (let at = 0; at < 90; at++) journals[at % 2]!.add(exchange({ id: `req_${at}`, at, body, session: `s${at % 3}` }))
  let calls = 0
  const broadcast = async (_command: string, filter: RequestFilter, cursors?: Record<number, JournalCursor>) => {
    calls++
    return journals.map((journal, process) => {
      const cursor = cursors?.[process]
      return { process, ...(cursors && !cursor ? { records: [] } : journal.listPart(filter, cursor)) }
    })
  }
  const all = Array.from({ length: 90 }, (_, at) => at)
  const rows: [RequestFilter, number[]][] = [
    [{}, all],
    [{ limit: 5 }, all.slice(0, 5)],
    [{ after: 'req_40' }, all.slice(41)],
    [{ after: 'req_41', limit: 3 }, [42, 43, 44]],
    [{ after: 'req_none', limit: 2 }, [0, 1]],
    [{ session: 's1', limit: 3 }, [1, 4, 7]],
    [{ session: 's1', after: 'req_7', limit: 2 }, [10, 13]]
  ]
  for (const [filter, expected] of rows) {
    const records = await collectRequests({ broadcast } as unknown as AppContext, filter)
    t.same(
      records.map(({ id }) => id),
      expected.map(at => `req_${at}`),
      JSON.stringify(filter)
    )
  }
  t.ok(calls > rows.length, 'several parts')
})

t.test('removed fixtures are in no near miss, so that nothing keeps them in memory', async t => {
  const server = await build(t, { fixtures: 'none' })
  const add = (name: string, session?: string) =>
    mock(server, 'POST', 'fixtures', { name, match: { lastUser: 'z' }, reply: { text: '' } }, session)
  await add('for all')
  await add('for one', 'sk-one')
  await ask(server, createRequest('first'))
  const misses = () =>
    server
      .unmatched()[0]
      ?.nearMisses?.map(miss => miss.replace(/ \(.*/, ''))
      .sort()
  t.same(misses(), ['for all', 'for one'])
  await mock(server, 'DELETE', 'fixtures', undefined, 'sk-one')
  t.same(misses(), ['for all'])
  await mock(server, 'DELETE', 'fixtures')
  t.same(misses(), [])
})

t.test('a long session name works like a short one', async t => {
  const server = await build(t)
  for (const session of ['s'.repeat(256), 's'.repeat(257), 's'.repeat(9000)]) {
    const ofSession = { headers: { 'x-mock-session': session } }
    const sequence = { match: { lastUser: 'again' }, reply: [{ text: 'one' }, { text: 'two' }] }
    await mock(server, 'POST', 'fixtures', sequence, session)
    const replies = [] as string[]
    for (let turn = 0; turn < 2; turn++)
      replies.push(JSON.parse((await ask(server, createRequest('again'), ofSession)).text).choices[0].message.content)
    t.same(replies, ['one', 'two'])
    t.equal(server.requests({ session }).length, 2)
    t.equal((await mock(server, 'GET', 'requests', undefined, session)).requests.length, 2)
    t.match(await mock(server, 'POST', 'reset', undefined, session), { fixtures: 1, requests: 2 })
    t.equal(server.requests({ session }).length, 0)
  }
})

t.test('idle sessions are returned by age, a few at a time, and at most once a minute', async t => {
  const minute = 60_000
  const sessions = createSessionTracker(10 * minute, { maxBytes: 420, maxPerSweep: 2 })
  for (const [name, at] of [
    ['a', 0],
    ['b', 1],
    ['a', 2],
    ['', 3],
    ['c', 4],
    ['d', 5]
  ] as const)
    sessions.touch(name, at * minute)
  t.equal(sessions.lastSeen('a'), 2 * minute)
  t.same(sessions.takeIdle(10 * minute), [])
  t.same(sessions.takeIdle(10.5 * minute), [], 'the last sweep was less than a minute ago')
  t.same(sessions.takeIdle(30 * minute), ['b', 'a'], 'the oldest first')
  sessions.touch('d', 30 * minute)
  t.same(sessions.takeIdle(31 * minute), ['c'])
  t.equal(sessions.lastSeen('c'), undefined)
  for (const name of ['e', 'f', 'g', 'h', 'i']) sessions.touch(name, 31 * minute)
  t.equal(sessions.lastSeen('d'), undefined, 'the number of sessions is limited')
  const neverIdle = createSessionTracker(0)
  neverIdle.touch('a', 0)
  t.same(neverIdle.takeIdle(1e15), [])
})

t.test('the data of an idle session is removed, and that of other sessions stays', async t => {
  let now = Date.now()
  t.intercept(Date, 'now', { value: () => now })
  const server = await build(t, { sessionIdleMinutes: 10 })
  const sequence = { match: { lastUser: 'try' }, reply: [{ text: 'one' }, { text: 'two' }] }
  await server.add(sequence, 'sk-idle')
  await server.add(sequence, 'sk-busy')
  await server.add({ match: { lastUser: 'try' }, reply: { text: 'all' } })
  t.same([await reply(server, 'try', 'sk-idle'), await reply(server, 'try', 'sk-busy')], ['one', 'one'])
  now += 9 * 60_000
  t.same([await reply(server, 'try', 'sk-busy'), server.requests({ session: 'sk-idle' }).length], ['two', 1])
  now += 2 * 60_000
  await reply(server, 'try', 'sk-busy')
  while (server.requests({ session: 'sk-idle' }).length) await new Promise(resolve => setImmediate(resolve))
  t.same([await reply(server, 'try', 'sk-idle'), await reply(server, 'try', 'sk-busy')], ['all', 'two'])
})

/** Shapes of keys. All but the last are masked also within other texts. */
const secretKeys = [
  'sk-proj-abcDEF0123456789ghiJKL',
  'sk-1234',
  'test-key-a',
  'key/with+signs=and"quotes\\x',
  'a.b*c(d)[e]{f}|g^h$i?',
  'plainwordsoflettersonly',
  'pass word with spaces',
  'sk-é-latin-ÿ-letters',
  '0123456789abcdef',
  'sk-$&-$1-replacement'
]

t.test('the API key of a request is masked wherever it occurs, in every output', async t => {
  for (const key of secretKeys) {
    const lines: string[] = []
    const log = pino({ level: 'trace' }, { write: (line: string) => lines.push(line) })
    const server = await openServer(resolveOptions({ serverOptions: { port: 0, unmatched: 'refuse' } }), log)
    t.teardown(() => server.close())
    await server.add([
      { name: `of ${key}`, match: { lastUser: 'named' }, reply: { text: 'Yes.' } },
      { match: { lastUser: 'echo' }, reply: { text: `It is ${key.replaceAll('{', '')}`, literal: true } },
      { match: { lastUser: 'own key', key }, reply: { text: 'Mine.' } },
      { match: { lastUser: 'header', headers: { authorization: `Bearer ${key}` } }, reply: { text: 'Mine.' } },
      {
        match: { lastUser: 'throws' },
        reply: () => {
          throw new Error(`no ${key}`)
        }
      }
    ])
    server.app.addHook('preHandler', async ({ exchange }) => {
      if (exchange.body?.includes('"crash"')) throw new Error(`an unexpected error about ${key}`)
    })
    const say = async (content: string, more: object = {}, headers: Record<string, string> = {}, query = '') =>
      ask(server, { ...createRequest(content), ...more }, { key, headers, url: `/v1/chat/completions${query}` })
    await say('named')
    await say('echo')
    await say('echo', { stream: true })
    await say('own key')
    await say('throws')
    await say(`My key is ${key}.`)
    await say(`unmatched\n${key}`, { user: key, metadata: { [key]: key }, store: true })
    await say('hello', {}, { 'x-trace': `of ${key}`, 'x-copy': key, cookie: `a=${key}`, 'x-api-key': key })
    await say('hello', {}, { 'x-mock-session': key })
    await say('hello', {}, { 'x-mock-session': `test of ${key}` })
    await say('hello', {}, {}, `?key=${encodeURIComponent(key)}&other=1`)
    await say('hello', {}, {}, `?key=${[...key].map(toPercent).join('')}&other=1`)
    await say('hello', { temperature: 3, user: key }, { 'x-mock-validate': 'warn' })
    await say('hello', { temperature: 3, model: key }, { 'x-mock-validate': 'warn' })
    await say('hello', { [key]: 1 }, { 'x-mock-validate': 'warn' })
    await say('crash')
    await say('hello', { model: `gpt ${key}` })
    await say('hello', { temperature: key })
    await say('hello', {}, { prefer: 'code=401' })
    await ask(server, JSON.stringify(createRequest(key)).replace(/[a-z](?=[^{]*$)/g, escapeUnicode), { key })
    await ask(server, `{ not JSON ${key}`, { key })
    await mock(server, 'POST', 'faults', { fault: 'close', rate: 0 }, key)
    await mock(server, 'POST', 'fixtures', { name: 'mine', match: { key: [key, 'sk-*'] }, reply: { text: 'x' } }, key)
    const shown = new Map<string, string>([['log', lines.join('')]])
    for (const path of [
      'requests',
      'requests?format=har',
      'requests?format=fixtures',
      'unmatched',
      'sessions',
      'metrics',
      'load',
      'fixtures',
      'faults',
      `requests?session=${encodeURIComponent(key)}`
    ])
      shown.set(path, (await server.app.inject(`/_mock/${path}`)).body)
    shown.set('in the process', JSON.stringify([server.requests(), server.unmatched()]))
    const forms = [key, JSON.stringify(key).slice(1, -1), encodeURIComponent(key), encodeURI(key)]
    const own = ['fixtures', 'requests?format=fixtures']
    for (const [name, text] of shown) {
      const plain = own.includes(name) ? text.replace(/It is .*|of .*/g, '') : text
      for (const form of forms) t.notOk(plain.includes(form), `${key} is not in ${name}`)
    }
    t.ok(JSON.parse(shown.get('requests')!).requests.length > 15)
    t.ok(lines.length > 15)
    t.ok(JSON.parse(shown.get(`requests?session=${encodeURIComponent(key)}`)!).requests.length > 10, 'found by its key')
  }
})

const toPercent = (char: string) =>
  [...Buffer.from(char)].map(byte => `%${byte.toString(16).padStart(2, '0')}`).join('')

const escapeUnicode = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`

t.test('a wrong key is masked in the journal and the log, but its sender sees it as the service shows it', async t => {
  for (const key of ['sk-wrong', 'sk-much-longer-wrong-key', 'wrong']) {
    const lines: string[] = []
    const log = pino({ level: 'trace' }, { write: (line: string) => lines.push(line) })
    const server = await openServer(resolveOptions({ serverOptions: { port: 0, key: 'sk-right-key-of-tests' } }), log)
    t.teardown(() => server.close())
    const { status, text } = await ask(server, hello, { key })
    t.equal(status, 401)
    const [, repeated] = /provided: (\S+)\. You/.exec(JSON.parse(text).error.message) ?? []
    t.ok(repeated?.startsWith(key.slice(0, 5)), 'the sender sees it')
    const shown = JSON.stringify(server.requests()) + lines.join('')
    for (const each of [key, repeated!]) t.notMatch(shown, new RegExp(`\\b${each.replaceAll('*', '\\*')}\\b`))
    t.match(shown, /"masked":"[^"]*~[0-9a-f]{6}"/)
  }
})

t.test('built-in keys are shown, and keys of the user are masked', async t => {
  const fixtures = t.testdir({ 'keys.yaml': 'keys: { sk-of-the-team: { organization: acme }, sk-own: {} }' })
  const server = await build(t, { fixtures, key: ['sk-flag-0123456789'] })
  await ask(server, hello, { key: 'sk-invalid' })
  await server.add({ match: { key: ['sk-exhausted', 'sk-own'] }, reply: { text: 'x' } })
  const { keys } = await mock(server, 'GET', 'keys')
  const names = keys.map(({ key }: { key: string }) => key)
  t.ok(names.includes('sk-invalid'))
  for (const mask of [/^sk-…team~/, /^sk-…~/, /^sk-…6789~/]) t.ok(names.some((name: string) => mask.test(name)))
  t.notMatch(names.join(), /of-the-team|sk-own|flag/)
  const [record] = server.requests()
  t.match(record, { session: 'sk-invalid', headers: { authorization: 'Bearer sk-invalid' } })
  t.match((await mock(server, 'GET', 'fixtures')).fixtures[0].match.key, ['sk-exhausted', /^sk-…~/])
})

t.test('other secrets of a request are shown, but not in headers of keys', async t => {
  const server = await build(t)
  const secret = 'other-secret-0123456789'
  const hidden = ['cookie', 'x-api-key', 'api-key', 'proxy-authorization']
  const headers = { ...Object.fromEntries(hidden.map(name => [name, secret])), 'x-password': secret }
  await ask(server, createRequest(`My password is ${secret}.`), { headers })
  const [record] = (await mock(server, 'GET', 'requests')).requests
  for (const name of [...hidden, 'authorization']) t.notMatch(record.headers[name], /other-secret-0|sk-test$/, name)
  t.equal(record.headers['x-password'], secret)
  t.match(record.request.messages, [{ content: `My password is ${secret}.` }])
})

t.test('different keys have different masks, which do not contain them', t => {
  const mask = createKeyMask(new Set(['sk-invalid']))
  t.equal(mask('sk-invalid'), 'sk-invalid')
  const keys = Array.from({ length: 500 }, (_, at) => [
    `sk-test-${at}`,
    `test-key-${at}`,
    `sk-run-${at}-same-end`
  ]).flat()
  t.equal(new Set(keys.map(mask)).size, keys.length)
  const key = fc.string({ minLength: 1, maxLength: 80, unit: 'grapheme' })
  fc.assert(
    fc.property(key, key, (one, two) => {
      t.equal(mask(one), mask(one))
      // A shorter key may be equal to a part of its hash.
      if (one.length > 6) t.notOk(mask(one).includes(one), one)
      if (one !== two) t.not(mask(one), mask(two))
    })
  )
  t.end()
})

t.test('a key is replaced in any text, and a text without the key stays', t => {
  const rows: [text: string, key: string, replaced: string][] = [
    ['of sk-1, sk-1.', 'sk-1', 'of M, M.'],
    ['sk-12 and xsk-1 and sk-1-2', 'sk-1', 'sk-12 and xsk-1 and sk-1-2'],
    ['a test of test', 'test', 'a test of test'],
    ['prefixsk-0123456789suffix', 'sk-0123456789', 'prefixMsuffix'],
    ['{"a":"line\\nsk-1"}', 'sk-1', '{"a":"line\\nM"}'],
    ['{"a":"ab\\"cdefghijkl"}', 'ab"cdefghijkl', '{"a":"M"}'],
    ['?a=ab%2Fcdefghijkl', 'ab/cdefghijkl', '?a=M']
  ]
  for (const [text, key, replaced] of rows) t.equal(replaceKey(text, key, 'M'), replaced, text)
  const event = (content: string) => `data: {"choices":[{"delta":{"content":${JSON.stringify(content)}}}]}\n\n`
  fc.assert(
    fc.property(
      fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 6 }),
      fc.string({ maxLength: 40 }),
      fc.string({ maxLength: 40 }),
      (pieces, before, after) => {
        const key = `k-${pieces.join('')}-0123456789`
        const stream = [before, 'k-', ...pieces, '-0123456789', after].map(event).join('')
        const content = (text: string) =>
          text
            .split('\n\n')
            .filter(Boolean)
            .map(each => JSON.parse(each.slice(6)).choices[0].delta.content)
            .join('')
        t.equal(
          content(replaceKeyInStream(stream, key, 'M')),
          content(stream).replaceAll(key, () => 'M')
        )
      }
    )
  )
  t.end()
})

t.test('the feed gives each reader what its filter selects, and counts what it leaves out', t => {
  const toRecord = ({ id }: Exchange) => ({ id }) as ExchangeRecord
  const open = (filter: RequestFilter = {}) => {
    const clock = { now: 0 }
    const feed = createRequestFeed(toRecord, () => clock.now)
    t.same(feed.take('a', filter, true), { records: [], dropped: 0 })
    const add = (count: number, members: Partial<Exchange> = {}) => {
      for (let at = 0; at < count; at++) feed.add(exchange({ id: `req_${at}`, ...members }))
    }
    const take = (isReady = true) => {
      const { records, dropped } = feed.take('a', filter, isReady)
      return [records.length, dropped]
    }
    return { clock, feed, add, take }
  }
  const { burst, recordsPerSecond, readers } = feedLimits
  const filters: [RequestFilter, Partial<Exchange>, number][] = [
    [{}, {}, 1],
    [{ status: 404 }, { status: 404 }, 1],
    [{ status: 404 }, {}, 0],
    [{ session: 's' }, { session: 's' }, 1],
    [{ session: 's' }, { session: 'r' }, 0],
    [{ model: 'm' }, { body: '{"model":"m"}' }, 1],
    [{ model: 'm' }, { body: '{"model":"n"}' }, 0],
    [{ unmatched: true }, { triedFixtures: { fixtures: [] } }, 1],
    [{ unmatched: true }, {}, 0]
  ]
  for (const [filter, members, count] of filters) {
    const { add, take } = open(filter)
    add(1, members)
    t.same(take(), [count, 0], JSON.stringify(filter))
    t.same(take(), [0, 0], 'each record comes once')
  }
  const many = open()
  many.add(burst + 7)
  t.same(many.take(), [burst, 7], 'a burst')
  many.clock.now += 1000
  many.add(recordsPerSecond + 3)
  t.same(many.take(), [recordsPerSecond, 3], 'a second after a burst')
  many.clock.now += 10
  many.add(1000)
  t.same(many.take(), [recordsPerSecond / 100, 1000 - recordsPerSecond / 100], 'a hundredth of a second')

  const slow = open()
  for (let second = 0; second < 20; second++) {
    slow.clock.now += 1000
    slow.add(recordsPerSecond)
    t.same(slow.take(false), [0, 0], 'a reader that is not ready gets nothing')
  }
  t.same(slow.take(), [burst, 20 * recordsPerSecond - burst], 'the newest records wait')

  const large = open()
  const body = 'x'.repeat(fixedLimits.requestStreamQueue / 8)
  large.add(10, { body })
  let [count, dropped] = [0, 0]
  for (let time = 0; time < 10; time++) {
    const [more, lost] = large.take() as [number, number]
    t.ok(more <= 1, 'a large record comes alone')
    count += more
    dropped += lost
  }
  t.same([count, dropped], [3, 7], 'large records wait up to the limit of memory')
  large.add(1, { body: body.repeat(8) })
  t.same(large.take(), [0, 1], 'a record above the limit')

  const absent = open()
  absent.feed.take('b', {}, true)
  absent.clock.now += 20_000
  absent.take()
  absent.clock.now += 20_000
  absent.add(1)
  t.same([absent.take(), absent.feed.take('b', {}, true)], [[1, 0], { records: [], dropped: 0 }])
  absent.feed.leave('a')
  absent.feed.leave('b')
  t.equal(absent.feed.hasReaders, false)
  for (let at = 0; at < readers; at++) absent.feed.take(`reader ${at}`, {}, true)
  t.throws(() => absent.feed.take('one more', {}, true), /request_stream_limit/)
  t.same(absent.feed.take('reader 0', {}, true), { records: [], dropped: 0 })
  t.end()
})

/** Opens a stream of requests, and collects its events. */
async function follow(t: Test, url: string, query = '', headers: Record<string, string> = {}) {
  const controller = new AbortController()
  t.teardown(() => controller.abort())
  const response = await fetch(`${url}/_mock/requests/stream${query}`, { headers, signal: controller.signal })
  const events: { event: string; id?: string; data: ExchangeRecord }[] = []
  let text = ''
  const ended = (async (): Promise<'whole' | 'cut'> => {
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk
      const parts = text.split('\n\n')
      text = parts.pop()!
      for (const part of parts.filter(each => !each.startsWith(':'))) {
        const fields = Object.fromEntries(part.split('\n').map(line => line.split(/: (.*)/s).slice(0, 2)))
        events.push({ ...fields, data: JSON.parse(fields.data) })
      }
    }
    return 'whole'
  })().catch(() => 'cut' as const)
  const until = async (count: number) => {
    while (events.length < count) await new Promise(resolve => setImmediate(resolve))
    return events
  }
  return { response, events, until, ended, leave: () => controller.abort() }
}

const chatOver = (url: string, content: string, key = 'sk-test') =>
  fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(createRequest(content))
  }).then(response => response.text())

t.test('a stream has each request when it has ended, as the journal lists it', async t => {
  const server = await build(t, { fixtures: ['none'] })
  await server.add(helloFixture)
  const url = await server.listen()
  await chatOver(url, 'before the stream')
  const { response, events, until } = await follow(t, url)
  t.match(
    [response.status, response.headers.get('content-type'), response.headers.get('x-accel-buffering')],
    [200, 'text/event-stream; charset=utf-8', 'no']
  )
  await chatOver(url, 'Hello!', 'sk-a-secret-key-0123456789')
  await chatOver(url, 'unknown')
  await fetch(`${url}/v1/nowhere`)
  await mock(server, 'GET', 'health')
  await until(3)
  const { requests } = await mock(server, 'GET', 'requests')
  t.same(
    events,
    requests.slice(1).map((data: ExchangeRecord) => ({ event: 'request', id: data.id, data }))
  )
  t.match(events, [
    { data: { fixture: 'hello' } },
    { data: { nearMisses: [/^hello .*: lastUser: expected/] } },
    { data: { status: 404 } }
  ])
  t.notMatch(JSON.stringify(events), 'sk-a-secret')
})

t.test('a stream continues after the last event that the client has seen', async t => {
  const server = await build(t, {})
  const url = await server.listen()
  for (const content of ['one', 'two', 'three']) await chatOver(url, content)
  const [first, ...rest] = (await mock(server, 'GET', 'requests')).requests.map(({ id }: ExchangeRecord) => id)
  const streams: [string, Record<string, string>][] = [
    [`?after=${first}`, {}],
    ['', { 'last-event-id': first }],
    [`?after=${first}`, { 'last-event-id': rest[0] }]
  ]
  for (const [query, headers] of streams) {
    const { until, leave } = await follow(t, url, query, headers)
    t.same(
      (await until(2)).map(({ id }) => id),
      rest
    )
    leave()
  }
  const unknown = await follow(t, url, '?after=req_gone')
  t.equal((await unknown.until(3)).length, 3, 'an entry that is gone')
  await Promise.all(['four', 'five'].map(content => chatOver(url, content)))
  const ids = (await unknown.until(5)).map(({ id }) => id)
  t.equal(new Set(ids).size, 5, 'no request comes twice')
  for (let at = 0; at < feedLimits.burst; at++) await ask(server, createRequest('again'))
  const late = await follow(t, url, `?after=${first}`)
  await late.until(feedLimits.burst + 1)
  t.same(late.events[0], { event: 'dropped', data: { count: 4 } }, 'more than a stream repeats')
})

t.test('a stream has the filters of the journal, and rejects others', async t => {
  const server = await build(t, { fixtures: ['none'] })
  await server.add(helloFixture)
  const url = await server.listen()
  const rows: [string, Record<string, string>, number[]][] = [
    ['', {}, [0, 1, 2]],
    ['?session=sk-a', {}, [0, 2]],
    ['', { 'x-mock-session': 'sk-a' }, [0, 2]],
    ['?unmatched=true', {}, [2]],
    ['?fixture=hello&session=sk-b', {}, [1]],
    ['?text=other', {}, [2]],
    ['?status=500', {}, []]
  ]
  const streams: Awaited<ReturnType<typeof follow>>[] = []
  for (const [query, headers] of rows) streams.push(await follow(t, url, query, headers))
  await chatOver(url, 'Hello!', 'sk-a')
  await chatOver(url, 'Hello!', 'sk-b')
  await chatOver(url, 'other', 'sk-a')
  const [{ until }] = streams as [(typeof streams)[0]]
  const all = (await until(3)).map(({ id }) => id)
  for (const [index, [query, , expected]] of rows.entries()) {
    await streams[index]!.until(expected.length)
    t.same(
      streams[index]!.events.map(({ id }) => all.indexOf(id)),
      expected,
      query
    )
  }
  for (const query of ['limit=3', 'format=har', 'status=many', 'colour=red'])
    t.match(await mock(server, 'GET', `requests/stream?${query}`), {
      status: 400,
      error: { code: 'bad_admin_request', message: /^requests: / }
    })
})

t.test('streams end with the server, leave with their client, and are limited in number', async t => {
  const server = await createServer({})
  const url = await server.listen()
  const { readers } = feedLimits
  const streams: Awaited<ReturnType<typeof follow>>[] = []
  for (let at = 0; at < readers; at++) streams.push(await follow(t, url))
  const refused = await fetch(`${url}/_mock/requests/stream`)
  t.match([refused.status, await refused.json()], [429, { error: { code: 'request_stream_limit' } }])
  const head = await fetch(`${url}/_mock/requests/stream`, { method: 'HEAD' })
  t.same([head.status, await head.text()], [200, ''], 'HEAD opens no stream')
  streams[0]!.leave()
  let status = 0
  while (status !== 200) status = (await follow(t, url)).response.status
  await server.close()
  const endings = await Promise.all(streams.map(({ ended }) => ended))
  t.same(endings, ['cut', ...new Array(readers - 1).fill('whole')], 'a close waits for no stream')
})

t.test('with an admin key, a stream requires it', async t => {
  const server = await build(t, { adminKey: 'secret' })
  const url = await server.listen()
  t.equal((await follow(t, url)).response.status, 401)
  t.equal((await follow(t, url, '', { authorization: 'Bearer secret' })).response.status, 200)
})

t.test('a client that does not read loses records, and learns how many', async t => {
  const server = await build(t, {})
  const url = await server.listen()
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  t.teardown(() => socket.destroy())
  socket.write('GET /_mock/requests/stream HTTP/1.1\r\nhost: localhost\r\n\r\n')
  await once(socket, 'data')
  socket.pause()
  const body = createRequest('x'.repeat(200_000))
  // More than the buffers of the system and the queue of the reader hold.
  for (let at = 0; at < 120; at++) await ask(server, body)
  let text = ''
  socket.setEncoding('utf8').on('data', chunk => (text += chunk))
  socket.resume()
  const read = () => [...text.matchAll(/^event: request$/gm)].length
  const dropped = () => [...text.matchAll(/^data: {"count":(\d+)}$/gm)].reduce((sum, [, n]) => sum + Number(n), 0)
  while (read() + dropped() < 120) await once(socket, 'data')
  t.ok(dropped() > 0, `${dropped()} dropped`)
})

t.test('the journal is listed in short form, and the newest requests can be asked for', async t => {
  const server = await build(t, { fixtures: 'none', journalMb: 4 })
  await server.add(helloFixture)
  await ask(server, hello, { headers: { 'x-mock-session': 'a' } })
  await ask(server, createRequest('Unmatched', { stream: true }))
  await ask(server, createRequest('Counted', { stream: true, stream_options: { include_usage: true } }))
  await ask(server, createRequest('x'.repeat(500), { temperature: 3 }))
  const { requests } = await mock(server, 'GET', 'requests?format=summary')
  t.match(requests, [
    { session: 'a', model: 'gpt-4o', about: 'Hello!', fixture: 'hello', status: 200, usage: { promptTokens: 9 } },
    { about: 'Unmatched', unmatched: true, streamed: true },
    { about: 'Counted', unmatched: true, usage: { promptTokens: Number, completionTokens: Number } },
    { about: `${'x'.repeat(160)}…`, refusal: 'decimal_above_max_value', status: 400 }
  ])
  t.same(requests[1].usage, undefined, 'a stream without usage has no tokens')
  for (const each of requests) t.notOk('answer' in each || 'request' in each || 'headers' in each)
  const idsOf = (list: { id: string }[]) => list.map(({ id }) => id)
  for (const [query, expected] of [
    ['newest=2', requests.slice(2)],
    ['newest=99', requests],
    ['newest=0', []],
    ['newest=1&status=200', [requests[2]]],
    [`after=${requests[0].id}&limit=2`, requests.slice(1, 3)]
  ] as const)
    for (const format of ['', '&format=summary'])
      t.same(idsOf((await mock(server, 'GET', `requests?${query}${format}`)).requests), idsOf(expected), query + format)
  t.match(await mock(server, 'GET', 'requests?newest=-1'), { status: 400, error: { message: /newest is "-1"/ } })
})

t.test('one request has all that is known about it: why its fixture replied, or why none did', async t => {
  const server = await build(t, { fixtures: 'none' })
  await server.add({ ...helloFixture, timing: 'firstTokenMs=2, interTokenMs=1' })
  await server.add({ name: 'once', match: { lastUser: 'once', model: 'gpt-4o*' }, times: 1, reply: { text: 'Once.' } })
  await ask(server, { ...hello, stream: true })
  await ask(server, createRequest('once'))
  await ask(server, createRequest('once'))
  await ask(server, createRequest('Hello?'), { key: 'sk-very-secret-key-0001' })
  await ask(server, createRequest('Hello', { temperature: 3 }), { headers: { 'x-mock-validate': 'warn' } })
  const ids = server.requests().map(({ id }) => id)
  const read = async (index: number) => mock(server, 'GET', `requests/${ids[index]}`)
  const stream = await read(0)
  t.match(stream.why, [
    {
      name: 'hello',
      place: /^fixture \d/,
      replied: true,
      conditions: [{ condition: 'lastUser', expected: 'to contain "Hello!"', seen: '"Hello!"', holds: true }]
    }
  ])
  t.equal(stream.dueMs.length, stream.chunkMs.length)
  t.ok(stream.dueMs.every((due: number, index: number) => stream.chunkMs[index] >= due - 0.01))
  t.match((await read(1)).why, [{ name: 'once', replied: true, conditions: [{ holds: true }, { holds: true }] }])
  const usedUp = (await read(2)).why.find(({ name }: { name: string }) => name === 'once')
  t.match(usedUp.conditions.at(-1), { condition: 'times', seen: 'used up', holds: false })
  const missed = await read(3)
  t.match(missed.why[0].conditions.filter(({ holds }: { holds: boolean }) => !holds).length, 1)
  t.match(missed.usage, { promptTokens: Number })
  t.notMatch(JSON.stringify(missed), 'sk-very-secret-key-0001')
  t.match((await read(4)).warningBody, { error: { message: /temperature/, param: 'temperature' } })
  const { body, headers } = await server.app.inject(`/_mock/requests/${ids[1]}?format=fixtures`)
  t.match(headers['content-type'], 'application/yaml')
  t.match(body, /^fixtures:\n {2}- match:[\s\S]*Once\./)
  for (const [path, status, message] of [
    ['requests/req_nope', 404, /no request req_nope/],
    [`requests/${ids[0]}?format=har`, 400, /format is "har", expected fixtures/]
  ] as const)
    t.match(await mock(server, 'GET', path), { status, error: { message } })
  await mock(server, 'DELETE', 'fixtures/hello')
  t.same((await read(0)).why, [], 'a fixture that was removed explains nothing')
})

t.test('sessions have the tokens of their requests, by model', async t => {
  const server = await build(t, { fixtures: 'none' })
  const headers = { 'x-mock-session': 'a' }
  await ask(server, hello, { headers })
  await ask(server, hello, { headers })
  await ask(server, { ...hello, model: 'gpt-4.1' }, { headers })
  await ask(server, { ...hello, stream: true }, { headers })
  const { sessions } = await mock(server, 'GET', 'sessions?usage=true')
  t.match(sessions, [
    {
      name: 'a',
      requests: 4,
      withoutUsage: 1,
      usage: [{ model: 'gpt-4o', requests: 2, promptTokens: 18 }, { model: 'gpt-4.1' }]
    }
  ])
  t.same((await mock(server, 'GET', 'sessions')).sessions, [{ name: 'a', requests: 4 }])
})

t.test('a stream that is open is listed until it ends', async t => {
  const server = await build(t, { fixtures: 'none' })
  const url = await server.listen()
  const controller = new AbortController()
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    signal: controller.signal,
    headers: {
      'content-type': 'application/json',
      'x-mock-session': 'a',
      authorization: 'Bearer sk-very-secret-0001',
      'x-mock-timing': 'firstTokenMs=0, interTokenMs=60000'
    },
    body: JSON.stringify({ ...hello, stream: true })
  })
  const reader = response.body!.getReader()
  await reader.read()
  const { streams } = await mock(server, 'GET', 'streams')
  t.match(streams, [{ id: response.headers.get('x-request-id'), session: 'a', url: '/v1/chat/completions' }])
  t.ok(streams[0].writtenEvents > 0 && streams[0].writtenEvents < streams[0].events)
  controller.abort()
  await reader.read().catch(() => {})
  while ((await mock(server, 'GET', 'streams')).streams.length) await new Promise(setImmediate)
  t.same((await mock(server, 'GET', 'streams')).streams, [])
})
