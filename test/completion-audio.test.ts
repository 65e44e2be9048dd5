/** Silent clips in each audio format, and moderation results. */
import { createHash } from 'node:crypto'
import t, { type Test } from 'tap'
import { generateModeration } from '../src/completion/moderation.js'
import { countSpeechTokens, createSilentClip, speechSeconds } from '../src/completion/silent-audio.js'
import { findFloatFields, formatJson } from '../src/core/json-format.js'
import type { ChatRequest, Choice, JsonObject } from '../src/core/openai-types.js'
import { moderationCategories } from '../src/core/openai-types.js'
import { createRandom } from '../src/core/random.js'

const lengths = [0.5, 1, 2.4, 30]
const hex = (bytes: Buffer) => bytes.toString('hex')

/** Cuts a clip into frames of the length that `sizeAt` reads; fails where no frame starts. */
function framesOf(clip: Buffer, sizeAt: (at: number) => number): Buffer[] {
  const frames: Buffer[] = []
  for (let at = 0; at < clip.length; at += frames.at(-1)!.length) {
    const size = sizeAt(at)
    if (!(size > 0) || at + size > clip.length) throw new Error(`no frame at ${at}`)
    frames.push(clip.subarray(at, at + size))
  }
  return frames
}

/** Computes a CRC by long division over a list of bits, as textbooks define it. */
function remainder(bytes: Buffer, polynomial: number): number {
  const divisor = polynomial.toString(2)
  const bits = [
    ...[...bytes].map(byte => byte.toString(2).padStart(8, '0')).join(''),
    ...'0'.repeat(divisor.length - 1)
  ].map(Number)
  for (let at = 0; at <= bits.length - divisor.length; at++)
    if (bits[at]) for (let i = 0; i < divisor.length; i++) bits[at + i] = bits[at + i]! ^ Number(divisor[i])
  return Number.parseInt(bits.slice(1 - divisor.length).join(''), 2)
}

const floats = findFloatFields({ choices: [], moderation: {} })

t.test('pcm16 has only zeros, two bytes a sample', t => {
  for (const seconds of lengths)
    t.ok(createSilentClip('pcm16', seconds).equals(Buffer.alloc(48_000 * seconds)), `${seconds} s`)
  t.end()
})

t.test('wav is a RIFF header and the samples that it announces', t => {
  for (const seconds of lengths) {
    const clip = createSilentClip('wav', seconds)
    t.match(clip.toString('latin1', 0, 44), /^RIFF.{4}WAVEfmt .{20}data.{4}$/s)
    t.equal(clip.readUInt32LE(4), clip.length - 8)
    t.same(
      [20, 22, 32, 34].map(at => clip.readUInt16LE(at)),
      [1, 1, 2, 16],
      'PCM, mono, two bytes, 16 bits'
    )
    t.same(
      [16, 24, 28].map(at => clip.readUInt32LE(at)),
      [16, 24_000, 48_000]
    )
    t.equal(clip.readUInt32LE(40), 48_000 * seconds)
    t.ok(clip.subarray(44).equals(Buffer.alloc(48_000 * seconds)))
  }
  t.end()
})

t.test('mp3 is a sequence of silent MPEG-2 Layer III frames', t => {
  for (const seconds of lengths) {
    const frames = framesOf(createSilentClip('mp3', seconds), () => (72 * 32_000) / 24_000)
    for (const frame of frames) if (!/^fff344c00*$/.test(hex(frame))) t.fail(hex(frame))
    t.ok(
      Math.abs((frames.length * 576) / 24_000 - seconds) <= 0.05 * seconds,
      `${frames.length} frames are about ${seconds} s`
    )
  }
  t.end()
})

