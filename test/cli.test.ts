/** Runs the built command as a user and a process manager do. `npm test` builds it first. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { collectLicenses, formatLicenses } from '../src/cli/bundle/licenses.js'
import type { ConfigError } from '../src/core/config-error.js'
import { optionTable } from '../src/core/option-table.js'
import { resolveOptions } from '../src/core/resolve-options.js'

const command = new URL('../dist/cli.js', import.meta.url).pathname
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

interface Start {
  cwd?: string
  env?: Record<string, string>
}

function start(t: Test, args: string[], { cwd = t.testdir(), env = {} }: Start = {}): ChildProcess {
  const { PATH = '' } = process.env
  const child = spawn(process.execPath, [command, ...args], {
    cwd,
    env: { PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  t.teardown(() => child.kill('SIGKILL'))
  return child
}

function collectOutput(child: ChildProcess) {
  const output = { out: '', err: '' }
  child.stdout!.setEncoding('utf8').on('data', text => (output.out += text))
  child.stderr!.setEncoding('utf8').on('data', text => (output.err += text))
  return output
}

async function run(t: Test, args: string[], options?: Start) {
  const child = start(t, args, options)
  const output = collectOutput(child)
  const [code] = await once(child, 'close')
  return { code, ...output }
}

/** Starts a server, and returns when it has printed its URL. */
async function serve(t: Test, args: string[] = [], options: Start = {}) {
  const child = start(t, ['--port', '0', ...args], options)
  const output = collectOutput(child)
  while (!output.out.includes('\n')) await Promise.race([once(child.stdout!, 'data'), once(child, 'close')])
  const url = /http:\/\/\S+?(?=\/v1)/.exec(output.out)![0]
  return { child, output, url }
}

const stop = async (child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM') => {
  child.kill(signal)
  const [code] = await once(child, 'close')
  return code
}

const post = (url: string, key: string, body: object) =>
  fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body)
  })
// An example of the document, which a built-in fixture answers.
const hello = {
  model: 'gpt-4o',
  messages: [
    { role: 'system', content: 'You are a helpful assistant.' },
    { role: 'user', content: 'Hello!' }
  ]
}

t.test('it prints its URL in one line, responds, and exits with 0 on SIGTERM and SIGINT', async t => {
  for (const [args, signal] of [
    [[], 'SIGTERM'],
    [['serve'], 'SIGINT']
  ] as const) {
    const child = start(t, [...args, '--port=0'])
    const output = collectOutput(child)
    await once(child.stdout!, 'data')
    t.match(output.out, /^Standin listens on http:\/\/127\.0\.0\.1:\d+\/v1 .*\n$/)
    const url = /http:\/\/[\d.:]+/.exec(output.out)![0]
    t.equal((await post(url, 'sk-test', hello)).status, 200)
    t.equal(await stop(child, signal), 0)
    t.equal(output.out.split('\n').length, 2, 'nothing more on stdout')
  }
})

t.test('on an address that other machines reach, the start prints whether /_mock/ is open', async t => {
  const rows: [string[], RegExp][] = [
    [
      ['--host', '0.0.0.0'],
      /\nOn 0\.0\.0\.0, everybody .* can use \/_mock\/\. To close it, set --admin-key KEY or .*\.\n$/
    ],
    [['--host', '0.0.0.0', '--admin-key', 'secret'], /\nOn 0\.0\.0\.0, \/_mock\/ requires the admin key\.\n$/],
    [['--host', 'localhost'], /^Standin listens on [^\n]*\n$/]
  ]
  for (const [args, lines] of rows) {
    const { child, output } = await serve(t, args)
    await stop(child)
    t.match(output.out, /^Standin listens on http:\/\/\S+\/v1 /)
    t.match(output.out, lines)
    t.notMatch(output.out, 'secret')
  }
})

