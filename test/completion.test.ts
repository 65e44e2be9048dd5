/** Builds completions from replies, generates replies, and splits completions into the chunks of a stream. */
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import t from 'tap'
import { buildCompletion } from '../src/completion/build.js'
import { splitCompletion } from '../src/completion/chunks.js'
import { declareFunctions } from '../src/completion/declared-schema.js'
import type { EncodingTokenizer } from '../src/completion/encoding-tokenizer.js'
import { createIncrementalBuilder } from '../src/completion/incremental-builder.js'
import { createTokenizer } from '../src/completion/tokenizer.js'
import { createAjv } from '../src/core/ajv.js'
import { Budget } from '../src/core/budget.js'
import { findFloatFields, formatFloat, formatJson } from '../src/core/json-format.js'
import { createModels } from '../src/core/model.js'
import type { ChatRequest, Choice, Completion, Json, JsonObject, Message, Tool } from '../src/core/openai-types.js'
import { createRandom } from '../src/core/random.js'
import type { ChoiceContent, CompletionReply } from '../src/core/reply.js'
import { generateReply } from '../src/generation/generate-reply.js'
import { generateText } from '../src/generation/generate-text.js'
import { setOutputTokens } from '../src/generation/output-tokens.js'
import { createResponseCache } from '../src/http/chat/response-cache.js'
import {
  completeChat,
  completeOrPlanChat,
  createReplyTimeline,
  formatCompletion
} from '../src/http/response/completion-body.js'
import { loadBuiltinData } from '../src/server/builtin-data.js'
import { immediateSchedule } from '../src/stream/pacing.js'
import { joinChunks } from './helper.js'
import { callRows, countRows, factRows, memoryRows, optionalRows, resultRows } from './prompted-answers/calls.js'
import { conversationRows, furtherConversations, readTalk } from './prompted-answers/conversations.js'
import { everydayPhraseRows } from './prompted-answers/everyday-phrases.js'
import { everydayToolBox, everydayToolRows } from './prompted-answers/everyday-tools.js'
import { phraseRows } from './prompted-answers/phrases.js'
import { plainPrompts, type StructureRow, structureRows } from './prompted-answers/structures.js'
import { toolBox, toolRequest, toolRows } from './prompted-answers/tools.js'

const models = createModels((await loadBuiltinData()).modelTable)
const tokenizer = createTokenizer()
await tokenizer.load('o200k_base')
const tokens: EncodingTokenizer = await tokenizer.withEncoding('o200k_base', text => text)
const pieces = (text: string) => tokens.pieces(text).map(piece => piece.text)

const requestFor = (rest: Partial<ChatRequest> = {}, content = 'Hello!'): ChatRequest => ({
  model: 'gpt-4o',
  messages: [{ role: 'user', content }],
  ...rest
})
const complete = (contents: ChoiceContent[], request: Partial<ChatRequest> = {}): Completion =>
  buildCompletion({
    request: requestFor(request),
    model: models.get(request.model ?? 'gpt-4o'),
    choices: contents,
    prompt: { total: 9 },
    identity: { id: 'chatcmpl-1', created: 1, fingerprint: 'fp_1', random: createRandom('test') },
    tokens
  })
const firstChoice = (choiceContent: ChoiceContent, request: Partial<ChatRequest> = {}): Choice =>
  complete([choiceContent], request).choices[0]!
const generateFor = (request: ChatRequest, seed = 'a') =>
  generateReply(request, models.get(request.model), createRandom(seed, JSON.stringify(request)), new Budget()).choices
const functionTool = (name: string, parameters?: JsonObject, description?: string): Tool => ({
  type: 'function',
  function: { name, ...(description ? { description } : {}), ...(parameters ? { parameters } : {}) }
})
const city: JsonObject = {
  type: 'object',
  properties: { city: { type: 'string' }, days: { type: 'integer', minimum: 1, maximum: 5 } },
  required: ['city', 'days'],
  additionalProperties: false
}
const weather = functionTool('get_weather', city, 'Get the weather of a city')
const clock = functionTool('get_time', city, 'Get the time in a city')

const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.lorem({ maxCount: 12 })
)
const anyArguments: fc.Arbitrary<Json> = fc.oneof<fc.Arbitrary<Json>[]>(
  fc.jsonValue({ maxDepth: 2 }).map(value => value as Json),
  anyText
)
const anyCall = fc.record({
  name: fc.constantFrom('get_weather', 'get_time', 'run'),
  arguments: anyArguments,
  type: fc.constantFrom('function' as const, 'custom' as const)
})
const anyContent = fc.oneof<fc.Arbitrary<ChoiceContent>[]>(
  fc.record({ text: anyText }),
  fc.record({ refusal: anyText }),
  fc.record({ toolCalls: fc.array(anyCall, { minLength: 1, maxLength: 4 }) }),
  fc.record({ text: anyText, toolCalls: fc.array(anyCall, { minLength: 1, maxLength: 4 }) }),
  fc.record({
    text: anyText,
    annotations: fc.constant([{ type: 'url_citation', url_citation: { url: 'https://a.example' } }])
  }),
  fc.record({ text: anyText, finishReason: fc.constantFrom('length' as const, 'content_filter' as const) })
)
const anyRequest: fc.Arbitrary<Partial<ChatRequest>> = fc.record(
  {
    n: fc.integer({ min: 1, max: 4 }),
    logprobs: fc.boolean(),
    top_logprobs: fc.integer({ min: 0, max: 3 }),
    max_completion_tokens: fc.integer({ min: 1, max: 30 }),
    stop: fc.constantFrom('e', ['a', ' '], '"'),
    functions: fc.constant([{ name: 'get_weather' }]),
    model: fc.constantFrom('gpt-4o', 'gpt-3.5-turbo', 'gpt-5-mini'),
    service_tier: fc.constantFrom('auto', 'flex', 'priority')
  },
  { requiredKeys: [] }
)
const anyCut = fc.oneof(
  fc.constant(pieces),
  fc.integer({ min: 1, max: 5 }).map(size => (text: string) => text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [])
)

t.test('the chunks of a stream join to the completion that they were split from', async t => {
  fc.assert(
    fc.property(
      fc.array(anyContent, { minLength: 1, maxLength: 3 }),
      anyRequest,
      anyCut,
      fc.boolean(),
      (contents, request, cutter, obfuscated) => {
        const completion = complete(contents, request)
        const chunks = splitCompletion(completion, {
          pieces: cutter,
          includeUsage: true,
          obfuscation: obfuscated ? createRandom('o') : undefined
        })
        const joined = joinChunks(chunks)
        if (isDeepStrictEqual(joined, completion)) return true
        throw new Error(`${JSON.stringify(joined.choices)}\nis not\n${JSON.stringify(completion.choices)}`)
      }
    ),
    { numRuns: 1000 }
  )
  const { usage, ...rest } = complete([{ text: 'Hi' }])
  const bare = joinChunks(splitCompletion({ ...rest, usage }, { pieces, includeUsage: false }))
  t.same(bare, { ...rest, usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 } })
})

t.test('audio, and tokens that are parts of a character, join to the same completion', async t => {
  const base = complete([{ text: '' }])
  const choice = base.choices[0]!
  const entry = (token: string, bytes: number[]) => ({ token, logprob: -0.5, bytes, top_logprobs: [] })
  const [a, b, c, d] = [...Buffer.from('🦖')] as [number, number, number, number]
  const choices: Choice[] = [
    {
      ...choice,
      message: {
        ...choice.message,
        content: null,
        audio: { id: 'audio_1', data: 'AAAA', expires_at: 5, transcript: 'Hello there' }
      }
    },
    {
      ...choice,
      message: { ...choice.message, content: 'a🦖b' },
      logprobs: {
        content: [
          entry('a', [97]),
          entry('\\xf0\\x9f', [a, b]),
          entry('\\xa6', [c]),
          entry('\\x96', [d]),
          entry('b', [98])
        ],
        refusal: null
      }
    }
  ]
  for (const each of choices) {
    const chunks = splitCompletion({ ...base, choices: [each] }, { pieces, includeUsage: true })
    t.same(joinChunks(chunks), { ...base, choices: [each] })
    t.notOk(
      chunks.some(({ choices }) => choices[0]?.delta.content?.includes('\ufffd')),
      'no chunk has half a character'
    )
  }
})

