/** Tests what happens when Redis fails: it is silent, killed, slow, closed by a password, or refuses commands. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer as listen, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { Redis } from 'ioredis'
import pino from 'pino'
import t, { type Test } from 'tap'
import { resolveOptions } from '../../src/core/resolve-options.js'
import type { Server, ServerOptions } from '../../src/index.js'
import { openServer } from '../../src/server/server.js'
import { about, ask, errorOf, hello } from '../helper.js'

const command = new URL('../../dist/cli.js', import.meta.url).pathname

async function freePort(): Promise<number> {
  const server = listen().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

interface TestRedis {
  url: string
  port: number
  child: ChildProcess
  /** A client that the tests use to change the server. */
  admin: Redis
}

/** Starts a redis-server of the test, and returns when it responds. */
async function startRedis(t: Test, { port, args = [] }: { port?: number; args?: string[] } = {}): Promise<TestRedis> {
  const redisPort = port ?? (await freePort())
  const flags = ['--port', String(redisPort), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  const child = spawn('redis-server', [...flags, '--dir', tmpdir(), ...args], { stdio: 'ignore' })
  t.teardown(() => child.kill('SIGKILL'))
  const admin = new Redis(redisPort, '127.0.0.1', { retryStrategy: () => 20, maxRetriesPerRequest: null })
  admin.on('error', () => {})
  t.teardown(() => admin.disconnect())
  if (!args.includes('--requirepass')) await admin.ping()
  return { url: `redis://127.0.0.1:${redisPort}`, port: redisPort, child, admin }
}

interface LoggedServer {
  server: Server
  /** The log lines about the store. */
  lines: { level: number; msg: string; problem?: string }[]
}

async function openLogged(t: Test, options: ServerOptions): Promise<LoggedServer> {
  const lines: LoggedServer['lines'] = []
  const log = pino(
    { level: 'info' },
    {
      write(line: string) {
        const parsed = JSON.parse(line)
        if (/store/.test(parsed.msg)) lines.push(parsed)
      }
    }
  )
  const server = await openServer(resolveOptions({ serverOptions: { port: 0, ...options } }), log)
  t.teardown(() => server.close())
  return { server, lines }
}

const replies = { match: { lastUser: 'next' }, reply: Array.from({ length: 20 }, (_, at) => ({ text: `turn ${at}` })) }
const limited = { 'sk-limited': { limits: { requestsPerDay: 5 } } }

async function next(server: Server) {
  const response = await ask(server, about('next'))
  return response.status === 200 ? JSON.parse(response.text).choices[0].message.content : errorOf(response).code
}

const isReady = async (server: Server) => (await server.app.inject('/_mock/ready')).statusCode === 200

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise(resolve => setTimeout(resolve, 10))
}

const faults: Record<
  string,
  { break(redis: TestRedis): unknown; mend(redis: TestRedis, t: Test): unknown; problem: RegExp; keepsData?: boolean }
