/** Sends generated bodies to a server in one validation mode, and collects the responses that tell of a bug. */
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

/** Counts the statuses of the responses. A status of 500 and above, or an error of Standin's own in a stream, is a failure. */
export async function sendBodies(
  server: Server,
  validate: ServerOptions['validate'],
  count: number,
  seed: string
): Promise<{ statuses: Map<number, number>; failures: Failure[] }> {
  const statuses = new Map<number, number>()
  const failures: Failure[] = []
  const headers = {
    authorization: 'Bearer sk-test',
    'content-type': 'application/json',
    'x-mock-validate': String(validate)
  }
  const send = async (body: string) => {
    const response = await server.app.inject({ method: 'POST', url: '/v1/chat/completions', headers, payload: body })
    const { statusCode: status } = response
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
    if (status >= 500 || response.body.includes('"standin_bug"')) failures.push({ body, response: response.body })
  }
  for (let index = 0; index < count; index++) {
    await send(makeBody(seed, index))
    // Reading costs as much as sending, so only some of the requests are read again.
    if (index % readEvery === readEvery - 1) await readJournal(server, failures)
    if (index % journalSize === journalSize - 1) await server.app.inject({ method: 'DELETE', url: '/_mock/requests' })
  }
  return { statuses, failures }
}

const journalSize = 250
const readEvery = 8 * journalSize

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
