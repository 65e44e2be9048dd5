/** Runs the official openai package against a server on a socket. */
import { once } from 'node:events'
import OpenAI, {
  APIConnectionError,
  APIUserAbortError,
  AuthenticationError,
  AzureOpenAI,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError
} from 'openai'
import { LengthFinishReasonError } from 'openai/error'
import { zodFunction, zodResponseFormat } from 'openai/helpers/zod'
import t, { type Test } from 'tap'
import { z } from 'zod'
import { createServer, type ServerOptions } from '../src/index.js'

async function open(t: Test, options: ServerOptions = {}) {
  const server = await createServer(options)
  t.teardown(() => server.close())
  const url = await server.listen()
  const client = (apiKey = 'sk-test', rest = {}) => new OpenAI({ apiKey, baseURL: `${url}/v1`, maxRetries: 0, ...rest })
  return { server, url, client, openai: client() }
}

const createRequest = <Rest extends object>(content: string, rest: Rest = {} as Rest) => ({
  model: 'gpt-4o',
  messages: [{ role: 'user' as const, content }],
  ...rest
})
/** The error of a failed call. Some assertions do not wait for the client's own type of promise. */
const failure = (call: PromiseLike<unknown>): Promise<unknown> =>
  Promise.resolve(
    call.then(
      () => undefined,
      (error: unknown) => error
    )
  )

const weather = {
  type: 'function' as const,
  function: {
    name: 'get_weather',
    description: 'Get the current weather of a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }
  }
}

t.test('create returns a completion, with and without /v1 in the base URL', async t => {
  const { openai, url, server } = await open(t)
  await server.add({ match: { lastUser: 'Hello!' }, reply: { text: 'Hello! How can I help you today?' } })
  const completion = await openai.chat.completions.create(createRequest('Hello!'))
  t.equal(completion.choices[0]!.message.content, 'Hello! How can I help you today?')
  t.match(completion, { object: 'chat.completion', model: 'gpt-4o-2024-08-06', usage: { total_tokens: Number } })
  t.match(completion._request_id, /^req_/)
  const bare = new OpenAI({ apiKey: 'sk-test', baseURL: url })
  t.equal(
    (await bare.chat.completions.create(createRequest('Hello!'))).choices[0]!.message.content,
    completion.choices[0]!.message.content
  )
  t.equal(server.requests().length, 2)
})

t.test('a stream can be iterated, and the stream helper collects the same completion', async t => {
  const { openai } = await open(t)
  const words = (await openai.chat.completions.create(createRequest('Why do tides follow the moon?'))).choices[0]!
    .message.content
  const stream = await openai.chat.completions.create({
    ...createRequest('Why do tides follow the moon?'),
    stream: true,
    stream_options: { include_usage: true }
  })
  let streamed = ''
  let usage: OpenAI.CompletionUsage | null | undefined
  for await (const chunk of stream) {
    streamed += chunk.choices[0]?.delta.content ?? ''
    usage = chunk.usage
  }
  t.equal(streamed, words)
  t.ok(usage!.total_tokens > 0)

  const events: string[] = []
  const helper = openai.chat.completions.stream(
    createRequest('Why do tides follow the moon?', { stream_options: { include_usage: true } })
  )
  helper.on('content', delta => events.push(delta))
  helper.on('chunk', () => undefined)
  const final = await helper.finalChatCompletion()
  t.equal(events.join(''), words)
  t.equal(final.choices[0]!.message.content, words)
  t.equal(final.choices[0]!.finish_reason, 'stop')
  t.equal((await helper.totalUsage()).total_tokens, usage!.total_tokens)
  const many = await openai.chat.completions
    .stream(createRequest('Why do tides follow the moon?', { n: 3 }))
    .finalChatCompletion()
  t.equal(new Set(many.choices.map(({ message }) => message.content)).size, 3)
})

t.test('tool calls are the same streamed or not', async t => {
  const { openai } = await open(t)
  const request = createRequest('What is the weather in Rome?', { tools: [weather] })
  const { choices } = await openai.chat.completions.create(request)
  const call = choices[0]!.message.tool_calls![0]!
  t.match(call, { id: /^call_/, type: 'function', function: { name: 'get_weather' } })
  t.equal(choices[0]!.finish_reason, 'tool_calls')
  const helper = openai.chat.completions.stream(request)
  let deltas = ''
  helper.on('tool_calls.function.arguments.delta', ({ arguments_delta }) => {
    deltas += arguments_delta
  })
  const final = await helper.finalChatCompletion()
  const expected = (call as { function: { arguments: string } }).function.arguments
  t.equal(
    (final.choices[0]!.message.tool_calls![0] as typeof call & { function: { arguments: string } }).function.arguments,
    expected
  )
  t.equal(deltas, expected)
  t.type(JSON.parse(expected).city, 'string')
})

