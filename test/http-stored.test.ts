/** Stored completions: lists, updates, deletion, sessions, seeded completions and the memory limit. */
import OpenAI from 'openai'
import t, { type Test } from 'tap'
import { createSpecChecks } from '../src/contract/check.js'
import type { Server } from '../src/index.js'
import { loadBuiltinSpec } from '../src/server/builtin-data.js'
import { createStoredCompletions } from '../src/state/stored.js'
import { ask, build, complete, errorOf, hello, helloFixture, type TestResponse } from './helper.js'

const checks = createSpecChecks((await loadBuiltinSpec()).spec)
const kept = { ...hello, store: true }
const home = '/v1/chat/completions'

type Body = Record<string, unknown>
interface List {
  data: (Body & { id: string })[]
  first_id: string | null
  last_id: string | null
  has_more: boolean
}

const get = (server: Server, path = '', options: Body = {}) =>
  ask(server, '', { method: 'GET', url: `${home}${path}`, payload: undefined, ...options })
const listed = async (server: Server, path = '', options: Body = {}): Promise<List> =>
  JSON.parse((await get(server, path, options)).text)
const update = (server: Server, id: string, body: unknown) => ask(server, body, { url: `${home}/${id}` })
const remove = (server: Server, id: string) =>
  ask(server, '', { method: 'DELETE', url: `${home}/${id}`, payload: undefined })
const idsOf = ({ data }: List) => data.map(({ id }) => id)

async function storeSome(server: Server, count: number): Promise<string[]> {
  const ids: string[] = []
  for (let index = 0; index < count; index++)
    ids.push((await complete(server, { ...kept, metadata: { number: String(index) } })).id)
  return ids
}

function conforms(t: Test, operation: string, { status, headers, text }: TestResponse) {
  t.equal(status, 200, text)
  t.equal(headers['content-type'], 'application/json')
  t.same(checks.response(operation, 200, 'application/json')!(JSON.parse(text)), [], operation)
  t.notMatch(text, /\n/, 'compact, with no newline')
}

t.test('a completion with store true can be retrieved, with the keys and floats of the service', async t => {
  const server = await build(t, { seed: 'stored' })
  await server.add(helloFixture)
  const created = await ask(server, { ...kept, metadata: { topic: 'greeting' } })
  const { id, system_fingerprint } = JSON.parse(created.text)
  const response = await get(server, `/${id}`)
  conforms(t, 'getChatCompletion', response)
  const seed = /"seed":(-?\d+)/.exec(response.text)?.[1]
  t.equal(
    response.text,
    `{"object":"chat.completion","id":"${id}","model":"gpt-4o-2024-08-06","created":1735689600,` +
      `"request_id":"${created.headers['x-request-id']}","tool_choice":null,` +
      `"usage":{"total_tokens":18,"completion_tokens":9,"prompt_tokens":9},"seed":${seed},"top_p":1.0,"temperature":1.0,` +
      `"presence_penalty":0.0,"frequency_penalty":0.0,"system_fingerprint":"${system_fingerprint}","input_user":null,` +
      `"service_tier":"default","tools":null,"metadata":{"topic":"greeting"},"choices":[{"index":0,` +
      `"message":{"content":"Hello! How can I help you today?","role":"assistant","tool_calls":null,"function_call":null},` +
      `"finish_reason":"stop","logprobs":null}],"response_format":null}`
  )
  t.notOk(Number.isSafeInteger(Number(seed)), 'a seed of 64 bits')
})

t.test('only completions with store true are stored, streamed or not, under both paths', async t => {
  const server = await build(t)
  await server.add(helloFixture)
  for (const store of [undefined, null, false]) await complete(server, { ...hello, store })
  const empty = await get(server)
  conforms(t, 'listChatCompletions', empty)
  t.equal(empty.text, '{"object":"list","data":[],"first_id":null,"last_id":null,"has_more":false}')
  const stream = await ask(server, { ...kept, stream: true })
  const id = /"id":"(chatcmpl-\w+)"/.exec(stream.text)?.[1]
  t.same(idsOf(await listed(server)), [id])
  t.same(idsOf(JSON.parse((await get(server, '', { url: '/chat/completions' })).text)), [id])
  t.match(await listed(server), { data: [{ choices: [{ message: { content: 'Hello! How can I help you today?' } }] }] })
})

