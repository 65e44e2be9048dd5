/** Tests what Standin says about its load: the wait of requests, the last minute, the summary of `/_mock/load`, and the metrics. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import t, { type Test } from 'tap'
import { createEventLoopTurns } from '../src/state/event-loop-turns.js'
import type { Exchange } from '../src/state/exchange.js'
import { createLoadMeter, mergeLoads } from '../src/state/load-meter.js'
import { describeLoad, type LoadReport, type LoadSettings, reportLoad } from '../src/state/load-report.js'
import { createLogHistogram, findQuantile, recordDuration } from '../src/state/log-histogram.js'
import { ask, build, hello } from './helper.js'

const quantile = (numbers: number[], share: number) =>
  [...numbers].sort((a, b) => a - b)[Math.floor((numbers.length - 1) * share)]!

interface Clients {
  /** The time that a request needs on the server. */
  serviceMs: () => number
  connections: number
  /** How long a client waits after a response before its next request. */
  thinkMs: () => number
}

/**
 * Plays an event loop as Node has it: the loop takes all requests that are there, or blocks until one comes. Returns the true
 * waits and the estimates, without those of the first requests.
 */
function simulate({ serviceMs, connections, thinkMs }: Clients, count = 20_000) {
  let now = 0
  let idle = 0
  let onEnd: (() => void) | undefined
  const turns = createEventLoopTurns(() => {}, {
    now: () => now,
    idle: () => idle,
    atEnd: callback => {
      onEnd = callback
    }
  })
  let arrivals = Array.from({ length: connections }, thinkMs)
  const waits: number[] = []
  const estimates: number[] = []
  while (waits.length < count) {
    arrivals.sort((a, b) => a - b)
    const first = arrivals[0]!
    if (first > now) {
      idle += first - now
      now = first
    }
    const ready = arrivals.filter(at => at <= now)
    arrivals = arrivals.slice(ready.length)
    for (const at of ready) {
      waits.push(now - at)
      estimates.push(turns.waitAt(now))
      now += serviceMs()
      arrivals.push(now + thinkMs())
    }
    onEnd?.()
    onEnd = undefined
    now += 0.02
  }
  return { waits: waits.slice(count / 10), estimates: estimates.slice(count / 10) }
}

/** Random numbers that are the same in each run. */
function createDice(seed = 1) {
  let state = seed
  return () => {
    state = (state * 16807) % 2147483647
    return state / 2147483647
  }
}

const dice = createDice()
const around = (ms: number) => () => ms * (0.5 + dice())
const exponential = (ms: number) => () => -Math.log(1 - dice()) * ms
const slowAtTimes = () => (dice() < 0.001 ? 20 : 0.05)

const busyClients: Record<string, Clients> = {
  '300 connections that ask again at once': { connections: 300, serviceMs: around(0.05), thinkMs: around(0.1) },
  '50 connections that ask again at once': { connections: 50, serviceMs: around(0.05), thinkMs: around(0.1) },
  '1000 clients that think, more than the server can serve': {
    connections: 1000,
    serviceMs: around(0.05),
    thinkMs: exponential(20)
  },
  '300 connections, and some requests need long': { connections: 300, serviceMs: slowAtTimes, thinkMs: around(0.1) },
  'requests of 2 ms': { connections: 20, serviceMs: around(2), thinkMs: around(1) }
}

for (const [name, clients] of Object.entries(busyClients))
  t.test(`the estimated wait is near the true wait of a busy server: ${name}`, async t => {
    const { waits, estimates } = simulate(clients)
    const ratio = (share: number) => quantile(estimates, share) / quantile(waits, share)
    t.ok(Math.abs(ratio(0.5) - 1) < 0.2, `p50 ${ratio(0.5)}`)
    t.ok(ratio(0.99) > 0.5 && ratio(0.99) < 2, `p99 ${ratio(0.99)}`)
  })

