/** Vectors of texts: their length, their form, and how near they are. */
import fc from 'fast-check'
import t from 'tap'
import { Budget } from '../src/core/budget.js'
import { embedNear, embedText, roundToHalf, type VectorForm } from '../src/embedding/embed-text.js'
import { createNumberFormatter, toBase64 } from '../src/embedding/write-vector.js'
import { retrievalRows } from './embedding/retrieval.js'

const small: VectorForm = { model: 'text-embedding-3-small', dimensions: 1536, bits: 16 }
const large: VectorForm = { model: 'text-embedding-3-large', dimensions: 3072, bits: 16 }
const ada: VectorForm = { model: 'text-embedding-ada-002-v2', dimensions: 1536, bits: 32 }

const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, at) => sum + value * b[at]!, 0)
const forms = fc.oneof(
  fc.constantFrom(small, large, ada),
  fc.integer({ min: 1, max: 1536 }).map(kept => ({ ...small, kept }))
)
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.lorem({ mode: 'sentences' }),
  fc.constantFrom('', ' ', '!!!')
)
const contentWords = (text: string) =>
  new Set((text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).filter(word => word.length > 1 && !commonWords.has(word)))
const commonWords = new Set(
  (
    'the a an of in to is are was be do does did how many much what when which who whom where why and or for with by at on from ' +
    'it its this that these those my your our their i we you he she they them not no after before may can must all every each ' +
    'other one two so such as into about next up out get per there once within most least than own more'
  ).split(' ')
)

t.test('every text has a vector of length 1, and the same vector each time', t => {
  fc.assert(
    fc.property(anyText, forms, (text, form) => {
      const vector = embedText(text, form)
      t.equal(vector.length, form.kept ?? form.dimensions)
      const length = Math.sqrt(dot(vector, vector))
      if (Math.abs(length - 1) > 1e-3) t.fail(`${JSON.stringify(text)} ${JSON.stringify(form)}: ${length}`)
      return toBase64(vector) === toBase64(embedText(text, form))
    }),
    { numRuns: 200 }
  )
  t.end()
})

t.test('fewer dimensions are the first dimensions, brought to length 1 again', t => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 1, max: 1535 }), (text, kept) => {
      const full = embedText(text, { ...small, bits: 32 }).slice(0, kept)
      const cut = embedText(text, { ...small, bits: 32, kept })
      const length = Math.sqrt(dot(full, full))
      return cut.every((value, at) => Math.abs(value - full[at]! / length) < 1e-6)
    }),
    { numRuns: 50 }
  )
  t.end()
})

t.test('the numbers and the base64 are the same floats, and numbers have the digits that they need', t => {
  fc.assert(
    fc.property(anyText, fc.constantFrom(small, ada), (text, form) => {
      const vector = embedText(text, form)
      const texts = createNumberFormatter(form.bits)(vector)
      const bytes = Buffer.from(toBase64(vector), 'base64')
      return texts.every((each, at) => {
        const value = bytes.readFloatLE(4 * at)
        const isHalf = roundToHalf(value) === value
        return Math.fround(Number(each)) === value && /\.|e/.test(each) && (form.bits === 32 || isHalf)
      })
    }),
    { numRuns: 50 }
  )
  const format = createNumberFormatter(32)
  t.same(format(Float32Array.from([-0.025122926, -7.509452e-7, 0, 0.1])), [
    '-0.025122926',
    '-7.509452e-7',
    '0.0',
    '0.1'
  ])
  t.same(createNumberFormatter(16)(Float32Array.from([-0.0053253173828125, 8.761882781982422e-6])), [
    '-0.0053253173828125',
    '8.761882781982422e-6'
  ])
  t.end()
})

t.test('rounding to 16 bits gives the nearest float of 16 bits', t => {
  fc.assert(
    fc.property(fc.double({ min: -1, max: 1, noNaN: true }), value => {
      const step = 2 ** (Math.max(Math.floor(Math.log2(Math.abs(value) || 1)), -14) - 10)
      const rounded = roundToHalf(value)
      return Number.isInteger(rounded / step) && Math.abs(rounded - value) <= step / 2
    })
  )
  t.end()
})

t.test('the documents of the retrieval test are hard enough', t => {
  t.equal(retrievalRows.length, 50)
  t.equal(retrievalRows.filter(({ forms }) => forms).length, 20)
  for (const [index, { document, question, forms }] of retrievalRows.entries()) {
    const words = contentWords(document)
    const shares = (other: string) => [...contentWords(other)].some(word => words.has(word))
    t.equal(shares(question), forms !== true, question)
    const others = retrievalRows.filter((row, at) => at !== index && shares(row.question))
    t.ok(others.length >= 2, `${document} shares words with ${others.length} other questions`)
  }
  t.end()
})

t.test('of 50 questions, at least 45 are nearest to the document that answers them', t => {
  for (const form of [small, large, ada]) {
    const documents = retrievalRows.map(({ document }) => embedText(document, form))
    const found = retrievalRows.filter(({ question }, index) => {
      const asked = embedText(question, form)
      const scores = documents.map(each => dot(asked, each))
      return scores.indexOf(Math.max(...scores)) === index
    })
    t.ok(found.length >= 45, `${form.model}: ${found.length}`)
  }
  t.end()
})

t.test('vectors of texts in other writing systems are near where they share characters', t => {
  for (const [question, near, far] of [
    ['東京の天気', '今日の東京の天気は晴れです', '犬が公園を走る'],
    ['погода в Москве', 'Прогноз погоды для Москвы', 'Собака бежит по парку'],
    ['le café de Zoé', 'LE CAFE DE ZOE', 'a dog runs in the park']
  ] as const) {
    const asked = embedText(question, small)
    t.ok(dot(asked, embedText(near, small)) > 2 * dot(asked, embedText(far, small)), question)
  }
  t.end()
})

t.test('texts that differ in one character have different vectors, and models have different vectors', t => {
  t.not(toBase64(embedText('a b', small)), toBase64(embedText('b a', small)))
  t.not(toBase64(embedText('!', small)), toBase64(embedText('?', small)))
  t.ok(Math.abs(dot(embedText('hello world', small), embedText('hello world', ada))) < 0.2)
  t.end()
})

t.test('a vector can be near the vector of a text that has nothing in common', t => {
  const near = embedNear('car', 'automobile engine', small)
  t.ok(dot(near, embedText('automobile engine', small)) > 0.95)
  t.not(toBase64(near), toBase64(embedNear('bus', 'automobile engine', small)))
  t.ok(Math.abs(Math.sqrt(dot(near, near)) - 1) < 1e-3)
  t.end()
})

t.test('a long text costs work in proportion, up to a limit', t => {
  const spent = (chars: number) => {
    const budget = new Budget({ work: 1e9, bytes: 0 })
    embedText('word '.repeat(chars / 5), small, budget)
    return budget.work
  }
  t.ok(spent(50_000) > 4 * spent(10_000))
  t.equal(spent(1_000_000), spent(500_000))
  t.end()
})
