/** Tests rate limits: the computation, and the responses that clients receive. */
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import OpenAI from 'openai'
import t, { type Test } from 'tap'
import type { RateLimits } from '../src/core/api-key.js'
import { BoundedMap } from '../src/core/bounded-map.js'
import { createCache, createOwnerCache } from '../src/core/cache.js'
import { fixedLimits } from '../src/core/fixed-limits.js'
import { formatBytes } from '../src/core/memory-size.js'
import { createModels } from '../src/core/model.js'
import { joinStoreKey, sessionPrefix, shortenName } from '../src/core/short-name.js'
import { createServer, type Server } from '../src/index.js'
import {
  computeWaitMs,
  createBuckets,
  createLimitErrorParams,
  createLimitHeaders,
  drainBucket,
  estimateTokens,
  formatGoDuration
} from '../src/state/limits.js'
import { createMemoryStore } from '../src/state/memory-store.js'
import { ask, build, errorOf, hello } from './helper.js'

t.test('durations are formatted as in Go', async t => {
  const rows: [number, string][] = [
    [0, '0s'],
    [0.9, '0s'],
    [2, '2ms'],
    [233.7, '233ms'],
    [999.99, '999ms'],
    [1000, '1s'],
    [8640, '8.64s'],
    [60_198, '1m0.198s'],
    [100_310, '1m40.31s'],
    [432_000, '7m12s'],
    [1_169_225, '19m29.225s'],
    [4_105_745, '1h8m25.745s']
  ]
  for (const [milliseconds, text] of rows) t.equal(formatGoDuration(milliseconds), text, String(milliseconds))
})

t.test('the tokens of a request are estimated from the length of its messages', async t => {
  const text = (length: number) => ({ role: 'user', content: 'x'.repeat(length) })
  const rows: [string, unknown, number | undefined][] = [
    ['23 characters', [text(23)], 8],
    ['66 characters', [text(66)], 19],
    ['93 characters', [text(93)], 26],
    ['800,000 characters', [text(800_000)], 200_002],
    ['two messages', [text(41), text(54)], 29],
    ['parts', [{ role: 'user', content: [{ type: 'text', text: 'x'.repeat(23) }, { type: 'image_url' }] }], 8],
    ['no content', [{ role: 'assistant', content: null }], 2],
    ['messages of a wrong type', ['hello'], undefined],
    ['no messages', undefined, undefined]
  ]
  for (const [name, messages, tokens] of rows) t.equal(estimateTokens(messages), tokens, name)
})

t.test('a bucket drains at a constant rate', async t => {
  t.equal(drainBucket(3, 3, 60_000, 0), 3)
  t.equal(drainBucket(3, 3, 60_000, 20_000), 2)
  t.equal(drainBucket(3, 3, 60_000, 90_000), 0)
  t.equal(drainBucket(3, 3, 60_000, -5), 3, 'a clock that was set back does not drain it')
  const [bucket] = createBuckets('k', { tokensPerMinute: 600 }, 100)
  t.equal(computeWaitMs(bucket!, 600), 10_000, 'at 600 tokens a minute, 100 tokens take 10 seconds')
})

t.test('the wait in an error follows from the numbers in its message', async t => {
  const rows: [limit: number, used: number, requested: number, wait: string][] = [
    [3, 2.9998, 1, '20s'],
    [30_000, 29_900, 187, '174ms'],
    [30_000, 29_722.4, 5002, '9.45s'],
    [90_000, 90_000, 90_297, '1m0.198s']
  ]
  for (const [tokensPerMinute, used, requested, wait] of rows) {
    const [bucket] = createBuckets('k', { tokensPerMinute }, requested)
    t.match(
      createLimitErrorParams(bucket!, used),
      { limit: tokensPerMinute, used: Math.ceil(used), requested, wait },
      wait
    )
  }
})

