/** Tests operation: metrics, server timing, health, reloads, and workers. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer as createNetServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import t, { type Test } from 'tap'
import { createBackOff } from '../src/cli/back-off.js'
import { startHeartbeat } from '../src/cli/heartbeat.js'
import { ApiError } from '../src/core/api-error.js'
import { resolveOptions } from '../src/core/resolve-options.js'
import type { Server } from '../src/index.js'
import { openServer } from '../src/server/server.js'
import type { Exchange } from '../src/state/exchange.js'
import { createMemoryStore } from '../src/state/memory-store.js'
import { createMetricsCounters, mergeMetrics } from '../src/state/metrics-counters.js'
import { createSingleProcessGroup } from '../src/state/process-group.js'
import { type MessageTransport, openRpcChannel } from '../src/state/rpc-channel.js'
import { ask, build, buildRecorder, chunk, createUpstream, events, hello, helloFixture } from './helper.js'

const metricsOf = async (server: Awaited<ReturnType<typeof build>>) => {
  const { body, headers } = await server.app.inject('/_mock/metrics')
  const values = Object.fromEntries(
    body
      .split('\n')
      .filter(line => line && !line.startsWith('#'))
      .map(line => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))])
  )
  return { body, values, contentType: headers['content-type'] }
}

t.test(
  'metrics count requests by operation, status and fixture, and measure the time of the server without delays',
  async t => {
    const server = await build(t)
    await server.add(helloFixture)
    await ask(server)
    await ask(server)
    await ask(server, { ...hello, temperature: 3 })
    await ask(server, hello, { key: 'sk-invalid' })
    await ask(server, hello, { headers: { 'x-mock-timing': 'firstTokenMs=60' } })
    await ask(server, { ...hello, stream: true }, { headers: { 'x-mock-timing': 'firstTokenMs=30' } })
    await server.app.inject({ url: '/v1/models', headers: { authorization: 'Bearer sk-test' } })
    await server.app.inject('/health')
    const { body, values, contentType } = await metricsOf(server)
    t.match(contentType, /^text\/plain; version=0\.0\.4/)
    const counted = (labels: string) => values[`standin_requests_total{${labels}}`]
    t.equal(counted('operation="createChatCompletion",status="200",fixture="hello"'), 4)
    t.equal(counted('operation="createChatCompletion",status="400",fixture=""'), 1)
    t.equal(counted('operation="createChatCompletion",status="401",fixture=""'), 1)
    t.equal(counted('operation="listModels",status="200",fixture=""'), 1)
    t.notMatch(body, /operation="none"/, 'requests to /_mock/ and /health are not counted')
    t.equal(values.standin_own_overhead_seconds_count, 7)
    const totalSeconds = server.requests().reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000
    const overhead = values.standin_own_overhead_seconds_sum!
    t.ok(
      Math.abs(totalSeconds - 0.09 - overhead) < 0.001,
      `without the delays of 90 ms: ${overhead} of ${totalSeconds}`
    )
    t.ok(values.standin_time_to_first_byte_seconds_sum! > 0.09, 'with the delays')
    t.equal(values.standin_stream_duration_seconds_count, 1)
    t.equal(values.standin_frame_lateness_seconds_count! > 0, true)
    t.equal(values.standin_open_streams, 0)
    t.ok(values.process_resident_memory_bytes! > 0)
  }
)

t.test('metrics of several processes are added up, and number and length of fixture names are limited', t => {
  const exchange = (fixture?: string): Exchange =>
    ({
      operation: 'x',
      status: 200,
      fixture,
      startedAt: 0,
      durationMs: 2,
      delayMs: 1,
      waitMs: 0,
      streamed: false,
      firstByteMs: 0
    }) as Exchange
  const [one, two] = [createMetricsCounters(String), createMetricsCounters(String)]
  one.add(exchange('a'))
  two.add(exchange('a'))
  two.addLateness(3)
  const all = mergeMetrics([one.snapshot(1), two.snapshot(2)])
  t.match(all, { openStreams: 3, overhead: { sum: 0.002 }, lateness: { sum: 0.003 } })
  t.equal(all.requests.length, 2)
  for (let at = 0; at < 500; at++) one.add(exchange(`f${at}`))
  const names = new Set(one.snapshot(0).requests.map(({ fixture }) => fixture))
  t.ok(names.size <= 201 && names.has('others'))
  const long = createMetricsCounters(String)
  long.add(exchange('x'.repeat(5000)))
  t.ok(long.snapshot(0).requests[0]!.fixture.length <= 256, 'a long name is shortened')
  t.end()
})

t.test('the header server-timing has the time of the server and the delay, on request', async t => {
  const server = await build(t)
  const timing = async (headers: Record<string, string>, body: object = hello) => {
    const { headers: responseHeaders } = await ask(server, body, {
      headers: { 'x-mock-server-timing': '1', ...headers }
    })
    const [, overhead, delay] =
      /^wait;dur=[\d.]+, standin;dur=([\d.]+), delay;dur=([\d.]+)$/.exec(responseHeaders['server-timing'] ?? '') ?? []
    return [Number(overhead), Number(delay)] as const
  }
  const [overhead, delay] = await timing({})
  t.ok(overhead >= 0 && delay === 0)
  const [pacedOverhead, paced] = await timing({ 'x-mock-timing': 'firstTokenMs=50' })
  t.equal(paced, 50)
  t.ok(pacedOverhead <= server.requests().at(-1)!.durationMs - 50 + 1, 'the delay is not counted as overhead')
  const [, streamed] = await timing({ 'x-mock-timing': 'firstTokenMs=20, interTokenMs=1' }, { ...hello, stream: true })
  t.ok(streamed > 20, 'a stream has the delay of all its events')
  t.equal((await ask(server)).headers['server-timing'], undefined, 'only on request')
})

t.test('/health responds, and models need no key with openModels', async t => {
  const server = await build(t, { openModels: true })
  const get = async (url: string) => (await server.app.inject(url)).statusCode
  t.same(
    await Promise.all(['/health', '/_mock/health', '/v1/models', '/v1/models/gpt-4o'].map(get)),
    [200, 200, 200, 200]
  )
  t.equal((await ask(server, hello, { key: null })).status, 401, 'completions need a key nevertheless')
  t.equal(await (await build(t)).app.inject('/v1/models').then(({ statusCode }) => statusCode), 401)
})

t.test('changed files are reloaded together, and a broken file changes nothing and is reported', async t => {
  const directory = await mkdtemp(join(tmpdir(), 'standin-watch-'))
  t.teardown(() => rm(directory, { recursive: true }))
  const put = (name: string, text: string) => writeFile(join(directory, name), text)
  await put('a.yaml', 'match: { lastUser: Hello! }\nreply: { text: first }\n')
  const server = await build(t, { fixtures: directory, watch: true })
  const reply = async () => JSON.parse((await ask(server)).text).choices[0].message.content
  const ready = async () => JSON.parse((await server.app.inject('/_mock/ready')).body)
  t.equal(await reply(), 'first')
  await put('a.yaml', 'match: { lastUser: Hello! }\nreply: { text: second }\n')
  await until(async () => (await reply()) === 'second')
  t.pass('an edit is reloaded')
  await put('a.yaml', 'match: { lastUser: Hello! }\nreply: { txet: third }\n')
  await until(async () => (await ready()).problems)
  t.equal(await reply(), 'second', 'the last good state stays')
  t.match(await ready(), { status: 'ready', problems: [/a\.yaml:2:10: unknown key "txet", did you mean "text"/] })
  t.match((await ask(server, { ...hello, temperature: 3 })).headers['x-mock-stale'], /a\.yaml:2:10: unknown key "txet"/)
  await put('a.yaml', 'match: { lastUser: Hello! }\nreply: { text: fourth }\n')
  await put('keys.yaml', 'keys:\n  sk-gone: { refusal: invalid_api_key }\n')
  await until(async () => (await reply()) === 'fourth' && (await ask(server, hello, { key: 'sk-gone' })).status === 401)
  t.same(await ready(), { status: 'ready' })
  await t.rejects(build(t, { watch: true }), { message: /--watch: there is nothing to watch, expected --fixtures/ })
})

t.test('a reload reads neither the document nor its overlays again', async t => {
  const directory = t.testdir({
    'spec.yaml': await readFile('openapi/chat-completions.yaml', 'utf8'),
    'overlay.yaml': await readFile('openapi/overlays/70-models.yaml', 'utf8'),
    fixtures: { 'a.yaml': 'match: { lastUser: Hello! }\nreply: { text: first }\n' }
  })
  const log = pino({ level: 'silent' })
  const options = resolveOptions({
    serverOptions: {
      spec: `${directory}/spec.yaml`,
      overlay: [`${directory}/overlay.yaml`],
      fixtures: `${directory}/fixtures`
    }
  })
  const server = await openServer(options, log)
  t.teardown(() => server.close())
  await writeFile(`${directory}/spec.yaml`, 'broken: [')
  await rm(`${directory}/overlay.yaml`)
  await writeFile(`${directory}/fixtures/a.yaml`, 'match: { lastUser: Hello! }\nreply: { text: second }\n')
  await server.reload()
  t.same(JSON.parse((await server.app.inject('/_mock/ready')).body), { status: 'ready' })
  t.match((await ask(server)).text, /second/)
})

const renameOver = async (path: string, text: string) => {
  await writeFile(`${path}~`, text)
  await rename(`${path}~`, path)
}
const linkOver = async (path: string, target: string) => {
  await symlink(target, `${path}~`)
  await rename(`${path}~`, path)
}
const greeting = (text: string) => `match: { lastUser: Hello! }\nreply: { text: ${text} }\n`

/** How a directory of fixtures gets its first file, and how it is changed while it is watched. */
const changes: Record<
  string,
  { create(home: string): Promise<unknown>; change(home: string, text: string, turn: number): Promise<unknown> }
