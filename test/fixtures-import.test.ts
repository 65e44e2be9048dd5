/** Recordings of other tools become fixtures with the same replies. */
import { gzipSync } from 'node:zlib'
import t from 'tap'
import { formatYaml, inlineSource, parseSource } from '../src/core/source-file.js'
import { importFixtures, requireFixtures } from '../src/fixtures/import.js'
import { loadBuiltinData } from '../src/server/builtin-data.js'
import { ask, build, hello, type TestResponse } from './helper.js'

const { errorCatalog } = await loadBuiltinData()
const tool = {
  type: 'function',
  function: { name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } }
}
const about = (content: string, more = {}) => ({ model: 'gpt-4o', messages: [{ role: 'user', content }], ...more })
const requests = [
  hello,
  about('Tell me about zebras', { stream: true }),
  about('How is the weather in Oslo?', { tools: [tool], tool_choice: 'required' }),
  about('How is the weather in Rome?', { tools: [tool], tool_choice: 'required', stream: true }),
  about('Two of them', { n: 2 }),
  about('Too hot', { temperature: 3 })
]

const source = await build(t)
const recorded: { request: object; answer: TestResponse }[] = []
for (const request of requests) recorded.push({ request, answer: await ask(source, request) })

const url = 'https://api.example.com/v1/chat/completions'
const lists = (headers: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [String(value)]]))

// The same exchanges in the format of each tool.
const formats: Record<string, object> = {
  vcrpy: {
    version: 1,
    interactions: recorded.map(({ request, answer }) => ({
      request: { method: 'POST', uri: url, body: JSON.stringify(request), headers: {} },
      response: {
        status: { code: answer.status, message: '' },
        headers: lists(answer.headers),
        body: { string: answer.text }
      }
    }))
  },
  'Ruby VCR, compressed': {
    http_interactions: recorded.map(({ request, answer }) => ({
      request: { method: 'post', uri: url, body: { encoding: 'UTF-8', string: JSON.stringify(request) }, headers: {} },
      response: {
        status: { code: answer.status, message: '' },
        headers: { ...lists(answer.headers), 'Content-Encoding': ['gzip'] },
        body: { encoding: 'ASCII-8BIT', base64_string: gzipSync(answer.text).toString('base64') }
      }
    })),
    recorded_with: 'VCR 6.3.1'
  },
  'go-vcr': {
    version: 2,
    interactions: recorded.map(({ request, answer }, id) => ({
      id,
      request: { method: 'POST', url, body: JSON.stringify(request), headers: {} },
      response: { code: answer.status, status: `${answer.status}`, headers: lists(answer.headers), body: answer.text }
    }))
  },
  HAR: {
    log: {
      version: '1.2',
      entries: recorded.map(({ request, answer }) => ({
        request: { method: 'POST', url, headers: [], postData: { text: JSON.stringify(request) } },
        response: {
          status: answer.status,
          headers: Object.entries(answer.headers).map(([name, value]) => ({ name, value: String(value) })),
          content: { text: Buffer.from(answer.text).toString('base64'), encoding: 'base64' }
        }
      }))
    }
  }
}

const withoutIds = ({ text }: TestResponse) =>
  text
    .replace(/"(id|created|obfuscation|system_fingerprint|x-request-id)": ?("[^"]*"|\d+)/g, '')
    .replace(/call_\w+/g, '')

for (const [name, data] of Object.entries(formats))
  t.test(`a recording of ${name} is replayed, streamed or not, with tool calls and errors`, async t => {
    const yaml = await formatYaml({ fixtures: importFixtures([inlineSource(name, data)], errorCatalog).fixtures })
    const replaying = await build(t, { unmatched: 'refuse' })
    await replaying.add((await parseSource('imported.yaml', yaml)).data as never)
    for (const { request, answer } of recorded) {
      const replayed = await ask(replaying, request)
      t.equal(replayed.status, answer.status, JSON.stringify(request))
      if (answer.status === 200) t.equal(withoutIds(replayed), withoutIds(answer), JSON.stringify(request))
    }
  })

t.test('the same request with other responses becomes a sequence, with an equal response one reply', async t => {
  const exchange = (content: string) => ({
    request: { method: 'POST', url, body: JSON.stringify(hello) },
    response: {
      code: 200,
      body: JSON.stringify({ choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }] })
    }
  })
  const { fixtures } = importFixtures(
    [inlineSource('x', { interactions: ['one', 'one', 'two', 'with {{ braces }}'].map(exchange) })],
    errorCatalog
  )
  t.same(fixtures, [
    {
      match: { model: 'gpt-4o', lastUser: { exact: 'Hello!' }, messageCount: 1 },
      reply: [{ text: 'one' }, { text: 'two' }, { text: 'with {{ braces }}', literal: true }]
    }
  ])
})

t.test('fixtures of aimock are converted, and unsupported conditions are reported', async t => {
  const data = {
    fixtures: [
      { match: { userMessage: 'hi', model: 'gpt-4o' }, response: { content: 'Hi!' } },
      {
        match: { userMessage: 'weather', turnIndex: 0 },
        response: { toolCalls: [{ name: 'get_weather', arguments: '{"city":"Oslo"}' }] }
      },
      { match: { toolCallId: 'call_1' }, response: { content: { done: true } } },
      { match: { userMessage: 'busy' }, response: { error: { message: 'slow down' }, status: 429 } },
      { match: { predicate: 'x' }, response: { content: 'never' } }
    ]
  }
  const { fixtures, skipped } = importFixtures([inlineSource('aimock.json', data)], errorCatalog)
  t.same(fixtures, [
    { match: { lastUser: 'hi', model: 'gpt-4o' }, reply: { text: 'Hi!' } },
    {
      match: { lastUser: 'weather', turn: 1 },
      reply: { toolCalls: [{ name: 'get_weather', arguments: { city: 'Oslo' } }] }
    },
    { match: { toolCallId: 'call_1' }, reply: { json: { done: true } } },
    { match: { lastUser: 'busy' }, reply: { error: 'rate_limit_exceeded' } }
  ])
  t.same(skipped, ['aimock.json: fixtures.4.match: predicate has no equal condition in Standin'])
  const server = await build(t)
  await server.add(fixtures)
})

t.test('a file in an unknown format is an error, and skipped exchanges are reported', async t => {
  t.throws(() => importFixtures([inlineSource('x.yaml', { a: 1 })], errorCatalog), {
    message: 'x.yaml: body: unknown format, expected a recording of HAR, Ruby VCR, vcrpy, go-vcr, or fixtures of aimock'
  })
  const other = {
    interactions: [{ request: { method: 'GET', url: 'https://x/v1/models' }, response: { code: 200, body: '{}' } }]
  }
  const imported = importFixtures([inlineSource('x.yaml', other)], errorCatalog)
  t.same(imported.skipped, ['x.yaml: interactions.0: GET https://x/v1/models is not a chat completion'])
  t.throws(() => requireFixtures(imported), { message: /is not a chat completion/ })
})
