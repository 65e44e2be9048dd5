/**
 * Sends every hostile input to a server in its own process: the response must be right, the work within the budget, and the next
 * request answered. Reports the longest event-loop block and the memory of each server.
 *
 * Usage: run.mjs FOLDER [WORDS]; WORDS selects the inputs whose name contains them.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatRequest, send } from './client.mjs'
import { completion } from './expect.mjs'
import { inputs, serverOptions } from './rows/index.mjs'
import { startServer } from './server.mjs'

const [folder, ...words] = process.argv.slice(2)
const selected = inputs.filter(({ name }) => name.includes(words.join(' ')))
const hello = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hello!' }] }
/** The limits that docs/reference.md promises for one response. */
const limits = { work: 4_000_000, bytes: 512 * 1024 * 1024 }

const problems = []
const blocks = []
let passed = 0

for (const [kind, options] of Object.entries(serverOptions)) {
  const rows = selected.filter(row => (row.server ?? 'spec') === kind)
  if (rows.length) await runServer(kind, options, rows)
}

blocks.sort((a, b) => b.blockMs - a.blockMs)
for (const { name, blockMs, parseMs } of blocks.slice(0, 10))
  console.log(`# event loop blocked for ${blockMs.toFixed(0)} ms, JSON.parse takes ${parseMs.toFixed(0)} ms: ${name}`)
for (const problem of problems) console.log(`not ok ${problem}`)
console.log(`${passed} passed, ${problems.length} failed`)
process.exit(problems.length ? 1 : 0)

async function runServer(kind, options, rows) {
  const fixtures = join(folder, kind)
  mkdirSync(fixtures)
  writeFileSync(join(fixtures, 'hello.json'), JSON.stringify({ match: { lastUser: 'Hello!' }, reply: { text: 'Hi.' } }))
  let server = await startServer(['--fixtures', fixtures, ...options])
  await send(server.port, [formatRequest({ body: hello })])
  // The first uncommon word loads the vocabulary, once in the life of a server.
  for (const model of ['gpt-4o', 'gpt-4'])
    await send(server.port, [formatRequest({ body: { model, messages: [{ role: 'user', content: 'zyx 世界' }] } })])
  const before = await server.measure()
  let peakRss = 0
  for (const row of rows) {
    const found = await runRow(server, row).catch(error => [`the test failed: ${error.stack}`])
    for (const problem of found) problems.push(`${kind}: ${row.name}: ${problem}`)
    if (found.length === 0) passed++
    if (server.ended === undefined && row.measured) {
      const { blockMs, peakRss: peak } = row.measured
      blocks.push({ name: `${kind}: ${row.name}`, blockMs, parseMs: measureParse(row) })
      peakRss = Math.max(peakRss, peak)
    } else server = await startServer(['--fixtures', fixtures, ...options])
  }
  console.log(
    `# ${kind}: ${rows.length} inputs, memory ${toMiB(before.rss)} MiB before, ${toMiB(peakRss)} MiB at most, ${toMiB((await server.measure()).rss)} MiB after`
  )
  await server.stop()
}

function toMiB(bytes) {
  return Math.round(bytes / 1024 / 1024)
}

async function runRow(server, row) {
  const { port } = server
  const admin = row.server === 'guarded' ? { authorization: 'Bearer sk-admin' } : {}
  const found = []
  // The journal then begins with the exchange of this input.
  await send(port, [formatRequest({ path: '/_mock/reset', headers: admin })])
  if (row.fixture) {
    const planted = await send(port, [formatRequest({ path: '/_mock/fixtures', headers: admin, body: row.fixture })])
    const isRefused = row.mayBeRefused && planted.status === 400
    if (planted.status !== 201 && !isRefused) found.push(`the fixture was refused: ${planted.body.slice(0, 300)}`)
  }
  // The block of an input is measured without the calls that the test makes before and after.
  await server.measure()
  const response = await send(port, row.parts?.() ?? [formatRequest({ ...row, body: toBody(row) })], row)
  row.measured = await server.measure()
  if (response.end === 'no response') found.push('no response within 10 s')
  const wrong = row.expect(response)
  if (wrong) found.push(wrong)
  const spent = await readBudget(port, response.headers['x-request-id'], admin)
  if (spent && (spent.work > limits.work || spent.bytes > limits.bytes)) found.push(`it spent ${JSON.stringify(spent)}`)
  await send(port, [formatRequest({ path: '/_mock/reset', headers: admin })])
  const next = completion()(await send(port, [formatRequest({ body: hello })]))
  if (next) found.push(`the next request: ${next}`)
  if (server.ended !== undefined) found.push(`the server ended: ${server.ended}`)
  const log = server.takeLog()
  if (/"stack":|standin_bug|unexpected error/.test(log) || server.ended !== undefined)
    found.push(`the log: ${log.slice(0, 1000)}`)
  return found
}

/** Large bodies are made when they are needed. */
function toBody({ body }) {
  return typeof body === 'function' ? body() : body
}

async function readBudget(port, id, admin) {
  if (!id) return undefined
  const { body } = await send(port, [formatRequest({ method: 'GET', path: '/_mock/requests?limit=1', headers: admin })])
  const [last] = JSON.parse(body).requests ?? []
  return last?.id === id ? last.budget : undefined
}

/** How long this process needs to parse the body of an input. */
function measureParse(row) {
  const body = toBody(row)
  if (body === undefined || Buffer.isBuffer(body)) return 0
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const start = performance.now()
  try {
    JSON.parse(text)
  } catch {}
  return performance.now() - start
}
