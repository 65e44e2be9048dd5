/** Tests the helpers for tests, with a runner whose hooks are called one by one. */
import OpenAI from 'openai'
import t from 'tap'
import { createServer } from '../src/index.js'
import { assertReceived, type MockOptions, mockOpenAI, type Runner, toHaveReceived } from '../src/testing/index.js'

type Callback = (context?: object) => unknown

/** Creates a runner, and the hooks that were registered with it. */
function runnerOf(names: Record<'beforeAll' | 'beforeEach' | 'afterEach' | 'afterAll', string>, more: object = {}) {
  const hooks: Record<string, Callback> = {}
  const runner = Object.fromEntries(
    Object.entries(names).map(([role, name]) => [
      name,
      (callback: Callback) => {
        hooks[role] = callback
      }
    ])
  )
  return { runner: { ...runner, ...more } as unknown as Runner, hooks: hooks as Record<keyof typeof names, Callback> }
}

const asJest = { beforeAll: 'beforeAll', beforeEach: 'beforeEach', afterEach: 'afterEach', afterAll: 'afterAll' }
const asNode = { beforeAll: 'before', beforeEach: 'beforeEach', afterEach: 'afterEach', afterAll: 'after' }
const asTap = { beforeAll: 'before', beforeEach: 'beforeEach', afterEach: 'afterEach', afterAll: 'teardown' }

const createRequest = (content: string) => ({ model: 'gpt-4o', messages: [{ role: 'user' as const, content }] })
const ask = (content: string) =>
  new OpenAI({ maxRetries: 0 }).chat.completions.create(createRequest(content)).then(
    ({ choices }) => choices[0]!.message.content,
    error => error.status
  )

async function started(names: typeof asJest, options: MockOptions = {}, more: object = {}) {
  const { runner, hooks } = runnerOf(names, more)
  const reports: string[] = []
  const mock = mockOpenAI(runner, { report: text => reports.push(text), ...options })
  await hooks.beforeAll()
  return { mock, hooks, reports }
}

t.test('each test has its own key, fixtures and requests, and the variables are restored at the end', async t => {
  process.env.OPENAI_API_KEY = 'sk-mine'
  delete process.env.OPENAI_BASE_URL
  const { mock, hooks, reports } = await started(asNode)
  t.throws(() => mock.requests(), /no test is running/)
  await hooks.beforeEach()
  const first = mock.apiKey
  t.equal(process.env.OPENAI_API_KEY, first)
  t.equal(process.env.OPENAI_BASE_URL, mock.baseURL)
  await mock.add({ match: { lastUser: 'weather' }, reply: () => 'Sunny.' })
  t.equal(await ask('weather?'), 'Sunny.')
  await hooks.beforeEach()
  t.not(mock.apiKey, first, 'a subtest has another')
  t.equal(await ask('weather?'), 404)
  t.equal(mock.unmatched().length, 1)
  await hooks.afterEach({ name: 'within', error: null })
  t.equal(process.env.OPENAI_API_KEY, first)
  t.equal(mock.requests().length, 1)
  await hooks.afterEach({ name: 'without', error: null })
  t.equal(mock.server.requests().length, 0, 'the data of a test is removed with it')
  t.same(reports, [])
  await hooks.afterAll()
  t.equal(process.env.OPENAI_API_KEY, 'sk-mine')
  t.notOk('OPENAI_BASE_URL' in process.env)
  t.throws(() => mock.server, /starts before the first test/)
})

