/** Runs the code blocks of the pages, and compares their tables with the code. `notRun` lists the other blocks, with reasons. */
import { execFile, spawn } from 'node:child_process'
import diagnostics from 'node:diagnostics_channel'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import pino from 'pino'
import t, { type Test } from 'tap'
import { parse } from 'yaml'
import { tailFlags } from '../src/cli/tail.js'
import { responseLimits } from '../src/core/budget.js'
import { fixedLimits, maxNameChars } from '../src/core/fixed-limits.js'
import { formatBytes } from '../src/core/memory-size.js'
import { optionsPage } from '../src/core/option-docs.js'
import { optionTable } from '../src/core/option-table.js'
import { resolveOptions } from '../src/core/resolve-options.js'
import { createServer, type Server } from '../src/index.js'
import { formatBanner } from '../src/server/banner.js'
import { createLogOptions } from '../src/server/log.js'
import { formatRequestLine } from '../src/server/request-columns.js'
import { openServer } from '../src/server/server.js'
import type { RequestLine } from '../src/state/request-line.js'
import { promiseProblems, promises } from './security-promises.js'

const markdownIn = (folder: string) =>
  readdirSync(folder)
    .filter(name => name.endsWith('.md'))
    .map(name => join(folder, name))

const pages = ['.', 'docs', 'examples', 'openapi', 'bench'].flatMap(markdownIn)
/** The pages for users. */
const guides = pages.filter(page => /^(README|SECURITY|docs\/.*|examples\/.*|openapi\/.*)\.md$/.test(page))
const texts = new Map(pages.map(page => [page, readFileSync(page, 'utf8')]))
const read = (page: string) => texts.get(page)!
const command = new URL('../dist/cli.js', import.meta.url).pathname
const root = process.cwd()
/** The package as users install it. Its compiled validators make it ready in a tenth of the time. */
const built: typeof import('../src/index.js') = await import(new URL('../dist/index.js', import.meta.url).href)

interface Block {
  page: string
  heading: string
  language: string
  text: string
  isChecked: boolean
}

