// Starts, pins, asks and stops the processes that a measurement needs.
import { execFile, spawn, spawnSync } from 'node:child_process'
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

export async function run(program, args) {
  const { stdout } = await execute(program, args, { cwd: root, maxBuffer: 1 << 24 })
  return stdout
}

/** A Node program on the first core. */
export function startServer(args) {
  const child = spawn(...pinned(0, [process.execPath, ...args.map(String)]), {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit']
  })
  const ended = new Promise(resolve => child.once('exit', resolve))
  return {
    stop() {
      child.kill('SIGKILL')
      return ended
    }
  }
}

export function freePort() {
  return new Promise(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

/** Asks until there is an answer, a millisecond after each try that found no server; gives up after ten seconds. */
export async function untilAnswered(port, { key, body }) {
  const deadline = performance.now() + 10_000
  while (performance.now() < deadline) {
    const answer = await ask(port, { key, body }).catch(() => undefined)
    if (answer) return answer
    await new Promise(resolve => setTimeout(resolve, 1))
  }
  throw new Error(`no answer on port ${port}`)
}

// Node writes these headers itself, for either server.
const ofTheConnection = new Set(['date', 'connection', 'keep-alive'])

function ask(port, { key, body }) {
  const headers = {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body)
  }
  const options = { host: '127.0.0.1', port, method: 'POST', path: '/v1/chat/completions', headers, agent: false }
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

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
