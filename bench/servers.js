// How each server is started and what it is given, so that all say the same words to the same questions.
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hundredWords } from './cases.js'
import { freePort, memoryOf, startServer, untilAnswered } from './process.js'

const root = new URL('../', import.meta.url)
const inBench = path => new URL(`bench/node_modules/${path}`, root).pathname

const said = [
  { asked: 'Two hundred words', text: `${hundredWords} ${hundredWords}` },
  { asked: 'A hundred words', text: hundredWords },
  { asked: 'weather in Oslo', call: { name: 'get_weather', arguments: { city: 'Oslo' } } },
  { asked: 'Hello!', text: 'Hello! How can I help you today?' }
]
const numbered = count =>
  Array.from({ length: count }, (_, at) => ({ exactly: `question ${at}`, text: `answer ${at}` }))

/** Writes what Standin, aimock and Mockoon are to say; answers the paths. */
export async function writeFixtures(directory, count = 0) {
  const all = [...numbered(count), ...said]
  const standin = join(directory, `standin-${count}`)
  await mkdir(standin, { recursive: true })
  const fixtures = all.map(({ asked, exactly, text, call }) => ({
    match: { lastUser: exactly === undefined ? asked : { exact: exactly } },
    reply: call ? { toolCalls: [call] } : { text }
  }))
  await writeFile(join(standin, 'all.json'), JSON.stringify({ fixtures }))
  const aimock = join(directory, `aimock-${count}.json`)
  const theirs = all.map(({ asked, exactly, text, call }) => ({
    match: { userMessage: exactly ?? asked },
    response: call ? { toolCalls: [{ ...call, arguments: JSON.stringify(call.arguments) }] } : { content: text }
  }))
  await writeFile(aimock, JSON.stringify({ fixtures: theirs }))
  const mockoon = join(directory, 'mockoon.json')
  await writeFile(mockoon, JSON.stringify(mockoonEnvironment()))
  return { standin, aimock, mockoon }
}

const completion = {
  id: 'chatcmpl-EnaBcDeFgHiJkLmNoPqRsTuVwXyZ0',
  object: 'chat.completion',
  created: 1795000000,
  model: 'gpt-4o-2024-08-06',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: 'Hello! How can I help you today?', refusal: null, annotations: [] },
      logprobs: null,
      finish_reason: 'stop'
    }
  ],
  usage: { prompt_tokens: 9, completion_tokens: 9, total_tokens: 18 }
}

function mockoonEnvironment() {
  return {
    uuid: '11111111-1111-4111-8111-111111111111',
    lastMigration: 33,
    name: 'bench',
    port: 3000,
    hostname: '127.0.0.1',
    endpointPrefix: '',
    latency: 0,
    folders: [],
    routes: [
      {
        uuid: '22222222-2222-4222-8222-222222222222',
        type: 'http',
        method: 'post',
        endpoint: 'v1/chat/completions',
        responses: [
          {
            uuid: '33333333-3333-4333-8333-333333333333',
            body: JSON.stringify(completion, null, 2),
            latency: 0,
            statusCode: 200,
            label: '',
            headers: [{ key: 'Content-Type', value: 'application/json' }],
            bodyType: 'INLINE',
            rules: [],
            rulesOperator: 'OR',
            disableTemplating: true,
            default: true
          }
        ]
      }
    ],
    rootChildren: [{ type: 'route', uuid: '22222222-2222-4222-8222-222222222222' }],
    proxyMode: false,
    cors: false,
    headers: [],
    data: [],
    callbacks: []
  }
}

/** `command` answers the arguments of node; `path` is where the server has the operation. */
export const standin = {
  name: 'standin',
  path: '/v1/chat/completions',
  command: (port, files, options = []) => [
    ...['dist/cli.js', '--port', port, '--log-level', 'warn', '--fixtures', files.standin],
    ...options
  ]
}

/** Standin with everything as it comes, for the time of a start. */
export const plainStandin = { ...standin, command: port => ['dist/cli.js', '--port', port] }

export const bare = { name: 'bare', path: '/v1/chat/completions' }

const rivals = [
  {
    name: 'aimock',
    package: '@copilotkit/aimock',
    path: '/v1/chat/completions',
    // Five characters are one of the hundred words, so its chunks are as many as ours.
    command: (port, files) => [
      inBench('@copilotkit/aimock/dist/cli.js'),
      ...['-p', port, '-c', 5, '--log-level', 'silent', '-f', files.aimock]
    ]
  },
  {
    name: 'prism',
    package: '@stoplight/prism-cli',
    path: '/chat/completions',
    command: port => [
      inBench('@stoplight/prism-cli/dist/index.js'),
      ...['mock', '-p', port, '-v', 'error', 'openapi/chat-completions.yaml']
    ]
  },
  {
    name: 'mockoon',
    package: '@mockoon/cli',
    path: '/v1/chat/completions',
    command: (port, files) => [
      inBench('@mockoon/cli/bin/run.js'),
      ...['start', '-d', files.mockoon, '-p', port, '-X', '--disable-admin-api', '--max-transaction-logs', 1]
    ]
  },
  {
    name: 'steady',
    package: '@stdy/cli',
    path: '/chat/completions',
    command: port => [inBench('@stdy/cli/steady.js'), '-p', port, '-q', 'openapi/chat-completions.yaml']
  }
]

/** Starts a server and asks it once. */
export async function started({ name, path, command, cwd }, files, asked) {
  const port = await freePort()
  const server = startServer(command(port, files, asked.options), { cwd })
  const answer = await untilAnswered(port, { ...asked, path })
  return { name, port, path, answer, stop: server.stop, startMb: memoryOf(server.pid), pid: server.pid }
}

/** The rivals that are installed, with their versions. */
export const installedRivals = () =>
  rivals
    .filter(({ package: name }) => existsSync(inBench(`${name}/package.json`)))
    .map(rival => ({ ...rival, version: versionOf(rival.package) }))

const versionOf = name => JSON.parse(readFileSync(inBench(`${name}/package.json`), 'utf8')).version
