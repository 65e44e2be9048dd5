// Runs each command of docs/load-testing.md for a short time, as the page has it, and checks what /_mock/load and promtool find.
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const execute = promisify(execFile)
const root = fileURLToPath(new URL('../../', import.meta.url))
const caches = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache')
const cache = join(caches, 'standin-load')
/** aiperf.sh uses the environment of aiperf too. */
const environmentOf = name => join(caches, `standin-${name}`)
const page = await readFile(join(root, 'docs/load-testing.md'), 'utf8')
const pageUrl = 'http://127.0.0.1:4010'

/** The sections of the page by heading, each with its blocks. The text before the first heading has the name ''. */
const sections = new Map(
  `\n## \n${page}`
    .split(/^## /m)
    .slice(1)
    .map(text => [
      text.slice(0, text.indexOf('\n')),
      [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language, code]) => ({ language, code }))
    ])
)
const bashOf = heading => sections.get(heading).filter(({ language }) => language === 'bash')
const isServer = ({ code }) => code.startsWith('standin ')
const [, proof] = bashOf('').map(({ code }) => code)

/** The rows of the table of tools: name and command. */
const tools = [...page.split('## Install the tools')[1].matchAll(/^\| (\w+) \| [\d.]+ \| `(.+)` \|$/gm)].map(
  ([, name, install]) => ({ name, install })
)
const env = {
  ...process.env,
  PATH: [
    join(cache, 'go'),
    ...tools.map(({ name }) => join(environmentOf(name), 'bin')),
    join(root, 'node_modules/.bin'),
    process.env.PATH
  ].join(delimiter),
  HF_HUB_OFFLINE: '1',
  TIKTOKEN_CACHE_DIR: join(cache, 'tiktoken')
}
const run = (command, args, options = {}) =>
  execute(command, args, { env, timeout: 120_000, maxBuffer: 1 << 26, ...options })

/** How each kind of command in the table installs a tool into the cache. */
const installers = {
  async 'npm install'() {},
  async 'apt-get install'(name) {
    if (!(await has(name))) await run('apt-get', ['install', '-y', '--no-install-recommends', name])
  },
  async 'go install'(_name, what) {
    await run('go', ['install', what], { env: { ...env, GOBIN: join(cache, 'go') }, timeout: 600_000 })
  },
  async 'pip install'(name, what) {
    await run('python3', ['-m', 'venv', '--clear', environmentOf(name)])
    await run(join(environmentOf(name), 'bin/pip'), ['install', '--quiet', what], { timeout: 900_000 })
  }
}

const has = name =>
  run('bash', ['-c', `command -v ${name}`]).then(
    () => true,
    () => false
  )

/** Installs a tool, unless the cache has what the page names. Throws an error that says why it can't. */
async function install({ name, install: command }) {
  const mark = join(cache, `${name}.installed`)
  if ((await readFile(mark, 'utf8').catch(() => '')) === command) return
  const [, kind, what] = /^(\w[\w-]* install) (?:--save-dev )?(.+)$/.exec(command)
  await mkdir(cache, { recursive: true })
  await installers[kind](name, what)
  await writeFile(mark, command)
}

/** Starts the server with the options of the page. */
async function start(command) {
  const options = await run('bash', ['-c', `printf '%s\\n' ${command.trim().slice('standin '.length)}`])
  const args = options.stdout.trim().split('\n')
  const child = spawn(process.execPath, [join(root, 'dist/cli.js'), '--port', '0', ...args], {
    stdio: ['ignore', 'pipe', 'inherit']
  })
  const [line] = await once(child.stdout.setEncoding('utf8'), 'data')
  const url = /(http:\S+)\/v1/.exec(line)[1]
  const stop = async () => {
    child.kill()
    await once(child, 'exit')
  }
  return { url, stop }
}