> = {
  'is saved by a rename, as editors do': {
    create: home => createDirectory(`${home}/fixtures`, 'first'),
    change: (home, text) => renameOver(`${home}/fixtures/a.yaml`, greeting(text))
  },
  'is deleted and made again': {
    create: home => createDirectory(`${home}/fixtures`, 'first'),
    change: async (home, text) => {
      await rm(`${home}/fixtures`, { recursive: true })
      await createDirectory(`${home}/fixtures`, text)
    }
  },
  'is replaced by a rename of its directory': {
    create: home => createDirectory(`${home}/fixtures`, 'first'),
    change: async (home, text, turn) => {
      await createDirectory(`${home}/next`, text)
      await rename(`${home}/fixtures`, `${home}/old${turn}`)
      await rename(`${home}/next`, `${home}/fixtures`)
    }
  },
  'is a link to another directory': {
    create: async home => {
      await createDirectory(`${home}/v0`, 'first')
      await symlink('v0', `${home}/fixtures`)
    },
    change: async (home, text, turn) => {
      await createDirectory(`${home}/v${turn}`, text)
      await linkOver(`${home}/fixtures`, `v${turn}`)
    }
  },
  'is a file of a ConfigMap': {
    create: async home => {
      await createDirectory(`${home}/fixtures/..v0`, 'first')
      await symlink('..v0', `${home}/fixtures/..data`)
      await symlink('..data/a.yaml', `${home}/fixtures/a.yaml`)
    },
    change: async (home, text, turn) => {
      await createDirectory(`${home}/fixtures/..v${turn}`, text)
      await linkOver(`${home}/fixtures/..data`, `..v${turn}`)
      await rm(`${home}/fixtures/..v${turn - 1}`, { recursive: true })
    }
  }
}