t.test('a stored completion has the parameters of its request', async t => {
  const server = await build(t)
  const tool = { type: 'function', function: { name: 'get_weather', parameters: { type: 'object', properties: {} } } }
  const request = {
    ...kept,
    messages: [{ role: 'user', content: 'TestResponse as JSON.' }],
    temperature: 0,
    top_p: 0.5,
    presence_penalty: -1,
    frequency_penalty: 0.25,
    seed: 7,
    user: 'ada',
    n: 2,
    logprobs: true,
    tools: [tool],
    tool_choice: { type: 'function', function: { name: 'get_weather' } },
    response_format: { type: 'json_object' }
  }
  const { id } = await complete(server, request)
  const response = await get(server, `/${id}`)
  conforms(t, 'getChatCompletion', response)
  t.match(response.text, '"seed":7,"top_p":0.5,"temperature":0.0,"presence_penalty":-1.0,"frequency_penalty":0.25')
  t.match(JSON.parse(response.text), {
    tool_choice: request.tool_choice,
    input_user: 'ada',
    tools: [tool],
    metadata: {},
    choices: [{ index: 0, message: { content: null, tool_calls: [{ type: 'function' }] } }, { index: 1 }],
    response_format: { type: 'json_object' }
  })
  const refusing = await build(t)
  await refusing.add({ reply: { refusal: 'No.' } })
  const { id: refused } = await complete(refusing, { ...kept, logprobs: true })
  const item = await get(refusing, `/${refused}`)
  conforms(t, 'getChatCompletion', item)
  t.match(JSON.parse(item.text).choices[0].message, { content: null, refusal: 'No.' })
})

t.test('lists are newest first, and after, limit and order select a page', async t => {
  const server = await build(t, { seed: 'one second for all' })
  const oldest = await storeSome(server, 25)
  const newest = oldest.toReversed()
  const usual = await get(server)
  conforms(t, 'listChatCompletions', usual)
  t.same(idsOf(JSON.parse(usual.text)), newest.slice(0, 20))
  const cases: [string, string[], boolean][] = [
    ['', newest.slice(0, 20), true],
    ['?limit=100', newest, false],
    ['?limit=25', newest, false],
    ['?limit=1', newest.slice(0, 1), true],
    ['?order=asc&limit=3', oldest.slice(0, 3), true],
    [`?order=asc&limit=3&after=${oldest[2]}`, oldest.slice(3, 6), true],
    [`?limit=10&after=${newest[19]}`, newest.slice(20), false],
    [`?after=${newest[24]}`, [], false],
    ['?after=', newest.slice(0, 20), true]
  ]
  for (const [query, ids, more] of cases) {
    const list = await listed(server, query)
    t.same(idsOf(list), ids, query)
    t.match(list, { first_id: ids[0] ?? null, last_id: ids.at(-1) ?? null, has_more: more }, query)
  }
})

t.test('a page continues after a completion that is deleted or filtered out', async t => {
  const server = await build(t)
  const [a, b, c, d] = await storeSome(server, 4)
  await remove(server, b!)
  t.same(idsOf(await listed(server, `?order=asc&after=${b}`)), [c, d])
  t.same(idsOf(await listed(server, `?order=asc&after=${a}&metadata[number]=3`)), [d])
})

