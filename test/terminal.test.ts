/** Tests what people read on a terminal: the lines of requests, other lines of the log, the banner, and the fields of the log. */
import { stripVTControlCharacters } from 'node:util'
import fc from 'fast-check'
import pino from 'pino'
import t, { type Test } from 'tap'
import { cutToWidth, displayWidth, fitToWidth, toVisible } from '../src/core/display-text.js'
import { resolveOptions } from '../src/core/resolve-options.js'
import type { ServerOptions } from '../src/index.js'
import { formatBanner } from '../src/server/banner.js'
import { createLogOptions } from '../src/server/log.js'
import { formatRequestHeader, formatRequestLine, layOut, requestColumns } from '../src/server/request-columns.js'
import { openServer } from '../src/server/server.js'
import { formatForTerminal, readStyle } from '../src/server/terminal-log.js'
import type { ExchangeRecord } from '../src/state/exchange-record.js'
import { createNearestExplainer } from '../src/state/nearest-fixture.js'
import { type RequestLine, recordToLine } from '../src/state/request-line.js'
import { about, ask, hello, helloFixture } from './helper.js'

const plain = { width: 100, hasColors: false }
const noon = new Date(2026, 10, 26, 12, 4, 7)
const chatLine = (members: Partial<RequestLine> = {}): RequestLine => ({
  id: 'req_1',
  method: 'POST',
  url: '/v1/chat/completions',
  status: 200,
  ms: 2.04,
  key: 'sk-…~177fa4',
  model: 'gpt-4o',
  ...members
})
const format = (members: Partial<RequestLine>, style = plain) => formatRequestLine(chatLine(members), noon, style)

t.test('a request is one line with the columns of the table', t => {
  const rows: [Partial<RequestLine>, string][] = [
    [
      { fixture: 'hello', promptTokens: 19, completionTokens: 9 },
      '12:04:07 POST   /v1/chat/completions  200    hello           gpt-4o         19/9    2.0 sk-…~177fa4'
    ],
    [
      { source: 'generated', session: 'checkout', ms: 1234.5, promptTokens: 0, completionTokens: 3 },
      '12:04:07 POST   /v1/chat/completions  200    generated       gpt-4o          0/3    1235 checkout'
    ],
    [
      { status: 429, refusal: 'rate_limit_exceeded' },
      '12:04:07 POST   /v1/chat/completions  429    rate_limit_ex… gpt-4o            -    2.0 sk-…~177fa4'
    ],
    [
      { method: 'GET', url: '/v1/models', model: undefined, key: undefined },
      '12:04:07 GET    /v1/models            200    -               -                 -    2.0 -'
    ],
    [
      { status: 0, aborted: true, source: 'generated' },
      '12:04:07 POST   /v1/chat/completions  -      generated, cl… gpt-4o            -    2.0 sk-…~177fa4'
    ]
  ]
  for (const [members, line] of rows) t.equal(format(members).replace(/ +/g, ' '), line.replace(/ +/g, ' '))
  const starts = (line: string) => requestColumns.map(({ name }) => line.indexOf(name))
  const header = formatRequestHeader(plain)
  t.ok(starts(header).every((at, index, all) => index === 0 || at > all[index - 1]!))
  t.equal(format({ fixture: 'hello' }).indexOf('hello'), header.indexOf('answer'), 'columns are aligned')
  t.end()
})

t.test('the column of the answer names what answered, and what happened to the response', t => {
  const wide = { width: 400, hasColors: false }
  const rows: [Partial<RequestLine>, string][] = [
    [{ fixture: 'hello' }, 'hello'],
    [{ source: 'generated' }, 'generated'],
    [{ source: 'upstream', fixture: 'recorded' }, 'upstream (recorded)'],
    [{ refusal: 'server_error', fixture: 'hello' }, 'server_error (hello)'],
    [{ refusal: 'invalid_api_key' }, 'invalid_api_key'],
    [{ source: 'generated', warning: 'empty_array' }, 'generated, warning empty_array'],
    [{ fixture: 'hello', fault: 'truncate; after=3' }, 'hello, fault truncate after=3'],
    [{ fixture: 'hello', aborted: true }, 'hello, client left'],
    [{}, '-']
  ]
  for (const [members, answer] of rows) t.match(format(members, wide), ` 200    ${answer}  `)
  t.end()
})