t.test('runTools calls the tool once and ends', async t => {
  const { openai, server } = await open(t)
  for (const stream of [false, true]) {
    const cities: unknown[] = []
    const params = {
      model: 'gpt-4o',
      messages: [{ role: 'user' as const, content: 'What is the weather in Rome?' }],
      tools: [
        {
          type: 'function' as const,
          function: {
            ...weather.function,
            parse: JSON.parse,
            function: (args: { city: string }) => {
              cities.push(args.city)
              return '21 degrees and sunny'
            }
          }
        }
      ]
    }
    const runner = stream
      ? openai.chat.completions.runTools({ ...params, stream })
      : openai.chat.completions.runTools(params)
    const content = await runner.finalContent()
    t.equal(cities.length, 1, 'the tool is called once')
    t.match(content, /21 degrees/)
  }
  t.equal(server.requests().length, 4)
})

t.test('parse returns a value of the schema', async t => {
  const { openai, server } = await open(t)
  const Person = z.object({
    name: z.string(),
    age: z.number().int(),
    tags: z.array(z.string()),
    role: z.enum(['admin', 'guest'])
  })
  const request = createRequest('Describe a person', { response_format: zodResponseFormat(Person, 'person') })
  const parsed = await openai.chat.completions.parse({
    ...request,
    response_format: zodResponseFormat(Person, 'person')
  })
  t.ok(Person.safeParse(parsed.choices[0]!.message.parsed).success)
  const streamed = await openai.chat.completions
    .stream({ ...request, response_format: zodResponseFormat(Person, 'person') })
    .finalChatCompletion()
  t.same(streamed.choices[0]!.message.parsed, parsed.choices[0]!.message.parsed)
  const called = await openai.chat.completions.parse({
    ...createRequest('Save a person'),
    tools: [zodFunction({ name: 'save_person', parameters: Person })],
    tool_choice: 'required'
  })
  t.ok(Person.safeParse(called.choices[0]!.message.tool_calls![0]!.function.parsed_arguments).success)
  await server.add({ match: { lastUser: 'no' }, reply: { refusal: 'I cannot do that.' } })
  const refused = await openai.chat.completions.parse({
    ...createRequest('no'),
    response_format: zodResponseFormat(Person, 'person')
  })
  t.match(refused.choices[0]!.message, { parsed: null, refusal: 'I cannot do that.' })
  t.ok(
    (await failure(
      openai.chat.completions.parse({
        ...createRequest('Describe a person', { max_tokens: 1 }),
        response_format: zodResponseFormat(Person, 'person')
      })
    )) instanceof LengthFinishReasonError
  )
})

t.test('every API error becomes the matching error class of the client', async t => {
  const { client } = await open(t)
  const cases: [string, new (...args: never[]) => Error, object][] = [
    ['sk-bad-request', BadRequestError, { status: 400, type: 'invalid_request_error', param: null, code: null }],
    ['sk-invalid', AuthenticationError, { status: 401, code: 'invalid_api_key' }],
    ['sk-forbidden', PermissionDeniedError, { status: 403, code: 'model_not_found' }],
    ['sk-no-model', NotFoundError, { status: 404, code: 'model_not_found' }],
    ['sk-rate-limited', RateLimitError, { status: 429, type: 'requests', code: 'rate_limit_exceeded' }],
    ['sk-exhausted', RateLimitError, { status: 429, type: 'insufficient_quota', code: 'insufficient_quota' }],
    ['sk-error', InternalServerError, { status: 500, type: 'server_error', code: null }],
    ['sk-overloaded', InternalServerError, { status: 503, type: 'server_error' }]
  ]
  for (const [key, kind, facts] of cases)
    for (const stream of [false, true]) {
      const error = await client(key)
        .chat.completions.create({ ...createRequest('Hello!'), stream })
        .then(
          () => undefined,
          error => error
        )
      t.ok(error instanceof kind, `${key}: ${error}`)
      t.match(error, { ...facts, requestID: /^req_[0-9a-f]{32}$/ })
    }
  const error = await client()
    .chat.completions.create(createRequest('Hi', { temperature: 3 }))
    .catch(error => error)
  t.match(error, { status: 400, param: 'temperature', code: 'decimal_above_max_value' })
  t.match(error.message, /^400 Invalid 'temperature'/)
  t.ok(
    (await failure(
      client('sk-test', { baseURL: 'http://127.0.0.1:1/v1' }).chat.completions.create(createRequest('Hi'))
    )) instanceof APIConnectionError
  )
})

