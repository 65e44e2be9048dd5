/** Tests valid bodies with random changes: each gets a response, or an error with an existing path. */
import fc from 'fast-check'
import t from 'tap'
import { createSpecChecks } from '../src/contract/check.js'
import { createServer } from '../src/index.js'
import { loadBuiltinSpec } from '../src/server/builtin-data.js'
import { readingFixtures, sendBodies } from './fuzz/send-bodies.js'
import { about, ask, chunksOf, eventsOf, hello, mutate } from './helper.js'

type Body = Record<string, unknown>

const { spec } = await loadBuiltinSpec()
const checks = createSpecChecks(spec)
const completionCheck = checks.response('createChatCompletion', 200, 'application/json')!
const chunkCheck = checks.response('createChatCompletion', 200, 'text/event-stream')!
const errorCheck = checks.response('createChatCompletion', 400, 'application/json')!

const call = { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } }
const tool = {
  type: 'function',
  function: { name: 'f', parameters: { type: 'object', properties: { a: { type: 'integer' } } } }
}
const schema = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: false }
const { messages } = hello
const bodies: Body[] = [
  { model: 'gpt-4o', messages },
  { model: 'gpt-4o', messages, stream: true, stream_options: { include_usage: true }, n: 2, stop: ['x'] },
  {
    model: 'gpt-4o',
    messages,
    temperature: 1,
    top_p: 0.5,
    presence_penalty: 1,
    frequency_penalty: -1,
    seed: 7,
    user: 'u'
  },
  { model: 'gpt-4o', messages, logprobs: true, top_logprobs: 3, max_tokens: 9, logit_bias: { 50256: -100 } },
  {
    model: 'gpt-4o',
    messages,
    tools: [tool],
    tool_choice: { type: 'function', function: { name: 'f' } },
    parallel_tool_calls: true
  },
  { model: 'gpt-4o', messages, functions: [{ name: 'f' }], function_call: { name: 'f' } },
  {
    model: 'gpt-4o',
    messages: [
      { role: 'system', content: 'Be brief.', name: 's' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'x' },
          { type: 'image_url', image_url: { url: 'https://example.com/a.png' } }
        ]
      },
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: 'call_1', content: [{ type: 'text', text: 'x' }] },
      { role: 'developer', content: 'Go on.' }
    ]
  },
  {
    model: 'gpt-4o',
    messages,
    response_format: { type: 'json_schema', json_schema: { name: 'a', strict: true, schema } }
  },
  { model: 'gpt-4o', messages, store: true, metadata: { k: 'v' }, service_tier: 'auto', prompt_cache_key: 'k' },
  {
    model: 'gpt-4o',
    messages,
    prediction: { type: 'content', content: 'x' },
    moderation: { model: 'omni-moderation-latest' }
  },
  { model: 'gpt-5.6-terra', messages, reasoning_effort: 'low', verbosity: 'low', max_completion_tokens: 99 },
  { model: 'gpt-audio', messages, modalities: ['text', 'audio'], audio: { voice: 'alloy', format: 'wav' } },
  { model: 'gpt-4o-search-preview', messages, web_search_options: { search_context_size: 'low' } }
]

const request = spec.schemas as { components: { schemas: Record<string, unknown> } }
const names = membersOf(request.components.schemas)
const parameters = Object.keys(
  (request.components.schemas.CreateChatCompletionRequest as { properties: object }).properties
)

/** The name of every property in the document. */
function membersOf(node: unknown, found = new Set<string>()): Set<string> {
  if (typeof node !== 'object' || node === null) return found
  for (const [key, value] of Object.entries(node)) {
    if (key === 'properties') for (const name of Object.keys(Object(value))) found.add(name)
    membersOf(value, found)
  }
  return found
}

/** Every path of a body, in both forms that the service uses. */
function placesOf(node: unknown, at: string[] = ['', ''], found = new Set<string>()): Set<string> {
  for (const place of at) found.add(place)
  if (typeof node !== 'object' || node === null) return found
  for (const [key, value] of Object.entries(node)) {
    const [plain, dotted] = at.map(place => `${place}${place && '.'}${key}`)
    const below = Array.isArray(node) ? [`${at[0]}[${key}]`, `${at[1]}.[${key}]`] : [plain!, dotted!]
    placesOf(value, below, found)
  }
  return found
}

