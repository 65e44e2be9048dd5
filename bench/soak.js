// Whether memory stays where it is under load: five minutes of whole answers with the journal at its bound, five of streams that
// their clients leave in the middle.
// usage: npm run soak              both, prints a table, exits with 1 if either grew by 5 % or more after its first minute
//        npm run soak -- SECONDS   shorter
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import { cases, hundredWords } from './cases.js'
import { cpuOf, freePort, median, memoryOf, pinned, startServer, untilAnswered } from './process.js'

const autocannon = createRequire(import.meta.url).resolve('autocannon/autocannon.js')
const key = 'sk-test'
const timing = 'firstTokenMs=100, interTokenMs=20'

/** What loads a server, as [program, args], each in a process of its own for as many seconds. */
const soaks = {
  'whole answers': (port, seconds) => [
    autocannon,
    ...['-n', '-c', '50', '-d', seconds, '-m', 'POST', '-b', cases[1].body, '-I'],
    ...['-H', `authorization=Bearer ${key}`, '-H', 'content-type=application/json'],
    `http://127.0.0.1:${port}/v1/chat/completions`
  ],
  'streams left by their clients': (port, seconds) => [
    fileURLToPath(import.meta.url),
    ...['--leave', JSON.stringify({ port, seconds, clients: 300 })]
  ]
}

async function main(seconds) {
  const rows = []
  for (const [name, command] of Object.entries(soaks)) {
    const port = await freePort()
    const server = startServer(['dist/cli.js', '--port', port, '--log-level', 'warn'])
    try {
      await untilAnswered(port, cases[0])
      const [program, ...args] = pinned(1, [process.execPath, ...command(port, seconds).map(String)]).flat()
      const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] })
      const ended = new Promise((resolve, reject) =>
        child.once('exit', code => (code === 0 ? resolve() : reject(new Error(`${name}: the load ended with ${code}`))))
      )
      const samples = []
      const look = setInterval(() => samples.push(memoryOf(server.pid)), 1000)
      await ended
      clearInterval(look)
      const metrics = await (await fetch(`http://127.0.0.1:${port}/_mock/metrics`)).text()
      const number = name => Number(new RegExp(`^${name}(?:\\{[^}]*\\})? ([0-9.e+]+)$`, 'm').exec(metrics)?.[1])
      const fifth = Math.floor(samples.length / 5)
      // The first minute of five is the time in which the journal fills and the heap finds its size.
      const after = samples.slice(fifth)
      const tenth = Math.ceil(after.length / 10)
      const [start, end] = [median(after.slice(0, tenth)), median(after.slice(-tenth))]
      rows.push({
        name,
        requests: sumOf(metrics, 'standin_requests_total'),
        open: number('standin_open_streams'),
        cpu: cpuOf(server.pid),
        start,
        end,
        most: Math.max(...after),
        growth: end / start - 1,
        samples
      })
      console.error(JSON.stringify(rows.at(-1)))
    } finally {
      await server.stop()
    }
  }
  console.log(tableOf(rows))
  if (rows.some(({ growth }) => growth >= 0.05)) process.exitCode = 1
}

const sumOf = (metrics, name) =>
  [...metrics.matchAll(new RegExp(`^${name}\\{[^}]*\\} ([0-9.e+]+)$`, 'gm'))].reduce((sum, [, n]) => sum + Number(n), 0)

function tableOf(rows) {
  const mib = number => `${Math.round(number)} MiB`
  const cells = rows.map(({ name, requests, start, end, most, growth, open }) =>
    [name, requests, mib(start), mib(end), mib(most), `${(growth * 100).toFixed(1)} %`, open].join(' | ')
  )
  return [
    '| soak | requests | after the first fifth | at the end | most | growth | streams still open |',
    '|---|--:|--:|--:|--:|--:|--:|',
    ...cells.map(each => `| ${each} |`)
  ].join('\n')
}

/** Clients that open a stream, read for up to a second, leave without a word, and come back. */
function leave({ port, seconds, clients }) {
  const body = JSON.stringify({
    model: 'gpt-4o',
    stream: true,
    messages: [{ role: 'user', content: hundredWords }]
  })
  const head = [
    'POST /v1/chat/completions HTTP/1.1',
    'host: 127.0.0.1',
    `authorization: Bearer ${key}`,
    'content-type: application/json',
    `x-mock-timing: ${timing}`,
    `content-length: ${Buffer.byteLength(body)}`
  ]
  const message = `${head.join('\r\n')}\r\n\r\n${body}`
  const until = performance.now() + seconds * 1000
  let turn = 0
  const open = () => {
    if (performance.now() >= until) return
    const socket = connect(port, '127.0.0.1', () => socket.write(message))
    // Some leave before the first byte, some before the first token, most in the middle.
    const timer = setTimeout(() => socket.destroy(), 5 + ((turn++ * 7919) % 1000))
    socket.resume().on('error', () => undefined)
    socket.once('close', () => {
      clearTimeout(timer)
      open()
    })
  }
  for (let at = 0; at < clients; at++) open()
}

const [first, second] = process.argv.slice(2)
if (first === '--leave') leave(JSON.parse(second))
else await main(first === undefined ? 300 : Number(first))