t.test('a request counts in each bucket before the first one without room', async t => {
  const limits: RateLimits = { requestsPerMinute: 3, tokensPerMinute: 100, requestsPerDay: 1000 }
  const store = createMemoryStore()
  const spend = async (tokens: number | undefined, now: number) => {
    const buckets = createBuckets('key\nmodel', limits, tokens)
    const usage = await store.spend(buckets, now)
    return {
      full: usage.fullIndex === undefined ? undefined : buckets[usage.fullIndex]!.kind,
      ...createLimitHeaders(buckets, usage, tokens)
    }
  }
  const rows: [string, number, number | undefined, object][] = [
    [
      'the first',
      0,
      8,
      { full: undefined, remainingRequests: '2', resetRequests: '20s', remainingTokens: '92', resetTokens: '4.8s' }
    ],
    ['the second', 0, 50, { full: undefined, remainingRequests: '1', remainingTokens: '42', resetTokens: '34.8s' }],
    ['too many tokens', 0, 50, { full: 'tokensPerMinute', remainingRequests: '0', remainingTokens: '42' }],
    ['too many requests', 0, 1, { full: 'requestsPerMinute', remainingRequests: '0', resetRequests: '1m0s' }],
    ['a little later', 19_999, 1, { full: 'requestsPerMinute', remainingRequests: '0' }],
    [
      'a third of a minute later',
      20_000,
      undefined,
      { full: undefined, remainingRequests: '0', limitTokens: undefined }
    ]
  ]
  for (const [name, now, tokens, expected] of rows) t.match(await spend(tokens, now), expected, name)
})

t.test('the headers show the limit with the least left', async t => {
  const show = (limits: RateLimits, used: number[]) => {
    const buckets = createBuckets('k', limits, 1)
    return createLimitHeaders(buckets, { used }, 1)
  }
  t.match(show({ requestsPerMinute: 500, requestsPerDay: 200 }, [1, 1]), {
    limitRequests: '200',
    resetRequests: '7m12s'
  })
  t.match(show({ requestsPerMinute: 500, requestsPerDay: 10_000 }, [1, 1]), {
    limitRequests: '500',
    resetRequests: '120ms'
  })
})

const put = async (server: Server, keys: unknown) => {
  const { statusCode, body } = await server.app.inject({
    method: 'PUT',
    url: '/_mock/keys',
    headers: { 'content-type': 'application/json' },
    payload: JSON.stringify({ keys })
  })
  return { status: statusCode, ...JSON.parse(body) }
}

const limitHeadersOf = ({ headers }: { headers: Record<string, string> }) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('x-ratelimit-')))

t.test('responses have the rate limit headers of the service', async t => {
  const server = await build(t)
  const large = {
    'x-ratelimit-limit-requests': '30000',
    'x-ratelimit-limit-tokens': '150000000',
    'x-ratelimit-remaining-requests': '29999',
    'x-ratelimit-remaining-tokens': '149999996',
    'x-ratelimit-reset-requests': '2ms',
    'x-ratelimit-reset-tokens': '0s'
  }
  const {
    'x-ratelimit-limit-tokens': _a,
    'x-ratelimit-remaining-tokens': _b,
    'x-ratelimit-reset-tokens': _c,
    ...requests
  } = large
  const rows: [string, object, object][] = [
    ['JSON', hello, large],
    ['a stream', { ...hello, stream: true }, large],
    ['an error of the backend', { ...hello, temperature: 3 }, large],
    ['an error before tokens are estimated', { model: 'gpt-4o', messages: ['hello'] }, requests],
    ['an error of the edge', { messages: hello.messages }, {}],
    ['a model that is not for chat', { ...hello, model: 'gpt-3.5-turbo-instruct' }, large]
  ]
  for (const [name, body, headers] of rows) t.same(limitHeadersOf(await ask(server, body)), headers, name)
  t.same(limitHeadersOf(await ask(server, hello, { key: 'sk-invalid' })), {}, 'a wrong key')
  const models = await server.app.inject({ url: '/v1/models', headers: { authorization: 'Bearer sk-test' } })
  t.same(limitHeadersOf({ headers: models.headers as Record<string, string> }), {}, 'models')
  for (let turn = 0; turn < 50; turn++) t.equal((await ask(server)).status, 200)
  t.same(limitHeadersOf(await ask(server)), large, 'a key without limits is never limited')
})

