/** Tests that signals end the server in time, whatever it does, and that SIGHUP reloads it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer as createHttp } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import t, { type Test } from 'tap'
import { about } from '../helper.js'
import { command, isAlive, type Process, post, spawnStandin, startStandin, textOf, until, workersOf } from './start.js'

const stream = about('Hello!', { stream: true })

/** What a server does when the signal comes. */
const situations: Record<string, (t: Test, server: Process) => Promise<unknown>> = {
  'is idle': async (_t, { url }) => (await post(url)).text(),
  'plays a long stream': async (_t, { url }) => {
    const response = await post(url, stream, { 'x-mock-timing': 'interTokenMs=60000' })
    response.text().catch(() => {})
  },
  'waits before a response': async (_t, { url }) =>
    void post(url, about('Hello!'), { 'x-mock-timing': 'firstTokenMs=60000' }).catch(() => {}),
  'hangs by a fault': async (_t, { url }) =>
    void post(url, stream, { 'x-mock-fault': 'hang; after=1' }).catch(() => {}),
  'has half a request': async (t, { url }) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.on('error', () => {})
    t.teardown(() => socket.destroy())
    socket.write('POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\n{')
    await once(socket, 'connect')
  },
  'has a connection that sends nothing': async (t, { url }) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.on('error', () => {})
    t.teardown(() => socket.destroy())
    await once(socket, 'connect')
  },
  'gets the signal twice': async (_t, { url, child }) => {
    const response = await post(url, stream, { 'x-mock-timing': 'interTokenMs=60000' })
    response.text().catch(() => {})
    child.kill('SIGTERM')
  }
}

for (const workers of ['1', '2'])
  t.test(`SIGTERM and SIGINT end a server in time, with --workers ${workers}`, async t => {
    for (const [index, [name, begin]] of Object.entries(situations).entries()) {
      const signal = index % 2 ? 'SIGTERM' : 'SIGINT'
      const args = ['--workers', workers, '--close-ms', '300', '--log-level', 'warn']
      const server = await startStandin(t, args)
      const pids = workers === '1' ? [] : workersOf(server.child.pid!)
      await begin(t, server)
      const startedAt = performance.now()
      server.child.kill(signal)
      t.same(await once(server.child, 'exit'), [0, null], `${name}, ${signal}`)
      t.ok(performance.now() - startedAt < 5000, 'in time')
      t.same(pids.filter(isAlive), [], 'no worker is left')
    }
  })

t.test('a signal ends a server at any moment of its start', async t => {
  for (const args of [[], ['--workers', '2'], ['--store', 'redis://127.0.0.1:1']])
    for (const delayMs of [0, 100, 400]) {
      const { child } = spawnStandin(t, args)
      await new Promise(resolve => setTimeout(resolve, delayMs))
      child.kill('SIGTERM')
      await once(child, 'exit')
      t.pass(`${args.join(' ')} after ${delayMs} ms`)
    }
})

t.test('a signal ends a server whose upstream is stuck', async t => {
  const upstream = createHttp(() => {}).listen(0, '127.0.0.1')
  await once(upstream, 'listening')
  t.teardown(() => {
    upstream.closeAllConnections()
    upstream.close()
  })
  const { port } = upstream.address() as AddressInfo
  const args = ['record', '--upstream', `http://127.0.0.1:${port}`, '--close-ms', '300']
  const child = spawn(process.execPath, [command, ...args, '--port', '0'], {
    cwd: t.testdir(),
    stdio: ['ignore', 'pipe', 'ignore']
  })
  t.teardown(() => child.kill('SIGKILL'))
  const [line] = await once(child.stdout.setEncoding('utf8'), 'data')
  post(/http:\/\/\S+?(?=\/v1)/.exec(line)![0]).catch(() => {})
  await once(upstream, 'request')
  child.kill('SIGTERM')
  t.same(await once(child, 'exit'), [0, null])
})

t.test('a second signal after a second ends a server at once', async t => {
  const { child, url } = await startStandin(t, ['--close-ms', '60000'])
  const response = await post(url, stream, { 'x-mock-timing': 'interTokenMs=60000' })
  response.text().catch(() => {})
  child.kill('SIGINT')
  // A busy server may get the first signals late, and together.
  const timer = setInterval(() => child.kill('SIGINT'), 1500)
  t.teardown(() => clearInterval(timer))
  t.same(await once(child, 'exit'), [1, null])
})

for (const workers of ['1', '2'])
  t.test(`under nohup, SIGHUP reloads a server and does not end it, with --workers ${workers}`, async t => {
    const cwd = t.testdir({ fixtures: { 'a.yaml': 'match: { lastUser: Hello! }\nreply: { text: first }\n' } })
    const args = ['--fixtures', 'fixtures', '--workers', workers]
    const { child, url, lines } = await startStandin(t, args, { cwd, by: ['nohup'] })
    t.equal(await textOf(url), 'first')
    writeFileSync(`${cwd}/fixtures/a.yaml`, 'match: { lastUser: Hello! }\nreply: { text: second }\n')
    child.kill('SIGHUP')
    await until(async () => (await Promise.all([textOf(url), textOf(url)])).every(text => text === 'second'))
    writeFileSync(`${cwd}/fixtures/a.yaml`, 'reply: { txet: third }\n')
    child.kill('SIGHUP')
    await until(() => lines().some(({ msg }) => /are broken/.test(msg)))
    t.equal(await textOf(url), 'second')
    child.kill('SIGTERM')
    t.same(await once(child, 'exit'), [0, null])
  })

t.test('workers end with their primary, also when it is killed', async t => {
  const { child } = await startStandin(t, ['--workers', '2'])
  const pids = workersOf(child.pid!)
  child.kill('SIGKILL')
  await until(() => !pids.some(isAlive))
  t.equal(pids.length, 2)
})

t.test('the fixture of pytest ends the server, also below a program that keeps the signals', async t => {
  const cwd = t.testdir({
    'pytest.py': 'def fixture(*a, **k):\n    return lambda f: f\n\nhookimpl = fixture\n',
    'keeps-signals.sh': `trap '' TERM\n${process.execPath} ${command} "$@" &\necho $! >&2\nwait\n`,
    'run.py': [
      'import sys',
      `sys.path[:0] = [".", ${JSON.stringify(new URL('../../examples', import.meta.url).pathname)}]`,
      'import pytest_standin',
      'process, url = pytest_standin.start_server(sys.argv[1:])',
      'pytest_standin.stop_server(process, seconds=3)'
    ].join('\n')
  })
  const child = spawn('python3', ['run.py', 'bash', 'keeps-signals.sh'], { cwd, stdio: ['ignore', 'ignore', 'pipe'] })
  let err = ''
  child.stderr.setEncoding('utf8').on('data', text => (err += text))
  const [code] = await once(child, 'close')
  t.equal(code, 0, err)
  const pid = Number(/^\d+/.exec(err))
  t.ok(pid > 0 && !isAlive(pid), 'the server has ended')
})
