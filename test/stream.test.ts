/** Timing of streams: timelines as tables, the scheduler with a manual clock, and real sockets. */
import { once } from 'node:events'
import { request as open } from 'node:http'
import { connect } from 'node:net'
import fc from 'fast-check'
import t from 'tap'
import type { Chunk, Delta } from '../src/core/openai-types.js'
import { parseTiming, parseTimingString, type TimingInput } from '../src/core/pacing-input.js'
import { createRandom } from '../src/core/random.js'
import { timingProfiles } from '../src/core/timing-profiles.js'
import { createServer } from '../src/index.js'
import { divideEvents } from '../src/stream/event-list.js'
import { formatChunks, lastChunk } from '../src/stream/http-chunks.js'
import { createSchedule, immediateSchedule, resolvePacing, unpaced } from '../src/stream/pacing.js'
import { type Clock, Scheduler, type Sink } from '../src/stream/scheduler.js'
import { createStreamTemplate } from '../src/stream/stream-template.js'
import { computeDuration, createTimeline, type Timeline } from '../src/stream/timeline.js'
import { ask, build, eventsOf, hello } from './helper.js'

const chunk = (delta: Delta, finish: 'stop' | null = null): Chunk => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'gpt-4o',
  system_fingerprint: null,
  choices: [{ index: 0, delta, finish_reason: finish }]
})

t.test('a timing is read from a text or an object', async t => {
  const cases: [string, TimingInput][] = [
    ['firstTokenMs=200', { firstTokenMs: 200 }],
    ['firstTokenMs=200, interTokenMs=20', { firstTokenMs: 200, interTokenMs: 20 }],
    ['firstTokenMs=1;tokensPerSecond=50', { firstTokenMs: 1, tokensPerSecond: 50 }],
    ['firstTokenMs=uniform(100, 300)', { firstTokenMs: { min: 100, max: 300 } }],
    ['firstTokenMs=normal(200,50)', { firstTokenMs: { mean: 200, sd: 50 } }],
    [
      'firstTokenMs=lognormal(200, 0.5), interTokenMs=20',
      { firstTokenMs: { median: 200, sigma: 0.5 }, interTokenMs: 20 }
    ],
    ['firstTokenMs=lognormal(p50=200, p95=600)', { firstTokenMs: { p50: 200, p95: 600 } }],
    ['interTokenMs=list(10, 20 30)', { interTokenMs: [10, 20, 30] }],
    ['prefillMsPerToken=0.2, loadFactor=0.01, jitter=0.3', { prefillMsPerToken: 0.2, loadFactor: 0.01, jitter: 0.3 }],
    ['fast, outputTokens=100', { ...timingProfiles.fast, outputTokens: 100 }],
    ['fast', timingProfiles.fast!],
    ['fast, firstTokenMs=9', { ...timingProfiles.fast, firstTokenMs: 9 }],
    ['gpt-4o, interTokenMs=5', { firstTokenMs: { p50: 450, p95: 1200 }, jitter: 0.3, interTokenMs: 5 }]
  ]
  for (const [text, expected] of cases) t.same(parseTimingString(text, 'here'), expected, text)
  t.same(parseTiming('fast', 'here'), timingProfiles.fast)
  t.same(parseTiming({ profile: 'fast', jitter: 0.5 }, 'here'), { ...timingProfiles.fast, jitter: 0.5 })
  t.equal(resolvePacing(undefined), unpaced)
  for (const input of [{}, { firstTokenMs: 0 }, { jitter: 1 }])
    t.ok(resolvePacing(input).isUnpaced, JSON.stringify(input))
})

