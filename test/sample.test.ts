/** Samples satisfy their schemas, fit the names of their properties, and are the same for the same seed. Sampling always ends. */
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import t from 'tap'
import { createAjv } from '../src/core/ajv.js'
import { ApiError } from '../src/core/api-error.js'
import { Budget, responseLimits } from '../src/core/budget.js'
import type { Json } from '../src/core/openai-types.js'
import { createRandom } from '../src/core/random.js'
import { type Schema, toSchemaCheck } from '../src/core/schema.js'
import { sample, Unsatisfiable } from '../src/sample/sample.js'

const sampleOf = (schema: Schema, seed: string | number = 1, prompt = '') =>
  sample(schema, { random: createRandom(seed), prompt })

const createCheck = (schema: Schema) => toSchemaCheck(createAjv({ ignoredKeywords: ['example'] }).compile(schema))

const node = {
  type: 'object',
  properties: { value: { type: 'integer' }, next: { anyOf: [{ $ref: '#/$defs/node' }, { type: 'null' }] } },
  required: ['value', 'next'],
  additionalProperties: false
}
const object = (properties: Record<string, unknown>) => ({
  type: 'object',
  properties,
  required: Object.keys(properties)
})

const satisfied: Record<string, Schema> = {
  true: true,
  'the empty schema': {},
  'a list of types': { type: ['string', 'integer', 'null'] },
  'properties without a type': { properties: { a: { type: 'integer' } }, required: ['a'] },
  'a required property that is not described': { type: 'object', required: ['b'] },
  'a closed object': { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: false },
  'a dictionary': { type: 'object', additionalProperties: { type: 'integer', minimum: 3 }, minProperties: 3 },
  'names by pattern': {
    type: 'object',
    patternProperties: { '^x_[a-z]+$': { type: 'boolean' } },
    additionalProperties: false,
    minProperties: 2
  },
  propertyNames: { type: 'object', propertyNames: { pattern: '^[A-Z]{3}$' }, minProperties: 2, maxProperties: 3 },
  'propertyNames by enum': { type: 'object', propertyNames: { enum: ['a', 'b'] }, minProperties: 2 },
  'few of many properties': { type: 'object', properties: { a: {}, b: {}, c: {} }, maxProperties: 1 },
  dependentRequired: { type: 'object', properties: { a: {}, b: {} }, dependentRequired: { a: ['b'] }, required: ['a'] },
  dependentSchemas: { type: 'object', properties: { a: {} }, dependentSchemas: { a: { required: ['z'] } } },
  prefixItems: { type: 'array', prefixItems: [{ type: 'string' }, { type: 'integer' }], items: false, minItems: 2 },
  'bounded items': { type: 'array', items: { type: 'integer' }, minItems: 4, maxItems: 4 },
  'different items': { type: 'array', items: { enum: [1, 2, 3, 4, 5] }, uniqueItems: true, minItems: 5 },
  'different strings': { type: 'array', items: { type: 'string' }, uniqueItems: true, minItems: 30 },
  'different small integers': {
    type: 'array',
    items: { type: 'integer', minimum: 1, maximum: 6 },
    uniqueItems: true,
    minItems: 6
  },
  contains: { type: 'array', items: { type: 'integer' }, contains: { minimum: 500 }, minContains: 2 },
  maxContains: {
    type: 'array',
    items: { type: 'integer', maximum: 9 },
    contains: { minimum: 5 },
    minContains: 1,
    maxContains: 2
  },
  'a constant': { const: { a: [1, null] } },
  'an enum that the type narrows': { type: 'string', enum: [1, 'a', null] },
  'an exclusive range': { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 0.001 },
  'multiples of 0.1': { type: 'number', minimum: 0, maximum: 1, multipleOf: 0.1 },
  'multiples of 0.01': { type: 'number', minimum: 10.05, maximum: 99.99, multipleOf: 0.01 },
  'multiples of two steps': { type: 'integer', allOf: [{ multipleOf: 6 }, { multipleOf: 4 }], minimum: 1, maximum: 30 },
  'a negative range': { type: 'integer', maximum: -5 },
  'huge numbers': { type: 'integer', minimum: 1e15 },
  'a length': { type: 'string', minLength: 37, maxLength: 37 },
  'one character': { type: 'string', maxLength: 1 },
  'no characters': { type: 'string', maxLength: 0 },
  'a long text': { type: 'string', minLength: 60_000 },
  'root recursion': {
    type: 'object',
    properties: { name: { type: 'string' }, children: { type: 'array', items: { $ref: '#' } } },
    required: ['name', 'children']
  },
  definitions: { $ref: '#/definitions/a', definitions: { a: { type: 'integer' } } },
  'a pointer with escapes': {
    type: 'array',
    items: { $ref: '#/$defs/a~1b%20c' },
    minItems: 1,
    $defs: { 'a/b c': { const: 3 } }
  },
  'anyOf with one branch left': { type: 'integer', anyOf: [{ type: 'string' }, { minimum: 7 }] },
  'oneOf with overlap': { type: 'integer', minimum: 1, maximum: 30, oneOf: [{ multipleOf: 3 }, { multipleOf: 5 }] },
  'oneOf of required names': {
    type: 'object',
    properties: { a: { type: 'string' }, b: { type: 'string' } },
    oneOf: [{ required: ['a'] }, { required: ['b'] }]
  },
  allOf: { allOf: [object({ a: { type: 'integer' } }), object({ a: { minimum: 5 }, b: { type: 'string' } })] },
  'not a type': { not: { type: 'string' } },
  'not a constant': { type: 'integer', minimum: 1, maximum: 2, not: { const: 1 } },
  'not required': { type: 'object', properties: { a: {}, b: {} }, not: { required: ['a'] } },
  'if and then': {
    ...object({ kind: { enum: ['a', 'b'] } }),
    if: { properties: { kind: { const: 'a' } } },
    then: { required: ['x'] },
    else: { required: ['y'] }
  },
  'a discriminator': {
    type: 'object',
    oneOf: ['a', 'b'].map(kind => object({ kind: { const: kind }, [kind]: { type: 'integer' } }))
  },
  nullable: { type: 'string', nullable: true },
  'a default that fits': { type: 'integer', default: 42 },
  'a default that does not': { type: 'integer', minimum: 50, default: 42 },
  'the name __proto__': { type: 'object', required: ['__proto__'] }
}

