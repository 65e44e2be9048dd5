/** The contract of a request: what an answer may call, what form it has, and how much it says. */
import t from 'tap'
import { describeBreach, findContractBreach, findLimitBreach } from '../src/completion/reply-contract.js'
import { Budget } from '../src/core/budget.js'
import { createModels } from '../src/core/model.js'
import type { ChatRequest, JsonObject, Tool, ToolChoice } from '../src/core/openai-types.js'
import type { ChoiceContent, CompletionReply } from '../src/core/reply.js'
import { createServer } from '../src/index.js'
import { loadBuiltinData } from '../src/server/builtin-data.js'
import { askContract } from './fuzz/ask-contract.js'

const models = createModels((await loadBuiltinData()).modelTable)
const city: JsonObject = {
  type: 'object',
  properties: { city: { type: 'string' }, days: { type: 'integer' } },
  required: ['city', 'days'],
  additionalProperties: false
}
const tool = (name: string, strict?: boolean): Tool => ({
  type: 'function',
  function: { name, parameters: city, ...(strict === undefined ? {} : { strict }) }
})
const custom: Tool = { type: 'custom', custom: { name: 'shell' } }
const tools = [tool('weather', true), tool('time'), custom]
const named = (name: string): ToolChoice => ({ type: 'function', function: { name } })
const allowed = (mode: 'auto' | 'required', ...names: string[]): ToolChoice => ({
  type: 'allowed_tools',
  allowed_tools: { mode, tools: names.map(name => ({ type: 'function', function: { name } })) }
})
const call = (name: string, args: unknown = { city: 'Oslo', days: 2 }): ChoiceContent => ({
  toolCalls: [{ name, arguments: args as string }]
})
const twice: ChoiceContent = { toolCalls: [...call('time').toolCalls!, ...call('weather').toolCalls!] }
const text: ChoiceContent = { text: 'It rains.' }
const json = (value: unknown): ChoiceContent => ({ text: JSON.stringify(value) })
const jsonObject = { response_format: { type: 'json_object' as const } }
const schema = (strict?: boolean) => ({
  response_format: {
    type: 'json_schema' as const,
    json_schema: { name: 'city', schema: city, ...(strict ? { strict } : {}) }
  }
})
const legacy = { functions: [{ name: 'weather', parameters: city }] }
const speech = { modalities: ['text', 'audio'], audio: { voice: 'alloy', format: 'wav' } }

type Case = [Partial<ChatRequest>, ChoiceContent, string | undefined, Partial<CompletionReply>?]
const at = (place: string) => `choices[0].message.${place}`
const cases: readonly Case[] = [
  [{}, text, undefined],
  [{}, call('weather'), `tools: ${at('tool_calls[0].function.name')}: expected no call without tools, was "weather"`],
  [{ tools }, text, undefined],
  [{ tools }, call('weather'), undefined],
  [
    { tools },
    call('wether'),
    `tools: ${at('tool_calls[0].function.name')}: expected a declared tool: weather, time, shell, was "wether"`
  ],
  [{ tools }, { toolCalls: [{ name: 'shell', type: 'custom', arguments: 'ls' }] }, undefined],
  [
    { tools },
    { toolCalls: [{ name: 'time', type: 'custom', arguments: 'ls' }] },
    `tools: ${at('tool_calls[0].function.name')}: expected a declared tool: weather, time, shell, was a custom tool "time"`
  ],
  [{ tools }, twice, undefined],
  [
    { tools, parallel_tool_calls: false },
    twice,
    `parallel_tool_calls: ${at('tool_calls')}: expected at most 1 call, was 2 calls`
  ],
  [{ tools, tool_choice: 'auto' }, text, undefined],
  [{ tools, tool_choice: 'none' }, text, undefined],
  [
    { tools, tool_choice: 'none' },
    call('time'),
    `tool_choice: ${at('tool_calls[0].function.name')}: expected no call, was "time"`
  ],
  [
    { tools, tool_choice: 'required' },
    text,
    `tool_choice: ${at('tool_calls')}: expected a call of weather, time, shell, was absent`
  ],
  [{ tools, tool_choice: 'required' }, call('time'), undefined],
  [{ tools, tool_choice: named('time') }, call('time'), undefined],
  [
    { tools, tool_choice: named('time') },
    text,
    `tool_choice: ${at('tool_calls')}: expected a call of time, was absent`
  ],
  [
    { tools, tool_choice: named('time') },
    call('weather'),
    `tool_choice: ${at('tool_calls[0].function.name')}: expected a call of time, was "weather"`
  ],
  [
    { tools, tool_choice: { type: 'custom', custom: { name: 'shell' } } },
    text,
    `tool_choice: ${at('tool_calls')}: expected a call of shell, was absent`
  ],
  [{ tools, tool_choice: allowed('auto', 'time') }, text, undefined],
  [
    { tools, tool_choice: allowed('auto', 'time') },
    call('weather'),
    `tool_choice: ${at('tool_calls[0].function.name')}: expected a call of time, was "weather"`
  ],
  [
    { tools, tool_choice: allowed('required', 'time', 'weather') },
    text,
    `tool_choice: ${at('tool_calls')}: expected a call of time, weather, was absent`
  ],
  [
    { tools },
    call('weather', '{"city":"Oslo"'),
    `tools: ${at('tool_calls[0].function.arguments')}: expected JSON, was "{\\"city\\":\\"Oslo\\""`
  ],
  [
    { tools },
    call('time', '"Oslo"'),
    `tools: ${at('tool_calls[0].function.arguments')}: expected a JSON object, was "Oslo"`
  ],
  [{ tools }, call('time', { town: 1 }), undefined],
  [
    { tools },
    call('weather', { city: 'Oslo' }),
    `tools: ${at('tool_calls[0].function.arguments.days')}: expected {"type":"integer"}, was absent`
  ],
  [
    { tools },
    call('weather', '{"city":"Oslo","days":"2"}'),
    `tools: ${at('tool_calls[0].function.arguments.days')}: expected {"type":"integer"}, was "2"`
  ],
  [legacy, call('weather'), undefined],
  [legacy, call('time'), `tools: ${at('function_call.name')}: expected a declared tool: weather, was "time"`],
  [
    { ...legacy, function_call: 'none' },
    call('weather'),
    `tool_choice: ${at('function_call.name')}: expected no call, was "weather"`
  ],
  [
    { ...legacy, function_call: { name: 'weather' } },
    text,
    `tool_choice: ${at('tool_calls')}: expected a call of weather, was absent`
  ],
  [jsonObject, json({ a: 1 }), undefined],
  [jsonObject, json([1]), `response_format: ${at('content')}: expected a JSON object, was [1]`],
  [jsonObject, text, `response_format: ${at('content')}: expected JSON, was "It rains."`],
  [jsonObject, {}, `response_format: ${at('content')}: expected JSON, was absent`],
  [schema(), json({ city: 'Oslo', days: 2 }), undefined],
  [
    schema(),
    json({ city: 'Oslo', days: 2.5 }),
    `response_format: ${at('content.days')}: expected {"type":"integer"}, was 2.5`
  ],
  [
    schema(true),
    json({ city: 'Oslo', days: 2, sun: 1 }),
    `response_format: ${at('content.sun')}: expected no such member, was 1`
  ],
  [schema(true), text, `response_format: ${at('content')}: expected JSON, was "It rains."`],
  [{ ...schema(true), tools }, call('time'), undefined],
  [schema(true), { refusal: 'No.' }, undefined],
  [{ tools, tool_choice: 'required' }, { refusal: 'No.' }, undefined],
  [schema(true), { text: '{"city":', finishReason: 'length' }, undefined],
  [{ tools }, { ...call('weather', '{"city":'), finishReason: 'length' }, undefined],
  [{ tools, tool_choice: 'required' }, { text: '', finishReason: 'content_filter' }, undefined],
  [{ stop: 'rain' }, text, undefined],
  [
    { stop: ['sun', 'rain'] },
    text,
    `stop: ${at('content')}: expected no "rain", was "It rains."`,
    { skipTruncation: true }
  ],
  [
    { max_tokens: 4 },
    text,
    'max_completion_tokens: expected at most 4 tokens, was 5',
    { usage: { completionTokens: 5 } }
  ],
  [{ max_completion_tokens: 4, n: 2 }, text, undefined, { usage: { completionTokens: 8 } }],
  [{ n: 2 }, text, 'n: expected 2 choices, was 1', { verbatim: { json: '{}' } }],
  [{ n: 2 }, text, undefined],
  [{ model: 'gpt-audio-mini', ...speech }, text, undefined],
  [{ model: 'gpt-4o', ...speech }, text, `modalities: ${at('audio')}: expected sound, was absent`]
]