t.test('an invalid timing is reported with its location and the expected value', async t => {
  const cases: [unknown, RegExp][] = [
    ['', /^here: unknown profile "", expected one of gpt-4o/],
    ['gpt-4oo', /^here: unknown profile "gpt-4oo", did you mean "gpt-4o"\?/],
    ['firstTokenMs', /^here: firstTokenMs is null|NaN, expected a number/],
    ['firstToknMs=1', /^here: unknown timing "firstToknMs", did you mean "firstTokenMs"\?/],
    ['firstTokenMs=-1', /^here: firstTokenMs is -1, expected a number of at least 0, or a number, uniform/],
    ['firstTokenMs=Infinity', /expected a number of at least 0/],
    [
      'firstTokenMs=3600000.1',
      /^here: firstTokenMs has 3600000.1, expected at most 3600000 milliseconds, which is an hour/
    ],
    ['interTokenMs=uniform(1, 1e12)', /^here: interTokenMs has 1000000000000, expected at most 3600000/],
    [{ chunkMs: [1, 3600001] }, /^here: the last time is 3600001, expected at most 3600000/],
    ['tokensPerSecond=0', /^here: tokensPerSecond is 0, expected a number of at least 0.001/],
    ['firstTokenMs=gamma(1,2)', /^here: firstTokenMs has no distribution gamma\(\), expected a number, uniform/],
    ['firstTokenMs=lognormal(p50=200, p95=100)', /^here: firstTokenMs has p95 100 below p50 200/],
    [
      'firstTokenMs=lognormal(p95=100)',
      /^here: firstTokenMs has p95, expected min and max, mean and sd, median and sigma/
    ],
    ['firstTokenMs=uniform(3, 1)', /^here: firstTokenMs has min 3 above max 1/],
    ['interTokenMs=list()', /^here: interTokenMs is \[\], expected numbers/],
    ['interTokenMs=5, tokensPerSecond=5', /^here: interTokenMs and tokensPerSecond mean the same/],
    ['interTokenMs=5, jitter=2', /^here: jitter is 2, expected a share from 0 to 1/],
    [{ firstTokenMs: { median: 5 } }, /^here: firstTokenMs has median, expected/],
    ['outputTokens=0', /^here: outputTokens is 0, expected a whole number from 1 to 128000/],
    ['outputTokens=1.5', /^here: outputTokens is 1.5, expected a whole number/],
    [{ outputTokens: '9' }, /^here: outputTokens is "9", expected a whole number/],
    ['outputTokens=128001', /^here: outputTokens is 128001, expected/],
    ['outputTokens=uniform(1, 2)', /^here: outputTokens is \{"min":1,"max":2\}, expected a whole number/],
    [{ chunkMs: [1], outputTokens: 9 }, /^here: chunkMs sets the complete pace, expected no outputTokens/],
    [{ loadFactor: -1 }, /^here: loadFactor is -1, expected a number of at least 0/],
    [[], /^here: expected the name of a profile, or firstTokenMs/]
  ]
  for (const [input, message] of cases)
    t.throws(() => parseTiming(input, 'here'), { name: 'ConfigError', message }, JSON.stringify(input))
})

const moment = { promptTokens: 100, reasoningTokens: 0, openStreams: 0 }
const drawn = (text: string, count = 4000, at = moment) =>
  Array.from({ length: count }, (_, index) =>
    createSchedule(resolvePacing(parseTimingString(text, '')), createRandom('draws', index), at)
  )

t.test('draws follow their distribution', async t => {
  const firsts = (text: string) =>
    drawn(text)
      .map(schedule => schedule.at(0))
      .sort((a, b) => a - b)
  const quantile = (list: number[], share: number) => list[Math.floor(list.length * share)]!
  const near = (found: number, wanted: number, name: string) =>
    t.ok(Math.abs(found - wanted) <= wanted * 0.06, `${name}: ${found.toFixed(1)}, wanted ${wanted}`)
  const uniform = firsts('firstTokenMs=uniform(100, 300)')
  near(quantile(uniform, 0.5), 200, 'the middle of a uniform one')
  t.ok(uniform[0]! >= 100 && uniform.at(-1)! <= 300)
  const normal = firsts('firstTokenMs=normal(200, 20)')
  near(quantile(normal, 0.5), 200, 'the middle of a normal one')
  near(quantile(normal, 0.8413), 220, 'one deviation above')
  const lognormal = firsts('firstTokenMs=lognormal(200, 0.5)')
  near(quantile(lognormal, 0.5), 200, 'the median of a log-normal one')
  near(quantile(lognormal, 0.8413), 200 * Math.exp(0.5), 'one sigma above')
  const percentiles = firsts('firstTokenMs=lognormal(p50=200, p95=600)')
  near(quantile(percentiles, 0.5), 200, 'p50')
  near(quantile(percentiles, 0.95), 600, 'p95')
  t.same([...new Set(firsts('firstTokenMs=list(1, 5, 9)'))], [1, 5, 9])
  t.ok(firsts('firstTokenMs=normal(1, 50)')[0]! >= 0, 'no draw is below zero')
})

