/** Embeddings over HTTP: forms of the input, layouts, errors, limits, faults and fixtures. */
import fc from 'fast-check'
import t from 'tap'
import { createSpecChecks } from '../src/contract/check.js'
import type { Server } from '../src/index.js'
import { loadBuiltinSpec } from '../src/server/builtin-data.js'
import { ask, build, errorOf, mutate } from './helper.js'

const checks = createSpecChecks((await loadBuiltinSpec()).spec)
const url = '/v1/embeddings'
const model = 'text-embedding-3-small'

interface Embeddings {
  object: string
  data: { object: string; index: number; embedding: number[] }[]
  model: string
  usage: { prompt_tokens: number; total_tokens: number }
}

const post = (server: Server, body: object, options = {}) => ask(server, { model, ...body }, { url, ...options })
async function embed(server: Server, body: object, options = {}): Promise<Embeddings> {
  const { status, text } = await post(server, body, options)
  if (status !== 200) throw new Error(`${status} ${text}`)
  return JSON.parse(text)
}
const vectorOf = async (server: Server, input: unknown, rest = {}) =>
  (await embed(server, { input, ...rest })).data[0]!.embedding
const cosine = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, at) => sum + value * b[at]!, 0)

t.test('each form of the input has the same vectors, and the tokens are counted', async t => {
  const server = await build(t)
  const plain = await embed(server, { input: 'hello world' })
  t.same(plain.usage, { prompt_tokens: 2, total_tokens: 2 })
  for (const input of [['hello world'], [15339, 1917], [[15339, 1917]]])
    t.same(await embed(server, { input }), plain, JSON.stringify(input))
  const batch = await embed(server, { input: ['hello world', 'Guten Tag 世界', 'hello world'] })
  t.same(
    batch.data.map(({ index }) => index),
    [0, 1, 2]
  )
  t.same(batch.data[2]!.embedding, plain.data[0]!.embedding)
  t.same(checks.response('createEmbedding', 200, 'application/json')!(batch), [])
  t.equal((await embed(server, { input: '' })).usage.prompt_tokens, 1, 'an empty text counts as a token')
})

t.test('base64 has the same numbers as float, with all models and dimensions', async t => {
  const server = await build(t)
  for (const [name, rest, length] of [
    [model, {}, 1536],
    ['text-embedding-3-large', {}, 3072],
    ['text-embedding-ada-002', {}, 1536],
    [model, { dimensions: 256 }, 256],
    ['my-own-model', { dimensions: 4000 }, 4000]
  ] as const) {
    const body = { model: name, input: 'The quick brown fox', ...rest }
    const numbers = (await embed(server, body)).data[0]!.embedding
    const base64 = (await embed(server, { ...body, encoding_format: 'base64' })).data[0]!.embedding as unknown as string
    const bytes = Buffer.from(base64, 'base64')
    t.equal(numbers.length, length)
    t.same(
      numbers.map(Math.fround),
      numbers.map((_, at) => bytes.readFloatLE(4 * at)),
      name
    )
  }
})

t.test('both layouts of the service are exact', async t => {
  const server = await build(t)
  await server.add({ match: { operation: 'createEmbedding' }, reply: { embedding: [0.5, -7.509452e-7, 0] } })
  const compact = await post(server, { input: ['a', 'b'] })
  t.equal(
    compact.text,
    '{"object":"list","data":[{"object":"embedding","embedding":[0.5,-7.509452e-7,0.0],"index":0},' +
      '{"object":"embedding","embedding":[0.5,-7.509452e-7,0.0],"index":1}],' +
      '"model":"text-embedding-3-small","usage":{"prompt_tokens":2,"total_tokens":2}}'
  )
  t.equal(compact.headers['openai-model'], undefined)
  const ada = await post(server, { model: 'text-embedding-ada-002', input: ['a'] })
  const { data, ...rest } = JSON.parse(ada.text)
  t.same(Object.keys(data[0]), ['object', 'index', 'embedding'])
  t.equal(rest.model, 'text-embedding-ada-002-v2')
  t.equal(ada.headers['openai-model'], 'text-embedding-ada-002-v2')
  t.equal(
    ada.text,
    `${JSON.stringify({ object: 'list', data, ...rest }, null, 2).replace('-7.509452e-7,\n        0\n', '-7.509452e-7,\n        0.0\n')}\n`
  )
  t.match(ada.headers['x-ratelimit-remaining-requests'], /\d/)
})

