/** Valid requests whose responses would cost much time or memory. */
import { completion, either, error } from '../expect.mjs'

const user = content => ({ role: 'user', content })
const chat = members => ({ model: 'gpt-4o', messages: [user('Tell me about it.')], ...members })
const schema = (value, name = 'answer') => ({
  response_format: { type: 'json_schema', json_schema: { name, schema: value } }
})
const tools = parameters => ({
  tools: [{ type: 'function', function: { name: 'f', parameters } }],
  tool_choice: 'required'
})
const object = (properties, more = {}) => ({ type: 'object', properties, required: Object.keys(properties), ...more })
const list = (items, minItems) => ({ type: 'array', items, minItems })
const many = (count, create) => Array.from({ length: count }, (_, at) => create(at))
const entries = (count, create) => Object.fromEntries(many(count, at => [`p${at}`, create(at)]))
const overBudget = error(400, 'budget_exceeded')
/** The response is answered, refused for its cost, or refused because no value of the length is made. */
const tooLarge = either(overBudget, error(400, 'unanswerable_schema'))
const bounded = either(completion(), tooLarge, error(400, 'context_length_exceeded'))
const hasChoices = count => completion(({ choices }) => choices.length === count)

/** Schemas; `n: 1` without log probabilities. */
const schemas = {
  'minItems: 100,000': [list({ type: 'string' }, 100_000), tooLarge],
  'minItems: 1e9': [list({ type: 'string' }, 1e9), either(overBudget, error(400))],
  'minLength: 1e9': [object({ a: { type: 'string', minLength: 1e9 } }), either(overBudget, error(400))],
  'minLength: 5 million': [object({ a: { type: 'string', minLength: 5_000_000 } }), bounded],
  'minProperties: 1e6': [
    { type: 'object', minProperties: 1e6, additionalProperties: { type: 'string' } },
    either(overBudget, error(400))
  ],
  '100 objects of 20 lists, ten times nested': [
    {
      $ref: '#/$defs/d0',
      $defs: Object.fromEntries(
        many(10, at => [
          `d${at}`,
          at === 9 ? { type: 'string' } : list(object(entries(20, () => ({ $ref: `#/$defs/d${at + 1}` }))), 100)
        ])
      )
    },
    tooLarge
  ],
  'lists of lists of lists': [list(list(list(list({ type: 'integer' }, 100), 100), 100), 100), tooLarge],
  '5,000 properties': [object(entries(5000, () => ({ type: 'string' }))), bounded],
  '20,000 optional properties': [{ type: 'object', properties: entries(20_000, () => ({ type: 'string' })) }, bounded],
  '50,000 enum values': [object({ a: { enum: many(50_000, at => `v${at}`) } }), bounded],
  'unique items of a small enum': [
    { type: 'array', items: { enum: [1, 2, 3] }, uniqueItems: true, minItems: 50 },
    error(400)
  ],
  'unique items of 2,000 objects': [
    {
      type: 'array',
      items: object({ a: { type: 'integer', minimum: 0, maximum: 2500 } }),
      uniqueItems: true,
      minItems: 2000
    },
    bounded
  ],
  'a pattern of 20,000 alternatives': [
    object({ a: { type: 'string', pattern: `^(${many(20_000, at => `w${at}`).join('|')})$` } }),
    bounded
  ],
  'a pattern with (a+)+b': [object({ a: { type: 'string', pattern: '^(a+)+b$' } }), bounded],
  'a pattern with counts of counts': [
    object({ a: { type: 'string', pattern: '^((((a{9}){9}){9}){9}){9}$' } }),
    either(overBudget, completion(), error(400))
  ],
  'a pattern that nothing matches': [
    object({ a: { type: 'string', pattern: '^a\\bb$' } }),
    either(error(400), completion())
  ],
  'a pattern with a lookahead': [object({ a: { type: 'string', pattern: '^(?=.*\\d)(?=.*[a-z]).{8,}$' } }), bounded],
  'a pattern of 1 MB': [object({ a: { type: 'string', pattern: 'ab'.repeat(500_000) } }), bounded],
  '1,000 patterns': [object(entries(1000, at => ({ type: 'string', pattern: `^[a-z]{3}-${at}-\\d{4}$` }))), bounded],
  'patternProperties of 2,000 patterns': [
    {
      type: 'object',
      patternProperties: Object.fromEntries(many(2000, at => [`^(a+)+${at}$`, { type: 'string' }])),
      minProperties: 50
    },
    either(bounded, error(400))
  ],
  'minContains: 5,000': [
    { type: 'array', items: {}, contains: { type: 'string', pattern: '^[a-f]{8}$' }, minContains: 5000 },
    bounded
  ],
  'contains that contradicts items': [
    { type: 'array', items: { type: 'integer' }, contains: { type: 'string' }, minItems: 3 },
    error(400)
  ],
  'propertyNames with a pattern and minProperties: 500': [
    { type: 'object', propertyNames: { pattern: '^[a-c]{3}$' }, minProperties: 500 },
    either(bounded, error(400))
  ],
  'prefixItems of 5,000': [
    { type: 'array', items: {}, prefixItems: many(5000, () => ({ type: 'string' })), minItems: 5000 },
    bounded
  ],
  'anyOf of 5,000': [object({ a: { anyOf: many(5000, at => ({ const: at })) } }), bounded],
  'oneOf of 2,000 that overlap': [
    object({ a: { oneOf: many(2000, at => ({ type: 'integer', minimum: at })) } }),
    either(bounded, error(400))
  ],
  'allOf of 5,000': [{ allOf: many(5000, at => object({ [`p${at}`]: { type: 'string' } })) }, bounded],
  'anyOf in anyOf, 8 deep': [
    many(8, at => at).reduce(inner => ({ anyOf: [inner, inner, inner] }), { type: 'string' }),
    bounded
  ],
  'allOf of anyOf, ten times': [
    { allOf: many(10, at => ({ anyOf: many(10, value => ({ type: 'integer', multipleOf: at * 10 + value + 1 })) })) },
    either(bounded, error(400))
  ],
  'not of not of not': [
    many(100, at => at).reduce(inner => ({ not: inner }), { type: 'string' }),
    either(bounded, error(400))
  ],
  '200 levels of objects': [
    many(200, at => at).reduce(inner => object({ a: inner }), { type: 'string' }),
    either(bounded, error(400))
  ],
  'a tree by $ref': [{ ...object({ left: { $ref: '#' }, right: { $ref: '#' } }) }, either(bounded, error(400))],
  'a list of itself': [{ type: 'array', items: { $ref: '#' }, minItems: 3 }, either(bounded, error(400))],
  'definitions that double 30 times': [
    {
      $ref: '#/$defs/d0',
      $defs: Object.fromEntries(
        many(30, at => [
          `d${at}`,
          at === 29
            ? { type: 'string' }
            : object({ a: { $ref: `#/$defs/d${at + 1}` }, b: { $ref: `#/$defs/d${at + 1}` } })
        ])
      )
    },
    tooLarge
  ],
  'a chain of 5,000 $refs': [
    {
      $ref: '#/$defs/d0',
      $defs: Object.fromEntries(
        many(5000, at => [`d${at}`, at === 4999 ? { type: 'string' } : { $ref: `#/$defs/d${at + 1}` }])
      )
    },
    either(bounded, error(400))
  ],
  'if, then, else, 12 deep': [
    many(12, at => at).reduce(inner => ({ if: { minLength: 3 }, then: inner, else: inner }), { type: 'string' }),
    either(bounded, error(400))
  ],
  'dependentSchemas in a circle': [
    {
      type: 'object',
      properties: { a: { type: 'string' }, b: { type: 'string' } },
      required: ['a'],
      dependentSchemas: { a: { required: ['b'] }, b: { required: ['a'] } }
    },
    bounded
  ],
  'multipleOf: 1e-300': [object({ a: { type: 'number', multipleOf: 1e-300 } }), either(bounded, error(400))],
  'a minimum above the maximum': [object({ a: { type: 'integer', minimum: 5, maximum: 4 } }), error(400)],
  'a description of 5 MB': [
    object({ a: { type: 'string', description: 'd'.repeat(5_000_000) } }),
    either(bounded, error(400))
  ]
}