/** The fenced blocks of a page, each with the heading above it. */
function blocksOf(page: string): Block[] {
  const blocks: Block[] = []
  let heading = ''
  let block: Block | undefined
  for (const line of read(page).split('\n'))
    if (block && line === '```') block = undefined
    else if (block) block.text += `${line}\n`
    else if (line.startsWith('```')) {
      block = { page, heading, language: line.slice(3), text: '', isChecked: false }
      blocks.push(block)
    } else if (/^#+ /.test(line)) heading = line.replace(/^#+ /, '')
  return blocks
}

const blocks = guides.flatMap(blocksOf)
const firstLine = ({ text }: Block) => text.split('\n')[0]!

/** Blocks that this file does not run. Those of `npm run test:runners` are compared with what that script runs. */
const notRun: { page: string; begins: string; why: string }[] = [
  {
    page: 'README.md',
    begins: 'npm install --save-dev ../standin',
    why: 'an installation takes minutes and a network'
  },
  {
    page: 'README.md',
    begins: 'npm pack',
    why: 'an installation takes minutes; `npm run test:runners` installs the tarball'
  },
  { page: 'README.md', begins: 'docker build -t standin .', why: '`npm run test:image` builds and runs the image' },
  { page: 'README.md', begins: '// weather.test.ts', why: '`npm run test:runners` runs it under vitest' },
  {
    page: 'docs/azure.md',
    begins: 'from openai import AzureOpenAI',
    why: '`npm run test:clients` runs this client of Python'
  },
  {
    page: 'docs/replicas.md',
    begins: 'standin --fixtures ./fixtures --store',
    why: '`npm run test:redis` starts a Redis'
  },
  { page: 'docs/load-testing.md', begins: '', why: '`npm run test:clients` runs each command with its tool' },
  { page: 'docs/testing.md', begins: '// weather.test.ts', why: '`npm run test:runners` runs it under vitest' },
  { page: 'docs/testing.md', begins: '// jest.test.mjs', why: '`npm run test:runners` runs it under jest' },
  { page: 'docs/testing.md', begins: '# test_weather.py', why: '`npm run test:runners` runs it under pytest' },
  { page: 'docs/testing.md', begins: '// received.test.ts', why: '`npm run test:runners` runs it under vitest' }
]

const isEntryOf = ({ page, begins }: { page: string; begins: string }, block: Block) =>
  block.page === page && firstLine(block).startsWith(begins)
const isListed = (block: Block) => notRun.some(entry => isEntryOf(entry, block))

interface Word {
  text: string
  isQuoted: boolean
}

/** The commands of a shell script: lists of pipelines, each a list of commands, each a list of words. */
function pipelinesOf(script: string): Word[][][] {
  const pipelines: Word[][][] = [[[]]]
  const token = /[^\S\n]+|#[^\n]*|(\n|&&|\|)|((?:'[^']*'|"(?:[^"\\]|\\.)*"|\\.|[^\s'"\\|&])+)/gy
  const source = script.replace(/\\\n/g, ' ')
  while (token.lastIndex < source.length) {
    const at = token.lastIndex
    const [, operator, word] = token.exec(source) ?? []
    if (token.lastIndex === 0) throw new Error(`this test does not understand ${source.slice(at)}`)
    const pipeline = pipelines.at(-1)!
    if (operator === '|') pipeline.push([])
    else if (operator) pipelines.push([[]])
    else if (word !== undefined) {
      const text = word.replace(
        /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/g,
        (_, single, double, char) => single ?? double?.replace(/\\(.)/g, '$1') ?? char
      )
      pipeline.at(-1)!.push({ text, isQuoted: text !== word })
    }
  }
  return pipelines.filter(pipeline => pipeline[0]!.length)
}

interface Running {
  url: string
  close(): Promise<unknown>
}

/** Creates the directory and the server that the blocks under one heading share. */
function createSandbox(t: Test, upstream: string) {
  const directory = t.testdir()
  process.chdir(directory)
  let running: Running | undefined
  t.teardown(async () => {
    await stop()
    process.chdir(root)
  })

  async function stop() {
    await running?.close()
    running = undefined
  }

  /** The server for a page that does not start one, with the fixtures of its YAML blocks. */
  async function server(): Promise<Running> {
    if (running) return running
    const own = ['my-fixtures', 'fixtures'].find(existsSync)
    const made = await built.createServer(own ? { fixtures: own } : {})
    running = { url: await made.listen(), close: () => made.close() }
    return running
  }

  /** Starts the built command, and returns its first line of output. */
  async function start(args: string[]): Promise<string> {
    await stop()
    const own = args.map(arg =>
      existsSync(join(root, arg)) ? join(root, arg) : arg.replace('https://api.openai.com', upstream)
    )
    const child = spawn(process.execPath, [command, ...own], {
      env: { PATH: process.env.PATH, STANDIN_PORT: '0', OPENAI_API_KEY: 'sk-test' },
      stdio: ['ignore', 'pipe', 'pipe']
    })
    let errors = ''
    child.stderr.on('data', data => (errors += data))
    const exited = once(child, 'exit')
    const [line] = await Promise.race([once(child.stdout.setEncoding('utf8'), 'data'), exited])
    const url = /http:\/\/\S+?(?=\/v1)/.exec(String(line))?.[0]
    if (!url) throw new Error(`standin ${args.join(' ')}: ${errors}`)
    running = {
      url,
      close: () => {
        child.kill()
        return exited
      }
    }
    return String(line).replaceAll(url, 'http://127.0.0.1:4010')
  }

  /** Runs a command that ends, such as `standin check`. */
  async function run(args: string[]): Promise<string> {
    const env = { PATH: process.env.PATH, ...(running ? { PORT: new URL(running.url).port } : {}) }
    const child = spawn(process.execPath, [command, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', text => (output += text))
    await once(child, 'close')
    return output
  }

  async function curl(words: string[]): Promise<string> {
    const headers: Record<string, string> = {}
    let [url, method, payload, format]: (string | undefined)[] = []
    let [isHeadShown, isHidden] = [false, false]
    while (words.length) {
      const word = words.shift()!
      if (word === '-H') {
        const [, name, value] = /^([^:]+): (.*)$/.exec(words.shift()!)!
        headers[name!.toLowerCase()] = value!
      } else if (word === '-X') method = words.shift()
      else if (word === '-d') payload = words.shift()
      else if (word === '-w') format = words.shift()
      else if (word === '-o' && words.shift() === '/dev/null') isHidden = true
      else if (word.startsWith('http://127.0.0.1:4010/'))
        url = word.replace('http://127.0.0.1:4010', (await server()).url)
      else if (/^-[sSNi]+$/.test(word)) isHeadShown ||= word.includes('i')
      else throw new Error(`curl ${word} is not known to this test`)
    }
    if (payload !== undefined) headers['content-type'] ??= 'application/x-www-form-urlencoded'
    const request = httpRequest(url!, {
      agent: false,
      method: method ?? (payload === undefined ? 'GET' : 'POST'),
      headers
    })
    request.end(payload)
    const [response] = await once(request, 'response')
    let body = ''
    // A response that is cut off still has the data before the cut.
    await new Promise<void>(resolve => {
      response.setEncoding('utf8').on('data', (text: string) => (body += text))
      response.on('end', resolve).on('error', () => resolve())
    })
    const names = (response.rawHeaders as string[]).flatMap((name, at, all) =>
      at % 2 ? [] : [`${name}: ${all[at + 1]}`]
    )
    const head = isHeadShown ? `HTTP/1.1 ${response.statusCode} ${response.statusMessage}\n${names.join('\n')}\n\n` : ''
    const status = format?.replace('%{http_code}', response.statusCode).replaceAll('\\n', '\n') ?? ''
    return `${isHidden ? '' : head + body}${status}`
  }

  const filters: Record<string, (input: string, words: string[]) => string> = {
    jq(input, [first = '', second]) {
      const path = (second ?? first).split(/[.[\]]+/).filter(Boolean)
      const found = path.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], JSON.parse(input))
      return `${first === '-r' ? String(found) : JSON.stringify(found, null, 2)}\n`
    },
    grep(input, words) {
      const pattern = new RegExp(words.at(-1)!, words.includes('-i') ? 'i' : '')
      return input
        .split('\n')
        .filter(line => pattern.test(line))
        .map(line => `${line}\n`)
        .join('')
    }
  }

  async function first(words: Word[]): Promise<string> {
    const [name = '', ...args] = words
      .flatMap(({ text, isQuoted }) => (!isQuoted && text.includes('*') ? expand(text) : [text]))
      .filter((word, at, all) => !(at === 0 && word === 'npx' && all[1] === 'standin'))
    if (name === 'curl') return curl(args)
    if (name === 'echo') return `${args.join(' ')}\n`
    if (name === 'cat') return args.map(file => readFileSync(file, 'utf8')).join('')
    const isStandin = name === 'standin'
    if (isStandin && ['check', 'import', 'health', '--version', '--help'].includes(args[0]!)) return run(args)
    if (isStandin) return start(args)
    if (name === 'npm' && args[0] === 'start' && (args[1] === undefined || args[1] === '--'))
      return start(args.slice(2))
    // Without it there would be no tests to run.
    if (name === 'npm' && args[0] === 'ci') return ''
    throw new Error(`${name} is not known to this test`)
  }

  /** Runs a script, and returns its output. */
  async function shell(script: string): Promise<string> {
    let output = ''
    const pipelines = pipelinesOf(script)
    for (const [at, [words, ...rest]] of pipelines.entries()) {
      const target = words!.findIndex(({ text, isQuoted }) => text === '>' && !isQuoted)
      const before = running
      let printed = await first(target < 0 ? words! : words!.slice(0, target))
      if (running !== before && before === undefined && at < pipelines.length - 1 && words![0]!.text !== 'curl')
        throw new Error('a command after a server in the foreground never runs')
      for (const [name, ...args] of rest)
        printed = filters[name!.text]!(
          printed,
          args.map(({ text }) => text)
        )
      if (target < 0) output += printed && `${printed.trimEnd()}\n`
      else write(words![target + 1]!.text, printed)
    }
    return output
  }

  return { shell, server, stop }
}

function write(name: string, text: string): void {
  mkdirSync(dirname(name), { recursive: true })
  writeFileSync(name, text)
}

/** The files of a glob, with one star in its last part. */
const expand = (glob: string) => {
  const [before = '', after = ''] = basename(glob).split('*')
  return readdirSync(dirname(glob))
    .filter(name => name.startsWith(before) && name.endsWith(after))
    .map(name => join(dirname(glob), name))
}

// The pages can't show values that change with each response.
const steady = (text: string) =>
  text
    .replace(/"(id|obfuscation)":( ?)"[^"]*"/g, '"$1":$2"-"')
    .replace(/"created":( ?)\d+/g, '"created":$10')
    .replace(/ +$/gm, '')
    .trimEnd()

/** Whether an output is the one shown. `…` stands for any text, and on a line of its own for any lines. */
function isShown(t: Test, output: string, { text, heading }: Block): void {
  const pattern = steady(text)
    .split('\n')
    .map(line => (line.trim() === '…' ? '(?:.*\\n)*?.*' : line.split('…').map(literally).join('.*')))
    .join('\n')
  const found = steady(output)
  if (new RegExp(`^${pattern}$`).test(found)) t.pass(`${heading}: the output is the one shown`)
  else t.equal(found, steady(text), `${heading}: the output is the one shown`)
}

const literally = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

const outputs = ['json', 'text', 'yaml', 'sse']
const fileName = (text: string) => /^# ([\w./-]+\.ya?ml)\n/.exec(text)?.[1]

async function checkSection(t: Test, section: Block[], upstream: string): Promise<void> {
  const sandbox = createSandbox(t, upstream)
  let output: string | undefined
  let files: Block[] = []
  for (const block of section) {
    const { language, text } = block
    const name = fileName(text)
    if (isListed(block)) continue
    if (language === 'bash') {
      output = await sandbox.shell(text)
      if (/\b(curl|standin|npm start)\b/.test(text)) files = []
      block.isChecked = true
    } else if (language === 'console') {
      for (const part of text.split(/^\$ /m).filter(Boolean)) {
        const [line = '', ...shown] = part.split('\n')
        isShown(t, await sandbox.shell(line), { ...block, text: shown.join('\n') })
      }
      files = []
      block.isChecked = true
    } else if (language === 'yaml' && name) {
      await sandbox.stop()
      write(name, text)
      files.push(block)
      block.isChecked = true
    } else if (output !== undefined && outputs.includes(language)) {
      isShown(t, output, block)
      output = undefined
      block.isChecked = true
    } else if (language === 'http') {
      for (const line of text.trim().split('\n')) {
        const printed = await sandbox.shell(`curl -s http://127.0.0.1:4010/v1/chat/completions -H '${line}' ${hello}`)
        t.notMatch(printed, /"code": "bad_mock_header"/, line)
      }
      block.isChecked = true
    }
    // A response that the page does not show must be a success.
    if (output !== undefined && !outputs.includes(section[section.indexOf(block) + 1]?.language ?? '')) {
      t.notMatch(output, /"error"/, `${block.heading}: the request succeeds`)
      output = undefined
    }
  }
  if (!files.length) return
  t.notOk(
    files.find(({ text }) => !/^# (my-)?fixtures\//.test(text)),
    'only fixtures are read without a command'
  )
  t.ok(await sandbox.server(), 'the fixtures compile')
}

const hello = `-H 'authorization: Bearer sk-test' -H 'content-type: application/json' -d '{ "model": "gpt-4o", "messages": [{ "role": "user", "content": "Hello!" }] }'`

const isRunnable = ({ language, text }: Block) =>
  ['bash', 'console', 'http'].includes(language) || (language === 'yaml' && fileName(text) !== undefined)

t.test('the commands under a heading print the output that the page shows', async t => {
  const upstream = await createServer({ fixtures: 'none' })
  t.teardown(() => upstream.close())
  await upstream.add({ match: { lastUser: 'weather in Oslo' }, reply: { text: 'It is 4 °C in Oslo.' } })
  const url = await upstream.listen()
  const headings = new Map<string, Block[]>()
  for (const block of blocks) {
    const key = `${block.page}, ${block.heading}`
    headings.set(key, [...(headings.get(key) ?? []), block])
  }
  for (const [key, section] of headings)
    if (section.some(block => isRunnable(block) && !isListed(block)))
      await t.test(key, t => checkSection(t, section, url))
})

t.test('the programs on pages and in comments print the output that they show', async t => {
  const server = await createServer()
  t.teardown(() => server.close())
  const url = await server.listen()
  const examples = sources().flatMap(file =>
    [...readFileSync(file, 'utf8').matchAll(/@example\n \* ```ts\n(.*?)```/gs)].map(([, text]) =>
      text!.replace(/^ \* ?/gm, '')
    )
  )
  t.ok(examples.length > 2, 'comments have examples')
  const programs = blocks.filter(block => block.language === 'js' && !isListed(block))
  const directory = t.testdir()
  const run = async (text: string, index: number) => {
    const file = join(directory, `program-${index}.mjs`)
    writeFileSync(file, text.replaceAll('http://127.0.0.1:4010', url))
    const { stdout } = await promisify(execFile)(process.execPath, [file], {
      env: { PATH: process.env.PATH },
      timeout: 60_000
    })
    if (text.includes('node:test')) t.match(stdout, /^(# |ℹ )pass 1$/m, 'its test passes')
    else if (text.includes("from 'tap'")) t.match(stdout, /^ok 1 - /m, 'its test passes')
    else {
      const shown = [...text.matchAll(/^ *console\.log\(.*\) \/\/ (.*)$/gm)].map(([, line]) => `${line}\n`).join('')
      t.equal(stdout, shown, text)
    }
  }
  const all = [...programs.map(({ text }) => text), ...examples].entries()
  // A few at a time, since each waits for its start.
  await Promise.all(
    Array.from({ length: 3 }, async () => {
      for (const [index, text] of all) await run(text, index)
    })
  )
  for (const block of programs) block.isChecked = true
})

t.test('docs/testing.md shows the report of a test that fails', async t => {
  const [program, report] = [/^\/\/ weather/, /^Standin, in/].map(
    begins => blocks.find(({ page, text }) => page === 'docs/testing.md' && begins.test(text))!
  )
  const file = join(t.testdir(), 'weather.test.mjs')
  writeFileSync(file, program!.text.replace('How is the weather?', 'What is the time?'))
  const child = spawn(process.execPath, [file], {
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'ignore', 'pipe']
  })
  let printed = ''
  child.stderr.setEncoding('utf8').on('data', text => (printed += text))
  const [code] = await once(child, 'close')
  t.equal(code, 1, 'it fails')
  isShown(t, printed, report!)
  report!.isChecked = true
})

t.test('the Python code of README.md is part of the example that test/clients runs', async t => {
  const flat = (text: string) => text.replace(/\s+/g, '').replace(/,\)/g, ')')
  const example = flat(readFileSync('examples/openai-python.py', 'utf8')).replace(
    /os\.environ\.get\("\w+",("[^"]*")\)/g,
    '$1'
  )
  for (const block of blocks.filter(({ page, language }) => page === 'README.md' && language === 'python')) {
    for (const line of block.text.split('\n').filter(Boolean))
      t.ok(example.includes(flat(line.replace(/^from openai import OpenAI$|^print\(|\)$/g, ''))), line)
    block.isChecked = true
  }
})

t.test('docs/errors.md shows the messages that Standin returns', async t => {
  const shown = blocks.filter(({ page, language }) => page === 'docs/errors.md' && language === 'text')
  const server = await createServer()
  t.teardown(() => server.close())
  await server.add(shown.map(({ heading }) => ({ match: { lastUser: { exact: heading } }, reply: { error: heading } })))
  for (const block of shown) {
    const { body } = await server.app.inject({
      method: 'POST',
      url: '/v1/chat/completions',
      headers: { authorization: 'Bearer sk-test', 'content-type': 'application/json' },
      payload: { model: 'gpt-4o', messages: [{ role: 'user', content: block.heading }] }
    })
    const pattern = block.text
      .trimEnd()
      .split(/\{\{ \w+ \}\}/)
      .map(literally)
      .join('.*')
    // An error of the proxy is its message alone.
    const message = body.startsWith('{') ? JSON.parse(body).error.message : body
    t.match(message, new RegExp(`^${pattern}$`, 's'), block.heading)
    block.isChecked = true
  }
})

t.test('docs/logs.md shows what a terminal prints', async t => {
  const [terminal, line] = ['text', 'json'].map(
    language => blocks.find(block => block.page === 'docs/logs.md' && block.language === language)!
  )
  const style = { width: 97, hasColors: false }
  const url = 'http://127.0.0.1:4010'
  const facts = { fixtures: 3, origins: ['the built-in fixtures'], acceptsAnyKey: true, keys: 8 }
  const first: RequestLine = JSON.parse(line!.text)
  const nearest = 'hello (fixtures/hello.yaml:2): lastUser: expected to contain "Hello", was "Good morning"'
  const { fixture, session, promptTokens, completionTokens, ...error } = first
  const requests: RequestLine[] = [
    first,
    { ...error, ms: 4.6, source: 'generated', promptTokens: 9, completionTokens: 10, nearest },
    { ...error, ms: 0.8, session, status: 429, refusal: 'rate_limit_exceeded' }
  ]
  const lines = requests.map((each, at) => formatRequestLine(each, new Date(2026, 10, 26, 12, 4, 7 + at), style))
  t.equal(`${formatBanner(url, facts, style)}${lines.join('\n')}\n`, terminal!.text)
  for (const block of [terminal!, line!]) block.isChecked = true
})

t.test('docs/logs.md lists the fields of the log', async t => {
  const lines: Record<string, unknown>[] = []
  const log = pino(createLogOptions('info'), { write: line => void lines.push(JSON.parse(line)) })
  const server = await openServer(resolveOptions({ serverOptions: { port: 0, validate: 'warn' } }), log)
  t.teardown(() => server.close())
  const ask = (headers: Record<string, string>, more: object = {}) =>
    server.app.inject({
      method: 'POST',
      url: '/v1/chat/completions',
      headers: { authorization: 'Bearer sk-test', 'content-type': 'application/json', ...headers },
      payload: { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hello!' }], ...more }
    })
  await server.add({ match: { model: 'gpt-4o-mini' }, reply: { text: 'Hi' } })
  await ask({ 'x-mock-session': 'a' }, { temperature: 9 })
  await ask({ 'x-mock-fault': 'close; after=1' }, { stream: true, model: 'gpt-4o-mini' }).catch(() => {})
  await ask({ authorization: 'Bearer sk-invalid' })
  const written = new Set(lines.filter(({ msg }) => msg === 'request').flatMap(Object.keys))
  const fields = [...read('docs/logs.md').matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell]) => codeIn(cell))
  const tables = read('docs/logs.md').split('## JSON lines')[1]!.split('## Levels')[0]!
  const listed = [...tables.matchAll(/^\| (`[^|]*) \|/gm)].flatMap(([, cell]) => codeIn(cell))
  t.same([...written].sort(), listed.sort())
  t.ok(fields.length > listed.length)
})

t.test('every block runs or is in the list notRun', async t => {
  for (const block of blocks)
    t.equal(block.isChecked, !isListed(block), `${block.page}, ${block.heading}: ${firstLine(block)}`)
  for (const entry of notRun)
    t.ok(
      blocks.some(block => isEntryOf(entry, block)),
      `${entry.page} has ${entry.begins}`
    )
  const { stdout } = await promisify(execFile)(process.execPath, ['test/runners/extract.mjs', t.testdir()])
  const extracted = stdout
    .trim()
    .split('\n')
    .map(line => line.split(' '))
  for (const { page, begins, why } of notRun.filter(({ why }) => why.includes('test:runners` runs'))) {
    const runner = why.split(' ').at(-1)
    t.ok(
      extracted.some(([by, , file, of]) => by === runner && of === page && begins.endsWith(` ${file}`)),
      `${begins} of ${page} under ${runner}`
    )
  }
})

function sources(folder = 'src'): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts'))
    .map(name => join(folder, name))
}

/** The cells of each row of the table under a heading, without the head. */
function tableOf(page: string, heading: string): string[][] {
  const [, section = ''] = read(page).split(`\n## ${heading}\n`)
  return section
    .split(/\n#+ /)[0]!
    .split('\n')
    .filter(line => line.startsWith('|'))
    .slice(2)
    .map(line =>
      line
        .split('|')
        .slice(1, -1)
        .map(cell => cell.trim())
    )
}

const codeIn = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code!)

t.test('docs/reference.md lists every command', async t => {
  const { stderr } = await promisify(execFile)(process.execPath, [command, 'zzz']).catch(error => error)
  const [, names = ''] = /expected ([\w, ]+);/.exec(stderr)!
  const listed = tableOf('docs/reference.md', 'Commands').flatMap(([name]) => codeIn(name))
  const words = listed.map(each => /^standin ([a-z]+)/.exec(each)?.[1]).filter(word => word !== undefined)
  t.same([...new Set(words)].sort(), names.split(', ').sort())
})

t.test('docs/reference.md lists every endpoint, and marks those that need the admin key', async t => {
  const routes = new Set<string>()
  const listen = (message: unknown) =>
    (message as { fastify: Server['app'] }).fastify.addHook('onRoute', ({ method, url }) => {
      // HEAD responds as GET does.
      if (method !== 'HEAD' && /^\/(_mock|health)/.test(url)) routes.add(`${method} ${url.replace(/:(\w+)/, '{$1}')}`)
    })
  diagnostics.subscribe('fastify.initialization', listen)
  const server = await createServer({ adminKey: 'secret' })
  t.teardown(() => server.close())
  // Endpoints are registered with the first request to one of their kind.
  for (const url of ['/_mock/health', '/health']) await server.app.inject(url)
  diagnostics.unsubscribe('fastify.initialization', listen)
  const rows = tableOf('docs/reference.md', 'Endpoints')
  t.same(rows.map(([method, path]) => `${method} ${codeIn(path)[0]}`).sort(), [...routes].sort())
  const admin = parse(readFileSync('openapi/admin.yaml', 'utf8'))
  const described = Object.entries<Record<string, { security?: unknown[] }>>(admin.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, { security }]) => [`${method.toUpperCase()} ${path}`, security ? 'no' : 'yes'])
  )
  t.same(
    described.sort(),
    rows.map(([method, path, , , , guarded]) => [`${method} ${codeIn(path)[0]}`, guarded]).sort(),
    'openapi/admin.yaml describes the same endpoints'
  )
  for (const [method, path = '', , , , guarded] of rows) {
    const url = codeIn(path)[0]!.replace('{asset}', 'start.js').replace('{name}', 'x')
    const { statusCode } = await server.app.inject({ method: method as 'GET', url })
    t.equal(statusCode === 401, guarded === 'yes', `${method} ${url}`)
  }
})