async function createDirectory(path: string, text: string): Promise<void> {
  await mkdir(path, { recursive: true })
  await writeFile(join(path, 'a.yaml'), greeting(text))
}

for (const [name, { create, change }] of Object.entries(changes))
  t.test(`a watched fixture that ${name} is reloaded each time`, async t => {
    const home = await mkdtemp(join(tmpdir(), 'standin-watch-'))
    t.teardown(() => rm(home, { recursive: true }))
    await create(home)
    const reloads: unknown[] = []
    const log = pino({ level: 'info' }, { write: (line: string) => void reloads.push(JSON.parse(line).msg) })
    const options = resolveOptions({ serverOptions: { fixtures: `${home}/fixtures`, watch: true } })
    const server = await openServer(options, log)
    t.teardown(() => server.close())
    // The reading of a ConfigMap's links is a matter of the fixtures.
    const followsLinks = name !== 'is a file of a ConfigMap'
    for (const [turn, text] of ['second', 'third', 'fourth'].entries()) {
      const before = reloads.length
      await change(home, text, turn + 1)
      await until(async () =>
        followsLinks
          ? JSON.parse((await ask(server)).text).choices[0].message.content === text
          : reloads.slice(before).some(msg => /were reloaded/.test(String(msg)))
      )
    }
    await until(async () => (await server.app.inject('/_mock/ready')).body === '{"status":"ready"}')
    t.pass('reloaded')
  })