t.test('the first chunk has the role, with the keys of its kind, and the last chunk has the finish_reason', async t => {
  const cases: [ChoiceContent, Partial<ChatRequest>, object, string][] = [
    [{ text: 'Hi' }, {}, { role: 'assistant', content: '', refusal: null }, 'stop'],
    [{ refusal: 'No' }, {}, { role: 'assistant', content: null, refusal: '' }, 'stop'],
    [
      { toolCalls: [{ name: 'f', arguments: {} }] },
      { tools: [functionTool('f')] },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ index: 0, type: 'function', function: { name: 'f', arguments: '' } }]
      },
      'tool_calls'
    ],
    [
      { toolCalls: [{ name: 'f', arguments: {} }] },
      { functions: [{ name: 'f' }] },
      { role: 'assistant', content: null, function_call: { name: 'f', arguments: '' } },
      'function_call'
    ],
    [
      { toolCalls: [{ name: 'f', arguments: 'x', type: 'custom' }] },
      {},
      { tool_calls: [{ index: 0, type: 'custom', custom: { name: 'f', input: '' } }] },
      'tool_calls'
    ]
  ]
  for (const [choiceContent, request, opening, finish] of cases) {
    const chunks = splitCompletion(complete([choiceContent], request), { pieces, includeUsage: false })
    t.match(chunks[0]!.choices[0]!.delta, opening)
    t.match(chunks.at(-1)!.choices[0], { delta: {}, finish_reason: finish })
    t.ok(chunks.slice(0, -1).every(({ choices }) => choices[0]!.finish_reason === null))
  }
})

t.test('a single call with spaces in its arguments is streamed as parallel calls are', async t => {
  const split = (args: string, reasoning: boolean) =>
    splitCompletion(complete([{ toolCalls: [{ name: 'f', arguments: args }] }], { tools: [functionTool('f')] }), {
      pieces,
      includeUsage: true,
      reasoning
    })
  const cases: [string, boolean, boolean][] = [
    ['{"city": "Paris", "days": 3}', false, true],
    ['{"city": "Paris", "days": 3}', true, false],
    ['{"city":"Paris: a city","days":3}', false, false],
    ['{"city": "Paris"', false, false],
    ['["a: b"]', false, false],
    ['["a: b", 1]', false, true],
    ['"a: b"', false, false]
  ]
  for (const [args, reasoning, wrapped] of cases) {
    const deltas = split(args, reasoning).map(({ choices }) => choices[0]?.delta)
    const [, ...texts] = deltas.flatMap(delta => delta?.tool_calls?.map(call => call.function!.arguments!) ?? [])
    const message = `${args} ${reasoning ? 'of a model that reasons' : ''}`
    t.equal(Object.keys(deltas[0]!).join(), wrapped ? 'role,content' : 'role,content,tool_calls,refusal', message)
    t.equal(texts.join(''), args, message)
    if (wrapped) t.match(texts.map(text => text.length).join(), /^4,5,\d/, message)
    else t.same(texts, pieces(args), message)
  }
})

t.test('a completion ends before a stop sequence, or at the token that reaches the limit', async t => {
  const story = 'One two three four five six seven eight nine ten.'
  const cases: [Partial<ChatRequest>, string, string, string?][] = [
    [{}, story, 'stop'],
    // The model wrote the stop sequence, so its tokens count.
    [{ stop: ' five' }, 'One two three four', 'stop', 'One two three four five'],
    [{ stop: ' five six' }, 'One two three four', 'stop', 'One two three four five six'],
    [{ stop: ['nope', 'three', 'two'] }, 'One ', 'stop', 'One two'],
    [{ stop: 'O' }, '', 'stop', 'O'],
    [{ stop: '' }, story, 'stop'],
    [{ stop: null, max_tokens: null }, story, 'stop'],
    [{ max_tokens: 3 }, 'One two three', 'length'],
    [{ max_completion_tokens: 3 }, 'One two three', 'length'],
    [{ max_tokens: 3, stop: 'two' }, 'One ', 'stop', 'One two'],
    [{ max_tokens: 2, stop: 'two' }, 'One ', 'stop', 'One two'],
    [{ max_tokens: 1, stop: 'three' }, 'One', 'length'],
    [{ max_tokens: 5, stop: ' five six' }, 'One two three four five', 'length'],
    [{ max_tokens: tokens.count(story) + 1 }, story, 'stop'],
    [{ max_tokens: tokens.count(story) }, story, 'length'],
    [{ max_tokens: tokens.count(story) - 1 }, story.slice(0, -1), 'length']
  ]
  for (const [request, text, finish, counted = text] of cases) {
    const completion = complete([{ text: story }], request)
    const choice = completion.choices[0]!
    t.same([choice.message.content, choice.finish_reason], [text, finish], JSON.stringify(request))
    t.equal(completion.usage.completion_tokens, tokens.count(counted), `${JSON.stringify(request)}: tokens`)
    const streamed = joinChunks(splitCompletion(completion, { pieces, includeUsage: true })).choices[0]!
    t.same([streamed.message.content, streamed.finish_reason], [text, finish], 'the stream has the same text')
    t.same([firstChoice({ refusal: story }, request).message.refusal], [text], 'a refusal is cut in the same way')
  }
  t.notMatch(firstChoice({ text: '🦖🦖🦖' }, { max_tokens: 4 }).message.content, /\p{Cs}/u, 'never inside a character')
})

t.test('a text that arrives in pieces stops and counts as the whole text does', async () => {
  const story = 'One two three four five six seven eight nine ten.'
  fc.assert(
    fc.property(
      fc.array(fc.nat({ max: story.length }), { maxLength: 6 }),
      fc.constantFrom(' five', 'n.', 'One two', 'ten. ', ['x', 'six', ' five six'], undefined),
      fc.constantFrom('gpt-4o', 'gpt-5-mini'),
      (cuts, stop, model) => {
        const request = requestFor({ model, ...(stop ? { stop } : {}) })
        const input = { ...chatInput(request, []), prompt: { total: 1 }, tokens }
        const whole = buildCompletion({ ...input, choices: [{ text: story }] })
        const builder = createIncrementalBuilder(input, { includeUsage: false })
        const ends = [0, ...cuts.sort((a, b) => a - b), story.length]
        for (const [at, end] of ends.entries())
          if (!builder.isFull) builder.add({ text: story.slice(ends[at - 1] ?? 0, end) })
        const { completion } = builder.end()
        return isDeepStrictEqual(
          [completion.usage, completion.choices[0]!.message.content, completion.choices[0]!.finish_reason],
          [whole.usage, whole.choices[0]!.message.content, whole.choices[0]!.finish_reason]
        )
      }
    ),
    { numRuns: 200 }
  )
})

t.test('a completion has the members that its model sends', async t => {
  const members = (model: string, stream: boolean) => {
    const { choices, service_tier } = complete([{ text: 'Hi' }], { model, stream })
    return [choices[0]!.logprobs, service_tier]
  }
  for (const [model, json, stream] of [
    ['gpt-4o', [null, 'default'], [null, 'default']],
    ['o1', [null, 'default'], [null, 'default']],
    ['o3', [undefined, 'default'], [undefined, 'default']],
    ['gpt-4o-search-preview', [undefined, undefined], [undefined, 'default']]
  ] as const) {
    t.same(members(model, false), json, model)
    t.same(members(model, true), stream, `${model} in a stream`)
  }
  t.same([models.get('o1').fingerprint, models.get('o3').fingerprint], ['set', 'null'])
})

