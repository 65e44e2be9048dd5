// Streams in the plainest way. Paced ones have a timer each, set to the moment at which their next frame is due; open ones stay open
// after their first frame, the least that an open stream can cost.
// usage: node bench/bare-streams.js PORT paced|open [GAP_MS [WORKERS]]
import { createServer } from 'node:http'
import { hundredWords } from './cases.js'

const chunk = delta => ({
  id: 'chatcmpl-EnaBcDeFgHiJkLmNoPqRsTuVwXyZ0',
  object: 'chat.completion.chunk',
  created: 1795000000,
  model: 'gpt-4o-2024-08-06',
  service_tier: 'default',
  system_fingerprint: 'fp_3f1b2a9c4d',
  choices: [{ index: 0, delta, logprobs: null, finish_reason: null }],
  obfuscation: 'k3ZqT9xWm2'
})
const frames = [...hundredWords.split(' '), ...hundredWords.split(' ')].map(
  word => `data: ${JSON.stringify(chunk({ content: ` ${word}` }))}\n\n`
)

const kinds = {
  open: response => void response.write(frames[0]),
  paced(response) {
    response.flushHeaders()
    const first = performance.now() + 200
    let next = 0
    const step = () => {
      response.write(frames[next++])
      if (next === frames.length) return response.end('data: [DONE]\n\n')
      setTimeout(step, first + next * gapMs - performance.now())
    }
    setTimeout(step, 200)
  }
}
const [port, kind, gap = 20, workers = 1] = process.argv.slice(2)
const gapMs = Number(gap)

const cluster = Number(workers) > 1 ? (await import('node:cluster')).default : undefined
if (cluster?.isPrimary) for (let at = 0; at < Number(workers); at++) cluster.fork()
else serve()

function serve() {
  createServer((request, response) => {
    const parts = []
    request.on('data', part => parts.push(part))
    request.on('end', () => {
      JSON.parse(Buffer.concat(parts).toString())
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
      kinds[kind](response)
    })
  }).listen(Number(port), '127.0.0.1', 4096)
}
