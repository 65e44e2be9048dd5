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
  const writes = !isOneWrite && /event-stream/.test(headers['content-type']) ? splitWrites(body) : [body]
  createServer((request, response) => {
    const parts = []
    request.on('data', part => parts.push(part))
    request.on('end', () => {
      JSON.parse(Buffer.concat(parts).toString())
      response.writeHead(status, headers)
      writeInTurns(response, 0)
    })
  }).listen(Number(port), '127.0.0.1')

  function writeInTurns(response, at) {
    if (at === writes.length - 1) return response.end(writes[at])
    response.write(writes[at])
    if (at === 0) setImmediate(setImmediate, writeInTurns, response, at + 1)
    else setImmediate(writeInTurns, response, at + 1)
  }
}

/** Standin writes the first event of a stream alone and the other events in four writes. */
function splitWrites(body) {
  const [first, ...later] = body.split(/(?<=\n\n)/)
  const part = index => Math.round((index * later.length) / 4)
  return [first, ...[0, 1, 2, 3].map(index => later.slice(part(index), part(index + 1)).join(''))]
}
