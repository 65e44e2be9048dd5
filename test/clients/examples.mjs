// Runs what examples/ holds against the server at OPENAI_BASE_URL, and reads what can't be run here.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { parse } from 'yaml'

const run = promisify(execFile)
const root = new URL('../../', import.meta.url)
const read = async name => parse(await readFile(new URL(`examples/${name}`, root), 'utf8'))
const python = process.env.PYTHON ?? 'python3'
const greeting = 'Hello! How can I help you today?'

async function output(command, ...args) {
  const { stdout } = await run(command, args, { cwd: root, timeout: 60_000, env: { ...process.env, DURATION: '1' } })
  return stdout
}

async function checkSdk(text) {
  assert.deepEqual(text.trim().split('\n'), [
    `completion: ${greeting}`,
    `stream: ${greeting}`,
    'refusal: 429 insufficient_quota'
  ])
}

const healthCommand = ['node', '/app/dist/cli.js', 'health']

const checks = {
  'README.md': async () => {
    const text = await readFile(new URL('examples/README.md', root), 'utf8')
    const names = (await readdir(new URL('examples/', root))).filter(name => name !== 'README.md')
    for (const name of names) assert.ok(text.includes(`\`${name}`), `${name} is not in README.md`)
  },
  'curl.sh': async () => {
    const [completion, stream, refusal] = (await output('bash', 'examples/curl.sh')).split(/^# .*\n/m).slice(1)
    assert.equal(JSON.parse(completion).choices[0].message.content, greeting)
    const events = stream.trim().split('\n\n')
    assert.equal(events.at(-1), 'data: [DONE]')
    const pieces = events
      .slice(0, -1)
      .map(event => JSON.parse(event.slice('data: '.length)).choices[0]?.delta.content ?? '')
    assert.equal(pieces.join(''), greeting)
    assert.equal(JSON.parse(refusal).error.code, 'insufficient_quota')
  },
  'openai-node.mjs': async () => checkSdk(await output(process.execPath, 'examples/openai-node.mjs')),
  'openai-python.py': async () => checkSdk(await output(python, 'examples/openai-python.py')),
  'autocannon.sh': async () => {
    const text = await output('bash', '-c', 'bash examples/autocannon.sh 2>&1')
    assert.match(text, /requests in/)
    assert.doesNotMatch(text, /non 2xx|errors/)
  },
  'wrk.sh': async () => {
    const text = await output('bash', 'examples/wrk.sh')
    assert.match(text, /Requests\/sec: +\d/)
    assert.doesNotMatch(text, /Non-2xx|Socket errors/)
  },
  'fixtures/': async () => {
    await output(process.execPath, 'dist/cli.js', 'check', '--fixtures', 'examples/fixtures')
  },
  'compose.yaml': async () => {
    const { standin, app } = (await read('compose.yaml')).services
    assert.equal(standin.image, 'standin')
    assert.equal(standin.build, '..')
    assert.equal(standin.read_only, true)
    assert.deepEqual(standin.ports, ['127.0.0.1:4010:4010'])
    assert.deepEqual(standin.volumes, ['./fixtures:/fixtures:ro'])
    assert.deepEqual(standin.healthcheck.test, ['CMD', ...healthCommand])
    assert.equal(app.depends_on.standin.condition, 'service_healthy')
    assert.equal(app.environment.OPENAI_BASE_URL, 'http://standin:4010/v1')
    // The application's command is curl's: it is run here against the server of this test.
    const words = app.command.map(word => word.replace(app.environment.OPENAI_BASE_URL, process.env.OPENAI_BASE_URL))
    assert.match(JSON.parse(await output('curl', ...words)).choices[0].message.content, /Paris/)
  },
  'github-actions.yml': async () => {
    const { jobs } = await read('github-actions.yml')
    const { services, env } = jobs['with-a-service']
    assert.match(services.standin.image, /\/standin:\d+\.\d+\.\d+$/)
    assert.deepEqual(services.standin.ports, ['4010:4010'])
    assert.ok(services.standin.options.includes(`--health-cmd "${healthCommand.join(' ')}"`))
    assert.equal(env.OPENAI_BASE_URL, 'http://127.0.0.1:4010/v1')
    const step = jobs['with-a-step'].steps.find(({ run }) => run?.includes('npx standin'))
    await run('bash', ['-n', '-c', step.run])
    const { stdout: help } = await run(process.execPath, ['dist/cli.js', '--help'], { cwd: root })
    for (const flag of step.run.match(/--[a-z-]+/g)) assert.ok(help.includes(flag), `${flag} is not an option`)
  }
}

let failed = 0
for (const [name, check] of Object.entries(checks)) {
  try {
    await check()
    console.log(`ok - ${name}`)
  } catch (error) {
    failed++
    console.log(`not ok - ${name}\n${String(error.stack ?? error).replace(/^/gm, '  # ')}`)
  }
}
console.log(`${Object.keys(checks).length - failed} passed, ${failed} failed`)
process.exitCode = failed ? 1 : 0
