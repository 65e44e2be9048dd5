/** Tests validation modes (--validate, x-mock-validate, fixtures) and `standin check FILE`. */
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { checkRequests } from '../src/cli/check-request.js'
import { createSpecChecks } from '../src/contract/check.js'
import type { Completion } from '../src/core/openai-types.js'
import { resolveOptions } from '../src/core/resolve-options.js'
import { createServer } from '../src/index.js'
import { loadBuiltinSpec } from '../src/server/builtin-data.js'
import { ask, build, complete, errorOf, hello } from './helper.js'

const checks = createSpecChecks((await loadBuiltinSpec()).spec)
const completionCheck = checks.response('createChatCompletion', 200, 'application/json')!
const user = (content: unknown) => [{ role: 'user', content }]

t.test('an invalid request gets an error, a response with a warning, or a response, by mode', async t => {
  const wrong = { ...hello, temperature: 3 }
  const warning =
    'decimal_above_max_value; status=400; param=temperature; code=decimal_above_max_value; message="Invalid \'temperature\': decimal above maximum value. Expected a value <= 2, but got 3 instead."'
  for (const [validate, header, status, warned] of [
    [undefined, undefined, 400, undefined],
    ['spec', undefined, 400, undefined],
    ['warn', undefined, 200, warning],
    ['off', undefined, 200, undefined],
    ['spec', 'warn', 200, warning],
    ['off', 'spec', 400, undefined],
    ['warn', 'off', 200, undefined]
  ] as const) {
    const server = await build(t, validate ? { validate } : {})
    const headers = header ? { 'x-mock-validate': header } : {}
    const answer = await ask(server, wrong, { headers: headers as Record<string, string> })
    const name = `--validate ${validate}, header ${header}`
    t.equal(answer.status, status, name)
    t.equal(answer.headers['x-mock-refused'], warned, name)
    const [exchange] = server.requests()
    t.equal(exchange!.warning?.name, warned && 'decimal_above_max_value', `${name}: in the journal`)
    t.equal((await ask(server, hello)).headers['x-mock-refused'], undefined, `${name}: no warning for a valid request`)
  }
})

t.test('a fixture sets the mode for the requests that it matches', async t => {
  const server = await build(t)
  await server.add([
    { match: { lastUser: 'lenient' }, validate: 'warn', reply: { text: 'I do not mind.' } },
    { match: { lastUser: 'strict' }, validate: 'spec', reply: { text: 'I mind.' } }
  ])
  const wrong = (content: string) => ({ model: 'gpt-4o', messages: user(content), temperature: 3 })
  const answer = await ask(server, wrong('lenient'))
  t.equal(answer.status, 200)
  t.match(answer.headers['x-mock-refused'], /^decimal_above_max_value; /)
  t.equal((JSON.parse(answer.text) as Completion).choices[0]!.message.content, 'I do not mind.')
  t.equal((await ask(server, wrong('strict'))).status, 400)
  t.equal((await ask(server, wrong('other'))).status, 400)
  t.equal(
    (await ask(server, wrong('lenient'), { headers: { 'x-mock-validate': 'spec' } })).status,
    400,
    'a header wins'
  )
})

t.test('an invalid mode in the header is an error, and unreadable bodies are errors in every mode', async t => {
  const server = await build(t, { validate: 'warn' })
  const answer = await ask(server, hello, { headers: { 'x-mock-validate': 'wran' } })
  t.match(errorOf(answer), {
    code: 'bad_mock_header',
    message: /x-mock-validate: wran: did you mean warn\? expected one of spec, warn, off/
  })
  for (const [name, body, refusal] of [
    ['invalid JSON', '{', /could not parse the JSON/],
    ['a list', [], /could not parse the JSON/],
    ['no model', { messages: user('hi') }, /you must provide a model/],
    ['no messages', { model: 'gpt-4o' }, /Missing required parameter: 'messages'/],
    ['messages that are a text', { model: 'gpt-4o', messages: 'hi' }, /Invalid type for 'messages'/],
    ['an empty list', { model: 'gpt-4o', messages: [] }, /Invalid 'messages': empty array/]
  ] as const) {
    const { status, text } = await ask(server, body)
    t.equal(status, 400, name)
    t.match(JSON.parse(text).error.message, refusal, name)
  }
})

t.test('among thousands of invalid fields, the valid fields still take effect', async t => {
  const server = await build(t, { validate: 'warn' })
  const unknown = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`unknown${index}`, 1]))
  const { choices } = await complete(server, { ...hello, ...unknown, n: 2, temperature: 'x', seed: 5 })
  t.equal(choices.length, 2)
  t.equal(server.requests()[0]!.warning?.name, 'unrecognized_arguments')
})

