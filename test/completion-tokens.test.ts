/** Tokens of prompts, completions and media, and the table of models that prices them. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import * as cl100k_base from 'gpt-tokenizer/encoding/cl100k_base'
import * as o200k_base from 'gpt-tokenizer/encoding/o200k_base'
import t from 'tap'
import { parse } from 'yaml'
import { declareFunctions } from '../src/completion/declared-schema.js'
import type { EncodingName } from '../src/completion/load-vocabulary.js'
import { createBoundedCounter } from '../src/completion/long-text.js'
import { countImageTokens, readImageSize } from '../src/completion/media-tokens.js'
import { countPromptTokens } from '../src/completion/prompt-tokens.js'
import { singleTokenWords } from '../src/completion/single-token-words.js'
import { createTokenizer } from '../src/completion/tokenizer.js'
import { buildUsage, countChoiceTokens } from '../src/completion/usage.js'
import { isSingleToken, singleTokenMarks } from '../src/completion/word-tokenizer.js'
import { createModels, type ModelTable, mergeModels } from '../src/core/model.js'
import { validateModelTable } from '../src/core/model-table.js'
import type { ChatRequest, Choice, FinishReason, Json, JsonObject, Message } from '../src/core/openai-types.js'

const table = parse(readFileSync(new URL('../fixtures/models.yaml', import.meta.url), 'utf8')) as ModelTable
const models = createModels(table)
const tokenizer = createTokenizer()
await tokenizer.load('o200k_base')
await tokenizer.load('cl100k_base')
const encodings = {
  o200k_base: await tokenizer.withEncoding('o200k_base', encoding => encoding),
  cl100k_base: await tokenizer.withEncoding('cl100k_base', encoding => encoding)
}
const pieces = (text: string, name: EncodingName) => encodings[name].pieces(text).map(piece => piece.text)
const singleTokens = () => {
  const listWords = (text: string) => text.trim().split(' ')
  const addSpaces = (text: string) => listWords(text).map(word => ` ${word}`)
  const { anywhere, afterSpace, atStart } = singleTokenWords
  return [
    ...singleTokenMarks,
    ...listWords(anywhere),
    ...addSpaces(anywhere),
    ...listWords(atStart),
    ...addSpaces(afterSpace)
  ]
}

const prompt = (request: Partial<ChatRequest> & { model: string }) => {
  const model = models.get(request.model)
  return countPromptTokens({ messages: [], ...request }, model, text => tokenizer.count(text, model.encoding))
}
const total = (model: string, messages: Message[], rest: Partial<ChatRequest> = {}) =>
  prompt({ model, messages, ...rest }).total
const user = (content: Message['content']): Message => ({ role: 'user', content: content ?? null })
const choiceOf = (message: Partial<Choice['message']>, finish: FinishReason = 'stop'): Choice => ({
  index: 0,
  message: { role: 'assistant', content: null, refusal: null, ...message },
  finish_reason: finish
})
const choiceTokens = (model: string, choice: Choice, request: Partial<ChatRequest> = {}) => {
  const of = models.get(model)
  const count = (text: string) => tokenizer.count(text, of.encoding)
  return countChoiceTokens(choice, { request: { model, messages: [], ...request }, model: of, count })
}
const call = (name: string, args: string) => ({
  id: 'call_1',
  type: 'function' as const,
  function: { name, arguments: args }
})
const loneSurrogate = /\p{Cs}/u
const weather: JsonObject = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }
const tools = [{ type: 'function' as const, function: { name: 'get_weather', parameters: weather } }]

t.test('an encoding counts only after it is loaded', async t => {
  const fresh = createTokenizer()
  t.throws(() => fresh.count('hello', 'o200k_base'), /o200k_base is not loaded/)
  await fresh.load('o200k_base')
  t.equal(fresh.count('hello', 'o200k_base'), 1)
  t.throws(() => fresh.count('hello', 'cl100k_base'), /cl100k_base is not loaded/)
  const work = fresh.withEncoding('cl100k_base', text => text.count('hello 漢字'))
  t.ok(work instanceof Promise, 'later when the encoding has to be loaded')
  t.equal(await work, tokenizer.count('hello 漢字', 'cl100k_base'))
  t.equal(
    fresh.withEncoding('cl100k_base', text => text.count('hello')),
    1,
    'at once when loaded'
  )
  await t.rejects(
    async () =>
      createTokenizer().withEncoding('o200k_base', () => {
        throw new Error('mine')
      }),
    /mine/
  )
})

t.test('common words are counted before an encoding is loaded, with the counts of the encoding', async t => {
  const fresh = createTokenizer()
  const cold = (text: string) => {
    const counted = fresh.withEncoding('o200k_base', tokens => ({
      count: tokens.count(text),
      pieces: tokens.pieces(text).map(piece => piece.text)
    }))
    return counted instanceof Promise ? undefined : counted
  }
  const words = singleTokens().map(token => token.trim())
  const text = fc
    .array(
      fc.tuple(
        fc.constantFrom('', ' ', ' ', ' ', '  ', '\n', '-'),
        fc.constantFrom(...words),
        fc.constantFrom('', '', '.', ',', '!', '?', '?!', "'s")
      )
    )
    .map(parts => parts.flat().join(''))
  let taken = 0
  fc.assert(
    fc.property(fc.oneof(text, fc.string()), text => {
      // An uncommon text starts to load the vocabulary. Nothing waits for it here, so it is never loaded for the next text.
      const counted = cold(text)
      if (!counted) return true
      taken++
      return (['o200k_base', 'cl100k_base'] as const).every(
        name =>
          tokenizer.count(text, name) === counted.count && pieces(text, name).join('|') === counted.pieces.join('|')
      )
    }),
    { numRuns: 400 }
  )
  // A pattern that backtracks would never finish these texts.
  for (const hostile of [
    `${'a'.repeat(10_000)}1`,
    `${'word '.repeat(2000)}1`,
    'aA'.repeat(5000),
    'A '.repeat(5000),
    'a'.repeat(1e6)
  ])
    t.equal(cold(hostile), undefined)
  t.ok(taken > 30, `${taken} of 400 texts were counted without a vocabulary`)
})

t.test('each text has the tokens that gpt-tokenizer finds', async t => {
  const libraries = { o200k_base, cl100k_base }
  const isText = { disallowedSpecial: new Set<string>() }
  const text = fc.oneof(
    fc.string({ maxLength: 400 }),
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.string({ unit: 'grapheme', maxLength: 200 }),
    // Around the size above which a heap finds the next merge.
    fc.stringMatching(/^[a-zA-Z]{80,120}$/),
    fc.stringMatching(/^[ab]{150,300}$/),
    fc.stringMatching(/^[\s\n]{0,80}[.,/]{0,80}$/),
    fc.lorem({ maxCount: 50 })
  )
  const isAlike = (name: EncodingName, text: string) => {
    const tokens = libraries[name].encode(text, isText)
    const cut = encodings[name].pieces(text)
    return (
      tokenizer.count(text, name) === tokens.length &&
      cut.reduce((sum, piece) => sum + piece.tokens, 0) === tokens.length &&
      cut.map(piece => piece.text).join('') === text
    )
  }
  for (const name of ['o200k_base', 'cl100k_base'] as const) {
    for (const each of ['<|endoftext|>', '\ud800x', '漢字'.repeat(100), 'x'.repeat(96), 'x'.repeat(97), '\t \n \r\n  '])
      t.ok(isAlike(name, each), JSON.stringify(each))
    fc.assert(
      fc.property(text, each => isAlike(name, each)),
      { numRuns: 400 }
    )
  }
})

t.test('a long text is counted alike when it comes again, and when more text follows', async () => {
  const words = fc.array(fc.constantFrom('time', ' city', ' Rainbow', '-x1', ' 漢', '\n'), {
    minLength: 20,
    maxLength: 4000
  })
  fc.assert(
    fc.property(words, words, (start, rest) => {
      const texts = [start, [...start, ...rest], start, [...start, ...rest], [...start, ...rest]].map(each =>
        each.join('')
      )
      const counts = texts.map(text => tokenizer.count(text, 'o200k_base'))
      return counts[0] === counts[2] && counts[1] === counts[3] && counts[3] === counts[4]
    }),
    { numRuns: 50 }
  )
})

t.test('the work to count long runs is bounded as the work to count other text', async t => {
  // The number makes each slice another text, which no cache has.
  const runs = (char: string) => Array.from({ length: 60 }, (_, at) => `${char.repeat(3500)}x${at}`).join('')
  for (const char of [' ', '=', '\n', 'a']) {
    let slices = 0
    const text = runs(char)
    const count = createBoundedCounter(slice => {
      slices++
      return tokenizer.count(slice, 'o200k_base')
    })
    const counted = count(text)
    t.ok(char === 'a' || slices < 20, `${JSON.stringify(char)}: ${slices} slices are counted, the rest is estimated`)
    const exact = tokenizer.count(runs(char).slice(0, 35_000), 'o200k_base') * 6
    t.ok(counted > exact / 2 && counted < exact * 2, `${counted} tokens, about ${exact}`)
  }
})

t.test('each common word is one token in both encodings', async t => {
  const many = singleTokens().flatMap(token =>
    (['o200k_base', 'cl100k_base'] as const)
      .filter(name => tokenizer.count(token, name) !== 1)
      .map(name => `${token} in ${name}`)
  )
  t.same(many, [])
  t.same(
    singleTokens().filter(token => !isSingleToken(token)),
    []
  )
  for (const token of ['', ' ', '  ', 'Ab About', ' Ab About', 'zoekx', 'bou', ' zoek'])
    t.notOk(isSingleToken(token), token)
})

t.test('texts with known counts have these counts', async t => {
  const cases: [string, number, number][] = [
    ['', 0, 0],
    ['hello world', 2, 2],
    ['What is the capital of France?', 7, 7],
    ['1234567', 3, 3],
    ['{"city":"Paris"}', 5, 5]
  ]
  for (const [text, o200k, cl100k] of cases) {
    t.equal(tokenizer.count(text, 'o200k_base'), o200k, text)
    t.equal(tokenizer.count(text, 'cl100k_base'), cl100k, text)
    const tokensOfPieces = encodings.o200k_base.pieces(text).reduce((sum, piece) => sum + piece.tokens, 0)
    t.equal(tokensOfPieces, o200k, text)
  }
})

t.test('a special token in a text is text', async t => {
  t.ok(tokenizer.count('<|endoftext|>', 'o200k_base') > 3)
  t.equal(pieces('a <|im_start|> b', 'cl100k_base').join(''), 'a <|im_start|> b')
})

t.test('a megabyte of hostile text is counted fast', async t => {
  const many = 1_000_000
  const cases = {
    'one letter': 'a'.repeat(many),
    spaces: ' '.repeat(many),
    Chinese: '漢字'.repeat(many / 2),
    emoji: '😀'.repeat(many / 2),
    'combining characters': `e${'\u0301'.repeat(20)}`.repeat(many / 21),
    'lone surrogates': '\ud800'.repeat(many),
    base64: Buffer.from(Array.from({ length: 750_000 }, (_, at) => (at * 7919) % 251)).toString('base64'),
    mixed: 'Hello 漢字 😀 12345    aaaaaaaaaaaaaaaaaaaa '.repeat(many / 44)
  }
  for (const [name, text] of Object.entries(cases))
    for (const encoding of ['o200k_base', 'cl100k_base'] as const) {
      tokenizer.count(text.slice(0, 5000), encoding)
      const before = performance.now()
      const counted = tokenizer.count(text, encoding)
      // It takes 50 ms on an idle machine; the limit allows for a busy machine.
      t.ok(performance.now() - before < 500, `${name} in ${encoding}`)
      t.ok(counted > many / 300 && counted < many * 3, `${name} in ${encoding}: ${counted}`)
    }
})

t.test('pieces join to the text and never split a character', async t => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 300 }),
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.array(fc.integer({ min: 0, max: 0xffff })).map(units => String.fromCharCode(...units)),
    fc
      .tuple(fc.constantFrom('a', ' ', '漢', '😀', '\ud800', '\n'), fc.integer({ min: 1, max: 900 }))
      .map(([unit, times]) => unit.repeat(times))
  )
  fc.assert(
    fc.property(text, fc.constantFrom('o200k_base' as const, 'cl100k_base' as const), (text, encoding) => {
      const found = pieces(text, encoding)
      if (found.join('') !== text || found.includes('')) return false
      if (found.length > tokenizer.count(text, encoding)) return false
      return loneSurrogate.test(text) || !found.some(piece => loneSurrogate.test(piece))
    }),
    { numRuns: 300 }
  )
  t.same(pieces('The weather', 'o200k_base'), ['The', ' weather'])
  for (const word of ['hello 🦖', '漢字', 'plain']) {
    const held = await tokenizer.withEncoding('cl100k_base', text =>
      text.pieces(word).reduce((sum, piece) => sum + piece.tokens, 0)
    )
    t.equal(held, tokenizer.count(word, 'cl100k_base'), `the pieces of ${word} stand for all its tokens`)
  }
})

t.test('a prompt of plain messages has the token counts of the service', async t => {
  const cases: [string, Message[], number][] = [
    ['gpt-4o', [user('What is the capital of France?')], 14],
    ['gpt-3.5-turbo', [user('What is the capital of France?')], 14],
    ['gpt-5.6-sol', [user('ping')], 7],
    ['gpt-4o', [{ role: 'developer', content: 'hello' }, user('hello')], 13],
    [
      'gpt-4o',
      [
        user([
          { type: 'text', text: 'hello' },
          { type: 'text', text: ' world' }
        ])
      ],
      9
    ],
    ['gpt-4o', [{ ...user('hello'), name: 'bob' }], 10],
    ['gpt-4o', [{ ...user('hello'), name: 'user' }], 9],
    ['gpt-4o-search-preview', [{ role: 'system', content: 'hello' }, user('hello world')], 3]
  ]
  for (const [model, messages, tokens] of cases)
    t.equal(total(model, messages), tokens, `${model} ${JSON.stringify(messages)}`)
})

t.test('tools cost the tokens of their declarations', async t => {
  const plain = total('gpt-4o', [user('hello')])
  const declared = tokenizer.count(
    'namespace functions {\n\ntype get_weather = (_: { city: string }) => any;\n\n} // namespace functions',
    'o200k_base'
  )
  t.equal(total('gpt-4o', [user('hello')], { tools }) - plain, declared + 9)
  t.equal(
    total('gpt-4o', [user('hello')], { functions: [{ name: 'get_weather', parameters: weather }] }) - plain,
    declared + 9
  )
  t.equal(total('gpt-4o', [user('hello')], { tools, tool_choice: 'none' }) - plain, declared + 10)
  t.equal(
    total('gpt-4o', [user('hello')], { tools, tool_choice: { type: 'function', function: { name: 'get_weather' } } }) -
      plain,
    declared + 9 + 7 + 2
  )
  const system: Message = { role: 'system', content: 'Be kind' }
  t.equal(total('gpt-4o', [system, user('hello')], { tools }) - total('gpt-4o', [system, user('hello')]), declared + 6)
})

t.test('a schema is declared as the service declares it', async t => {
  const declare = (properties: JsonObject, rest: JsonObject = {}) =>
    declareFunctions([{ name: 'f', parameters: { type: 'object', properties, ...rest } }])
  const aBook = { type: 'object', title: 'Book', description: 'A book', properties: { name: { type: 'string' } } }
  const cases: [string, JsonObject, string, JsonObject?][] = [
    ['nothing', {}, '() => any'],
    [
      'required, enum',
      { a: { type: 'integer' }, b: { enum: ['x', 1] } },
      '(_: { a: number, b?: "x" | 1 }) => any',
      { required: ['a'] }
    ],
    ['const', { a: { const: { b: 1 } } }, '(_: { a?: {"b": 1} }) => any'],
    [
      'no values, no type',
      { a: { enum: [] }, b: {}, c: true, d: false },
      '(_: { a?: any, b?: any, c?: any, d?: never }) => any'
    ],
    [
      'description',
      { a: { type: 'string', description: '\n An a\n\n of two ' } },
      '(_: {\n// An a\n//\n// of two\na?: string,\n}) => any'
    ],
    [
      'title',
      { a: { type: 'string', title: 'A', description: 'An a' } },
      '(_: {\n// A\n//\n// An a\na?: string,\n}) => any'
    ],
    [
      'examples',
      { a: { examples: ['x'] }, b: { description: 'B', examples: [1, [2]] } },
      '(_: {\n// Example: "x"\na?: any,\n// B\n// Examples:\n// - 1\n// - [2]\nb?: any,\n}) => any'
    ],
    [
      'default',
      { a: { type: 'boolean', default: false }, b: { type: 'array', default: ['x', 'y'] } },
      '(_: {\na?: boolean, // default: false\nb?: any[], // default: ["x", "y"]\n}) => any'
    ],
    [
      'limits of a string',
      { a: { type: 'string', maxLength: 9, format: 'date', pattern: '^a+$', minLength: 1 } },
      '(_: {\na?: string, // minLength: 1, maxLength: 9, pattern: /^a+$/, format: "date"\n}) => any'
    ],
    [
      'limits of numbers',
      { a: { type: 'number', minimum: 0, exclusiveMaximum: 0.5 }, b: { type: 'integer', maximum: 7, default: 3 } },
      '(_: {\na?: number, // minimum: 0.0, exclusiveMaximum: 0.5\nb?: number, // default: 3, maximum: 7\n}) => any'
    ],
    [
      'a limit of another type',
      { a: { type: 'number', format: 'double', minLength: 3 } },
      '(_: { a?: number }) => any'
    ],
    [
      'a list',
      { a: { type: 'array', items: { type: 'object', properties: { b: { type: 'null' } } } } },
      '(_: { a?: { b?: null }[] }) => any'
    ],
    [
      'a list of described items',
      { a: { type: 'array', minItems: 2, items: { type: 'string', description: 'An item' } } },
      '(_: {\n// minItems: 2\na?: Array<\n// An item\nstring\n>,\n}) => any'
    ],
    [
      'a list of limited items',
      { a: { type: 'array', items: { type: 'integer', minimum: 1 } } },
      '(_: {\na?: Array<\nnumber // minimum: 1\n>,\n}) => any'
    ],
    [
      'a union',
      { a: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'number' } }] } },
      '(_: { a?: string | number[] }) => any'
    ],
    [
      'a union with limits',
      {
        a: {
          title: 'A',
          default: null,
          oneOf: [
            { type: 'string', minLength: 2 },
            { type: 'null', description: 'None' }
          ]
        }
      },
      '(_: {\n// A\n// default: null\na?:\n | string // minLength: 2\n// None\n | null\n,\n}) => any'
    ],
    [
      'an intersection',
      {
        a: {
          allOf: [
            { type: 'object', properties: { b: {} } },
            { type: 'object', properties: { c: {} } }
          ]
        }
      },
      '(_: { a?: { b?: any } & { c?: any } }) => any'
    ],
    [
      'a list of types',
      { a: { type: ['string', 'null'], description: 'An a' } },
      '(_: {\n// An a\na?: string | null,\n}) => any'
    ],
    [
      'a list of types with limits',
      { a: { type: ['integer', 'null'], minimum: 0, format: 'uint8' } },
      '(_: {\na?:\n | number // minimum: 0\n | null\n,\n}) => any'
    ],
    ['nullable', { a: { type: 'string', nullable: true } }, '(_: { a?: string | null }) => any'],
    [
      'objects without properties',
      { a: { type: 'object' }, b: { type: 'object', additionalProperties: { type: 'string' } } },
      '(_: { a?: object, b?: { [key: string]: string } }) => any'
    ],
    [
      'further properties',
      { a: { type: 'string' } },
      '(_: { a?: string, [key: string]: any }) => any',
      { additionalProperties: true }
    ],
    [
      'a reference',
      { a: { $ref: '#/$defs/B' } },
      '(_: {\n// Book\n//\n// A book\na?: { name?: string },\n}) => any',
      { $defs: { B: aBook } }
    ],
    ['a reference to nothing', { a: { $ref: '#/$defs/C' } }, '(_: { a?: any }) => any'],
    [
      'notes of the root',
      { a: {} },
      '(_: // The root\n{ a?: any }) => any',
      { title: 'The root', $schema: 'https://json-schema.org/draft/2020-12/schema' }
    ]
  ]
  for (const [name, properties, type, rest] of cases)
    t.equal(declare(properties, rest), `namespace functions {\n\ntype f = ${type};\n\n} // namespace functions`, name)
  t.match(
    declareFunctions([{ name: 'f', description: '\n  Adds.\n\n    x: a number\n  ' }]),
    '\n\n// Adds.\n//\n// x: a number\ntype f = () => any;\n\n'
  )
  const endless: JsonObject = { type: 'object', properties: { next: { $ref: '#' } } }
  t.ok(declareFunctions([{ name: 'f', parameters: endless }]).length < 1000, 'a circle ends')
})

t.test('any schema has a declaration of a bounded size, the same each time', async () => {
  const keyword = fc.constantFrom(
    ...['type', 'properties', 'items', 'anyOf', 'allOf', 'enum', 'const', '$ref', 'default', 'examples', 'description'],
    ...['title', 'required', 'additionalProperties', 'minimum', 'pattern', 'nullable', 'a']
  )
  const { schema } = fc.letrec<{ schema: Json }>(tie => ({
    schema: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom<Json>(
        'object',
        'array',
        'string',
        '#',
        '#/properties/a',
        null,
        true,
        3,
        [],
        ['object', 'array', []]
      ),
      fc.dictionary(keyword, tie('schema'), { maxKeys: 4 }),
      fc.array(tie('schema'), { maxLength: 3 })
    )
  }))
  fc.assert(
    fc.property(schema, each => {
      const parameters = { type: 'object', properties: { a: each } }
      const [first, second] = [0, 1].map(() => declareFunctions([{ name: 'f', parameters }]))
      return first === second && first!.length < 1_200_000
    }),
    { numRuns: 500 }
  )
})

t.test('calls and tool results in the history cost their tokens', async t => {
  const count = (text: string) => tokenizer.count(text, 'o200k_base')
  const plain = total('gpt-4o', [user('hello')])
  const single: Message[] = [
    user('hello'),
    { role: 'assistant', content: null, tool_calls: [call('get_weather', '{"city": "Paris"}')] },
    { role: 'tool', tool_call_id: 'call_1', content: 'sunny' }
  ]
  // The arguments lose their spaces. The pair costs 9 tokens beside name, arguments and result, and 3 for each message.
  t.equal(total('gpt-4o', single) - plain, 3 + 2 + count('{"city":"Paris"}') + 3 + count('sunny') + 9)
  const parallel: Message[] = [
    user('hello'),
    {
      role: 'assistant',
      content: null,
      tool_calls: [call('add', '{"a": 2}'), { ...call('add', '{"a": 3}'), id: 'call_2' }]
    },
    { role: 'tool', tool_call_id: 'call_1', content: '5' },
    { role: 'tool', tool_call_id: 'call_2', content: 'six' }
  ]
  const wrapper =
    '{"tool_uses":[{"recipient_name":"functions.add","parameters":{"a":2}},{"recipient_name":"functions.add","parameters":{"a":3}}]}'
  t.equal(total('gpt-4o', parallel) - plain, count(wrapper) + count('[5, "six"]') + 20)
})

t.test('what a message says beside its text costs tokens', async t => {
  const count = (text: string) => tokenizer.count(text, 'o200k_base')
  const format = (name: string) => ({
    response_format: { type: 'json_schema' as const, json_schema: { name, schema: { type: 'object' } } }
  })
  const answer: Message = { role: 'assistant', content: 'yes' }
  const calling: Message = { role: 'assistant', content: null, tool_calls: [call('get_weather', '{}')] }
  const result = (content: Message['content']): Message => ({
    role: 'tool',
    tool_call_id: 'call_1',
    content: content ?? null
  })
  const parts = ['sunny\n', ' and warm'].map(text => ({ type: 'text' as const, text }))
  const file = (filename: string) =>
    user([{ type: 'file', file: { filename, file_data: 'data:application/pdf;base64,' } }])
  const cases: [string, string, Message[], Message[], number, Partial<ChatRequest>?][] = [
    [
      'an answer names its schema',
      'gpt-4o',
      [],
      [answer, answer],
      2 * (4 + count('yes') + 2 + 2),
      format('weather_report')
    ],
    ['also beside reasoning', 'gpt-5.4', [], [answer], 6 + count('yes') + 2 + 1, format('result')],
    ['an answer without a schema', 'gpt-4o', [], [answer], 4 + count('yes')],
    ['the name of a caller', 'gpt-5.1', [calling], [{ ...calling, name: 'my_agent' }], 1 + count('my_agent')],
    ['a text beside a call', 'gpt-4o', [calling], [{ ...calling, content: 'Wait' }], 4 + count('Wait')],
    ['such a text is a commentary', 'gpt-5', [calling], [{ ...calling, content: 'Wait' }], 4 + 3 + count('Wait')],
    ['the parts of a result are joined', 'gpt-4o', [calling, result('sunny\n and warm')], [calling, result(parts)], 0],
    [
      'the name of a file',
      'gpt-4o',
      [file('a.pdf')],
      [file('/home/me/long-name-of-it.pdf')],
      count('long-name-of-it.pdf') - count('a.pdf')
    ]
  ]
  for (const [name, model, before, after, tokens, rest] of cases)
    t.equal(
      total(model, [user('hello'), ...after], rest) - total(model, [user('hello'), ...before], rest),
      tokens,
      name
    )
})

t.test('instructions and declarations share the line breaks between them', async t => {
  const cost = (content: string) =>
    total('gpt-5.4', [{ role: 'system', content }], { tools }) - total('gpt-5.4', [{ role: 'system', content }])
  const plain = cost('Be kind')
  for (const [content, shared] of [
    ['Be kind.', 1],
    ['\nBe kind', 1],
    ['\n  Be kind.\n  ', 2]
  ] as const)
    t.equal(plain - cost(content), shared, JSON.stringify(content))
})

t.test('a response schema costs the tokens of its type', async t => {
  const schema: JsonObject = {
    type: 'object',
    properties: { a: { type: 'string' } },
    required: ['a'],
    additionalProperties: false
  }
  const format = { type: 'json_schema' as const, json_schema: { name: 'Answer', schema, strict: true } }
  const block =
    '# Response Formats\n\n## Answer\n\ntype Answer = {"type":"object","properties":{"a":{"type":"string"}}}'
  t.equal(
    total('gpt-4o', [user('hello')], { response_format: format }) - total('gpt-4o', [user('hello')]),
    tokenizer.count(block, 'o200k_base') + 4
  )
  t.equal(
    total('gpt-4o', [user('hello')], { response_format: { type: 'json_object' } }),
    total('gpt-4o', [user('hello')])
  )
  const same: [string, object][] = [
    ['not strict', { ...format.json_schema, strict: false }],
    [
      'limits',
      {
        ...format.json_schema,
        schema: {
          ...schema,
          properties: { a: { type: 'string', minLength: 2, pattern: '^a', format: 'date', default: 'a' } }
        }
      }
    ],
    [
      'a dialect',
      { ...format.json_schema, schema: { $schema: 'https://json-schema.org/draft/2020-12/schema', ...schema } }
    ]
  ]
  for (const [name, json_schema] of same)
    t.equal(
      total('gpt-4o', [user('hello')], { response_format: { type: 'json_schema', json_schema } as typeof format }),
      total('gpt-4o', [user('hello')], { response_format: format }),
      name
    )
})

const pngOf = (width: number, height: number) => {
  const bytes = Buffer.alloc(33)
  bytes.write('89504e470d0a1a0a0000000d49484452', 'hex')
  bytes.writeUInt32BE(width, 16)
  bytes.writeUInt32BE(height, 20)
  return `data:image/png;base64,${bytes.toString('base64')}`
}

t.test('the size of a picture is read from its first bytes', async t => {
  const data = (hex: string, type = 'png') => `data:image/${type};base64,${Buffer.from(hex, 'hex').toString('base64')}`
  t.same(readImageSize(pngOf(640, 480)), { width: 640, height: 480 })
  t.same(readImageSize(data('474946383961800240010000', 'gif')), { width: 640, height: 320 })
  t.same(readImageSize(data('ffd8ffe000044a46ffc0001108014002800301', 'jpeg')), { width: 640, height: 320 })
  t.same(readImageSize(data(`52494646000000005745425056503858${'00'.repeat(8)}7f02003f0100`, 'webp')), {
    width: 640,
    height: 320
  })
  t.same(readImageSize(data(`5249464600000000574542505650384c000000002f${'7fc24f00'}${'00'.repeat(8)}`, 'webp')), {
    width: 640,
    height: 320
  })
  for (const none of [
    'https://example.com/a.png',
    'data:image/png;base64,',
    'data:image/png;base64,AAAA',
    pngOf(0, 5),
    'data:'
  ])
    t.equal(readImageSize(none), undefined, none)
})

t.test('the tokens of a picture follow from family, detail and size', async t => {
  const cases: [string, string | undefined, number, number, number][] = [
    ['gpt-4o', 'low', 4000, 4000, 85],
    ['gpt-4o', 'high', 128, 128, 255],
    ['gpt-4o', 'high', 1024, 1024, 765],
    ['gpt-4o', undefined, 2048, 4096, 1105],
    ['gpt-4o-mini', 'auto', 1, 1, 8500],
    ['gpt-5', 'high', 50, 50, 210],
    ['gpt-5-nano', undefined, 16, 16, 3],
    ['gpt-4.1-nano', undefined, 32, 64, 6],
    ['gpt-4.1-mini', undefined, 1024, 1024, 1659],
    ['gpt-4.1-mini', undefined, 1800, 2400, 2353]
  ]
  for (const [model, detail, width, height, tokens] of cases)
    t.equal(
      countImageTokens({ url: pngOf(width, height), ...(detail ? { detail } : {}) }, models.get(model)),
      tokens,
      `${model} ${width}x${height}`
    )
  const picture = user([
    { type: 'text', text: 'What color is this image?' },
    { type: 'image_url', image_url: { url: pngOf(1, 1) } }
  ])
  t.same(prompt({ model: 'gpt-4o-mini', messages: [picture] }), { total: 8513, image: 8500 })
})

t.test('the tokens of sound follow from its length', async t => {
  const wav = Buffer.alloc(44 + 32_000)
  wav.write('RIFF', 0, 'latin1')
  wav.writeUInt32LE(32_000, 28)
  const part = { type: 'input_audio', input_audio: { data: wav.toString('base64'), format: 'wav' } }
  t.equal(prompt({ model: 'gpt-4o-audio-preview', messages: [user([part])] }).audio, 10)
})

t.test('the tokens of a choice follow from family and kind', async t => {
  const one = choiceOf({ tool_calls: [call('get_weather', '{"city":"Paris"}')] }, 'tool_calls')
  const two = choiceOf({ tool_calls: [call('add', '{"a": 2}'), call('add', '{"a": 3}')] }, 'tool_calls')
  const named = { tools, tool_choice: { type: 'function' as const, function: { name: 'get_weather' } } }
  const legacy = choiceOf({ function_call: { name: 'get_weather', arguments: '{"city":"Paris"}' } }, 'function_call')
  const namedFunction = { functions: [{ name: 'get_weather' }], function_call: { name: 'get_weather' } }
  const afterResult = { messages: [user('hello'), { role: 'tool' as const, tool_call_id: 'call_1', content: 'sunny' }] }
  const wrapper =
    '{"tool_uses":[{"recipient_name":"functions.add","parameters":{"a":2}},{"recipient_name":"functions.add","parameters":{"a":3}}]}'
  const cases: [string, Choice, Partial<ChatRequest>, number][] = [
    ['gpt-4o', choiceOf({ content: 'hello world' }), {}, 2],
    ['gpt-4o', choiceOf({ content: 'hello world' }, 'length'), {}, 2],
    ['gpt-4o', choiceOf({ content: 'hello world' }), { tools }, 3],
    ['gpt-4o', choiceOf({ refusal: 'hello world' }), {}, 3],
    ['gpt-5.6-sol', choiceOf({ content: 'pong' }), {}, 4],
    ['gpt-5', choiceOf({ content: 'hello world' }), {}, 11],
    ['o4-mini', choiceOf({ content: 'hello world' }), {}, 20],
    // The model has not reasoned since the result.
    ['gpt-5', choiceOf({ content: 'hello world' }), afterResult, 5],
    ['o4-mini', choiceOf({ content: 'hello world' }), afterResult, 14],
    ['gpt-5.4', choiceOf({ content: 'hello world' }), afterResult, 5],
    ['gpt-4o', choiceOf({ content: 'hello world' }), afterResult, 2],
    ['gpt-5', one, afterResult, 2 + 5 + 10],
    ['gpt-5', choiceOf({ content: '' }, 'length'), {}, 0],
    ['gpt-4o', one, { tools }, 2 + 5 + 7],
    ['gpt-5', one, { tools }, 2 + 5 + 16],
    ['gpt-5.4-mini', one, { tools }, 2 + 5 + 10],
    ['gpt-4o', one, named, 5],
    ['gpt-5-mini', one, named, 2 + 5 + 16],
    ['gpt-3.5-turbo', legacy, {}, 2 + 5 + 7],
    ['gpt-3.5-turbo', legacy, namedFunction, 5],
    ['gpt-5.1', legacy, namedFunction, 2 + 5 + 16],
    ['gpt-4o', two, { tools }, tokenizer.count(wrapper, 'o200k_base') + 10]
  ]
  for (const [model, choice, request, tokens] of cases)
    t.equal(choiceTokens(model, choice, request), tokens, `${model} ${JSON.stringify(choice.message)}`)
  const reasoned = { request: { model: 'gpt-5', ...afterResult }, model: models.get('gpt-5'), reasoning: 64 }
  const count = (text: string) => tokenizer.count(text, 'o200k_base')
  t.equal(
    countChoiceTokens(choiceOf({ content: 'hello world' }), { ...reasoned, count }),
    11,
    'reasoning after a result'
  )
})

t.test('usage has the keys of the family in their order, and its numbers add up', async t => {
  const of = (name: string, replyUsage = {}, maxTokens = Number.POSITIVE_INFINITY) =>
    buildUsage({ prompt: { total: 20, audio: 4 }, model: models.get(name), choiceTokens: 3, maxTokens, replyUsage })
  const prompts = (name: string) => Object.keys(of(name).prompt_tokens_details ?? {}).join()
  const completions = (name: string) => Object.keys(of(name).completion_tokens_details ?? {}).join()
  t.equal(prompts('gpt-4o'), 'cached_tokens,audio_tokens')
  t.equal(prompts('gpt-5.6-sol'), 'cached_tokens,cache_write_tokens,audio_tokens')
  t.equal(prompts('gpt-audio-mini'), 'cached_tokens,audio_tokens,text_tokens,image_tokens')
  const usual = 'reasoning_tokens,audio_tokens,accepted_prediction_tokens,rejected_prediction_tokens'
  t.equal(completions('gpt-4o'), usual)
  t.equal(completions('gpt-audio-mini'), `${usual},text_tokens`)
  t.same(of('gpt-4o', { reasoningTokens: 64, cachedTokens: 8, rejectedPredictionTokens: 2 }), {
    prompt_tokens: 20,
    completion_tokens: 69,
    total_tokens: 89,
    prompt_tokens_details: { cached_tokens: 8, audio_tokens: 4 },
    completion_tokens_details: {
      reasoning_tokens: 64,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 2
    }
  })
  t.equal(of('gpt-4o', { promptTokens: 7, completionTokens: 5 }).total_tokens, 12)
  t.match(of('gpt-4o', { rejectedPredictionTokens: 8 }, 5), {
    completion_tokens: 5,
    completion_tokens_details: { rejected_prediction_tokens: 2 }
  })
})

t.test('a name finds its model: alias, snapshot, fine-tune, dated name, unknown', async t => {
  const cases: [string, string, string, boolean][] = [
    ['gpt-4o', 'gpt-4o-2024-08-06', 'default', true],
    ['gpt-4o-mini-2024-07-18', 'gpt-4o-mini-2024-07-18', 'gpt-4o-mini', true],
    ['gpt-5.6-terra', 'gpt-5.6-terra', 'gpt-5.6', true],
    ['ft:gpt-4o-mini:acme::abc', 'ft:gpt-4o-mini:acme::abc', 'gpt-4o-mini', true],
    ['gpt-5-mini-2030-01-01', 'gpt-5-mini-2030-01-01', 'gpt-5-mini', false],
    ['llama-4', 'llama-4', 'default', false],
    ['__proto__', '__proto__', 'default', false]
  ]
  for (const [name, snapshot, family, known] of cases) {
    const model = models.get(name)
    t.match(
      { id: model.id, snapshot: model.snapshot, family: model.family, known: model.isKnown },
      { id: name, snapshot, family, known }
    )
    t.equal(typeof model.promptTail, 'number')
  }
  t.equal(models.get('gpt-3.5-turbo-0613').retired, true)
  t.equal(models.get('gpt-3.5-turbo-instruct').kind, 'completion')
  t.equal(models.get('text-embedding-3-small').kind, 'embedding')
  t.same(models.get('gpt-5.6-terra').abilities.efforts, ['none', 'low', 'medium', 'high', 'xhigh'])
  t.equal(models.get('gpt-5.6-terra').abilities.toolsWithEffort, false)
  t.ok(models.list().some(({ id }) => id === 'gpt-4o'))
  t.notOk(models.list().some(({ retired }) => retired))
})

t.test('every model of the table has all members, and the table passes the validation of user tables', async t => {
  t.same(validateModelTable(table, table), [])
  for (const name of Object.keys(table.models)) {
    const model = models.get(name)
    const snapshot = table.models[name]?.snapshot
    // Models of other endpoints are answered under internal names.
    if (snapshot && models.get(name).refusal === null)
      t.ok(Object.hasOwn(table.models, snapshot), `${name} → ${snapshot}`)
    t.same(Object.keys(model).sort(), Object.keys(models.get('gpt-4o')).sort(), name)
  }
})

t.test("a user's table replaces only the members that it names", async t => {
  const merged = createModels(
    mergeModels(table, {
      families: { 'gpt-5': { answerOverhead: 1, abilities: { nMax: 2 } } },
      models: {
        'my-model': { family: 'gpt-5', contextWindow: 1000 },
        'gpt-4o': { family: 'default', snapshot: 'gpt-4o-2024-11-20' }
      }
    })
  )
  t.match(merged.get('my-model'), {
    isKnown: true,
    contextWindow: 1000,
    answerOverhead: 1,
    promptTail: 2,
    abilities: { nMax: 2 }
  })
  t.equal(merged.get('gpt-4o').snapshot, 'gpt-4o-2024-11-20')
  t.equal(merged.get('gpt-4o').created, 1715367049)
  t.equal(models.get('gpt-5').answerOverhead, 9)
})

t.test("an error in a user's table is reported with its path", async t => {
  const cases: [unknown, string[]][] = [
    [[], ['expected an object with `families` and `models`']],
    [{ model: {} }, ['model: unknown key, expected families, models or newest']],
    [{ models: { a: { contextWindow: 5 } } }, ['models.a.family: missing, a new model needs one']],
    [{ models: { a: { family: 'nope' } } }, ['models.a.family: unknown family "nope"']],
    [
      { models: { 'gpt-4o': { contextWindow: -1 } } },
      ['models.gpt-4o.contextWindow: expected a whole number that is not negative']
    ],
    [{ families: { a: { like: 'a' } } }, ['families.a.like: refers to itself in a circle']],
    [{ families: { a: { encoding: 'p50k' } } }, ['families.a.encoding: expected one of o200k_base, cl100k_base']],
    [
      { families: { a: { abilities: { refuses: 'stop' } } } },
      ['families.a.abilities.refuses: expected an array of strings']
    ],
    [{ newest: 'nope' }, ['newest: unknown family "nope"']],
    [
      { models: { 'gpt-4o': { shutdown: '2026-02-30' } } },
      ['models.gpt-4o.shutdown: expected a day such as 2026-10-23']
    ],
    [
      { families: { a: { refusal: 'nope' } } },
      ['families.a.refusal: no API error is called "nope", docs/errors.md lists them']
    ]
  ]
  for (const [value, problems] of cases)
    t.same(validateModelTable(value, table, new Set(['not_a_chat_model'])), problems)
})