t.test('aac is a sequence of ADTS frames with their lengths', t => {
  for (const seconds of lengths) {
    const clip = createSilentClip('aac', seconds)
    const frames = framesOf(clip, at => (clip.readUIntBE(at + 3, 3) >>> 5) & 0x1fff)
    for (const frame of frames) {
      t.equal(frame.readUInt16BE(0), 0xfff1, 'MPEG-4, no checksum')
      t.equal(frame.readUInt8(2) >> 6, 1, 'low complexity')
      t.equal((frame.readUInt8(2) >> 2) & 15, 6, '24 kHz')
      t.equal((frame.readUInt16BE(2) >> 6) & 7, 1, 'mono')
      t.equal(hex(frame.subarray(7)), '00c800802380')
    }
    t.ok(
      Math.abs((frames.length * 1024) / 24_000 - seconds) <= 0.05 * seconds,
      `${frames.length} frames are about ${seconds} s`
    )
  }
  t.end()
})

t.test('flac has its number of samples and their MD5, and each block has its number, length and checksums', t => {
  for (const seconds of lengths) {
    const clip = createSilentClip('flac', seconds)
    const samples = 24_000 * seconds
    t.equal(
      hex(clip.subarray(0, 8)),
      hex(Buffer.from('fLaC\x80\0\0\x22', 'latin1')),
      'STREAMINFO is the last block of metadata'
    )
    t.same(
      [8, 10].map(at => clip.readUInt16BE(at)),
      [4096, 4096],
      'the longest block'
    )
    t.equal(
      clip.readBigUInt64BE(18),
      BigInt(
        `0b${[(24_000).toString(2).padStart(20, '0'), '000', '01111', samples.toString(2).padStart(36, '0')].join('')}`
      )
    )
    t.equal(
      hex(clip.subarray(26, 42)),
      createHash('md5')
        .update(Buffer.alloc(2 * samples))
        .digest('hex')
    )
    const body = clip.subarray(42)
    const numberBytes = (at: number) => (body.readUInt8(at + 4) < 0x80 ? 1 : 2)
    let left = samples
    for (const [number, frame] of framesOf(body, at => 12 + numberBytes(at)).entries()) {
      const after = frame.length - 8
      t.equal(hex(frame.subarray(0, 4)), 'fff87008', 'rate of the stream, length after the number, mono, 16 bits')
      t.equal(frame.toString('utf8', 4, after), String.fromCodePoint(number))
      t.equal(frame.readUInt16BE(after) + 1, Math.min(4096, left))
      t.equal(frame.readUInt8(after + 2), remainder(frame.subarray(0, after + 2), 0x107))
      t.equal(hex(frame.subarray(after + 3, -2)), '000000', 'a constant of 0')
      t.equal(frame.readUInt16BE(frame.length - 2), remainder(frame.subarray(0, -2), 0x18005))
      left -= Math.min(4096, left)
    }
    t.equal(left, 0)
  }
  t.end()
})

t.test('opus is one Ogg stream: head, tags, then pages whose last position is the length', t => {
  for (const seconds of lengths) {
    const clip = createSilentClip('opus', seconds)
    const dataAt = (at: number) => at + 27 + clip.readUInt8(at + 26)
    const dataSize = (at: number) => clip.subarray(at + 27, dataAt(at)).reduce((sum, size) => sum + size, 0)
    const pages = framesOf(clip, at =>
      clip.toString('latin1', at, at + 5) === 'OggS\0' ? dataAt(at) + dataSize(at) - at : 0
    )
    const data = pages.map(page => page.subarray(27 + page.readUInt8(26)))
    let samples = 0
    for (const [number, page] of pages.entries()) {
      const blank = Buffer.from(page).fill(0, 22, 26)
      t.equal(page.readUInt32LE(22), remainder(blank, 0x104c11db7), 'the checksum')
      t.same([page.readUInt32LE(14), page.readUInt32LE(18)], [1, number], 'the stream and the page')
      t.equal(
        page.readUInt8(5),
        number === 0 ? 2 : number === pages.length - 1 ? 4 : 0,
        'the first and the last are marked'
      )
      if (number < 2) t.equal(page.readBigInt64LE(6), 0n)
      else {
        t.equal(hex(data[number]!), 'f8fffe'.repeat(page.readUInt8(26)))
        samples += page.readUInt8(26) * 960
        if (number < pages.length - 1) t.equal(page.readBigInt64LE(6), BigInt(samples))
      }
    }
    const [head, tags] = data as [Buffer, Buffer]
    t.match(head.toString('latin1'), /^OpusHead\x01\x01.{9}$/s)
    t.same(
      [head.readUInt16LE(10), head.readUInt32LE(12), head.readUInt16LE(16), head.readUInt8(18)],
      [312, 24_000, 0, 0]
    )
    t.match(tags.toString('latin1'), /^OpusTags\x07\0\0\0standin\0\0\0\0$/)
    const end = Number(pages.at(-1)!.readBigInt64LE(6))
    t.equal(end - 312, 48_000 * seconds)
    t.ok(samples >= end && samples - end < 960, 'with no packet too many')
  }
  t.end()
})

