/** The conditions of fixtures, the matching order, and the kinds of replies. */
import t from 'tap'
import type { ChatRequest } from '../src/core/openai-types.js'
import { type Condition, explainFailures, formatFailure } from '../src/fixtures/condition.js'
import type { FixtureInput, MatchInput } from '../src/fixtures/input.js'
import { compileMatch } from '../src/fixtures/match.js'
import { createMatchSubject, type MatchSubject } from '../src/fixtures/match-subject.js'
import { ask, build, errorOf } from './helper.js'

const user = (content: string) => ({ role: 'user', content })
const requestOf = (more: object = {}) => ({ model: 'gpt-4o-mini', messages: [user('Hello')], ...more }) as ChatRequest
const loop = requestOf({
  messages: [
    { role: 'system', content: 'Be brief.' },
    user('Weather in Oslo?'),
    {
      role: 'assistant',
      content: 'Let me look.',
      tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'get_weather', arguments: '{}' } }]
    },
    { role: 'tool', tool_call_id: 'call_1', content: '21 degrees' }
  ],
  tools: [{ type: 'function', function: { name: 'get_weather' } }],
  tool_choice: { type: 'function', function: { name: 'get_weather' } },
  temperature: 0.2
})
const structured = requestOf({ response_format: { type: 'json_schema', json_schema: { name: 'city', schema: {} } } })
const headers = { 'x-team': 'blue', 'user-agent': 'OpenAI/JS 6' }

