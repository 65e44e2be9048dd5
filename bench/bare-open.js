// Holds every response open after its first frame: the least that an open stream can cost.
// usage: node bench/bare-open.js PORT
import { createServer } from 'node:http'

const frame =
  'data: {"id":"chatcmpl-x","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"a"}}]}\n\n'

createServer((request, response) => {
  const parts = []
  request.on('data', part => parts.push(part))
  request.on('end', () => {
    JSON.parse(Buffer.concat(parts).toString())
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
    response.write(frame)
  })
}).listen(Number(process.argv[2]), '127.0.0.1', 4096)