t.test('a directory that is gone for a while is reported, and its fixtures stay', async t => {
  const directory = join(await mkdtemp(join(tmpdir(), 'standin-watch-')), 'fixtures')
  await createDirectory(directory, 'first')
  t.teardown(() => rm(directory, { recursive: true }))
  const server = await build(t, { fixtures: directory, watch: true })
  const ready = async () => JSON.parse((await server.app.inject('/_mock/ready')).body)
  await rm(directory, { recursive: true })
  await until(async () => (await ready()).problems)
  t.match(await ready(), { problems: [/fixtures: can't be read \(ENOENT\)/] })
  t.match(JSON.parse((await ask(server)).text), { choices: [{ message: { content: 'first' } }] })
  await createDirectory(directory, 'second')
  await until(async () => JSON.parse((await ask(server)).text).choices[0].message.content === 'second')
  t.same(await ready(), { status: 'ready' })
})

/** What a server does when it is closed. Returns the requests that it has not answered. */
const openWork: Record<string, (t: Test) => Promise<{ server: Server; requests: Promise<unknown>[] }>> = {
  'Redis is silent': async t => {
    const store = await listenSilently(t)
    const server = await build(t, { closeMs, store: `redis://127.0.0.1:${store.port}` })
    return { server, requests: [send(server), ask(server)] }
  },
  'an upstream does not respond': async t => {
    const { port, connected } = await listenSilently(t)
    const server = await buildForwarder(t, `http://127.0.0.1:${port}/v1`)
    const requests = [send(server), ask(server)]
    await connected
    return { server, requests }
  },
  'a stream of an upstream does not end': async t => {
    let respond = () => {}
    const responded = new Promise<void>(resolve => (respond = resolve))
    const upstream = await createUpstream(t, (_request, response) => {
      response.writeHead(200, events)
      response.write(chunk('Hello'), respond)
    })
    const server = await buildForwarder(t, upstream)
    const requests = [send(server, streamed), ask(server, streamed)]
    await responded
    return { server, requests }
  },
  'streams hang': t => openChats(t, { 'x-mock-fault': 'hang; after=1' }),
  'responses hang': t => openChats(t, { 'x-mock-fault': 'hang' }),
  'streams send comments': t => openChats(t, { 'x-mock-fault': 'hang; after=1; commentMs=10' }),
  'streams take long': t => openChats(t, { 'x-mock-timing': 'interTokenMs=600000' }),
  'first tokens take long': t => openChats(t, { 'x-mock-timing': 'firstTokenMs=600000' }),
  'a function does not reply': async t => {
    const server = await build(t, { closeMs })
    await server.add({ match: { lastUser: 'Hello!' }, reply: () => new Promise<string>(() => {}) })
    return { server, requests: [send(server), ask(server), send(server, streamed), ask(server, streamed)] }
  },
  'the pieces of a function do not end': async t => {
    const server = await build(t, { closeMs })
    await server.add({
      match: { lastUser: 'Hello!' },
      reply: async function* () {
        yield 'Hello'
        await new Promise(() => {})
      }
    })
    return { server, requests: [send(server), ask(server), send(server, streamed), ask(server, streamed)] }
  },
  'a client does not read': async t => {
    const server = await build(t, { closeMs })
    await server.add({ match: { lastUser: 'Hello!' }, reply: { text: 'x'.repeat(8_000_000), whole: true } })
    const { socket } = await connectTo(t, server)
    socket.pause()
    socket.write(`POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer sk-test\r\n`)
    const body = JSON.stringify(hello)
    socket.write(`content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
    await until(async () => socket.readableLength > 0)
    return { server, requests: [] }
  },
  'a request is not complete': async t => {
    const server = await build(t, { closeMs })
    const { socket, closed } = await connectTo(t, server)
    socket.write('POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{')
    return { server, requests: [closed] }
  },
  'a watched directory is deleted': async t => {
    const home = await mkdtemp(join(tmpdir(), 'standin-watch-'))
    await createDirectory(`${home}/fixtures`, 'first')
    const server = await build(t, { closeMs, fixtures: `${home}/fixtures`, watch: true })
    await rm(home, { recursive: true })
    return { server, requests: [ask(server)] }
  },
  'a watched directory was deleted, and the watcher knows': async t => {
    const home = await mkdtemp(join(tmpdir(), 'standin-watch-'))
    await createDirectory(`${home}/fixtures`, 'first')
    const server = await build(t, { closeMs, fixtures: `${home}/fixtures`, watch: true })
    await rm(home, { recursive: true })
    await until(async () => /problems/.test((await server.app.inject('/_mock/ready')).body))
    return { server, requests: [ask(server)] }
  }
}

const closeMs = 100
const streamed = { ...hello, stream: true }

/** Sends a request over a connection. */
async function send(server: Server, body: unknown = hello, headers = {}) {
  const earlier = arrivals.get(server) ?? []
  const arrival = new Promise<void>(resolve => {
    let count = 0
    server.app.server.on('request', () => {
      if (count++ === earlier.length) resolve()
    })
  })
  arrivals.set(server, [...earlier, arrival])
  const response = await fetch(`${await urlOf(server)}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: 'Bearer sk-test', 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body)
  })
  return response.text()
}

const urls = new WeakMap<Server, Promise<string>>()
/** The requests that each server receives over connections. */
const arrivals = new WeakMap<Server, Promise<void>[]>()

function urlOf(server: Server): Promise<string> {
  const url = urls.get(server) ?? server.listen()
  urls.set(server, url)
  return url
}

/** Sends a chat request and a stream, each over a connection and injected. */
async function openChats(t: Test, headers: Record<string, string>) {
  const server = await build(t, { closeMs })
  const bodies = /after/.test(headers['x-mock-fault'] ?? '') ? [streamed] : [hello, streamed]
  return { server, requests: bodies.flatMap(body => [send(server, body, headers), ask(server, body, { headers })]) }
}

const buildForwarder = async (t: Test, upstream: string) => (await buildRecorder(t, upstream, { closeMs })).server

/** Listens on a port, and never responds. */
async function listenSilently(t: Test) {
  const sockets = new Set<Socket>()
  const listener = createNetServer(socket => void sockets.add(socket.on('error', () => {}).resume()))
  const connected = once(listener, 'connection')
  await once(listener.listen(0, '127.0.0.1'), 'listening')
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    listener.close()
  })
  return { port: (listener.address() as AddressInfo).port, connected }
}