t.test('the estimated wait of a server with little load is near zero, as the true wait is', async t => {
  for (const clients of [
    { connections: 1, serviceMs: around(0.05), thinkMs: () => 0.1 },
    { connections: 10, serviceMs: around(0.05), thinkMs: exponential(20) },
    { connections: 2000, serviceMs: around(0.05), thinkMs: exponential(2000) }
  ]) {
    const { waits, estimates } = simulate(clients)
    t.ok(quantile(estimates, 0.5) <= 0.03, `p50 ${quantile(estimates, 0.5)}, in truth ${quantile(waits, 0.5)}`)
    t.ok(quantile(estimates, 0.99) <= 0.2, `p99 ${quantile(estimates, 0.99)}, in truth ${quantile(waits, 0.99)}`)
  }
})

t.test('a request after a long turn has waited for it, unless the loop was idle between them', async t => {
  let now = 0
  let idle = 0
  let onEnd: (() => void) | undefined
  const lengths: number[] = []
  const turns = createEventLoopTurns(ms => lengths.push(ms), {
    now: () => now,
    idle: () => idle,
    atEnd: callback => {
      onEnd = callback
    }
  })
  const turn = (begin: () => void, ms: number) => {
    begin()
    now += ms
    onEnd?.()
    onEnd = undefined
  }
  const pause = () => {
    now += 500
    idle += 500
  }
  turn(() => t.equal(turns.waitAt(now), 0, 'the first request'), 100)
  t.same(lengths, [], 'a request alone costs no callback')
  turn(() => t.equal(turns.waitAt(now), 100, 'came with it, or while it was served'), 20)
  turn(() => t.equal(Math.round(turns.waitAt(now)), 80, 'came in the order of the two before'), 1)
  pause()
  turn(() => t.equal(turns.waitAt(now), 0, 'woke the loop'), 1)
  pause()
  turn(() => {
    turns.begin()
    now += 40
    t.equal(turns.waitAt(now), 40, 'a timer came before')
  }, 0)
  for (let at = 0; at < 5; at++) turn(() => turns.begin(), 10)
  turn(() => t.ok(turns.waitAt(now) <= 10, 'waited for the last of many timers'), 0)
  t.same(lengths, [120, 1, 40, 10, 10, 10, 10, 10, 0])
})

t.test('a quantile of recorded durations is at most 7 % or a microsecond off', async t => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 2_000_000, noNaN: true }), { minLength: 1, maxLength: 50 }),
      fc.constantFrom(0.5, 0.99),
      (durations, share) => {
        const histogram = createLogHistogram()
        for (const ms of durations) recordDuration(histogram, ms)
        const sorted = [...durations].sort((a, b) => a - b)
        const exact = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]!
        const found = findQuantile(histogram, share)!
        return Math.abs(found - exact) <= Math.max(0.001, exact * 0.07)
      }
    )
  )
  t.equal(findQuantile(createLogHistogram(), 0.5), undefined)
  const extremes = createLogHistogram()
  for (const ms of [0, -1, 1e12]) recordDuration(extremes, ms)
  t.equal(findQuantile(extremes, 0.5), 0)
  t.ok(findQuantile(extremes, 0.99)! > 1_900_000, 'longer durations count as the longest')
})

const exchange = (members: Partial<Exchange> = {}) =>
  ({ startedAt: 0, durationMs: 2, delayMs: 0, waitMs: 1, streamed: false, aborted: false, ...members }) as Exchange

/** A meter whose seconds the test plays. */
function createMeter(t: Test) {
  const totals = { at: 0, busyMs: 0, processorMs: 0, processorWaitMs: 0 }
  const meter = createLoadMeter(() => ({ ...totals }))
  t.teardown(() => meter.close())
  const second = (requests: number, busyMs: number, processorWaitMs = 0) => {
    for (let at = 0; at < requests; at++)
      meter.add(exchange({ startedAt: totals.at + ((at + 1) * 1000) / (requests + 1) }))
    totals.at += 1000
    totals.busyMs += busyMs
    totals.processorMs += busyMs - processorWaitMs
    totals.processorWaitMs += processorWaitMs
    meter.tick()
  }
  return { meter, second }
}

