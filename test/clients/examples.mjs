// Runs the examples against the server at OPENAI_BASE_URL, and checks the text of those that can't run here.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { build } from 'esbuild'
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

const pytests = `
import openai, os, pytest
from openai import OpenAI

def ask(text):
    messages = [{"role": "user", "content": text}]
    return OpenAI().chat.completions.create(model="gpt-4o", messages=messages).choices[0].message.content

def test_own_fixtures(standin):
    standin.add({"match": {"lastUser": "weather"}, "reply": {"text": "Sunny."}})
    assert ask("weather?") == "Sunny."
    standin.verify(match={"lastUser": "weather"}, count=1)
    with pytest.raises(AssertionError, match="expected 2 requests"):
        standin.verify(count=2)

def test_sees_nothing_of_another(standin):
    assert standin.requests() == []
    assert ask("weather?") != "Sunny."
    with pytest.raises(AssertionError, match="did you mean"):
        standin.add({"reply": {"txt": ""}})

def test_variables(standin):
    assert os.environ["OPENAI_API_KEY"] == standin.api_key

def test_that_fails(standin):
    standin.add({"match": {"lastUser": "weather"}, "reply": {"text": "Sunny."}})
    assert ask("What is the time?") == "Noon."
`

const fakeContainers = `
const calls = (globalThis.containerCalls = {})
const note = name => function (...values) {
  calls[name] = values.length > 1 || name === 'ports' ? values : values[0]
  return this
}
export class GenericContainer {
  constructor(image) { calls.image = image }
  withExposedPorts = note('ports')
  withBindMounts = note('mounts')
  withEnvironment = note('environment')
  withWaitStrategy = note('wait')
  async start() {
    const { hostname, port } = new URL(process.env.OPENAI_BASE_URL)
    return { getHost: () => hostname, getMappedPort: () => port, stop: async () => {} }
  }
}
export const Wait = { forHttp: (...values) => values }
`

const replaceModule = (name, contents) => ({
  name,
  setup({ onResolve, onLoad }) {
    onResolve({ filter: new RegExp(`^${name}$`) }, ({ path }) => ({ path, namespace: 'fake' }))
    onLoad({ filter: /.*/, namespace: 'fake' }, () => ({ contents }))
  }
})

const healthCommand = ['node', '/app/dist/cli.js', 'health']

const checks = {
  'README.md': async () => {
    const text = await readFile(new URL('examples/README.md', root), 'utf8')
    const names = (await readdir(new URL('examples/', root))).filter(name => name !== 'README.md')
    for (const name of names) assert.ok(text.includes(`\`${name}`), `${name} is not in README.md`)
  },
  'curl.sh': async () => {
    const [completion, stream, error] = (await output('bash', 'examples/curl.sh')).split(/^# .*\n/m).slice(1)
    assert.equal(JSON.parse(completion).choices[0].message.content, greeting)
    const events = stream.trim().split('\n\n')
    assert.equal(events.at(-1), 'data: [DONE]')
    const pieces = events
      .slice(0, -1)
      .map(event => JSON.parse(event.slice('data: '.length)).choices[0]?.delta.content ?? '')
    assert.equal(pieces.join(''), greeting)
    assert.equal(JSON.parse(error).error.code, 'insufficient_quota')
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
    // The application runs curl. Here it runs against the server of this test.
    const args = app.command.map(arg => arg.replace(app.environment.OPENAI_BASE_URL, process.env.OPENAI_BASE_URL))
    assert.match(JSON.parse(await output('curl', ...args)).choices[0].message.content, /Paris/)
  },
  'pytest_standin.py': async () => {
    const folder = await mkdtemp(join(tmpdir(), 'standin-'))
    await copyFile(new URL('examples/pytest_standin.py', root), join(folder, 'conftest.py'))
    await writeFile(join(folder, 'test_mock.py'), pytests)
    const { stdout } = await run(python, ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', folder], {
      env: { ...process.env, STANDIN_URL: process.env.OPENAI_BASE_URL, PYTHONDONTWRITEBYTECODE: '1' }
    }).catch(error => error)
    await rm(folder, { recursive: true })
    assert.match(stdout, /1 failed, 3 passed/)
    assert.match(stdout, /Standin: requests that (met|matched) no fixture/)
    assert.match(stdout, /expected to contain "weather", was "What is the time\?"/)
  },
  'testcontainers.ts': async () => {
    // Without Docker, the container is the server of this test.
    const { outputFiles } = await build({
      entryPoints: [new URL('examples/testcontainers.ts', root).pathname],
      bundle: true,
      write: false,
      format: 'esm',
      plugins: [replaceModule('testcontainers', fakeContainers)]
    })
    const { startStandin } = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`)
    const standin = await startStandin('/my/fixtures')
    assert.equal(standin.baseURL, process.env.OPENAI_BASE_URL)
    assert.deepEqual(globalThis.containerCalls, {
      image: 'standin',
      ports: [4010],
      mounts: [{ source: '/my/fixtures', target: '/fixtures', mode: 'ro' }],
      environment: { STANDIN_FIXTURES: '/fixtures', STANDIN_UNMATCHED: 'refuse' },
      wait: ['/_mock/ready', 4010]
    })
    await standin.add({ match: { lastUser: 'contained' }, reply: { text: 'In a box.' } }, 'sk-box')
    const response = await fetch(`${standin.baseURL}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer sk-box' },
      body: JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 'contained?' }] })
    })
    assert.equal((await response.json()).choices[0].message.content, 'In a box.')
    await assert.rejects(standin.add({ reply: { txt: '' } }), /unknown key/)
    await standin.stop()
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