async function connectTo(t: Test, server: Server) {
  const socket = connect(Number(new URL(await urlOf(server)).port), '127.0.0.1')
    .on('error', () => {})
    .resume()
  t.teardown(() => socket.destroy())
  await once(socket, 'connect')
  return { socket, closed: once(socket, 'close') }
}

for (const [name, open] of Object.entries(openWork))
  t.test(`a server closes in time while ${name}, and no request stays open`, async t => {
    const { server, requests } = await open(t)
    const ended = Promise.allSettled(requests)
    // A client whose connection closes before it has sent its request may wait for ever.
    await Promise.all(arrivals.get(server) ?? [])
    const startedAt = performance.now()
    await server.close()
    t.ok(performance.now() - startedAt < 5000)
    await ended
  })

t.test('a process that does not respond is noticed once, and a process that responds late is not', async t => {
  let respond = () => {}
  let hangs = 0
  let pings = 0
  const ping = () => {
    pings += 1
    return new Promise<void>(resolve => {
      respond = resolve
    })
  }
  const heartbeat = startHeartbeat(ping, 20, () => (hangs += 1))
  t.teardown(heartbeat.close)
  const pinged = (count: number) => until(async () => pings === count)
  for (let count = 1; count <= 3; count++) {
    await pinged(count)
    respond()
  }
  await pinged(4)
  t.equal(hangs, 0)
  await until(async () => hangs === 1)
  t.equal(pings, 4)
})

