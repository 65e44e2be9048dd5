/** Generated arguments and JSON answers have the values of the prompt. */
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import t from 'tap'
import { createAjv } from '../src/core/ajv.js'
import { Budget } from '../src/core/budget.js'
import { createModels } from '../src/core/model.js'
import type { ChatRequest, Json, JsonObject, Message, Tool } from '../src/core/openai-types.js'
import { createRandom } from '../src/core/random.js'
import { toSchemaCheck } from '../src/core/schema.js'
import { correctValue } from '../src/generation/corrected-value.js'
import { generateReply } from '../src/generation/generate-reply.js'
import { loadBuiltinData } from '../src/server/builtin-data.js'
import { correctionRows, verdictRows } from './prompt-values/correction-rows.js'
import { everydayDetailRows } from './prompt-values/everyday-detail-rows.js'
import { everydayDistractorRows } from './prompt-values/everyday-distractor-rows.js'
import { everydayRows } from './prompt-values/everyday-rows.js'
import { everydaySecondRows } from './prompt-values/everyday-second-rows.js'
import { everydayThingRows } from './prompt-values/everyday-thing-rows.js'
import { everydayThirdRows } from './prompt-values/everyday-third-rows.js'
import { extractionRows } from './prompt-values/extraction-rows.js'
import { furtherRows } from './prompt-values/more-rows.js'
import { type PromptRow, promptRows } from './prompt-values/rows.js'

const models = createModels((await loadBuiltinData()).modelTable)

const generate = (request: ChatRequest) =>
  generateReply(request, models.get(request.model), createRandom('values', JSON.stringify(request)), new Budget())
    .choices[0]!

const createCheck = (schema: JsonObject) => toSchemaCheck(createAjv({ strict: false }).compile(schema))

const requestOf = (prompt: string, rest: Partial<ChatRequest>): ChatRequest => ({
  model: 'gpt-4o',
  messages: [{ role: 'user', content: prompt }],
  ...rest
})

const schemaOf = ({ properties }: PromptRow): JsonObject => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false
})

/** The arguments of the first call of a tool with the schema, and the JSON answer for it. */
const answerTwice = (row: PromptRow): { form: string; value: Json }[] => {
  const schema = schemaOf(row)
  const name = row.tool ?? 'submit'
  const messages: Message[] = [
    ...(row.system ? [{ role: 'system', content: row.system } as const] : []),
    ...(row.before ?? []),
    { role: 'user', content: row.prompt }
  ]
  const called = generate(
    requestOf(row.prompt, {
      messages,
      tool_choice: 'required',
      tools: [{ type: 'function', function: { name, parameters: schema } }]
    })
  )
  const answered = generate(
    requestOf(row.prompt, {
      messages,
      response_format: { type: 'json_schema', json_schema: { name, schema, strict: true } }
    })
  )
  return [
    { form: 'arguments', value: called.toolCalls?.[0]?.arguments ?? null },
    { form: 'JSON', value: JSON.parse(answered.text ?? 'null') }
  ]
}

/** The rows whose values are wrong, each with what came out. */
const findWrong = (rows: readonly PromptRow[]): string[] =>
  rows.flatMap(row => {
    const wrong = answerTwice(row).filter(({ value }) =>
      Object.entries(row.values).some(([name, expected]) => !isDeepStrictEqual((value as JsonObject)?.[name], expected))
    )
    return wrong.length > 0
      ? [
          `${row.kind}: ${row.prompt}\n  expected ${JSON.stringify(row.values)}\n` +
            wrong.map(({ form, value }) => `  ${form} ${JSON.stringify(value)}`).join('\n')
        ]
      : []
  })

for (const [name, rows, count] of [
  ['the prompts', promptRows, 150],
  ['further prompts', furtherRows, 175],
  ['everyday messages', [...everydayRows, ...everydayThingRows, ...everydayDetailRows, ...everydayDistractorRows], 177],
  ['later everyday messages', [...everydaySecondRows, ...everydayThirdRows], 114]
] as const)
  t.test(`at least 95 % of ${name} give their values`, async t => {
    const wrong = findWrong(rows)
    const right = rows.length - wrong.length
    t.comment(`${right} of ${rows.length} are right`)
    for (const text of wrong) t.comment(text)
    t.equal(rows.length, count)
    t.ok(right >= 0.95 * rows.length, `${right} of ${rows.length}\n${wrong.join('\n')}`)
  })

t.test('prompts of programs that extract persons and things give their values', async t =>
  t.same(findWrong(extractionRows), [])
)

