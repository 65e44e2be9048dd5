/** Starts the built command for a test, and ends it with the test. */
import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import type { Test } from 'tap'
import { about } from '../helper.js'

export const command = new URL('../../dist/cli.js', import.meta.url).pathname

export interface Process {
  child: ChildProcess
  url: string
  output: { out: string; err: string }
  /** The lines of the log. */
  lines(): { msg: string; [name: string]: unknown }[]
}

interface StartOptions {
  cwd?: string
  stdio?: StdioOptions
  /** A program that runs the command, such as nohup. */
  by?: string[]
  port?: number
}

export function spawnStandin(t: Test, args: string[], { cwd, stdio, by = [], port = 0 }: StartOptions = {}): Process {
  const [program, ...rest] = [...by, process.execPath, command, '--port', String(port), ...args]
  const child = spawn(program!, rest, {
    cwd: cwd ?? t.testdir(),
    env: { PATH: process.env.PATH ?? '' },
    stdio: stdio ?? ['ignore', 'pipe', 'pipe']
  })
  t.teardown(() => killAll(child))
  const output = { out: '', err: '' }
  child.stdout?.setEncoding('utf8').on('data', text => (output.out += text))
  child.stderr?.setEncoding('utf8').on('data', text => (output.err += text))
  const lines = () =>
    output.err
      .split('\n')
      .filter(line => line.startsWith('{'))
      .map(line => JSON.parse(line))
  return { child, url: `http://127.0.0.1:${port}`, output, lines }
}

/** A worker that a failed test has stopped would outlive its primary, and hold the pipes of the test. */
function killAll(child: ChildProcess): void {
  const hasEnded = child.exitCode !== null || child.signalCode !== null
  const workers = hasEnded ? [] : workersOf(child.pid!)
  child.kill('SIGKILL')
  for (const pid of workers) if (isAlive(pid)) process.kill(pid, 'SIGKILL')
}

/** Returns when the server has printed its URL. */
export async function startStandin(t: Test, args: string[], options: StartOptions = {}): Promise<Process> {
  const started = spawnStandin(t, args, options)
  await until(() => started.output.out.includes('\n'))
  return { ...started, url: /http:\/\/\S+?(?=\/v1)/.exec(started.output.out)![0] }
}

/** Checks a condition until it holds. The time limit of the test ends a check that never holds. */
export async function until(holds: () => unknown): Promise<void> {
  while (!(await holds())) await new Promise(resolve => setTimeout(resolve, 20))
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

/** Sends a chat request on a connection of its own. */
export const post = (url: string, body: object = about('Hello!'), headers: Record<string, string> = {}) =>
  fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: 'Bearer sk-test', 'content-type': 'application/json', connection: 'close', ...headers },
    body: JSON.stringify(body)
  })

export async function textOf(url: string): Promise<unknown> {
  const response = await post(url)
  const body = (await response.json()) as { choices: { message: { content: string } }[] }
  return response.status === 200 ? body.choices[0]!.message.content : response.status
}

export const workersOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)

export function isAlive(pid: number): boolean {
  try {
    // A process that nobody waits for is a zombie.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