t.test('a limit counts all of a call: its name, its arguments, and the calls before it', async t => {
  const add = { toolCalls: [{ name: 'add', arguments: { x: 17, y: 25 } }] }
  const two = { toolCalls: [...add.toolCalls, { name: 'add', arguments: { x: 1, y: 2 } }] }
  const named = { tools: [functionTool('add')], tool_choice: { type: 'function' as const, function: { name: 'add' } } }
  const functions = { functions: [{ name: 'add' }] }
  const cases: [ChoiceContent, Partial<ChatRequest>, string | null, string[], string][] = [
    // Recorded: 16 tokens are 4 for the name, 4 more of overhead, and 8 for the arguments.
    [add, { max_tokens: 16 }, null, ['{"x":17,"y":25'], 'length'],
    [add, { max_tokens: 17 }, null, ['{"x":17,"y":25}'], 'tool_calls'],
    [add, { max_tokens: 9 }, null, ['{"'], 'length'],
    [add, { max_tokens: 8 }, '', [], 'length'],
    [add, { max_tokens: 1 }, '', [], 'length'],
    [add, { max_tokens: 3, ...named }, null, ['{"x":'], 'length'],
    [add, { max_tokens: 9, ...named }, null, ['{"x":17,"y":25}'], 'stop'],
    [add, { max_tokens: 15, ...functions }, null, ['{"x":17,"y":'], 'length'],
    [{ text: 'One two three four', ...add }, { max_tokens: 2 }, 'One two', [], 'length'],
    [{ text: 'One two', ...add }, { max_tokens: 2 }, 'One two', [], 'length'],
    [{ text: 'One two', ...add }, { max_tokens: 18 }, 'One two', ['{"x":17,"y":25'], 'length'],
    [two, { max_tokens: 500 }, null, ['{"x": 17, "y": 25}', '{"x": 1, "y": 2}'], 'tool_calls']
  ]
  for (const [content, request, text, args, finish] of cases) {
    const { choices, usage } = complete([content], request)
    const { message, finish_reason } = choices[0]!
    const found = message.function_call
      ? [message.function_call]
      : (message.tool_calls ?? []).map(call => call.function!)
    t.same(
      [message.content, found.map(call => call.arguments), finish_reason],
      [text, args, finish],
      JSON.stringify([request, content])
    )
    if (finish === 'length') t.equal(usage.completion_tokens, request.max_tokens)
    else t.ok(usage.completion_tokens <= request.max_tokens!)
  }
  const lengths = Array.from({ length: 80 }, (_, at) => complete([two], { max_tokens: at + 1 }))
  const spoken = lengths.map(({ choices }) =>
    (choices[0]!.message.tool_calls ?? []).map(call => call.function!.arguments).join('')
  )
  t.ok(
    spoken.every((text, at) => text.length >= (spoken[at - 1] ?? '').length),
    'a higher limit never says less'
  )
})

t.test('reasoning, sound, predictions and choices count towards the limit', async t => {
  const text = 'One two three four five six seven eight nine ten eleven twelve.'
  const audio = { model: 'gpt-audio-mini', modalities: ['text', 'audio'], audio: { voice: 'alloy', format: 'wav' } }
  const prediction = { prediction: { type: 'content' as const, content: 'other words '.repeat(50) } }
  const complete = (request: Partial<ChatRequest>, reasoningTokens = 0, content: ChoiceContent = { text }) =>
    buildCompletion({
      ...chatInput(requestFor(request), []),
      choices: [content],
      prompt: { total: 1 },
      tokens,
      usage: { reasoningTokens }
    })
  for (let limit = 1; limit < 90; limit++)
    for (const [name, request, reasoning] of [
      ['reasoning', { model: 'gpt-5-mini', max_completion_tokens: limit }, 40],
      ['a call after reasoning', { model: 'gpt-5-mini', max_completion_tokens: limit }, 40],
      ['sound', { ...audio, max_completion_tokens: limit }, 0],
      ['a prediction', { ...prediction, max_completion_tokens: limit }, 0],
      ['choices', { n: 3, max_completion_tokens: limit }, 0]
    ] as const) {
      const content = name.startsWith('a call') ? { toolCalls: [{ name: 'add', arguments: { x: 17 } }] } : { text }
      const { choices, usage } = complete(request as Partial<ChatRequest>, reasoning, content)
      const most = limit * choices.length
      const isCut = choices.every(choice => choice.finish_reason === 'length')
      const message = `${name} ${limit}`
      if (isCut ? usage.completion_tokens !== most : usage.completion_tokens > most) t.fail(message)
      if (reasoning >= limit) t.match(choices[0], { message: { content: '' }, finish_reason: 'length' }, message)
      if (reasoning >= limit) t.notOk(choices[0]!.message.tool_calls, message)
      const details = Object.values(usage.completion_tokens_details!)
      t.ok(
        details.every(tokens => tokens >= 0 && tokens <= usage.completion_tokens),
        message
      )
    }
})

t.test('a generated reply has reasoning tokens only if the model reasons at the effort of the request', async t => {
  const cases: [string, string | undefined, boolean][] = [
    ['gpt-4o', undefined, false],
    ['gpt-5-mini', undefined, true],
    ['gpt-5-mini', 'minimal', false],
    ['o4-mini', undefined, true],
    ['gpt-5.1', undefined, false],
    ['gpt-5.4-mini', undefined, false],
    ['gpt-5.1', 'low', true],
    ['gpt-5.6', undefined, true],
    ['gpt-5.6', 'none', false]
  ]
  for (const [model, effort, reasons] of cases) {
    const request = requestFor({ model, ...(effort ? { reasoning_effort: effort } : {}) })
    const { usage } = generateReply(request, models.get(model), createRandom(model), new Budget())
    t.equal((usage.reasoningTokens ?? 0) > 0, reasons, `${model} ${effort}`)
  }
})

t.test('finish_reason follows from the content and the request', async t => {
  const call = { toolCalls: [{ name: 'get_weather', arguments: {} }] }
  const named = { tools: [weather], tool_choice: { type: 'function' as const, function: { name: 'get_weather' } } }
  const cases: [ChoiceContent, Partial<ChatRequest>, string][] = [
    [{ text: 'Hi' }, {}, 'stop'],
    [{ refusal: 'No' }, {}, 'stop'],
    [{ text: 'Hi', finishReason: 'content_filter' }, {}, 'content_filter'],
    [call, { tools: [weather] }, 'tool_calls'],
    [call, { tools: [weather], tool_choice: 'required' }, 'tool_calls'],
    [call, named, 'stop'],
    [call, { ...named, model: 'gpt-5-mini' }, 'tool_calls'],
    [call, { functions: [{ name: 'get_weather' }] }, 'function_call'],
    [call, { functions: [{ name: 'get_weather' }], function_call: { name: 'get_weather' } }, 'stop']
  ]
  for (const [choiceContent, request, finish] of cases)
    t.equal(firstChoice(choiceContent, request).finish_reason, finish, JSON.stringify(request))
})

t.test('each token has log probabilities, which join to the text and are sorted', async t => {
  for (const text of ['Hello there, world.', '漢字 and 🦖', '']) {
    const { logprobs } = firstChoice({ text }, { logprobs: true, top_logprobs: 5 })
    const entries = logprobs!.content!
    t.equal(Buffer.from(entries.flatMap(({ bytes }) => bytes!)).toString(), text)
    t.equal(logprobs!.refusal, null)
    for (const { token, logprob, top_logprobs } of entries) {
      t.ok(logprob <= 0 && logprob > -100)
      t.equal(top_logprobs.length, 5)
      t.ok(top_logprobs.some(other => other.token === token && other.logprob === logprob))
      t.ok(top_logprobs.every(({ logprob }, at) => at === 0 || logprob <= top_logprobs[at - 1]!.logprob))
      t.equal(new Set(top_logprobs.map(({ token }) => token)).size, 5)
    }
  }
  t.same(firstChoice({ text: 'Hi' }, { logprobs: true }).logprobs!.content![0]!.top_logprobs, [])
  t.equal(firstChoice({ refusal: 'No' }, { logprobs: true }).logprobs!.content, null)
  t.equal(firstChoice({ text: 'Hi' }).logprobs, null)
  t.notOk('logprobs' in firstChoice({ text: 'Hi' }, { model: 'gpt-5-mini' }))
})

t.test('choices repeat the contents in turn, with different ids of calls', async t => {
  const { choices, usage } = complete([{ text: 'a' }, { text: 'b' }], { n: 3 })
  t.same(
    choices.map(({ message }) => message.content),
    ['a', 'b', 'a']
  )
  t.equal(usage.completion_tokens, 3)
  const ids = complete([{ toolCalls: [{ name: 'f', arguments: {} }] }], { n: 3 }).choices.map(
    ({ message }) => message.tool_calls![0]!.id
  )
  t.equal(new Set(ids).size, 3)
  t.ok(ids.every(id => /^call_[0-9A-Za-z]{24}$/.test(id)))
})