t.test('lists are filtered by model and metadata', async t => {
  const server = await build(t)
  const { id: a } = await complete(server, { ...kept, metadata: { topic: 'x', 'a key': 'é&=' } })
  const { id: b } = await complete(server, { ...kept, model: 'gpt-4o-mini', metadata: { topic: 'x' } })
  const { id: c } = await complete(server, kept)
  const cases: [string, string[]][] = [
    ['?model=gpt-4o-mini', [b]],
    ['?model=gpt-4o-mini-2024-07-18', [b]],
    ['?model=gpt-4o', [c, a]],
    ['?model=gpt-3.5-turbo', []],
    ['?metadata[topic]=x', [b, a]],
    ['?metadata%5Btopic%5D=x&model=gpt-4o', [a]],
    [`?metadata[topic]=x&metadata[${encodeURIComponent('a key')}]=${encodeURIComponent('é&=')}`, [a]],
    ['?metadata[topic]=y', []],
    ['?metadata[constructor]=x', []],
    ['?metadata[__proto__]=x', []]
  ]
  for (const [query, ids] of cases) t.same(idsOf(await listed(server, query)), ids, query)
})

t.test('an invalid query parameter gets the API error of the service', async t => {
  const server = await build(t)
  const { id } = await complete(server, kept)
  const cases: [string, string, string | null, string][] = [
    ['limit=0', 'limit', 'integer_below_min_value', 'Expected a value >= 1, but got 0'],
    ['limit=-3', 'limit', 'integer_below_min_value', 'Expected a value >= 1, but got -3'],
    ['limit=101', 'limit', 'integer_above_max_value', 'Expected a value <= 100, but got 101'],
    ['limit=many', 'limit', 'invalid_type', 'expected an integer, but got a string'],
    ['limit=1.5', 'limit', 'invalid_type', 'expected an integer, but got a string'],
    ['limit=1&limit=2', 'limit', 'invalid_type', 'expected an integer, but got an array'],
    ['order=up', 'order', 'invalid_value', "Supported values are: 'asc' and 'desc'"],
    ['after=chatcmpl-nobody', 'after', null, "Invalid value for 'after'"]
  ]
  for (const path of ['', `/${id}/messages`])
    for (const [query, param, code, words] of cases) {
      const response = await get(server, `${path}?${query}`)
      t.equal(response.status, 400, query)
      t.match(errorOf(response), { param, code, type: 'invalid_request_error' }, query)
      t.ok(errorOf(response).message.includes(words), errorOf(response).message)
    }
})

t.test('an update replaces the metadata and nothing else', async t => {
  const server = await build(t)
  const { id } = await complete(server, { ...kept, metadata: { old: 'yes' } })
  const before = JSON.parse((await get(server, `/${id}`)).text)
  for (const [metadata, after] of [
    [{ topic: 'x' }, { topic: 'x' }],
    [{}, {}],
    [{ more: 'y' }, { more: 'y' }],
    [null, {}]
  ]) {
    const response = await update(server, id, { metadata })
    conforms(t, 'updateChatCompletion', response)
    t.same(JSON.parse(response.text), { ...before, metadata: after })
    t.equal((await get(server, `/${id}`)).text, response.text)
  }
})

t.test('an update with invalid metadata gets an API error', async t => {
  const server = await build(t)
  const { id } = await complete(server, kept)
  const many = Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`k${index}`, '']))
  const cases: [unknown, string | null, string | null][] = [
    [{}, 'metadata', 'missing_required_parameter'],
    ['', 'metadata', 'missing_required_parameter'],
    [{ metadata: 'x' }, 'metadata', 'invalid_type'],
    [{ metadata: { n: 1 } }, 'metadata.n', 'invalid_type'],
    [{ metadata: { n: 'x'.repeat(513) } }, 'metadata.n', 'string_above_max_length'],
    [{ metadata: { ['k'.repeat(65)]: '' } }, 'metadata', 'property_name_above_max_length'],
    [{ metadata: many }, 'metadata', 'object_above_max_properties'],
    ['[]', null, null],
    ['{', null, null]
  ]
  for (const [body, param, code] of cases) {
    const response = await update(server, id, body)
    t.equal(response.status, 400, response.text)
    t.match(errorOf(response), { param, code, type: 'invalid_request_error' }, JSON.stringify(body))
  }
  t.match(await listed(server), { data: [{ metadata: {} }] })
})