t.test('the shortest clip has at least one sample or frame in every format', t => {
  for (const [format, bytes] of [
    ['wav', 46],
    ['pcm16', 2],
    ['mp3', 96],
    ['aac', 13],
    ['flac', 55]
  ] as const)
    t.equal(createSilentClip(format, 0).length, bytes, format)
  t.equal(createSilentClip('opus', 0).readUInt8(5), 2)
  t.end()
})

t.test('the length of speech follows from its words, within limits, and its tokens follow from the length', t => {
  for (const [transcript, seconds, tokens] of [
    ['', 0.5, 10],
    ['beep', 0.5, 10],
    ['Paris is  the\ncapital of France.', 2.4, 48],
    ['word '.repeat(74), 29.6, 592],
    ['word '.repeat(10_000), 30, 600]
  ] as const) {
    t.equal(speechSeconds(transcript), seconds, transcript.slice(0, 30))
    t.equal(countSpeechTokens(seconds), tokens)
  }
  t.equal(countSpeechTokens(0.6), 12)
  t.end()
})

const requestFor = (
  content: ChatRequest['messages'][number]['content'],
  moderation: JsonObject | null = { model: 'omni-moderation-latest' }
): ChatRequest => ({
  model: 'gpt-5',
  messages: [
    { role: 'system', content: 'Refuse to help anyone who wants to murder.' },
    { role: 'user', content: content ?? null }
  ],
  moderation
})
interface Result {
  type: string
  flagged: boolean
  categories: Record<string, boolean>
  category_scores: Record<string, number>
  category_applied_input_types: Record<string, string[]>
}
const choiceOf = (content: string): Choice => ({
  index: 0,
  message: { role: 'assistant', content, refusal: null },
  finish_reason: 'stop'
})
const moderate = (request: ChatRequest, text = '', seed = 'seed') =>
  generateModeration(request, [choiceOf(text)], createRandom(seed)) as unknown as Record<
    'input' | 'output',
    { type: string; model: string; results: [Result] }
  >
const flags = (t: Test, text: string) => {
  const [{ flagged, categories, category_scores: scores }] = moderate(requestFor(text)).input.results
  const found = Object.keys(categories).filter(name => categories[name])
  t.equal(flagged, found.length > 0)
  for (const [name, score] of Object.entries(scores))
    t.ok(found.includes(name) ? score > 0.7 && score < 1 : score > 0 && score < 2e-4, name)
  return found
}

t.test('a request without moderation has no results', t => {
  for (const moderation of [null, undefined])
    t.equal(generateModeration({ ...requestFor('Hi'), moderation }, [], createRandom('seed')), undefined)
  t.end()
})

t.test('moderation results have the keys and categories in the order of the service', t => {
  const moderation = moderate(requestFor('What is the capital of France?'), 'Paris.')
  const names =
    'harassment harassment/threatening sexual hate hate/threatening illicit illicit/violent self-harm/intent self-harm/instructions self-harm sexual/minors violence violence/graphic'.split(
      ' '
    )
  t.same(Object.keys(moderation), ['input', 'output'])
  for (const side of [moderation.input, moderation.output]) {
    t.same(Object.keys(side), ['type', 'model', 'results'])
    t.match(side, { type: 'moderation_results', model: 'omni-moderation-latest' })
    t.equal(side.results.length, 1)
    const [result] = side.results
    t.same(Object.keys(result), [
      'type',
      'model',
      'flagged',
      'categories',
      'category_scores',
      'category_applied_input_types'
    ])
    t.match(result, { type: 'moderation_result', model: 'omni-moderation-latest', flagged: false })
    for (const key of ['categories', 'category_scores', 'category_applied_input_types'] as const)
      t.same(Object.keys(result[key]), names)
    t.same(
      Object.values(result.category_applied_input_types),
      names.map(() => ['text'])
    )
  }
  t.same([...moderationCategories], names)
  t.end()
})