t.test('a single call has compact arguments, parallel calls have spaces, and text is unchanged', async t => {
  const args = (calls: NonNullable<ChoiceContent['toolCalls']>) =>
    firstChoice({ toolCalls: calls }, { tools: [weather] }).message.tool_calls!.map(call => call.function!.arguments)
  const value = { a: 1, b: ['x', null] }
  t.same(args([{ name: 'f', arguments: value }]), ['{"a":1,"b":["x",null]}'])
  t.same(
    args([
      { name: 'f', arguments: value },
      { name: 'g', arguments: {} }
    ]),
    ['{"a": 1, "b": ["x", null]}', '{}']
  )
  t.same(args([{ name: 'f', arguments: 'not {json' }]), ['not {json'])
})

t.test('a generated text is about the prompt, and differs for other prompts', async t => {
  const text = (content: string, rest: Partial<ChatRequest> = {}) => generateFor(requestFor(rest, content))[0]!.text!
  for (const [prompt, about] of [
    ['Why do tides follow the moon?', /tides|moon/i],
    ['Explain photosynthesis to a child', /photosynthesis/i],
    ['Write a haiku about rivers', /river/i],
    ['List three ideas for a birthday party', /birthday|party/i]
  ] as const) {
    t.match(text(prompt), about)
    t.equal(text(prompt), text(prompt))
  }
  const prompts = Array.from({ length: 40 }, (_, at) => `Tell me about thing${at} and its use`)
  t.equal(new Set(prompts.map(prompt => text(prompt))).size, 40)
  const choices = generateFor(requestFor({ n: 3 }, 'Why do tides follow the moon?')).map(
    choiceContent => choiceContent.text
  )
  t.equal(new Set(choices).size, 3)
})

t.test('a generated value satisfies the schema of the request', async t => {
  const schemas: JsonObject[] = [
    city,
    {
      type: 'object',
      properties: { kind: { enum: ['a', 'b'] }, at: { type: 'string', format: 'date-time' } },
      required: ['kind', 'at'],
      additionalProperties: false
    },
    {
      type: 'object',
      properties: { list: { type: 'array', items: { $ref: '#/$defs/item' }, minItems: 2, maxItems: 4 } },
      required: ['list'],
      $defs: {
        item: {
          type: 'object',
          properties: { n: { type: 'number', exclusiveMinimum: 3, multipleOf: 0.5 } },
          required: ['n']
        }
      }
    },
    {
      type: 'object',
      properties: { v: { anyOf: [{ type: 'string', pattern: '^[A-Z]{3}-\\d{4}$' }, { type: 'null' }] } },
      required: ['v']
    },
    {
      type: 'object',
      properties: { tree: { $ref: '#/$defs/node' } },
      required: ['tree'],
      $defs: {
        node: {
          type: 'object',
          properties: { left: { anyOf: [{ $ref: '#/$defs/node' }, { type: 'null' }] } },
          required: ['left']
        }
      }
    }
  ]
  for (const schema of schemas)
    for (const content of ['Rome', 'a list of users', '{"x": 1}']) {
      const text = generateFor(
        requestFor({ response_format: { type: 'json_schema', json_schema: { name: 's', schema } } }, content)
      )[0]!.text!
      const validate = createAjv({ strict: false }).compile(schema)
      t.ok(validate(JSON.parse(text)), `${text} ${JSON.stringify(validate.errors)}`)
      const call = generateFor(requestFor({ tools: [functionTool('f', schema)], tool_choice: 'required' }, content))[0]!
        .toolCalls![0]!
      t.ok(validate(call.arguments), JSON.stringify(call.arguments))
    }
  const object = generateFor(
    requestFor({ response_format: { type: 'json_object' } }, 'Answer in JSON with "name" and "age"')
  )[0]!.text!
  t.match(JSON.parse(object), { name: String, age: /./ })
})

t.test('a generated reply calls the tools that the request names or mentions, and no others', async t => {
  const tools = [weather, clock]
  const allowed = (mode: 'auto' | 'required', name: string): ChatRequest['tool_choice'] => ({
    type: 'allowed_tools',
    allowed_tools: { mode, tools: [{ type: 'function', function: { name } }] }
  })
  const weatherOnly = 'What is the weather in Rome?'
  const both = 'What are the weather and the time in Rome?'
  const cases: [string, Partial<ChatRequest>, string[]][] = [
    [weatherOnly, { tools }, ['get_weather']],
    [both, { tools }, ['get_weather', 'get_time']],
    [both, { tools, parallel_tool_calls: false }, ['get_weather']],
    ['Tell me a joke', { tools }, []],
    [weatherOnly, { tools, tool_choice: 'none' }, []],
    [weatherOnly, { tools, tool_choice: { type: 'function', function: { name: 'get_time' } } }, ['get_time']],
    [both, { tools, tool_choice: allowed('auto', 'get_time') }, ['get_time']],
    ['Tell me a joke', { tools, tool_choice: allowed('auto', 'get_time') }, []],
    ['Tell me a joke', { tools, tool_choice: allowed('required', 'get_time') }, ['get_time']],
    ['Tell me a joke', { functions: [{ name: 'get_time' }], function_call: { name: 'get_time' } }, ['get_time']],
    [weatherOnly, { functions: [weather.function!], function_call: 'none' }, []],
    [
      'Run it',
      {
        tools: [{ type: 'custom', custom: { name: 'run' } }],
        tool_choice: { type: 'custom', custom: { name: 'run' } }
      },
      ['run']
    ]
  ]
  for (const [content, request, names] of cases) {
    const [choiceContent] = generateFor(requestFor(request, content))
    t.same(
      (choiceContent!.toolCalls ?? []).map(({ name }) => name).sort(),
      [...names].sort(),
      `${content} ${JSON.stringify(request).slice(-80)}`
    )
    t.equal(choiceContent!.text !== undefined, names.length === 0)
  }
  const required = generateFor(requestFor({ tools, tool_choice: 'required' }, 'Tell me a joke'))[0]!
  t.ok(required.toolCalls!.length >= 1)
})

t.test('a loop of calls ends: after a tool result the reply is a text about the result', async t => {
  const request = requestFor({ tools: [weather] }, 'What is the weather in Rome?')
  const first = firstChoice({ toolCalls: generateFor(request)[0]!.toolCalls! }, request)
  const calls = first.message.tool_calls!
  t.equal(calls.length, 1)
  request.messages.push(
    { role: 'assistant', content: null, tool_calls: calls },
    { role: 'tool', tool_call_id: calls[0]!.id, content: '21 degrees and sunny' }
  )
  const [last] = generateFor(request)
  t.equal(last!.toolCalls, undefined)
  t.match(last!.text, /21 degrees/)
})

t.test('a question about the user is answered from earlier messages', async t => {
  const table: [earlier: string, question: string, answer: RegExp][] = [
    ['I am 42 years old. I have 3 cats.', 'How old am I?', /^You are 42 years old\.$/],
    ['My age is 30, and I am tired.', 'Do you know how old I am?', /\b30\b/],
    ['I live in Langley Falls with Bo.', 'Where do I live?', /^You live in Langley Falls/],
    ["I'm from Chile, but I live in Oslo.", 'Where am I from?', /Chile/],
    ['I work at Acme. My brother works at Initech.', 'Remind me, where do I work?', /Acme/],
    ['I like jazz, and I hate rain.', 'What do I hate?', /^You hate rain\.$/],
    ['I am Wilma and I like tea.', 'Who am I?', /Wilma/],
    ['My dog is called Rex.', "What is my dog's name?", /Rex/],
    ['Hello, my name is Klaus', 'What is my name?', /Klaus/]
  ]
  for (const [earlier, question, answer] of table) {
    const messages: Message[] = [
      { role: 'user', content: earlier },
      { role: 'assistant', content: 'Good to know.' },
      { role: 'user', content: question }
    ]
    t.match(generateFor(requestFor({ messages }))[0]!.text, answer, question)
  }
  t.notMatch(textFor('How old am I?'), /years old/, 'nothing is known')
})

