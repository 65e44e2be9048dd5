/** How fixtures are read, matched and selected, and which problems are reported. */
import { readFileSync } from 'node:fs'
import t from 'tap'
import { createAjv } from '../src/core/ajv.js'
import { Budget } from '../src/core/budget.js'
import { ConfigError } from '../src/core/config-error.js'
import type { ChatRequest } from '../src/core/openai-types.js'
import { toSchemaCheck } from '../src/core/schema.js'
import { inlineSource, parseSource } from '../src/core/source-file.js'
import { createFixtureStore } from '../src/fixtures/fixture-store.js'
import { createApiKeys, readApiKeys } from '../src/fixtures/keys.js'
import { compileFixtures, readFixtureDirectory } from '../src/fixtures/load.js'
import { createMatchSubject } from '../src/fixtures/match-subject.js'
import { findNearMisses } from '../src/fixtures/near-misses.js'
import { selectFixture } from '../src/fixtures/select.js'
import type { DataReply } from '../src/fixtures/template.js'
import { compileGlob, compileText } from '../src/fixtures/text-matcher.js'
import { createMemoryStore } from '../src/state/memory-store.js'
import { completionJson } from './helper.js'

const schema = JSON.parse(readFileSync(new URL('../fixtures/fixture.schema.json', import.meta.url), 'utf8'))
const fixtureSchema = {
  check: toSchemaCheck(createAjv({ verbose: true }).compile(schema)),
  errorNames: new Set(['rate_limit_exceeded', 'server_error'])
}
const compile = async (data: unknown) => compileFixtures([inlineSource('test', data)], fixtureSchema)
const problemsOf = async (work: Promise<unknown>): Promise<string[]> =>
  work.then(
    () => ['no problem'],
    error => {
      if (error instanceof ConfigError) return error.problems
      throw error
    }
  )
const request = (changes: Partial<ChatRequest> = {}): ChatRequest => ({
  model: 'gpt-4o',
  messages: [
    { role: 'system', content: 'You are terse.' },
    { role: 'user', content: 'How is the weather in Paris?' }
  ],
  ...changes
})
const weather = { type: 'function' as const, function: { name: 'get_weather' } }

t.test('a fixture matches when all its conditions hold', async t => {
  const cases: [match: object, changes: Partial<ChatRequest>, isMatch: boolean][] = [
    [{}, {}, true],
    [{ model: 'gpt-4o' }, {}, true],
    [{ model: 'gpt-4o' }, { model: 'gpt-4o-mini' }, false],
    [{ model: 'gpt-4o*' }, { model: 'gpt-4o-mini' }, true],
    [{ model: ['o1*', 'gpt-*'] }, {}, true],
    [{ lastUser: 'weather' }, {}, true],
    [{ lastUser: 'Weather' }, {}, false],
    [{ lastUser: '/WEATHER in \\w+/i' }, {}, true],
    [{ lastUser: ['rain', 'weather'] }, {}, true],
    [{ lastUser: 'weather' }, { messages: [{ role: 'user', content: [{ type: 'text', text: 'the weather' }] }] }, true],
    [{ lastUser: 'terse' }, {}, false],
    [{ system: 'terse' }, {}, true],
    [{ system: 'terse' }, { messages: [{ role: 'developer', content: 'Be terse' }] }, true],
    [{ tools: true }, {}, false],
    [{ tools: false }, {}, true],
    [{ tools: ['get_weather'] }, { tools: [weather] }, true],
    [{ tools: ['get_weather', 'other'] }, { tools: [weather] }, false],
    [{ tools: ['f'] }, { functions: [{ name: 'f' }] }, true],
    [{ stream: true }, {}, false],
    [{ stream: false }, { stream: null }, true],
    [{ stream: true }, { stream: true }, true],
    [{ hasToolResult: false }, {}, true],
    [
      { hasToolResult: true },
      { messages: [...request().messages, { role: 'tool', tool_call_id: 'c', content: '21' }] },
      true
    ],
    [{ model: 'gpt-4o', lastUser: 'weather', system: 'terse', tools: false, stream: false }, {}, true],
    [{ model: 'gpt-4o', lastUser: 'snow' }, {}, false]
  ]
  for (const [match, changes, isMatch] of cases) {
    const fixtures = await compile({ match, reply: { text: 'x' } })
    const selected = await selectFixture(fixtures, createMatchSubject(request(changes)), createMemoryStore(), 's')
    t.equal(selected !== undefined, isMatch, `${JSON.stringify(match)} on ${JSON.stringify(changes)}`)
  }
})

