/**
 * Tests documents of other services: they load, and each operation responds as its document has it. STANDIN_DOCUMENT names a further
 * document, such as the whole document of OpenAI.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import t, { type Test } from 'tap'
import { createSpecChecks, type SpecChecks } from '../src/contract/check.js'
import { loadSpec, type Spec } from '../src/contract/load.js'
import type { Operation } from '../src/contract/operations.js'
import { type FileReader, readDisk } from '../src/core/file-reader.js'
import { isFixtureOperation } from '../src/core/fixture-operations.js'
import { createRandom } from '../src/core/random.js'
import {
  createServer,
  type LiveFixtureInput,
  type ReplyContext,
  type Server,
  type ServerOptions
} from '../src/index.js'
import { sample } from '../src/sample/sample.js'
import { loadUserSpec } from '../src/server/user-spec.js'
import { ask, build, complete, hello } from './helper.js'

const own = readdirSync('test/documents').map(name => `test/documents/${name}`)
const further = process.env.STANDIN_DOCUMENT ? [process.env.STANDIN_DOCUMENT] : []

/** The operations with a handler of their own: what they respond is tested elsewhere. */
const handled = /ChatCompletion|Model|Embedding|Moderation|^createCompletion$/

for (const file of [...own, ...further])
  t.test(`each operation of ${file.split('/').at(-1)} responds as documented`, async t => {
    const spec = await loadSpec({ spec: file, overlays: [] })
    const checks = createSpecChecks(spec, true)
    const server = await build(t, { spec: file })
    for (const operation of spec.operations)
      if (!handled.test(operation.id)) await testOperation(t, { server, spec, checks, operation })
    const url = spec.operations.find(({ id }) => id === 'createChatCompletion')?.paths[0]
    t.match(await complete(server, hello, { url }), { object: 'chat.completion', choices: [{ message: {} }] })
    const { text } = await ask(server, { ...hello, stream: true }, { url })
    t.match(text, /^data: \{[\s\S]*\ndata: \[DONE\]\n\n$/)
  })

interface Asked {
  server: Server
  spec: Spec
  checks: SpecChecks
  operation: Operation
}

/** Sends a request that the document allows, and checks the status, the media type and the body of the response. */
async function testOperation(t: Test, { server, spec, checks, operation }: Asked): Promise<void> {
  const { id, method, paths, responses } = operation
  for (const path of paths) {
    const url = path.replace(/\{([^}]+)\}/g, '$1_1')
    const { statusCode, headers, body } = await server.app.inject({
      method: method.toUpperCase() as 'POST',
      url,
      headers: { authorization: 'Bearer sk-test', ...requestOf(operation, spec).headers },
      payload: requestOf(operation, spec).payload
    })
    const documented = responses.filter(({ status }) => status === String(statusCode))
    if (!documented.length || statusCode >= 400) {
      t.fail(`${id} ${url}: ${statusCode} ${body.slice(0, 200)}`)
      continue
    }
    const mediaType = String(headers['content-type'] ?? '')
    const response = documented.find(each => each.mediaType === undefined || mediaType.startsWith(each.mediaType))
    t.ok(response, `${id}: ${mediaType} is documented`)
    if (response?.schema && /json/.test(mediaType))
      t.same(checks.response(id, statusCode, response.mediaType!)!(JSON.parse(body)), [], `${id} ${url}`)
  }
}

