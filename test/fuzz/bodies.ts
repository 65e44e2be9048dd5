/** Makes bodies of chat requests: valid bodies with changes of their structure. The same seed makes the same bodies. */
import { createRandom, type Random } from '../../src/core/random.js'

type Holder = Record<string, unknown>

const call = { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{"a": 1}' } }
const customCall = { id: 'call_2', type: 'custom', custom: { name: 'c', input: 'x' } }
const schema = {
  type: 'object',
  properties: {
    a: { type: 'string', enum: ['x', 'y'] },
    b: { type: 'array', items: { $ref: '#/$defs/b' }, minItems: 1 },
    c: { anyOf: [{ type: 'integer', minimum: 1 }, { type: 'null' }] },
    d: { type: 'string', pattern: '^[a-c]{2,3}$', format: 'date' }
  },
  required: ['a', 'b', 'c', 'd'],
  additionalProperties: false,
  $defs: { b: { type: 'number', multipleOf: 0.5 } }
}
const tool = { type: 'function', function: { name: 'f', description: 'Finds.', parameters: schema, strict: true } }
const grammar = { type: 'grammar', grammar: { syntax: 'regex', definition: 'a+' } }
const customTool = { type: 'custom', custom: { name: 'c', format: grammar } }
const messages = [{ role: 'user', content: 'Find "x" with f as JSON.' }]
const model = 'gpt-4o'

export const validBodies: readonly Holder[] = [
  { model, messages },
  { model, messages, stream: true, stream_options: { include_usage: true, include_obfuscation: false }, n: 2 },
  { model, messages, temperature: 1, top_p: 0.5, presence_penalty: 1, frequency_penalty: -1, seed: 7, stop: ['x'] },
  { model, messages, logprobs: true, top_logprobs: 3, max_tokens: 9, logit_bias: { 50256: -100 }, user: 'u' },
  { model, messages, tools: [tool, customTool], tool_choice: { type: 'function', function: { name: 'f' } } },
  { model, messages, tools: [customTool], tool_choice: { type: 'custom', custom: { name: 'c' } }, stream: true },
  {
    model,
    messages,
    tools: [tool, customTool],
    tool_choice: {
      type: 'allowed_tools',
      allowed_tools: { mode: 'required', tools: [{ type: 'function', function: { name: 'f' } }] }
    },
    parallel_tool_calls: true
  },
  { model, messages, functions: [{ name: 'f', parameters: schema }], function_call: { name: 'f' } },
  {
    model,
    messages: [
      { role: 'system', content: 'Be brief.', name: 's' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'x' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=', detail: 'low' } },
          { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBE' } }
        ]
      },
      { role: 'assistant', content: null, tool_calls: [call, customCall] },
      { role: 'tool', tool_call_id: 'call_1', content: [{ type: 'text', text: '{"a": 1}' }] },
      { role: 'tool', tool_call_id: 'call_2', content: 'x' },
      { role: 'developer', content: 'Go on.' }
    ],
    tools: [tool, customTool]
  },
  {
    model,
    messages: [
      ...messages,
      { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{}' } },
      { role: 'function', name: 'f', content: 'x' },
      { role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }], refusal: 'No.', audio: { id: 'audio_1' } }
    ],
    functions: [{ name: 'f' }],
    function_call: 'auto'
  },
  { model, messages, response_format: { type: 'json_schema', json_schema: { name: 'a', strict: true, schema } } },
  { model, messages, response_format: { type: 'json_object' }, stream: true },
  { model, messages, store: true, metadata: { k: 'v' }, service_tier: 'auto', prompt_cache_key: 'k' },
  {
    model,
    messages,
    prediction: { type: 'content', content: [{ type: 'text', text: 'x' }] },
    moderation: { model: 'omni-moderation-latest' }
  },
  { model: 'gpt-5.6-terra', messages, reasoning_effort: 'low', verbosity: 'low', max_completion_tokens: 99 },
  {
    model: 'gpt-audio',
    messages: [
      { role: 'user', content: [{ type: 'input_audio', input_audio: { data: 'UklGRiQAAABXQVZF', format: 'wav' } }] }
    ],
    modalities: ['text', 'audio'],
    audio: { voice: 'alloy', format: 'wav' }
  },
  {
    model: 'gpt-4o-search-preview',
    messages,
    web_search_options: { search_context_size: 'low', user_location: { type: 'approximate', approximate: {} } }
  }
]