t.test('in a glob, only * is special: it matches any characters', async t => {
  const cases: [glob: string, text: string, isMatch: boolean][] = [
    ['gpt-4o', 'gpt-4o', true],
    ['gpt-4o', 'gpt-4o-mini', false],
    ['*', '', true],
    ['gpt-*-mini', 'gpt-4o-mini', true],
    ['gpt-*-mini', 'gpt-mini', false],
    ['a*a', 'a', false],
    ['*b*c*', 'xbycz', true],
    ['*b*c*', 'xcybz', false],
    ['a.c', 'abc', false]
  ]
  for (const [glob, text, isMatch] of cases) t.equal(compileGlob(glob)(text), isMatch, `${glob} on ${text}`)
})

t.test('templates get the named groups of a regex', async t => {
  const [fixture] = await compile({
    match: { lastUser: '/in (?<city>\\w+)/' },
    reply: { text: 'It rains in {{ match.city | upcase }}, says {{ request.model }}.' }
  })
  const selected = await selectFixture([fixture!], createMatchSubject(request()), createMemoryStore(), 's')
  t.same({ ...selected?.groups }, { city: 'Paris' })
  const render = fixture!.replies[0]! as DataReply
  t.match(!render.canned && render.render(scopeOf(selected!.groups)), {
    kind: 'completion',
    choices: [{ text: 'It rains in PARIS, says gpt-4o.' }]
  })
})

const scopeOf = (match: Record<string, string>) => ({
  request: request(),
  match,
  session: 's',
  turn: 1,
  now: '2026-01-31T12:00:00.000Z',
  random: 0.5
})

t.test('all templates of a reply share one budget', async t => {
  const loop = '{% for a in (1..1000) %}{% for b in (1..1000) %}x{% endfor %}{% endfor %}'
  const longText = '{% assign a = "xxxxxxxxxx" %}'
  const long = 'y, '.repeat(300_000)
  const hostile: Record<string, [reply: object, content?: string]> = {
    'a hundred texts with loops': [{ json: Array.from({ length: 100 }, (_, at) => loop + at) }],
    'many small texts': [{ json: Array.from({ length: 30_000 }, (_, at) => `{{ request.model }}${at}`) }],
    'doubled text': [
      { text: `${longText}${'{% assign a = a | append: a %}'.repeat(18)}{% for i in (1..100) %}{{ a }}{% endfor %}` }
    ],
    'captured text': [
      {
        text: `${longText}{% for i in (1..24) %}{% capture a %}{{ a }}{{ a }}{% endcapture %}{% endfor %}{{ a | size }}`
      }
    ],
    'lists of long text': [
      {
        text: `{% assign p = request.messages[0].content %}{% assign a = "" | split: "" %}
          {% for i in (1..100) %}{% assign a = a | push: p %}{% endfor %}{{ a }}`
      },
      long
    ],
    'sorted lists': [
      {
        text: `{% assign a = request.messages[0].content | split: "" %}{% for i in (1..200) %}{% assign b = a | sort %}{% endfor %}`
      },
      long
    ],
    'replaced text': [{ text: '{% assign p = request.messages[0].content %}{{ p | replace: "y", p | size }}' }, long],
    'searched text': [
      { text: '{% for i in (1..9000) %}{% if request.messages[0].content contains "zz" %}a{% endif %}{% endfor %}' },
      long
    ],
    'copied lists': [
      { text: '{% for i in (1..9000) %}{% for m in request.metadata limit: 1 %}{% endfor %}{% endfor %}' }
    ],
    'a huge range': [{ text: '{% for i in (1..99999999) %}{% break %}{% endfor %}' }]
  }
  for (const [name, [reply, content = 'Hi']] of Object.entries(hostile)) {
    const [fixture] = await compile({ reply })
    const render = fixture!.replies[0]! as DataReply
    const metadata = Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`k${at}`, 'v']))
    const scope = { ...scopeOf({}), request: { ...request(), messages: [{ role: 'user', content }], metadata } }
    const spend = () => {
      const budget = new Budget()
      try {
        if (!render.canned) render.render(scope, budget)
        t.fail(`${name} has no limit`)
      } catch (error) {
        t.match(error, { errorName: 'budget_exceeded', params: { task: 'the templates of a reply' } }, name)
      }
      return [budget.work, budget.bytes]
    }
    t.same(spend(), spend(), `${name} spends the same each time`)
  }
})