const settings: LoadSettings = { cores: 2, streamWrites: 'several', logsRequests: false }

t.test(
  'the load of the last minute has the requests of the last minute, also after a time without requests',
  async t => {
    const { meter, second } = createMeter(t)
    for (let at = 0; at < 10; at++) second(100, 950)
    t.match(reportLoad([meter.snapshot(0)], settings), {
      seconds: 10,
      requests: 1000,
      requestsPerSecond: 100,
      eventLoopUtilization: 0.95,
      saturated: true
    })
    for (let at = 0; at < 45; at++) second(0, 10)
    const later = reportLoad([meter.snapshot(0)], settings)
    t.match(
      later,
      { seconds: 55, requests: 1000, eventLoopUtilization: 0.95, saturated: true },
      'idle seconds say nothing'
    )
    t.match(later.summary, /^In the last 55 s: 100 requests\/s during 10 s of load, event loop 95 % busy/)
    for (let at = 0; at < 10; at++) second(0, 10)
    t.equal(reportLoad([meter.snapshot(0)], settings).requests, 500, 'five seconds are older than a minute')
    t.equal(reportLoad([meter.snapshot(0, 56)], settings).requests, 100, 'of a shorter time')
    for (let at = 0; at < 60; at++) second(0, 10)
    t.match(reportLoad([meter.snapshot(0)], settings), { seconds: 60, requests: 0, saturated: false })
  }
)

t.test('a second with more work weighs more, and the end of a load does not look like free time', async t => {
  const { meter, second } = createMeter(t)
  second(20_000, 990)
  second(10, 30)
  const { eventLoopUtilization, saturated } = reportLoad([meter.snapshot(0)], settings)
  t.ok(eventLoopUtilization > 0.98 && saturated)
})

t.test('a start, or a few requests in a busy moment, do not count as saturation', async t => {
  const { meter, second } = createMeter(t)
  second(1, 990)
  second(0, 990)
  t.match(reportLoad([meter.snapshot(0)], settings), { eventLoopUtilization: 0.99, saturated: false })
  second(1, 990)
  t.match(reportLoad([meter.snapshot(0)], settings), { saturated: true })
})

t.test('the loads of workers are added, and the busiest worker counts', async t => {
  const [one, two] = [createMeter(t), createMeter(t)]
  for (let at = 0; at < 5; at++) {
    one.second(100, 970)
    two.second(300, 300)
  }
  const loads = [one.meter.snapshot(1), two.meter.snapshot(2)]
  const report = reportLoad(loads, settings)
  t.ok(Math.abs(report.requestsPerSecond - 400) < 5)
  t.match(report, {
    requests: 2000,
    eventLoopUtilization: 0.97,
    openStreams: 3,
    workers: 2,
    saturated: true
  })
  t.equal(
    mergeLoads(loads).own.reduce((sum, each) => sum + each),
    2000
  )
})

t.test(
  'times are those of responses that the client awaited, with the wait and without the requested delay',
  async t => {
    const { meter } = createMeter(t)
    for (let at = 0; at < 100; at++) meter.add(exchange({ durationMs: 502, delayMs: 500, waitMs: 8 }))
    for (let at = 0; at < 100; at++) meter.add(exchange({ durationMs: 30_000, aborted: true }))
    const { ownMs, waitMs, responseMs } = reportLoad([meter.snapshot(0)], settings)
    for (const [found, expected] of [
      [ownMs, 2],
      [waitMs, 8],
      [responseMs, 10]
    ] as const)
      for (const ms of Object.values(found!)) t.ok(Math.abs(ms / expected - 1) < 0.1, `${ms} for ${expected}`)
  }
)