/** JSON that is replaced by a number which JavaScript cannot write. */
const hugeNumbers: Readonly<Record<string, string>> = {
  '"<infinity>"': '1e400',
  '"<20 digits>"': '12345678901234567890',
  '"<minus zero>"': '-0.0'
}

const oddTexts = ['', 'x', 'auto', 'f', 'user', '\u0000', '\ud800', '😀', '{{ x }}', '__proto__', 'a'.repeat(600)]
const oddNumbers = [0, -1, 1, 1.5, 2, 3, 129, 1e9, -1e21, ...Object.keys(hugeNumbers).map(each => JSON.parse(each))]
const oddKeys = ['__proto__', 'constructor', 'toString', 'length', '', 'zzz', 'a.b', '$ref', 'type', 'name', 'content']
const nested = (depth: number): unknown => JSON.parse(`${'[{"a":'.repeat(depth)}1${'}]'.repeat(depth)}`)
const oddLists = [[], [null], [[]], [{}], [0], ['x'], ['x', 'x'], [null, {}]]
const makeOddObject = (key: string, value: unknown): unknown => JSON.parse(JSON.stringify({ [key]: value ?? null }))

const everyValue: readonly unknown[] = validBodies.flatMap(listValues)
const everyMember: readonly [string, unknown][] = everyValue.flatMap(value =>
  typeof value === 'object' && value && !Array.isArray(value) ? Object.entries(value) : []
)

function listValues(value: unknown): unknown[] {
  return typeof value === 'object' && value ? [value, ...Object.values(value).flatMap(listValues)] : [value]
}

function makeOddValue(random: Random): unknown {
  const kinds: readonly (() => unknown)[] = [
    () => null,
    () => random.next() < 0.5,
    () => random.pick(oddNumbers),
    () => random.pick(oddTexts),
    () => random.pick(oddLists),
    () => ({}),
    () => makeOddObject(random.pick(oddKeys), random.pick([null, 1, 'x', [], {}])),
    () => nested(random.integer(2, 60)),
    () => random.pick(everyValue),
    () => random.pick(everyValue)
  ]
  return structuredClone(random.pick(kinds)())
}

/** Changes one value somewhere in a body: replaces, removes, repeats, wraps or adds. */
function change(body: Holder, random: Random): void {
  const places = listPlaces(body)
  const { holder, key } = random.pick(places)
  const value = holder[key]
  const changes: readonly (() => void)[] = [
    () => setOwn(holder, key, makeOddValue(random)),
    () => setOwn(holder, key, makeOddValue(random)),
    () => void delete holder[key],
    () => setOwn(holder, key, [value, structuredClone(value)]),
    () => setOwn(holder, key, { [random.pick(oddKeys)]: value }),
    () => {
      if (Array.isArray(holder)) holder.push(structuredClone(value), makeOddValue(random))
      else setOwn(holder, random.pick(oddKeys), makeOddValue(random))
    },
    () => {
      const [name, member] = random.pick(everyMember)
      const target = typeof value === 'object' && value && !Array.isArray(value) ? (value as Holder) : holder
      if (!Array.isArray(target))
        setOwn(target, name, random.next() < 0.5 ? structuredClone(member) : makeOddValue(random))
    }
  ]
  random.pick(changes)()
}

/** Sets a member, also one with the name `__proto__`, as JSON can. */
function setOwn(holder: Holder, key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true })
}

function listPlaces(value: unknown, found: { holder: Holder; key: string }[] = [], depth = 0) {
  if (typeof value !== 'object' || value === null || depth > 10) return found
  for (const [key, member] of Object.entries(value)) {
    found.push({ holder: value as Holder, key })
    listPlaces(member, found, depth + 1)
  }
  return found
}

/** Makes the text of a body that is JSON, but only sometimes a valid request. */
export function makeBody(seed: string, index: number): string {
  const random = createRandom(seed, index)
  const body = structuredClone(random.pick(validBodies)) as Holder
  for (let extra = random.integer(0, 1); extra > 0; extra--) {
    const [name, value] = random.pick(Object.entries(random.pick(validBodies)))
    body[name] = structuredClone(value)
  }
  for (let changes = random.integer(1, 3); changes > 0; changes--) if (Object.keys(body).length) change(body, random)
  let text = JSON.stringify(body)
  for (const [marker, number] of Object.entries(hugeNumbers)) text = text.replaceAll(marker, number)
  // The last of two members with the same name counts.
  return random.next() < 0.02 ? text.replace('{', `{"messages":${JSON.stringify(makeOddValue(random))},`) : text
}