t.test('an unmatched request has a line for the nearest fixture', t => {
  const nearest = 'hello (a.yaml:2): lastUser: expected to contain "Hello", was "Bye\n\u001b[2J"'
  t.equal(
    format({ nearest }).split('\n')[1],
    '         nearest: hello (a.yaml:2): lastUser: expected to contain "Hello", was "Bye\\u{a}\\u{1b}[2J"'
  )
  const long = format({ nearest: 'x'.repeat(1000) }).split('\n')
  t.same([long.length, displayWidth(long[1]!)], [2, 300], 'three lines of a terminal at most')
  t.end()
})

t.test('a line fits its terminal, whatever the texts of the request are', t => {
  const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constant('\u001b]0;title\u0007日本語 👩‍👩‍👧'))
  const line = fc.record({
    id: text,
    method: text,
    url: text,
    status: fc.integer({ min: 0, max: 599 }),
    ms: fc.double({ min: 0, max: 1e9, noNaN: true }),
    session: text,
    model: text,
    fixture: text,
    refusal: text,
    fault: text,
    nearest: fc.option(text, { nil: undefined }),
    promptTokens: fc.nat(),
    completionTokens: fc.nat(),
    aborted: fc.boolean()
  })
  fc.assert(
    fc.property(line, fc.integer({ min: 6, max: 300 }), fc.boolean(), (each, width, hasColors) => {
      const colored = formatRequestLine(each as unknown as RequestLine, noon, { width, hasColors })
      const lines = stripVTControlCharacters(colored).split('\n')
      t.equal(lines.length, each.nearest === undefined ? 1 : 2)
      t.notMatch(hasColors ? lines.join('') : colored.replace('\n', ''), /\p{C}/u, 'no control characters')
      t.ok(displayWidth(lines[0]!) <= width, `${displayWidth(lines[0]!)} of ${width}: ${lines[0]}`)
    })
  )
  t.end()
})

t.test('a narrow terminal loses columns in the order of their ranks', t => {
  const namesAt = (width: number) => layOut(width).map(({ column }) => column.name)
  const all = requestColumns.map(({ name }) => name)
  t.same(namesAt(200), all)
  t.same(namesAt(92), all)
  t.same(namesAt(80), all.slice(0, -1))
  t.same(namesAt(72), ['time', 'method', 'path', 'status', 'answer', 'model', 'ms'])
  t.same(namesAt(45), ['path', 'status', 'answer'])
  t.same(namesAt(1), ['status'])
  for (let width = 1; width < 300; width++) {
    const cells = layOut(width).reduce((sum, each) => sum + each.cells + 1, -1)
    const most = requestColumns.reduce((sum, each) => sum + each.width[1] + 1, -1)
    t.ok(width < 6 || cells <= width, `${cells} of ${width}`)
    if (width >= 20) t.ok(cells === Math.min(width, most) || layOut(width).length < all.length, 'nothing is left')
  }
  t.end()
})

t.test('the color is that of the class of the status, and never the only sign', t => {
  const colors = { width: 100, hasColors: true }
  const rows: [number, string][] = [
    [200, '\u001b[32m200   \u001b[39m'],
    [302, '\u001b[36m302   \u001b[39m'],
    [404, '\u001b[33m404   \u001b[39m'],
    [500, '\u001b[31m500   \u001b[39m'],
    [0, '\u001b[35m-     \u001b[39m']
  ]
  for (const [status, text] of rows) {
    const line = format({ status, fixture: 'hello' }, colors)
    t.match(line, text)
    t.equal(stripVTControlCharacters(line), format({ status, fixture: 'hello' }), 'the same text without colors')
  }
  const terminal = { columns: 0, hasColors: () => false }
  t.same(readStyle(terminal as never), { width: 80, hasColors: false }, 'a terminal without a size')
  t.end()
})

