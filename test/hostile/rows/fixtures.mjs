/** Fixtures that would cost much, and fixtures that are wrong. */
import { completion, either, error } from '../expect.mjs'

const hi = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Try it.' }] }
const overBudget = error(400, 'budget_exceeded')
const bounded = either(completion(), overBudget)
const plain = { text: 'Done.' }
const match = { lastUser: 'Try it' }
const answered = text => completion(({ choices }) => choices[0].message.content === text)
const nested = '{% for a in (1..1000) %}{% for b in (1..1000) %}{{ b }}{% endfor %}{% endfor %}'
const many = (count, create) => Array.from({ length: count }, (_, at) => create(at))

/** A reply, and the right response to a request for it. */
const replies = {
  'two nested loops': [{ text: nested }, overBudget],
  'three nested loops': [{ text: `{% for c in (1..1000) %}${nested}{% endfor %}` }, overBudget],
  '100 leaves of two nested loops': [
    { json: { list: many(100, () => '{% for a in (1..100) %}{% for b in (1..1000) %}x{% endfor %}{% endfor %}') } },
    overBudget
  ],
  'a text that doubles 30 times': [
    { text: `{% assign a = "xxxxxxxxxx" %}${'{% assign a = a | append: a %}'.repeat(30)}{{ a }}` },
    overBudget
  ],
  'a replace that grows': [
    { text: `{% assign a = "aaaaaaaaaa" %}${'{% assign a = a | replace: "a", "aaaaaaaaaa" %}'.repeat(9)}{{ a }}` },
    overBudget
  ],
  'a range of 1e9': [{ text: '{% for a in (1..1000000000) %}x{% endfor %}' }, overBudget],
  'split and join that grow': [
    {
      text: `{% assign a = "a,a,a,a,a,a,a,a,a,a" %}${'{% assign a = a | split: "," | join: ",a,a,a,a,a,a,a,a,a,a," %}'.repeat(8)}{{ a }}`
    },
    overBudget
  ],
  'cycle, capture and increment': [
    { text: '{% for a in (1..100000) %}{% capture x %}{{ x }}{{ x }}y{% endcapture %}{% endfor %}' },
    overBudget
  ],
  'a recursive block': [{ text: '{% for a in (1..100000) %}{% increment b %}{% endfor %}' }, bounded],
  'a sort of a long list': [
    { text: '{% assign a = request.messages | json | split: "" | sort | reverse | uniq | join: "" %}{{ a | size }}' },
    completion()
  ],
  'a text of 10 MB': [{ text: 'x'.repeat(9_000_000) }, bounded],
  '50,000 tool calls': [{ toolCalls: many(50_000, at => ({ name: `f${at}`, arguments: {} })) }, bounded],
  'arguments of 5 MB': [{ toolCalls: [{ name: 'f', arguments: { a: 'x'.repeat(5_000_000) } }] }, bounded],
  'a prototype as data': [{ json: JSON.parse('{"__proto__":{"a":1},"constructor":1}') }, completion()],
  'access to a prototype': [
    { text: '[{{ request.constructor.name }}{{ request.__proto__ }}{{ now.constructor }}]' },
    answered('[]')
  ],
  'an include of a file': [{ text: '{% render "/etc/passwd" %}' }, undefined],
  'an include': [{ text: '{% include "/etc/passwd" %}' }, undefined],
  'a layout': [{ text: '{% layout "/etc/passwd" %}' }, undefined]
}

/** Conditions that block an engine with backtracking, or that never end. */
const evil = '(a+)+b'
const long = 'a'.repeat(50_000)
const longBody = { ...hi, messages: [{ role: 'user', content: `Try it. ${long}` }] }
const conditions = {
  'a regex in lastUser': { lastUser: `/${evil}/` },
  'a regex in model': { model: `/${evil}/` },
  'a regex in system': { system: `/${evil}/` },
  'JSONPath match()': { jsonPath: `$.messages[?match(@.content, '${evil}')]` },
  'JSONPath search()': { jsonPath: `$.messages[?search(@.content, '${evil}')]` },
  'a pattern in schema': {
    schema: { properties: { messages: { items: { properties: { content: { pattern: `^${evil}$` } } } } } }
  },
  'patternProperties in schema': { schema: { patternProperties: { [`^${evil}$`]: { type: 'string' } } } },
  'propertyNames in schema': { schema: { propertyNames: { pattern: `^${evil}$` } } },
  'many descendants': { jsonPath: '$..*..*..*..*..*' },
  'descendants in a filter': { jsonPath: '$..[?@..*..*]' }
}