t.test('deleted and unknown completions are not found, with the bytes of the service', async t => {
  const server = await build(t)
  const { id } = await complete(server, kept)
  const deleted = await remove(server, id)
  conforms(t, 'deleteChatCompletion', deleted)
  t.equal(deleted.text, `{"object":"chat.completion.deleted","id":"${id}","deleted":true}`)
  for (const gone of [id, 'chatcmpl-nobody', '__proto__'])
    for (const response of [
      await get(server, `/${gone}`),
      await get(server, `/${gone}/messages`),
      await update(server, gone, { metadata: {} }),
      await remove(server, gone)
    ]) {
      t.equal(response.status, 404)
      t.equal(
        response.text,
        `{\n  "error": {\n    "message": "Completion ${gone} not found",\n    "type": "invalid_request_error",\n` +
          `    "param": "completion_id",\n    "code": "not_found"\n  }\n}`
      )
    }
  t.same((await listed(server)).data, [])
})

t.test('messages are listed in the order of the request, with all their parts', async t => {
  const server = await build(t)
  const url =
    'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
  const call = { id: 'call_1', type: 'function', function: { name: 'look', arguments: '{}' } }
  const { id } = await complete(server, {
    ...kept,
    messages: [
      { role: 'system', content: 'Be brief.', name: 'boss' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What ' },
          { type: 'image_url', image_url: { url } },
          { type: 'text', text: 'is it?' }
        ]
      },
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', content: 'a cat', tool_call_id: 'call_1' }
    ]
  })
  const response = await get(server, `/${id}/messages`)
  conforms(t, 'getChatCompletionMessages', response)
  const none = { image_url: null, input_audio: null, file: null }
  t.strictSame(JSON.parse(response.text), {
    object: 'list',
    data: [
      { id: `${id}-0`, role: 'system', content: 'Be brief.', content_parts: null, name: 'boss' },
      {
        id: `${id}-1`,
        role: 'user',
        content: 'What is it?',
        content_parts: [
          { type: 'text', text: 'What ', ...none },
          { type: 'image_url', text: null, ...none, image_url: { url } },
          { type: 'text', text: 'is it?', ...none }
        ],
        name: null
      },
      { id: `${id}-2`, role: 'assistant', content: null, content_parts: null, name: null, tool_calls: [call] },
      { id: `${id}-3`, role: 'tool', content: 'a cat', content_parts: null, name: null, tool_call_id: 'call_1' }
    ],
    first_id: `${id}-0`,
    last_id: `${id}-3`,
    has_more: false
  })
  const first = await get(server, `/${id}/messages?limit=2`)
  t.ok(first.text.startsWith('{"object":"list","data":[{"id":"'), 'keys in the recorded order')
  t.match(JSON.parse(first.text), { first_id: `${id}-0`, last_id: `${id}-1`, has_more: true })
  t.same(idsOf(await listed(server, `/${id}/messages?after=${id}-1`)), [`${id}-2`, `${id}-3`])
  t.same(idsOf(await listed(server, `/${id}/messages?order=desc&limit=1`)), [`${id}-3`])
  t.same(await listed(server, `/${id}/messages?after=${id}-3`), {
    object: 'list',
    data: [],
    first_id: null,
    last_id: null,
    has_more: false
  })
})

t.test('a session does not see the completions of other sessions', async t => {
  const server = await build(t)
  const { id } = await complete(server, kept, { key: 'sk-a' })
  const { id: named } = await complete(server, kept, { key: 'sk-a', headers: { 'x-mock-session': 'one' } })
  t.same(idsOf(await listed(server, '', { key: 'sk-a' })), [id])
  t.same(idsOf(await listed(server, '', { key: 'sk-b' })), [])
  t.same(idsOf(await listed(server, '', { key: 'sk-b', headers: { 'x-mock-session': 'one' } })), [named])
  t.equal((await get(server, `/${id}`, { key: 'sk-b' })).status, 404)
  await server.app.inject({ method: 'POST', url: '/_mock/reset' })
  t.same(idsOf(await listed(server, '', { key: 'sk-a' })), [])
})