t.test('the values of a tool result go to the response format', async t => {
  const properties = { location: { type: 'string' }, temperature: { type: 'number' }, sunny: { type: 'boolean' } }
  const schema = { type: 'object', properties, required: Object.keys(properties), additionalProperties: false }
  const table: [question: string, results: string[], expected: object][] = [
    [
      'Weather in Madrid?',
      ['{"location":"Madrid","temperature":72,"sunny":false}'],
      { location: 'Madrid', temperature: 72, sunny: false }
    ],
    [
      'What is the weather in Lima in 5 days?',
      ['{"temperature":-3.5,"sunny":true}'],
      { location: 'Lima', temperature: -3.5, sunny: true }
    ],
    [
      'The weather here?',
      ['{"location":"Bern"}', 'temperature: 9, sunny: false'],
      { location: 'Bern', temperature: 9, sunny: false }
    ]
  ]
  for (const [question, results, expected] of table) {
    const calls = results.map((_, at) => ({
      id: `call_${at}`,
      type: 'function' as const,
      function: { name: 'get_weather', arguments: '{}' }
    }))
    const request = requestFor({
      messages: [
        { role: 'user', content: question },
        { role: 'assistant', content: null, tool_calls: calls },
        ...results.map((content, at) => ({ role: 'tool', tool_call_id: `call_${at}`, content }))
      ],
      response_format: { type: 'json_schema', json_schema: { name: 'weather', schema, strict: true } }
    })
    t.same(JSON.parse(generateFor(request)[0]!.text!), expected, question)
  }
})

t.test('text is generated from any prompt without failure', async () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme', maxLength: 300 }),
    fc.constantFrom('{word}', '{topic} {other}', '__proto__', 'haiku', '$& $1')
  )
  fc.assert(
    fc.property(text, fc.option(text, { nil: undefined }), fc.integer({ min: 1, max: 20 }), (prompt, result, turns) => {
      const results = result === undefined ? undefined : [result]
      const generated = generateText({ prompt, turns, ...(results ? { results } : {}) }, createRandom(prompt))
      return (
        generated.length > 0 && !/\bundefined\b/.test(generated.replaceAll(prompt, '').replaceAll(result ?? '', ''))
      )
    }),
    { numRuns: 500 }
  )
})

t.test('floats are formatted as the service formats them', async t => {
  for (const [value, text] of [
    [0, '0.0'],
    [-0, '-0.0'],
    [-22, '-22.0'],
    [1.5, '1.5'],
    [-0.000064325184, '-0.000064325184'],
    [-6.869018e-6, '-6.869018e-6'],
    [-9.0883464e-7, '-9.0883464e-7'],
    [1e-5, '0.00001']
  ] as const)
    t.equal(formatFloat(value), text)
  const value = { logprob: -1, bytes: [1, 2], none: [], empty: {}, skip: undefined, text: '漢\n' }
  t.equal(
    formatJson(value, 0, findFloatFields({ choices: [], moderation: {} })),
    '{"logprob":-1.0,"bytes":[1,2],"none":[],"empty":{},"text":"漢\\n"}'
  )
  fc.assert(
    fc.property(
      fc.jsonValue(),
      fc.constantFrom(0 as const, 2 as const, 4 as const),
      (value, indent) => formatJson(value, indent, new Set()) === JSON.stringify(value, null, indent)
    )
  )
})

t.test('a response from a template has the bytes of a built response', async t => {
  const call = (more = {}) => ({ name: 'get_weather', arguments: { city: 'Oslo', days: 1 }, ...more })
  const replies: Record<string, ChoiceContent[]> = {
    words: [{ text: 'It is 4 °C, <id of a call> or so. And colder tomorrow.' }],
    'a call': [{ toolCalls: [call()] }],
    calls: [{ text: 'One moment.', toolCalls: [call(), call({ name: 'get_time' })] }],
    'a call with an id': [{ toolCalls: [call({ id: 'call_mine' })] }],
    'calls with and without': [{ toolCalls: [call({ id: 'call_mine' }), call()] }],
    'a marked call': [{ toolCalls: [call({ arguments: '<id of a call>' })] }],
    'choices that differ': [{ text: 'a' }, { text: 'b' }]
  }
  const requests: Partial<ChatRequest>[] = [
    {},
    { temperature: 0 },
    { tools: [weather, clock] },
    { tools: [weather], tool_choice: { type: 'function', function: { name: 'get_weather' } } },
    { tools: [weather], parallel_tool_calls: false, max_completion_tokens: 3 },
    { functions: [weather.function!] },
    { tools: [{ type: 'custom', custom: { name: 'get_weather' } }] },
    { max_tokens: 2 },
    { stop: ['or'] },
    { n: 2 },
    { logprobs: true },
    { response_format: { type: 'json_object' } },
    { service_tier: 'flex', tools: [weather] },
    { model: 'o3-mini', tools: [weather] },
    { model: 'gpt-4o-audio-preview', tools: [weather] }
  ]
  let filled = 0
  for (const [name, contents] of Object.entries(replies))
    for (const rest of requests) {
      const request = requestFor(rest)
      const prepare = createResponseCache()
      const reply = {
        kind: 'completion' as const,
        choices: contents.map(choiceContent => ({ kind: 'say' as const, ...choiceContent }))
      }
      const inputFor = (id: string) => ({
        request,
        model: models.get(request.model),
        reply,
        identity: { id, created: 1_800_000_000, fingerprint: 'fp_1', random: createRandom(id) }
      })
      for (const id of ['chatcmpl-1', 'chatcmpl-2', 'chatcmpl-3', 'chatcmpl-44']) {
        const prepared = prepare(inputFor(id), tokens)
        if (!prepared) continue
        filled++
        const { completion } = completeChat(inputFor(id), tokens)
        const text = prepared.fill!()
        t.equal(`${text}`, formatCompletion(completion), `${name}, ${JSON.stringify(rest)}`)
        t.equal(text.bytes, Buffer.byteLength(`${text}`))
        t.equal(prepared.usage.prompt, completion.usage.prompt_tokens)
      }
    }
  t.ok(filled > 100, `${filled} responses came from templates`)
})

const chatInput = (request: ChatRequest, choices: ChoiceContent[]) => ({
  request,
  model: models.get(request.model),
  reply: { kind: 'completion', choices } as CompletionReply,
  identity: { id: 'chatcmpl-1', created: 1, fingerprint: 'fp_1', random: createRandom('parts') }
})

t.test('a response in parts has the bytes of a response in one piece', async t => {
  const sentence = 'Über die Brücke 👩‍🚀 goes "a" train.\n'
  const contents: Record<string, ChoiceContent[]> = {
    text: [{ text: sentence.repeat(2) }, { text: 'Short.' }, { text: '' }],
    refusal: [{ refusal: sentence }],
    calls: [{ text: sentence, toolCalls: [{ name: 'f', arguments: { a: sentence.repeat(3) }, id: 'call_1' }] }],
    parallel: [{ toolCalls: [1, 2].map(id => ({ name: 'f', arguments: 'x'.repeat(150), id: `call_${id}` })) }]
  }
  const parameters: Partial<ChatRequest>[] = [
    { n: 60, logprobs: true, top_logprobs: 20 },
    { n: 60, logprobs: true, top_logprobs: 3, stream: true },
    { n: 60, stream: true, stream_options: { include_usage: true }, moderation: { model: 'm' } },
    { n: 60, stream: true, stream_options: { include_obfuscation: false } }
  ]
  let largeCount = 0
  for (const [name, choices] of Object.entries(contents))
    for (const each of parameters) {
      const request = requestFor(each)
      const whole = completeChat(chatInput(request, choices), tokens)
      const parted = completeOrPlanChat(chatInput(request, choices), tokens)
      if (!('parts' in parted)) continue
      largeCount++
      const expected = whole.chunks
        ? createReplyTimeline(chatInput(request, choices).reply, whole.chunks, immediateSchedule).events.map(
            event => event.text
          )
        : [formatCompletion(whole.completion)]
      t.equal([...parted.parts()].join(''), expected.join(''), `${name} ${JSON.stringify(each)}`)
    }
  t.ok(largeCount >= 8, `${largeCount} responses were large`)
})

t.test('the parts of a large response are small', async t => {
  const request = requestFor({ n: 128, logprobs: true, top_logprobs: 20 })
  const planned = completeOrPlanChat(chatInput(request, [{ text: 'apple '.repeat(150) }]), tokens)
  if (!('parts' in planned)) throw new Error('the response is not large')
  let chars = 0
  for (const part of planned.parts()) {
    chars += part.length
    if (part.length > 200_000) t.fail(`a part has ${part.length} characters`)
  }
  t.ok(chars > 50_000_000, `${chars} characters`)
})