t.test('forced errors are the same in every mode', async t => {
  for (const validate of ['spec', 'warn', 'off'] as const) {
    const server = await build(t, { validate })
    await server.add({ match: { lastUser: 'fail' }, reply: { error: 'overloaded' } })
    t.equal((await ask(server, hello, { headers: { prefer: 'code=429' } })).status, 429, validate)
    t.equal((await ask(server, hello, { key: 'sk-invalid' })).status, 401, validate)
    t.equal((await ask(server, { model: 'gpt-4o', messages: user('fail') })).status, 503, validate)
    const unknown = await ask(server, hello, { headers: { prefer: 'code=299' } })
    t.match(errorOf(unknown).message, /299.*200/, `${validate}: the error lists the known codes`)
  }
})

// The official clients' own tests send every parameter at once, even those that exclude each other.
const everything = {
  messages: [{ content: 'string', role: 'developer', name: 'name' }],
  model: 'gpt-5.4',
  audio: { format: 'wav', voice: 'string' },
  frequency_penalty: -2,
  function_call: 'none',
  functions: [{ name: 'name', description: 'description', parameters: { foo: 'bar' } }],
  logit_bias: { foo: 0 },
  logprobs: true,
  max_completion_tokens: 0,
  max_tokens: 0,
  metadata: { foo: 'string' },
  modalities: ['text'],
  n: 1,
  parallel_tool_calls: true,
  prediction: { content: 'string', type: 'content' },
  presence_penalty: -2,
  prompt_cache_key: 'prompt-cache-key-1234',
  prompt_cache_retention: 'in_memory',
  reasoning_effort: 'none',
  response_format: { type: 'text' },
  safety_identifier: 'safety-identifier-1234',
  seed: -9007199254740991,
  service_tier: 'auto',
  stop: '\\n',
  store: true,
  stream: false,
  stream_options: { include_obfuscation: true, include_usage: true },
  temperature: 1,
  tool_choice: 'none',
  tools: [
    {
      function: { name: 'name', description: 'description', parameters: { foo: 'bar' }, strict: true },
      type: 'function'
    }
  ],
  top_logprobs: 0,
  top_p: 1,
  user: 'user-1234',
  verbosity: 'low',
  web_search_options: {
    search_context_size: 'low',
    user_location: {
      approximate: { city: 'city', country: 'country', region: 'region', timezone: 'timezone' },
      type: 'approximate'
    }
  }
}

t.test(
  "the requests of the official clients' own tests get a response with warnings, and an error without",
  async t => {
    const stored = {
      stored: [{ id: 'completion_id', model: 'gpt-4o', messages: hello.messages, reply: { text: 'Hi.' } }]
    }
    const key = 'My API Key'
    const rows: [string, 'GET' | 'POST' | 'DELETE', string, unknown, number][] = [
      ['every property set', 'POST', '/chat/completions', everything, 400],
      ['every property set, streamed', 'POST', '/chat/completions', { ...everything, stream: true }, 400],
      ['stream_options without stream', 'POST', '/chat/completions', { ...hello, stream_options: {} }, 400],
      [
        'functions beside tools',
        'POST',
        '/chat/completions',
        { ...hello, functions: everything.functions, tools: everything.tools },
        400
      ],
      ['max_tokens of 0', 'POST', '/chat/completions', { ...hello, max_tokens: 0 }, 400],
      ['only what is required', 'POST', '/chat/completions', hello, 200],
      ['a stored completion', 'GET', '/chat/completions/completion_id', undefined, 404],
      ['its messages', 'GET', '/chat/completions/completion_id/messages', undefined, 404],
      ['its metadata', 'POST', '/chat/completions/completion_id', { metadata: { foo: 'string' } }, 404],
      [
        'all stored completions',
        'GET',
        '/chat/completions?after=completion_id&limit=0&metadata[foo]=string&order=asc',
        undefined,
        400
      ],
      ['its end', 'DELETE', '/chat/completions/completion_id', undefined, 404],
      ['a model', 'GET', '/models/gpt-4o-mini', undefined, 200],
      ['the end of a model', 'DELETE', '/models/ft:gpt-4o-mini:acemeco:suffix:abc123', undefined, 200]
    ]
    const strict = await build(t)
    const lenient = await build(t, { validate: 'warn' })
    await lenient.add(stored as never)
    for (const [name, method, url, payload, refused] of rows) {
      const request = {
        method,
        url,
        headers: { authorization: `Bearer ${key}`, ...(payload ? { 'content-type': 'application/json' } : {}) },
        ...(payload ? { payload: JSON.stringify(payload) } : {})
      }
      t.equal((await strict.app.inject(request)).statusCode, refused, `${name}, strict`)
      const answer = await lenient.app.inject(request)
      t.equal(answer.statusCode, 200, `${name}, with warnings: ${answer.body.slice(0, 300)}`)
    }
  }
)