t.test('docs/reference.md lists every header', async t => {
  const code = sources()
    .map(file => readFileSync(file, 'utf8'))
    .join('\n')
  const used = new Set((code.match(/\bx-mock-[a-z-]+[a-z]\b/g) ?? []).sort())
  const rows = ['Request headers', 'Response headers'].flatMap(heading => tableOf('docs/reference.md', heading))
  t.ok(rows.length > 20, 'the tables are there')
  const listed = rows.flatMap(([name]) => codeIn(name)).map(name => name.toLowerCase())
  t.same(listed.filter(name => name.startsWith('x-mock-')).sort(), [...used].sort())
  const readByCode = [...code.matchAll(/\b(?:raw|request)\.headers(?:\.([a-z]+)|\['([a-z-]+)'\])/g)].map(
    ([, name, quoted]) => name ?? quoted!
  )
  t.ok(readByCode.length > 5, 'the code reads headers')
  for (const name of readByCode) t.ok(listed.includes(name), `${name} is listed`)
  for (const name of listed.filter(name => !name.includes('*')))
    t.ok(code.toLowerCase().includes(name) || standard.has(name), `${name} is in the code`)
})

/** Headers that libraries read or write. */
const standard = new Set(['access-control-request-method', 'access-control-request-headers', 'server-timing'])