// A condition, a request that matches, a request that does not, and the explanation.
const rows: [MatchInput, ChatRequest, ChatRequest, RegExp][] = [
  [{ model: 'gpt-4o*' }, requestOf(), requestOf({ model: 'o1' }), /^model: expected to be gpt-4o\*, was "o1"$/],
  [
    { model: ['o1', 'o3'] },
    requestOf({ model: 'o3' }),
    requestOf(),
    /^model: expected to be o1 or o3, was "gpt-4o-mini"$/
  ],
  [{ lastUser: 'Hell' }, requestOf(), loop, /^lastUser: expected to contain "Hell", was "Weather in Oslo\?"$/],
  [
    { lastUser: { exact: 'Hello' } },
    requestOf(),
    requestOf({ messages: [user('Hello!')] }),
    /^lastUser: expected to be "Hello", was "Hello!"$/
  ],
  [{ lastUser: { glob: 'H*o' } }, requestOf(), loop, /^lastUser: expected to fit "H\*o", was/],
  [{ lastUser: { regex: '^H' } }, requestOf(), loop, /^lastUser: expected to match \/\^H\/, was/],
  [
    { lastUser: { contains: '/' } },
    requestOf({ messages: [user('a/b')] }),
    loop,
    /^lastUser: expected to contain "\/", was/
  ],
  [
    { lastUser: ['x', '/^hello$/i'] },
    requestOf(),
    loop,
    /^lastUser: expected to contain "x" or match \/\^hello\$\/i, was/
  ],
  [{ system: 'brief' }, loop, requestOf(), /^system: expected to contain "brief", was ""$/],
  [
    { firstUser: 'one' },
    requestOf({ messages: [user('one'), user('two')] }),
    loop,
    /^firstUser: expected to contain "one", was "Weather/
  ],
  [{ lastMessage: '21' }, loop, requestOf(), /^lastMessage: expected to contain "21", was "Hello"$/],
  [{ lastAssistant: 'look' }, loop, requestOf(), /^lastAssistant: expected to contain "look", was ""$/],
  [{ lastToolResult: 'degrees' }, loop, requestOf(), /^lastToolResult: expected to contain "degrees", was ""$/],
  [{ anyMessage: 'brief' }, loop, requestOf(), /^anyMessage: expected a message to contain "brief", was \["Hello"\]$/],
  [
    { anyMessage: { role: 'tool', text: '21' } },
    loop,
    requestOf(),
    /^anyMessage: expected a tool message to contain "21", was \[\]$/
  ],
  [{ toolCallId: 'call_*' }, loop, requestOf(), /^toolCallId: expected to be call_\*, was absent$/],
  [{ tools: ['get_weather'] }, loop, requestOf(), /^tools: expected get_weather to be declared, was \[\]$/],
  [{ tools: false }, requestOf(), loop, /^tools: expected none to be declared, was \["get_weather"\]$/],
  [{ hasToolResult: true }, loop, requestOf(), /^hasToolResult: expected to be true, was false$/],
  [{ stream: true }, requestOf({ stream: true }), requestOf(), /^stream: expected to be true, was false$/],
  [{ messageCount: 4 }, loop, requestOf(), /^messageCount: expected to be 4, was 1$/],
  [{ messageCount: { min: 2, max: 5 } }, loop, requestOf(), /^messageCount: expected to be 2 to 5, was 1$/],
  [
    { turn: { min: 2 } },
    requestOf({ messages: [user('a'), user('b')] }),
    requestOf(),
    /^turn: expected to be 2 to any number, was 1$/
  ],
  [
    { toolChoice: 'get_weather' },
    loop,
    requestOf({ tool_choice: 'auto' }),
    /^toolChoice: expected to be get_weather, was "auto"$/
  ],
  [
    { responseFormat: 'json_schema' },
    structured,
    requestOf(),
    /^responseFormat: expected to be json_schema, was absent$/
  ],
  [{ schemaName: 'city' }, structured, requestOf(), /^schemaName: expected to be city, was absent$/],
  [
    { params: { temperature: 0.2 } },
    loop,
    requestOf({ temperature: 1 }),
    /^params: expected to be \{"temperature":0.2\}, was \{"temperature":1\}$/
  ],
  [
    { jsonPath: '$.messages[?@.role=="tool"]' },
    loop,
    requestOf(),
    /^jsonPath: expected \$\.messages.* to find something, was "nothing in model, messages"$/
  ],
  [
    { schema: { required: ['temperature'] } },
    loop,
    requestOf(),
    /^schema: expected to fit the schema, was "the request must have required property 'temperature'"$/
  ],
  [{ not: { lastUser: 'Hello' } }, loop, requestOf(), /^not: expected not \{"lastUser":"Hello"\}, was "just that"$/],
  [
    { any: [{ stream: true }, { tools: true }] },
    loop,
    requestOf(),
    /^any: expected one of .*, was \["stream: expected to be true, was false/
  ],
  [
    { all: [{ tools: true }, { lastUser: 'Oslo' }] },
    loop,
    requestOf(),
    /^all: expected all of .*, was \["tools: expected some to be declared/
  ]
]

const explain = (condition: Condition, subject: MatchSubject) =>
  explainFailures([condition], subject).map(formatFailure).join()

t.test('each condition holds, or explains in a sentence why it fails', async t => {
  t.ok(rows.length >= 30)
  for (const [match, good, bad, sentence] of rows) {
    const [condition] = await compileMatch(match)
    t.ok(condition!.test(createMatchSubject(good, headers)), `${JSON.stringify(match)} holds`)
    t.notOk(condition!.test(createMatchSubject(bad, headers)), `${JSON.stringify(match)} does not hold`)
    t.match(explain(condition!, createMatchSubject(bad, headers)), sentence)
  }
  const [team] = await compileMatch({ headers: { 'X-Team': '/^(?<team>\\w+)$/' } })
  t.same({ ...team!.test(createMatchSubject(requestOf(), headers)) }, { team: 'blue' })
  t.match(
    explain(team!, createMatchSubject(requestOf(), {})),
    /^headers: expected x-team to match .*, was \{"x-team":""\}$/
  )
  const [key] = await compileMatch({ key: 'sk-a*' })
  t.ok(key!.test(createMatchSubject(requestOf(), headers, 'sk-abc')))
  t.equal(
    explain(key!, createMatchSubject(requestOf(), headers, 'sk-secret')),
    'key: expected to be another key, was "…"'
  )
})

const replyTo = async (server: Awaited<ReturnType<typeof build>>, content: string, key = 'sk-test') => {
  const { status, text } = await ask(server, { model: 'gpt-4o', messages: [user(content)] }, { key })
  return status === 200 ? JSON.parse(text).choices[0].message.content : JSON.parse(text).error.code
}

t.test('if several fixtures match, priority decides, then the number of conditions, then the order', async t => {
  const server = await build(t)
  await server.add([
    { name: 'any', reply: { text: 'any' } },
    { name: 'one', match: { lastUser: 'a' }, reply: { text: 'one' } },
    { name: 'two', match: { lastUser: 'a', model: 'gpt-*' }, reply: { text: 'two' } },
    { name: 'another two', match: { lastUser: 'b', model: 'gpt-*' }, reply: { text: 'another two' } },
    { name: 'first', match: { lastUser: 'first' }, priority: 1, reply: { text: 'first' } },
    { name: 'last', priority: -1, match: { lastUser: 'zzz', model: 'gpt-*', stream: false }, reply: { text: 'last' } }
  ])
  t.equal(await replyTo(server, 'a'), 'two')
  t.equal(await replyTo(server, 'b a'), 'two')
  t.equal(await replyTo(server, 'first a'), 'first')
  t.equal(await replyTo(server, 'zzz'), 'any')
})

t.test(
  'among thousands of fixtures with an exact text the right fixture replies, and other fixtures keep their order',
  async t => {
    const server = await build(t)
    const many: FixtureInput[] = Array.from({ length: 3000 }, (_, at) => ({
      match: { lastUser: { exact: `question ${at}` } },
      reply: { text: `answer ${at}` }
    }))
    await server.add([
      ...many,
      { match: { lastUser: '/question 7$/', model: 'gpt-4o' }, reply: { text: 'a more specific one' } }
    ])
    t.same(
      [
        await replyTo(server, 'question 0'),
        await replyTo(server, 'question 2999'),
        await replyTo(server, 'question 7')
      ],
      ['answer 0', 'answer 2999', 'a more specific one']
    )
    t.notMatch(await replyTo(server, 'question 3000'), /^answer/)
  }
)

t.test('a reply may be an echo or literal, and templates get session, turn, time and a random number', async t => {
  const server = await build(t, { seed: 'replies' })
  await server.add([
    { match: { lastUser: 'parrot' }, reply: { echo: true } },
    { match: { lastUser: 'braces' }, reply: { text: 'Use {{name}} and {% if %}.', literal: true } },
    {
      match: { lastUser: 'scope' },
      reply: {
        text: '{{ session }} {{ turn }} {{ now | date: "%Y" }} {{ random | times: 0 | floor }} {{ request.model | upcase }} {{ nothing | default: "none" }}'
      }
    },
    { match: { lastUser: 'json' }, reply: { text: '{{ request.messages | json }}' } }
  ])
  t.equal(await replyTo(server, 'parrot says {{ hi }}'), 'parrot says {{ hi }}')
  t.equal(await replyTo(server, 'braces'), 'Use {{name}} and {% if %}.')
  t.match(await replyTo(server, 'scope'), /^sk-… 1 20\d\d 0 GPT-4O none$/)
  t.equal(await replyTo(server, 'json'), '[{"role":"user","content":"json"}]')
})

t.test('after decides what follows the last reply of a sequence', async t => {
  const server = await build(t)
  const list = [{ text: 'one' }, { text: 'two' }]
  await server.add([
    { name: 'r', match: { lastUser: 'repeat' }, reply: list },
    { name: 'c', match: { lastUser: 'cycle' }, after: 'cycle', reply: list },
    { name: 'x', match: { lastUser: 'refuse' }, after: 'refuse', reply: list }
  ])
  const thrice = async (content: string) => [
    await replyTo(server, content),
    await replyTo(server, content),
    await replyTo(server, content)
  ]
  t.same(await thrice('repeat'), ['one', 'two', 'two'])
  t.same(await thrice('cycle'), ['one', 'two', 'one'])
  t.same(await thrice('refuse'), ['one', 'two', 'sequence_ended'])
  const ended = await ask(server, { model: 'gpt-4o', messages: [user('refuse')] })
  t.match(errorOf(ended).message, /^The replies of x \(.*\) are used up: it has 2 of them/)
})

t.test('states lead each session from one fixture to the next', async t => {
  const server = await build(t)
  await server.add([
    { match: { lastUser: 'go' }, when: { state: 'start' }, then: { state: 'confirming' }, reply: { text: 'Sure?' } },
    { match: { lastUser: 'go' }, when: { state: 'confirming' }, then: { state: 'start' }, reply: { text: 'Gone.' } }
  ])
  t.same(
    [
      await replyTo(server, 'go'),
      await replyTo(server, 'go', 'sk-b'),
      await replyTo(server, 'go'),
      await replyTo(server, 'go')
    ],
    ['Sure?', 'Sure?', 'Gone.', 'Sure?']
  )
  await server.reset('sk-test')
  t.not(await replyTo(server, 'go', 'sk-b'), 'Sure?')
})

t.test('a fixture with a probability replies to a share of requests, the same ones in each run', async t => {
  const run = async () => {
    const server = await build(t)
    await server.add([
      { name: 'often', match: { lastUser: 'dice' }, probability: 0.5, reply: { text: 'yes' } },
      { match: { lastUser: 'dice' }, priority: -1, reply: { text: 'no' } }
    ])
    const found = []
    for (let turn = 0; turn < 60; turn++) found.push(await replyTo(server, 'dice'))
    return found
  }
  const first = await run()
  const yes = first.filter(text => text === 'yes').length
  t.ok(yes > 15 && yes < 45, `${yes} of 60`)
  t.same(await run(), first)
})

t.test('an invalid condition is reported with its location', async t => {
  const server = await build(t)
  const rows: [FixtureInput, RegExp][] = [
    [{ match: { jsonPath: '$[' }, reply: { text: '' } }, /"\$\[" is not a JSONPath/],
    [{ match: { lastUser: '/(?=a)/' }, reply: { text: '' } }, /is not a supported regex/],
    [{ match: { lastUsr: 'a' } as never, reply: { text: '' } }, /unknown key "lastUsr", did you mean "lastUser"/],
    [{ match: { turn: -1 }, reply: { text: '' } }, /match\.turn/],
    [{ probability: 2, reply: { text: '' } }, /probability/],
    [{ reply: { text: 'a', echo: true } }, /the reply has text and echo, expected only one/]
  ]
  for (const [fixture, message] of rows) await t.rejects(server.add(fixture), { message }, JSON.stringify(fixture))
})