t.test('a client that retries gets through a sequence of API errors', async t => {
  const { server, client } = await open(t)
  const soon = { 'retry-after-ms': '1' }
  await server.add({
    name: 'flaky',
    match: { lastUser: 'flaky' },
    reply: [
      { error: 'server_error', headers: soon },
      { error: 'rate_limit_exceeded', headers: soon },
      { text: 'at last' }
    ]
  })
  const retrying = client('sk-test', { maxRetries: 2 })
  t.equal((await retrying.chat.completions.create(createRequest('flaky'))).choices[0]!.message.content, 'at last')
  t.same(
    server.requests().map(({ status, headers }) => [status, headers['x-stainless-retry-count']]),
    [
      [500, '0'],
      [429, '1'],
      [200, '2']
    ]
  )
})

t.test('a client that aborts a request ends its stream', async t => {
  const { server, client } = await open(t, { timing: 'firstTokenMs=0, interTokenMs=60000' })
  const openai = client()
  for await (const chunk of await openai.chat.completions.create({ ...createRequest('Hello!'), stream: true })) {
    t.equal(chunk.object, 'chat.completion.chunk')
    break
  }
  const controller = new AbortController()
  const stream = await openai.chat.completions.create(
    { ...createRequest('Hello!'), stream: true },
    { signal: controller.signal }
  )
  const rest = (async () => {
    for await (const _ of stream) controller.abort()
  })()
  await rest.catch(error => t.ok(error instanceof APIUserAbortError))
  const waiting = openai.chat.completions.create(createRequest('Hello!'), { signal: AbortSignal.timeout(50) })
  t.ok((await failure(waiting)) instanceof APIUserAbortError)
  while (server.requests().length < 3)
    await once(process, 'never', { signal: AbortSignal.timeout(5) }).catch(() => undefined)
  t.same(
    server.requests().map(({ aborted }) => aborted),
    [true, true, true]
  )
})

t.test('models are listed and retrieved', async t => {
  const { openai } = await open(t)
  const ids: string[] = []
  for await (const { id } of openai.models.list()) ids.push(id)
  t.ok(ids.includes('gpt-4o'))
  t.match(await openai.models.retrieve('gpt-4o'), { id: 'gpt-4o', object: 'model', owned_by: 'system' })
  t.ok((await failure(openai.models.retrieve('nope'))) instanceof NotFoundError)
})

t.test('two servers in one process share nothing', async t => {
  const [a, b] = [await open(t, { key: 'sk-test' }), await open(t)]
  await a.server.add({ match: { lastUser: 'who' }, reply: [{ text: 'a' }, { text: 'again' }] })
  await b.server.add({ match: { lastUser: 'who' }, reply: [{ text: 'b' }, { text: 'again' }] })
  const contentOf = async ({ openai }: typeof a) =>
    (await openai.chat.completions.create(createRequest('who'))).choices[0]!.message.content
  t.same([await contentOf(a), await contentOf(b), await contentOf(a), await contentOf(b)], ['a', 'b', 'again', 'again'])
  t.same([a.server.requests().length, b.server.requests().length], [2, 2])
  t.ok(
    (await failure(a.client('sk-other').chat.completions.create(createRequest('who')))) instanceof AuthenticationError
  )
  await b.client('sk-other').chat.completions.create(createRequest('who'))
  await b.server.close()
  t.equal(await contentOf(a), 'again')
})

