// Starts, pins, asks and stops the processes that a measurement needs.
import { execFile, spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:net'
import { availableParallelism } from 'node:os'
import { promisify } from 'node:util'

const root = new URL('../', import.meta.url)
const execute = promisify(execFile)
// Without taskset, or with a single core, nothing is pinned and the report says so.
const canPin = availableParallelism() > 1 && spawnSync('taskset', ['-c', '0,1', 'true']).status === 0

/** A command as [program, args], kept on one core where that is possible. */
export function pinned(core, [program, ...args]) {
  return canPin ? ['taskset', ['-c', String(core), program, ...args]] : [program, args]
}

/** Keeps this process, and so what it starts, on the core that the servers do not use. */
export function pinSelf() {
  if (canPin) spawnSync('taskset', ['-a', '-cp', '1', String(process.pid)])
}

process.once('SIGINT', () => process.exit(130))
process.setMaxListeners(50)

export async function run(program, args, cwd = root) {
  const { stdout } = await execute(program, args, { cwd, maxBuffer: 1 << 24 })
  return stdout
}

// Under it processes that share a core do not interrupt each other.
const canBatch = spawnSync('chrt', ['-b', '0', 'true']).status === 0
const asBatch = canBatch ? ['chrt', '-b', '0'] : []

/** A Node program on the first core. @param batch whether its processes leave each other alone, as on cores of their own */
export function startServer(args, { batch = false, cwd = root } = {}) {
  const command = [...(batch ? asBatch : []), process.execPath, ...args.map(String)]
  const child = spawn(...pinned(0, command), {
    cwd,
    stdio: ['ignore', 'ignore', process.env.BENCH_DEBUG ? 'inherit' : 'ignore'],
    detached: true
  })
  const ended = new Promise(resolve => child.once('exit', resolve))
  // Some servers are a process that starts another; they go together, and none outlives the bench.
  const kill = () => process.kill(-child.pid, 'SIGKILL')
  process.once('exit', kill)
  return {
    pid: child.pid,
    stop() {
      process.off('exit', kill)
      if (child.exitCode === null) kill()
      return ended
    }
  }
}

/** Memory of a process and of those it started, in MiB. */
export function memoryOf(pid) {
  const pids = [pid, ...childrenOf(pid)]
  const kib = pids.map(each => /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${each}/status`, 'utf8'))?.[1] ?? 0)
  return kib.reduce((sum, each) => sum + Number(each), 0) / 1024
}

/** Processor time that a process and those it started have used so far, in seconds. */
export function cpuOf(pid) {
  return [pid, ...childrenOf(pid)]
    .map(each => readFileSync(`/proc/${each}/stat`, 'utf8').split(') ')[1].split(' '))
    .reduce((sum, fields) => sum + (Number(fields[11]) + Number(fields[12])) / 100, 0)
}

function childrenOf(pid) {
  const own = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
  return own.flatMap(child => [child, ...childrenOf(child)])
}

export function freePort() {
  return new Promise(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

/** Asks until there is an answer, a millisecond after each try that found no server; gives up after half a minute. */
export async function untilAnswered(port, { key = 'sk-test', body, path = '/v1/chat/completions' }) {
  const deadline = performance.now() + 30_000
  while (performance.now() < deadline) {
    const answer = await ask(port, { key, body, path }).catch(() => undefined)
    if (answer) return answer
    await new Promise(resolve => setTimeout(resolve, 1))
  }
  throw new Error(`no answer on port ${port}`)
}

// Node writes these headers itself, for either server.
const ofTheConnection = new Set(['date', 'connection', 'keep-alive'])

function ask(port, { key, body, path }) {
  const headers = {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body)
  }
  const options = { host: '127.0.0.1', port, method: 'POST', path, headers, agent: false }
  return new Promise((resolve, reject) => {
    const sent = request(options, response => {
      const parts = []
      response.on('data', part => parts.push(part))
      response.on('error', reject)
      response.on('end', () => {
        const pairs = Object.entries(response.headers).filter(([name]) => !ofTheConnection.has(name))
        resolve({
          status: response.statusCode,
          headers: Object.fromEntries(pairs),
          body: Buffer.concat(parts).toString()
        })
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/**
 * Lets servers take turns, so that whatever else the machine does meets each alike; every second turn goes the other way round.
 * Returns the results of each server.
 */
export async function takeTurns(servers, turns, work) {
  const results = servers.map(() => [])
  const order = [...servers.keys()]
  for (let turn = 0; turn < turns; turn++) {
    for (const index of order) results[index].push(await work(servers[index]))
    order.reverse()
  }
  return results
}

export const median = numbers => quantile(numbers, 0.5)

/** The number below which a share of the numbers lies; between two numbers it is in proportion. */
export function quantile(numbers, share) {
  const sorted = [...numbers].sort((a, b) => a - b)
  const place = (sorted.length - 1) * share
  const below = sorted[Math.floor(place)]
  return below + (sorted[Math.ceil(place)] - below) * (place % 1)
}