function requestOf({ requestSchema, isRequestRequired, id }: Operation, spec: Spec) {
  if (requestSchema) {
    const schema = { $ref: requestSchema.replace(/^[^#]*/, '') }
    const value = sample(schema, { random: createRandom('test', id), root: spec.schemas })
    return { headers: { 'content-type': 'application/json' }, payload: JSON.stringify(value) }
  }
  if (!isRequestRequired) return { headers: {} }
  const part = '--limit\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\n\r\ntext\r\n--limit--\r\n'
  return { headers: { 'content-type': 'multipart/form-data; boundary=limit' }, payload: part }
}

t.test('a repaired schema validates requests, and a part that is ignored does not', async t => {
  const server = await build(t, { spec: 'test/documents/every-fault.yaml' })
  const update = async (body: unknown) => (await ask(server, body, { url: '/v1/things/a' })).status
  t.equal(await update({ type: 'and', filters: ['a', { type: 'or', filters: ['b'] }] }), 200)
  t.equal(await update({ type: 'and', filters: [] }), 400, 'min_items')
  t.equal(await update({ type: 'and', filters: [{ type: 'or', filters: [] }] }), 400, '$recursiveRef')
  t.equal(await update({ type: 'maybe', filters: ['a'] }), 400, 'enum')
  const fault = async (body: object) => JSON.parse((await ask(server, { ...hello, ...body })).text).error?.param
  t.same(await Promise.all([fault({}), fault({ messages: [] }), fault({ temperature: 3 }), fault({ n: 1 })]), [
    undefined,
    'messages',
    'temperature',
    null
  ])
})

t.test('a path with a query, and a path with a colon, have operations of their own', async t => {
  const server = await build(t, { spec: 'test/documents/every-fault.yaml' })
  const get = async (url: string) => (await ask(server, '', { method: 'GET', url })).text
  for (const url of ['/v1/things/a?beta=true', '/things/a?x=1&beta=true'])
    t.match(await get(url), /"is_beta":\s?true/, url)
  for (const url of ['/v1/things/a', '/v1/things/a?beta=false']) t.notMatch(await get(url), /is_beta/, url)
  t.equal((await ask(server, '', { url: '/v1/things/a:archive' })).status, 202)
  t.equal((await ask(server, '', { url: '/v1/things:archive' })).status, 404)
})

t.test('an operation of the service has its handler by path, whatever the document calls it', async t => {
  const framework = await build(t, { spec: 'test/documents/generated-by-framework.json' })
  t.match(JSON.parse((await ask(framework, '', { method: 'GET', url: '/v1/models' })).text), { object: 'list' })
  t.equal((await ask(framework, { ...hello, best_of: 2, top_k: 1, more: 1 })).status, 200, 'its own parameters')
  const router = await build(t, { spec: 'test/documents/router.yaml' })
  t.match(await complete(router, hello, { url: '/api/v1/chat/completions' }), { object: 'chat.completion' })
})

/** A document of notes. Its operations answer JSON, text, events and bytes. */
const notes = {
  openapi: '3.1.0',
  info: { title: 'Notes', version: '1' },
  servers: [{ url: 'https://notes.example/v1' }],
  paths: {
    '/notes': {
      post: {
        operationId: 'createNote',
        requestBody: {
          required: true,
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Draft' } } }
        },
        responses: {
          201: {
            description: 'The note',
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Note' } } }
          },
          '4XX': { description: 'A problem', content: { 'application/problem+json': {} } }
        }
      }
    },
    '/notes/{note_id}': {
      get: {
        operationId: 'getNote',
        responses: {
          200: {
            description: 'The note',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/Note' },
                example: { id: 'example', words: 0 }
              },
              'text/markdown': { schema: { type: 'string' } }
            }
          }
        }
      },
      delete: { operationId: 'deleteNote', responses: { 204: { description: 'It is gone' } } }
    },
    '/notes/{note_id}/events': {
      get: { responses: { 200: { description: 'Events', content: { 'text/event-stream': {} } } } }
    },
    '/notes/{note_id}/sound': {
      post: {
        operationId: 'speakNote',
        requestBody: { content: { 'multipart/form-data': { schema: { type: 'object' } } } },
        responses: { 200: { description: 'Sound', content: { 'application/json': {}, 'audio/mpeg': {} } } }
      }
    }
  },
  components: {
    schemas: {
      Draft: { type: 'object', required: ['text'], properties: { text: { type: 'string' }, tags: { type: 'array' } } },
      Note: {
        type: 'object',
        required: ['id', 'words'],
        properties: { id: { type: 'string' }, words: { type: 'integer' }, next: { $ref: '#/components/schemas/Note' } }
      }
    }
  }
}

async function buildNotes(t: Test, fixtures?: unknown, options: ServerOptions = {}): Promise<Server> {
  const directory = t.testdir({ 'notes.json': JSON.stringify(notes) })
  const server = await build(t, { spec: `${directory}/notes.json`, fixtures: 'none', ...options })
  if (fixtures) await server.add(fixtures as LiveFixtureInput[])
  return server
}

interface NoteRequest {
  method?: 'GET' | 'POST' | 'DELETE'
  url?: string
  payload?: object
  headers?: Record<string, string>
}

async function askNotes(server: Server, { method = 'GET', url = '/v1/notes/n1', payload, headers }: NoteRequest = {}) {
  const response = await server.app.inject({
    method,
    url,
    ...(payload && { payload }),
    headers: { authorization: 'Bearer sk-test', ...headers }
  })
  const { statusCode: status, headers: received, body: text, rawPayload: bytes } = response
  return { status, headers: received as Record<string, string>, text, bytes }
}

const draft = (text: string): NoteRequest => ({ method: 'POST', url: '/v1/notes', payload: { text } })
const sound = Buffer.from([0, 255, 128, 195, 169, 13, 10])

t.test('a fixture gives an operation of the document its status, headers and body', async t => {
  const named = (operation: string, reply: object, match: object = {}) => ({ match: { operation, ...match }, reply })
  const type = (value: string) => ({ 'content-type': value })
  const cases: [name: string, fixture: object, request: NoteRequest, expected: object][] = [
    [
      'the lowest 2XX of the operation is the status, and JSON is compact',
      named('createNote', { body: { id: 'a', words: 1 } }),
      draft('x'),
      { status: 201, text: '{"id":"a","words":1}', headers: type('application/json') }
    ],
    [
      'a status has the media type that the document has for its class',
      named('createNote', { status: 409, body: { title: 'Taken' }, headers: { 'X-Reason': 'taken' } }),
      draft('x'),
      { status: 409, text: '{"title":"Taken"}', headers: { ...type('application/problem+json'), 'x-reason': 'taken' } }
    ],
    [
      'a status that the document lacks',
      named('getNote', { status: 503, body: 'later' }),
      {},
      { status: 503, text: 'later', headers: type('text/plain; charset=utf-8') }
    ],
    ['JSON null', named('getNote', { body: null }), {}, { text: 'null', headers: type('application/json') }],
    [
      'a text is sent unchanged, in the media type that the client accepts',
      named('getNote', { body: '# Über' }),
      { headers: { accept: 'text/markdown' } },
      { text: '# Über', headers: type('text/markdown') }
    ],
    [
      'a header of the fixture is the content type',
      named('getNote', { body: '<a/>', headers: { 'Content-Type': 'text/xml' } }),
      {},
      { text: '<a/>', headers: { ...type('text/xml'), 'x-mock-mismatch': undefined } }
    ],
    [
      'bytes have the media type that is not JSON',
      named('speakNote', { base64Body: sound.toString('base64') }),
      { method: 'POST', url: '/v1/notes/n1/sound' },
      { bytes: sound, headers: { ...type('audio/mpeg'), 'content-length': '7' } }
    ],
    [
      'a status alone has no body',
      named('deleteNote', { status: 204 }),
      { method: 'DELETE' },
      { status: 204, text: '', headers: { 'content-type': undefined } }
    ],
    [
      'a body has no default status 204',
      named('deleteNote', { body: 'gone' }),
      { method: 'DELETE' },
      { status: 200, text: 'gone' }
    ],
    [
      'HEAD has the headers of GET',
      named('getNote', { body: { id: 'a', words: 1 } }),
      { method: 'HEAD' as 'GET' },
      { status: 200, text: '', headers: { 'content-length': '20' } }
    ],
    ['an API error', named('getNote', { error: 429 }), {}, { status: 429, text: /rate_limit_exceeded/ }],
    [
      'templates have the body, the path, the query, the named groups and the turn',
      named(
        'getNote',
        { body: { id: '{{ path.note_id }} {{ query.part }} {{ match.number }} {{ turn }} {{ session }}', words: 1 } },
        { path: { note_id: '/^n(?<number>\\d+)$/' } }
      ),
      { url: '/v1/notes/n7?part=a&part=b', headers: { 'x-mock-session': 's' } },
      { text: '{"id":"n7 a, b 7 1 s","words":1}' }
    ],
    [
      'a text with templates can be JSON with numbers',
      named('createNote', { body: '{"id":"{{ request.text }}","words":{{ request.tags | size }}}' }),
      { ...draft('hi'), payload: { text: 'hi', tags: [1, 2], messages: 5 } },
      {
        status: 201,
        text: '{"id":"hi","words":2}',
        headers: { ...type('application/json'), 'x-mock-mismatch': undefined }
      }
    ],
    [
      'literal braces are no templates',
      named('getNote', { body: '{{ path.note_id }}', literal: true }),
      { headers: { accept: 'text/markdown' } },
      { text: '{{ path.note_id }}' }
    ],
    [
      'method and path name an operation, with and without the base path',
      named('GET /v1/notes/{note_id}/events', { body: 'data: 1\n\ndata: 2\n\n' }),
      { url: '/notes/n1/events' },
      { text: 'data: 1\n\ndata: 2\n\n', headers: type('text/event-stream') }
    ]
  ]
  for (const [name, fixture, request, expected] of cases) {
    const server = await buildNotes(t, [fixture])
    t.match(await askNotes(server, request), expected, name)
    t.match(
      server.requests(),
      [{ fixture: /fixture/, nearMisses: undefined }],
      `${name}: the journal names the fixture`
    )
  }
})

t.test('a fixture of an operation matches the body, the path, the query and the headers of a request', async t => {
  const cases: [match: object, request: NoteRequest, other: NoteRequest, miss: RegExp][] = [
    [{ params: { text: 'a' } }, draft('a'), draft('b'), /params: expected to be {"text":"a"}, was {"text":"b"}/],
    [
      { jsonPath: '$.text' },
      draft('a'),
      { ...draft(''), payload: [] },
      /jsonPath: expected \$\.text to find something, was "nothing in the body"/
    ],
    [
      { schema: { properties: { messages: { type: 'string' } } } },
      { ...draft(''), payload: { text: '', messages: 'any' } },
      { ...draft(''), payload: { text: '', messages: 5 } },
      /schema: expected to fit the schema, was "\/messages must be string"/
    ],
    [
      { headers: { 'X-Team': 'blue' } },
      { headers: { 'x-team': 'blue' } },
      {},
      /headers: expected x-team to contain "blue", was {"x-team":""}/
    ],
    [
      { query: { part: { exact: '2' } } },
      { url: '/notes/a?part=2' },
      { url: '/notes/2' },
      /query: expected part to be "2", was {"part":""}/
    ],
    [
      { path: { note_id: { exact: 'a b' } } },
      { url: '/notes/a%20b/' },
      { url: '/notes/a' },
      /path: expected note_id to be "a b", was {"note_id":"a"}/
    ],
    [{ key: 'sk-a' }, { headers: { authorization: 'Bearer sk-a' } }, {}, /key: expected to be another key, was "…"/],
    [{ not: { operation: 'deleteNote' } }, {}, { method: 'DELETE' }, /not: expected not {"operation":"deleteNote"}/]
  ]
  for (const [match, request, other, miss] of cases) {
    const fixture = {
      match: { operation: ['createNote', 'getNote', 'DELETE /notes/{note_id}'], ...match },
      reply: { status: 299 }
    }
    const strictBody = JSON.stringify(match).includes('jsonPath')
    const server = await buildNotes(
      t,
      [{ ...fixture, validate: strictBody ? 'off' : undefined }],
      strictBody ? { validate: 'off' } : {}
    )
    const name = JSON.stringify(match)
    t.equal((await askNotes(server, request)).status, 299, name)
    t.not((await askNotes(server, other)).status, 299, name)
    const [found, missed] = server.requests()
    t.match([found!.nearMisses, missed!.fixture], [undefined, undefined], name)
    t.match(missed!.nearMisses, [miss], name)
    const detail = JSON.parse((await server.app.inject(`/_mock/requests/${found!.id}`)).body)
    t.ok(
      detail.why[0].conditions.every(({ holds }: { holds: boolean }) => holds),
      `${name}: the conditions of the reply hold`
    )
  }
})

t.test('sequences, times, states, priorities and sessions count for operations as for chat', async t => {
  const server = await buildNotes(t, [
    {
      match: { operation: 'getNote', path: { note_id: 'seq' } },
      reply: [{ status: 500 }, { error: 429 }, { body: { id: '{{ turn }}', words: 3 } }],
      after: 'cycle'
    },
    { match: { operation: 'getNote', path: { note_id: 'once' } }, times: 1, reply: { status: 202 } },
    { match: { operation: 'createNote' }, then: { state: 'made' }, reply: { body: { id: 'a', words: 1 } } },
    { match: { operation: 'getNote' }, when: { state: 'made' }, reply: { status: 203 } },
    { match: { operation: 'getNote', path: { note_id: 'late' } }, reply: { status: 208 } },
    { match: { operation: 'getNote', path: { note_id: 'late' } }, priority: 1, reply: { status: 226 } }
  ])
  const statuses = async (note: string, session: string, count: number) => {
    const found: number[] = []
    for (let turn = 0; turn < count; turn++)
      found.push((await askNotes(server, { url: `/v1/notes/${note}`, headers: { 'x-mock-session': session } })).status)
    return found
  }
  t.same(await statuses('seq', 'a', 5), [500, 429, 200, 500, 429])
  t.same(await statuses('seq', 'b', 1), [500], 'a session counts by itself')
  t.same(await statuses('once', 'a', 2), [202, 200], 'the example of the document comes after the last turn')
  t.match(server.requests().at(-1), {
    source: 'example',
    nearMisses: [/times: expected a reply that is left in this session \(1 in all\), was used up/]
  })
  t.same(await statuses('late', 'a', 1), [226])
  await askNotes(server, { ...draft('x'), headers: { 'x-mock-session': 'a' } })
  t.same([...(await statuses('other', 'a', 1)), ...(await statuses('other', 'b', 1))], [203, 200])
  const added = await server.app.inject({
    method: 'POST',
    url: '/_mock/fixtures',
    headers: { 'x-mock-session': 'c' },
    payload: { match: { operation: 'getNote' }, reply: { status: 207 } }
  })
  t.equal(added.statusCode, 201)
  t.same(
    [...(await statuses('late', 'c', 1)), ...(await statuses('late', 'a', 1))],
    [207, 226],
    'a fixture of one session'
  )
})

t.test('faults and timings change the responses of fixtures, and of nothing else', async t => {
  const server = await buildNotes(t, [
    {
      match: { operation: 'getNote', path: { note_id: 'faulty' } },
      fault: 'content-type; value=text/html',
      reply: { body: { id: 'a', words: 1 } }
    },
    {
      match: { operation: 'getNote', path: { note_id: 'slow' } },
      timing: 'firstTokenMs=30',
      reply: { body: { id: 'a', words: 1 } }
    },
    { match: { operation: 'getNote', path: { note_id: 'plain' } }, reply: { body: { id: 'é', words: 1 } } },
    { match: { operation: 'getNote', path: { note_id: 'error' } }, reply: { error: 500 }, fault: 'empty' },
    { match: { operation: 'speakNote' }, reply: { base64Body: sound.toString('base64') } },
    { match: { operation: 'GET /notes/{note_id}/events' }, reply: { body: 'event: a\ndata: 1\n\ndata: 2\n\n' } }
  ])
  const get = (note: string, headers: Record<string, string> = {}) =>
    askNotes(server, { url: `/v1/notes/${note}`, headers })
  const fault = (value: string) => ({ 'x-mock-fault': value })
  t.match(await get('faulty'), { text: '{"id":"a","words":1}', headers: { 'content-type': 'text/html' } })
  t.match(await get('error'), { status: 500, text: '' })
  t.match(await get('plain', fault('status=503')), { status: 503 })
  t.match(await get('plain', fault('split')), { text: '{"id":"é","words":1}' })
  t.match(await get('plain', fault('truncate; after=2')), { text: /^{"id":"é.{0,3}$/ })
  t.match(await get('plain', fault('no-done')), {
    status: 400,
    text: /the response is JSON, and only streams can have no-done/
  })
  t.match(await get('other', fault('reset')), {
    status: 400,
    text: /x-mock-fault: the responses of getNote have no faults/
  })
  await get('slow')
  await get('plain', { 'x-mock-timing': 'firstTokenMs=30' })
  t.ok(
    server
      .requests()
      .slice(-2)
      .every(({ durationMs }) => durationMs >= 29),
    'the first token is late'
  )
  for (const bytesFault of ['split', 'dribble=1', 'gzip', 'delay=1']) {
    const { bytes } = await askNotes(server, { method: 'POST', url: '/v1/notes/n1/sound', headers: fault(bytesFault) })
    t.same(bytesFault === 'gzip' ? gunzipSync(bytes) : bytes, sound, bytesFault)
  }
  const events = (headers: Record<string, string>) => askNotes(server, { url: '/v1/notes/n1/events', headers })
  t.match(await events(fault('drop; after=0')), { text: 'data: 2\n\n' })
  t.match(await events({ 'x-mock-timing': 'interTokenMs=5' }), { text: 'event: a\ndata: 1\n\ndata: 2\n\n' })
  t.match(server.requests().at(-1), { streamed: true, chunkMs: [Number, Number] })
})

t.test('a response that breaks its schema is sent as written, and named', async t => {
  const cases: [reply: object, mismatch: string | undefined][] = [
    [
      { body: { id: 'a', words: 1, next: { id: 'b', words: '2' } } },
      'body.next.words: expected {"type":"integer"}, was "2"'
    ],
    [{ body: { id: '{{ turn }}' } }, 'body.words: expected {"type":"integer"}, was absent'],
    [{ body: '{"id":' }, 'body: expected JSON, was "{\\"id\\":"'],
    [{ body: '{"id":"a","words":1}' }, undefined],
    [{ status: 500, body: { any: 1 } }, undefined],
    [{ base64Body: 'AAAA' }, undefined],
    [{ error: 500 }, undefined]
  ]
  const strict = await buildNotes(t, undefined, { strictFixtures: true })
  for (const [reply, mismatch] of cases) {
    const fixture = { name: 'note', match: { operation: 'getNote' }, reply }
    const server = await buildNotes(t, [fixture])
    for (let turn = 0; turn < 2; turn++)
      t.equal((await askNotes(server)).headers['x-mock-mismatch'], mismatch, JSON.stringify(reply))
    t.equal(server.requests().at(-1)!.mismatch, mismatch)
    await strict.add(fixture)
    const refused = (await askNotes(strict)).text.includes('mismatched_fixture')
    t.equal(refused, mismatch !== undefined, `${JSON.stringify(reply)} with strictFixtures`)
  }
})

t.test('a function computes the response to an operation', async t => {
  const server = await buildNotes(t, [
    {
      match: { operation: 'createNote' },
      reply: (request: { text?: string }, { path, query }: ReplyContext) => ({
        body: { id: `${request.text} ${Object.keys(path)} ${query.a}`, words: 1 }
      })
    },
    { match: { operation: 'getNote' }, reply: () => 'a text' },
    { match: { operation: 'deleteNote' }, reply: () => ({ refusal: 'no' }) }
  ])
  t.match(await askNotes(server, { ...draft('x'), url: '/v1/notes?a=b' }), {
    status: 201,
    text: '{"id":"x  b","words":1}'
  })
  t.match(await askNotes(server), { text: 'a text', headers: { 'x-mock-mismatch': /body: expected JSON/ } })
  t.match(await askNotes(server, { method: 'DELETE' }), {
    status: 500,
    text: /answered no response, expected a text or a body/
  })
})

t.test('an invalid request, Prefer and --unmatched decide before and after the fixtures', async t => {
  const fixture = { match: { operation: 'createNote', params: { text: 'a' } }, reply: { status: 207 } }
  const server = await buildNotes(t, [fixture, { match: { operation: 'getNote' }, reply: { status: 207 } }])
  t.match(await askNotes(server, { ...draft('a'), payload: {} }), { status: 400, text: /Invalid request/ })
  t.match(await askNotes(server, { headers: { prefer: 'example=default' } }), { status: 200, text: /"example"/ })
  t.match(await askNotes(server, draft('b')), { status: 201 })
  t.same(
    server.unmatched().map(({ url }) => url),
    ['/v1/notes']
  )
  for (const [validate, status, warning] of [
    ['off', 207, undefined],
    ['warn', 207, /must be array/],
    ['spec', 400, undefined]
  ] as const) {
    const lenient = await buildNotes(t, [{ ...fixture, validate }])
    const answer = await askNotes(lenient, { ...draft('a'), payload: { text: 'a', tags: 1 } })
    t.match(answer, { status, headers: { 'x-mock-refused': warning } }, validate)
  }
  const refusing = await buildNotes(t, [fixture], { unmatched: 'refuse' })
  t.match(await askNotes(refusing, draft('b')), { status: 404, text: /unmatched_fixture/ })
  t.match(await askNotes(refusing), { status: 200 }, 'an operation without fixtures responds from the document')
})

t.test('a mistake about an operation is one load error with its place', async t => {
  const match = (conditions: string) => `match: { ${conditions} }\nreply: { status: 200 }\n`
  const reply = (content: string, operation = 'getNote') =>
    `match: { operation: ${operation} }\nreply: { ${content} }\n`
  const cases: [yaml: string, problem: RegExp][] = [
    [match('operation: getNotes'), /:1:21: the document has no operation "getNotes", did you mean "getNote"/],
    [
      match('operation: [getNote, GET /note]'),
      /:1:31: the document has no operation "GET \/note", did you mean ".*\/notes/
    ],
    [
      match('operation: xyz'),
      /:1:21: the document has no operation "xyz", expected an operationId, or a method and a path/
    ],
    [match('operation: getNote, not: { operation: nope }'), /:1:48: the document has no operation "nope"/],
    [match('operation: 5'), /:1:21: /],
    [match('operation: getNote, path: { id: a }'), /the path of getNote has no parameter "id", expected note_id/],
    [
      match('operation: createNote, path: { id: a }'),
      /the path of createNote has no parameter "id", expected no `path`/
    ],
    [
      'reply: { body: {} }\n',
      /:1:1: a reply with `body` answers one operation of the document, expected its name in match\.operation/
    ],
    ['reply: { status: 429 }\n', /a reply with `status` answers one operation .*; an API error is `error`/],
    [reply('text: a'), /match\.operation is getNote, but the reply answers createChatCompletion and createCompletion/],
    [reply('text: a, body: 1'), /:2:19: the reply has text and body, expected only one of them/],
    [reply('status: 200, json: 1'), /:2:10: the reply has json and status, expected only one of them/],
    [reply('status: 204, body: 1'), /:2:18: a response with the status 204 has no body/],
    [reply('status: 199'), /:2:18: status expected to be >= 200/],
    [reply('base64Body: "?"'), /:2:22: the text is no base64/],
    [reply('body: "{{ turn"'), /the template "\{\{ turn" does not parse/],
    [reply('body: 1, headers: { Date: x }'), /a reply cannot have the header "Date"/]
  ]
  for (const [yaml, problem] of cases) {
    const directory = t.testdir({ 'notes.json': JSON.stringify(notes), fixtures: { 'f.yaml': yaml } })
    const error = await createServer({ spec: `${directory}/notes.json`, fixtures: `${directory}/fixtures` }).catch(
      each => each
    )
    t.equal(error.problems?.length, 1, `${yaml}: ${error.problems?.join('; ')}`)
    t.match(String(error.problems), problem)
    t.match(String(error.problems), /f\.yaml:\d+:\d+: /)
  }
})

for (const file of [...own, ...further])
  t.test(`a fixture can answer every operation of ${file.split('/').at(-1)}`, async t => {
    const { operations } = await loadSpec({ spec: file, overlays: [] })
    const others = operations.filter(({ id }) => !isFixtureOperation(id))
    const server = await build(t, { spec: file, fixtures: 'none', validate: 'off' })
    await server.add(
      others.map(({ id, method, paths }, index) => ({
        name: id,
        match: { operation: index % 2 ? id : `${method.toUpperCase()} ${paths[0]}` },
        reply: { status: 299, body: `{{ path | json }}` }
      }))
    )
    for (const { id, method, paths } of others) {
      const url = paths[0]!.replace(/\{([^}]+)\}/g, '$1_1')
      const headers = { authorization: 'Bearer sk-test' }
      const { statusCode } = await server.app.inject({ method: method.toUpperCase() as 'GET', url, headers })
      t.equal(statusCode, 299, `${method} ${url}`)
      t.equal(server.requests().at(-1)!.fixture, id)
    }
  })

/** Lets a file be a large one. The comment is at its end, so that all locations stay. */
const enlarge = (file: string, text: string) =>
  /json$/.test(file) ? text + ' '.repeat(1e5) : `${text}\n#${' '.repeat(1e5)}\n`

/** Reads a file as a large one. */
const readLarge: FileReader = async (file, read) => enlarge(file, String(await read())) as never

const overlay = t.testdir({
  'o.yaml':
    'overlay: 1.0.0\nactions: [{ target: $.info, update: { title: Overlaid } }, { target: $.absent, remove: true }]\n'
})

for (const file of own)
  t.test(`${file.split('/').at(-1)} loads in a thread as it does without`, async t => {
    const files = { spec: file, overlays: [`${overlay}/o.yaml`] }
    const expected = await loadSpec(files)
    const { spec, requestChecks } = await loadUserSpec(files, readLarge)
    t.strictSame({ ...spec }, expected)
    t.equal(spec.document, spec.document, 'it is unpacked once')
    const checks = createSpecChecks(expected, true)
    t.same([...requestChecks.keys()], [...checks.request.keys()])
    for (const operation of spec.operations) {
      const check = requestChecks.get(operation.id)
      for (const body of [{}, JSON.parse(requestOf(operation, spec).payload?.replace(/^-.*/s, '{}') ?? '{}')])
        t.same(check?.(body), checks.request.get(operation.id)?.(body), operation.id)
    }
  })

t.test('a large document that is wrong is reported as a small one is', async t => {
  const text = readFileSync('test/documents/every-fault.yaml', 'utf8')
  const rows: [string, string, RegExp][] = [
    ['maximum: 2', 'maximun: 2', /^a\.yaml:20:\d+: .*`maximun` is not a keyword/],
    ['min_items: 1', 'type: lots', /^a\.yaml:19:\d+: Map keys must be unique/],
    ['openapi: 3.1.0', 'openapi: 2.0', /^a\.yaml:2:10: expected `openapi: 3\.1\.0`/]
  ]
  for (const [from, to, expected] of rows) {
    const wrong = text.replace(from, to)
    const load = (readFile: FileReader) =>
      loadUserSpec({ spec: 'a.yaml', overlays: [] }, readFile).catch(({ name, message }) => ({ name, message }))
    const small = await load(async () => wrong as never)
    t.match(small, { name: 'ConfigError', message: expected }, to)
    t.strictSame(await load(async file => enlarge(file, wrong) as never), small, to)
  }
  await t.rejects(loadUserSpec({ spec: 'absent.yaml', overlays: [] }, readDisk), {
    message: /^absent\.yaml: can't be read/
  })
})