t.test('an exceeded limit returns the error of the service, with the current numbers', async t => {
  const server = await build(t)
  const organization = 'org-abc'
  t.match(
    await put(server, {
      'sk-rpm': { organization, limits: { requestsPerMinute: 1 } },
      'sk-rpd': { organization, limits: { requestsPerDay: 1 } },
      'sk-tpm': { organization, limits: { tokensPerMinute: 10 } },
      'sk-tpd': { organization, limits: { tokensPerDay: 10 } },
      'sk-large': { organization, limits: { tokensPerMinute: 3 } }
    }),
    { status: 200 }
  )
  const reached = (what: string) =>
    new RegExp(
      `^Rate limit reached for gpt-4o in organization org-abc on ${what} Please try again in [\\dhms.]+\\. Visit https://platform\\.openai\\.com/account/rate-limits to learn more\\.$`
    )
  const rows: [string, number, string, RegExp][] = [
    ['sk-rpm', 1, 'requests', reached('requests per min \\(RPM\\): Limit 1, Used 1, Requested 1\\.')],
    ['sk-rpd', 1, 'requests', reached('requests per day \\(RPD\\): Limit 1, Used 1, Requested 1\\.')],
    ['sk-tpm', 2, 'tokens', reached('tokens per min \\(TPM\\): Limit 10, Used 8, Requested 4\\.')],
    ['sk-tpd', 2, 'tokens', reached('tokens per day \\(TPD\\): Limit 10, Used 8, Requested 4\\.')],
    [
      'sk-large',
      0,
      'tokens',
      /^Request too large for gpt-4o in organization org-abc on tokens per min \(TPM\): Limit 3, Requested 4\. The input or output tokens must be reduced in order to run successfully\. Visit /
    ]
  ]
  for (const [key, before, type, message] of rows) {
    for (let turn = 0; turn < before; turn++) t.equal((await ask(server, hello, { key })).status, 200, `${key} ${turn}`)
    const response = await ask(server, hello, { key })
    t.equal(response.status, 429, key)
    t.match(errorOf(response), { message, type, param: null, code: 'rate_limit_exceeded' }, key)
    t.match(response.text, /^\{\n {4}"error": \{\n {8}"message"[\s\S]*\n\}\n$/, `${key}: formatted as the edge does`)
    t.equal(Object.keys(limitHeadersOf(response)).length, 6, `${key}: has the rate limit headers`)
    t.equal(response.headers['openai-version'], undefined)
    if (key === 'sk-large') t.notOk(response.headers['retry-after'], 'waiting would not help')
    else {
      const wait = Number(response.headers['retry-after-ms'])
      t.equal(response.headers['retry-after'], String(Math.ceil(wait / 1000)), `${key}: has the wait in seconds`)
      t.ok(wait > 0)
    }
  }
  t.equal(
    (await ask(server, { ...hello, model: 'gpt-4o-mini' }, { key: 'sk-rpm' })).status,
    200,
    'each model is limited separately'
  )
  await server.app.inject({ method: 'POST', url: '/_mock/reset' })
  t.equal((await ask(server, hello, { key: 'sk-large' })).status, 200, 'a reset removes limits set at run time')
})

t.test('a key can have other limits for some models, by name or glob', async t => {
  const server = await build(t)
  await put(server, {
    'sk-many': {
      limits: { requestsPerMinute: 5 },
      models: { 'gpt-4o*': { requestsPerMinute: 7 }, o1: { tokensPerMinute: 9 } }
    }
  })
  const limitOf = async (model: string) =>
    (await ask(server, { ...hello, model }, { key: 'sk-many' })).headers['x-ratelimit-limit-requests']
  t.equal(await limitOf('gpt-4o-mini'), '7')
  t.equal(await limitOf('gpt-4.1'), '5')
  t.equal(await limitOf('o1'), '30000', 'limits of a model replace all limits of the key')
})

t.test('organization and project must be those of the key', async t => {
  const server = await build(t)
  await put(server, { 'sk-acme': { organization: 'acme', project: 'proj_acme' } })
  const rows: [string, Record<string, string>, number, string | undefined][] = [
    ['none named', {}, 200, undefined],
    ['both right', { 'openai-organization': 'acme', 'openai-project': 'proj_acme' }, 200, undefined],
    ['another organization', { 'openai-organization': 'other' }, 401, 'mismatched_organization'],
    ['another project', { 'openai-project': 'proj_other' }, 401, 'mismatched_project']
  ]
  for (const [name, headers, status, code] of rows) {
    const response = await ask(server, hello, { key: 'sk-acme', headers })
    t.equal(response.status, status, name)
    if (code) t.equal(errorOf(response).code, code, name)
    else t.match(response.headers, { 'openai-organization': 'acme', 'openai-project': 'proj_acme' }, name)
  }
  const ids: [header: string, status: number][] = [
    ['org-whoever', 200],
    ['user-whoever', 200],
    ['my-team', 200],
    ['', 200],
    ['Personal', 401],
    ['undefined', 401]
  ]
  for (const [header, status] of ids) {
    const response = await ask(server, hello, { headers: { 'openai-organization': header } })
    t.equal(response.status, status, `a key without an organization, and the header ${header}`)
    if (status === 401) t.match(errorOf(response), { message: `No such organization: ${header}.` })
  }
  await put(server, { 'sk-plain': { organization: 'plain' } })
  const plain = await ask(server, hello, { key: 'sk-plain', headers: { 'openai-organization': 'plain' } })
  t.equal(plain.status, 200, 'the organization of a key may have any name')
})

t.test('keys are listed masked, set at run time, and removed', async t => {
  const server = await build(t)
  const get = async (method: 'GET' | 'DELETE') =>
    JSON.parse((await server.app.inject({ method, url: '/_mock/keys' })).body)
  await put(server, { 'sk-a-very-secret-key': { limits: { requestsPerMinute: 2 } } })
  const { keys } = await get('GET')
  t.match(
    keys.find(({ limits }: { limits?: RateLimits }) => limits),
    { key: /^sk-…-key~[0-9a-f]{6}$/, limits: { requestsPerMinute: 2 } }
  )
  t.notMatch(JSON.stringify(keys), 'very-secret')
  t.same(await get('DELETE'), { removed: 1 })
  t.equal((await ask(server, hello, { key: 'sk-a-very-secret-key' })).headers['x-ratelimit-limit-requests'], '30000')
})

t.test('a mistake in keys is reported with its location, and changes nothing', async t => {
  const rows: [string, RegExp][] = [
    ['a: 5', /keys\.yaml:2:6: expected the settings of the key: refusal, organization, project, limits, models/],
    ['a: { limit: {} }', /keys\.yaml:2:8: unknown key "limit", did you mean "limits"\? expected one of/],
    ['a: { refusal: nope }', /keys\.yaml:2:17: no API error is called "nope"/],
    ['a: { limits: 5 }', /keys\.yaml:2:16: expected limits: requestsPerMinute/],
    ['a: { limits: { rpm: 5 } }', /keys\.yaml:2:18: unknown key "rpm", expected one of requestsPerMinute/],
    ['a: { limits: { requestsPerMinute: 0 } }', /keys\.yaml:2:37: 0, expected a whole number above 0/],
    ['a: { models: { gpt-4o: { tokensPerDay: -1 } } }', /keys\.yaml:2:42: -1, expected a whole number above 0/],
    ['a: { organization: "a b" }', /keys\.yaml:2:22: "a b", expected a text that a header can carry/]
  ]
  for (const [entry, problem] of rows) {
    const directory = await mkdtemp(join(tmpdir(), 'standin-keys-'))
    await writeFile(join(directory, 'keys.yaml'), `keys:\n  ${entry}\n`)
    await t.rejects(createServer({ fixtures: directory }), { message: problem }, entry)
  }
  const server = await build(t)
  const response = await put(server, { good: {}, bad: { limits: { requestsPerMinute: 'many' } } })
  t.match(response, { status: 400, error: { message: /keys: keys\.bad\.limits\.requestsPerMinute: "many", expected/ } })
  const { body } = await server.app.inject('/_mock/keys')
  t.equal(JSON.parse(body).keys.length, 8, 'only the built-in keys')
})

t.test('the official client waits for retry-after and then succeeds', async t => {
  const server = await build(t)
  const openai = await clientOf(t, server, 'sk-brief')
  await put(server, { 'sk-brief': { limits: { tokensPerMinute: 1200 } } })
  // The first request loads the vocabulary, which takes long, before the limit counts.
  await openai.withOptions({ apiKey: 'sk-other' }).chat.completions.create(long('x', 100))
  await openai.chat.completions.create(long('x', 4 * 1190))
  const { response } = await openai.chat.completions.create(long('y', 120)).withResponse()
  t.equal(response.status, 200)
  const statuses = server.requests({ session: 'sk-brief' }).map(({ status }) => status)
  t.same(statuses, [200, 429, 200], 'one error, one retry')
})

const long = (letter: string, times: number) => ({
  model: 'gpt-4o',
  messages: [{ role: 'user' as const, content: letter.repeat(times) }]
})

async function clientOf(t: Test, server: Server, apiKey: string): Promise<OpenAI> {
  const baseURL = `${await server.listen()}/v1`
  t.teardown(() => server.close())
  return new OpenAI({ apiKey, baseURL })
}

t.test('a map, a store and a session tracker keep the newest entries within their bytes', async t => {
  const sizes = fc.array(fc.nat({ max: 300 }), { maxLength: 40 })
  fc.assert(
    fc.property(sizes, lengths => {
      const map = new BoundedMap<string>(3000)
      lengths.forEach((length, index) => {
        map.set(`${index}`.padEnd(length, 'x'), 'value')
      })
      const kept = [...map.entries()].map(([key]) => Number.parseInt(key, 10))
      const newest = lengths.map((_, index) => index).slice(lengths.length - kept.length)
      return map.bytes <= 3000 && JSON.stringify(kept) === JSON.stringify(newest)
    })
  )
  const map = new BoundedMap<string>(3000)
  for (const key of ['a\n1', 'b\n1', 'a\n2', 'a\n1']) map.set(key, 'value')
  map.deletePrefix('a\n')
  t.same([...map.entries()], [['b\n1', 'value']])
  map.deletePrefix('')
  t.equal(map.bytes, 0, 'an empty map counts no bytes')
  map.set('large', 'x'.repeat(3000))
  t.same([...map.entries()], [], 'an entry above the limit is not kept')

  const store = createMemoryStore({ turns: 500, states: 500, buckets: 500 })
  for (const name of ['a', 'b', 'a', 'c', 'd', 'e', 'f']) {
    await store.take(name)
    await store.set(name, name)
    await store.spend([{ key: name, kind: 'requestsPerDay', limit: 9, windowMs: 1000, amount: 5 }], 0)
  }
  t.equal(await store.take('f'), 1)
  t.equal(await store.take('b'), 0, 'the oldest count is dropped')
  t.same([await store.get('f'), await store.get('b')], ['f', undefined])
})

t.test('a cache keeps lately used values within its bytes, and no value that is too large', async t => {
  const cache = createCache<number>(4000)
  for (let index = 0; index < 100; index++) {
    cache.set(`key ${index}`, index, 200)
    t.equal(cache.get('key 0'), 0, 'a value in use stays')
  }
  const kept = Array.from({ length: 100 }, (_, index) => cache.get(`key ${index}`)).filter(value => value !== undefined)
  t.ok(kept.length * 300 <= 4000, `${kept.length} values are kept`)
  cache.set('large', 1, 1000)
  t.equal(cache.get('large'), undefined)
  const owners = Array.from({ length: 100 }, () => ({}))
  const ownerCache = createOwnerCache<number>(4000)
  owners.forEach((owner, index) => {
    t.ok(ownerCache.set(owner, 'form', index, 200))
    t.equal(ownerCache.get(owners[0]!, 'form'), 0)
  })
  t.equal(ownerCache.get(owners[0]!, 'other form'), undefined)
  const keptOwners = owners.filter(owner => ownerCache.get(owner, 'form') !== undefined)
  t.ok(keptOwners.length * 300 <= 4000, `${keptOwners.length} values are kept`)
  t.notOk(ownerCache.set({}, 'form', 1, 1000), 'a value that is too large is not kept')
})

t.test('names of any length make short keys, and different names make different keys', async t => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 600 }), { minLength: 1, maxLength: 4 }), names => {
      const key = joinStoreKey(...names)
      return key.length <= 4 * 257 && key.startsWith(sessionPrefix(names[0]!).slice(0, key.length))
    })
  )
  const long = 'm'.repeat(4_000_000)
  t.notSame(shortenName(`${long}a`), shortenName(`${long}b`))
  t.equal(shortenName('x'.repeat(256)), 'x'.repeat(256))
  t.notMatch(shortenName(`sk-secret${long}`), /secret/, 'no part of a key is readable in its hash')
  const models = createModels({ families: { default: {} as never }, models: {} })
  t.equal(models.get('short'), models.get('short'), 'models with short names are cached')
  t.not(models.get(long), models.get(long), 'models with long names are not cached')
})