const seeded = [
  {
    id: 'chatcmpl-kept',
    created: 1700000000,
    model: 'gpt-4o-mini',
    messages: hello.messages,
    reply: { text: 'Hi.' },
    metadata: { topic: 'x' }
  },
  {
    model: 'gpt-4o',
    messages: [{ role: 'user', content: 'And?' }],
    reply: { toolCalls: [{ name: 'go', arguments: { to: 1 } }] }
  }
]

t.test('every session sees the completions of a fixtures file, and changes only its own copy', async t => {
  const fixtures = t.testdir({ 'stored.yaml': `stored: ${JSON.stringify(seeded)}` })
  const server = await build(t, { fixtures: [fixtures] })
  const response = await get(server)
  conforms(t, 'listChatCompletions', response)
  t.match(JSON.parse(response.text).data, [
    {
      created: 1735689600,
      request_id: /^req_[0-9a-f]{32}$/,
      choices: [{ message: { tool_calls: [{ function: { arguments: '{"to":1}' } }] } }]
    },
    {
      id: 'chatcmpl-kept',
      created: 1700000000,
      model: 'gpt-4o-mini-2024-07-18',
      usage: { prompt_tokens: 9, completion_tokens: 2 }
    }
  ])
  const again = await build(t, { fixtures: [fixtures] })
  t.equal((await get(again)).text, response.text, 'the same on every start')
  const { id } = await complete(server, kept)
  t.equal((await listed(server)).data[0]?.id, id, 'a new completion is newer')
  await update(server, 'chatcmpl-kept', { metadata: { topic: 'y' } })
  t.same(idsOf(await listed(server, '?metadata[topic]=y')), ['chatcmpl-kept'])
  t.same(idsOf(await listed(server, '?metadata[topic]=x')), [])
  t.same(idsOf(await listed(server, '?metadata[topic]=x', { key: 'sk-other' })), ['chatcmpl-kept'])
  t.equal((await remove(server, 'chatcmpl-kept')).status, 200)
  t.equal((await remove(server, 'chatcmpl-kept')).status, 404)
  t.equal((await get(server, '/chatcmpl-kept/messages')).status, 404)
  conforms(t, 'getChatCompletionMessages', await get(server, '/chatcmpl-kept/messages', { key: 'sk-other' }))
})

t.test('a permanent completion of a file stays after its deletion, which has the usual response', async t => {
  const [first] = seeded
  const stored = [
    { ...first, id: 'kept', permanent: true },
    { ...first, id: 'gone', permanent: false }
  ]
  const server = await build(t, { fixtures: [t.testdir({ 'stored.yaml': `stored: ${JSON.stringify(stored)}` })] })
  for (const id of ['kept', 'gone']) {
    const response = await remove(server, id)
    conforms(t, 'deleteChatCompletion', response)
    t.same(JSON.parse(response.text), { object: 'chat.completion.deleted', id, deleted: true })
  }
  t.equal((await get(server, '/kept')).status, 200)
  t.equal((await remove(server, 'kept')).status, 200, 'it can be deleted again')
  t.equal((await get(server, '/gone')).status, 404)
  t.same(idsOf(await listed(server)), ['kept'])
})

t.test('a test adds stored completions over HTTP or in process, and removes them', async t => {
  const server = await build(t)
  const post = (payload: object) => server.app.inject({ method: 'POST', url: '/_mock/fixtures', payload })
  const added = await post({ stored: seeded })
  t.equal(added.statusCode, 201)
  t.same(added.json(), { added: [], stored: seeded })
  await server.add({
    fixtures: [{ reply: { text: 'All else.' } }],
    stored: [{ ...seeded[0]!, reply: { text: 'Newer.' } }]
  })
  const list = await listed(server)
  t.equal(list.data.length, 2)
  t.match(list.data[1], { id: 'chatcmpl-kept', choices: [{ message: { content: 'Newer.' } }] })
  t.same((await server.app.inject({ method: 'DELETE', url: '/_mock/fixtures' })).json(), { removed: 4 })
  t.same((await listed(server)).data, [])
  for (const [wrong, words] of [
    [{ stored: [{ ...seeded[0], reply: { error: 'x' } }] }, 'unknown key "error"'],
    [{ stored: [{ ...seeded[0], messages: [{ content: 'x' }] }] }, 'lacks "role"'],
    [{ stored: [{ ...seeded[0], model: 1 }] }, 'model is 1, expected a text in quotation marks: "1"'],
    [{ stored: {} }, 'stored is a map, expected a list']
  ] as const) {
    const response = await post(wrong)
    t.equal(response.statusCode, 400)
    t.ok(response.json().error.message.includes(words), response.json().error.message)
  }
})

