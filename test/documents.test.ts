/**
 * Tests documents of other services: they load, and each operation responds as its document has it. STANDIN_DOCUMENT names a further
 * document, such as the whole document of OpenAI.
 */
import { readdirSync } from 'node:fs'
import t, { type Test } from 'tap'
import { createSpecChecks, type SpecChecks } from '../src/contract/check.js'
import { loadSpec, type Spec } from '../src/contract/load.js'
import type { Operation } from '../src/contract/operations.js'
import { createRandom } from '../src/core/random.js'
import type { Server } from '../src/index.js'
import { sample } from '../src/sample/sample.js'
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