t.test('the unmatched requests of a failed test are reported, with each runner', async t => {
  const unknown = Symbol('JEST_STATE_SYMBOL')
  const rows: [string, typeof asJest, object, object | undefined, boolean][] = [
    ['vitest', asJest, { vi: {} }, { task: { name: 'it', result: { state: 'fail' } } }, true],
    ['vitest', asJest, { vi: {} }, { task: { name: 'it', result: { state: 'pass' } } }, false],
    ['vitest by its hooks', asJest, {}, { task: { name: 'it', result: { state: 'fail' } } }, true],
    ['node:test', asNode, {}, { name: 'it', error: new Error('no') }, true],
    ['node:test', asNode, {}, { name: 'it', error: null }, false],
    ['tap', asTap, {}, { name: 'it', passing: () => false }, true],
    ['tap', asTap, {}, { name: 'it', passing: () => true }, false],
    ['jest', asJest, {}, undefined, true],
    ['a runner without results', asJest, {}, undefined, true]
  ]
  for (const [name, names, more, context, isReported] of rows) {
    const { mock, hooks, reports } = await started(names, {}, more)
    await hooks.beforeEach()
    await mock.add({ name: 'forecast', match: { lastUser: 'weather' }, reply: { text: 'Sunny.' } })
    await ask('What is the time?')
    const state = globalThis as unknown as Record<symbol, unknown>
    if (name === 'jest') state[unknown] = { currentlyRunningTest: { name: 'it', errors: [new Error('no')] } }
    await hooks.afterEach(context)
    delete state[unknown]
    await hooks.afterAll()
    t.same(
      reports,
      isReported
        ? [
            [
              `Standin, in ${name.startsWith('a runner') ? 'this test' : '"it"'}: 1 of 1 requests matched no fixture`,
              '  "What is the time?"',
              '    forecast (fixture 1): lastUser: expected to contain "weather", was "What is the time?"'
            ].join('\n')
          ]
        : [],
      name
    )
  }
})

t.test('a failed test without requests is reported, and a failed test whose requests all matched is not', async t => {
  const { mock, hooks, reports } = await started(asTap)
  const failed = { name: 'it', passing: () => false }
  await hooks.beforeEach()
  await hooks.afterEach(failed)
  t.match(reports.splice(0), [/"it": no request was received; create the client inside the test$/])
  await hooks.beforeEach()
  await mock.add({ reply: { text: 'Hi.' } })
  await ask('Hello')
  await hooks.afterEach(failed)
  t.same(reports, [])
  await hooks.beforeEach()
  await ask('Hello')
  await hooks.afterEach(failed)
  t.match(reports, [/\n {4}there are no fixtures$/])
  await hooks.afterAll()
})

t.test('no callback has a parameter, because jest would wait for a call of it', async t => {
  const { runner, hooks } = runnerOf(asJest)
  mockOpenAI(runner)
  t.same(
    Object.values(hooks).map(hook => hook.length),
    [0, 0, 0, 0]
  )
})

t.test('an object without hooks is rejected with the expected runners', async t => {
  t.throws(() => mockOpenAI({} as Runner), /has no beforeAll or before; expected the module vitest or @jest\/globals/)
  t.throws(
    () => mockOpenAI({ ...runnerOf(asNode).runner, after: undefined } as never),
    /no afterAll or teardown or after/
  )
})

t.test('sessions of a mock separate requests at the same time', async t => {
  const { mock, hooks } = await started(asNode, { unmatched: 'invent' })
  const replies = await Promise.all(
    ['one', 'two', 'three'].map(async text => {
      const session = mock.session()
      await session.add({ reply: { text } })
      const openai = new OpenAI({ apiKey: session.apiKey, baseURL: session.baseURL })
      const { choices } = await openai.chat.completions.create(createRequest('Which?'))
      t.equal(session.requests().length, 1)
      return choices[0]!.message.content
    })
  )
  t.same(replies, ['one', 'two', 'three'])
  await hooks.afterAll()
})

t.test('toHaveReceived and assertReceived fail with the report', async t => {
  const { mock, hooks } = await started(asNode, { unmatched: 'invent' })
  await hooks.beforeEach()
  t.equal((await toHaveReceived(mock)).pass, false)
  await ask('How is the weather?')
  const rows: [object | undefined, boolean, RegExp][] = [
    [undefined, true, /^expected requests that do not match \{\}/],
    [{ match: { lastUser: 'weather' }, count: 1 }, true, /found 1 of 1/],
    [{ match: { lastUser: 'time' } }, false, /expected to contain "time", was "How is the weather\?"/],
    [{ never: true }, false, /expected no request/]
  ]
  for (const [expected, pass, message] of rows) {
    const result = await toHaveReceived(mock, expected)
    t.equal(result.pass, pass)
    t.match(result.message(), message)
    if (pass) await t.resolves(assertReceived(mock, expected))
    else await t.rejects(assertReceived(mock, expected), { message })
  }
  await hooks.afterEach()
  await hooks.afterAll()
  const server = await createServer()
  await assertReceived(server, { never: true })
  await server.close()
  await t.rejects(toHaveReceived({} as never), /expected a mock, a session or a server/)
})
