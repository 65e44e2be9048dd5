// The official Node SDK against Standin: a completion, a stream, a refusal.
//   npx standin --fixtures examples/fixtures &  node examples/openai-node.mjs
import OpenAI from 'openai'

const openai = new OpenAI({
  baseURL: process.env.OPENAI_BASE_URL ?? 'http://127.0.0.1:4010/v1',
  apiKey: process.env.OPENAI_API_KEY ?? 'sk-test'
})
const messages = [{ role: 'user', content: 'Hello!' }]

const completion = await openai.chat.completions.create({ model: 'gpt-4o', messages })
console.log('completion:', completion.choices[0].message.content)

let text = ''
for await (const chunk of await openai.chat.completions.create({ model: 'gpt-4o', messages, stream: true }))
  text += chunk.choices[0]?.delta.content ?? ''
console.log('stream:', text)

try {
  await openai
    .withOptions({ apiKey: 'sk-exhausted', maxRetries: 0 })
    .chat.completions.create({ model: 'gpt-4o', messages })
} catch (error) {
  if (!(error instanceof OpenAI.RateLimitError)) throw error
  console.log('refusal:', error.status, error.code)
}
