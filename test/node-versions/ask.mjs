// Asks a started server for a completion and a stream, and checks both.
// usage: node test/node-versions/ask.mjs http://127.0.0.1:4010/v1
import assert from 'node:assert/strict'

const [base] = process.argv.slice(2)
// An example of the document, which a built-in fixture answers.
const messages = [
  { role: 'system', content: 'You are a helpful assistant.' },
  { role: 'user', content: 'Hello!' }
]
const text = 'Hello! How can I help you today?'

async function ask(more) {
  const response = await fetch(`${base}/chat/completions`, {
    method: 'POST',
    headers: { authorization: 'Bearer sk-test', 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'gpt-4o', messages, ...more })
  })
  assert.equal(response.status, 200)
  return { type: response.headers.get('content-type'), body: await response.text() }
}

const completion = await ask({})
assert.match(completion.type, /^application\/json/)
const { object, choices, usage } = JSON.parse(completion.body)
assert.equal(object, 'chat.completion')
assert.equal(choices[0].message.content, text)
assert.deepEqual([usage.prompt_tokens, usage.completion_tokens], [19, 9])

const stream = await ask({ stream: true })
assert.match(stream.type, /^text\/event-stream/)
const events = stream.body.split('\n\n').filter(Boolean)
assert.equal(events.pop(), 'data: [DONE]')
const chunks = events.map(event => JSON.parse(event.replace(/^data: /, '')))
assert.ok(chunks.every(chunk => chunk.object === 'chat.completion.chunk'))
assert.equal(chunks.map(chunk => chunk.choices[0].delta.content ?? '').join(''), text)
assert.equal(chunks.at(-1).choices[0].finish_reason, 'stop')
