// The least a server can do: node:http that collects the body, parses it as JSON and writes the same bytes every time.
// usage: node bench/bare.js PORT ANSWER.json [WORKERS]
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'

const [port, file, workers = 1] = process.argv.slice(2)
// One process is not to wait for what only several need.
const cluster = Number(workers) > 1 ? (await import('node:cluster')).default : undefined

if (cluster?.isPrimary) for (let at = 0; at < Number(workers); at++) cluster.fork()
else serve()

function serve() {
  const { status, headers, body, isOneWrite } = JSON.parse(readFileSync(file, 'utf8'))
  const writes = /event-stream/.test(headers['content-type']) ? splitWrites(body, isOneWrite) : undefined
  createServer((request, response) => {
    const parts = []
    request.on('data', part => parts.push(part))
    request.on('end', () => {
      JSON.parse(Buffer.concat(parts).toString())
      response.writeHead(status, headers)
      if (writes) writeInTurns(response, writes, 0)
      else response.end(body)
    })
  }).listen(Number(port), '127.0.0.1')
}

/** Writes the events of a turn, each as one chunk: Node sends them to the system together. */
function writeInTurns(response, writes, at) {
  for (const event of writes[at]) response.write(event)
  if (at === writes.length - 1) response.end()
  else if (at === 0) setImmediate(setImmediate, writeInTurns, response, writes, at + 1)
  else setImmediate(writeInTurns, response, writes, at + 1)
}

/** Standin writes the first event of a stream alone and the other events in four writes, or all events in one write. */
function splitWrites(body, isOneWrite) {
  const events = body.split(/(?<=\n\n)/)
  if (isOneWrite) return [events]
  const [first, ...later] = events
  const part = index => Math.round((index * later.length) / 4)
  return [[first], ...[0, 1, 2, 3].map(index => later.slice(part(index), part(index + 1)))]
}