> = {
  'is silent': {
    break: ({ child }) => child.kill('SIGSTOP'),
    mend: ({ child }) => child.kill('SIGCONT'),
    problem: /^no reply within 900 ms$/,
    keepsData: true
  },
  'is killed': {
    break: async ({ child }) => {
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
    mend: ({ port }, t) => startRedis(t, { port }),
    problem: /^(Redis closed the connection|read ECONNRESET|connect ECONNREFUSED .*)$/
  },
  'is full': {
    break: ({ admin }) => admin.config('SET', 'maxmemory', '1'),
    mend: ({ admin }) => admin.config('SET', 'maxmemory', '0'),
    problem: /^OOM command not allowed when used memory > 'maxmemory'$/,
    keepsData: true
  },
  'is only a replica': {
    break: ({ admin }) => admin.replicaof('127.0.0.1', 1),
    mend: ({ admin }) => admin.replicaof('NO', 'ONE'),
    problem: /^READONLY You can't write against a read only replica$/,
    keepsData: true
  },
  'lacks a permission': {
    break: ({ admin }) => admin.acl('SETUSER', 'default', '-evalsha', '-eval'),
    mend: ({ admin }) => admin.acl('SETUSER', 'default', '+evalsha', '+eval'),
    problem: /^NOPERM .*evalsha/,
    keepsData: true
  }
}

for (const [name, { break: breakRedis, mend, problem, keepsData = false }] of Object.entries(faults))
  t.test(`a Redis that ${name} gives 503 at once, takes no turn, and is logged once`, async t => {
    const redis = await startRedis(t)
    const { server, lines } = await openLogged(t, { store: redis.url })
    await server.add(replies)
    const payload = { keys: limited }
    await server.app.inject({ method: 'PUT', url: '/_mock/keys', headers: json, payload })
    t.same([await next(server), await next(server)], ['turn 0', 'turn 1'])
    t.equal((await ask(server, hello, { key: 'sk-limited' })).status, 200)
    t.ok(await isReady(server))

    await breakRedis(redis)
    const startedAt = performance.now()
    const [first, ...others] = await Promise.all([
      ask(server, about('next')),
      ...Array.from({ length: 20 }, () => ask(server, about('next'))),
      ...Array.from({ length: 10 }, () => ask(server, hello, { key: 'sk-limited' }))
    ])
    t.ok(performance.now() - startedAt < 1500, 'within a second')
    t.same(new Set([first!, ...others].map(({ status }) => status)), new Set([503]))
    t.match(errorOf(first!), { code: 'store_unreachable', type: 'server_error', param: null })
    t.match(errorOf(first!).message, /^The store that Standin shares with its replicas does not answer: .+\.$/)
    await until(async () => !(await isReady(server)))
    for (let at = 0; at < 5; at++) t.equal((await ask(server, about('next'))).status, 503)
    const { body } = await server.app.inject('/_mock/ready')
    t.match(JSON.parse(body).error, { code: 'store_unreachable' })
    t.match(lines, [{ level: 50, msg: 'the store cannot be reached', problem, store: redis.url }])
    t.equal(lines.length, 1)
    t.equal((await ask(server, { ...hello, temperature: 3 })).status, 400, 'other requests get their response')

    await mend(redis, t)
    await until(() => isReady(server))
    t.match(lines[1], { level: 30, msg: 'the store is back' })
    t.equal(lines.length, 2)
    t.same([await next(server), await next(server)], keepsData ? ['turn 2', 'turn 3'] : ['turn 0', 'turn 1'])
    const left = Array.from({ length: 5 }, () => ask(server, hello, { key: 'sk-limited' }))
    const statuses = (await Promise.all(left)).map(({ status }) => status)
    t.equal(statuses.filter(status => status === 200).length, keepsData ? 4 : 5)
  })

const json = { 'content-type': 'application/json' }

t.test('a slow Redis responds while it is in time, and gives 503 above it', async t => {
  const redis = await startRedis(t)
  const proxy = await openProxy(t, redis.port)
  const { server, lines } = await openLogged(t, { store: `redis://127.0.0.1:${proxy.port}` })
  await server.add(replies)
  proxy.delayMs = 100
  t.equal(await next(server), 'turn 0')
  proxy.delayMs = 3000
  const startedAt = performance.now()
  t.equal(await next(server), 'store_unreachable')
  t.ok(performance.now() - startedAt < 1500)
  await until(async () => lines.length === 1)
  proxy.delayMs = 0
  await until(() => isReady(server))
  t.match(lines, [{ problem: /^no reply within/ }, { msg: 'the store is back' }])
})

t.test('an unknown command is a reason not to be ready', async t => {
  const redis = await startRedis(t, { args: ['--rename-command', 'EVALSHA', ''] })
  const { server } = await openLogged(t, { store: redis.url })
  const { statusCode, body } = await server.app.inject('/_mock/ready')
  t.equal(statusCode, 503)
  t.match(JSON.parse(body).error.message, /does not answer: ERR unknown command 'evalsha'/)
})

t.test('a command that fails alone gives 503, and the store stays ready', async t => {
  const redis = await startRedis(t)
  const { server, lines } = await openLogged(t, { store: redis.url })
  await server.add([replies, { match: { lastUser: 'state' }, when: { state: 'a' }, reply: { text: 'in a' } }])
  await redis.admin.lpush('standin:sk-test\nstate', 'not a text')
  const response = await ask(server, about('state'))
  t.equal(response.status, 503)
  t.match(errorOf(response).message, /WRONGTYPE/)
  t.equal(await next(server), 'turn 0')
  t.ok(await isReady(server))
  t.same(lines, [])
})

t.test('a wrong password and a missing one are reported, and work as soon as Redis accepts them', async t => {
  const redis = await startRedis(t, { args: ['--requirepass', 'right'] })
  const wrong = await openLogged(t, { store: redis.url.replace('//', '//:wrong@') })
  const ready = await wrong.server.app.inject('/_mock/ready')
  t.equal(ready.statusCode, 503)
  t.match(JSON.parse(ready.body).error.message, /does not answer: WRONGPASS invalid username-password pair/)
  t.match(wrong.lines, [{ level: 50, problem: /^WRONGPASS/, store: redis.url }])
  t.equal(wrong.lines.length, 1)
  const admin = new Redis(redis.port, '127.0.0.1', { password: 'right' })
  t.teardown(() => admin.disconnect())
  await admin.config('SET', 'requirepass', 'wrong')
  await until(() => isReady(wrong.server))
  const missing = await openLogged(t, { store: redis.url })
  const { body } = await missing.server.app.inject('/_mock/ready')
  t.match(JSON.parse(body).error.message, /NOAUTH/)
})

t.test('a server closes in time while Redis is silent', async t => {
  const redis = await startRedis(t)
  const { server } = await openLogged(t, { store: redis.url, closeMs: 100 })
  redis.child.kill('SIGSTOP')
  const pending = ask(server, about('Hello!'))
  await server.close()
  await pending
  t.pass('closed')
})

for (const workers of ['1', '2'])
  t.test(`the command starts without Redis and is ready when Redis is, with --workers ${workers}`, async t => {
    const port = await freePort()
    const args = [command, '--port', '0', '--workers', workers, '--store', `redis://127.0.0.1:${port}`]
    const child = spawn(process.execPath, args, {
      cwd: t.testdir(),
      env: { PATH: process.env.PATH ?? '' },
      stdio: ['ignore', 'pipe', 'pipe']
    })
    t.teardown(() => child.kill('SIGKILL'))
    let err = ''
    child.stderr.setEncoding('utf8').on('data', text => (err += text))
    const [line] = await once(child.stdout.setEncoding('utf8'), 'data')
    const url = /http:\/\/\S+?(?=\/v1)/.exec(line)![0]
    const get = () => fetch(`${url}/_mock/ready`, { headers: { connection: 'close' } })
    const before = await Promise.all([get(), get(), get(), get()])
    t.same(
      before.map(({ status }) => status),
      [503, 503, 503, 503]
    )
    t.match(await before[0]!.json(), { error: { code: 'store_unreachable', message: /ECONNREFUSED/ } })
    const add = () => fetch(`${url}/_mock/fixtures`, { method: 'POST', headers: json, body: JSON.stringify(replies) })
    t.equal((await add()).status, 503)
    const redis = await startRedis(t, { port })
    await until(async () => (await get()).status === 200)
    t.equal((await add()).status, 201)
    const nextTurn = async () => {
      const response = await fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { ...json, authorization: 'Bearer sk-test', connection: 'close' },
        body: JSON.stringify(about('next'))
      })
      return response.status === 200
        ? ((await response.json()) as { choices: { message: { content: string } }[] }).choices[0]!.message.content
        : response.status
    }
    t.same([await nextTurn(), await nextTurn()], ['turn 0', 'turn 1'])
    redis.child.kill('SIGSTOP')
    t.equal(await nextTurn(), 503)
    child.kill('SIGTERM')
    const [code] = await once(child, 'exit')
    t.equal(code, 0, 'it ends while Redis is silent')
    const lines = err
      .split('\n')
      .filter(Boolean)
      .map(line => JSON.parse(line))
      .filter(({ msg }) => /store/.test(msg))
    t.match(lines, [
      { level: 'error', msg: 'the store cannot be reached' },
      { level: 'info', msg: 'the store is back' }
    ])
  })

/** Opens a port that forwards to Redis, and delays its replies. */
async function openProxy(t: Test, port: number) {
  const sockets = new Set<Socket>()
  const state = { port: 0, delayMs: 0 }
  const proxy = listen(socket => {
    const upstream = connect(port, '127.0.0.1')
    for (const each of [socket, upstream]) {
      sockets.add(each)
      each.on('error', () => {})
    }
    socket.pipe(upstream)
    upstream.on('data', data => void setTimeout(() => socket.write(data), state.delayMs).unref())
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  state.port = (proxy.address() as AddressInfo).port
  t.teardown(() => {
    proxy.close()
    for (const socket of sockets) socket.destroy()
  })
  return state
}