t.test('the delay before a replacement doubles with each failure, and is none after a quiet time', async t => {
  const nextDelay = createBackOff()
  t.same(
    Array.from({ length: 10 }, (_, at) => nextDelay(at)),
    [0, 100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]
  )
  t.equal(nextDelay(100_000), 0)
})

t.test('an API error passes a channel with its name and params', async t => {
  const [here, there] = pair()
  const channel = openRpcChannel(here, () => undefined)
  openRpcChannel(there, () => {
    throw new ApiError('store_unreachable', { what: 'gone' })
  })
  const error = await channel.call('take').catch(error => error)
  t.ok(error instanceof ApiError)
  t.match(error, { errorName: 'store_unreachable', params: { what: 'gone' } })
})

/** Checks a condition in turns of the event loop until it holds. The time limit of the test ends a check that never holds. */
async function until(holds: () => Promise<unknown>): Promise<void> {
  while (!(await holds())) await new Promise(resolve => setImmediate(resolve))
}

t.test('calls over a channel return results and errors, until the channel is closed', async t => {
  const [here, there] = pair()
  const channel = openRpcChannel(here, () => undefined)
  openRpcChannel(there, (name, args) => {
    if (name === 'fail') throw new Error('no such thing')
    return [name, ...args]
  })
  t.same(await Promise.all([channel.call('a', 1, undefined), channel.call('b')]), [['a', 1, undefined], ['b']])
  await t.rejects(channel.call('fail'), { message: 'no such thing' })
  const pending = channel.call('late')
  channel.close()
  await t.rejects(pending, { message: 'the channel is closed' })
  await t.rejects(channel.call('after'), { message: 'the channel is closed' })
})

function pair(): [MessageTransport, MessageTransport] {
  const listeners: Set<(message: unknown) => void>[] = [new Set(), new Set()]
  const end = (index: number, other: number): MessageTransport => ({
    send: message =>
      queueMicrotask(() => {
        for (const listener of listeners[other]!) listener(message)
      }),
    on: (_event, listener) => listeners[index]!.add(listener),
    off: (_event, listener) => listeners[index]!.delete(listener)
  })
  return [end(0, 1), end(1, 0)]
}

