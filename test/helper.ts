/** Helpers of the tests: build a server that closes with its test, send requests, parse streams, record an upstream. */
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer as createHttp, type Server as Http, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { InjectOptions } from 'fastify'
import type { Test } from 'tap'
import type { ChatRequest, Choice, Chunk, ChunkChoice, Completion, VendorError } from '../src/core/openai-types.js'
import { createServer, type Server, type ServerOptions } from '../src/index.js'

export async function build(t: Test, options: ServerOptions = {}): Promise<Server> {
  const server = await createServer(options)
  t.teardown(() => server.close())
  return server
}

export interface TestResponse {
  status: number
  headers: Record<string, string>
  text: string
}

export const hello: ChatRequest = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hello!' }] }

/** The fixture that replies to `hello`. */
export const helloFixture = {
  name: 'hello',
  match: { lastUser: 'Hello!' },
  reply: { text: 'Hello! How can I help you today?' }
}

/** Sends a request to the chat operation. A string or a buffer is sent unchanged. */
export async function ask(
  server: Server,
  body: unknown = hello,
  {
    key = 'sk-test',
    headers = {},
    ...rest
  }: { key?: string | null; headers?: Record<string, string> } & InjectOptions = {}
): Promise<TestResponse> {
  const response = await server.app.inject({
    method: 'POST',
    url: '/v1/chat/completions',
    headers: {
      'content-type': 'application/json',
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...headers
    },
    payload: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
    ...rest
  })
  return { status: response.statusCode, headers: response.headers as Record<string, string>, text: response.body }
}

export async function complete(server: Server, body: unknown = hello, options = {}): Promise<Completion> {
  const { status, text } = await ask(server, body, options)
  if (status !== 200) throw new Error(`${status} ${text}`)
  return JSON.parse(text)
}

/** The body of a response, with the request id masked. */
export const masked = ({ text, headers }: TestResponse): string => text.replaceAll(headers['x-request-id']!, 'req_#')

export const errorOf = ({ text }: TestResponse): VendorError => JSON.parse(text).error

/** The chunks of a stream. */
export function chunksOf(text: string): Chunk[] {
  return eventsOf(text)
    .filter(data => data !== '[DONE]')
    .map(data => JSON.parse(data))
}

export function eventsOf(text: string): string[] {
  return text
    .split('\n\n')
    .filter(event => event !== '')
    .map(event => event.replace(/^data: /, ''))
}

/** Replaces or deletes one value somewhere in a body. */
export function mutate(body: unknown, at: number[], value: unknown) {
  let holder = body as Record<string, unknown>
  for (const [depth, step] of at.entries()) {
    const keys = Object.keys(holder)
    if (!keys.length) return
    const key = keys[step % keys.length]!
    const next = holder[key]
    if (depth === at.length - 1 || typeof next !== 'object' || next === null) {
      if (value === undefined) delete holder[key]
      else holder[key] = value
      return
    }
    holder = next as Record<string, unknown>
  }
}

/** A request with one user message. */
export const about = (content: string, more: object = {}): ChatRequest => ({
  model: 'gpt-4o',
  messages: [{ role: 'user', content }],
  ...more
})

/** A server that records an upstream, with the directory and files of the recording. */
export async function buildRecorder(t: Test, upstream: string, options: ServerOptions = {}) {
  const directory = typeof options.fixtures === 'string' ? options.fixtures : join(t.testdir({}), 'fixtures')
  const server = await build(t, { unmatched: 'record', upstream, fixtures: directory, ...options })
  const files = () => readdirSync(directory).sort()
  const read = (at = 0) => readFileSync(join(directory, files()[at]!), 'utf8')
  return { server, directory, files, read }
}

/** An upstream whose responses are written by a listener of the test. */
export async function createUpstream(t: Test, listener: RequestListener): Promise<string> {
  const http: Http = createHttp(listener).listen(0, '127.0.0.1')
  await once(http, 'listening')
  t.teardown(() => {
    http.closeAllConnections()
    http.close()
  })
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}/v1`
}

/** A completion as JSON, with as few fields as possible. */
export const completionJson = (content: string) =>
  JSON.stringify({
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }]
  })
/** A chunk as a server-sent event. */
export const chunk = (content: string, finish: string | null = null) =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason: finish }] })}\n\n`
export const json = { 'content-type': 'application/json' }
export const events = { 'content-type': 'text/event-stream' }

/** Joins the chunks of a stream to the completion. Without a usage chunk the usage is all zeros. */
export function joinChunks(chunks: readonly Chunk[]): Completion {
  const { id, created, model, service_tier, system_fingerprint } = chunks[0]!
  const choices = new Map<number, Choice>()
  let moderation: Completion['moderation']
  let usage: Completion['usage'] = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }
  for (const chunk of chunks) {
    if (chunk.usage) usage = chunk.usage
    if (chunk.moderation) moderation = chunk.moderation
    for (const part of chunk.choices) {
      const choice = choices.get(part.index) ?? openChoice(part)
      choices.set(part.index, choice)
      appendDelta(choice, part)
    }
  }
  return {
    id,
    object: 'chat.completion',
    created,
    model,
    choices: [...choices.values()].sort((a, b) => a.index - b.index),
    ...(moderation ? { moderation } : {}),
    usage,
    ...(service_tier === undefined ? {} : { service_tier }),
    system_fingerprint
  }
}

function openChoice({ index, logprobs }: ChunkChoice): Choice {
  return {
    index,
    message: { role: 'assistant', content: null, refusal: null, annotations: [] },
    ...(logprobs === undefined ? {} : { logprobs }),
    finish_reason: 'stop'
  }
}

function appendDelta(choice: Choice, { delta, logprobs, finish_reason }: ChunkChoice): void {
  const { message } = choice
  if (typeof delta.content === 'string') message.content = (message.content ?? '') + delta.content
  if (typeof delta.refusal === 'string') message.refusal = (message.refusal ?? '') + delta.refusal
  for (const { index, id, type, function: named, custom } of delta.tool_calls ?? []) {
    message.tool_calls ??= []
    const call = message.tool_calls[index]
    if (!call)
      message.tool_calls[index] = custom
        ? { id: id!, type: type!, custom: { name: custom.name!, input: custom.input } }
        : { id: id!, type: type!, function: { name: named!.name!, arguments: named!.arguments } }
    else if (call.custom) call.custom.input += custom?.input ?? ''
    else if (call.function) call.function.arguments += named?.arguments ?? ''
  }
  if (delta.function_call) {
    const { name, arguments: args } = delta.function_call
    if (message.function_call) message.function_call.arguments += args
    else message.function_call = { name: name!, arguments: args }
  }
  if (delta.audio) {
    message.audio ??= { id: '', data: '', expires_at: 0, transcript: '' }
    const { id, data = '', transcript = '', expires_at } = delta.audio
    if (id) message.audio.id = id
    if (expires_at) message.audio.expires_at = expires_at
    message.audio.data += data
    message.audio.transcript += transcript
  }
  if (delta.annotations) message.annotations = delta.annotations
  if (logprobs && choice.logprobs) {
    if (logprobs.content) choice.logprobs.content = [...(choice.logprobs.content ?? []), ...logprobs.content]
    if (logprobs.refusal) choice.logprobs.refusal = [...(choice.logprobs.refusal ?? []), ...logprobs.refusal]
  }
  if (finish_reason) choice.finish_reason = finish_reason
}