t.test('a schedule is the sum of its delays, and the same for the same random numbers', async t => {
  const at = (text: string, more = {}) => drawn(text, 1, { ...moment, ...more })[0]!
  const times = (text: string, more = {}) => [0, 1, 3].map(token => at(text, more).at(token))
  t.same(times('firstTokenMs=200, interTokenMs=20'), [200, 220, 260])
  t.same(times('firstTokenMs=200, tokensPerSecond=50'), [200, 220, 260])
  t.same(times('firstTokenMs=200, interTokenMs=20, prefillMsPerToken=0.5'), [250, 270, 310])
  t.same(times('firstTokenMs=200, interTokenMs=20, loadFactor=0.01', { openStreams: 100 }), [400, 440, 520])
  t.same(
    times('firstTokenMs=200, interTokenMs=20', { reasoningTokens: 10 }),
    [400, 420, 460],
    'reasoning tokens take time'
  )
  const jittered = at('interTokenMs=20, jitter=0.5')
  const gaps = Array.from({ length: 50 }, (_, token) => jittered.at(token + 1) - jittered.at(token))
  t.ok(gaps.every(gap => gap >= 10 && gap <= 30) && new Set(gaps).size > 40)
  t.same(times('gpt-4o'), times('gpt-4o'))
  t.same(at('gpt-4o').at(50), at('gpt-4o').at(50), 'in whatever order it is read')
})

t.test('a header or a fixture sets the timing, and a JSON response takes as long as a stream', async t => {
  const server = await build(t, { seed: 'pace' })
  await server.add({ match: { lastUser: 'slowly' }, timing: 'firstTokenMs=40', reply: { text: 'Yes.' } })
  const waited = async (
    headers: Record<string, string>,
    url = '/v1/chat/completions',
    content = 'Hello!',
    stream = false
  ) => {
    const body = { model: 'gpt-4o', stream, messages: [{ role: 'user' as const, content }] }
    const answer = await ask(server, body, { headers: { ...headers, 'x-mock-server-timing': '1' }, url })
    t.equal(answer.status, 200)
    const [, delay] = /delay;dur=([\d.]+)/.exec(String(answer.headers['server-timing'])) ?? []
    return { waited: Number(delay), took: server.requests().at(-1)!.durationMs }
  }
  const rows: [string, number, Awaited<ReturnType<typeof waited>>][] = [
    ['x-mock-timing', 38, await waited({ 'x-mock-timing': 'firstTokenMs=30, interTokenMs=1' })],
    ['streamed', 30, await waited({ 'x-mock-timing': 'firstTokenMs=30' }, undefined, undefined, true)],
    ['x-microcks-delay', 30, await waited({ 'x-microcks-delay': '30' })],
    ['?delay', 30, await waited({}, '/v1/chat/completions?delay=30')],
    ['a fixture', 40, await waited({}, undefined, 'slowly')]
  ]
  for (const [name, delay, answer] of rows) {
    t.equal(answer.waited, delay, name)
    t.ok(answer.took >= delay - 1, `${name}: not before ${delay} ms, but at ${answer.took}`)
  }
  const wrong = await ask(server, undefined, { headers: { 'x-mock-timing': 'gpt-4oo' } })
  t.match(wrong.text, /x-mock-timing: unknown profile \\"gpt-4oo\\"/)
  await t.rejects(server.add({ timing: { jitter: 3 }, reply: { text: '' } }), {
    message: /timing: jitter is 3, expected a share/
  })
  await t.rejects(build(t, { timing: 'nope' }), { message: /--timing: unknown profile "nope"/ })
})

t.test(
  'a timeline has the due time of each chunk: the opening chunk is due with the first token, the closing chunk with the last',
  async t => {
    const timing = createSchedule(resolvePacing({ firstTokenMs: 100, interTokenMs: 10 }), createRandom(''), moment)
    const tables: [string, Chunk[], number[]][] = [
      [
        'text',
        [
          chunk({ role: 'assistant', content: '' }),
          chunk({ content: 'a' }),
          chunk({ content: 'b' }),
          chunk({ content: 'c' }),
          chunk({}, 'stop')
        ],
        [100, 100, 110, 120, 120, 120]
      ],
      ['no content', [chunk({ role: 'assistant', content: null }), chunk({}, 'stop')], [100, 100, 100]],
      [
        'a tool call',
        [
          chunk({ tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'f', arguments: '' } }] }),
          chunk({ tool_calls: [{ index: 0, function: { arguments: '{' } }] }),
          chunk({ tool_calls: [{ index: 0, function: { arguments: '}' } }] }),
          chunk({}, 'stop')
        ],
        [100, 100, 110, 110, 110]
      ],
      ['a refusal', [chunk({ refusal: '' }), chunk({ refusal: 'No' }), chunk({ refusal: '.' })], [100, 100, 110, 110]],
      ['a usage chunk', [chunk({ content: 'a' }), { ...chunk({}), choices: [] }], [100, 100, 100]]
    ]
    for (const [name, chunks, due] of tables) {
      const { events } = createTimeline(chunks, timing)
      t.same(
        events.map(({ at }) => at),
        due,
        name
      )
      t.same(
        events.map(({ text }) => text),
        [...chunks.map(each => `data: ${JSON.stringify(each)}\n\n`), 'data: [DONE]\n\n'],
        name
      )
      t.ok(createTimeline(chunks, immediateSchedule).events.every(({ at }) => at === 0))
    }
    t.same(
      [0, 1, 3].map(tokens => computeDuration(tokens, timing)),
      [100, 100, 120]
    )
  }
)