t.test('workers share sequences, limits, fixtures, keys, stored completions and the journal', async t => {
  const { url, child } = await startWorkers(t)
  const stream = await fetch(`${url}/_mock/requests/stream`)
  const streamed = collectText(stream)
  const request = (path: string, method: string, body?: unknown, key = 'sk-test') =>
    fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', connection: 'close' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) })
    })
  const chat = (content: string, more = {}, key?: string) =>
    request('/v1/chat/completions', 'POST', { model: 'gpt-4o', messages: [{ role: 'user', content }], ...more }, key)
  const turns = Array.from({ length: 20 }, (_, at) => ({ text: `turn ${at}` }))
  const added = await request('/_mock/fixtures', 'POST', { match: { lastUser: 'count' }, reply: turns })
  t.equal(added.status, 201)
  const replies = await Promise.all(
    turns.map(async () => (await jsonOf(await chat('count'))).choices[0].message.content)
  )
  t.same(replies.sort(), turns.map(({ text }) => text).sort(), 'each reply once, from any worker')
  await request('/_mock/keys', 'PUT', { keys: { 'sk-ten': { limits: { requestsPerDay: 10 } } } })
  const statuses = await Promise.all(turns.map(async () => (await chat('Hello!', {}, 'sk-ten')).status))
  t.equal(statuses.filter(status => status === 200).length, 10, 'a limit is exact')
  const { id } = await jsonOf(await chat('Hello!', { store: true }))
  const getStatuses = await Promise.all(
    turns.map(async () => (await request(`/v1/chat/completions/${id}`, 'GET')).status)
  )
  t.same(new Set(getStatuses), new Set([200]), 'all workers find a stored completion')
  const { requests } = await jsonOf(await request('/_mock/requests', 'GET'))
  t.equal(requests.length, 61)
  await until(async () => streamed.text.match(/^event: request$/gm)?.length === 61)
  for (const each of requests) t.match(streamed.text, `\nid: ${each.id}\n`, 'a stream has the requests of all workers')
  const metrics = await (await request('/_mock/metrics', 'GET')).text()
  t.match(metrics, /operation="createChatCompletion",status="429",fixture=""} 10/)
  const countFaults = async () => {
    await request('/_mock/faults', 'POST', { fault: 'status=503; times=2' })
    const found = await Promise.all(turns.map(async () => (await chat('Hello!')).status))
    await request('/_mock/faults', 'DELETE')
    return found.filter(status => status === 503).length
  }
  t.same([await countFaults(), await countFaults()], [2, 2], 'each fault has a count of its own')
  const pids = await workersOf(child.pid!)
  t.equal(pids.length, 2)
  process.kill(pids[0]!, 'SIGKILL')
  await until(async () => {
    const now = await workersOf(child.pid!)
    return now.length === 2 && !now.includes(pids[0]!)
  })
  t.equal(await countFaults(), 2, 'a new worker has the same counts')
  await request('/_mock/reset', 'POST')
  t.match(await (await request('/_mock/fixtures', 'POST', { match: { lastUser: 'x' }, reply: { txet: '' } })).json(), {
    error: { message: /unknown key "txet"/ }
  })
  const badHeader = { match: { lastUser: 'x' }, reply: { text: 'a', headers: { 'b c': 'd' } }, fault: 'delay=1' }
  const beforeBadHeader = await workersOf(child.pid!)
  t.match(await (await request('/_mock/fixtures', 'POST', badHeader)).json(), {
    error: { message: /"b c" is no name of a header/ }
  })
  for (let time = 0; time < 4; time++) t.equal((await chat('x')).status, 200)
  const left = await workersOf(child.pid!)
  t.same(left, beforeBadHeader, 'a bad header ends no worker')
  child.kill('SIGTERM')
  const [code] = await once(child, 'exit')
  t.equal(code, 0)
  for (const pid of left) t.throws(() => process.kill(pid, 0), 'no worker is left')
})