const findBreach = (request: Partial<ChatRequest>, choices: ChoiceContent[], more: Partial<CompletionReply> = {}) => {
  const model = request.model ?? 'gpt-4o'
  const reply: CompletionReply = { kind: 'completion', choices, ...more }
  return findContractBreach({ model, messages: [], ...request }, models.get(model), reply, new Budget())
}

t.test('the first part of a reply that breaks its request is found, with what was expected there', async t => {
  for (const [request, choice, expected, more] of cases) {
    const breach = findBreach(request, [choice], more)
    t.equal(breach && describeBreach(breach), expected, JSON.stringify([request, choice]))
  }
  const late = findBreach(jsonObject, [json({}), { refusal: 'No.' }, text])
  t.match(late, { choice: 2, rule: 'response_format' }, 'every choice is checked')
  t.equal(findLimitBreach({ model: 'gpt-4o', messages: [], max_tokens: 4 }, 4), undefined)
  t.match(findLimitBreach({ model: 'gpt-4o', messages: [], max_tokens: 4 }, 5), { seen: '5' })
})

t.test('a check has a limit of work, spends it, and ends with schemas that refer to themselves', async t => {
  const budget = new Budget()
  const check = (schema: JsonObject, choice: ChoiceContent) =>
    findContractBreach(
      { model: 'gpt-4o', messages: [], response_format: { type: 'json_schema', json_schema: { name: 'x', schema } } },
      models.get('gpt-4o'),
      { kind: 'completion', choices: [choice] },
      budget
    )
  const list = json({ list: Array.from({ length: 50_000 }, (_, at) => at) })
  const numbers = { type: 'object', properties: { list: { type: 'array', items: { type: 'integer', minimum: 0 } } } }
  t.match(check(numbers, list), { path: 'content', expected: 'a value that is checked with 50000 units of work' })
  t.ok(budget.work > 0 && budget.work <= 50_000, `${budget.work} units`)
  t.match(check(numbers, { text: `"${'x'.repeat(6_000_000)}"` }), { expected: /checked with 50000/ })
  t.match(check({ $ref: '#' }, json({})), { path: 'content' })
})

t.test('every generated answer keeps the contract of its request, as JSON and as a stream', async t => {
  const server = await createServer({ fixtures: 'none', journalMb: 0 })
  t.teardown(() => server.close())
  const { answered, rejected, failures } = await askContract(server, 600, 'test')
  t.same(failures.slice(0, 5), [])
  t.ok(answered > 540, `${answered} answered; ${rejected[0]}`)
})