t.test('a stream template gives the events of a stream that is built anew, in any range', async t => {
  const usage = { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 } as Chunk['usage']
  const contentChunks = [
    chunk({ role: 'assistant', content: '' }),
    chunk({ content: 'é' }),
    chunk({ content: '漢字 😀' }),
    chunk({}, 'stop')
  ]
  const schedule = createSchedule(resolvePacing({ firstTokenMs: 5, interTokenMs: 2 }), createRandom(''), moment)
  const values = { id: 'chatcmpl-2', created: 2, promptTokens: 90 }
  for (const [name, chunks] of [
    ['without usage', contentChunks],
    ['with usage', [...contentChunks, { ...chunk({}), choices: [], usage }]]
  ] as [string, Chunk[]][]) {
    const template = createStreamTemplate(chunks)
    const anew = chunks.map(each => ({ ...each, id: values.id, created: values.created }))
    const last = anew.at(-1)!
    if (last.usage) last.usage = { ...last.usage, prompt_tokens: 90, total_tokens: 93 }
    const { events } = createTimeline(anew, schedule)
    const timeline = template.timeline(values, schedule)
    const each = Array.from(timeline.dueTimes, (at, index) => ({ at, text: timeline.text(index, index + 1) }))
    t.same(each, events, name)
    for (let from = 0; from <= events.length; from++)
      for (let to = from; to <= events.length; to++)
        t.equal(
          timeline.text(from, to),
          events
            .slice(from, to)
            .map(({ text }) => text)
            .join(''),
          `${name}, ${from} to ${to}`
        )
    const filled = template.fill(values)
    t.equal(`${filled}`, timeline.text(0, events.length))
    t.equal(filled.bytes, Buffer.byteLength(`${filled}`))
    t.equal(filled.length, `${filled}`.length)
    t.equal(filled.count, events.length)
    for (let from = 0; from <= events.length; from++)
      for (let to = from; to <= events.length; to++)
        t.equal(filled.chunks(from, to), formatChunks(filled.text(from, to)), `${name}, chunks ${from} to ${to}`)
  }
})

t.test('the writes of a stream have all events in their order, and the first write has one event', t => {
  for (let count = 1; count < 300; count++) {
    t.same(divideEvents(count, 'one'), [count])
    const ends = divideEvents(count, 'several')
    t.equal(ends.length, Math.min(count, 5), `${count} events`)
    t.equal(ends[0], 1)
    t.equal(ends.at(-1), count)
    t.ok(
      ends.every((end, index) => index === 0 || end > ends[index - 1]!),
      `${count} events: no write is empty`
    )
  }
  t.end()
})

t.test('each event is one chunk of HTTP, whose size is in bytes', t => {
  const events = ['data: a\n\n', 'data: Grüße 漢字 😀\n\n', ': comment\n\n', 'data: [DONE]\n\n']
  const bytes = Buffer.from(formatChunks(events.join('')) + lastChunk, 'latin1')
  const chunks: string[] = []
  for (let at = 0; at < bytes.length; ) {
    const lineEnd = bytes.indexOf('\r\n', at)
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16)
    chunks.push(bytes.toString('utf8', lineEnd + 2, lineEnd + 2 + size))
    at = lineEnd + size + 4
  }
  t.same(chunks, [...events, ''])
  t.end()
})

