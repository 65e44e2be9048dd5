/** Moderations and legacy completions over HTTP. */
import fc from 'fast-check'
import t from 'tap'
import { createSpecChecks } from '../src/contract/check.js'
import type { Server } from '../src/index.js'
import { loadBuiltinSpec } from '../src/server/builtin-data.js'
import { ask, build, complete, errorOf, eventsOf, mutate } from './helper.js'

const checks = createSpecChecks((await loadBuiltinSpec()).spec)

interface Moderation {
  id: string
  model: string
  results: {
    flagged: boolean
    categories: Record<string, boolean>
    category_scores: Record<string, number>
    category_applied_input_types?: Record<string, string[]>
  }[]
}

interface LegacyChoice {
  text: string
  index: number
  logprobs: Record<'tokens' | 'token_logprobs' | 'top_logprobs' | 'text_offset', unknown[]> | null
  finish_reason: string | null
}

interface LegacyCompletion {
  id: string
  object: string
  created: number
  model: string
  choices: LegacyChoice[]
  usage?: Record<string, number> | null
}

async function moderate(server: Server, body: object): Promise<Moderation> {
  const { status, text } = await ask(server, body, { url: '/v1/moderations' })
  if (status !== 200) throw new Error(`${status} ${text}`)
  return JSON.parse(text)
}

const instruct = 'gpt-3.5-turbo-instruct'
const post = (server: Server, body: object, options = {}) =>
  ask(server, { model: instruct, ...body }, { url: '/v1/completions', ...options })
async function create(server: Server, body: object): Promise<LegacyCompletion> {
  const { status, text } = await post(server, body)
  if (status !== 200) throw new Error(`${status} ${text}`)
  return JSON.parse(text)
}
const textsOf = ({ choices }: LegacyCompletion) => choices.map(({ text }) => text)

