// What is asked. Each case is answered by Standin and by the bare server with the very same bytes; rivals answer what they can.
const ask = (content, more) => JSON.stringify({ model: 'gpt-4o', ...more, messages: [{ role: 'user', content }] })

/** A hundred words of one token each, five characters with their space. */
export const hundredWords = Array.from(
  { length: 100 },
  (_, at) => ['time', 'city', 'door', 'rain', 'blue'][at % 5]
).join(' ')

const tools = ['get_weather', 'get_time', 'get_news'].map(name => ({
  type: 'function',
  function: {
    name,
    description: 'Answers for a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }
  }
}))

/** The whole stream in a single write, for load tests. */
export const oneWrite = ['--stream-writes', 'one']

/** @typedef {{ name: string, body: string, key?: string, fixtures?: number, unique?: boolean, options?: string[], rivals?: string[] }} Case */

/** @type {Case[]} */
export const cases = [
  { name: 'JSON, canned', body: ask('Hello!'), rivals: ['aimock', 'prism', 'mockoon', 'steady'] },
  // A server that remembers what it saw gains nothing here: [<id>] is another text in each request.
  { name: 'JSON, canned, each body another', body: ask('Hello! [<id>]'), unique: true },
  { name: 'JSON, made up', body: ask('Tell me about zebras') },
  { name: 'SSE, 100 tokens, unpaced', body: ask('A hundred words', { stream: true }), rivals: ['aimock'] },
  { name: 'SSE, 100 tokens, one write', body: ask('A hundred words', { stream: true }), options: oneWrite },
  { name: '400', body: ask('Hello!', { temperature: 3 }), rivals: ['prism'] },
  { name: '401', body: ask('Hello!'), key: 'sk-invalid' },
  { name: 'prompt of 100 kB', body: ask(`Hello! ${'All work and no play. '.repeat(4650)}`), rivals: ['aimock'] },
  { name: 'tool call', body: ask('How is the weather in Oslo?', { tools }), rivals: ['aimock'] },
  ...[10, 1000, 10_000].map(count => ({
    name: `one of ${count.toLocaleString('en-US')} fixtures`,
    body: ask(`question ${count - 1}`),
    fixtures: count,
    rivals: count === 1000 ? ['aimock'] : []
  }))
]
