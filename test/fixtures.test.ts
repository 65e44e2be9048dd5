/** How fixtures are read, matched and selected, and which problems are reported. */
import { readFileSync, renameSync, symlinkSync } from 'node:fs'
import t from 'tap'
import { createAjv } from '../src/core/ajv.js'
import { Budget } from '../src/core/budget.js'
import { ConfigError } from '../src/core/config-error.js'
import type { ChatRequest } from '../src/core/openai-types.js'
import { toSchemaCheck } from '../src/core/schema.js'
import { inlineSource, parseSource } from '../src/core/source-file.js'
import { formatFailure } from '../src/fixtures/failure.js'
import { readFixtureDirectory } from '../src/fixtures/fixture-files.js'
import { createFixtureStore } from '../src/fixtures/fixture-store.js'
import { createApiKeys, readApiKeys } from '../src/fixtures/keys.js'
import { compileFixtures } from '../src/fixtures/load.js'
import { createMatchSubject } from '../src/fixtures/match-subject.js'
import { findNearMisses } from '../src/fixtures/near-misses.js'
import { selectFixture } from '../src/fixtures/select.js'
import type { DataReply } from '../src/fixtures/template.js'
import { compileGlob, compileText } from '../src/fixtures/text-matcher.js'
import { findWarnings } from '../src/fixtures/warnings.js'
import { createMemoryStore } from '../src/state/memory-store.js'
import { completionJson } from './helper.js'