/** A clock that moves only when a test moves it, and counts its timers. */
function manualClock() {
  let now = 0
  const timers = new Set<{ at: number; callback: () => void }>()
  const after: Clock['after'] = (delayMs, callback) => {
    const timer = { at: now + delayMs, callback }
    timers.add(timer)
    return () => void timers.delete(timer)
  }
  const clock: Clock = { now: () => now, after, afterTurn: callback => after(0, callback) }
  return {
    clock,
    timers,
    /** Moves the clock to a time, and fires every timer on the way. */
    to(moment: number) {
      for (;;) {
        const next = [...timers].sort((a, b) => a.at - b.at).find(({ at }) => at <= moment)
        if (!next) break
        timers.delete(next)
        now = Math.max(now, next.at)
        next.callback()
      }
      now = moment
    },
    /** Moves the clock without timers, as while the process handles many requests at once. */
    hold(moment: number) {
      now = moment
    },
    /** Moves the clock past timers, then fires them, as after the process was blocked. */
    jump(moment: number) {
      now = moment
      for (const timer of [...timers]) if (timer.at <= now && timers.delete(timer)) timer.callback()
    }
  }
}

function recordingSink(clock: Clock, accepts: (text: string) => boolean = () => true) {
  const log: [number, string][] = []
  const sink: Sink = {
    write(text) {
      log.push([clock.now(), text])
      return accepts(text)
    },
    end: () => void log.push([clock.now(), 'END'])
  }
  return { log, sink }
}

const timelineOf = (...events: [number, string][]): Timeline => ({ events: events.map(([at, text]) => ({ at, text })) })
const abc = timelineOf([10, 'a'], [20, 'b'], [30, 'c'])

t.test('events are written when they are due, counted from the start of the stream', async t => {
  const { clock, to, timers } = manualClock()
  const scheduler = new Scheduler(clock)
  const { log, sink } = recordingSink(clock)
  to(5)
  scheduler.play(abc, sink)
  t.equal(scheduler.openStreams, 1)
  to(100)
  t.same(log, [
    [15, 'a'],
    [25, 'b'],
    [35, 'c'],
    [35, 'END']
  ])
  t.equal(scheduler.openStreams, 0)
  t.equal(timers.size, 0, 'without open streams there is no timer')
  const late = recordingSink(clock)
  scheduler.play(abc, late.sink, 85)
  t.same(late.log, [[100, 'a']], 'a start in the past counts')
  to(200)
  t.same(late.log.slice(1), [
    [105, 'b'],
    [115, 'c'],
    [115, 'END']
  ])
})

t.test('due events are written while many requests come at once and no timer can fire', async t => {
  const { clock, to, hold, timers } = manualClock()
  const scheduler = new Scheduler(clock)
  const first = recordingSink(clock)
  scheduler.play(abc, first.sink)
  hold(12)
  t.same(first.log, [])
  scheduler.play(abc, recordingSink(clock).sink)
  t.same(first.log, [[12, 'a']], 'when the next stream starts')
  hold(21)
  scheduler.catchUp()
  t.same(first.log.slice(1), [[21, 'b']], 'by catchUp')
  t.equal(timers.size, 1)
  to(100)
  t.same(first.log.slice(2), [
    [30, 'c'],
    [30, 'END']
  ])
  scheduler.catchUp()
  t.equal(timers.size, 0)
})

t.test('events that are due together go out in one write, and a late stream catches up', async t => {
  const { clock, to, jump } = manualClock()
  const scheduler = new Scheduler(clock)
  const { log, sink } = recordingSink(clock)
  scheduler.play(timelineOf([0, 'a'], [0, 'b'], [10, 'c'], [10, 'd'], [20, 'e'], [30, 'f'], [40, 'g']), sink)
  to(10)
  jump(35)
  to(100)
  t.same(log, [
    [0, 'ab'],
    [10, 'cd'],
    [35, 'ef'],
    [40, 'g'],
    [40, 'END']
  ])
  const atOnce = recordingSink(clock)
  scheduler.play(timelineOf([0, 'a'], [0, 'b']), atOnce.sink)
  t.same(atOnce.log, [
    [100, 'ab'],
    [100, 'END']
  ])
})

t.test('a full sink gets nothing until it resumes', async t => {
  const { clock, to, timers } = manualClock()
  const scheduler = new Scheduler(clock)
  const { log, sink } = recordingSink(clock, text => text !== 'a')
  const playback = scheduler.play(abc, sink)
  to(25)
  t.same(log, [[10, 'a']])
  t.equal(timers.size, 0, 'no timer runs for a waiting stream')
  playback.resume()
  to(26)
  t.same(log.slice(1), [[25, 'b']])
  playback.resume()
  playback.resume()
  to(100)
  t.same(log.slice(2), [
    [30, 'c'],
    [30, 'END']
  ])
  playback.resume()
  t.equal(log.length, 4, 'resume after the end does nothing')
})