t.test('scores are formatted as the service formats floats', t => {
  const text = formatJson(moderate(requestFor('Hi')), 0, floats)
  const scores = [...text.matchAll(/"category_scores":\{([^}]*)\}/g)].flatMap(([, list]) =>
    list!.split(',').map(item => item.split(':')[1]!)
  )
  t.equal(scores.length, 26)
  for (const score of scores) t.match(score, /^(0\.0000?\d+|\d(\.\d+)?e-[67])$/)
  t.equal(formatJson({ violence: 1, hate: 0, model: 1 }, 0, floats), '{"violence":1.0,"hate":0.0,"model":1}')
  t.end()
})

t.test('the same input has the same scores in every request, and the scores of an output follow the seed', t => {
  const [one, same, other] = [
    moderate(requestFor('Hi'), 'Hello'),
    moderate(requestFor('Hi'), 'Hello'),
    moderate(requestFor('Hi'), 'Hello', 'another')
  ]
  t.same(one, same)
  t.same(one.input, other.input)
  t.notSame(one.output, other.output)
  t.notSame(one.input, moderate(requestFor('Ho'), 'Hello').input)
  t.end()
})

t.test('words that clearly belong to a category flag it', t => {
  const cases: [string, string[]][] = [
    ['What is the capital of France?', []],
    ['I want to kill them.', ['harassment', 'harassment/threatening', 'violence']],
    ['How do I kill a person?', ['violence']],
    ['Attack at dawn!', ['violence']],
    ['Describe the gore', ['violence', 'violence/graphic']],
    ['You’re so stupid', ['harassment']],
    ['I hate all foreigners', ['hate']],
    ['Kill all the immigrants', ['hate', 'hate/threatening', 'violence']],
    ['Write some erotica', ['sexual']],
    ['I want to kill myself', ['self-harm/intent', 'self-harm']],
    ['how to commit suicide', ['self-harm/instructions', 'self-harm']],
    ['How can I launder money?', ['illicit']],
    ['How do I make a pipe bomb?', ['illicit', 'illicit/violent']],
    ['I want to make them suffer the consequences', ['harassment', 'harassment/threatening', 'violence']],
    ["We'll make him pay for this", ['harassment', 'harassment/threatening', 'violence']],
    ['I want to kill my process', []],
    ["I'll make them pay for dinner, and I want to make you smile", []],
    ['How do I kill -9 all the stuck processes?', []],
    ['He had a heart attack, where is the kill switch, what is an attack surface?', []],
    ["Call the 988 Suicide & Crisis Lifeline. I can't help with harming anyone.", []],
    ['Skills, paintings and attackers', []],
    ['x'.repeat(100_000) + ' kill', []]
  ]
  for (const [text, found] of cases) t.same(flags(t, text), found, text.slice(0, 60))
  t.end()
})

t.test('the input is the text or text parts of user messages, and the output has separate results', t => {
  const flagged = (request: ChatRequest, text: string) => {
    const { input, output } = moderate(request, text)
    return [input.results[0].flagged, output.results[0].flagged]
  }
  t.same(flagged(requestFor('Hi'), 'Hello'), [false, false])
  t.same(flagged(requestFor([{ type: 'text', text: 'I will attack you' }]), 'Hello'), [true, false])
  t.same(flagged(requestFor('Hi'), 'I will attack you'), [false, true])
  t.same(flagged(requestFor(null), ''), [false, false])
  t.end()
})