t.test('a wrong request gets the error of the service', async t => {
  const server = await build(t)
  const long = 'word '.repeat(8193)
  const invalidInput = /^'\$\.input' is invalid\. Please check the API reference/
  for (const [body, status, message, code = null] of [
    [{ input: 'x', model: 'gpt-4o' }, 403, /^You are not allowed to generate embeddings from this model$/],
    [{ input: 'x', dimensions: -1, encoding_format: 'md5' }, 400, /^-1 is less than the minimum of 1 - 'dimensions'$/],
    [{ input: 'x', dimensions: 1.5 }, 400, /^1\.5 is not of type 'integer' - 'dimensions'$/],
    [{ input: 'x', dimensions: 1537 }, 400, /'dimensions' = 1537\. Must be less than or equal to 1536\.$/],
    [
      { input: 'x', encoding_format: 'md5' },
      400,
      /'encoding_format' = md5\. Supported values: \['float', 'base64'\]\.$/
    ],
    [{ input: 'x', model: 'text-embedding-ada-002', dimensions: 5 }, 400, /does not support specifying dimensions\.$/],
    [{ input: [] }, 400, invalidInput],
    [{}, 400, invalidInput],
    [{ input: null }, 400, invalidInput],
    [{ input: ['a', 1] }, 400, invalidInput],
    [{ input: new Array(2049).fill('a') }, 400, invalidInput],
    [{ input: [[1], [100_300_000]] }, 400, /^Invalid token in input: 100300000\./],
    [{ input: long }, 400, /^Invalid 'input': maximum context length is 8192 tokens\.$/],
    [
      { input: new Array(40).fill('word '.repeat(8000)) },
      400,
      /^Requested 3\d{5} tokens, max 300000 tokens per request$/,
      'max_tokens_per_request'
    ],
    [{ input: 'x', top_k: 1, min_p: 2 }, 400, /^Unrecognized request arguments supplied: (top_k, min_p|min_p, top_k)$/],
    [{ input: 'x', model: '' }, 400, /^you must provide a model parameter$/]
  ] as [object, number, RegExp, string?][]) {
    const response = await post(server, body)
    const label = JSON.stringify(body).slice(0, 80)
    t.equal(response.status, status, label)
    t.match(errorOf(response).message, message)
    t.equal(errorOf(response).code, code)
    t.match(
      response.text,
      status === 400 && (body as { model?: string }).model !== '' ? /^\{\n {2}".*\}\n$/s : /^\{\n {4}".*\}\n$/s
    )
  }
  t.equal((await post(server, { input: 'x' }, { key: null })).status, 401)
  t.equal((await ask(server, '{', { url })).status, 400)
})

t.test('an unknown model answers, or is an error with unknownModels refuse', async t => {
  const body = { input: 'x', model: 'text-embedding-4-ultra' }
  t.equal((await post(await build(t), body)).status, 200)
  const response = await post(await build(t, { unknownModels: 'refuse' }), body)
  t.equal(response.status, 404)
  t.equal(
    errorOf(response).message,
    'The model `text-embedding-4-ultra` does not exist or you do not have access to it.'
  )
})

t.test('with validate warn or off, a wrong request gets vectors', async t => {
  const server = await build(t)
  for (const mode of ['warn', 'off']) {
    const response = await post(server, { input: 'x', top_k: 1 }, { headers: { 'x-mock-validate': mode } })
    t.equal(response.status, 200)
    t.equal(/unrecognized_embedding_arguments/.test(response.headers['x-mock-refused'] ?? ''), mode === 'warn')
  }
  const response = await post(server, { top_k: 1 }, { headers: { 'x-mock-validate': 'off' } })
  t.equal(response.status, 400, 'without an input there is nothing to answer')
})

t.test('fixtures give vectors, nearness, errors and sequences, for each input by itself', async t => {
  const server = await build(t)
  await server.add([
    { match: { lastUser: { exact: 'zero' } }, reply: { embedding: [1, 0, 0] } },
    { match: { lastUser: '/^car$/' }, reply: { near: 'automobile engine' } },
    { match: { lastUser: '/^like (?<what>.+)$/' }, reply: { near: '{{ match.what }}' } },
    { match: { operation: 'createEmbedding', lastUser: 'flaky' }, reply: [{ error: 429 }, { embedding: [0.25] }] }
  ])
  const { data } = await embed(server, { input: ['zero', 'something else', 'zero'] })
  t.same(
    data.map(({ embedding }) => embedding.length),
    [3, 1536, 3]
  )
  const engine = await vectorOf(server, 'automobile engine')
  t.ok(cosine(await vectorOf(server, 'car'), engine) > 0.95)
  t.ok(cosine(await vectorOf(server, 'like automobile engine'), engine) > 0.95)
  t.ok(cosine(await vectorOf(server, 'bus'), engine) < 0.3)
  const limited = await post(server, { input: ['x', 'flaky'] })
  t.equal(limited.status, 429)
  t.same(await vectorOf(server, 'flaky'), [0.25])
  const [entry] = JSON.parse(
    (await ask(server, '', { method: 'GET', url: '/_mock/requests?limit=1', payload: undefined })).text
  ).requests
  t.match(entry, { operation: 'createEmbedding', status: 200 })
})