t.test('a moderation has a verdict for each text, in the layout of the service', async t => {
  const server = await build(t)
  const response = await ask(server, { input: ['Have a great day!', 'I will kill him'] }, { url: '/v1/moderations' })
  const body: Moderation = JSON.parse(response.text)
  t.same(checks.response('createModeration', 200, 'application/json')!(body), [])
  t.match(body.id, /^modr-\d{1,4}$/)
  t.equal(body.model, 'omni-moderation-latest')
  t.same(
    body.results.map(({ flagged }) => flagged),
    [false, true]
  )
  t.match(body.results[1], { categories: { violence: true, sexual: false } })
  t.same(Object.keys(body.results[0]!), ['flagged', 'categories', 'category_scores', 'category_applied_input_types'])
  t.same(Object.keys(body.results[0]!.categories).slice(0, 4), [
    'harassment',
    'harassment/threatening',
    'sexual',
    'hate'
  ])
  t.match(response.text, /^\{\n {2}"id": .*[^\n]$/s)
  t.equal(response.headers['x-ratelimit-limit-requests'], undefined)
  t.same(await moderate(server, { input: 'I will kill him' }).then(({ results }) => results[0]), body.results[1])
})

t.test('a list of parts has one verdict, and names what it was about', async t => {
  const server = await build(t)
  const image = { type: 'image_url', image_url: { url: 'https://example.com/a.png' } }
  const text = { type: 'text', text: 'I will kill him' }
  for (const [input, violence, hate] of [
    [[text, image], ['text', 'image'], ['text']],
    [[image], ['image'], []],
    [[text, text], ['text'], ['text']]
  ]) {
    const { results } = await moderate(server, { input })
    t.equal(results.length, 1)
    t.match(results[0]!.category_applied_input_types, { violence, hate })
  }
})

t.test('each model of moderation has its categories, and other models are errors', async t => {
  const server = await build(t)
  const old = await moderate(server, { model: 'text-moderation-latest', input: 'x' })
  t.equal(old.model, 'text-moderation-007')
  t.match(old.id, /^modr-\w{29}$/)
  t.equal(Object.keys(old.results[0]!.categories).length, 11)
  t.equal(old.results[0]!.category_applied_input_types, undefined)
  t.equal(
    (await moderate(server, { model: 'omni-moderation-2024-09-26', input: 'x' })).model,
    'omni-moderation-2024-09-26'
  )
  const wrong = await ask(server, { model: 'gpt-4o', input: 'x' }, { url: '/v1/moderations' })
  t.equal(wrong.status, 400)
  t.match(errorOf(wrong), { param: 'model', code: 'invalid_value' })
  const missing = await ask(server, {}, { url: '/v1/moderations' })
  t.equal(missing.status, 400)
  t.match(errorOf(missing), { param: 'input', code: 'missing_required_parameter' })
})

t.test('a fixture gives the verdict of a moderation', async t => {
  const server = await build(t)
  await server.add({
    match: { lastUser: 'secret' },
    reply: { moderation: { flagged: ['hate'], scores: { hate: 0.97, violence: 0.5 } } }
  })
  const { results } = await moderate(server, { input: ['a secret', 'I will kill him'] })
  t.match(results[0], { flagged: true, categories: { hate: true, violence: false } })
  t.match(results[0]!.category_scores, { hate: 0.97, violence: 0.5 })
  t.match(results[1], { categories: { hate: false, violence: true } })
  await t.rejects(server.add({ reply: { moderation: { flagged: ['rude'] } } }), /flagged/)
})

t.test('the journal explains the first input of an operation on texts that no fixture matches', async t => {
  const server = await build(t, { fixtures: 'none' })
  await server.add([
    { name: 'vector', match: { operation: 'createEmbedding', lastUser: '/^known (?<at>\\d)$/' }, reply: { near: 'x' } },
    {
      name: 'verdict',
      match: { operation: 'createModeration', lastUser: 'known' },
      reply: { moderation: { flagged: [] } }
    },
    { name: 'words', match: { operation: 'createCompletion', lastUser: 'known' }, reply: { text: 'Yes.' } }
  ])
  const parts = [
    { type: 'text', text: 'one' },
    { type: 'text', text: 'two' }
  ]
  const cases: [url: string, body: object, nearMiss: RegExp | undefined][] = [
    [
      '/v1/embeddings',
      { model: 'text-embedding-3-small', input: ['known 1', 'new', 'newer'] },
      /^vector .*: lastUser: .*, was "new"$/
    ],
    ['/v1/embeddings', { model: 'text-embedding-3-small', input: [[9906]] }, /^vector .*: lastUser: .*, was "Hello"$/],
    ['/v1/embeddings', { model: 'text-embedding-3-small', input: ['known 1', 'known 2'] }, undefined],
    ['/v1/moderations', { input: 'new' }, /^verdict .*: lastUser: expected to contain "known", was "new"$/],
    ['/v1/moderations', { input: parts }, /^verdict .*: lastUser: expected to contain "known", was "one\\ntwo"$/],
    [
      '/v1/completions',
      { model: instruct, prompt: 'new' },
      /^words .*: lastUser: expected to contain "known", was "new"$/
    ]
  ]
  for (const [url, body, nearMiss] of cases) {
    await ask(server, body, { url })
    const { id, nearMisses } = server.requests().at(-1)!
    t.match(nearMisses?.[0], nearMiss, JSON.stringify(body))
    const detail = JSON.parse((await server.app.inject(`/_mock/requests/${id}`)).body)
    t.same(
      detail.why.map(({ replied }: { replied: boolean }) => replied),
      [nearMiss === undefined],
      'the details say the same'
    )
    t.equal(
      detail.why[0].conditions.every(({ holds }: { holds: boolean }) => holds),
      nearMiss === undefined
    )
  }
  t.equal(server.unmatched().length, 5)
  await server.reset()
  await ask(server, { input: 'new' }, { url: '/v1/moderations' })
  t.same(server.unmatched(), [], 'an operation without fixtures has nothing to explain')
})

t.test('a legacy completion has the words of chat, in the layout of the service', async t => {
  const server = await build(t)
  await server.add({ match: { lastUser: 'Say it' }, reply: { text: 'It was said.' } })
  t.equal(
    (await complete(server, { model: 'gpt-4o', messages: [{ role: 'user', content: 'Say it' }] })).choices[0]!.message
      .content,
    'It was said.'
  )
  const response = await post(server, { prompt: 'Say it' })
  const body: LegacyCompletion = JSON.parse(response.text)
  t.same(checks.response('createCompletion', 200, 'application/json')!(body), [])
  t.match(body.id, /^cmpl-\w{29}$/)
  t.equal(
    response.text,
    `${JSON.stringify(
      {
        id: body.id,
        object: 'text_completion',
        created: body.created,
        model: 'gpt-3.5-turbo-instruct:20230824-v2',
        choices: [{ text: 'It was said.', index: 0, logprobs: null, finish_reason: 'stop' }],
        usage: { prompt_tokens: 2, completion_tokens: 4, total_tokens: 6 }
      },
      null,
      2
    )}\n`
  )
  t.equal(response.headers['openai-model'], 'gpt-3.5-turbo-instruct:20230824-v2')
  for (const prompt of ['Reply with exactly "OK"', 'Repeat after me: blue skies'])
    t.equal(
      textsOf(await create(server, { prompt }))[0],
      (await complete(server, { model: 'gpt-4', messages: [{ role: 'user', content: prompt }] })).choices[0]!.message
        .content
    )
})

t.test('prompts may be texts, lists and token ids, and each has n choices', async t => {
  const server = await build(t)
  await server.add([
    { match: { lastUser: 'hello world' }, reply: { choices: [{ text: 'a' }, { text: 'b' }] } },
    { match: { lastUser: 'other' }, reply: { text: 'c' } }
  ])
  t.same(textsOf(await create(server, { prompt: 'hello world', n: 2 })), ['a', 'b'])
  t.same(textsOf(await create(server, { prompt: [15339, 1917], n: 2 })), ['a', 'b'])
  t.same(textsOf(await create(server, { prompt: ['hello world', 'hello world'] })), ['a', 'b'])
  const many = await create(server, { prompt: ['hello world', 'other'], n: 2 })
  t.same(textsOf(many), ['a', 'b', 'c', 'c'])
  t.same(
    many.choices.map(({ index }) => index),
    [0, 1, 2, 3]
  )
  t.equal((await create(server, {})).choices.length, 1, 'a request without a prompt')
})

t.test('stop, max_tokens, echo and logprobs change the text', async t => {
  const server = await build(t)
  await server.add({
    reply: { text: 'one two three four five six seven eight nine ten and so on and on and on again' }
  })
  const short = await create(server, { prompt: 'x' })
  t.equal(short.usage!.completion_tokens, 16, 'the limit is 16 without max_tokens')
  t.equal(short.choices[0]!.finish_reason, 'length')
  t.match(await create(server, { prompt: 'x', stop: ' three' }), {
    choices: [{ text: 'one two', finish_reason: 'stop' }]
  })
  t.same((await create(server, { prompt: 'x', max_tokens: 0 })).usage, { prompt_tokens: 1, total_tokens: 1 })
  const echoed = await create(server, { prompt: 'count to', echo: true, max_tokens: 2, logprobs: 2 })
  t.equal(textsOf(echoed)[0], 'count toone two')
  t.match(echoed.choices[0]!.logprobs, { tokens: ['count', ' to', 'one', ' two'], text_offset: [0, 5, 8, 11] })
  t.equal(echoed.choices[0]!.logprobs!.token_logprobs[0], null)
  t.equal(Object.keys(echoed.choices[0]!.logprobs!.top_logprobs[2] as object).length, 2)
  const plain = await create(server, { prompt: 'count to', max_tokens: 1, logprobs: 0 })
  t.match(plain.choices[0]!.logprobs, { tokens: ['one'], text_offset: [8], top_logprobs: null })
})

t.test('a stream has a token in each event, and the reasons at the end', async t => {
  const server = await build(t)
  await server.add({ reply: { text: 'one two' } })
  const response = await post(server, { prompt: 'x', n: 2, stream: true, stream_options: { include_usage: true } })
  t.equal(response.headers['content-type'], 'text/event-stream')
  const data = eventsOf(response.text)
  t.equal(data.pop(), '[DONE]')
  const chunks: LegacyCompletion[] = data.map(each => JSON.parse(each))
  t.same(
    chunks.map(({ choices }) => choices.map(({ index, text, finish_reason }) => [index, text, finish_reason])),
    [
      [[0, 'one', null]],
      [[1, 'one', null]],
      [[0, ' two', null]],
      [[1, ' two', null]],
      [
        [0, '', 'stop'],
        [1, '', 'stop']
      ],
      []
    ]
  )
  t.same(Object.keys(chunks[0]!), ['id', 'object', 'created', 'choices', 'model', 'usage'])
  t.same(Object.keys(chunks.at(-1)!), ['id', 'object', 'created', 'model', 'usage', 'choices'])
  t.match(chunks.at(-1)!.usage, { prompt_tokens: 1, completion_tokens: 4, total_tokens: 5 })
  const cut = eventsOf((await post(server, { prompt: 'x', stream: true, max_tokens: 1 })).text)
  t.equal(cut.length, 2, 'the reason of a limit is in the last token')
  t.match(JSON.parse(cut[0]!), { choices: [{ text: 'one', finish_reason: 'length' }] })
  const paced = await post(server, { prompt: 'x', stream: true }, { headers: { 'x-mock-timing': 'interTokenMs=1' } })
  t.equal(eventsOf(paced.text).at(-1), '[DONE]')
  const broken = await post(server, { prompt: 'x', stream: true }, { headers: { 'x-mock-fault': 'error; after=1' } })
  t.match(broken.text, /"text":"one".*"error"/s)
})

t.test('a wrong request for a legacy completion gets the error of the service', async t => {
  const server = await build(t)
  for (const [body, status, message, param = null] of [
    [
      { model: 'gpt-4o', prompt: 'x' },
      404,
      /^This is a chat model and not supported in the v1\/completions endpoint\./,
      'model'
    ],
    [{ model: 'text-embedding-3-small', prompt: 'x' }, 403, /^You are not allowed to sample from this model$/],
    [{ prompt: 'x', max_tokens: -1 }, 400, /^Invalid 'max_tokens': integer below minimum value\./, 'max_tokens'],
    [
      { prompt: [100_300_000] },
      400,
      /^Invalid token in prompt: 100300000\. Minimum value is 0, maximum value is 100257/
    ],
    [{ prompt: 'x', n: 2, best_of: 1 }, 400, /^You requested that the server return more choices/, 'best_of'],
    [{ prompt: 'x', top_k: 1 }, 400, /^Unrecognized request argument supplied: top_k$/],
    [{ prompt: 'x', logprobs: 6 }, 400, /'logprobs'/, 'logprobs'],
    [
      { prompt: 'word '.repeat(4090) },
      400,
      /^This model's maximum context length is 4097 tokens, however you requested 41\d\d tokens/
    ]
  ] as [object, number, RegExp, string?][]) {
    const response = await post(server, body)
    t.equal(response.status, status, JSON.stringify(body).slice(0, 60))
    t.match(errorOf(response).message, message)
    t.equal(errorOf(response).param, param)
  }
})

t.test('no body of any shape causes an exception', async t => {
  const server = await build(t)
  const bodies = {
    '/v1/moderations': { model: 'omni-moderation-latest', input: [{ type: 'text', text: 'x' }] },
    '/v1/completions': {
      model: instruct,
      prompt: ['a', [1]],
      n: 2,
      logprobs: 2,
      stop: ['a'],
      stream_options: { include_usage: true },
      stream: true
    }
  }
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...(Object.keys(bodies) as (keyof typeof bodies)[])),
      fc.array(fc.nat(9), { minLength: 1, maxLength: 3 }),
      fc.option(fc.jsonValue(), { nil: undefined }),
      fc.constantFrom('spec', 'off'),
      async (url, at, value, mode) => {
        const body = structuredClone(bodies[url])
        mutate(body, at, value)
        const { status, text } = await ask(server, body, { url, headers: { 'x-mock-validate': mode } })
        if (status >= 500) t.fail(`${JSON.stringify(body)} ${mode}: ${text}`)
        return status < 500
      }
    ),
    { numRuns: 200 }
  )
})