t.test('any body gets a response or an error of the service in every mode, never an internal error', async t => {
  const strange = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom<unknown>(null, -1, 0, 1e9, 1.5, '', 'auto', [], {}, true, [null], { type: 'json_schema' }, [
      { type: 'function' }
    ])
  )
  const names = Object.keys(everything).filter(name => name !== 'model')
  const bodies = fc.record({
    fields: fc.dictionary(fc.constantFrom(...names, 'unknown'), strange, { maxKeys: 6 }),
    kept: fc.subarray(names),
    mode: fc.constantFrom('spec', 'warn', 'off')
  })
  const server = await createServer({ journalMb: 0 })
  t.teardown(() => server.close())
  await fc.assert(
    fc.asyncProperty(bodies, async ({ fields, kept, mode }) => {
      const base = Object.fromEntries(kept.map(name => [name, everything[name as keyof typeof everything]]))
      const body = { model: 'gpt-4o', messages: hello.messages, ...base, ...fields }
      const answer = await ask(server, body, { headers: { 'x-mock-validate': mode } })
      if (answer.status === 200) {
        if (answer.headers['content-type'] === 'application/json')
          return completionCheck(JSON.parse(answer.text)).length === 0
        return answer.text.endsWith('data: [DONE]\n\n')
      }
      return answer.status === 400 && errorOf(answer).message.length > 0
    }),
    { numRuns: Number(process.env.STANDIN_RUNS ?? 750) }
  )
})

t.test('standin check FILE reports the error of the service, the reason and the location', async t => {
  const directory = await mkdtemp(join(tmpdir(), 'standin-explain-'))
  const options = resolveOptions({ argv: [] })
  const check = async (text: string, more = {}) => {
    const path = join(directory, 'request.json')
    await writeFile(path, text)
    const { report, rejected } = await checkRequests([path], { ...options, ...more })
    return { report: report.replaceAll(`${directory}/`, ''), refused: rejected }
  }
  const rows: [string, string, RegExp[]][] = [
    [
      'a value',
      '{\n  "model": "gpt-4o",\n  "messages": [{ "role": "user", "content": "Hi" }],\n  "temperature": 3\n}',
      [
        /^request\.json: the service would reject this request with 400$/m,
        /Expected a value <= 2, but got 3 instead/,
        /type invalid_request_error · param temperature · code decimal_above_max_value/,
        /schema: maximum at \S*\/temperature\/maximum · recorded 2026-08-13$/m,
        /^ {2}request\.json:4:18\n {2}4 \| {3}"temperature": 3\n {4}\| {18}\^$/m
      ]
    ],
    [
      'an unknown parameter',
      '{"model":"gpt-4o","messages":[{"role":"user","content":"Hi"}],\n "stor":3}',
      [/argument supplied: stor\n/, /rule: known parameters · thread/, /request\.json:2:2\n/]
    ],
    [
      'an unknown parameter of a newer model',
      '{"model":"gpt-5","messages":[{"role":"user","content":"Hi"}],\n "stor":3}',
      [/Did you mean 'stop' or 'store'/, /rule: known parameters · measured 2026-08-29$/m, /request\.json:2:2\n/]
    ],
    [
      'a rule',
      '{"model":"gpt-4o","messages":[{"role":"user","content":"Hi"}],"top_logprobs":3}',
      [/only allowed when 'logprobs' is enabled/, /rule: checks of top_logprobs · measured 2026-08-29$/m]
    ],
    [
      'invalid JSON',
      '{"model":"gpt-4o",\n "messages":[],}',
      [/could not parse the JSON body/, /request\.json:2:\d+\n/, /\^/]
    ],
    ['a valid request', JSON.stringify(hello), [/^request\.json: the service would accept this request$/m]]
  ]
  for (const [name, text, patterns] of rows) {
    const { report, refused } = await check(text)
    for (const pattern of patterns) t.match(report, pattern, name)
    t.equal(refused, name === 'a valid request' ? 0 : 1, name)
  }
  const { report } = await check(JSON.stringify({ ...hello, model: 'nope' }), { unknownModels: 'refuse' })
  t.match(report, /The model `nope` does not exist/)
  await t.rejects(checkRequests(['missing.json'], options), { message: /missing\.json: can't be read \(ENOENT\)/ })
})

t.test('warnings do not change the responses to valid requests', async t => {
  const [strict, lenient] = [await build(t, { seed: 'a' }), await build(t, { seed: 'a', validate: 'warn' })]
  t.same(await complete(lenient), await complete(strict))
})
