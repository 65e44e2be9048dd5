/** Makes requests that demand something of their answers. The same number makes the same request. */
import type { ChatRequest, JsonObject, Tool, ToolChoice } from '../../src/core/openai-types.js'
import { createRandom, type Random } from '../../src/core/random.js'

const verbs = ['get', 'find', 'book', 'send', 'list', 'cancel', 'compute']
const nouns = ['weather', 'flight', 'invoice', 'report', 'order', 'user', 'sum']
const keys = ['city', 'name', 'email', 'count', 'price', 'date', 'tags', 'kind', 'open', 'note', 'address', 'x']
const prompts = [
  'Hello!',
  'What is the {noun} in Paris for 27 people?',
  'Please {verb} the {noun} of John Doe (john@example.com) as JSON, "today" at 10:30.',
  'a=40 and b=2: {verb}_{noun}, then answer as JSON with the keys "city" and "note".',
  'Write a long story about a {noun}, in English, with 3 parts.',
  '{verb} {noun} {verb} {noun}'
]
const stops = ['e', ' the', '\n', ',', '"', '.', '5', 'ab']

export function makeContractRequest(seed: string, number: number): ChatRequest {
  const random = createRandom('contract', seed, number)
  const chance = (share: number) => random.next() < share
  const isAudio = chance(0.06)
  const model = isAudio ? 'gpt-audio-mini' : random.pick(chance(0.7) ? plainModels : reasoningModels)
  const isReasoning = reasoningModels.includes(model)
  const words = { noun: () => random.pick(nouns), verb: () => random.pick(verbs) }
  const prompt = random.pick(prompts).replace(/\{(noun|verb)\}/g, (_, kind: 'noun' | 'verb') => words[kind]())
  // Models that reason reject smaller limits.
  const limit = chance(0.5) ? random.integer(isReasoning ? 6 : 1, chance(0.5) ? 40 : 400) : undefined
  const format = isAudio ? undefined : makeFormat(random)
  return {
    model,
    messages: [
      ...(chance(0.3) ? [{ role: 'system', content: 'Answer as JSON where the user asks.' }] : []),
      { role: 'user', content: format?.type === 'json_object' ? `${prompt} Answer as JSON.` : prompt }
    ],
    ...(chance(0.6) ? makeTools(random, isReasoning || isAudio) : {}),
    ...(format ? { response_format: format } : {}),
    ...(limit === undefined
      ? {}
      : isReasoning || chance(0.5)
        ? { max_completion_tokens: limit }
        : { max_tokens: limit }),
    ...(chance(0.3) ? { n: random.integer(1, 4) } : {}),
    ...(!isReasoning && chance(0.2) ? { stop: chance(0.5) ? random.pick(stops) : [random.pick(stops), 'zzz'] } : {}),
    ...(isAudio ? { modalities: ['text', 'audio'], audio: { voice: 'alloy', format: 'pcm16' } } : {}),
    ...(isReasoning && chance(0.5) ? { reasoning_effort: random.pick(['low', 'medium', 'high']) } : {})
  }
}

const plainModels = ['gpt-4o', 'gpt-4o-mini', 'gpt-4.1-nano', 'gpt-4.1']
const reasoningModels = ['gpt-5-mini', 'gpt-5.1', 'o4-mini', 'o3']

function makeTools(random: Random, isPlain: boolean): Partial<ChatRequest> {
  const names = [
    ...new Set(Array.from({ length: random.integer(1, 4) }, () => `${random.pick(verbs)}_${random.pick(nouns)}`))
  ]
  if (!isPlain && random.next() < 0.15) {
    const functions = names.map(name => ({ name, parameters: makeObject(random, false, 2) }))
    const choice = random.pick(['auto', 'none', { name: random.pick(names) }, undefined] as const)
    return { functions, ...(choice === undefined ? {} : { function_call: choice }) }
  }
  const tools = names.map(name => makeTool(name, random, isPlain))
  const choice = makeChoice(tools, random)
  return {
    tools,
    ...(choice === undefined ? {} : { tool_choice: choice }),
    ...(!isPlain && random.next() < 0.3 ? { parallel_tool_calls: random.next() < 0.5 } : {})
  }
}

function makeTool(name: string, random: Random, isPlain: boolean): Tool {
  if (!isPlain && random.next() < 0.1) return { type: 'custom', custom: { name, description: 'Runs a text.' } }
  const strict = random.next() < 0.5
  return {
    type: 'function',
    function: {
      name,
      ...(random.next() < 0.5 ? { description: `Can ${name.replace('_', ' the ')} of a city or a user.` } : {}),
      parameters: makeObject(random, strict, 2),
      ...(strict ? { strict } : {})
    }
  }
}

function makeChoice(tools: Tool[], random: Random): ToolChoice | undefined {
  const tool = random.pick(tools)
  const name = (tool.function ?? tool.custom!).name
  const named = (
    tool.custom ? { type: 'custom', custom: { name } } : { type: 'function', function: { name } }
  ) as ToolChoice
  return random.pick<ToolChoice | undefined>([
    undefined,
    'auto',
    'none',
    'required',
    named,
    {
      type: 'allowed_tools',
      allowed_tools: { mode: random.pick(['auto', 'required']), tools: [named as unknown as JsonObject] }
    }
  ])
}

function makeFormat(random: Random): ChatRequest['response_format'] {
  const kind = random.next()
  if (kind < 0.55) return undefined
  if (kind < 0.65) return { type: 'json_object' }
  const strict = random.next() < 0.5
  return {
    type: 'json_schema',
    json_schema: { name: 'answer', schema: makeObject(random, strict, 3), ...(strict ? { strict } : {}) }
  }
}

/** A schema of an object. A strict schema requires all members, and allows no other. */
function makeObject(random: Random, strict: boolean, depth: number): JsonObject {
  const names = [...new Set(Array.from({ length: random.integer(1, 4) }, () => random.pick(keys)))]
  const properties = Object.fromEntries(names.map(name => [name, makeSchema(random, strict, depth - 1)]))
  const required = strict ? names : names.filter(() => random.next() < 0.6)
  return {
    type: 'object',
    properties,
    required,
    ...(strict || random.next() < 0.3 ? { additionalProperties: false } : {})
  }
}

function makeSchema(random: Random, strict: boolean, depth: number): JsonObject {
  const low = random.integer(-20, 50)
  const leaves: (() => JsonObject)[] = [
    () => ({ type: 'string' }),
    () => ({ type: 'string', enum: ['red', 'green', 'blue'].slice(0, random.integer(1, 3)) }),
    () => ({ type: 'string', format: random.pick(['date', 'email', 'uuid', 'date-time', 'time']) }),
    () => ({ type: 'string', pattern: random.pick(['^[A-Z]{2}-\\d{3}$', '^(a|b)+$', '^\\d{4}$']) }),
    () => ({ type: 'integer', minimum: low, maximum: low + random.integer(0, 30) }),
    () => ({ type: 'number', minimum: low }),
    () => ({ type: 'number', multipleOf: random.pick([0.5, 3, 0.01]) }),
    () => ({ type: ['string', 'null'] }),
    () => ({ type: 'boolean' })
  ]
  if (depth <= 0 || random.next() < 0.6) return random.pick(leaves)()
  const inner = () => makeSchema(random, strict, depth - 1)
  return random.pick<() => JsonObject>([
    () => ({ type: 'array', items: inner(), minItems: random.integer(0, 3) }),
    () => makeObject(random, strict, depth),
    () => ({ anyOf: [inner(), { type: 'null' }] })
  ])()
}