t.test('fifty tests at once over two workers do not see each other, twenty times over', async t => {
  const { url } = await startWorkers(t)
  const ask = (key: string, path: string, body: unknown) =>
    fetch(url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'x-mock-session': key, 'content-type': 'application/json' },
      body: JSON.stringify(body)
    })
  const go = { model: 'gpt-4o', messages: [{ role: 'user', content: 'go' }] }
  async function session(key: string): Promise<unknown[]> {
    const reply = [{ error: 'rate_limit_exceeded' }, { error: 'rate_limit_exceeded' }, { text: `for ${key}` }]
    const added = await ask(key, '/_mock/fixtures', { match: { lastUser: 'go' }, reply })
    const results: unknown[] = [added.status]
    for (let turn = 0; turn < 3; turn++) {
      const response = await ask(key, '/v1/chat/completions', go)
      const body = await jsonOf(response)
      results.push(response.status === 200 ? body.choices[0].message.content : response.status)
    }
    return results
  }
  for (let run = 0; run < 20; run++) {
    const keys = Array.from({ length: 50 }, (_, at) => `sk-${run}-${at}`)
    t.same(
      await Promise.all(keys.map(session)),
      keys.map(key => [201, 429, 429, `for ${key}`]),
      `run ${run + 1}`
    )
  }
})

function collectText({ body }: Response) {
  const collected = { text: '' }
  const collect = async () => {
    for await (const chunk of body!.pipeThrough(new TextDecoderStream())) collected.text += chunk
  }
  collect().catch(() => {})
  return collected
}

async function startWorkers(t: Test) {
  const command = new URL('../dist/cli.js', import.meta.url).pathname
  const child = spawn(process.execPath, [command, '--port', '0', '--workers', '2', '--log-level', 'silent'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: t.testdir(),
    env: { PATH: process.env.PATH ?? '' }
  })
  t.teardown(() => child.kill('SIGKILL'))
  const [line] = await once(child.stdout.setEncoding('utf8'), 'data')
  return { child, url: /http:\/\/\S+?(?=\/v1)/.exec(line)![0] }
}

const jsonOf = async (response: Response) => JSON.parse(await response.text())

async function workersOf(pid: number): Promise<number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => undefined)
  if (children !== undefined) return children.split(' ').filter(Boolean).map(Number)
  const ps = spawn('ps', ['-o', 'pid=', '--ppid', String(pid)], { stdio: ['ignore', 'pipe', 'ignore'] })
  let out = ''
  for await (const text of ps.stdout) out += text
  return out.split(/\s+/).filter(Boolean).map(Number)
}

t.test('a process that joins later gets the fixtures that are left', async t => {
  const log = pino({ level: 'silent' })
  const options = resolveOptions({ serverOptions: { port: 0, fixtures: 'none' } })
  let readSnapshot: ((name: string, args: unknown[]) => unknown) | undefined
  const group = createSingleProcessGroup(createMemoryStore())
  const first = await openServer(options, log, {
    ...group,
    setHandler: handler => {
      readSnapshot = handler
      group.setHandler(handler)
    }
  })
  t.teardown(() => first.close())
  const fixture = (name: string) => ({ name, match: { lastUser: name }, reply: { text: name } })
  await first.add([fixture('a'), fixture('b')])
  await first.add(fixture('c'))
  for (const name of ['a', 'c']) await first.app.inject({ method: 'DELETE', url: `/_mock/fixtures/${name}` })
  const snapshot = await readSnapshot!('snapshot', [])
  t.equal(
    (snapshot as { additions: unknown[] }).additions.length,
    1,
    'an addition of which nothing is left is forgotten'
  )
  const joined = await openServer(options, log, {
    ...createSingleProcessGroup(createMemoryStore()),
    snapshot: async () => snapshot
  })
  t.teardown(() => joined.close())
  const { fixtures } = (await joined.app.inject('/_mock/fixtures')).json()
  t.same(
    fixtures.map(({ name }: { name: string }) => name),
    ['b']
  )
})