t.test('docs/reference.md lists every limit with its value', async t => {
  const rows = tableOf('docs/reference.md', 'Limits').map(([name, value]) => [codeIn(name)[0], value])
  const formatLimit = (name: string, value: number) =>
    name === 'silentConnection' ? `${value / 60_000} minutes` : formatBytes(value)
  t.same(
    rows,
    Object.entries(fixedLimits).map(([name, value]) => [name, formatLimit(name, value)])
  )
  t.match(read('docs/reference.md'), `A name above ${maxNameChars} characters`)
})

t.test('pages list the limits of a response', async t => {
  const { work, bytes, workAtOnce, bytesAtOnce } = responseLimits
  const format = (units: number, size: number) => [`${units.toLocaleString('en')} units`, formatBytes(size)]
  const rows = tableOf('docs/troubleshooting.md', '400: budget_exceeded')
  t.same(
    rows.map(([, ...cells]) => cells),
    [format(work, bytes), format(workAtOnce, bytesAtOnce)]
  )
  for (const [units, size] of [format(work, bytes), format(workAtOnce, bytesAtOnce)])
    t.match(read('SECURITY.md'), ` | ${units} of work, ${size} |`)
})

t.test('each sentence of SECURITY.md has a test', async t => {
  const page = read('SECURITY.md')
  t.same(promiseProblems(page, promises), [])
  const advice = promises.filter(promise => 'advice' in promise)
  t.ok(advice.length <= 6, 'few sentences promise nothing')
  const changes: [string, string][] = [
    ['accepts every API key', 'accepts no API key'],
    ['| 30 minutes |', '| 40 minutes |'],
    ['is not checked.', 'is not checked. This is new.']
  ]
  for (const [before, after] of changes) t.ok(promiseProblems(page.replace(before, after), promises).length, after)
  const [first] = promises
  t.match(promiseProblems(page, [...promises, first!]), [/^2 entries for: /], 'an entry that is there twice')
  const renamed = (file: string) => readFileSync(file, 'utf8').replace('a silent connection is closed', 'renamed')
  t.match(promiseProblems(page, promises, renamed), [/^test\/http-wire\.test\.ts has no test: a silent connection/])
})