/** Whether a path is in the body, or is a member that the document defines for a path in the body. */
function exists(param: string, body: Body): boolean {
  const places = placesOf(body)
  if (places.has(param)) return true
  const cut = param.lastIndexOf('.')
  return places.has(param.slice(0, Math.max(0, cut))) && names.has(param.slice(cut + 1))
}

// On a busy machine it takes longer than other files may.
t.setTimeout(240_000)

/** `npm run test:fuzz` sets more. */
const runs = Number(process.env.STANDIN_RUNS ?? 1500)

t.test('changed bodies get responses or errors that match the document, with existing paths', async t => {
  t.setTimeout(240_000)
  const server = await createServer({ journalMb: 0 })
  t.teardown(() => server.close())
  const strange = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom<unknown>(null, true, 0, -1, 1.5, 3, 9, 129, 1e9, -1e21, '', 'x', 'auto', 'x'.repeat(600), [], {}),
    fc.constantFrom<unknown>(
      [null],
      [{}],
      ['1', '2', '3', '4', '5'],
      { type: 'function' },
      { type: 'x' },
      'gpt-3.5-turbo'
    )
  )
  const step = fc.record({
    at: fc.array(fc.nat(8), { minLength: 1, maxLength: 6 }),
    value: strange,
    drop: fc.boolean()
  })
  const borrowed = fc.constantFrom(...bodies.flatMap(body => Object.entries(body)), ['stream', true] as [
    string,
    unknown
  ])
  const added = fc.tuple(fc.constantFrom(...parameters, 'zzz', 'stor', 'messagess', 'a.b', '__proto__x'), strange)
  const extra = fc.oneof({ arbitrary: borrowed, weight: 3 }, { arbitrary: added, weight: 1 })
  const counts = { answered: 0, streamed: 0, refused: 0 }
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...bodies),
      fc.array(step, { maxLength: 2 }),
      fc.array(extra, { maxLength: 2 }),
      async (seed, steps, extras) => {
        const body: Body = structuredClone({ ...seed, ...Object.fromEntries(extras) })
        for (const { at, value, drop } of steps) mutate(body, at, drop ? undefined : structuredClone(value))
        const answer = await ask(server, body)
        if (answer.headers['content-type']?.startsWith('text/event-stream')) {
          counts.streamed++
          const problems = chunksOf(answer.text).flatMap(chunkCheck)
          if (problems.length || eventsOf(answer.text).at(-1) !== '[DONE]') throw new Error(JSON.stringify(problems))
          return
        }
        const found = JSON.parse(answer.text)
        const problems = (answer.status === 200 ? completionCheck : errorCheck)(found)
        if (problems.length) throw new Error(`${answer.status} ${JSON.stringify(problems)}`)
        if (answer.status === 200) counts.answered++
        else counts.refused++
        if (answer.status >= 500 || answer.status === 401) throw new Error(answer.text)
        const param: string | null = found.error?.param ?? null
        if (param !== null && !exists(param, JSON.parse(JSON.stringify(body)))) throw new Error(`${param} is nowhere`)
        if (
          /undefined|NaN|\[object|\{\{/.test(found.error?.message ?? '') &&
          !JSON.stringify(body).includes('undefined')
        )
          throw new Error(found.error.message)
      }
    ),
    { numRuns: runs, seed: 4 }
  )
  for (const [kind, count] of Object.entries(counts)) t.ok(count > runs / 40, `${kind}: ${count}`)
})

t.test('well-formed JSON of any shape never causes a 5xx, whatever the validation mode', async t => {
  for (const mode of ['spec', 'warn', 'off'] as const) {
    const server = await createServer({ fixtures: ['none'] })
    t.teardown(() => server.close())
    await server.add(readingFixtures)
    const { statuses, failures } = await sendBodies(server, mode, runs / 10, `npm test ${mode}`)
    t.same(failures.slice(0, 3), [], mode)
    for (const status of mode === 'spec' ? [200, 400] : [200])
      t.ok(statuses.get(status)! > runs / 200, `${mode}: ${statuses.get(status)} × ${status}`)
  }
})