type Facts = Omit<LoadReport, 'summary'>
const facts: Facts = {
  seconds: 60,
  activeSeconds: 60,
  requests: 1_260_000,
  requestsPerSecond: 21_000,
  streamWrites: 0,
  eventLoopUtilization: 0.97,
  processorSeconds: 58,
  processorWaitShare: 0,
  saturated: true,
  waitMs: { p50: 14, p99: 30 },
  responseMs: { p50: 14, p99: 30 },
  openConnections: 300,
  openStreams: 0,
  workers: 1,
  cores: 2
}
const idle: Partial<Facts> = { saturated: false, eventLoopUtilization: 0.04, waitMs: { p50: 0, p99: 0.1 } }

const summaries: [facts: Partial<Facts>, settings: Partial<LoadSettings>, plainStreams: number, summary: string][] = [
  [{}, {}, 0, 'In the last 60 s: 21,000 requests/s, event loop 97 % busy: Standin is the bottleneck; use --workers 2'],
  [
    { cores: 8 },
    { logsRequests: true },
    0,
    'In the last 60 s: 21,000 requests/s, event loop 97 % busy: Standin is the bottleneck; use --workers 8 and --log-level warn'
  ],
  [
    {},
    {},
    1_000_000,
    'In the last 60 s: 21,000 requests/s, event loop 97 % busy: Standin is the bottleneck; use --workers 2 and --stream-writes one'
  ],
  [
    {},
    { streamWrites: 'one' },
    1_000_000,
    'In the last 60 s: 21,000 requests/s, event loop 97 % busy: Standin is the bottleneck; use --workers 2'
  ],
  [
    { workers: 2 },
    {},
    0,
    'In the last 60 s: 21,000 requests/s, event loop 97 % busy: Standin is the bottleneck; use more cores, or a second machine'
  ],
  [
    { cores: 1 },
    {},
    0,
    'In the last 60 s: 21,000 requests/s, event loop 97 % busy: Standin is the bottleneck; use a faster core, or a second machine'
  ],
  [
    { cores: 1, processorWaitShare: 0.42 },
    {},
    0,
    'In the last 60 s: 21,000 requests/s, event loop 97 % busy: Standin is the bottleneck; other programs had its core for 42 % of the time, so run the load tool on other cores'
  ],
  [
    { ...idle, requestsPerSecond: 3.5 },
    {},
    0,
    'In the last 60 s: 3.5 requests/s, event loop 4 % busy: what you measured was not Standin'
  ],
  [
    { ...idle, eventLoopUtilization: 0.7, responseMs: { p50: 0.2, p99: 1.23 } },
    {},
    0,
    'In the last 60 s: 21,000 requests/s, event loop 70 % busy: Standin was not the bottleneck, but 1.2 ms of the 99th percentile are its own'
  ],
  [
    { ...idle, eventLoopUtilization: 0.7, processorWaitShare: 0.3 },
    {},
    0,
    'In the last 60 s: 21,000 requests/s, event loop 70 % busy: Standin was not the bottleneck, but 30 ms of the 99th percentile are its own; other programs had its core for 30 % of the time'
  ],
  [
    { ...idle, waitMs: { p50: 9, p99: 14 } },
    {},
    0,
    'In the last 60 s: 21,000 requests/s, event loop 4 % busy: Standin had time left, but requests came at once and waited for each other: up to 14 ms for 99 %'
  ],
  [
    { ...idle, waitMs: { p50: 9, p99: 14 }, processorWaitShare: 0.2 },
    {},
    0,
    'In the last 60 s: 21,000 requests/s, event loop 4 % busy: Standin had time left, but other programs had its core for 20 % of the time; requests waited for it: up to 14 ms for 99 %'
  ],
  [
    { ...idle, requests: 0, streamWrites: 90_000, waitMs: undefined as never },
    {},
    0,
    'In the last 60 s: 90,000 events of streams, event loop 4 % busy: what you measured was not Standin'
  ],
  [
    { ...idle, requests: 0, seconds: 5 },
    {},
    0,
    'In the last 5 s: no requests, so there is nothing to say yet; send some load first'
  ]
]

for (const [changed, more, plainStreams, summary] of summaries)
  t.test(`summary: ${summary}`, async t => {
    t.equal(describeLoad({ ...facts, ...changed }, { ...settings, ...more }, plainStreams), summary)
  })