t.test('docs/reference.md lists every environment variable', async t => {
  const files = [...sources(), 'examples/pytest_standin.py']
  const code = files.map(file => readFileSync(file, 'utf8')).join('\n')
  const named = code.match(/\b(?:STANDIN|OPENAI)_[A-Z_]*[A-Z]\b/g) ?? []
  const used = [...code.matchAll(/process\.env\.([A-Z_]+)/g)].map(([, name]) => name!)
  // The log's colors are those of a library.
  const others = ['PORT', 'HOST', 'NO_COLOR', 'FORCE_COLOR']
  const all = new Set([...named, ...used, ...others, ...optionTable.map(({ variable }) => variable)])
  const rows = tableOf('docs/reference.md', 'Environment variables')
  t.same(rows.flatMap(([name]) => codeIn(name)).sort(), [...all].sort())
  for (const { variable, flag } of optionTable)
    t.match(rows.find(([name]) => name === `\`${variable}\``)?.join(), `\`--${flag}\``, variable)
})

t.test('docs/api-keys.md lists the built-in keys', async t => {
  const { keys } = parse(readFileSync('fixtures/keys.yaml', 'utf8'))
  const rows = tableOf('docs/api-keys.md', 'Built-in keys')
  t.same(Object.fromEntries(rows.map(([key, , error]) => [codeIn(key)[0], { refusal: codeIn(error)[0] }])), keys)
  const server = await built.createServer()
  t.teardown(() => server.close())
  for (const [key, status] of rows) {
    const { statusCode } = await server.app.inject({
      url: '/v1/models',
      headers: { authorization: `Bearer ${codeIn(key)[0]}` }
    })
    t.equal(String(statusCode), status, `${key}`)
  }
})