t.test('requests with long names of models and sessions are limited and answered as others', async t => {
  const server = await build(t)
  await put(server, { 'sk-one': { limits: { requestsPerMinute: 1 } } })
  const model = `gpt-4o-${'x'.repeat(1_000_000)}`
  t.equal((await ask(server, { ...hello, model }, { key: 'sk-one' })).status, 200)
  t.equal((await ask(server, { ...hello, model }, { key: 'sk-one' })).status, 429)
  t.equal((await ask(server, { ...hello, model: `${model}y` }, { key: 'sk-one' })).status, 200)
})

t.test('additions above their limit of memory are refused as a whole, and a removal makes room', async t => {
  const server = await build(t, { fixtures: 'none' })
  const send = async (method: 'PUT' | 'POST' | 'DELETE' | 'GET', kind: string, payload?: unknown) => {
    const { statusCode, body } = await server.app.inject({
      method,
      url: `/_mock/${kind}`,
      ...(payload === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, payload: JSON.stringify(payload) })
    })
    return { status: statusCode, ...JSON.parse(body) }
  }
  const text = (length: number) => 'x'.repeat(length)
  const rows: [string, 'POST' | 'PUT', (length: number, turn: number) => unknown, number][] = [
    ['fixtures', 'POST', length => ({ reply: { text: text(length) } }), fixedLimits.addedFixtures],
    ['fixtures', 'POST', length => ({ stored: [storedInput(text(length))] }), fixedLimits.addedFixtures],
    ['keys', 'PUT', (length, turn) => ({ keys: { [`${turn}${text(length)}`]: {} } }), fixedLimits.addedKeys],
    ['faults', 'POST', length => ({ fault: `content-type=${text(length)}` }), fixedLimits.addedFaults]
  ]
  for (const [kind, method, addition, limit] of rows) {
    const before = await send('GET', kind)
    // Of this size, three additions have room. Fixtures take twice the memory of their data.
    const length = Math.floor(limit / (kind === 'fixtures' ? 2 : 1) / 2 / 3.3)
    for (let turn = 0; turn < 3; turn++)
      t.match(await send(method, kind, addition(length, turn)), { status: method === 'POST' ? 201 : 200 }, kind)
    const refused = await send(method, kind, addition(length, 3))
    t.match(refused, {
      status: 400,
      error: { code: 'addition_limit', message: new RegExp(`/_mock/${kind} .*The limit is ${formatBytes(limit)}\\.`) }
    })
    const small = await send(method, kind, addition(10, 4))
    t.ok(small.status < 300, 'a small addition still has room')
    t.match(await send('DELETE', kind), { status: 200 })
    t.same(await send('GET', kind), before, `${kind} are removed`)
    t.ok((await send(method, kind, addition(length, 5))).status < 300, 'a removal makes room')
    await send('DELETE', kind)
  }
})