/** Fixtures that must be refused, with a pattern of the message. */
const wrong = {
  'an empty fixture': [{}, /reply|fixture/],
  'a number': [5, /fixture/],
  null: [null, /fixture/],
  'tools that are a string': [{ match: { tools: 'f' }, reply: plain }, /tools/],
  'an unknown member': [{ match, replly: plain }, /replly/],
  'an unknown condition': [{ match: { lastUsr: 'a' }, reply: plain }, /lastUsr/],
  'an unknown error': [{ match, reply: { error: 'rate_limited' } }, /rate_limited/],
  'two kinds of reply': [{ match, reply: { text: 'a', error: 'server_error' } }, /text|error/],
  'an invalid regex': [{ match: { lastUser: '/(/' }, reply: plain }, /regular expression|\(/],
  'a regex with a lookahead': [{ match: { lastUser: '/(?=a)b/' }, reply: plain }, /lookahead|\(\?=/],
  'a regex with a backreference': [{ match: { lastUser: '/(a)\\1/' }, reply: plain }, /backreference|\\1|escape/],
  'a regex of 1,000 repeats of 1,000': [
    { match: { lastUser: '/((a{1000}){1000}){1000}/' }, reply: plain },
    /repeat|large|regular expression/
  ],
  'an invalid JSONPath': [{ match: { jsonPath: '$..[?(' }, reply: plain }, /jsonPath/],
  'a JSONPath that is too deep': [
    { match: { jsonPath: `$${'[?@'.repeat(3000)}.a${']'.repeat(3000)}` }, reply: plain },
    /jsonPath/
  ],
  'a JSONPath of 1 MB': [{ match: { jsonPath: `$${'.a'.repeat(500_000)}` }, reply: plain }, /jsonPath/],
  'an invalid schema': [{ match: { schema: { type: 'txt' } }, reply: plain }, /schema/],
  'a schema with a $ref to a host': [
    { match: { schema: { $ref: 'http://127.0.0.1:1/x' } }, reply: plain },
    /schema|\$ref/
  ],
  'a template that does not end': [{ match, reply: { text: '{% for a in (1..3) %}' } }, /for/],
  'an unknown tag': [{ match, reply: { text: '{% evil %}' } }, /evil/],
  'an unknown filter': [{ match, reply: { text: '{{ 1 | evil }}' } }, /evil/],
  'a template of 5 MB': [{ match, reply: { text: '{{ turn }}'.repeat(500_000) } }, /template|large|bytes/],
  'a fault that does not exist': [{ match, reply: plain, fault: 'explode' }, /explode/],
  'a negative delay': [{ match, reply: plain, timing: { firstTokenMs: -1 } }, /firstTokenMs/],
  'a delay of 1e12': [{ match, reply: plain, timing: { firstTokenMs: 1e12 } }, /firstTokenMs/],
  'times: 0': [{ match, reply: plain, times: 0 }, /times/],
  'a status that is no error': [{ match, reply: plain, status: 200 }, /status/]
}

const badHeaders = {
  'a header name with a space': { 'x bad': '1' },
  'a header name with a colon': { 'x:bad': '1' },
  'an empty header name': { '': '1' },
  'a header name with a line break': { 'x-a\r\nx-b': '1' },
  'a header value with a line break': { 'x-a': '1\r\nx-b: 2' },
  'a header value with NUL': { 'x-a': 'a\0b' },
  'content-length': { 'content-length': '5' },
  'transfer-encoding': { 'Transfer-Encoding': 'chunked' },
  connection: { connection: 'close' },
  trailer: { trailer: 'x-a' },
  upgrade: { upgrade: 'h2c' },
  'keep-alive': { 'keep-alive': 'timeout=1' }
}

const refused = (name, fixture, message) => ({
  name: `fixture: ${name}`,
  path: '/_mock/fixtures',
  body: fixture,
  expect: error(400, message)
})

export const inputs = [
  ...Object.entries(replies).flatMap(([name, [reply, expect]]) =>
    expect === undefined
      ? [refused(name, { match, reply }, /render|include|layout/)]
      : [
          { name: `reply: ${name}`, fixture: { match, reply }, body: hi, expect },
          {
            name: `reply with n: 128: ${name}`,
            fixture: { match, reply },
            body: { ...hi, n: 128 },
            expect: either(expect, overBudget)
          },
          {
            name: `reply, streamed: ${name}`,
            fixture: { match, reply },
            body: { ...hi, stream: true },
            expect: either(completion(), overBudget)
          }
        ]
  ),
  ...Object.entries(conditions).map(([name, condition]) => ({
    name: `condition: ${name}`,
    fixture: { match: condition, reply: plain },
    mayBeRefused: true,
    body: longBody,
    expect: completion()
  })),
  ...Object.entries(wrong).map(([name, [fixture, message]]) => refused(name, fixture, message)),
  ...Object.entries(badHeaders).flatMap(([name, headers]) => [
    refused(name, { match, reply: { ...plain, headers } }, /header/),
    refused(`${name}, after a delay`, { match, reply: { ...plain, headers }, timing: { firstTokenMs: 5 } }, /header/)
  ]),
  {
    name: 'a templated header with a line break',
    fixture: { match, reply: { ...plain, headers: { 'x-echo': '{{ request.messages[0].content }}' } } },
    body: { ...hi, messages: [{ role: 'user', content: 'Try it\r\nx-evil: 1' }] },
    expect: response =>
      response.headers['x-evil'] === undefined && response.status === 200
        ? undefined
        : `the status is ${response.status}, x-evil is ${response.headers['x-evil']}`
  },
  {
    name: 'a content-type of a fixture',
    fixture: { match, reply: { ...plain, headers: { 'Content-Type': 'application/problem+json' } } },
    body: hi,
    expect: response =>
      response.headers['content-type'] === 'application/problem+json' ? undefined : response.headers['content-type']
  }
]
