// Opens many streams at once over plain sockets and looks at each frame as it comes.
// usage: node bench/streams.js '{"port":4010,"streams":1000,"timing":"firstTokenMs=200, interTokenMs=20","body":"…"}'
//        with "atOnce": true, all streams are asked for at the same time, and not a hundred at a time
//        with "hold": seconds, the streams are counted once all have said something, kept open so long, and then left
import { connect } from 'node:net'
import { quantile } from './process.js'

const { port, streams, timing, body, hold, atOnce = false } = JSON.parse(process.argv[2])
const head = [
  'POST /v1/chat/completions HTTP/1.1',
  'host: 127.0.0.1',
  'authorization: Bearer sk-test',
  'content-type: application/json',
  ...(timing ? [`x-mock-timing: ${timing}`] : []),
  `content-length: ${Buffer.byteLength(body)}`
].join('\r\n')
const message = `${head}\r\n\r\n${body}`

const open = Array.from({ length: streams }, () => ({
  asked: 0,
  first: 0,
  last: 0,
  frames: 0,
  ended: false,
  lost: false
}))
const sockets = []
const atATime = atOnce ? streams : 100
// One buffer for all sockets: what is read is looked at and not kept, so the client costs less than the server.
const buffer = Buffer.alloc(1 << 16)
const startedAt = performance.now()
let started = 0
let over = 0

function start(index) {
  const stream = open[index]
  const socket = connect({ port, host: '127.0.0.1', onread: { buffer, callback: read } }, () => {
    stream.asked = performance.now()
    socket.write(message)
  })
  sockets.push(socket)
  socket.setNoDelay()
  function read(length) {
    const data = buffer.subarray(0, length)
    const now = performance.now()
    // The head of an answer comes before anything is said.
    if (!stream.first && !data.includes('data: ')) return true
    if (!stream.first) {
      stream.first = now
      if (++started < streams && index + atATime < streams) start(index + atATime)
      if (hold && started === streams) setTimeout(() => finish(), hold * 1000)
    }
    stream.last = now
    stream.frames += count(data)
    if (data.includes('[DONE]')) {
      stream.ended = true
      socket.destroy()
    }
    return true
  }
  socket.on('error', () => {
    stream.lost = true
  })
  socket.on('close', () => {
    if (!stream.ended && !finished) stream.lost = true
    if (!stream.first && index + atATime < streams) start(index + atATime)
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
  const { user, system } = process.cpuUsage()
  const ended = open.filter(each => each.ended)
  const [spans, firsts] = [ended.map(({ first, last }) => last - first), ended.map(({ asked, first }) => first - asked)]
  const told = {
    streams,
    lost: open.filter(stream => stream.lost || !stream.first).length,
    frames: open[0].frames,
    p50: quantile(spans, 0.5),
    p99: quantile(spans, 0.99),
    firstP50: quantile(firsts, 0.5),
    firstP99: quantile(firsts, 0.99),
    // Near one, the client is what is measured.
    clientBusy: (user + system) / 1000 / (performance.now() - startedAt)
  }
  process.stdout.write(JSON.stringify(told))
  for (const socket of sockets) socket.destroy()
}

for (let index = 0; index < Math.min(atATime, streams); index++) start(index)
