/** Sends generated bodies to a server in one validation mode, and collects the responses that tell of a bug. */
import { connect } from 'node:net'
import type { FixtureInput } from '../../src/fixtures/input.js'
import type { Server, ServerOptions } from '../../src/index.js'
import { makeBody } from './bodies.js'

const text = '/(?<word>\\w+)/'

/** Fixtures that read every part of a request, so that a request of any shape meets every condition. */
export const readingFixtures: FixtureInput[] = [
  ...(
    [
      { lastUser: text, system: text, toolChoice: 'f' },
      { firstUser: text, lastMessage: text, lastAssistant: text, lastToolResult: text },
      { anyMessage: { role: 'tool', text }, toolCallId: '*' },
      { tools: ['f', 'zzz'], hasToolResult: true, stream: true },
      { messageCount: { min: 2 }, turn: { max: 3 }, responseFormat: 'json_schema', schemaName: 'a' },
      { params: { temperature: 3, stop: ['x'] }, jsonPath: '$..tool_calls[?@.id == "call_1"]', digest: '0'.repeat(16) },
      { schema: { required: ['messages'] }, not: { model: '*' } }
    ] as const
  ).map(
    (match, index): FixtureInput => ({ name: `reader ${index}`, match: match as object, reply: { text: 'Read.' } })
  ),
  {
    match: { anyMessage: 'x' },
    probability: 0.3,
    reply: {
      text: '{{ request.messages[0].content }} {{ request.tools | json }} {{ request.metadata.k }} {{ match.word }}'
    }
  },
  { match: { hasToolResult: true }, probability: 0.5, reply: { echo: true } },
  { match: { tools: true }, probability: 0.2, reply: { finishReason: 'tool_calls' } }
]

export interface Failure {
  body: string
  response: string
}

const rightStatuses = [200, 400, 403, 404]

/** Counts the statuses of the responses. Another status, or a bug of Standin in a stream, is a failure. */
export async function sendBodies(
  server: Server,
  validate: ServerOptions['validate'],
  count: number,
  seed: string
): Promise<{ statuses: Map<number, number>; failures: Failure[] }> {
  const statuses = new Map<number, number>()
  const failures: Failure[] = []
  const url = await server.listen()
  for (let start = 0; start < count; start += batchSize) {
    const bodies = Array.from({ length: Math.min(batchSize, count - start) }, (_, at) => makeBody(seed, start + at))
    const responses = await sendBatch(url, bodies, String(validate))
    if (responses.length !== bodies.length)
      failures.push({ body: bodies.join('\n'), response: `${responses.length} of ${bodies.length} responses` })
    for (const [at, response] of responses.entries()) {
      const status = Number(response.slice(0, 3))
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
      if (!rightStatuses.includes(status) || response.includes('"standin_bug"'))
        failures.push({ body: bodies[at]!, response })
    }
    // Reading costs as much as sending, so only some of the requests are read again.
    if ((start / batchSize) % 8 === 7 || start === 0) await readJournal(server, failures)
    await server.app.inject({ method: 'DELETE', url: '/_mock/requests' })
  }
  return { statuses, failures }
}

const batchSize = 250

/** Sends bodies over one connection without waiting, which costs less than a call for each. Returns the responses from their status. */
async function sendBatch(url: string, bodies: readonly string[], validate: string): Promise<string[]> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname).setEncoding('latin1')
  const fields = `host: localhost\r\nauthorization: Bearer sk-test\r\ncontent-type: application/json\r\nx-mock-validate: ${validate}\r\n`
  for (const [at, body] of bodies.entries()) {
    const close = at === bodies.length - 1 ? 'connection: close\r\n' : ''
    const length = Buffer.byteLength(body)
    socket.write(`POST /v1/chat/completions HTTP/1.1\r\n${fields}${close}content-length: ${length}\r\n\r\n${body}`)
  }
  let received = ''
  for await (const text of socket) received += text
  return received.split('HTTP/1.1 ').slice(1)
}

/** Everything that reads the bodies of the journal again. */
async function readJournal(server: Server, failures: Failure[]): Promise<void> {
  const verification = { match: { anyMessage: 'x', tools: ['f'], toolChoice: 'f', jsonPath: '$..x' }, atLeast: 1e6 }
  const requests = [
    ...['requests', 'unmatched', 'requests?format=har', 'requests?format=fixtures', 'metrics'].map(
      path => ({ method: 'GET', url: `/_mock/${path}` }) as const
    ),
    { method: 'POST', url: '/_mock/verify', payload: verification } as const,
    {
      method: 'GET',
      url: '/v1/chat/completions?limit=100',
      headers: { authorization: 'Bearer sk-test' }
    } as const
  ]
  for (const request of requests) {
    const response = await server.app.inject(request)
    if (response.statusCode >= 500) failures.push({ body: request.url, response: response.body })
  }
}