t.test('a fixture answers the operations that its reply can answer, or those that it names', async t => {
  const server = await build(t)
  await server.add([
    { name: 'a text', reply: { text: 'chat' } },
    { name: 'a vector', reply: { embedding: [1] } }
  ])
  t.same(await vectorOf(server, 'x'), [1])
  t.match((await ask(server)).text, /"content": "chat"/)
  await server.add({ name: 'an error for chat', match: { operation: 'createChatCompletion' }, reply: { error: 500 } })
  t.equal((await ask(server)).status, 500)
  t.equal((await post(server, { input: 'x' })).status, 200)
  await server.add({ name: 'an error for all', reply: { error: 503 } })
  t.equal((await post(server, { input: 'x' })).status, 503)
  for (const [fixture, problem] of [
    [
      { match: { operation: 'createEmbedding' }, reply: { text: 'x' } },
      /match\.operation is createEmbedding, but the reply answers createChatCompletion and createCompletion/
    ],
    [{ reply: [{ text: 'x' }, { embedding: [1] }] }, /`embedding` answers createEmbedding, and another reply/],
    [
      { match: { operation: 'createEmbeddings' }, reply: { embedding: [1] } },
      /the document has no operation "createEmbeddings", did you mean "createEmbedding"/
    ],
    [{ reply: { embedding: ['1'] } }, /embedding/],
    [{ reply: { embedding: [1], near: 'x' } }, /the reply has embedding and near, expected only one of them/]
  ] as const)
    await t.rejects(server.add(fixture as never), problem)
})

t.test('a function that is named for embeddings computes vectors', async t => {
  const server = await build(t)
  await server.add({
    match: { operation: 'createEmbedding' },
    reply: request => ({ embedding: [String(request.messages.at(-1)?.content).length] })
  })
  t.same(
    (await embed(server, { input: ['a', 'four'] })).data.map(({ embedding }) => embedding),
    [[1], [4]]
  )
})

t.test('with unmatched refuse, an input without a fixture is an error that names the nearest', async t => {
  const server = await build(t, { unmatched: 'refuse' })
  await server.add({ name: 'known', match: { lastUser: 'known' }, reply: { embedding: [1] } })
  t.same(await vectorOf(server, 'known'), [1])
  const response = await post(server, { input: ['known', 'other'] })
  t.equal(response.status, 404)
  t.match(
    errorOf(response).message,
    /The nearest is known \(fixture 1\): lastUser: expected to contain "known", was "other"/
  )
})

t.test('faults, Prefer and paces work as for chat', async t => {
  const server = await build(t)
  const input = { input: 'x' }
  t.equal((await post(server, input, { headers: { 'x-mock-fault': 'status=503' } })).status, 503)
  const cut = await post(server, input, { headers: { 'x-mock-fault': 'garbage' } }).catch(() => undefined)
  t.throws(() => JSON.parse(cut?.text ?? ''))
  t.equal((await post(server, input, { headers: { prefer: 'code=429' } })).status, 429)
  t.match((await post(server, input, { headers: { prefer: 'example=Short' } })).text, /-0\.8/)
  t.equal((await post(server, input, { headers: { 'x-mock-timing': 'firstTokenMs=1' } })).status, 200)
  t.match((await post(server, input, { headers: { 'x-mock-fault': 'reset; after=3' } })).text, /.*/)
})

t.test('requests count against the limits of their key', async t => {
  const server = await build(t)
  const keys = { 'sk-few': { limits: { requestsPerMinute: 1 } } }
  await server.app.inject({ method: 'PUT', url: '/_mock/keys', payload: { keys } })
  t.equal((await post(server, { input: 'x' }, { key: 'sk-few' })).status, 200)
  t.equal((await post(server, { input: 'x' }, { key: 'sk-few' })).status, 429)
})

t.test('a batch of 2048 inputs is sent in parts, and is whole', async t => {
  const server = await build(t)
  const input = Array.from({ length: 2048 }, (_, at) => `text ${at}`)
  const { data } = await embed(server, { input, dimensions: 64 })
  t.equal(data.length, 2048)
  t.same(data[2047]!.embedding, await vectorOf(server, 'text 2047', { dimensions: 64 }))
  const { status, text } = await post(server, { input, encoding_format: 'base64' })
  t.equal(status, 200)
  t.equal(JSON.parse(text).data.length, 2048)
})

t.test('no body of any shape causes an exception', async t => {
  const server = await build(t)
  const seedBody = { model, input: ['a', 'b'], dimensions: 8, encoding_format: 'float', user: 'u' }
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(7), { minLength: 1, maxLength: 3 }),
      fc.option(fc.jsonValue(), { nil: undefined }),
      fc.constantFrom('spec', 'off'),
      async (at, value, mode) => {
        const body = structuredClone(seedBody)
        mutate(body, at, value)
        const { status, text } = await ask(server, body, { url, headers: { 'x-mock-validate': mode } })
        return status < 500 || !text.includes('Standin')
      }
    ),
    { numRuns: 150 }
  )
})