t.test('a completion above its budget is refused, and names the limit', async t => {
  const manyTexts: [Partial<ChatRequest>, ChoiceContent][] = [
    [{ logprobs: true, top_logprobs: 20 }, { text: 'hello world '.repeat(400_000) }],
    [{ stream: true }, { text: 'hello world '.repeat(400_000) }],
    [{ n: 128 }, { text: 'hello world '.repeat(400_000) }],
    [{ n: 128, logprobs: true, top_logprobs: 20 }, { text: 'hello world '.repeat(3000) }]
  ]
  for (const [request, content] of manyTexts)
    try {
      completeOrPlanChat(chatInput(requestFor(request), [content]), tokens)
      t.fail(JSON.stringify(request))
    } catch (error) {
      t.match(
        error,
        { errorName: 'budget_exceeded', params: { limit: / (units of work|bytes)$/ } },
        JSON.stringify(request)
      )
    }
})

t.test('the same reply always spends the same', async () => {
  fc.assert(
    fc.property(
      fc.record({ n: fc.integer({ min: 1, max: 4 }), logprobs: fc.boolean(), stream: fc.boolean(), text: anyText }),
      ({ text, ...rest }) => {
        const spend = () => {
          const budget = new Budget()
          const request = requestFor({ ...rest, top_logprobs: rest.logprobs ? 2 : undefined })
          generateReply(request, models.get('gpt-4o'), createRandom('spend'), budget)
          buildCompletion({ ...chatInput(request, []), choices: [{ text }], prompt: { total: 1 }, tokens, budget })
          return { work: budget.work, bytes: budget.bytes }
        }
        const spent = spend()
        return spent.work > 0 && isDeepStrictEqual(spent, spend())
      }
    )
  )
})

t.test('a limit of tokens cuts a huge text like a short text', async t => {
  for (const max_tokens of [1, 10, 500]) {
    const short = firstChoice({ text: 'hello world '.repeat(2000) }, { max_tokens })
    const huge = firstChoice({ text: 'hello world '.repeat(500_000) }, { max_tokens })
    t.same(huge, short, `${max_tokens}`)
    t.equal(huge.finish_reason, 'length')
  }
})

t.test('a prediction of any size is compared', async t => {
  const usage = (content: string) =>
    complete([{ text: 'hello world again' }], { prediction: { type: 'content', content } }).usage
      .completion_tokens_details!
  t.match(usage('hello world again'), { accepted_prediction_tokens: 2, rejected_prediction_tokens: 0 })
  const huge = usage(`hello world again${' other words'.repeat(800_000)}`)
  t.equal(huge.accepted_prediction_tokens, 2)
  t.ok(huge.rejected_prediction_tokens! > 1_000_000, `${huge.rejected_prediction_tokens}`)
})

t.test('the declaration of a tool has a bounded size', async t => {
  const $defs = Object.fromEntries(
    Array.from({ length: 24 }, (_, level) => {
      const next = { $ref: `#/$defs/d${level + 1}` }
      const node = { type: 'object', description: 'x'.repeat(1000), properties: { a: next, b: next } }
      return [`d${level}`, level === 23 ? { type: 'string' } : node]
    })
  )
  const parameters = { ...($defs.d0 as JsonObject), $defs } as JsonObject
  const text = declareFunctions([{ name: 'f', parameters }])
  t.ok(text.length < 1_000_000, `${text.length} characters`)
})

t.test('a long tool result gives a short reply', async t => {
  for (const result of [JSON.stringify({ a: 'x'.repeat(1_000_000) }), 'y'.repeat(1_000_000), `"${'z'.repeat(9000)}"`])
    t.ok(generateText({ prompt: 'Hi', results: [result], turns: 2 }, createRandom('a')).length < 1000)
})

const textFor = (user: string, system?: string, rest: Partial<ChatRequest> = {}) => {
  const messages = [...(system ? [{ role: 'system', content: system }] : []), { role: 'user', content: user }]
  return generateFor(requestFor({ ...rest, messages }))[0]!.text!
}

for (const [kind, rows] of Object.entries({ ...phraseRows, ...everydayPhraseRows }))
  t.test(`a generated answer says what the prompt asks for: ${kind}`, async t => {
    for (const [user, answer, system] of rows) {
      const text = textFor(user, system)
      if (typeof answer === 'string') t.equal(text, answer, user)
      else t.match(text, answer, user)
    }
  })

