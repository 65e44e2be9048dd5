/** The conditions of fixtures, the matching order, and the kinds of replies. */
import { runInNewContext } from 'node:vm'
import t from 'tap'
import type { ChatRequest } from '../src/core/openai-types.js'
import { type Condition, explainFailures } from '../src/fixtures/condition.js'
import { formatFailure } from '../src/fixtures/failure.js'
import type { FixtureInput } from '../src/fixtures/input.js'
import { compileMatch } from '../src/fixtures/match.js'
import type { MatchInput } from '../src/fixtures/match-input.js'
import { createMatchSubject, type MatchSubject } from '../src/fixtures/match-subject.js'
import { verify } from '../src/fixtures/verify.js'
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
    t.ok(condition!.test(createMatchSubject(good, { headers })), `${JSON.stringify(match)} holds`)
    t.notOk(condition!.test(createMatchSubject(bad, { headers })), `${JSON.stringify(match)} does not hold`)
    t.match(explain(condition!, createMatchSubject(bad, { headers })), sentence)
  }
  const [team] = await compileMatch({ headers: { 'X-Team': '/^(?<team>\\w+)$/' } })
  t.same({ ...team!.test(createMatchSubject(requestOf(), { headers })) }, { team: 'blue' })
  t.match(
    explain(team!, createMatchSubject(requestOf())),
    /^headers: expected x-team to match .*, was \{"x-team":""\}$/
  )
  const [key] = await compileMatch({ key: 'sk-a*' })
  t.ok(key!.test(createMatchSubject(requestOf(), { headers, key: 'sk-abc' })))
  t.equal(
    explain(key!, createMatchSubject(requestOf(), { headers, key: 'sk-secret' })),
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
  t.match(await replyTo(server, 'scope'), /^sk-…~[0-9a-f]{6} 1 20\d\d 0 GPT-4O none$/)
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

const linear = ['(a+)+b', '(a|a)*b', '(a*)*b', '(.*a){10}b', '([a-z]+)*\\d', 'x*x*x*x*y']
const notLinear: [pattern: string, advice: RegExp][] = [
  ['a(?=b)', /without look-around/],
  ['(?<!a)b', /without look-around/],
  ['(a)\\1', /without back-references/],
  ['(?<x>a)\\k<x>', /without back-references/],
  ['(?>a)', /./],
  ['a{1,2000}', /counts of at most 1000/],
  ['((a{100}){100}){100}', /counts of at most 1000/],
  ['\\p{Block=Greek}', /a Unicode class with a short name/],
  ['(b', /./],
  [`${'a'.repeat(10_001)}`, /has 10001 characters, expected at most 10000/]
]
const hostileText = 'a'.repeat(50_000)
const hostile = requestOf({
  messages: [{ role: 'system', content: hostileText }, user(hostileText)],
  user: hostileText
})

/** Every place of `match` that takes a regex. */
const regexPlaces: [place: string, matchOf: (pattern: string) => MatchInput][] = [
  ...(['lastUser', 'system', 'firstUser', 'lastMessage', 'anyMessage'] as const).map(
    (key): [string, (pattern: string) => MatchInput] => [key, pattern => ({ [key]: `/${pattern}/` })]
  ),
  ['{ regex }', pattern => ({ lastUser: { regex: pattern } })],
  ['a list', pattern => ({ lastUser: ['zzz', `/${pattern}/`] })],
  ['anyMessage with a role', pattern => ({ anyMessage: { role: 'user', text: `/${pattern}/` } })],
  ['headers', pattern => ({ headers: { 'x-long': `/${pattern}/` } })],
  ['a literal in code', pattern => ({ lastUser: new RegExp(pattern) })],
  ['jsonPath match()', pattern => ({ jsonPath: `$.messages[?match(@.content, '${escapeQuotes(pattern)}')]` })],
  ['jsonPath search()', pattern => ({ jsonPath: `$..[?search(@.content, '${escapeQuotes(pattern)}')]` })],
  ['schema pattern', pattern => ({ schema: { properties: { user: { pattern } } } })],
  ['schema patternProperties', pattern => ({ schema: { patternProperties: { [pattern]: { type: 'number' } } } })],
  ['not', pattern => ({ not: { lastUser: `/${pattern}/` } })],
  ['any', pattern => ({ any: [{ lastUser: `/${pattern}/` }] })],
  ['all', pattern => ({ all: [{ jsonPath: `$.messages[?match(@.content, '${escapeQuotes(pattern)}')]` }] })]
]
const escapeQuotes = (pattern: string) => pattern.replaceAll('\\', '\\\\').replaceAll("'", "\\'")
const isRegExp = (pattern: string) => {
  try {
    return Boolean(new RegExp(pattern))
  } catch {
    return false
  }
}

t.test('at every place of match a regex takes linear time, or is refused with advice', async t => {
  const headers = { 'x-long': hostileText }
  for (const [place, matchOf] of regexPlaces) {
    for (const pattern of linear) {
      const [condition] = await compileMatch(matchOf(pattern))
      condition!.test(createMatchSubject(hostile, { headers }))
      t.pass(`${place}: ${pattern}`)
    }
    for (const [pattern, advice] of notLinear) {
      if (place.includes('literal') && !isRegExp(pattern)) continue
      const isTooLong =
        place.includes('jsonPath') || place === 'all' ? /has 10\d\d\d characters, expected at most 1000/ : advice
      await t.rejects(
        compileMatch(matchOf(pattern)),
        { name: 'ConfigError', message: pattern.length > 10_000 ? isTooLong : advice },
        `${place}: ${pattern.slice(0, 30)}`
      )
    }
  }
})

t.test('a JSONPath that is too long or too deep is refused', async t => {
  const cases: [path: string, message: RegExp][] = [
    ['$[', /is not a JSONPath: .*, expected a path of RFC 9535, such as/],
    [`$.${'a'.repeat(1000)}`, /has 1002 characters, expected at most 1000/],
    [`$${'[?@'.repeat(11)}${']'.repeat(11)}`, /is too deep, expected at most 10 brackets within each other/],
    [`$[?${'('.repeat(300)}@.a${')'.repeat(300)}]`, /is too deep/],
    ['$..a..b..c..d', /has "\.\." 4 times, expected at most 3 times/],
    ['$[?match(@.a, $.b)]', /the second argument of match\(\) is not a text/],
    ['$[?nothing(@.a)]', /is not a JSONPath: no such function/]
  ]
  for (const [jsonPath, message] of cases)
    await t.rejects(compileMatch({ jsonPath }), { name: 'ConfigError', message }, jsonPath.slice(0, 40))
  t.ok(await compileMatch({ jsonPath: "$['a..b..c..d..e']" }), 'dots in a name are no descents')
})

t.test('a JSONPath that would read too much of a body finds nothing, and says so', async t => {
  let deep: unknown = { x: 1 }
  for (let level = 0; level < 500; level++) deep = { a: deep, b: [level] }
  const bodies = {
    wide: requestOf({ messages: Array.from({ length: 100_000 }, (_, at) => user(`message ${at}`)) }),
    deep: requestOf({ metadata: deep }),
    long: requestOf({
      messages: Array.from({ length: 5000 }, () => user('x')),
      user: 'a'.repeat(1e6),
      prediction: 'a'.repeat(1e6)
    }),
    lists: requestOf({ a: Array.from({ length: 60_000 }, () => 1), b: Array.from({ length: 60_000 }, () => 1) })
  }
  const paths = [
    '$..*..*..*',
    '$..[?@..zz]',
    '$[*][?$.a == $.b]',
    '$.messages[?$.user == $.prediction]',
    "$.messages[?search($.user, '(a+)+b')]",
    '$..[?count($..*) > 1000000]',
    `$..[?${Array(80).fill('@.a == 1').join(' || ')}]`
  ]
  for (const jsonPath of paths) {
    const [condition] = await compileMatch({ jsonPath })
    const reasons = Object.values(bodies)
      .map(body => createMatchSubject(body))
      .filter(subject => !condition!.test(subject))
      .map(subject => explain(condition!, subject))
    t.match(reasons.join('\n'), /not found, for the path (reads more than \d+ values|is too deep)/, jsonPath)
  }
  const [usual] = await compileMatch({ jsonPath: "$.messages[?@.content == 'message 9999']" })
  const messages = bodies.wide.messages.slice(0, 10_000)
  t.ok(usual!.test(createMatchSubject(requestOf({ messages }))), 'a usual path reads ten thousand messages')
})

t.test('a JSON Schema that does not compile is a mistake, and a schema without an end matches nothing', async t => {
  for (const schema of [{ type: 'strng' }, { $ref: '#/nowhere' }, { properties: [] }])
    await t.rejects(compileMatch({ schema } as unknown as MatchInput), {
      name: 'ConfigError',
      message: /match\.schema: /
    })
  const [endless] = await compileMatch({ schema: { $ref: '#' } })
  t.notOk(endless!.test(createMatchSubject(requestOf())))
})

t.test('verify uses the same conditions, and refuses the same patterns', async t => {
  const requests = [{ id: 'req_1', method: 'POST', url: '/v1/chat/completions', request: hostile }]
  const setting = { operations: [], compile: (match: MatchInput) => compileMatch(match) }
  for (const [place, matchOf] of regexPlaces.filter(([place]) => place !== 'headers')) {
    t.equal(typeof (await verify({ match: matchOf('(a+)+b') }, requests, setting)).count, 'number', place)
    await t.rejects(verify({ match: matchOf('a(?=b)') }, requests, setting), { name: 'ConfigError' }, place)
  }
})

t.test('near misses give the reason why a fixture did not reply', async t => {
  const server = await build(t, { unmatched: 'refuse', key: 'sk-secret-of-the-client' })
  const key = 'sk-secret-of-the-client'
  const nearestTo = async (content: string, headers = {}) =>
    errorOf(await ask(server, { model: 'gpt-4o', messages: [user(content)] }, { key, headers })).message
  await server.add({ name: 'theirs', match: { lastUser: 'session' }, reply: { text: '' } }, 'another')
  await server.add([
    { name: 'paid', match: { lastUser: 'state' }, when: { state: 'paid' }, reply: { text: '' } },
    { name: 'never', match: { lastUser: 'chance' }, probability: 0, reply: { text: '' } },
    { name: 'once', match: { lastUser: 'turns' }, times: 1, reply: { text: '' } },
    { name: 'team', match: { lastUser: 'header', headers: { 'x-team': 'blue' } }, reply: { text: '' } },
    {
      name: 'bearer',
      match: { lastUser: 'secret', headers: { authorization: 'Bearer sk-x', 'x-copy': 'y' } },
      reply: { text: '' }
    }
  ])
  t.match(
    await nearestTo('session'),
    /theirs .*: session: expected to be the session for which .* added, was another session\./
  )
  t.match(await nearestTo('state'), /paid .*: when: expected the state "paid", was "start"\./)
  t.match(await nearestTo('chance'), /never .*: probability: expected a number below 0, was 0\.\d{3}\./)
  t.equal(await replyTo(server, 'turns', key), '')
  t.match(
    await nearestTo('turns'),
    /once .*: times: expected a reply that is left in this session \(1 in all\), was used up\./
  )
  t.match(
    await nearestTo('header', { 'x-team': 'red' }),
    /team .*: headers: expected x-team to contain "blue", was \{"x-team":"red"\}\./
  )
  const secret = await nearestTo('secret', { 'x-copy': key })
  t.match(
    secret,
    /bearer .*: headers: expected authorization to be another secret and x-copy .*, was \{"authorization":"…","x-copy":"…"\}/
  )
  t.notMatch(secret, /sk-/)
  const journaled = server.unmatched().map(({ nearMisses }) => nearMisses![0])
  t.match(journaled, [
    /^theirs .*session/,
    /^paid .*"start"/,
    /^never .*0\.\d/,
    /^once .*used up/,
    /^team .*"red"/,
    /^bearer .*…/
  ])
  t.notMatch(journaled.join(), /sk-/)
})

t.test('after: refuse holds for a single reply too', async t => {
  const server = await build(t)
  await server.add({ match: { lastUser: 'once' }, after: 'refuse', reply: { text: 'the only reply' } })
  t.same(
    [await replyTo(server, 'once'), await replyTo(server, 'once'), await replyTo(server, 'once', 'sk-b')],
    ['the only reply', 'sequence_ended', 'the only reply']
  )
})

t.test('in code a condition may be a regex literal, also of another realm', async t => {
  const server = await build(t)
  await server.add([
    { name: 'a', match: { lastUser: /Weather in (?<city>\w+)/gi }, reply: { text: 'Sunny in {{ match.city }}' } },
    { name: 'b', match: { anyMessage: { role: 'user', text: [/^b/, 'zz'] } }, reply: { text: 'b' } },
    { name: 'c', match: { any: [{ headers: { 'x-team': /blue/ } }] }, reply: { text: 'c' } },
    { name: 'd', match: { not: { lastUser: runInNewContext('/./s') } }, reply: { text: 'd' } },
    { name: 'e', match: { lastUser: /e/ }, reply: () => 'e' }
  ])
  t.equal(await replyTo(server, 'the weather in Oslo'), 'Sunny in Oslo')
  t.equal(await replyTo(server, 'b'), 'b')
  t.equal(await replyTo(server, ''), 'd')
  t.equal(await replyTo(server, 'e'), 'e')
  const { fixtures } = (await server.app.inject('/_mock/fixtures')).json()
  t.match(fixtures[0].match, { lastUser: '/Weather in (?<city>\\w+)/gi' })
  await t.rejects(server.add({ match: { lastUser: /a(?=b)/ }, reply: { text: '' } }), /not a supported regex/)
  t.match(await server.verify({ match: { lastUser: /oslo/i }, count: 1 }), { verified: true })
})