for (const [name, schema] of Object.entries(satisfied))
  t.test(`a sample satisfies ${name}`, async t => {
    const check = createCheck(schema)
    for (let seed = 0; seed < 40; seed++) {
      const value = sampleOf(schema, seed)
      const found = check(value)
      if (found.length > 0) t.same(found, [], JSON.stringify(value).slice(0, 300))
    }
  })

const patterns: [pattern: string, bounds?: Record<string, number>][] = [
  ['^[A-Z]{2}-\\d{4}$'],
  ['^\\p{L}+ \\p{Lu}\\d?$'],
  ['^\\p{Script=Greek}{3}$'],
  ['^(?:cat|dog|bird)s?$'],
  ['^(a|b)\\1\\1$'],
  ['^(?<x>\\w{2})-\\k<x>$'],
  ['^(?=.*[A-Z])(?=.*\\d)(?=.*[!@#])[A-Za-z\\d!@#]{8,}$'],
  ['^(?!admin)[a-z]{3,12}$'],
  ['^foo(?=bar).*$'],
  ['(?<=\\$)\\d+$'],
  ['\\bword\\b'],
  ['^[^\\s"]+$', { minLength: 40, maxLength: 40 }],
  ['abc', { minLength: 20, maxLength: 30 }],
  ['^(\\([0-9]{3}\\))?[0-9]{3}-[0-9]{4}$', { minLength: 13 }],
  ['^(ab){2,}$', { minLength: 9, maxLength: 10 }],
  ['^[\\u4e00-\\u9fff]+$', { minLength: 3, maxLength: 5 }],
  ['^\\u{1F600}{2}$', { maxLength: 2 }],
  ['^$'],
  ['[\\s\\S]*', { minLength: 12 }],
  ['^(a+)+$', { minLength: 200 }],
  ['^#(?:[0-9a-fA-F]{3}){1,2}$'],
  ['^(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}$']
]
for (const [pattern, bounds] of patterns)
  t.test(`a string matches ${pattern} ${bounds ? JSON.stringify(bounds) : ''}`, async t => {
    for (let seed = 0; seed < 30; seed++) {
      const value = sampleOf({ type: 'string', pattern, ...bounds }, seed)
      t.match(value, new RegExp(pattern, 'u'))
      const length = [...String(value)].length
      t.ok(length >= (bounds?.minLength ?? 0) && length <= (bounds?.maxLength ?? Infinity), String(value))
    }
  })

