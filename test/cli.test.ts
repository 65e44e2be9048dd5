/** The built command as a person and a process manager meet it. `npm test` builds it first. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { optionTable } from '../src/core/option-table.js'

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

function gather(child: ChildProcess) {
  const said = { out: '', err: '' }
  child.stdout!.setEncoding('utf8').on('data', text => (said.out += text))
  child.stderr!.setEncoding('utf8').on('data', text => (said.err += text))
  return said
}

async function run(t: Test, args: string[], options?: Start) {
  const child = start(t, args, options)
  const said = gather(child)
  const [code] = await once(child, 'close')
  return { code, ...said }
}

/** Starts a server and answers once it has said where it listens. */
async function serve(t: Test, args: string[] = [], options: Start = {}) {
  const child = start(t, ['--port', '0', ...args], options)
  const said = gather(child)
  while (!said.out.includes('\n')) await Promise.race([once(child.stdout!, 'data'), once(child, 'close')])
  const url = /http:\/\/\S+?(?=\/v1)/.exec(said.out)![0]
  return { child, said, url }
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
const hello = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hello!' }] }

t.test('it says in one line where it listens, answers, and ends with 0 on SIGTERM and SIGINT', async t => {
  for (const [args, signal] of [
    [[], 'SIGTERM'],
    [['serve'], 'SIGINT']
  ] as const) {
    const child = start(t, [...args, '--port=0'])
    const said = gather(child)
    await once(child.stdout!, 'data')
    t.match(said.out, /^Standin listens on http:\/\/127\.0\.0\.1:\d+\/v1 .*\n$/)
    const url = /http:\/\/[\d.:]+/.exec(said.out)![0]
    t.equal((await post(url, 'sk-test', hello)).status, 200)
    t.equal(await stop(child, signal), 0)
    t.equal(said.out.split('\n').length, 2, 'nothing more on stdout')
  }
})

t.test('help lists every option with its meaning and default, and the version is the version', async t => {
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

t.test('what a person got wrong is told in one clear line each, with exit code 1', async t => {
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
    [['sreve'], /^standin: sreve: unknown command, expected serve, check, import, health, record/],
    [['--prot', '1'], /^standin: .*--prot.*see standin --help/],
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
    [['--timing', 'soon'], /^standin: --timing: unknown profile "soon"/],
    [['--port', String(port)], new RegExp(`^standin: --port ${port}: something listens there already`)],
    [['--host', '203.0.113.7'], /^standin: --host 203\.0\.113\.7: not an address of this machine/],
    [['--fixtures', 'nowhere'], /^standin: nowhere: can't be read \(ENOENT\)/],
    [['--fixtures', 'fixture.yaml'], /^standin: fixture\.yaml:4:14: unknown key "txt", did you mean "text"\?/],
    [['--fixtures', 'syntax.yaml'], /^standin: syntax\.yaml:\d+:\d+: /],
    [['--fixtures', 'regex.yaml'], /^standin: regex\.yaml:1:1: .*not a regex this engine takes/],
    [
      ['--fixtures', 'error.yaml'],
      /^standin: error\.yaml:2:10: no refusal is called "overlooded", did you mean "overloaded"\?/
    ],
    [['--fixtures', 'bad.json'], /^standin: bad\.json:1:\d+: /],
    [['--spec', 'nowhere.yaml'], /^standin: nowhere\.yaml: .*ENOENT/],
    [['--spec', 'spec.yaml'], /^standin: spec\.yaml:5:\d+: .*nope/],
    [['--spec', 'notspec.yaml'], /^standin: notspec\.yaml:1:1: expected `openapi: 3\.1\.0`/],
    [['--overlay', 'overlay.yaml'], /^standin: overlay\.yaml:4:\d+: /],
    [['--overlay', 'nowhere.yaml'], /^standin: nowhere\.yaml: .*ENOENT/],
    [[], /^standin: standin\.yaml:2:1: unknown option/, { 'standin.yaml': 'seed: a\nprot: 1\n' }],
    [
      [],
      /^standin: standin\.yaml:1:7: expected a whole number|^standin: standin\.yaml:1:1: expected a whole number/,
      { 'standin.yaml': 'port: many\n' }
    ],
    [[], /^standin: standin\.yaml:1:1: expected options/, { 'standin.yaml': '- a\n' }],
    [[], /^standin: standin\.yaml:\d+:\d+: /, { 'standin.yaml': 'a: [\n' }],
    [['health', '--port', '1'], /^standin: http:\/\/127\.0\.0\.1:1\/_mock\/ready: no answer/]
  ]
  // Two at a time: the machine that runs this may have no more cores.
  const next = cases.entries()
  const worker = async () => {
    for (const [at, [args, says, more = {}]] of next) {
      const { code, out, err } = await run(t, args, { cwd: `${root}/${at}` })
      t.same([code, out], [1, ''], `${args.join(' ')} ${JSON.stringify(more)}: ${err}`)
      t.match(err, says)
      t.equal(err.trim().split('\n').length, 1, `one line: ${err}`)
      t.notMatch(err, /\n {4}at |node:internal/, 'no stack trace')
    }
  }
  const root = t.testdir(Object.fromEntries(cases.map(([, , more = {}], at) => [at, { ...dir, ...more }])))
  await Promise.all([worker(), worker()])
})

t.test('all that is wrong is told at once', async t => {
  const cwd = t.testdir({
    fixtures: { 'a.yaml': 'reply: { txt: x }', 'b.yaml': 'match: { modle: x }\nreply: { text: x }' }
  })
  const { code, err } = await run(t, ['check', '--fixtures', 'fixtures'], { cwd })
  t.equal(code, 1)
  t.match(err, /^standin: fixtures\/a\.yaml:1:10: .*\nstandin: fixtures\/b\.yaml:1:10: /)
  const flags = await run(t, ['--port', 'x', '--unmatched', 'y'])
  t.equal(flags.err.trim().split('\n').length, 2)
})

t.test('flags win over variables, variables over the file, the file over the defaults', async t => {
  const cwd = t.testdir({ 'standin.yaml': 'seed: file\nunmatched: refuse\nport: 0\nlogLevel: silent\n' })
  const idOf = async (args: string[], env: Record<string, string>) => {
    const { child, url } = await serve(t, args, { cwd, env })
    const text = await (await post(url, 'sk-test', hello)).text()
    const unmatched = (await post(url, 'sk-test', { model: 'gpt-4o', messages: [{ role: 'user', content: 'zzz' }] }))
      .status
    await stop(child)
    return [JSON.parse(text).id, unmatched]
  }
  const [file, env, flag, envOver] = [
    await idOf([], {}),
    await idOf([], { STANDIN_SEED: 'env', STANDIN_UNMATCHED: 'invent' }),
    await idOf(['--seed', 'flag'], { STANDIN_SEED: 'env' }),
    await idOf(['--seed', 'file'], { STANDIN_SEED: 'env', PORT: '1', STANDIN_PORT: '2' })
  ]
  t.equal(new Set([file[0], env[0], flag[0]]).size, 3)
  t.equal(envOver[0], file[0])
  t.same([file[1], env[1]], [404, 200])
})

t.test('check tells what had to be repaired, and what is wrong with file, line and column', async t => {
  const good = await run(t, ['check'])
  t.equal(good.code, 0, good.err)
  t.match(good.out, /^\/.*: .*; /m)
  t.match(good.out, /All is well: \d+ operations, \d+ repairs of the document, \d+ fixtures, \d+ refusals\.\n$/)
  const bare = await run(t, ['check', '--overlay', 'none'])
  t.equal(bare.code, 0)
  t.match(bare.out, /All is well: 1 operations/)
})

t.test('health asks a running server', async t => {
  const { child, url } = await serve(t, ['--log-level', 'silent'])
  const { port } = new URL(url)
  t.match(await run(t, ['health', '--port', port]), { code: 0, out: '{"status":"ready"}\n', err: '' })
  t.match(await run(t, ['health'], { env: { PORT: port, HOST: '0.0.0.0' } }), { code: 0 })
  t.equal(await stop(child), 0)
  t.match(await run(t, ['health', '--port', port]), { code: 1, err: /no answer/ })
})

t.test('record writes into ./fixtures what an upstream says, with a key that it tells nobody', async t => {
  const upstream = await serve(t, ['--key', 'sk-of-the-upstream', '--log-level', 'silent'])
  const cwd = t.testdir({})
  const args = ['record', '--upstream', upstream.url, '--key-from-env', 'THEIR_KEY']
  const child = start(t, [...args, '--port', '0'], { cwd, env: { THEIR_KEY: 'sk-of-the-upstream' } })
  const said = gather(child)
  await once(child.stdout!, 'data')
  const url = /http:\/\/\S+?(?=\/v1)/.exec(said.out)![0]
  const heard = JSON.parse(await (await post(url, 'sk-test', hello)).text())
  t.match(heard.choices[0].message, { content: 'Hello! How can I help you today?' })
  t.equal(await stop(upstream.child), 0)
  t.match(await (await post(url, 'sk-other', hello)).json(), { choices: heard.choices, usage: heard.usage })
  t.equal(await stop(child), 0)
  t.match(readdirSync(`${cwd}/fixtures`), [/^0001-hello-[0-9a-f]{16}\.yaml$/])
  t.notMatch(said.out + said.err, /sk-of-the/)
  t.match(said.err, /"msg":"recorded"/)
  t.match(await run(t, ['check', '--fixtures', 'fixtures'], { cwd }), { code: 0, out: /, 1 fixtures, / })
})

t.test('the log has one JSON line for each request, and no key in it anywhere', async t => {
  const { child, said, url } = await serve(t)
  const keys = ['sk-secret-0123456789', 'sk-invalid', 'hush']
  for (const key of keys) await post(url, key, hello)
  await post(url, keys[0]!, { ...hello, stream: true })
  await fetch(`${url}/v1/nope`)
  await fetch(`${url}/v1/models/%zz`)
  t.equal(await stop(child), 0)
  const lines = said.err
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
  t.match(lines, [
    {
      level: 30,
      msg: 'request',
      method: 'POST',
      url: '/v1/chat/completions',
      status: 200,
      key: 'sk-…6789',
      ms: Number,
      id: /^req_/,
      fixture: 'hello'
    },
    { status: 401, refusal: 'invalid_api_key', key: 'sk-…' },
    { status: 200, key: 'hus…' },
    { status: 200, streamed: true },
    { status: 404, refusal: 'no_route' },
    { status: 404, url: '/v1/models/%zz' }
  ])
  t.equal(lines.length, 6)
  t.notMatch(said.err, /sk-secret|sk-invalid"|hush/)
})

t.test('SIGTERM lets an open stream end', async t => {
  const { child, url } = await serve(t, ['--timing', 'interTokenMs=30', '--log-level', 'silent'])
  const answer = await post(url, 'sk-test', { ...hello, stream: true })
  const text = answer.text()
  const code = await stop(child)
  t.equal(code, 0)
  t.match(await text, /data: \[DONE\]\n\n$/)
})
