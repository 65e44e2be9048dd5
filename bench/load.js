// Whole answers: autocannon in a process of its own, on the second core.
import { createRequire } from 'node:module'
import { pinned, run } from './process.js'

const autocannon = createRequire(import.meta.url).resolve('autocannon/autocannon.js')

/** Answers a second, percentiles of their milliseconds, and all answers; throws when an answer is not what the first one was. */
export async function load(
  { port, path },
  { key = 'sk-test', body, unique = false },
  { seconds, connections, status }
) {
  const args = ['--json', '-c', connections, '-d', seconds, '-m', 'POST', '-b', body, ...(unique ? ['-I'] : [])]
  const headers = ['-H', `authorization=Bearer ${key}`, '-H', 'content-type=application/json']
  const url = `http://127.0.0.1:${port}${path}`
  const output = await run(...pinned(1, [process.execPath, autocannon, ...args.map(String), ...headers, url]))
  const { requests, latency, errors, statusCodeStats } = JSON.parse(output)
  const others = Object.keys(statusCodeStats).filter(code => status !== undefined && Number(code) !== status)
  if (errors || others.length) throw new Error(`${url}: ${errors} errors, statuses ${others.join(', ')}`)
  return { rate: requests.average, p50: latency.p50, p99: latency.p99, answers: requests.total }
}