const formats =
  'date-time date time duration email hostname ipv4 ipv6 uuid uri uri-reference uri-template url json-pointer relative-json-pointer regex byte password'
for (const format of formats.split(' '))
  t.test(`a string has the format ${format}`, async t => {
    const schema = { type: 'string', format }
    const check = createCheck(schema)
    for (let seed = 0; seed < 60; seed++) t.same(check(sampleOf(schema, seed)), [])
    if (/email|host|uri|url/.test(format)) {
      const long = { type: 'string', format, minLength: 60, maxLength: 64 }
      t.same(createCheck(long)(sampleOf(long)), [], 'with the required length')
    }
  })

t.test('the name of a property decides what its value looks like', async t => {
  const looks: [name: string, schema: Schema, test: RegExp | ((value: number) => boolean)][] = [
    ['city', { type: 'string' }, /^[A-Z][a-z]+( [A-Z][a-z]+)?$/],
    ['location', { type: 'string' }, /^[A-Z][A-Za-z ]+, [A-Z]{2}$/],
    ['email', { type: 'string' }, /^\w+@example\.com$/],
    ['firstName', { type: 'string' }, /^[A-Z][a-z]+$/],
    ['full_name', { type: 'string' }, /^[A-Z]\w+ [A-Z]/],
    ['phoneNumber', { type: 'string' }, /^\+1-555-/],
    ['zip_code', { type: 'string' }, /^\d{5}$/],
    ['website', { type: 'string' }, /^https:\/\//],
    ['currency', { type: 'string' }, /^[A-Z]{3}$/],
    ['date', { type: 'string' }, /^\d{4}-\d\d-\d\d$/],
    ['place', { type: 'string', description: 'The city and state, e.g. Kyoto, JP' }, /^Kyoto, JP$/],
    ['age', { type: 'integer' }, value => value >= 18 && value <= 80],
    ['year', { type: 'integer' }, value => value >= 1990 && value <= 2026],
    [
      'confidence',
      { type: 'number', minimum: 0, maximum: 1 },
      value => value > 0 && value < 1 && Number(value.toFixed(2)) === value
    ],
    ['age', { type: 'integer', minimum: 100 }, value => value >= 100]
  ]
  for (const [name, schema, test] of looks)
    for (let seed = 0; seed < 10; seed++) {
      const value = (sampleOf(object({ [name]: schema }), seed) as Record<string, Json>)[name]
      t.ok(typeof test === 'function' ? test(value as number) : test.test(String(value)), `${name}: ${value}`)
    }
})

t.test('words of the prompt are used where they fit', async t => {
  const text = { type: 'string' }
  const table: [prompt: string, schema: Record<string, unknown>, expected: Json][] = [
    [
      'weather Paris',
      { city: text, location: text, query: text },
      { city: 'Paris', location: 'Paris', query: 'Paris' }
    ],
    ['What is the weather like in New York today?', { location: text }, { location: 'New York' }],
    [
      'Alice and Bob are going to a science fair on Friday.',
      { participants: { type: 'array', items: text, minItems: 2, maxItems: 2 }, date: text },
      { participants: ['Alice', 'Bob'], date: 'Friday' }
    ],
    ['In fahrenheit please', { unit: { type: 'string', enum: ['celsius', 'fahrenheit'] } }, { unit: 'fahrenheit' }],
    ['Write to zoe@site.org soon', { to: { type: 'string', format: 'email' } }, { to: 'zoe@site.org' }],
    ['Buy 7 apples', { quantity: { type: 'integer' } }, { quantity: 7 }],
    ['about Berlin', { city: { type: 'string', pattern: '^[A-Z][a-z]+$' } }, { city: 'Berlin' }],
    ['about Berlin', { city: { type: 'string', maxLength: 3, pattern: '^[a-z]$' } }, {}]
  ]
  for (const [prompt, properties, expected] of table)
    for (let seed = 0; seed < 5; seed++) t.match(sampleOf(object(properties), seed, prompt), expected as object, prompt)
})

t.test('keys come in the order of the schema', async t => {
  const schema = { ...object({ z: {}, a: { type: 'integer' }, m: {} }), required: ['m', 'a', 'z'] }
  t.same(Object.keys(sampleOf(schema) as object), ['z', 'a', 'm'])
})

t.test('shallow objects have their optional properties', async t => {
  t.same(Object.keys(sampleOf({ type: 'object', properties: { a: {}, b: {} } }) as object), ['a', 'b'])
})

t.test('an optional property that no value satisfies is omitted', async t => {
  t.same(sampleOf({ type: 'object', properties: { a: { const: 1 }, b: false } }), { a: 1 })
})

t.test('a reference may name an anchor', async t => {
  t.same(
    sampleOf({
      type: 'array',
      items: { $ref: '#it' },
      minItems: 2,
      maxItems: 2,
      $defs: { a: { $anchor: 'it', const: 3 } }
    }),
    [3, 3]
  )
})

t.test('references may lead into a separate root', async t => {
  const root = { components: { schemas: { Pet: object({ kind: { const: 'cat' } }) } } }
  t.same(sample({ $ref: '#/components/schemas/Pet' }, { random: createRandom(1), root }), { kind: 'cat' })
})

t.test('a schema without values throws Unsatisfiable with its path', async t => {
  const endless = object({ next: { $ref: '#' } })
  const table: [schema: Schema, path: string, reason: RegExp][] = [
    [object({ age: { type: 'integer', minimum: 5, maximum: 3 } }), '#/properties/age', /minimum 5 is above maximum 3/],
    [{ type: 'integer', exclusiveMinimum: 1, exclusiveMaximum: 2 }, '#', /no integer/],
    [{ type: 'number', minimum: 1, exclusiveMaximum: 1 }, '#', /below 1/],
    [{ type: 'integer', multipleOf: 10, minimum: 1, maximum: 9 }, '#', /no multiple of 10/],
    [{ type: 'string', minLength: 5, maxLength: 3 }, '#', /minLength 5 is above maxLength 3/],
    [{ type: 'string', minLength: 1e9 }, '#', /minLength/],
    [{ type: 'array', minItems: 1e9 }, '#', /items/],
    [{ type: 'array', items: { type: 'boolean' }, uniqueItems: true, minItems: 3 }, '#', /different/],
    [{ type: 'array', items: false, minItems: 1 }, '#/items', /false/],
    [object({ a: { enum: [] } }), '#/properties/a', /enum is empty/],
    [object({ 'a/b': false }), '#/properties/a~1b', /false/],
    [{ type: 'string', const: 5 }, '#', /const/],
    [{ allOf: [{ type: 'string' }, { type: 'integer' }] }, '#/allOf/1', /types/],
    [{ allOf: [{ const: 1 }, { const: 2 }] }, '#/allOf/1', /const/],
    [endless, '#', /never ends/],
    [
      {
        $ref: '#/$defs/a',
        $defs: { a: object({ b: { $ref: '#/$defs/b' } }), b: object({ a: { $ref: '#/$defs/a' } }) }
      },
      '#',
      /never ends/
    ],
    [{ type: 'array', items: { $ref: '#' }, minItems: 1 }, '#', /never ends/],
    [object({ x: { anyOf: [false, { type: 'integer', minimum: 2, maximum: 1 }] } }), '#/properties/x/anyOf/0', /false/],
    [object({ x: { $ref: '#/$defs/gone' } }), '#/properties/x', /leads nowhere/],
    [object({ x: { type: 'string', pattern: '(' } }), '#/properties/x', /not a regular expression/],
    [object({ x: { type: 'string', pattern: '^a(?!b)b$' } }), '#/properties/x', /no string was found/],
    [object({ x: { type: 'string', pattern: '^a{9}$', maxLength: 3 } }), '#/properties/x', /pattern/],
    [object({ x: { type: 'string', pattern: '((a{999}){999}){999}' } }), '#/properties/x', /characters/],
    [object({ x: { type: 'string', format: 'uuid', maxLength: 5 } }), '#/properties/x', /format uuid/],
    [{ type: 'object', properties: { a: {} }, additionalProperties: false, minProperties: 2 }, '#', /properties/],
    [{ type: 'object', required: ['a', 'b'], maxProperties: 1 }, '#', /maxProperties/],
    [{ type: 'integer', not: { type: 'integer' } }, '#', /./],
    [{ not: {} }, '#', /./],
    [{ oneOf: [{ type: 'integer' }, { type: 'integer' }] }, '#', /./]
  ]
  for (const [schema, path, reason] of table)
    try {
      t.fail(`${JSON.stringify(schema)} gave ${JSON.stringify(sampleOf(schema))}`)
    } catch (error) {
      if (!(error instanceof Unsatisfiable)) throw error
      t.match(error.reason, reason, JSON.stringify(schema))
      t.ok(error.path.startsWith(path), `${error.path} ${path} ${JSON.stringify(schema)}`)
      t.ok(error.message.includes(error.path))
    }
})

const isAboveBudget = (error: unknown): boolean => error instanceof ApiError && error.errorName === 'budget_exceeded'

// One unit of work may be spent for a list before the list is read, so a limit may be exceeded once.
const spendOn = (schema: Schema): { result: 'value' | 'unsatisfiable' | 'refused'; work: number; bytes: number } => {
  const budget = new Budget()
  const spent = (result: 'value' | 'unsatisfiable' | 'refused') => ({ result, work: budget.work, bytes: budget.bytes })
  try {
    const value = sample(schema, { random: createRandom('budget'), budget })
    // Strings of one byte a character, numbers and brackets.
    if (JSON.stringify(value).length > 2 * budget.bytes) throw new Error(`${budget.bytes} bytes are too few`)
    return spent('value')
  } catch (error) {
    if (error instanceof Unsatisfiable) return spent('unsatisfiable')
    if (isAboveBudget(error)) return spent('refused')
    throw error
  }
}

t.test('schemas of many kinds are answered or refused within the budget', async t => {
  const list = (length: number, create: (index: number) => unknown) => Array.from({ length }, (_, at) => create(at))
  const names = (length: number, create: (index: number) => unknown) =>
    Object.fromEntries(list(length, at => [`p${at}`, create(at)]) as [string, unknown][])
  const text = { type: 'string' }
  const hostile: Record<string, Schema> = {
    'lists of lists': { type: 'array', minItems: 100, items: { type: 'array', minItems: 1000, items: text } },
    'alternatives of a pattern': { type: 'string', pattern: list(20_000, at => `a${at}`).join('|') },
    'rare characters': { type: 'string', pattern: `^${'[\\u{10000}-\\u{1ffff}]'.repeat(3000)}$` },
    'repeated groups': { type: 'string', pattern: '^(a{1,9000}b?){1,90}$', minLength: 50_000 },
    lookaheads: { type: 'string', pattern: `${'(?=.*a)(?=.*b)(?!.*c)'.repeat(200)}.{2000}` },
    minContains: { type: 'array', contains: text, minContains: 90_000 },
    'many contains': { type: 'array', allOf: list(200, at => ({ contains: { const: at }, minContains: 400 })) },
    propertyNames: { type: 'object', minProperties: 20_000, propertyNames: { pattern: '^[a-c]{3}$' } },
    'names from a list': {
      type: 'object',
      minProperties: 50_000,
      propertyNames: { enum: list(60_000, at => `k${at}`) }
    },
    prefixItems: { type: 'array', prefixItems: list(20_000, () => text), minItems: 20_000 },
    properties: { type: 'object', properties: names(50_000, () => text) },
    'required properties': {
      type: 'object',
      properties: names(5000, () => text),
      required: Object.keys(names(5000, () => 1))
    },
    patternProperties: {
      type: 'object',
      properties: names(3000, () => text),
      patternProperties: Object.fromEntries(list(1000, at => [`^(a*)*${at}$`, text]) as [string, unknown][])
    },
    dependentRequired: {
      type: 'object',
      properties: { p0: {} },
      dependentRequired: names(500, () => Object.keys(names(500, () => 1)))
    },
    'products of anyOf': {
      allOf: list(12, at => ({
        anyOf: list(12, low => ({
          properties: { [`x${at}`]: { type: 'integer', minimum: low } },
          required: [`x${at}`]
        }))
      }))
    },
    'wide anyOf': { anyOf: list(60_000, at => ({ const: at })) },
    'wide oneOf': { oneOf: list(3000, at => ({ type: 'object', properties: { k: { const: at } }, required: ['k'] })) },
    'wide allOf': { allOf: list(60_000, at => ({ minLength: (at as number) % 5 })) },
    uniqueItems: { type: 'array', uniqueItems: true, minItems: 5000, items: { type: 'string', pattern: '^[a-z]{2}$' } },
    'unique numbers': {
      type: 'array',
      uniqueItems: true,
      minItems: 990,
      items: { type: 'integer', minimum: 0, maximum: 990 }
    },
    multipleOf: { type: 'array', minItems: 20_000, items: { type: 'number', multipleOf: 0.000001, maximum: 1e300 } },
    'a long enum': { type: 'array', minItems: 5000, items: { enum: list(100_000, at => at) } },
    'a long constant': { type: 'array', minItems: 5000, items: { enum: ['x'.repeat(100_000)] } },
    'a long example': { type: 'array', minItems: 5000, items: { type: 'array', examples: [list(10_000, () => 1)] } },
    minLength: { type: 'array', minItems: 5000, items: { type: 'string', minLength: 99_999 } },
    minProperties: { type: 'object', minProperties: 99_999 },
    'a wrong type for each keyword': { type: 'array', minItems: 3000, items: { not: { type: 'array' } } }
  }
  for (const [name, schema] of Object.entries(hostile)) {
    const { work, bytes, result } = spendOn(schema)
    t.ok(work < 10 * responseLimits.workAtOnce, `${name}: ${result} after ${work} units of work`)
    t.ok(bytes < 2 * responseLimits.bytesAtOnce, `${name}: ${bytes} bytes`)
    t.same(spendOn(schema), { work, bytes, result }, `${name} spends the same again`)
  }
})

t.test('the work for a list of values grows with its length, not with its square', async t => {
  const listOf = (count: number) =>
    object({ a: { type: 'string', enum: Array.from({ length: count }, (_, i) => `v${i}`) } })
  t.equal(spendOn(listOf(1000)).result, 'value')
  t.ok(spendOn(listOf(1000)).work < 12 * spendOn(listOf(100)).work)
})

t.test('sampling of hostile schemas ends', async t => {
  const nest = (levels: number, wrap: (inner: Schema) => Schema): Schema => {
    let schema: Schema = { type: 'integer' }
    for (let i = 0; i < levels; i++) schema = wrap(schema)
    return schema
  }
  const sampleOrFail = (schema: Schema): Json | 'unsatisfiable' => {
    try {
      return sampleOf(schema)
    } catch (error) {
      if (error instanceof Unsatisfiable || isAboveBudget(error)) return 'unsatisfiable'
      throw error
    }
  }
  const doubling = Object.fromEntries(
    Array.from({ length: 60 }, (_, i) => [
      `d${i}`,
      i === 59 ? {} : object({ l: { $ref: `#/$defs/d${i + 1}` }, r: { $ref: `#/$defs/d${i + 1}` } })
    ])
  )
  const tree = object({
    list: { type: 'array', items: { $ref: '#' } },
    map: { type: 'object', additionalProperties: { $ref: '#' } },
    or: { anyOf: [{ $ref: '#' }, { type: 'null' }] }
  })
  t.equal(sampleOrFail(nest(2000, inner => object({ a: inner }))), 'unsatisfiable', 'required depth is too large')
  t.type(
    sampleOrFail(nest(2000, inner => ({ type: 'object', properties: { a: inner } }))),
    'object',
    'optional depth is cut'
  )
  t.type(sampleOrFail(nest(2000, inner => ({ allOf: [inner] }))), 'number')
  t.type(sampleOrFail(nest(300, inner => ({ type: 'array', items: inner, minItems: 1 }))), Array)
  t.ok(sampleOrFail(nest(300, inner => ({ anyOf: [inner, inner] }))) !== undefined)
  t.equal(sampleOrFail({ $ref: '#/$defs/d0', $defs: doubling }), 'unsatisfiable', 'required width is too large')
  t.type(sampleOrFail(tree), 'object')
  t.equal(sampleOrFail({ $ref: '#' }), 'unsatisfiable')
  t.ok(sampleOrFail({ anyOf: [{ $ref: '#' }, { type: 'integer' }] }) !== undefined)
  t.equal(sampleOrFail({ type: 'string', pattern: '^(a+)+(?=b)c$' }), 'unsatisfiable')
  t.equal(sampleOrFail(nest(12, inner => ({ not: { not: inner }, type: 'string' }))), 'unsatisfiable')
  t.equal(
    sampleOrFail({ type: 'string', default: `${'a'.repeat(5000)}!`, pattern: '^(a+)+$', maxLength: 4 }) ===
      'unsatisfiable',
    false
  )
})

t.test('the same seed gives the same value', async t => {
  const schema = object({
    a: { type: 'string', pattern: '^\\w{8}$' },
    b: { type: 'array', items: { type: 'number' }, minItems: 5 },
    c: { type: 'string', format: 'uuid' }
  })
  t.same(sampleOf(schema, 'x'), sampleOf(schema, 'x'))
  t.notSame(sampleOf(schema, 'x'), sampleOf(schema, 'y'))
})

const text = fc.oneof(
  fc
    .record({ minLength: fc.nat(20), more: fc.nat(20) })
    .map(({ minLength, more }) => ({ type: 'string', minLength, maxLength: minLength + more })),
  fc.constantFrom(...patterns.slice(0, 7).map(([pattern]) => ({ type: 'string', pattern })), {
    type: 'string',
    pattern: '^[a-z]+$',
    minLength: 9,
    maxLength: 12
  }),
  fc.constantFrom(...formats.split(' ')).map(format => ({ type: 'string', format })),
  fc.constant({ type: 'string' })
)
const numeric = fc.oneof(
  fc
    .record({
      low: fc.integer({ min: -1000, max: 1000 }),
      span: fc.integer({ min: 1, max: 500 }),
      type: fc.constantFrom('integer', 'number')
    })
    .map(({ low, span, type }) => ({ type, minimum: low, maximum: low + span })),
  fc
    .record({ low: fc.integer({ min: -50, max: 50 }), multipleOf: fc.constantFrom(0.1, 0.01, 0.25, 0.5, 1.5, 2, 7) })
    .map(({ low, multipleOf }) => ({ type: 'number', minimum: low, maximum: low + 20, multipleOf })),
  fc
    .record({
      low: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      span: fc.double({ min: 1e-3, max: 1e3, noNaN: true })
    })
    .map(({ low, span }) => ({ type: 'number', exclusiveMinimum: low, exclusiveMaximum: low + span })),
  fc.constantFrom(
    { type: 'integer' },
    { type: 'number' },
    { type: 'integer', multipleOf: 3 },
    { type: 'integer', exclusiveMinimum: 4 }
  )
)
const name = fc.constantFrom(
  'city',
  'email',
  'name',
  'age',
  'price',
  'tags',
  'steps',
  'query',
  'x',
  'date',
  'id',
  'summary',
  '7'
)
// The deep comparison of validators fails on these names.
const json = (maxDepth: number) =>
  fc
    .jsonValue({ maxDepth })
    .map(value => JSON.parse(JSON.stringify(value).replace(/valueOf|toString|__proto__/g, 'x')) as Json)
const { schema: schemas } = fc.letrec<{ schema: Record<string, unknown> }>(tie => ({
  schema: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    text,
    numeric,
    fc.constantFrom(
      { type: 'boolean' },
      { type: 'null' },
      { type: ['string', 'null'] },
      { type: ['integer', 'array', 'null'], minItems: 2 },
      { type: 'string', nullable: true },
      { $ref: '#/$defs/node' },
      { $ref: '#/$defs/tree' }
    ),
    fc
      .uniqueArray(json(1), { minLength: 1, maxLength: 4, selector: value => JSON.stringify(value) })
      .map(values => ({ enum: values })),
    json(2).map(value => ({ const: value })),
    fc.array(tie('schema'), { minLength: 1, maxLength: 3 }).map(anyOf => ({ anyOf })),
    fc
      .record({ items: tie('schema'), minItems: fc.nat(3), more: fc.nat(3) })
      .map(({ items, minItems, more }) => ({ type: 'array', items, minItems, maxItems: minItems + more })),
    fc
      .array(tie('schema'), { minLength: 1, maxLength: 3 })
      .map(prefixItems => ({ type: 'array', prefixItems, items: false, minItems: prefixItems.length })),
    fc
      .record({
        entries: fc.uniqueArray(fc.tuple(name, tie('schema'), fc.boolean()), {
          maxLength: 5,
          selector: ([key]) => key
        }),
        closed: fc.boolean()
      })
      .map(({ entries, closed }) => ({
        type: 'object',
        properties: Object.fromEntries(entries.map(([key, schema]) => [key, schema])),
        required: entries.filter(([, , required]) => required).map(([key]) => key),
        ...(closed ? { additionalProperties: false } : {})
      }))
  )
}))