t.test('a stopped stream is freed at once, and writes no more', async t => {
  const { clock, to } = manualClock()
  const scheduler = new Scheduler(clock)
  const [kept, left] = [recordingSink(clock), recordingSink(clock)]
  scheduler.play(abc, kept.sink)
  const playback = scheduler.play(abc, left.sink)
  to(10)
  playback.stop()
  t.equal(scheduler.openStreams, 1)
  playback.stop()
  playback.resume()
  t.equal(scheduler.openStreams, 1, 'stopping twice counts once')
  to(100)
  t.same(left.log, [[10, 'a']])
  t.equal(kept.log.length, 4)
  const full = recordingSink(clock, () => false)
  const waiting = scheduler.play(abc, full.sink, 90)
  waiting.stop()
  waiting.resume()
  to(200)
  t.same(full.log, [[100, 'a']])
  const inWrite = recordingSink(clock, () => {
    self.stop()
    return true
  })
  const self = scheduler.play(timelineOf([5, 'x'], [6, 'y']), inWrite.sink)
  to(300)
  t.same(inWrite.log, [[205, 'x']], 'also if the client disconnects during a write')
  t.equal(scheduler.openStreams, 0)
})

t.test('a callback comes once at its time, unless it is cancelled', async t => {
  const { clock, to } = manualClock()
  const scheduler = new Scheduler(clock)
  const called: string[] = []
  scheduler.at(10, () => called.push('ten'))
  scheduler.at(20, () => called.push('twenty'))()
  scheduler.at(-5, () => called.push('past'))
  to(100)
  t.same(called, ['past', 'ten'])
  t.equal(scheduler.openStreams, 0)
})

t.test('closing the scheduler stops every stream and leaves no timer', async t => {
  const { clock, to, timers } = manualClock()
  const scheduler = new Scheduler(clock)
  const { log, sink } = recordingSink(clock)
  for (let i = 0; i < 10; i++) scheduler.play(abc, sink)
  const full = scheduler.play(timelineOf([0, 'full'], [1, 'x']), { write: () => false, end: () => t.fail('ended') })
  t.equal(scheduler.openStreams, 11)
  scheduler.close()
  t.equal(timers.size, 0)
  t.equal(scheduler.openStreams, 0)
  full.resume()
  to(100)
  t.same(log, [])
})

t.test('thousands of streams share one timer, and each is on time', async t => {
  const { clock, to, timers } = manualClock()
  const scheduler = new Scheduler(clock)
  const events: [number, string][] = Array.from({ length: 20 }, (_, at) => [at * 50, 'x'])
  let wrong = 0
  let written = 0
  for (let i = 0; i < 5000; i++) {
    const start = (i * 7919) % 997
    let next = 0
    scheduler.play(
      timelineOf(...events),
      {
        write(text) {
          if (clock.now() !== start + 50 * next || text !== 'x') wrong++
          next++
          written++
          return true
        },
        end: () => undefined
      },
      start
    )
    if (timers.size > 1) wrong++
  }
  to(3000)
  t.equal(wrong, 0)
  t.equal(written, 100_000)
  t.equal(scheduler.openStreams, 0)
  t.equal(timers.size, 0)
})

interface Load {
  /** When the streams are requested. */
  arrivals: number[]
  events: number
  gapMs: number
  writeMs: number
  requestMs: number
}

/**
 * Runs a scheduler in a simulated event loop with one processor: a write and a request take time, and a turn is the writes of a
 * timer, then all requests that wait.
 */
