/** The helpers for tests: what they set, keep apart, print and restore, with the hooks of a runner that is a list. */
import OpenAI from 'openai'
import t from 'tap'
import { createServer } from '../src/index.js'
import { assertReceived, type MockOptions, mockOpenAI, type Runner, toHaveReceived } from '../src/testing/index.js'

type Callback = (context?: object) => unknown

/** A runner whose hooks are called by hand. */
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

const asked = (content: string) => ({ model: 'gpt-4o', messages: [{ role: 'user' as const, content }] })
const ask = (content: string) =>
  new OpenAI({ maxRetries: 0 }).chat.completions.create(asked(content)).then(
    ({ choices }) => choices[0]!.message.content,
    error => error.status
  )

async function started(names: typeof asJest, options: MockOptions = {}, more: object = {}) {
  const { runner, hooks } = runnerOf(names, more)
  const said: string[] = []
  const mock = mockOpenAI(runner, { report: text => said.push(text), ...options })
  await hooks.beforeAll()
  return { mock, hooks, said }
}

t.test('each test has its key, its fixtures and its requests, and the variables come back in the end', async t => {
  process.env.OPENAI_API_KEY = 'sk-mine'
  delete process.env.OPENAI_BASE_URL
  const { mock, hooks, said } = await started(asNode)
  t.throws(() => mock.requests(), /no test is running/)
  await hooks.beforeEach()
  const first = mock.apiKey
  t.equal(process.env.OPENAI_API_KEY, first)
  t.equal(process.env.OPENAI_BASE_URL, mock.baseURL)
  await mock.add({ match: { lastUser: 'weather' }, reply: () => 'Sunny.' })
  t.equal(await ask('weather?'), 'Sunny.')
  await hooks.beforeEach()
  t.not(mock.apiKey, first, 'a test within has another')
  t.equal(await ask('weather?'), 404)
  t.equal(mock.unmatched().length, 1)
  await hooks.afterEach({ name: 'within', error: null })
  t.equal(process.env.OPENAI_API_KEY, first)
  t.equal(mock.requests().length, 1)
  await hooks.afterEach({ name: 'without', error: null })
  t.equal(mock.server.requests().length, 0, 'what belongs to a test goes with it')
  t.same(said, [])
  await hooks.afterAll()
  t.equal(process.env.OPENAI_API_KEY, 'sk-mine')
  t.notOk('OPENAI_BASE_URL' in process.env)
  t.throws(() => mock.server, /starts with the tests/)
})

t.test('a failed test is told which requests met no fixture, however its runner says so', async t => {
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
    ['a runner that says nothing', asJest, {}, undefined, true]
  ]
  for (const [name, names, more, context, told] of rows) {
    const { mock, hooks, said } = await started(names, {}, more)
    await hooks.beforeEach()
    await mock.add({ name: 'forecast', match: { lastUser: 'weather' }, reply: { text: 'Sunny.' } })
    await ask('What is the time?')
    const state = globalThis as unknown as Record<symbol, unknown>
    if (name === 'jest') state[unknown] = { currentlyRunningTest: { name: 'it', errors: [new Error('no')] } }
    await hooks.afterEach(context)
    delete state[unknown]
    await hooks.afterAll()
    t.same(
      said,
      told
        ? [
            [
              `Standin, in ${name.startsWith('a runner') ? 'this test' : '"it"'}: 1 of 1 requests met no fixture`,
              '  "What is the time?"',
              '    forecast (fixture 1): lastUser: expected to contain "weather", was "What is the time?"'
            ].join('\n')
          ]
        : [],
      name
    )
  }
})

t.test('a failed test that asked nothing is told so, one whose requests were all answered is told nothing', async t => {
  const { mock, hooks, said } = await started(asTap)
  const failed = { name: 'it', passing: () => false }
  await hooks.beforeEach()
  await hooks.afterEach(failed)
  t.match(said.splice(0), [/"it": nothing was asked; is the client made within the test\?/])
  await hooks.beforeEach()
  await mock.add({ reply: { text: 'Hi.' } })
  await ask('Hello')
  await hooks.afterEach(failed)
  t.same(said, [])
  await hooks.beforeEach()
  await ask('Hello')
  await hooks.afterEach(failed)
  t.match(said, [/\n {4}there is no fixture$/])
  await hooks.afterAll()
})

t.test('no callback has a parameter, for which jest would wait to be called', async t => {
  const { runner, hooks } = runnerOf(asJest)
  mockOpenAI(runner)
  t.same(
    Object.values(hooks).map(hook => hook.length),
    [0, 0, 0, 0]
  )
})

t.test('what is no runner is told what is expected', async t => {
  t.throws(() => mockOpenAI({} as Runner), /has no beforeAll or before; expected vitest or @jest\/globals as a whole/)
  t.throws(
    () => mockOpenAI({ ...runnerOf(asNode).runner, after: undefined } as never),
    /no afterAll or teardown or after/
  )
})

t.test('sessions of a mock keep apart what is asked at the same time', async t => {
  const { mock, hooks } = await started(asNode, { unmatched: 'invent' })
  const said = await Promise.all(
    ['one', 'two', 'three'].map(async text => {
      const session = mock.session()
      await session.add({ reply: { text } })
      const openai = new OpenAI({ apiKey: session.apiKey, baseURL: session.baseURL })
      const { choices } = await openai.chat.completions.create(asked('Which?'))
      t.equal(session.requests().length, 1)
      return choices[0]!.message.content
    })
  )
  t.same(said, ['one', 'two', 'three'])
  await hooks.afterAll()
})

t.test('toHaveReceived and assertReceived say what was asked, in the words of the report', async t => {
  const { mock, hooks } = await started(asNode, { unmatched: 'invent' })
  await hooks.beforeEach()
  t.equal((await toHaveReceived(mock)).pass, false)
  await ask('How is the weather?')
  const rows: [object | undefined, boolean, RegExp][] = [
    [undefined, true, /^expected otherwise of \{\}/],
    [{ match: { lastUser: 'weather' }, count: 1 }, true, /found 1 of 1/],
    [{ match: { lastUser: 'time' } }, false, /expected to contain "time", was "How is the weather\?"/],
    [{ never: true }, false, /expected no request/]
  ]
  for (const [expected, pass, message] of rows) {
    const found = await toHaveReceived(mock, expected)
    t.equal(found.pass, pass)
    t.match(found.message(), message)
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