const declared = { tools: [tool] }
const allowed = (name: unknown, mode = 'required') => ({
  ...declared,
  tool_choice: { type: 'allowed_tools', allowed_tools: { mode, tools: [{ type: 'function', function: { name } }] } }
})
const spoken = (message: object) => ({ model: 'gpt-4o', messages: [...messages, message] })
const schemaOf = (parameters: object) =>
  about('f', { tools: [{ type: 'function', function: { name: 'f', parameters } }] })

/** Bodies that the schema of the document allows, or that `warn` and `off` repair, and the status in each mode. */
const oddBodies: [sentence: string, body: unknown, spec: number, off: number][] = [
  ['an empty function call of a message', spoken({ role: 'assistant', function_call: {} }), 400, 200],
  ['an object as tool calls', spoken({ role: 'assistant', tool_calls: {} }), 400, 200],
  ['null among tool calls', spoken({ role: 'assistant', tool_calls: [null] }), 400, 200],
  ['a number as tool calls of a system message', spoken({ role: 'system', content: 'x', tool_calls: 5 }), 200, 200],
  ['an empty object as function call of a user', spoken({ role: 'user', content: 'x', function_call: {} }), 200, 200],
  ['an object as name of a system message', spoken({ role: 'system', content: 'x', refusal: {}, audio: [] }), 200, 200],
  ['allowed tools that are not declared', about('f', allowed('zzz')), 200, 200],
  ['an allowed tool whose name is an object', about('f', allowed({ toString: 1 })), 200, 200],
  ['no allowed tools, automatically', about('f', allowed('zzz', 'auto')), 200, 200],
  ['a schema with objects as required names', schemaOf({ type: 'object', required: [{ toString: [] }] }), 400, 200],
  ['a schema whose type is a number', schemaOf({ type: 'object', properties: { a: { type: 5 } } }), 400, 200],
  ['null as tools', about('f', { tools: null, functions: null, tool_choice: null }), 200, 200],
  ['null as a message', { model: 'gpt-4o', messages: [null] }, 400, 200],
  ['lists as messages', { model: 'gpt-4o', messages: [[], [[]]] }, 400, 200],
  ['a list as the body', [], 400, 400],
  ['null as the body', null, 400, 400],
  ['a list as the model', { model: ['gpt-4o'], messages }, 400, 400],
  ['infinity as n', '{"model":"gpt-4o","messages":[{"role":"user","content":"x"}],"n":1e400}', 400, 200],
  [
    'a number of 20 digits as seed',
    '{"model":"gpt-4o","messages":[{"role":"user","content":"x"}],"seed":12345678901234567890}',
    400,
    200
  ],
  [
    'the prototype as a member',
    '{"model":"gpt-4o","messages":[{"role":"user","content":"x","__proto__":5}]}',
    200,
    200
  ],
  [
    'the prototype as a parameter',
    '{"model":"gpt-4o","__proto__":{},"messages":[{"role":"user","content":"x"}]}',
    400,
    200
  ],
  [
    'the prototype in metadata',
    '{"model":"gpt-4o","metadata":{"__proto__":5},"messages":[{"role":"user","content":"x"}]}',
    400,
    200
  ],
  ['two members of one name', '{"model":5,"model":"gpt-4o","messages":[{"role":"user","content":"x"}]}', 200, 200]
]

t.test('each odd body has its status in each validation mode', async t => {
  const server = await createServer({ fixtures: ['none'] })
  t.teardown(() => server.close())
  for (const [sentence, body, spec, off] of oddBodies)
    for (const [mode, status] of [
      ['spec', spec],
      ['warn', off],
      ['off', off]
    ] as const) {
      const response = await ask(server, body, { headers: { 'x-mock-validate': mode } })
      t.equal(response.status, status, `${sentence}, ${mode}`)
    }
  const { statusCode, body } = await server.app.inject('/_mock/requests?format=har')
  t.equal(statusCode, 200, `the journal can be read: ${body.slice(0, 100)}`)
})