t.test('--help lists every option with its meaning and default, and --version prints the version', async t => {
  for (const args of [['--help'], ['-h'], ['help'], ['serve', '--help']]) {
    const { code, out, err } = await run(t, args)
    t.same([code, err], [0, ''])
    for (const { flag, help, default: fallback } of optionTable) {
      const line = out.split('\n').find(line => line.startsWith(`  --${flag} `))
      t.ok(line?.includes(help), flag)
      if (fallback !== undefined && fallback !== false) t.ok(line?.includes(`[${fallback}]`), flag)
    }
    t.ok(out.split('\n').every(line => line.length <= 150))
  }
  const { code, out } = await run(t, ['--version'])
  t.same([code, out], [0, `${version}\n`])
})

t.test('each mistake of a user is reported in one line, with exit code 1', async t => {
  const busy = createServer().listen(0, '127.0.0.1')
  await once(busy, 'listening')
  t.teardown(() => busy.close())
  const { port } = busy.address() as AddressInfo
  const dir = {
    'fixture.yaml': 'fixtures:\n  - name: a\n    match: { lastUser: x }\n    reply: { txt: hi }\n',
    'syntax.yaml': 'fixtures: [\n  - a\n',
    'regex.yaml': 'match: { lastUser: /(?=x)/ }\nreply: { text: hi }\n',
    'error.yaml': 'reply:\n  error: overlooded\n',
    'spec.yaml':
      'openapi: 3.1.0\ninfo: { title: x, version: "1" }\npaths:\n  /a:\n    get: { responses: { 200: { $ref: "#/nope" } } }\n',
    'notspec.yaml': 'hello: world\n',
    'overlay.yaml': 'overlay: 1.0.0\ninfo: { title: x, version: "1" }\nactions:\n  - { target: "$[", update: {} }\n',
    'bad.json': '{"a": }'
  }
  const cases: [string[], RegExp, object?][] = [
    [
      ['sreve'],
      /^standin: sreve: unknown command, did you mean serve\? expected serve, check, import, tail, health, record/
    ],
    [['--prot', '1'], /^standin: --prot: unknown option, did you mean --port\?; see standin --help/],
    [['serve', 'now'], /^standin: now: unexpected argument/],
    [['--port'], /^standin: .*--port/],
    [['--port', 'x'], /^standin: --port: expected a whole number from 0 to 65535, got "x"/],
    [['--port', '65536'], /^standin: --port: expected a whole number/],
    [['--unmatched', 'x'], /^standin: --unmatched: expected invent, refuse/],
    [['--log-level', 'loud'], /^standin: --log-level: expected fatal/],
    [['record'], /^standin: --unmatched record: no upstream, expected --upstream/],
    [['record', '--upstream', 'x'], /^standin: --upstream: "x" is not a URL/],
    [['record', '--upstream', 'http://x', '--key-from-env', 'NOT_SET'], /^standin: --key-from-env NOT_SET: this var/],
    [['record', '--upstream', 'http://x', '--workers', '2'], /^standin: --workers 2: recording needs a single process/],
    [['--replay-speed', 'fast'], /^standin: --replay-speed: expected none or a number from 0\.001 to 1000/],
    [['--timing', '200'], /^standin: --timing: 200 has no name, expected firstTokenMs=200 .* or interTokenMs=200/],
    [['--timing', 'soon'], /^standin: --timing: unknown profile "soon"/],
    [['--port', String(port)], new RegExp(`^standin: --port ${port}: already in use on 127`)],
    [['--host', '203.0.113.7'], /^standin: --host 203\.0\.113\.7: not an address of this machine/],
    [['--fixtures', 'nowhere'], /^standin: nowhere: can't be read \(ENOENT\)/],
    [['--fixtures', 'fixture.yaml'], /^standin: fixture\.yaml:4:14: unknown key "txt", did you mean "text"\?/],
    [['--fixtures', 'syntax.yaml'], /^standin: syntax\.yaml:\d+:\d+: /],
    [['--fixtures', 'regex.yaml'], /^standin: regex\.yaml:1:20: .*not a supported regex/],
    [
      ['--fixtures', 'error.yaml'],
      /^standin: error\.yaml:2:10: no API error is called "overlooded", did you mean "overloaded"\?/
    ],
    [['--fixtures', 'bad.json'], /^standin: bad\.json:1:\d+: /],
    [['--spec', 'nowhere.yaml'], /^standin: nowhere\.yaml: .*ENOENT/],
    [['--spec', 'spec.yaml'], /^standin: spec\.yaml:5:\d+: .*nope/],
    [['--spec', 'notspec.yaml'], /^standin: notspec\.yaml:1:1: expected `openapi: 3\.1\.0`/],
    [['--overlay', 'overlay.yaml'], /^standin: overlay\.yaml:4:\d+: /],
    [['--overlay', 'nowhere.yaml'], /^standin: nowhere\.yaml: .*ENOENT/],
    [
      [],
      /^standin: standin\.yaml:2:1: unknown option "prot", did you mean "port"\?/,
      { 'standin.yaml': 'seed: a\nprot: 1\n' }
    ],
    [
      [],
      /^standin: standin\.yaml:1:7: expected a whole number|^standin: standin\.yaml:1:1: expected a whole number/,
      { 'standin.yaml': 'port: many\n' }
    ],
    [[], /^standin: standin\.yaml:1:1: expected options/, { 'standin.yaml': '- a\n' }],
    [[], /^standin: standin\.yaml:\d+:\d+: /, { 'standin.yaml': 'a: [\n' }],
    [['health', '--port', '1'], /^standin: http:\/\/127\.0\.0\.1:1\/_mock\/ready: no response/]
  ]
  // Two at a time: the machine that runs this may have no more cores.
  const next = cases.entries()
  const worker = async () => {
    for (const [at, [args, message, more = {}]] of next) {
      const { code, out, err } = await run(t, args, { cwd: `${root}/${at}` })
      t.same([code, out], [1, ''], `${args.join(' ')} ${JSON.stringify(more)}: ${err}`)
      t.match(err, message)
      t.equal(err.trim().split('\n').length, 1, `one line: ${err}`)
      t.notMatch(err, /\n {4}at |node:internal/, 'no stack trace')
    }
  }
  const root = t.testdir(Object.fromEntries(cases.map(([, , more = {}], at) => [at, { ...dir, ...more }])))
  await Promise.all([worker(), worker()])
})

t.test('each mistake in options gets a suggestion, all of them at once', t => {
  const problemsOf = (sources: Parameters<typeof resolveOptions>[0]) => {
    try {
      resolveOptions(sources)
      return []
    } catch (error) {
      return (error as ConfigError).problems
    }
  }
  const file = (values: Record<string, unknown>) => ({ values, locate: (key: string) => `standin.yaml:1:1 ${key}` })
  const cases: [Parameters<typeof resolveOptions>[0], ...RegExp[]][] = [
    [{ argv: ['--prot', '1', '--watchh'] }, /^--prot: .*did you mean --port\?/, /^--watchh: .*did you mean --watch\?/],
    [{ argv: ['--prot=1', '--port', 'x'] }, /^--prot: /, /^--port: expected a whole number/],
    [{ argv: ['--bodyLimitMb', '3'] }, /^--bodyLimitMb: .*did you mean --body-limit-mb\?/],
    [{ argv: ['--fixture', 'a'] }, /^--fixture: .*did you mean --fixtures\?/],
    [{ argv: ['--colour', 'red'] }, /^--colour: unknown option; see standin --help/],
    [{ argv: ['-p', '1'] }, /^-p: unknown option/],
    [{ argv: ['--port', '--watch'] }, /^--port: no value, expected --port VALUE, found --watch/],
    [{ argv: ['--port'] }, /^--port: no value/],
    [{ argv: ['now', '--watch'] }, /^now: unexpected argument; write options as --name value/],
    [{ argv: ['--watch=maybe'] }, /^--watch: expected true or false/],
    [{ argv: ['--unmatched', 'refse'] }, /got "refse", did you mean refuse\?/],
    [{ argv: ['--fixtures', 'none', '--fixtures', 'dir'] }, /^--fixtures: expected either none or DIR, got both/],
    [{ env: { STANDIN_OVERLAY: 'none,a.yaml' } }, /^STANDIN_OVERLAY: expected either none or FILE, got both/],
    [{ env: { STANDIN_PRT: '1' } }, /^STANDIN_PRT: unknown option, did you mean STANDIN_PORT\?/],
    [{ env: { STANDIN_UNMATCHD: 'refuse' } }, /did you mean STANDIN_UNMATCHED\?/],
    [{ env: { STANDIN_PORT: 'x' } }, /^STANDIN_PORT: expected a whole number/],
    [{ file: file({ prot: 1 }) }, /^standin\.yaml:1:1 prot: unknown option "prot", did you mean "port"\?/],
    [{ file: file({ colour: 1 }) }, /unknown option "colour", expected one of port, host,/],
    [{ serverOptions: { prot: 1 } as object }, /^prot: unknown option, did you mean "port"\?/],
    // Variables of other programs, and those that Kubernetes sets for a service with this name.
    [{ env: { STANDIN_URL: 'x', STANDIN_COMMAND: 'x', STANDIN_TEST_KEY: 'x' } }],
    [{ env: { STANDIN_SERVICE_HOST: '10.0.0.1', STANDIN_PORT: 'tcp://10.0.0.1:80', STANDIN_PORT_80_TCP_PORT: '80' } }]
  ]
  for (const [sources, ...expected] of cases) {
    const problems = problemsOf(sources)
    t.match(problems, expected, JSON.stringify(sources))
    t.equal(problems.length, expected.length, problems.join('; '))
  }
  t.match(resolveOptions({ argv: ['--fixtures', 'a', '--fixtures=b', '--watch'] }), {
    fixtures: ['a', 'b'],
    watch: true
  })
  t.end()
})

t.test('all problems are reported at once', async t => {
  const cwd = t.testdir({
    fixtures: { 'a.yaml': 'reply: { txt: x }', 'b.yaml': 'match: { modle: x }\nreply: { text: x }' }
  })
  const { code, err } = await run(t, ['check', '--fixtures', 'fixtures'], { cwd })
  t.equal(code, 1)
  t.match(err, /^standin: fixtures\/a\.yaml:1:10: .*\nstandin: fixtures\/b\.yaml:1:10: /)
  const flags = await run(t, ['--port', 'x', '--unmatched', 'y'])
  t.equal(flags.err.trim().split('\n').length, 2)
})

t.test('flags take precedence over variables, variables over the file, and the file over the defaults', async t => {
  const cwd = t.testdir({ 'standin.yaml': 'seed: file\nunmatched: refuse\nport: 0\nlogLevel: silent\n' })
  const startAndAsk = async (args: string[], env: Record<string, string>) => {
    const { child, url } = await serve(t, args, { cwd, env })
    const text = await (await post(url, 'sk-test', hello)).text()
    const unmatched = (await post(url, 'sk-test', { model: 'gpt-4o', messages: [{ role: 'user', content: 'zzz' }] }))
      .status
    await stop(child)
    return [JSON.parse(text).id, unmatched]
  }
  const [file, env, flag, envOver] = [
    await startAndAsk([], {}),
    await startAndAsk([], { STANDIN_SEED: 'env', STANDIN_UNMATCHED: 'invent' }),
    await startAndAsk(['--seed', 'flag'], { STANDIN_SEED: 'env' }),
    await startAndAsk(['--seed', 'file'], { STANDIN_SEED: 'env', PORT: '1', STANDIN_PORT: '2' })
  ]
  t.equal(new Set([file[0], env[0], flag[0]]).size, 3)
  t.equal(envOver[0], file[0])
  t.same([file[1], env[1]], [404, 200])
})

t.test(
  'check prints what the user can change, and with --verbose also the repairs of the built-in document',
  async t => {
    const good = await run(t, ['check'])
    t.equal(good.code, 0, good.err)
    t.match(good.out, /^All is well: \d+ operations, \d+ fixtures, \d+ errors\.\n$/)
    const verbose = await run(t, ['check', '--verbose'])
    t.match(verbose.out, /^\/.*: .*; /m)
    t.match(verbose.out, /^fixtures from the built-in fixtures$/m)
    t.ok(verbose.out.endsWith(good.out))
    const cwd = t.testdir({
      'mine.yaml':
        'openapi: 3.1.0\ninfo: { title: x, version: "1" }\npaths: {}\ncomponents: { schemas: { A: { type: string, nullable: true } } }\n'.replace(
          'paths: {}',
          'paths: { /a: { get: { operationId: a, responses: { "200": { description: a } } } } }'
        ),
      empty: { 'notes.txt': '' }
    })
    const mine = await run(t, ['check', '--spec', 'mine.yaml', '--fixtures', 'empty'], { cwd })
    t.match(mine.out, /^\/components\/schemas\/A\/nullable: /m, 'repairs of the own document')
    t.match(
      mine.out,
      /^warning: empty: the directory has no fixtures \(it has only notes\.txt\), expected files that end in \.yaml/m
    )
    const bare = await run(t, ['check', '--overlay', 'none'])
    t.equal(bare.code, 0)
    t.match(bare.out, /All is well: 1 operations/)
  }
)

t.test('health reports whether a server is ready', async t => {
  const { child, url } = await serve(t, ['--log-level', 'silent'])
  const { port } = new URL(url)
  t.match(await run(t, ['health', '--port', port]), { code: 0, out: '{"status":"ready"}\n', err: '' })
  t.match(await run(t, ['health'], { env: { PORT: port, HOST: '0.0.0.0' } }), { code: 0 })
  t.equal(await stop(child), 0)
  t.match(await run(t, ['health', '--port', port]), { code: 1, err: /no response/ })
})

t.test('record writes the responses of an upstream to ./fixtures, and its key nowhere', async t => {
  const upstream = await serve(t, ['--key', 'sk-of-the-upstream', '--log-level', 'silent'])
  const cwd = t.testdir({})
  const args = ['record', '--upstream', upstream.url, '--key-from-env', 'UPSTREAM_KEY']
  const child = start(t, [...args, '--port', '0'], { cwd, env: { UPSTREAM_KEY: 'sk-of-the-upstream' } })
  const output = collectOutput(child)
  await once(child.stdout!, 'data')
  const url = /http:\/\/\S+?(?=\/v1)/.exec(output.out)![0]
  const response = JSON.parse(await (await post(url, 'sk-test', hello)).text())
  t.match(response.choices[0].message, { content: 'Hello! How can I help you today?' })
  t.equal(await stop(upstream.child), 0)
  t.match(await (await post(url, 'sk-other', hello)).json(), { choices: response.choices, usage: response.usage })
  t.equal(await stop(child), 0)
  t.match(readdirSync(`${cwd}/fixtures`), [/^0001-hello-[0-9a-f]{16}\.yaml$/])
  t.notMatch(output.out + output.err, /sk-of-the/)
  t.match(output.err, /"msg":"recorded"/)
  t.match(await run(t, ['check', '--fixtures', 'fixtures'], { cwd }), { code: 0, out: /, 1 fixtures, / })
})

t.test('the log has one JSON line for each request, and no key', async t => {
  const { child, output, url } = await serve(t)
  const keys = ['sk-secret-0123456789', 'sk-invalid', 'hush']
  for (const key of keys) await post(url, key, hello)
  await (await post(url, keys[0]!, { ...hello, stream: true })).text()
  await fetch(`${url}/v1/nope`)
  await fetch(`${url}/v1/models/%zz`)
  t.equal(await stop(child), 0)
  const lines = output.err
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
  t.match(lines.shift(), { msg: 'fixtures are loaded', fixtures: Number, from: ['the built-in fixtures'] })
  t.match(lines, [
    {
      level: 'info',
      msg: 'request',
      method: 'POST',
      url: '/v1/chat/completions',
      status: 200,
      key: /^sk-…6789~[0-9a-f]{6}$/,
      ms: Number,
      id: /^req_/,
      model: 'gpt-4o',
      fixture: 'BasicCompletion',
      promptTokens: 19,
      completionTokens: 9
    },
    { status: 401, refusal: 'invalid_api_key', key: 'sk-invalid' },
    { status: 200, key: /^hus…~[0-9a-f]{6}$/ },
    { status: 200, streamed: true },
    { status: 404, refusal: 'no_route' },
    { status: 404, url: '/v1/models/%zz' }
  ])
  t.equal(lines.length, 6)
  t.notMatch(output.err, /sk-secret|hush/)
})

t.test('tail prints the requests of another server as JSON lines, through its restart', async t => {
  // A second directory of the test would take the place of the first.
  const cwd = t.testdir()
  const { child, url } = await serve(t, ['--admin-key', 'secret', '--log-level', 'silent'], { cwd })
  const tail = start(t, ['tail', `${url}/v1`, '--admin-key', 'secret'], { cwd })
  const output = collectOutput(tail)
  const unmatched = start(t, ['tail', url, '--unmatched'], { cwd, env: { STANDIN_ADMIN_KEY: 'secret' } })
  const filtered = collectOutput(unmatched)
  const linesOf = ({ out }: { out: string }) => out.split('\n').slice(0, -1)
  const ask = (content: string) =>
    post(url, 'sk-a-secret-key-0123456789', { ...hello, messages: [{ role: 'user', content }] })
  // Until the stream is open, its requests are not there.
  while (!output.out || !filtered.out) {
    await ask('first')
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  t.equal((await post(url, 'sk-test', hello)).status, 200)
  while (!output.out.includes('BasicCompletion')) await once(tail.stdout!, 'data')
  t.match(JSON.parse(linesOf(output)[0]!), {
    level: 'info',
    time: /^\d{4}-\d\d-\d\dT.*Z$/,
    msg: 'request',
    status: 200,
    source: 'generated',
    nearest: /: /
  })
  t.notMatch(output.out, 'sk-a-secret')
  await stop(child)
  while (!/the connection is lost/.test(output.err)) await once(tail.stderr!, 'data')
  const again = start(t, ['--port', new URL(url).port, '--admin-key', 'secret', '--log-level', 'silent'], { cwd })
  await once(again.stdout!, 'data')
  while (!/connected again/.test(output.err)) await once(tail.stderr!, 'data')
  const before = linesOf(output).length
  await ask('after the restart')
  while (linesOf(output).length === before) await once(tail.stdout!, 'data')
  t.same(await Promise.all([stop(tail, 'SIGINT'), stop(unmatched, 'SIGTERM')]), [0, 0], 'Ctrl-C is no mistake')
  t.ok(linesOf(filtered).every(line => JSON.parse(line).source === 'generated'))
})

t.test('tail reports a server that it cannot show, in one line', async t => {
  const other = createServer((_request, response) => response.end('hello')).listen(0, '127.0.0.1')
  await once(other, 'listening')
  t.teardown(() => other.close())
  const otherUrl = `http://127.0.0.1:${(other.address() as AddressInfo).port}`
  const { url } = await serve(t, ['--admin-key', 'secret', '--log-level', 'silent'])
  const rows: [string[], RegExp][] = [
    [[otherUrl], /: no Standin, or an older one: \/_mock\/requests\/stream got 200$/],
    [[url], /: the server has an admin key, expected --admin-key KEY$/],
    [[url, '--admin-key', 'secret', '--status', 'many'], /: requests: status is "many", expected a whole number$/],
    [['127.0.0.1:1'], /^standin: http:\/\/127\.0\.0\.1:1: no response \(.*\), expected a Standin server$/],
    [[], /^standin: standin tail: no URL, expected standin tail URL \[--admin-key\]/],
    [['ftp://a'], /"ftp:\/\/a" is not a URL, expected http:/],
    [[url, 'more'], /more: unexpected argument, expected standin tail URL/],
    [[url, '--modle', 'x'], /^standin: --modle: unknown option of standin tail, did you mean --model\?$/],
    [[url, '--model'], /^standin: --model: no value, expected standin tail URL/]
  ]
  for (const [args, message] of rows) {
    const { code, out, err } = await run(t, ['tail', ...args])
    t.same([code, out], [1, ''], args.join(' '))
    t.match(err.trimEnd(), message)
    t.equal(err.trimEnd().split('\n').length, 1)
  }
})

t.test('an unexpected error outside of an exchange ends the command', async t => {
  const cwd = t.testdir({
    'throw.mjs': `process.on('SIGWINCH', () => { throw new Error('no exchange') })`,
    'reject.mjs': `process.on('SIGWINCH', () => { Promise.reject(new Error('no exchange')) })`
  })
  for (const name of ['throw', 'reject']) {
    const { child, output } = await serve(t, [], { cwd, env: { NODE_OPTIONS: `--import=./${name}.mjs` } })
    t.equal(await stop(child, 'SIGWINCH'), 1, name)
    const line = JSON.parse(output.err.trim().split('\n').at(-1)!)
    t.match(line, {
      level: 'fatal',
      msg: 'unexpected error',
      err: { message: 'no exchange', stack: /no exchange\n +at / }
    })
  }
})

t.test('after SIGTERM an open stream ends with [DONE]', async t => {
  const { child, url } = await serve(t, ['--timing', 'interTokenMs=30', '--log-level', 'silent'])
  const response = await post(url, 'sk-test', { ...hello, stream: true })
  const text = response.text()
  const code = await stop(child)
  t.equal(code, 0)
  t.match(await text, /data: \[DONE\]\n\n$/)
})

const licenseTree = (extra: object = {}) => ({
  licenses: { 'bare.txt': 'Text for bare' },
  node_modules: {
    plain: {
      'package.json': '{ "name": "plain", "version": "1.0.0", "license": "MIT" }',
      LICENSE: 'MIT text\r\nof plain',
      NOTICE: 'Notice of plain'
    },
    '@scope': {
      twin: {
        'package.json': '{ "name": "@scope/twin", "version": "2.0.0", "license": "ISC" }',
        'license.md': 'Same text',
        node_modules: {
          inner: { 'package.json': '{ "name": "inner", "version": "3.0.0", "license": "ISC" }', COPYING: 'Same text' }
        }
      }
    },
    bare: { 'package.json': '{ "name": "bare", "version": "1.0.0", "license": "MIT" }' },
    silent: { 'package.json': '{ "name": "silent", "version": "1.0.0", "license": "MIT" }', NOTICE: 'No licence' },
    unnamed: { 'package.json': '{ "name": "unnamed", "version": "1.0.0" }', LICENSE: 'Some text' }
  },
  ...extra
})
const metafileOf = (inputs: Record<string, number>) => ({
  outputs: {
    'dist/out.js': {
      inputs: Object.fromEntries(Object.entries(inputs).map(([path, bytes]) => [path, { bytesInOutput: bytes }]))
    }
  }
})

t.test('the licences are those of the packages that are bundled, each text once with its notices', async t => {
  const root = t.testdir(licenseTree())
  const metafile = metafileOf({
    'src/index.ts': 10,
    'node_modules/plain/lib/a.js': 10,
    'node_modules/plain/lib/b.js': 10,
    'node_modules/@scope/twin/a.js': 10,
    'node_modules/@scope/twin/node_modules/inner/a.js': 10,
    'node_modules/silent/a.js': 0
  })
  const licenses = await collectLicenses(root, [metafile], ['node_modules/bare'])
  t.same(licenses, [
    {
      packages: [
        { name: '@scope/twin', version: '2.0.0', license: 'ISC' },
        { name: 'inner', version: '3.0.0', license: 'ISC' }
      ],
      text: 'Same text'
    },
    { packages: [{ name: 'bare', version: '1.0.0', license: 'MIT' }], text: 'Text for bare' },
    { packages: [{ name: 'plain', version: '1.0.0', license: 'MIT' }], text: 'MIT text\nof plain\n\nNotice of plain' }
  ])
  t.match(formatLicenses(licenses), /^=+\n@scope\/twin 2\.0\.0 \(ISC\)\ninner 3\.0\.0 \(ISC\)\n=+\n\nSame text\n$/m)
})

t.test('a bundled package without a licence text, or with texts for another version, fails the build', async t => {
  const inside = (version: string) => JSON.stringify({ package: 'plain', version, licenses: [] })
  const rows: [string, object, RegExp][] = [
    ['silent', {}, /^silent 1\.0\.0 has no licence text, expected .* or licenses\/silent\.txt$/],
    ['unnamed', {}, /^unnamed 1\.0\.0 has no licence text, expected its licence in package\.json/],
    [
      'plain',
      { licenses: { 'plain.json': inside('0.9.0') } },
      /plain\.json is for plain 0\.9\.0, expected plain 1\.0\.0/
    ]
  ]
  for (const [name, extra, message] of rows) {
    const root = t.testdir(licenseTree(extra))
    await t.rejects(collectLicenses(root, [metafileOf({ [`node_modules/${name}/a.js`]: 1 })], []), { message })
  }
})

t.test('the bundle ships with the licences of all that is in it', async t => {
  const read = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')
  const licenses = read('dist/THIRD-PARTY-LICENSES.txt')
  const bundled: { name: string; version?: string }[] = JSON.parse(read('dist/bundled-packages.json'))
  t.ok(bundled.length > 50)
  for (const { name, version = '' } of bundled) t.ok(licenses.includes(`\n${`${name} ${version}`.trim()} (`), name)
  for (const name of [
    'fastify',
    'ajv',
    'ioredis',
    'gpt-tokenizer',
    '@noble/hashes',
    'swagger-ui',
    'react',
    'dompurify'
  ])
    t.ok(
      bundled.some(each => each.name === name),
      `${name} is bundled`
    )
  t.match(licenses, 'Copyright 2020-2021 SmartBear Software Inc.', 'the notice of Swagger UI')
  t.match(licenses, 'Apache License', 'its licence')
  t.ok(JSON.parse(read('package.json')).files.includes('dist'), 'the npm package has them')
  t.match(read('Dockerfile'), /cp -R dist [^&]*LICENSE/, 'the image has them')
})

t.test('the SBOM lists what is installed and what is bundled, and nothing else', async t => {
  const cwd = t.testdir()
  const script = new URL('../sbom.js', import.meta.url).pathname
  const child = spawn(process.execPath, [script], { cwd, stdio: ['ignore', 'inherit', 'inherit'] })
  const [code] = await once(child, 'close')
  t.equal(code, 0)
  const sbom = JSON.parse(readFileSync(`${cwd}/sbom.cdx.json`, 'utf8'))
  t.match(sbom, { bomFormat: 'CycloneDX', specVersion: /^1\./, metadata: { component: { name: 'standin', version } } })
  const components: { 'bom-ref': string; name: string; licenses?: unknown[] }[] = sbom.components
  const names = new Set(components.map(({ name }) => name))
  const readJson = (name: string) => JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), 'utf8'))
  const bundled: { name: string }[] = readJson('dist/bundled-packages.json')
  for (const name of [...Object.keys(readJson('package.json').dependencies), ...bundled.map(each => each.name)])
    t.ok(names.has(name), name)
  for (const name of ['typescript', 'tap', 'esbuild', 'fast-check', 'openai']) t.notOk(names.has(name), `not ${name}`)
  t.same(
    components.filter(({ licenses }) => !licenses?.length).map(({ name }) => name),
    [],
    'each has a licence'
  )
  const refs = new Set(['standin@' + version, ...components.map(component => component['bom-ref'])])
  t.equal(refs.size, components.length + 1, 'each reference is unique')
  for (const { ref, dependsOn } of sbom.dependencies)
    for (const each of [ref, ...dependsOn]) if (!refs.has(each)) t.fail(`${ref} refers to ${each}`)
})

t.test('the base images of the Dockerfile are build arguments, so that they can have a digest', async t => {
  const dockerfile = readFileSync(new URL('../Dockerfile', import.meta.url), 'utf8')
  const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base)
  t.same(bases, ['${BUILD_IMAGE}', '${RUNTIME_IMAGE}'])
  for (const name of ['BUILD_IMAGE', 'RUNTIME_IMAGE']) t.match(dockerfile, new RegExp(`^ARG ${name}=\\S+$`, 'm'))
})