t.test('a third of the prompts have a distractor', async t => {
  t.equal(promptRows.filter(row => row.distractor).length, 50)
})

const text = { type: 'string' }
const cityTool: JsonObject = { type: 'object', properties: { city: text }, required: ['city'] }
const tool = (parameters: JsonObject, name = 'get_weather', description = 'Get the weather'): Tool => ({
  type: 'function',
  function: { name, description, parameters }
})
const callsOf = (prompt: string, rest: Partial<ChatRequest>) =>
  (generate(requestOf(prompt, { tool_choice: 'required', ...rest })).toolCalls ?? []).map(call => call.arguments)

t.test('a list of the prompt makes one call for each of its values, where a tool takes one value', async t => {
  const numbers = (...names: string[]): JsonObject => ({
    type: 'object',
    properties: Object.fromEntries(names.map(name => [name, { type: 'integer' }])),
    required: names
  })
  const cities: JsonObject = {
    type: 'object',
    properties: { cities: { type: 'array', items: text } },
    required: ['cities']
  }
  const manyCities = 'Oslo, Rome, Paris, Berlin, Madrid, Vienna, Prague, Athens, Dublin and Lisbon'
  const table: [prompt: string, rest: Partial<ChatRequest>, expected: Json[]][] = [
    ['The weather in Paris and Tokyo?', { tools: [tool(cityTool)] }, [{ city: 'Paris' }, { city: 'Tokyo' }]],
    [
      'The weather in Oslo, Rome and in Kyoto.',
      { tools: [tool(cityTool)] },
      [{ city: 'Oslo' }, { city: 'Rome' }, { city: 'Kyoto' }]
    ],
    ['The weather in Paris?', { tools: [tool(cityTool)] }, [{ city: 'Paris' }]],
    ['The weather in Paris and Tokyo?', { tools: [tool(cityTool)], parallel_tool_calls: false }, [{ city: 'Paris' }]],
    [
      'The weather in Paris and Tokyo?',
      { tools: [tool(cityTool)], tool_choice: { type: 'function', function: { name: 'get_weather' } } },
      [{ city: 'Paris' }]
    ],
    ['The weather in Paris and Tokyo?', { tools: [tool(cities)] }, [{ cities: ['Paris', 'Tokyo'] }]],
    [
      'magic_function(3) and magic_function(4)',
      { tools: [tool(numbers('input'), 'magic_function')] },
      [{ input: 3 }, { input: 4 }]
    ],
    ['Add 3 and 4.', { tools: [tool(numbers('a', 'b'), 'add')] }, [{ a: 3, b: 4 }]],
    [
      `The weather in ${manyCities}.`,
      { tools: [tool(cityTool)] },
      manyCities
        .split(/, | and /)
        .slice(0, 8)
        .map(city => ({ city }))
    ],
    [
      'The weather in Paris and Tokyo?',
      {
        functions: [{ name: 'get_weather', parameters: cityTool }],
        tool_choice: undefined,
        function_call: { name: 'get_weather' }
      },
      [{ city: 'Paris' }]
    ]
  ]
  for (const [prompt, rest, expected] of table) t.same(callsOf(prompt, rest), expected, prompt)
})

t.test('a clear value of the prompt comes before a default, and a default before a weak value', async t => {
  const schemaWith = (properties: JsonObject): JsonObject => ({
    type: 'object',
    properties,
    required: Object.keys(properties)
  })
  const limit = { type: 'integer', default: 10 }
  const table: [prompt: string, properties: JsonObject, expected: Json][] = [
    ['Search for "cats" with limit 5.', { limit }, { limit: 5 }],
    ['limit=7', { limit }, { limit: 7 }],
    ['I have 3 cats.', { limit }, { limit: 10 }],
    ['The weather in Paris?', { city: { ...text, default: 'Oslo' } }, { city: 'Paris' }],
    ['Good morning!', { city: { ...text, default: 'Oslo' } }, { city: 'Oslo' }],
    ['In celsius, please.', { unit: { enum: ['celsius', 'fahrenheit'], default: 'fahrenheit' } }, { unit: 'celsius' }]
  ]
  for (const [prompt, properties, expected] of table)
    t.same(callsOf(prompt, { tools: [tool(schemaWith(properties))] }), [expected], prompt)
})