/** A load of two seconds in place of ten. */
const shorten = text =>
  text
    .replace(/(--duration |-d|-z |--run-time |seconds=|duration: '|--benchmark-duration )10(?=s?\b)/g, '$12')
    .replace(/seq 1000/, 'seq 200')

const fileName = code => /^(?:#|\/\/|--) ([\w-]+\.\w+)\n/.exec(code)?.[1]

async function runSection(heading) {
  const server = await start((bashOf(heading).find(isServer) ?? bashOf('').find(isServer)).code)
  const folder = await mkdtemp(join(tmpdir(), 'standin-load-'))
  const adapt = text => shorten(text).replaceAll(pageUrl, server.url)
  try {
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
    for (const { code } of sections.get(heading))
      if (fileName(code)) await writeFile(join(folder, fileName(code)), adapt(code))
    for (const { code } of bashOf(heading).filter(block => !isServer(block)))
      await run('bash', ['-e', '-o', 'pipefail', '-c', adapt(code)], { cwd: folder }).catch(error => {
        throw new Error(`${adapt(code)}${`${error.stdout}\n${error.stderr}`.split('\n').slice(-30).join('\n')}`)
      })
    const { stdout } = await run('bash', ['-c', adapt(proof)])
    const [summary] = stdout.split('\n')
    assert.match(summary, /^In the last \d+ s: [\d,.]+ requests\/s.*, event loop \d+ % busy: \S/)
    const metrics = await (await fetch(`${server.url}/_mock/metrics`)).text()
    const statuses = [...metrics.matchAll(/^standin_requests_total\{.*operation="(\w+)",status="(\d+)".*\} (\d+)$/gm)]
    const chats = statuses.filter(([, operation]) => operation === 'createChatCompletion')
    const others = chats.filter(([, , status]) => status !== '200').map(([line]) => line)
    assert.deepEqual(others, [], 'each request succeeds')
    const requests = chats.reduce((sum, [, , , count]) => sum + Number(count), 0)
    assert.ok(requests >= 10, `${requests} requests`)
    return `${requests} requests; ${summary}`
  } finally {
    await server.stop()
    await rm(folder, { recursive: true })
  }
}

/** Prometheus' own check of the metrics. Debian's package has the program. */
async function checkMetrics() {
  const server = await start('standin --log-level warn --workers 2')
  try {
    const metrics = await (await fetch(`${server.url}/_mock/metrics`)).text()
    const child = run('promtool', ['check', 'metrics'])
    child.child.stdin.end(metrics)
    const { stdout, stderr } = await child
    assert.equal(stdout + stderr, '')
    return 'no complaint'
  } finally {
    await server.stop()
  }
}

async function installPromtool() {
  if (await has('promtool')) return
  const folder = join(cache, 'promtool')
  await mkdir(folder, { recursive: true })
  if (!existsSync(join(folder, 'bin/promtool'))) {
    const unpack = 'dpkg-deb --fsys-tarfile prometheus_*.deb | tar -x ./usr/bin/promtool'
    const script = `apt-get update; apt-get download prometheus; ${unpack}; mkdir -p bin; mv usr/bin/promtool bin/; rm -r usr *.deb`
    await run('bash', ['-e', '-o', 'pipefail', '-c', script], { cwd: folder })
  }
  env.PATH = `${join(folder, 'bin')}${delimiter}${env.PATH}`
}

/** aiperf downloads this vocabulary, which is the one of gpt-tokenizer. Tests load nothing from other hosts but packages. */
async function writeVocabulary() {
  const address = 'https://openaipublic.blob.core.windows.net/encodings/o200k_base.tiktoken'
  const file = join(env.TIKTOKEN_CACHE_DIR, createHash('sha1').update(address).digest('hex'))
  if (existsSync(file)) return
  const { default: tokens } = await import('gpt-tokenizer/bpeRanks/o200k_base')
  const lines = tokens.map((token, rank) => `${Buffer.from(token).toString('base64')} ${rank}\n`)
  await mkdir(env.TIKTOKEN_CACHE_DIR, { recursive: true })
  await writeFile(file, lines.join(''))
}

const toolOf = heading => tools.find(({ name }) => heading.split(' ')[0] === name)
const checks = [
  ...[...sections.keys()]
    .filter(toolOf)
    .map(heading => ({ name: heading, prepare: () => install(toolOf(heading)), check: () => runSection(heading) })),
  { name: 'promtool check metrics', prepare: installPromtool, check: checkMetrics }
]
assert.deepEqual(
  tools.filter(tool => ![...sections.keys()].some(heading => toolOf(heading) === tool)),
  [],
  'each tool of the table has a section'
)
await writeVocabulary()
const only = process.argv[2]
/** Names of tools, with commas between them. */
const leftOut = (process.env.LOAD_LEAVE_OUT ?? '').split(',')
let passed = 0
let failed = 0
for (const { name, prepare, check } of checks.filter(({ name }) => only === undefined || name.startsWith(only))) {
  if (leftOut.includes(name.split(' ')[0])) {
    console.log(`not run - load: ${name}: LOAD_LEAVE_OUT names it`)
    continue
  }
  try {
    await prepare()
  } catch (error) {
    console.log(`not run - load: ${name}: this machine can't install it (${String(error.message).split('\n')[0]})`)
    continue
  }
  try {
    console.log(`ok - load: ${name}: ${await check()}`)
    passed++
  } catch (error) {
    failed++
    console.log(`not ok - load: ${name}\n${String(error.stack ?? error).replace(/^/gm, '  # ')}`)
  }
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed ? 1 : 0
