// Opens many streams at once over plain sockets and looks at each frame as it comes.
// usage: node bench/streams.js '{"port":4010,"streams":1000,"timing":"firstTokenMs=200, interTokenMs=20","body":"…"}'
//        with "hold": seconds, the streams are counted once all have said something, kept open so long, and then left
import { connect } from 'node:net'

const { port, streams, timing, body, hold } = JSON.parse(process.argv[2])
const head = [
  'POST /v1/chat/completions HTTP/1.1',
  'host: 127.0.0.1',
  'authorization: Bearer sk-test',
  'content-type: application/json',
  ...(timing ? [`x-mock-timing: ${timing}`] : []),
  `content-length: ${Buffer.byteLength(body)}`
].join('\r\n')
const message = `${head}\r\n\r\n${body}`

const open = Array.from({ length: streams }, () => ({ first: 0, last: 0, frames: 0, ended: false, lost: false }))
const sockets = []
let started = 0
let over = 0

// A hundred connections at a time, so that no queue of the kernel overflows.
function start(index) {
  const stream = open[index]
  const socket = connect(port, '127.0.0.1', () => socket.write(message))
  sockets.push(socket)
  socket.setNoDelay()
  socket.on('data', data => {
    const now = performance.now()
    // The head of an answer comes before anything is said.
    if (!stream.first && !data.includes('data: ')) return
    if (!stream.first) {
      stream.first = now
      if (++started < streams && index + 100 < streams) start(index + 100)
      if (hold && started === streams) setTimeout(() => finish(), hold * 1000)
    }
    stream.last = now
    stream.frames += count(data)
    if (data.includes('[DONE]')) {
      stream.ended = true
      socket.destroy()
    }
  })
  socket.on('error', () => {
    stream.lost = true
  })
  socket.on('close', () => {
    if (!stream.ended && !finished) stream.lost = true
    if (!stream.first && index + 100 < streams) start(index + 100)
    if (++over === streams) finish()
  })
}

function count(data) {
  let frames = 0
  for (let at = data.indexOf('data: '); at >= 0; at = data.indexOf('data: ', at + 6)) frames++
  return frames
}

let finished = false
function finish() {
  if (finished) return
  finished = true
  const spans = open
    .filter(({ ended }) => ended)
    .map(({ first, last }) => last - first)
    .sort((a, b) => a - b)
  const at = share => spans[Math.min(spans.length - 1, Math.floor(spans.length * share))]
  const lost = open.filter(stream => stream.lost || !stream.first).length
  process.stdout.write(JSON.stringify({ streams, lost, frames: open[0].frames, p50: at(0.5), p99: at(0.99) }))
  for (const socket of sockets) socket.destroy()
}

for (let index = 0; index < Math.min(100, streams); index++) start(index)