t.test('a value that the schema forbids is not used', async t => {
  const table: [prompt: string, schema: JsonObject][] = [
    ['Set it to 500.', { type: 'integer', maximum: 100 }],
    ['The weather in Paris', { type: 'string', pattern: '^[a-z]+$' }],
    ['The weather in Paris', { type: 'string', maxLength: 3 }],
    ['Take 2.5 of it', { type: 'integer' }],
    ['Write to nobody', { type: 'string', format: 'email' }],
    ['Not Paris', { type: 'string', not: { const: 'Paris' } }]
  ]
  for (const [prompt, city] of table) {
    const schema = { type: 'object', properties: { city }, required: ['city'] }
    const [value] = callsOf(prompt, { tools: [tool(schema)] })
    t.same(createCheck(schema)(value), [], `${prompt} ${JSON.stringify(value)}`)
  }
})

t.test('the words of a JSON schema in a prompt are no values', async t => {
  const schema = JSON.stringify({
    type: 'object',
    properties: { name: { title: 'Name', type: 'string' }, age: { type: 'integer', minimum: 3 } }
  })
  const properties = { name: text, age: { type: 'integer' } }
  const [value] = callsOf(`Ada Lovelace is 36. Answer with JSON for this schema:\n${schema}`, {
    tools: [tool({ type: 'object', properties, required: ['name', 'age'] })]
  })
  t.same(value, { name: 'Ada Lovelace', age: 36 })
})

const piece = fc.oneof(
  fc.constantFrom(...promptRows.map(({ prompt }) => prompt), ...furtherRows.map(({ prompt }) => prompt)),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '"',
    "'",
    '`',
    '“',
    '{',
    '[',
    ':',
    '=',
    ', ',
    ' and ',
    '1,2,3',
    '2024-13-45',
    '99999999999999999999',
    '__proto__: 1',
    'constructor=2',
    '@',
    'a/b/c',
    '- x\n- y\n'
  )
)
const properties = fc.constantFrom(...promptRows.map(row => row.properties), ...furtherRows.map(row => row.properties))

t.test('for any prompt, values satisfy their schema, and the same prompt gives the same values', async () => {
  const names = fc.constantFrom('constructor', 'toString', 'name', 'items')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), properties, names, (pieces, chosen, name) => {
      const row: PromptRow = {
        kind: '',
        prompt: pieces.join(' '),
        properties: { ...chosen, [name]: { type: ['string', 'integer'] } },
        values: {}
      }
      const check = createCheck(schemaOf(row))
      const answers = answerTwice(row)
      return (
        answers.every(({ value }) => check(JSON.parse(JSON.stringify(value))).length === 0) &&
        isDeepStrictEqual(answers, answerTwice(row))
      )
    }),
    { numRuns: 200, seed: 20260102 }
  )
})

t.test('hostile prompts are read within the budget, and quickly', async t => {
  const hostile = [
    'a',
    'a ',
    '1',
    '1 ',
    '1,',
    '"',
    "'",
    "' ",
    '(',
    '((1+',
    '+1 ',
    '/',
    'a/',
    'a.',
    '-',
    'a-',
    'A',
    'A ',
    'A and ',
    'Aa Bb, ',
    '=',
    'a=',
    'a: ',
    'a b c d: ',
    '{',
    '{}',
    '"a":',
    '@',
    'a@',
    'a@b.',
    'http://',
    '#',
    '`',
    '```\n',
    '\n- a',
    'of the ',
    'from a to ',
    '1-1',
    '1:1',
    'May 1 ',
    '€',
    'é',
    '😀',
    '\u0000',
    'and, or ',
    'search for about ',
    "x'y",
    'from "',
    "of 'a is ",
    'Extract text: ',
    'Extract this text from\n',
    'is a ',
    'was the a ',
    '1x',
    '1 x ',
    'words "a", ',
    'generate 3 cats ',
    'not closed '
  ]
  const everything = Object.assign({}, ...promptRows.map(row => row.properties)) as PromptRow['properties']
  for (const part of hostile) {
    const prompt = part.repeat(Math.ceil(1_000_000 / part.length))
    const start = performance.now()
    answerTwice({ kind: '', prompt, properties: everything, values: {} })
    // A guard against a hang: a regex with nested repetitions would take minutes.
    t.ok(performance.now() - start < 10_000, JSON.stringify(part))
  }
})

for (const [kind, rows] of Object.entries(correctionRows))
  t.test(`a value is corrected as an error asks for it: ${kind}`, async t => {
    for (const [previous, error, expected] of rows) t.same(correctValue(previous, error), expected, error)
  })

t.test('a third of the errors have a distractor', async t => {
  const rows = Object.values(correctionRows).flat()
  t.ok(rows.filter(([, , , distractor]) => distractor).length >= rows.length / 3)
})