t.test('texts are cut and filled by the cells that they take', t => {
  const rows: [string, number, string, string][] = [
    ['abc', 5, 'abc  ', '  abc'],
    ['abcdef', 5, 'abcd…', 'abcd…'],
    ['日本語', 5, '日本…', '日本…'],
    ['日本語', 4, '日… ', ' 日…'],
    ['日本語', 6, '日本語', '日本語'],
    ['e\u0301a', 3, 'e\u0301a ', ' e\u0301a'],
    ['ab', 1, '…', '…'],
    ['ab', 0, '', '']
  ]
  for (const [text, width, left, right] of rows)
    t.same([fitToWidth(text, width), fitToWidth(text, width, 'right')], [left, right], `${text} ${width}`)
  t.equal(cutToWidth('abc', 3), 'abc')
  const visible: [string, string][] = [
    ['plain ~', 'plain ~'],
    ['größe 日本 🙂', 'größe 日本 🙂'],
    ['\u001b[31m', '\\u{1b}[31m'],
    ['a\r\nb\tc', 'a\\u{d}\\u{a}b\\u{9}c'],
    ['\u009b2J\u007f', '\\u{9b}2J\\u{7f}'],
    ['\u202ereversed\u2066', '\\u{202e}reversed\\u{2066}'],
    ['\u2028\ud800', '\\u{2028}\\u{d800}']
  ]
  for (const [text, shown] of visible) t.equal(toVisible(text), shown)
  t.end()
})

t.test('other lines of the log are a message with its fields', t => {
  const show = (line: object) => formatForTerminal(JSON.stringify({ time: noon.toISOString(), ...line }), plain)
  const rows: [object, string][] = [
    [{ level: 'info', fixtures: 3, msg: 'reloaded' }, '12:04:07 INFO  reloaded fixtures=3\n'],
    [{ level: 'warn', model: 'gpt 9', msg: 'unknown' }, '12:04:07 WARN  unknown model="gpt 9"\n'],
    [{ level: 'warn', model: '\u001b[2J', msg: 'a\nb' }, '12:04:07 WARN  a\\u{a}b model=\\u{1b}[2J\n'],
    [
      { level: 'error', problems: ['a.yaml:1:1: wrong', 'b'], msg: 'broken' },
      '12:04:07 ERROR broken\n    problems: "a.yaml:1:1: wrong"\n    problems: b\n'
    ],
    [
      { level: 'fatal', err: { type: 'Error', message: 'x', stack: 'Error: x\n    at y' }, msg: 'unexpected error' },
      '12:04:07 FATAL unexpected error\n    Error: x\n        at y\n'
    ],
    [{ level: 'error', err: { type: 'Error', message: 'x' }, msg: 'e' }, '12:04:07 ERROR e\n    Error: x\n']
  ]
  for (const [line, shown] of rows) t.equal(show(line), shown)
  t.equal(show({ level: 'info', msg: 'request', ...chatLine() }), `${format({})}\n`, 'a request is a line of the table')
  t.end()
})

t.test('the banner says where the page is, which fixtures and keys there are, and what to set', t => {
  const facts = { fixtures: 3, origins: ['a directory', 'b\u001b'], acceptsAnyKey: true, keys: 1 }
  t.equal(
    formatBanner('http://127.0.0.1:4010', facts, plain),
    [
      '  page      http://127.0.0.1:4010/_mock/',
      '  fixtures  3 from a directory, b\\u{1b}',
      '  keys      any key works; 1 key with settings of keys.yaml',
      '  use it    OPENAI_BASE_URL=http://127.0.0.1:4010/v1',
      '',
      `${formatRequestHeader(plain)}\n`
    ].join('\n')
  )
  t.match(
    formatBanner('http://a', { ...facts, acceptsAnyKey: false, keys: 2 }, plain),
    '  keys      only those of --key and keys.yaml: 2 keys\n'
  )
  t.end()
})

/** Opens a server whose log lines are collected. */
async function openLogged(t: Test, options: ServerOptions = {}, isReadByPerson = false, level = 'info') {
  const lines: Record<string, unknown>[] = []
  const log = pino(createLogOptions(level), { write: line => void lines.push(JSON.parse(line)) })
  const server = await openServer(
    resolveOptions({ serverOptions: { port: 0, fixtures: ['none'], ...options } }),
    log,
    undefined,
    isReadByPerson
  )
  t.teardown(() => server.close())
  return { server, lines, requests: () => lines.filter(({ msg }) => msg === 'request') }
}