t.test('a template of ordinary size is far below its budget', async t => {
  const [fixture] = await compile({
    reply: { text: '{% for m in request.messages %}{{ m.role }}: {{ m.content | upcase }}\n{% endfor %}' }
  })
  const budget = new Budget()
  const render = fixture!.replies[0]! as DataReply
  const messages = Array.from({ length: 50 }, () => ({ role: 'user', content: 'Is it raining? '.repeat(20) }))
  const reply = render.canned ?? render.render({ ...scopeOf({}), request: { ...request(), messages } }, budget)
  t.match(reply, { choices: [{ text: /^user: IS IT RAINING/ }] })
  t.ok(budget.work > 0 && budget.work < 10_000, `${budget.work} units of work`)
})

t.test('a regex runs in linear time', async t => {
  const { test } = await compileText('/^(a+)+$/')
  t.equal(test(`${'a'.repeat(5000)}!`), undefined)
})

t.test('quotation marks and template tags in a prompt break no reply', async t => {
  const [fixture] = await compile({
    match: { lastUser: '/say (?<what>.*)/s' },
    reply: { json: { said: '{{ match.what }}', list: ['{{ match.what }}', 1, null] } }
  })
  const nasty = 'say "}\n{{ x }} {% raw %} \\ \u2028'
  const selected = await selectFixture(
    [fixture!],
    createMatchSubject(request({ messages: [{ role: 'user', content: nasty }] })),
    createMemoryStore(),
    's'
  )
  const render = fixture!.replies[0]! as DataReply
  const reply = render.canned ?? render.render(scopeOf(selected!.groups))
  const text = reply.kind === 'completion' ? reply.choices[0]?.text : ''
  t.same(JSON.parse(text ?? ''), { said: nasty.slice(4), list: [nasty.slice(4), 1, null] })
})

t.test('a fixture with times replies this often in a session, then the next fixture replies', async t => {
  const fixtures = await compile({
    fixtures: [
      { name: 'twice', times: 2, reply: { text: 'a' } },
      { name: 'after', reply: { text: 'b' } }
    ]
  })
  const store = createMemoryStore()
  const next = async (session: string) =>
    (await selectFixture(fixtures, createMatchSubject(request()), store, session))?.fixture.name
  t.same([await next('x'), await next('x'), await next('x'), await next('y')], ['twice', 'twice', 'after', 'twice'])
  await store.forget('x')
  t.equal(await next('x'), 'twice')
})

t.test('each session has its own place in a sequence', async t => {
  const fixtures = await compile({ reply: [{ error: 'rate_limit_exceeded' }, { text: 'a' }] })
  const store = createMemoryStore()
  const turn = async (session: string) =>
    (await selectFixture(fixtures, createMatchSubject(request()), store, session))?.turn
  t.same([await turn('x'), await turn('y'), await turn('x'), await turn('x')], [0, 0, 1, 2])
})