/** The service accepts only objects at the root of a schema. */
const toObject = ({ $defs, ...value }) =>
  value.type === 'object' ? { ...value, $defs } : { ...object({ value }), ...($defs && { $defs }) }

const schemaInputs = Object.entries(schemas).flatMap(([name, [value, expect]]) => [
  { name: `schema: ${name}`, body: chat(schema(toObject(value))), expect },
  { name: `schema of a tool: ${name}`, body: chat(tools(toObject(value))), expect },
  {
    name: `schema, streamed with n: 8: ${name}`,
    server: 'warn',
    body: chat({ ...schema(value), stream: true, n: 8 }),
    expect
  }
])

const logprobs = { logprobs: true, top_logprobs: 20 }
const words = count => many(count, at => `word${at}`).join(' ')

export const inputs = [
  ...schemaInputs,
  // Products of legal members.
  { name: 'cost: n: 128 with 20 log probabilities', body: chat({ n: 128, ...logprobs }), expect: hasChoices(128) },
  {
    name: 'cost: n: 128 with 20 log probabilities and 200 tokens',
    body: chat({ n: 128, ...logprobs }),
    fixture: { match: { lastUser: 'about it' }, reply: { text: words(70) } },
    expect: hasChoices(128)
  },
  {
    name: 'cost: n: 128 with 20 log probabilities, streamed',
    body: chat({ n: 128, stream: true, ...logprobs }),
    expect: completion()
  },
  {
    name: 'cost: n: 128 with 20 log probabilities and minItems: 2000',
    body: chat({ n: 128, ...logprobs, ...schema(object({ a: list({ type: 'string' }, 2000) })) }),
    expect: overBudget
  },
  {
    name: 'cost: n: 128 with 20 log probabilities and a text of 1 MB',
    body: chat({ n: 128, ...logprobs }),
    fixture: { match: { lastUser: 'about it' }, reply: { text: 'a b '.repeat(250_000) } },
    expect: overBudget
  },
  {
    name: 'cost: n: 128 and a text of 4 MB',
    body: chat({ n: 128 }),
    fixture: { match: { lastUser: 'about it' }, reply: { text: 'a b '.repeat(1_000_000) } },
    expect: overBudget
  },
  {
    name: 'cost: n: 128, streamed, and a text of 1 MB',
    body: chat({ n: 128, stream: true }),
    fixture: { match: { lastUser: 'about it' }, reply: { text: 'a b '.repeat(250_000) } },
    expect: overBudget
  },
  {
    name: 'cost: 20 log probabilities of a text of 8 MB',
    body: chat(logprobs),
    fixture: { match: { lastUser: 'about it' }, reply: { text: 'a b '.repeat(2_000_000) } },
    expect: overBudget
  },
  {
    name: 'cost: a stream of a text of 8 MB',
    body: chat({ stream: true }),
    fixture: { match: { lastUser: 'about it' }, reply: { text: 'a b '.repeat(2_000_000) } },
    expect: bounded
  },
  {
    name: 'cost: n: 128 and 128 tools that must be called',
    body: chat({
      n: 128,
      tools: many(128, at => ({
        type: 'function',
        function: { name: `f${at}`, parameters: object(entries(20, () => ({ type: 'string' }))) }
      })),
      tool_choice: 'required'
    }),
    expect: bounded
  },
  {
    name: 'cost: 2,000 tools with schemas',
    body: chat({
      tools: many(2000, at => ({
        type: 'function',
        function: {
          name: `f${at}`,
          parameters: object(entries(20, () => ({ type: 'string', description: 'd'.repeat(100) })))
        }
      }))
    }),
    expect: either(bounded, error(400))
  },
  {
    name: 'cost: a prediction of 9 MB',
    body: () => chat({ prediction: { type: 'content', content: 'a b '.repeat(2_300_000) } }),
    expect: either(bounded, error(400))
  },
  {
    name: 'cost: a prediction of 9 MB without spaces',
    body: () => chat({ prediction: { type: 'content', content: 'ab'.repeat(4_600_000) } }),
    expect: either(bounded, error(400))
  },
  {
    name: 'cost: a logit_bias of 100,000 tokens',
    body: chat({ logit_bias: entries(100_000, () => 1) }),
    expect: either(bounded, error(400))
  },
  {
    name: 'cost: a logit_bias of 100,000 numbers',
    body: chat({ logit_bias: Object.fromEntries(many(100_000, at => [at, 1])) }),
    expect: error(400)
  },
  {
    name: 'cost: metadata of 100,000 entries',
    body: chat({ store: true, metadata: entries(100_000, () => 'a') }),
    expect: error(400)
  },
  {
    name: 'cost: stops that almost match',
    body: chat({ stop: many(4, at => `${'a'.repeat(5000)}${at}`) }),
    fixture: { match: { lastUser: 'about it' }, reply: { text: 'a'.repeat(500_000) } },
    expect: bounded
  },
  {
    name: 'cost: a stored completion of 9 MB',
    body: () => ({ ...chat({ store: true }), messages: [user('x y '.repeat(2_300_000))] }),
    expect: bounded
  },
  // Large prompts.
  ...[
    ['9 MB of a', () => 'a'.repeat(9_000_000)],
    ['9 MB of spaces', () => ' '.repeat(9_000_000)],
    ['9 MB of words', () => 'word '.repeat(1_800_000)],
    ['4 MB of line breaks', () => '\n'.repeat(4_000_000)],
    ['9 MB of digits', () => '1234567890'.repeat(900_000)],
    ['9 MB of emoji', () => '👩‍👩‍👧'.repeat(500_000)],
    ['9 MB of CJK', () => '漢字'.repeat(1_500_000)],
    ['6 MB of brackets', () => '{"a":['.repeat(1_000_000)],
    ['6 MB of quotes', () => `"'\``.repeat(2_000_000)],
    ['9 MB of special tokens', () => '<|endoftext|>'.repeat(700_000)],
    ['9 MB of combining marks', () => 'e\u0301\u0302\u0303'.repeat(1_200_000)],
    ['9 MB of e-mail addresses', () => 'a@b.c, '.repeat(1_250_000)],
    ['9 MB of dots', () => '.'.repeat(9_000_000)],
    ['9 MB of a=1', () => 'a=1 '.repeat(2_250_000)]
  ].map(([name, create]) => ({
    name: `prompt: ${name}`,
    body: () => ({ model: 'gpt-4o', messages: [user(create())] }),
    expect: either(bounded, error(400))
  })),
  {
    name: 'prompt: 100,000 messages',
    body: () => ({ model: 'gpt-4o', messages: many(100_000, () => user('a')) }),
    expect: either(bounded, error(400))
  },
  {
    name: 'prompt: 100,000 parts of a message',
    body: () => ({ model: 'gpt-4o', messages: [user(many(100_000, () => ({ type: 'text', text: 'a b' })))] }),
    expect: either(bounded, error(400))
  },
  {
    name: 'prompt: 70 texts of 127 kB',
    body: () => ({ model: 'gpt-4o', messages: many(70, at => user(`${at} b `.repeat(25_000))) }),
    expect: either(bounded, error(400))
  },
  {
    name: 'prompt: 70 texts of 127 kB without spaces',
    body: () => ({ model: 'gpt-4o', messages: many(70, () => user('é'.repeat(60_000))) }),
    expect: either(bounded, error(400))
  },
  {
    name: 'prompt: 50,000 tool calls',
    body: () => ({
      model: 'gpt-4o',
      messages: many(25_000, at => [
        {
          role: 'assistant',
          tool_calls: [{ id: `c${at}`, type: 'function', function: { name: 'f', arguments: '{"a":1}' } }]
        },
        { role: 'tool', tool_call_id: `c${at}`, content: 'b' }
      ]).flat()
    }),
    expect: either(bounded, error(400))
  },
  {
    name: 'prompt: 2,000 images',
    body: () => ({
      model: 'gpt-4o',
      messages: [
        user(
          many(2000, () => ({
            type: 'image_url',
            image_url: {
              url: 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=='
            }
          }))
        )
      ]
    }),
    expect: either(bounded, error(400))
  },
  {
    name: 'prompt: an image of 9 MB',
    body: () => ({
      model: 'gpt-4o',
      messages: [user([{ type: 'image_url', image_url: { url: `data:image/png;base64,${'A'.repeat(9_000_000)}` } }])]
    }),
    expect: either(bounded, error(400))
  },
  {
    name: 'prompt: 9 MB of tool arguments that are JSON',
    body: () => ({
      model: 'gpt-4o',
      messages: [
        user('a'),
        {
          role: 'assistant',
          tool_calls: [
            { id: 'c', type: 'function', function: { name: 'f', arguments: `{"a":[${'1,'.repeat(4_000_000)}1]}` } }
          ]
        },
        { role: 'tool', tool_call_id: 'c', content: 'b' }
      ]
    }),
    expect: either(bounded, error(400))
  },
  {
    name: 'prompt: json_object with 6 MB of names',
    body: () => ({
      model: 'gpt-4o',
      response_format: { type: 'json_object' },
      messages: [user(`JSON with ${'"name" '.repeat(800_000)}`)]
    }),
    expect: either(bounded, error(400))
  },
  {
    name: 'cost: a model name of 4 MB, ten times',
    body: () => ({ model: 'm'.repeat(4_000_000), messages: [user('a')] }),
    expect: either(completion(), error(404))
  },
  {
    name: 'cost: audio of a text of 1 MB',
    body: {
      model: 'gpt-4o-audio-preview',
      modalities: ['text', 'audio'],
      audio: { voice: 'alloy', format: 'wav' },
      messages: [user('Say it.')]
    },
    fixture: { match: { lastUser: 'Say it' }, reply: { text: 'a b '.repeat(250_000) } },
    expect: bounded
  },
  {
    name: 'cost: max_completion_tokens of 100,000 for a reasoning model',
    body: { model: 'o3', max_completion_tokens: 100_000, n: 8, messages: [user('Think.')] },
    expect: bounded
  }
]