function simulate({ arrivals, events, gapMs, writeMs, requestMs }: Load) {
  let now = 0
  let written = 0
  let longestTurn = 0
  const timers = new Set<{ at: number; callback: () => void }>()
  const after: Clock['after'] = (delayMs, callback) => {
    const timer = { at: now + delayMs, callback }
    timers.add(timer)
    return () => void timers.delete(timer)
  }
  const scheduler = new Scheduler({ now: () => now, after, afterTurn: callback => after(0, callback) })
  const dueTimes = Float64Array.from({ length: events }, (_, at) => (at + 1) * gapMs)
  const waits: number[] = []
  const streams: { delays: number[]; texts: string }[] = []
  const waiting = [...arrivals].sort((a, b) => a - b)
  const open = (arrival: number) => {
    waits.push(now - arrival)
    now += requestMs
    const stream = { delays: [] as number[], texts: '' }
    streams.push(stream)
    const startedAt = now
    const text = (from: number, to: number) => {
      for (let at = from; at < to; at++) stream.delays.push(now - startedAt - dueTimes[at]!)
      return 'x'.repeat(to - from)
    }
    const write = (text: string) => {
      now += writeMs
      written++
      stream.texts += text
      return true
    }
    scheduler.play({ dueTimes, text }, { write, end: () => undefined }, startedAt)
  }
  while (waiting.length || timers.size) {
    const next = [...timers].sort((a, b) => a.at - b.at)[0]
    now = Math.max(now, Math.min(next?.at ?? Number.POSITIVE_INFINITY, waiting[0] ?? Number.POSITIVE_INFINITY))
    if (next && next.at <= now && timers.delete(next)) {
      const before = now
      next.callback()
      longestTurn = Math.max(longestTurn, now - before)
    }
    // The requests that come while others are handled wait for the next turn.
    const arrived = waiting.filter(at => at <= now).length
    for (const arrival of waiting.splice(0, arrived)) open(arrival)
  }
  return { waits, streams, written, longestTurn }
}

const turnMs = 2
const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0)

const anyLoad = (busyShare: { min: number; max: number }, fewest = 2) =>
  fc
    .record({
      count: fc.integer({ min: fewest, max: 120 }),
      spreadMs: fc.constantFrom(0, 5, 60),
      gapMs: fc.integer({ min: 5, max: 50 }),
      busy: fc.double({ ...busyShare, noNaN: true }),
      requestMs: fc.double({ min: 0.05, max: 1, noNaN: true })
    })
    .map(({ count, spreadMs, gapMs, busy, requestMs }) => ({
      arrivals: Array.from({ length: count }, (_, at) => (at * spreadMs) / count),
      events: 40,
      gapMs,
      // With one write for each event, the streams would need this share of the processor.
      writeMs: (busy * gapMs) / count,
      requestMs
    }))

t.test('no request waits for more than a short turn of writes and the requests before it', async () => {
  fc.assert(
    fc.property(anyLoad({ min: 0.1, max: 5 }), load => {
      const { waits, longestTurn } = simulate(load)
      const { requestMs, writeMs, arrivals } = load
      if (longestTurn > turnMs + writeMs) return false
      // After a request comes its share of writes. The last write may end late.
      const each = requestMs * 1.5 + writeMs * 2
      return Math.max(...waits) <= turnMs + writeMs + arrivals.length * each
    })
  )
})

t.test('while the processor suffices, no event is later than the work that comes at once', async () => {
  fc.assert(
    fc.property(anyLoad({ min: 0.1, max: 0.6 }), load => {
      const { streams } = simulate(load)
      const { requestMs, writeMs, arrivals } = load
      const latest = Math.max(...streams.flatMap(({ delays }) => delays))
      // All streams may be due together, and all requests may come before them.
      return latest <= arrivals.length * (requestMs * 1.5 + writeMs * 3) + turnMs
    })
  )
})

t.test('when the processor does not suffice, all streams are late alike, and each is complete', async () => {
  fc.assert(
    fc.property(anyLoad({ min: 1.2, max: 8 }, 10), load => {
      const { streams, written } = simulate(load)
      const lateness = streams.map(({ delays }) => sum(delays) / delays.length).sort((a, b) => a - b)
      const median = lateness[lateness.length >> 1]!
      return (
        streams.every(({ texts, delays }) => texts.length === load.events && delays.every(delay => delay > -1e-6)) &&
        written <= load.events * streams.length &&
        lateness.at(-1)! <= 1.5 * median + load.gapMs
      )
    })
  )
})

t.test('a stream of many small writes that are all due does not delay other streams', async t => {
  const { clock, to, hold } = manualClock()
  const scheduler = new Scheduler(clock)
  const small = (): boolean => {
    hold(clock.now() + 0.1)
    return true
  }
  const events = Array.from({ length: 5000 }, (): [number, string] => [1, 'x'])
  scheduler.play({ ...timelineOf(...events), isUnbatched: true }, { write: small, end: () => undefined })
  const { log, sink } = recordingSink(clock)
  scheduler.play(abc, sink)
  to(40)
  t.same(
    log.map(([at]) => Math.floor(at)),
    [10, 20, 30, 30]
  )
  t.equal(scheduler.openStreams, 1)
})