const person: JsonObject = {
  type: 'object',
  properties: { name: text, age: { type: 'integer' } },
  required: ['name', 'age']
}
const question: Message = { role: 'user', content: 'Extract: Jason Liu is 12 years old' }
const callOf = (args: Json, id = 'call_1', name = 'submit') => ({
  id,
  type: 'function' as const,
  function: { name, arguments: JSON.stringify(args) }
})
/** A rejected call, and the error about it. */
const rejected = (args: Json, content: string): Message[] => [
  { role: 'assistant', content: null, tool_calls: [callOf(args)] },
  { role: 'tool', tool_call_id: 'call_1', content }
]
const first = { name: 'Jason Liu', age: 12 }
const callAfter = (messages: readonly Message[], parameters = person) =>
  generate(
    requestOf('', { messages: [question, ...messages], tool_choice: 'required', tools: [tool(parameters, 'submit')] })
  ).toolCalls?.[0]?.arguments
const answerAfter = (...messages: Message[]) =>
  JSON.parse(
    generate(
      requestOf('', {
        messages: [question, ...messages],
        response_format: { type: 'json_schema', json_schema: { name: 'person', schema: person } }
      })
    ).text!
  )

const pydanticText = (place: string, message: string) =>
  `Validation Error found:\n1 validation error for Person\n${place}\n  Value error, ${message} [type=value_error, input_value='x', input_type=str]\n    For further information visit https://errors.pydantic.dev/2.14/v/value_error\nRecall the function correctly, fix the errors`

t.test(
  'the arguments of the next call have the correction that feedback asks for, in each form of feedback',
  async t => {
    const capitals = 'Name must be uppercase, not lowercase'
    for (const [content, expected] of [
      [pydanticText('name', capitals), { name: 'JASON LIU', age: 12 }],
      [
        `2 validation errors:\n\`\`\`json\n${JSON.stringify([
          { type: 'value_error', loc: ['name'], msg: capitals, input: 'Jason Liu' },
          { type: 'greater_than_equal', loc: ['age'], msg: 'Input should be greater than or equal to 18', input: 12 }
        ])}\n\`\`\`\n\nFix the errors and try again.`,
        { name: 'JASON LIU', age: 18 }
      ],
      [
        `Invalid arguments: ${JSON.stringify([{ code: 'too_small', minimum: 18, path: ['age'], message: 'Too small: expected number to be >=18' }])}`,
        { name: 'Jason Liu', age: 18 }
      ],
      ['Error: data/age must be >= 18\n Please fix your mistakes.', { name: 'Jason Liu', age: 18 }],
      ['{"error": "age: must be at least 18, got 12"}', { name: 'Jason Liu', age: 18 }],
      ['{"errors": [{"field": "name", "message": "must be lowercase"}]}', { name: 'jason liu', age: 12 }],
      ["'Jason Liu' must be lowercase. Fix the errors and try again.", { name: 'jason liu', age: 12 }]
    ] as const)
      t.same(callAfter(rejected(first, content)), expected, content)
  }
)

t.test('the next JSON answer has the correction that a user message asks for', async t => {
  const feedback = (content: string): Message => ({ role: 'user', content })
  const answered: Message = { role: 'assistant', content: `\`\`\`json\n${JSON.stringify(first)}\n\`\`\`` }
  for (const content of [
    `Correct your JSON ONLY RESPONSE, based on the following errors:\n${pydanticText('name', 'Name must be uppercase')}`,
    'Validation feedback:\nThe name must be uppercase\n\nFix the errors and try again.',
    '1 validation error:\n```json\n[{"loc": ["name"], "msg": "Value error, must be uppercase"}]\n```\n\nFix the errors and try again.'
  ])
    t.same(answerAfter(answered, feedback(content)), { name: 'JASON LIU', age: 12 }, content)
})

t.test('corrections of several rounds stay, and are those of the nested value that the error names', async t => {
  const upper = { ...first, name: 'JASON LIU' }
  t.same(
    callAfter([
      ...rejected(first, pydanticText('name', 'Name must be uppercase')),
      ...rejected(upper, pydanticText('age', 'Input should be less than 10'))
    ]),
    { name: 'JASON LIU', age: 9 }
  )
  const users: JsonObject = {
    type: 'object',
    properties: { users: { type: 'array', items: person } },
    required: ['users']
  }
  const two = { users: [first, { name: 'Ann Lee', age: 30 }] }
  const messages: Message[] = [
    { role: 'user', content: 'Extract the users: Jason Liu is 12, Ann Lee is 30' },
    ...rejected(two, pydanticText('users.1.name', 'Name must be lowercase'))
  ]
  t.same(callAfter(messages, users), { users: [first, { name: 'ann lee', age: 30 }] })
})

