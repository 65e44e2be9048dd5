/**
 * Small trees that break the laws, for the tests that see each law fail. A line that ends with `// wrong` must be reported; every
 * other line must not.
 */
import { posix } from 'node:path'
import * as names from './names.js'

type WrongTree = Readonly<Record<string, string>>

/** The parts of a name such as `core/store.ts Store.take`. */
const at = (name: string) => {
  const [file = '', path = ''] = name.split(' ')
  const [own = '', member = ''] = path.split('.')
  return { file, own, member }
}

/** An import of a name, as it is written in a file below `folder`. */
const importOf = (name: string, folder: string, own = at(name).own) => {
  const path = posix.relative(folder, at(name).file).replace(/\.ts$/, '.js')
  return `import { ${own} } from '${path.startsWith('.') ? path : `./${path}`}'`
}

const lines = (count: number, line = '') => Array.from({ length: count }, () => line)

const [step, callers] = Object.entries(names.paths.steps)[0]!
const [journaling] = names.exchanges.journaling
const journal = at(journaling!)
const exchange = at(names.exchanges.type)
const error = at(names.errors.thrown)
const renderer = names.errors.renderers[0]!
const exchangeType = `export interface ${exchange.own} { id: string; status: number; answer?: string; times: number[] }`

/** By the name of the law. */
export const wrongTrees: Readonly<Record<string, readonly WrongTree[]>> = {
  '1 imports go down, or stay in their folder': [
    {
      'index.ts': `export { s } from './server/s.js'`,
      'server/s.ts': `import { c } from '../http/chat/c.js'\nexport const s = c`,
      'http/chat/c.ts': `import { b } from '../b.js'\nimport { s } from '../../server/s.js' // wrong\nexport const c = [b, s]`,
      'http/b.ts': `export const b = 1\nexport type Late = typeof import('../cli/main.js') // wrong`,
      'cli/main.ts': `import('../index.js') // wrong\nimport('../testing/t.js') // wrong\nexport const main = 1`,
      'testing/t.ts': `export const t = 1`,
      'core/c.ts': `import type { Store } from '../state/store.js' // wrong\nexport type C = Store`,
      'state/store.ts': `export * from '../fixtures/f.js' // wrong\nexport interface Store { a: string }`,
      'fixtures/f.ts': `import { v } from '../sample/v.js' // wrong\nimport { gone } from './gone.js' // wrong\nexport const f = [v, gone]`,
      'completion/c.ts': `import { v } from '../sample/v.js'\nexport const made = v`,
      'sample/v.ts': `export const v = 1`
    }
  ],
  '1 imports never go in a circle': [
    {
      'core/a.ts': `import { b } from './b.js'\nexport const a = () => b`,
      'core/b.ts': `import { c } from './c.js'\nexport const b = () => c`,
      'core/c.ts': `import { d } from './d.js'\nimport type { a } from './a.js' // wrong\nexport const c = (own: typeof a) => d(own)`,
      'core/d.ts': `export const d = (own: unknown) => own`
    },
    { 'core/self.ts': `export const one = 1\nexport const load = () => import('./self.js') // wrong` }
  ],
  '1 each file lies in a folder that has a floor': [
    { 'index.ts': '', 'helper.ts': 'export const helper = 1 // wrong', 'core/a.ts': '' },
    { 'billing/a.ts': 'export const a = 1 // wrong', 'billing/b.ts': '', 'page/page.css': 'body { margin: 0 }' }
  ],
  '1 no file of http/ imports more than 15 files': [
    {
      'http/chat/handler.ts': [...lines(15, `import 'node:fs'`), `import '../a.js' // wrong`, `import '../b.js'`].join(
        '\n'
      ),
      'http/few.ts': lines(15, `import 'node:fs'`).join('\n'),
      'http/app.ts': lines(40, `import 'node:fs'`).join('\n'),
      'server/server.ts': lines(40, `import 'node:fs'`).join('\n')
    }
  ],
  '2 each library has its keepers': [
    {
      'fixtures/load.ts': `import { parse } from 'yaml' // wrong\nimport type { Redis } from 'ioredis' // wrong\nexport { parse, type Redis }`,
      'core/source-file.ts': `import { parse } from 'yaml'\nimport { readFileSync } from 'node:fs'\nexport { parse, readFileSync }`,
      'http/app.ts': `const load = () => import('lodash/get.js') // wrong\nexport { load }`
    }
  ],
  '3 no code repeats what the contract says': [
    {
      'fixtures/digest.ts': `const kept = new Set(['model', 'messages', 'temperature', 'top_p', 'stop']) // wrong\nexport const few = ['model', 'messages']\nexport { kept }`,
      'http/identity.ts': `export const asked = ({ model, messages, tools, n, seed }: any) =>\n  [model, messages, tools, n, seed] // wrong`,
      'completion/echo.ts': `export const echo = (r: any) => (\n  { temperature: r.temperature, top_p: r.top_p, seed: r.seed, user: r.user, n: r.n }) // wrong`,
      'http/routes.ts': `export const chat = '/v1/chat/completions' // wrong\nexport const mock = '/_mock/requests'`,
      'contract/roles.ts': `export const roles = ['system', 'user', 'assistant', 'tool'] // wrong\nexport const pets = ['cat', 'dog', 'cow', 'hen']`,
      [names.parameterTable]: `export const all = ['model', 'messages', 'temperature', 'top_p', 'stop', 'seed']`
    }
  ],
  '5 one path leads to a completion, and one to a stream': [
    {
      [at(step).file]: `export function ${at(step).own}() { return { object: 'chat.completion' } }`,
      [callers[0]!]: importOf(step, posix.dirname(callers[0]!)),
      'http/chat/handler.ts': `${importOf(step, 'http/chat', `${at(step).own} as make`)} // wrong\nexport const answer = make()`,
      'fixtures/quick.ts': `export const quick = { object: 'chat.completion' as const, id: 'a' } // wrong`,
      'http/chat/chunk.ts': `export const chunk = { object: 'chat.completion.chunk', id: 'a' } // wrong\nexport interface Chunk { object: 'chat.completion.chunk' }`,
      'http/chat/live.ts':
        'export const event = (text: string) =>\n  `data: ${text}\\n\\n` // wrong\nexport const isData = (line: string) => line.startsWith("data: ")',
      'stream/apply-fault.ts': `export const done = 'data: [DONE]\\n\\n' // wrong`,
      [names.paths.events[0]!]: 'export const frame = (text: string) => `data: ${text}\\n\\n`'
    }
  ],
  '6 pure files know no clock, no disk, no network and no dice': [
    {
      'completion/build.ts': [
        `import { readFileSync } from 'node:fs' // wrong`,
        `import type { Server } from 'node:http'`,
        `import { read } from '../core/disk.js' // wrong`,
        `import type { Disk } from '../core/disk.js'`,
        `import { digest } from '../${names.pureEnough[0]!.replace('.ts', '.js')}'`,
        `export const id = () => Date.now() // wrong`,
        `export const day = (date = new Date()) => date // wrong`,
        `export const first = new Date(0)`,
        `export const chance = Math.random() // wrong`,
        `export const most = Math.max(1, 2)`,
        `export const wait = (done: () => void) => setTimeout(done, 1) // wrong`,
        `export const own = (setTimeout: () => void) => setTimeout()`,
        `export const late = async () => read // wrong`,
        `export const load = () => import('../core/disk.js') // wrong`,
        `export type All = [Server, Disk, typeof readFileSync, typeof digest]`
      ].join('\n'),
      'sample/number.ts': `export const now = () => performance.now() // wrong\nexport const times = { performance: 1 }`,
      'stream/timeline.ts': `export const env = () => process.hrtime() // wrong`,
      'stream/scheduler.ts': `export const now = () => performance.now()`,
      'completion/load-vocabulary.ts': `export const load = async () => import('gpt-tokenizer')`,
      'core/disk.ts': `import { readFileSync } from 'node:fs'\nexport const read = readFileSync\nexport interface Disk { a: 1 }`,
      [names.pureEnough[0]!]: `import { createHash } from 'node:crypto'\nexport const digest = createHash`
    }
  ],
  '6 only the front doors know the process': [
    {
      'http/app.ts': `export const isDebug = process.env.DEBUG // wrong\nexport const argv = process.argv // wrong\nexport const id = process.pid`,
      'cli/main.ts': `export const argv = process.argv`
    }
  ],
  '8 one file sends errors': [
    {
      [at(renderer).file]: `export function ${at(renderer).own}() { return { error: { message: 'a', type: 'b' } } }`,
      [names.errors.writer]:
        `${importOf(renderer, posix.dirname(names.errors.writer))}\nexport const send = (raw: any) => raw.writeHead(404).end(${at(renderer).own}())`,
      'http/chat/live.ts': `${importOf(renderer, 'http/chat')} // wrong\nexport const end = () => ${at(renderer).own}()`,
      'http/app.ts': `export const reject = (raw: any) => raw.writeHead(404).end() // wrong\nexport const accept = (raw: any) => raw.writeHead(200).end()`,
      'stream/pacing.ts': `const body = { error: { message: 'broken', type: 'server_error' } } // wrong\nexport const found = { error: { problem: body } }`
    }
  ],
  '8 each error that is thrown has its words': [
    {
      [error.file]: `export class ${error.own} { constructor(readonly code: string) {} }`,
      'http/auth.ts': [
        importOf(names.errors.thrown, 'http'),
        `export const check = (key?: string, name?: string) => {`,
        `  if (!key) throw new ${error.own}('mising_api_key') // wrong`,
        `  if (key === 'a') throw new ${error.own}('missing_api_key')`,
        `  throw new ${error.own}(name ?? (key ? 'missing_api_key' : 'no_such_error')) // wrong`,
        `}`
      ].join('\n')
    }
  ],
  '8 one file takes responses from Fastify': [
    {
      [names.hijacker]: `export const open = (reply: any) => reply.hijack()\nexport const again = (reply: any) => reply.hijack() // wrong`,
      'http/app.ts': `export const late = (reply: any) => {\n  reply.hijack() // wrong\n}`
    }
  ],
  '8 one file uses undocumented members of Node': [
    {
      [names.nodeInternals]: `export const head = (raw: any) => raw._storeHeader('', [])`,
      'http/response/send.ts': [
        `export const head = (raw: any) => raw._storeHeader('', []) // wrong`,
        `export const has = (raw: object) => '_header' in raw // wrong`,
        `export const reset = (socket: any) => { socket.resetAndClosing = true } // wrong`,
        `export const plain = (raw: any) => { raw['chunkedEncoding'] = false } // wrong`,
        `export const fine = (raw: any) => raw.statusCode === 200`
      ].join('\n')
    }
  ],
  '9 one file logs and journals requests': [
    {
      [journal.file]: `export interface ${journal.own} { ${journal.member}(exchange: object): void }`,
      [names.exchanges.keeper]:
        `${importOf(journaling!, 'http')}\nexport const close = (log: any, own: ${journal.own}) => { log.info('a'); own.${journal.member}({}) }`,
      'http/chat/handler.ts': [
        importOf(journaling!, 'http/chat'),
        `export const one = (rooms: { log: any; own: ${journal.own} }) => {`,
        `  rooms.log.warn('late') // wrong`,
        `  const { log, own } = rooms`,
        `  log.info({}, 'request') // wrong`,
        `  own.${journal.member}({}) // wrong`,
        `  new Set<object>().add({})`,
        `}`
      ].join('\n'),
      'server/server.ts': `export const start = (log: any) => log.info('started')`
    }
  ],
  '9 two files write exchanges': [
    {
      [exchange.file]: exchangeType,
      [names.exchanges.keeper]:
        `export const open = (request: any) => { request.exchange = {}; request.exchange.id = 'a' }`,
      [names.exchanges.writers[1]!]: `export const end = (request: any) => { request.exchange.status = 200 }`,
      'http/chat/handler.ts': [
        importOf(names.exchanges.type, 'http/chat'),
        `export const one = (request: any, other: ${exchange.own}, body: any) => {`,
        `  const { exchange } = request`,
        `  exchange.status = 200 // wrong`,
        `  request.exchange.answer ??= 'a' // wrong`,
        `  request.exchange.times.push(1) // wrong`,
        `  exchange.count++ // wrong`,
        `  delete exchange.answer // wrong`,
        `  exchange['id'] = 'b' // wrong`,
        `  Object.assign(exchange, { id: 'c' }) // wrong`,
        `  request.exchange = body // wrong`,
        `  other.status = 500 // wrong`,
        `  body.status = exchange.status`,
        `  return exchange.times.map(String)`,
        `}`
      ].join('\n')
    }
  ],
  '10 no variable of a module changes': [
    {
      'http/count.ts': [
        `let count = 0 // wrong`,
        `export let last = '' // wrong`,
        `const seen = new Set<string>()`,
        `const byName: Record<string, number> = {}`,
        `const list: string[] = []`,
        `export const shared = new Map<string, string>()`,
        `const fixed = new Set(['a'])`,
        `export class Ids { static next = 0; static readonly first = 1 } // wrong`,
        `export function take(name: string): number {`,
        `  seen.add(name) // wrong`,
        `  byName[name] = 1 // wrong`,
        `  list.push(name) // wrong`,
        `  last = name`,
        `  Object.assign(byName, { name }) // wrong`,
        `  Object.assign(globalThis, { name }) // wrong`,
        `  delete byName[name] // wrong`,
        `  const own: string[] = []`,
        `  own.push(name)`,
        `  if (fixed.has(name)) return ++count`,
        `  { const seen = new Set<string>(); seen.add(name) }`,
        `  return count`,
        `}`
      ].join('\n'),
      'server/other.ts': `import { shared as known } from '../http/count.js'\nexport const keep = () => known.set('a', 'b') // wrong`
    }
  ],
  '11 counts across requests go through the Store': [
    {
      'http/chat/limits.ts': [
        `export function createLimiter(most: number) {`,
        `  let used = 0`,
        `  let text = ''`,
        `  const turns = new Map<string, number>()`,
        `  for (let index = 0; index < 3; index++) text += 'a'`,
        `  return (key: string) => {`,
        `    used += 1 // wrong`,
        `    turns.set(key, (turns.get(key) ?? 0) + 1) // wrong`,
        `    let own = 0`,
        `    own++`,
        `    text += 'a'`,
        `    return used > most + own`,
        `  }`,
        `}`
      ].join('\n'),
      'state/memory-store.ts': `export function createMemoryStore() {\n  let turn = 0\n  return { take: () => turn++ }\n}`
    }
  ],
  '12 whatever opens is closed': [
    {
      'server/watch.ts': [
        `import { watch as observe } from 'chokidar'`,
        `export interface Watcher { close(): Promise<void> }`,
        `export async function watch(paths: string[]): Promise<Watcher> {`,
        `  const watcher = observe(paths)`,
        `  return { close: () => watcher.close() }`,
        `}`,
        `export const forget = (paths: string[]) => { observe(paths) } // wrong`
      ].join('\n'),
      'server/server.ts': [
        `import { type Watcher, watch } from './watch.js'`,
        `import { setTimeout as wait } from 'node:timers/promises'`,
        `export async function open() {`,
        `  const lost = await watch([]) // wrong`,
        `  const app = [String(lost)]`,
        `  const kept = await watch([])`,
        `  await wait(50) // wrong`,
        `  setInterval(() => lost, 50) // wrong`,
        `  setTimeout(() => lost, 50).unref()`,
        `  return { app, close: () => kept.close() }`,
        `}`,
        `export async function pass(): Promise<Watcher> {`,
        `  const given = await watch([])`,
        `  return given`,
        `}`,
        `export async function parts() {`,
        `  const watcher = await watch([])`,
        `  const parts = { watcher }`,
        `  return parts`,
        `}`
      ].join('\n'),
      'http/app.ts': `import Fastify from 'fastify'\nexport const create = () => {\n  const app = Fastify()\n  return app\n}\nexport const lose = () => {\n  Fastify() // wrong\n}`
    }
  ],
  '13 no file is above 250 lines': [
    {
      'core/long.ts': [...lines(250), '// wrong', ''].join('\n'),
      'core/full.ts': [...lines(250), ''].join('\n')
    }
  ],
  '13 no function is above 60 lines': [
    {
      'core/long.ts': [
        `export function long() { // wrong`,
        ...lines(59, '  long()'),
        `}`,
        `export const full = () => {`,
        ...lines(58, '  long()'),
        `}`,
        `export const nested = { // the object is long, and no function`,
        `  method() { // wrong`,
        `    return () => {`,
        ...lines(58, '      long()'),
        `    }`,
        `  }`,
        `}`
      ].join('\n')
    }
  ],
  '14 no exported name is defined twice': [
    {
      'core/a.ts': `export const textOf = 1\nexport interface Place { a: 1 }\nexport const Place = 1\nconst own = 2\nexport { own as answer }`,
      'http/b.ts': `export type Place = string // wrong\nconst textOf = 2\nconst answer = 3 // wrong\nexport { answer, textOf as otherText }`,
      'index.ts': `export { textOf } from './core/a.js'`
    }
  ],
  '15 every member of a public type has TSDoc': [
    {
      'index.ts': `export { createServer, type Options, limit, Problem } from './server/server.js'`,
      'testing/index.ts': `export const mock = (): void => {} // wrong`,
      'server/server.ts': [
        `import type { Deep } from '../core/deep.js'`,
        `/** Opens a server. */`,
        `export function createServer(options: Options): Server { return options as never }`,
        `export interface Options {`,
        `  /** Where it listens. */`,
        `  port: number`,
        `  host: string // wrong`,
        `  /** A literal in a member is described by the member. */`,
        `  pair?: { a: string; deep: Deep }`,
        `}`,
        `interface Server extends Base {`,
        `  listen(): void // wrong`,
        `}`,
        `interface Base {`,
        `  close(): void // wrong`,
        `}`,
        `export const limit = 3 // wrong`,
        `/** What is wrong. */`,
        `export class Problem {`,
        `  name = 'Problem' // wrong`,
        `  private text = ''`,
        `}`,
        `interface Unreached { a: string }`,
        `export type Hidden = Unreached`
      ].join('\n'),
      'core/deep.ts': `export type Deep =\n  | { kind: string } // wrong\n  | {\n      /** How deep. */\n      depth: number\n    }`
    }
  ],
  '15 every public function names the type of its result': [
    {
      'index.ts': `/** A. */\nexport const open = () => ({ a: 1 }) // wrong\n/** B. */\nexport function close() {} // wrong\n/** C. */\nexport const fine = (): void => {}`
    }
  ],
  '16 a start loads no library that few need': [
    {
      'server/server.ts': `import Fastify from 'fastify'\nimport type { Ajv } from 'ajv'\nimport { check } from './check.js'\nexport { Fastify, check, type Ajv }`,
      'server/check.ts': `import { Ajv } from 'ajv' // wrong\nexport const check = () => new Ajv()\nexport const late = () => import('re2js')`,
      'server/builtin-data.ts': `import { parse } from 'yaml'\nexport { parse }`,
      'server/load-config.ts': `import { parse } from './builtin-data.js'\nexport { parse }`
    }
  ]
}
