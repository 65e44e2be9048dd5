/** Writes a request as a command or as code that sends it again. */
import type { RequestRecord } from './server-data.js'
import { toAsciiSafeJson } from './visible-text.js'

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A text in single quotes is literal in every shell, but for the quote itself. */
export const quoteForShell = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

/** The headers of Standin that change a response. */
const mockHeaders = (headers: Record<string, string>) =>
  Object.entries(headers).filter(([name]) => /^x-mock-|^prefer$/.test(name))

export function toCurl(origin: string, { method, url, headers, request }: SentRequest): string {
  const lines = [
    `curl ${method === 'GET' || method === 'POST' ? '' : `-X ${method} `}${quoteForShell(origin + url)}`,
    `-H 'authorization: Bearer sk-test'`,
    ...mockHeaders(headers).map(([name, value]) => `-H ${quoteForShell(`${name}: ${value}`)}`)
  ]
  if (request !== undefined)
    lines.push(
      `-H 'content-type: application/json'`,
      `-d ${quoteForShell(typeof request === 'string' ? request : toAsciiSafeJson(request))}`
    )
  if (isPlain(request) && request.stream === true) lines.splice(1, 0, '-N')
  return lines.join(' \\\n  ')
}

export type SentRequest = Pick<RequestRecord, 'method' | 'url' | 'headers' | 'request'>

const jsOptions = (headers: Record<string, string>) => {
  const own = mockHeaders(headers)
  return own.length ? `, {\n  headers: ${toAsciiSafeJson(Object.fromEntries(own))}\n}` : ''
}

export function toNode(baseUrl: string, { headers, request }: SentRequest): string {
  const isStream = isPlain(request) && request.stream === true
  return `import OpenAI from 'openai'

const openai = new OpenAI({ baseURL: ${JSON.stringify(baseUrl)}, apiKey: 'sk-test' })
const ${isStream ? 'stream' : 'completion'} = await openai.chat.completions.create(${toAsciiSafeJson(request ?? {}, 2)}${jsOptions(headers)})
${
  isStream
    ? "for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta.content ?? '')"
    : 'console.log(completion.choices[0].message)'
}
`
}

export function toPython(baseUrl: string, { headers, request }: SentRequest): string {
  const isStream = isPlain(request) && request.stream === true
  const members = isPlain(request) ? Object.entries(request) : []
  // A name that is no parameter of the client passes in extra_body.
  const own = mockHeaders(headers)
  const lines = members.map(([name, value]) => `    ${name}=${toPythonValue(value)},`)
  if (own.length) lines.push(`    extra_headers=${toPythonValue(Object.fromEntries(own))},`)
  return `from openai import OpenAI

client = OpenAI(base_url=${JSON.stringify(baseUrl)}, api_key="sk-test")
${isStream ? 'stream' : 'completion'} = client.chat.completions.create(
${lines.join('\n')}
)
${
  isStream
    ? 'for chunk in stream:\n    if chunk.choices:\n        print(chunk.choices[0].delta.content or "", end="")'
    : 'print(completion.choices[0].message)'
}
`
}

/** JSON as Python writes it. Without recursion into texts: a text of JSON is a text of Python. */
export function toPythonValue(value: unknown): string {
  if (value === null || value === undefined) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (Array.isArray(value)) return `[${value.map(toPythonValue).join(', ')}]`
  if (isPlain(value))
    return `{${Object.entries(value)
      .map(([name, each]) => `${toAsciiSafeJson(name)}: ${toPythonValue(each)}`)
      .join(', ')}}`
  return toAsciiSafeJson(value)
}

/** A test that sends the request to a mock of its own, which gives the same reply. */
export function toTest({ request }: SentRequest, reply: unknown): string {
  const lastUser = findLastUserText(request)
  const fixture = {
    ...(lastUser === '' ? {} : { match: { lastUser: { exact: lastUser } } }),
    reply
  }
  const isStream = isPlain(request) && request.stream === true
  const isError = isPlain(reply) && reply.error !== undefined
  const body = isPlain(request) ? { ...request, ...(isStream && { stream: false }) } : {}
  return `import assert from 'node:assert/strict'
import test from 'node:test'
import OpenAI from 'openai'
import { mockOpenAI } from 'standin/testing'

const mock = mockOpenAI(test)
test('gets its reply', async () => {
  await mock.add(${indent(toAsciiSafeJson(fixture, 2))})
  const request = ${indent(toAsciiSafeJson(body, 2))}
${
  isError
    ? '  await assert.rejects(new OpenAI({ maxRetries: 0 }).chat.completions.create(request))'
    : '  const { choices } = await new OpenAI().chat.completions.create(request)\n  assert.ok(choices[0].message)'
}
  assert.equal(mock.requests().length, 1)
})
`
}

const indent = (text: string) => text.replaceAll('\n', '\n  ')

/** The text of the last user message of a body, or an empty text. */
export function findLastUserText(request: unknown): string {
  const messages = isPlain(request) && Array.isArray(request.messages) ? request.messages : []
  const content = messages.findLast(message => isPlain(message) && message.role === 'user')?.content
  if (typeof content === 'string') return content
  return Array.isArray(content)
    ? content.map(part => (isPlain(part) && typeof part.text === 'string' ? part.text : '')).join('')
    : ''
}