t.test('pages list every fault, profile, filter and field that Standin knows', async t => {
  const server = await createServer()
  t.teardown(() => server.close())
  /** The names that an error expects in place of an unknown one. */
  const expected = async (url: string, headers: Record<string, string> = {}, payload?: object) => {
    const { body } = await server.app.inject({
      method: payload ? 'POST' : 'GET',
      url,
      headers: { authorization: 'Bearer sk-test', 'content-type': 'application/json', ...headers },
      payload
    })
    const [, names = ''] = /expected (?:one of |an object with )?([^;.]*)/.exec(
      JSON.parse(body).error.message.replace(/(\w)\.(\w)/g, '$1_$2')
    )!
    return names.replaceAll('_', '.').split(', ').sort()
  }
  const chat = '/v1/chat/completions'
  const body = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hello!' }] }
  const firstWords = (rows: string[][]) => rows.flatMap(([cell]) => codeIn(cell).map(code => code.split(/[=;]/)[0]!))
  t.same(firstWords(tableOf('docs/faults.md', 'Kinds')).sort(), await expected(chat, { 'x-mock-fault': 'zzz' }, body))
  const [, profiles = ''] = read('docs/timing.md').split('## Profiles')
  const [paragraph = ''] = profiles.trim().split('\n\n')
  t.same(codeIn(paragraph).sort(), await expected(chat, { 'x-mock-timing': 'zzz' }, body))
  const keys = firstWords(tableOf('docs/timing.md', 'Keys'))
  t.same(keys.sort(), await expected(chat, { 'x-mock-timing': 'zzz=1' }, body))
  const filters = firstWords(tableOf('docs/verification.md', 'Filters')).filter(name => name !== 'format')
  t.same(filters.sort(), await expected('/_mock/requests?zzz=1'))
  const fields = firstWords(tableOf('docs/verification.md', 'Fields'))
  t.same(fields.sort(), await expected('/_mock/verify', {}, { zzz: 1 }))
})