t.test('GET /_mock/load responds as JSON, or as text to a client that prefers text', async t => {
  const server = await build(t)
  const get = (accept?: string) =>
    server.app.inject({ url: '/_mock/load', headers: accept === undefined ? {} : { accept } })
  t.match((await get()).json(), { requests: 0, saturated: false, workers: 1, summary: /: no requests, / })
  await ask(server)
  await ask(server, { ...hello, stream: true })
  await server.app.inject('/_mock/requests')
  await server.app.inject('/health')
  const report = (await get('*/*')).json()
  t.match(report, { requests: 2, openConnections: 0, openStreams: 0 })
  t.match(report.summary, /^In the last \d+ s: .* requests\/s, event loop \d+ % busy: /)
  for (const name of ['ownMs', 'waitMs', 'responseMs']) t.ok(report[name].p50 <= report[name].p99, name)
  for (const accept of ['text/plain', 'text/plain;q=1, application/json;q=0.5']) {
    const { headers, body } = await get(accept)
    t.match(headers['content-type'], /^text\/plain/)
    const [summary, empty, ...lines] = body.split('\n')
    t.match(summary, /^In the last \d+ s: /)
    t.equal(empty, '')
    t.ok(lines.includes('requests: 2'))
    t.ok(lines.some(line => /^ownMs: p50 [\d.]+, p99 [\d.]+$/.test(line)))
  }
  t.match((await get('application/json, text/plain')).json(), { requests: 2 }, 'JSON comes first')
  t.match((await server.app.inject('/_mock/load?seconds=1')).json(), { seconds: 1 })
  for (const seconds of ['0', '61', '1.5', 'x', '']) {
    const { statusCode, body } = await server.app.inject(`/_mock/load?seconds=${seconds}`)
    t.equal(statusCode, 400, seconds)
    t.match(JSON.parse(body).error.message, /seconds is .*, expected a whole number from 1 to 60/)
  }
})

t.test('the header server-timing has the wait, the time of the server and the delay', async t => {
  const server = await build(t)
  const { headers } = await ask(server, hello, { headers: { 'x-mock-server-timing': '1' } })
  t.match(headers['server-timing'], /^wait;dur=\d+\.\d{3}, standin;dur=\d+\.\d{3}, delay;dur=0\.000$/)
})

interface Family {
  name: string
  help?: string
  type?: string
  samples: { name: string; labels: string; value: number }[]
}

