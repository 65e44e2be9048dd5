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
  const { status, headers, body } = JSON.parse(readFileSync(file, 'utf8'))
  createServer((request, response) => {
    const parts = []
    request.on('data', part => parts.push(part))
    request.on('end', () => {
      JSON.parse(Buffer.concat(parts).toString())
      response.writeHead(status, headers)
      response.end(body)
    })
  }).listen(Number(port), '127.0.0.1')
}