t.test('a random schema spends the same each time, and less than the limit', async () => {
  fc.assert(
    fc.property(schemas, schema => {
      const spent = spendOn(schema as Schema)
      return (
        spent.work > 0 && spent.work <= responseLimits.workAtOnce && isDeepStrictEqual(spent, spendOn(schema as Schema))
      )
    }),
    { numRuns: 300 }
  )
})

t.test('samples of random schemas validate', async t => {
  const runs = Number(process.env.STANDIN_RUNS ?? 750)
  // The engine of JavaScript knows each pattern that the sampler knows.
  const createOracle = () => createAjv({ keepSource: true })
  let ajv = createOracle()
  let count = 0
  const $defs = {
    node,
    tree: {
      type: 'object',
      properties: { label: { type: 'string' }, kids: { type: 'array', items: { $ref: '#/$defs/tree' } } },
      required: ['kids']
    }
  }
  fc.assert(
    fc.property(schemas, fc.nat(), (schema, seed) => {
      // AJV caches every schema, so it is replaced now and then.
      if (count++ % 200 === 0) ajv = createOracle()
      const root = { ...schema, $defs }
      const value = sampleOf(root, seed, 'weather in Paris for 5 days')
      const found = toSchemaCheck(ajv.compile(root))(JSON.parse(JSON.stringify(value)))
      if (found.length > 0) throw new Error(`${JSON.stringify(found)} ${JSON.stringify(value)}`)
    }),
    { numRuns: runs, seed: 20260101 }
  )
  t.pass(`${runs} schemas`)
})