t.test(
  'feedback on other calls, results that are no errors and corrections that the schema forbids change nothing',
  async t => {
    const wrong = pydanticText('name', 'Name must be uppercase')
    const closed = {
      ...person,
      properties: { ...(person.properties as JsonObject), age: { type: 'integer', maximum: 15 } }
    }
    for (const [messages, parameters] of [
      [rejected(first, 'The name must be uppercase on the ticket.')],
      [rejected(first, pydanticText('age', 'Input should be greater than 20')), closed],
      [
        [
          { role: 'assistant', content: null, tool_calls: [callOf(first, 'call_1', 'other')] },
          { role: 'tool', tool_call_id: 'call_1', content: wrong }
        ]
      ],
      [[...rejected(first, wrong), question]],
      [[...rejected(first, wrong), ...rejected({ ...first, name: 'JASON LIU' }, 'The person is added.')]]
    ] as [Message[], JsonObject?][])
      t.same(callAfter(messages, parameters), first, JSON.stringify(messages))
  }
)

t.test('of two rejected calls of a tool, each gets the correction of its own error', async t => {
  const weather = (city: string, id: string) => callOf({ city }, id, 'get_weather')
  const calls = callsOf('', {
    messages: [
      { role: 'user', content: 'What is the weather in Paris and Rome?' },
      { role: 'assistant', content: null, tool_calls: [weather('Paris', 'a'), weather('Rome', 'b')] },
      { role: 'tool', tool_call_id: 'a', content: 'Error: city must be lowercase. Fix the errors and try again.' },
      { role: 'tool', tool_call_id: 'b', content: 'Error: city must be uppercase. Fix the errors and try again.' }
    ],
    tools: [tool(cityTool)]
  })
  t.same(calls, [{ city: 'paris' }, { city: 'ROME' }])
})

t.test('a verdict says whether a text follows a rule, where the words of both are clear', async t => {
  const nullable = { anyOf: [text, { type: 'null' }] }
  const schema: JsonObject = {
    type: 'object',
    properties: { is_valid: { type: 'boolean' }, reason: nullable, fixed_value: nullable },
    required: ['is_valid', 'reason', 'fixed_value'],
    additionalProperties: false
  }
  for (const [rule, judged, isValid, fixed = null] of verdictRows)
    for (const prompt of [
      JSON.stringify({ validation_rule: rule, candidate_value: judged }),
      `Does \`${judged}\` follow the rules: ${rule}`,
      `Rule: ${rule}\nText: ${judged}`
    ]) {
      const call = callsOf(prompt, { tools: [tool(schema, 'Validator', 'Validates a value')] })[0]
      const { text: json } = generate(
        requestOf(prompt, { response_format: { type: 'json_schema', json_schema: { name: 'verdict', schema } } })
      )
      for (const verdict of [call, JSON.parse(json!)] as JsonObject[]) {
        t.equal(verdict.is_valid, isValid, prompt)
        t.equal(verdict.fixed_value, fixed, prompt)
        t.equal(verdict.reason === null, isValid, prompt)
      }
    }
})

t.test('an answer has the words that the prompt wants to hear about an attachment', async t => {
  const system = "Describe what you get. If looking at an image, reply with 'This is an image' and nothing else."
  const image = { type: 'image_url', image_url: { url: 'https://example.com/a.jpg' } } as const
  const file = { type: 'file', file: { file_data: 'data:application/pdf;base64,JVBERi0=', filename: 'a.pdf' } } as const
  const ask = (content: Message['content'], instructions = system) =>
    generate(
      requestOf('', {
        messages: [
          { role: 'system', content: instructions },
          { role: 'user', content }
        ]
      })
    ).text
  t.equal(ask([image]), 'This is an image')
  t.equal(ask([file], 'When the user sends a document, answer "Got it".'), 'Got it')
  for (const [content, instructions] of [
    ['What is this?'],
    [[file]],
    [[image], 'If the image shows a cat, reply with "Meow".'],
    [[image], 'If there is no image, reply with "Where is it?"']
  ] as [Message['content'], string?][])
    t.notMatch(ask(content, instructions), /This is an image|Meow|Where is it/, JSON.stringify(content))
})