/** Reads the text format of Prometheus. Throws for a line that the format does not have. */
function readFamilies(text: string): Family[] {
  const families = new Map<string, Family>()
  const familyOf = (name: string) => {
    const family = families.get(name) ?? { name, samples: [] }
    families.set(name, family)
    return family
  }
  for (const line of text.split('\n').filter(Boolean)) {
    const [, kind, about, rest] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? []
    if (kind) {
      familyOf(about!)[kind === 'HELP' ? 'help' : 'type'] = rest
      continue
    }
    const [, name, labels = '', value] =
      /^([a-zA-Z_:][\w:]*)(\{(?:[a-z_]\w*="(?:[^"\\\n]|\\.)*",?)+\})? (\S+)$/.exec(line) ?? []
    if (!name) throw new Error(`not a line of the format: ${line}`)
    const base = name.replace(/_(bucket|sum|count)$/, '')
    familyOf(families.get(base)?.type === 'histogram' ? base : name).samples.push({
      name,
      labels,
      value: Number(value)
    })
  }
  return [...families.values()]
}

const baseUnits = /_(seconds|bytes|ratio)(_total)?$/

/** The rules of `promtool check metrics`, and those of the format. */
function lintFamily({ name, help, type, samples }: Family): string[] {
  const series = samples.map(sample => sample.name + sample.labels)
  const isUnitless = /_(requests|aborted)_total$|_(streams|connections|saturated)$/.test(name)
  const counts = samples.filter(sample => sample.name.endsWith('_bucket')).map(({ value }) => value)
  const rules: Record<string, boolean> = {
    'has help': help !== undefined,
    'has a type': type !== undefined,
    'a counter ends in _total, and nothing else does': (type === 'counter') === name.endsWith('_total'),
    'has a base unit, or counts things': isUnitless || baseUnits.test(name),
    'has no type in its name': !/_(counter|gauge|histogram|summary)(_|$)/.test(name),
    'has no series twice': new Set(series).size === series.length,
    'has numbers': samples.every(({ value }) => Number.isFinite(value)),
    'has buckets that only grow': counts.every((count, at) => at === 0 || count >= counts[at - 1]!),
    'ends with a bucket of all': type !== 'histogram' || samples.some(({ labels }) => labels === '{le="+Inf"}')
  }
  return Object.entries(rules).flatMap(([rule, holds]) => (holds ? [] : [`${name}: ${rule}`]))
}

t.test('the metrics keep the rules of Prometheus', async t => {
  const server = await build(t)
  await server.add({ name: 'a "quoted" \\ name\nof lines', match: { lastUser: 'Hello!' }, reply: { text: 'Hi.' } })
  await ask(server)
  await ask(server, { ...hello, stream: true }, { headers: { 'x-mock-timing': 'firstTokenMs=2' } })
  const { body } = await server.app.inject('/_mock/metrics')
  const families = readFamilies(body)
  t.same(families.flatMap(lintFamily), [])
  const readValue = (name: string) =>
    families.flatMap(({ samples }) => samples).find(sample => sample.name === name)?.value
  t.equal(readValue('standin_request_duration_seconds_count'), 2)
  t.equal(readValue('standin_injected_delay_seconds_count'), 1)
  t.equal(readValue('standin_saturated'), 0)
  t.ok(readValue('process_cpu_seconds_total')! > 0.05, 'the processor time before the first read counts')
  t.ok(readValue('standin_event_loop_busy_seconds_total')! > 0.05, 'the busy time before the first read counts')
  for (const wrong of ['a_total{x=1} 1', 'a_total{x="1" 1', '1a 1']) t.throws(() => readFamilies(wrong), /not a line/)
  t.same(lintFamily(readFamilies('# TYPE standin_things counter\nstandin_things 1\nstandin_things 2')[0]!), [
    'standin_things: has help',
    'standin_things: a counter ends in _total, and nothing else does',
    'standin_things: has a base unit, or counts things',
    'standin_things: has no series twice'
  ])
})

t.test('own times tell 50 µs from 500 µs', async t => {
  const server = await build(t)
  const { body } = await server.app.inject('/_mock/metrics')
  const bounds = readFamilies(body)
    .find(({ name }) => name === 'standin_own_overhead_seconds')!
    .samples.flatMap(({ labels }) => /le="([\d.e-]+)"/.exec(labels)?.[1] ?? [])
    .map(Number)
  t.ok(bounds.filter(bound => bound >= 0.00005 && bound <= 0.0005).length >= 5, bounds.join(', '))
})

t.test('each metric of the Grafana dashboard exists, and each panel has a unit and a query', async t => {
  const dashboard = JSON.parse(readFileSync(new URL('../examples/grafana-dashboard.json', import.meta.url), 'utf8'))
  const server = await build(t)
  await ask(server)
  const { body } = await server.app.inject('/_mock/metrics')
  const known = new Set(readFamilies(body).flatMap(({ name, samples }) => [name, ...samples.map(each => each.name)]))
  const used = new Set<string>()
  for (const panel of dashboard.panels) {
    t.ok(panel.title && panel.targets.length && panel.fieldConfig.defaults.unit, panel.title)
    for (const { expr } of panel.targets)
      for (const [name] of expr.matchAll(/\b(?:standin|process|nodejs)_\w+/g)) used.add(name)
  }
  t.same(
    [...used].filter(name => !known.has(name)),
    [],
    'no unknown metric'
  )
  t.ok(used.size >= 10)
  t.equal(new Set(dashboard.panels.map(({ id }: { id: number }) => id)).size, dashboard.panels.length, 'ids are unique')
})