t.test('the store keeps the newest completions within its memory limit', async t => {
  const store = createStoredCompletions<{ id: string; created: number; text: string }>(20_000)
  const value = (index: number, text = 'x'.repeat(1000)) => ({ id: `c${index}`, created: index, text })
  for (let index = 0; index < 100; index++) {
    store.save(`s${index % 2}`, value(index))
    if (store.bytes > 20_000) t.fail(`${store.bytes} bytes`)
  }
  const left = ['s0', 's1'].flatMap(session => store.entries(session, []).map(({ id }) => id))
  t.same(left.sort(), ['c92', 'c93', 'c94', 'c95', 'c96', 'c97', 'c98', 'c99'])
  store.save('s0', value(100, 'x'.repeat(10_000)))
  t.equal(store.find('s0', 'c100', []), undefined, 'a completion above the limit is not kept')
  t.ok(store.find('s0', 'c98', []), 'and removes no other completion')
  const before = store.bytes
  store.save('s0', value(98, 'y'))
  t.ok(store.bytes < before, 'an update changes the size')
  for (let index = 0; index < 1000; index++) store.remove('s2', value(index))
  t.ok(store.bytes <= 20_000, 'marks of deleted completions are limited too')
  store.clear()
  t.equal(store.bytes, 0)
  t.same(store.entries('s2', []), [])
})

t.test('Prefer: example= returns an example for stored completions too', async t => {
  const server = await build(t)
  const response = await get(server, '/chatcmpl-any', { headers: { prefer: 'example=Stored' } })
  t.equal(response.status, 200)
  t.match(JSON.parse(response.text), { id: 'chatcmpl-abc123' })
})

t.test('the official client lists pages, retrieves, updates and deletes', async t => {
  const server = await build(t)
  const client = new OpenAI({ apiKey: 'sk-test', baseURL: `${await server.listen()}/v1`, maxRetries: 0 })
  const messages = [1, 2, 3].map(number => ({ role: 'user' as const, content: `Number ${number}` }))
  const ids: string[] = []
  for (let index = 0; index < 7; index++)
    ids.unshift(
      (
        await client.chat.completions.create({
          model: 'gpt-4o',
          messages,
          store: true,
          metadata: { odd: String(index % 2) }
        })
      ).id
    )
  const found: string[] = []
  for await (const { id } of client.chat.completions.list({ limit: 2 })) found.push(id)
  t.same(found, ids)
  const odd: string[] = []
  for await (const { id } of client.chat.completions.list({ limit: 2, metadata: { odd: '1' }, model: 'gpt-4o' }))
    odd.push(id)
  t.same(odd, [ids[1], ids[3], ids[5]])
  const id = ids[0]!
  t.match(await client.chat.completions.retrieve(id), { id, object: 'chat.completion', temperature: 1 })
  t.match(await client.chat.completions.update(id, { metadata: { seen: 'yes' } }), { id, metadata: { seen: 'yes' } })
  const contents: unknown[] = []
  for await (const { content } of client.chat.completions.messages.list(id, { limit: 2 })) contents.push(content)
  t.same(contents, ['Number 1', 'Number 2', 'Number 3'])
  t.match(await client.chat.completions.delete(id), { id, deleted: true })
  await t.rejects(client.chat.completions.retrieve(id), { status: 404, code: 'not_found' })
  for await (const { id } of client.chat.completions.list({ limit: 2 })) await client.chat.completions.delete(id)
  t.same((await client.chat.completions.list()).data, [], 'also when it deletes during paging')
})