const streamed = JSON.stringify({ ...hello, stream: true })
const paced = { 'x-mock-timing': 'firstTokenMs=0, interTokenMs=20' }
const headers = { authorization: 'Bearer sk-test', 'content-type': 'application/json' }

t.test('a stream with a timing comes piece by piece, and is complete', async t => {
  const server = await build(t)
  const url = await server.listen()
  const before = performance.now()
  const answer = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { ...headers, ...paced },
    body: streamed
  })
  t.equal(answer.headers.get('content-type'), 'text/event-stream; charset=utf-8')
  t.match(answer.headers.get('x-request-id'), /^req_/)
  const pieces: string[] = []
  for await (const piece of answer.body!.pipeThrough(new TextDecoderStream())) pieces.push(piece)
  t.ok(pieces.length > 3, `${pieces.length} pieces`)
  t.ok(performance.now() - before >= 7 * 20, 'not faster than its timing')
  t.equal(eventsOf(pieces.join('')).at(-1), '[DONE]')
  t.match(server.requests(), [{ streamed: true, aborted: false, status: 200, answer: /\[DONE\]/ }])
  const slow = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { ...headers, ...paced },
    body: JSON.stringify(hello)
  })
  t.equal(((await slow.json()) as { object: string }).object, 'chat.completion')
})

t.test('a client that disconnects frees its stream, and the journal records it', async t => {
  const server = await build(t)
  const url = new URL(await server.listen())
  for (const [body, times] of [
    [streamed, 'firstTokenMs=0, interTokenMs=60000'],
    [JSON.stringify(hello), 'firstTokenMs=60000']
  ] as const) {
    const socket = connect(Number(url.port), url.hostname)
    socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer sk-test\r\ncontent-type: application/json\r\nx-mock-timing: ${times}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
    )
    if (body === streamed) await once(socket, 'data')
    else while (server.app.server.listenerCount('request') && !(await connections(server))) await turn()
    socket.destroy()
    const count = body === streamed ? 1 : 2
    while (server.requests().length < count) await turn()
    t.match(server.requests().at(-1), { aborted: true })
  }
  // An open stream would delay this by a minute.
  const before = performance.now()
  await server.close()
  t.ok(performance.now() - before < 2000, 'no stream is open')
})

const turn = () => new Promise(resolve => setImmediate(resolve))
const connections = (server: Awaited<ReturnType<typeof createServer>>) =>
  new Promise<number>(resolve => server.app.server.getConnections((_error, count) => resolve(count)))

t.test('closing the server lets open streams end, and cuts them off after closeMs', async t => {
  for (const [closeMs, interTokenMs, isComplete] of [
    [10_000, 20, true],
    [50, 60_000, false]
  ] as const) {
    const server = await createServer({ closeMs })
    const url = await server.listen()
    const answer = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { ...headers, 'x-mock-timing': `interTokenMs=${interTokenMs}` },
      body: streamed
    })
    const text = answer.text().catch(() => 'cut off')
    await server.close()
    t.equal((await text).endsWith('data: [DONE]\n\n'), isComplete)
    t.match(server.requests(), [{ streamed: true, aborted: !isComplete }])
    await t.rejects(fetch(url), 'the port is closed')
  }
})

t.test('a slow reader gets all of a stream with thousands of tokens', async t => {
  const server = await build(t)
  const text = 'word '.repeat(20_000)
  await server.add({ match: { lastUser: 'long' }, reply: { text } })
  const url = await server.listen()
  const request = open(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { ...headers, 'x-mock-timing': 'interTokenMs=0.005' }
  })
  request.end(JSON.stringify({ model: 'gpt-4o', stream: true, messages: [{ role: 'user', content: 'long' }] }))
  const [answer] = await once(request, 'response')
  let received = ''
  let reads = 0
  for await (const piece of answer) {
    received += piece
    // Pauses of the reader let the socket fill up.
    if (reads++ % 20 === 0) for (let i = 0; i < 50; i++) await turn()
  }
  const content = eventsOf(received)
    .slice(0, -1)
    .map(event => JSON.parse(event).choices[0].delta.content ?? '')
    .join('')
  t.ok(content === text, `${content.length} of ${text.length} characters`)
  t.equal(eventsOf(received).at(-1), '[DONE]')
})