t.test('near misses explain in sentences which conditions failed, the nearest first', async t => {
  const fixtures = await compile({
    fixtures: [
      { name: 'far', match: { model: 'o1', lastUser: 'snow', stream: true }, reply: { text: 'x' } },
      { name: 'near', match: { model: 'gpt-4o*', lastUser: '/snow/' }, reply: { text: 'x' } },
      { name: 'used up', times: 1, reply: { text: 'x' } }
    ]
  })
  const misses = findNearMisses(fixtures, createMatchSubject(request({ tools: [weather] })), 3)
  t.same(
    misses.map(({ fixture, reasons }) => [fixture.name, reasons]),
    [
      ['used up', ['all conditions hold, but its one turn in this session is used up']],
      ['near', ['lastUser: expected to match /snow/, was "How is the weather in Paris?"']],
      [
        'far',
        [
          'model: expected to be o1, was "gpt-4o"',
          'lastUser: expected to contain "snow", was "How is the weather in Paris?"',
          'stream: expected to be true, was false'
        ]
      ]
    ]
  )
})

t.test(
  'fixtures that are added at run time come first, the newest before older ones, and only these are cleared',
  async t => {
    const named = async (...names: string[]) =>
      compile({ fixtures: names.map(name => ({ name, reply: { text: name } })) })
    const fixtureStore = createFixtureStore(await named('file'))
    fixtureStore.add(await named('a', 'b'))
    fixtureStore.add(await named('c'))
    t.same(
      fixtureStore.all.map(({ name }) => name),
      ['c', 'a', 'b', 'file']
    )
    t.equal(fixtureStore.clear(), 3)
    t.same(
      fixtureStore.all.map(({ name }) => name),
      ['file']
    )
  }
)

t.test('a problem of a fixture file has its file:line:column, the problem and the expected value', async t => {
  const cases: [yaml: string, problems: (string | RegExp)[]][] = [
    ['reply: {text: hi', [/^f\.yaml:1:\d+: .*expected valid YAML or JSON$/]],
    [
      'match:\n  lastUsr: hi\nreply: { text: x }',
      [/^f\.yaml:2:3: unknown key "lastUsr", did you mean "lastUser"\? Expected one of model, /]
    ],
    ['name: x', ['f.yaml:1:1: the file lacks "reply", which is required']],
    ['reply:\n  text: 5', ['f.yaml:2:9: text expected string']],
    [
      'reply:\n  finishReason: done',
      ['f.yaml:2:17: finishReason expected one of stop, length, tool_calls, content_filter, function_call']
    ],
    ['times: 0\nreply: { text: x }', ['f.yaml:1:8: times expected to be >= 1']],
    [
      'reply: {}',
      ['f.yaml:1:8: the reply is empty, expected one of text, json, refusal, toolCalls, choices, error, echo']
    ],
    [
      'reply:\n  text: a\n  error: server_error',
      ['f.yaml:3:3: the reply has text and error, expected only one of them']
    ],
    [
      `reply:\n  text: a\n  verbatim: { json: '${completionJson('b')}' }`,
      ['f.yaml:3:13: it differs from the reply beside it; change both, or remove verbatim']
    ],
    [
      `reply:\n  error: { status: 404, message: a }\n  verbatim: { json: '{"error":{"message":"b"}}' }`,
      ['f.yaml:3:13: it differs from the reply beside it; change both, or remove verbatim']
    ],
    ['reply: { text: a, verbatim: {} }', [/^f\.yaml:1:29: verbatim expected/]],
    [
      'reply: { error: rate_limit }',
      [/^f\.yaml:1:17: no API error is called "rate_limit"; docs\/errors\.md lists them$/]
    ],
    [
      'reply: { error: server_eror }',
      ['f.yaml:1:17: no API error is called "server_eror", did you mean "server_error"?; docs/errors.md lists them']
    ],
    [
      'match: { lastUser: "/(?=x)/" }\nreply: { text: x }',
      [/^f\.yaml:1:1: \/\(\?=x\)\/ is not a supported regex .*look-around/]
    ],
    [
      'match: { lastUser: "/x/q" }\nreply: { text: x }',
      ['f.yaml:1:1: unknown flag "q" in /x/q, expected i, s, m or u']
    ],
    [
      'reply: { text: "{{ a | nothing }}" }',
      [/^f\.yaml:1:1: the template .* does not parse: undefined filter: nothing/]
    ],
    [
      'fixtures:\n  - reply: { text: a }\n  - reply: { txt: b }',
      [/^f\.yaml:3:14: unknown key "txt", did you mean "text"\?/]
    ],
    ['fixtures:\n  - reply: {}\n  - times: 1\n    reply: {}', [/^f\.yaml:2:12: /, /^f\.yaml:4:12: /]],
    ['- a\n- b', ['f.yaml:1:1: the file expected object']],
    ['a: 1\na: 2', [/^f\.yaml:2:1: .*unique/]],
    ['', ['f.yaml:1:1: the file expected object']]
  ]
  for (const [yaml, expected] of cases) {
    const problems = await problemsOf(
      parseSource('f.yaml', yaml).then(source => compileFixtures([source], fixtureSchema))
    )
    t.match(problems, expected, JSON.stringify(yaml))
    t.equal(problems.length, expected.length, `${JSON.stringify(yaml)} has ${expected.length} problems`)
  }
})