const storedInput = (text: string) => ({
  model: 'gpt-4o',
  messages: [{ role: 'user', content: 'Hi' }],
  reply: { text }
})

t.test('the limits of the keys in the journal are listed with what is left of them', async t => {
  const keys = { keys: { 'sk-limited-00000001': { limits: { requestsPerDay: 10, tokensPerDay: 1000 } } } }
  const server = await build(t, { fixtures: 'none' })
  const call = async (url: string, payload?: object) =>
    (await server.app.inject({ url, method: payload ? 'PUT' : 'GET', ...(payload && { payload }) })).json()
  await call('/_mock/keys', keys)
  t.same(await call('/_mock/limits'), { limits: [] })
  await ask(server, hello)
  for (let turn = 0; turn < 3; turn++) await ask(server, hello, { key: 'sk-limited-00000001' })
  const first = await call('/_mock/limits')
  t.match(first.limits, [
    {
      key: /^sk-…0001~/,
      model: 'gpt-4o-2024-08-06',
      limits: [
        { kind: 'requestsPerDay', limit: 10, used: 3, remaining: 7, resetMs: Number },
        { kind: 'tokensPerDay', limit: 1000, resetMs: Number }
      ]
    }
  ])
  t.ok(first.limits[0].limits[1].used > 0)
  t.equal((await call('/_mock/limits')).limits[0].limits[0].used, 3, 'to look at a limit uses nothing')
})
