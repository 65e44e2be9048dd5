// Measures Standin in pairs with a bare node:http server that writes the very same bytes, and prints their ratios.
// usage: npm run bench            5 runs of 5 s for each, then bench/results.md and bench/results.json are written
//        npm run bench -- --quick 3 runs of 2 s for each, nothing is written
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { firstAnswers } from './first-answer.js'
import { freePort, median, pinned, pinSelf, run, startServer, untilAnswered } from './process.js'
import { toMarkdown } from './report.js'

const quick = process.argv.includes('--quick')
const [runs, seconds, starts] = quick ? [3, 2, 5] : [5, 5, 10]
const connections = 50
const root = new URL('../', import.meta.url)
const autocannon = createRequire(import.meta.url).resolve('autocannon/autocannon.js')
const question = more => JSON.stringify({ model: 'gpt-4o', ...more, messages: [{ role: 'user', content: 'Hello!' }] })

const cases = [
  { name: 'JSON, canned', key: 'sk-test', body: question() },
  { name: 'SSE, unpaced', key: 'sk-test', body: question({ stream: true }) },
  { name: '401', key: 'sk-invalid', body: question() }
]

async function main() {
  pinSelf()
  const directory = await mkdtemp(join(tmpdir(), 'standin-bench-'))
  try {
    const results = []
    for (const each of cases) results.push(await measure(each, directory))
    const first = await firstAnswers({ starts, directory, body: cases[0].body, key: cases[0].key })
    const report = { ...machine(), runs, seconds, connections, starts, results, first }
    const text = toMarkdown(report)
    console.log(text)
    if (quick) return
    await writeFile(new URL('bench/results.md', root), text)
    await writeFile(new URL('bench/results.json', root), `${JSON.stringify(report, null, 2)}\n`)
  } finally {
    await rm(directory, { recursive: true })
  }
}

// Both servers live through all runs of a case and take turns, so that whatever else the machine does meets both.
async function measure({ name, key, body }, directory) {
  const [standinPort, barePort] = [await freePort(), await freePort()]
  const standin = startServer(['dist/cli.js', '--port', standinPort, '--log-level', 'warn'])
  const answer = await untilAnswered(standinPort, { key, body })
  const file = join(directory, 'answer.json')
  await writeFile(file, JSON.stringify(answer))
  const bare = startServer(['bench/bare.js', barePort, file])
  try {
    const replayed = await untilAnswered(barePort, { key, body })
    for (const part of ['status', 'body'])
      if (replayed[part] !== answer[part]) throw new Error(`${name}: the bare server's ${part} differs`)
    await Promise.all([load(standinPort, { key, body, seconds: 1 }), load(barePort, { key, body, seconds: 1 })])
    const rates = { standin: [], bare: [] }
    for (let turn = 0; turn < runs; turn++) {
      rates.standin.push(await load(standinPort, { key, body, seconds, status: answer.status }))
      rates.bare.push(await load(barePort, { key, body, seconds, status: answer.status }))
    }
    const ratio = median(rates.standin.map((rate, turn) => rate / rates.bare[turn]))
    return {
      name,
      bytes: Buffer.byteLength(answer.body),
      standin: median(rates.standin),
      bare: median(rates.bare),
      ratio,
      rates
    }
  } finally {
    await Promise.all([standin.stop(), bare.stop()])
  }
}

/** Answers a second, measured by autocannon in a process of its own on the second core. */
async function load(port, { key, body, seconds, status }) {
  const args = ['--json', '-c', connections, '-d', seconds, '-m', 'POST', '-b', body]
  const headers = ['-H', `authorization=Bearer ${key}`, '-H', 'content-type=application/json']
  const url = `http://127.0.0.1:${port}/v1/chat/completions`
  const output = await run(...pinned(1, [process.execPath, autocannon, ...args.map(String), ...headers, url]))
  const { requests, errors, statusCodeStats } = JSON.parse(output)
  const others = Object.keys(statusCodeStats).filter(code => status !== undefined && Number(code) !== status)
  if (errors || others.length) throw new Error(`${url}: ${errors} errors, statuses ${others.join(', ')}`)
  return requests.average
}

function machine() {
  const version = name => JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, root), 'utf8')).version
  return {
    date: new Date().toISOString().slice(0, 10),
    cpu: `${cpus()[0]?.model.trim() || 'unknown CPU'}, ${cpus().length} cores`,
    node: process.version,
    standin: JSON.parse(readFileSync(new URL('package.json', root), 'utf8')).version,
    autocannon: version('autocannon'),
    pinned: pinned(0, ['x'])[0] === 'taskset'
  }
}

await main()
