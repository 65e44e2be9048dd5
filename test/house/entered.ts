/**
 * Counts the files and functions of src/ that one request enters. Each file is compiled by itself into a temporary folder and run
 * there, under V8's precise coverage; source maps lead from what ran back to src/.
 */
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { Agent, type IncomingMessage, request } from 'node:http'
import { type Profiler, Session } from 'node:inspector/promises'
import { SourceMap } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { transform } from 'esbuild'
import { readFiles } from './tree.js'

export interface Entered {
  /** What was asked. */
  name: string
  status: number
  files: string[]
  /** Each as `file:line:column name`, with the place of its first character. */
  functions: string[]
}

interface Running {
  add(fixtures: object[]): Promise<void>
  listen(): Promise<string>
  close(): Promise<void>
}

const asking = (content: string, more: object = {}) => ({
  model: 'gpt-4o',
  messages: [{ role: 'user', content }],
  ...more
})
const fixtures = [{ match: { lastUser: 'Say it.' }, reply: { text: 'A canned answer of some words.' } }]
const paced = { 'x-mock-timing': 'interTokenMs=5' }

const requests: { name: string; body: object; headers?: Record<string, string> }[] = [
  { name: 'canned answer', body: asking('Say it.') },
  { name: 'canned stream', body: asking('Say it.', { stream: true }) },
  { name: 'canned stream with a pace', body: asking('Say it.', { stream: true }), headers: paced },
  { name: 'generated answer', body: asking('How are you?') },
  { name: 'generated stream', body: asking('How are you?', { stream: true }) },
  { name: '400', body: asking('Say it.', { temperature: 3 }) }
]

// After this the server has loaded what it loads late, and a request has ended in all its parts.
const startMs = 1500
const endMs = 100

/** What the second of two equal requests enters, for each kind of request. */
export async function countEntered(root: string): Promise<Entered[]> {
  const home = await mkdtemp(join(tmpdir(), 'standin-count-'))
  try {
    const maps = await compile(root, home)
    const { createServer } = await import(pathToFileURL(join(home, 'src/index.js')).href)
    return await run(await createServer({ fixtures: 'none' }), pathToFileURL(join(home, 'src/')).href, maps)
  } finally {
    await rm(home, { recursive: true })
  }
}

/** Compiles each file to a file, so that nothing is bundled or inlined, and puts what src/ reads beside it. */
async function compile(root: string, home: string): Promise<Map<string, Compiled>> {
  const maps = new Map<string, Compiled>()
  for (const [file, source] of readFiles(join(root, 'src'))) {
    const target = join(home, 'src', file.replace(/\.ts$/, '.js'))
    await mkdir(dirname(target), { recursive: true })
    if (!file.endsWith('.ts')) {
      await writeFile(target, source)
      continue
    }
    const { code, map } = await transform(source, {
      loader: 'ts',
      format: 'esm',
      target: 'node20',
      sourcemap: 'external',
      sourcefile: file
    })
    await writeFile(target, code)
    maps.set(file.replace(/\.ts$/, '.js'), { code, map: new SourceMap(JSON.parse(map)) })
  }
  for (const name of ['fixtures', 'openapi', 'package.json']) await symlink(join(root, name), join(home, name))
  const own = join(root, 'node_modules')
  await symlink(existsSync(own) ? own : join(process.cwd(), 'node_modules'), join(home, 'node_modules'))
  return maps
}

interface Compiled {
  code: string
  map: SourceMap
}

async function run(server: Running, base: string, maps: Map<string, Compiled>): Promise<Entered[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const session = new Session()
  session.connect()
  try {
    await session.post('Profiler.enable')
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
    await server.add(fixtures)
    const url = `${await server.listen()}/v1/chat/completions`
    await wait(startMs)
    const found: Entered[] = []
    for (const { name, body, headers } of requests) {
      await ask(url, body, headers, agent)
      // Taking the coverage sets all counts back to zero.
      await session.post('Profiler.takePreciseCoverage')
      const status = await ask(url, body, headers, agent)
      const { result } = await session.post('Profiler.takePreciseCoverage')
      const functions = result.flatMap(script => enteredIn(script, base, maps))
      const files = functions.map(each => each.slice(0, each.indexOf(':')))
      found.push({ name, status, files: sorted(files), functions: sorted(functions) })
    }
    return found
  } finally {
    session.disconnect()
    agent.destroy()
    await server.close()
  }
}

const sorted = (texts: string[]) => [...new Set(texts)].sort()

async function ask(url: string, body: object, headers: object = {}, agent: Agent): Promise<number> {
  const sent = request(url, {
    method: 'POST',
    agent,
    headers: { 'content-type': 'application/json', authorization: 'Bearer sk-count', ...headers }
  })
  sent.end(JSON.stringify(body))
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  await text(answer)
  await wait(endMs)
  return answer.statusCode!
}

function enteredIn({ url, functions }: Profiler.ScriptCoverage, base: string, maps: Map<string, Compiled>): string[] {
  const compiled = url.startsWith(base) ? maps.get(url.slice(base.length)) : undefined
  if (!compiled) return []
  const { code, map } = compiled
  return functions.flatMap(({ functionName, ranges }) => {
    const { startOffset, endOffset, count } = ranges[0]!
    // The module itself is a function to V8, and so are the initial values of a class.
    const isModule = startOffset === 0 && endOffset === code.length
    if (count === 0 || isModule || functionName.startsWith('<')) return []
    const before = code.slice(0, startOffset).split('\n')
    const entry = map.findEntry(before.length - 1, before.at(-1)!.length) as Partial<ReturnType<SourceMap['findEntry']>>
    const { originalSource, originalLine = 0, originalColumn = 0 } = entry as Record<string, never>
    return [
      `${originalSource}:${originalLine + 1}:${originalColumn + 1} ${functionName || 'a function without a name'}`
    ]
  })
}