t.test('a directory has fixtures, errors and keys, and every unreadable file is reported', async t => {
  const dir = t.testdir({
    'b.yaml': 'reply: { text: b }',
    'a.json': '{ "reply": { "text": "a" } }',
    nested: { 'c.yml': 'reply: { text: c }' },
    errors: { 'mine.yaml': 'server_error: { message: Ouch }' },
    'keys.yaml': 'keys: {}',
    'notes.txt': 'not a fixture'
  })
  const { fixtures, errors, keys } = await readFixtureDirectory(dir)
  t.same(
    fixtures.map(({ path }) => path.slice(dir.length + 1)),
    ['a.json', 'b.yaml', 'nested/c.yml']
  )
  t.equal(errors.length, 1)
  t.ok(keys)
  const broken = t.testdir({ 'a.yaml': 'x: [', 'b.yaml': 'y: {' })
  t.equal((await problemsOf(readFixtureDirectory(broken))).length, 2)
  t.match(await problemsOf(readFixtureDirectory(`${dir}/nowhere`)), [
    /can't be read \(ENOENT\), expected a directory of fixtures/
  ])
})

t.test('keys have the settings of their file, and other keys are accepted unless a list of keys is given', async t => {
  const source = await parseSource(
    'keys.yaml',
    'keys:\n  sk-bad: { refusal: server_error }\n  sk-org: { organization: acme }'
  )
  const keys = readApiKeys([source], fixtureSchema.errorNames)
  const open = createApiKeys(keys)
  t.equal(open.find('sk-bad')?.refusal, 'server_error')
  t.equal(open.find('sk-org')?.organization, 'acme')
  t.same(open.find('anything'), {})
  const closed = createApiKeys(keys, ['sk-mine'])
  t.ok(closed.find('sk-mine'))
  t.equal(closed.find('anything'), undefined)
  const cases: [yaml: string, problem: RegExp][] = [
    ['sk: {}', /^keys\.yaml:1:1: expected "keys:"/],
    ['keys:\n  sk: yes', /^keys\.yaml:2:7: expected the settings of the key/],
    ['keys:\n  sk: { refusl: x }', /^keys\.yaml:2:9: unknown key "refusl"/],
    ['keys:\n  sk: { refusal: nothing }', /^keys\.yaml:2:18: no API error is called "nothing"/]
  ]
  for (const [yaml, problem] of cases) {
    const bad = await parseSource('keys.yaml', yaml)
    t.match(await problemsOf((async () => readApiKeys([bad], fixtureSchema.errorNames))()), [problem], yaml)
  }
})