const schema = JSON.parse(readFileSync(new URL('../fixtures/fixture.schema.json', import.meta.url), 'utf8'))
const fixtureSchema = {
  check: toSchemaCheck(createAjv({ allErrors: true, verbose: true }).compile(schema)),
  errorNames: new Set(['rate_limit_exceeded', 'server_error']),
  errorStatuses: { 429: 'rate_limit_exceeded', 500: 'server_error' },
  operations: []
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
  random: 0.5,
  path: {},
  query: {}
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

t.test('templates read no files and run no code', async t => {
  for (const text of ['{% include "package.json" %}', '{% render "package.json" %}', '{% layout "package.json" %}'])
    await t.rejects(compile({ reply: { text } }), text)
  const text = '[{{ constructor }}{{ request.constructor }}{{ request.model.constructor.name }}{{ process.env.PATH }}]'
  const [fixture] = await compile({ reply: { text } })
  const render = fixture!.replies[0]! as DataReply
  const reply = render.canned ?? render.render({ ...scopeOf({}), request: request() })
  t.match(reply, { choices: [{ text: '[]' }] })
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
  const subject = createMatchSubject(request({ tools: [weather] }))
  const store = createMemoryStore()
  await selectFixture(fixtures, subject, store, 's')
  t.equal(await selectFixture(fixtures, subject, store, 's'), undefined)
  const misses = findNearMisses({ fixtures, session: 's', heldBack: subject.heldBack }, subject, 3)
  t.same(
    misses.map(({ fixture, failures }) => [fixture.name, failures.map(formatFailure)]),
    [
      ['used up', ['times: expected a reply that is left in this session (1 in all), was used up']],
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
    t.equal(fixtureStore.clear().size, 3)
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
      [/^f\.yaml:2:3: unknown key "lastUsr", did you mean "lastUser"\? Expected one of operation, model, /]
    ],
    ['name: x', ['f.yaml:1:1: the file lacks "reply", which is required']],
    ['reply:\n  text: 5', ['f.yaml:2:9: text is 5, expected a text in quotation marks: "5"']],
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
      'reply: { error: rate_limited }',
      [
        'f.yaml:1:17: no API error is called "rate_limited", did you mean "rate_limit_exceeded"?; docs/errors.md lists them'
      ]
    ],
    [
      'reply: { error: nothing_alike }',
      ['f.yaml:1:17: no API error is called "nothing_alike"; docs/errors.md lists them']
    ],
    [
      'reply: { error: 418 }',
      [/^f\.yaml:1:17: no API error has the status 418, expected one of 429, 500; or your own error: \{ status: 418/]
    ],
    [
      'reply: { error: server_eror }',
      ['f.yaml:1:17: no API error is called "server_eror", did you mean "server_error"?; docs/errors.md lists them']
    ],
    [
      'match: { lastUser: "/(?=x)/" }\nreply: { text: x }',
      [/^f\.yaml:1:20: \/\(\?=x\)\/ is not a supported regex .*look-around/]
    ],
    [
      'match: { lastUser: "/x/q" }\nreply: { text: x }',
      ['f.yaml:1:20: unknown flag "q" in /x/q, expected i, s, m or u']
    ],
    [
      'reply: { text: "{{ a | nothing }}" }',
      [/^f\.yaml:1:8: the template .* does not parse: undefined filter: nothing/]
    ],
    [
      'fixtures:\n  - reply: { text: a }\n  - reply: { txt: b }',
      [/^f\.yaml:3:14: unknown key "txt", did you mean "text"\?/]
    ],
    ['fixtures:\n  - reply: {}\n  - times: 1\n    reply: {}', [/^f\.yaml:2:12: /, /^f\.yaml:4:12: /]],
    [
      'reply:\n  text: a\n  headers:\n    x ok: a\n    X-Fine: b\n    "": c',
      [
        'f.yaml:4:5: "x ok" is no name of a header, expected letters, digits and hyphens, as in "x-my-header"',
        'f.yaml:6:5: "" is no name of a header, expected letters, digits and hyphens, as in "x-my-header"'
      ]
    ],
    ...['Content-Length', 'transfer-encoding', 'trailer'].map((name): [string, string[]] => [
      `reply: { text: a, headers: { ${name}: "5" } }`,
      [
        `f.yaml:1:30: a reply cannot have the header "${name}": the server sets it, because it describes the body on the wire; remove it`
      ]
    ]),
    ...['connection', 'keep-alive', 'proxy-connection', 'te', 'upgrade'].map((name): [string, string[]] => [
      `reply: { error: server_error, headers: { ${name}: "5" } }`,
      [
        `f.yaml:1:42: a reply cannot have the header "${name}": the server sets it, because it is about the connection; remove it`
      ]
    ]),
    [
      'reply:\n  - { text: a }\n  - { text: b, headers: { date: today } }',
      [/^f\.yaml:3:27: a reply cannot have the header "date": the server sets it to the time of the response/]
    ],
    ...['a\\nb', 'a\\0b', 'a\\x7f', 'Grüße', '😀'].map((value): [string, RegExp[]] => [
      `reply: { text: a, headers: { x-a: "${value}" } }`,
      [/^f\.yaml:1:30: the header "x-a" is ".*", expected printable ASCII without line breaks$/]
    ]),
    [
      'reply: { text: a }\nfault: { kind: content-type, value: "a\\nb" }',
      ['f.yaml:2:8: content-type: value is "a\\nb", expected a content type of ASCII characters']
    ],
    [
      'reply: { text: a }\ntiming: { firstTokenMs: 1.0e+12 }',
      [/^f\.yaml:2:9: firstTokenMs has 1000000000000, expected at most 3600000 milliseconds, which is an hour$/]
    ],
    ['- a\n- b', ['f.yaml:1:1: the file is a list, expected the key `fixtures:` above the list']],
    ['a: 1\na: 2', [/^f\.yaml:2:1: .*unique/]],
    ['', [/^f\.yaml:1:1: the file is empty, expected a fixture, such as `match: .*reply: /]]
  ]
  for (const [yaml, expected] of cases) {
    const problems = await problemsOf(
      parseSource('f.yaml', yaml).then(source => compileFixtures([source], fixtureSchema))
    )
    t.match(problems, expected, JSON.stringify(yaml))
    t.equal(problems.length, expected.length, `${JSON.stringify(yaml)} has ${expected.length} problems`)
  }
})

t.test('a common mistake gets a sentence that says what to write instead', async t => {
  const cases: [content: string, ...problems: (string | RegExp)[]][] = [
    // The wrong file.
    ['{}', /^f\.yaml:1:1: the file has no content, expected a fixture/],
    ['# a comment', /^f\.yaml:1:1: the file is empty/],
    ['just words', /^f\.yaml:1:1: the file is the text "just words", expected a fixture/],
    ['services: { web: { image: nginx } }', /^f\.yaml:1:1: this is a Docker Compose file; move it out/],
    ['openapi: 3.1.0\npaths: {}', /this is an OpenAPI document; serve it with `--spec FILE`/],
    ['overlay: 1.0.0\nactions: []', /this is an OpenAPI Overlay; apply it with `--overlay FILE`/],
    ['name: CI\non: push\njobs: { test: {} }', /this is a workflow of a CI service/],
    ['apiVersion: v1\nkind: ConfigMap', /this is a Kubernetes manifest/],
    ['{ "name": "x", "version": "1.0.0", "scripts": {} }', /this is a package\.json/],
    ['{ "fixtures": [{ "match": {}, "response": { "content": "x" } }] }', /fixtures of aimock; .*`standin import FILE/],
    ['{ "log": { "entries": [] } }', /this is a recording of HAR; .*`standin import FILE/],
    ['http_interactions: []', /this is a recording of Ruby VCR; .*`standin import FILE/],
    ['interactions: [{ request: { uri: http://x } }]', /this is a recording of vcrpy; .*`standin import FILE/],
    ['interactions: [{ request: { url: http://x } }]', /this is a recording of go-vcr; .*`standin import FILE/],
    ['{ "model": "gpt-4o", "messages": [] }', /this is the body of a request; `standin check FILE` checks it/],
    [completionJson('hi'), /this is the body of a response, expected its text under `reply/],
    ['keys: { sk-a: {} }', /these are API keys, expected in the file keys\.yaml/],
    ['mine: { status: 500, message: x }', /these are API errors, expected in the folder errors\//],
    ['port: 4010\nunmatched: refuse', /these are options, expected in the file standin\.yaml/],
    ['compilerOptions: {}', /none of the keys compilerOptions belongs to a fixture/],
    [
      'fixtures: { match: {}, reply: { text: a } }',
      'f.yaml:1:11: fixtures is a map, expected a list: each fixture begins with "- "'
    ],
    // YAML that says something else.
    [
      'reply: { text: {{ match.city }} }',
      'f.yaml:1:16: a template without quotation marks is a map in YAML, expected "{{ match.city }}" in quotation marks'
    ],
    [
      'reply:\n  text: {{ match.city }} is nice',
      /^f\.yaml:2:\d+: .*; write a text that begins with \{\{ in quotation marks/
    ],
    [
      'match: { lastUser: "/\\w/" }\nreply: { text: a }',
      /^f\.yaml:1:\d+: .*; write \\\\ in double quotation marks, or use single ones/
    ],
    [
      'match: { model: *-mini }\nreply: { text: a }',
      /^f\.yaml:1:17: .*; write a text that begins with \* in quotation marks/
    ],
    ['match: { lastUser: @me }\nreply: { text: a }', /^f\.yaml:1:20: .*; write a text that begins with a special/],
    ['reply:\n  text: Note: this', /^f\.yaml:2:\d+: .*; write a text that contains ": " in quotation marks/],
    ['reply:\n\ttext: a', /^f\.yaml:2:\d+: .*; indent with spaces/],
    // A value of the wrong form.
    [
      'match: { tools: get_weather }\nreply: { text: a }',
      'f.yaml:1:17: tools is a text, expected a list of names: [get_weather]'
    ],
    [
      `reply: { toolCalls: [{ id: a, type: function, function: { name: f, arguments: '{"a":1}' } }] }`,
      `f.yaml:1:22: this is OpenAI's form of a tool call, expected { name: f, arguments: {"a":1} }`
    ],
    ['reply: { toolCalls: { name: f } }', /^f\.yaml:1:21: toolCalls is a map, expected a list/],
    ['reply: { toolCalls: [f] }', 'f.yaml:1:22: a tool call is a text, expected { name: f, arguments: {} }'],
    [
      'reply: { choices: [{ message: { content: hi } }] }',
      `f.yaml:1:20: this is OpenAI's form of a choice, expected its content: { text: "hi" }`
    ],
    ['reply: { error: { message: a, type: b } }', /^f\.yaml:1:17: the error lacks its status, expected \{ status: 429/],
    ['reply: Hello', 'f.yaml:1:8: a reply is a text, expected { text: "Hello" }'],
    ['reply: []', 'f.yaml:1:8: the list of replies is empty, expected at least one reply'],
    [
      'match: weather\nreply: { text: a }',
      'f.yaml:1:8: match is a text, expected conditions, such as { lastUser: "weather" }'
    ],
    [
      'match: { lastUser: 42 }\nreply: { text: a }',
      'f.yaml:1:20: lastUser is 42, expected a text in quotation marks: "42"'
    ],
    ['when: paid\nreply: { text: a }', 'f.yaml:1:7: a state is a text, expected { state: paid }'],
    [
      'timing: 200\nreply: { text: a }',
      'f.yaml:1:9: timing is a number, expected "firstTokenMs=200" or "interTokenMs=200"'
    ],
    ['timing: "200"\nreply: { text: a }', /^f\.yaml:1:9: 200 has no name, expected firstTokenMs=200/],
    // Another name.
    [
      'request: {}\nreply: { content: a }',
      /^f\.yaml:1:1: unknown key "request", did you mean "match"\?/,
      /^f\.yaml:2:10: unknown key "content", did you mean "text"\?/
    ]
  ]
  for (const [content, ...expected] of cases) {
    const problems = await problemsOf(
      parseSource('f.yaml', content).then(source => compileFixtures([source], fixtureSchema))
    )
    t.match(problems, expected, content)
    t.equal(problems.length, expected.length, `${content} has ${expected.length} problems`)
  }
})

t.test('every mistake of a file is reported at once, in the order of its lines', async t => {
  const source = await parseSource(
    'f.yaml',
    `fixtures:
  - match: { lastUsr: a, tools: x, lastUser: "/(?=a)/" }
    reply: { txt: b }
    times: 0
  - match: { any: [{ lastUser: "/(b/" }, { not: { jsonPath: "$[" } }] }
    reply: [{ text: a, json: 1 }, { error: server_eror }, { text: "{{ a | nothing }}" }]
    fault: rset
    timing: soon
stord: []`
  )
  t.match(await problemsOf(compileFixtures([source], fixtureSchema)), [
    /^f\.yaml:2:14: unknown key "lastUsr"/,
    /^f\.yaml:2:33: tools is a text/,
    /^f\.yaml:2:46: \/\(\?=a\)\/ is not a supported regex/,
    /^f\.yaml:3:14: unknown key "txt"/,
    /^f\.yaml:4:12: times/,
    /^f\.yaml:5:32: \/\(b\/ is not a supported regex/,
    /^f\.yaml:5:61: "\$\[" is not a JSONPath/,
    /^f\.yaml:6:24: the reply has text and json/,
    /^f\.yaml:6:44: no API error is called "server_eror"/,
    /^f\.yaml:6:59: the template/,
    /^f\.yaml:7:12: unknown fault "rset"/,
    /^f\.yaml:8:13: unknown profile "soon"/,
    /^f\.yaml:9:1: unknown key "stord", did you mean "stored"/
  ])
})

t.test('an error may be the status of its default error', async t => {
  const [fixture] = await compile({ reply: { error: 429 } })
  t.match(fixture!.replies, [{ canned: { kind: 'error', errorName: 'rate_limit_exceeded' } }])
})

t.test('warnings name what is valid and has no effect', async t => {
  const warningsOf = async (...fixtures: object[]) => findWarnings(await compile({ fixtures }))
  const text = (text: string) => ({ match: { lastUser: '/in (?<city>\\w+)/' }, reply: { text } })
  const cases: [fixtures: object[], ...warnings: RegExp[]][] = [
    [[text('{{ match.city }} {{ request.messages[0].content }} {{ session }} {{ turn }} {{ now }} {{ random }}')]],
    [[text('{% for m in request.messages %}{{ m.role }}{% endfor %}{% assign x = 1 %}{{ x }}')]],
    [
      [text('{{ request.mesages }}')],
      /the template name "request\.mesages" has no value, did you mean "request\.messages"\?/
    ],
    [[text('{{ match.town }}')], /the template name "match\.town" has no value, expected one of match\.city/],
    [
      [{ reply: { text: '{{ match.town }}' } }],
      /"match\.town" has no value, expected a named group of a regex in `match`/
    ],
    [[text('{{ path.id }}')], /"path\.id" has no value, the path of the operation has no parameter/],
    [[{ match: { lastUser: 'x' }, reply: { near: '{{ request.input }}' } }]],
    [
      [
        { match: { lastUser: 'x' }, reply: { near: 'y' } },
        { match: { lastUser: 'x' }, reply: { text: 'z' } }
      ]
    ],
    [[text('{{ sesion }}')], /the template name "sesion" has no value, did you mean "session"\?/],
    [
      [text('{{ colour }}')],
      /"colour" has no value, expected one of request, match, path, query, session, turn, now, random/
    ],
    [
      [
        { name: 'a', match: { lastUser: 'x' }, reply: { text: '' } },
        { name: 'a', match: { lastUser: 'y' }, reply: { text: '' } }
      ],
      /"a" is also the name of test: fixtures\.0; give each fixture its own name/
    ]
  ]
  for (const [fixtures, ...expected] of cases) {
    const warnings = await warningsOf(...fixtures)
    t.match(warnings, expected, JSON.stringify(fixtures))
    t.equal(warnings.length, expected.length, warnings.join('; '))
  }
})

t.test('links are followed, and hidden files and folders are not read', async t => {
  const dir = t.testdir({
    elsewhere: { 'a.yaml': 'reply: { text: a }', deep: { 'b.yaml': 'reply: { text: b }' } },
    fixtures: {
      '.hidden.yaml': 'not: [a fixture',
      '.git': { 'c.yaml': 'not: [a fixture' },
      'notes.txt': 'words',
      'link.yaml': t.fixture('symlink', '../elsewhere/a.yaml'),
      linked: t.fixture('symlink', '../elsewhere/deep'),
      circle: t.fixture('symlink', '.'),
      sub: { circle: t.fixture('symlink', '..') }
    }
  })
  const { fixtures, otherFiles } = await readFixtureDirectory(`${dir}/fixtures`)
  t.same(
    fixtures.map(({ path }) => path.slice(dir.length + 10)),
    ['link.yaml', 'linked/b.yaml']
  )
  t.same(otherFiles, ['notes.txt'])
})

t.test('a mounted ConfigMap is read once, and never half of one version and half of another', async t => {
  const version = (text: string) => ({ 'a.yaml': `reply: { text: ${text} }`, 'b.yaml': `reply: { text: ${text} }` })
  const dir = t.testdir({
    '..1': version('one'),
    '..2': version('two'),
    '..data': t.fixture('symlink', '..1'),
    'a.yaml': t.fixture('symlink', '..data/a.yaml'),
    'b.yaml': t.fixture('symlink', '..data/b.yaml')
  })
  const swap = (to: string) => {
    symlinkSync(to, `${dir}/..next`)
    renameSync(`${dir}/..next`, `${dir}/..data`)
  }
  const textsOf = ({ fixtures }: Awaited<ReturnType<typeof readFixtureDirectory>>) =>
    fixtures.map(({ data }) => (data as { reply: { text: string } }).reply.text)
  t.same(textsOf(await readFixtureDirectory(dir)), ['one', 'one'])
  swap('..2')
  t.same(textsOf(await readFixtureDirectory(dir)), ['two', 'two'])
  for (let round = 0; round < 20; round++) {
    const reading = readFixtureDirectory(dir)
    for (let step = 0; step < round; step++) await Promise.resolve()
    swap(round % 2 ? '..2' : '..1')
    const texts = textsOf(await reading)
    t.equal(texts.length, 2)
    t.equal(texts[0], texts[1], 'both files have the same version')
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