/** Reads the value of an answer by its layout. */
const structureReaders: Record<NonNullable<StructureRow['layout']>, (text: string) => unknown> = {
  json: JSON.parse,
  fence: text => JSON.parse(/^```json\n([\s\S]*)\n```$/.exec(text)?.[1] ?? ''),
  sections: text => {
    const body = /^([\s\S]*)\n\n\[\[ ## completed ## \]\]$/.exec(text)?.[1] ?? ''
    const [, ...parts] = body.split(/\[\[ ## (\w+) ## \]\]\n/)
    return Object.fromEntries(pairs(parts).map(([name, value]) => [name, value.trim()]))
  },
  tags: text => Object.fromEntries([...text.matchAll(/<(\w+)>\n([\s\S]*?)\n<\/\1>/g)].map(match => match.slice(1, 3))),
  labels: text => Object.fromEntries(text.split('\n').map(line => line.split(/: (.*)/s).slice(0, 2)))
}
const pairs = (list: string[]) =>
  list.flatMap((name, at): [string, string][] => (at % 2 ? [] : [[name, list[at + 1]!]]))

for (const [kind, rows] of Object.entries(structureRows))
  t.test(`a generated answer has the structure that the prompt asks for: ${kind}`, async t => {
    for (const { system, user, schema, layout = 'json', jsonObject } of rows) {
      const rest: Partial<ChatRequest> = jsonObject ? { response_format: { type: 'json_object' } } : {}
      const text = textFor(user, system, rest)
      const validate = createAjv({ strict: false }).compile(schema)
      // Outside of JSON, the text of a member is JSON where the schema wants no string.
      const typed = (value: unknown) =>
        Object.fromEntries(
          Object.entries(value as Record<string, string>).map(([name, member]) => {
            const property = (schema.properties as Record<string, JsonObject>)[name] ?? {}
            return [name, property.type === 'string' || property.enum ? member : JSON.parse(member)]
          })
        )
      const value = structureReaders[layout](text)
      t.ok(
        validate(layout === 'json' || layout === 'fence' ? value : typed(value)),
        `${user.slice(-80)} → ${text} ${JSON.stringify(validate.errors)}`
      )
    }
  })

t.test('a prompt with braces, tags or the word JSON gets plain text unless it asks for a structure', async t => {
  for (const prompt of plainPrompts) t.match(textFor(prompt), /^[A-Z]\w*[ ,.!:]/, prompt)
})

const anyTool = { ...toolBox, ...everydayToolBox }

for (const [kind, rows] of Object.entries({ ...toolRows, ...everydayToolRows }))
  t.test(`a generated reply calls the tools that a model would call: ${kind}`, async t => {
    for (const row of rows) {
      const [choice] = generateFor(toolRequest(row, anyTool))
      const names = (choice!.toolCalls ?? []).map(({ name }) => name)
      t.same([...names].sort(), [...row.calls].sort(), `${row.user} ${row.tools}`)
      t.equal(choice!.text === undefined, row.calls.length > 0)
      for (const call of choice!.toolCalls ?? []) {
        const { properties } = anyTool[call.name]!.function!.parameters as { properties: object }
        t.same(Object.keys(call.arguments as object).sort(), Object.keys(properties).sort(), `${row.user} ${call.name}`)
      }
    }
  })

for (const [kind, rows] of Object.entries(callRows))
  t.test(`a generated reply calls tools with the arguments that a model would give: ${kind}`, async t => {
    for (const row of rows) {
      const made = generateFor(toolRequest({ ...row, calls: [] }))[0]!.toolCalls ?? []
      // Of arguments without a value in the row, only the tool counts.
      const compared = made.map(({ name, arguments: args }, index) => {
        const wanted = Object.keys(row.calls[index]?.[1] ?? {})
        return [name, Object.fromEntries(Object.entries(args as JsonObject).filter(([key]) => wanted.includes(key)))]
      })
      t.same(compared, row.calls, row.user)
    }
  })

t.test('optional parameters are left out if the prompt has no value for them', async t => {
  for (const [user, args] of optionalRows)
    t.same(
      generateFor(toolRequest({ tools: ['book_room'], user, calls: [] }))[0]!.toolCalls?.[0]?.arguments,
      args,
      user
    )
})

t.test('a JSON answer leaves out the optional properties that a text does not say', async t => {
  const properties = {
    name: { type: 'string' },
    age: { type: 'integer' },
    city: { type: ['string', 'null'] },
    summary: { type: 'string' }
  }
  const table: [prompt: string, required: string[], names: string[]][] = [
    ['Extract the person from the following text: Klaus is tall.', [], ['name', 'city', 'summary']],
    ['Extract the person from the following text: Klaus is 42.', [], ['name', 'age', 'city', 'summary']],
    ['Extract the person from the following text: Klaus is tall.', ['age'], ['name', 'age', 'city', 'summary']],
    ['Klaus is tall.', [], ['name', 'age', 'city', 'summary']],
    ['Generate a person.', [], ['name', 'age', 'city', 'summary']]
  ]
  for (const [prompt, required, names] of table) {
    const schema = { type: 'object', properties, required }
    const response_format = { type: 'json_schema', json_schema: { name: 'answer', schema } } as const
    for (const seed of ['a', 'b', 'c']) {
      const value = JSON.parse(generateFor(requestFor({ response_format }, prompt), seed)[0]!.text!)
      t.same(Object.keys(value), names, prompt)
    }
  }
})

t.test('a JSON answer has the values of the results', async t => {
  for (const { user, after, properties, value } of resultRows) {
    const schema = { type: 'object', properties, required: Object.keys(properties), additionalProperties: false }
    const response_format = { type: 'json_schema', json_schema: { name: 'answer', schema, strict: true } } as const
    const request = toolRequest({
      tools: ['get_weather', 'get_time'],
      user,
      after,
      calls: [],
      more: { response_format }
    })
    t.same(JSON.parse(generateFor(request)[0]!.text!), value, user)
  }
})

t.test('a JSON answer that is one list has as many items as the prompt wants', async t => {
  for (const [user, properties, counts] of countRows)
    for (const seed of ['a', 'b', 'c']) {
      const schema = { type: 'object', properties, required: Object.keys(properties) }
      const response_format = { type: 'json_schema', json_schema: { name: 'answer', schema } } as const
      const value = JSON.parse(generateFor(requestFor({ response_format }, user), seed)[0]!.text!)
      for (const [name, count] of Object.entries(counts))
        if (count === undefined) t.ok(createAjv({ strict: false }).validate(schema, value), user)
        else t.equal(value[name].length, count, user)
    }
})

t.test('a JSON answer of one value counts things, or says whether something is true', async t => {
  for (const [user, type, value] of factRows) {
    const schema = { type: 'object', properties: { value: { type } }, required: ['value'], additionalProperties: false }
    const response_format = { type: 'json_schema', json_schema: { name: 'answer', schema, strict: true } } as const
    for (const seed of ['a', 'b', 'c'])
      t.same(JSON.parse(generateFor(requestFor({ response_format }, user), seed)[0]!.text!), { value }, user)
  }
})

t.test('an answer has what earlier messages and a context say', async t => {
  for (const [earlier, question, answer, system] of memoryRows) {
    const messages = [
      ...(system ? [{ role: 'system', content: system }] : []),
      ...earlier.flatMap(content => [
        { role: 'user', content },
        { role: 'assistant', content: 'I see.' }
      ]),
      { role: 'user', content: question }
    ]
    t.match(generateFor(requestFor({ messages }))[0]!.text, answer, question)
  }
})

for (const [kind, rows] of Object.entries(conversationRows))
  t.test(`an answer knows the conversation: ${kind}`, async t => {
    for (const { talk, has, hasNot } of rows) {
      const { text } = generateFor(requestFor({ messages: readTalk(talk) }))[0]!
      t.ok(has.test(text ?? '') && !hasNot?.test(text ?? ''), `${talk.split('\n').at(-1)} -> ${text}`)
    }
  })

t.test('an answer knows further conversations', async t => {
  for (const [talk, has] of furtherConversations) {
    const text = generateFor(requestFor({ messages: readTalk(talk) }))[0]!.text ?? ''
    t.ok(text.includes(has), `${talk.split('\n').at(-1)} -> ${text}`)
  }
})

t.test('legacy functions are called one at a time, and each once', async t => {
  const functions = ['get_weather', 'get_time'].map(name => toolBox[name]!.function!)
  const request = requestFor({ functions }, 'What are the weather and the time in Rome?')
  const called: string[] = []
  for (let turn = 0; turn < 4; turn++) {
    const calls = generateFor(request)[0]!.toolCalls
    if (!calls) break
    t.equal(calls.length, 1)
    called.push(calls[0]!.name)
    request.messages.push(
      { role: 'assistant', content: null, function_call: { name: calls[0]!.name, arguments: '{}' } },
      { role: 'function', name: calls[0]!.name, content: 'ok' }
    )
  }
  t.same(called, ['get_weather', 'get_time'])
})

const toolPrompts = [
  ...Object.values(toolRows).flatMap(rows => rows.map(({ user }) => user)),
  'How much is 2 plus 3? How much is 4 plus 5?',
  'What is the weather in Rome and Oslo?',
  '',
  'Please do all that you can.'
]
const anyToolNames = fc.uniqueArray(fc.constantFrom(...Object.keys(toolBox)), { minLength: 1, maxLength: 8 })

t.test('a loop of calls ends within as many turns as there are tools, plus one', async () => {
  fc.assert(
    fc.property(
      anyToolNames,
      fc.oneof(fc.constantFrom(...toolPrompts), anyText),
      fc.option(fc.constantFrom(...toolPrompts), { nil: undefined }),
      fc.boolean(),
      (tools, user, system, parallel) => {
        const more = { parallel_tool_calls: parallel }
        const request = toolRequest({ tools, user, calls: [], more, ...(system ? { system } : {}) })
        for (let turn = 1; turn <= tools.length + 1; turn++) {
          const calls = generateFor(request)[0]!.toolCalls
          if (!calls) return true
          const message = firstChoice({ toolCalls: calls }, request).message
          request.messages.push({ role: 'assistant', content: null, tool_calls: message.tool_calls })
          for (const { id } of message.tool_calls!)
            request.messages.push({ role: 'tool', tool_call_id: id, content: '{"ok": true}' })
        }
        throw new Error(`${user} ${tools}`)
      }
    ),
    { numRuns: 400 }
  )
})

t.test('an agent that requires a call reaches its tool for the answer', async () => {
  fc.assert(
    fc.property(anyToolNames, fc.constantFrom(...toolPrompts), (names, user) => {
      const tools = [...names.filter(name => name !== 'finish' && name !== 'final_result'), 'final_result']
      const request = toolRequest({
        tools,
        user,
        calls: [],
        more: { tool_choice: 'required', parallel_tool_calls: false }
      })
      for (let turn = 1; turn <= tools.length; turn++) {
        const calls = generateFor(request)[0]!.toolCalls!
        if (calls[0]!.name === 'final_result') return true
        const message = firstChoice({ toolCalls: calls }, request).message
        request.messages.push(
          { role: 'assistant', content: null, tool_calls: message.tool_calls },
          { role: 'tool', tool_call_id: message.tool_calls![0]!.id, content: 'done' }
        )
      }
      throw new Error(`${user} ${tools}`)
    }),
    { numRuns: 300 }
  )
})

t.test('the input of a custom tool fits its grammar', async t => {
  const inputFor = (syntax: string, definition: string) =>
    generateFor(
      requestFor({
        tools: [
          { type: 'custom', custom: { name: 'run', format: { type: 'grammar', grammar: { syntax, definition } } } }
        ],
        tool_choice: { type: 'custom', custom: { name: 'run' } }
      })
    )[0]!.toolCalls![0]!.arguments as string
  for (const pattern of ['[A-Z]{3}-\\d{4}', 'SELECT \\w+ FROM \\w+', '(?:yes|no)', '^\\d{4}-\\d{2}-\\d{2}$'])
    t.match(inputFor('regex', pattern), new RegExp(`^(?:${pattern})$`))
  for (const [definition, expected] of [
    ['start: "yes" | "no"', /^(?:yes|no)$/],
    [
      'start: expr\nexpr: term (SP ADD SP term)* -> add\n | term\nterm: INT\nSP: " "\nADD: "+"\n%import common.INT',
      /^\d+(?: \+ \d+)*$/
    ],
    [
      'start: "SELECT" NAME "FROM" NAME\nNAME: /[a-z]{3,5}/\n%import common.WS\n%ignore WS',
      /^SELECT [a-z]{3,5} FROM [a-z]{3,5}$/
    ],
    [
      'start: pair+ // pairs\npair: KEY "=" VALUE ";"\nKEY: "a".."f"\nVALUE: DIGIT~2\nDIGIT: /[0-9]/',
      /^(?:[a-f]=\d\d;)+$/
    ],
    ['start: list\nlist: "[" [list ("," list)*] "]"', /^[[\],]+$/],
    ['start: missing', /^$/],
    ['not a grammar', /^$/]
  ] as const)
    t.match(inputFor('lark', definition), expected, definition)
  t.equal(inputFor('regex', '('), '')
})

t.test('a reply has an exact number of completion tokens, also in a stream, up to the limit', async t => {
  const loaded = createTokenizer()
  await loaded.load('cl100k_base')
  const cl100k = await loaded.withEncoding('cl100k_base', each => each)
  for (const count of [1, 2, 3, 4, 5, 17, 100, 1234])
    for (const rest of [
      {},
      { n: 2 },
      { model: 'gpt-5-mini' },
      { model: 'gpt-5-mini', messages: [{ role: 'tool', tool_call_id: 'call_1', content: 'sunny' }] },
      { model: 'gpt-3.5-turbo' }
    ] as Partial<ChatRequest>[]) {
      const request = requestFor(rest, 'Why do tides follow the moon?')
      const model = models.get(request.model)
      const generated = generateReply(request, model, createRandom('a'), new Budget())
      const reply = setOutputTokens(generated, count, { request, model }, createRandom('a'), new Budget())!
      const overhead = model.answerOverhead - (rest.messages ? model.reasoningOverhead : 0)
      const textTokens = Math.max(1, count - overhead)
      for (const { text } of reply.choices)
        t.equal((rest.model === 'gpt-3.5-turbo' ? cl100k : tokens).count(text!), textTokens)
      const completion = buildCompletion({ ...chatInput(request, []), ...reply, prompt: { total: 9 }, tokens })
      t.equal(completion.usage.completion_tokens, (textTokens + overhead) * reply.choices.length)
      t.equal(completion.choices[0]!.finish_reason, 'stop')
      const streamed = joinChunks(splitCompletion(completion, { pieces, includeUsage: true }))
      t.same(streamed.usage, completion.usage)
      const limited = firstChoice(reply.choices[0]!, { max_completion_tokens: Math.max(1, textTokens - 1) })
      t.equal(limited.finish_reason, 'length')
    }
  const model = models.get('gpt-4o')
  const size = (reply: ChoiceContent, rest: Partial<ChatRequest> = {}) =>
    setOutputTokens({ choices: [reply] }, 9, { request: requestFor(rest), model }, createRandom('a'), new Budget())
  t.equal(size({ text: '{}' }, { response_format: { type: 'json_object' } }), undefined)
  t.equal(size({ toolCalls: [{ name: 'f', arguments: {} }] }), undefined)
  t.equal(size({ refusal: 'No.' }), undefined)
})

t.test('a reply is generated from any instructions and prompt, the same each time and within its budget', async () => {
  const marks = fc.constantFrom(
    ...[
      // Long runs of letters, which ambiguous patterns read in many ways.
      'a'.repeat(40),
      `1-${'a'.repeat(40)}1`,
      '{',
      '}',
      '[',
      ']',
      '"',
      "'",
      '`',
      '```json\n',
      '<a>',
      '</a>',
      ': ',
      ', ',
      '\n',
      '|',
      '(type: ',
      ')',
      'JSON ',
      'keys '
    ],
    ...[
      'Reply with exactly ',
      'say ',
      'one of: ',
      'in 5 words ',
      '2 + 2 = ? ',
      '[[ ## a ## ]]\n',
      'Action Input: ',
      'Thought:',
      '{{',
      '…',
      '// x\n'
    ]
  )
  const mixed = fc.array(fc.oneof(marks, fc.lorem({ maxCount: 2 }), fc.string({ unit: 'grapheme', maxLength: 8 })), {
    maxLength: 30
  })
  const format = fc.constantFrom(undefined, { type: 'json_object' as const })
  fc.assert(
    fc.property(mixed, mixed, format, (system, user, response_format) => {
      const text = () => textFor(user.join(''), system.join(''), response_format ? { response_format } : {})
      const first = text()
      if (response_format) JSON.parse(first)
      return first === text()
    }),
    { numRuns: Number(process.env.STANDIN_RUNS ?? 500) }
  )
  const repeated = [
    '{"a":',
    '{',
    '[{',
    '{{',
    '{a:(',
    'say "',
    'reply with ',
    "'a' ",
    '<a>',
    'JSON keys a, ',
    '\n- a: ',
    'in a ',
    'one of a, ',
    'x | ',
    '1 + ',
    '[[ ## a ## ]]\n'
  ]
  for (const piece of repeated) {
    const start = performance.now()
    textFor(`Respond in JSON with the keys: ${piece.repeat(20_000)}`, piece.repeat(20_000))
    const ms = performance.now() - start
    if (ms > 3000) throw new Error(`${piece} took ${Math.round(ms)} ms`)
  }
})

t.test('calls, results, memories and notes of hostile texts are read quickly', async () => {
  const parts = [
    'a ',
    'A ',
    'a',
    ' ',
    'my a ',
    'I a ',
    'I and ',
    'what is my a ',
    "my a's name ",
    'where do I a ',
    'was I born ',
    'I am from a',
    'Context a ',
    'Context: ',
    '<context>',
    'question a ',
    'number of a ',
    'if it is a ',
    'call a ',
    'call it twice ',
    'the last result ',
    'cat and dog ',
    'cat and dog in ',
    ', and then ',
    '; ',
    'first a ',
    'not a try ',
    'please call ',
    'again later ',
    '{"error":',
    '{"a":',
    '{a}        # note: the value you produce ',
    '{a}        # note: the value you produce must be one of: ',
    '"{a}        # note: \\',
    '. `a` (',
    '1. `a` (Union[',
    'a, whose description is ',
    'a, whose description is It takes arguments {',
    'search terms a ',
    'If looking at an image, reply with a ',
    'Error: value must be at least a ',
    'validation error\ntext\n  must ',
    'Error: text must contain "a", ',
    'Fix the errors and 1 ',
    '[{"loc": ["text"], "msg": "must be a'
  ]
  const properties = { value: { type: 'integer' }, text: { type: 'string' } }
  const schema = { type: 'object', properties: { value: { type: 'boolean' } }, required: ['value'] }
  const counted = { type: 'object', properties: { value: { type: 'integer' } }, required: ['value'] }
  const formatOf = (schema: JsonObject) => ({ type: 'json_schema', json_schema: { name: 'answer', schema } }) as const
  for (const part of parts) {
    const long = part.repeat(20_000)
    const start = performance.now()
    const messages = [
      { role: 'system', content: long },
      { role: 'user', content: long },
      { role: 'user', content: `What is my ${long.slice(0, 400)}? ${long}` }
    ]
    const call = { id: 'call_1', type: 'function' as const, function: { name: 'find_documents', arguments: '{}' } }
    const withResult = [
      ...messages,
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: 'call_1', content: long }
    ]
    const rejected = (text: string) => [
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { ...call, function: { name: 'find', arguments: JSON.stringify({ text: text.slice(0, 15_000) }) } }
        ]
      },
      { role: 'tool', tool_call_id: 'call_1', content: `text must not be ${text}\nFix the errors and try again.` },
      { role: 'tool', tool_call_id: 'call_1', content: `Fix the errors: text ${text}` }
    ]
    const tools = [...Object.values(toolBox).slice(0, 6), functionTool('find', { type: 'object', properties })]
    for (const request of [
      { messages },
      { messages: withResult },
      { messages, tools },
      { messages: withResult, tools },
      {
        messages: [...withResult.slice(0, 2), ...rejected(long)],
        tools: tools.slice(-1),
        tool_choice: 'required' as const
      },
      { messages: withResult, response_format: formatOf(schema) },
      { messages, response_format: formatOf(counted) },
      {
        messages: [
          { role: 'system', content: `[[ ## a ## ]]\n${long}` },
          { role: 'user', content: `\`[[ ## a ## ]]\` ${long}` }
        ]
      }
    ])
      generateFor(requestFor(request))
    const ms = performance.now() - start
    if (ms > 3000) throw new Error(`${part} took ${Math.round(ms)} ms`)
  }
})
