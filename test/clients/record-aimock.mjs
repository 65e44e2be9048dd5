// Records responses of aimock, stops it, and checks that the recording gives the same responses. Run by run.sh.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const [aimock] = process.argv.slice(2)
const work = await mkdtemp(join(tmpdir(), 'standin-aimock-'))
const cli = new URL('../../dist/cli.js', import.meta.url).pathname
const children = new Set()

const tools = [{ type: 'function', function: { name: 'get_weather', parameters: { type: 'object', properties: {} } } }]
const createRequest = (content, more = {}) => ({ model: 'gpt-4o', messages: [{ role: 'user', content }], ...more })
const requests = {
  'a text': createRequest('Say something'),
  'a call': createRequest('How is the weather?', { tools }),
  'parallel calls': createRequest('Both cities', { tools }),
  'a structured output': createRequest('As JSON', { response_format: { type: 'json_object' } }),
  'an error': createRequest('Too fast'),
  'no fixture': createRequest('Without a fixture')
}
const call = city => ({ name: 'get_weather', arguments: JSON.stringify({ city }) })
const aimockFixtures = [
  ['Say something', { content: 'The quick brown fox jumps over the lazy dog. '.repeat(4).trim() }],
  ['How is the weather', { toolCalls: [call('Oslo')] }],
  ['Both cities', { toolCalls: [call('Oslo'), call('Rome')] }],
  ['As JSON', { content: '{"city":"Oslo","celsius":4}' }],
  ['Too fast', { error: { message: 'Slow down.', type: 'rate_limit_error', code: 'too_fast' }, status: 429 }]
]

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  await new Promise(resolve => server.close(resolve))
  return port
}

function start(...args) {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env.PATH } })
  child.output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', text => {
      child.output += text
    })
  children.add(child)
  return child
}

async function stop(child) {
  children.delete(child)
  if (child.exitCode !== null) return
  child.kill()
  await once(child, 'close')
}

/** Waits until a server responds. */
async function waitUntilListening(child, url) {
  const until = Date.now() + 20_000
  while (Date.now() < until && child.exitCode === null) {
    if (await fetch(url).catch(() => undefined)) return
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  throw new Error(`${url} does not respond: ${child.output}`)
}

async function standin(...options) {
  const port = await freePort()
  const child = start(cli, ...options, '--port', String(port), '--log-level', 'warn')
  await waitUntilListening(child, `http://127.0.0.1:${port}/_mock/ready`)
  return { child, base: `http://127.0.0.1:${port}/v1` }
}

async function sendRequest(base, body) {
  const response = await fetch(`${base}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer sk-test-of-aimock-0123' },
    body: JSON.stringify(body)
  })
  return { status: response.status, text: await response.text() }
}

/** Formats a response without ids and times. */
const normalise = ({ status, text }) =>
  `${status} ${text.replace(/("id": ?)"[^"]*"/g, '$1"…"').replace(/("created": ?)\d+/g, '$1…')}`

let passed = 0
let failed = 0
async function test(name, work) {
  try {
    await work()
    passed++
    console.log(`ok ${name}`)
  } catch (error) {
    failed++
    console.log(`not ok ${name}: ${error.stack}`)
  }
}

try {
  await writeFile(
    join(work, 'aimock.json'),
    JSON.stringify({
      fixtures: aimockFixtures.map(([userMessage, response]) => ({ match: { userMessage }, response }))
    })
  )
  const port = await freePort()
  const upstream = start(aimock, '--fixtures', join(work, 'aimock.json'), '--port', String(port))
  await waitUntilListening(upstream, `http://127.0.0.1:${port}/`)
  for (const stream of [false, true]) {
    const form = stream ? 'streamed' : 'as JSON'
    const directory = join(work, form)
    const recording = await standin('record', '--upstream', `http://127.0.0.1:${port}/v1`, '--fixtures', directory)
    const first = {}
    for (const [name, request] of Object.entries(requests))
      first[name] = await sendRequest(recording.base, { ...request, stream })
    await stop(recording.child)
    if (stream) await stop(upstream)
    const replaying = await standin('--fixtures', directory, '--unmatched', 'refuse')
    for (const [name, request] of Object.entries(requests))
      await test(`${name}, ${form}: the recording gives the bytes of aimock`, async () => {
        const again = await sendRequest(replaying.base, { ...request, stream })
        assert.equal(normalise(again), normalise(first[name]))
      })
    await test(`each response ${form} has a file without a key`, async () => {
      const files = await readdir(directory)
      assert.equal(files.length, Object.keys(requests).length)
      for (const file of files) assert.doesNotMatch(await readFile(join(directory, file), 'utf8'), /sk-test|0123/)
    })
    await stop(replaying.child)
  }
} finally {
  for (const child of [...children]) await stop(child)
  await rm(work, { recursive: true })
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed ? 1 : 0
