/** Sends bytes to a server, and reads the bytes of its responses. */
import { connect } from 'node:net'

const hangMs = 10_000

/**
 * Sends parts one after another. Reads until the connection closes, all responses are complete, or the time is over.
 *
 * @param {number} port
 * @param {(string | Buffer)[]} parts
 * @param {object} [options]
 * @param {'fin' | 'reset'} [options.end] what the client does after the last part
 * @param {number} [options.responses] reads this number of complete responses; by default reads until the connection closes
 * @returns {Promise<{ responses: Response[], status: number, headers: Record<string, string>, body: string, end: string }>}
 */
export function send(port, parts, { end, responses: wanted = 0 } = {}) {
  return new Promise(resolve => {
    const received = []
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    const timer = setTimeout(() => finish('no response'), hangMs)
    const finish = ending => {
      clearTimeout(timer)
      socket.destroy()
      const responses = parseResponses(Buffer.concat(received))
      resolve({ status: 0, headers: {}, body: '', ...responses[0], responses, end: ending })
    }
    socket.on('data', data => {
      received.push(data)
      if (!wanted) return
      const responses = parseResponses(Buffer.concat(received))
      if (responses.length >= wanted && responses.every(each => each.isComplete)) finish('complete')
    })
    socket.on('end', () => finish('closed'))
    socket.on('close', () => finish('closed'))
    socket.on('error', error => finish(error.code))
    socket.on('connect', async () => {
      for (const part of parts) {
        if (!socket.write(part)) await new Promise(drained => socket.once('drain', drained))
        await new Promise(next => setImmediate(next))
      }
      if (end === 'fin') socket.end()
      if (end === 'reset') socket.resetAndDestroy()
    })
  })
}

/** @returns {Response[]} */
function parseResponses(bytes) {
  const responses = []
  let rest = bytes
  while (rest.length) {
    const headEnd = rest.indexOf('\r\n\r\n')
    if (headEnd < 0) {
      responses.push({ status: 0, headers: {}, body: rest.toString(), isComplete: false })
      break
    }
    const [statusLine, ...lines] = rest.subarray(0, headEnd).toString('latin1').split('\r\n')
    const headers = Object.fromEntries(
      lines.map(line => line.split(/:\s*(.*)/s, 2)).map(([name, value]) => [name.toLowerCase(), value])
    )
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(statusLine)?.[1] ?? 0)
    const { body, isComplete, size } = parseBody(rest.subarray(headEnd + 4), headers, status)
    responses.push({ status, headers, body, isComplete })
    rest = rest.subarray(headEnd + 4 + size)
  }
  return responses
}

function parseBody(bytes, headers, status) {
  if (status < 200 || status === 204) return { body: '', isComplete: true, size: 0 }
  if (headers['transfer-encoding'] === 'chunked') return parseChunks(bytes)
  const length = headers['content-length']
  const size = length === undefined ? bytes.length : Math.min(bytes.length, Number(length))
  return { body: bytes.subarray(0, size).toString(), isComplete: size === Number(length), size }
}

function parseChunks(bytes) {
  const parts = []
  for (let at = 0; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at)
    const size = lineEnd < 0 ? Number.NaN : Number.parseInt(bytes.toString('latin1', at, lineEnd), 16)
    const next = lineEnd + 2 + size + 2
    if (!(next <= bytes.length)) return { body: Buffer.concat(parts).toString(), isComplete: false, size: bytes.length }
    if (size === 0) return { body: Buffer.concat(parts).toString(), isComplete: true, size: next }
    parts.push(bytes.subarray(lineEnd + 2, next - 2))
    at = next
  }
}

/** The bytes of a request that closes its connection. */
export function formatRequest({ method = 'POST', path = '/v1/chat/completions', headers = {}, body }) {
  const bytes =
    body === undefined
      ? undefined
      : Buffer.from(Buffer.isBuffer(body) || typeof body === 'string' ? body : JSON.stringify(body))
  const all = {
    host: 'localhost',
    authorization: 'Bearer sk-test',
    ...(bytes ? { 'content-type': 'application/json', 'content-length': bytes.length } : {}),
    connection: 'close',
    ...headers
  }
  const lines = Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]))
  const head = Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`, 'latin1')
  return bytes ? Buffer.concat([head, bytes]) : head
}
