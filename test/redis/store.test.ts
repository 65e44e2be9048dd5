/** Tests that the stores in memory and in Redis behave alike, and that replicas share a store in Redis. */
import { Redis } from 'ioredis'
import t, { type Test } from 'tap'
import type { Bucket } from '../../src/core/store.js'
import { createServer, type ServerOptions } from '../../src/index.js'
import { openStore } from '../../src/state/open-store.js'
import { ask, hello } from '../helper.js'

const silentLog = { error: () => {}, info: () => {} }
const url = process.env.REDIS_URL ?? 'redis://127.0.0.1:6379'

for (const location of ['memory', url])
  t.test(`the store in ${location === 'memory' ? location : 'Redis'} counts, keeps values and limits`, async t => {
    const store = await openStore(location, silentLog)
    t.teardown(() => store.close?.())
    await store.forget()

    await t.test('turns are counted up to a limit', async t => {
      t.same([await store.take('a'), await store.take('a'), await store.take('b')], [0, 1, 0])
      t.same([await store.take('c', 2), await store.take('c', 2), await store.take('c', 2)], [0, 1, undefined])
      const all = await Promise.all(Array.from({ length: 50 }, () => store.take('many')))
      t.same(
        [...all].sort((x, y) => x! - y!),
        Array.from({ length: 50 }, (_, turn) => turn),
        'each turn once'
      )
    })

    await t.test('a value is the one that was set last', async t => {
      t.equal(await store.get('state'), undefined)
      await store.set('state', 'one')
      await store.set('state', 'two: é"\n')
      t.equal(await store.get('state'), 'two: é"\n')
    })

    await t.test('buckets fill, report that they are full, and drain at a constant rate', async t => {
      const bucket = (amount: number, key = 'tokens', limit = 600): Bucket => ({
        key,
        kind: 'tokensPerMinute',
        limit,
        windowMs: 60_000,
        amount
      })
      const now = 1_790_000_000_000
      t.same(await store.spend([bucket(500)], now), { used: [500] })
      t.same(await store.spend([bucket(200)], now), { used: [500], fullIndex: 0 })
      t.same(await store.spend([bucket(150)], now + 5_050), { used: [599.5] }, '50.5 have drained')
      t.same(
        await store.spend([bucket(1, 'requests', 3), bucket(500)], now + 5_050),
        { used: [1, 599.5], fullIndex: 1 },
        'the buckets before the full one are used'
      )
      t.same(await store.spend([bucket(0, 'requests', 3)], now + 5_050), { used: [1] })
      t.same(await store.spend([bucket(0)], now + 600_000), { used: [0] })
    })

    await t.test('forget removes exactly the keys with the prefix', async t => {
      for (const key of ['s1*\nx', 's1\nx', 's[1]\nx']) await store.take(key)
      await store.forget('s1*\n')
      t.same([await store.take('s1*\nx'), await store.take('s1\nx'), await store.take('s[1]\nx')], [0, 1, 1])
      await store.forget()
      t.equal(await store.take('s1\nx'), 0)
    })
  })

async function replicas(t: Test, options: ServerOptions) {
  const both = [await createServer(options), await createServer(options)]
  t.teardown(() => Promise.all(both.map(server => server.close())))
  return both as [(typeof both)[0], (typeof both)[0]]
}

t.test('the names of the keys in Redis contain sessions and API keys, and expire', async t => {
  const [server] = await replicas(t, { store: url })
  await server.reset()
  await server.add({ name: 'turns', match: { lastUser: 'Hello!' }, reply: [{ text: 'one' }, { text: 'two' }] })
  await ask(server, hello, { key: 'sk-secret-0123456789' })
  await ask(server, hello, { headers: { 'x-mock-session': 'checkout' } })
  await ask(server, hello, { headers: { 'x-mock-session': 'long'.repeat(100) } })
  const redis = new Redis(url)
  t.teardown(() => redis.disconnect())
  const names = (await redis.keys('standin:*')).filter(name => name !== 'standin:check')
  for (const session of ['sk-secret-0123456789', 'checkout', 'sha256-'])
    t.ok(
      names.some(name => name.startsWith(`standin:${session}`)),
      session
    )
  t.notMatch(names.join(), 'longlong')
  for (const name of names) {
    const seconds = await redis.ttl(name)
    t.ok(seconds > 0 && seconds <= 86_400, name)
  }
})

t.test('a sequence and a limit are exact over two replicas', async t => {
  const retry = {
    match: { lastUser: 'again' },
    reply: [{ error: 'server_error' }, { error: 'server_error' }, { text: 'at last' }]
  }
  const fixtures = t.testdir({
    'retry.json': JSON.stringify(retry),
    'hello.json': JSON.stringify({ reply: { text: 'Hi.' } })
  })
  const both = await replicas(t, { store: url, fixtures: [fixtures] })
  await both[0].reset()
  const again = { ...hello, messages: [{ role: 'user' as const, content: 'again' }] }
  const statuses = []
  for (let turn = 0; turn < 4; turn++) statuses.push((await ask(both[turn % 2]!, again)).status)
  t.same(statuses, [500, 500, 200, 200])
  for (const server of both)
    await server.app.inject({
      method: 'PUT',
      url: '/_mock/keys',
      headers: { 'content-type': 'application/json' },
      payload: { keys: { 'sk-three': { limits: { requestsPerDay: 3 } } } }
    })
  const responses = await Promise.all(
    Array.from({ length: 10 }, (_, at) => ask(both[at % 2]!, hello, { key: 'sk-three' }))
  )
  t.same(responses.map(({ status }) => status).sort(), [200, 200, 200, 429, 429, 429, 429, 429, 429, 429])
})