t.test('options and scripts that pages name exist', async t => {
  const { scripts, version } = JSON.parse(readFileSync('package.json', 'utf8'))
  t.match(read('README.md'), `standin-${version}.tgz`, 'README.md names the tarball of this version')
  const flags = [...optionTable.map(({ flag }) => flag), ...Object.keys(tailFlags)].map(flag => `--${flag}`)
  for (const page of pages) {
    for (const [, script] of read(page).matchAll(/\bnpm run ([\w:]+)/g))
      t.ok(scripts[script!], `npm run ${script} of ${page}`)
    if (page.startsWith('bench')) continue
    for (const [, flag] of read(page).matchAll(/`(--[a-z-]+)/g)) t.ok(flags.includes(flag!), `${flag} of ${page}`)
  }
})

t.test('docs/options.md is generated from the table of options', async t => {
  if (process.argv.includes('--write')) writeFileSync('docs/options.md', optionsPage())
  t.equal(readFileSync('docs/options.md', 'utf8'), optionsPage())
})

/** The name under which a heading can be linked to. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .trim()
    .replace(/\s/g, '-')

const withoutBlocks = (text: string) => text.replace(/^```.*?^```$/gms, '')

t.test('every relative link has a target', async t => {
  for (const page of pages)
    for (const [, target = ''] of withoutBlocks(read(page)).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue
      const [path, anchor] = target.split('#')
      const file = path ? join(dirname(page), path) : page
      if (!existsSync(file)) t.fail(`${page} links to ${target}`)
      else if (anchor) {
        const anchors = [...readFileSync(file, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchorOf(heading!))
        t.ok(anchors.includes(anchor), `${target} of ${page} is a heading`)
      }
    }
})

t.test('every file that the pages name exists', async t => {
  const made = /^(dist|node_modules|my-fixtures)\//
  for (const page of ['ARCHITECTURE.md', 'CONTRIBUTING.md', 'README.md', 'docs/deviations.md']) {
    const names = read(page).match(/(?<![\w/.-])(?:src|test|fixtures|openapi|docs|examples|bench)\/[\w./*-]*/g) ?? []
    for (const name of names) {
      const clean = name.replace(/[.,]$/, '')
      if (clean.includes('*')) t.ok(expand(clean).length, `${clean} of ${page}`)
      else if (!made.test(clean)) t.ok(existsSync(clean), `${clean} of ${page}`)
    }
  }
})

t.test('CONTRIBUTING.md explains the use of every library', async t => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'))
  const [, table = ''] = read('CONTRIBUTING.md').split('## Why these libraries')
  const named = [...table.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell]) => codeIn(cell))
  t.same(named.sort(), [...Object.keys(dependencies), ...Object.keys(devDependencies)].sort())
})

t.test('docs/fixtures.md and docs/matching.md name every key of a fixture', async t => {
  const { $defs } = JSON.parse(readFileSync('fixtures/fixture.schema.json', 'utf8'))
  const has = (page: string, keys: object) => {
    for (const key of Object.keys(keys))
      t.match(read(page), key === '$schema' ? key : `\`${key}\``, `${key} of ${page}`)
  }
  for (const part of ['fixture', 'saying', 'reply', 'toolCall', 'stored'])
    has('docs/fixtures.md', $defs[part].properties)
  has('docs/fixtures.md', $defs.reply.properties.usage.properties)
  has('docs/matching.md', $defs.match.properties)
})

t.test('the example fixtures are valid', async t => {
  const { stdout } = await promisify(execFile)(process.execPath, [command, 'check', '--fixtures', 'examples/fixtures'])
  t.match(stdout, / 4 fixtures/)
})

/** The first paragraph below a page's title. */
const purposeOf = (page: string) =>
  read(page)
    .replace(/<!--.*?-->\n/gs, '')
    .split(/\n\n+/)[1]!
    .replace(/\n/g, ' ')

t.test('a page has the title of its file, then its purpose in one sentence', async t => {
  for (const page of guides) {
    const [, title = ''] = /^# (.*)\n/.exec(read(page)) ?? []
    const folder = basename(dirname(page === 'README.md' ? join('standin', page) : page))
    const name = basename(page, '.md') === 'README' ? folder : basename(page, '.md')
    t.equal(anchorOf(title), name.toLowerCase(), page)
    t.match(purposeOf(page), /^[^.]*(?:\.\w[^.]*)*\.$/, `${page} begins with one sentence`)
    t.equal(withoutBlocks(read(page)).match(/^# /gm)?.length, 1, `${page} has one title`)
  }
})

t.test('docs/troubleshooting.md has a symptom, a cause and a fix for each problem', async t => {
  const [, ...problems] = withoutBlocks(read('docs/troubleshooting.md')).split('\n## ')
  for (const problem of problems) t.match(problem, /\nSymptom:.*\nCause:.*\nFix:/s, `${problem.split('\n')[0]}`)
})

t.test('docs/README.md lists every page with its purpose', async t => {
  for (const page of guides.filter(page => /^docs\/(?!README)/.test(page))) {
    const [, title = ''] = /^# (.*)\n/.exec(read(page)) ?? []
    t.ok(read('docs/README.md').includes(`| [${title}](${basename(page)}) | ${purposeOf(page)} |`), page)
  }
})

/** The prose of a page: its paragraphs and list items, with code and the targets of links taken out. */
function proseOf(page: string): string[] {
  return withoutBlocks(read(page))
    .replace(/<!--.*?-->/gs, '')
    .split(/\n\n+|\n(?=- |\|)/)
    .map(part =>
      part
        .replace(/`[^`\n]*`/g, 'x')
        .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
        .replace(/\s+/g, ' ')
        .trim()
    )
    .filter(Boolean)
}

t.test('lines of prose have at most 120 columns', async t => {
  for (const page of guides)
    for (const line of withoutBlocks(read(page)).split('\n'))
      if (!/^(\||\d{3} ·|!\[|Headers: |Further members: )/.test(line) && line.length > 120) t.fail(`${page}: ${line}`)
})

t.test('sentences have at most 25 words', async t => {
  for (const page of guides)
    for (const part of proseOf(page).filter(part => !part.startsWith('|')))
      for (const sentence of part.replace(/^- /, '').split(/(?<=[.!?:]) /))
        if (sentence.split(' ').length > 25) t.fail(`${page}: ${sentence}`)
})

/** Words that have a plainer one, and words that promise too much. */
const banned =
  /\b(tells?|told|says?|said|saying|asks?|asked|asking|hears?|heard|made[ -]up|makes? up|invent\w*|letter|of yours|just|easy|easily|simply|obviously|basically|blazing|seamless|powerful|(?<!model's )refusals?)\b/i

t.test('words that have a plainer one are not on the pages', async t => {
  for (const page of guides)
    for (const part of proseOf(page)) {
      // The rows of docs/options.md are the texts of --help.
      if (page === 'docs/options.md' && part.startsWith('|')) continue
      const [word] = banned.exec(part) ?? []
      if (word) t.fail(`${page}: "${word}" in ${part}`)
    }
})