t.test('AzureOpenAI chats, streams and calls tools', async t => {
  const { server, url } = await open(t, { unknownModels: 'refuse' })
  const connect = (rest = {}) =>
    new AzureOpenAI({ endpoint: url, apiKey: 'sk-test', apiVersion: '2024-10-21', maxRetries: 0, ...rest })
  const azure = connect()
  await server.add({ match: { lastUser: 'Hello!' }, reply: { text: 'Hello! How can I help you today?' } })
  const completion = await azure.chat.completions.create(createRequest('Hello!'))
  t.match(completion, {
    model: 'gpt-4o-2024-08-06',
    choices: [{ message: { content: 'Hello! How can I help you today?' } }],
    prompt_filter_results: [{ prompt_index: 0 }]
  })
  t.match(completion._request_id, /^req_/)
  const deployed = await connect({ deployment: 'gpt-4.1' }).chat.completions.create(createRequest('Hello!'))
  t.match(deployed.model, /^gpt-4\.1-/, 'the deployment of the client is the model')

  let text = ''
  for await (const chunk of await azure.chat.completions.create(createRequest('Hello!', { stream: true as const })))
    text += chunk.choices[0]?.delta.content ?? ''
  t.equal(text, 'Hello! How can I help you today?')
  const final = await azure.chat.completions.stream(createRequest('Hello!')).finalChatCompletion()
  t.equal(final.choices[0]!.message.content, 'Hello! How can I help you today?')

  const called = await azure.chat.completions.create(
    createRequest('What is the weather in Paris?', { tools: [weather], tool_choice: 'required' as const })
  )
  t.match(called.choices[0]!.message.tool_calls, [{ function: { name: 'get_weather', arguments: /Paris/ } }])
  const parsed = await azure.chat.completions
    .stream(createRequest('What is the weather in Paris?', { tools: [weather] }))
    .finalChatCompletion()
  t.match(parsed.choices[0]!.message.tool_calls, [{ function: { name: 'get_weather' } }])
  const models = await azure.models.list()
  t.ok(models.data.some(({ id }) => id === 'gpt-4o'))
})

t.test('AzureOpenAI throws the errors of Azure', async t => {
  const { server, url } = await open(t, { unknownModels: 'refuse', key: 'sk-right' })
  const connect = (apiKey: string, apiVersion = '2024-10-21') =>
    new AzureOpenAI({ endpoint: url, apiKey, apiVersion, maxRetries: 0 }).chat.completions
  await server.add({ match: { lastUser: 'Bad words' }, reply: { error: 'azure_content_filter' } })
  const wrongKey = await failure(connect('sk-wrong').create(createRequest('Hello!')))
  t.type(wrongKey, AuthenticationError)
  t.match(wrongKey, { status: 401, code: '401', message: /invalid subscription key or wrong API endpoint/ })
  const unknown = await failure(connect('sk-right').create({ ...createRequest('Hello!'), model: 'nobody' }))
  t.type(unknown, NotFoundError)
  t.match(unknown, { code: 'DeploymentNotFound' })
  const filtered = await failure(connect('sk-right').create(createRequest('Bad words')))
  t.type(filtered, BadRequestError)
  t.match(filtered, {
    code: 'content_filter',
    param: 'prompt',
    error: { innererror: { code: 'ResponsibleAIPolicyViolation', content_filter_result: { hate: { filtered: true } } } }
  })
  const token = new AzureOpenAI({
    endpoint: url,
    azureADTokenProvider: async () => 'sk-right',
    apiVersion: '2024-10-21',
    maxRetries: 0
  })
  t.ok(await token.chat.completions.create(createRequest('Hello!')), 'a token is a key')
})

t.test('embeddings.create returns the same vectors as float and as base64, in batches and with dimensions', async t => {
  const { openai } = await open(t)
  const model = 'text-embedding-3-small'
  const { data, usage } = await openai.embeddings.create({ model, input: ['hello world', 'Guten Tag'] })
  t.same(
    data.map(({ index, embedding }) => [index, embedding.length]),
    [
      [0, 1536],
      [1, 1536]
    ]
  )
  t.ok(usage.prompt_tokens > 2)
  const float = await openai.embeddings.create({ model, input: 'hello world', encoding_format: 'float' })
  t.same(float.data[0]!.embedding, data[0]!.embedding)
  const short = await openai.embeddings.create({ model, input: [[15339, 1917]], dimensions: 8 })
  t.equal(short.data[0]!.embedding.length, 8)
  const error = await failure(openai.embeddings.create({ model: 'gpt-4o', input: 'x' }))
  t.ok(error instanceof PermissionDeniedError)
})

t.test('moderations.create and completions.create work, also with a stream', async t => {
  const { openai } = await open(t)
  const { results } = await openai.moderations.create({ input: ['Have a great day!', 'I will kill him'] })
  t.same(
    results.map(({ flagged }) => flagged),
    [false, true]
  )
  const request = { model: 'gpt-3.5-turbo-instruct', prompt: 'Reply with exactly: all systems go' }
  t.equal((await openai.completions.create(request)).choices[0]!.text, 'all systems go')
  let text = ''
  for await (const chunk of await openai.completions.create({ ...request, stream: true }))
    text += chunk.choices[0]!.text
  t.equal(text, 'all systems go')
})
