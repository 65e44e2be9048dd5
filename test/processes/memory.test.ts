/** Tests the memory of a process with a large document: that of its parsing goes back to the system, and reloads need none. */
import { readFileSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { post, startStandin, textOf, until } from './start.js'

/** Three megabytes of YAML with 300 operations, and with the operation of chat. */
function writeLargeDocument(): string {
  const text = 'What this member says about the thing.'
  const member = (at: number) => ({ type: ['string', 'null'], description: text, maxLength: at + 1 })
  const schema = (at: number) => ({
    type: 'object',
    properties: {
      model: { type: 'string' },
      messages: { type: 'array' },
      ...Object.fromEntries(Array.from({ length: 90 }, (_, of) => [`member_${at}_${of}`, member(of)]))
    }
  })
  const content = (name: string) => ({
    content: { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } }
  })
  const operation = (name: string) => ({
    post: { requestBody: content(name), responses: { 200: { description: text, ...content(name) } } }
  })
  const list = Array.from({ length: 300 }, (_, at) => at)
  return [
    'openapi: 3.1.0',
    'info: { title: Large, version: "1" }',
    'servers: [{ url: "https://service.example/v1" }]',
    'paths:',
    `  /chat/completions: ${JSON.stringify(operation('Schema0'))}`,
    ...list.map(at => `  /things/${at}: ${JSON.stringify(operation(`Schema${at}`))}`),
    'components:',
    '  schemas:',
    ...list.map(at => `    Schema${at}: ${JSON.stringify(schema(at))}`)
  ].join('\n')
}

const memoryOf = (pid: number) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024

t.test('a large document adds little memory, and reloads add none', async t => {
  const document = writeLargeDocument()
  const fixture = (text: string) => `match: { lastUser: Hello! }\nreply: { text: "${text}" }\n`
  const cwd = t.testdir({ 'large.yaml': document, fixtures: { 'a.yaml': fixture('0') } })
  const args = ['--fixtures', 'fixtures', '--log-level', 'warn']
  const plain = await startStandin(t, args, { cwd })
  const large = await startStandin(t, [...args, '--spec', 'large.yaml'], { cwd })
  const added = memoryOf(large.child.pid!) - memoryOf(plain.child.pid!)
  t.comment(`${Math.round(added)} MB for ${(document.length / 1e6).toFixed(1)} MB`)
  t.ok(added < 60, `${added} MB for ${document.length} characters`)
  await post(large.url)
  const before = memoryOf(large.child.pid!)
  for (let at = 1; at <= 10; at++) {
    writeFileSync(`${cwd}/fixtures/a.yaml`, fixture(String(at)))
    large.child.kill('SIGHUP')
    await until(async () => (await textOf(large.url)) === String(at))
  }
  const grown = memoryOf(large.child.pid!) - before
  t.comment(`${Math.round(grown)} MB by ten reloads`)
  t.ok(grown < 20, `${grown} MB by ten reloads`)
})