t.test('a line of the log and a line of the journal say the same', async t => {
  const { server, requests } = await openLogged(t, {}, true)
  await server.add(helloFixture)
  await server.add({ match: { lastUser: 'fault' }, reply: { text: 'a b c d e' }, fault: 'truncate; after=1' })
  await server.add({ match: { lastUser: 'error' }, reply: { error: 'overloaded' } })
  await server.add({
    match: { lastUser: 'live' },
    reply: async function* () {
      yield 'one two'
    }
  })
  await ask(server)
  await ask(server, about('Hello!', { stream: true }), { headers: { 'x-mock-session': 'named' } })
  for (const content of ['unknown', 'fault', 'error']) await ask(server, about(content))
  await ask(server, about('live', { stream: true }))
  await ask(server, about('Hello!', { stream: true }), { headers: { 'x-mock-timing': 'interTokenMs=1' } })
  await ask(server, { ...hello, temperature: 9 })
  await ask(server, { ...hello, temperature: 9 }, { headers: { 'x-mock-validate': 'warn' } })
  await ask(server, hello, { headers: { prefer: 'code=200' } })
  await ask(server, hello, { key: null })
  const records = JSON.parse((await server.app.inject('/_mock/requests')).body).requests as ExchangeRecord[]
  const fromJournal = records.map(record => JSON.parse(JSON.stringify(recordToLine(record).line)))
  const fromLog = requests().map(({ level, time, msg, ...line }) => {
    t.same([level, msg], ['info', 'request'])
    return line
  })
  t.same(fromJournal, fromLog)
  t.match(fromLog, [
    { fixture: 'hello', model: 'gpt-4o', promptTokens: 9, completionTokens: 9 },
    { fixture: 'hello', session: 'named', streamed: true, promptTokens: 9, completionTokens: 9 },
    { source: 'generated', nearest: /: lastUser: expected/, promptTokens: Number },
    { fault: 'truncate; after=1', completionTokens: 5 },
    { status: 503, refusal: 'overloaded', model: 'gpt-4o' },
    { streamed: true, completionTokens: 2 },
    { streamed: true, promptTokens: 9, completionTokens: 9 },
    { status: 400, refusal: 'decimal_above_max_value' },
    { status: 200, warning: 'decimal_above_max_value' },
    { source: 'example' },
    { status: 401, refusal: 'missing_api_key' }
  ])
})

t.test('probes are lines of the level debug, and changes under /_mock/ are requests', async t => {
  const { server, requests } = await openLogged(t, {}, false, 'debug')
  const calls: ['GET' | 'HEAD' | 'POST', string, string][] = [
    ['GET', '/health', 'debug'],
    ['GET', '/_mock/health', 'debug'],
    ['GET', '/_mock/ready', 'debug'],
    ['HEAD', '/', 'debug'],
    ['GET', '/_mock/requests', 'debug'],
    ['GET', '/', 'info'],
    ['POST', '/_mock/reset', 'info'],
    ['GET', '/v1/models', 'info']
  ]
  for (const [method, url] of calls) await server.app.inject({ method, url })
  t.same(
    requests().map(({ method, url, level }) => [method, url, level]),
    calls
  )
})

t.test('the nearest fixture is computed only for a person, and not for every request', async t => {
  const { server, lines, requests } = await openLogged(t)
  await server.add(helloFixture)
  await ask(server, about('unknown'))
  t.notOk('nearest' in requests()[0]!)
  t.equal(lines.filter(({ msg }) => msg === 'fixtures are loaded').length, 0, 'the server does not listen')
  let calls = 0
  let now = 0
  const explain = createNearestExplainer(
    () => [`nearest ${++calls}`, 'another'],
    () => now
  )
  const exchange = { triedFixtures: { fixtures: [] }, rawHeaders: [] } as never
  const seen = Array.from({ length: 30 }, () => explain(exchange))
  t.same([seen[0], seen[19], seen[20], calls], ['nearest 1', 'nearest 20', undefined, 20])
  now += 1000
  t.equal(explain(exchange), 'nearest 21')
  t.equal(explain({ rawHeaders: [] } as never), undefined, 'a request that was not tried')
})
